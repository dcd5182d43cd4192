"""The codebook of a questionnaire, as the text of `codeboek.toml`.

It describes two sources: `limesurvey-csv` (what the published survey gives) and `xlsx` (what the template
for data entry gives), so that nobody writes a mapping by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.questionnaire import names
from toolkit.questionnaire.model import DUTCH, OTHER, Measured, Question, Questionnaire
from toolkit.questionnaire.wording import word

MARK = "# Gemaakt uit de vragenlijst. Verander de vragenlijst, niet dit bestand."
LIMESURVEY, ENTRY = "limesurvey-csv", "xlsx"
ENTRY_NUMBER, ENTRY_DAY = "nummer", "ingevuld_op"
# What LimeSurvey adds to every response; personal columns are there only when the survey file asks for them.
IGNORED = (
    "lastpage", "startlanguage", "seed", "startdate", "datestamp", "token", "ipaddr", "refurl", "*Time*",
    "interviewtime", "firstname", "lastname", "email", "attribute_*",
)  # fmt: skip
_KINDS = {"kort": "tekst", "lang": "tekst", "schuif": "getal", "tabel": "schaal"}


def codebook(questionnaire: Questionnaire) -> str:
    """The text of a codebook: a variable per question, per statement of a table and per group of a number."""
    lines = [
        MARK,
        "",
        f"naam = {_value(questionnaire.name[DUTCH])}",
        f"versie = {_value(questionnaire.version)}",
        "",
        f"[bron.{LIMESURVEY}]",
        'nummer = "id"',
        'ingediend = "submitdate"',
        f"negeren = {_value(IGNORED)}",
        "",
        f"[bron.{ENTRY}]",
        f"nummer = {_value(ENTRY_NUMBER)}",
        f"ingediend = {_value(ENTRY_DAY)}",
    ]
    for question in questionnaire.questions:
        for variable in _variables(questionnaire, question):
            lines += ["", "[[variabele]]", *(f"{key} = {_value(value)}" for key, value in variable.items())]
    return "\n".join(lines) + "\n"


def entry_columns(questionnaire: Questionnaire, question: Question) -> dict[str, str]:
    """Our option, statement or pole -> its column in the template for data entry."""
    if question.kind == "tabel":
        return {one.name: one.name for one in question.statements}
    return {row.ours: f"{question.name}.{row.ours}" for row in names.rows(questionnaire, question)}


def entry_labels(questionnaire: Questionnaire, question: Question) -> dict[str, str]:
    """What the template for data entry offers -> our code: the Dutch answers and the reasons for none."""
    found = {
        option.text.get(DUTCH, option.code): option.ours for option in names.options(questionnaire, question)
    }
    if question.other and question.kind == "keuze":
        found[word(OTHER, DUTCH).split(",")[0]] = OTHER
    return found


def _variables(questionnaire: Questionnaire, question: Question) -> Iterator[dict[str, Any]]:
    conditions = {name: list(needed) for name, needed in questionnaire.conditions(question).items()}
    if question.kind == "tabel":
        columns = names.columns(questionnaire, question)
        for statement in question.statements:
            yield {
                "naam": statement.name,
                "vraag": statement.text[DUTCH],
                **_filled({"label": statement.label}),
                "soort": "schaal",
                **_codes(questionnaire, question),
                **_filled({"gesteld_als": conditions}),
                **_measured(statement),
                "kolom": {LIMESURVEY: columns[statement.name], ENTRY: statement.name},
                **_translated(questionnaire, question),
            }
        return
    variable: dict[str, Any] = {
        "naam": question.name,
        "vraag": question.text[DUTCH],
        **_filled({"label": question.label}),
        "soort": _KINDS.get(question.kind, question.kind),
        **_filled({"rol": "gebied" if question.role == "gebied" else ""}),
        **_codes(questionnaire, question),
    }
    if question.kind in ("getal", "cijfer", "schuif"):
        bounds = dict(zip(("minimum", "maximum"), question.bounds, strict=True))
        variable |= {key: bound for key, bound in bounds.items() if bound is not None}
    variable |= _filled({"gesteld_als": conditions}) | _measured(question)
    if question.kind in ("meerkeuze", "triade"):
        variable["kolommen"] = {
            LIMESURVEY: names.columns(questionnaire, question),
            ENTRY: entry_columns(questionnaire, question),
        }
        if question.other:
            variable["kolommen"][ENTRY] |= {OTHER: f"{question.name}.{OTHER}"}
    else:
        variable["kolom"] = {LIMESURVEY: names.column(question), ENTRY: question.name}
        variable |= _translated(questionnaire, question)
    if question.other:
        variable["kolom_anders"] = {LIMESURVEY: names.other_column(question), ENTRY: f"{question.name}.tekst"}
    yield variable
    if question.groups:
        yield {
            "naam": question.groups_name,
            "vraag": f"{question.text[DUTCH]} (in groepen)",
            "soort": "keuze",
            "codes": {code: _group(low, high) for code, (low, high) in question.groups.items()},
            "afgeleid_van": question.name,
            "klassen": {code: list(bounds) for code, bounds in question.groups.items()},
        }


def _group(low: float, high: float) -> str:
    return f"{low:g} tot en met {high:g}"


def _codes(questionnaire: Questionnaire, question: Question) -> dict[str, Any]:
    """Our codes with their Dutch labels, and the reasons that may stand instead."""
    codes = {code: text[DUTCH] for code, text in questionnaire.codes_of(question).items()}
    if question.kind == "triade":
        codes = {code: text[DUTCH] for code, text in question.poles.items()}
    if question.other:
        codes[OTHER] = word(OTHER, DUTCH).split(",")[0]
    return _filled({"codes": codes, "ontbrekend": list(questionnaire.missing_of(question))})


def _translated(questionnaire: Questionnaire, question: Question) -> dict[str, Any]:
    labels = entry_labels(questionnaire, question)
    if question.kind == "cijfer":
        labels = {label: ours for label, ours in labels.items() if label != ours}
    found = {LIMESURVEY: names.translation(questionnaire, question), ENTRY: labels}
    return _filled({"vertaling": _filled(found)})


def _measured(measured: Measured) -> dict[str, Any]:
    found = _filled({"kpi": measured.kpi, "telt": list(measured.counts)})
    if measured.direction is not None:
        found["richting"] = measured.direction
    return found | _filled({"schaal": measured.scale, "item": measured.item})


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", 0, {}, [])}


def _value(value: Any) -> str:
    """A value as TOML; strings and keys are written with their special characters escaped."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(str(key))} = {_value(one)}" for key, one in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(one) for one in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _key(name: str) -> str:
    """A key as TOML: between quotes only when it has to be."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)
