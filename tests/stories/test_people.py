"""Which names are one person, and which are a pet's."""

from __future__ import annotations

import pytest

from toolkit.stories.lexicon import lexicon
from toolkit.stories.mentions import words_of
from toolkit.stories.people import bare, person_key, pet_positions, same_person


@pytest.mark.parametrize(
    ("low", "stem"),
    [
        ("fatima's", "fatima"),
        ("fatimas", "fatima"),
        ("fatima'", "fatima"),
        ("bakkers", "bakkers"),  # a surname of its own
        ("abbings", "abbing"),
        ("regenboogs", "regenboogs"),
        ("regenboog's", "regenboog"),
        ("jo's", "jo"),
        ("x's", "x's"),
        ("jos", "jos"),
        ("jo'", "jo"),
        ("x'", "x'"),
    ],
)
def test_a_name_without_its_possessive(low: str, stem: str) -> None:
    assert bare(low, lexicon()) == stem


@pytest.mark.parametrize(
    ("text", "pets"),
    [
        ("Onze hond Zwelm blafte.", "Zwelm"),
        ("Onze hond blafte naar Zwelm.", ""),
        ("Onze hond heet Zwelm.", "Zwelm"),
        ("Onze hond heette Zwelm.", "Zwelm"),
        ("Onze honden heten Zwelm en Brolt.", "Zwelm Brolt"),
        ("Onze hond heet al jaren Zwelm.", "Zwelm"),
        ("Onze hond heet al heel lang Zwelm.", ""),
        ("Onze hond, Zwelm, blafte.", "Zwelm"),
        ("Onze hond is weg, Zwelm blafte.", "Zwelm"),
        ("De hond van Zwelm blafte.", ""),
        ("De hond heet met Zwelm.", ""),
        ("De hond heet van Zwelm.", ""),
        ("De hond heet door Zwelm.", ""),
        ("Wij gaan met de hond Zwelm wandelen.", "Zwelm"),
        ("Hond. Zwelm lacht.", ""),
        ("Zwelm de hond blafte.", "Zwelm"),
        ("Zwelm onze hond blafte.", "Zwelm"),
        ("Zwelm mijn hond blafte.", "Zwelm"),
        ("Zwelm een hond blafte.", ""),
        ("Zwelm de hond", "Zwelm"),
        ("Zwelm de", ""),
        ("Onze hond Zwelm. Brolt en Zwelm en zwelm.", "Zwelm Zwelm zwelm"),
        ("onze hond zwelm blafte", ""),
        ("Die hond in huis zag Zwelm.", ""),
    ],
)
def test_pets(text: str, pets: str) -> None:
    words = words_of(text)
    assert " ".join(words[position].text for position in sorted(pet_positions(words))) == pets


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Mevrouw Fatima el Idrissi", ("fatima", "idrissi")),
        ("Jan-Piet's", ("jan-piet",)),
        ("Gülay", ("gulay",)),
        ("Van de", ("van", "de")),
        ("J. Brolt", ("j", "brolt")),
        ("d’Hondt", ("d'hondt",)),
    ],
)
def test_the_parts_that_tell_persons_apart(name: str, key: tuple[str, ...]) -> None:
    assert person_key(name, lexicon()) == key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("jan vries", "jan vries", True),
        ("jan", "jan vries", True),
        ("jo", "jo vries", True),
        ("jan vries", "jan", True),
        ("piet", "jan vries", False),
        ("j vries", "jan vries", True),
        ("jan vries", "j vries", True),
        ("j", "jan", False),
        ("j", "j", True),
        ("j v", "jan vries", False),
        ("p vries", "jan vries", False),
        ("jan bos", "jan vries", False),
        ("vries", "vriess", True),
        ("vriess", "vries", True),
        ("jo", "jos", False),
        ("jos", "jo", False),
        ("ann", "anns", True),
        ("", "jan", False),
        ("", "", False),
        ("abdirahman", "abdirahmen", True),
        ("abdirahman", "abdirahmaan", True),
        ("abdirahmaan", "abdirahman", True),
        ("abdirahman", "abdirahma", True),
        ("abdirahman", "abdirahmanxy", False),
        ("abdirahman", "abdirahxen", False),
        ("abdirahman", "obdirahman", False),
        ("zwelmb", "zwelmd", True),
        ("zwelm", "zweln", False),
        ("zwelmbx", "zwelmb", True),
        ("zwelmb", "zwelm", False),
        ("zxelmb", "zwelmb", True),
        ("marian", "marjan", False),
        ("marian", "marxan", True),
        ("bakker", "bekker", False),
    ],
)
def test_two_names_of_one_person(one: str, other: str, same: bool) -> None:
    assert same_person(one.split(), other.split(), lexicon()) is same


def test_without_lists_a_letter_makes_another_person() -> None:
    assert not same_person(["abdirahman"], ["abdirahmen"])
    assert same_person(["abdirahman"], ["abdirahmans"])
    assert not same_person(["a"], ["abdirahman"])
    assert same_person(("j",), ("j",)) and not same_person(("j",), ("j", "k"))
