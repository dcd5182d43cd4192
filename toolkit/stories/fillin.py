"""A sheet that people fill in: stories with a choice beside each, as a workbook with lists or as a CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.cache import digest
from toolkit.cells import plain
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table, whole_file
from toolkit.stories.answers import JOIN, NONE, answer, empty_answers

SHEET, CHOICES = "Invullen", "Keuzes"
FIXED = ("verhaal", "zin", "kenmerk", "tekst")
CODER = "codeur"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Question:
    """What is asked: columns that are filled in, and the choices (id -> what people see)."""

    columns: tuple[str, ...]
    choices: Mapping[str, str]
    guide: tuple[str, ...]
    several: bool = False  # more columns hold one answer: the main theme and further ones


def theme_question(themes: Mapping[str, str]) -> Question:
    """The main theme and at most two further ones; `themes` maps ids to names."""
    guide = (
        "Lees elk verhaal en kies bij 'hoofdthema' waar het vooral over gaat.",
        "Gaat minstens één zin over nog een thema? Kies dat bij 'tweede thema' of 'derde thema'.",
        "Past geen enkel thema, kies dan 'geen thema'. Weet u het niet, laat de rij dan leeg.",
    )
    return Question(
        ("hoofdthema", "tweede thema", "derde thema"), {**themes, NONE: "geen thema"}, guide, several=True
    )


def tone_question(labels: Sequence[str], of_sentences: bool) -> Question:
    """The sentiment of a story or of a sentence."""
    guide: tuple[str, ...] = (
        f"Lees {'elke zin' if of_sentences else 'elk verhaal'} en kies bij 'toon' hoe de verteller oordeelt over de hulp of de ervaring.",
        "Het gaat om het oordeel, niet om hoe erg de omstandigheden zijn. Ironie telt zoals zij bedoeld is.",
        "Alleen feiten of stappen zonder oordeel: 'neutraal'. Weet u het niet, laat de rij dan leeg.",
    )
    if not of_sentences:
        guide = (
            *guide,
            "Staan duidelijke lof en duidelijke kritiek naast elkaar, zonder slotsom: 'gemengd'.",
        )
    return Question(("toon",), {label: label for label in labels}, guide)


def mark(story: str, text: str) -> str:
    """A short mark of a text, by which a sheet knows that it is still the same text."""
    return digest(story, text)[:8]


def write_sheet(path: Path, rows: pd.DataFrame, question: Question, coder: str = "") -> None:
    """Write the rows (verhaal, zin, tekst) with empty cells to fill in: .xlsx with lists, else a CSV.

    Text never becomes a formula. The CSV has semicolons and a byte order mark, as Excel in Dutch opens it.
    """
    table = pd.DataFrame(
        {
            "verhaal": rows["verhaal"],
            "zin": rows["zin"],
            "kenmerk": [mark(*one) for one in zip(rows["verhaal"], rows["tekst"], strict=True)],
            "tekst": rows["tekst"],
            **dict.fromkeys(question.columns, ""),
            CODER: coder,
        }
    )
    if path.suffix.lower() != ".xlsx":
        safe = table.map(lambda cell: f"'{cell}" if str(cell).startswith(_FORMULA) else cell)
        with whole_file(path) as temporary:
            safe.to_csv(temporary, index=False, sep=";", encoding="utf-8-sig", lineterminator="\n")
        return
    import xlsxwriter

    with whole_file(path) as temporary:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(temporary), options)
        book.set_properties({"title": "Verhalen labelen", "created": datetime(2000, 1, 1)})
        _sheet(book, table, question)
        book.close()


def _sheet(book: Any, table: pd.DataFrame, question: Question) -> None:
    head = book.add_format({"bold": True, "bg_color": "#1F3D5C", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"})  # fmt: skip
    fill = book.add_format({"bg_color": "#FFF6DD", "border": 1, "border_color": "#D9DEE3", "valign": "top", "text_wrap": True})  # fmt: skip
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    guide = book.add_worksheet("Leeswijzer")
    guide.set_column(0, 0, 100, wrap)
    for row, line in enumerate((*question.guide, f"Vul uw naam of paraaf in bij '{CODER}'. Verander de kolommen verhaal, zin en kenmerk niet.")):  # fmt: skip
        guide.write_string(row, 0, line)
    sheet = book.add_worksheet(SHEET)
    widths = {"tekst": 80, "kenmerk": 10, "zin": 5, "verhaal": 12, CODER: 12}
    last = len(table)
    names = list(table.columns)
    for column, name in enumerate(names):
        asked = name in question.columns
        sheet.set_column(column, column, widths.get(name, 26))
        sheet.write_string(0, column, name, head)
        for row, cell in enumerate(table[name], start=1):
            sheet.write_string(row, column, str(cell)[:32000], fill if asked or name == CODER else wrap)
        if asked and last:
            source = f"={CHOICES}!$A$1:$A${len(question.choices)}"
            rule = {
                "validate": "list", "source": source, "error_title": "Kies uit de lijst",
                "error_message": "Klik op het pijltje in de cel en kies.",
            }  # fmt: skip
            sheet.data_validation(1, column, last, column, rule)
    sheet.freeze_panes(1, names.index("tekst") + 1)
    sheet.activate()
    choices = book.add_worksheet(CHOICES)
    for row, shown in enumerate(question.choices.values()):
        choices.write_string(row, 0, shown)
    choices.hide()


def read_sheet_back(
    path: Path, rows: pd.DataFrame, question: Question, coder: str, today: date
) -> pd.DataFrame:
    """The answers in a sheet that was filled in; rows that were left empty are no answers.

    `rows` (verhaal, zin, tekst) are what may be judged; `coder` is who filled in rows without a name.

    Raises DataError with every problem: an answer that is no choice, a story that is not in the corpus, a
    text that has changed since, a double row, no coder.
    """
    sheet = SHEET if path.suffix.lower() == ".xlsx" else ""
    table = read_table(path, sheet, [*FIXED, *question.columns, CODER])
    needed = [name for name in (*FIXED[:3], *question.columns) if name != "zin"]
    problems = missing_columns(table, needed, path.name, sheet)
    if problems:
        raise DataError(problems)
    table = table.reindex(
        columns=[*table.columns, *(name for name in (CODER, "zin") if name not in table)], fill_value=""
    )
    known = {
        (story, sentence): mark(story, text)
        for story, sentence, text in rows[["verhaal", "zin", "tekst"]].itertuples(index=False, name=None)
    }
    ids = {plain(word): name for name, shown in question.choices.items() for word in (name, shown)}
    seen: set[tuple[str, str, str]] = set()
    found: list[dict[str, str]] = []

    def look(place: int, row: pd.Series) -> Iterator[Problem]:
        given = [(name, row[name]) for name in question.columns if row[name]]
        if not given:
            return
        who, unit = row[CODER] or coder, (row["verhaal"], row["zin"])
        for name, cell in given:
            if plain(cell) not in ids:
                hint = closest(cell, question.choices.values()) or "Kies uit de lijst in de cel."
                yield Problem(path.name, f"'{cell:.40}' is geen keuze.", hint, sheet, place, name)
        if unit not in known:
            yield Problem(path.name, "dit verhaal zit niet in deze verhalen.", "Verander de eerste kolommen niet.", sheet, place, "verhaal")  # fmt: skip
        elif known[unit] != row["kenmerk"]:
            yield Problem(path.name, "de tekst is veranderd sinds dit blad is gemaakt.", "Maak een nieuw blad en vul dat in.", sheet, place, "kenmerk")  # fmt: skip
        if not who:
            yield Problem(path.name, "er staat niet wie dit invulde.", f"Vul de kolom {CODER} in, of geef --codeur.", sheet, place, CODER)  # fmt: skip
        if (*unit, who) in seen:
            yield Problem(
                path.name, "dit staat er twee keer in.", "Laat één rij staan.", sheet, place, "verhaal"
            )
        seen.add((*unit, who))
        chosen = list(dict.fromkeys(ids.get(plain(cell), "") for _, cell in given))
        if question.several and given[0][0] != question.columns[0]:
            yield Problem(path.name, "er is geen hoofdthema, maar wel een ander thema.", "Kies eerst het hoofdthema.", sheet, place, question.columns[0])  # fmt: skip
        if NONE in chosen and len(chosen) > 1:
            yield Problem(path.name, "'geen thema' staat naast een thema.", "Kies het een of het ander.", sheet, place, given[0][0])  # fmt: skip
        found.append(answer(row["verhaal"], JOIN.join(chosen), who, today, row["zin"]))

    for place, row in table.iterrows():
        problems += look(int(str(place)), row)
    if problems:
        raise DataError(problems)
    return pd.DataFrame(found) if found else empty_answers()
