"""The attack and the choice of what is hidden with it, on models so small that both can be done on paper."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit import tables
from toolkit.disclosure.attack import Attack
from toolkit.disclosure.model import Known, Model, Secret
from toolkit.disclosure.secondary import _cheapest, _cut, pattern, protected
from toolkit.project import Disclosure

INF = math.inf


def wijken(*counts: float, spare: float = 0.0, width: float = 10.0, floor: float = 0.0) -> Model:
    """A city and its wijken, a unit each; every count is known up to `spare` on both sides, the total exactly."""
    truth = [float(sum(counts)), *counts]
    units = range(len(truth))
    told = [Known({at: 1.0}, value - (spare if at else 0), value + (spare if at else 0), at)
            for at, value in enumerate(truth)]  # fmt: skip
    total = Known({0: 1.0} | dict.fromkeys(range(1, len(truth)), -1.0), 0.0, 0.0)
    secrets = [Secret({at: 1.0}, width, at) for at in units]
    # A larger number costs more.
    costs = [1 + value / 1000 for value in truth]
    return Model(truth, [floor] * len(truth), [(at,) for at in units], costs, [*told, total], secrets)


def attacked(model: Model, at: int, hidden: set[int]) -> tuple[float, list[float]]:
    width, gains = Attack(model).width(model.secrets[at], hidden)
    return width, [round(float(gain), 6) for gain in gains]


def test_a_number_that_follows_from_a_total_has_no_width() -> None:
    model = wijken(30, 8)
    # Hiding the total or the other wijk lets the number move 4 × 10 up and as much down: it stops at 0 only below.
    assert attacked(model, 2, {2}) == (0.0, [80.0, 80.0, 0.0])


def test_with_another_hidden_number_there_is_room() -> None:
    # 8 + 30 is all that is known: 30 more is thinkable, and that is more than 10.
    width, gains = attacked(wijken(30, 8), 2, {1, 2})
    assert width == pytest.approx(30.0) and gains == [0.0, 0.0, 0.0]
    # 8 + 5 is too little: 5 up and 8 down.
    width, gains = attacked(wijken(5, 8), 2, {1, 2})
    assert width == pytest.approx(13.0)


def test_rounded_numbers_leave_what_they_are_rounded_by() -> None:
    width, gains = attacked(wijken(30, 20, 8, spare=2.0), 3, {3})
    assert width == pytest.approx(8.0) and gains == [80.0, 80.0, 80.0, 0.0]
    # Up 4 is less than the width, down 4 as well; together they are enough for a width of 8.
    assert attacked(wijken(30, 20, 8, spare=2.0, width=8.0), 3, {3})[0] == pytest.approx(8.0)


def test_no_number_is_below_the_floor() -> None:
    # Three wijken of one with two hidden: from 0 to 2.
    assert attacked(wijken(1, 1, 1), 3, {2, 3})[0] == pytest.approx(2.0)
    # Amounts may be below zero: no bound below but that of the search, and none above.
    width, gains = attacked(wijken(1, 1, 1, floor=-INF), 3, {2, 3})
    assert width == pytest.approx(40.0) and gains == [0.0] * 4


def test_tables_that_were_found_prove_a_number_safe_without_solving_again() -> None:
    model = wijken(5, 8)
    attack = Attack(model)
    goal = np.array([0.0, 0.0, 1.0])
    assert attack._seen(goal, {1, 2}) == 0.0  # the true table only
    assert attack.width(model.secrets[2], {1, 2})[0] == pytest.approx(13.0)
    assert attack._seen(goal, {1, 2}) == pytest.approx(13.0)
    # With less hidden those tables contradict what is shown.
    assert attack._seen(goal, {2}) == 0.0
    tables_before = len(attack._tables)
    width, gains = attack.width(model.secrets[2], {1, 2})
    assert width == pytest.approx(13.0) and gains.tolist() == [0.0, 0.0, 0.0]
    assert len(attack._tables) == tables_before


def test_a_hidden_fact_may_be_as_far_off_as_the_search_goes() -> None:
    model = wijken(5, 8)
    # Published as 4 to 6 where it is 13: what the truth itself breaks is added to four widths.
    model.known[0] = Known({0: 1.0}, 4.0, 6.0, 0)
    assert Attack(model)._slack.tolist() == [47.0, 40.0, 40.0, 40.0, 40.0, 40.0, 0.0, 0.0]
    model.secrets = []
    assert Attack(model)._slack.tolist() == [11.0, 4.0, 4.0, 4.0, 4.0, 4.0, 0.0, 0.0]


def test_what_contradicts_itself_is_told() -> None:
    model = wijken(5, 8)
    model.known.append(Known({0: 1.0}, 14.0, 14.0))
    with pytest.raises(ArithmeticError, match=r"^linear programme: \S"):
        Attack(model).width(model.secrets[2], {2})


def test_bounds_on_one_side_count_too() -> None:
    model = Model([5.0], [0.0], [(0,)], [1.0], [Known({0: 1.0}, -INF, 9.0)], [Secret({0: 1.0}, 20.0, 0)])
    assert attacked(model, 0, {0}) == (pytest.approx(9.0), [0.0])
    model.known.append(Known({0: 1.0}, 3.0, INF))
    assert attacked(model, 0, {0})[0] == pytest.approx(6.0)
    # A sum of several numbers: at least 1 with 2 and at most 9, of which the double counts.
    two = Model(
        [5.0, 1.0], [0.0, 0.0], [], [], [Known({0: 1.0, 1: 2.0}, 1.0, 9.0)], [Secret({0: 2.0}, 99.0, None)]
    )
    assert Attack(two).width(two.secrets[0], ())[0] == pytest.approx(18.0)


def cut(model: Model, at: int, hidden: set[int]) -> list[tuple[list[float], float]]:
    found = _cut(Attack(model), model.secrets[at], hidden)
    return [([round(float(part), 6) for part in row], right) for row, right in found]


def test_a_success_of_the_attacker_says_what_could_have_prevented_it() -> None:
    # The total or the other wijk, when this one is hidden.
    assert cut(wijken(30, 8), 2, {2}) == [([1.0, 1.0, -1.0], 0.0)]
    assert cut(wijken(30, 8), 2, {1, 2}) == []
    # Of a number that no row hides: always.
    model = wijken(30, 8)
    model.secrets[2] = Secret({2: 1.0}, 10.0, None)
    assert cut(model, 2, {2}) == [([1.0, 1.0, 0.0], 1.0)]


def test_half_of_the_width_is_already_there() -> None:
    # Rounded by 2, so 8 of the 10 are there: any other number gives the last 2.
    assert cut(wijken(30, 20, 8, spare=2.0), 3, {3}) == [([1.0, 1.0, 1.0, -1.0], 0.0)]


@pytest.mark.parametrize(
    ("costs", "cuts", "forced", "chosen"),
    [
        ([1.0, 2.0, 3.0], [([1.0, 1.0, 0.0], 1.0)], [2], {0, 2}),
        ([2.0, 1.0, 3.0], [([1.0, 1.0, 0.0], 1.0)], [2], {1, 2}),
        ([2.0, 1.0, 3.0], [([1.0, 1.0, 0.0], 1.0)], [0, 2], {0, 2}),
        ([2.0, 1.0, 3.0], [([1.0, 1.0, 0.0], 1.0), ([1.0, 0.0, 1.0], 1.0)], [], {0}),
        ([5.0, 1.0, 3.0], [([1.0, 1.0, 0.0], 1.0), ([1.0, 0.0, 1.0], 1.0)], [], {1, 2}),
        ([1.0, 1.1, 1.0], [([0.5, 1.0, 0.5], 1.0)], [], {1}),
        ([1.0, 2.1, 1.0], [([0.5, 1.0, 0.5], 1.0)], [], {0, 2}),
        ([1.0, 1.0, 1.0], [([1.0, 1.0, -1.0], 0.0)], [], set()),
    ],
)
def test_the_cheapest_pattern_that_meets_every_condition(
    costs: list[float], cuts: list[tuple[list[float], float]], forced: list[int], chosen: set[int]
) -> None:
    assert _cheapest(costs, [(np.array(row), right) for row, right in cuts], forced) == chosen


def test_conditions_that_cannot_be_met_are_told() -> None:
    with pytest.raises(ArithmeticError, match=r"^mixed integer programme: \S"):
        _cheapest([1.0], [(np.array([1.0]), 2.0)], [])


def test_the_pattern_hides_the_least_that_is_enough() -> None:
    assert pattern(wijken(30, 8), set()) == set()
    assert pattern(wijken(30, 8), {2}) == {1, 2}  # the wijk is a smaller loss than the total
    assert pattern(wijken(30, 25, 8), {3}) == {2, 3}
    # Two that give 8 and 2 are not enough, so a third goes along.
    assert pattern(wijken(30, 2, 3), {2, 3}) == {1, 2, 3}
    assert pattern(wijken(30, 6, 7), {2, 3}) == {2, 3}
    # Rounding alone is doubt enough with three others, not with two.
    assert pattern(wijken(30, 40, 50, 8, spare=2.0), {4}) == {4}
    assert pattern(wijken(30, 40, 8, spare=2.0), {3}) == {1, 3}


def test_what_no_row_shows_is_protected_as_well() -> None:
    model = wijken(30, 8)
    model.secrets = [Secret({0: 1.0, 1: -1.0}, 10.0, None)]
    # The total less the one wijk is the other.
    assert pattern(model, set()) == {1, 2}
    model.secrets = [Secret({0: 1.0}, 10.0, 0)]
    assert pattern(model, set()) == set()


AREAS = ["WK1", "WK2", "WK3"]


def release(*counts: float, group: str = "", period: str = "2025", **more: Any) -> list[dict[str, Any]]:
    base = {
        "source": "registratie",
        "dataset": "d",
        "measure": "m.personen",
        "unit": "personen",
        "status": "ok",
    }
    base |= {"group": group, "period": period} | more
    values = [sum(counts), *counts]
    return [
        {**base, "area": area, "value": value, "n": value}
        for area, value in zip(["GM1", *AREAS], values, strict=True)
    ]


def hidden(rows: list[dict[str, Any]], small: set[int], rounded: set[int] | None = None) -> set[int]:
    frame = tables.measures(rows)
    frame.index = pd.RangeIndex(100, 100 + len(frame))
    chosen = {100 + row for row in small}
    found = protected(frame, chosen, {"GM1": AREAS}, Disclosure(), {100 + row for row in rounded or ()})
    return {row - 100 for row in found}


def test_each_dataset_and_period_by_itself() -> None:
    one = release(30, 25, 8)
    assert hidden(one, {3}) == {2, 3} and hidden(one, set()) == set()
    assert hidden([*one, *release(30, 25, 8, dataset="e")], {3}) == {2, 3}
    assert hidden([*one, *release(20, 25, 8, period="2024")], {3, 7}) == {2, 3, 5, 7}
    assert hidden([*one, *release(30, 25, 8, dataset="e")], {3, 7}) == {2, 3, 6, 7}
    assert hidden(one, {3}, {1, 2}) == {2, 3} and hidden(release(30, 25, 4), {3}, {1, 2, 3}) == {2, 3}


def test_what_fewer_breakdowns_hide_stays_hidden_with_more() -> None:
    # Alone the wijken hide the 25; together with the groups the total would be a cheaper second.
    wijk = release(30, 25, 8)
    partners = [
        {**wijk[0], "group": f"partner={name}", "value": value, "n": value}
        for name, value in (("A", 8.0), ("B", 55.0))
    ]
    assert hidden([*wijk, *partners], {3, 4}) == {2, 3, 4, 5}
    assert hidden(partners + wijk[:1], {0}) == {0, 1}


def test_more_than_four_breakdowns_are_tried_alone_and_all_together() -> None:
    city = release(30, 25, 8)[0]
    rows = [city]
    for kind in "abcde":
        rows += [
            {**city, "group": f"{kind}={at}", "value": value, "n": value}
            for at, value in ((1, 8.0), (2, 55.0))
        ]
    # The total is the one second that serves them all.
    assert hidden(rows, {1, 3, 5, 7, 9}) == {0, 1, 3, 5, 7, 9}
    assert hidden(rows, {1}) == {1, 2}
