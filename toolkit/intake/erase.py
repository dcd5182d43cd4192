"""Erase a client or a teller: out of raw deliveries, cache and output, leaving a mark without content.

Everything that was worked out can be made again, so the cache and the outputs that may hold something are
removed as a whole. What a person has to do by hand (a list of ticks, a copy elsewhere) is named.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from toolkit.alone import working
from toolkit.cells import to_text
from toolkit.errors import ToolkitError
from toolkit.files import as_text, read_sheet
from toolkit.intake import ledger, store
from toolkit.intake.pseudonyms import Keys, is_pseudonym, project_keys, state_path, state_text
from toolkit.intake.rows import KINDS, without_rows
from toolkit.intake.sources import Source, sources
from toolkit.limesurvey import delivery as limesurvey
from toolkit.limesurvey.settings import read_lime_settings
from toolkit.project import Plan, Project
from toolkit.settings import read_settings
from toolkit.survey.codebook import read_codebook

_MARKS = "leveringen/gewist.json"
# In the folder of a corpus: what people corrected and reviewed (csv), and the sheet they did it in.
_PEOPLES, _REVIEW = ("correcties.csv", "nagekeken.csv"), "raw/nakijken.xlsx"
_SEARCHED = 60_000_000  # bytes of the largest file that is searched afterwards
_SHORTEST = 5  # a key or number of fewer characters stands in too many places to search for


@dataclass(frozen=True)
class Erased:
    """What was erased: rows per file, what was removed and can be made again, and where a trace was left.

    `left` names files of the project that people must look at themselves.
    """

    rows: dict[str, int]
    analyses: tuple[str, ...]
    reports: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class _Target:
    """What to look for in the deliveries of one source: in which columns, and which cells."""

    source: Source
    columns: tuple[str, ...]
    values: frozenset[str]


def erase_client(project: Project, key: str, now: datetime | None = None) -> Erased:
    """Erase a client of every registration, by the key of a partner or by pseudonym.

    Raises ToolkitError when the client is in no delivery of the project.
    """
    key = key.strip()
    with store.locked(project), working(project.root):
        keys = project_keys(project, make=True)
        targets = [
            _Target(
                source,
                _columns_of(project, source, "client", "sleutel"),
                frozenset(_values(source, keys, key)),
            )
            for source in sources(project)
            if source.kind in ("trajecten", "klachten")
        ]
        marks = {keys.mark(value) for one in targets for value in one.values if is_pseudonym(value)}
        return _erase(project, targets, "client", marks, [key], keys, now)


def erase_story(project: Project, story: str, now: datetime | None = None) -> Erased:
    """Erase a story by its number, from every corpus that has it.

    Raises ToolkitError when no corpus has it.
    """
    story = story.strip()
    with store.locked(project), working(project.root):
        keys = project_keys(project, make=True)
        corpora = [source for source in sources(project) if source.kind == "verhalen"]
        targets = [
            _Target(one, _columns_of(project, one, "story", "nummer"), frozenset({story})) for one in corpora
        ]
        marks = {keys.mark(f"{one.id}|story|{story}") for one in corpora}
        return _erase(project, targets, "verhaal", marks, [story], keys, now)


def erase_respondent(project: Project, respondent: str, now: datetime | None = None) -> Erased:
    """Erase a respondent of a survey ("file-number", as tev run writes it), with the stories linked to them.

    Raises ToolkitError when there is no such respondent.
    """
    respondent = respondent.strip()
    stem, _, number = respondent.rpartition("-")
    with store.locked(project), working(project.root):
        keys = project_keys(project, make=True)
        targets: list[_Target] = []
        fetched = 0
        for source in sources(project):
            if source.kind == "enquete" and stem == limesurvey.DELIVERY.stem:
                fetched += _fetched(source.folder, number, now)
            if source.kind == "verhalen":
                columns = tuple(
                    one.columns["respondent"]
                    for one in source.settings.sources
                    if "respondent" in one.columns
                )
                targets.append(_Target(source, columns, frozenset({respondent})))
            elif source.kind == "enquete" and any(
                Path(one.file).stem == stem for one in source.settings.deliveries
            ):
                book = read_codebook(source.folder / source.settings.codebook)
                columns = tuple(one.id_column for one in book.sources.values())
                targets.append(_Target(source, columns, frozenset({number})))
        return _erase(project, targets, "respondent", set(), [respondent], keys, now, {stem}, fetched)


def _fetched(folder: Path, number: str, now: datetime | None) -> int:
    """Erase a response that was fetched from LimeSurvey, all versions; how many. It does not come back."""
    if not (folder / limesurvey.STORE).is_file() or not number.isdecimal():
        return 0
    zone = read_lime_settings(folder).timezone
    day = (now or datetime.now().astimezone()).date().isoformat()
    return limesurvey.erase(folder, [int(number)], zone, day)


def _values(source: Source, keys: Keys, key: str) -> Iterator[str]:
    """Every way in which a client's key may stand in a delivery."""
    yield key
    bsn = any(one.bsn for one in source.specification.columns if one.kind == "sleutel")
    partners = {
        one.partner for one in getattr(source.settings, "deliveries", ()) if getattr(one, "partner", "")
    }
    for scope in ("",) if source.shared_key else sorted(partners):
        yield keys.pseudonym(key, scope, bsn)


def _columns_of(project: Project, source: Source, name: str, kind: str) -> tuple[str, ...]:
    """Every name that a key column has, or once had, in the deliveries of a source."""
    blocks: tuple[Any, ...] = getattr(source.settings, "deliveries", ()) or getattr(
        source.settings, "sources", ()
    )
    found = [one.columns[name] for one in blocks if name in one.columns]
    for entry in ledger.entries(project):
        if entry.get("bron") == source.id:
            found += [
                block["kolommen"][name]
                for block in entry.get("blokken", [])
                if name in block.get("kolommen", {})
            ]
    for column in source.specification.columns:
        if column.kind == kind and not column.repeats:
            found += [column.title, *column.names]
    return tuple(dict.fromkeys(found))


def _erase(
    project: Project,
    targets: Sequence[_Target],
    what: str,
    marks: Collection[str],
    needles: list[str],
    keys: Keys,
    now: datetime | None,
    stems: Collection[str] = (),
    fetched: int = 0,
) -> Erased:
    """Erase the rows of the targets and all that was made of them, as one.

    `fetched`: how many versions of a response are gone from the store of LimeSurvey already.
    """
    steps: list[store.Step] = []
    rows: dict[str, int] = {}
    touched: set[str] = set()
    texts: list[str] = []
    for target in targets:
        if target.source.kind == "verhalen":
            steps += _of_people(project, target)
        if fetched and target.source.kind == "enquete":
            touched.add(target.source.id)
        for path in _files(target.source):
            if what == "respondent" and target.source.kind == "enquete" and path.stem not in stems:
                continue
            content, gone = without_rows(path, target.columns, target.values)
            if gone:
                relative = path.relative_to(project.root).as_posix()
                texts += _texts(path, target)
                rows[relative] = gone
                touched.add(target.source.id)
                steps.append(store.Write(relative, content))
    if not rows and not fetched:
        raise ToolkitError(
            f"Er is geen {what} met deze sleutel of dit nummer gevonden.",
            "Controleer de schrijfwijze. Staat het in een ander project?",
        )
    analyses = [name for name in _analyses(project) if touched & _named(project, name)]
    reports = [
        path.name
        for path in _reports(project)
        if path.name in analyses or path.name not in _analyses(project)
    ]
    steps += [store.Remove(f"analyses/{name}/output") for name in analyses]
    steps += [
        store.Remove(f"reports/{name}/{part}")
        for name in reports
        for part in ("_inhoud", "_uitvoer", ".quarto")
    ]
    steps += [
        store.Remove(f".tev/{path.name}")
        for path in (project.root / ".tev").glob("*")
        if path.suffix != ".lock"
    ]
    known = json.loads(_read(project.root / _MARKS) or "[]")
    steps.append(store.Write(_MARKS, (json.dumps(sorted({*known, *marks}), indent=1) + "\n").encode()))
    steps.append(store.Write(state_path(), state_text(project, keys).encode()))
    numbers = [int(one["nummer"][1:]) for one in ledger.entries(project) if one["wat"] == "gewist"]
    entry = {
        "nummer": f"W{max(numbers, default=0) + 1:04}", "wat": "gewist", "soort": what,
        "tijd": ledger.moment(project, now).isoformat(timespec="seconds"),
        "rijen": sum(rows.values()), "bestanden": sorted(rows), "analyses": analyses, "rapporten": reports,
    }  # fmt: skip
    store.carry_out(project, steps, entry)
    wanted = [text for text in (*needles, *texts) if len(text) >= _SHORTEST]
    left = sorted({path.relative_to(project.root).as_posix() for path in _holding(project, wanted)})
    return Erased(rows, tuple(analyses), tuple(reports), tuple(left))


def _of_people(project: Project, target: _Target) -> Iterator[store.Step]:
    """Steps that take a story out of what people said of it: labels, corrections, and who reviewed it."""
    folder = target.source.folder
    stories = target.values | frozenset(_stories_of(target))
    own = [*sorted((folder / "labels").glob("*.csv")), *(folder / "raw" / name for name in _PEOPLES)]
    for path in own:
        if path.is_file():
            content, gone = without_rows(path, ("verhaal",), stories)
            if gone:
                yield store.Write(path.relative_to(project.root).as_posix(), content)
    if (folder / _REVIEW).is_file():
        yield store.Remove((folder / _REVIEW).relative_to(project.root).as_posix())


def _stories_of(target: _Target) -> Iterator[str]:
    """The numbers of the stories in the rows that go: those of a respondent, or the number itself."""
    for one in target.source.settings.sources:
        path = target.source.folder / one.file
        if path.is_file() and "story" in one.columns and path.suffix.lower() in (".csv", ".xlsx"):
            table = as_text(read_sheet(path, one.sheet, list(one.columns.values()), one.format).cells)
            for column in set(target.columns) & set(table.columns):
                yield from table.loc[table[column].isin(target.values), one.columns["story"]]


def _files(source: Source) -> list[Path]:
    """Every delivered file of a source: raw, earlier versions, and what still lies in the inbox."""
    return sorted(
        path
        for part in ("raw", "inbox")
        for path in (source.folder / part).rglob("*")
        if path.is_file()
        and path.suffix.lower() in KINDS
        and not path.name.startswith((".", "~$"))
        and path.name not in (*_PEOPLES, Path(_REVIEW).name)
    )


def _texts(path: Path, target: _Target) -> list[str]:
    """The beginnings of the texts that are erased, to search for afterwards; only in memory."""
    if target.source.kind != "verhalen" or path.suffix.lower() not in (".csv", ".xlsx"):
        return []
    found: list[str] = []
    for one in target.source.settings.sources:
        if (target.source.folder / one.file) == path and {"story", "text"} <= set(one.columns):
            table = as_text(read_sheet(path, one.sheet, list(one.columns.values()), one.format).cells)
            key = next(
                (
                    one.columns[name]
                    for name in ("story", "respondent")
                    if one.columns.get(name) in target.columns
                ),
                "",
            )
            if key:
                texts = table.loc[table[key].isin(target.values), one.columns["text"]]
                found += [text.strip()[:30] for text in texts if len(text.strip()) >= 20]
    return found


def _analyses(project: Project) -> list[str]:
    return sorted(path.parent.name for path in (project.root / "analyses").glob("*/plan.toml"))


def _named(project: Project, analysis: str) -> set[str]:
    """The surveys, registrations and corpora that an analysis reads; all of them when its plan is wrong."""
    try:
        plan = read_settings(project.analysis(analysis) / "plan.toml", Plan)
    except ToolkitError:
        return {source.id for source in sources(project)}
    surveys = (*plan.surveys, *plan.records, *plan.signals)
    return {*(f"surveys/{name}" for name in surveys), *(f"corpora/{name}" for name in plan.corpora)}


def _reports(project: Project) -> list[Path]:
    """Reports that were made."""
    return [
        path
        for path in sorted((project.root / "reports").glob("*"))
        if (path / "_uitvoer").is_dir() or (path / "_inhoud").is_dir()
    ]


def _holding(project: Project, needles: Sequence[str]) -> Iterator[Path]:
    """Files of the project that still hold one of the texts: people must look at those."""
    wanted = [needle.encode() for needle in needles]
    for path in project.root.rglob("*"):
        if ".git" in path.parts or not path.is_file() or path.stat().st_size > _SEARCHED:
            continue
        for content in _contents(path):
            if any(one in content for one in wanted):
                yield path
                break


def _contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what is packed in it."""
    yield path.read_bytes()
    if path.suffix.lower() in (".xlsx", ".docx", ".ods", ".zip"):
        try:
            with zipfile.ZipFile(path) as box:
                for member in box.infolist():
                    if member.file_size < _SEARCHED:
                        yield box.read(member)
        except (zipfile.BadZipFile, OSError, NotImplementedError):
            return


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def linked_respondent(project: Project, story: str) -> str:
    """The respondent whose answers belong to a story, "" when there is none: those are not erased with it."""
    for source in sources(project):
        if source.kind != "verhalen":
            continue
        for one in source.settings.sources:
            if "respondent" in one.columns and (source.folder / one.file).is_file():
                table = as_text(
                    read_sheet(
                        source.folder / one.file, one.sheet, list(one.columns.values()), one.format
                    ).cells
                )
                found = table.loc[table[one.columns["story"]] == story.strip(), one.columns["respondent"]]
                if len(found) and found.iloc[0]:
                    return to_text(found.iloc[0])
    return ""
