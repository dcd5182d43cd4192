"""Amounts of the planning and control cycle: budgeted against realised, general against specialist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.areas import places
from toolkit.errors import DataError, Problem
from toolkit.records.definitions import read_definitions
from toolkit.records.delivery import Fields, read_rows
from toolkit.records.settings import FinanceSettings

KINDS = ("algemeen", "specialistisch", "overig")
_FIELDS = Fields("financien.toml", ("post", "kind", "budget", "actual"), ("area", "clients", "partner"))
_AMOUNTS = {"budget": "financien.begroot", "actual": "financien.gerealiseerd"}
_COLUMNS = ["post", "kind", "area", "budget", "actual", "clients", "partner"]


def definitions(settings: FinanceSettings | None = None) -> pd.DataFrame:
    """The definitions of the amounts, with the price level in each; tables.DEFINITIONS as columns."""
    choices = {
        "price_level": settings.price_level if settings else "staat bij de bedragen",
        "source": (settings.source if settings else "") or "P&C-cyclus",
        "population_source": (settings.population_source if settings else "")
        or "de bron die bij de bedragen staat",
    }
    return read_definitions("finance.toml", choices)


def read_finance(
    folder: Path, settings: FinanceSettings, areas: pd.DataFrame, merge: Mapping[str, str]
) -> pd.DataFrame:
    """The amounts of all deliveries: columns post, kind (see KINDS), area, budget, actual, clients, partner.

    Amounts are in euros at the price level of the settings; income is negative. An empty amount is not
    known yet. clients: how many people an amount is about, where that is known. partner: who was paid,
    empty when it is not told.

    Raises DataError with all problems of all files: a missing post or kind, an unknown kind or area, an
    amount that is no number or can be read two ways ("1.250"), a post that stands there twice.
    """
    known = places(areas, merge)
    problems: list[Problem] = []
    found: list[dict[str, Any]] = []
    seen: set[tuple[str, str, str]] = set()
    for delivery in settings.deliveries:
        try:
            for row in read_rows(folder, delivery, _FIELDS, problems):
                post, kind = row.word("post"), row.choice("kind", KINDS)
                for name, value in (("post", post), ("kind", row.word("kind"))):
                    if not value:
                        row.problem(name, "deze cel is leeg.", "Vul de cel in.")
                amounts = {name: row.number(name) for name in _AMOUNTS}
                clients, place = row.count("clients"), row.area(known)
                partner = row.word("partner")
                cell = (post, row.word("area"), partner)
                if post and cell in seen:
                    remedy = "Geef elke post één rij per gebied (en per partner)."
                    row.problem("post", f"de post '{post:.40}' staat er twee keer in.", remedy)
                seen.add(cell)
                words = {"post": post, "kind": kind, "area": place, "partner": partner}
                found.append({**words, "clients": clients, **amounts})
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    return pd.DataFrame(found, columns=_COLUMNS)


def measures(
    amounts: pd.DataFrame, settings: FinanceSettings, *, dataset: str, municipality: str
) -> pd.DataFrame:
    """Measures (source "financien"): budgeted and realised euros, for the gate.

    Rows for the municipality, its groups "soort=..." and "post=...", and each area that has amounts.
    n is the number of people that the amounts are about, where every one of them tells it. A sum of
    which one amount is not known has no value, and says so.
    """
    rows = []
    for area, group, frame in _cells(amounts, municipality):
        people = frame["clients"].sum() if frame["clients"].notna().all() else float("nan")
        for column, measure in _AMOUNTS.items():
            known = frame[column].notna().all()
            rows.append(
                {
                    "source": "financien", "dataset": dataset, "measure": measure, "unit": "euro",
                    "area": area, "period": settings.period, "group": group,
                    "value": round(float(frame[column].sum()), 2) if known else None,
                    "n": people, "n_eff": people,
                    "status": "ok" if known else "onbekend: niet elk bedrag is bekend",
                }
            )  # fmt: skip
    return tables.measures(rows)


def contributions(
    amounts: pd.DataFrame, settings: FinanceSettings, *, dataset: str, municipality: str
) -> pd.DataFrame:
    """What each partner adds to each amount: the key columns of Measures and bijdrage, in euros.

    The gate hides an amount from which one partner could work out what another was paid. Amounts without
    a partner count as one contributor; when no partner is told anywhere there are no rows, and no such rule.
    """
    told = amounts.assign(partner=amounts["partner"].fillna(""))
    rows = [
        {
            "source": "financien", "dataset": dataset, "measure": measure, "unit": "euro",
            "area": area, "period": settings.period, "group": group, "bijdrage": float(paid),
        }
        for area, group, frame in _cells(told, municipality)
        for column, measure in _AMOUNTS.items()
        for paid in frame.groupby("partner")[column].sum()
    ]  # fmt: skip
    columns = [*tables.MEASURES.key, "bijdrage"]
    return pd.DataFrame(rows if (told["partner"] != "").any() else [], columns=columns)


def _cells(amounts: pd.DataFrame, municipality: str) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Area, group and rows of everything that is added up."""
    yield municipality, "", amounts
    for column, name in (("kind", "soort"), ("post", "post")):
        for value, same in amounts.groupby(column, sort=True):
            yield municipality, f"{name}={value}", same
    for area, same in amounts.groupby("area", sort=True):
        if area:
            yield str(area), "", same


def derived(public: pd.DataFrame, population: pd.DataFrame, dataset: str, municipality: str) -> pd.DataFrame:
    """Shares and amounts per resident, from amounts that passed the gate, so they tell no more than those.

    `public` is Measures as published, `population` has gebied and aantal, and may be empty. Realised as
    a percentage of budgeted; general and specialist help as percentages of the two together; realised
    euros per resident (n is the number of residents). Without one of the amounts there is no row.
    """
    residents = dict(zip(population["gebied"].astype(str), population["aantal"].astype(float), strict=True))
    if residents:
        residents.setdefault(municipality, sum(residents.values()))
    mine = public[(public["source"] == "financien") & (public["dataset"] == dataset)]
    shown = mine[mine["value"].notna()]
    rows = [row for _, same in shown.groupby("period", sort=True) for row in _of_period(same, residents)]
    return tables.measures({"source": "financien", "dataset": dataset, **row} for row in rows)


def _of_period(shown: pd.DataFrame, residents: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    by_cell = {
        (str(line["measure"]), str(line["area"]), str(line["group"])): float(line["value"])
        for line in shown.to_dict("records")
    }
    period = {"period": shown["period"].iloc[0]}
    for (measure, area, group), value in by_cell.items():
        where = {**period, "area": area, "group": group}
        budget = by_cell.get((_AMOUNTS["budget"], area, group), 0.0)
        if measure == _AMOUNTS["actual"] and budget > 0:
            share = 100 * value / budget
            yield {**where, "measure": "financien.benutting", "unit": "procent", "value": share}
        if measure == _AMOUNTS["actual"] and residents.get(area, 0.0) > 0:
            people = residents[area]
            each = {"measure": "financien.per-inwoner", "unit": "euro", "value": value / people, "n": people}
            yield {**where, **each}
    for area in sorted({area for _, area, _ in by_cell}):
        pair = [by_cell.get((_AMOUNTS["actual"], area, f"soort={kind}")) for kind in KINDS[:2]]
        general, special = pair
        if general is None or special is None or general + special <= 0:
            continue
        for kind, value in zip(KINDS, (general, special), strict=False):
            share = 100 * value / (general + special)
            where = {**period, "area": area, "unit": "procent", "value": share}
            yield {**where, "measure": f"financien.aandeel-{kind}"}
