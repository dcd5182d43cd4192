"""The surveys, registrations and corpora of a project that deliveries are for, and what each asks of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.areas import Places, places
from toolkit.errors import ProjectError, closest
from toolkit.files import read_table
from toolkit.intake.forbidden import is_personal
from toolkit.intake.spec import SETTINGS, Specification, specification
from toolkit.project import CorpusSettings, Project, RecordSettings, SurveySettings
from toolkit.records.settings import SignalSettings
from toolkit.settings import read_settings, read_toml
from toolkit.survey.codebook import Codebook, read_codebook

_KINDS = {
    "registratie.toml": "trajecten",
    "signalen.toml": "klachten",
    "corpus.toml": "verhalen",
    "enquete.toml": "enquete",
}
_SETTINGS: dict[str, type[Any]] = {
    "trajecten": RecordSettings,
    "klachten": SignalSettings,
    "verhalen": CorpusSettings,
    "enquete": SurveySettings,
}


@dataclass(frozen=True)
class Source:
    """Something that deliveries are for: its folder, its settings and what is agreed.

    `id` is the folder in the project, such as "surveys/trajecten": a survey and a corpus may share a name.
    """

    id: str
    folder: Path
    settings_file: Path
    settings: Any
    specification: Specification

    @property
    def kind(self) -> str:
        """The kind of delivery: trajecten, klachten, verhalen or enquete."""
        return self.specification.kind

    @property
    def last_day(self) -> date | None:
        """The last day of the period, where the settings tell."""
        return getattr(self.settings, "period_end", None)

    @property
    def shared_key(self) -> bool:
        """Whether a client has the same key at every partner."""
        return bool(getattr(self.settings, "shared_key", True))

    @property
    def keep_until(self) -> date:
        """Until when the data may be kept."""
        found: date = self.settings.keep_until
        return found

    def agreed(self, project: Project) -> tuple[str, ...]:
        """Names of columns that belong to a delivery and that other settings check."""
        if self.kind == "verhalen":
            triads = (name for one in self.settings.triads for name in one.columns)
            return (*(one.column for one in self.settings.dyads), *triads)
        if self.kind == "enquete":
            return survey_columns(self)
        return ()


def sources(project: Project) -> list[Source]:
    """Every source of the project that can receive deliveries, in order of its name.

    Raises DataError for settings that are wrong.
    """
    return [_source(folder, name) for folder, name in _folders(project)]


def find_source(project: Project, wanted: str = "", kind: str = "") -> Source:
    """The source with this name (its folder, with or without surveys/ or corpora/), or the only one of a kind.

    Raises ProjectError when there is none, or more than one.
    """
    known = {_id(folder): (folder, name) for folder, name in _folders(project)}
    wanted = wanted.strip().rstrip("/").replace("\\", "/")
    named = [one for one in known if not wanted or wanted in (one, one.partition("/")[2])]
    if not named:
        hint = closest(wanted, [*known, *(one.partition("/")[2] for one in known)])
        raise ProjectError(
            f"Er is geen bron '{wanted:.40}'.",
            hint or f"Kies uit: {', '.join(known) or 'er is er nog geen'}.",
        )
    fitting = [one for one in named if not kind or _KINDS[known[one][1]] == kind]
    if len(fitting) == 1:
        return _source(*known[fitting[0]])
    names = ", ".join(fitting) or "geen"
    raise ProjectError(
        "Het is niet duidelijk waar deze levering voor is.", f"Noem de bron met --bron. Er zijn: {names}."
    )


def all_places(project: Project) -> Places:
    """The areas of the project, by every way to write them."""
    areas = read_table(project.root / project.settings.areas.file)
    return places(areas, project.settings.areas.merge)


def _folders(project: Project) -> Iterator[tuple[Path, str]]:
    for room in ("surveys", "corpora"):
        for folder in sorted((project.root / room).glob("*")):
            name = next((name for name in _KINDS if (folder / name).is_file()), "")
            if name:
                yield folder, name


def _id(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _source(folder: Path, name: str) -> Source:
    kind = _KINDS[name]
    own = read_toml(folder / SETTINGS) if (folder / SETTINGS).is_file() else {}
    agreed = specification({"soort": kind, **own}, f"{folder.name}/{SETTINGS}")
    settings = read_settings(folder / name, _SETTINGS[kind])
    return Source(_id(folder), folder, folder / name, settings, agreed)


def survey_columns(source: Source) -> tuple[str, ...]:
    """Every column that the codebook of a survey says a delivery may have, whatever its form."""
    return tuple(
        one for one in _named_columns(read_codebook(source.folder / source.settings.codebook)) if one
    )


def _named_columns(codebook: Codebook) -> Iterator[str]:
    for variable in codebook.variables:
        yield from variable.column.values()
        yield from variable.other_column.values()
        for columns in variable.columns.values():
            yield from columns.values()
        if not variable.column and not variable.columns:
            yield variable.name
    for source in codebook.sources.values():
        yield from (source.id_column, source.submitted_column, source.duplicate_column)
        yield from (name for name in source.ignore if not is_personal(name))
        yield from source.test
