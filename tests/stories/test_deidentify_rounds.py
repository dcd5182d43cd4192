"""What stays, what wins where mentions overlap, and how placeholders are numbered."""

from __future__ import annotations

import pytest

from toolkit.stories.coarsen import coarse_age, coarse_date
from toolkit.stories.deidentify import (
    Lists,
    _resolve,
    _stay_positions,
    deidentify,
    find_mentions,
    spans_table,
)
from toolkit.stories.lexicon import Correction, lexicon
from toolkit.stories.mentions import Mention, words_of


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("Dat is Dordrecht Sociaal.", ["Dordrecht", "Sociaal"]),
        ("Dat is dordrecht sociaal.", []),
        ("Dat is dordrecht Sociaal.", ["dordrecht", "Sociaal"]),
        ("Dat is Dordrecht, Sociaal.", []),
        ("Dat is Dordrecht - Sociaal.", ["Dordrecht", "Sociaal"]),
        ("Dat is Dordrecht\xa0Sociaal.", ["Dordrecht", "Sociaal"]),
        ("Het Centrum voor Jeugd en Gezin", ["Centrum", "voor", "Jeugd", "en", "Gezin"]),
        ("De Raad voor de Kinderbescherming", ["Raad", "voor", "de", "Kinderbescherming"]),
        ("Het Leger des Heils", ["Leger", "des", "Heils"]),
        ("Het Leger des Heils-huis", ["Leger", "des", "Heils-huis"]),
        ("Het Leger des Heils-en-hulp", ["Leger", "des", "Heils-en-hulp"]),
        ("Het Leger des Heilshuis", []),
        ("De Wmo", ["Wmo"]),
        ("De wmo", []),
        ("De wmo-consulent", ["wmo-consulent"]),
        ("De Wmo-en-zo", ["Wmo-en-zo"]),
        ("De zo-Wmo", []),
        ("In 's Gravendeel zei Jan", ["Gravendeel"]),
        ("Toen 's Fiets zei Jan", ["Fiets"]),
        ("De BOA's, SDD'er, ZZPers en PGBs", ["BOA's", "SDD'er", "ZZPers", "PGBs"]),
        ("De Xer en ABCDEFGer", []),
        ("De ABCDEFer", ["ABCDEFer"]),
        ("Onze hond Fatima", ["Fatima"]),
    ],
)
def test_words_that_stay(text: str, stays: list[str]) -> None:
    words = words_of(text)
    assert [words[position].text for position in sorted(_stay_positions(words, lexicon()))] == stays


def test_a_first_name_with_a_staying_part_is_a_name() -> None:
    assert deidentify(["Ik zag Rome-Fatima."])[0].text == "Ik zag Rome-Fatima."
    assert deidentify(["Ik zag Fatima-Rome."])[0].text == "Ik zag [persoon-1]."


@pytest.mark.parametrize(
    ("found", "before", "kept"),
    [
        ([(0, 2), (1, 5)], [], [(1, 5)]),
        ([(0, 3), (2, 5)], [], [(0, 3)]),
        ([(0, 3), (3, 5)], [], [(0, 3), (3, 5)]),
        ([(3, 5), (0, 3)], [], [(0, 3), (3, 5)]),
        ([(0, 9), (4, 6)], [(8, 9)], [(4, 6)]),
        ([(4, 4)], [], []),
        ([(0, 2), (0, 2)], [], [(0, 2)]),
    ],
)
def test_of_what_overlaps_the_earlier_then_the_longer_stays(
    found: list[tuple[int, int]], before: list[tuple[int, int]], kept: list[tuple[int, int]]
) -> None:
    taken = [Mention(*span, "adres") for span in before]
    assert _resolve([Mention(*span, "url") for span in found], taken) == [
        Mention(*span, "url") for span in kept
    ]


def test_of_equal_spans_the_first_kind_stays() -> None:
    assert _resolve([Mention(0, 2, "url"), Mention(0, 2, "bsn")], []) == [Mention(0, 2, "url")]


ROWS = [
    ("Karim belde. Joke en Karim kwamen.", "[persoon-1] belde. [persoon-2] en [persoon-1] kwamen."),
    ("Jan de Wit en Fatima. Mevrouw De Wit lacht.", "[persoon-1] en [persoon-2]. Mevrouw [persoon-1] lacht."),
    ("Bel 0612345678 of 06 87654321.", "Bel [telefoon-1] of [telefoon-2]."),
    ("Bel 0612345678 of 06-12345678.", "Bel [telefoon] of [telefoon]."),
    ("[telefoon] en 0612345678.", "[telefoon] en [telefoon-2]."),
    ("[telefoon-4] en 0612345678.", "[telefoon-4] en [telefoon-5]."),
    ("[telefoon-4] [telefoon-2] 0612345678.", "[telefoon-4] [telefoon-2] [telefoon-5]."),
    ("[adres-4] en 0612345678.", "[adres-4] en [telefoon]."),
    ("[persoon-2] en Fatima.", "[persoon-2] en [persoon-3]."),
    ("Op 3 april bij basisschool De Zwelm.", "Op [datum] bij [instelling]."),
    ("Kerfdijk 12b of Kerfdijk 12 b.", "[adres] of [adres]."),
    ("Mail jan@x.nl, JAN@X.NL of piet@x.nl.", "Mail [email-1], [email-1] of [email-2]."),
    ("Jan van Dijk, J. van Dijk en Dijk.", "[persoon-1], [persoon-1] en [persoon-1]."),
    ("Fatima Abbing en Karim Abbing. Fatima lacht.", "[persoon-1] en [persoon-2]. [persoon-1] lacht."),
    ("Hij werkt bij Van Vliet Techniek.", "Hij werkt bij [instelling]."),
    (
        "Mevrouw Yilmaz, Kerfdijk 12b, 3317 PX Dordrecht.",
        "Mevrouw [persoon-1], [adres], [postcode] [plaats].",
    ),
]


@pytest.mark.parametrize(("text", "replaced"), ROWS)
def test_placeholders_and_their_numbers(text: str, replaced: str) -> None:
    assert deidentify([text])[0].text == replaced
    assert deidentify([replaced])[0].mentions == ()


@pytest.mark.parametrize(
    ("dates", "ages", "replaced"),
    [
        ("weg", "weg", "Op [datum-1] en [datum-2] werd hij [leeftijd], zijn zus is [leeftijd]."),
        ("maand", "weg", "Op [datum: april 2025] en [datum: mei] werd hij [leeftijd], zijn zus is [leeftijd]."),
        ("jaar", "weg", "Op [datum: 2025] en [datum] werd hij [leeftijd], zijn zus is [leeftijd]."),
        ("weg", "klasse", "Op [datum-1] en [datum-2] werd hij [leeftijd: 75-84 jaar], zijn zus is [leeftijd: 75-84 jaar]."),
    ],
)  # fmt: skip
def test_coarser_values_in_placeholders(dates: str, ages: str, replaced: str) -> None:
    text = "Op 3 april 2025 en 9 mei werd hij 82, zijn zus is 82."
    assert deidentify([text], Lists(dates=dates, ages=ages))[0].text == replaced


def test_corrections_hold_for_their_story_and_what_stays_is_left_alone() -> None:
    stay, mark = Correction("7", "Fatima de Wit", "blijft"), Correction("", "fietsje", "nummer")
    lists = Lists(corrections=(stay, mark))
    text = "Fatima de Wit en Karim zagen een fietsje. Fatima lachte."
    own, other = deidentify([text, text], lists, ids=["7", "8"])
    assert own.text == "Fatima de Wit en [persoon-1] zagen een [nummer]. [persoon-2] lachte."
    assert other.text == "[persoon-1] en [persoon-2] zagen een [nummer]. [persoon-1] lachte."
    assert find_mentions([text], lists, ids=["7"])[0] == list(own.mentions)


def test_what_shows_only_after_the_rest_is_replaced_keeps_its_place_in_the_text() -> None:
    text = "Mijn adres is Kerfdijk 12b en ik ben van Fatima, Wielwijk."
    (one,) = deidentify([text])
    assert [text[found.start : found.end] for found in one.mentions] == ["Kerfdijk 12b", "Fatima", "Wielwijk"]
    assert one.text == "Mijn adres is [adres] en ik ben van [persoon-1], [plaats]."


def test_progress_of_both_calls() -> None:
    told: list[str] = []
    deidentify(["nvt"] * 100, progress=told.append)
    assert told == [
        "Woordenlijsten voor het verwijderen van namen worden geladen.",
        "Namen verwijderd uit 100 van 100 verhalen.",
    ]


def test_the_table_needs_a_name_for_every_text() -> None:
    results = deidentify(["Karim belde.", "nvt"])
    with pytest.raises(ValueError, match="longer"):
        spans_table(["a"], results)
    with pytest.raises(ValueError, match="shorter"):
        spans_table(["a", "b", "c"], results)


def test_capitals_in_a_date_or_age_tell_the_same() -> None:
    assert coarse_date("3 APRIL 2025", "maand") == "april 2025"
    assert coarse_age("TWEEËNTACHTIG", "klasse") == "75-84 jaar"
