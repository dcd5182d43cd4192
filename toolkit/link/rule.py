"""The parameters of the proposed code, and Dutch numbers for its explanation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

_WHOLE_FROM = 10.0  # percent: reports write larger shares without decimals
COUNTS = ("personen", "aantal", "trajecten")  # the count of an area says nothing beside that of the whole


@dataclass(frozen=True)
class Rule:
    """The parameters of the proposed code.

    minimum_stories: with fewer stories in a cell nothing is compared. polarity_margin: a mean
    polarity or feeling nearer to 0 than this is "gemengd". register_margin: how far, as a share of the
    reference, a number of a complete registration must lie from it to count as different.
    reference_area: the area beside the municipality that published indicators name. norms: per
    measure a value that counts as enough, used where there is no nulmeting and no reference area.
    """

    minimum_stories: int = 20
    polarity_margin: float = 0.1
    register_margin: float = 0.05
    reference_area: str = "NL0000"
    norms: Mapping[str, float] = field(default_factory=dict)


def dutch(value: float, unit: str, precise: bool = False) -> str:
    """A number for in a sentence, one decimal and a comma; days, counts and shares from 10% without decimals."""
    share = unit.startswith("procent") and (
        value == int(value) or (abs(value) >= _WHOLE_FROM and not precise)
    )
    whole = unit.startswith(("dagen", *COUNTS)) or share
    text = f"{math.floor(value + 0.5):,}" if whole else f"{math.floor(value * 10 + 0.5) / 10:,.1f}"
    text = text.replace(",", " ").replace(".", ",").replace(" ", ".")
    if unit.startswith("procent"):
        return f"{text}%"
    return f"{text} dagen" if unit == "dagen" else text


def dutch_pair(value: float, other: float, unit: str) -> tuple[str, str]:
    """Two numbers to set beside each other: with a decimal where they would look the same without."""
    pair = dutch(value, unit), dutch(other, unit)
    return pair if pair[0] != pair[1] else (dutch(value, unit, True), dutch(other, unit, True))


def signed(value: float) -> str:
    """A polarity or feeling with its sign: −0,40."""
    return f"{value:+.2f}".replace(".", ",").replace("-", "−")
