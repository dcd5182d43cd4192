"""The letter to the council and the cards of a session, from the starters that `tev new` gives."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

from toolkit import scaffold
from toolkit.analysis.judgements import read_judgements
from toolkit.project import Subject, find_project
from toolkit.report import build_report
from toolkit.report.session import FORM_COLUMNS, session_parts, write_form
from toolkit.report.source import read_output

FIXTURE = Path(__file__).parent / "fixture"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project") / "p"
    scaffold.init(root, "Proef", "GM0505")
    for kind in ("raadsbrief", "duidingssessie"):
        scaffold.new(find_project(root), kind, kind)
    return root / "reports"


def test_the_letter_has_the_fixed_order_and_fits_two_to_four_pages(reports: Path) -> None:
    made = build_report(reports / "raadsbrief", FIXTURE, ["docx", "pdf"], "ingebouwd")
    heads = [
        "Bevoegdheden",
        "Aanleiding",
        "Te delen informatie",
        "Hoe verder",
        "Kosten",
        "Gerelateerde besluiten",
    ]
    with zipfile.ZipFile(made["docx"]) as book:
        text = book.read("word/document.xml").decode()
    places = [text.index(f">{head}<") for head in heads]
    assert places == sorted(places)
    pdf = PdfReader(made["pdf"])
    assert len(pdf.pages) <= 4
    assert [str(one["/Title"]) for one in pdf.outline if isinstance(one, dict)] == heads


def test_a_card_per_subject_with_number_stories_and_questions(reports: Path) -> None:
    made = build_report(reports / "duidingssessie", FIXTURE, ["html", "pdf"], "ingebouwd")
    output = read_output(FIXTURE)
    cards = session_parts(output)["sessie-kaarten"]
    subjects = [one["naam"] for one in output.run["onderwerpen"]]
    assert cards.count("{.kaart}") == len(subjects) and cards.count("**Om over te praten**") == len(subjects)
    assert all(f": {name}" in cards.replace("\\", "") for name in subjects)
    page = made["html"].read_text(encoding="utf-8")
    assert len(re.findall(r'class="[^"]*\bkaart\b', page)) == len(subjects)
    assert (reports / "duidingssessie" / "_uitvoer" / "duiding.xlsx").is_file()
    assert "☐ dissonantie" in session_parts(output)["sessie-formulier"]


def test_the_form_comes_back_as_judgements(tmp_path: Path) -> None:
    output = read_output(FIXTURE)
    write_form(tmp_path / "duiding.xlsx", output)
    subjects = [Subject(one["id"], one["naam"], tuple(one["maten"]), ()) for one in output.run["onderwerpen"]]
    areas = set(output.frame("samen")["gebied"])
    assert read_judgements(tmp_path, subjects, areas).empty  # nobody filled it in
    book = openpyxl.load_workbook(tmp_path / "duiding.xlsx")
    sheet = book.active
    assert sheet is not None and sheet.data_validations.dataValidation[0].type == "list"
    assert [cell.value for cell in sheet[1]][: len(FORM_COLUMNS)] == list(FORM_COLUMNS)
    for column, text in (
        ("D", "dissonantie"),
        ("E", "=1+1 klopt niet"),
        ("F", "Wijktafel"),
        ("G", "12-3-2026"),
    ):
        sheet[f"{column}2"].value = text
        sheet[f"{column}2"].data_type = "s"
    book.save(tmp_path / "duiding.xlsx")
    found = read_judgements(tmp_path, subjects, areas)
    assert list(found["code"]) == ["dissonantie"] and list(found["datum"]) == ["2026-03-12"]
    first = output.frame("samen").iloc[0]
    pd.testing.assert_series_equal(
        found.iloc[0][["onderwerp", "gebied"]], first[["onderwerp", "gebied"]], check_names=False
    )
