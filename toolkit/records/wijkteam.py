"""The second set, for the wijkteam: waiting list, bridging care, gaps, referrers, referrals and trends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.project import RecordSettings
from toolkit.records.cohorts import Choose, Cohorts, count, quantile, share, told

_UNKNOWN = "onbekend"


def scope(cohort: Cohorts, choose: Choose, partner: str) -> Iterator[dict[str, Any]]:
    """The measures of the second set for one area, or for a partner.

    A measure is there only when the partner (or any, for an area) delivers what it needs, so that nobody takes "not
    registered" for "none".
    """
    settings = cohort.settings
    waiting = choose(cohort.waiting, "area")
    if cohort.tells("signup", partner):
        persons = waiting["client"].nunique()
        yield {"measure": "wachtlijst.personen", "value": persons, "n": persons, "n_eff": persons}
        yield quantile("wachtlijst.wachttijd", waiting, 0.5)
        yield quantile("wachtlijst.wachttijd.p90", waiting, 0.9)
        yield share("wachtlijst.boven-norm", waiting, waiting["days"] > settings.start_norm_days)
    if cohort.tells("bridging", partner):
        bridged = choose(cohort.helped_on, "area")
        yield share("overbrugging.aandeel", bridged, bridged["bridging"] == "ja")
    inflow = choose(cohort.inflow, "area")
    yield count("instroom.trajecten", inflow)
    if cohort.tells("missing_offer", partner):
        mine = choose(told(cohort.inflow, "missing_offer"), "area")
        lacking = mine["missing_offer"] != ""
        yield count("aanbod.gaten", mine[lacking])
        yield share("aanbod.gaten.aandeel", mine, lacking)
    if cohort.tells("referred_to", partner):
        mine = choose(told(cohort.ended, "referred_to"), "area")
        sent = mine["referred_to"] != ""
        yield count("doorverwijzing.trajecten", mine[sent])
        yield share("doorverwijzing.aandeel", mine, sent)


def breakdowns(cohort: Cohorts) -> Iterator[dict[str, Any]]:
    """Counts of the municipality by referrer, question and profile, and trends; groups add up to the whole.

    Trends stand per quarter of the period (group "kwartaal=2025-Q1") and, when the settings say that
    the deliveries hold earlier periods too, per earlier period of the same length.
    """
    yield from _inflow(cohort.inflow)
    for number in range(1, cohort.settings.earlier_periods + 1):
        name, first, last = earlier(cohort.settings, number)
        came = cohort.inflow_of(first, last)
        for one in (count("instroom.trajecten", came), *_inflow(came)):
            yield {**one, "period": name}
    gaps = told(cohort.inflow, "missing_offer")
    yield from _by("aanbod.gaten", gaps[gaps["missing_offer"] != ""], "missing_offer", "aanbod")
    sent = told(cohort.ended, "referred_to")
    yield from _by("doorverwijzing.trajecten", sent[sent["referred_to"] != ""], "referred_to", "naar")
    quarters = _quarters(cohort.settings)
    for quarter in quarters if len(quarters) > 1 else ():
        group = {"group": f"kwartaal={quarter.year}-Q{quarter.quarter}"}
        yield {**count("instroom.trajecten", _within(cohort.inflow, "day", quarter)), **group}
        yield {**quantile("bereik.wachttijd", _within(cohort.started, "start", quarter), 0.5), **group}
    for form in sorted({*cohort.completed["voorziening"], *cohort.started["voorziening"]} - {""}):
        group = {"group": f"voorziening={form}"}
        started, done = (frame[frame["voorziening"] == form] for frame in (cohort.started, cohort.completed))
        yield {**quantile("bereik.wachttijd", started, 0.5), **group}
        yield {**quantile("doorlooptijd", done, 0.5), **group}


def earlier(settings: RecordSettings, number: int) -> tuple[str, pd.Timestamp, pd.Timestamp]:
    """Name, first and last day of the period that lies `number` periods before the one of the settings."""
    first = pd.Timestamp(settings.period_start)
    after = pd.Timestamp(settings.period_end) + pd.Timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    begin = first - pd.DateOffset(months=months * number)
    end = begin + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    name = f"{begin:%Y-%m}"
    if months == 12:
        name = f"{begin:%Y}" if begin.month == 1 else f"{begin:%Y-%m} tot {end:%Y-%m}"
    elif months == 3 and begin.month % 3 == 1:
        name = f"{begin.year}-Q{begin.quarter}"
    return name, begin, end


def _inflow(came: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for column, name in (("referrer", "verwijzer"), ("question", "vraag"), ("profile", "profiel")):
        if (came[column] != "").any():
            yield from _by("instroom.trajecten", came, column, name)


def _by(measure: str, frame: pd.DataFrame, column: str, name: str) -> Iterator[dict[str, Any]]:
    for value, same in frame.groupby(frame[column].replace("", _UNKNOWN), sort=True):
        yield {**count(measure, same), "group": f"{name}={value}"}


def _quarters(settings: RecordSettings) -> list[pd.Period]:
    """The quarters that make up the period, or none when it is not made of whole quarters."""
    found = pd.period_range(settings.period_start, settings.period_end, freq="Q")
    whole = (
        found[0].start_time.date() == settings.period_start
        and found[-1].end_time.date() == settings.period_end
    )
    return list(found) if whole else []


def _within(frame: pd.DataFrame, column: str, quarter: pd.Period) -> pd.DataFrame:
    inside: pd.DataFrame = frame[frame[column].dt.to_period("Q") == quarter]
    return inside
