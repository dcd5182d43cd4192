"""Make countable trajectories of registered ones: overlapping ones become one, ends are dated."""

from __future__ import annotations

import pandas as pd

from toolkit.tables import TRAJECTORIES, check

_SAME = ["client", "voorziening", "partner"]


def merge_overlapping(trajectories: pd.DataFrame) -> pd.DataFrame:
    """Trajectories in which overlapping ones of one client, form of help and partner are one.

    Two overlap when they share at least one day; a trajectory without end runs on. The merged one
    starts at the earliest signup and start and has the end and end code of the part that ends last
    (no end when a part still runs). Its area is that of the part that started last, its goals are
    those of the last part that has any: parts often repeat the same goals, so they are not added.
    Trajectories without a start stay as they are. Column `parts` counts the rows behind each.

    Takes and gives the contract Trajectories, sorted by client, form, partner and start. Merging
    twice gives the same as merging once.
    """
    frame = check(trajectories, TRAJECTORIES)
    if "parts" not in frame:
        frame["parts"] = 1
    order = [*_SAME, "start", "end", "signup", "end_code", "area", "goals_set", "goals_met"]
    frame = frame.sort_values(order, kind="stable", ignore_index=True)
    started = frame[frame["start"].notna()].copy()
    if started.empty:
        return frame
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
    merged["parts"] = by_block["parts"].sum()
    waiting = frame[frame["start"].isna()]
    both = merged.reset_index(drop=True) if waiting.empty else pd.concat([merged, waiting], ignore_index=True)
    ordered = both.sort_values(order, kind="stable", ignore_index=True)
    return check(ordered, TRAJECTORIES)[[*TRAJECTORIES.names, "parts"]]
