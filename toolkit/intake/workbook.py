"""Delivered workbooks (XLSX, ODS): the cells by calamine, what its reader does not tell from the XML itself.

Formulas are not worked out: what the program of the partner stored as their outcome is read. Hidden rows
count. A merged cell in the table stands for every row that it covers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from toolkit.cells import to_text
from toolkit.errors import DataError, Problem
from toolkit.intake.guard import MB, MOST_CELLS, Archive, damaged, open_zip, refuse, xml
from toolkit.intake.header import names_of, score_of
from toolkit.intake.sheetxml import Marks, marks_of, ods_marks
from toolkit.intake.table import Cells, Note, Table, filled

_TOP = 60
_LONGEST_TEXTS = 700 * MB
Score = Callable[[Sequence[Any]], float]


@dataclass(frozen=True)
class _Sheet:
    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]]
    marks: Marks


def read_workbook(content: bytes, file: str, known: Score = score_of()) -> list[Table]:  # noqa: B008
    """The tables of a workbook: of every visible sheet that has a header, or else of the fullest one.

    Raises DataError for what is no workbook, has a password, macros or too many cells, or unfolds to more
    than its limits.
    """
    archive = open_zip(content, file, keep=True)
    outside = (_EXTERNAL,) if any(name.startswith("xl/externalLinks/") for name in archive.names) else ()
    marks = _all_marks(archive, file)
    archive.parts.clear()  # the reader of cells needs the memory
    with _no_collection():
        sheets = [sheet for sheet in _sheets(marks, content, file) if sheet.rows]
    if not sheets:
        raise refuse(file, "er staat niets in.", "Lever het bestand opnieuw aan.")
    found = [(max((known(row) for row in sheet.rows[:_TOP]), default=0.0), sheet) for sheet in sheets]
    best = max(score for score, _ in found)
    if best <= 0:
        chosen = [max(sheets, key=lambda sheet: len(sheet.rows) * len(sheet.rows[0]))]
    else:  # a sheet with a legend may repeat a name or two of the header
        chosen = [sheet for score, sheet in found if score >= max(1.0, best * 0.6)]
    return [_table(sheet, file, known, outside) for sheet in chosen]


_EXTERNAL = Note(
    "dit bestand verwijst naar andere bestanden; die openen wij niet.",
    "Klopt wat er in de cellen staat? Dan is er niets te doen. Plak anders de waarden in een nieuw bestand.",
)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let Python not look for cycles while a million cells are made, none of which can be in one."""
    import gc

    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _all_marks(archive: Archive, file: str) -> dict[str, Marks]:
    """What the XML tells of each sheet; every part is looked at for what could do harm."""
    for name in archive.parts:
        if not name.startswith("xl/worksheets/") and name != "content.xml":
            xml(archive, name, file)
    if "content.xml" in archive.names:
        return ods_marks(xml(archive, "content.xml", file), file)
    if not any(name.startswith("xl/") for name in archive.names):
        raise refuse(file, "dit is geen Excel-bestand.", "Open het in Excel en sla het op als .xlsx.")
    _check_shared_texts(archive, file)
    return {name: marks_of(xml(archive, part, file), file) for name, part in _parts(archive, file).items()}


def _sheets(marks: Mapping[str, Marks], content: bytes, file: str) -> Iterator[_Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    for name, mark in marks.items():
        if mark.last_row * mark.last_column > MOST_CELLS:
            message = f"op blad {name:.31} staat een cel ver buiten de tabel (rij {mark.last_row})."
            remedy = "Verwijder in Excel alle rijen en kolommen onder en naast de tabel, en sla op."
            raise refuse(file, message, remedy)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        shown = [one for one in shown if one.visible == SheetVisibleEnum.Visible] or shown
        for one in shown:
            if one.name not in marks:
                raise damaged(file)  # a sheet that was not looked at is not read
            sheet = book.get_sheet_by_name(one.name)
            if sheet.start is not None:
                merged = [(*a, *b) for a, b in sheet.merged_cell_ranges or []]
                rows = sheet.to_python(skip_empty_area=False)
                yield _Sheet(one.name, rows, merged, marks[one.name])
    except (CalamineError, KeyError, ValueError, OSError) as error:
        raise damaged(file) from error


def _parts(archive: Archive, file: str) -> dict[str, str]:
    """The XML part of each sheet, by the name of the sheet."""
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        book = fromstring(xml(archive, "xl/workbook.xml", file))
        links = fromstring(xml(archive, "xl/_rels/workbook.xml.rels", file))
    except (ParseError, KeyError) as error:
        raise damaged(file) from error
    targets = {one.get("Id", ""): one.get("Target", "") for one in links}
    found: dict[str, str] = {}
    for one in book.iter():
        if one.tag.endswith("}sheet"):
            link = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
            path = targets.get(link, "")
            path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
            if path in archive.parts:
                found[one.get("name", "")] = path
    return found


def _check_shared_texts(archive: Archive, file: str) -> None:
    """Refuse a long text that is named so often that the cells together would fill the computer."""
    name = next((one for one in archive.parts if one.lower() == "xl/sharedstrings.xml"), "")
    if not name:
        return
    content = xml(archive, name, file)
    ends = np.array([found.end() for found in re.finditer(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>", content)])
    if not len(ends):
        return
    lengths = np.diff(ends, prepend=0)
    total = 0
    for part in archive.parts:
        if part.startswith("xl/worksheets/") and part.endswith(".xml"):
            sheet = xml(archive, part, file)
            if int(lengths.max()) * sheet.count(b't="s"') < _LONGEST_TEXTS // 4:
                continue
            used = np.fromiter(
                (int(found) for found in re.findall(rb't="s"[^>]*>\s*<v>(\d{1,9})</v>', sheet)), np.int64
            )
            total += int(lengths[used[used < len(lengths)]].sum())
            if total > _LONGEST_TEXTS:
                raise refuse(file, "de teksten in dit bestand zijn samen te lang.", "Verdeel de levering.")


def _table(sheet: _Sheet, file: str, known: Score, notes: tuple[Note, ...]) -> Table:
    rows = sheet.rows
    scores = [known(row) for row in rows[:_TOP]]
    place = max(range(len(scores)), key=lambda number: (scores[number], -number))
    if scores[place] <= 0:
        place = next((number for number, row in enumerate(rows) if sum(map(bool, map(to_text, row))) > 1), 0)
    names = names_of(rows[place])
    body = rows[place + 1 :]
    width = max(len(names), 1)
    # Every row that the reader gives is as long as the widest one.
    beside = (
        [number for number, row in enumerate(body) if any(map(to_text, row[width:]))]
        if len(rows[0]) > width
        else []
    )
    problems = [
        Problem(file, "hier staat iets naast de tabel.", "Haal het weg.", sheet.name, place + 2 + number)
        for number in beside
    ]
    if problems and len(problems) > len(body) / 2:
        raise DataError(
            [Problem(file, "er staan kolommen zonder naam.", "Geef elke kolom een naam.", sheet.name)]
        )
    columns = (
        [list(cells) for cells in zip(*body, strict=True)][:width] if body else [[] for _ in range(width)]
    )
    columns += [[""] * len(body) for _ in range(width - len(columns))]
    columns = [_one_kind(cells) for cells in columns]
    notes = (*notes, *_fill_merged(sheet, columns, place), *_notes(sheet.marks, place, len(rows)))
    if problems:
        numbers = tuple(one.row for one in problems if one.row)
        notes = (
            *notes,
            Note(problems[0].message, "Wij lezen dat niet. Hoort het erbij, maak er een kolom van.", numbers),
        )
    table = Table(
        file, "Excel" if not file.lower().endswith(".ods") else "ODS", names,
        tuple(Cells(cells) for cells in columns), np.arange(len(body)) + place + 2, sheet.name, place + 1, notes,
    )  # fmt: skip
    return filled(table)


def _one_kind(cells: list[Any]) -> list[Any]:
    """Yes and no as words: to Python true is the same as 1, and they would become one cell."""
    if bool in set(map(type, cells)):
        return [("ja" if cell else "nee") if isinstance(cell, bool) else cell for cell in cells]
    return cells


def _fill_merged(sheet: _Sheet, columns: list[list[Any]], place: int) -> Iterator[Note]:
    """Give every row that a merged cell covers its value; tell where that was done."""
    rows: list[int] = []
    for top, left, bottom, right in sheet.merged:
        first, last = max(top, place + 1), min(bottom, place + len(columns[0]))
        if last < first or top <= place or left >= len(columns):
            continue
        for column in range(left, min(right, len(columns) - 1) + 1):
            value = columns[left][first - place - 1]
            for row in range(first, last + 1):
                columns[column][row - place - 1] = value
        rows += range(first + 1, last + 2)
    if rows:
        yield Note(
            "hier zijn cellen samengevoegd; de waarde telt voor elke rij en kolom die de cel beslaat.",
            "Maak de samenvoeging ongedaan en vul elke rij in, dan is er geen twijfel.",
            tuple(sorted(set(rows))),
        )


def _notes(marks: Marks, place: int, last: int) -> Iterator[Note]:
    hidden = tuple(row for row in marks.hidden_rows if place + 1 < row <= last)
    if hidden:
        yield Note(
            "deze rijen zijn verborgen; zij tellen gewoon mee.",
            "Horen zij er niet bij? Verwijder ze.",
            hidden,
        )
    for column, formulas in sorted(marks.formulas.items()):
        rows = tuple(row for row in formulas if row > place + 1)
        if rows:
            yield Note(
                "hier staat een formule; wij lezen de uitkomst die is opgeslagen.",
                "Wilt u zeker zijn? Kopieer de kolom en plak hem als waarden.",
                rows,
                column,
            )
