"""Organisations without a capital: {found} where a kind announces a name, not where it is only spoken of."""

from __future__ import annotations

from tests.stories.marks import institutions, plain, table


@table(
    "Hij zit op {sbo de vlinder}.",
    "Hij zit op {vso de vlinder}, zei hij.",
    "Hij zit op {bso het vlindertje} en lacht.",
    "Hij zit op {roc de vlinder} in de stad.",
    "Hij zit op {dagbesteding de vlinder} op maandag.",
    "Hij zit op {kinderopvang 't vlindertje}.",
    "Hij zit op {dagopvang de vlinder}.",
    "Hij zit op {school de vlinder}.",
    "Hij zag op school de vlinder vliegen.",
    "Hij zag op school de, vlinder.",
    "Hij zag op school de week.",
    "Hij zag op school de juf.",
    "Hij zag op school mooie vlinder.",
    "Hij zag op de school de vlinder.",
    "Hij zag op onze school de vlinder.",
    "Hij zag op school de",
)
def test_a_short_kind_with_an_article_and_a_closed_name(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "Bij {praktijk van der berg} nu.",
    "Bij {praktijk de wit} nu.",
    "Ja, bij {praktijk van der berg} nu.",
    "Bij {praktijk van der berg}, nu.",
    "Bij {praktijk vd berg} nu.",
    "Bij {praktijk v d berg} nu.",
    "Bij {praktijk van den berg} nu.",
    "Bij {praktijk d wit} nu.",
    "De {praktijk van der berg} belde.",
    "Bij praktijk van, der berg.",
    "Bij praktijk van der, berg.",
    "Bij praktijk: vlinder nu.",
    "De praktijk van fietsen is goed.",
    "De {basisschool zwelm} belde.",
    "De basisschool zwe belde.",
    "De basisschool vlinder belde.",
    "De vereniging zwelm belde.",
)
def test_surnames_and_unknown_words_after_a_kind(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "Hulp van {stichting nieuwe kans} kwam.",
    "Hulp van {stichting vlinder} kwam.",
    "Hulp van {stichting vlinder} fijn zo.",
    "Hulp van {vereniging zwelm} kwam.",
    "Hulp van vereniging vlinder kwam.",
    "Hulp van vereniging nieuwe leden kwam.",
    "Hulp van stichting elke week kwam.",
    "Hulp van {stichting nieuwe} gemeente kwam.",
    "Hulp van {stichting nieuwe} en kwam.",
    "Hulp van {stichting nieuwe} helpt.",
    "Hulp van stichting ja kwam.",
    "Hulp van stichting huur kwam.",
    "Hulp van stichting helpt.",
    "Hulp van stichting jeugd kwam.",
    "Hulp van stichting zw kwam.",
    "Hulp van {stichting zwe} kwam.",
    "Hulp van stichting 2026 kwam.",
    "Hulp van {stichting de vlinder} kwam.",
    "Hulp van {stichting het vlindertje}.",
    "Hulp van {stichting 't vlindertje}.",
    "Hulp van {stichting 'n vlindertje}.",
    "Hulp van {stichting t vlindertje}.",
    "Hulp van {stichting de kleine kapitein} kwam.",
    "Hulp van {stichting de kleine} man kwam.",
    "Hulp van {stichting de kleine}, kapitein kwam.",
    "Hulp van {stichting de kleine} zwelm kwam.",
    "Hulp van {stichting de zwelme} kapitein kwam.",
    "Hulp van {stichting de vlinder} kapitein kwam.",
    "Hulp van stichting de, vlinder kwam.",
    "Hulp van stichting de gemeente kwam.",
    "Hulp van stichting de juf kwam.",
    "Hulp van stichting de al kwam.",
    "Hulp van stichting de",
)
def test_a_kind_without_an_article_announces_a_name(row: str) -> None:
    assert institutions(plain(row)) == row


@table(
    "De bakkerij bakt brood.",
    "Een bakkerij bakt brood.",
    "Mijn bakkerij bakt brood.",
    "Zijn bakkerij bakt brood.",
    "Een goede bakkerij bakt brood.",
    "Bij {bakkerij vlinder} lag brood.",
    "De ene goede {bakkerij vlinder} bakt.",
    "Bij goede {bakkerij vlinder} lag brood.",
    "De man van {bakkerij vlinder} lacht.",
    "De, van {bakkerij vlinder} lacht.",
)
def test_a_kind_that_was_spoken_of_announces_nothing(row: str) -> None:
    assert institutions(plain(row)) == row


@table("Hulp van {stichting basisschool Zwelm} kwam.", "Hulp van {stichting kinderopvang De Zwelm} kwam.")
def test_two_kinds_before_one_name(row: str) -> None:
    assert institutions(plain(row)) == row


@table('Zij zit op {basisschool "vlinder}".', "Zij zit op {basisschool “vlinder}”")
def test_a_quoted_name_at_the_end_of_a_text(row: str) -> None:
    assert institutions(plain(row)) == row
