"""What stands behind each row of a release: the quantity, its denominator, and who shares them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

# Complete counts: a hidden cell can be worked out from totals. Estimates of a sample cannot.
COMPLETE = ("registratie", "signalen")
SAMPLES = ("enquete", "verhalen")
AMOUNTS = "financien"
COUNTS = ("aantal", "personen", "trajecten", "klachten", "bezwaren", "meldingen", "respondenten", "verhalen")
_RATE = re.compile(r"per ([\d.]+)")
# Of these the second counts everything that the first counts, and more: their difference can be read too.
NESTED = (("uitval.eenzijdig-client", "uitval.voortijdig"),)
# Nobody is in both of these; who is in neither can be read from the two and their denominator.
APART = (
    ("doelrealisatie.problemen-minder", "doelrealisatie.problemen-meer"),
    ("doelrealisatie.zelfredzaamheid", "doelrealisatie.zelfredzaamheid-minder"),
)
# These lie within each other as well, but nobody is told of by the difference.
ORDERED = (("respons.volledig", "respons.begonnen"), ("respons.begonnen", "respons.uitgenodigd"))

Cell = tuple[str, str]  # area, group


@dataclass(frozen=True)
class Row:
    """One row of a release that an attacker can calculate with.

    `quantity` names the count or amount behind it (None for a median: only its n is a count), `base` the
    denominator (None when it has none, or residents). Rows with the same name and cell share the number.
    `value` is the true number behind the row, `n` the true denominator; `linked` says that the numerator of
    this share or rate is published as a row of its own.
    """

    row: int
    measure: str
    area: str
    group: str
    kind: str  # count, share, rate, amount or base
    value: float
    n: float
    factor: float
    quantity: Hashable | None = None
    base: Hashable | None = None
    linked: bool = False

    @property
    def cell(self) -> Cell:
        """Where it stands in a table."""
        return self.area, self.group


def is_count(frame: pd.DataFrame) -> pd.Series[bool]:
    """Rows whose value is a number of persons, trajectories, complaints and so on."""
    share = frame["unit"].str.startswith("procent")
    return frame["unit"].str.startswith(COUNTS) | (frame["measure"].str.startswith("respons.") & ~share)


def is_complete(frame: pd.DataFrame) -> pd.Series[bool]:
    """Rows that add up exactly: registrations, signals, amounts, and the counts of the response."""
    return frame["source"].isin([*COMPLETE, AMOUNTS]) | is_response(frame)


def is_small_area(frame: pd.DataFrame) -> pd.Series[bool]:
    """Rows of a wijk or buurt."""
    return frame["area"].str.startswith(("WK", "BU"))


def is_response(frame: pd.DataFrame) -> pd.Series[bool]:
    """Rows that say how many people were invited, began and finished."""
    return (frame["source"] == "enquete") & frame["measure"].str.startswith("respons.")


def sizes(frame: pd.DataFrame) -> pd.Series[float]:
    """Per row the number that must not be small: a count, the smaller side of a share, else n."""
    hits = (frame["value"] * frame["n"] / 100).round()
    share = frame["unit"].str.startswith("procent") & frame["value"].notna()
    size = frame["n"].where(~share, np.minimum(hits, frame["n"] - hits))
    per = frame["unit"].map(lambda unit: np.nan if unit.startswith("euro") else _factor(unit) or np.nan)
    rate = (frame["value"] * frame["n"] / per.astype(float)).round()
    return size.where(rate.isna(), rate).where(~is_count(frame), frame["value"])


def rows_of(frame: pd.DataFrame) -> Iterator[list[Row]]:
    """The rows that add up, per source, dataset and period: what one attacker puts side by side."""
    chosen = frame[is_complete(frame)]
    for _, same in chosen.groupby(["source", "dataset", "period"]):
        yield _describe(same)


def _factor(unit: str) -> float:
    """What a rate is counted per: 1000 for "per 1.000 inwoners", 1 for "euro per inwoner", else 0."""
    found = _RATE.search(unit)
    if found:
        return float(found[1].strip(".").replace(".", ""))
    return 1.0 if unit.startswith("euro per ") else 0.0


def _kind(unit: str, count: bool) -> str:
    if _factor(unit):
        return "rate"
    if unit.startswith("procent"):
        return "share"
    if count:
        return "count"
    return "amount" if unit.startswith("euro") else "base"


def _describe(same: pd.DataFrame) -> list[Row]:
    counts = is_count(same)
    columns = ("measure", "unit", "area", "group", "value", "n")
    lines = [
        (int(str(index)), *values, bool(counts[index]))
        for index, *values in same[list(columns)].itertuples(name=None)
    ]
    named: dict[tuple[str, str], list[Row]] = {}
    for row, measure, unit, area, group, value, n, count in lines:
        kind = _kind(unit, count)
        if np.isnan(value):
            if kind == "share" and n == 0:
                value = 0.0
            elif kind in ("count", "amount", "rate") or np.isnan(n):
                continue
            else:
                kind = "base"
        if kind in ("share", "rate", "base") and np.isnan(n):
            continue
        factor = 100.0 if kind == "share" else _factor(unit) or 1.0
        hits = value if kind in ("count", "amount") else value * n / factor if kind != "base" else np.nan
        exact = kind == "amount" or (kind == "rate" and unit.startswith("euro"))
        number = hits if exact or np.isnan(hits) else round(hits)
        named.setdefault((measure, unit), []).append(
            Row(row, measure, area, group, kind, float(number), float(n), factor)
        )
    return list(_names(named))


def _names(named: dict[tuple[str, str], list[Row]]) -> Iterator[Row]:
    """Give each row the names of its quantity and its base.

    Measures that have the same n everywhere in the release have the same denominator, as far as an attacker
    can tell. A share or rate that everywhere has a published count (or amount) as numerator has that
    quantity, and its denominator is known from elsewhere.
    """
    wholes: list[tuple[tuple[str, str], dict[Cell, float]]] = []
    for name, rows in sorted(named.items()):
        if rows[0].kind in ("count", "amount"):
            wholes.append((name, {row.cell: row.value for row in rows}))
    bases: dict[frozenset[tuple[Cell, float]], tuple[str, str]] = {}
    for name, rows in sorted(named.items()):
        kind = rows[0].kind
        if kind in ("count", "amount"):
            yield from (replace(row, quantity=name) for row in rows)
            continue
        linked = next((whole for whole, cells in wholes if _numerator(rows, name, whole, cells)), None)
        everywhere = frozenset((row.cell, row.n) for row in rows)
        base = None if kind == "rate" else ("n", bases.setdefault(everywhere, name))
        for row in rows:
            quantity = None if row.kind == "base" else linked or name
            yield replace(row, quantity=quantity, base=base, linked=linked is not None)


def _numerator(
    rows: list[Row], name: tuple[str, str], whole: tuple[str, str], cells: dict[Cell, float]
) -> bool:
    amounts = whole[1].startswith("euro")
    if not amounts and name[0].partition(".")[0] != whole[0].partition(".")[0]:
        return False
    both = [row for row in rows if row.cell in cells and row.kind in ("share", "rate")]
    return bool(both) and all(
        abs(row.value - cells[row.cell]) <= (1e-6 * abs(row.value) if amounts else 0.5) for row in both
    )
