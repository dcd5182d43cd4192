"""A questionnaire as a workbook, for people who dislike text files: a row per question, the same words.

Sheets: Vragenlijst (sleutel, waarde), Delen, Vragen and Antwoorden. A text in another language stands in
a column of its own: "vraag en", "titel ar". A row of soort "stelling" belongs to the tabel above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.cells import parse_number, to_text
from toolkit.errors import DataError, Problem
from toolkit.files import read_table
from toolkit.questionnaire.model import DUTCH, Measured, Question, Questionnaire

Place = tuple[str, int]
_TEXTS = ("vraag", "titel", "uitleg", "toelichting", "eenheid", "tekst", "waarde")
_LISTS = ("ontbrekend", "alleen", "telt")
_BOOLEANS = ("anders", "verplicht")
_NUMBERS = ("minimum", "maximum", "stap", "item")
_PAIRS = ("codes", "polen")
_QUESTION = (
    "deel", "naam", "soort", "vraag", "toelichting", "antwoorden", "codes", "anders", "ontbrekend", "alleen",
    "verplicht", "als", "minimum", "maximum", "stap", "eenheid", "polen", "groepsnaam", "groepen", "rol", "label",
    "kpi", "telt", "richting", "schaal", "item",
)  # fmt: skip
_COLUMNS = {
    "Vragenlijst": ("sleutel", "waarde"),
    "Delen": ("id", "titel", "uitleg", "als"),
    "Vragen": _QUESTION,
    "Antwoorden": ("lijst", "code", "tekst", "ontbrekend"),
}
_GENERAL_LISTS = ("talen", "kenmerken")


def read(path: Path) -> tuple[dict[str, Any], dict[str, Place]]:
    """The contents of a workbook as TOML would give them, and the sheet and row of each part of it.

    Raises DataError when a sheet is missing or a cell cannot be read.
    """
    problems: list[Problem] = []
    tables = {}
    for name, columns in _COLUMNS.items():
        try:
            tables[name] = read_table(path, name, columns[:2], "xlsx", strip=True)
        except DataError as error:
            # A questionnaire without shared lists of answers may leave that sheet empty or out.
            if name != "Antwoorden":
                problems.extend(error.problems)
            tables[name] = pd.DataFrame(columns=list(columns))
    places: dict[str, Place] = {}
    data: dict[str, Any] = {}
    for name, table in tables.items():
        problems += _unknown_columns(path.name, name, table)
    for _, row in _rows(tables["Vragenlijst"]):
        key = row.get("sleutel", "")
        if key in _GENERAL_LISTS:
            data[key] = _list(row.get("waarde", ""))
        elif key == "anoniem":
            data[key] = _yes(row.get("waarde", ""))
        elif key:
            data[key] = row["waarde"] if key == "versie" else _text(row, "waarde")
    data["deel"] = [
        _filled({"id": row.get("id"), "titel": _text(row, "titel"), "uitleg": _text(row, "uitleg")})
        | _conditions(row)
        for _, row in _rows(tables["Delen"])
    ]
    data["antwoorden"] = _answers(tables["Antwoorden"])
    data["vraag"] = _questions(path.name, tables["Vragen"], places, problems)
    if problems:
        raise DataError(problems)
    return data, places


def placed(problem: Problem, places: Mapping[str, Place]) -> Problem:
    """A problem with the sheet and row of the question that it is about, when they are known."""
    match = re.match(r"vraag\.([^.]+)(?:\.stelling)?(?:\.([^.]+))?", problem.column)
    if not match:
        return problem
    place = places.get(f"{match[1]}.{match[2]}") or places.get(match[1])
    return replace(problem, sheet=place[0], row=place[1]) if place else problem


def _unknown_columns(file: str, sheet: str, table: pd.DataFrame) -> Iterator[Problem]:
    for column in map(str, table.columns):
        word, _, language = column.partition(" ")
        known = word in _COLUMNS[sheet] and (not language or word in (*_TEXTS, *_PAIRS))
        if column and not known:
            remedy = (
                f"Kolommen zijn: {', '.join(_COLUMNS[sheet])}; of met een taal erachter, zoals 'vraag en'."
            )
            yield Problem(file, "deze kolom is niet bekend.", remedy, sheet, column=column)


def _rows(table: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in zip(table.index, table.to_dict("records"), strict=True):
        yield int(number), {str(key): str(value) for key, value in row.items() if key and value != ""}


def _text(row: Mapping[str, str], word: str) -> dict[str, str]:
    """A text by language: "vraag" is Dutch, "vraag en" is English."""
    found = {DUTCH: row[word]} if word in row else {}
    return found | {key.split(" ", 1)[1]: value for key, value in row.items() if key.startswith(f"{word} ")}


def _list(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]


def _yes(text: str) -> bool:
    return text.strip().casefold() in ("ja", "x", "true", "waar", "1")


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, {}, [])}


def _conditions(row: Mapping[str, str]) -> dict[str, Any]:
    """ "contact = ja, deels; leeftijd = oud" as two conditions."""
    pairs = [part.partition("=") for part in re.split(r"[;\n]", row.get("als", "")) if part.strip()]
    found = {name.strip(): _list(values) for name, _, values in pairs}
    return {"als": found} if found else {}


def _pairs(row: Mapping[str, str], word: str) -> dict[str, Any]:
    """ "kort = tekst; lang = tekst" with the same in other languages, as code -> text by language."""
    found: dict[str, dict[str, str]] = {}
    for language, text in _text(row, word).items():
        for part in _lines(text):
            code, _, label = part.partition("=")
            if code.strip():
                found.setdefault(code.strip(), {})[language] = label.strip()
    return found


def _lines(text: str) -> list[str]:
    """The lines of a cell; of a cell with one line what stands between its semicolons."""
    return text.split("\n") if "\n" in text else text.split(";")


def _answers(table: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _, row in _rows(table):
        one = found.setdefault(row.get("lijst", ""), {"codes": {}, "ontbrekend": []})
        if "code" in row:
            one["codes"][row["code"]] = _text(row, "tekst")
        one["ontbrekend"] += _list(row.get("ontbrekend", ""))
    return found


def _questions(
    file: str, table: pd.DataFrame, places: dict[str, Place], problems: list[Problem]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, row in _rows(table):
        question = _question(file, number, row, problems)
        if row.get("soort") == "stelling":
            if not found or found[-1].get("soort") != "tabel":
                remedy = "Zet de stelling onder een vraag van soort tabel."
                problems.append(Problem(file, "deze stelling hoort nergens bij.", remedy, "Vragen", number))
                continue
            question["tekst"] = question.pop("vraag", {})
            question = {key: value for key, value in question.items() if key not in ("deel", "soort")}
            found[-1].setdefault("stelling", []).append(question)
            places[f"{found[-1].get('naam')}.{question.get('naam')}"] = ("Vragen", number)
        else:
            found.append(question)
            places[str(len(found))] = places[row.get("naam", "")] = ("Vragen", number)
    return found


def _question(file: str, number: int, row: Mapping[str, str], problems: list[Problem]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for word in _QUESTION:
        if word in _TEXTS:
            result[word] = _text(row, word)
        elif word in _PAIRS:
            result[word] = _pairs(row, word)
        elif word not in row or word == "als":
            continue
        elif word in _LISTS:
            result[word] = _list(row[word])
        elif word in _BOOLEANS:
            result[word] = _yes(row[word])
        elif word in _NUMBERS:
            value = parse_number(row[word])
            if value is None:
                message = f'"{row[word]:.40}" is geen getal.'
                problems.append(Problem(file, message, "Schrijf alleen het getal.", "Vragen", number, word))
            else:
                result[word] = int(value) if word == "item" else value
        elif word == "groepen":
            result[word] = _groups(file, number, row[word], problems)
        else:
            result[word] = row[word]
    return _filled(result) | _conditions(row)


def _groups(file: str, number: int, text: str, problems: list[Problem]) -> dict[str, list[float]]:
    """ "15-24 = 15 t/m 24; 65+ = 65 t/m 110" as classes."""
    found = {}
    for part in re.split(r"[;\n]", text):
        code, _, bounds = part.partition("=")
        match = re.fullmatch(r"\s*([\d.,]+)\s*(?:t/m|tot en met)\s*([\d.,]+)\s*", bounds)
        if match:
            found[code.strip()] = [parse_number(match[1]) or 0.0, parse_number(match[2]) or 0.0]
        elif part.strip():
            message = f'"{part.strip():.40}" is geen groep.'
            problems.append(
                Problem(file, message, "Schrijf: 15-24 = 15 t/m 24; 25-44 = ...", "Vragen", number, "groepen")
            )
    return found


def write(questionnaire: Questionnaire, path: Path) -> None:
    """Write a questionnaire as a workbook that `read` gives back the same."""
    import xlsxwriter

    languages = questionnaire.languages
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#17567a", "font_color": "white", "text_wrap": True}
        )
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in _written(questionnaire).items():
            page = book.add_worksheet(name)
            texts = [word for word in _COLUMNS[name] if word in (*_TEXTS, *_PAIRS)]
            columns = [*_COLUMNS[name], *(f"{word} {one}" for word in texts for one in languages)]
            page.write_row(0, 0, columns, head)
            for number, row in enumerate(rows, 1):
                for place, column in enumerate(columns):
                    page.write(number, place, row.get(column, ""), body)
            page.freeze_panes(1, 3 if name == "Vragen" else 1)
            page.set_column(0, len(columns), 18)


def _written(questionnaire: Questionnaire) -> dict[str, list[dict[str, Any]]]:
    general: list[dict[str, Any]] = [{"sleutel": "versie", "waarde": questionnaire.version}]
    texts = {"naam": questionnaire.name, "welkom": questionnaire.welcome, "slot": questionnaire.end}
    texts |= {"privacy": questionnaire.privacy}
    general += [{"sleutel": key, **_spread("waarde", text)} for key, text in texts.items() if text]
    lists = {"talen": questionnaire.languages, "kenmerken": questionnaire.attributes}
    general += [{"sleutel": key, "waarde": ", ".join(values)} for key, values in lists.items() if values]
    general += [{"sleutel": "anoniem", "waarde": "ja"}] if questionnaire.anonymous else []
    parts = [
        {
            "id": one.id,
            **_spread("titel", one.title),
            **_spread("uitleg", one.text),
            "als": _als(one.asked_if),
        }
        for one in questionnaire.parts
    ]
    answers = [
        {"lijst": name, "code": code, **_spread("tekst", text)}
        | ({"ontbrekend": ", ".join(one.missing)} if place == 0 else {})
        for name, one in questionnaire.answers.items()
        for place, (code, text) in enumerate(one.codes.items())
    ]
    questions = []
    for question in questionnaire.questions:
        questions.append(_row(question))
        for statement in question.statements:
            own = {"naam": statement.name, "soort": "stelling", "label": statement.label}
            questions.append(own | _spread("vraag", statement.text) | _measure(statement))
    return {"Vragenlijst": general, "Delen": parts, "Vragen": questions, "Antwoorden": answers}


def _row(question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {
        "deel": question.part, "naam": question.name, "soort": question.kind, "antwoorden": question.answers,
        "anders": "ja" if question.other else "", "ontbrekend": ", ".join(question.missing),
        "alleen": ", ".join(question.exclusive), "verplicht": "ja" if question.required else "",
        "als": _als(question.asked_if), "rol": question.role, "label": question.label,
        "groepsnaam": question.groups_name,
        "groepen": "; ".join(f"{code} = {low:g} t/m {high:g}" for code, (low, high) in question.groups.items()),
    }  # fmt: skip
    row |= {"stap": question.step} if question.step != 1 else {}
    row |= {
        key: value
        for key, value in (("minimum", question.minimum), ("maximum", question.maximum))
        if value is not None
    }
    for word, text in (("vraag", question.text), ("toelichting", question.help), ("eenheid", question.unit)):
        row |= _spread(word, text)
    for word, codes in (("codes", question.codes), ("polen", question.poles)):
        for language in {one for text in codes.values() for one in text}:
            column = word if language == DUTCH else f"{word} {language}"
            row[column] = "".join(f"{code} = {text.get(language, '')}\n" for code, text in codes.items())
    return row | _measure(question)


def _measure(measured: Measured) -> dict[str, Any]:
    return _filled(
        {
            "kpi": measured.kpi, "telt": ", ".join(measured.counts), "richting": measured.direction,
            "schaal": measured.scale, "item": measured.item or "",
        }
    )  # fmt: skip


def _spread(word: str, text: Mapping[str, str]) -> dict[str, str]:
    return {
        word if language == DUTCH else f"{word} {language}": to_text(one) for language, one in text.items()
    }


def _als(asked_if: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{name} = {', '.join(values)}" for name, values in asked_if.items())
