"""What identifies by its form: {found} with its kind, and numbers that only look like it."""

from __future__ import annotations

import pytest

from tests.stories.marks import marked, plain
from toolkit.stories.dates import find_dates
from toolkit.stories.identifiers import find_identifiers

CONTACT = [
    ("email", "Mail {jan@zwelm.nl}. Bel."),
    ("email", "Mail {jan at zwelm punt nl} even."),
    ("url", "Zie {www.zwelm.nl}."),
    ("url", "Zie {www.zwelm.nl/a}!?"),
    ("url", "Zie {https://www.zwelm.nl/a_b}_*"),
    ("url", "Zie {zwelm.nl};"),
    ("url", "Zie {www.zwelm.nl/dordrecht.nl}:"),
    ("url", "Zie {www.mijndordrecht.nl}"),
    ("url", "Zie {@zwelmpje}."),
    ("url", "Zie www.dordrecht.nl, ja"),
    ("url", "Zie https://www.dordrecht.nl/zorg, ja"),
    ("url", "Zie http://uwv.nl, ja"),
    ("url", "Zie dordrecht.nl, ja"),
    ("nummer", "Op {NL91ABNA0417164300} dus."),
    ("bsn", "Mijn bsn is {12345678} ja."),
    ("bsn", "Mijn bsn is {1234567-89} ja."),
    ("bsn", "Mijn bsn is 1234567 ja."),
    ("bsn", "Mijn bsn is 1234567890 ja."),
    ("telefoon", "Bel {0612345678} nu."),
    ("telefoon", "Bel {06-12345678} nu."),
    ("telefoon", "Bel {078-123456} nu."),
    ("telefoon", "Bel {01234567890} nu."),
    ("telefoon", "Bel 01234567 nu."),
    ("telefoon", "Bel 012345678901 nu."),
    ("telefoon", "Bel {+31612345678} nu."),
    ("telefoon", "Bel {+316123456} nu."),
    ("telefoon", "Bel {+3161234567890} nu."),
    ("telefoon", "Bel +31612345 nu."),
    ("telefoon", "Bel +31612345678901 nu."),
    ("telefoon", "Bel {0031612345678} nu."),
    ("telefoon", "Bel {(06) 12345678} nu."),
    ("telefoon", "Bel {(0031612345678} nu."),
    ("telefoon", "Bel {nul zes 12345678} nu."),
    ("telefoon", "Bel mij op {123 45 67} nu."),
]


@pytest.mark.parametrize(("kind", "row"), CONTACT)
def test_contact_details(kind: str, row: str) -> None:
    text = plain(row)
    found = {one for one in find_identifiers(text) if one.kind == kind}
    assert marked(text, found) == row


NUMBERS = [
    ("bsn", "Nummer {123456789} dus."),
    ("bsn", "Nummer {123.456.789} dus."),
    ("bsn", "Op 31-12-2024 dus."),
    ("bsn", "Op 20-12-2024 dus."),
    ("postcode", "In {3317 PX} dus."),
    ("postcode", "In {3317PX} dus."),
    ("postcode", "In {3317px} dus."),
    ("postcode", "In {3317 px} dus."),
    ("postcode", "In 2017 px dus."),
    ("postcode", "In {2017px} dus."),
    ("postcode", "In {1899 px} dus."),
    ("postcode", "In 1900 px dus."),
    ("postcode", "In 2100 px dus."),
    ("postcode", "In {2101 px} dus."),
    ("postcode", "In 3317 is dus."),
    ("postcode", "In 3317is dus."),
    ("postcode", "In 3317 IS DUS."),
    ("postcode", "In {3317 IS} dus."),
    ("postcode", "In {3317IS} dus."),
    ("postcode", "In {3317IS} DUS."),
    ("postcode", "In {3317 PX} DUS."),
    ("postcode", "In 3317 SA dus."),
    ("postcode", "In 3317 SD dus."),
    ("postcode", "In 3317 SS dus."),
    ("postcode", "Mijn postcode is {2017 px} dus."),
    ("postcode", "Mijn POSTCODE: {2017 IS} DUS."),
    ("postcode", "Mijn postcode was {3317 SS} dus."),
    ("postcode", "Mijn postcode weet ik: 2017 px dus."),
    ("nummer", "Auto {12-ABC-3} staat."),
    ("nummer", "Auto {12ABC3} staat."),
    ("nummer", "Een A12B tje."),
    ("nummer", "Een ABC123DE tje."),
    ("nummer", "Zaak {2024-ABC-123} loopt."),
    ("nummer", "De WMO2015 en COVID19 en WET2015."),
    ("nummer", "Zaak {WMO20151} loopt."),
    ("nummer", "De {WMO20151} loopt."),
    ("nummer", "De auto met {AB 12 CD} reed."),
    ("nummer", "Het kenteken is {AB12CD}, dus."),
    ("nummer", "Het kenteken is {1-ABC}, dus."),
    ("nummer", "Het kenteken A1B, kort."),
    ("nummer", "Rekeningnummer {12345} dus."),
    ("nummer", "Dossiernummer {1234}. Ja."),
    ("nummer", "Dossiernummer 123 dus."),
    ("nummer", "Dossiernummer {A12} dus."),
    ("nummer", "Dossiernummer A1 dus."),
    ("nummer", "Dossiernummer 2024 dus."),
    ("nummer", "Dossiernummer 1999 dus."),
    ("nummer", "Dossiernummer {2124} dus."),
    ("nummer", "Huisnummer 1234 dus."),
    ("nummer", "{Factuur 1234} dus."),
    ("nummer", "{FACTUUR 1234} dus."),
    ("nummer", "Factuurnummer"),
    ("nummer", "Zaak {1234567} dus."),
]


@pytest.mark.parametrize(("kind", "row"), NUMBERS)
def test_numbers(kind: str, row: str) -> None:
    text = plain(row)
    found = {one for one in find_identifiers(text) if one.kind == kind}
    assert marked(text, found) == row


@pytest.mark.parametrize(
    "row",
    [
        "{1 januari} viel ik.",
        "1 januari wet",
        "Ja! {1 januari} viel ik. De wet.",
        "De wet! Op {1 januari} viel ik.",
        "De wet? Op {1 januari} viel ik.",
        "De wet. Op {1 januari} viel ik.",
        "De wet\nOp {1 januari} viel ik.",
        "Op {1 januari} viel ik? De wet",
        "Op {1 januari} viel ik\nDe wet",
        "De wet, op 1 januari dus",
        "Ja. De wet. Op {1 januari} viel ik.",
        "Ja. Op 1 januari gaat de wet in.",
        "Wet X op 1 januari dus",
        "Op 1 januari X wet dus",
        "WET: op 1 juli dus",
        "Wet op 1 januari, 5 mei, {2 januari} dus",
        "Op {31-12-2024} en {2024-12-31} dus",
    ],
)
def test_dates_in_their_sentence(row: str) -> None:
    text = plain(row)
    assert marked(text, set(find_dates(text))) == row


def test_all_forms_are_looked_for() -> None:
    text = "Mail jan@zwelm.nl, 3317 PX, op 3 april, ik ben 82."
    assert list(dict.fromkeys(one.kind for one in find_identifiers(text))) == [
        "email",
        "postcode",
        "datum",
        "leeftijd",
    ]
