"""Rules between the columns of a row, between rows, and between this delivery and the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toolkit.intake.findings import Finding, shown
from toolkit.intake.mapping import Columns
from toolkit.intake.spec import Rule, Specification
from toolkit.intake.table import Table
from toolkit.intake.values import Read

_LARGE = 100_000  # rows from which it pays to ask first whether any two are the same
_PAIRS = 3  # examples of two cells that do not fit together


@dataclass(frozen=True)
class Earlier:
    """The delivery before this one: how many rows, and the pseudonyms of clients who were still there.

    `pseudonym` gives the pseudonym of a key as it is delivered now, or is None where the key of the project
    is not at hand (at a partner): then nobody can be compared.
    """

    number: str
    rows: int
    running: frozenset[str] = frozenset()
    pseudonym: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Part:
    """One table of a delivery with its columns found and read."""

    table: Table
    columns: Columns
    read: Mapping[str, Read]


def broken_rules(
    parts: Sequence[Part],
    specification: Specification,
    last_day: date | None = None,
    earlier: Earlier | None = None,
) -> list[Finding]:
    """Every rule that the rows break. A rule of which a column was not delivered is not asked.

    `last_day` is the end of the period. Empty cells and cells that are wrong themselves break no rule.
    """
    findings: list[Finding] = []
    for rule in specification.rules:
        if rule.severity == "uit":
            continue
        for part in parts:
            if rule.kind in _IN_ROWS and set(rule.columns) <= set(part.columns.places):
                broken = _IN_ROWS[rule.kind](part, rule.columns, last_day)
                if broken.any():
                    findings.append(_finding(part, rule, broken))
        if rule.kind == "totaal" and earlier is not None:
            findings += _total(parts, rule, earlier)
        if rule.kind == "verdwenen" and earlier is not None:
            findings += _vanished(parts, rule, earlier)
    return findings


def _finding(part: Part, rule: Rule, broken: np.ndarray) -> Finding:
    place = part.columns.places[rule.columns[-1]]
    return Finding(
        str(rule.severity), rule.message, rule.remedy, part.table.file, part.table.sheet, place,
        part.table.names[place], tuple(part.table.numbers[broken].tolist()), _pairs(part, rule, broken),
    )  # fmt: skip


def _pairs(part: Part, rule: Rule, broken: np.ndarray) -> tuple[tuple[str, int], ...]:
    """The cells of the first rows that break a rule of order, side by side."""
    if rule.kind != "volgorde":
        return ()
    columns = [part.columns.places[name] for name in rule.columns]
    table = part.table.take(np.flatnonzero(broken)[:_PAIRS])
    sides = [[shown(text) for text in table.columns[column].texts()] for column in columns]
    names = [part.table.names[column] for column in columns]
    pairs = [f"{names[0]} {one}, {names[1]} {other}" for one, other in zip(*sides, strict=True)]
    return tuple((pair, 1) for pair in dict.fromkeys(pairs))


def _order(part: Part, names: Sequence[str], last_day: date | None) -> np.ndarray:
    first, second = (part.read[name].values for name in names)
    with np.errstate(invalid="ignore"):
        return np.asarray(first > second)


def _together(part: Part, names: Sequence[str], last_day: date | None) -> np.ndarray:
    first, second = (part.read[name].filled for name in names)
    return np.asarray(first & ~second)


def _at_least_one(part: Part, names: Sequence[str], last_day: date | None) -> np.ndarray:
    return np.asarray(~np.logical_or.reduce([part.read[name].filled for name in names]))


def _in_period(part: Part, names: Sequence[str], last_day: date | None) -> np.ndarray:
    values = part.read[names[0]].values
    if last_day is None:
        return np.zeros(len(values), dtype=bool)
    with np.errstate(invalid="ignore"):
        return np.asarray(values > last_day.toordinal())


def _unique(part: Part, names: Sequence[str], last_day: date | None) -> np.ndarray:
    """Rows of which the same cells stood in an earlier row; a row without any of them is not compared."""
    total = np.zeros(len(part.table), dtype=np.uint64)
    for name in names:
        cells = part.table.columns[part.columns.places[name]]
        total = total * np.uint64(0x9E3779B97F4A7C15) + cells.fingerprints()  # modulo 2^64
    if len(total) > _LARGE:
        import polars as pl

        if pl.Series(total).n_unique() == len(total):
            return np.zeros(len(total), dtype=bool)
    empty = part.table.columns[part.columns.places[names[0]]].empty
    return np.asarray(pd.Series(total).duplicated().to_numpy() & ~empty)


_IN_ROWS: dict[str, Callable[[Part, Sequence[str], date | None], np.ndarray]] = {
    "volgorde": _order,
    "samen": _together,
    "minstens-een": _at_least_one,
    "in-periode": _in_period,
    "uniek": _unique,
}


def _total(parts: Sequence[Part], rule: Rule, earlier: Earlier) -> Iterator[Finding]:
    rows = sum(len(part.table) for part in parts)
    if earlier.rows and abs(rows - earlier.rows) > rule.limit * earlier.rows:
        message = f"{rule.message}: {_number(rows)} nu, {_number(earlier.rows)} in levering {earlier.number}"
        yield Finding(str(rule.severity), message, rule.remedy, parts[0].table.file)


def _vanished(parts: Sequence[Part], rule: Rule, earlier: Earlier) -> Iterator[Finding]:
    """Clients who were still there in the delivery before, and are not in this one at all."""
    if earlier.pseudonym is None or not earlier.running:
        return
    name = rule.columns[0]
    here = {
        earlier.pseudonym(text)
        for part in parts
        if name in part.columns.places
        for text in set(part.table.columns[part.columns.places[name]].texts())
        if text
    }
    gone = len(earlier.running - here)
    if gone:
        message = f"{_number(gone)} {rule.message} ({earlier.number})"
        yield Finding(str(rule.severity), message, rule.remedy, parts[0].table.file)


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
