"""Paper, data entry and readability, and the questionnaires that ship."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest
from questionnaire_samples import written

from toolkit import scaffold
from toolkit.collect import questionnaires
from toolkit.errors import ProjectError, ToolkitError
from toolkit.project import Delivery, find_project
from toolkit.questionnaire import codebook, entry, printed
from toolkit.questionnaire.read import read_questionnaire
from toolkit.questionnaire.readability import flesch_douma, split, syllables
from toolkit.survey.codebook import read_codebook
from toolkit.survey.read import read_delivery


@pytest.mark.parametrize("variant", scaffold.VARIANTS)
def test_a_shipped_questionnaire_is_complete_and_easy_to_read(tmp_path: Path, variant: str) -> None:
    scaffold.init(tmp_path / "p", "Proef")
    project = find_project(tmp_path / "p")
    made = questionnaires.start(project, "lijst", variant)
    folder = project.survey("lijst")
    assert {path.name for path in made} >= {
        "vragenlijst.toml",
        "codeboek.toml",
        "enquete.toml",
        "limesurvey.toml",
    }
    assert (folder / "vragenlijst.lss").is_file()
    book = read_codebook(folder / "codeboek.toml")
    assert book.area.name == "wijk" and len(book.codes_of(book.area)) == 13
    report = questionnaires.read_aloud(folder)
    assert report.score >= 60, report.summary()
    long = [remark.sentence() for remark in report.remarks if "woorden." in remark.found]
    assert long == []


def test_a_questionnaire_may_be_a_workbook_from_the_start(tmp_path: Path) -> None:
    scaffold.init(tmp_path / "p", "Proef")
    project = find_project(tmp_path / "p")
    questionnaires.start(project, "lijst", "buurt", workbook=True)
    folder = project.survey("lijst")
    assert not (folder / "vragenlijst.toml").exists() and questionnaires.load(folder).questions
    with pytest.raises(ProjectError, match="geen soort vragenlijst"):
        questionnaires.start(project, "ander", "wijkteams")


def test_a_codebook_written_by_hand_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    (path.parent / "codeboek.toml").write_text('naam = "van mij"\n', encoding="utf-8")
    with pytest.raises(ProjectError, match="met de hand gemaakt"):
        questionnaires.export(path.parent)
    assert (path.parent / "codeboek.toml").read_text(encoding="utf-8") == 'naam = "van mij"\n'
    assert not (path.parent / "vragenlijst.lss").exists()


# --- Data entry ---------------------------------------------------------------------------------------


def test_what_is_typed_in_the_template_is_read_back(tmp_path: Path) -> None:
    path = written(tmp_path)
    questionnaire = read_questionnaire(path)
    folder = path.parent
    entry.write(questionnaire, folder / "invul.xlsx")
    (folder / "codeboek.toml").write_text(codebook.codebook(questionnaire), encoding="utf-8")
    book = openpyxl.load_workbook(folder / "invul.xlsx")
    page = book["Invullen"]
    place = {cell.value: cell.column for cell in page[2]}
    typed = {
        "nummer": 7, "ingevuld_op": "12-3-2026", "mag": "ja", "wijk_code": "anders", "wijk_code.tekst": "elders",
        "leeftijd": 44, "contact": "weet ik niet", "via.arts": "ja", "via.anders": "ja", "via.tekst": "x",
        "cijfer": "weet ik niet", "nut": "eens", "serieus": "weet ik niet", "inzet": 7.5, "tijd_dyade": 30,
        "wie.ik": 60, "wie.ander": 40, "wie.hulp": 0, "verhaal": "tekst",
    }  # fmt: skip
    for name, value in typed.items():
        page.cell(3, place[name]).value = value
    book.save(folder / "invul.xlsx")
    delivery = Delivery(file="invul.xlsx", format="xlsx")
    person = read_delivery(
        folder / "invul.xlsx", delivery, read_codebook(folder / "codeboek.toml"), "proef"
    ).iloc[0]
    assert (person["wijk_code"], person["wijk_code.tekst"], person["contact"]) == (
        "anders",
        "elders",
        "weet-niet",
    )
    assert (person["via.arts"], person["via.geen"], person["via.anders"]) == ("ja", "nee", "ja")
    assert (person["cijfer.reden"], person["nut"], person["serieus"]) == ("weet-niet", "eens", "weet-niet")
    assert (person["inzet"], person["tijd_dyade"], person["wie.ander"], person["leeftijdsgroep"]) == (
        7.5,
        30,
        40,
        "oud",
    )
    assert str(person["submitted"])[:10] == "2026-03-12"


def test_the_template_has_lists_and_checks(tmp_path: Path) -> None:
    path = written(tmp_path)
    entry.write(read_questionnaire(path), path.parent / "invul.xlsx")
    book = openpyxl.load_workbook(path.parent / "invul.xlsx")
    assert book["Keuzes"].sheet_state == "hidden"
    page = book["Invullen"]
    rules = {}
    for rule in page.data_validations.dataValidation:
        rules[page.cell(2, next(iter(rule.sqref.ranges)).min_col).value] = rule
    assert (
        rules["mag"].type == "list" and rules["leeftijd"].type == "decimal" and rules["begin"].type == "date"
    )
    assert (float(rules["leeftijd"].formula1), float(rules["leeftijd"].formula2)) == (15, 110)
    sheet, cells = rules["nut"].formula1.split("!")
    first, last = re.findall(r"\d+", cells)
    column = re.findall(r"[A-Z]+", cells)[0]
    assert [book[sheet][f"{column}{row}"].value for row in range(int(first), int(last) + 1)] == [
        "eens",
        "oneens",
        "weet ik niet",
    ]
    assert "COUNTIF" in rules["nummer"].formula1


# --- Paper --------------------------------------------------------------------------------------------


def test_paper_in_every_language(tmp_path: Path) -> None:
    path = written(tmp_path)
    made = questionnaires.print_paper(path.parent)
    assert [one.name for one in made] == [
        f"vragenlijst-{language}.{form}" for language in ("nl", "en", "ar") for form in ("docx", "pdf")
    ]
    pdf = pypdf.PdfReader(str(made[1]))
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "Doet u mee?" in text and "Verdeel 100 punten" in text and "bij vraag 4 antwoordde: ja" in text
    assert pdf.trailer["/Root"]["/Lang"].startswith("nl")
    arabic = zipfile.ZipFile(made[4]).read("word/document.xml").decode()
    assert "تشارك" in arabic and "w:bidi" in arabic
    with pytest.raises(ToolkitError, match="kan niet op papier"):
        questionnaires.print_paper(path.parent, ["odt"])


def test_a_text_is_shown_as_it_is_on_paper(tmp_path: Path) -> None:
    questionnaire = read_questionnaire(written(tmp_path))
    page = printed.document(questionnaire, "nl")
    assert "Welkom &amp; {SID} &lt;b&gt;" in page


# --- Readability --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "count"),
    [("tevreden", 3), ("huisarts", 2), ("financieel", 4), ("ideeën", 3), ("wijk", 1), ("buurthuis", 2), ("beïnvloeden", 4), ("nieuwe", 2), ("pst", 1)],
)  # fmt: skip
def test_syllables_counted_by_hand(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_formula_and_what_is_remarked(tmp_path: Path) -> None:
    # 10 words, 1 sentence, 15 syllables: 206.84 - 77 × 1.5 - 0.93 × 10.
    assert flesch_douma(10, 1, 15) == pytest.approx(82.04)
    assert split("Dit is een zin. En nog een? Ja!\n12") == ["Dit is een zin", "En nog een", "Ja"]
    text = "Indien u ondersteuning ontvangt van een maatschappelijkwerkorganisatie in uw eigen wijk of buurt dan horen wij dat graag."
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("Hoe oud?", text), encoding="utf-8")
    found = [
        remark.sentence()
        for remark in questionnaires.read_aloud(path.parent).remarks
        if "leeftijd" in remark.where
    ]
    assert len(found) == 4
    assert '"Indien" is een moeilijk woord. Makkelijker: als.' in found[1] and "heeft 18 woorden" in found[0]


def test_the_example_has_a_questionnaire_and_the_codebook_that_follows_from_it() -> None:
    folder = Path(__file__).parents[2] / "surveys" / "voorbeeld-buurt"
    questionnaire = questionnaires.load(folder)
    assert questionnaire.languages == ("en",)
    assert codebook.codebook(questionnaire) == (folder / "codeboek.toml").read_text(encoding="utf-8")
