"""Registration KPIs: known answers worked out by hand, and properties of merging."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.project import ChangeScore, Delivery, RecordSettings
from toolkit.records import kpis
from toolkit.records.end_codes import end_codes
from toolkit.records.trajectories import merge_overlapping

SETTINGS = RecordSettings(
    name="test",
    period="2025",
    period_start=dt.date(2025, 1, 1),
    period_end=dt.date(2025, 12, 31),
    keep_until=dt.date(2031, 1, 1),
    deliveries=(Delivery(file="t.csv", format="csv"),),
    start_norm_days=42,
)
POPULATION = pd.DataFrame({"gebied": ["WK050501", "WK050502"], "aantal": [1000, 3000]})


def trajectory(
    client: str, start: str | None, end: str | None = None, code: str = "", **more: Any
) -> dict[str, Any]:
    row = {"client": client, "partner": "A", "voorziening": "hulp", "area": "WK050501", "signup": None}
    rest = {"start": start, "end": end, "end_code": code, "goals_set": None, "goals_met": None}
    return row | rest | more


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    for name in ("signup", "start", "end"):
        table[name] = pd.to_datetime(table[name])
    return table.astype({"goals_set": float, "goals_met": float})


def measure(table: pd.DataFrame, name: str, area: str = "GM0505", group: str = "") -> pd.Series[Any]:
    result = kpis.measures(table, SETTINGS, POPULATION, dataset="t", municipality="GM0505")
    chosen = result[(result["measure"] == name) & (result["area"] == area) & (result["group"] == group)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_overlapping_ones_become_one() -> None:
    table = frame(
        trajectory("K1", "2025-01-01", "2025-06-30", "19", signup="2024-12-01", goals_set=2, goals_met=2),
        trajectory("K1", "2025-03-01", "2025-04-01", "21", area="WK050502"),  # inside the first
        trajectory("K1", "2025-06-30", "2025-08-01", "22"),  # shares its last day
        trajectory("K1", "2025-08-02", None),  # the day after: a new one
        trajectory("K1", "2025-03-01", None, voorziening="anders"),
        trajectory("K1", "2025-03-01", None, partner="B"),
        trajectory("K1", None, signup="2025-09-01"),
    )
    merged = merge_overlapping(table)
    assert len(merged) == 5 and merged["parts"].sum() == 7
    first = merged[merged["parts"] == 3].iloc[0]
    assert first["signup"] == pd.Timestamp(2024, 12, 1) and first["start"] == pd.Timestamp(2025, 1, 1)
    assert first["end"] == pd.Timestamp(2025, 8, 1) and first["end_code"] == "22"
    assert first["goals_set"] == 2 and first["area"] == "WK050501"
    pd.testing.assert_frame_equal(merge_overlapping(merged), merged)


def test_a_running_part_keeps_the_whole_running() -> None:
    merged = merge_overlapping(
        frame(trajectory("K1", "2025-01-01"), trajectory("K1", "2025-02-01", "2025-03-01", "21"))
    )
    assert len(merged) == 1 and pd.isna(merged.loc[0, "end"]) and merged.loc[0, "end_code"] == ""


def test_one_that_waits_in_two_exports_counts_once() -> None:
    signed = {"signup": "2025-03-01"}
    rows = [
        trajectory("k1", None, **signed),
        trajectory("k1", None, **signed),  # the same row in the next export
        trajectory("k2", None, **signed),
        trajectory("k2", "2025-04-01", **signed),  # started since
        trajectory("k3", None, signup="2025-05-01"),
        trajectory("k3", None, signup="2025-06-01"),  # signed up again: two
    ]
    merged = merge_overlapping(frame(*rows))
    assert merged[["client", "parts"]].to_numpy().tolist() == [["k1", 2], ["k2", 1], ["k3", 1], ["k3", 1]]
    assert merged["start"].notna().tolist() == [False, True, False, False]
    pd.testing.assert_frame_equal(merge_overlapping(merged), merged)
    assert measure(frame(*rows), "instroom.trajecten")["value"] == 4
    assert measure(frame(*rows), "wachtlijst.personen")["value"] == 2
    only = merge_overlapping(frame(*rows[:2]))
    assert len(only) == 1


def test_merging_agrees_with_a_day_by_day_count() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for _ in range(400):
        start = pd.Timestamp(2025, 1, 1) + pd.Timedelta(days=int(rng.integers(0, 200)))
        end = start + pd.Timedelta(days=int(rng.integers(0, 30)))
        rows.append(trajectory(f"K{rng.integers(0, 40)}", str(start.date()), str(end.date()), "19"))
    table = frame(*rows)
    merged = merge_overlapping(table.sample(frac=1, random_state=1))
    for client, own in table.groupby("client"):
        # A day that a trajectory covers, joined to the day before when one trajectory holds both.
        days = {day for row in own.itertuples() for day in pd.date_range(row.start, row.end)}
        joined = {
            day for row in own.itertuples() for day in pd.date_range(row.start, row.end) if day > row.start
        }
        assert (merged["client"] == client).sum() == len(days - joined)
    assert merged["parts"].sum() == 400


def test_reach_counts_persons_once_and_in_their_last_area() -> None:
    table = frame(
        trajectory("K1", "2024-05-01", "2025-01-01", "19"),  # ends on the first day: counts
        trajectory("K1", "2025-03-01", area="WK050502"),  # moved: counts there
        trajectory("K2", "2025-12-31", partner="B"),  # starts on the last day: counts
        trajectory("K3", "2024-01-01", "2024-12-31", "19"),  # before the period
        trajectory("K4", "2026-01-01"),  # after it
        trajectory("K5", None, signup="2025-05-01"),  # not begun
        trajectory("K6", "2025-02-01", area=""),  # area unknown: the municipality only
    )
    assert measure(table, "bereik.personen")["value"] == 3
    assert measure(table, "bereik.personen", "WK050501")["value"] == 1
    assert measure(table, "bereik.personen", "WK050502")["value"] == 1
    assert measure(table, "bereik.personen", group="partner=B")["value"] == 1
    share = measure(table, "bereik.aandeel")
    assert share["value"] == pytest.approx(100 * 3 / 4000) and share["n"] == 4000 and share["n_eff"] == 3


def test_waiting_time() -> None:
    days = [0, 10, 42, 43, 100]
    rows = [
        trajectory(
            f"K{day}", str((pd.Timestamp(2025, 5, 1) + pd.Timedelta(days=day)).date()), signup="2025-05-01"
        )
        for day in days
    ]
    table = frame(*rows, trajectory("K9", "2025-05-01"), trajectory("K8", "2024-05-01", signup="2024-01-01"))
    assert measure(table, "bereik.tijdig")["value"] == 60
    assert measure(table, "bereik.wachttijd")["value"] == 42
    last = measure(table, "bereik.wachttijd.p90")
    assert last["value"] == pytest.approx(43 + 0.6 * 57)  # position 0.9·4 = 3.6 between 43 and 100
    assert last["n"] == 5 and last["status"] == "onnauwkeurig: n < 30"


def test_dropout_rates_and_their_exclusions() -> None:
    codes = ["19", "19", "21", "21", "22", "23", "02", "20", "31", "36", "37", "38", "39", ""]
    rows = [trajectory(f"K{place}", "2025-01-01", "2025-06-01", code) for place, code in enumerate(codes)]
    table = frame(*rows, trajectory("KX", "2025-01-01", "2026-02-01", "21"))  # ends after the period
    client, early = measure(table, "uitval.eenzijdig-client"), measure(table, "uitval.voortijdig")
    assert client["n"] == early["n"] == 6
    assert client["value"] == pytest.approx(100 * 2 / 6) and early["value"] == pytest.approx(100 * 4 / 6)
    assert measure(table, "uitval.reden-onbekend")["value"] == pytest.approx(100 / 14)


def test_goals_count_goals_and_trajectories() -> None:
    pairs = [(2, 2), (1, 1), (3, 1), (4, 0), (None, None), (2, None), (0, 0)]
    rows = [
        trajectory(f"K{place}", "2025-01-01", "2025-06-01", "19", goals_set=agreed, goals_met=met)
        for place, (agreed, met) in enumerate(pairs)
    ]
    table = frame(*rows)
    goals = measure(table, "doelrealisatie.doelen")
    assert goals["value"] == 40 and goals["n"] == 10 and goals["n_eff"] == 4  # 4 of 10 goals, 4 clients
    parts = [measure(table, f"doelrealisatie.doelen.{name}")["value"] for name in ("alle", "deels", "geen")]
    assert parts == [50, 25, 25]


def test_no_new_start_counts_only_who_is_watched_long_enough() -> None:
    table = frame(
        trajectory("K1", "2024-01-01", "2024-06-30", "19"),  # watched, no return
        trajectory("K2", "2024-01-01", "2024-06-30", "19"),  # returns after 2 months, elsewhere
        trajectory("K2", "2024-09-01", None, partner="B", voorziening="anders"),
        trajectory("K3", "2024-01-01", "2024-06-30", "21"),  # returns on the last day that counts
        trajectory("K3", "2025-06-30", None),
        trajectory("K4", "2024-01-01", "2024-06-30", "19"),  # returns a day too late
        trajectory("K4", "2025-07-01", None),
        trajectory("K5", "2024-01-01", "2025-03-01", "19"),  # not yet watched for 12 months
        trajectory("K6", "2024-01-01", "2024-06-30", "31"),  # moved away: excluded
        trajectory("K7", "2023-01-01", "2023-11-30", "19"),  # watched before this period
    )
    row = measure(table, "doelrealisatie.geen-nieuwe-start")
    assert row["n"] == 4 and row["value"] == 50


def test_empty_scopes_say_so_and_input_is_not_changed() -> None:
    table = frame(trajectory("K1", "2025-01-01"))
    before = table.copy(deep=True)
    row = measure(table, "uitval.voortijdig", "WK050502")
    assert row["status"] == "onbekend: geen trajecten" and pd.isna(row["value"]) and row["n"] == 0
    pd.testing.assert_frame_equal(table, before)


def test_every_measure_has_a_definition_and_end_codes_are_complete() -> None:
    score = ChangeScore(name="x", sd=1, r=0.5, wished="hoger", minimum=0, maximum=9)
    details = {"contact": "2025-02-01", "bridging": "ja", "missing_offer": "Wonen", "referred_to": "Ggz",
               "problems_after": 1.0, "selfreliance_after": 1.0, "signup": "2025-01-01"}  # fmt: skip
    table = frame(trajectory("K1", "2025-01-01", "2025-05-01", "", **details))
    settings = dataclasses.replace(SETTINGS, problems=score, selfreliance=score)
    result = kpis.measures(table, settings, POPULATION, dataset="t", municipality="GM0505")
    defined = kpis.definitions()
    assert set(result["measure"]) == set(defined["maat"])
    assert set(defined["richting"]) <= {"meer", "minder", ""}
    assert (defined[["naam", "vraag", "teller", "eenheid", "bron", "versie"]] != "").all().all()
    excluded = {code for code, entry in end_codes().items() if entry.get("uitgesloten")}
    assert excluded == {"02", "20", "31", "36", "37", "38", "39"}
