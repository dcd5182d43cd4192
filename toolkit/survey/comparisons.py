"""What a plan asks besides the KPIs: totals, medians, and differences that were tested.

Each has rows of its own in Measures, named after the KPI: "<kpi>.totaal", "<kpi>.mediaan",
"<kpi>.verschil-rest" (a wijk against the rest of the city) and "<kpi>.verschil-groepen" (two groups). A
difference has three rows that differ in unit: the difference, its p-value, and the p-value after Holm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.survey.codebook import Codebook
from toolkit.survey.estimate import Design, Publication, against_rest, between, median, status, total
from toolkit.survey.kpis import Kpi, domains, kpi_values
from toolkit.survey.merged import may_show
from toolkit.tables import DEFINITIONS, MEASURES, empty
from toolkit.tables import measures as measures_table

TOTAL, MEDIAN, REST, PAIRS = ".totaal", ".mediaan", ".verschil-rest", ".verschil-groepen"
SUFFIXES = (TOTAL, MEDIAN, REST, PAIRS)
PEOPLE = "geschat aantal mensen"
POINTS = {"share": "verschil in procentpunten", "grade": "verschil in punten"}
P, HOLM = "p-waarde", "p-waarde na Holm"
VERSUS = " tegenover "


@dataclass(frozen=True)
class Asked:
    """The KPIs of which a plan asks totals, medians and differences."""

    totals: tuple[str, ...] = ()
    medians: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def measures(
    respondents: pd.DataFrame,
    codebook: Codebook,
    base: pd.DataFrame,
    design: Design,
    city: str,
    groups: tuple[str, ...],
    asked: Asked,
    rule: Publication | None = None,
) -> pd.DataFrame:
    """The totals, medians and differences asked, as Measures; see the module for their names and units.

    `base` has the KPIs themselves (`kpis.measures`). Only a cell that may be published there gets rows here:
    nothing may be told of a wijk or group by a detour. Totals (of shares; people in the population, with the
    weights of the design) and medians for every area and group. Holm counts all wijken of one KPI, or all
    pairs of one grouping, as one table. n of a difference is the smaller of the two sides.
    """
    rule = rule or Publication()
    cells = {(row["measure"], row["area"], row["group"]): row for row in base.to_dict("records")}
    shown = {key: row for key, row in cells.items() if may_show(row)}
    rows: list[dict[str, Any]] = []
    split = list(domains(respondents, codebook, groups, city))
    for kpi in kpi_values(respondents, codebook):
        for by, labels in split:
            place = {name: labels(name) for name in (sorted(set(by) - {""}) if by is not None else [""])}
            own = {
                name: shown[kpi.measure, *place[name]]
                for name in place
                if (kpi.measure, *place[name]) in shown
            }
            if kpi.measure in asked.totals:
                rows += _totals(design, kpi, by, own)
            if kpi.measure in asked.medians:
                rows += _medians(design, kpi, by, own, rule)
            if kpi.measure in asked.differences and by is not None and len(place) > 1:
                of_areas = not any(group for _, group in place.values())
                rows += _against_rest(design, kpi, by, own) if of_areas else _pairs(design, kpi, by, own)
    return measures_table(rows) if rows else empty(MEASURES)


def without_orphans(public: pd.DataFrame) -> pd.DataFrame:
    """Published Measures without totals, medians and differences of cells that were hidden."""
    shown = public[public["value"].notna()]
    keys = ["source", "dataset", "measure", "area", "period", "group"]
    known = set(shown[keys].itertuples(index=False, name=None))

    def stays(row: Mapping[Any, Any]) -> bool:
        suffix = next((one for one in SUFFIXES if row["measure"].endswith(one)), "")
        if row["source"] != "enquete" or not suffix:
            return True
        name, _, levels = row["group"].partition("=")
        sides = [f"{name}={level}" for level in levels.split(VERSUS)] if levels else [row["group"]]
        base = row["measure"].removesuffix(suffix)
        first, second = (row["source"], row["dataset"], base, row["area"], row["period"]), sides
        return all((*first, side) in known for side in second)

    kept = np.array([stays(row) for row in public.to_dict("records")], dtype=bool)
    return public[kept].reset_index(drop=True)


def definitions(base: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """What the totals, medians and differences mean; `base` has the definitions of the KPIs themselves."""
    rows = []
    for one in base.to_dict("records"):
        name = one["maat"]
        if name in asked.totals:
            missing = "; wie niet antwoordde is niet bijgeschat"
            rows.append(
                {
                    **one,
                    "maat": name + TOTAL,
                    "naam": f"{one['naam']}: geschat aantal mensen",
                    "noemer": "",
                    "uitgesloten": one["uitgesloten"] + missing,
                    "eenheid": PEOPLE,
                }
            )
        if name in asked.medians:
            rows.append(
                {
                    **one,
                    "maat": name + MEDIAN,
                    "naam": f"{one['naam']}: mediaan",
                    "teller": "het middelste antwoord: de helft gaf dit of lager (gewogen)",
                    "bron": f"{one['bron']}; marge volgens Woodruff (1952)",
                }
            )
        if name in asked.differences:
            test = "t-toets die rekening houdt met weging en steekproef; p-waarden gecorrigeerd volgens Holm (1979)"
            unit = POINTS["share" if one["eenheid"] == "procent" else "grade"]
            for suffix, words, counted in (
                (
                    REST,
                    "verschil met de rest van de stad",
                    "het cijfer van de wijk min dat van alle anderen samen",
                ),
                (PAIRS, "verschil tussen groepen", "het cijfer van de eerste groep min dat van de tweede"),
            ):
                rows.append(
                    {
                        **one,
                        "maat": name + suffix,
                        "naam": f"{one['naam']}: {words}",
                        "teller": counted,
                        "eenheid": unit,
                        "bron": f"{one['bron']}; {test}",
                    }
                )
    return pd.DataFrame(rows, columns=[*DEFINITIONS])


def _totals(
    design: Design, kpi: Kpi, by: pd.Series[str] | None, own: Mapping[str, Mapping[Any, Any]]
) -> Iterator[dict[str, Any]]:
    for row in total(design, kpi.values, by).to_dict("records"):
        if row["level"] in own:
            numbers = {"value": row["value"], "low": max(0.0, row["low"]), "high": row["high"]}
            base = own[row["level"]]
            yield {**base, "measure": kpi.measure + TOTAL, "unit": PEOPLE, **numbers}


def _medians(
    design: Design,
    kpi: Kpi,
    by: pd.Series[str] | None,
    own: Mapping[str, Mapping[Any, Any]],
    rule: Publication,
) -> Iterator[dict[str, Any]]:
    for row in median(design, kpi.values, by).to_dict("records"):
        if row["level"] in own:
            numbers = {name: row[name] for name in ("value", "low", "high")}
            wide = {name: number * kpi.stretch for name, number in numbers.items()}
            flag = status("grade", wide["value"], wide["low"], wide["high"], row["n"], rule)
            yield {**own[row["level"]], "measure": kpi.measure + MEDIAN, **numbers, "status": flag}


def _against_rest(
    design: Design, kpi: Kpi, by: pd.Series[str], own: Mapping[str, Mapping[Any, Any]]
) -> Iterator[dict[str, Any]]:
    answered = int((kpi.values.notna() & (by != "")).sum())
    for row in against_rest(design, kpi.values, by, list(own)).to_dict("records"):
        base = own[row["level"]]
        n = min(base["n"], answered - base["n"])
        yield from _difference(row, {**base, "measure": kpi.measure + REST, "n": n}, kpi)


def _pairs(
    design: Design, kpi: Kpi, by: pd.Series[str], own: Mapping[str, Mapping[Any, Any]]
) -> Iterator[dict[str, Any]]:
    for row in between(design, kpi.values, by, list(own)).to_dict("records"):
        first, second = own[row["level"]], own[row["other"]]
        group = f"{first['group']}{VERSUS}{row['other']}"
        n = min(first["n"], second["n"])
        yield from _difference(row, {**first, "measure": kpi.measure + PAIRS, "group": group, "n": n}, kpi)


def _difference(row: Mapping[Any, Any], base: dict[str, Any], kpi: Kpi) -> Iterator[dict[str, Any]]:
    if not np.isfinite(row["p"]):
        return
    factor = 100 if kpi.kind == "share" else 1
    base = {**base, "n_eff": float("nan"), "status": "ok"}
    numbers = {name: row[name] * factor for name in ("value", "low", "high")}
    yield {**base, "unit": POINTS[kpi.kind], **numbers}
    without = {"low": float("nan"), "high": float("nan")}
    yield {**base, "unit": P, "value": row["p"], **without}
    yield {**base, "unit": HOLM, "value": row["p_holm"], **without}
