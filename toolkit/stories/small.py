"""Shares of stories from which the number of tellers behind them could be worked out are hidden.

The number of stories (n) stands beside a share, so a share tells its numerator. It is shown only when at
least `least` tellers stand on either side: those with and those without. What is hidden must not follow
from what is shown: the parts of the municipality add up to the whole, and the sentiments to all stories.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from toolkit.larger import Larger, useful
from toolkit.tables import MEASURES

REASON = "onderdrukt: minder dan {} vertellers, of daaruit af te leiden"
_NUMBERS = ["value", "low", "high", "n_eff"]


def hide_small(rows: pd.DataFrame, least: int, city: str) -> pd.DataFrame:
    """Measures of stories with the shares hidden that tell of fewer than `least` tellers.

    `rows` has the columns of Measures with `hits` and `misses`: the tellers with and without, NaN where a
    row is no share. Both columns are dropped. A figure over the stories of a theme (group "thema=x") whose
    number of stories would give a hidden share away loses its n. The input is not changed.
    """
    rows = rows.reset_index(drop=True)
    shares = rows["hits"].notna()
    hidden = set(rows.index[shares & ((rows["hits"] < least) | (rows["misses"] < least))])
    relations = [*_areas(rows[shares], city), *_sentiments(rows[shares])]
    changed = True
    while changed:
        changed = False
        for whole, parts in relations:
            while _gives_away(rows, whole, parts, hidden, least):
                shown = [row for row in parts if row not in hidden]
                further = min(shown, key=lambda row: (rows["hits"][row], row)) if shown else whole
                if further is None or further in hidden:
                    break
                hidden.add(further)
                changed = True
    found = rows.drop(columns=["hits", "misses"])
    # A row that has no value for another reason keeps that reason.
    gone = sorted(row for row in hidden if rows["value"].notna()[row])
    found.loc[gone, _NUMBERS] = float("nan")
    found.loc[gone, "status"] = REASON.format(least)
    found.loc[_tells(rows, hidden), ["n", *_NUMBERS]] = float("nan")
    return found


def with_larger(
    rows: pd.DataFrame, larger: Sequence[Larger], city: str, limits: Mapping[str, float]
) -> pd.DataFrame:
    """Measures through `hide_small`: of the city and the wijken, and then of the larger areas that are of use.

    `rows` is as `hide_small` asks, with a column for each key of `limits` (what must not be few). The larger
    areas hide nothing of a wijk; see `larger.useful` for which of them stay. Figures over the stories of a
    theme need the share of that theme beside them: their n is its numerator.
    """
    counts = list(limits)
    above = rows["area"].isin([one.code for one in larger])
    areas, own = rows[~above].reset_index(drop=True), rows[above].reset_index(drop=True)
    found = hide_small(areas, int(limits["hits"]), city)
    if len(own):
        tried = hide_small(own, int(limits["hits"]), city)
        stays = useful(tried.assign(**own[counts]), found.assign(**areas[counts]), larger, city, limits)
        themes = {
            (line["area"], line["measure"].replace("thema.", "thema="))
            for line in tried[stays & (tried["group"] == "rol=inwoner")].to_dict("records")
        }
        pairs = zip(tried["area"], tried["group"], strict=True)
        about = pd.Series(
            [not group.startswith("thema=") or (area, group) in themes for area, group in pairs]
        )
        found = pd.concat([found, tried[stays & about]], ignore_index=True)
    return found[MEASURES.names]


def _areas(shares: pd.DataFrame, city: str) -> Iterator[tuple[int | None, Sequence[int]]]:
    """The municipality with its parts, per figure."""
    for _, same in shares.groupby(["measure", "group", "period", "dataset"], sort=True):
        whole = [int(str(row)) for row in same.index[same["area"] == city]]
        parts = [int(str(row)) for row in same.index[same["area"] != city]]
        if whole and parts:
            yield whole[0], parts


def _sentiments(shares: pd.DataFrame) -> Iterator[tuple[int | None, Sequence[int]]]:
    """The sentiments of the same stories, which together are all of them."""
    tone = shares[shares["measure"].str.startswith("sentiment.")]
    for _, same in tone.groupby(["area", "group", "period", "dataset"], sort=True):
        yield None, [int(str(row)) for row in same.index]


def _gives_away(
    rows: pd.DataFrame, whole: int | None, parts: Sequence[int], hidden: set[int], least: int
) -> bool:
    """Whether hidden cells of a sum follow from the shown ones, alone or as a too small group."""
    covered = [row for row in parts if row in hidden]
    if whole is not None and whole in hidden:
        return not covered
    if not covered:
        return False
    both = [rows.loc[covered, side].sum() for side in ("hits", "misses")]
    # Of the sentiments the tellers "without" are no separate group: they have another sentiment.
    return len(covered) == 1 or both[0] < least or (whole is not None and both[1] < least)


def _tells(rows: pd.DataFrame, hidden: set[int]) -> pd.Series[bool]:
    """Figures over the stories of a theme whose n is the numerator of a hidden share."""
    secret = {
        (rows["area"][row], rows["measure"][row].removeprefix("thema."))
        for row in hidden
        if rows["measure"][row].startswith("thema.") and rows["group"][row] == "rol=inwoner"
    }
    theme = rows["group"].str.removeprefix("thema=")
    about = rows["group"].str.startswith("thema=")
    pairs = zip(rows["area"], theme, strict=True)
    return about & pd.Series([pair in secret for pair in pairs], index=rows.index)
