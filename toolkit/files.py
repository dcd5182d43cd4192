"""Read delivered tables (CSV, XLSX) as text cells that still know their row, and write files whole."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path

import pandas as pd

from toolkit.errors import DataError, Problem, closest

_SEPARATORS = ",;\t|"
_HEADER_SEARCH = 20  # rows of a sheet in which the header may stand


def read_table(path: Path, sheet: str = "", header: Collection[str] = ()) -> pd.DataFrame:
    """A CSV or XLSX file as text: every cell a stripped string, "" when empty, dates as 2026-03-12.

    The index holds the row numbers as a text editor or Excel shows them. `header` names columns that
    are expected: in a sheet the header is the first row that holds most of them (titles above it are
    skipped). CSV may be UTF-8 (with or without BOM), UTF-16 or Windows-1252, with comma, semicolon,
    tab or bar. Wholly empty rows are left out.

    Raises DataError when the file is missing, empty, or not what its name says.
    """
    if not path.is_file():
        raise DataError([Problem(path.name, "dit bestand bestaat niet.", f"Zet het bestand in de map {path.parent.name}.")])
    rows = list(_sheet_rows(path, sheet) if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods") else _csv_rows(path))
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if not rows:
        raise DataError([Problem(path.name, "dit bestand is leeg.", "Lever het bestand opnieuw aan.", sheet=sheet)])
    start = _header_row([cells for _, cells in rows[:_HEADER_SEARCH]], header)
    names = rows[start][1]
    while names and not names[-1]:
        names = names[:-1]
    problems = _header_problems(path.name, sheet, names, rows[start][0])
    width = len(names)
    for number, cells in rows[start + 1 :]:
        if any(cells[width:]):
            problems.append(
                Problem(path.name, "deze rij heeft meer cellen dan er kolommen zijn.",
                        "Staat er een scheidingsteken in een tekst zonder aanhalingstekens?", sheet, number)
            )  # fmt: skip
    if problems:
        raise DataError(problems)
    body = [(cells + [""] * width)[:width] for _, cells in rows[start + 1 :]]
    return pd.DataFrame(body, columns=names, index=[number for number, _ in rows[start + 1 :]], dtype="object")


def missing_columns(frame: pd.DataFrame, wanted: Collection[str], file: str, sheet: str = "") -> list[Problem]:
    """A problem for every wanted column that the table lacks, with the closest name it has."""
    return [
        Problem(
            file,
            "deze kolom ontbreekt.",
            closest(name, map(str, frame.columns)) or f"Wel gevonden: {', '.join(map(str, frame.columns[:12]))}.",
            sheet,
            column=name,
        )
        for name in wanted
        if name not in frame.columns
    ]


def parse_date(text: str) -> date | None:
    """A date written as 2026-03-12, 12-3-2026 or 12/03/2026 (with or without a time), or None."""
    bare = text.strip().split("T")[0].split(" ")[0]
    for form in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%y"):
        try:
            return datetime.strptime(bare, form).date()
        except ValueError:
            continue
    return None


def parse_number(text: str) -> float | None:
    """A number with a decimal point or comma, or None; "1.234,5" is read as Dutch."""
    bare = text.strip().replace(" ", "")
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    try:
        number = float(bare)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None


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


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A data CSV: UTF-8, comma, decimal point, ISO dates, Unix line ends; written whole or not at all."""
    with whole_file(path) as temporary:
        frame.to_csv(temporary, index=False, encoding="utf-8", date_format="%Y-%m-%d", lineterminator="\n")


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    text = decode(path.read_bytes(), path.name)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    begin = 1
    csv.field_size_limit(10_000_000)
    try:
        for cells in reader:
            yield begin, [cell.strip() for cell in cells]
            begin = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            [Problem(path.name, f"dit is geen geldig CSV-bestand ({error}).", "Sla het bestand opnieuw op als CSV.",
                     row=reader.line_num)]
        ) from error  # fmt: skip


def decode(data: bytes, name: str) -> str:
    """The text of a delivered file: UTF-8, UTF-16 (with BOM) or else Windows-1252.

    Raises DataError for binary content.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    if b"\x00" in data:
        raise DataError([Problem(name, "dit bestand is geen tekst.", "Lever een CSV- of Excelbestand aan.")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(_SEPARATORS, key=first.count) if any(mark in first for mark in _SEPARATORS) else ","


def _sheet_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        name = sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            remedy = closest(name, book.sheet_names) or f"Wel gevonden: {', '.join(book.sheet_names)}."
            raise DataError([Problem(path.name, f"het blad '{name}' bestaat niet.", remedy)])
        part = book.get_sheet_by_name(name)
        for number, cells in enumerate(part.to_python(skip_empty_area=False), start=1):
            yield number, [_cell(cell) for cell in cells]
    except CalamineError as error:
        raise DataError(
            [Problem(path.name, "dit bestand is niet te lezen als Excel.", "Open het in Excel en sla het op als .xlsx.")]
        ) from error


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _header_row(rows: list[list[str]], header: Collection[str]) -> int:
    if not header:
        return 0
    scores = [len(set(header) & set(cells)) for cells in rows]
    return scores.index(max(scores)) if max(scores) else 0


def _header_problems(file: str, sheet: str, names: list[str], row: int) -> list[Problem]:
    return [
        Problem(file, f"de kolomnaam '{name}' komt twee keer voor.", "Geef elke kolom een eigen naam.", sheet, row)
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
