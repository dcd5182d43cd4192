"""Take rows out of a delivered file, and leave all others as they were."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from toolkit.cells import to_text
from toolkit.errors import ToolkitError
from toolkit.intake.spec import squeezed

_TOP = 60
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".sav", ".jsonl")


def without_rows(path: Path, columns: Collection[str], values: Collection[str]) -> tuple[bytes, int]:
    """The content of a file without the rows in which a column of `columns` holds one of `values`.

    Names of columns are compared without case and punctuation, values exactly after stripping. A CSV keeps
    every other byte; an XLSX is made anew from its values, an SPSS file from its cells and labels. Gives
    how many rows were taken out; with 0 the content is that of the file.

    Raises ToolkitError for a file that holds such a column and cannot be rewritten.
    """
    wanted, known = {squeezed(name) for name in columns} - {""}, {value.strip() for value in values}

    def drop(row: Sequence[Any], places: Sequence[int]) -> bool:
        return any(place < len(row) and to_text(row[place]) in known for place in places)

    def places(row: Sequence[Any]) -> list[int]:
        return [place for place, cell in enumerate(row) if squeezed(cell) in wanted]

    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return _csv(path.read_bytes(), places, drop)
        case ".xlsx":
            return _xlsx(path, places, drop)
        case ".sav":
            return _sav(path, places, drop)
        case ".jsonl":
            return _jsonl(path.read_bytes(), wanted, known)
        case _:
            return path.read_bytes(), 0


def _csv(content: bytes, places: Callable[..., list[int]], drop: Callable[..., bool]) -> tuple[bytes, int]:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    # Separators and quotes are ASCII, so any coding of one byte and UTF-8 can be cut without knowing it.
    text = content.decode("utf-16") if wide else content.decode("latin-1")
    start = text.removeprefix("\u00ef\u00bb\u00bf") if not wide else text
    mark = text[: len(text) - len(start)]
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", start)
    header, at, separator = _header(start, places)
    if header < 0:
        return content, 0
    kept, gone, line = [], 0, 0
    csv.field_size_limit(2**27)
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
    for record, row in enumerate(reader):
        part = "".join(lines[line : reader.line_num])
        line = reader.line_num
        if record > header and drop([_utf8(cell, wide) for cell in row], at):
            gone += 1
        else:
            kept.append(part)
    result = mark + "".join(kept)
    if wide:
        # The codec writes a mark of its own.
        return result.encode("utf-16"), gone
    return result.encode("latin-1"), gone


def _utf8(cell: str, wide: bool) -> str:
    """A cell that was read byte for byte, as the text that its bytes mean."""
    if wide or cell.isascii():
        return cell
    raw = cell.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _header(text: str, places: Callable[..., list[int]]) -> tuple[int, list[int], str]:
    """The record that holds the column names, the places of the wanted columns, and the separator."""
    best: tuple[int, int, list[int], str] = (0, -1, [], ";")
    for separator in ";,\t|":
        try:
            for record, row in zip(
                range(_TOP),
                csv.reader(io.StringIO(text[:2_000_000], newline=""), delimiter=separator),
                strict=False,
            ):
                found = places(
                    [_utf8(cell, False) for cell in row]
                    if text.isascii() or max(map(ord, text[:2_000_000]), default=0) < 256
                    else row
                )
                if found and len(row) > best[0]:
                    best = (len(row), record, found, separator)
        except csv.Error:
            continue
    return best[1], best[2], best[3]


def _xlsx(path: Path, places: Callable[..., list[int]], drop: Callable[..., bool]) -> tuple[bytes, int]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
        ]
    except CalamineError as error:
        raise ToolkitError(
            f"{path.name} is niet te lezen.", "Verwijder het bestand, of haal de rij er zelf uit."
        ) from error
    gone = 0
    kept: list[tuple[str, list[list[Any]]]] = []
    for name, rows in sheets:
        header = next((number for number, row in enumerate(rows[:_TOP]) if places(row)), -1)
        at = places(rows[header]) if header >= 0 else []
        stay = [row for number, row in enumerate(rows) if number <= header or header < 0 or not drop(row, at)]
        gone += len(rows) - len(stay)
        kept.append((name, stay))
    return (_workbook(kept) if gone else path.read_bytes()), gone


def _workbook(sheets: Sequence[tuple[str, list[list[Any]]]]) -> bytes:
    """A workbook of values: no formulas, links, or anything else of the one before."""
    from datetime import date, datetime

    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, (date, datetime)):
                    sheet.write_datetime(number, place, cell, day)
                elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
                    sheet.write_number(number, place, cell)
                elif to_text(cell):
                    sheet.write_string(number, place, to_text(cell))
    book.close()
    return buffer.getvalue()


def _sav(path: Path, places: Callable[..., list[int]], drop: Callable[..., bool]) -> tuple[bytes, int]:
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True)
    except Exception as error:
        raise ToolkitError(
            f"{path.name} is niet te lezen.", "Verwijder het bestand, of haal de rij er zelf uit."
        ) from error
    at = places(list(frame.columns))
    wrong = [drop(row, at) for row in frame.itertuples(index=False, name=None)] if at else []
    gone = sum(wrong)
    if not gone:
        return path.read_bytes(), 0
    kept = frame.loc[[not one for one in wrong]]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "over.sav"
        pyreadstat.write_sav(
            kept, made, file_label=meta.file_label or "", column_labels=meta.column_names_to_labels,
            variable_value_labels=meta.variable_value_labels, missing_ranges=meta.missing_ranges,
            variable_measure={name: str(kind) for name, kind in meta.variable_measure.items()}, variable_format={name: form for name, form in meta.original_variable_types.items() if form},
        )  # fmt: skip
        return made.read_bytes(), gone


def _jsonl(content: bytes, wanted: set[str], known: set[str]) -> tuple[bytes, int]:
    import json

    kept, gone = [], 0
    for line in content.splitlines(keepends=True):
        try:
            row = json.loads(line)
        except ValueError:
            row = {}
        if isinstance(row, dict) and any(
            squeezed(name) in wanted and to_text(cell) in known for name, cell in row.items()
        ):
            gone += 1
        else:
            kept.append(line)
    return b"".join(kept), gone
