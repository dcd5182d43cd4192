"""Joint display: the proposed code follows from numbers and stories by the written rule."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from toolkit import tables
from toolkit.larger import Larger
from toolkit.link import COLUMNS, Rule, joint_display
from toolkit.project import Subject

AREAS = pd.DataFrame({"gebied": ["GM0505", "WK050501"], "naam": ["Dordrecht", "Binnenstad"]})
SUBJECT = Subject(id="t", name="Tevredenheid", measures=("tevredenheid.x",), themes=("bejegening", "vast"))


def number(
    area: str, value: float | None, low: float | None = None, high: float | None = None, **more: Any
) -> dict[str, Any]:
    base = {"source": "enquete", "dataset": "e", "measure": "tevredenheid.x", "unit": "cijfer", "area": area}
    return (
        base | {"period": "2026", "value": value, "low": low, "high": high, "n": 200, "status": "ok"} | more
    )


def story(area: str, measure: str, value: float | None, n: int, group: str) -> dict[str, Any]:
    base = {"source": "verhalen", "dataset": "v", "measure": measure, "area": area, "period": "2026"}
    return base | {"unit": "x", "value": value, "n": n, "group": group, "status": "ok"}


def told(area: str, polarity: float, feeling: float = float("nan"), n: int = 30) -> list[dict[str, Any]]:
    rows = [
        story(area, "thema.bejegening", 20.0, 100, "rol=inwoner"),
        story(area, "thema.vast", 35.0, 100, "rol=inwoner"),
        story(area, "thema.vast", 90.0, 40, "rol=professional"),
        story(area, "polariteit", polarity, n, "thema=bejegening"),
        story(area, "polariteit", polarity, n, "thema=vast"),
    ]
    return rows + [story(area, "gevoel", feeling, n, "thema=vast")]


def display(*rows: dict[str, Any], wished: str = "meer", rule: Rule | None = None) -> pd.DataFrame:
    return joint_display(
        tables.measures(rows), (SUBJECT,), AREAS,
        municipality="GM0505", directions={"tevredenheid.x": wished}, rule=rule,
    ).set_index("gebied")  # fmt: skip


@pytest.mark.parametrize(
    ("value", "polarity", "wished", "code"),
    [
        (8.0, 0.4, "meer", "convergentie"),
        (6.0, -0.4, "meer", "convergentie"),
        (8.0, -0.4, "meer", "dissonantie"),
        (8.0, -0.4, "minder", "convergentie"),
        (8.0, 0.05, "meer", "aanvulling"),  # mixed stories
        (7.1, -0.4, "meer", "aanvulling"),  # no demonstrable difference
        (8.0, -0.4, "", "aanvulling"),  # no wished direction
    ],
)
def test_code_of_an_area_against_the_municipality(
    value: float, polarity: float, wished: str, code: str
) -> None:
    rows = [number("GM0505", 7.0, 6.9, 7.1), number("WK050501", value, value - 0.3, value + 0.3)]
    found = display(*rows, *told("WK050501", polarity), wished=wished).loc["WK050501"]
    assert found["code"] == code


def test_row_holds_the_leading_theme_of_residents_and_explains_itself() -> None:
    rows = [number("GM0505", 7.0, 6.9, 7.1), number("WK050501", 8.0, 7.7, 8.3)]
    table = display(*rows, *told("WK050501", -0.4, -0.2))
    assert set(table.reset_index().columns) == set(COLUMNS)
    found = table.loc["WK050501"]
    assert (found["thema"], found["thema_aandeel"], found["verhalen"]) == ("vast", 35.0, 100)
    assert found["polariteit"] == pytest.approx(-0.4) and found["gevoel"] == pytest.approx(-0.2)
    assert found["uitleg"] == (
        "Het cijfer is gunstiger (8,0 tegen 7,0 in Dordrecht; n = 200). De verhalen lijken overwegend negatief "
        "(toon volgens de computer: gemiddeld −0,40; de thema's komen 60 keer voor). Cijfers en verhalen spreken elkaar tegen."
    )
    assert table.loc["GM0505", "code"] == "stilte"


def test_difference_uses_both_intervals() -> None:
    # Half-widths 0.3 and 0.4 give a margin of 0.5.
    for value, code in ((7.49, "aanvulling"), (7.51, "convergentie")):
        rows = [number("GM0505", 7.0, 6.6, 7.4), number("WK050501", value, value - 0.3, value + 0.3)]
        assert display(*rows, *told("WK050501", 0.4)).loc["WK050501", "code"] == code


def test_too_few_stories_or_no_number_is_silence() -> None:
    rows = [number("GM0505", 7.0, 6.9, 7.1), number("WK050501", 8.0, 7.7, 8.3)]
    few = [*told("WK050501", 0.4, n=5)]
    found = display(*rows, *few).loc["WK050501"]
    assert found["code"] == "stilte" and "minder dan 20 verhalen" in found["uitleg"]
    assert display(*rows, *few, rule=Rule(minimum_stories=5)).loc["WK050501", "code"] == "convergentie"
    gone = number("WK050501", None, status="onderdrukt: n < 30")
    silent = display(rows[0], gone, *told("WK050501", 0.4)).loc["WK050501"]
    assert silent["code"] == "stilte" and "n < 30" in silent["uitleg"]


def test_feeling_against_polarity_makes_the_stories_mixed() -> None:
    rows = [number("GM0505", 7.0, 6.9, 7.1), number("WK050501", 8.0, 7.7, 8.3)]
    found = display(*rows, *told("WK050501", 0.4, -0.5)).loc["WK050501"]
    assert found["code"] == "aanvulling" and "voelen dat anders" in found["uitleg"]


def test_municipality_against_baseline_then_country_then_norm() -> None:
    own, stories = number("GM0505", 7.0, 6.9, 7.1), told("GM0505", -0.4)
    base = number("GM0505", 6.5, source="indicator", period="2021")
    country = number("NL0000", 7.4, source="indicator", period="2021")
    found = display(own, base, country, *stories).loc["GM0505"]
    assert found["code"] == "dissonantie" and "nulmeting van 2021" in found["uitleg"]
    found = display(own, country, *stories).loc["GM0505"]
    assert found["code"] == "convergentie" and "in Nederland" in found["uitleg"]
    norm = Rule(norms={"tevredenheid.x": 6.0})
    assert display(own, *stories, rule=norm).loc["GM0505", "code"] == "dissonantie"
    assert display(own, *stories).loc["GM0505", "code"] == "aanvulling"


def test_another_set_of_statements_is_no_reference() -> None:
    rows = [
        number("GM0505", 7.0, 6.9, 7.1),
        number("GM0505", 6.5, source="indicator", dataset="v", period="2021"),
    ]
    frame = tables.measures([*rows, *told("GM0505", -0.4)])
    table = joint_display(
        frame, (SUBJECT,), AREAS, municipality="GM0505", directions={"tevredenheid.x": "meer"},
        other_set=frozenset({"tevredenheid.x"}),
    ).set_index("gebied")  # fmt: skip
    assert (
        table.loc["GM0505", "code"] == "aanvulling"
        and "een vergelijking ontbreekt" in table.loc["GM0505", "uitleg"]
    )
    apart = [number("GM0505", 7.0, 6.9, 7.1, dataset="f"), number("WK050501", 8.0, 7.7, 8.3)]
    assert display(*apart, *told("WK050501", 0.4)).loc["WK050501", "code"] == "aanvulling"


def test_counts_of_an_area_are_not_set_against_those_of_the_municipality() -> None:
    rows = [
        number(area, value, unit="personen", source="registratie")
        for area, value in (("GM0505", 900), ("WK050501", 90))
    ]
    found = display(*rows, *told("WK050501", -0.4)).loc["WK050501"]
    assert found["code"] == "aanvulling" and "Het cijfer is 90;" in found["uitleg"]


def test_register_margin_and_input_unchanged() -> None:
    frame = tables.measures(
        [
            number("GM0505", 20.0, source="registratie"),
            number("WK050501", 20.9, source="registratie"),
            *told("WK050501", 0.4),
        ]
    )
    before = frame.copy(deep=True)
    table = joint_display(
        frame, (SUBJECT,), AREAS, municipality="GM0505", directions={"tevredenheid.x": "meer"}
    )
    assert list(table.columns) == list(COLUMNS)
    assert table.set_index("gebied").loc["WK050501", "code"] == "aanvulling"
    pd.testing.assert_frame_equal(frame, before)


def test_too_few_stories_on_the_themes_show_all_stories_of_the_area_without_a_code() -> None:
    rows = [number("GM0505", 7.0, 6.9, 7.1), number("WK050501", 6.0, 5.7, 6.3)]
    few = told("WK050501", 0.9, n=4)
    everyone = [
        story("WK050501", "polariteit", -0.5, 45, "rol=inwoner"),
        story("WK050501", "polariteit", 0.9, 45, "rol=professional"),
    ]
    found = display(*rows, *few, *everyone).loc["WK050501"]
    # The number is unfavourable and so are the stories, but they are not about this subject.
    assert found["code"] == "stilte" and found["polariteit"] == pytest.approx(-0.5)
    assert found["oordeel"] == "ongunstiger"
    assert (found["gebied_verhalen"], found["verhalen_over"]) == ("WK050501", "alles")
    assert "Alle verhalen samen lijken overwegend negatief" in found["uitleg"]
    assert "45 verhalen van inwoners" in found["uitleg"]
    assert display(*rows, *few).loc["WK050501", "code"] == "stilte"


WEST = (Larger("SD-west", "West", ("WK050501", "WK050502")),)


def upward(*rows: dict[str, Any], larger: tuple[Larger, ...] = WEST) -> Any:
    found = joint_display(
        tables.measures(rows), (SUBJECT,), AREAS,
        municipality="GM0505", directions={"tevredenheid.x": "meer"}, larger=larger,
    ).set_index("gebied")  # fmt: skip
    assert list(found.index) == ["GM0505", "WK050501"]  # a larger area is no row of its own
    return found.loc["WK050501"]


def test_stories_of_the_larger_area_take_the_place_and_then_those_of_the_city() -> None:
    rows = [number("GM0505", 7.0, 6.9, 7.1), number("WK050501", 8.0, 7.7, 8.3)]
    few = [story("WK050501", "polariteit", None, 3, "thema=vast")]
    found = upward(*rows, *few, *told("SD-west", 0.4), *told("GM0505", -0.4))
    assert (found["gebied_verhalen"], found["gebied_thema"], found["gebied_cijfer"]) == (
        "SD-west", "SD-west", "WK050501",
    )  # fmt: skip
    assert found["code"] == "convergentie" and "De verhalen uit West lijken" in found["uitleg"]
    assert (found["verhalen_toon"], found["verhalen_over"]) == (60, "onderwerp")
    # Without a larger area those of the city are shown; they say nothing of the wijk, so there is no code.
    found = upward(*rows, *few, *told("GM0505", -0.4), larger=())
    assert (found["gebied_verhalen"], found["code"]) == ("GM0505", "stilte")
    assert found["polariteit"] == pytest.approx(-0.4) and "heel Dordrecht" in found["uitleg"]


def test_a_number_that_a_wijk_lacks_is_of_the_larger_area_and_then_of_the_city() -> None:
    gone = number("WK050501", None, n=12, status="niet-publiceerbaar: n < 30")
    rows = [number("GM0505", 7.0, 6.9, 7.1), gone, *told("WK050501", 0.4)]
    found = upward(*rows, number("SD-west", 8.0, 7.7, 8.3))
    assert (found["gebied_cijfer"], found["waarde"], found["code"]) == ("SD-west", 8.0, "convergentie")
    assert found["verschil"] == pytest.approx(1.0) and found["oordeel"] == "gunstiger"
    assert "Het cijfer van West is gunstiger" in found["uitleg"]
    found = upward(*rows)
    assert (found["gebied_cijfer"], found["waarde"], found["code"]) == ("GM0505", 7.0, "stilte")
    # The count of the city says nothing about a wijk.
    counts = [number("GM0505", 900, unit="personen", source="registratie"), *told("WK050501", 0.4)]
    found = upward(
        *counts, number("WK050501", None, unit="personen", source="registratie", status="onderdrukt: n < 10")
    )
    assert found["gebied_cijfer"] == "" and pd.isna(found["waarde"])


def test_the_change_has_an_interval_and_names_what_it_is_against() -> None:
    rows = [number("GM0505", 7.0, 6.6, 7.4), number("WK050501", 8.0, 7.7, 8.3)]
    found = display(*rows, *told("WK050501", 0.4)).loc["WK050501"]
    # Half-widths 0.4 and 0.3 give 0.5.
    assert found["verschil_laag"] == pytest.approx(0.5) and found["verschil_hoog"] == pytest.approx(1.5)
    assert (found["vergeleken_met"], found["referentie"]) == ("in Dordrecht", 7.0)
