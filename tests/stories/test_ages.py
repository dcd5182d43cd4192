"""Ages: {found} with their unit, each number of a list apart; counts of children, scores and pets stay."""

from __future__ import annotations

from random import Random

import pytest

from tests.stories.marks import marked, plain
from toolkit.stories import ages as rules
from toolkit.stories.ages import find_ages


def ages(text: str) -> str:
    found = set(find_ages(text))
    assert {one.kind for one in found} <= {"leeftijd"}
    return marked(text, found)


@pytest.mark.parametrize(
    "row",
    [
        "Ik ben {82}.",
        "Ik ben {82 jaar}.",
        "Ik ben {82 jaar oud}.",
        "IK BEN {82 JAAR}.",
        "Geboren in {1962}.",
        "Ik ben van {'62}.",
        "Hij is uit {1962}, hoor.",
        "Ik ben van {62}.",
        "Jan ({1962}) kwam.",
        "In {1962} geboren dus.",
        "Moeder van 3 en boos.",
        "Alleenstaande moeder van 3 en boos.",
        "Moeder van {31} en boos.",
        "Een zoon van {3} en boos.",
        "Mijn kinderen van {3}, {5} en {12 jaar} spelen.",
        "De hond is 12.",
        "De hond Brolt is 12.",
        "Het cijfer is 12.",
        "Het is 12.",
        "Mijn zus is {12}.",
        "Het cijfer telt en mijn zus is {12}.",
        "Wij wachten al 12 jaar.",
        "Het was 14.",
        "De honden waren 14.",
        "Het wordt 14.",
        "Het werd 14.",
        "De cijfers worden {14}.",
        "Op mijn {61e} viel ik.",
        "Een {82-jarige} man.",
        "Mijn zoon, {12 jaar}, lacht.",
        "Zij is {82 jr}, dus.",
        "De baby is {6 weken}.",
        "Van {anderhalf jaar oud} dus.",
        "Zij was {tweeëntachtig jaar}, hoor.",
        "In de leeftijd: {12}.",
        "Zij is {75 jaar}, boos.",
        "Team van 8, boos.",
        "Karim van {8}, boos.",
        "[persoon-1] van {8}, boos.",
    ],
)
def test_ages(row: str) -> None:
    assert ages(plain(row)) == row


@pytest.mark.parametrize("row", ["Mijn zoon, {12 jr}, lacht.", "Zij was {tweeëntachtig jaar} hoor."])
def test_a_short_unit_and_a_word_after_the_age(row: str) -> None:
    assert ages(plain(row)) == row


AGES = (
    "34",
    "12 jaar",
    "82e",
    "tweeëntachtig",
    "vijf",
    "3 maanden",
    "14;6",
    "1½",
    "zestig jaar",
    "ACHT",
    "twee en dertig",
)
BETWEEN = (" ", " ", " ", ", ", ". ", "\n", " (", ") ", ": ", "'", "-")


def test_patterns_are_tried_wherever_they_can_begin() -> None:
    """Trying a pattern only at its first words finds what trying it everywhere finds; also with odd capitals."""
    heads = sorted({head for one in rules._patterns() for head in one.heads or ()})
    more = [
        "[persoon-1]",
        "[datum]",
        "Fatima",
        "jaar",
        "oud",
        "van",
        "mijn",
        "m'n",
        "'k",
        "KINDEREN",
        "ſ",
        "Kinderen",
    ]
    chance = Random(5)
    texts = [
        "".join(
            chance.choice((*heads, *AGES, *AGES, *more)) + chance.choice(BETWEEN)
            for _ in range(chance.randint(3, 9))
        )
        for _ in range(4000)
    ]
    found = 0
    for text in texts:
        places = rules._places(text)
        for pattern in rules._patterns():
            expected = [match.span(1) for match in pattern.regex.finditer(text)]
            assert [match.span(1) for match in rules._matches(pattern, text, places)] == expected
            found += len(expected)
    assert found > 100
