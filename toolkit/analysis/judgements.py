"""What people decided: quotes that may be shown, and numbers and stories together (`duiding.csv`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_date
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table
from toolkit.link import CODES
from toolkit.project import Subject

FILES = ("duiding.xlsx", "duiding.csv")  # the form of a session, or a table of one's own
COLUMNS = ["onderwerp", "gebied", "maat", "code", "reden", "door", "datum"]
_NEEDED = [name for name in COLUMNS if name != "maat"]


@dataclass(frozen=True)
class Tick:
    """Who approved a quote and when, as they wrote it down."""

    by: str = ""
    date: str = ""


def read_ticks(path: Path) -> dict[str, Tick]:
    """The quotes that somebody ticked: column citaat, and maybe door and datum, of a CSV beside the plan."""
    table = read_table(path, header=["citaat", "door", "datum"])
    problems = missing_columns(table, ["citaat"], path.name)
    if problems:
        raise DataError(problems)
    table = table.reindex(columns=["citaat", "door", "datum"], fill_value="")
    return {name: Tick(by, on) for name, by, on in table.itertuples(index=False, name=None) if name}


def read_judgements(folder: Path, subjects: Collection[Subject], areas: Collection[str]) -> pd.DataFrame:
    """The judgements of people in `folder/duiding.xlsx` or duiding.csv: COLUMNS, datum as an ISO date.

    An empty maat stands for every measure of the subject. Rows of the form that nobody filled in are skipped;
    without a file, or with an empty form, there are no rows.

    Raises DataError with all problems: a missing column or empty cell, an unknown subject, area, measure
    or code, a date that is none, a judgement that stands there twice.
    """
    path = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if path is None:
        return pd.DataFrame(columns=COLUMNS)
    table = read_table(path, header=COLUMNS)
    problems = missing_columns(table, _NEEDED, path.name)
    if problems:
        raise DataError(problems)
    found = table.reindex(columns=COLUMNS, fill_value="")
    found = found[(found[["code", "reden", "door", "datum"]] != "").any(axis=1)]
    known = {one.id: one for one in subjects}
    problems = [problem for row in found.index for problem in _problems(path.name, found, row, known, areas)]
    double = found.duplicated(["onderwerp", "gebied", "maat"])
    problems += [
        Problem(path.name, "deze duiding staat er twee keer in.", "Laat één rij staan.", row=int(row))
        for row in found.index[double]
    ]
    if problems:
        raise DataError(problems)
    return found.assign(datum=[f"{parse_date(day):%Y-%m-%d}" for day in found["datum"]])


def _problems(
    file: str, found: pd.DataFrame, row: int, known: dict[str, Subject], areas: Collection[str]
) -> Iterator[Problem]:
    cells = {name: str(found.at[row, name]).strip() for name in COLUMNS}
    for name in _NEEDED:
        if not cells[name]:
            yield Problem(file, "deze cel is leeg.", "Vul de cel in.", row=row, column=name)
    subject = known.get(cells["onderwerp"])
    choices: dict[str, Collection[str]] = {"onderwerp": known, "gebied": areas, "code": CODES}
    if subject is not None and cells["maat"]:
        choices["maat"] = subject.measures
    for name, allowed in choices.items():
        if cells[name] and cells[name] not in allowed:
            message = f"'{cells[name]:.40}' is niet bekend."
            hint = closest(cells[name], allowed) or f"Kies uit: {', '.join(sorted(allowed)[:8])}."
            yield Problem(file, message, hint, row=row, column=name)
    if cells["datum"] and parse_date(cells["datum"]) is None:
        remedy = "Schrijf de datum als 12-3-2026 of 2026-03-12."
        yield Problem(file, f"'{cells['datum']:.40}' is geen datum.", remedy, row=row, column="datum")
