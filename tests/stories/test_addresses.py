"""Streets: {found} with a number or where somebody lives, left alone as a counter, a time or a plain word."""

from __future__ import annotations

import pytest

from tests.stories.marks import marked, plain
from toolkit.stories.addresses import find_addresses
from toolkit.stories.lexicon import lexicon


def addresses(text: str) -> str:
    found = set(find_addresses(text, lexicon()))
    assert {one.kind for one in found} <= {"adres"}
    return marked(text, found)


@pytest.mark.parametrize(
    "row",
    [
        "Ga naar {Zwelmstraat 12} toe.",
        "Ga naar {Zwelmstraat 12b} toe.",
        "Ga naar {Zwelmstraat, 12} toe.",
        "Ga naar {zwelmstraat 12} toe.",
        "Ga naar de {Lange Zwelmstraat 12} toe.",
        "Ga naar de lange {zwelmstraat 12} toe.",
        "Men zag {'t Zwelmplein 12} daar.",
        "Ga naar {Zwelmstraat Noord 12} toe.",
        "Ga naar {zwelmstraat noord 12} toe.",
        "Ga naar {zwelmstraat zuid 12} toe.",
        "Ga naar {zwelmstraat oost 12} toe.",
        "Ga naar {zwelmstraat west 12} toe.",
        "Ga naar {zwelmstraat zz 12} toe.",
        "Ga naar {zwelmstraat nz 12} toe.",
        "Ga naar {Straat 12} toe.",
        "Ga naar straat 12 toe.",
        "Ga naar park noord 12 toe.",
        "Straat 12 is leeg.",
        "Er zijn, met park 12, straten.",
        "Ga naar kanaal 12 toe.",
        "Ga naar Kanaal 12 toe.",
        "Ga naar Wmo Zwelm 12 toe.",
        "Ga naar Sinds Zwelm 12 toe.",
        "Ga naar {Zwelm 12} toe.",
        "Ga naar Zwelm 2019 toe.",
        "Ga naar {Zwelm 2119} toe.",
        "Ga naar {Zwelmstraat 2019} toe.",
        "Zo: {Zwelm 12}, 3317 PX hier.",
        "Zo: {Zwelm 12} [postcode] hier.",
    ],
)
def test_streets_with_a_number(row: str) -> None:
    assert addresses(plain(row)) == row


@pytest.mark.parametrize(
    "row",
    [
        "Ik woon in de {Zwelmstraat} nu.",
        "Ik woon in de {zwelmstraat} nu.",
        "Ik woon in de winkelstraat nu.",
        "Ik woon in de Winkelstraat nu.",
        "Ik woon op de landweg nu.",
        "Ik woon aan de Smitsweg nu.",
        "Ik woon op het Halfweg nu.",
        "Nummer {12 van de Zwelmstraat} nu.",
        "Die man van de {Zwelmstraat} nu.",
        "De Zwelmstraat, die",
        "Zij slaapt op de {Zwelmstraat} nu.",
        "Men ziet op de {Zwelmkade} waar ik nu woon veel.",
        "Men ziet op de Zwelmkade veel.",
        "Mijn zoon fietst op de {Zwelmkade} veel.",
        "Mijn zoon fietst op de Smitsweg veel.",
        "Mijn zoon fietst. Op de Zwelmkade is wind.",
        "Mijn zoon fietst! Op de Zwelmkade is wind.",
        "Mijn zoon fietst? Op de Zwelmkade is wind.",
        "Mijn zoon fietst; op de Zwelmkade is wind.",
        "Mijn zoon fietst\nop de Zwelmkade is wind.",
        "Op de Zwelmkade is wind. Mijn zoon fietst.",
        "Op de Zwelmkade is wind! Mijn zoon fietst.",
        "Op de Zwelmkade is wind? Mijn zoon fietst.",
        "Op de Zwelmkade is wind; mijn zoon fietst.",
        "Op de Zwelmkade is wind\nmijn zoon fietst.",
        "Op de {Zwelmkade} fietst hij",
        "Hij fietst op de {Zwelmkade}",
        "Het loket. Op de {Zwelmkade} fietst hij. Het loket.",
        "Op de Zwelmkade is zijn loket dicht.",
        "Op de ZWELMKADE fietst HIJ",
    ],
)
def test_streets_of_people(row: str) -> None:
    assert addresses(plain(row)) == row


def test_a_sentence_is_looked_at_for_a_hundred_and_fifty_characters_each_way() -> None:
    gap = "x" * 140 + " "
    assert addresses(f"Hij {gap}op de Zwelmkade is wind") == f"Hij {gap}op de {{Zwelmkade}} is wind"
    assert addresses(f"Op de Zwelmkade {gap}hij.") == f"Op de {{Zwelmkade}} {gap}hij."
    assert addresses(f"Op de Zwelmkade {gap}hij") == f"Op de {{Zwelmkade}} {gap}hij"
    assert addresses(f"Op de Zwelmkade {gap}{gap}hij") == f"Op de Zwelmkade {gap}{gap}hij"
    assert addresses(f"Op de Zwelmkade {gap}{gap}hij.") == f"Op de Zwelmkade {gap}{gap}hij."
    assert addresses(f"Op de Zwelmkade {gap}aaaaaa hij") == f"Op de Zwelmkade {gap}aaaaaa hij"


def test_a_sentence_further_back_does_not_count() -> None:
    text = "Hij kwam. " + "x" * 160 + " op de Zwelmkade is wind"
    assert addresses(text) == text


@pytest.mark.parametrize(
    "row",
    ["Ga naar {Zwelmstraat nr. 12} toe.", "Ga naar {Zwelmstraat nummer 12} toe.", "Ik zit op {Zwelm nr 12}."],
)
def test_a_number_with_its_word(row: str) -> None:
    assert addresses(plain(row)) == row
