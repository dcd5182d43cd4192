"""Signals, amounts and projects: read them, count them before the gate, and derive figures behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit import tables
from toolkit.analysis.found import Found
from toolkit.errors import DataError, Problem
from toolkit.project import Disclosure, Plan, Project
from toolkit.records import finance, projects, signals
from toolkit.records.population import read_population
from toolkit.records.settings import FinanceSettings, ProjectsSettings, SignalSettings
from toolkit.settings import read_settings


@dataclass(frozen=True)
class SignalInput:
    """Signals: settings, rows (kind, area, date, count), and residents (gebied, aantal; may be empty)."""

    id: str
    settings: SignalSettings
    rows: pd.DataFrame
    population: pd.DataFrame


@dataclass(frozen=True)
class FinanceInput:
    """Amounts: settings, rows (post, kind, area, budget, actual, clients), and residents (may be empty)."""

    id: str
    settings: FinanceSettings
    rows: pd.DataFrame
    population: pd.DataFrame


@dataclass(frozen=True)
class ProjectsInput:
    """The projects of an evaluation: settings and a row per project."""

    id: str
    settings: ProjectsSettings
    rows: pd.DataFrame


Account = SignalInput | FinanceInput | ProjectsInput


def sources(plan: Plan) -> list[tuple[str, str]]:
    """Kind and folder of everything of this sort in the plan, in its order."""
    return [
        *(("signalen", name) for name in plan.signals),
        *(("financien", name) for name in plan.finance),
        *(("projecten", name) for name in plan.projects),
    ]


def read_account(project: Project, kind: str, name: str, areas: pd.DataFrame) -> Account:
    """What stands in surveys/NAME, by its kind ("signalen", "financien", "projecten").

    Raises DataError with the problems of all its files.
    """
    folder = project.survey(name)
    merge = project.settings.areas.merge
    path = folder / f"{kind}.toml"
    if kind == "projecten":
        plan = read_settings(path, ProjectsSettings)
        return ProjectsInput(name, plan, projects.read_projects(folder, plan))
    problems: list[Problem] = []
    if kind == "signalen":
        told = read_settings(path, SignalSettings)
        population = _population(folder, told.population, merge, problems)
        try:
            rows = signals.read_signals(folder, told, areas, merge)
        except DataError as error:
            raise DataError([*error.problems, *problems]) from error
        if not problems:
            return SignalInput(name, told, rows, population)
    else:
        spent = read_settings(path, FinanceSettings)
        population = _population(folder, spent.population, merge, problems)
        try:
            rows = finance.read_finance(folder, spent, areas, merge)
        except DataError as error:
            raise DataError([*error.problems, *problems]) from error
        if not problems:
            return FinanceInput(name, spent, rows, population)
    raise DataError(problems)


def _population(folder: Path, file: str, merge: Mapping[str, str], problems: list[Problem]) -> pd.DataFrame:
    """Residents per area, or an empty table without a file; what is wrong with it comes in `problems`."""
    if file:
        try:
            return read_population(folder / file, merge)
        except DataError as error:
            problems.extend(error.problems)
    return pd.DataFrame({"gebied": pd.Series(dtype="object"), "aantal": pd.Series(dtype=float)})


def count(part: Account, areas: pd.DataFrame, city: str) -> Found:
    """The measures of one source as they go to the gate, and what the report must tell about it."""
    if isinstance(part, SignalInput):
        settings = part.settings
        found = signals.measures(
            part.rows, settings, sorted(areas["gebied"]), dataset=part.id, municipality=city
        )
        dates = part.rows["date"]
        first, last = pd.Timestamp(settings.period_start), pd.Timestamp(settings.period_end)
        outside = int((dates.notna() & ~dates.between(first, last)).sum())
        facts = {
            "naam": settings.name,
            "rijen": len(part.rows),
            "buiten_periode": outside,
            "inwoners": settings.population_source,
        }
        return Found(found, {f"signalen-{part.id}": part.rows}, {f"signalen {part.id}": facts})
    if isinstance(part, FinanceInput):
        found = finance.measures(part.rows, part.settings, dataset=part.id, municipality=city)
        told = {
            "naam": part.settings.name,
            "prijspeil": part.settings.price_level,
            "bron": part.settings.source,
            "inwoners": part.settings.population_source,
        }
        return Found(found, {f"financien-{part.id}": part.rows}, {f"financien {part.id}": told})
    told = {"prijspeil": part.settings.price_level, "projecten": str(len(part.rows))}
    return Found(
        tables.empty(tables.MEASURES),
        {f"projecten-{part.id}": part.rows},
        {f"projecten {part.id}": told},
    )


def contributions(parts: Iterable[Account], city: str) -> pd.DataFrame:
    """What each partner adds to each amount, for the gate; see `finance.contributions`."""
    found = [
        finance.contributions(part.rows, part.settings, dataset=part.id, municipality=city)
        for part in parts
        if isinstance(part, FinanceInput)
    ]
    columns = [*tables.MEASURES.key, "bijdrage"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def derived(parts: Iterable[Account], public: pd.DataFrame, city: str) -> Iterator[pd.DataFrame]:
    """Measures that follow from published ones: rates, shares and amounts per resident."""
    for part in parts:
        if isinstance(part, SignalInput) and len(part.population):
            yield signals.rates(public, part.population, part.id, city)
        elif isinstance(part, FinanceInput):
            yield finance.derived(public, part.population, part.id, city)


def definitions(parts: Iterable[Account]) -> Iterator[pd.DataFrame]:
    """The definitions of everything that these sources measure."""
    for part in parts:
        if isinstance(part, SignalInput):
            used = {f"signalen.{kind}" for kind in part.rows["kind"]}
            every = signals.definitions(part.settings)
            yield every[every["maat"].str.removesuffix(".per-1000").isin(used)]
        elif isinstance(part, FinanceInput):
            yield finance.definitions(part.settings)


def project_table(parts: Iterable[Account], rules: Disclosure) -> pd.DataFrame | None:
    """The projects that may be published, of every source in turn; None without projects."""
    found = [
        projects.table(part.rows, part.settings.price_level, rules.minimum_count, rules.minimum_estimate)
        for part in parts
        if isinstance(part, ProjectsInput)
    ]
    return pd.concat(found, ignore_index=True) if found else None
