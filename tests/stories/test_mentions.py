"""Words and what their surroundings say; how far a name in capitals runs."""

from __future__ import annotations

import pytest

from toolkit.stories.mentions import capital_run, words_of

FIRST = [
    ("Ja. Karim", True),
    ("Ja! Karim", True),
    ("Ja? Karim", True),
    ("Ja… Karim", True),
    ("Ja: Karim", True),
    ("Ja; Karim", True),
    ("Ja | Karim", True),
    ("Ja • Karim", True),
    ("Ja * Karim", True),
    ("Ja > Karim", True),
    ("Ja # Karim", True),
    ("Ja = Karim", True),
    ("ja\nKarim", True),
    ("ja,\nKarim", True),
    ("ja\t\xa0 Karim", False),
    ("ja, Karim", False),
    ("J. Karim", False),
    ("j. Karim", True),
    ("JA. Karim", True),
    ("J.. Karim", True),
    ("mevr. Karim", False),
    ("mevr.. Karim", True),
    ("mevr.) Karim", True),
    ('ja" Karim', True),
    ("ja “Karim", True),
    ("ja „Karim", True),
    ("ja 'Karim", True),
    ("ja ‘Karim", True),
    ("ja «Karim", True),
    ("ja – Karim", True),
    ("ja — Karim", True),
    ("ja (Karim", True),
    ("ja <Karim", True),
    ("ja - Karim", True),
    ("ja -- Karim", True),
    ("ja & Karim", False),
    ("ja / Karim", False),
    ("ja) Karim", False),
    ("ja), Karim", False),
    ("ja” Karim", False),
    ("ja’ Karim", False),
    ("ja + Karim", False),
    ("ja @ Karim", False),
    ("ja, (Karim", True),
    ("ja, 'Karim", True),
    ("ja)) Karim", False),
    ("ja] Karim", False),
    ("ja,' Karim", False),
    ("ja ~ Karim", True),
    ("ja,. Karim", True),
]


@pytest.mark.parametrize(("text", "first"), FIRST)
def test_what_starts_a_sentence(text: str, first: bool) -> None:
    assert words_of(text)[-1].first is first


@pytest.mark.xfail(strict=True, reason="a straight quote is taken to open, also when a comma follows it")
@pytest.mark.parametrize("text", ['zei "ja", Karim', "zei 'ja', Karim"])
def test_a_closing_quote_starts_no_sentence(text: str) -> None:
    assert not words_of(text)[-1].first


def test_the_first_word_starts_a_sentence_and_a_dash_inside_a_word_does_not() -> None:
    assert [word.first for word in words_of(", ja nee")] == [True, False]
    assert [word.gap for word in words_of(" (ja  nee")] == [" (", "  "]
    assert [word.text for word in words_of("ja-nee")] == ["ja-nee"]


@pytest.mark.parametrize(
    ("text", "capitals", "shouts"),
    [
        ("Dag d'Hondt en el-Amrani", "Dag d'Hondt el-Amrani", ""),
        ("dag d'hondt en 12b", "", ""),
        ("ZE ZEI DAT", "ZE ZEI DAT", "ZE ZEI DAT"),
        ("zij riep WAT NU DAN naar mij", "WAT NU DAN", "WAT NU DAN"),
        ("zij riep WAT NU DAN WEER naar mij", "", ""),
        ("zij riep WAT U DAN WEER naar mij", "U", ""),
        ("zij riep WAT NU dan WEER NU naar mij", "WAT NU WEER NU", "WAT NU WEER NU"),
        ("zij riep WAT 3 DAN WEER naar mij", "WAT DAN WEER", "WAT DAN WEER"),
        ("zij riep WAT NU DAN", "WAT NU DAN", "WAT NU DAN"),
        ("WAT NU DAN WEER zei zij tegen mij en de rest", "", ""),
        ("zij zei tegen mij en de rest WAT NU DAN WEER", "", ""),
        ("WAT IS DAT NOU VAN DIEN", "", ""),
        ("A B C", "A B C", ""),
    ],
)
def test_capitals_that_mean_something(text: str, capitals: str, shouts: str) -> None:
    words = words_of(text)
    assert " ".join(word.text for word in words if word.capital) == capitals
    assert " ".join(word.text for word in words if word.shout) == shouts


@pytest.mark.parametrize(
    ("text", "loud"),
    [
        ("Abcdefghij Klmnopqrst", False),
        ("ABCDEFGHIJ KLMNOPQRS t", False),  # twenty letters: too few to tell
        ("ABCDEFGHIJ KLMNOPQRS tu", True),
        ("ABCDEFGHIJ KLMN opqrstu", False),  # fourteen of twenty-one
        ("ABCDEFGHIJ KLMNO pqrstu", True),  # fifteen of twenty-one
        ("ABCDEFGHIJ KLMN opqrst 1234567", False),
        ("ABCDEFG HIJKLMNOPQRSTU vwxyzabcd", False),  # exactly seven of ten
    ],
)
def test_a_text_that_is_mostly_capitals(text: str, loud: bool) -> None:
    assert (not words_of(text)[0].capital) is loud


RUNS = [
    ("Zwelm Brolt kwam", "Brolt"),
    ("Zwelm & Brolt kwam", "Brolt"),
    ("Zwelm + Brolt kwam", "Brolt"),
    ("Zwelm - Brolt kwam", "Brolt"),
    ("Zwelm, Brolt kwam", "Zwelm"),
    ("Zwelm\xa0Brolt kwam", "Brolt"),
    ("A. Brolt kwam", "Brolt"),
    ("Ab. Brolt kwam", "Brolt"),
    ("Abc. Brolt kwam", "Abc"),
    ("Zwelm [adres] Brolt", "Zwelm"),
    ("Zwelm bv kwam", "bv"),
    ("Zwelm vof kwam", "vof"),
    ("Zwelm nv kwam", "nv"),
    ("Zwelm & bv kwam", "bv"),
    ("Zwelm & zn kwam", "zn"),
    ("Zwelm & zoon kwam", "zoon"),
    ("Zwelm & zonen kwam", "zonen"),
    ("Zwelm & dochters kwam", "dochters"),
    ("Zwelm & co kwam", "co"),
    ("Zwelm & vof kwam", "vof"),
    ("Zwelm zn kwam", "Zwelm"),
    ("Zwelm + zn kwam", "Zwelm"),
    ("Zwelm + bv kwam", "bv"),
    ("Zwelm & dus kwam", "Zwelm"),
    ("Zwelm en Brolt kwam", "Brolt"),
    ("Zwelm van de Brolt kwam", "Brolt"),
    ("Zwelm van de der Brolt kwam", "Zwelm"),
    ("Zwelm van de", "Zwelm"),
    ("Zwelm 12 Brolt kwam", "Brolt"),
    ("Zwelm zag Brolt", "Zwelm"),
    ("Zwelm van Brolt van Brolt kwam", "Brolt"),
]


@pytest.mark.parametrize(("text", "last"), RUNS)
def test_a_name_runs_over_joiners_and_firms(text: str, last: str) -> None:
    words = words_of(text)
    assert words[capital_run(words, 0, frozenset())].text == last
    if last == "Brolt":
        after = words_of("Hier " + text[0].lower() + text[1:])
        assert after[capital_run(after, 1, frozenset())].text == last


def test_a_name_runs_no_further_than_nineteen_words_and_stops_at_a_word_that_stays() -> None:
    words = words_of("Zwelm " * 30)
    assert capital_run(words, 0, frozenset()) == 19 and capital_run(words, 5, frozenset()) == 24
    words = words_of("Zwelm Brolt & Kwint Dordt")
    assert capital_run(words, 0, frozenset({1})) == 0
    assert capital_run(words, 0, frozenset({2})) == 3
    assert capital_run(words, 0, frozenset({3})) == 2
    assert capital_run(words, 3, frozenset()) == 3
