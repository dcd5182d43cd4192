"""Reading registrations: real files by real libraries, and every problem at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toolkit.errors import DataError, Problem
from toolkit.project import Delivery, RecordSettings
from toolkit.records.read import read_records

AREAS = pd.DataFrame(
    {
        "gebied": ["GM0505", "WK050504", "WK050507", "WK050519"],
        "naam": ["Dordrecht", "Het Reeland", "Wielwijk", "Overig"],
    }
)
MERGE = {"WK050519": "WK050504"}
COLUMNS = {
    "client": "Cliëntnr",
    "voorziening": "Soort hulp",
    "area": "Wijk",
    "signup": "Aanmelddatum",
    "start": "Startdatum",
    "end": "Einddatum",
    "end_code": "Reden einde",
    "goals_set": "Doelen gesteld",
    "goals_met": "Doelen behaald",
}
HEADER = ";".join(COLUMNS.values())
WORDS = {"end_code": {"doel bereikt": "19", "cliënt is gestopt": "21"}}


def settings(**delivery: Any) -> RecordSettings:
    given = {"file": "t.csv", "format": "csv", "partner": "De Kade", "columns": COLUMNS} | delivery
    return RecordSettings(
        name="test",
        period="2025",
        period_start=dt.date(2025, 1, 1),
        period_end=dt.date(2025, 12, 31),
        keep_until=dt.date(2031, 1, 1),
        deliveries=(Delivery(**given),),
    )


def read(folder: Path, text: str, encoding: str = "cp1252", **delivery: Any) -> pd.DataFrame:
    (folder / "t.csv").write_bytes(text.encode(encoding))
    return read_records(folder, settings(**delivery), AREAS, MERGE)


def problems(folder: Path, text: str, **delivery: Any) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as caught:
        read(folder, text, **delivery)
    return caught.value.problems


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_csv_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    text = f'{HEADER}\r\nK1;"Begeleiding; thuis";Wielwijk;3-2-2025;2025-03-01;;;2,0;\r\n'
    frame = read(tmp_path, text, encoding)
    row = frame.iloc[0]
    assert (row["client"], row["partner"], row["voorziening"]) == ("K1", "De Kade", "Begeleiding; thuis")
    assert row["area"] == "WK050507"
    assert row["signup"] == pd.Timestamp(2025, 2, 3) and row["start"] == pd.Timestamp(2025, 3, 1)
    assert pd.isna(row["end"]) and row["end_code"] == ""
    assert row["goals_set"] == 2 and pd.isna(row["goals_met"])


def test_comma_separator_and_title_rows_and_merged_area(tmp_path: Path) -> None:
    header = HEADER.replace(";", ",")
    frame = read(tmp_path, f"Lijst 2025,,\n\n{header}\nK1,x,WK050519,,01/02/2025,2-3-25,2,,\n")
    assert frame.loc[0, "area"] == "WK050504"
    assert frame.loc[0, "end"] == pd.Timestamp(2025, 3, 2)
    assert frame.loc[0, "end_code"] == "02"


def test_xlsx_with_titles_hidden_row_text_dates_and_numbers_as_text(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "t.xlsx")
    book.add_worksheet("Toelichting").write(0, 0, "Niet lezen")
    sheet = book.add_worksheet("Trajecten 2025")
    sheet.write(0, 0, "Overzicht")
    day = book.add_format({"num_format": "d-m-yyyy"})
    for place, name in enumerate(COLUMNS.values()):
        sheet.write(3, place, name)
    sheet.write_row(4, 0, ["K1", "hulp", "BU05050701"])
    sheet.write_datetime(4, 3, dt.datetime(2025, 1, 5), day)
    sheet.write_row(4, 4, ["6-1-2025", 45717, "Cliënt is gestopt ", "3", 1.0])
    sheet.write_row(5, 0, [7001.0, "hulp", "", "", "2025-01-07 00:00:00", "3 feb 2025", 19])
    sheet.set_row(5, None, None, {"hidden": True})
    book.close()
    frame = read_records(
        tmp_path, settings(file="t.xlsx", format="xlsx", sheet="Trajecten 2025", codes=WORDS), AREAS, MERGE
    )
    assert len(frame) == 2  # the hidden row counts
    assert frame.loc[0, "area"] == "WK050507"
    assert list(frame["start"]) == [pd.Timestamp(2025, 1, 6), pd.Timestamp(2025, 1, 7)]
    assert list(frame["end"]) == [pd.Timestamp(2025, 3, 1), pd.Timestamp(2025, 2, 3)]
    assert list(frame["end_code"]) == ["21", "19"]
    assert frame.loc[0, "goals_set"] == 3 and frame.loc[1, "client"] == "7001"


def test_all_problems_at_once_with_row_column_and_remedy(tmp_path: Path) -> None:
    rows = [
        ";hulp;Wielwijk;;1-2-2025;;;;",  # row 2: no client
        "K2;hulp;Wielwijk;;5-2-2025;1-2-2025;19;;",  # row 3: end before start
        "K3;hulp;Wielwijk;9-2-2025;5-2-2025;;;;",  # row 4: start before signup
        "K4;hulp;Wielwjik;;5-2-2025;;;;",  # row 5: unknown area
        "K5;hulp;Wielwijk;;5-2-2025;6-2-2025;cliënt is gestpt;;",  # row 6: unknown end code
        "K6;hulp;Wielwijk;;5-2-2025;6-2-2025;19;1;2",  # row 7: more goals met than set
        "K7;hulp;Wielwijk;;13-14-2025;;;2,5;",  # row 8: no date, no whole number
        "111222333;hulp;Wielwijk;;5-2-2025;;;;",  # row 9: passes the 11-test
        "K9;hulp;Wielwijk;;;;;;",  # row 10: no dates at all
        "K10;hulp;Wielwijk;;5-2-2025;;19;;",  # row 11: end code without end
        "K11;hulp;Wielwijk;;5-2-2205;;;;",  # row 12: impossible year
    ]
    found = problems(tmp_path, "\n".join([HEADER, *rows]), codes=WORDS)
    places = [(problem.row, problem.column) for problem in found]
    assert places == [
        (2, "Cliëntnr"),
        (3, "Einddatum"),
        (4, "Startdatum"),
        (5, "Wijk"),
        (6, "Reden einde"),
        (7, "Doelen behaald"),
        (8, "Startdatum"),
        (8, "Doelen gesteld"),
        (9, "Cliëntnr"),
        (10, "Startdatum"),
        (11, "Einddatum"),
        (12, "Startdatum"),
    ]
    by_row = {problem.row: problem for problem in found}
    assert by_row[5].remedy == "Bedoelt u 'WIELWIJK'?"
    assert by_row[6].remedy == "Bedoelt u 'cliënt is gestopt'?"
    assert "lijkt een BSN" in by_row[9].message
    assert all("111222333" not in f"{problem.message}{problem.remedy}" for problem in found)


def test_unknown_column_names_the_closest_one(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, HEADER.replace("Einddatum", "Eindatum") + "\nK1;;;;1-2-2025;;;;\n")
    assert found.column == "Einddatum" and found.remedy == "Bedoelt u 'Eindatum'?" and found.row == 1


def test_decomposed_accents_and_case_in_the_header_are_no_problem(tmp_path: Path) -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", HEADER).upper() + "\nK1;;;;1-2-2025;;;;\n"
    assert read(tmp_path, text, "utf-8").loc[0, "client"] == "K1"


def test_client_in_two_areas_on_one_day(tmp_path: Path) -> None:
    rows = "K1;a;Wielwijk;;1-2-2025;1-4-2025;19;;\nK1;b;Het Reeland;;1-4-2025;;;;"
    found = problems(tmp_path, f"{HEADER}\n{rows}\n")
    assert [problem.row for problem in found] == [2, 3]
    moved = rows.replace(";;1-4-2025;;;;", ";;2-4-2025;;;;")
    assert list(read(tmp_path, f"{HEADER}\n{moved}\n")["area"]) == ["WK050507", "WK050504"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leeg"),
        (b"PK\x03\x04abc", "Excel-bestand"),
        (b"\x81\x8d\x00\x01", "geen leesbaar"),
        (b"niets;wat;past\n1;2;3\n", "kolomnamen"),
        (HEADER.encode("cp1252"), "geen trajecten"),
        (HEADER.encode("cp1252") + b"\nK1;x;y;;1-2-2025;;;;;;extra", "meer cellen"),
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_records(tmp_path, settings(), AREAS, MERGE)


def test_damaged_xlsx_missing_sheet_and_missing_file(tmp_path: Path) -> None:
    import openpyxl

    (tmp_path / "t.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 old")
    with pytest.raises(DataError, match="wachtwoord"):
        read_records(tmp_path, settings(file="t.xlsx", format="xlsx"), AREAS, MERGE)
    book = openpyxl.Workbook()
    book.active.title = "Trajecten"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match="Bedoelt u 'Trajecten'"):
        read_records(tmp_path, settings(file="t.xlsx", format="xlsx", sheet="Trajekten"), AREAS, MERGE)
    with pytest.raises(DataError, match=r"Bedoelt u 't.xlsx'"):
        read_records(tmp_path, settings(file="tt.xlsx", format="xlsx"), AREAS, MERGE)


def test_settings_that_cannot_work_are_named_before_reading(tmp_path: Path) -> None:
    columns = {"cliënt": "a", "start": "b"}
    found = problems(tmp_path, "x", columns=columns, partner="", codes={"end_code": {"weg": "99"}})
    assert [problem.column for problem in found] == ["cliënt", "client", "", "codes.end_code"]
    assert found[0].remedy == "Bedoelt u 'client'?"


def test_a_period_that_runs_backwards_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"{HEADER}\nK1;hulp;Wielwijk;;5-2-2025;;;;\n", encoding="utf-8")
    turned = dataclasses.replace(
        settings(), period_start=dt.date(2025, 12, 31), period_end=dt.date(2025, 1, 1)
    )
    with pytest.raises(DataError, match="eindigt voor zij begint") as caught:
        read_records(tmp_path, turned, AREAS, MERGE)
    assert [one.column for one in caught.value.problems] == ["periode_tot"]


def test_keys_of_partners_are_only_compared_when_they_share_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("client,start\n12,2025-03-01\n13,2025-03-01\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("client,start\n12,2025-04-01\n", encoding="utf-8")
    columns = {"client": "client", "start": "start"}
    both = tuple(
        Delivery(file=f"{name}.csv", format="csv", partner=name.upper(), columns=columns) for name in "ab"
    )
    shared = replace(settings(), deliveries=both)
    assert shared.shared_key
    assert read_records(tmp_path, shared, AREAS, MERGE)["client"].tolist() == ["12", "13", "12"]
    own = read_records(tmp_path, replace(shared, shared_key=False), AREAS, MERGE)
    assert own["client"].tolist() == ["A:12", "A:13", "B:12"]
