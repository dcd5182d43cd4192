"""The parts of the survey statistics by themselves, on tables that can be worked out on paper."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import DataError, ToolkitError
from toolkit.survey import linearise
from toolkit.survey.scales import Item, Scale, refuse_other_set, reliability, score
from toolkit.survey.weights import check_margins, kish, rake, weight_problems

ANSWERS = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": 5.0}


def scale(outcome: str = "0-10", least: int = 2, own: str = "") -> Scale:
    items = (Item(1, "een"), Item(2, "twee"), Item(3, "drie", True))
    return Scale("proef/een", "Proef", "0-10", "meer", "x", "y", ANSWERS, items, least, "", outcome, own)  # type: ignore[arg-type]


def test_a_score_needs_enough_answers_and_runs_from_lowest_to_highest() -> None:
    values = pd.DataFrame(
        {1: [1.0, 5.0, 4.0, 4.0], 2: [1.0, 5.0, np.nan, 2.0], 3: [1.0, 5.0, np.nan, np.nan]}
    )
    assert score(values, scale()).fillna(-1).tolist() == [0.0, 10.0, -1.0, 5.0]
    assert score(values, scale("gemiddelde")).fillna(-1).tolist() == [1.0, 5.0, -1.0, 3.0]
    assert score(values, scale(least=1)).tolist()[2] == 7.5


def test_the_measure_of_a_scale_is_its_own_or_its_name_without_the_set() -> None:
    assert scale().measure == "proef" and scale(own="proef.twee").measure == "proef.twee"


def test_alpha_by_hand() -> None:
    # Item variances 1 and 1, the sum 2, 4, 6 has variance 4: 2 / 1 × (1 - 2/4) = 1.
    assert reliability(pd.DataFrame({1: [1.0, 2, 3], 2: [1.0, 2, 3]})).alpha == pytest.approx(1.0)
    # Item variances 1 and 1, the sum 3, 3, 6 has variance 3: 2 × (1 - 2/3).
    found = reliability(pd.DataFrame({1: [1.0, 2, 3, np.nan], 2: [2.0, 1, 3, 9]}))
    assert found.alpha == pytest.approx(2 / 3) and found.n == 3
    for frame in ({1: [1.0], 2: [2.0]}, {1: [1.0, 2.0]}, {1: [1.0, 2.0], 2: [2.0, 1.0]}):
        assert math.isnan(reliability(pd.DataFrame(frame)).alpha)
    # Two respondents are enough.
    assert reliability(pd.DataFrame({1: [1.0, 2.0], 2: [1.0, 2.0]})).alpha == pytest.approx(1.0)


def test_scores_of_two_sets_are_refused() -> None:
    refuse_other_set("a/1", "a/1")
    with pytest.raises(ToolkitError) as error:
        refuse_other_set("a/1", "a/2")
    assert error.value.message == "Scores van a/1 en a/2 zijn niet te vergelijken: de stellingen verschillen."
    assert error.value.hint.startswith("Vergelijk alleen metingen met dezelfde set, of toon ze los")


def test_domains_are_sorted_and_nobody_is_in_the_empty_one() -> None:
    found = linearise.domains(pd.Series(["b", "", "a", "b"]), 4)
    assert found.levels == ("a", "b") and found.codes.tolist() == [1, -1, 0, 1]
    plain = linearise.domains(None, 3)
    assert plain.levels == ("",) and plain.codes.tolist() == [0, 0, 0]
    kept = linearise.domains(pd.Series(["b", None, "a"], dtype="category"), 3)
    assert kept.levels == ("a", "b") and kept.codes.tolist() == [1, -1, 0]


def test_strata_with_their_correction_for_a_finite_population() -> None:
    found = linearise.strata(pd.Series(["x", "y", "x"]), 3, {"x": 4.0, "y": 2.0})
    assert (
        found.codes.tolist() == [0, 1, 0] and found.n.tolist() == [2, 1] and found.left.tolist() == [0.5, 0.5]
    )
    assert linearise.strata(pd.Series(["x", "y", "x"]), 3).left.tolist() == [1.0, 1.0]
    one = linearise.strata(None, 3)
    assert one.codes.tolist() == [0, 0, 0] and one.n.tolist() == [3] and one.left.tolist() == [1.0]


def means(
    values: list[float], weights: list[float], by: list[str] | None = None, **more: object
) -> linearise.DomainMeans:
    size = len(values)
    column = more.get("strata")
    drawn = linearise.strata(None if column is None else pd.Series(column), size, more.get("population"))  # type: ignore[arg-type]
    within = linearise.domains(None if by is None else pd.Series(by), size)
    found = linearise.answers(np.array(values, float), np.array(weights, float))
    return linearise.domain_means(found, linearise.cells(within, drawn))


def test_a_simple_mean_has_the_textbook_error() -> None:
    found = means([1, 2, 3, 4], [1, 1, 1, 1])
    # Variance of 1, 2, 3, 4 is 5/3; of the mean a quarter of that.
    assert found.value[0] == 2.5 and found.se[0] == pytest.approx(math.sqrt(5 / 12))
    assert (
        found.df[0] == 3 and found.n[0] == 4 and found.kish_n[0] == 4 and found.deff[0] == pytest.approx(1.0)
    )


def test_a_binary_mean_goes_the_same_way() -> None:
    found = means([1, 0, 0, 1, np.nan], [1, 1, 1, 1, 5])
    # z is ±1/8; five respondents in the stratum: 5/4 × 4 × 1/64... of which the one without answer is 0.
    assert found.value[0] == 0.5 and found.n[0] == 4 and found.kish_n[0] == 4
    assert found.se[0] == pytest.approx(math.sqrt(5 / 4 * 4 * (0.5 / 4) ** 2))


def test_weights_and_finite_strata_by_hand() -> None:
    # Mean (1·1 + 3·3)/4 = 2.5; z = 1·(-1.5)/4 and 3·0.5/4, that is -0.375 and 0.375; 2 × 2 × 0.375².
    found = means([1, 3], [1, 3])
    assert found.value[0] == 2.5 and found.se[0] == pytest.approx(0.75)
    assert found.kish_n[0] == pytest.approx(16 / 10)
    # deff: 0.5625 against the spread 0.75 of the answers over n - 1 = 1.
    assert found.deff[0] == pytest.approx(0.75)
    half = means([1, 3], [1, 3], strata=["a", "a"], population={"a": 4.0})
    assert half.se[0] == pytest.approx(0.75 * math.sqrt(0.5))


def test_a_stratum_of_one_is_centred_on_the_sample() -> None:
    found = means([1, 3], [1, 1], strata=["a", "b"])
    # z is -0.5 and 0.5, each squared as it stands.
    assert found.se[0] == pytest.approx(math.sqrt(0.5)) and found.df[0] == 0


def test_domains_apart_and_one_without_answers() -> None:
    found = means([1, 2, 7, np.nan], [1, 1, 2, 1], by=["a", "a", "b", "c"])
    assert found.value[:2].tolist() == [1.5, 7.0] and math.isnan(found.value[2])
    assert found.n.tolist() == [2, 1, 0] and math.isnan(found.se[2]) and found.se[1] == 0.0
    assert found.df.tolist() == [1, 0, 0]


def test_answers_that_are_all_alike_have_no_spread() -> None:
    assert means([7.1, 7.1, 7.1], [1, 2, 3]).se[0] == 0.0


def test_values_far_from_zero_keep_their_digits() -> None:
    near, far = means([1, 2, 4], [1, 2, 1]), means([1e8 + 1, 1e8 + 2, 1e8 + 4], [1, 2, 1])
    assert far.se[0] == pytest.approx(near.se[0], rel=1e-9) and far.value[0] == near.value[0] + 1e8


POPULATION = pd.DataFrame(
    {"gebied": ["W1", "W2", "", ""], "geslacht": ["", "", "m", "v"], "aantal": [60.0, 40.0, 48.0, 52.0]}
)


def people(**columns: list[object]) -> pd.DataFrame:
    base = {"area": ["W1", "W1", "W2", "W2"], "geslacht": ["m", "v", "m", "v"], "weight": [1.0] * 4}
    return pd.DataFrame({**base, **columns})


def test_kish() -> None:
    assert kish(np.array([1.0, 1.0, 2.0])) == (1.125, pytest.approx(3 / 1.125))


def test_raking_meets_both_margins() -> None:
    found = rake(people(), POPULATION, [["gebied"], ["geslacht"]])
    weights = found.weights.tolist()
    # Independent margins of 100: 60 × 48%, 60 × 52%, 40 × 48%, 40 × 52%.
    assert weights == pytest.approx([28.8, 31.2, 19.2, 20.8])
    assert found.converged and found.capped == 0 and found.deviation < 1e-10
    assert found.deff == pytest.approx(kish(np.array(weights))[0]) and found.n_eff == pytest.approx(
        4 / found.deff
    )
    assert list(found.weights.index) == [0, 1, 2, 3]


def test_start_weights_count_within_a_cell() -> None:
    found = rake(people(weight=[3.0, 1.0, 1.0, 1.0]), POPULATION, [["gebied"]])
    assert found.weights.tolist() == pytest.approx([45.0, 15.0, 20.0, 20.0])


def test_a_later_margin_is_rescaled_to_the_first() -> None:
    more = POPULATION.assign(aantal=[60.0, 40.0, 480.0, 520.0])
    assert rake(people(), more, [["gebied"], ["geslacht"]]).weights.sum() == pytest.approx(100.0)
    assert rake(people(), more, [["geslacht"], ["gebied"]]).weights.sum() == pytest.approx(1000.0)


def test_who_is_in_no_level_keeps_the_share_of_the_design_weights() -> None:
    found = rake(people(geslacht=["m", "v", "m", "anders"]), POPULATION, [["geslacht"]])
    # A quarter of the weight is unknown, so a quarter of 100 people; 75 go over m and v as 48 to 52.
    assert found.weights.tolist() == pytest.approx([18.0, 39.0, 18.0, 25.0])


def test_who_has_no_area_gets_a_share_too() -> None:
    found = rake(people(area=["W1", "W1", "W2", ""]), POPULATION, [["gebied"]])
    assert found.weights.tolist() == pytest.approx([22.5, 22.5, 30.0, 25.0])


def test_no_weight_is_above_the_cap() -> None:
    skewed = POPULATION.assign(aantal=[97.0, 3.0, 48.0, 52.0])
    found = rake(people(area=["W1", "W2", "W2", "W2"]), skewed, [["gebied"]], trim=2.0)
    assert found.weights.max() == pytest.approx(50.0) and found.capped == 1
    assert not found.converged and found.iterations == 500 and found.deviation == pytest.approx(47 / 97)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 1, 1, 1], ""),
        ([0.0, 0, 0, 0], "alle gewichten zijn nul: dan telt niemand mee."),
        ([0.0, 1, 1, 1], "1 respondenten hebben een beginweging die niet boven nul ligt."),
        (
            [-1.0, 0, 1, np.nan],
            "3 respondenten hebben een beginweging die niet boven nul ligt (1 daarvan zijn negatief).",
        ),
    ],
)
def test_start_weights_that_cannot_be(weights: list[float], message: str) -> None:
    found = weight_problems(pd.Series(weights), "levering.csv", "gewicht")
    assert [one.message for one in found] == ([message] if message else [])
    for one in found:
        assert (one.file, one.column) == ("levering.csv", "gewicht")
        assert one.remedy.startswith("Geef iedereen een beginweging boven nul, bijvoorbeeld 1;")


def problems(
    respondents: pd.DataFrame, population: pd.DataFrame, margins: list[list[str]]
) -> list[tuple[str, str, str]]:
    with pytest.raises(DataError) as error:
        check_margins(respondents, population, margins)
    return [(one.file, one.message, one.remedy) for one in error.value.problems]


def test_margins_that_cannot_be_met_are_all_told() -> None:
    assert problems(people(), POPULATION, [["leeftijd"]]) == [
        (
            "bevolking.csv",
            "er is geen kolom leeftijd voor deze marge.",
            "De kolommen zijn: gebied, geslacht, aantal.",
        ),
        (
            "enquete.toml",
            "de respondenten hebben geen variabele leeftijd.",
            "Noem bij marges alleen variabelen uit het codeboek.",
        ),
    ]
    assert problems(people(), POPULATION, [["gebied", "geslacht"]]) == [
        (
            "bevolking.csv",
            "de marge gebied × geslacht staat niet in dit bestand.",
            "Voeg rijen toe met alleen gebied en geslacht ingevuld, of haal de marge weg.",
        )
    ]


def test_cells_without_respondents_or_people_get_a_way_out() -> None:
    three = pd.DataFrame(
        {"gebied": [""] * 4, "leeftijd": ["1", "2", "3", "4"], "aantal": [10.0, 20.0, 30.0, 0.0]}
    )
    told = problems(people(leeftijd=["1", "1", "3", "4"]), three, [["leeftijd"]])
    assert told == [
        (
            "bevolking.csv",
            "in de cel 2 wonen 20 mensen, maar er is geen respondent.",
            "Voeg samen: leeftijd 2 met 1 (in het codeboek en dit bestand). Of haal een vraag uit de marge.",
        ),
        (
            "bevolking.csv",
            "in de cel 4 woont niemand, maar er zijn wel respondenten.",
            "Klopt het aantal inwoners? Of voeg de cel samen met een andere.",
        ),
    ]
    assert problems(people(geslacht=["x"] * 4), POPULATION, [["geslacht"]]) == [
        (
            "bevolking.csv",
            "geen enkele respondent heeft een antwoord dat in de marge geslacht staat.",
            "Zijn de codes in dit bestand die van het codeboek? Haal anders de marge weg.",
        )
    ]
    assert problems(people(area=["W1", "W2", "W3", "W3"]), POPULATION, [["gebied"]]) == [
        ("bevolking.csv", "gebied W3 staat niet in dit bestand.", "Voeg de aantallen van dit gebied toe.")
    ]


def test_a_cell_of_two_questions_is_merged_inside_its_area_first() -> None:
    crossed = pd.DataFrame(
        {"gebied": ["W1", "W1", "W2", "W2"], "geslacht": ["m", "v", "m", "v"], "aantal": [1.0, 2.0, 3.0, 4.0]}
    )
    told = problems(people(area=["W1", "W2", "W2", "W2"]), crossed, [["gebied", "geslacht"]])
    assert told == [
        (
            "bevolking.csv",
            "in de cel W1 × v wonen 2 mensen, maar er is geen respondent.",
            "Voeg samen: geslacht v met m (in het codeboek en dit bestand), of gebied W1 met W2 "
            "(in samenvoegen in tev.toml). Of haal een vraag uit de marge.",
        )
    ]
