"""The template for data entry: a workbook for whoever types in paper forms, with drop-downs and checks.

A row per respondent, the columns that `codebook` describes under its source `xlsx`. What was not asked turns
grey, three shares that do not make 100 turn red, and a value that cannot be is refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.questionnaire.codebook import ENTRY_DAY, ENTRY_NUMBER, entry_columns, entry_labels
from toolkit.questionnaire.model import DUTCH, NO, OTHER, YES, Question, Questionnaire
from toolkit.questionnaire.wording import word

PAGE, LISTS, HELP = "Invullen", "Keuzes", "Uitleg"
ROWS = 1000
_FIRST = 2  # the first row for answers, counted from 0: above it the question and the name of the column
_DATES = ("1900-01-01", "2100-12-31")


@dataclass(frozen=True)
class _Column:
    """One column: its name, what stands above it, and what may be filled in."""

    name: str
    text: str
    question: Question | None = None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    date: bool = False
    number: bool = False


def write(questionnaire: Questionnaire, path: Path) -> None:
    """Write the template for a questionnaire, in Dutch."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page, help_page, lists = (book.add_worksheet(name) for name in (PAGE, HELP, LISTS))
        lists.hide()
        _explain(book, help_page, questionnaire)
        columns = list(_columns(questionnaire))
        places = {column.name: place for place, column in enumerate(columns)}
        style = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#cfd6dd"}
        head = book.add_format({**style, "bold": True, "bg_color": "#17567a", "font_color": "white"})
        name = book.add_format({"font_color": "#4d5966", "font_size": 8})
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        grey = book.add_format({"bg_color": "#d9dee3"})
        red = book.add_format({"bg_color": "#f4c7c3"})
        page.set_row(0, 75)
        page.freeze_panes(_FIRST, 1)
        for place, column in enumerate(columns):
            page.set_column(
                place, place, 12 if column.choices == (YES, NO) else 18, day if column.date else None
            )
            page.write(0, place, column.text, head)
            page.write(1, place, column.name, name)
            if column.choices and column.choices != (YES, NO):
                lists.write_column(0, place, column.choices)
            rule = _rule(column, place)
            if rule:
                page.data_validation(_FIRST, place, _FIRST + ROWS - 1, place, rule)
            for formula in _not_asked(questionnaire, column, places):
                cells = (_FIRST, place, _FIRST + ROWS - 1, place)
                page.conditional_format(*cells, {"type": "formula", "criteria": formula, "format": grey})
        for question in questionnaire.questions:
            if question.kind == "triade":
                names = [places[one] for one in entry_columns(questionnaire, question).values()]
                first, last = (f"${_letters(one)}{_FIRST + 1}" for one in (names[0], names[-1]))
                formula = f"=AND(COUNT({first}:{last})>0,ABS(SUM({first}:{last})-100)>1.5)"
                cells = (_FIRST, names[0], _FIRST + ROWS - 1, names[-1])
                page.conditional_format(*cells, {"type": "formula", "criteria": formula, "format": red})
        page.activate()


def _explain(book: Any, page: Any, questionnaire: Questionnaire) -> None:
    page.set_column(0, 0, 100)
    lines = (
        f"Invulbestand: {questionnaire.name[DUTCH]} (versie {questionnaire.version})",
        f"Vul op het blad {PAGE} één rij in per persoon. Verander de namen van de kolommen niet.",
        f"{ENTRY_NUMBER}: een eigen nummer per formulier, bijvoorbeeld 1, 2, 3. Geen naam en geen BSN.",
        f"{ENTRY_DAY}: de dag waarop het formulier is ingevuld. Leeg betekent: niet afgemaakt; die rij telt niet mee.",
        "Bij veel vragen kiest u uit een lijst. Is de vraag niet ingevuld? Laat de cel dan leeg.",
        "Mocht iemand meer antwoorden kiezen? Dan heeft elk antwoord een kolom: ja of nee.",
        "Grijs: deze vraag kreeg deze persoon niet. Laat de cel leeg.",
        "Rood: de drie getallen zijn samen geen 100.",
        "Elf vakjes op een rij: het eerste is de laagste waarde, het laatste de hoogste. Van 0 tot en met 100 is dat 0, 10, 20 en verder.",
    )
    page.write(0, 0, lines[0], book.add_format({"bold": True, "font_size": 14}))
    page.write_column(1, 0, lines[1:], book.add_format({"text_wrap": True}))


def _columns(questionnaire: Questionnaire) -> Iterator[_Column]:
    yield _Column(ENTRY_NUMBER, "Nummer van het formulier")
    yield _Column(ENTRY_DAY, "Ingevuld op (dag-maand-jaar)", date=True)
    for question in questionnaire.questions:
        text = question.text[DUTCH]
        labels = tuple(entry_labels(questionnaire, question))
        low, high = question.bounds
        match question.kind:
            case "meerkeuze":
                for code, column in entry_columns(questionnaire, question).items():
                    label = questionnaire.codes_of(question)[code][DUTCH]
                    yield _Column(column, f"{text}\n{label}", question, (YES, NO))
                if question.other:
                    yield _Column(f"{question.name}.{OTHER}", f"{text}\nanders", question, (YES, NO))
            case "tabel":
                for statement in question.statements:
                    yield _Column(statement.name, f"{text}\n{statement.text[DUTCH]}", question, labels)
            case "triade":
                for code, column in entry_columns(questionnaire, question).items():
                    pole = question.poles[code][DUTCH]
                    yield _Column(column, f"{text}\n{pole}", question, low=0, high=100, number=True)
            case "dyade":
                left, right = (pole[DUTCH] for pole in question.poles.values())
                yield _Column(
                    question.name,
                    f"{text}\n0 = {left}, 100 = {right}",
                    question,
                    low=0,
                    high=100,
                    number=True,
                )
            case "getal" | "schuif":
                yield _Column(question.name, text, question, low=low, high=high, number=True)
            case "datum":
                yield _Column(question.name, text, question, date=True)
            case _:
                yield _Column(question.name, text, question, labels)
        if question.other:
            yield _Column(f"{question.name}.tekst", f"{text}\n{word(OTHER, DUTCH)}", question)


def _rule(column: _Column, place: int) -> dict[str, Any] | None:
    """What Excel checks, and what it says when somebody types something else."""
    refuse = {"error_title": "Dat kan hier niet"}
    if column.name == ENTRY_NUMBER:
        cell, whole = f"A{_FIRST + 1}", f"$A${_FIRST + 1}:$A${_FIRST + ROWS}"
        message = "Elk formulier heeft een eigen nummer."
        return {
            "validate": "custom",
            "value": f"=COUNTIF({whole},{cell})=1",
            "error_message": message,
            **refuse,
        }
    if column.choices == (YES, NO):
        return {"validate": "list", "source": [YES, NO], "error_message": "Kies ja of nee.", **refuse}
    if column.choices:
        letter = _letters(place)
        source = f"={LISTS}!${letter}$1:${letter}${len(column.choices)}"
        return {
            "validate": "list",
            "source": source,
            "error_message": "Kies een antwoord uit de lijst.",
            **refuse,
        }
    if column.date:
        low, high = (_day(text) for text in _DATES)
        message = "Vul een datum in, zoals 12-3-2026."
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_message": message,
            **refuse,
        }
    if column.number:
        low, high = (
            (-1e9 if column.low is None else column.low),
            (1e9 if column.high is None else column.high),
        )
        message = (
            f"Vul een getal in van {low:g} tot en met {high:g}."
            if column.high is not None
            else "Vul een getal in."
        )
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_message": message,
            **refuse,
        }
    return None


def _day(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def _not_asked(questionnaire: Questionnaire, column: _Column, places: dict[str, int]) -> Iterator[str]:
    """Formulas that hold where this person did not get the question."""
    if column.question is None:
        return
    for name, needed in questionnaire.conditions(column.question).items():
        labels = {
            ours: label for label, ours in entry_labels(questionnaire, questionnaire.question(name)).items()
        }
        cell = f"${_letters(places[name])}{_FIRST + 1}"
        wanted = _either(cell, [labels.get(one, one) for one in needed])
        yield f'=AND({cell}<>"",NOT({wanted}))'


def _either(cell: str, labels: Sequence[str]) -> str:
    doubled = [label.replace('"', '""') for label in labels]
    parts = ",".join(f'{cell}="{label}"' for label in doubled)
    return f"OR({parts})"


def _letters(place: int) -> str:
    """The letters of a column, counted from 0: 0 is A, 27 is AB."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
