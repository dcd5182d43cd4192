"""Lead time, contact, reliable change and the second set: known answers worked out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import DataError
from toolkit.project import ChangeScore, Delivery, RecordSettings
from toolkit.records import kpis
from toolkit.records.read import read_records
from toolkit.records.trajectories import complete, merge_overlapping
from toolkit.records.wijkteam import earlier

SCORE = ChangeScore(name="Lijst", sd=10.0, r=0.8, wished="lager", minimum=0, maximum=60)
SETTINGS = RecordSettings(
    name="test",
    period="2025",
    period_start=dt.date(2025, 1, 1),
    period_end=dt.date(2025, 12, 31),
    keep_until=dt.date(2031, 1, 1),
    deliveries=(Delivery(file="t.csv", format="csv"),),
    duration_norm_days=100,
    contact_days=30,
)
POPULATION = pd.DataFrame({"gebied": ["WK050501", "WK050502"], "aantal": [1000, 3000]})


def trajectory(client: str, start: str | None, end: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"client": client, "partner": "A", "voorziening": "hulp", "area": "WK050501", "signup": None}
    return row | {"start": start, "end": end, "end_code": "", "goals_set": None, "goals_met": None} | more


def found(rows: list[dict[str, Any]], **more: Any) -> pd.DataFrame:
    settings = dataclasses.replace(SETTINGS, **more)
    table = pd.DataFrame(rows).astype({"goals_set": float, "goals_met": float})
    return kpis.measures(table, settings, POPULATION, dataset="t", municipality="GM0505")


def one(frame: pd.DataFrame, name: str, group: str = "", period: str = "2025") -> pd.Series[Any]:
    own = (frame["measure"] == name) & (frame["group"] == group) & (frame["period"] == period)
    chosen = frame[own & (frame["area"] == "GM0505")]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_lead_time_leaves_out_the_excluded_codes_and_counts_an_unknown_reason() -> None:
    ends = [("2025-01-11", "19"), ("2025-04-11", "21"), ("2025-04-12", ""), ("2025-07-20", "22")]
    rows = [
        trajectory(f"K{place}", "2025-01-01", end, end_code=code) for place, (end, code) in enumerate(ends)
    ]
    rows.append(trajectory("X", "2024-01-01", "2025-03-01", end_code="31"))  # moved away
    rows.append(trajectory("Y", "2024-01-01", "2026-03-01", end_code="19"))  # ends after the period
    table = found(rows)
    assert one(table, "doorlooptijd")["value"] == 100.5  # 10, 100, 101, 200 days
    assert one(table, "doorlooptijd.p90")["value"] == pytest.approx(101 + 0.7 * 99)  # position 2.7
    assert one(table, "doorlooptijd.binnen-norm")["value"] == 50
    assert one(table, "doorlooptijd")["n"] == 4


def test_in_view_counts_running_trajectories_of_partners_that_tell_contacts() -> None:
    rows = [
        trajectory("K1", "2025-01-01", contact="2025-12-01"),  # 30 days before the last day
        trajectory("K2", "2025-01-01", contact="2025-11-30"),  # 31 days
        trajectory("K3", "2025-01-01"),  # this partner tells contacts, so nobody saw this client
        trajectory("K4", "2025-01-01", "2026-02-01", contact="2026-01-20"),  # still runs, seen later
        trajectory("K5", "2025-01-01", "2025-12-31", contact="2025-12-31"),  # ended
        trajectory("K6", "2026-01-01", contact="2026-01-01"),  # not begun
        trajectory("K7", "2025-01-01", partner="B"),  # never tells contacts
    ]
    table = found(rows)
    row = one(table, "bereik.in-beeld")
    assert row["value"] == 50 and row["n"] == 4
    assert "partner=B" not in set(table.loc[table["measure"] == "bereik.in-beeld", "group"])


def test_reliable_change_against_its_formula() -> None:
    limit = 1.96 * 10 * math.sqrt(2) * math.sqrt(1 - 0.8)  # 12.396
    changes = [-12.5, -12.3, -30, 12.5, 12.3, 0]
    rows = [
        trajectory(f"K{place}", "2025-01-01", "2025-05-01", problems_before=30, problems_after=30 + change)
        for place, change in enumerate(changes)
    ]
    rows.append(trajectory("X", "2025-01-01", "2025-05-01", problems_before=30))  # never measured again
    table = found(rows, problems=SCORE)
    better, worse = one(table, "doelrealisatie.problemen-minder"), one(table, "doelrealisatie.problemen-meer")
    assert better["n"] == worse["n"] == 6
    assert better["value"] == pytest.approx(100 * sum(change < -limit for change in changes) / 6)
    assert worse["value"] == pytest.approx(100 * sum(change > limit for change in changes) / 6)
    assert (better["value"], worse["value"]) == (pytest.approx(100 / 3), pytest.approx(100 / 6))
    other = found(rows, problems=dataclasses.replace(SCORE, wished="hoger"))
    assert one(other, "doelrealisatie.problemen-minder")["value"] == worse["value"]
    told = kpis.definitions(dataclasses.replace(SETTINGS, problems=SCORE)).set_index("maat")["teller"]
    assert "Lijst: SD 10, betrouwbaarheid r 0,8" in told["doelrealisatie.problemen-minder"]
    assert "100 dagen" in told["doorlooptijd.binnen-norm"]


def test_noise_alone_is_seldom_a_reliable_change() -> None:
    """With true scores that stay, 5% passes 1.96 by the definition of the index."""
    rng = np.random.default_rng(5)
    true = rng.normal(30, 10 * math.sqrt(0.8), 20_000)
    before, after = (true + rng.normal(0, 10 * math.sqrt(0.2), 20_000) for _ in range(2))
    rows = [
        trajectory(f"K{place}", "2025-01-01", "2025-05-01", problems_before=low, problems_after=high)
        for place, (low, high) in enumerate(zip(before, after, strict=True))
    ]
    table = found(rows, problems=SCORE)
    either = [
        one(table, f"doelrealisatie.{name}")["value"] for name in ("problemen-minder", "problemen-meer")
    ]
    assert sum(either) == pytest.approx(5, abs=0.5)


def test_waiting_list_and_bridging_care() -> None:
    rows = [
        trajectory("K1", None, signup="2025-12-21", bridging="ja"),  # 10 days
        trajectory("K2", None, signup="2025-10-02", bridging="nee"),  # 90 days
        trajectory("K2", None, signup="2025-12-31", voorziening="anders", bridging=""),  # 0 days, same client
        trajectory("K3", "2026-01-15", signup="2025-11-21", bridging="ja"),  # starts later: waits 40 days
        trajectory("K4", None, "2025-12-01", signup="2025-06-01"),  # gave up before the last day
        trajectory("K5", None, signup="2026-01-01"),  # signed up later
        trajectory("K6", "2025-03-01", signup="2025-01-01", bridging="nee"),  # was helped
    ]
    table = found(rows)
    assert one(table, "wachtlijst.personen")["value"] == 3
    assert one(table, "wachtlijst.wachttijd")["value"] == 25  # 0, 10, 40, 90
    assert one(table, "wachtlijst.wachttijd.p90")["value"] == pytest.approx(40 + 0.7 * 50)
    assert one(table, "wachtlijst.boven-norm")["value"] == 25
    bridged = one(table, "overbrugging.aandeel")
    assert bridged["value"] == 50 and bridged["n"] == 4


def test_inflow_by_referrer_question_and_quarter_adds_up() -> None:
    days = ["2025-01-01", "2025-03-31", "2025-04-01", "2025-12-31", "2024-06-01", "2024-01-01"]
    names = ["Huisarts", "Huisarts", "School", "", "School", "Huisarts"]
    rows = [
        trajectory(f"K{place}", None, signup=day, referrer=name, missing_offer="Wonen" if place < 2 else "")
        for place, (day, name) in enumerate(zip(days, names, strict=True))
    ]
    rows.append(trajectory("X", "2025-08-01", referrer="School"))  # no signup: the start counts
    table = found(rows, earlier_periods=1)
    assert one(table, "instroom.trajecten")["value"] == 5
    by_name = {
        name: one(table, "instroom.trajecten", f"verwijzer={name}")["value"]
        for name in ("Huisarts", "School", "onbekend")
    }
    assert by_name == {"Huisarts": 2, "School": 2, "onbekend": 1}
    quarters = [
        one(table, "instroom.trajecten", f"kwartaal=2025-Q{number}")["value"] for number in (1, 2, 3, 4)
    ]
    assert quarters == [2, 1, 1, 1]
    assert one(table, "instroom.trajecten", period="2024")["value"] == 2
    assert one(table, "instroom.trajecten", "verwijzer=School", "2024")["value"] == 1
    assert one(table, "aanbod.gaten")["value"] == one(table, "aanbod.gaten", "aanbod=Wonen")["value"] == 2
    assert one(table, "aanbod.gaten.aandeel")["value"] == 40


@pytest.mark.parametrize(
    ("start", "end", "name", "first", "last"),
    [
        ("2025-01-01", "2025-12-31", "2024", "2024-01-01", "2024-12-31"),
        ("2025-01-01", "2025-03-31", "2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024-03-01", "2024-03-31", "2024-02", "2024-02-01", "2024-02-29"),
    ],
)
def test_the_period_before(start: str, end: str, name: str, first: str, last: str) -> None:
    settings = dataclasses.replace(
        SETTINGS, period_start=dt.date.fromisoformat(start), period_end=dt.date.fromisoformat(end)
    )
    assert earlier(settings, 1) == (name, pd.Timestamp(first), pd.Timestamp(last))


def test_referrals_and_what_nobody_delivers() -> None:
    rows = [
        trajectory("K1", "2025-01-01", "2025-05-01", referred_to="Ggz"),
        trajectory("K2", "2025-01-01", "2025-05-01"),
        trajectory("K3", "2025-01-01", "2025-05-01", partner="B"),  # does not register referrals
    ]
    table = found(rows)
    assert one(table, "doorverwijzing.aandeel")["value"] == 50
    assert one(table, "doorverwijzing.trajecten", "naar=Ggz")["value"] == 1
    unknown = {"aanbod.gaten", "overbrugging.aandeel", "wachtlijst.personen", "bereik.in-beeld"}
    assert not unknown & set(table["measure"])


def test_merging_keeps_the_first_and_last_of_the_details() -> None:
    rows = [
        trajectory("K1", "2025-01-01", "2025-06-01", problems_before=40.0, problems_after=30.0, bridging="nee",
                   contact="2025-06-01", referrer=""),
        trajectory("K1", "2025-05-01", "2025-09-01", problems_before=33.0, problems_after=20.0, bridging="ja",
                   contact="2025-05-20", referrer="Huisarts"),
        trajectory("K1", "2025-08-01", "2025-10-01", bridging=""),
    ]  # fmt: skip
    merged = merge_overlapping(complete(pd.DataFrame(rows)))
    row = merged.iloc[0]
    assert len(merged) == 1 and (row["problems_before"], row["problems_after"]) == (40, 20)
    assert (row["bridging"], row["referrer"]) == ("ja", "Huisarts")
    assert row["contact"] == pd.Timestamp("2025-06-01")
    pd.testing.assert_frame_equal(merge_overlapping(merged), merged)


COLUMNS = {"client": "c", "start": "s", "contact": "k", "bridging": "b", "problems_before": "v",
           "problems_after": "n"}  # fmt: skip
AREAS = pd.DataFrame({"gebied": ["GM0505"], "naam": ["Dordrecht"]})


def read(folder: Path, *rows: str, **more: Any) -> pd.DataFrame:
    (folder / "t.csv").write_text("\n".join(["c;s;k;b;v;n", *rows]), encoding="utf-8")
    delivery = Delivery(file="t.csv", format="csv", partner="A", columns=COLUMNS)
    settings = dataclasses.replace(SETTINGS, deliveries=(delivery,), **{"problems": SCORE} | more)
    return read_records(folder, settings, AREAS, {})


def test_scores_with_a_comma_or_a_point_are_the_same(tmp_path: Path) -> None:
    frame = read(tmp_path, "K1;1-1-2025;2-1-2025;Ja;31,5;12.5", "K2;1-1-2025;;0;;")
    assert list(frame.loc[0, ["problems_before", "problems_after"]]) == [31.5, 12.5]
    assert list(frame["bridging"]) == ["ja", "nee"] and pd.isna(frame.loc[1, "problems_before"])


def test_bad_details_are_named_all_at_once(tmp_path: Path) -> None:
    rows = ["K1;1-1-2025;2-1-2024;ja;1;1", "K2;1-1-2025;;misschien;61;1", "K3;1-1-2025;;;veel;-1"]
    with pytest.raises(DataError) as caught:
        read(tmp_path, *rows)
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (2, "k"),
        (3, "b"),
        (3, "v"),
        (4, "v"),
        (4, "n"),
    ]
    with pytest.raises(DataError, match=r"\[problemen\]"):
        read(tmp_path, "K1;1-1-2025;;;1;1", problems=None)
