"""Open a delivered CSV or Excel file and find its table: encoding, separator, sheet, header row."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import DataError, Problem, closest

SEPARATORS = ";,\t|"
ROWS_SEARCHED = 40  # a title block above the header is seldom longer


@dataclass(frozen=True)
class RawTable:
    """The table of one delivered file, its cells as they stand there.

    `rows` holds (row number as Excel shows it, cells); empty rows are left out. `header` holds the
    column names of row `header_row`.
    """

    file: str
    sheet: str
    header_row: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]

    def position(self, name: str) -> int | None:
        """Place of the column called `name`, whatever its case, spacing or way of writing accents."""
        wanted = plain(name)
        for place, found in enumerate(self.header):
            if plain(found) == wanted:
                return place
        return None


def plain(text: object) -> str:
    """Text for comparing names: composed accents, single spaces, lower case."""
    return " ".join(unicodedata.normalize("NFC", str(text)).split()).casefold()


def read_table(path: Path, file: str, form: str, sheet: str, expected: Sequence[str]) -> RawTable:
    """The table in `path` in which most of the `expected` column names are found.

    `form` is "csv" or "xlsx"; `file` is the name shown in problems. The header may stand on any of
    the first 40 rows, and with an empty `sheet` on any sheet. Hidden rows and columns count as well.

    Raises DataError when the file is missing, empty, of another kind, damaged, or without a header row.
    """
    if not path.is_file():
        names = [other.name for other in path.parent.glob("*") if other.is_file()]
        remedy = closest(path.name, names) or "Zet het bestand in deze map, of pas 'bestand' aan."
        raise DataError([Problem(file, "dit bestand bestaat niet.", remedy)])
    content = path.read_bytes()
    if not content.strip():
        raise DataError([Problem(file, "dit bestand is leeg.", "Lever het bestand opnieuw aan.")])
    sheets = _sheets(path, file, sheet) if form == "xlsx" else [("", _csv_rows(content, file, expected))]
    name, rows = max(sheets, key=lambda item: _best_header(item[1], expected)[0])
    found, place = _best_header(rows, expected)
    if found == 0:
        columns = ", ".join(expected[:3])
        raise DataError(
            [
                Problem(
                    file,
                    f"er is geen rij met kolomnamen gevonden (gezocht: {columns} ...).",
                    "Staat de juiste tabel in het bestand? Pas anders 'kolommen' bij deze levering aan.",
                    sheet=name or sheet,
                )
            ]
        )
    header = tuple(" ".join(str(cell).split()) for cell in rows[place])
    body = tuple(
        (number, tuple(cells) + ("",) * (len(header) - len(cells)))
        for number, cells in enumerate(rows[place + 1 :], start=place + 2)
        if any(str(cell).strip() for cell in cells)
    )
    shifted = [number for number, cells in body if any(str(cell).strip() for cell in cells[len(header) :])]
    if shifted:
        message = "deze rij heeft meer cellen dan er kolommen zijn."
        remedy = "Staat er een scheidingsteken in een tekst zonder aanhalingstekens?"
        raise DataError([Problem(file, message, remedy, name, number) for number in shifted])
    return RawTable(file, name, place + 1, header, body)


def _best_header(rows: Sequence[Sequence[Any]], expected: Sequence[str]) -> tuple[int, int]:
    """How many expected names the best row of the first rows holds, and which row that is."""
    wanted = {plain(name) for name in expected}
    counts = [len(wanted & {plain(cell) for cell in row}) for row in rows[:ROWS_SEARCHED]]
    best = max(counts, default=0)
    return best, counts.index(best) if counts else 0


def decode(content: bytes, file: str) -> str:
    """Text of a CSV file in UTF-8 (with or without BOM), UTF-16 with BOM or Windows-1252.

    Raises DataError for an Excel file that is called CSV, and for bytes that are no text.
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DataError(
            [
                Problem(
                    file,
                    "dit is een Excel-bestand en geen CSV.",
                    'Zet formaat = "xlsx" bij deze levering, of sla het bestand op als CSV.',
                )
            ]
        )
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise DataError(
        [Problem(file, "dit is geen leesbaar tekstbestand.", "Sla het bestand opnieuw op als CSV (UTF-8).")]
    )


def _csv_rows(content: bytes, file: str, expected: Sequence[str]) -> list[list[Any]]:
    text = decode(content, file)
    # The separator under which most column names are found is the right one, whatever stands in cells.
    readings = []
    for separator in SEPARATORS:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            continue
        readings.append((_best_header(rows, expected)[0], rows))
    return max(readings, key=lambda reading: reading[0], default=(0, []))[1]


def _sheets(path: Path, file: str, sheet: str) -> list[tuple[str, list[list[Any]]]]:
    """Name and rows of the sheet asked for, or of every sheet when none is named."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
    except (CalamineError, OSError) as error:
        raise DataError(
            [
                Problem(
                    file,
                    "dit bestand is niet als Excel-bestand (.xlsx) te openen.",
                    "Is het een oud .xls-bestand of staat er een wachtwoord op? "
                    "Sla het opnieuw op als .xlsx zonder wachtwoord.",
                )
            ]
        ) from error
    names = [name for name in book.sheet_names if not sheet or plain(name) == plain(sheet)]
    if not names:
        known = ", ".join(book.sheet_names)
        remedy = closest(sheet, book.sheet_names) or f"Kies een van de bladen: {known}."
        raise DataError([Problem(file, f"er is geen blad '{sheet:.40}'.", remedy)])
    # Leading empty rows are kept, so that row numbers are those of Excel.
    return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names]
