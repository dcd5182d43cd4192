"""Names by themselves: {found} when listed or when a capital needs a reason, left alone when it is a word."""

from __future__ import annotations

from tests.stories.marks import persons, plain, table
from toolkit.stories.lexicon import Lists


def test_names_of_the_project() -> None:
    extra = Lists(names=frozenset({"Kwirk van der Brolt", "J Regenboog"}))
    row = "Gisteren zag {brolt} de {Regenboog} en een regenboog of J hier."
    assert persons(plain(row), extra=extra) == row
    row = "{Brolt} kwam van der week."
    assert persons(plain(row), extra=extra) == row


def test_what_was_found_before_is_no_person() -> None:
    assert persons("Ik zag Fatima staan.", ["Fatima"]) == "Ik zag Fatima staan."
    assert persons("Ik zag Fatima Idrissi.", ["Idrissi"]) == "Ik zag {Fatima} Idrissi."
    assert persons("Ik zag [persoon-1] staan.") == "Ik zag [persoon-1] staan."


@table(
    "ik zag {fatima} staan",
    "ik zag {fatima-karim} staan",
    "ik zag {fatima's} fiets",
    "ik zag mo staan",
    "Ik zag {Mo} staan.",
    "ik zag {mo-jo} staan",
    "ik zag {fatima-jo} staan",
    "Ik zag {Fatima-Regenboog} staan.",
    "ik zag fatima-regenboog staan",
    "ik zag {abigail} staan",
    "ik zag {abigail-adolph} staan",
    "ik zag abigail-adje staan",
    "ik zag {achmed} staan",
    "ik zag ava staan",
    "ik zag {philippine} staan",
    "ik loop in philippine rond",
    "ik kom van philippine vandaan",
    "ik kom vanuit philippine vandaan",
    "ik ging naar philippine toe",
    "ik kom uit philippine vandaan",
    "ik loop te philippine rond",
    "ik loop op philippine rond",
    "ik zag een beatrix staan",
    "ik zag ACHMED staan",
    "ik zag {FATIMA} staan",
    "ik zag abbing staan",
    "ik zag Fatima12 staan",
)
def test_first_names_without_a_capital(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "{Achmed} kwam.",
    "{Ava} kwam.",
    "Zo kwam {Ava} hier.",
    "Zo kwam {Philippine} hier.",
    "Dat komt uit Philippine.",
    "Dat ligt in Philippine.",
    "Dat gaat naar Philippine.",
    "Dat ligt te Philippine.",
    "Dat ligt op Philippine.",
    "Dat komt van {Philippine}.",
    "Zo kwam {Abbing} hier.",
    "Zo kwam {Cox} hier.",
    "{Abbing} kwam.",
    "Cox kwam.",
    "Zo kwam Asch hier.",
    "Zo ging het met {Abbing-Burgering} hier.",
    "{Abbing-Burgering} kwam.",
    "Het komt uit {Abbing}.",
    "Het komt uit {Achmed}.",
    "{Philippine} is mooi.",
    "Asch is mooi.",
)
def test_names_in_lists_and_towns_with_that_name(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "Ik ging met {bas} mee.",
    "Het werd door {merel} gedaan.",
    "Ik ging met, bas riep.",
    "Ik zag bas staan.",
    "Ik speel bas, zei hij.",
    "{Roos} van het wijkteam belde.",
    "{Roos} van de thuiszorg belde.",
    "{Roos} van het jeugdteam belde.",
    "{Roos} van de gezinshulp belde.",
    "{Roos} van het jongerenwerk belde.",
    "{Roos} van de poetszorg belde.",
    "{Roos} van het kookteam belde.",
    "{Roos} van het klusjeswerk belde.",
    "{Roos} van klusjeswerk belde.",
    "Roos van papier is mooi.",
    "Roos van de bloemist is mooi.",
    "{Roos}, van het wijkteam.",
    "{Roos} luistert goed.",
    "{Roos} komt zo.",
    "Roos en tulp zijn mooi.",
    "{Roos} is mooi.",
    "Roos, komt zo.",
    "{Linde} belt zo.",
    "{Elke} belde zo.",
    "Elke komt zo.",
    "Bloem komt zo.",
    "{Victor} vertelde het.",
    'Zo. "Elke belde niet.',
    "Zo.\n{Elke} belde weer.",
    "Zo! {Elke} belde weer.",
    "Zo? {Elke} belde weer.",
    "Zo: Elke belde weer.",
    "Water komt zo.",
    "Anker zei niets.",
)
def test_names_that_are_words(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "{Zwelgje} kwam langs.",
    "Zwe kwam langs.",
    "{Zwij} kwam langs.",
    "ZWelgje kwam langs.",
    "Zwelgstraat is leeg.",
    "Zwelgaanse is leeg.",
    "Regenboog is leeg.",
    "Sterrenburg is leeg.",
    "Dit is onze {Roos} weer.",
    "Dit is ons {Merel} weer.",
    "Dit is onze Abbe weer.",
    "Dit is een Roos weer.",
    "Dit is het Zwelgje weer.",
    "Dit is Z weer.",
    "Dit heet nu {Roos} weer.",
    "Dit ken ik van {Bakker} weer.",
    "Dit is nu Klaar weer.",
    "Dit is nu {Cassandra} weer.",
    "Dit is nu {Ballast} weer.",
    "Dit is nu Hamer weer.",
    "Dit is nu Regenboog weer.",
    "Dit is nu Zwelgse weer.",
    "Dit is nu {Zwelgje} weer.",
    "Dit is nu {Zwelg-Brolt} weer.",
    "Dit is nu {Zwelg'Brolt} weer.",
    "Dit is nu ZwelgBrolt weer.",
    "Dit is nu Zwelgstraat weer.",
    "Dit is nu in Zwelgje weer.",
    "Dit is nu naar Zwelgje weer.",
    "Dit is nu uit Zwelgje weer.",
    "Dit is nu te Zwelgje weer.",
    "Dit is nu op Zwelgje weer.",
    "Dit is nu bij Zwelgje weer.",
    "Dit is nu via Zwelgje weer.",
    "Dit is nu door {Zwelgje} weer.",
)
def test_capitals_that_need_a_reason(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "Ik zag {bas} en {ingrid} staan.",
    "Ik zag {ingrid} en {bas} staan.",
    "Ik zag {ingrid}, {bas} en {roos} staan.",
    "Ik zag {bas}, {ingrid} staan.",
    "Ik zag {ingrid}, {bas} staan.",
    "Ik zag {ingrid} & {bas} staan.",
    "Ik zag {ingrid} + {bas} staan.",
    "Ik zag {bas} & {ingrid} staan.",
    "Ik zag {bas} + {ingrid} staan.",
    "Ik zag {ingrid} of bas staan.",
    "Ik zag {ingrid} / bas staan.",
    "Ik zag {ingrid} en de bas staan.",
    "Ik zag {ingrid}, de bas staan.",
    "Ik zag de bas en {ingrid} staan.",
    "Ik zag bas met {ingrid} staan.",
    "Ik, {Fatima}, zag daar bas staan.",
    "{Fatima} zag daar bas staan.",
    "Wij, {roos}, komen.",
    "Wij, roos komen.",
    "Wij roos, komen.",
    "{Ingrid} en {bas}",
    "{bas} en {ingrid}",
    "Ik zag de bas",
)
def test_small_names_beside_names(row: str) -> None:
    assert persons(plain(row)) == row


@table(
    "Ik zag {Van Es} staan.",
    "Ik zag {El Yakoubi} staan.",
    "Ik zag {Van der Storm} staan.",
    "Van {Brolt} kwam.",
    "Ik zag {Van Regenboog} staan.",
    "Van Regenboog kwam.",
    "Ik zag Van Zwelgstraat staan.",
    "Ik zag Van Regenboog 12 staan.",
    "Ik zag Van Regenboog  1 staan.",
    "Ik zag {Van Regenboog}, 12 staan.",
    "Ik zag van brolt staan.",
    "Ik zag Van de staan.",
    "Ik zag De Regenboog staan.",
    "Ik zag Den Regenboog staan.",
    "Ik zag {El Regenboog} staan.",
    "Ik zag {De Zomer} staan.",
    "Ik zag {De Wit} staan.",
    "Ik zag Van regenboog staan.",
    "Ik zag VAN REGENBOOG staan.",
    "Ik zag de Van Regenboog staan.",
    "Ik zag Van, Regenboog staan.",
    "Ik zag Van",
)
def test_an_infix_with_a_capital(row: str) -> None:
    assert persons(plain(row)) == row
