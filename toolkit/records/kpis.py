"""The registration side of the NJi set: bereik, uitval and doelrealisatie from trajectories."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from importlib import resources
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.project import RecordSettings
from toolkit.records.end_codes import codes_with
from toolkit.records.trajectories import merge_overlapping

_SMALL = 30  # a share or median of fewer trajectories jumps about


def definitions() -> pd.DataFrame:
    """The definitions of the registration KPIs, for the annex of a report.

    Columns: tables.DEFINITIONS; richting is meer, minder or empty. `kpis.toml` is the truth about them.
    """
    text = resources.files("toolkit.records").joinpath("kpis.toml").read_text(encoding="utf-8")
    frame = pd.DataFrame(tomllib.loads(text)["maat"]).rename(columns={"id": "maat"})
    return frame[[*tables.DEFINITIONS]]


def measures(
    trajectories: pd.DataFrame,
    settings: RecordSettings,
    population: pd.DataFrame,
    *,
    dataset: str,
    municipality: str,
) -> pd.DataFrame:
    """Measures (source "registratie") for the municipality, each area, and each partner.

    `trajectories` is the contract Trajectories (overlapping ones are merged here first),
    `population` has columns gebied and aantal: the target population per area and, if it is there,
    of the municipality. Rows for a partner have group "partner=NAME" and the municipality's code.

    value: shares in percent, waiting times in days, persons. n is the denominator of the measure
    (trajectories, goals or residents); n_eff is the number of clients behind it, which disclosure
    control counts. A registration is complete, so there is no sampling interval: low and high stay
    empty. Without observations value is empty and the status says "onbekend"; shares and medians of
    fewer than 30 are "onnauwkeurig". Trajectories without area count for the municipality only.
    `uitval.reden-onbekend` is there when some trajectory ended without an end code.
    """
    merged = merge_overlapping(trajectories)
    people = dict(zip(population["gebied"].astype(str), population["aantal"].astype(float), strict=True))
    areas = sorted((set(people) | set(merged["area"])) - {"", municipality})
    total = people.get(municipality, sum(people.values()) if people else float("nan"))
    cohort = _Cohorts(merged, settings)
    scopes: list[tuple[str, str, float, Callable[[pd.DataFrame, str], pd.DataFrame]]] = [
        (municipality, "", total, lambda frame, column: frame)
    ]
    for area in areas:
        scopes.append((area, "", people.get(area, float("nan")), partial(_where, area)))
    for name in sorted(set(merged["partner"])):
        scopes.append((municipality, f"partner={name}", total, partial(_of_partner, name)))
    units = definitions().set_index("maat")["eenheid"]
    rows = []
    for area, group, residents, choose in scopes:
        for row in _scope(cohort, choose, residents, settings):
            where = {"area": area, "group": group, "period": settings.period, "status": "ok"}
            source = {"source": "registratie", "dataset": dataset, "unit": units[row["measure"]]}
            rows.append({**source, **where, **row})
    return tables.measures(rows)


def _where(area: str, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame[frame[column] == area]


def _of_partner(name: str, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame[frame["partner"] == name]


def _last_area(merged: pd.DataFrame) -> pd.Series[str]:
    """Per row the area of the client's trajectory that started last and has one; "" without any."""
    known = merged[merged["area"] != ""].sort_values(["start", "area"], kind="stable", na_position="first")
    return merged["client"].map(known.groupby("client")["area"].last()).fillna("").astype(str)


class _Cohorts:
    """Which trajectories count for which measure, in one period."""

    def __init__(self, merged: pd.DataFrame, settings: RecordSettings) -> None:
        first, last = pd.Timestamp(settings.period_start), pd.Timestamp(settings.period_end)
        begun = merged[merged["start"].notna()]
        ran = begun[(begun["start"] <= last) & ~(begun["end"] < first)]
        # The client's area is the last one that is known up to the end of the period.
        self.running = ran.assign(home=_last_area(ran))
        started = begun[begun["start"].between(first, last) & begun["signup"].notna()]
        self.started = started.assign(days=(started["start"] - started["signup"]).dt.days)
        self.ended = begun[begun["end"].between(first, last)]
        excluded = codes_with("uitgesloten")
        self.judged = self.ended[(self.ended["end_code"] != "") & ~self.ended["end_code"].isin(excluded)]
        goals = self.ended[(self.ended["goals_set"] > 0) & self.ended["goals_met"].notna()]
        self.goals = goals
        follow_up = begun["end"] + pd.DateOffset(months=settings.no_return_months)
        watched = begun[follow_up.between(first, last) & ~begun["end_code"].isin(excluded)]
        until = follow_up.loc[watched.index]
        self.followed = watched.assign(returned=_returns(watched, until, begun))


def _returns(ended: pd.DataFrame, until: pd.Series[pd.Timestamp], begun: pd.DataFrame) -> pd.Series[bool]:
    """Whether the client of each ended trajectory started another one after its end, up to `until`."""
    ends = ended[["client", "end"]].assign(until=until, row=ended.index)
    pairs = ends.merge(begun[["client", "start"]], on="client")
    again = pairs[(pairs["start"] > pairs["end"]) & (pairs["start"] <= pairs["until"])]["row"]
    return pd.Series(ended.index.isin(again), index=ended.index)


def _scope(
    cohort: _Cohorts,
    choose: Callable[[pd.DataFrame, str], pd.DataFrame],
    residents: float,
    settings: RecordSettings,
) -> Iterator[dict[str, Any]]:
    """Every measure of one area or group."""
    persons = choose(cohort.running, "home")["client"].nunique()
    yield {"measure": "bereik.personen", "value": persons, "n": persons, "n_eff": persons}
    if residents > 0:
        yield {
            "measure": "bereik.aandeel",
            "value": 100 * persons / residents,
            "n": residents,
            "n_eff": persons,
        }
    else:
        status = "onbekend: geen inwonertal van de doelgroep"
        yield {"measure": "bereik.aandeel", "status": status}
    started = choose(cohort.started, "area")
    yield _share("bereik.tijdig", started, started["days"] <= settings.start_norm_days)
    for measure, quantile in (("bereik.wachttijd", 0.5), ("bereik.wachttijd.p90", 0.9)):
        days = float(started["days"].quantile(quantile)) if len(started) else None
        yield _row(measure, started, days)
    judged = choose(cohort.judged, "area")
    for measure, mark in (
        ("uitval.eenzijdig-client", "eenzijdig_client"),
        ("uitval.voortijdig", "voortijdig"),
    ):
        yield _share(measure, judged, judged["end_code"].isin(codes_with(mark)))
    ended = choose(cohort.ended, "area")
    if (cohort.ended["end_code"] == "").any():
        yield _share("uitval.reden-onbekend", ended, ended["end_code"] == "")
    goals = choose(cohort.goals, "area")
    agreed, met = goals["goals_set"].sum(), goals["goals_met"].sum()
    yield {**_row("doelrealisatie.doelen", goals, 100 * met / agreed if agreed else None), "n": agreed}
    parts = {
        "alle": goals["goals_met"] == goals["goals_set"],
        "deels": (goals["goals_met"] > 0) & (goals["goals_met"] < goals["goals_set"]),
        "geen": goals["goals_met"] == 0,
    }
    for name, hit in parts.items():
        yield _share(f"doelrealisatie.doelen.{name}", goals, hit)
    followed = choose(cohort.followed, "area")
    yield _share("doelrealisatie.geen-nieuwe-start", followed, ~followed["returned"])


def _share(measure: str, frame: pd.DataFrame, hit: pd.Series[bool]) -> dict[str, Any]:
    return _row(measure, frame, 100 * float(hit.mean()) if len(frame) else None)


def _row(measure: str, frame: pd.DataFrame, value: float | None) -> dict[str, Any]:
    n = len(frame)
    status = "onbekend: geen trajecten" if n == 0 else "onnauwkeurig: n < 30" if n < _SMALL else "ok"
    clients = frame["client"].nunique()
    return {"measure": measure, "value": value, "n": n, "n_eff": clients, "status": status}
