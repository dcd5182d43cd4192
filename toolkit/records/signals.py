"""Signals: complaints, objections, reports and waiting lists, counted per area and quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.areas import places
from toolkit.errors import DataError, Problem
from toolkit.records.definitions import read_definitions
from toolkit.records.delivery import Fields, period_problems, read_rows
from toolkit.records.settings import SignalFile, SignalSettings

UNITS = {"klachten": "klachten", "bezwaren": "bezwaren", "meldingen": "meldingen", "wachtlijst": "personen"}
STOCKS = frozenset({"wachtlijst"})  # counted on a day; the others happen during a period
RATE = "per 1.000 inwoners"
_FIELDS = Fields("signalen.toml", (), ("kind", "area", "date", "count"))
_COLUMNS = ["kind", "area", "date", "count"]


def definitions(settings: SignalSettings | None = None) -> pd.DataFrame:
    """The definitions of the signals and their rates, with tables.DEFINITIONS as columns."""
    source = (settings.population_source if settings else "") or "de bron die bij de signalen staat"
    return read_definitions("signals.toml", {"population_source": source})


def read_signals(
    folder: Path, settings: SignalSettings, areas: pd.DataFrame, merge: Mapping[str, str]
) -> pd.DataFrame:
    """The signals of all deliveries: columns kind, area ("" when unknown), date (NaT), count.

    A row is one signal, or with a column `count` as many as it says. Without a column `date` all of
    them belong to the period of the settings. `areas` has gebied and naam; `merge` joins areas.

    Raises DataError with all problems of all files: an unknown kind or area, a date that is none or
    missing, a count that is no whole number, and a cell of counts that stands there twice.
    """
    known = places(areas, merge)
    problems = period_problems(_FIELDS.settings_file, settings.period_start, settings.period_end)
    found: list[dict[str, Any]] = []
    for delivery in settings.deliveries:
        try:
            problems.extend(_kind_problems(delivery))
            seen: set[tuple[object, ...]] = set()
            for row in read_rows(folder, delivery, _FIELDS, problems):
                kind = row.choice("kind", list(UNITS)) if "kind" in delivery.columns else delivery.kind
                if not kind and not row.word("kind"):
                    row.problem("kind", "de soort ontbreekt.", f"Kies uit: {', '.join(UNITS)}.")
                day = row.date("date")
                if "date" in delivery.columns and row.cell("date") == "":
                    row.problem("date", "de datum ontbreekt.", "Vul de datum in.")
                number = row.count("count") if "count" in delivery.columns else 1.0
                if "count" in delivery.columns and row.cell("count") == "":
                    row.problem("count", "het aantal ontbreekt.", "Vul het aantal in; geen is 0.")
                place = row.area(known)
                # By the word itself: two areas that are merged may well have a row each.
                cell = (kind, row.word("area"), day)
                dated = day is not None or "date" not in delivery.columns
                if "count" in delivery.columns and dated and cell in seen:
                    row.problem("count", "deze cel staat er twee keer in.", "Haal één van de rijen weg.")
                seen.add(cell)
                found.append({"kind": kind, "area": place, "date": day, "count": number})
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    return pd.DataFrame(found, columns=_COLUMNS).astype({"date": "datetime64[ns]"})


def _kind_problems(delivery: SignalFile) -> list[Problem]:
    if bool(delivery.kind) != ("kind" in delivery.columns):
        return []
    message = f"bij {delivery.file} moet de soort bij 'soort' staan, of in een kolom."
    remedy = f'Vul soort = "klachten" in (of {", ".join(list(UNITS)[1:])}), of noem de kolom bij kind.'
    return [Problem("signalen.toml", message, remedy, column="soort")]


def measures(
    signals: pd.DataFrame,
    settings: SignalSettings,
    areas: Sequence[str],
    *,
    dataset: str,
    municipality: str,
) -> pd.DataFrame:
    """Measures (source "signalen") per kind: the municipality, each area of `areas`, and each quarter.

    value and n are the number of signals in the period; quarters have group "kwartaal=2025-Q1" and
    add up to the whole. Of a waiting list the last day in the period counts, and quarters are left
    out. Signals without an area count for the municipality only; an area without signals has 0.
    """
    first, last = pd.Timestamp(settings.period_start), pd.Timestamp(settings.period_end)
    inside = signals[signals["date"].isna() | signals["date"].between(first, last)]
    rows: list[dict[str, Any]] = []
    for kind in UNITS:
        mine = inside[inside["kind"] == kind]
        if not (signals["kind"] == kind).any():
            continue
        if kind in STOCKS and mine["date"].notna().any():
            mine = mine[mine["date"] == mine["date"].max()]
        cells: list[tuple[str, str, pd.DataFrame]] = [(municipality, "", mine)]
        cells += [(area, "", mine[mine["area"] == area]) for area in areas if area != municipality]
        quarters = pd.period_range(first, last, freq="Q")
        if kind not in STOCKS and mine["date"].notna().all() and len(quarters) > 1:
            quarter = mine["date"].dt.to_period("Q")
            cells += [
                (municipality, f"kwartaal={one.year}-Q{one.quarter}", mine[quarter == one])
                for one in quarters
            ]
        for area, group, frame in cells:
            number = frame["count"].sum()
            where = {"area": area, "group": group, "period": settings.period, "unit": UNITS[kind]}
            amounts = {"value": number, "n": number, "n_eff": number}
            rows.append(
                {"source": "signalen", "dataset": dataset, "measure": f"signalen.{kind}", **where, **amounts}
            )
    return tables.measures(rows)


def rates(public: pd.DataFrame, population: pd.DataFrame, dataset: str, municipality: str) -> pd.DataFrame:
    """Signals per 1,000 residents, from counts that passed the gate, so a rate tells no more than they do.

    `public` is Measures as published, `population` has gebied and aantal (of the municipality itself, or
    else all its areas together). n is the number of residents; a hidden count hides its rate.
    """
    residents = dict(zip(population["gebied"].astype(str), population["aantal"].astype(float), strict=True))
    residents.setdefault(municipality, sum(residents.values()))
    mine = public[(public["source"] == "signalen") & (public["dataset"] == dataset)]
    people = mine["area"].map(residents)
    usable = (people > 0) & ~mine["measure"].str.endswith(".per-1000")
    mine, people = mine[usable], people[usable]
    shown = mine["value"].notna()
    result = mine.assign(
        measure=mine["measure"] + ".per-1000",
        unit=RATE,
        value=1000 * mine["value"] / people,
        n=people.where(shown),
        n_eff=float("nan"),
    )
    return tables.check(result, tables.MEASURES)
