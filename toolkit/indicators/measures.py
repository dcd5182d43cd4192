"""Indicators as Measures: a row per baseline and per measurement."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.indicators import definitions as define
from toolkit.indicators.judge import interval, is_percent
from toolkit.indicators.read import IndicatorSet


def measures(indicators: IndicatorSet, municipality: str) -> pd.DataFrame:
    """The set as Measures: source "indicator", dataset the set, measure the indicator's id.

    One row per baseline (area `municipality`, period its peildatum) and per measurement. value: of a
    ratio its first part. A baseline without a date has period "onbekend"; an indicator without a
    number keeps its row, with an empty value and a status that says why. A share with n but no interval
    gets Wilson's; a sample without either is "onnauwkeurig: marge onbekend", a number that is only
    about right "onnauwkeurig: bij benadering". A measurement of one provision has group
    "onderdeel=...", one by another definition "definitie=...", so that nothing lines it up with the
    baseline. Survey estimates that were added are left out: they are Measures of their own.
    """
    rows: list[dict[str, Any]] = []
    units = dict(zip(indicators.definitions["id"], indicators.definitions["eenheid"], strict=True))
    for definition in indicators.definitions.to_dict("records"):
        status = _status(definition)
        rows.append(
            {
                "measure": definition["id"],
                "area": municipality,
                "period": definition["peildatum"] or "onbekend",
                "value": definition["nulmeting_waarde"] if definition["soort"] in define.NUMERIC else None,
                "status": status,
            }
        )
    by_key = {(row["measure"], row["area"], row["period"], ""): row for row in rows}
    own = dict(zip(indicators.definitions["id"], indicators.definitions["definitie"], strict=True))
    for line in indicators.measurements.to_dict("records"):
        if line.get("herkomst") == "enquete":
            continue
        group = _group(line, str(own[line["id"]]))
        numbers = _numbers(line, is_percent({"eenheid": units[line["id"]]}))
        key = (line["id"], line["gebied"], line["periode"], group)
        if key in by_key:
            by_key[key].update(numbers)
            continue
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


def hide(indicators: IndicatorSet, public: pd.DataFrame) -> IndicatorSet:
    """The set without the numbers that disclosure control hid in `public`, its protected Measures.

    A hidden measurement keeps its row, with an empty text and NaN; a hidden baseline becomes unknown.
    """
    mine = public[(public["source"] == "indicator") & (public["dataset"] == indicators.id)]
    hidden = mine[mine["status"].str.startswith(("onderdrukt", "niet-publiceerbaar"))]
    if hidden.empty:
        return indicators
    keys = set(hidden[["measure", "area", "period", "group"]].itertuples(index=False, name=None))
    own = dict(zip(indicators.definitions["id"], indicators.definitions["definitie"], strict=True))
    later = indicators.measurements.copy()
    gone = [
        (line["id"], line["gebied"], line["periode"], _group(line, str(own[line["id"]]))) in keys
        for line in later.to_dict("records")
    ]
    later.loc[gone, ["getal", "laag", "hoog", "n"]] = math.nan
    later.loc[gone, "waarde"] = ""
    definitions = indicators.definitions.copy()
    dates = definitions["peildatum"].replace("", "onbekend")
    base = [
        any(key[0] == name and key[2] == date and not key[3] and key[1].startswith("GM") for key in keys)
        for name, date in zip(definitions["id"], dates, strict=True)
    ]
    definitions.loc[base, ["nulmeting", "soort"]] = ["", "onbekend"]
    definitions.loc[base, "nulmeting_waarde"] = math.nan
    return replace(indicators, definitions=definitions, measurements=later)


def _group(line: Mapping[Any, Any], definition: str) -> str:
    """What sets a measurement apart in Measures: its provision, or another definition."""
    parts = [f"onderdeel={line['onderdeel']}"] if line["onderdeel"] else []
    if line["definitie"] and line["definitie"].casefold() != definition.casefold():
        parts.append(f"definitie={line['definitie']}")
    return "; ".join(parts)


def _numbers(line: Mapping[Any, Any], percent: bool) -> dict[str, Any]:
    low, high = interval(line, percent) or (math.nan, math.nan)
    status = "ok"
    if line["soort"] != "registratie" and math.isnan(low):
        status = "onnauwkeurig: marge onbekend"
    if line["benadering"]:
        status = "onnauwkeurig: bij benadering"
    return {"value": line["getal"], "low": low, "high": high, "n": line["n"], "status": status}


def _status(definition: Mapping[Any, Any]) -> str:
    if definition["soort"] in define.NUMERIC:
        return "onnauwkeurig: bij benadering" if definition["benadering"] else "ok"
    match definition["soort"]:
        case "kwalitatief":
            return "kwalitatief"
        case "per-voorziening":
            return "onbekend: verschilt per voorziening"
        case "verwijzing":
            return f"onbekend: zie {str(definition['bron'])[4:]}"
    return "onbekend: nog geen nulmeting"
