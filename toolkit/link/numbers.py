"""What a number of an area says, set against the city, its nulmeting, the country or a norm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import pandas as pd

from toolkit.larger import Larger, levels
from toolkit.link.rule import COUNTS, Rule, dutch, dutch_pair

_Z = NormalDist().inv_cdf(0.975)
_SIGNIFICANT = 0.05
_NOTHING = float("nan")


@dataclass(frozen=True)
class Number:
    """What a measure says: 1 favourable, -1 unfavourable, 0 no clear difference, None no reference.

    `row` is the figure and `area` where it is of: the area itself or, where that has none, its larger area
    or the city. `against` names the reference (Dutch words), `difference` is the figure minus it, with an
    interval (low, high) where one of both has one.
    """

    sign: int | None
    words: str
    row: Mapping[Any, Any]
    area: str = ""
    against: str = ""
    reference: float = _NOTHING
    difference: float = _NOTHING
    low: float = _NOTHING
    high: float = _NOTHING

    @property
    def judgement(self) -> str:
        """gunstiger, ongunstiger or niet aantoonbaar; empty without a comparison."""
        return {1: "gunstiger", -1: "ongunstiger", 0: "niet aantoonbaar", None: ""}[self.sign]


def number_of(
    numbers: pd.DataFrame,
    measure: str,
    area: str,
    larger: tuple[Larger, ...],
    municipality: str,
    wished: str,
    names: Mapping[str, str],
    rule: Rule,
) -> Number:
    """The measure of an area against its reference, from the first level that has a figure.

    A count is never taken from a larger area. The figure of the city stands for a wijk without a judgement.
    """
    mine = latest(numbers, measure, area)
    for level in levels(area, larger, municipality):
        own = latest(numbers, measure, level)
        if not missing(own) and (level == area or not str(own["unit"]).startswith(COUNTS)):
            break
    else:
        return Number(None, _none(mine), mine)
    if level == municipality != area:
        words = f"{_none(mine)} Getoond is het cijfer van heel {names.get(municipality, municipality)}."
        return Number(None, words, own, level)
    of = f"Het cijfer van {names.get(level, level)}" if level != area else "Het cijfer"
    reference, words = _reference(numbers, own, measure, level, municipality, names, rule)
    if wished not in ("meer", "minder") or missing(reference):
        why = "een vergelijking" if wished in ("meer", "minder") else "een gewenste richting"
        told = f"{of} is {dutch(own['value'], own['unit'])}{f' ({based})' if (based := _base(own)) else ''}; {why} ontbreekt."
        return Number(None, told, own, level)
    difference = own["value"] - reference["value"]
    pair = dutch_pair(own["value"], reference["value"], own["unit"])
    against = f"{pair[0]} tegen {pair[1]} {words}"
    against += f"; {based}" if (based := _base(own)) else ""
    spread = _margin(own, reference, rule, plain=True)
    half = spread if spread > 1e-6 else _NOTHING
    found = Number(
        None, "", own, level, words, reference["value"], difference, difference - half, difference + half
    )
    if own["source"] == "indicator" and own["status"] != "ok":
        return replace(found, words=f"Van het cijfer is de marge niet bekend ({against}).")
    demonstrable = _tested(numbers, own)
    if demonstrable is None:
        demonstrable = abs(difference) > _margin(own, reference, rule, plain=level == municipality)
    if not demonstrable:
        return replace(found, sign=0, words=f"{of} verschilt niet aantoonbaar ({against}).")
    sign = 1 if (difference > 0) == (wished == "meer") else -1
    told = f"{of} is {'gunstiger' if sign > 0 else 'ongunstiger'} ({against})."
    return replace(found, sign=sign, words=told)


def _none(row: Mapping[Any, Any]) -> str:
    reason = str(row.get("status", "")).partition(": ")[2]
    return "Er is geen cijfer" + (f" ({reason})." if reason else ".")


def _base(row: Mapping[Any, Any]) -> str:
    """The number of answers behind a figure; a count is its own."""
    counted = row["n"] != row["n"] or str(row["unit"]).startswith(COUNTS)
    return "" if counted else f"n = {dutch(row['n'], 'aantal')}"


def latest(numbers: pd.DataFrame, measure: str, area: str) -> dict[Any, Any]:
    """The newest row of a measure in an area, surveys and registrations first; {} when there is none."""
    found = numbers[(numbers["measure"] == measure) & (numbers["area"] == area)]
    if found.empty:
        return {}
    published = found["source"] == "indicator"
    dated = found["period"].where(found["period"] != "onbekend", "")
    order = found.assign(own=~published, dated=dated).sort_values(["own", "dated", "source", "dataset"])
    return dict(order.iloc[-1].to_dict())


def missing(row: Mapping[Any, Any]) -> bool:
    """Whether there is no number in a row."""
    return not row or math.isnan(row["value"])


def _reference(
    numbers: pd.DataFrame,
    own: Mapping[Any, Any],
    measure: str,
    area: str,
    municipality: str,
    names: Mapping[str, str],
    rule: Rule,
) -> tuple[Mapping[Any, Any], str]:
    """What the number is set against, and the Dutch words for it."""
    if area != municipality:
        city = latest(numbers, measure, municipality)
        same = bool(city) and city["period"] == own["period"] and city["unit"] == own["unit"]
        same = same and (city["source"], city["dataset"]) == (own["source"], own["dataset"])
        same = same and not str(own["unit"]).startswith(COUNTS)
        return (city if same else {}), f"in {names.get(municipality, municipality)}"
    comparable = numbers[
        (numbers["measure"] == measure) & (numbers["unit"] == own["unit"]) & numbers["value"].notna()
    ]
    published = comparable[comparable["source"] == "indicator"].sort_values("period", kind="stable")
    earlier = published[(published["area"] == municipality) & (published["period"] < own["period"])]
    if len(earlier):
        base = dict(earlier.iloc[0].to_dict())
        return base, f"bij de nulmeting van {base['period']}"
    elsewhere = published[published["area"] == rule.reference_area]
    if len(elsewhere):
        name = "Nederland" if rule.reference_area == "NL0000" else rule.reference_area
        return dict(elsewhere.iloc[-1].to_dict()), f"in {name}"
    norm = rule.norms.get(measure, math.nan)
    return {"value": norm, "low": math.nan, "high": math.nan}, "als norm"


def _tested(numbers: pd.DataFrame, own: Mapping[Any, Any]) -> bool | None:
    """Whether the analysis itself found a difference with the rest of the city, after Holm; None: not tested."""
    same = numbers["measure"] == f"{own['measure']}.verschil-rest"
    for name in ("source", "dataset", "area", "period"):
        same = same & (numbers[name] == own[name])
    chance = numbers.loc[same & (numbers["unit"] == "p-waarde na Holm"), "value"].dropna()
    return bool(chance.iloc[0] < _SIGNIFICANT) if len(chance) else None


def _margin(own: Mapping[Any, Any], reference: Mapping[Any, Any], rule: Rule, *, plain: bool) -> float:
    """How far two numbers may lie apart without a demonstrable difference."""
    spreads = [row["high"] - row["low"] for row in (own, reference) if not math.isnan(row["low"])]
    if not spreads:
        return 1e-9 if plain else rule.register_margin * abs(float(reference["value"]))
    return _Z * math.sqrt(sum((spread / (2 * _Z)) ** 2 for spread in spreads))
