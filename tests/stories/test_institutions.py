"""Organisations with a capital: {found} by list, kind or place in the sentence; public bodies and streets stay."""

from __future__ import annotations

from tests.stories.marks import institutions, plain, table
from toolkit.stories.lexicon import Lists


@table(
    "Ik was bij {Antes} en bij {antes}.",
    "Hulp van {Antes} {Yulius} kwam.",
    "{Antes}",
    "Zij zit op {Da Vinci College}",
    "Zij zit op {da vinci college} nu.",
    "Zij zit op {Johan de Witt gymnasium}.",
    "Hulp van {lelie zorggroep} kwam.",
    "Hulp van {lelie - zorggroep} kwam.",
    "Hulp van {lelie\xa0zorggroep} kwam.",
    "Een lelie, zorggroep weg.",
    "Het [instelling-1] belde.",
    "Daar is basisschool [instelling-1] weer.",
)
def test_providers_in_the_list(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "Zij zit op {basisschool Zwelm}.",
    "Zij zit op {midi-mini-manege Zwelm}.",
    "Zij zit op {fysiopraktijk Zwelm}.",
    "Zij eet met etzorg Zwelm.",
    "Zij eet met {kokzorg Zwelm}.",
    "Zij zit op {basisschool De Zwelm}.",
    "Zij zit op {basisschool de Zwelm}.",
    "Zij zit op {basisschool het Zwelm}.",
    "Zij zit op {basisschool 't Zwelm}.",
    "Zij eet in {café 'n Zwelm}.",
    "Zij zit bij {stichting ons Zwelm}.",
    "Zij zit bij {stichting van Zwelm}.",
    "Zij kent die stichting van Fatima.",
    "Zij kent die stichting van Zwijndrecht.",
    "Zij kent die stichting de Politie.",
    "Zij kent die kapper de Zwelmstraat.",
    "Zij kent die school het Reeland.",
    "Zij kent die school de Gemeente.",
    "Zij zit op {basisschool: Zwelm}.",
    "Zij zit op {basisschool & Zwelm}.",
    "Zij zit op {basisschool «Zwelm}.",
    'Zij zit op {basisschool "Zwelm}".',
    "Zij zit op {basisschool “Zwelm}”.",
    "Zij zit op {basisschool ‘Zwelm}’.",
    "Zij zit op {basisschool „Zwelm}”.",
    "Zij zit op {basisschool 'Zwelm}'.",
    "Zij zit op {basisschool\xa0Zwelm}.",
    "Zij zit op basisschool; Zwelm komt.",
    "Zij zit op basisschool",
    "Zij zit op {school speciaal Zwelm}.",
    "Zij zit op school, {speciaal Zwelm}.",
    "Zij zit op grote {basisschool Zwelm}.",
    "Zij zit op {het Wantijlyceum}.",
    "Zij zit op het, {Wantijlyceum}.",
)
def test_a_name_after_its_kind(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "Daar werkt {Mondzorg Nederland} nu.",
    "Mondzorg Nederland werkt daar.",
    "Daar werkt mondzorg Nederland nu.",
    "Daar werkt Thuiszorg Nederland nu.",
    "Daar werkt de stichting Nederland nu.",
    'Zij zit op {basisschool "vlinder}" nu.',
    "Zij zit op {basisschool “vlinder}” nu.",
    "Zij zit op {school ‘vlinder}’ nu.",
    "Zij zit op {school 'vlinder}' nu.",
    'Zij zit op {school „vlinder}" nu.',
    'Zij zei op school "ja" nu.',
    "De school 'vlinder is.",
    'De school "ja".',
    'De school "ja',
)
def test_kinds_in_names_and_names_between_quotes(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "Ik zit bij {ZQRT} nu.",
    "De hulp van {ZQRT} nu.",
    "Hulp door {ZQRT} nu.",
    "Hulp via {ZQRT} nu.",
    "Hulp op {ZQRT} nu.",
    "Hulp naar {ZQRT} nu.",
    "Hulp ging {de ZQRT} nu.",
    "Hulp met ZQRT nu.",
    "ZQRT hielp.",
    "Van {ZQRT} kwam hulp.",
    "Hulp bij, ZQRT hielp.",
    "Hulp bij ZQ nu.",
    "Hulp bij {ZQR} nu.",
    "Hulp bij {ZQRTVW} nu.",
    "Hulp bij KLAPPPP nu.",
    "Hulp bij APP nu.",
    "Hulp bij JAN nu.",
    "Hulp bij UWV nu.",
    "Hulp bij {JAN Plus} nu.",
    "Hulp bij {APP Plus} nu.",
)
def test_abbreviations_that_no_list_knows(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "{Zwelm Kwakel BV} belde.",
    "{Zwelm bv} belde.",
    "{Zwelm vof} belde.",
    "{Zwelm nv} belde.",
    "{Zwelm Holding} belde.",
    "{Zwelm College} belde.",
    "{Zwelm & Kwakel} belde.",
    "{Zwelm + Kwakel} belde.",
    "Zwelm Brolt belde.",
    "Zwelm. Brolt belde.",
    "Grote Kerk is open.",
    "Oude School is weg.",
    "Dordtse Jeugdzorg is duur.",
    "Holding is duur.",
    "College is duur.",
    "Daar zit {Wantijlyceum} al.",
    "Wantijlyceum belde.",
    "Wij kozen {Zwelm} basisschool.",
    "Wij kozen Zwelm, basisschool.",
    "Wij kozen Zwelmse basisschool.",
    "Wij kozen Montessori school.",
    "Wij kozen {De Zwelm}.",
    "Wij kozen {Het Zwelm}.",
    "Wij belden De Koning.",
    "Wij belden De Poolse.",
    "Wij belden De.",
)
def test_names_that_hold_or_precede_their_kind(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "Zij zit in {Zwelm} nu.",
    "Zij ging naar {Zwelm} nu.",
    "Zij belt vanuit {Zwelm} nu.",
    "Zij zit in, Zwelm belt.",
    "Zij zit in Zwelmstraat nu.",
    "Zij loopt naar Zwijndrecht nu.",
    "Zij zit bij {de Zwelm} nu.",
    "Zij zag {de Zwelm} nu.",
    "Zij zag {het Zwelm} nu.",
    "Zij zag {'t Zwelm} nu.",
    "Zij zag de Zwelmstraat nu.",
    "Zij zag de, Zwelm belt.",
    "Zij zag {de Regenboog} nu.",
    "Zij zit bij {de Regenboog} nu.",
    "Zij zag de Moeder nu.",
    "Zij zag de Burgemeester nu.",
    "Zij zag de Poolse nu.",
    "Zij komt uit {Nieuw Begin} nu.",
    "Zij zit in {Nieuw Begin} nu.",
    "Hulp van {Nieuw Begin} nu.",
    "Zij ging naar {Nieuw Begin} nu.",
    "Zij zit bij {Nieuw Begin} nu.",
    "Zij droomt over Nieuw Begin nu.",
    "Hulp van Nieuw nu.",
    "Hulp van, Nieuw Begin nu.",
    "Hulp van Zwelm Brolt nu.",
    "Zij zit bij {Zwelm} nu.",
    "Zij zit op {Zwelm} nu.",
    "Zij zit op Zwelmstraat nu.",
    'Zij zit op "Zwelm" nu.',
    "Hulp via {Zwelm} nu.",
    "Hulp via, Zwelm nu.",
    "Hulp via Zwelmstraat nu.",
    "Hulp met Zwelm nu.",
    "Hulp met {BuurtZwelm} nu.",
    "Hulp met Buurt-Zwelm nu.",
    "BuurtZwelm hielp.",
    "Hulp met {Regenboog} nu.",
    "Hulp met Regenboog: nu.",
    "Hulp met {Regenboog}",
    "Hulp met Zwelm12 nu.",
    "Hulp bij Zw nu.",
    "Hulp bij Zwelm12 nu.",
)
def test_capitals_that_nothing_else_explains(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "Dat is van Het Nederlandse Land.",
    "Hij zit in Het Nederlandse Land.",
    "Hij zit bij Het Nederlandse Land.",
    "Hij zit op Het Nederlandse Land.",
    "Hij wil naar Het Nederlandse Land.",
)
def test_a_people_or_country_is_no_organisation(row: str) -> None:
    assert institutions(plain(row)) == row


def test_persons_in_the_name_of_an_organisation() -> None:
    assert institutions("Hij werkt voor Van Vliet Techniek.", ["Van Vliet"]) == (
        "Hij werkt voor {Van Vliet Techniek}."
    )
    assert institutions("Hij koos De Wit.", ["De Wit"]) == "Hij koos De Wit."
    assert institutions("Hij werkt voor Jan Vliet.", ["Jan Vliet"]) == "Hij werkt voor Jan Vliet."
    assert institutions("Hij gaat naar het Jan Vliet.", ["Jan Vliet"]) == "Hij gaat naar {het Jan Vliet}."
    assert institutions("Hij gaat naar 't Jan Vliet.", ["Jan Vliet"]) == "Hij gaat naar {'t Jan Vliet}."
    assert institutions("Hij gaat naar de Jan Vliet.", ["Jan Vliet"]) == "Hij gaat naar de Jan Vliet."
    assert institutions("Hij gaat naar het, Jan Vliet.", ["Jan Vliet"]) == "Hij gaat naar het, Jan Vliet."
    assert institutions("Hij zei het Jan Vliet.", ["Jan Vliet"]) == "Hij zei het Jan Vliet."
    assert institutions("Hij gaat naar het Vliet.", ["Vliet"]) == "Hij gaat naar het Vliet."


def test_a_name_found_once_is_found_again() -> None:
    row = "Zij zit op {basisschool Zwelm}. {Zwelm} is fijn, {zwelm} ook."
    assert institutions(plain(row)) == row
    row = "Zij zit op {basisschool Zwe}. Zwe is fijn."
    assert institutions(plain(row)) == row
    row = "Zij zit op {basisschool Regenboog}. {Regenboog} is fijn, een regenboog ook."
    assert institutions(plain(row)) == row
    row = "Zij zit op {basisschool Cassandra}. Cassandra is lief."
    assert institutions(plain(row)) == row
    row = "Zij zit op {basisschool Abbing}. Abbing is lief."
    assert institutions(plain(row)) == row
    row = "Zij zit op {basisschool Zwijndrecht}. Zwijndrecht is fijn."
    assert institutions(plain(row)) == row
    row = "Zij zit op {Zwelm Wantijlyceum}. {Zwelm} is fijn."
    assert institutions(plain(row)) == row
    row = "Zij zit op {basisschool Groen}. Groen is fijn."
    assert institutions(plain(row)) == row
    row = "Zij zit op {basisschool Zwelmdrecht}, ver van Zwijndrecht."
    assert institutions(plain(row)) == row


def test_institutions_of_the_project() -> None:
    extra = Lists(institutions=frozenset({"Zorg en Zo", " ", "Kei (oost) "}))
    row = "Ik ging van {zorg en zo} naar {kei (Oost)} en niet naar Zorg en Zorgen."
    assert institutions(plain(row), extra=extra) == row
