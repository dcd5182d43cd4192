"""A questionnaire as a LimeSurvey survey: the `.lss` file that LimeSurvey 5.6 and 6.x import.

The file has the tables of LimeSurvey's own export (texts apart from their rows, per language), without
what it fills in itself. Dates are stamped, because an incremental fetch needs that, unless the survey is
anonymous. Names of questions and answers are those of `names`; `codebook` describes the same columns.
"""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator, Mapping, Sequence

from toolkit.questionnaire import names
from toolkit.questionnaire.model import Part, Question, Questionnaire
from toolkit.questionnaire.wording import word

# The version of LimeSurvey's tables in the file: that of the 5.x line, which both lines read.
_DB_VERSION = "480"
_THEMES = {
    "L": "listradio", "!": "list_dropdown", "Y": "yesno", "M": "multiplechoice", "F": "arrays/array", "N": "numerical",
    "D": "date", "S": "shortfreetext", "T": "longfreetext", "K": "multiplenumeric",
}  # fmt: skip
_SETTINGS = {
    "gsid": "1", "format": "G", "savetimings": "N", "usecookie": "N", "allowregister": "N", "allowsave": "Y",
    "autoredirect": "N", "allowprev": "Y", "printanswers": "N", "ipaddr": "N", "ipanonymize": "N", "refurl": "N",
    "publicstatistics": "N", "publicgraphs": "N", "listpublic": "N", "htmlemail": "Y", "sendconfirmation": "N",
    "tokenanswerspersistence": "N", "assessments": "N", "usecaptcha": "N", "usetokens": "N", "tokenlength": "15",
    "showxquestions": "N", "showgroupinfo": "B", "shownoanswer": "N", "showqnumcode": "X", "showwelcome": "Y",
    "showprogress": "Y", "questionindex": "0", "navigationdelay": "0", "nokeyboard": "N",
    "alloweditaftercompletion": "N",
}  # fmt: skip
_DAY_MONTH_YEAR = "2"
_DECIMAL_COMMA = ("nl", "tr", "pl", "uk")
_QUESTION_FIELDS = {"preg": "", "encrypted": "N", "same_default": "0", "modulename": "", "same_script": "0"}

Row = Mapping[str, str]


def lss(questionnaire: Questionnaire) -> str:
    """The survey as the text of an `.lss` file (XML); the same questionnaire gives the same text."""
    sid = survey_number(questionnaire)
    groups = {part.id: str(number) for number, part in enumerate(questionnaire.parts, 1)}
    tables: dict[str, list[Row]] = {name: [] for name in _TABLES}
    for part in questionnaire.parts:
        _add_part(tables, questionnaire, part, sid, groups[part.id])
    qids = iter(range(1, 100_000))
    aids = iter(range(1, 1_000_000))
    for question in questionnaire.questions:
        order = questionnaire.of_part(
            next(one for one in questionnaire.parts if one.id == question.part)
        ).index(question)
        _add_question(tables, questionnaire, question, sid, groups[question.part], order, qids, aids)
    tables["surveys"].append(_survey(questionnaire, sid))
    tables["surveys_languagesettings"] = [
        _language(questionnaire, sid, one) for one in questionnaire.all_languages
    ]
    return _xml(questionnaire, tables)


def survey_number(questionnaire: Questionnaire) -> str:
    """The survey number that the file asks for: six digits that follow from name and version.

    LimeSurvey gives another one when it is taken.
    """
    text = f"{questionnaire.name.get('nl', '')} {questionnaire.version}"
    return str(100_000 + zlib.crc32(text.encode()) % 900_000)


_TABLES = (
    "answers", "answer_l10ns", "groups", "group_l10ns", "questions", "subquestions", "question_l10ns",
    "question_attributes", "surveys", "surveys_languagesettings",
)  # fmt: skip


def as_html(text: str) -> str:
    """A text for LimeSurvey, which shows HTML and works out what stands between braces: neither happens."""
    safe = re.sub(r"\{(?=\S)", "{ ", html.escape(text.strip(), quote=False))
    return safe.replace("\n", "<br />\n")


def _add_part(
    tables: dict[str, list[Row]], questionnaire: Questionnaire, part: Part, sid: str, gid: str
) -> None:
    tables["groups"].append(
        {
            "gid": gid,
            "sid": sid,
            "group_order": str(int(gid) - 1),
            "randomization_group": "",
            "grelevance": "",
        }
    )
    for language in questionnaire.all_languages:
        tables["group_l10ns"].append(
            {
                "id": str(len(tables["group_l10ns"]) + 1),
                "gid": gid,
                "group_name": as_html(part.title.get(language, "")),
                "description": as_html(part.text.get(language, "")),
                "language": language,
            }
        )


def _add_question(
    tables: dict[str, list[Row]],
    questionnaire: Questionnaire,
    question: Question,
    sid: str,
    gid: str,
    order: int,
    qids: Iterator[int],
    aids: Iterator[int],
) -> None:
    qid, letter = str(next(qids)), names.kind(questionnaire, question)
    base = {"sid": sid, "gid": gid, **_QUESTION_FIELDS, "scale_id": "0"}
    tables["questions"].append(
        {
            "qid": qid,
            "parent_qid": "0",
            **base,
            "type": letter,
            "title": names.title(question),
            "other": "Y" if question.other else "N",
            "mandatory": "Y" if question.required else "N",
            "question_order": str(order),
            "relevance": names.relevance(questionnaire, question),
            "question_theme_name": _THEMES[letter],
        }
    )
    _add_text(tables, questionnaire, qid, question.text, question.help)
    for place, row in enumerate(names.rows(questionnaire, question)):
        sub = str(next(qids))
        tables["subquestions"].append(
            {
                "qid": sub, "parent_qid": qid, **base, "type": "T", "title": row.code, "other": "N", "mandatory": "N",
                "question_order": str(place), "relevance": "1",
            }
        )  # fmt: skip
        _add_text(tables, questionnaire, sub, row.text, {})
    for place, option in enumerate(names.options(questionnaire, question)):
        if letter == "Y":
            break  # LimeSurvey has these two answers itself
        aid = str(next(aids))
        tables["answers"].append(
            {
                "aid": aid, "qid": qid, "code": option.code, "sortorder": str(place), "assessment_value": "0",
                "scale_id": "0",
            }
        )  # fmt: skip
        for language in questionnaire.all_languages:
            tables["answer_l10ns"].append(
                {
                    "id": str(len(tables["answer_l10ns"]) + 1),
                    "aid": aid,
                    "answer": as_html(option.text.get(language, "") or option.code),
                    "language": language,
                }
            )
    for name, value, language in _attributes(questionnaire, question, letter):
        tables["question_attributes"].append(
            {"qid": qid, "attribute": name, "value": value, "language": language}
        )


def _add_text(
    tables: dict[str, list[Row]],
    questionnaire: Questionnaire,
    qid: str,
    text: Mapping[str, str],
    help_text: Mapping[str, str],
) -> None:
    for language in questionnaire.all_languages:
        tables["question_l10ns"].append(
            {
                "id": str(len(tables["question_l10ns"]) + 1),
                "qid": qid,
                "question": as_html(text.get(language, "")),
                "help": as_html(help_text.get(language, "")),
                "script": "",
                "language": language,
            }
        )


def _attributes(
    questionnaire: Questionnaire, question: Question, letter: str
) -> Iterator[tuple[str, str, str]]:
    """Name, value and language ("" for all of them) of the settings of a question."""
    low, high = question.bounds
    if letter == "K":
        triad = question.kind == "triade"
        yield from (
            ("slider_layout", "1", ""),
            ("slider_min", f"{low:g}", ""),
            ("slider_max", f"{high:g}", ""),
        )
        yield "slider_accuracy", f"{question.step:g}", ""
        # A slider that nobody touched is no answer, and must not look like one in the middle.
        yield from (("slider_default_set", "0", ""), ("slider_reset", "1", ""), ("slider_separator", "|", ""))
        yield "slider_showminmax", "1" if question.kind == "schuif" else "0", ""
        if triad:
            yield "equals_num_value", "100", ""
    if letter == "N":
        for name, bound in (("min_num_value_n", low), ("max_num_value_n", high)):
            if bound is not None:
                yield name, f"{bound:g}", ""
        yield "num_value_int_only", "1" if float(question.step).is_integer() else "0", ""
    if letter == "D":
        yield "date_format", "dd-mm-yyyy", ""
    if letter == "T":
        yield "display_rows", "8", ""
    if question.exclusive:
        codes = {row.ours: row.code for row in names.rows(questionnaire, question)}
        yield "exclude_all_others", ";".join(codes[one] for one in question.exclusive), ""
    for language in questionnaire.all_languages:
        if question.other:
            yield "other_replace_text", word("anders", language), language
        if question.unit:
            yield "suffix", as_html(question.unit.get(language, "")), language


def _survey(questionnaire: Questionnaire, sid: str) -> Row:
    described = {
        f"attribute_{number}": {
            "description": name, "mandatory": "N", "show_register": "N", "encrypted": "N", "cpdbmap": "",
        }
        for number, name in enumerate(questionnaire.attributes, 1)
    }  # fmt: skip
    return {
        "sid": sid,
        **_SETTINGS,
        "language": questionnaire.all_languages[0],
        "additional_languages": " ".join(questionnaire.languages),
        "anonymized": "Y" if questionnaire.anonymous else "N",
        "datestamp": "N" if questionnaire.anonymous else "Y",
        "showsurveypolicynotice": "1" if questionnaire.privacy else "0",
        "attributedescriptions": json.dumps(described, ensure_ascii=False) if described else "",
    }


def _language(questionnaire: Questionnaire, sid: str, language: str) -> Row:
    captions = {f"attribute_{place}": one for place, one in enumerate(questionnaire.attributes, 1)}
    return {
        "surveyls_survey_id": sid,
        "surveyls_language": language,
        "surveyls_title": as_html(questionnaire.name.get(language, "")),
        "surveyls_description": "",
        "surveyls_welcometext": as_html(questionnaire.welcome.get(language, "")),
        "surveyls_endtext": as_html(questionnaire.end.get(language, "")),
        "surveyls_policy_notice": as_html(questionnaire.privacy.get(language, "")),
        "surveyls_dateformat": _DAY_MONTH_YEAR,
        "surveyls_attributecaptions": json.dumps(captions, ensure_ascii=False) if captions else "",
        "surveyls_numberformat": "1" if language in _DECIMAL_COMMA else "0",
    }


def _xml(questionnaire: Questionnaire, tables: Mapping[str, Sequence[Row]]) -> str:
    document = ET.Element("document")
    ET.SubElement(document, "LimeSurveyDocType").text = "Survey"
    ET.SubElement(document, "DBVersion").text = _DB_VERSION
    languages = ET.SubElement(document, "languages")
    for language in questionnaire.all_languages:
        ET.SubElement(languages, "language").text = language
    for name, rows in tables.items():
        if not rows:
            continue
        table = ET.SubElement(document, name)
        fields = ET.SubElement(table, "fields")
        for field in dict.fromkeys(key for row in rows for key in row):
            ET.SubElement(fields, "fieldname").text = field
        body = ET.SubElement(table, "rows")
        for row in rows:
            record = ET.SubElement(body, "row")
            for key, value in row.items():
                ET.SubElement(record, key).text = value
    ET.indent(document, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(document, encoding="unicode") + "\n"
