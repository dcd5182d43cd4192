from __future__ import annotations

from datetime import date

import pytest

from toolkit.report import wording
from toolkit.report.phrases import highest_lowest
from toolkit.report.source import Figure


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "1.234,5"),
        (2.5, 0, "3"),  # half up, where Python's round gives 2
        (0.125, 2, "0,13"),
        (1.005, 2, "1,01"),
        (-2.5, 0, "−3"),
        (-0.04, 1, "0,0"),
        (1234567.0, 0, "1.234.567"),
        (float("nan"), 0, "·"),
        (None, 0, "·"),
    ],
)
def test_number(value: float | None, decimals: int, text: str) -> None:
    assert wording.number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (41.4, "procent", "41%"),
        (1.94, "procent", "1,9%"),
        (0.0, "procent", "0%"),
        (7.15, "cijfer", "7,2"),
        (6.21, "schaalscore 0-10", "6,2"),
        (1.0, "dagen", "1 dag"),
        (1885.0, "personen", "1.885 personen"),
        (1200.0, "euro", "€ 1.200"),
        (-0.125, "polariteit -1 tot 1", "−0,13"),
        (None, "procent", "·"),
    ],
)
def test_amount(value: float | None, unit: str, text: str) -> None:
    assert wording.amount(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (41.0, 49.0, "procent", "tussen 41% en 49%"),
        (40.6, 41.4, "procent", "tussen 40,6% en 41,4%"),  # rounded they would be equal
        (1.2, 2.4, "procent", "tussen 1,2% en 2,4%"),
        (7.04, 7.21, "cijfer", "tussen 7,0 en 7,2"),
        (7.04, 7.06, "cijfer", "tussen 7,0 en 7,1"),
        (3.0, 12.0, "dagen", "tussen 3 en 12 dagen"),
        (None, 12.0, "dagen", ""),
    ],
)
def test_interval(low: float | None, high: float, unit: str, text: str) -> None:
    assert wording.interval(low, high, unit) == text


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (100.0, "allemaal"),
        (0.0, "geen enkele"),
        (50.0, "de helft"),
        (48.0, "bijna de helft"),
        (25.0, "ongeveer een kwart"),
        (41.0, "ongeveer 4 op de 10"),
        (15.0, "ongeveer 1 op de 7"),
        (2.0, "een paar op de 100"),
        (1.4, "ongeveer 1 op de 100"),
    ],
)
def test_share_in_words(share: float, words: str) -> None:
    assert wording.share_in_words(share) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024", "2024"),
        ("2024-Q1", "eerste kwartaal 2024"),
        ("2024KW3", "2024KW3"),
        ("2023-09", "september 2023"),
        ("2026-03-12", "12 maart 2026"),
        ("2026-03-02/2026-04-12", "2 maart 2026 tot en met 12 april 2026"),
        ("2023-13", "2023-13"),
        ("onbekend", "onbekend"),
    ],
)
def test_period(text: str, words: str) -> None:
    assert wording.period(text) == words


def test_small_words() -> None:
    assert wording.day(date(2026, 3, 1)) == "1 maart 2026"
    assert wording.day("2026-04-20T09:30:00+02:00") == "20 april 2026"
    assert wording.join(["a", "b", "c"]) == "a, b en c"
    assert wording.join(["a"]) == "a"
    assert wording.join([]) == ""
    assert wording.capital("ijs en één") == "IJs en één"
    assert wording.area_phrase("GM0505", "Dordrecht") == "in heel Dordrecht"
    assert wording.area_phrase("WK050507", "Wielwijk") == "in Wielwijk"
    assert wording.base(1310.0) == "n = 1.310"


def test_overlapping_margins_prove_nothing() -> None:
    """Margins may overlap while the difference is demonstrable, so nothing is concluded from overlap."""

    def wijk(area: str, value: float, low: float, high: float) -> Figure:
        return Figure("enquete", "e", "m", "procent", area, "2026", "", value, low, high, 100.0, "ok")

    names = {"WK050501": "Binnenstad", "WK050502": "Noordflank"}
    near = highest_lowest([wijk("WK050501", 40, 35, 45), wijk("WK050502", 47, 42, 52)], names)
    assert near.endswith("Een klein verschil kan toeval zijn.") and "overlappen" not in near
    far = highest_lowest([wijk("WK050501", 40, 35, 45), wijk("WK050502", 60, 55, 65)], names)
    assert "overlappen elkaar niet" in far and "toeval" not in far
