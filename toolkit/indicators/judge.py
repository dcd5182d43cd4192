"""Judge the change of an indicator against its nulmeting, in words and with the reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import pandas as pd

from toolkit.indicators import definitions as define
from toolkit.indicators.read import IndicatorSet

Verdict = Literal["gewenste richting", "ongewenste richting", "geen aantoonbaar verschil", "niet te zeggen"]
_Z = NormalDist().inv_cdf(0.975)  # two-sided 95%


@dataclass(frozen=True)
class Judgement:
    """The verdict on a change and, in Dutch, what it rests on.

    `difference` is the measurement minus the baseline in the indicator's own unit, with its 95%
    interval; all NaN when the comparison was refused, the interval NaN for a complete registration.
    """

    verdict: Verdict
    reason: str
    difference: float = math.nan
    low: float = math.nan
    high: float = math.nan


def judge(definition: Mapping[str, Any], measurement: Mapping[str, Any] | None) -> Judgement:
    """The change of one indicator from its baseline to a later measurement.

    `definition` and `measurement` are rows of an IndicatorSet. A sample counts as changed when the
    95% interval of the difference leaves out 0, by the method of Newcombe (1998): each side of the
    interval takes the margins that count on that side. A share with n but no interval gets Wilson's.
    Usually nothing is known about the margin of a published baseline; then it counts as exact, and the
    reason says so. A complete registration is compared as it stands. Refused with the reason: no
    baseline or only about right, another definition, scale or population, a pilot, no later measurement, a
    sample without margin.
    """
    refused = _refusal(definition, measurement)
    if refused or measurement is None:
        return Judgement("niet te zeggen", refused)
    base, value = float(definition["nulmeting_waarde"]), float(measurement["getal"])
    # Published decimals: 5.7 - 6.0 must not count as -0.2999999.
    difference = round(value - base, 9)
    change = f"verschil {in_words(difference, definition['eenheid'])}"
    if measurement["soort"] == "registratie" and pd.isna(measurement["laag"]):
        verdict = _verdict(definition, difference) if difference else "geen aantoonbaar verschil"
        reason = f"volledige registratie: {change if difference else 'geen verschil'}"
        return Judgement(verdict, reason, difference)
    margin = interval(measurement, is_percent(definition))
    if margin is None:
        reason = "van deze meting is geen marge of aantal bekend"
        return Judgement("niet te zeggen", reason, difference)
    known = (definition.get("nulmeting_laag", math.nan), definition.get("nulmeting_hoog", math.nan))
    low, high = difference_interval(value, margin, base, known)
    basis = f"{change}, 95%-interval {signed(low)} tot {signed(high)}"
    if pd.isna(measurement["laag"]):
        basis += " (marge berekend uit n)"
    if pd.isna(known[0]):
        basis += "; de marge van de nulmeting is niet bekend"
    sure = not low <= 0 <= high
    return Judgement(
        _verdict(definition, difference) if sure else "geen aantoonbaar verschil",
        basis, difference, low, high,
    )  # fmt: skip


def _refusal(definition: Mapping[str, Any], measurement: Mapping[str, Any] | None) -> str:
    """Why nothing can be said about a change, or an empty string."""
    match definition["soort"]:
        case "verwijzing":
            return f"zie {str(definition['bron'])[4:]}"
        case "kwalitatief":
            return "kwalitatieve indicator: beschreven in woorden"
        case "per-voorziening":
            return "verschilt per voorziening: er is niet één getal"
        case "onbekend":
            return "nulmeting nog onbekend"
        case "pilot" if measurement is not None:
            return "de nulmeting telt een pilot: een later aantal is daar niet mee te vergelijken"
    if measurement is None:
        return "nog geen nieuwe meting"
    if pd.isna(measurement["getal"]):
        return f"de meting van {measurement['periode']} wordt niet getoond om mensen te beschermen"
    for approximate, what in (
        (definition, "de nulmeting"),
        (measurement, f"de meting van {measurement['periode']}"),
    ):
        if approximate.get("benadering", False):
            return f"{what} is alleen bij benadering bekend"
    if problem := other_definition(definition, measurement):
        return problem
    if not definition["peildatum"]:
        return "de peildatum van de nulmeting is niet bekend"
    if define.period_key(str(measurement["periode"])) <= define.period_key(str(definition["peildatum"])):
        return "de meting is niet later dan de nulmeting"
    return ""


def other_definition(definition: Mapping[str, Any], measurement: Mapping[str, Any]) -> str:
    """Why a measurement cannot stand beside the indicator: another definition, scale, population or unit."""
    own, other = str(definition["definitie"]), str(measurement["definitie"])
    if other and not own and measurement.get("herkomst") == "enquete":
        return f"de nulmeting zegt niet of zij ook met {other} is gemeten (kolom definitie van de set)"
    if not _same_definition(own, measurement):
        if not other:
            return f"de meting van {measurement['periode']} zegt niet of zij met {own} is gemeten"
        beside = f" (de indicator: {own})" if own else ""
        return f"de meting van {measurement['periode']} heeft een andere definitie of schaal: {other}{beside}"
    if measurement.get("eenheid", definition["eenheid"]) != definition["eenheid"]:
        return f"de meting van {measurement['periode']} heeft een andere eenheid: {measurement['eenheid']}"
    return ""


def against_reference(
    definition: Mapping[str, Any], measurement: Mapping[str, Any], reference: Mapping[str, Any]
) -> str:
    """In Dutch, how far a measurement lies from that of the reference area in the same period.

    Difference with its 95% interval where both margins are known (Newcombe 1998), or where both are
    complete registrations; else only the difference, and that its margin is unknown. A wijk is part of
    its municipality; that overlap is neglected, which makes the interval careful. Empty when the periods
    differ: then the values stand beside each other, and that is all.
    """
    if measurement["periode"] != reference["periode"] or pd.isna(measurement["getal"]):
        return ""
    one, two = float(measurement["getal"]), float(reference["getal"])
    difference = round(one - two, 9)
    words = in_words(difference, definition["eenheid"])
    percent = is_percent(definition)
    margins = [interval(row, percent) for row in (measurement, reference)]
    if margins[0] and margins[1]:
        low, high = difference_interval(one, margins[0], two, margins[1])
        sure = "geen aantoonbaar verschil: " if low <= 0 <= high else ""
        return f"{sure}{words}, 95%-interval {signed(low)} tot {signed(high)}"
    if measurement["soort"] == reference["soort"] == "registratie":
        return f"{words} (volledige registratie)"
    return f"{words}; de marge is niet bekend"


def _same_definition(own: str, measurement: Mapping[Any, Any]) -> bool:
    """Whether a measurement has the definition or set of statements of the baseline.

    In a delivered file an empty cell means "as the baseline"; a survey has to name its set.
    """
    other = str(measurement["definitie"])
    assumed = not other and measurement.get("herkomst") != "enquete"
    return assumed or other.casefold() == own.casefold()


def _verdict(definition: Mapping[str, Any], difference: float) -> Verdict:
    wished = {"meer": difference > 0, "minder": difference < 0, "gelijk": False}
    return "gewenste richting" if wished[str(definition["richting"])] else "ongewenste richting"


def is_percent(definition: Mapping[str, Any]) -> bool:
    """Whether the indicator is a share or ratio, in percent."""
    return str(definition["eenheid"]).startswith(("procent", "verhouding"))


def interval(measurement: Mapping[Any, Any], percent: bool) -> tuple[float, float] | None:
    """The 95% interval of a measurement: as delivered, or Wilson's for a share of a sample with n."""
    if not pd.isna(measurement["laag"]):
        return float(measurement["laag"]), float(measurement["hoog"])
    if percent and not pd.isna(measurement["n"]) and measurement["soort"] != "registratie":
        return wilson(float(measurement["getal"]), float(measurement["n"]))
    return None


def wilson(percent: float, n: float) -> tuple[float, float]:
    """Wilson's 95% interval of a share in percent (Wilson 1927), for a simple random sample of n.

    Worked: 50 percent of 100 gives 40.4 to 59.6.
    """
    p, z2 = percent / 100, _Z**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return 100 * (centre - half), 100 * (centre + half)


def difference_interval(
    value: float, margin: tuple[float, float], base: float, known: tuple[float, float]
) -> tuple[float, float]:
    """95% interval of value - base; an exact base (`known` NaN) only moves the interval of the value.

    Newcombe (1998), method 10: the margins of each number on the side where they count.
    """
    if pd.isna(known[0]):
        return round(margin[0] - base, 9), round(margin[1] - base, 9)
    down = math.hypot(value - margin[0], known[1] - base)
    up = math.hypot(margin[1] - value, base - known[0])
    return round(value - base - down, 9), round(value - base + up, 9)


def in_words(difference: float, unit: str) -> str:
    """A difference in Dutch notation with its unit: "+3,0 procentpunt"."""
    return f"{signed(difference)}{' procentpunt' if unit.startswith(('procent', 'verhouding')) else ''}"


def signed(number: float) -> str:
    """A difference in Dutch notation with its sign, in one decimal (two when it is that small)."""
    decimals = 1 if abs(number) >= 0.095 or number == 0 else 2
    text = f"{number:+.{decimals}f}".replace(".", ",").replace("-", "−")
    return text if float(f"{number:.{decimals}f}") else text[1:]


def of_another_set(indicators: IndicatorSet) -> frozenset[str]:
    """The indicators that a survey measured by another definition or set of statements than the baseline.

    A score with a measure of its own ("sociale-samenhang.cbs-2018") never stands under the indicator's name,
    so it leaves the indicator as it is.
    """
    own = dict(zip(indicators.definitions["id"], indicators.definitions["definitie"], strict=True))
    return frozenset(
        str(row["id"])
        for row in indicators.measurements.to_dict("records")
        if row.get("herkomst") == "enquete"
        and row.get("maat", row["id"]) == row["id"]
        and not _same_definition(own[row["id"]], row)
    )
