"""Every way in which one change is judged or refused, with its words: values worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from toolkit.indicators.judge import (
    Judgement,
    against_reference,
    difference_interval,
    in_words,
    interval,
    is_percent,
    judge,
    of_another_set,
    other_definition,
    signed,
    wilson,
)
from toolkit.indicators.read import IndicatorSet

NAN = math.nan
DEFINITION: dict[str, Any] = {
    "id": "rapportcijfer", "soort": "getal", "bron": "eigen", "eenheid": "rapportcijfer", "richting": "meer",
    "definitie": "", "peildatum": "2023", "nulmeting_waarde": 6.0,
}  # fmt: skip
MEASUREMENT: dict[str, Any] = {
    "periode": "2024", "getal": 7.0, "laag": NAN, "hoog": NAN, "n": NAN, "soort": "steekproef", "definitie": "",
}  # fmt: skip


def definition(**changes: object) -> dict[str, Any]:
    return {**DEFINITION, **changes}


def measurement(**changes: object) -> dict[str, Any]:
    return {**MEASUREMENT, **changes}


@pytest.mark.parametrize(
    ("own", "later", "reason"),
    [
        ({"soort": "verwijzing", "bron": "zie doelrealisatie"}, {}, "zie doelrealisatie"),
        ({"soort": "kwalitatief"}, {}, "kwalitatieve indicator: beschreven in woorden"),
        ({"soort": "per-voorziening"}, {}, "verschilt per voorziening: er is niet één getal"),
        ({"soort": "onbekend"}, {}, "nulmeting nog onbekend"),
        (
            {"soort": "pilot"},
            {},
            "de nulmeting telt een pilot: een later aantal is daar niet mee te vergelijken",
        ),
        ({"soort": "pilot"}, None, "nog geen nieuwe meting"),
        ({}, None, "nog geen nieuwe meting"),
        ({}, {"getal": NAN}, "de meting van 2024 wordt niet getoond om mensen te beschermen"),
        ({"benadering": True}, {}, "de nulmeting is alleen bij benadering bekend"),
        ({}, {"benadering": True}, "de meting van 2024 is alleen bij benadering bekend"),
        ({"peildatum": ""}, {}, "de peildatum van de nulmeting is niet bekend"),
        ({"peildatum": "2024"}, {}, "de meting is niet later dan de nulmeting"),
        ({"peildatum": "2025"}, {}, "de meting is niet later dan de nulmeting"),
        (
            {"definitie": "cbs-2018"},
            {"definitie": "eigen"},
            "de meting van 2024 heeft een andere definitie of schaal: eigen (de indicator: cbs-2018)",
        ),
    ],
)
def test_a_comparison_that_is_refused(own: dict[str, Any], later: dict[str, Any] | None, reason: str) -> None:
    refused = judge(definition(**own), None if later is None else measurement(**later))
    assert (refused.verdict, refused.reason) == ("niet te zeggen", reason)
    assert all(math.isnan(number) for number in (refused.difference, refused.low, refused.high))


def test_a_number_without_margin_keeps_its_difference() -> None:
    judged = judge(definition(), measurement(getal=7.5))
    assert (judged.verdict, judged.reason) == (
        "niet te zeggen",
        "van deze meting is geen marge of aantal bekend",
    )
    assert judged.difference == 1.5 and math.isnan(judged.low) and math.isnan(judged.high)


@pytest.mark.parametrize(
    ("wish", "value", "verdict", "reason"),
    [
        ("meer", 6.5, "gewenste richting", "volledige registratie: verschil +0,5"),
        ("minder", 6.5, "ongewenste richting", "volledige registratie: verschil +0,5"),
        ("minder", 5.5, "gewenste richting", "volledige registratie: verschil −0,5"),
        ("meer", 5.5, "ongewenste richting", "volledige registratie: verschil −0,5"),
        ("gelijk", 6.5, "ongewenste richting", "volledige registratie: verschil +0,5"),
        ("gelijk", 5.5, "ongewenste richting", "volledige registratie: verschil −0,5"),
        ("meer", 6.0, "geen aantoonbaar verschil", "volledige registratie: geen verschil"),
    ],
)
def test_a_complete_registration_is_compared_as_it_stands(
    wish: str, value: float, verdict: str, reason: str
) -> None:
    judged = judge(definition(richting=wish), measurement(getal=value, soort="registratie"))
    assert (judged.verdict, judged.reason, judged.difference) == (verdict, reason, value - 6.0)
    assert math.isnan(judged.low) and math.isnan(judged.high)


def test_published_decimals_give_no_dust() -> None:
    judged = judge(
        definition(nulmeting_waarde=6.0), measurement(getal=5.7, laag=5.5, hoog=5.9, soort="registratie")
    )
    assert (judged.difference, judged.low, judged.high) == (-0.3, -0.5, -0.1)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (6.1, 7.9, "gewenste richting"),
        (6.0, 8.0, "geen aantoonbaar verschil"),  # 0 on the edge is not left out
        (5.9, 8.1, "geen aantoonbaar verschil"),
    ],
)
def test_a_sample_changed_when_its_interval_leaves_out_zero(low: float, high: float, verdict: str) -> None:
    judged = judge(definition(), measurement(laag=low, hoog=high))
    assert judged.verdict == verdict
    assert (judged.low, judged.high) == (round(low - 6, 9), round(high - 6, 9))
    assert judged.reason == (
        f"verschil +1,0, 95%-interval {signed(low - 6)} tot {signed(high - 6)}"
        "; de marge van de nulmeting is niet bekend"
    )


def test_a_fall_up_to_zero_is_no_proof_either() -> None:
    assert (
        judge(definition(), measurement(getal=5.0, laag=4.0, hoog=6.0)).verdict == "geen aantoonbaar verschil"
    )


def test_both_margins_count_on_the_side_where_they_matter() -> None:
    # Down: the lower margin of the new number (4) and the upper one of the old (3): 5. Up: 1.2 and 0.5: 1.3.
    own = definition(eenheid="euro", nulmeting_waarde=10.0, nulmeting_laag=9.5, nulmeting_hoog=13.0)
    judged = judge(own, measurement(getal=20.0, laag=16.0, hoog=21.2))
    assert (judged.low, judged.high) == (5.0, 11.3)
    assert judged.reason == "verschil +10,0, 95%-interval +5,0 tot +11,3"
    assert difference_interval(20.0, (16.0, 21.2), 10.0, (9.5, 13.0)) == (5.0, 11.3)
    assert difference_interval(20.0, (16.0, 21.2), 10.0, (NAN, NAN)) == (6.0, 11.2)
    # One side of the old margin is not enough to count with.
    assert difference_interval(20.0, (16.0, 21.2), 10.0, (NAN, 13.0)) == (6.0, 11.2)
    assert difference_interval(0.3, (0.1, 0.9), 0.2, (NAN, NAN)) == (-0.1, 0.7)


def test_a_share_with_n_gets_the_interval_of_wilson_and_says_so() -> None:
    judged = judge(definition(eenheid="procent", nulmeting_waarde=40.0), measurement(getal=50.0, n=100.0))
    assert judged.reason == (
        "verschil +10,0 procentpunt, 95%-interval +0,4 tot +19,6 (marge berekend uit n)"
        "; de marge van de nulmeting is niet bekend"
    )
    assert (round(judged.low, 2), round(judged.high, 2)) == (0.38, 19.62)


def test_wilson_of_ten_in_a_hundred() -> None:
    # By the textbook formula: 5.52 to 17.44 percent.
    assert tuple(round(number, 2) for number in wilson(10, 100)) == (5.52, 17.44)


@pytest.mark.parametrize(
    ("changes", "percent", "expected"),
    [
        ({"laag": 5.0, "hoog": 8.0, "n": 100.0}, True, (5.0, 8.0)),
        ({"n": 100.0}, False, None),
        ({}, True, None),
        ({"n": 100.0, "soort": "registratie"}, True, None),
    ],
)
def test_where_a_margin_comes_from(
    changes: dict[str, Any], percent: bool, expected: tuple[float, float] | None
) -> None:
    assert interval(measurement(**changes), percent) == expected


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0,0"),
        (1, "+1,0"),
        (0.095, "+0,1"),
        (0.094, "+0,09"),
        (-0.05, "−0,05"),
        (-12.34, "−12,3"),
        (0.001, "0,00"),
        (-0.001, "0,00"),
    ],
)
def test_a_difference_in_dutch_notation(number: float, text: str) -> None:
    assert signed(number) == text


@pytest.mark.parametrize(
    ("unit", "percent"),
    [("procent", True), ("procent van de inwoners", True), ("verhouding", True), ("euro", False)],
)
def test_percentage_points_only_for_shares_and_ratios(unit: str, percent: bool) -> None:
    assert is_percent(definition(eenheid=unit)) is percent
    assert in_words(3, unit) == ("+3,0 procentpunt" if percent else "+3,0")


@pytest.mark.parametrize(
    ("own", "changes", "said"),
    [
        ("", {}, ""),
        ("a", {}, ""),
        ("a", {"definitie": "A"}, ""),
        ("", {"definitie": "b"}, "de meting van 2024 heeft een andere definitie of schaal: b"),
        (
            "a",
            {"definitie": "b"},
            "de meting van 2024 heeft een andere definitie of schaal: b (de indicator: a)",
        ),
        ("a", {"herkomst": "enquete"}, "de meting van 2024 zegt niet of zij met a is gemeten"),
        (
            "",
            {"herkomst": "enquete", "definitie": "b"},
            "de nulmeting zegt niet of zij ook met b is gemeten (kolom definitie van de set)",
        ),
        ("", {"eenheid": "euro"}, "de meting van 2024 heeft een andere eenheid: euro"),
        ("", {"eenheid": "rapportcijfer"}, ""),
    ],
)
def test_what_cannot_stand_beside_the_indicator(own: str, changes: dict[str, Any], said: str) -> None:
    assert other_definition(definition(definitie=own), measurement(**changes)) == said


PERCENT = definition(eenheid="procent")


@pytest.mark.parametrize(
    ("own", "here", "there", "said"),
    [
        (DEFINITION, {"periode": "2023"}, {}, ""),
        (DEFINITION, {"getal": NAN}, {}, ""),
        (DEFINITION, {"getal": 7.3}, {"getal": 7.0}, "+0,3; de marge is niet bekend"),
        (
            DEFINITION,
            {"getal": 7.3, "soort": "registratie"},
            {"soort": "registratie"},
            "+0,3 (volledige registratie)",
        ),
        (DEFINITION, {"soort": "registratie"}, {}, "0,0; de marge is niet bekend"),
        (DEFINITION, {}, {"soort": "registratie"}, "0,0; de marge is niet bekend"),
        # Both margins are 3 and 4 wide: the difference of 10 has an interval of 5 on both sides.
        (
            DEFINITION,
            {"getal": 20.0, "laag": 17.0, "hoog": 23.0},
            {"getal": 10.0, "laag": 6.0, "hoog": 14.0},
            "+10,0, 95%-interval +5,0 tot +15,0",
        ),
        (
            DEFINITION,
            {"getal": 15.0, "laag": 12.0, "hoog": 18.0},
            {"getal": 10.0, "laag": 6.0, "hoog": 14.0},
            "geen aantoonbaar verschil: +5,0, 95%-interval 0,0 tot +10,0",
        ),
        (
            DEFINITION,
            {"getal": 5.0, "laag": 2.0, "hoog": 8.0},
            {"getal": 10.0, "laag": 6.0, "hoog": 14.0},
            "geen aantoonbaar verschil: −5,0, 95%-interval −10,0 tot 0,0",
        ),
        (DEFINITION, {"getal": 20.0, "laag": 17.0, "hoog": 23.0}, {}, "+13,0; de marge is niet bekend"),
        (DEFINITION, {}, {"getal": 20.0, "laag": 17.0, "hoog": 23.0}, "−13,0; de marge is niet bekend"),
        # Wilson for both: 40.38 to 59.62 and 30.94 to 49.80 percent; the sides are 13.73 and 13.21.
        (
            PERCENT,
            {"getal": 50.0, "n": 100.0},
            {"getal": 40.0, "n": 100.0},
            "geen aantoonbaar verschil: +10,0 procentpunt, 95%-interval −3,7 tot +23,2",
        ),
    ],
)
def test_how_far_from_the_reference_area(
    own: dict[str, Any], here: dict[str, Any], there: dict[str, Any], said: str
) -> None:
    assert against_reference(own, measurement(**here), measurement(**there)) == said


def test_a_survey_by_another_set_is_known_by_its_own_measure() -> None:
    definitions = pd.DataFrame({"id": ["a", "b", "c", "d"], "definitie": ["x", "x", "x", "x"]})
    measurements = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "herkomst": ["enquete", "enquete", "", "enquete"],
            "maat": ["a", "b.y", "c", "d"],
            "definitie": ["y", "y", "y", "X"],
        }
    )
    assert of_another_set(IndicatorSet("proef", definitions, measurements)) == {"a"}
    assert of_another_set(IndicatorSet("proef", definitions, measurements.drop(columns="maat"))) == {"a", "b"}


def test_a_judgement_starts_without_numbers() -> None:
    empty = Judgement("niet te zeggen", "")
    assert all(math.isnan(number) for number in (empty.difference, empty.low, empty.high))
