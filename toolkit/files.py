"""Read delivered tables (CSV, XLSX) with their row numbers, and write files whole or not at all."""

from __future__ import annotations

import csv
import io
import re
import shutil
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.cells import plain, to_text
from toolkit.errors import DataError, Problem, closest

_LONGEST_TITLE = 40  # characters of the title of a column
_SEPARATORS = ";,\t|"
_HEADER_SEARCH = 40  # rows in which the header may stand; a title block above it is seldom longer
_WORKBOOKS = ("xlsx", "xlsm", "xls", "ods")
_LEFTOVER = re.compile(r"\..+-[0-9a-f]{8}(-oud)?(\.[^.]*)?")

Rows = list[list[Any]]


@dataclass(frozen=True)
class Sheet:
    """The table of one delivered file, its cells as they stand there (a real date is a date).

    `cells` has a column per column of the file; its index holds the row numbers that Excel shows.
    Empty rows and empty columns without a name are left out. `name` is the sheet ("" for a CSV) and
    `header_row` the row of the column names.
    """

    file: str
    name: str
    header_row: int
    cells: pd.DataFrame


def read_sheet(path: Path, sheet: str = "", header: Collection[str] = (), form: str = "") -> Sheet:
    """The table in a CSV or Excel file; `form` is "csv" or "xlsx", and else the file's name tells.

    `header` names columns that are expected. The row with most of them is the header (in the first 40
    rows, so titles above it are skipped), and without `sheet` the sheet with most of them is the one.
    A column whose name differs from an expected one in case, spacing or the coding of accents only
    gets the expected name; the others need not be unique. Without `header` the first row that is not
    empty is the header. Hidden rows and columns count, hidden sheets only when named.

    CSV may be UTF-8 (with or without BOM), UTF-16 or Windows-1252, with semicolon, comma, tab or bar.

    Raises DataError when the file is missing, empty, of another kind or damaged, when a column name
    stands there twice, a row is longer than the header, or two sheets fit equally well.
    """
    content = read_bytes(path)
    if (form or path.suffix[1:].lower()) in _WORKBOOKS:
        name, rows = _choose_sheet(path.name, _sheets(content, path.name, sheet), header)
    else:
        name, rows = "", _csv_rows(content, path.name, header)
    if not any(_filled(row) for row in rows):
        raise DataError(
            [Problem(path.name, "er staat niets in.", "Lever het bestand opnieuw aan.", name or sheet)]
        )
    place = _find_header(rows, header)[1]
    names = _names(rows[place], header)
    body = [(number, row) for number, row in enumerate(rows[place + 1 :], place + 2) if _filled(row)]
    problems = [
        *_twice(path.name, name, names, header, place),
        *_too_long(path.name, name, rows[place], names, body),
    ]
    if problems:
        raise DataError(problems)
    width = len(names)
    cells = pd.DataFrame(
        [(row + [""] * width)[:width] for _, row in body],
        columns=pd.Index(names, dtype="object"),
        index=pd.Index([number for number, _ in body], dtype="int64"),
        dtype="object",
    )
    used = [bool(one) or _filled(cells.iloc[:, at].tolist()) for at, one in enumerate(names)]
    return Sheet(path.name, name, place + 1, cells.loc[:, used])


def read_table(
    path: Path, sheet: str = "", header: Collection[str] = (), form: str = "", strip: bool = True
) -> pd.DataFrame:
    """The table of `read_sheet` as text: every cell a stripped string, "" when empty, dates 2026-03-12.

    The index holds the row numbers that Excel shows. Without `strip` a text keeps the spaces and line
    breaks around it, so that places in it are those of the delivery.
    """
    return as_text(read_sheet(path, sheet, header, form).cells, strip)


def as_text(cells: pd.DataFrame, strip: bool = True) -> pd.DataFrame:
    """The cells of a sheet as text; see `read_table` and `cells.to_text`."""
    texts = [
        [cell if isinstance(cell, str) and not strip else to_text(cell) for cell in row]
        for row in cells.itertuples(index=False, name=None)
    ]
    return pd.DataFrame(texts, columns=cells.columns, index=cells.index, dtype="object")


def missing_columns(
    frame: pd.DataFrame, wanted: Collection[str], file: str, sheet: str = "", row: int | None = None
) -> list[Problem]:
    """A problem for every wanted column that the table lacks, with the closest name it has."""
    present = [str(name) for name in frame.columns if name]
    # A file without a header has a row of data there: a text so long is no title, and is not repeated.
    titles = [name for name in present if len(name) <= _LONGEST_TITLE] or ["geen titels van kolommen"]
    return [
        Problem(
            file,
            "deze kolom ontbreekt.",
            closest(name, titles) or f"Wel gevonden: {', '.join(titles[:12])}.",
            sheet,
            row,
            name,
        )
        for name in dict.fromkeys(wanted)
        if name not in present
    ]


def read_bytes(path: Path) -> bytes:
    """The content of a delivered file.

    Raises DataError when it is not there (with the closest name that is) or has no content.
    """
    if not path.is_file():
        names = [
            other.name
            for other in path.parent.glob("[!.~]*")  # not the marks of Excel and OneDrive
            if other.is_file() and other.suffix != ".tmp"
        ]
        remedy = (
            closest(path.name, names) or f"Zet het bestand in de map {path.parent.name}, of pas de naam aan."
        )
        raise DataError([Problem(path.name, "dit bestand bestaat niet.", remedy)])
    content = path.read_bytes()
    if not content.strip():
        raise DataError([Problem(path.name, "dit bestand is leeg.", "Lever het bestand opnieuw aan.")])
    return content


def decode(content: bytes, file: str) -> str:
    """The text of a delivered file: UTF-8 (with or without BOM), UTF-16 with BOM, or else Windows-1252.

    Raises DataError for an Excel file that is called CSV, and for bytes that are no text.
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        remedy = 'Zet formaat = "xlsx" bij deze levering, of sla het bestand op als CSV.'
        raise DataError([Problem(file, "dit is een Excel-bestand en geen CSV.", remedy)])
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    remedy = "Sla het bestand opnieuw op als CSV (UTF-8)."
    raise DataError([Problem(file, "dit is geen leesbaar tekstbestand.", remedy)])


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place only when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def clear_leftovers(folder: Path) -> None:
    """Remove what `whole_file` left in a folder when its process was killed; only for who works alone there."""
    for path in folder.glob(".*"):
        if _LEFTOVER.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)


@contextmanager
def whole_files(*paths: Path) -> Iterator[list[Path]]:
    """Temporary paths that take the places of `paths` together, when the block ends without an error.

    When one of the places cannot be taken (somebody has the file open), all of them are as they were.
    """
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex[:8]
    temporary = [path.with_name(f".{path.stem}-{mark}{path.suffix}") for path in paths]
    earlier = [path.with_name(f".{path.stem}-{mark}-oud{path.suffix}") for path in paths]
    try:
        yield temporary
        placed: list[tuple[Path, Path]] = []
        try:
            for new, old, path in zip(temporary, earlier, paths, strict=True):
                if path.exists():
                    shutil.copy2(path, old)  # not moved: killed here, the old file still stands
                new.replace(path)
                placed.append((old, path))
        except BaseException:
            for old, path in placed:
                if old.exists():
                    old.replace(path)
                else:
                    path.unlink(missing_ok=True)
            raise
    finally:
        for path in (*temporary, *earlier):
            path.unlink(missing_ok=True)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A data CSV: UTF-8, comma, decimal point, ISO dates, Unix line ends; written whole or not at all."""
    with whole_file(path) as temporary:
        frame.to_csv(temporary, index=False, encoding="utf-8", date_format="%Y-%m-%d", lineterminator="\n")


def _filled(row: Sequence[Any]) -> bool:
    return any(to_text(cell) for cell in row)


def _find_header(rows: Sequence[Sequence[Any]], header: Collection[str]) -> tuple[int, int]:
    """How many expected names the best of the first rows holds, and which row that is."""
    first = next((place for place, row in enumerate(rows) if _filled(row)), 0)
    wanted = {plain(name) for name in header}
    counts = [len(wanted & {plain(cell) for cell in row}) for row in rows[: first + _HEADER_SEARCH]]
    best = max(counts, default=0)
    return best, counts.index(best) if best else first


def _names(row: Sequence[Any], header: Collection[str]) -> list[str]:
    """Column names of the header row, up to the last filled cell, in the spelling that is expected."""
    names = [" ".join(to_text(cell).split()) for cell in row]
    while names and not names[-1]:
        names.pop()
    expected = {plain(name): name for name in header if name not in names}
    return [name if name in header else expected.get(plain(name), name) for name in names]


def _twice(
    file: str, sheet: str, names: Sequence[str], header: Collection[str], place: int
) -> Iterator[Problem]:
    """Column names that stand there twice; of a table with expected names only those matter."""
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        if name in header or not header:
            message = f"de kolomnaam '{name}' komt twee keer voor."
            yield Problem(file, message, "Geef elke kolom een eigen naam.", sheet, place + 1)


def _too_long(
    file: str, sheet: str, top: Sequence[Any], names: Sequence[str], body: Sequence[tuple[int, Sequence[Any]]]
) -> Iterator[Problem]:
    """Rows with more cells than there are columns: their cells have probably moved a place."""
    # An empty cell too many is a stray separator, unless some program ends each row with one.
    longest = max(len(top), min((len(row) for _, row in body), default=0))
    for number, row in body:
        if len(row) > longest or _filled(row[len(names) :]):
            message = "deze rij heeft meer cellen dan er kolommen zijn."
            remedy = (
                'Zet een tekst of getal met een scheidingsteken erin tussen aanhalingstekens, zoals "11,7".'
            )
            yield Problem(file, message, remedy, sheet, number)


def _csv_rows(content: bytes, file: str, header: Collection[str]) -> Rows:
    text = decode(content, file)
    first, _, rest = text.partition("\n")
    if told := re.fullmatch(r"sep=(.)\s*", first, re.IGNORECASE):
        separator, text = told[1], rest  # a line for Excel, which does not show or count it
    else:
        separator = _separator(text, header)
    try:
        rows = [*_csv_reader(text, separator)]
    except csv.Error as error:
        remedy = "Sla het bestand opnieuw op als CSV."
        raise DataError([Problem(file, f"dit is geen geldig CSV-bestand ({error}).", remedy)]) from error
    if rows and _quote_left_open(text, separator):
        # Python's reader would take all that follows for one text, and whole rows would be lost.
        message = "een aanhalingsteken dat hier begint, wordt nergens gesloten."
        remedy = "Zet er een aanhalingsteken bij of haal het weg, en sla het bestand opnieuw op als CSV."
        raise DataError([Problem(file, message, remedy, row=len(rows))])
    return rows


def _separator(text: str, header: Collection[str]) -> str:
    """The separator under which most expected names are found, or else most cells in the header."""

    def score(separator: str) -> tuple[int, int]:
        try:
            rows = [*islice(_csv_reader(text, separator), 2 * _HEADER_SEARCH)]
        except csv.Error:
            return -1, 0
        found, place = _find_header(rows, header)
        return found, len(rows[place]) if rows else 0

    return max(_SEPARATORS, key=score)


def _csv_reader(text: str, separator: str, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _quote_left_open(text: str, separator: str) -> bool:
    try:
        for _ in _csv_reader(text, separator, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _sheets(content: bytes, file: str, sheet: str) -> list[tuple[str, Rows]]:
    """Name and rows of the sheet asked for, or of every visible sheet when none is named."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        wanted = [name for name in book.sheet_names if plain(name) == plain(sheet)]
        if sheet and not wanted:
            remedy = (
                closest(sheet, book.sheet_names) or f"Kies een van de bladen: {', '.join(book.sheet_names)}."
            )
            raise DataError([Problem(file, f"er is geen blad '{sheet:.40}'.", remedy)])
        # Leading empty rows are kept, so that row numbers are those of Excel.
        return [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in wanted or shown or book.sheet_names
        ]
    except CalamineError as error:
        remedy = "Staat er een wachtwoord op? Open het in Excel en sla het op als .xlsx, zonder wachtwoord."
        raise DataError([Problem(file, "dit bestand is niet te lezen als Excel.", remedy)]) from error


def _choose_sheet(file: str, sheets: list[tuple[str, Rows]], header: Collection[str]) -> tuple[str, Rows]:
    """The sheet with the most expected names; of equal ones the first that is not empty."""
    filled = [(name, rows) for name, rows in sheets if any(_filled(row) for row in rows)] or sheets
    scores = [_find_header(rows, header) for _, rows in filled]
    best = max(found for found, _ in scores)
    alike = [
        name
        for (name, rows), (found, place) in zip(filled, scores, strict=True)
        if found == best > 0 and any(_filled(row) for row in rows[place + 1 :])
    ]
    if len(alike) > 1:
        message = f"de tabel staat op meer dan één blad: {', '.join(alike)}."
        raise DataError([Problem(file, message, "Noem bij 'blad' in de instellingen het blad dat telt.")])
    found_first = [found for found, _ in scores].index(best)
    return next(((name, rows) for name, rows in filled if name in alike), filled[found_first])
