from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from toolkit.errors import DataError
from toolkit.files import read_table
from toolkit.stories.answers import (
    consensus_label,
    consensus_themes,
    empty_answers,
    merged,
    read_answers,
    save_answers,
)
from toolkit.stories.fillin import read_sheet_back, theme_question, tone_question, write_sheet

TODAY = date(2026, 3, 12)
ROWS = pd.DataFrame(
    {
        "verhaal": ["1", "2", "3"],
        "zin": "",
        "tekst": ["=1+1 is geen formule", "Café, 👍 en\neen nieuwe regel", "Ik wachtte lang."],
    }
)
THEMES = theme_question({"wachten": "Wachten op hulp", "geld": "Geld en schulden"})


def fill(path: Path, cells: dict[str, str]) -> None:
    """Fill in cells as a person does in Excel."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["Invullen"][place] = value
    book.save(path)


def test_a_workbook_comes_back_with_what_was_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "blad.xlsx"
    write_sheet(path, ROWS, THEMES, "JV")
    sheet = openpyxl.load_workbook(path)["Invullen"]
    assert [cell.value for cell in sheet[1]] == [
        "verhaal", "zin", "kenmerk", "tekst", "hoofdthema", "tweede thema", "derde thema", "codeur",
    ]  # fmt: skip
    assert sheet["D2"].value == "=1+1 is geen formule" and sheet["D2"].data_type == "s"
    rules = sheet.data_validations.dataValidation
    assert {str(rule.sqref) for rule in rules} == {"E2:E4", "F2:F4", "G2:G4"}
    assert {rule.formula1 for rule in rules} == {"Keuzes!$A$1:$A$3"}
    fill(path, {"E2": "Geld en schulden", "F2": "Wachten op hulp", "E3": "geen thema", "H3": "AB"})
    found = read_sheet_back(path, ROWS, THEMES, "", TODAY)
    assert found.to_dict("records") == [
        {"verhaal": "1", "zin": "", "label": "geld;wachten", "codeur": "JV", "datum": "2026-03-12"},
        {"verhaal": "2", "zin": "", "label": "geen", "codeur": "AB", "datum": "2026-03-12"},
    ]


def test_a_csv_never_starts_a_cell_with_a_formula_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "blad.csv"
    write_sheet(path, ROWS, tone_question(("negatief", "positief"), False), "JV")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = read_table(path)
    assert table["tekst"].iloc[0].startswith("'=")
    table["toon"] = ["negatief", "", "Positief "]
    table.to_csv(path, index=False, sep=";", encoding="cp1252", errors="replace")
    found = read_sheet_back(path, ROWS, tone_question(("negatief", "positief"), False), "", TODAY)
    assert found["label"].tolist() == ["negatief", "positief"]


def test_all_mistakes_of_a_sheet_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "blad.xlsx"
    write_sheet(path, ROWS, THEMES)
    fill(
        path,
        {"E2": "Geld en schuld", "H2": "JV", "F3": "Wachten op hulp", "C4": "00000000", "E4": "geen thema", "F4": "wachten"},
    )  # fmt: skip
    with pytest.raises(DataError) as error:
        read_sheet_back(path, ROWS, THEMES, "", TODAY)
    told = str(error.value)
    for words in (
        "rij 2", "Bedoelt u 'Geld en schulden'?", "er is geen hoofdthema", "de tekst is veranderd", "er staat niet wie dit invulde",
        "'geen thema' staat naast een thema",
    ):  # fmt: skip
        assert words in told
    assert "formule" not in told and "Café" not in told  # no story text in messages


def test_an_empty_sheet_holds_no_answers(tmp_path: Path) -> None:
    path = tmp_path / "blad.xlsx"
    write_sheet(path, ROWS, THEMES, "JV")
    assert read_sheet_back(path, ROWS, THEMES, "", TODAY).empty


def test_answers_are_kept_without_text_and_a_later_answer_takes_the_place(tmp_path: Path) -> None:
    row = {"verhaal": "1", "zin": "", "label": "geld", "codeur": "JV", "datum": "2026-03-12"}
    first = pd.DataFrame([row, row | {"verhaal": "2"}])
    later = pd.DataFrame([row | {"label": "wachten"}, row | {"codeur": "AB"}])
    save_answers(merged(first, later), tmp_path / "themas.csv")
    found = read_answers(tmp_path / "themas.csv", ["geld", "wachten"])
    assert found[["verhaal", "codeur", "label"]].to_numpy().tolist() == [
        ["1", "AB", "geld"], ["1", "JV", "wachten"], ["2", "JV", "geld"],
    ]  # fmt: skip
    assert list(found) == ["verhaal", "zin", "label", "codeur", "datum"]
    assert read_answers(tmp_path / "niet-er.csv", []).empty


def test_a_file_of_answers_with_mistakes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "themas.csv"
    path.write_text(
        "verhaal,zin,label,codeur,datum\n1,,geldd,JV,2026-03-12\n1,,geld,JV,2026-03-12\n2,,geld,,gisteren\n",
        "utf-8",
    )
    with pytest.raises(DataError) as error:
        read_answers(path, ["geld"])
    assert len(error.value.problems) == 4 and "Bedoelt u 'geld'?" in str(error.value)


def test_consensus_of_several_coders() -> None:
    rows = [
        ("1", "geld;wachten", "a"),
        ("1", "geld", "b"),
        ("1", "geen", "c"),
        ("2", "geen", "a"),
        ("3", "wachten", "a"),
    ]
    answers = pd.DataFrame(
        [{"verhaal": v, "zin": "", "label": t, "codeur": c, "datum": ""} for v, t, c in rows]
    )
    assert consensus_themes(answers) == {"1": ("geld",), "2": (), "3": ("wachten",)}
    tone = pd.DataFrame(
        [
            {"verhaal": "1", "zin": "", "label": t, "codeur": c, "datum": ""}
            for t, c in (("p", "a"), ("p", "b"), ("n", "c"))
        ]
        + [
            {"verhaal": "2", "zin": "", "label": t, "codeur": c, "datum": ""}
            for t, c in (("p", "a"), ("n", "b"))
        ]
    )
    assert consensus_label(tone) == {("1", ""): "p", ("2", ""): "p"}  # of equals: who judged most, then a
    assert consensus_label(empty_answers()) == {}
