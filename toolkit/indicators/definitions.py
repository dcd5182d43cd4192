"""What an indicator is: its kind, the way it should go, its baseline as a number and as published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from toolkit.cells import parse_number

Kind = Literal["getal", "verhouding", "kwalitatief", "onbekend", "per-voorziening", "verwijzing"]

COLUMNS = (
    "set",
    "id",
    "thema",
    "naam",
    "nulmeting",
    "eenheid",
    "peildatum",
    "doel",
    "bron",
    "opmerking",
)
MEASUREMENT_COLUMNS = (
    "set",
    "id",
    "gebied",
    "periode",
    "waarde",
    "laag",
    "hoog",
    "n",
    "bron",
    "definitie",
)
# A definition may name its own version; a measurement with another one is never compared with it.
OPTIONAL_COLUMNS = ("definitie",)
# Whether a measurement is a complete registration or a sample; empty: a sample when it has n or an interval.
MEASUREMENT_OPTIONAL = ("soort",)
MEASUREMENT_KINDS = ("", "registratie", "steekproef")

PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?|-Q[1-4])?")
AREA = re.compile(r"(NL\d{4}|GM\d{4}|WK\d{6}|BU\d{8})")


@dataclass(frozen=True)
class Range:
    """The lowest and highest value that a unit allows; None is no limit."""

    low: float | None
    high: float | None

    def holds(self, value: float) -> bool:
        """Whether the value lies within the limits."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def kind_of(nulmeting: str, eenheid: str, bron: str, opmerking: str) -> Kind:
    """The kind of an indicator, from the way its row is filled in.

    "verwijzing": its source is another set ("zie uvp-..."); "kwalitatief": described in words;
    "per-voorziening": one number would hide the differences; "verhouding": two parts such as 30-70;
    "onbekend": no baseline yet; else "getal".
    """
    if bron.casefold().startswith("zie "):
        return "verwijzing"
    if eenheid.casefold().startswith("kwalitatief"):
        return "kwalitatief"
    if "verschilt per" in opmerking.casefold() and not nulmeting:
        return "per-voorziening"
    if not nulmeting:
        return "onbekend"
    return "verhouding" if eenheid.casefold().startswith("verhouding") else "getal"


def direction_of(doel: str) -> str:
    """The wished direction, "meer", "minder" or "gelijk"; empty when the aim names none."""
    first = doel.casefold().split()[:1]
    return first[0] if first and first[0] in ("meer", "minder", "gelijk") else ""


def range_of(eenheid: str) -> Range:
    """The limits of a unit: percent 0-100, "schaalscore 0-10" its own ends, counts from 0."""
    unit = eenheid.casefold()
    if unit.startswith(("procent", "verhouding")):
        return Range(0, 100)
    if match := re.search(r"(\d+)\s*-\s*(\d+)", unit):
        return Range(float(match[1]), float(match[2]))
    if unit == "cijfer":
        return Range(1, 10)
    return Range(0 if unit.startswith("aantal") else None, None)


def to_ratio(text: str) -> float | None:
    """The first part of a ratio in percent ("30-70" is 30), or None unless the parts add up to 100."""
    match = re.fullmatch(r"(\d+(?:,\d+)?)\s*[-–:/]\s*(\d+(?:,\d+)?)", text.strip())
    if not match:
        return None
    parts = [float(part.replace(",", ".")) for part in match.groups()]
    return parts[0] if abs(sum(parts) - 100) < 0.051 else None


def value_of(text: str, kind: Kind) -> float | None:
    """The number that a published text stands for: of a ratio its first part."""
    return to_ratio(text) if kind == "verhouding" else parse_number(text, typed=True)


def period_key(period: str) -> tuple[int, int, int]:
    """Year, month and day at which a period ends, so that periods of different length can be ordered.

    A period is a year, quarter, month, day, or two days with a slash between them.
    """
    period = period.rpartition("/")[2]
    year = int(period[:4])
    if "Q" in period:
        return year, 3 * int(period[-1]), 31
    parts = [int(part) for part in period.split("-")]
    return year, parts[1] if len(parts) > 1 else 12, parts[2] if len(parts) > 2 else 31
