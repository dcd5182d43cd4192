"""Raking and the sums behind the estimates, step by step: totals, unknowns, caps and every way out that is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import DataError, Problem
from toolkit.survey import linearise
from toolkit.survey.weights import check_margins, rake

CLASS = "Klopt het aantal inwoners? Of voeg de cel samen met een andere."


def population(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["gebied", "geslacht", "aantal"])


BOTH = population(("W1", "", 60.0), ("W2", "", 40.0), ("", "m", 48.0), ("", "v", 52.0))
CROSSED = population(("W1", "m", 10.0), ("W1", "v", 20.0), ("W2", "m", 5.0), ("W2", "v", 5.0))


def people(area: list[str], sex: list[str], weight: list[float] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"area": area, "geslacht": sex, "weight": weight or [1.0] * len(area)})
    return frame.set_index(pd.RangeIndex(5, 5 + len(area)))


FOUR = people(["W1", "W1", "W2", "W2"], ["m", "v", "m", "v"])


def refused(respondents: pd.DataFrame, rows: pd.DataFrame, *margins: list[str]) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        rake(respondents, rows, margins)
    with pytest.raises(DataError) as checked:
        check_margins(respondents, rows, margins)
    assert checked.value.problems == caught.value.problems
    return list(caught.value.problems)


def test_one_round_is_enough_for_margins_that_do_not_touch_each_other() -> None:
    found = rake(FOUR, BOTH, [["gebied"], ["geslacht"]])
    assert found.weights.tolist() == pytest.approx([28.8, 31.2, 19.2, 20.8])
    assert found.weights.index.tolist() == [5, 6, 7, 8]
    assert (found.converged, found.iterations, found.capped) == (True, 1, 0)
    assert found.deviation == pytest.approx(0.0, abs=1e-12)
    deff = 4 * (28.8**2 + 31.2**2 + 19.2**2 + 20.8**2) / 100**2
    assert (found.deff, found.n_eff) == (pytest.approx(deff), pytest.approx(4 / deff))
    # The start weights count within what the margins leave free.
    start = people(["W1", "W1", "W2", "W2"], ["m", "v", "m", "v"], [2.0, 1.0, 1.0, 1.0])
    raked = rake(start, BOTH, [["gebied"], ["geslacht"]])
    w = raked.weights.to_numpy()
    assert [w[:2].sum(), w[2:].sum(), w[::2].sum(), w[1::2].sum()] == pytest.approx([60, 40, 48, 52])
    assert w[0] * w[3] / (w[1] * w[2]) == pytest.approx(2.0)  # raking keeps the odds ratio
    assert raked.converged and 1 < raked.iterations < 100 and raked.deviation <= 1e-10


def test_a_crossed_margin_is_rescaled_per_area_and_leaves_room_for_who_is_unknown() -> None:
    five = people(["W1", "W1", "W1", "W2", "W2"], ["m", "v", "anders", "m", "v"])
    rows = pd.concat([BOTH, CROSSED])
    found = rake(five, rows, [["gebied"], ["gebied", "geslacht"]])
    # A third of the first wijk is unknown: 20 of 60. The other 40 go over m and v as 10 to 20.
    assert found.weights.tolist() == pytest.approx([40 / 3, 80 / 3, 20, 20, 20])
    # The crossed margin first: 30 and 10 people.
    found = rake(five, rows, [["gebied", "geslacht"], ["gebied"]])
    assert found.weights.tolist() == pytest.approx([20 / 3, 40 / 3, 10, 5, 5])
    # The first margin without areas gives the total, the other says how it lies over them.
    twice = pd.concat([BOTH.assign(aantal=BOTH["aantal"] * [1, 1, 10, 10]), CROSSED])
    found = rake(FOUR, twice, [["geslacht"], ["gebied"]])
    assert found.weights.tolist() == pytest.approx([288, 312, 192, 208])


def test_who_has_no_area_stays_outside_the_areas_and_inside_the_rest() -> None:
    four = people(["W1", "W1", "W2", ""], ["m", "v", "m", "v"])
    found = rake(four, BOTH, [["gebied"], ["geslacht"]])
    w = found.weights.to_numpy()
    assert [w[:2].sum(), w[2], w[3], w[0] + w[2], w[1] + w[3]] == pytest.approx([45, 30, 25, 48, 52])
    assert found.converged


def test_five_times_the_mean_is_the_cap_unless_told() -> None:
    ten = people(["W1"] * 9 + ["W2"], ["m"] * 10)
    rows = population(("W1", "", 30.0), ("W2", "", 70.0))
    found = rake(ten, rows, [["gebied"]])
    assert found.weights.tolist() == pytest.approx([30 / 9] * 9 + [50.0])
    assert (found.converged, found.iterations, found.capped) == (False, 500, 1)
    assert found.deviation == pytest.approx(20 / 70)
    free = rake(ten, rows, [["gebied"]], trim=7.5)
    assert free.weights.iloc[-1] == pytest.approx(70.0) and (free.capped, free.iterations) == (0, 1)
    # Exactly at the cap counts as capped.
    assert rake(ten, population(("W1", "", 50.0), ("W2", "", 50.0)), [["gebied"]]).capped == 1


def test_a_cell_without_respondents_is_merged_with_the_nearest_that_has_some() -> None:
    rows = population(*(("", level, 10.0) for level in ("1", "2", "3", "4", "5")))
    found = refused(people(["W1"] * 2, ["1", "5"]), rows, ["geslacht"])
    assert [one.message for one in found] == [
        f"in de cel {level} wonen 10 mensen, maar er is geen respondent." for level in ("2", "3", "4")
    ]
    where = "(in het codeboek en dit bestand). Of haal een vraag uit de marge."
    assert [one.remedy for one in found] == [
        f"Voeg samen: geslacht {one} met {other} {where}"
        for one, other in (("2", "1"), ("3", "1"), ("4", "5"))
    ]
    assert {(one.file, one.sheet, one.row, one.column) for one in found} == {("bevolking.csv", "", None, "")}


def test_areas_are_merged_in_the_settings_of_the_project() -> None:
    rows = population(("W1", "", 1.0), ("W2", "", 2.0))
    assert refused(people(["W2"], ["m"]), rows, ["gebied"]) == [
        Problem(
            "bevolking.csv",
            "in de cel W1 wonen 1 mensen, maar er is geen respondent.",
            "Voeg samen: gebied W1 met W2 (in samenvoegen in tev.toml). Of haal een vraag uit de marge.",
        )
    ]


def test_a_cell_that_has_no_neighbour_with_respondents() -> None:
    found = refused(people(["W1"], ["m"]), CROSSED, ["gebied", "geslacht"])
    assert (found[-1].message, found[-1].remedy) == (
        "in de cel W2 × v wonen 5 mensen, maar er is geen respondent.",
        "Gebruik een kleinere marge: haal een van de vragen eruit.",
    )
    assert len(found) == 3


def test_problems_of_several_margins_come_at_once() -> None:
    rows = pd.concat([BOTH.assign(aantal=[60.0, 0.0, 48.0, 52.0])])
    found = refused(people(["W1", "W2", "W9", "W8"], ["m"] * 4), rows, ["gebied"], ["geslacht"])
    assert found == [
        Problem("bevolking.csv", "in de cel W2 woont niemand, maar er zijn wel respondenten.", CLASS),
        Problem(
            "bevolking.csv", "gebied W8 staat niet in dit bestand.", "Voeg de aantallen van dit gebied toe."
        ),
        Problem(
            "bevolking.csv", "gebied W9 staat niet in dit bestand.", "Voeg de aantallen van dit gebied toe."
        ),
        Problem(
            "bevolking.csv",
            "in de cel v wonen 52 mensen, maar er is geen respondent.",
            "Voeg samen: geslacht v met m (in het codeboek en dit bestand). Of haal een vraag uit de marge.",
        ),
    ]


def test_an_empty_cell_of_nobody_is_no_problem() -> None:
    rows = population(("W1", "", 60.0), ("W2", "", 40.0), ("W3", "", 0.0))
    assert rake(FOUR, rows, [["gebied"]]).weights.tolist() == pytest.approx([30, 30, 20, 20])


def test_start_weights_and_respondents_that_cannot_be() -> None:
    weights = "Geef iedereen een beginweging boven nul, bijvoorbeeld 1; laat weg wie niet mee mag tellen."
    zero = people(["W1", "W2"], ["m", "v"], [0.0, 1.0])
    message = "1 respondenten hebben een beginweging die niet boven nul ligt."
    assert refused(zero, BOTH, ["gebied"]) == [Problem("respondenten", message, weights)]
    nobody = Problem("respondenten", "er zijn geen respondenten om te wegen.", "Lees eerst de levering.")
    assert refused(FOUR.iloc[:0], BOTH, ["gebied"]) == [nobody]
    with pytest.raises(DataError) as caught:
        check_margins(FOUR, BOTH, [["leeftijd"]], "ander.xlsx")
    assert [one.file for one in caught.value.problems] == ["ander.xlsx", "enquete.toml"]


def test_the_products_behind_a_mean() -> None:
    found = linearise.answers(np.array([1.0, np.nan, 0.0]), np.array([2.0, 3.0, 4.0]))
    assert found.binary and found.shift == 0.0
    assert found.products.tolist() == [[1, 2, 2, 4, 4], [0, 0, 0, 0, 0], [1, 4, 0, 16, 0]]
    # Around the mean of 3 and 7, which is 5.
    found = linearise.answers(np.array([3.0, np.nan, 7.0]), np.array([2.0, 3.0, 4.0]))
    assert not found.binary and found.shift == 5.0
    assert found.products.tolist() == [
        [1, 2, -4, 4, -8, 16, 8],
        [0, 0, 0, 0, 0, 0, 0],
        [1, 4, 8, 16, 32, 64, 16],
    ]
    nothing = linearise.answers(np.array([np.nan]), np.array([2.0]))
    assert nothing.binary and nothing.shift == 0.0 and nothing.products.tolist() == [[0.0] * 5]
    assert linearise.answers(np.array([2.0, 2.0]), np.array([1.0, 1.0])).shift == 2.0
    assert linearise.answers(np.array([1.0, 1.0]), np.array([1.0, 1.0])).binary


def test_cells_add_up_domain_by_stratum() -> None:
    within = linearise.domains(pd.Series(["b", "", "a", "b"]), 4)
    drawn = linearise.strata(pd.Series(["x", "x", "y", "y"]), 4)
    found = linearise.cells(within, drawn)
    # First nobody's domain, then a and b; in each the strata x and y.
    assert found.shape == (3, 2) and found.drawn is drawn
    assert (found.summing @ np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [2.0, 0.0, 0.0, 4.0, 1.0, 8.0]


def test_strata_are_numbered_as_they_come_and_sized_by_name() -> None:
    found = linearise.strata(pd.Series([2, 1, 2]), 3, {"2": 8.0, "1": 4.0, "3": 9.0})
    assert found.codes.tolist() == [0, 1, 0] and found.n.tolist() == [2, 1]
    assert found.left.tolist() == [0.75, 0.75]


@pytest.mark.parametrize("value", [0.0, 1.0, 3.3])
def test_the_same_answer_from_all_has_no_error_whatever_the_weights(value: float) -> None:
    size = 50
    found = linearise.domain_means(
        linearise.answers(np.full(size, value), np.linspace(0.1, 3.3, size)),
        linearise.cells(linearise.domains(None, size), linearise.strata(None, size)),
    )
    assert found.se.tolist() == [0.0] and found.value.tolist() == pytest.approx([value])
    assert found.df.tolist() == [size - 1] and found.n.tolist() == [size]
