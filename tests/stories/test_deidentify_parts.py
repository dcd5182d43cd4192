"""The parts of de-identification by themselves: every branch with an answer that a reader can check."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import DataError
from toolkit.stories.addresses import find_addresses
from toolkit.stories.ages import find_ages
from toolkit.stories.coarsen import coarse_age, coarse_date
from toolkit.stories.corrections import (
    apply_corrections,
    corrections_for,
    merge_corrections,
    read_corrections,
    write_corrections,
)
from toolkit.stories.dates import find_dates, is_numeric_date
from toolkit.stories.deidentify import Deidentified, Lists, deidentify, find_mentions, spans_table
from toolkit.stories.lexicon import Correction, lexicon
from toolkit.stories.mentions import Mention, capital_run, occupied, words_of
from toolkit.stories.people import bare, person_key, pet_positions, same_person


@pytest.mark.parametrize(
    ("text", "month", "year"),
    [
        ("3 april 2025", "april 2025", "2025"),
        ("3 april", "april", ""),
        ("3 mrt '24", "maart 2024", "2024"),
        ("3 mrt ’40", "maart 2040", "2040"),
        ("3 mrt '41", "maart 1941", "1941"),
        ("3 ocktober 1999", "oktober 1999", "1999"),
        ("3 oct 1999", "oktober 1999", "1999"),
        ("1 agustus", "augustus", ""),
        ("2 desember 2001", "december 2001", "2001"),
        ("4 setember 2001", "september 2001", "2001"),
        ("31-12-2024", "december 2024", "2024"),
        ("1-1-24", "januari 2024", "2024"),
        ("1/12/85", "december 1985", "1985"),
        ("13/5", "mei", ""),
        ("2024-05-13", "mei 2024", "2024"),
        ("13-13-2024", "2024", "2024"),
        ("13-0-2024", "2024", "2024"),
        ("2024", "2024", "2024"),
        ("999", "", ""),
        ("ooit", "", ""),
    ],
)
def test_what_a_date_may_still_tell(text: str, month: str, year: str) -> None:
    assert (coarse_date(text, "maand"), coarse_date(text, "jaar")) == (month, year)
    assert coarse_date(text, "weg") == ""


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("0 jaar", "0-3 jaar"),
        ("3", "0-3 jaar"),
        ("4", "4-11 jaar"),
        ("11 jaar", "4-11 jaar"),
        ("12", "12-17 jaar"),
        ("18 jaar", "18-26 jaar"),
        ("26", "18-26 jaar"),
        ("27", "27-44 jaar"),
        ("64", "45-64 jaar"),
        ("65", "65-74 jaar"),
        ("84 jaar", "75-84 jaar"),
        ("85", "85 jaar of ouder"),
        ("129", "85 jaar of ouder"),
        ("130", ""),
        ("1962", ""),
        ("'62", ""),
        ("zes weken", "0-3 jaar"),
        ("18 maanden", "0-3 jaar"),
        ("59 maanden", "4-11 jaar"),
        ("47 maanden", "0-3 jaar"),
        ("anderhalf", "0-3 jaar"),
        ("vier jaar", "4-11 jaar"),
        ("elf", "4-11 jaar"),
        ("twaalf", "12-17 jaar"),
        ("negentien", "18-26 jaar"),
        ("twintig", "18-26 jaar"),
        ("zesentwintig", "18-26 jaar"),
        ("zevenentwintig jaar", "27-44 jaar"),
        ("vijfenveertig", "45-64 jaar"),
        ("tweeëntachtig", "75-84 jaar"),
        ("vijfentachtig", "85 jaar of ouder"),
        ("honderdtwee", "85 jaar of ouder"),
        ("eenentachtigste", "75-84 jaar"),
        ("vierde", "4-11 jaar"),
        ("derde", "0-3 jaar"),
        ("achtste", "4-11 jaar"),
        ("oud", ""),
    ],
)
def test_the_band_of_an_age(text: str, band: str) -> None:
    assert coarse_age(text, "klasse") == band
    assert coarse_age(text, "weg") == ""


def found(mentions: object, text: str) -> list[str]:
    return [text[one.start : one.end] for one in sorted(mentions)]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Op 3 april 2025 viel ik.", ["3 april 2025"]),
        ("Op 1 januari gaat de wet in.", []),
        ("De wet. Op 1 januari viel ik.", ["1 januari"]),
        ("Op 1 januari viel ik! De wet ging in.", ["1 januari"]),
        ("Op 2 januari gaat de wet in.", ["2 januari"]),
        ("Op 5 mei en 5 december is het feest.", []),
        ("Op 4 mei en 6 mei kwam zij.", ["6 mei"]),
        ("Het was 31-12-2024 en 2024-12-31.", ["31-12-2024", "2024-12-31"]),
        ("Maar 3/4 deel kwam.", []),
        ("Vanaf 13/4 wel.", ["13/4"]),
        ("In april 2025 niet.", []),
        ("Zij kwam maart 3de langs.", ["maart 3de"]),
    ],
)
def test_days_and_no_months_feasts_or_laws(text: str, dates: list[str]) -> None:
    told = set(find_dates(text))
    assert {one.kind for one in told} <= {"datum"}
    assert found(told, text) == dates


def test_a_date_in_figures_and_nothing_else() -> None:
    assert is_numeric_date("31-12-2024") and is_numeric_date("2024-12-31")
    assert not is_numeric_date("op 31-12-2024") and not is_numeric_date("3 april")


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("Ik ben geboren in 1962.", ["1962"]),
        ("Zij is van '62.", ["'62"]),
        ("Jan (1962) kwam.", ["1962"]),
        ("Ik ben van 62, dus oud.", ["62"]),
        ("In 1962 geboren te Gent.", ["1962"]),
        ("Moeder van 3 en boos.", []),
        ("Mijn zoon van 12 jaar.", ["12 jaar"]),
        ("Mijn kinderen van 3, 5 en 12 jaar.", ["3", "5", "12 jaar"]),
        ("De hond is 12.", []),
        ("Ik ben 82.", ["82"]),
        ("Een 82-jarige man.", ["82-jarige"]),
    ],
)
def test_ages_and_years_of_birth(text: str, ages: list[str]) -> None:
    told = set(find_ages(text))
    assert {one.kind for one in told} <= {"leeftijd"}
    assert found(told, text) == ages


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Ik woon op Kerfdijk 12b.", ["Kerfdijk 12b"]),
        ("Ik woon aan de Lange Kerfdijk Noord 12.", ["Lange Kerfdijk Noord 12"]),
        ("Ik woon op Sinds 2019.", []),
        ("Wij van de Palingstraat zijn boos.", ["Palingstraat"]),
        ("Het loket in de Palingstraat is dicht.", []),
        ("Mijn zoon fietst door de Palingstraat.", ["Palingstraat"]),
        ("Mijn zoon belde. Er is een winkel in de Palingstraat.", []),
        ("Er is een winkel in de Palingstraat; mijn zoon werkt.", []),
        ("Op 12 van de Palingstraat.", ["12 van de Palingstraat"]),
        ("In de Palingstraat, waar ik woon, is het stil.", ["Palingstraat"]),
    ],
)
def test_streets_of_people_and_not_of_counters(text: str, addresses: list[str]) -> None:
    told = set(find_addresses(text, lexicon()))
    assert {one.kind for one in told} <= {"adres"}
    assert [one for one in addresses if one not in found(told, text)] == []
    assert bool(told) == bool(addresses)


def test_corrections_are_written_and_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    path = tmp_path / "raw" / "correcties.csv"
    assert read_corrections(path) == ()
    rows = (Correction("", "Zwelgje", "persoon"), Correction("7", "Bos; en Zn", "blijft"))
    write_corrections(rows, path)
    assert read_corrections(path) == rows
    with pytest.raises(ValueError, match="raw"):
        write_corrections(rows, tmp_path / "correcties.csv")


def test_every_wrong_row_of_the_corrections_is_told_without_its_text(tmp_path: Path) -> None:
    path = tmp_path / "correcties.csv"
    path.write_text(
        "verhaal;tekst;soort\n1;Zwelgje;persoonn\n2;Zwelgje;\n3;...;persoon\n4;[adres] Zwelgje;PERSOON\n5;Z;adres\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as error:
        read_corrections(path)
    told = [(one.file, one.row, one.column, one.message, one.sheet) for one in error.value.problems]
    assert told == [
        ("correcties.csv", 2, "soort", "soort 'persoonn' bestaat niet.", ""),
        ("correcties.csv", 3, "soort", "de soort is leeg.", ""),
        ("correcties.csv", 4, "tekst", "de tekst is leeg of staat al tussen haken.", ""),
        ("correcties.csv", 5, "tekst", "de tekst is leeg of staat al tussen haken.", ""),
    ]
    remedies = [one.remedy for one in error.value.problems]
    assert "persoon" in remedies[0] and remedies[1].startswith("Kies uit: persoon, adres,")
    assert remedies[1].endswith("nummer, blijft.") and remedies[2] == "Neem over wat er in het verhaal staat."
    assert "Zwelgje" not in str(error.value)


def test_a_missing_column_of_the_corrections_is_told(tmp_path: Path) -> None:
    path = tmp_path / "correcties.csv"
    path.write_text("verhaal;tekst\n1;Zwelgje\n", encoding="utf-8")
    with pytest.raises(DataError, match="soort"):
        read_corrections(path)


def test_corrections_of_a_story_go_first_and_longer_texts_before_shorter() -> None:
    every, own, other = (
        Correction("", "a", "persoon"),
        Correction("7", "b", "adres"),
        Correction("8", "c", "url"),
    )
    assert corrections_for([every, own, other], ["7", ""]) == [(own, every), (every,)]
    text = "De Bos en Bosbeek, bos bos en  Zn. Bos\nen Zn [persoon-1]"
    rows = [Correction("", "bos", "persoon"), Correction("", "Bos en Zn", "instelling")]
    mentions, kept = apply_corrections(text, rows)
    assert [(text[one.start : one.end], one.kind) for one in mentions] == [
        ("Bos", "persoon"),
        ("bos", "persoon"),
        ("bos en  Zn", "instelling"),
        ("Bos\nen Zn", "instelling"),
    ]
    assert kept == []
    assert apply_corrections("[persoon-1] persoon", [Correction("", "persoon", "blijft")]) == ([], [(12, 19)])
    assert apply_corrections("Jan", [Correction("", " ", "persoon")]) == ([], [])


def test_merged_corrections_are_sorted_by_story_and_text() -> None:
    rows = [Correction("2", "b", "url"), Correction("10", "Z", "url"), Correction("2", "A", "url")]
    assert merge_corrections(rows[:1], rows[1:]) == (rows[1], rows[2], rows[0])


def test_words_with_what_their_surroundings_say() -> None:
    words = words_of("Dag Jan-Piet, d'Hondt! OK nu. 12b [adres-2] z'n")
    assert [word.text for word in words] == [
        "Dag",
        "Jan-Piet",
        "d'Hondt",
        "OK",
        "nu",
        "12b",
        "[adres-2]",
        "z'n",
    ]
    assert [word.capital for word in words] == [True, True, True, True, False, False, False, False]
    assert [word.shout for word in words] == [False, False, False, True, False, False, False, False]
    assert [word.first for word in words] == [True, False, False, True, False, True, False, False]
    assert [word.gap for word in words][:4] == ["", " ", ", ", "! "]
    assert [(word.start, word.end, word.low) for word in words][1] == (4, 12, "jan-piet")


def test_capitals_mean_nothing_in_a_text_or_a_run_of_them() -> None:
    loud = words_of("IK HEB HIER AL JAREN OP GEWACHT EN NIEMAND KWAM")
    assert not any(word.capital or word.shout for word in loud)
    four = words_of("ik zei WAT EEN DAG ZEG tegen Karim en zij lachte daar heel hard om")
    assert [word.text for word in four if word.capital] == ["Karim"]
    three = words_of("ik zei WAT EEN DAG tegen Karim en zij lachte daar heel hard om")
    assert [word.text for word in three if word.capital] == ["WAT", "EEN", "DAG", "Karim"]
    assert [word.text for word in three if word.shout] == ["WAT", "EEN", "DAG"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ja. Karim", True),
        ("Ja? Karim", True),
        ("Ja; Karim", True),
        ("Ja\n- Karim", True),
        ("ja, Karim", False),
        ("mevr. Karim", False),
        ("J. Karim", False),
        ("ja.. Karim", True),
        ('ja "Karim', True),
        ("ja (Karim", True),
        ("ja-Karim", False),
        ("ja - Karim", True),
        ("ja & Karim", False),
        ("ja/Karim", False),
        ("ja) Karim", False),
    ],
)
def test_where_a_sentence_starts(text: str, first: bool) -> None:
    word = next((one for one in words_of(text) if "Karim" in one.text), None)
    assert word is not None and (word.first is first or "-K" in word.text)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Stichting De Kade hielp", "Kade"),
        ("Kade en Zonen hielp", "Zonen"),
        ("Kade & Co hielp", "Co"),
        ("Kade hielp", "Kade"),
        ("Kade. Daarna Jan", "Kade"),
        ("Kade van de Waal hielp", "Waal"),
        ("Kade bv hielp", "bv"),
        ("Kade [adres] Jan", "Kade"),
    ],
)
def test_a_run_of_capitals_ends_where_the_name_ends(text: str, last: str) -> None:
    words = words_of(text)
    assert words[capital_run(words, 0, frozenset())].text == last


def test_a_run_of_capitals_stops_at_a_word_that_stays() -> None:
    words = words_of("Kade Dordrecht hielp")
    assert capital_run(words, 0, frozenset()) == 1 and capital_run(words, 0, frozenset({1})) == 0


def test_places_inside_mentions() -> None:
    assert occupied([Mention(1, 3, "url"), Mention(5, 6, "bsn")]) == {1, 2, 5}


def test_names_that_are_one_person() -> None:
    assert same_person(("jan", "vries"), ("vries",)) and same_person(("j", "vries"), ("jan", "vries"))
    assert not same_person(("j", "vries"), ("jan",)) and not same_person(("jan",), ("vries",))
    assert same_person(("j",), ("j",)) and not same_person((), ())
    assert same_person(("vries",), ("vriess",)) and not same_person(("jo",), ("jos",))
    assert not same_person(("jan", "bos"), ("jan", "vries"))


def test_one_letter_wrong_is_one_person_only_for_long_names_that_no_list_knows() -> None:
    lex = lexicon()
    assert same_person(("abdirahman",), ("abdirahmen",), lex)
    assert same_person(("abdirahman",), ("abdirahmaan",), lex)
    assert not same_person(("abdirahman",), ("abdirahman" + "xyz",), lex)
    assert not same_person(("abdirahman",), ("obdirahmen",), lex)
    assert not same_person(("marian",), ("marjan",), lex)
    assert not same_person(("abdirahman",), ("abdirahmen",))


def test_the_parts_of_a_name_that_tell() -> None:
    lex = lexicon()
    assert person_key("Mevrouw Fatima el Idrissi", lex) == ("fatima", "idrissi")
    assert person_key("José's", lex) == ("jose",)
    assert person_key("Mevrouw", lex) == ("mevrouw",)
    assert bare("fatima's", lex) == "fatima" and bare("karims", lex) == "karim"
    assert bare("jans", lex) in ("jan", "jans") and bare("xs", lex) == "xs" and bare("tas", lex) == "tas"


@pytest.mark.parametrize(
    ("text", "pets"),
    [
        ("Onze hond Max blafte.", ["Max"]),
        ("De kat heet Minoes.", ["Minoes"]),
        ("Ja, Max de hond blafte, en Max sliep.", ["Max", "Max"]),
        ("De hond van Karim blafte.", []),
        ("De hond beet Karim.", []),
        ("Mijn hond, Max, blafte.", ["Max"]),
    ],
)
def test_names_of_pets(text: str, pets: list[str]) -> None:
    words = words_of(text)
    assert [words[position].text for position in sorted(pet_positions(words))] == pets


def test_the_result_holds_text_and_mentions_in_order() -> None:
    (one,) = deidentify(["Karim belde op 3 april en 9 mei met Joke."])
    assert one.text == "[persoon-1] belde op [datum-1] en [datum-2] met [persoon-2]."
    assert list(one.mentions) == sorted(one.mentions) and {m.kind for m in one.mentions} == {
        "persoon",
        "datum",
    }
    table = spans_table(["x"], [one])
    assert table.columns.tolist() == ["id", "start", "eind", "soort"] and len(table) == len(one.mentions)
    assert table["start"].dtype == "int64" and table["eind"].dtype == "int64"


def test_dates_and_ages_keep_what_the_lists_let_them() -> None:
    text = "Ik ben 82 en viel op 3 april 2025."
    month = deidentify([text], Lists(dates="maand", ages="klasse"))[0].text
    assert month == "Ik ben [leeftijd: 75-84 jaar] en viel op [datum: april 2025]."
    assert deidentify([text], Lists(dates="jaar"))[0].text == "Ik ben [leeftijd] en viel op [datum: 2025]."
    assert deidentify([text])[0].text == "Ik ben [leeftijd] en viel op [datum]."


def test_numbers_of_stories_and_texts_must_match() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        find_mentions(["a", "b"], ids=["1"])
    assert deidentify([]) == [] and deidentify([""]) == [Deidentified("", ())]


def test_progress_is_told_every_hundred_stories() -> None:
    told: list[str] = []
    find_mentions(["nvt"] * 150, progress=told.append)
    assert told == [
        "Woordenlijsten voor het verwijderen van namen worden geladen.",
        "Namen verwijderd uit 100 van 150 verhalen.",
    ]
