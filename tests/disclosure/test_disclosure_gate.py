"""The gate as a whole: what comes out of a small release, row by row and cell by cell, and what the log says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from toolkit import tables
from toolkit.disclosure import protect
from toolkit.project import Disclosure

AREAS = ["GM0505", "WK050501", "WK050502", "WK050503"]
HIERARCHY = pd.DataFrame({"gebied": AREAS, "bovenliggend": [None, "GM0505", "GM0505", "GM0505"]})
KEY = list(tables.MEASURES.key)
JOINT = "onderdrukt: n < 10 of daaruit af te leiden"
EMPTY = {"value": None, "low": None, "high": None, "n": None, "n_eff": None}


def row(area: str, value: float | None, n: float | None, **more: Any) -> dict[str, Any]:
    base = {
        "source": "registratie",
        "dataset": "d",
        "measure": "m.personen",
        "unit": "personen",
        "period": "2025",
    }
    return {**base, "group": "", "area": area, "value": value, "n": n, "status": "ok", **more}


def counts(*values: float, **more: Any) -> list[dict[str, Any]]:
    return [
        row(area, value, value, **more) for area, value in zip(AREAS, [sum(values), *values], strict=True)
    ]


def gate(
    rows: list[dict[str, Any]], **more: Any
) -> tuple[pd.DataFrame, dict[tuple[str, ...], tuple[str, str]]]:
    """What is published, and per measure, area and group what the log says of it."""
    contributions = more.pop("contributions", None)
    given = tables.measures(rows)
    before = given.copy()
    public, log = protect(given, Disclosure(**more), HIERARCHY, contributions)
    pd.testing.assert_frame_equal(given, before)
    assert log.columns.tolist() == [*KEY, "handeling", "reden"] and log.index.tolist() == list(
        range(len(log))
    )
    # In the order of the key, so that it tells nothing of the delivery.
    assert log[KEY].to_numpy().tolist() == log[KEY].sort_values(KEY).to_numpy().tolist()
    told = {
        (one["measure"], one["area"], one["group"]): (one["handeling"], one["reden"])
        for one in log.to_dict("records")
    }
    return public, told


def same(public: pd.DataFrame, rows: list[dict[str, Any]]) -> None:
    pd.testing.assert_frame_equal(public, tables.measures(rows))


def test_a_small_wijk_takes_another_with_it() -> None:
    rows = counts(30, 25, 8, low=1.0, high=99.0, n_eff=20.0)
    public, log = gate(rows, round_to=1)
    gone = {**EMPTY, "status": JOINT}
    same(
        public,
        [
            {**rows[0], "n_eff": None},
            {**rows[1], "n_eff": None},
            {**rows[2], **gone},
            {**rows[3], **gone},
        ],
    )
    assert log == {
        ("m.personen", "WK050502", ""): ("mee onderdrukt", "anders af te leiden uit totalen"),
        ("m.personen", "WK050503", ""): ("onderdrukt", "n < 10"),
    }


def test_the_order_that_was_given_stays() -> None:
    rows = counts(30, 25, 8)[::-1]
    public, _ = gate(rows, round_to=1)
    assert public["area"].tolist() == AREAS[::-1] and public["status"].tolist() == [JOINT, JOINT, "ok", "ok"]


def test_other_limits_are_settings() -> None:
    rows = counts(30, 25, 8)
    public, log = gate(rows, round_to=1, minimum_count=8)
    same(public, rows)
    assert log == {}
    public, log = gate(rows, round_to=1, minimum_count=9)
    assert public["status"].tolist()[2:] == ["onderdrukt: n < 9 of daaruit af te leiden"] * 2
    assert log["m.personen", "WK050503", ""] == ("onderdrukt", "n < 9")


def test_counts_and_shares_of_a_wijk_are_rounded_and_those_of_the_city_are_not() -> None:
    share = {"measure": "s.aandeel", "unit": "procent"}
    linked = {"measure": "m.aandeel", "unit": "procent"}
    rate = {"measure": "m.rate", "unit": "per 1.000 inwoners"}
    rows = [
        *counts(33, 27, 48),
        row("GM0505", 36.5, 126, **share),
        row("WK050501", 100 * 20 / 43, 43, **share),
        row("WK050502", 100 * 26 / 83, 83, **share),
        *(
            row(area, 100 * value / 200, 200, **linked)
            for area, value in zip(AREAS[1:], (33, 27, 48), strict=True)
        ),
        row("WK050501", 1000 * 33 / 1500, 1500, **rate),
        row("WK050501", 41.5, 33, measure="m.duur", unit="dagen"),
        row("GM0505", 41.5, 33, measure="m.duur", unit="dagen"),
    ]
    public, log = gate(rows)
    expected = [dict(one) for one in rows]
    for at, value in enumerate((35, 25, 50), start=1):
        expected[at] |= {"value": value, "n": value}
    expected[5] |= {"value": 47.0, "n": 45}  # 46.5 percent
    expected[6] |= {"value": 31.0, "n": 85}
    for at, value in zip((7, 8, 9), (35, 25, 50), strict=True):
        expected[at] |= {"value": 100 * value / 200}
    expected[10] |= {"value": 1000 * 35 / 1500}
    expected[11] |= {"n": 35}
    same(public, expected)
    done = {(one["measure"], one["area"], "") for at, one in enumerate(rows) if at not in (0, 4, 12)}
    assert log == dict.fromkeys(done, ("afgerond", "op 5 (wijk of buurt)"))
    public, log = gate(rows, round_to=10)
    assert public["value"].tolist()[1:4] == [30.0, 30.0, 50.0]
    assert set(log.values()) == {("afgerond", "op 10 (wijk of buurt)")}
    assert gate(rows, round_to=1)[1] == {}


def test_halves_are_rounded_up() -> None:
    share = {"measure": "s.aandeel", "unit": "procent"}
    public, _ = gate([row("WK050501", 12.5, 200, **share), row("WK050502", 15, 15)], round_to=10)
    assert public["value"].tolist() == [13.0, 20.0] and public["n"].tolist() == [200.0, 20.0]


def test_estimates_are_hidden_or_keep_their_n() -> None:
    base = {"source": "enquete", "measure": "e", "unit": "procent", "low": 1.0, "high": 2.0, "n_eff": 50.0}
    weak = "niet-publiceerbaar: marge te groot"
    rows = [
        row("GM0505", 50, 60, **base),
        row("WK050501", 50, 60, **base, status=weak),
        row("WK050502", 50, 29, **base, status=weak),
        row("WK050503", 100, 60, **base),
    ]
    public, log = gate(rows)
    none = dict.fromkeys(("value", "low", "high"))
    same(
        public,
        [
            rows[0],
            {**rows[1], **none},
            {**rows[2], **EMPTY, "status": "onderdrukt: n < 30"},
            {**rows[3], **EMPTY, "status": "onderdrukt: 0% of 100%"},
        ],
    )
    assert log == {
        ("e", "WK050501", ""): ("niet getoond", weak),
        ("e", "WK050502", ""): ("onderdrukt", "n < 30"),
        ("e", "WK050503", ""): ("onderdrukt", "0% of 100%"),
    }


def test_a_part_of_the_municipality_is_known_from_the_hierarchy() -> None:
    base = {"source": "enquete", "measure": "e", "unit": "procent"}
    inside = pd.DataFrame({"gebied": ["GM1", "SD1", "SD2"], "bovenliggend": ["GM1", "GM1", ""]})
    rows = [row(area, 100, 60, **base) for area in ("GM1", "SD1", "SD2")]
    public, _ = protect(tables.measures(rows), Disclosure(), inside)
    # The municipality is part of nothing but itself; the second district of nothing at all.
    assert public["status"].tolist() == ["ok", "onderdrukt: 0% of 100%", "ok"]


def money(area: str, value: float, n: float, **more: Any) -> dict[str, Any]:
    return row(area, value, n, **{"source": "financien", "measure": "kosten", "unit": "euro", **more})


def test_an_amount_of_few_contributors_goes_with_what_gives_it_back() -> None:
    rows = [
        money("GM0505", 6000, 9), money("WK050501", 1000, 2), money("WK050502", 2000, 3), money("WK050503", 3000, 4),
        money("WK050501", 12, 2, measure="deel", unit="procent"),
        money("WK050503", 12, 4, measure="deel", unit="procent"),
        money("WK050501", 12, 2, measure="deel", unit="procent", group="g=1"),
        money("WK050501", 12, 2, measure="deel", unit="procent", dataset="x"),
        money("WK050501", 12, 2, measure="deel", unit="procent", period="2024"),
    ]  # fmt: skip
    public, log = gate(rows)
    joint = "onderdrukt: n < 3 of daaruit af te leiden"
    assert public["status"].tolist() == ["ok", joint, joint, "ok", joint, "ok", "ok", "ok", "ok"]
    assert public["value"].isna().tolist() == [False, True, True, False, True] + [False] * 4
    # Amounts are never rounded.
    assert public["value"].tolist()[0] == 6000 and public["value"].tolist()[3] == 3000
    assert log["kosten", "WK050501", ""] == ("onderdrukt", "n < 3")
    assert log["kosten", "WK050502", ""] == ("mee onderdrukt", "anders af te leiden uit totalen")
    assert log["deel", "WK050501", ""] == ("mee onderdrukt", "anders af te leiden uit totalen")
    assert len(log) == 3


def test_an_amount_that_one_contributor_dominates() -> None:
    rows = [
        money("GM0505", 6000, 9),
        money("WK050501", 1000, 3),
        money("WK050502", 2000, 3),
        money("WK050503", 3000, 3),
    ]
    given = pd.DataFrame(
        [{**{key: rows[1][key] for key in KEY}, "bijdrage": part} for part in (800.0, 150.0, 50.0)]
    )
    public, log = gate(rows, contributions=given)
    assert public["value"].isna().tolist() == [False, True, True, False]
    assert log["kosten", "WK050501", ""] == ("onderdrukt", "een bijdrage overheerst")
    assert gate(rows)[1] == {}


def test_counts_of_the_response_are_guarded_but_not_rounded() -> None:
    rows = counts(33, 27, 8, source="enquete", measure="respons.volledig")
    public, log = gate(rows)
    assert public["value"].isna().tolist() == [False, False, True, True]
    assert public["value"].tolist()[:2] == [68.0, 33.0]
    assert set(log.values()) == {
        ("onderdrukt", "n < 10"),
        ("mee onderdrukt", "anders af te leiden uit totalen"),
    }


@pytest.mark.parametrize("source", ["registratie", "signalen", "financien"])
def test_the_number_of_clients_is_never_published(source: str) -> None:
    public, _ = gate([row("GM0505", 50, 60, n_eff=40, source=source, unit="dagen")])
    assert public["n_eff"].isna().all() and public["n"].tolist() == [60.0]


def test_a_release_without_rows() -> None:
    public, log = gate([])
    pd.testing.assert_frame_equal(public, tables.empty(tables.MEASURES))
    assert log == {}
