"""The .lss file: the tables of LimeSurvey's own export, with references that hold, and nothing that runs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from questionnaire_samples import ALL_KINDS, written

from toolkit.questionnaire.lss import as_html, lss
from toolkit.questionnaire.read import read_questionnaire

EXPORT = Path(__file__).parent / "uitvoer-6.10.lss"  # what a LimeSurvey 6.10.2 exported
Tables = dict[str, list[dict[str, str]]]


def tables(xml: str) -> Tables:
    root = ET.fromstring(xml)
    return {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
        for table in root
    }


@pytest.fixture
def made(tmp_path: Path) -> Tables:
    return tables(lss(read_questionnaire(written(tmp_path))))


def test_tables_and_fields_are_those_of_limesurvey(made: Tables) -> None:
    real = tables(EXPORT.read_text(encoding="utf-8"))
    for name, rows in made.items():
        known = {field for row in real[name] for field in row} | {"language"}
        assert {field for row in rows for field in row} <= known, name
    # What a question type is called, and which settings it has, are taken from the real export too.
    for row in made["questions"]:
        alike = [one for one in real["questions"] if one["type"] == row["type"]]
        assert all(one["question_theme_name"] == row["question_theme_name"] for one in alike)
    kinds = {row["title"]: row["type"] for row in made["questions"]}
    assert kinds == {
        "mag": "Y", "wijkcode": "L", "leeftijd": "N", "contact": "L", "via": "M", "cijfer": "L", "zinnen": "F",
        "begin": "D", "inzet": "K", "tijddyade": "K", "wie": "K", "titel": "S", "verhaal": "T",
    }  # fmt: skip


def test_every_reference_holds_and_every_text_is_there_in_every_language(made: Tables) -> None:
    gids = {row["gid"] for row in made["groups"]}
    qids = {row["qid"] for row in made["questions"]}
    subs = {row["qid"] for row in made["subquestions"]}
    assert len(qids | subs) == len(made["questions"]) + len(made["subquestions"])
    assert all(row["gid"] in gids for row in made["questions"] + made["subquestions"])
    assert all(row["parent_qid"] in qids for row in made["subquestions"])
    assert all(row["qid"] in qids for row in made["answers"] + made["question_attributes"])
    for table, key, wanted in (
        ("question_l10ns", "qid", qids | subs),
        ("group_l10ns", "gid", gids),
        ("answer_l10ns", "aid", {row["aid"] for row in made["answers"]}),
    ):
        pairs = [(row[key], row["language"]) for row in made[table]]
        assert sorted(pairs) == sorted((one, language) for one in wanted for language in ("nl", "en", "ar"))
    assert all(len(row["code"]) <= 5 for row in made["answers"])


def test_conditions_and_sliders(made: Tables) -> None:
    asked = {row["title"]: row["relevance"] for row in made["questions"]}
    assert asked["mag"] == "1"
    assert asked["leeftijd"] == '(mag.NAOK == "Y")'
    assert asked["via"] == '(mag.NAOK == "Y") and (contact.NAOK == "J")'
    qid = {row["title"]: row["qid"] for row in made["questions"]}
    settings = {
        title: {
            row["attribute"]: row["value"] for row in made["question_attributes"] if row["qid"] == qid[title]
        }
        for title in qid
    }
    assert settings["wie"]["equals_num_value"] == "100" and settings["wie"]["slider_max"] == "100"
    assert settings["inzet"]["slider_max"] == "10" and settings["inzet"]["slider_accuracy"] == "0.5"
    assert settings["tijddyade"]["slider_default_set"] == "0"
    assert settings["via"]["exclude_all_others"] == "SQ002"
    sub = next(row["qid"] for row in made["subquestions"] if row["parent_qid"] == qid["tijddyade"])
    texts = {row["language"]: row["question"] for row in made["question_l10ns"] if row["qid"] == sub}
    assert texts["nl"] == "|te vroeg|te laat" and texts["ar"] == "|مبكر|متأخر"


def test_text_is_shown_and_never_worked_out() -> None:
    assert as_html("a < b & {SID}\n{ dus }") == "a &lt; b &amp; { SID}<br />\n{ dus }"


def test_the_same_questionnaire_gives_the_same_file(tmp_path: Path) -> None:
    path = written(tmp_path, ALL_KINDS)
    assert lss(read_questionnaire(path)) == lss(read_questionnaire(path))
