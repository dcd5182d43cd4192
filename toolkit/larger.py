"""Larger areas for figures that are too small for a wijk, and which of them a reader cannot subtract apart.

A plan declares larger areas (stadsdelen) with the wijken that they hold. A larger area gets a figure only
beside wijken that lack one, and only when what it tells more than the published wijken do is itself large
enough: nobody must learn of a few people by taking published wijken from a published larger area.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

PREFIX = "SD-"
_SAME = ["dataset", "measure", "unit", "period", "group"]


@dataclass(frozen=True)
class Larger:
    """A larger area: its code (SD-...), its name, and the codes of the wijken in it."""

    code: str
    name: str
    parts: tuple[str, ...]


def larger_areas(declared: Mapping[str, Sequence[str]]) -> tuple[Larger, ...]:
    """The larger areas of a plan (name: wijken), each with a code made from its name."""
    return tuple(Larger(code_of(name), name, tuple(parts)) for name, parts in declared.items())


def code_of(name: str) -> str:
    """The code of a larger area: "Dordrecht Oost" is SD-dordrecht-oost."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return PREFIX + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x")


def parent_of(larger: Iterable[Larger]) -> dict[str, str]:
    """The code of the larger area of each wijk that is in one."""
    return {part: one.code for one in larger for part in one.parts}


def useful(
    rows: pd.DataFrame, areas: pd.DataFrame, larger: Sequence[Larger], city: str, limits: Mapping[str, float]
) -> pd.Series[bool]:
    """Which rows of larger areas may be shown beside the wijken, and are of use there.

    `rows` are figures of larger areas and `areas` those of the wijken and the city: columns of Measures, and
    a column for each key of `limits` that counts what must not be few (NaN: does not count it). A row without
    value is not shown. A row of a larger area stays when a wijk in it has no value, and

    - the counts of the larger area minus those of its shown wijken, which anybody can work out, are each at
      least their limit;
    - the city shows that figure, and the city minus everything shown leaves nothing or at least the limits.

    Where the last fails, larger areas are given up until it holds, first the one that tells least. Sentiments
    add up to all stories, so of one place and group they are shown together or not at all.
    """
    keep = pd.Series(False, index=rows.index)
    of_areas = dict(list(areas.groupby(_SAME, dropna=False, sort=False)))
    for key, same in rows[rows["value"].notna()].groupby(_SAME, dropna=False, sort=False):
        if key in of_areas:
            keep[_apart(same, of_areas[key], larger, city, limits)] = True
    tone = rows["measure"].str.startswith("sentiment.")
    if tone.any():
        places = rows[tone].groupby(["dataset", "area", "period", "group"]).groups
        for together in places.values():
            if not keep[together].all():
                keep[together] = False
    return keep


def _apart(
    same: pd.DataFrame, areas: pd.DataFrame, larger: Sequence[Larger], city: str, limits: Mapping[str, float]
) -> list[int]:
    """The rows of one figure that may be shown."""
    counts = list(limits)
    whole = areas[areas["area"] == city]
    if whole.empty or whole["value"].isna().all():
        return []
    wijken = areas[areas["area"] != city].set_index("area")
    shown = wijken[wijken["value"].notna()]
    parts = {one.code: one.parts for one in larger}
    rest = {}
    for row, line in zip(same.index, same.to_dict("records"), strict=True):
        own = shown[shown.index.isin(parts[line["area"]])]
        if len(own) == len(parts[line["area"]]):
            continue  # every wijk has its own figure
        left = pd.Series({name: line[name] for name in counts}, dtype=float) - own[counts].sum()
        if _enough(left, limits):
            rest[row] = (left, set(parts[line["area"]]))

    def remainder() -> pd.Series[float]:
        covered = set().union(*(inside for _, inside in rest.values()))
        loose = shown[~shown.index.isin(list(covered))]
        total = whole.iloc[0][counts].astype(float) - same.loc[list(rest), counts].sum() - loose[counts].sum()
        return pd.Series(total, dtype=float)

    while rest and not (_enough(remainder(), limits) or (remainder().fillna(0) <= 0).all()):
        rest.pop(min(rest, key=lambda row: (rest[row][0].min(), row)))
    return [int(str(row)) for row in rest]


def _enough(left: pd.Series[float], limits: Mapping[str, float]) -> bool:
    return all(left[name] >= limits[name] for name in limits if left[name] == left[name])


def in_larger(areas: pd.Series[str], larger: Iterable[Larger]) -> pd.Series[str]:
    """The larger area of each area in a column; "" where there is none."""
    return areas.map(parent_of(larger)).fillna("")


def levels(area: str, larger: Iterable[Larger], city: str) -> Iterator[str]:
    """Where a figure of an area may come from: itself, its larger area, the city."""
    yield area
    if area != city:
        if (above := parent_of(larger).get(area)) is not None:
            yield above
        yield city
