"""Judge the change of an indicator against its nulmeting, in words and with the reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any, Literal

import pandas as pd

from toolkit import tables
from toolkit.indicators import definitions as define
from toolkit.indicators.read import IndicatorSet

Verdict = Literal["gewenste richting", "ongewenste richting", "geen aantoonbaar verschil", "niet te zeggen"]
_Z = NormalDist().inv_cdf(0.975)  # two-sided 95%
TABLE = (
    "set",
    "id",
    "thema",
    "naam",
    "eenheid",
    "nulmeting",
    "peildatum",
    "waarde",
    "laag",
    "hoog",
    "n",
    "periode",
    "richting",
    "oordeel",
    "reden",
    "bron",
)


@dataclass(frozen=True)
class Judgement:
    """The verdict on a change and, in Dutch, what it rests on."""

    verdict: Verdict
    reason: str


def judge(definition: Mapping[str, Any], measurement: Mapping[str, Any] | None) -> Judgement:
    """The change of one indicator from its baseline to a later measurement.

    `definition` and `measurement` are rows of an IndicatorSet. A sample counts as changed when the
    95% interval of the difference leaves out 0: difference ± 1.96·√(se0² + se1²), se from an interval
    as its width / (2·1.96). A share with n but no interval gets Wilson's interval. Usually nothing is
    known about the margin of a published baseline; then it counts as exact, and the reason says so. A
    complete registration is compared as it stands. Refused with the reason: no baseline, another
    definition or scale, no later measurement, a sample without margin.
    """
    refused = _refusal(definition, measurement)
    if refused or measurement is None:
        return Judgement("niet te zeggen", refused)
    base, value = float(definition["nulmeting_waarde"]), float(measurement["getal"])
    # Published decimals: 5.7 - 6.0 must not count as -0.2999999.
    difference = round(value - base, 9)
    change = f"verschil {_signed(difference)}{' procentpunt' if _is_percent(definition) else ''}"
    if measurement["soort"] == "registratie" and pd.isna(measurement["laag"]):
        if difference == 0:
            return Judgement("geen aantoonbaar verschil", "volledige registratie: geen verschil")
        return Judgement(_verdict(definition, difference), f"volledige registratie: {change}")
    interval = _interval(measurement, value, _is_percent(definition))
    if interval is None:
        return Judgement("niet te zeggen", "van deze meting is geen marge of aantal bekend")
    spread = _difference_interval(difference, value, interval, definition)
    basis = f"{change}, 95%-interval {_signed(spread[0])} tot {_signed(spread[1])}"
    if pd.isna(measurement["laag"]):
        basis += " (marge berekend uit n)"
    if pd.isna(definition.get("nulmeting_laag", math.nan)):
        basis += "; de marge van de nulmeting is niet bekend"
    if spread[0] <= 0 <= spread[1]:
        return Judgement("geen aantoonbaar verschil", basis)
    return Judgement(_verdict(definition, difference), basis)


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
    if measurement is None:
        return "nog geen nieuwe meting"
    own, other = str(definition["definitie"]), str(measurement["definitie"])
    if other and not own and measurement.get("herkomst") == "enquete":
        return f"de nulmeting zegt niet of zij ook met {other} is gemeten (kolom definitie van de set)"
    if not _same_definition(own, measurement):
        if not other:
            return f"de meting van {measurement['periode']} zegt niet of zij met {own} is gemeten"
        return f"de meting van {measurement['periode']} heeft een andere definitie of schaal: {other}"
    if measurement.get("eenheid", definition["eenheid"]) != definition["eenheid"]:
        return f"de meting van {measurement['periode']} heeft een andere eenheid: {measurement['eenheid']}"
    if not definition["peildatum"]:
        return "de peildatum van de nulmeting is niet bekend"
    if define.period_key(str(measurement["periode"])) <= define.period_key(str(definition["peildatum"])):
        return "de meting is niet later dan de nulmeting"
    return ""


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


def _is_percent(definition: Mapping[str, Any]) -> bool:
    return str(definition["eenheid"]).startswith(("procent", "verhouding"))


def _interval(measurement: Mapping[Any, Any], value: float, percent: bool) -> tuple[float, float] | None:
    if not pd.isna(measurement["laag"]):
        return float(measurement["laag"]), float(measurement["hoog"])
    if percent and not pd.isna(measurement["n"]) and measurement["soort"] != "registratie":
        return wilson(value, float(measurement["n"]))
    return None


def wilson(percent: float, n: float) -> tuple[float, float]:
    """Wilson's 95% interval of a share in percent (Wilson 1927), for a simple random sample of n.

    Worked: 50 percent of 100 gives 40.4 to 59.6.
    """
    p, z2 = percent / 100, _Z**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return 100 * (centre - half), 100 * (centre + half)


def _difference_interval(
    difference: float, value: float, interval: tuple[float, float], definition: Mapping[str, Any]
) -> tuple[float, float]:
    """95% interval of the difference; an exact baseline only moves the interval of the new value."""
    low, high = definition.get("nulmeting_laag", math.nan), definition.get("nulmeting_hoog", math.nan)
    base = value - difference
    if pd.isna(low):
        return round(interval[0] - base, 9), round(interval[1] - base, 9)
    # Method of Newcombe (1998): the margins of each side on the side where they count.
    down = math.hypot(value - interval[0], float(high) - base)
    up = math.hypot(interval[1] - value, base - float(low))
    return difference - down, difference + up


def _signed(number: float) -> str:
    """A difference in Dutch notation with its sign, in one decimal (two when it is that small)."""
    decimals = 1 if abs(number) >= 0.095 or number == 0 else 2
    text = f"{number:+.{decimals}f}".replace(".", ",").replace("-", "−")
    return text if float(f"{number:.{decimals}f}") else text[1:]


def with_survey(
    indicators: IndicatorSet, estimates: pd.DataFrame, versions: Mapping[tuple[str, str], str] | None = None
) -> IndicatorSet:
    """The set with survey estimates of the same id added as measurements.

    `estimates` is Measures after disclosure control; rows of source "enquete" without a group whose
    measure is an id of the set are used, when they have a value. `versions` names the set of statements
    ("sociale-samenhang/visie-2030") of a scale by dataset and measure. A different unit or set is kept,
    so that `judge` can refuse the comparison.
    """
    ids = set(indicators.definitions["id"])
    chosen = estimates[
        (estimates["source"] == "enquete")
        & (estimates["group"] == "")
        & estimates["measure"].isin(ids)
        & estimates["value"].notna()
    ]
    rows = [
        {
            "set": indicators.id,
            "id": row["measure"],
            "gebied": row["area"],
            "periode": row["period"],
            "waarde": f"{row['value']:.1f}".replace(".", ","),
            "getal": row["value"],
            "laag": row["low"],
            "hoog": row["high"],
            "n": row["n"],
            "bron": f"enquête {row['dataset']}",
            "definitie": (versions or {}).get((row["dataset"], row["measure"]), ""),
            "soort": "steekproef",
            "eenheid": row["unit"],
            "herkomst": "enquete",
        }
        for row in chosen.to_dict("records")
    ]
    if not rows:
        return indicators
    own = indicators.measurements.assign(eenheid=_units(indicators))
    return replace(indicators, measurements=pd.concat([own, pd.DataFrame(rows)], ignore_index=True))


def _units(indicators: IndicatorSet) -> pd.Series[str]:
    units = dict(zip(indicators.definitions["id"], indicators.definitions["eenheid"], strict=True))
    return indicators.measurements["id"].map(units).astype("object")


def of_another_set(indicators: IndicatorSet) -> frozenset[str]:
    """The indicators that a survey measured by another definition or set of statements than the baseline."""
    own = dict(zip(indicators.definitions["id"], indicators.definitions["definitie"], strict=True))
    return frozenset(
        str(row["id"])
        for row in indicators.measurements.to_dict("records")
        if row.get("herkomst") == "enquete" and not _same_definition(own[row["id"]], row)
    )


def indicators_table(indicators: IndicatorSet, municipality: str, reference: str = "NL0000") -> pd.DataFrame:
    """Every indicator of the set with its last measurement for the municipality and the judgement.

    Columns set, id, thema, naam, eenheid, nulmeting and waarde (texts as published), peildatum, laag,
    hoog, n, periode, richting, oordeel, reden, bron. The value of the reference area, where one is
    known, stands at the end of reden. A measurement that cannot be compared is shown as well. Ratios
    have no interval.
    """
    rows = []
    for definition in indicators.definitions.to_dict("records"):
        mine = _of(indicators, definition["id"], municipality)
        base, last = _split(mine, definition)
        judgement = judge(base, last)
        reason = judgement.reason
        others = _of(indicators, definition["id"], reference)
        if others:
            other = others[-1]
            reason += f"; ter vergelijking {_area_name(reference)}: {other['waarde']} ({other['periode']})"
        later = last or {"waarde": "", "laag": math.nan, "hoog": math.nan, "n": math.nan, "periode": ""}
        sources = dict.fromkeys([str(definition["bron"]), *([str(last["bron"])] if last else [])])
        rows.append(
            {
                **{name: definition[name] for name in TABLE if name in definition},
                **{name: later[name] for name in ("waarde", "laag", "hoog", "n", "periode")},
                "oordeel": judgement.verdict,
                "reden": reason,
                "bron": "; ".join(source for source in sources if source),
            }
        )
    return pd.DataFrame(rows, columns=list(TABLE))


def _area_name(area: str) -> str:
    return "Nederland" if area == "NL0000" else area


def _of(indicators: IndicatorSet, indicator: str, area: str) -> list[dict[Any, Any]]:
    """The measurements of an indicator in an area, oldest first."""
    frame = indicators.measurements
    chosen = frame[(frame["id"] == indicator) & (frame["gebied"] == area)].to_dict("records")
    return sorted(chosen, key=lambda row: define.period_key(row["periode"]))


def _split(
    rows: list[dict[Any, Any]], definition: Mapping[Any, Any]
) -> tuple[dict[Any, Any], dict[Any, Any] | None]:
    """The definition with its baseline's interval, if a measurement of that date has one; the last row."""
    base = dict(definition)
    later, comparable = [], []
    for row in rows:
        same = _same_definition(definition["definitie"], row)
        if same and row["periode"] == definition["peildatum"]:
            base.update(nulmeting_laag=row["laag"], nulmeting_hoog=row["hoog"])
            continue
        later.append(row)
        if same:
            comparable.append(row)
    chosen = comparable or later
    return base, chosen[-1] if chosen else None


def measures(indicators: IndicatorSet, municipality: str) -> pd.DataFrame:
    """The set as Measures: source "indicator", dataset the set, measure the indicator's id.

    One row per baseline (area `municipality`, period its peildatum) and per measurement. value: of a
    ratio its first part. A baseline without a date has period "onbekend"; an indicator without a
    number keeps its row, with an empty value and a status that says why. A share with n but no interval
    gets Wilson's; a sample without either is "onnauwkeurig: marge onbekend". A measurement by another
    definition has group "definitie=...", so that nothing lines it up with the baseline. Survey
    estimates that were added are left out: they are Measures of their own.
    """
    rows: list[dict[str, Any]] = []
    units = dict(zip(indicators.definitions["id"], indicators.definitions["eenheid"], strict=True))
    for definition in indicators.definitions.to_dict("records"):
        status = _status(definition)
        base = {
            "measure": definition["id"],
            "area": municipality,
            "period": definition["peildatum"] or "onbekend",
            "value": definition["nulmeting_waarde"] if status == "ok" else None,
            "status": status,
        }
        rows.append(base)
    by_key = {(row["measure"], row["area"], row["period"]): row for row in rows}
    own = dict(zip(indicators.definitions["id"], indicators.definitions["definitie"], strict=True))
    for line in indicators.measurements.to_dict("records"):
        if line.get("herkomst") == "enquete":
            continue
        other = line["definitie"] and line["definitie"] != own[line["id"]]
        unit = {"eenheid": units[line["id"]]}
        low, high = _interval(line, line["getal"], _is_percent(unit)) or (math.nan, math.nan)
        sample = line["soort"] != "registratie" and math.isnan(low)
        numbers = {"value": line["getal"], "low": low, "high": high, "n": line["n"]}
        numbers["status"] = "onnauwkeurig: marge onbekend" if sample else "ok"
        key = (line["id"], line["gebied"], line["periode"])
        if key in by_key and not other:
            by_key[key].update(numbers)
            continue
        group = f"definitie={line['definitie']}" if other else ""
        rows.append({"measure": key[0], "area": key[1], "period": key[2], "group": group, **numbers})
    return tables.measures(
        {
            "source": "indicator",
            "dataset": indicators.id,
            "unit": units[row["measure"]],
            "group": "",
            "status": "ok",
            **row,
        }
        for row in rows
    )


def _status(definition: Mapping[Any, Any]) -> str:
    match definition["soort"]:
        case "getal" | "verhouding":
            return "ok"
        case "kwalitatief":
            return "kwalitatief"
        case "per-voorziening":
            return "onbekend: verschilt per voorziening"
        case "verwijzing":
            return f"onbekend: zie {str(definition['bron'])[4:]}"
    return "onbekend: nog geen nulmeting"
