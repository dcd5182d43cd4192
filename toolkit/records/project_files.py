"""A file per project, in TOML or as a filled-in Excel form: what it asks, and how it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.cells import is_empty, parse_count, parse_number, plain, to_text
from toolkit.errors import DataError, Problem, closest
from toolkit.files import Sheet, read_bytes, read_sheet, whole_file
from toolkit.records.delivery import Row, one_line
from toolkit.records.settings import TableFile

FOLDER = "projecten"  # in surveys/<id>/; files whose name begins with _ are examples
FORM = "_leeg.xlsx"
SHEET, NUMBERS_SHEET = "Project", "Cijfers"
NUMBERS = "cijfer"  # the blocks of a TOML file
_HEADER = ("Vraag", "Antwoord", "Uitleg")
_NUMBER_KEYS = ("wat", "waarde", "eenheid", "mensen")


@dataclass(frozen=True)
class Question:
    """What is asked of a project: our name, the key in TOML, the words in the form, and how to answer."""

    name: str
    key: str
    words: str
    how: str


QUESTIONS = (
    Question("project", "naam", "Naam van het project", "Verplicht."),
    Question("part", "onderdeel", "Onderdeel", "Verplicht. Bij welk programma of thema hoort het project?"),
    Question("about", "inhoud", "Wat houdt het project in?", "Eén of twee zinnen."),
    Question("aim", "doel", "Wat is het doel?", "Eén zin: wat moet er anders zijn voor inwoners?"),
    Question("partners", "partners", "Welke partners doen mee?", "Namen van organisaties, geen namen van mensen."),
    Question("start", "start", "Startdatum", "Bijvoorbeeld 1-3-2024."),
    Question("end", "einde", "Einddatum", "Leeg laten als het project geen einddatum heeft."),
    Question("years", "looptijd", "Looptijd", "Alleen als u geen datums weet. Bijvoorbeeld 2024-2026."),
    Question("status", "status", "Status", "Kies: gepland, loopt, afgerond of gestopt."),
    Question("state", "stand", "Hoe staat het ervoor?", "Een paar zinnen. Elke regel wordt een punt."),
    Question("budget", "budget", "Budget in euro's", "Alleen een getal, zonder punten. Bijvoorbeeld 150000."),
    Question("spent", "besteed", "Besteed in euro's", "Alleen een getal, zonder punten."),
    Question("money", "geld", "Toelichting op het geld", "Bijvoorbeeld: waar komt het geld vandaan?"),
    Question("reach", "bereik", "Hoeveel mensen deden mee?", "Alleen een getal."),
    Question("reach_unit", "bereik_eenheid", "Wie zijn dat?", "Bijvoorbeeld inwoners, jongeren of huishoudens."),
    Question("grade", "rapportcijfer", "Rapportcijfer van deelnemers", "Van 1 tot en met 10. Bijvoorbeeld 7,8."),
    Question("satisfied", "tevreden", "Hoeveel procent is tevreden?", "Alleen een getal. Bijvoorbeeld 84."),
    Question("respondents", "respondenten", "Hoeveel mensen gaven dat oordeel?", "Alleen een getal."),
    Question("results", "resultaten", "Wat zijn de resultaten, in woorden?", "Elke regel wordt een punt. Geen namen."),
    Question("fitting", "passender", "Is de hulp passender?", "Kies: ja, deels of nee."),
    Question("fitting_why", "passender_omdat", "Passender, omdat", "Eén zin."),
    Question("faster", "sneller", "Is de hulp sneller?", "Kies: ja, deels of nee."),
    Question("faster_why", "sneller_omdat", "Sneller, omdat", "Eén zin."),
    Question("cheaper", "betaalbaarder", "Is de hulp betaalbaarder?", "Kies: ja, deels of nee."),
    Question("cheaper_why", "betaalbaarder_omdat", "Betaalbaarder, omdat", "Eén zin."),
    Question("secured", "borging", "Hoe is het geborgd?", "Wat blijft er als het project stopt, en wie zorgt daarvoor?"),
)  # fmt: skip
TEXTS = (
    "about", "partners", "state", "money", "results", "fitting_why", "faster_why", "cheaper_why", "secured",
)  # fmt: skip
_ANSWERS = ["ja", "deels", "nee"]
_CHOICES = {
    "status": ["gepland", "loopt", "afgerond", "gestopt"],
    "fitting": _ANSWERS,
    "faster": _ANSWERS,
    "cheaper": _ANSWERS,
}
_PERSON = ("contact", "telefoon", "e-mail", "email", "projectleider", "medewerker")


@dataclass(frozen=True)
class ProjectNumber:
    """A result in numbers: what, how much, in which unit, and about how many people (NaN: not told, 0: none)."""

    what: str
    value: float
    unit: str
    people: float


class ProjectFile(Row):
    """One project file: its answers by our names, and where in the file each stands."""

    def __init__(
        self,
        name: str,
        answers: Mapping[str, Any],
        places: Mapping[str, tuple[str, int | None, str]],
        numbers: list[tuple[int | None, Mapping[str, Any]]],
        found: list[Problem],
    ) -> None:
        names = {one.name: one.name for one in QUESTIONS}
        table = Sheet(name, "", 0, pd.DataFrame())
        source = TableFile(bestand=name, formaat="csv", kolommen=names)
        super().__init__(table, source, 0, answers, found)
        self.name, self._places, self._numbers = name, places, numbers

    def problem(self, name: str, message: str, remedy: str) -> None:
        """Note a problem with an answer, at its own place in the file."""
        key = next((one.key for one in QUESTIONS if one.name == name), name)
        sheet, row, column = self._places.get(name, ("", None, key))
        self._found.append(Problem(self.name, message, remedy, sheet, row, column))

    def translating(self, name: str) -> str:
        """Nothing: a project file has no codes."""
        return ""

    def numbers(self) -> tuple[ProjectNumber, ...]:
        """The results in numbers; a number without what or value is a problem."""
        made = []
        for row, cells in self._numbers:
            sheet = NUMBERS_SHEET if row else ""
            what, unit = (one_line(cells.get(key)) for key in ("wat", "eenheid"))
            given, people = cells.get("waarde"), cells.get("mensen")
            value = parse_number(given, typed=isinstance(given, str))
            about = float("nan") if is_empty(people) else parse_count(people)
            if not what or is_empty(what):
                message, remedy = "dit cijfer zegt niet waar het over gaat.", "Vul in wat er is geteld."
                self._found.append(Problem(self.name, message, remedy, sheet, row, "wat"))
            if value is None:
                message, remedy = f"'{one_line(given):.20}' is geen getal.", "Schrijf duizend als 1000."
                self._found.append(Problem(self.name, message, remedy, sheet, row, "waarde"))
            if about is None:
                message = f"'{one_line(people):.20}' is geen heel getal van 0 of meer."
                remedy = "Over hoeveel mensen gaat dit cijfer? Schrijf 0 als het niet over mensen gaat."
                self._found.append(Problem(self.name, message, remedy, sheet, row, "mensen"))
            if what and value is not None and about is not None:
                made.append(ProjectNumber(what, value, unit, about))
        return tuple(made)


def read_files(folder: Path, found: list[Problem]) -> Iterator[ProjectFile]:
    """Every project file in a folder (.toml and .xlsx) in order of name; nothing when there is no such folder.

    Files whose name begins with _, . or ~$ are skipped. A file that cannot be read, and a question that is
    not known, comes in `found`; all other files are read all the same.
    """
    for path in sorted(folder.glob("*")):
        if not path.is_file() or path.name.startswith(("_", ".", "~$")) or path.suffix == ".md":
            continue
        name = f"{FOLDER}/{path.name}"
        try:
            if path.suffix.lower() == ".toml":
                yield _read_toml(path, name, found)
            elif path.suffix.lower() == ".xlsx":
                yield _read_form(path, name, found)
            else:
                remedy = f"Gebruik het Excel-formulier {FORM} of een TOML-bestand."
                found.append(Problem(name, "dit soort bestand wordt hier niet gelezen.", remedy))
        except DataError as error:
            found.extend(error.problems)


def _read_toml(path: Path, name: str, found: list[Problem]) -> ProjectFile:
    try:
        told = tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = "dit bestand is niet in UTF-8 opgeslagen."
        raise DataError([Problem(name, message, "Sla het bestand op als UTF-8.")]) from error
    except tomllib.TOMLDecodeError as error:
        remedy = "Staat een tekst tussen aanhalingstekens, en een lange tekst tussen drie?"
        raise DataError([Problem(name, f"dit is geen geldig TOML-bestand: {error}.", remedy)]) from error
    blocks = told.pop(NUMBERS, [])
    known = {one.key: one.name for one in QUESTIONS}
    found.extend(_unknown(name, key, [*known, NUMBERS]) for key in told if key not in known)
    answers = {known[key]: value for key, value in told.items() if key in known}
    for key, value in told.items():
        if isinstance(value, dict):
            found.append(Problem(name, "hier hoort een tekst of getal.", column=key))
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        remedy = f"Schrijf elk cijfer in een eigen blok, met [[{NUMBERS}]] erboven."
        found.append(Problem(name, "de cijfers zijn niet te lezen.", remedy, column=NUMBERS))
        blocks = []
    found.extend(
        _unknown(name, key, _NUMBER_KEYS) for one in blocks for key in one if key not in _NUMBER_KEYS
    )
    return ProjectFile(name, answers, {}, [(None, one) for one in blocks], found)


def _read_form(path: Path, name: str, found: list[Problem]) -> ProjectFile:
    sheet = read_sheet(path, SHEET, _HEADER[:2])
    if missing := [column for column in _HEADER[:2] if column not in sheet.cells]:
        remedy = f"Begin met een kopie van {FORM}, en verander de eerste rij niet."
        raise DataError([Problem(name, "deze kolom ontbreekt.", remedy, SHEET, None, missing[0])])
    known = {plain(words): one.name for one in QUESTIONS for words in (one.words, one.key)}
    answers: dict[str, Any] = {}
    places: dict[str, tuple[str, int | None, str]] = {}
    for number, (question, answer) in zip(
        sheet.cells.index, sheet.cells[[*_HEADER[:2]]].to_numpy(object), strict=True
    ):
        words = to_text(question)
        if not words:
            continue
        ours = known.get(plain(words))
        if ours is None:
            found.append(_unknown(name, words, [one.words for one in QUESTIONS], SHEET, int(number)))
        else:
            answers[ours], places[ours] = answer, (SHEET, int(number), words)
    return ProjectFile(name, answers, places, _number_rows(path), found)


def _number_rows(path: Path) -> list[tuple[int | None, Mapping[str, Any]]]:
    """The filled rows of the sheet with numbers; none when the form has no such sheet."""
    try:
        cells = read_sheet(path, NUMBERS_SHEET, [key.capitalize() for key in _NUMBER_KEYS]).cells
    except DataError:
        return []
    rows = cells.rename(columns=str.lower)
    filled: list[tuple[int | None, Mapping[str, Any]]] = []
    for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
        if any(not is_empty(row.get(key)) for key in _NUMBER_KEYS):
            filled.append((int(number), {str(key): value for key, value in row.items()}))
    return filled


def _unknown(
    file: str, key: str, known: list[str] | tuple[str, ...], sheet: str = "", row: int | None = None
) -> Problem:
    if any(word in key.casefold() for word in _PERSON):
        remedy = "Namen en gegevens van mensen horen hier niet: haal deze vraag weg."
    else:
        remedy = closest(key, known) or f"Haal deze vraag weg, of kijk in {FORM} hoe zij heet."
    return Problem(file, "deze vraag is hier niet bekend.", remedy, sheet, row, f"{key:.60}")


def write_form(path: Path) -> None:
    """Write the empty Excel form: a sheet with the questions, and one for results in numbers."""
    import xlsxwriter

    with whole_file(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        head = book.add_format({"bold": True, "bg_color": "#1F3D5C", "font_color": "#FFFFFF"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        answer = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF8E5", "border": 1})
        soft = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#4D5966"})
        sheet = book.add_worksheet(SHEET)
        for at, (words, width, form) in enumerate(
            zip(_HEADER, (34, 70, 50), (wrap, wrap, soft), strict=True)
        ):
            sheet.set_column(at, at, width, form)
            sheet.write_string(0, at, words, head)
        for row, one in enumerate(QUESTIONS, start=1):
            sheet.write_string(row, 0, one.words, wrap)
            sheet.write_blank(row, 1, None, answer)
            sheet.write_string(row, 2, one.how, soft)
            if one.name in _CHOICES:
                sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": _CHOICES[one.name]})
        sheet.freeze_panes(1, 1)
        numbers = book.add_worksheet(NUMBERS_SHEET)
        for at, (key, width) in enumerate(zip(_NUMBER_KEYS, (60, 12, 18, 12), strict=True)):
            numbers.set_column(at, at, width, wrap)
            numbers.write_string(0, at, key.capitalize(), head)
        numbers.set_column(5, 5, 70, soft)
        numbers.write_string(
            0, 5, "Wat: waar gaat het cijfer over? Mensen: over hoeveel mensen gaat het?", soft
        )
        numbers.write_string(1, 5, "Gaat het niet over mensen? Vul dan bij Mensen een 0 in.", soft)
        book.close()
