"""Indicators over time: every measurement beside its baseline and a reference area, and the latest of each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from toolkit.indicators import definitions as define
from toolkit.indicators.judge import Judgement, against_reference, judge, other_definition
from toolkit.indicators.read import IndicatorSet

COUNTRY = "NL0000"
_REFERENCE = ("referentiegebied", "referentie", "referentie_periode", "referentie_verschil")
TABLE = (
    "set", "id", "onderdeel", "thema", "naam", "soort", "eenheid", "nulmeting", "peildatum", "waarde", "laag", "hoog",
    "n", "periode", *_REFERENCE, "doel", "richting", "oordeel", "reden", "metingen", "bron", "opmerking",
)  # fmt: skip
SERIES = (
    "set", "id", "onderdeel", "naam", "eenheid", "gebied", "rol", "periode", "waarde", "getal", "laag", "hoog", "n",
    "verschil", "verschil_laag", "verschil_hoog", *_REFERENCE, "oordeel", "reden", "bron", "definitie", "tabel",
    "opgehaald",
)  # fmt: skip
_EMPTY = {"waarde": "", "laag": math.nan, "hoog": math.nan, "n": math.nan, "periode": ""}

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class _Line:
    """One indicator, or one provision of it, in one area: its baseline and its measurements, oldest first."""

    definition: dict[str, Any]
    kind: str
    part: str
    area: str
    rows: tuple[Row, ...]

    @property
    def later(self) -> list[Row]:
        """The measurements that are not the baseline itself."""
        return [row for row in self.rows if not _is_base(row, self.definition)]


def with_survey(
    indicators: IndicatorSet, estimates: pd.DataFrame, versions: Mapping[tuple[str, str], str] | None = None
) -> IndicatorSet:
    """The set with survey estimates of the same id added as measurements.

    `estimates` is Measures after disclosure control; rows of source "enquete" without a group whose
    measure is an id of the set are used, when they have a value. `versions` names the set of
    statements ("sociale-samenhang/visie-2030") of a scale score by dataset and measure; a score from
    another set is added to the indicator of that name too. Set and unit are kept, so that `judge` can
    refuse the comparison with its reason.
    """
    ids, versions = set(indicators.definitions["id"]), versions or {}
    about = {name: scale.split("/")[0] for (_, name), scale in versions.items()}
    target = estimates["measure"].map(lambda name: name if name in ids else about.get(name, name))
    chosen = estimates[
        (estimates["source"] == "enquete")
        & (estimates["group"] == "")
        & target.isin(ids)
        & estimates["value"].notna()
    ]
    rows = [
        {
            "set": indicators.id, "id": target[index], "onderdeel": "", "gebied": row["area"],
            "periode": row["period"], "waarde": f"{row['value']:.1f}".replace(".", ","), "getal": row["value"],
            "laag": row["low"], "hoog": row["high"], "n": row["n"], "bron": f"enquête {row['dataset']}",
            "definitie": versions.get((row["dataset"], row["measure"]), ""), "soort": "steekproef", "eenheid": row["unit"],
            "herkomst": "enquete", "maat": row["measure"], "tabel": "", "opgehaald": "", "benadering": False,
        }
        for index, row in zip(chosen.index, chosen.to_dict("records"), strict=True)
    ]  # fmt: skip
    if not rows:
        return indicators
    units = dict(zip(indicators.definitions["id"], indicators.definitions["eenheid"], strict=True))
    own = indicators.measurements
    own = own.assign(eenheid=own["id"].map(units).astype("object"))
    frames = [frame for frame in (own, pd.DataFrame(rows)) if len(frame)]
    return replace(indicators, measurements=pd.concat(frames, ignore_index=True))


def indicators_table(indicators: IndicatorSet, municipality: str, reference: str = COUNTRY) -> pd.DataFrame:
    """Every indicator of the set with its last measurement for the municipality and the judgement.

    Columns TABLE: soort is the kind, nulmeting and waarde are texts as published, metingen counts the
    measurements in the series. referentie is the value of the reference area in the same period, or the
    nearest earlier one, with its difference in words where the periods are equal. An indicator that
    differs per provision has a row per provision once there are measurements, and one row till then. A
    measurement that cannot be compared is shown as well, with the reason. Ratios have no interval.
    """
    rows = []
    for line in _lines(indicators, municipality):
        definition, last = line.definition, _last(line)
        judgement = judge(definition, last)
        beside = _reference(indicators, line, last, reference)
        sources = dict.fromkeys([str(definition["bron"]), *([str(last["bron"])] if last else [])])
        rows.append(
            {
                **{name: definition[name] for name in TABLE if name in definition},
                **{name: (last or _EMPTY)[name] for name in _EMPTY},
                **beside,
                "onderdeel": line.part,
                "soort": line.kind,
                "metingen": len(line.rows),
                "oordeel": judgement.verdict,
                "reden": judgement.reason,
                "bron": "; ".join(source for source in sources if source),
            }
        )
    return pd.DataFrame(rows, columns=list(TABLE))


def series_table(indicators: IndicatorSet, municipality: str, reference: str = COUNTRY) -> pd.DataFrame:
    """Every measurement of every indicator and area, in order of time, with its change against the baseline.

    Columns SERIES: rol is nulmeting, meting, or vergelijking (the reference area). verschil, with its
    95% interval, is in the indicator's unit. The baseline of the set holds for the municipality; in
    another area the measurement of the same date counts as baseline, and without one nothing is said
    about change. A wijk or buurt has the municipality as reference area, the municipality `reference`.
    """
    rows: list[dict[str, Any]] = []
    areas = dict.fromkeys([municipality, *sorted(set(indicators.measurements["gebied"]))])
    for area in areas:
        for line in _lines(indicators, area, whole=area == municipality):
            rows += _series(indicators, line, municipality, reference)
    frame = pd.DataFrame(rows, columns=list(SERIES))
    order = {name: place for place, name in enumerate(indicators.definitions["id"])}
    return frame.sort_values("id", key=lambda ids: ids.map(order), kind="stable").reset_index(drop=True)


def _series(
    indicators: IndicatorSet, line: _Line, municipality: str, reference: str
) -> Iterator[dict[str, Any]]:
    definition = line.definition
    common = {
        **{name: definition[name] for name in ("set", "id", "naam", "eenheid")},
        "onderdeel": line.part, "gebied": line.area, **dict.fromkeys(_REFERENCE, ""),
    }  # fmt: skip
    delivered = any(_is_base(row, definition) for row in line.rows)
    if line.area == municipality and definition["soort"] in define.NUMERIC and not delivered:
        yield {
            **common, **_reference(indicators, line, None, reference),
            "rol": "nulmeting", "periode": definition["peildatum"] or "onbekend",
            "waarde": definition["nulmeting"], "getal": definition["nulmeting_waarde"],
            "bron": definition["bron"], "definitie": definition["definitie"], "oordeel": "", "reden": "",
            "tabel": "", "opgehaald": "",
        }  # fmt: skip
    for row in line.rows:
        base = _is_base(row, definition)
        judgement = Judgement("niet te zeggen", "") if base else judge(definition, row)
        if line.area != municipality and not delivered and judgement.reason == "nulmeting nog onbekend":
            judgement = Judgement("niet te zeggen", "voor dit gebied is geen nulmeting bekend")
        aside = municipality if define.is_part(line.area) else reference
        role = "vergelijking" if line.area == reference else "nulmeting" if base else "meting"
        names = ("periode", "waarde", "getal", "laag", "hoog", "n", "bron", "definitie", "tabel", "opgehaald")
        yield {
            **common, **{name: row[name] for name in names}, "rol": role,
            **(_reference(indicators, line, row, aside) if line.area != aside else {}),
            "verschil": judgement.difference, "verschil_laag": judgement.low, "verschil_hoog": judgement.high,
            "oordeel": "" if base or role == "vergelijking" else judgement.verdict,
            "reden": "" if base or role == "vergelijking" else judgement.reason,
        }  # fmt: skip


def _lines(indicators: IndicatorSet, area: str, *, whole: bool = True) -> Iterator[_Line]:
    """Every indicator (and provision) in an area; outside the municipality the baseline is its own."""
    by_id: dict[str, list[Row]] = {}
    frame = indicators.measurements
    for row in frame[frame["gebied"] == area].to_dict("records"):
        by_id.setdefault(str(row["id"]), []).append(row)
    for raw in indicators.definitions.to_dict("records"):
        definition = {str(key): value for key, value in raw.items()}
        rows = sorted(by_id.get(definition["id"], []), key=lambda row: define.period_key(row["periode"]))
        parts = dict.fromkeys(str(row["onderdeel"]) for row in rows)
        for part in parts or [""]:
            mine = tuple(row for row in rows if str(row["onderdeel"]) == part)
            if mine or whole:
                yield _Line(_with_base(definition, mine, part, whole), definition["soort"], part, area, mine)


def _with_base(definition: dict[str, Any], rows: Sequence[Row], part: str, whole: bool) -> dict[str, Any]:
    """The definition with what a measurement of its date tells: its interval, or for a part the baseline."""
    base = next((row for row in rows if _is_base(row, definition)), None)
    if whole and not part:
        if base is None:
            return definition
        return {**definition, "nulmeting_laag": base["laag"], "nulmeting_hoog": base["hoog"]}
    if definition["soort"] not in (*define.NUMERIC, "per-voorziening"):
        return definition
    kind = define.NUMERIC[0] if part else definition["soort"]
    if base is None:
        return {**definition, "soort": "onbekend", "nulmeting": "", "nulmeting_waarde": math.nan}
    return {
        **definition, "soort": kind, "nulmeting": base["waarde"], "nulmeting_waarde": base["getal"],
        "nulmeting_laag": base["laag"], "nulmeting_hoog": base["hoog"], "benadering": base["benadering"],
    }  # fmt: skip


def _is_base(row: Row, definition: Mapping[str, Any]) -> bool:
    return bool(row["periode"] == definition["peildatum"]) and not other_definition(definition, row)


def _last(line: _Line) -> Row | None:
    """The newest measurement that can be compared, or else the newest; one after the baseline goes first."""
    comparable = [row for row in line.later if not other_definition(line.definition, row)]
    date = line.definition["peildatum"]
    since = [
        row for row in comparable if date and define.period_key(row["periode"]) > define.period_key(date)
    ]
    chosen = since or comparable or line.later
    return chosen[-1] if chosen else None


def _reference(indicators: IndicatorSet, line: _Line, row: Row | None, area: str) -> dict[str, str]:
    """The value of the reference area beside a measurement: of the same period, or the nearest earlier one."""
    nothing = dict.fromkeys(_REFERENCE, "")
    frame = indicators.measurements
    same = (frame["id"] == line.definition["id"]) & (frame["onderdeel"] == line.part)
    found = frame[same & (frame["gebied"] == area)].to_dict("records")
    if not found:
        return nothing
    usable = [one for one in found if not other_definition(line.definition, one)]
    usable = [one for one in usable if one["waarde"]]
    if not usable:
        return {
            **nothing,
            "referentiegebied": area,
            "referentie_verschil": "niet vergeleken: andere definitie",
        }
    usable.sort(key=lambda one: define.period_key(one["periode"]))
    until = define.period_key(str(row["periode"] if row else line.definition["peildatum"] or "9999"))
    earlier = [one for one in usable if define.period_key(one["periode"]) <= until]
    chosen = (earlier or usable[:1])[-1]
    comparable = row is not None and not other_definition(line.definition, row)
    return {
        "referentiegebied": area, "referentie": str(chosen["waarde"]), "referentie_periode": str(chosen["periode"]),
        "referentie_verschil": against_reference(line.definition, row, chosen) if row and comparable else "",
    }  # fmt: skip
