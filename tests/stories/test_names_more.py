"""Names that grow and come back: a second name, an infix, a capital before it, the same name later on."""

from __future__ import annotations

from tests.stories.marks import persons, plain, table


@table(
    "Ik zag {Zwelgje Fatima} staan.",
    "Ik zag {Regenboog Fatima} staan.",
    "Ik zag Hamer {Fatima} staan.",
    "Ik zag Mevrouw {Fatima} staan.",
    "Ik zag Zoon {Fatima} staan.",
    "Ik zag Ene {Fatima} staan.",
    "Ik zag Zwelgstraat {Fatima} staan.",
    "Ik zag REGENBOOG {Fatima} staan.",
    "Regenboog {Fatima} stond daar.",
    "Ik zag regenboog {Fatima} staan.",
    "Ik zag Regenboog {fatima} staan.",
    "Ik zag Regenboog, {Fatima} staan.",
    "Ik zag B {Fatima} staan.",
)
def test_a_capital_before_a_name(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "Ik zag {Fatima Regenboog} staan.",
    "Ik zag {Fatima} de Regenboog staan.",
    "Ik zag {Fatima de Abbing} staan.",
    "Ik zag {fatima} regenboog staan.",
    "Ik zag {fatima abbing} staan.",
    "Ik zag {fatima van der bakker} staan.",
    "Ik zag {Fatima} abbing staan.",
    "Ik zag {fatima}, abbing staan.",
    "Ik zag {fatima} in abbing staan.",
    "Ik zag {fatima} het bakker staan.",
    "Ik zag {Fatima} Mevrouw staan.",
    "Ik zag {Fatima} REGENBOOG staan.",
    "Ik zag {Fatima} uit Regenboog staan.",
    "Ik zag {Fatima} te Regenboog staan.",
    "Ik zag {Fatima} op Regenboog staan.",
    "Ik zag {Fatima} bij Regenboog staan.",
    "Ik zag {Fatima} voor Regenboog staan.",
    "Ik zag {Fatima} in Regenboog staan.",
    "Ik zag {Fatima} van Regenboog staan.",
    "Ik zag {Fatima van Abbing} staan.",
    "Ik zag {Fatima van den Regenboog} staan.",
    "Ik zag {Fatima el Regenboog} staan.",
    "Ik zag {Fatima} het Regenboog staan.",
    "Ik zag {Fatima} 't Regenboog staan.",
    "Ik zag {Fatima van Zeeland} staan.",
    "Ik zag {Fatima} van Dordrecht Sociaal staan.",
    "Ik zag {Fatima} van het Wijkteam staan.",
    "Ik zag {Fatima} aan Regenboog staan.",
    "Ik zag {Fatima aan Abbing} staan.",
    "Ik zag {Fatima} over Hamer staan.",
    "Ik zag {Fatima over Abbing} staan.",
    "Ik zag {Fatima} onder Hamer staan.",
    "Ik zag {Fatima} tot Hamer staan.",
    "Ik zag {Fatima}. Van Regenboog weet ik.",
    "Ik zag {Fatima} o Hamer staan.",
    "Ik zag mevrouw {Ben} staan.",
    "Ik zag {Fatima v. Regenboog} staan.",
    "Ik zag {Fatima}. v Regenboog staan.",
    "Ik zag {Fatima} van. Regenboog staan.",
    "Ik zag {Fatima}",
    "Ik zag {Fatima} de",
)
def test_a_surname_after_a_name(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "{Zwelgje} belde. {Zwelgje} kwam, en {zwelgje} ging.",
    "Ik zag mevrouw {Regenboog}. De Regenboog is mooi. {Regenboog} is mooi, {Regenboog} zag ik.",
    "Ik zag mevrouw {Regenboog} en een regenboog.",
    "Ik zag mevrouw {Hamer}. Hamer vier is mooi.",
    "Ik zag mevrouw {Hamer}. {Hamer} lachte hard.",
    "Ik zag mevrouw {Bakker}. {Bakker} vier is mooi.",
    "Ik zag mevrouw {Abbing}. Ik zag {Abbings} fiets.",
    "Ik zag mevrouw {Abbing} en {abbing}.",
    "Ik zag mevrouw {Hamer}. Ik zag {Hamers} fiets.",
    "Ik zag mevrouw {Hamer}. Ik zag kamers vol.",
    "Ik zag mevrouw {van der Hamer} van der week.",
)
def test_a_name_comes_back(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "Ik zag {Fatima}, {Karim} staan.",
    "Ik zag {Fatima Karim} staan.",
    "Ik zag {Fatima}. {Karim} stond.",
    "Ik zag {{C.J. Brolt}} staan.",
    "Ik zag {{J. Fatima}} staan.",
    "Ik zag {Fatima}\\n{Karim} stond.",
    "Ik zag {Fatima\\xa0Brolt} staan.",
    "{Fatima}",
)
def test_names_side_by_side(row: str) -> None:
    row = row.encode().decode("unicode_escape")
    assert persons(plain(row)) == row


@table(
    "Onze hond Fatima blaft altijd als hij {Karim} ziet.",
    "Onze hond heet Storm. Storm is lief.",
)
def test_pets_are_no_persons(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "Ik zag bij dr baan toen niets",
    "Van: zwelmig\nIk kwam.",
    "ik ben {roos}, gek dus",
    "ze noemen mij Tafel dus",
    "mijn zoon {tim} kwam",
    "Mijn zoon: {storm} kwam",
)
def test_what_a_cue_makes_a_name(row: str) -> None:
    assert persons(plain(row)) == row
