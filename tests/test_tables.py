"""The contracts between the stages: what they accept, what they refuse, and that inputs stay as they were."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from toolkit.errors import ContractError
from toolkit.tables import (
    DEFINED,
    DEFINITIONS,
    LABELS,
    MEASURES,
    RESPONDENTS,
    STORIES,
    TRAJECTORIES,
    Contract,
    _sound,
    _validated,
    check,
    empty,
    measures,
)

ROW: dict[str, Any] = {
    "source": "enquete",
    "dataset": "d",
    "measure": "m",
    "area": "GM0505",
    "period": "2026",
    "value": 40,
}


def test_rows_become_measures_in_the_order_of_the_contract() -> None:
    rows = [
        {**ROW, "note": "weg"},
        {"value": 41.5, **{k: v for k, v in ROW.items() if k != "value"}, "group": "g=1"},
    ]
    before = [dict(row) for row in rows]
    frame = measures(iter(rows))
    assert list(frame.columns) == MEASURES.names
    assert frame["value"].tolist() == [40.0, 41.5]
    assert frame["group"].tolist() == ["", "g=1"] and frame["unit"].tolist() == ["", ""]
    assert frame[["low", "high", "n", "n_eff"]].isna().all(axis=None)
    assert rows == before


def test_a_row_without_status_is_ok_also_when_another_row_has_one() -> None:
    rows = [ROW, {**ROW, "group": "a", "status": "onderdrukt: n < 10"}, {**ROW, "group": "b", "status": None}]
    assert measures(rows)["status"].tolist() == ["ok", "onderdrukt: n < 10", "ok"]
    assert measures([ROW])["status"].tolist() == ["ok"]


def test_every_breach_is_named_at_once() -> None:
    rows = [
        {**ROW, "source": "krant"},
        {**ROW, "status": "prima"},
        {**ROW, "area": "", "group": "a"},
        {**ROW, "value": "veel", "group": "b"},
    ]
    with pytest.raises(ContractError) as caught:
        measures(rows)
    text = str(caught.value)
    assert text.startswith("Tabel Measures klopt niet:")
    for column in ("source", "status", "area", "value"):
        assert f"- {column}: " in text


def test_a_double_key_and_a_column_too_many_or_too_few_are_refused() -> None:
    good = measures([ROW])
    with pytest.raises(ContractError):
        measures([ROW, {**ROW, "value": 3}])
    with pytest.raises(ContractError, match="extra"):
        check(good.assign(extra=1), MEASURES)
    with pytest.raises(ContractError, match="dataset"):
        check(good.drop(columns="dataset"), MEASURES)


def test_empty_cells_dates_and_more_columns() -> None:
    frame = pd.DataFrame(
        {
            "question": ["a", "b"],
            "weight": [1, 2],
            "submitted": ["2026-03-01", None],
            "area": [None, "WK1"],
            "partner": [float("nan"), "p"],
            "survey": ["s", "s"],
            "respondent": ["1", "2"],
        },
        index=[7, 8],
    )
    before = frame.copy(deep=True)
    checked = check(frame, RESPONDENTS)
    pd.testing.assert_frame_equal(frame, before)
    assert list(checked.columns) == [*RESPONDENTS.names, "question"]
    assert list(checked.index) == [0, 1]
    assert checked["area"].tolist() == ["", "WK1"] and checked["partner"].tolist() == ["", "p"]
    assert checked["submitted"].tolist() == [pd.Timestamp(2026, 3, 1), pd.NaT]
    assert checked["weight"].dtype == "float64"


def test_text_that_must_be_there_and_roles_that_exist() -> None:
    story = dict.fromkeys(STORIES.names, "x") | {"role": "inwoner", "date": None, "quote_consent": True}
    assert len(check(pd.DataFrame([story]), STORIES)) == 1
    with pytest.raises(ContractError, match="role"):
        check(pd.DataFrame([story | {"role": "burgemeester"}]), STORIES)
    with pytest.raises(ContractError, match="story"):
        check(pd.DataFrame([story | {"story": None}]), STORIES)


@pytest.mark.parametrize("contract", [RESPONDENTS, TRAJECTORIES, STORIES, LABELS, MEASURES])
def test_a_table_without_rows_keeps_its_contract(contract: Any) -> None:
    frame = empty(contract)
    assert len(frame) == 0 and list(frame.columns) == contract.names
    pd.testing.assert_frame_equal(check(frame, contract), frame)


def test_no_rows_at_all() -> None:
    assert list(measures([]).columns) == MEASURES.names


def test_a_definition_says_meer_minder_or_nothing() -> None:
    """The joint display reads richting: words for people there would silence it."""
    row = dict.fromkeys(DEFINITIONS, "x")
    frame = pd.DataFrame([{**row, "richting": "meer"}, {**row, "maat": "y", "richting": None}])
    assert check(frame, DEFINED)["richting"].tolist() == ["meer", ""]
    with pytest.raises(ContractError, match="hoger is gunstiger"):
        check(frame.assign(richting="hoger is gunstiger"), DEFINED)
    with pytest.raises(ContractError):
        check(frame.assign(maat="x"), DEFINED)


GOOD: list[tuple[Contract, dict[str, list[Any]]]] = [
    (MEASURES, {name: [""] for name in MEASURES.names} | {
        "source": ["enquete"], "dataset": ["d"], "measure": ["m"], "area": ["GM0505"], "period": ["2026"],
        "value": ["40"], "low": [None], "high": [41], "n": [3], "n_eff": [2.5], "status": ["onderdrukt: n < 10"],
    }),
    (LABELS, {
        "story": ["a", "a"], "sentence": [-1, 0], "kind": ["theme", "aspect"], "label": ["", "x"],
        "score": [None, 1], "model": ["m", "m"],
    }),
    (TRAJECTORIES, {name: [""] for name in TRAJECTORIES.names} | {
        "client": ["K1"], "partner": ["P"], "signup": [None], "start": ["2025-01-02"], "end": [None],
        "goals_set": [2], "goals_met": [None], "more": [True],
    }),
]  # fmt: skip
KINDS = {"date": lambda cells: pd.to_datetime(cells).astype("datetime64[ns]")}


def in_text(contract: Contract, columns: dict[str, list[Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    for column in contract.columns:
        if column.kind == "text":
            frame[column.name] = frame[column.name].astype("object").fillna("").astype(str)
        frame[column.name] = KINDS.get(column.kind, lambda cells: cells)(frame[column.name])
    return frame


@pytest.mark.parametrize(("contract", "columns"), GOOD, ids=lambda one: getattr(one, "name", ""))
def test_the_quick_look_gives_what_pandera_gives(contract: Contract, columns: dict[str, list[Any]]) -> None:
    frame = in_text(contract, columns)
    quick = _sound(frame, contract)
    assert quick is not None
    pd.testing.assert_frame_equal(quick, _validated(frame, contract))


@pytest.mark.parametrize(
    "breach",
    [
        {"source": ["krant"]}, {"status": ["prima"]}, {"area": [""]}, {"value": ["veel"]}, {"extra": [1]},
        {"measure": None},
    ],
)  # fmt: skip
def test_the_quick_look_leaves_every_breach_to_pandera(breach: dict[str, Any]) -> None:
    columns = {name: cells for name, cells in (GOOD[0][1] | breach).items() if cells is not None}
    contract = GOOD[0][0]
    frame = pd.DataFrame(columns)
    assert _sound(frame, contract) is None
    with pytest.raises(ContractError):
        check(frame, contract)
    double = in_text(contract, {name: cells * 2 for name, cells in GOOD[0][1].items()})
    assert _sound(double, contract) is None
