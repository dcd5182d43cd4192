"""Towns and neighbourhoods: {found} where somebody lives, left alone where somebody works, shops or waits."""

from __future__ import annotations

from tests.stories.marks import plain, residences, table
from toolkit.stories.lexicon import lexicon_with


@table(
    "Ik woon in {Wielwijk}.",
    "Ik woon in {Oud Krispijn}.",
    "Ik woon in {Land van Valk}.",
    "Ik woon in {Kop van 't Land}",
    "Ik woon in {Oud - Krispijn}.",
    "Ik woon in {Oud\xa0Krispijn}.",
    "Ik ben oud\nKrispijn is dichtbij.",
    "Ik ben oud, {Krispijn} is mijn thuis.",
    "Ik woon in {Wielwijk}, {Sterrenburg} of daaromtrent.",
    "De bus rijdt naar Wielwijk, Sterrenburg en terug.",
    "Ik woon in {Wielwijk}. Sterrenburg zie ik nooit.",
    "wij wonen in {oud krispijn}",
    "ik woon in {gorinchem}",
    "wij helpen mensen uit doorsnee gezinnen",
    "IK WOON AL JAREN MET PLEZIER IN {GOOR} EN IK BLIJF",
    "ik woon in [plaats-1] met plezier",
    "Ik kom uit {Capelle aan den IJssel}.",
    "Ik woon in {New York}.",
    "Ik woon in Nederland.",
    "Ik woon in {Ede}.",
)
def test_towns_and_neighbourhoods_in_lists(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "ik woon op {de staart}",
    "ik woon op {lijnbaan}",
    "ik woon in {binnenstad}",
    "ik ben verhuisd naar {lijnbaan}",
    "wij wonen in het {baanhoek}",
    "ik woon al jaren fijn in de {binnenstad}",
    "waar ik woon rijdt elke dag iemand naar de binnenstad",
    "ik woon bij lijnbaan",
    "Ik woon op {de Staart}.",
    "ik woon in {krispijn}",
    "IK WOON AL JAREN MET PLEZIER IN DE {BINNENSTAD} EN IK BLIJF",
)
def test_a_neighbourhood_that_is_an_ordinary_word_needs_a_capital_or_a_home(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Ik woon in {Kwakelbeek}.",
    "Ik woon in {Kwakel Beek}.",
    "Ik woon te {Kwakelbeek}.",
    "Ik woon in {De Kwakelbeek}.",
    "Ik woon in {Het Kwakelbeek}.",
    "Ik verhuisde laatst naar {Kwakelbeek}.",
    "Ik woon in de {Kwakelbeek}.",
    "Ik woon bij Kwakelbeek.",
    "Waar ik woon gaat niemand naar Kwakelhal.",
    "Woon in {Kwakelbeek}.",
    "Ik woon in {Kwa}.",
    "Ik woon in NL.",
    "Ik woon in kwakelbeek.",
    "Ik woon in. Kwakelbeek is ver.",
    "In de Kwakelbeek woon ik.",
    "Ik werk in Kwakelbeek.",
    "Wij wonen in {Aleppo}.",
)
def test_a_town_that_no_list_knows_needs_a_verb_of_living_right_before(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Mijn adres is 3312 AB {Dordrecht}",
    "Mijn adres is 3312ab te {Dordrecht}",
    "Mijn adres is [postcode], {Dordrecht}",
    "Mijn adres is [postcode-2] {Dordrecht}",
    "Hij zit op Palingpad 12, {Dordrecht}",
    "Hij zit op Palingpad 12b te {Dordrecht}",
    "Hij zit op [adres] in {Dordrecht}",
    "Hij zit op [adres-1] op {de Staart}",
    "[persoon-1], {Zwijndrecht}",
    "[persoon-1] (uit {Zwijndrecht}) belde.",
    "[persoon-1] uit {de Staart} belde.",
    "Woonplaats: {Zwijndrecht}",
    "wijk: {Wielwijk}",
    "[leeftijd], {Wielwijk}",
    "Wonend jaren: {Wielwijk}",
    "Al tien jaar {Wielwijk} en tevreden.",
    "{Wielwijk}, 3 april",
    "{Wielwijk}, den 3 april",
    "Nee\n{Wielwijk}, [datum-1]",
    "Nee Wielwijk, 3 april",
    "Wielwijk, maar dan anders",
)
def test_places_after_a_label_an_address_or_at_the_head_of_a_letter(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "mijn wijk, {Crabbehof}, is groen",
    "Wij op {Sterrenburg} wachten.",
    "Bij ons ({De Staart}) is het rustig.",
    "Onze buurt heet {Wielwijk}.",
    "Hier in {Wielwijk} is het stil.",
    "Hier op {Sterrenburg} is het stil.",
    "Hier ook in {Wielwijk} is het stil.",
    "Hier wandelt men graag in Wielwijk.",
    "{Wielwijk}, waar ik woon, is mooi.",
    "{Wielwijk} waar wij wonen is mooi.",
    "{Wielwijk} waar we al leef is mooi.",
    "{Wielwijk} waar ik geboren ben is mooi.",
    "Wielwijk waar ik fiets is mooi.",
    "Wielwijk waar hij liep is mooi.",
    "Wielwijk waar.",
    "{Wielwijk} woon ik fijn.",
    "{Wielwijk} woon je fijn.",
    "Wielwijk woon hij fijn.",
    "In {Wielwijk} had ik het fijn.",
    "Op {Sterrenburg} kochten wij iets.",
    "Te {Zwijndrecht} stond mijn wieg.",
    "Hier in {Wielwijk} zit ik.",
    "Hier op {Sterrenburg} zaten we.",
    "In {de Staart} had ik het fijn.",
    "In {Wielwijk} hebben onze mensen rust.",
    "In {Wielwijk} heb me daar rust.",
    "In {Wielwijk} heb mn rust.",
    "In {Wielwijk} voel m'n hart rust.",
    "In {Wielwijk} groeide ons vertrouwen.",
    "In Wielwijk had men het fijn.",
    "In Wielwijk fietsen wij.",
    "Naar Wielwijk had ik zin.",
    "In Wielwijk.",
    "{Wielwijk} is mijn thuis.",
    "{Wielwijk} is mijn wijk.",
    "{Wielwijk} is onze buurt.",
    "{Wielwijk} is ons dorp.",
    "{Wielwijk} blijft mijn plek.",
    "Wielwijk is mijn zorg.",
    "Wielwijk is een plek.",
)
def test_places_that_are_called_somebodys_own(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Ik woon {Wielwijk}.",
    "Zij woont {Wielwijk}.",
    "Ik ben woonachtig {Wielwijk}.",
    "Wonende {Wielwijk} en boos.",
    "Wij wonend {Wielwijk}.",
    "Mijn woonplaats {Wielwijk} is groen.",
    "Wij wonen in {Wielwijk} en {Sterrenburg}.",
    "Wij wonen in {Wielwijk} of {Sterrenburg}.",
    "Wij wonen tussen {Wielwijk} en {Sterrenburg}.",
    "De bus rijdt tussen Wielwijk en Sterrenburg.",
    "Zij wonen hier, het wijkteam en Sterrenburg belden.",
    "Wij wonen hier en het wijkteam van de stad en {Sterrenburg}.",
    "{Wielwijk} slaap ik nog.",
    "{Wielwijk} wonen wij nu.",
    "Die mensen daar, {Wielwijk} woont dus we.",
    "Wielwijk wonen zij nu.",
    "Wielwijk fietsen wij nu.",
    "{Wielwijk} aan de rivier woon ik.",
    "Wielwijk aan de brede rivier woon ik.",
    "Wielwijk aan de rivier woon ook ik.",
    "Ik ga naar school in Wielwijk.",
    "Het wijkteam in Wielwijk belt, wij wonen ver.",
    "Wij wonen bij de bibliotheek in Wielwijk.",
    "Mijn collega uit {Wielwijk} belde.",
    "De collega's uit {Wielwijk} belden.",
    "De gemeente zelf uit {Wielwijk} belde.",
    "De gemeente uit Wielwijk belde.",
    "De gemeente zelf in Wielwijk belde.",
    "De gemeente vanuit Wielwijk belde.",
    "Ik kom uut {Wielwijk}.",
    "Ik kom ut {Wielwijk}.",
    "Ik kom út {Wielwijk}.",
    "Men reist vanuit {Wielwijk}.",
    "Men reist vanaf {Wielwijk}.",
    "Zij wonen aan {Wielwijk}.",
    "Men wandelt aan Wielwijk.",
)
def test_words_right_before_the_place(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Wij wonen het liefst van al op {Sterrenburg}.",
    "Op {Sterrenburg} is nooit iemand die daar woont.",
    "Ze zijn van {Wielwijk} hierheen gegaan.",
    "Ze zijn naar {Wielwijk} verhuisd.",
    "Ze zijn in {Wielwijk} opgegroeid.",
    "Men is op Sterrenburg ingetrokken.",
    "De bewoners van {Wielwijk} klagen.",
    "De ouders van {Wielwijk} klagen.",
    "De jongens van {Wielwijk} klagen.",
    "De meiden van {Wielwijk} klagen.",
    "Wij van {Wielwijk} klagen.",
    "De mensen van {Wielwijk} klagen.",
    "De mevrouw van Wielwijk belt.",
    "De dame van Wielwijk belt.",
    "Het plan van Wielwijk is klaar.",
    "Ik ben van {Wielwijk}.",
    "Ik kom van {Wielwijk}.",
    "Zij komt van {Wielwijk}.",
    "Zij komen van {Wielwijk}.",
    "Hij kwam van {Wielwijk}.",
    "Zij kwamen van {Wielwijk}.",
    "Ik ben eigenlijk van {Wielwijk}.",
    "Ik ben nu eenmaal van Wielwijk.",
    "Zij ging terug naar {Wielwijk}.",
    "Zij ging terug met lijn drie naar Wielwijk.",
    "Zij ging graag naar Wielwijk.",
    "Wij in {Wielwijk} klagen.",
    "Ik in {Wielwijk} klaag.",
    "Nu in {Wielwijk}.",
    "Eerst in {Wielwijk}, later weg.",
    "Vroeger op {Sterrenburg}, later weg.",
    "Tegenwoordig in {Wielwijk}.",
    "Vergadering was eerst in Wielwijk.",
    "Men zit nu in {Wielwijk}.",
    "Men leeft daar op {Sterrenburg}.",
    "Men zit dus in {Wielwijk}.",
    "Men leeft daar graag dicht in {Wielwijk}.",
    "Het kantoor zit dus in Wielwijk.",
    "Men zit dus aan Wielwijk.",
    "Een zoon in {Wielwijk} helpt.",
    "Een zoon ergens in {Wielwijk} helpt.",
    "Een zoon heel ver in {Wielwijk} helpt.",
    "Daar zit Fatima in {Wielwijk}.",
    "Dit is Fatima in {Wielwijk}.",
    "Dit is [persoon-1] in {Wielwijk}.",
    "Dit is Kei in Wielwijk.",
    "Die flat in {Wielwijk} lekt.",
    "Die flat ergens op {Sterrenburg} lekt.",
    "Die flat daar ergens in {Wielwijk} lekt.",
    "Die flat is nu ergens in Wielwijk.",
    "Het lekt bij ons in {Wielwijk}.",
    "Het lekt bij mij in {Wielwijk}.",
    "Het lekt bij haar op {Sterrenburg}.",
    "Het lekt bij hem in {Wielwijk}.",
    "Het lekt bij iets in Wielwijk.",
    "Het lekt te {Zwijndrecht}.",
    "De gemeente bouwt te Zwijndrecht.",
    "Het lekt in Wielwijk.",
)
def test_what_says_that_somebody_lives_there(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Zij staat in {Wielwijk} stil.",
    "In {Wielwijk} lekt haar dak.",
    "Daar op {Sterrenburg} lekt haar dak.",
    "Zij lacht te {Zwijndrecht}.",
    "Haar dak lekt aan Wielwijk.",
    "In Wielwijk zag zij het loket.",
    "In Wielwijk reed zij hard.",
    "In Dordrecht lekt haar dak.",
    "In {Wielwijk} is haar buurt stil.",
    "In {Wielwijk} is haar wijk stil.",
    "In {Wielwijk} lekt het bij haar.",
    "In Wielwijk lekt het dak bij haar.",
    "In Wielwijk is het dak stuk.",
)
def test_a_sentence_about_somebody_and_no_counter_trip_or_job(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Ik woon fijn! De bus stopt in Wielwijk.",
    "Ik woon fijn? De bus stopt in Wielwijk.",
    "Ik woon fijn; de bus stopt in Wielwijk.",
    "Ik woon fijn: de bus stopt in Wielwijk.",
    "Ik woon fijn\nde bus stopt in Wielwijk.",
    "Ik woon fijn. De bus stopt in Wielwijk.",
    "Ik woon bijv. in {Wielwijk}.",
    "Ik woon fijn, zeg ik, in {Wielwijk}.",
    "Wij wonen met zeven mensen op een kluitje tussen de rails en {Sterrenburg}.",
    "Wij wonen met zeven andere mensen op een kluitje tussen de rails en {Sterrenburg}.",
    "Wij wonen nu met zeven andere mensen op een kluitje tussen de rails en Sterrenburg.",
    "Wij wonen met zeven mensen op een kluitje tussen ons in {Wielwijk}.",
    "Wonen doet men nu met zeven andere mensen op een kluitje in Wielwijk.",
)
def test_only_words_of_the_same_sentence_and_near_count(row: str) -> None:
    assert residences(plain(row)) == row


@table(
    "Zij kwam uit {Zwettemeer}.",
    "Het wijkteam Kwakelkade belde.",
    "ik woon op de {kwakelkade}",
)
def test_neighbourhoods_of_the_project(row: str) -> None:
    assert residences(plain(row), lexicon_with(frozenset({"Kwakelkade/Zwettemeer"}))) == row
