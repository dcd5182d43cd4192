"""The gate itself: what is hidden, what is rounded, and the private log of both."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from toolkit.disclosure.cells import (
    AMOUNTS,
    COMPLETE,
    Row,
    is_complete,
    is_small_area,
    rows_of,
    sizes,
)
from toolkit.disclosure.rules import primary
from toolkit.disclosure.secondary import protected
from toolkit.project import Disclosure
from toolkit.tables import MEASURES, check

_KEY = list(MEASURES.key)
_NUMBERS = ["value", "low", "high", "n", "n_eff"]


def protect(
    measures: pd.DataFrame,
    rules: Disclosure,
    hierarchy: pd.DataFrame,
    contributions: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The measures that may be published, in the order given, and a log of what was done to them.

    `hierarchy` has columns gebied and bovenliggend (the area that it is part of, or empty).
    `contributions` has the key columns of Measures and bijdrage: what each contributor adds to an amount.

    Complete registrations and signals: a cell is hidden when it, its complement (n - x) or the clients
    behind it (n_eff) are fewer than `minimum_count`; 0 counts as few. Amounts (source "financien", unit
    "euro ..."): hidden when n, the number of contributors, is below `minimum_contributors`, or when one
    contributor dominates (`rules.is_dominated`). Then the fewest further cells are hidden that leave an
    attacker, who runs linear programmes over everything in the release that adds up (areas, groups and
    their crossings, shares of one denominator, shares and rates with their numerators, a rate within a
    rate, rounded numbers as the interval that they stand for), an interval of at least `minimum_count`
    around every hidden number; for amounts of twice `dominance_percent` percent. So it is for the counts of
    the response too. Of a wijk or buurt counts and n are rounded to `round_to`, shares to whole percents or,
    if their numerator is published, recomputed from its rounded value. n_eff, which holds the number of
    clients, is never published.
    Sample estimates: hidden when n is unknown or below `minimum_estimate` (stories: `minimum_stories`),
    and when they are 0% or 100% in a part of the municipality or population. They are not attacked: no
    number of people follows from them.
    Indicators: hidden when a measurement with its own n has too few. Estimates marked
    "niet-publiceerbaar" keep their row and n, without value.

    Hidden rows stay, empty and with a status such as "onderdrukt: n < 10". All hidden cells of complete
    tables have one and the same text: it does not tell which of them is small. The log (columns of the
    key, handeling, reden) does tell, so it is private. The result is the same whatever the order of the
    rows, and a cell that is hidden stays hidden when tables are added. The input is not changed.
    """
    given = check(measures, MEASURES)
    frame = given.sort_values(_KEY, kind="stable").reset_index(names="position")
    parts_of = _parts(hierarchy)
    inner = {area for areas in parts_of.values() for area in areas}
    complete = is_complete(frame)
    small = primary(frame, sizes(frame), rules, inner, contributions)
    coarse = frame["source"].isin(COMPLETE) & is_small_area(frame) & (rules.round_to > 1)
    may_round = {int(row) for row in frame.index[coarse]}
    hidden = protected(frame[complete], {row for row in small if complete[row]}, parts_of, rules, may_round)
    hidden |= set(small)
    hidden |= _beside_hidden_amounts(frame, hidden)

    status = {row: f"onderdrukt: {reason}" for row, reason in small.items()}
    amounts = set(frame.index[frame["source"] == AMOUNTS])
    for row in sorted(hidden & set(frame.index[complete])):
        least = rules.minimum_contributors if row in amounts else rules.minimum_count
        status[row] = f"onderdrukt: n < {least} of daaruit af te leiden"
    public = frame.copy()
    known = [row for rows in rows_of(frame) for row in rows]
    rounded = _round(public, [row for row in known if row.row in may_round - hidden], rules.round_to)
    refused = public["status"].str.startswith("niet-publiceerbaar") & ~public.index.isin(list(hidden))
    public.loc[refused, ["value", "low", "high"]] = np.nan
    public.loc[sorted(hidden), _NUMBERS] = np.nan
    public.loc[public["source"].isin([*COMPLETE, AMOUNTS]), "n_eff"] = np.nan
    public["status"] = [status.get(row, text) for row, text in enumerate(public["status"])]
    log = frame[_KEY].assign(handeling="", reden="")
    log.loc[rounded, ["handeling", "reden"]] = ["afgerond", f"op {rules.round_to} (wijk of buurt)"]
    log.loc[refused, "handeling"] = "niet getoond"
    log.loc[refused, "reden"] = frame.loc[refused, "status"]
    rows = sorted(hidden)
    log.loc[rows, "handeling"] = ["onderdrukt" if row in small else "mee onderdrukt" for row in rows]
    log.loc[rows, "reden"] = [small.get(row, "anders af te leiden uit totalen") for row in rows]
    public = public.sort_values("position").drop(columns="position")
    return check(public, MEASURES), log[log["handeling"] != ""].reset_index(drop=True)


def _parts(hierarchy: pd.DataFrame) -> dict[str, list[str]]:
    """Per area the areas that are part of it."""
    parts: dict[str, list[str]] = {}
    for area, parent in zip(hierarchy["gebied"], hierarchy["bovenliggend"].fillna(""), strict=True):
        if parent and parent != area:
            parts.setdefault(str(parent), []).append(str(area))
    return parts


def _beside_hidden_amounts(frame: pd.DataFrame, hidden: set[int]) -> set[int]:
    """Ratios and other figures of money in a cell whose amount is hidden: they give it back."""
    money = frame[frame["source"] == AMOUNTS]
    place = money[["dataset", "area", "period", "group"]].apply(tuple, axis=1)
    amount = money["unit"].str.startswith("euro") & money.index.isin(list(hidden))
    beside = place.isin(list(place[amount])) & ~money["unit"].str.startswith("euro")
    return {int(row) for row in money.index[beside]}


def _round(public: pd.DataFrame, rows: Iterable[Row], to: int) -> list[int]:
    """Round these rows in `public`: counts, n, shares and rates; gives the rows that were rounded."""
    values, n = public["value"].to_dict(), public["n"].to_dict()
    changed = []

    def nearest(number: float) -> float:
        return float(to * np.floor(number / to + 0.5))

    for row in rows:
        if row.kind == "count":
            values[row.row] = nearest(row.value)
        elif row.kind == "rate" or (row.kind == "share" and row.linked):
            values[row.row] = row.factor * nearest(row.value) / row.n
        elif row.kind == "share":
            values[row.row] = float(np.floor(100 * row.value / row.n + 0.5))
        if not row.linked and row.kind != "rate":
            n[row.row] = nearest(n[row.row])
        changed.append(row.row)
    public["value"], public["n"] = pd.Series(values, dtype=float), pd.Series(n, dtype=float)
    return sorted(changed)
