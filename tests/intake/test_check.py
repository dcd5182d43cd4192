"""What a check finds: known mistakes in known cells, and nothing in what is right."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from tests.intake.deliveries import HEADER, csv_file, rows, xlsx_file
from toolkit.areas import places
from toolkit.cells import looks_like_bsn
from toolkit.intake.check import Checked, Context, check_file
from toolkit.intake.findings import Finding
from toolkit.intake.forbidden import bsn_rows, name_rows
from toolkit.intake.mapping import GUESSED, match_columns
from toolkit.intake.marked import neutral, write_marked
from toolkit.intake.report import as_html, as_text
from toolkit.intake.spec import KINDS, specification
from toolkit.intake.table import Cells
from toolkit.intake.words import where

ROOT = Path(__file__).parents[2]
TRAJECTORIES = specification({"soort": "trajecten"})


def checked(path: Path, **own: object) -> Checked:
    return check_file(path, specification({"soort": "trajecten", **own}))


def found(result: Checked) -> dict[str, tuple[int, ...]]:
    return {one.message: one.rows for one in result.findings}


def test_a_delivery_that_is_right_has_no_findings(tmp_path: Path) -> None:
    result = checked(csv_file(tmp_path / "a.csv", rows(20)))
    assert result.findings == ()
    assert (result.counts.rows, result.counts.wrong) == (20, 0)


def test_the_example_deliveries_are_right_but_for_what_was_not_agreed() -> None:
    raw = ROOT / "surveys/voorbeeld-trajecten/raw"
    result = checked(raw / "drechtoever-trajecten.csv")
    assert [(one.message, one.title) for one in result.findings] == [
        ("deze kolom is niet afgesproken", "Uren per week")
    ]
    assert checked(raw / "drechtoever-trajecten.csv", weglaten=["Uren per week"]).findings == ()
    assert checked(raw / "stichting-kade-trajecten.xlsx").errors == ()


MISTAKES = [
    ("c0", "", "deze cel is leeg"),
    ("c3", "31-02-2026", "dit is geen datum die bestaat"),
    ("c4", "1-1-2026", "de startdatum ligt voor de aanmelddatum"),
    ("c5", "4-1-2026", "de einddatum ligt voor de startdatum"),
    ("c5", "", "er staat een reden van het einde, maar geen einddatum"),
    ("c6", "klaar ermee", "dit woord of deze code kennen wij niet"),
    ("c6", "", "er staat een einddatum, maar geen reden van het einde"),
    ("c7", "1,5", "dit is geen heel getal van 0 of meer"),
    ("c8", "9", "er zijn meer doelen behaald dan gesteld"),
    ("c2", "", "deze cel is leeg"),
]


@pytest.mark.parametrize(("column", "cell", "message"), MISTAKES)
def test_a_mistake_is_found_where_it_stands(tmp_path: Path, column: str, cell: str, message: str) -> None:
    result = checked(csv_file(tmp_path / "a.csv", rows(6, **{column: {3: cell}})))
    assert found(result)[message] == (5,)


def test_the_same_mistake_in_many_rows_is_one_finding(tmp_path: Path) -> None:
    wrong = {number: "gestopt" if number % 4 else "klaar" for number in range(4000)}
    [one] = checked(csv_file(tmp_path / "a.csv", rows(4000, c6=wrong))).findings
    assert (one.count, one.found) == (4000, (("gestopt", 3000), ("klaar", 1000)))
    assert where(one) == "G2:G4001"
    assert "19 (volgens plan)" in one.expected


def test_words_and_codes_that_lost_their_zero_are_known(tmp_path: Path) -> None:
    words = {
        0: "Doel bereikt",
        1: "2",
        2: "CLIËNT IS GESTOPT",
        3: "19.0",
        4: "clïent gestopt",
        5: "00001955",
        6: "²",
    }
    result = checked(csv_file(tmp_path / "a.csv", rows(7, c6=words)))
    assert found(result) == {"dit woord of deze code kennen wij niet": (5, 7, 8)}


def test_areas_of_the_project_are_known_by_code_and_name(tmp_path: Path) -> None:
    import pandas as pd

    known = places(pd.DataFrame({"gebied": ["WK050507"], "naam": ["Wielwijk"]}), {})
    path = csv_file(tmp_path / "a.csv", rows(3, c2={0: "wielwijk", 1: "WK999999", 2: "BU05050701"}))
    result = check_file(path, TRAJECTORIES, Context(places=known))
    assert found(result) == {"dit is geen gebied dat wij kennen": (3,)}


# --- Columns ----------------------------------------------------------------------------------------


def test_columns_are_guessed_when_no_name_fits() -> None:
    columns = match_columns(["CLIENT NR.", "Startdatums", "Iets anders"], TRAJECTORIES)
    assert {match.name: (match.place, match.how) for match in columns.matches} == {
        "client": (0, "naam"),
        "start": (1, GUESSED),
    }
    assert columns.unknown == (2,)
    again = match_columns(["Nummer", "Begin hulp"], TRAJECTORIES, {"client": "nummer", "start": "Begin hulp"})
    assert again.places == {"client": 0, "start": 1}
    assert again.guessed == ()


def test_a_missing_column_and_a_double_name_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Cliëntnr;Wijk;Wijk\nK1;WK050507;WK050507\n", encoding="utf-8")
    messages = [one.message for one in checked(path).errors]
    assert "de kolom 'Startdatum' ontbreekt" in messages
    assert "de kolomnaam 'Wijk' staat er meer dan één keer" in messages


# --- What may not come in ---------------------------------------------------------------------------


def bsns(count: int) -> list[str]:
    made = [str(number) for number in range(100_000_000, 100_002_000) if looks_like_bsn(str(number))]
    return made[:count]


@pytest.mark.parametrize("column", ["c0", "c1"])
def test_one_bsn_refuses_the_whole_delivery_and_is_not_repeated(tmp_path: Path, column: str) -> None:
    number = bsns(1)[0]
    result = checked(csv_file(tmp_path / "a.csv", rows(5, **{column: {2: number}})))
    assert result.forbidden and not result.whole
    assert [one.rows for one in result.findings if one.forbidden] == [(4,)]
    assert number not in as_text(result) and number not in as_html(result, "vandaag")


def test_bsns_are_seen_alike_in_a_small_and_a_large_file() -> None:
    import pyarrow as pa

    cells = [*bsns(40), "123456789", "K12", "", "000000000", "111.222.333", "2026-01-01", "1 2 3 4 5 6 7 8 2"]
    slow = bsn_rows(Cells(cells), "tekst")
    fast = bsn_rows(Cells(pa.chunked_array([pa.array(cells)]), arrow=True), "tekst")
    assert slow.tolist() == fast.tolist() == [looks_like_bsn(cell) for cell in cells]
    short = [
        one[1:] for one in (f"0{number}" for number in range(10_000_000, 10_001_000)) if looks_like_bsn(one)
    ]
    assert bsn_rows(Cells(short), "tekst").all()  # Excel dropped the zero of every one of them
    dates = [f"2026{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29)]
    assert not bsn_rows(Cells(dates), "tekst").any()


def test_an_agreed_column_may_hold_the_bsn(tmp_path: Path) -> None:
    body = rows(3, c0=dict(enumerate(bsns(3))))
    path = csv_file(tmp_path / "a.csv", body)
    assert checked(path).forbidden
    assert checked(path, kolom=[{"naam": "client", "bsn": True}]).findings == ()


def test_a_name_as_a_key_is_refused() -> None:
    names = ["Fatima Bouzidi", "J. de Vries", "Jansen, P.", "Willemijn"]
    keys = ["K0047", "ABXQ", "klant a", "F-12", "Noord", ""]
    assert name_rows(Cells(names)).all()
    assert not name_rows(Cells(keys)).any()


def test_columns_that_were_not_agreed_are_refused(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "a.csv", [[*row, "Jan", "x"] for row in rows(2)], [*HEADER, "Voornaam", "Kleur"]
    )
    messages = {one.title: one.message for one in checked(path).findings if one.forbidden}
    assert messages == {
        "Voornaam": "deze kolom bevat gegevens van personen die niet zijn afgesproken",
        "Kleur": "deze kolom is niet afgesproken",
    }
    assert [one.title for one in checked(path, extra="weglaten").findings] == ["Voornaam"]


# --- The report -------------------------------------------------------------------------------------


def test_terminal_text_fits_and_says_where_what_and_how(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    xlsx_file(path, {"Blad1": [["Titel"], HEADER, *rows(5, c6={1: "gestpt"}, c3={2: "31-02-2026"})]})
    text = as_text(checked(path))
    assert max(map(len, text.splitlines())) <= 80
    assert "Blad1!G4" in text and "'gestpt'" in text and "31-12-2025" in text and "Herstel" in text


def test_html_shows_what_a_delivery_holds_as_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    path = csv_file(tmp_path / "a.csv", rows(2, c6={0: hostile}), [*HEADER[:-1], '<img src="x">'])
    page = as_html(checked(path), "22 november 2026")
    assert "<script" not in page and "<img" not in page and "&lt;img" in page
    assert page.startswith("<!DOCTYPE html>") and '<html lang="nl">' in page
    assert not re.search(r"<[^>]*\b(src|href)=", page)


def test_the_marked_copy_has_the_cells_in_place_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    xlsx_file(path, {"Blad1": [["Titel"], HEADER, *rows(3, c6={1: "gestpt"}, c1={0: "=1+1"})]})
    before = path.read_bytes()
    result = checked(path)
    assert write_marked(tmp_path / "b.xlsx", result) >= 1
    assert path.read_bytes() == before
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["Blad1"]
    assert "Bedoelt" in sheet["G4"].comment.text or "kennen wij niet" in sheet["G4"].comment.text
    assert sheet["G4"].fill.start_color.rgb == "FFF8B9B3" and sheet["G3"].fill.start_color.rgb != "FFF8B9B3"
    assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_texts_that_a_spreadsheet_would_run_are_made_harmless() -> None:
    assert [neutral(text) for text in ("=1+1", "@SUM(A1)", "-1", "-", "+3,5", "-2+cmd|x", "+31612345678", "gewoon")] == [
        "'=1+1", "'@SUM(A1)", "-1", "-", "+3,5", "'-2+cmd|x", "+31612345678", "gewoon",
    ]  # fmt: skip


def test_shipped_specifications_are_valid_and_readable() -> None:
    for kind in KINDS:
        agreed = specification({"soort": kind})
        names = {column.name for column in agreed.columns}
        assert all(set(rule.columns) <= names for rule in agreed.rules), kind
        assert all(
            not one.message.endswith(".") and one.remedy.endswith((".", "?")) for one in agreed.rules
        ), kind


def test_where_names_runs_of_rows() -> None:
    one = Finding("fout", "x", "y", "a.csv", "Blad1", 2, "", (5, 6, 7, 9, 12, 14, 20, 21))
    assert where(one) == "Blad1!C5:C7, C9, C12, C14 en nog 2"
