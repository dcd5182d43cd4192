"""The measures of registrations: the NJi set (bereik, uitval, doelrealisatie), lead times, the second set."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.project import ChangeScore, RecordSettings
from toolkit.records import wijkteam
from toolkit.records.cohorts import RELIABLE, Choose, Cohorts, quantile, row, share
from toolkit.records.definitions import read_definitions
from toolkit.records.end_codes import codes_with

# Per questionnaire: the share that became better, and the share that became worse.
_CHANGES = {
    "problems": ("doelrealisatie.problemen-minder", "doelrealisatie.problemen-meer"),
    "selfreliance": ("doelrealisatie.zelfredzaamheid", "doelrealisatie.zelfredzaamheid-minder"),
}


def definitions(settings: RecordSettings | None = None) -> pd.DataFrame:
    """The definitions of the registration KPIs, for the annex of a report.

    Columns: tables.DEFINITIONS; richting is meer, minder or empty. `kpis.toml` is the truth about them;
    where it names a choice, such as the norm, the text tells the one of `settings` (else the default).
    """
    return read_definitions("kpis.toml", _choices(settings))


def _choices(settings: RecordSettings | None) -> dict[str, str]:
    """What was chosen, in Dutch, by the word that stands for it in kpis.toml."""
    kinds = RecordSettings.__pydantic_fields__  # type: ignore[attr-defined]
    names = ("start_norm_days", "no_return_months", "duration_norm_days", "contact_days")
    found = {name: str(getattr(settings, name) if settings else kinds[name].default) for name in names}
    for name in _CHANGES:
        score: ChangeScore | None = getattr(settings, name) if settings else None
        found[name] = "vragenlijst, SD en betrouwbaarheid staan bij de registratie"
        if score:
            numbers = f"SD {score.sd:g}, betrouwbaarheid r {score.r:g}".replace(".", ",")
            found[name] = f"{score.name}: {numbers}" + (f" ({score.source})" if score.source else "")
    return found


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
    cohort = Cohorts(trajectories, settings)
    merged = cohort.merged
    people = dict(zip(population["gebied"].astype(str), population["aantal"].astype(float), strict=True))
    areas = sorted((set(people) | set(merged["area"])) - {"", municipality})
    total = people.get(municipality, sum(people.values()) if people else float("nan"))
    scopes: list[tuple[str, str, float, Choose]] = [(municipality, "", total, lambda frame, column: frame)]
    for area in areas:
        scopes.append((area, "", people.get(area, float("nan")), partial(_where, area)))
    for name in sorted(set(merged["partner"])):
        scopes.append((municipality, f"partner={name}", total, partial(_of_partner, name)))
    units = definitions().set_index("maat")["eenheid"]
    found = [
        {"area": area, "group": group, **one}
        for area, group, residents, choose in scopes
        for one in (
            *_scope(cohort, choose, residents, group.partition("=")[2]),
            *wijkteam.scope(cohort, choose, group.partition("=")[2]),
        )
    ]
    found += [{"area": municipality, **one} for one in wijkteam.breakdowns(cohort)]
    source = {"source": "registratie", "dataset": dataset, "period": settings.period, "status": "ok"}
    return tables.measures({**source, "unit": units[one["measure"]], **one} for one in found)


def _where(area: str, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame[frame[column] == area]


def _of_partner(name: str, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame[frame["partner"] == name]


def _scope(
    cohort: Cohorts,
    choose: Choose,
    residents: float,
    partner: str,
) -> Iterator[dict[str, Any]]:
    """Every measure of the first set for one area or group."""
    settings = cohort.settings
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
    yield share("bereik.tijdig", started, started["days"] <= settings.start_norm_days)
    for measure, at in (("bereik.wachttijd", 0.5), ("bereik.wachttijd.p90", 0.9)):
        yield quantile(measure, started, at)
    if cohort.tells("contact", partner):
        viewed = choose(cohort.viewed, "area")
        yield share("bereik.in-beeld", viewed, viewed["seen"])
    done = choose(cohort.completed, "area")
    yield quantile("doorlooptijd", done, 0.5)
    yield quantile("doorlooptijd.p90", done, 0.9)
    yield share("doorlooptijd.binnen-norm", done, done["days"] <= settings.duration_norm_days)
    judged = choose(cohort.judged, "area")
    for measure, mark in (
        ("uitval.eenzijdig-client", "eenzijdig_client"),
        ("uitval.voortijdig", "voortijdig"),
    ):
        yield share(measure, judged, judged["end_code"].isin(codes_with(mark)))
    ended = choose(cohort.ended, "area")
    if (cohort.ended["end_code"] == "").any():
        yield share("uitval.reden-onbekend", ended, ended["end_code"] == "")
    goals = choose(cohort.goals, "area")
    agreed, met = goals["goals_set"].sum(), goals["goals_met"].sum()
    yield {**row("doelrealisatie.doelen", goals, 100 * met / agreed if agreed else None), "n": agreed}
    parts = {
        "alle": goals["goals_met"] == goals["goals_set"],
        "deels": (goals["goals_met"] > 0) & (goals["goals_met"] < goals["goals_set"]),
        "geen": goals["goals_met"] == 0,
    }
    for name, hit in parts.items():
        yield share(f"doelrealisatie.doelen.{name}", goals, hit)
    followed = choose(cohort.followed, "area")
    yield share("doelrealisatie.geen-nieuwe-start", followed, ~followed["returned"])
    for name, (better, worse) in _CHANGES.items():
        score: ChangeScore | None = getattr(settings, name)
        if score is not None and cohort.tells(f"{name}_after", partner):
            scored = choose(cohort.changed(name, score), "area")
            yield share(better, scored, scored["rci"] > RELIABLE)
            yield share(worse, scored, scored["rci"] < -RELIABLE)
