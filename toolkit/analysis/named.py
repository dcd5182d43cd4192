"""The settings files of everything that a plan names, and the files that those name in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.project import CorpusSettings, Plan, Project, RecordSettings, SurveySettings
from toolkit.records.settings import FinanceSettings, ProjectsSettings, SignalSettings
from toolkit.settings import read_settings

# Per source of Measures: the folder of its settings, their file, and what they hold.
SETTINGS: Mapping[str, tuple[Callable[[Project, str], Path], str, Any]] = {
    "enquete": (Project.survey, "enquete.toml", SurveySettings),
    "registratie": (Project.survey, "registratie.toml", RecordSettings),
    "signalen": (Project.survey, "signalen.toml", SignalSettings),
    "financien": (Project.survey, "financien.toml", FinanceSettings),
    "projecten": (Project.survey, "projecten.toml", ProjectsSettings),
    "verhalen": (Project.corpus, "corpus.toml", CorpusSettings),
}


def named_sources(plan: Plan) -> Iterator[tuple[str, str]]:
    """Source and name of everything with settings of its own that the plan names."""
    listed = (plan.surveys, plan.records, plan.signals, plan.finance, plan.projects, plan.corpora)
    for source, names in zip(SETTINGS, listed, strict=True):
        yield from ((source, name) for name in names)


def settings_of(project: Project, source: str, name: str) -> tuple[Path, Any]:
    """The settings file and the settings of one source; raises DataError when they are wrong."""
    folder, file, kind = SETTINGS[source]
    path = folder(project, name) / file
    return path, read_settings(path, kind)


def named_files(project: Project, source: str, name: str) -> Iterator[Path]:
    """Every file that the settings of one source name; nothing when those are wrong."""
    with suppress(ToolkitError):
        path, settings = settings_of(project, source, name)
        yield from (path.parent / file for file in _files_in(settings) if file)


_FILE_KEYS = ("codebook", "response", "population", "target_population", "names_file", "institutions_file")


def _files_in(settings: Any) -> Iterator[str]:
    """Every file that settings of any kind name, "" for one that they leave out."""
    yield from (getattr(settings, key, "") for key in _FILE_KEYS)
    yield from (one.file for key in ("deliveries", "sources") for one in getattr(settings, key, ()))
    if weighting := getattr(settings, "weighting", None):
        yield weighting.population
