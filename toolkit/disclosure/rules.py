"""Which rows are hidden for their own sake: too few people, or too much of one contributor."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from toolkit.disclosure.cells import AMOUNTS, COMPLETE, SAMPLES, is_count, is_small_area
from toolkit.project import Disclosure
from toolkit.tables import MEASURES

_KEY = list(MEASURES.key)


def primary(
    frame: pd.DataFrame,
    size: pd.Series[float],
    rules: Disclosure,
    inner_areas: Collection[str],
    contributions: pd.DataFrame | None,
) -> dict[int, str]:
    """Rows that are hidden for their own sake, with the reason.

    `size` is what must not be small per row, `inner_areas` are the areas that are part of another one,
    `contributions` has the key columns of Measures and `bijdrage`; see `protect` for the rules.
    """
    reasons: dict[int, str] = {}

    def hide(rows: pd.Series[bool], reason: str) -> None:
        for row in frame.index[rows]:
            reasons.setdefault(int(row), reason)

    smallest = rules.minimum_count
    complete = frame["source"].isin(COMPLETE)
    few = (size < smallest) | (frame["n"] < smallest) | (frame["n_eff"] < smallest)
    hide(complete & few, f"n < {smallest}")
    sample, count = frame["source"].isin(SAMPLES), is_count(frame)
    hide(sample & count & (frame["value"] < smallest), f"n < {smallest}")
    for source, least in (("enquete", rules.minimum_estimate), ("verhalen", rules.minimum_stories)):
        estimate = (frame["source"] == source) & ~count
        hide(estimate & (frame["n"] < least), f"n < {least}")
        hide(estimate & frame["value"].notna() & frame["n"].isna(), "n onbekend")
    part = frame["area"].isin(list(inner_areas)) | is_small_area(frame) | (frame["group"] != "")
    share = frame["unit"].str.startswith("procent")
    hide(sample & ~count & share & part & frame["value"].round(6).isin([0.0, 100.0]), "0% of 100%")
    own = frame["source"] == "indicator"
    hide(own & frame["low"].notna() & (frame["n"] < rules.minimum_estimate), f"n < {rules.minimum_estimate}")
    hide(own & (frame["n"] < smallest), f"n < {smallest}")
    amount = (frame["source"] == AMOUNTS) & frame["unit"].str.startswith("euro")
    counted = amount & ~frame["unit"].str.startswith("euro per")
    hide(counted & (frame["n"] < rules.minimum_contributors), f"n < {rules.minimum_contributors}")
    if contributions is not None and len(contributions):
        given = {key: list(same["bijdrage"]) for key, same in contributions.groupby(_KEY)}
        keys = frame[_KEY].itertuples(index=False, name=None)
        dominated = [is_dominated(given.get(key, []), rules) for key in keys]
        hide(pd.Series(dominated, index=frame.index) & amount, "een bijdrage overheerst")
    return reasons


def is_dominated(amounts: Collection[float], rules: Disclosure) -> bool:
    """Whether an amount made of these contributions tells too much about the largest one.

    True with fewer contributors than `minimum_contributors` (n-rule), and when the contributors beside the
    two largest are together less than `dominance_percent` percent of the largest: the second can then work
    out the first too closely (p% rule; Hundepool et al. 2012, Statistical Disclosure Control, 4.2). Without
    contributions nothing can be said: False. The sign of an amount does not count.
    """
    largest_first = np.sort(np.abs(np.asarray(list(amounts), dtype=float)))[::-1]
    largest_first = largest_first[largest_first > 0]
    if not len(amounts):
        return False
    if len(largest_first) < rules.minimum_contributors:
        return True
    rest = float(largest_first[2:].sum())
    return rest < rules.dominance_percent / 100 * float(largest_first[0])
