"""Reading a questionnaire: TOML or workbook, all problems at once, and a codebook that fits."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from questionnaire_samples import ALL_KINDS, written

from toolkit.errors import DataError, ProjectError
from toolkit.project import Delivery
from toolkit.questionnaire import codebook, sheet
from toolkit.questionnaire.read import find, read_questionnaire
from toolkit.survey.codebook import read_codebook
from toolkit.survey.read import read_delivery


def problems(path: Path) -> dict[str, list[str]]:
    with pytest.raises(DataError) as caught:
        read_questionnaire(path)
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.column, []).append(problem.message)
    return found


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = ALL_KINDS
    for old, new in {
        'antwoorden = "eens"': 'antwoorden = "een"',
        'naam = "leeftijd"': 'naam = "wijkcode"',
        'telt = ["ja"]': 'telt = ["jaa"]',
        'als = { contact = ["ja"] }': 'als = { contact = ["nooit"], via = ["arts"], later = ["x"] }',
        'en = "Title?"': 'en = ""',
        'rol = "gebied"': 'rol = ""',
        'alleen = ["geen"]': 'alleen = ["niets"]',
        'ander = { nl = "anderen", en = "others", ar = "آخرون" }, ': "",
        "maximum = 110": "maximum = 10",
        'kpi = "tevredenheid.nut"\n': 'kpi = "bereik.contact"\nschaal = "x"\n',
        'naam = "verhaal"': 'naam = "een_veel_te_lange_naam_dus"',
    }.items():
        assert old in text
        text = text.replace(old, new)
    found = problems(written(tmp_path, text))
    assert 'de antwoordlijst "een" bestaat niet.' in found["vraag.zinnen"]
    assert "in LimeSurvey heet deze vraag hetzelfde als wijk_code (wijkcode)." in found["vraag.wijkcode"]
    assert 'het antwoord "jaa" bestaat hier niet.' in found["vraag.contact.telt"]
    assert len(found["deel.b.als"]) == 3
    assert "de tekst ontbreekt in: en." in found["vraag.titel"]
    assert any('rol = "gebied"' in message for message in found[""])
    assert any('kpi "bereik.contact" komt meer' in message for message in found[""])
    assert '"niets" is geen antwoord.' in found["vraag.via.alleen"]
    assert "er zijn 2 polen; een triade heeft er 3." in found["vraag.wie"]
    assert "minimum is niet kleiner dan maximum." in found["vraag.wijkcode"]
    assert "schaal en item horen bij elkaar." in found["vraag.zinnen.nut"]
    assert "deze naam is te lang voor LimeSurvey." in found["vraag.een_veel_te_lange_naam_dus"]


def test_keys_that_a_kind_does_not_have_are_refused(tmp_path: Path) -> None:
    text = ALL_KINDS.replace('soort = "datum"', 'soort = "datum"\nanders = true\nmaximum = 3')
    found = problems(written(tmp_path, text))["vraag.begin"]
    assert any('"anders" hoort niet' in one for one in found)
    assert any('"maximum" hoort niet' in one for one in found)


def test_a_workbook_says_the_same_and_its_problems_have_a_row(tmp_path: Path) -> None:
    path = written(tmp_path)
    questionnaire = read_questionnaire(path)
    book = path.with_suffix(".xlsx")
    sheet.write(questionnaire, book)
    with pytest.raises(ProjectError, match="én"):
        find(path.parent)
    path.unlink()
    assert find(path.parent) == book
    assert read_questionnaire(book) == questionnaire

    opened = openpyxl.load_workbook(book)
    page = opened["Vragen"]
    heads = {cell.value: cell.column for cell in page[1]}
    row = next(cell.row for cell in page["B"] if cell.value == "cijfer")
    page.cell(row, heads["soort"]).value = "cijver"
    page.cell(row + 1, heads["item"]).value = "veel"
    opened.save(book)
    with pytest.raises(DataError) as caught:
        read_questionnaire(book)
    assert [(p.sheet, p.row) for p in caught.value.problems] == [("Vragen", row + 1)]
    page.cell(row + 1, heads["item"]).value = None
    opened.save(book)
    with pytest.raises(DataError) as caught:
        read_questionnaire(book)
    assert [(p.sheet, p.row) for p in caught.value.problems] == [("Vragen", row)]


CSV = '''id;submitdate;lastpage;token;mag;wijkcode;wijkcode[other];leeftijd;contact;via[SQ001];via[SQ002];via[other];cijfer;zinnen[SQ001];zinnen[SQ002];begin;inzet[SQ001];tijddyade[SQ001];wie[SQ001];wie[SQ002];wie[SQ003];titel;verhaal
"1";"2026-03-02 10:00:00";"2";"x";"Y";"A1";"";"41";"J";"Y";"";"via ""ons""";"WN";"A1";"WN";"2026-01-05 00:00:00";"7.5";"30";"60";"40";"";"t";"v"
"2";"2026-03-03 10:00:00";"2";"y";"Y";"-oth-";"elders";"20";"N";;;;;;;;;;;;;;
"3";"2026-03-03 10:00:00";"2";"z";"Y";"ZN";"";"";"J";"";"";"";"8";"";"A2";"";"";"";"";"";"";"";""
'''


def test_the_codebook_reads_back_what_limesurvey_gives(tmp_path: Path) -> None:
    path = written(tmp_path)
    folder = path.parent
    (folder / "codeboek.toml").write_text(codebook.codebook(read_questionnaire(path)), encoding="utf-8")
    (folder / "limesurvey.csv").write_text(CSV, encoding="utf-8-sig")
    book = read_codebook(folder / "codeboek.toml")
    delivery = Delivery(file="limesurvey.csv", format="limesurvey-csv")
    people = read_delivery(folder / "limesurvey.csv", delivery, book, "proef").set_index("respondent")
    one, two, three = (people.loc[f"limesurvey-{number}"] for number in (1, 2, 3))
    assert (one["wijk_code"], two["wijk_code"], three["wijk_code"]) == (
        "WK050507",
        "anders",
        "wil-niet-zeggen",
    )
    assert two["wijk_code.tekst"] == "elders" and two["leeftijdsgroep"] == "jong"
    assert (one["via.arts"], one["via.geen"], one["via.anders"]) == ("ja", "nee", "ja")
    assert (two["via.arts"], two["cijfer.reden"], two["nut"]) == ("niet-gesteld",) * 3
    assert one["cijfer.reden"] == "weet-niet" and three["cijfer"] == 8
    assert (one["nut"], one["serieus"], three["nut"], three["serieus"]) == (
        "eens",
        "weet-niet",
        "leeg",
        "oneens",
    )
    assert one["inzet"] == 7.5 and one["tijd_dyade"] == 30 and three["tijd_dyade.reden"] == "leeg"
    # 60 and 40 with the third left alone is 60-40-0; nothing at all is no answer.
    assert [one[f"wie.{pole}"] for pole in ("ik", "ander", "hulp")] == [60, 40, 0]
    assert (one["wie.reden"], two["wie.reden"], three["wie.reden"]) == ("", "niet-gesteld", "leeg")


def test_a_triad_that_does_not_make_100_is_told(tmp_path: Path) -> None:
    path = written(tmp_path)
    (path.parent / "codeboek.toml").write_text(codebook.codebook(read_questionnaire(path)), encoding="utf-8")
    (path.parent / "l.csv").write_text(re.sub('"60";"40";""', '"60";"40";"20"', CSV), encoding="utf-8")
    delivery = Delivery(file="l.csv", format="limesurvey-csv")
    with pytest.raises(DataError, match="samen 120 en geen 100"):
        read_delivery(path.parent / "l.csv", delivery, read_codebook(path.parent / "codeboek.toml"), "proef")
