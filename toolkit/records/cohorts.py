"""Which trajectories count for which measure in one period, and the rows that come of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from toolkit.project import ChangeScore, RecordSettings
from toolkit.records.end_codes import codes_with
from toolkit.records.trajectories import merge_overlapping

SMALL = 30  # a share or median of fewer trajectories jumps about
RELIABLE = 1.96  # a change beyond this many standard errors of a difference is more than noise

Choose = Callable[
    [pd.DataFrame, str], pd.DataFrame
]  # (trajectories, column with the area) -> those that count


class Cohorts:
    """The trajectories, after merging, that count for each measure in one period.

    running (column home: the client's last area), started (days: the wait), ended, judged (ended with
    a reason that counts), completed (ended for a reason that is not excluded; days: the lead time),
    goals, followed (returned), viewed (still running at the end of the period, at a partner that tells
    contacts; seen), waiting (at the end of the period; days so far), helped_on (started or waiting,
    bridging care known), inflow (signed up in the period, or started without a signup).
    """

    def __init__(self, trajectories: pd.DataFrame, settings: RecordSettings) -> None:
        merged = merge_overlapping(trajectories)
        self.merged, self.settings = merged, settings
        first, last = pd.Timestamp(settings.period_start), pd.Timestamp(settings.period_end)
        begun = merged[merged["start"].notna()]
        ran = begun[(begun["start"] <= last) & ~(begun["end"] < first)]
        # The client's area is the last one that is known up to the end of the period.
        self.running = ran.assign(home=_last_area(ran))
        started = begun[begun["start"].between(first, last) & begun["signup"].notna()]
        self.started = started.assign(days=(started["start"] - started["signup"]).dt.days)
        self.ended = begun[begun["end"].between(first, last)]
        excluded = codes_with("uitgesloten")
        counts = ~self.ended["end_code"].isin(excluded)
        self.judged = self.ended[(self.ended["end_code"] != "") & counts]
        completed = self.ended[counts]
        self.completed = completed.assign(days=(completed["end"] - completed["start"]).dt.days)
        self.goals = self.ended[(self.ended["goals_set"] > 0) & self.ended["goals_met"].notna()]
        follow_up = begun["end"] + pd.DateOffset(months=settings.no_return_months)
        watched = begun[follow_up.between(first, last) & ~begun["end_code"].isin(excluded)]
        until = follow_up.loc[watched.index]
        self.followed = watched.assign(returned=_returns(watched, until, begun))
        still = begun[(begun["start"] <= last) & ~(begun["end"] <= last)]
        viewed = told(still, "contact")
        since = last - pd.Timedelta(days=settings.contact_days)
        self.viewed = viewed.assign(seen=viewed["contact"] >= since)
        waits = merged["signup"].le(last) & ~merged["start"].le(last) & ~merged["end"].le(last)
        self.waiting = merged[waits].assign(days=(last - merged.loc[waits, "signup"]).dt.days)
        both = pd.concat([begun[begun["start"].between(first, last)], self.waiting])
        self.helped_on = both[both["bridging"] != ""]
        self.inflow = self.inflow_of(first, last)

    def tells(self, column: str, partner: str) -> bool:
        """Whether a partner (or, with "", any partner) tells a detail at all; else it is not measured."""
        cells = self.merged[column]
        known = self.merged.loc[cells.notna() & (cells != ""), "partner"]
        return partner in set(known) if partner else len(known) > 0

    def inflow_of(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
        """The trajectories that came in between two days; column day: the signup, else the start."""
        came = self.merged["signup"].fillna(self.merged["start"])
        return self.merged.assign(day=came)[came.between(first, last)]

    def changed(self, name: str, score: ChangeScore) -> pd.DataFrame:
        """Ended trajectories with both scores of a questionnaire; column rci, positive when better.

        RCI = (after - before) / (SD·√2·√(1 - r)), Jacobson and Truax (1991).
        """
        before, after = self.ended[f"{name}_before"], self.ended[f"{name}_after"]
        error = score.sd * math.sqrt(2) * math.sqrt(1 - score.r)
        sign = 1 if score.wished == "hoger" else -1
        rows = self.ended.assign(rci=sign * (after - before) / error)
        return rows[rows["rci"].notna()]


def told(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows of partners that tell a detail at all: an empty cell of another partner says nothing."""
    known = frame[column].notna() & (frame[column] != "")
    return frame[frame["partner"].isin(set(frame.loc[known, "partner"]))]


def share(measure: str, frame: pd.DataFrame, hit: pd.Series[bool]) -> dict[str, Any]:
    """The share of rows that hit, in percent."""
    return row(measure, frame, 100 * float(hit.mean()) if len(frame) else None)


def quantile(measure: str, frame: pd.DataFrame, at: float) -> dict[str, Any]:
    """A quantile of column days, with linear interpolation."""
    return row(measure, frame, float(frame["days"].quantile(at)) if len(frame) else None)


def count(measure: str, frame: pd.DataFrame) -> dict[str, Any]:
    """The number of trajectories: n is the number itself."""
    number = len(frame)
    return {"measure": measure, "value": number, "n": number, "n_eff": frame["client"].nunique()}


def row(measure: str, frame: pd.DataFrame, value: float | None) -> dict[str, Any]:
    """A measure over the rows of a frame: n trajectories, n_eff clients, and what its size says."""
    n = len(frame)
    status = "onbekend: geen trajecten" if n == 0 else "onnauwkeurig: n < 30" if n < SMALL else "ok"
    clients = frame["client"].nunique()
    return {"measure": measure, "value": value, "n": n, "n_eff": clients, "status": status}


def _last_area(merged: pd.DataFrame) -> pd.Series[str]:
    """Per row the area of the client's trajectory that started last and has one; "" without any."""
    known = merged[merged["area"] != ""].sort_values(["start", "area"], kind="stable", na_position="first")
    return merged["client"].map(known.groupby("client")["area"].last()).fillna("").astype(str)


def _returns(ended: pd.DataFrame, until: pd.Series[pd.Timestamp], begun: pd.DataFrame) -> pd.Series[bool]:
    """Whether the client of each ended trajectory started another one after its end, up to `until`."""
    ends = ended[["client", "end"]].assign(until=until, row=ended.index)
    pairs = ends.merge(begun[["client", "start"]], on="client")
    again = pairs[(pairs["start"] > pairs["end"]) & (pairs["start"] <= pairs["until"])]["row"]
    return pd.Series(ended.index.isin(again), index=ended.index)
