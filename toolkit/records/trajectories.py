"""Make countable trajectories of registered ones: overlapping ones become one, ends are dated."""

from __future__ import annotations

import pandas as pd

from toolkit.tables import TRAJECTORIES, TRAJECTORY_DETAILS, Contract, check

_SAME = ["client", "voorziening", "partner"]
_WHOLE = Contract("Trajectories", (*TRAJECTORIES.columns, *TRAJECTORY_DETAILS), key=(), more=True)
# Of overlapping parts the first answer counts, the last one, or the latest day.
_FIRST = ["question", "profile", "referrer", "missing_offer", "problems_before", "selfreliance_before"]
_LAST = ["referred_to", "problems_after", "selfreliance_after"]


def complete(trajectories: pd.DataFrame) -> pd.DataFrame:
    """Trajectories with all columns of tables.TRAJECTORY_DETAILS, empty where they were not there."""
    missing = [column.name for column in TRAJECTORY_DETAILS if column.name not in trajectories]
    # An empty cell becomes "", NaN or NaT after its kind.
    return check(trajectories.assign(**dict.fromkeys(missing, None)), _WHOLE)


def merge_overlapping(trajectories: pd.DataFrame) -> pd.DataFrame:
    """Trajectories in which overlapping ones of one client, form of help and partner are one.

    Two overlap when they share at least one day; a trajectory without end runs on. The merged one
    starts at the earliest signup and start and has the end and end code of the part that ends last
    (no end when a part still runs). Its area is that of the part that started last, its goals are
    those of the last part that has any: parts often repeat the same goals, so they are not added.
    Of the details the first score before, question, profile, referrer and missing offer count, the
    last score after and referral, the latest contact, and bridging care when any part had it.
    Trajectories without a start that share client, form, partner and signup are one; when one with that
    signup did start (an earlier and a later export), only the started one counts. Column `parts` counts the rows behind each.

    Takes the contract Trajectories and gives it with all details, sorted by client, form, partner and start. Merging
    twice gives the same as merging once.
    """
    frame = complete(trajectories)
    if "parts" not in frame:
        frame["parts"] = 1
    order = [*_SAME, "start", "end", "signup", "end_code", "area", "goals_set", "goals_met"]
    frame = frame.sort_values(order, kind="stable", ignore_index=True)
    started = frame[frame["start"].notna()].copy()
    waiting = _waiting(frame, started)
    if started.empty:
        return check(waiting, _WHOLE)[[*_WHOLE.names, "parts"]]
    until = started["end"].fillna(pd.Timestamp.max)
    reached = until.groupby([started[name] for name in _SAME]).cummax()
    before = reached.groupby([started[name] for name in _SAME]).shift()
    started["block"] = (before.isna() | (started["start"] > before)).cumsum()
    by_block = started.groupby("block", sort=True)
    merged = by_block[_SAME].first()
    merged["area"] = started[started["area"] != ""].groupby("block")["area"].last()
    merged["signup"] = by_block["signup"].min()
    merged["start"] = by_block["start"].min()
    last = started.assign(until=until).sort_values(["block", "until"], kind="stable").groupby("block").tail(1)
    merged[["end", "end_code"]] = last.set_index("block")[["end", "end_code"]]
    goals = (
        started[started["goals_set"].notna()]
        .assign(until=until)
        .sort_values(["block", "until"], kind="stable")
    )
    merged[["goals_set", "goals_met"]] = (
        goals.groupby("block").tail(1).set_index("block")[["goals_set", "goals_met"]]
    )
    known = started.assign(until=until).replace("", pd.NA)
    merged[_FIRST] = known.groupby("block")[_FIRST].first()
    merged[_LAST] = known.sort_values(["block", "until"], kind="stable").groupby("block")[_LAST].last()
    merged["contact"] = by_block["contact"].max()
    merged["bridging"] = by_block["bridging"].agg(lambda answers: min({*answers} - {""}, default=""))
    merged["parts"] = by_block["parts"].sum()
    both = merged.reset_index(drop=True) if waiting.empty else pd.concat([merged, waiting], ignore_index=True)
    ordered = both.sort_values(order, kind="stable", ignore_index=True)
    return check(ordered, _WHOLE)[[*_WHOLE.names, "parts"]]


def _waiting(frame: pd.DataFrame, started: pd.DataFrame) -> pd.DataFrame:
    """The trajectories that have not started, each of them once: exports of two months hold them twice."""
    key = [*_SAME, "signup"]
    waiting = frame[frame["start"].isna()].copy()
    # Without a signup there is nothing to tell two of them apart by.
    named = waiting["signup"].notna()
    waiting.loc[named, "parts"] = waiting[named].groupby(key)["parts"].transform("sum")
    begun = pd.MultiIndex.from_frame(waiting[key]).isin(pd.MultiIndex.from_frame(started[key]))
    kept = ~named | (~waiting.duplicated(key) & ~begun)
    return waiting[kept].reset_index(drop=True)
