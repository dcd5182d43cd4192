"""Places, {found} by one rule at a time: in a large town, or without a person in the sentence, no other rule helps."""

from __future__ import annotations

import pytest

from tests.stories.marks import plain, residences, table


@table(
    "In {Dordrecht} had ik het fijn.",
    "In {Dordrecht} hadden we het fijn.",
    "In {Dordrecht} hadden wij het fijn.",
    "In {Dordrecht} stond mijn wieg.",
    "In {Dordrecht} stond onze wieg.",
    "In {Dordrecht} stond ons huis.",
    "In {Dordrecht} voel me fijn.",
    "In {Dordrecht} had mn moeder het fijn.",
    "In {Dordrecht} had m'n moeder het fijn.",
    "In Dordrecht had hij het fijn.",
    "Hier en {Zwijndrecht} woon ik het liefst.",
    "Hier en Zwijndrecht wandel ik het liefst.",
    "{Wielwijk} waar wij geboren zijn is mooi.",
    "{Wielwijk} waar we geboren zijn is mooi.",
    "{Wielwijk} is mijn thuis nu.",
    "Ik woon in 't {Reeland} nu.",
    "Ik woon in de wijk {Wielwijk} nu.",
    "Ik woon in de buurt {Wielwijk} nu.",
    "Ik woon hier {Wielwijk} dus.",
    "Hulp komt uit de wijk {Wielwijk} nu.",
    "Hulp komt uit de andere wijk Wielwijk nu.",
    "Hulp komt uit de andere buurt Wielwijk nu.",
    "Hulp komt uit de andere wijk {Wielwijk}, waar ik woon.",
    "Op {Sterrenburg} is het elke dag stil wonen.",
    "Op Dordrecht is het elke dag weer stil wonen.",
    "Het kantoor waar wij wonen heeft een loket open in Wielwijk.",
    "Zij komt na haar werk weer thuis in {Wielwijk}.",
    "Zij ging naar school steeds vanuit {Wielwijk}.",
    "Zij ging naar school steeds uit {Wielwijk}.",
    "Hier is men in Wielwijk stil.",
)
def test_home_in_the_words_around(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Wij aan de {Lijnbaan} klagen.",
    "Ik aan de {Lijnbaan} klaag.",
    "Ik in {Dordrecht} klaag.",
    "Nu in {Dordrecht} klagen.",
    "Men is in {Dordrecht} opgegroeid.",
    "Een bewoner hoorde van Wielwijk.",
    "Een bewoner hoorde iets van Wielwijk.",
    "De gemeente zit daar nu te Zwijndrecht.",
    "De gemeente bouwt daar veel huizen te Zwijndrecht.",
    "Een zoon in {Dordrecht} helpt.",
    "Een zoon ergens in {Dordrecht} helpt.",
    "Een zoon wandelt graag in Dordrecht.",
    "Het lekt bij ons aan de {Lijnbaan}.",
    "Het lekt bij mij in {Dordrecht}.",
    "Het lekt bij haar in {Dordrecht}.",
    "Het lekt bij hem in {Dordrecht}.",
    "Het lekt bij iets in Dordrecht.",
    "Het lekt daar bij mij in {Dordrecht}.",
    "Het lekt mij in Dordrecht.",
    "Het lekt bij mij soms in Dordrecht.",
)
def test_living_in_the_words_before(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "[persoon-1], {oud krispijn}",
    "Woon op {lijnbaan} nu.",
    "Zij kwam uit {Ede} nu.",
    "ZIJ KWAM DAAR AL JAREN UIT {EDE} HOOR",
    "Wonen! De bus stopt in Wielwijk.",
    "Wij wonen fijn. In Wielwijk is wind.",
    "Wij wonen in: {Wielwijk}",
)
def test_edges_of_names_and_sentences(row: str) -> None:
    assert residences(plain(row)) == row


@table("ik woon in {zwijndrecht}", "ik woon in {dordrecht}", "wij wonen in {papendrecht} nu")
def test_a_town_that_looks_like_two_words(row: str) -> None:
    assert residences(plain(row)) == row


@pytest.mark.xfail(strict=True, reason="names that stay, short forms, far verbs")
@table(
    "ik kom uit {bergen op zoom}",
    "Ik kom uit {Den Haag}.",
    "Ik woon o.a. in {Wielwijk}.",
    "Ik woon nog steeds in {Kwakelbeek}.",
    "IK WOON AL HEEL LANG IN {DE MEERN} MET PLEZIER",
)
def test_residences_that_are_missed(row: str) -> None:
    assert residences(plain(row)) == row
