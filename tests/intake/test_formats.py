"""Every form in which a delivery may come is read as the same table."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from tests.intake.deliveries import HEADER, ROW, csv_file, docx_bytes, rows, xlsx_file
from toolkit.errors import DataError
from toolkit.intake.check import check_file
from toolkit.intake.formats import open_delivery
from toolkit.intake.header import known_names, score_of
from toolkit.intake.interviews import tellers
from toolkit.intake.spec import specification
from toolkit.intake.table import Table, letters

TRAJECTORIES = specification({"soort": "trajecten"})
KNOWN = score_of(known_names(TRAJECTORIES))


def opened(path: Path) -> Table:
    [table] = open_delivery(path, KNOWN)
    return table


def cells(table: Table) -> list[list[str]]:
    return [list(row) for row in zip(*(column.texts() for column in table.columns), strict=True)]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_csv_of_any_separator_and_coding(tmp_path: Path, mark: str, coding: str) -> None:
    table = opened(csv_file(tmp_path / "a.csv", rows(3), mark=mark, coding=coding))
    assert table.names == tuple(HEADER)
    assert cells(table) == rows(3)
    assert table.numbers.tolist() == [2, 3, 4]


def test_csv_with_titles_empty_rows_and_text_over_lines(tmp_path: Path) -> None:
    body = rows(2)
    body[0][1] = '"Hulp; en\nmeer ""samen"""'
    path = csv_file(tmp_path / "a.csv", body, top="Trajecten 2026;;\n\n")
    path.write_bytes(path.read_bytes().replace(b"\nK002", b"\n;;;;;;;;\n\nK002"))
    table = opened(path)
    assert (table.header_row, table.numbers.tolist()) == (3, [4, 7])
    assert table.columns[1].texts()[0] == 'Hulp; en\nmeer "samen"'


def test_the_fast_and_the_careful_reader_see_the_same(tmp_path: Path) -> None:
    body = rows(4000, c5=dict.fromkeys(range(0, 4000, 3), ""))
    fast = opened(csv_file(tmp_path / "snel.csv", body))
    assert fast.columns[0].is_arrow
    quoted = [[f'"{cell}"' for cell in row] for row in body]
    slow = opened(csv_file(tmp_path / "traag.csv", quoted))
    assert not slow.columns[0].is_arrow
    assert cells(fast) == cells(slow) == body
    assert fast.numbers.tolist() == slow.numbers.tolist()


def test_a_row_that_is_too_long_is_named(tmp_path: Path) -> None:
    body = rows(3)
    body[1].append("over")
    with pytest.raises(DataError) as error:
        opened(csv_file(tmp_path / "a.csv", body))
    assert [one.row for one in error.value.problems] == [3]


def test_xlsx_as_people_make_it(tmp_path: Path) -> None:
    """Titles above the header, real dates, dates and numbers as text, merged cells, hidden rows, formulas."""
    path = tmp_path / "a.xlsx"
    day = dt.datetime(2026, 1, 5)
    body = [
        ["Trajecten van De Kade"], ["gedraaid op 3 januari"], [], HEADER,
        ["K001", "Opvoedhulp", "WK050507", "2-1-2026", day, None, "", 2, "1"],
        [None, "Dagbesteding", "WK050507", dt.datetime(2026, 1, 2), day, None, "", "3", 0],
        ["K003", "Opvoedhulp", "WK050507", "2 januari 2026", day, None, "", "=1+1", 1],
    ]  # fmt: skip
    book = xlsx_file(path, {"Toelichting": [["Wijk", "Uitleg"], ["x", "y"]], "Trajecten": body})
    sheet = book["Trajecten"]
    sheet.merge_cells("A5:A6")
    sheet.row_dimensions[6].hidden = True
    book.save(path)
    table = opened(path)
    assert (table.sheet, table.header_row, table.numbers.tolist()) == ("Trajecten", 4, [5, 6, 7])
    assert table.columns[0].texts() == ["K001", "K001", "K003"]
    assert table.columns[3].texts() == ["2-1-2026", "2026-01-02", "2 januari 2026"]
    said = {note.message: note.rows for note in table.notes}
    assert sorted(said.values()) == [(5, 6), (6,), (7,)]  # merged, hidden, formula
    checked = check_file(path, TRAJECTORIES)
    assert checked.errors == ()
    assert table.place(2, 17) == "Trajecten!C17"


def test_sheets_with_the_same_table_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    xlsx_file(path, {"Q1": [HEADER, ROW], "Uitleg": [["niets"]], "Q2": [HEADER, ["K002", *ROW[1:]]]})
    assert [table.sheet for table in open_delivery(path, KNOWN)] == ["Q1", "Q2"]


def test_ods_sav_and_json_lines(tmp_path: Path) -> None:
    frame = pd.DataFrame(rows(3), columns=HEADER)
    ods = tmp_path / "a.ods"
    ods.write_bytes(ods_bytes([HEADER, *rows(3)]))
    assert cells(opened(ods)) == rows(3)
    sav = tmp_path / "a.sav"
    pyreadstat.write_sav(
        frame.set_axis([name.replace(" ", "_").replace("ë", "e") for name in HEADER], axis=1), sav
    )
    assert cells(opened(sav)) == rows(3)
    lines = tmp_path / "a.jsonl"
    lines.write_text(
        "\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows(3)), encoding="utf-8"
    )
    assert cells(opened(lines)) == rows(3)
    lines.write_text('{"verhaal\\ud800": "half \\ud83d teken"}', encoding="ascii")
    assert cells(opened(lines)) == [["half ? teken"]]
    lines.write_text('{"a": 1}\n[1]\nniets\n', encoding="utf-8")
    with pytest.raises(DataError) as error:
        opened(lines)
    assert [one.row for one in error.value.problems] == [2, 3]


def ods_bytes(body: list[list[str]]) -> bytes:
    """An ODS as LibreOffice writes it: the rows, and a million empty ones after them."""
    from html import escape

    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in body
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Blad1">{lines}{empty}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as box:
        box.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        box.writestr("content.xml", content)
        space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        box.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}"/>')
    return buffer.getvalue()


STORIES = specification({"soort": "verhalen"})
TALK = [
    "Interviewer: Hoe ging het?",
    "R: Het ging goed.",
    "Echt goed.",
    "Interviewer: En daarna?",
    "R: Toen ook.",
]


def test_an_interview_is_the_words_of_the_teller() -> None:
    assert tellers("\n".join(TALK)) == ["Het ging goed.\nEcht goed.\nToen ook."]
    assert tellers("I: Wie?\nR1: Ik.\nR2: Ik ook.\nR1: Ja.") == ["Ik.\nJa.", "Ik ook."]
    assert tellers("Let op: dit is een verhaal.\nZonder sprekers.") == [
        "Let op: dit is een verhaal.\nZonder sprekers."
    ]


def test_a_zip_of_interviews_is_one_table_without_names(tmp_path: Path) -> None:
    path = tmp_path / "gesprekken.zip"
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("Gesprek met Fatima.docx", docx_bytes(TALK))
        box.writestr("map/verslag.txt", "Een verslag zonder sprekers.")
        box.writestr("__MACOSX/x", "rommel")
    [table] = open_delivery(path, score_of())
    assert table.names == ("nr", "verhaal")
    assert table.columns[1].texts() == [
        "Het ging goed.\nEcht goed.\nToen ook.",
        "Een verslag zonder sprekers.",
    ]
    assert check_file(path, STORIES).errors == ()


def test_a_zip_of_tables_is_read_table_by_table(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    inside = csv_file(tmp_path / "b.csv", rows(2))
    with zipfile.ZipFile(path, "w") as box:
        box.write(inside, "kwartaal 1/b.csv")
    assert [table.file for table in open_delivery(path, KNOWN)] == ["b.csv"]


def test_column_letters() -> None:
    assert [letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
