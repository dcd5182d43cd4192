"""Reading what people deliver, with files by real writers, and writing whole files."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toolkit.errors import DataError, Problem
from toolkit.files import decode, missing_columns, read_sheet, read_table, whole_file, write_csv


def delivered(folder: Path, text: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def workbook(path: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


def problem(path: Path, **options: Any) -> Problem:
    with pytest.raises(DataError) as caught:
        read_table(path, **options)
    (only,) = caught.value.problems
    assert only.remedy and only.file == path.name
    return only


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_usual_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    text = (
        separator.join(["nr", "reden"]) + "\r\n" + separator.join(["1", '"één, twee; d|rie\tvier"']) + "\r\n"
    )
    frame = read_table(delivered(tmp_path, text.encode(encoding)))
    assert frame.to_dict("index") == {2: {"nr": "1", "reden": "één, twee; d|rie\tvier"}}
    assert [str(dtype) for dtype in frame.dtypes] == ["object", "object"]


def test_row_numbers_are_those_of_excel(tmp_path: Path) -> None:
    text = 'nr,tekst\n1,"twee\nregels"\n\n2,b\n , \n3,c\n'
    frame = read_table(delivered(tmp_path, text))
    assert list(frame.index) == [2, 4, 6]
    assert frame.loc[2, "tekst"] == "twee\nregels"


def test_a_text_keeps_its_places_when_asked(tmp_path: Path) -> None:
    path = delivered(tmp_path, 'nr,tekst\n1,"  a b\n"\n')
    assert read_table(path, strip=False)["tekst"].tolist() == ["  a b\n"]
    assert read_table(path)["tekst"].tolist() == ["a b"]


def test_the_expected_names_find_header_separator_and_spelling(tmp_path: Path) -> None:
    text = "Lijst, versie 2, mei, juni, juli\n\nDatum  START;gebied;Gebied;x\n3-2-2025;a;b;c\n"
    frame = read_table(delivered(tmp_path, text), header=["Datum start", "gebied"])
    assert list(frame.columns) == ["Datum start", "gebied", "Gebied", "x"]
    assert list(frame.index) == [4]


def test_a_line_that_tells_excel_the_separator_is_no_data(tmp_path: Path) -> None:
    frame = read_table(delivered(tmp_path, "sep=|\nnr|a;b\n1|x;y\n"))
    assert frame.to_dict("index") == {2: {"nr": "1", "a;b": "x;y"}}


def test_nameless_columns_count_only_when_they_hold_something(tmp_path: Path) -> None:
    assert list(read_table(delivered(tmp_path, "a,,b,,\n1,,2,,\n")).columns) == ["a", "b"]
    assert list(read_table(delivered(tmp_path, "a,,b\n1,x,2\n")).columns) == ["a", "", "b"]


def test_a_separator_at_the_end_of_every_row_is_harmless(tmp_path: Path) -> None:
    assert read_table(delivered(tmp_path, "a;b\n1;2;\n3;4;\n"))["b"].tolist() == ["2", "4"]
    path = delivered(tmp_path, "a;b\n1;2;\n3;4\n")
    assert problem(path).row == 2


@pytest.mark.parametrize(
    ("content", "message", "row"),
    [
        (b"", "dit bestand is leeg.", None),
        (b" \r\n\r\n", "dit bestand is leeg.", None),
        (b";;\n;;\n", "er staat niets in.", None),
        (b"a,a\n1,2\n", "de kolomnaam 'a' komt twee keer voor.", 1),
        (b"a,b\n1,2,3\n4,5\n", "deze rij heeft meer cellen dan er kolommen zijn.", 2),
        (b'a,b\n1,"open\n2,x\n3,y\n', "een aanhalingsteken dat hier begint, wordt nergens gesloten.", 2),
        (b"PK\x03\x04rest", "dit is een Excel-bestand en geen CSV.", None),
        (b"a,b\n\x00,2\n", "dit is geen leesbaar tekstbestand.", None),
        (b"a,b\n\x81,2\n", "dit is geen leesbaar tekstbestand.", None),
        (b"\xff\xfea", "dit is geen leesbaar tekstbestand.", None),
    ],
)
def test_what_is_wrong_with_a_csv(tmp_path: Path, content: bytes, message: str, row: int | None) -> None:
    found = problem(delivered(tmp_path, content))
    assert (found.message, found.row) == (message, row)


def test_all_rows_that_are_too_long_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="rijen 2, 4") as caught:
        read_table(delivered(tmp_path, "a,a,b\n1,2,3,4\n1,2,3\n1,2,3,4\n"))
    assert [found.row for found in caught.value.problems] == [1, 2, 4]


def test_double_names_matter_only_when_they_are_expected(tmp_path: Path) -> None:
    path = delivered(tmp_path, "nr,x,x\n1,2,3\n")
    assert read_table(path, header=["nr"])["nr"].tolist() == ["1"]
    assert problem(path, header=["nr", "x"]).message == "de kolomnaam 'x' komt twee keer voor."


def test_a_missing_file_names_the_closest(tmp_path: Path) -> None:
    delivered(tmp_path, "a\n", "trajecten.csv")
    assert problem(tmp_path / "trajekten.csv").remedy == "Bedoelt u 'trajecten.csv'?"
    assert "de map" in problem(tmp_path / "iets-anders.xlsx").remedy


def test_cells_of_a_workbook_as_they_are_and_as_text(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 3, 1, 9, 5)
    rows = [
        ["titel"],
        [],
        ["nr", "dag", "ja?", "getal"],
        [1, dt.date(2026, 3, 1), True, 2.5],
        ["007", moment],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Blad1": rows})
    sheet = read_sheet(path, header=["nr", "dag"])
    assert (sheet.file, sheet.name, sheet.header_row) == ("a.xlsx", "Blad1", 3)
    assert sheet.cells.loc[4].tolist() == [1.0, dt.date(2026, 3, 1), True, 2.5]
    frame = read_table(path, header=["nr", "dag"])
    assert frame.loc[4].tolist() == ["1", "2026-03-01", "ja", "2.5"]
    assert frame.loc[5].tolist() == ["007", "2026-03-01 09:05:00", "", ""]


def test_hidden_rows_count_and_rows_start_where_excel_starts(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(2, 1, ["nr", "tekst"])
    sheet.write_row(3, 1, [1, "a"])
    sheet.write_row(4, 1, [2, "b"])
    sheet.set_row(3, None, None, {"hidden": True})
    book.close()
    frame = read_table(tmp_path / "a.xlsx")
    assert list(frame.index) == [4, 5] and frame["nr"].tolist() == ["1", "2"]


def test_the_sheet_with_the_expected_names_is_found(tmp_path: Path) -> None:
    table = [["nr", "tekst"], [1, "a"]]
    sheets: dict[str, list[list[Any]]] = {"Leeg": [], "Uitleg": [["lees dit"]], "Data": table, "Oud": table}
    path = workbook(tmp_path / "a.xlsx", sheets, hidden=("Oud",))
    assert read_sheet(path, header=["nr", "tekst"]).name == "Data"
    assert read_sheet(path, sheet="oud", header=["nr"]).name == "Oud"
    assert read_sheet(path).name == "Uitleg"
    assert problem(path, sheet="Dat").remedy == "Bedoelt u 'Data'?"


def test_two_sheets_that_fit_equally_well_are_not_guessed_between(tmp_path: Path) -> None:
    table = [["nr", "tekst"], [1, "a"]]
    path = workbook(tmp_path / "a.xlsx", {"2024": table, "2025": table, "Sjabloon": table[:1]})
    assert problem(path, header=["nr"]).message == "de tabel staat op meer dan één blad: 2024, 2025."
    path = workbook(tmp_path / "b.xlsx", {"Sjabloon": table[:1], "2025": table})
    assert read_sheet(path, header=["nr"]).name == "2025"


def test_the_form_goes_before_the_name_of_the_file(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.csv", {"Blad1": [["nr"], [1]]})
    assert "formaat" in problem(path).remedy
    assert read_table(path, form="xlsx")["nr"].tolist() == ["1"]
    assert (
        problem(delivered(tmp_path, "a;b\n", "b.xlsx")).message == "dit bestand is niet te lezen als Excel."
    )
    assert read_table(delivered(tmp_path, "a;b\n1;2\n", "c.txt")).shape == (1, 2)


def test_missing_columns_name_the_closest_or_what_is_there() -> None:
    frame = pd.DataFrame(columns=["gebeid", "naam"])
    found = missing_columns(frame, ["gebied", "soort", "naam", "soort"], "a.csv", "Blad1", 3)
    assert [(one.column, one.remedy, one.row) for one in found] == [
        ("gebied", "Bedoelt u 'gebeid'?", 3),
        ("soort", "Wel gevonden: gebeid, naam.", 3),
    ]


def test_decode_keeps_every_letter() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decode("café € ‘zo’".encode(encoding), "a.csv") == "café € ‘zo’"


def test_a_written_table_reads_back_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "a": ['zin, met "komma"\nen regel', "=1+1"],
            "b": [0.1, float("nan")],
            "c": pd.to_datetime(["2026-03-01", None]),
        }
    )
    before = frame.copy()
    write_csv(frame, tmp_path / "nieuw" / "a.csv")
    assert (tmp_path / "nieuw" / "a.csv").read_bytes() == (
        b'a,b,c\n"zin, met ""komma""\nen regel",0.1,2026-03-01\n=1+1,,\n'
    )
    back = read_table(tmp_path / "nieuw" / "a.csv")
    assert back["a"].tolist() == frame["a"].tolist() and back["b"].tolist() == ["0.1", ""]
    pd.testing.assert_frame_equal(frame, before)


def test_an_exception_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("oud")
    with pytest.raises(RuntimeError, match="halverwege"), whole_file(path) as temporary:
        temporary.write_text("nieuw")
        raise RuntimeError("halverwege")
    assert path.read_text() == "oud"
    assert list(tmp_path.iterdir()) == [path]
    with whole_file(path) as temporary:
        temporary.write_text("nieuw")
        assert path.read_text() == "oud"
        assert temporary.suffix == ".csv" and temporary.parent == tmp_path
    assert path.read_text() == "nieuw"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failing_write_leaves_no_first_version_either(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["\ud800"]}, dtype=object)  # half a character cannot be written
    with pytest.raises(UnicodeEncodeError):
        write_csv(frame, tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)])
def test_new_files_follow_the_umask(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        write_csv(pd.DataFrame({"a": [1]}), tmp_path / "a.csv")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == mode
