"""Delivered CSV: any separator, UTF-8, UTF-16 or Windows-1252, titles above the header.

Large plain files go through Arrow, which keeps each distinct cell once. Files with anything odd (text with
line breaks, empty lines, rows of another length) go through Python's own reader, which knows the rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from toolkit.cells import to_text
from toolkit.errors import DataError, Problem
from toolkit.intake.guard import MB, MOST_ROWS, refuse
from toolkit.intake.header import names_of, score_of
from toolkit.intake.table import Cells, Table, filled

_SEPARATORS = ";,\t|"
_TOP = 60  # records in which the header may stand
_LONGEST_LINE = 5 * MB
_MOST_CELLS = 40_000_000
_MOST_CAREFUL = 10_000_000  # cells that Python's own reader may take
_WRONG_LENGTH = "Staat er een scheidingsteken in een tekst of getal? Zet er aanhalingstekens omheen."
_AGAIN = "Sla het bestand opnieuw op als CSV (UTF-8)."

Score = Callable[[Sequence[Any]], float]


def read_csv(content: bytes, file: str, known: Score = score_of()) -> Table:  # noqa: B008 (a pure function)
    """The table in a CSV; `known` scores how much a row looks like the header.

    Raises DataError for NUL bytes, bytes that are no text, more than 2 million lines, quotes that are never
    closed, and rows that are longer than the header.
    """
    content = _as_utf8(content, file)
    told = re.match(rb"sep=(.)\r?\n", content, re.IGNORECASE)
    if told:
        content = content[told.end() :]  # a line for Excel, which does not show or count it
    content = _without_tail(content)
    if content.count(b"\n") > MOST_ROWS:
        message = "dit bestand heeft meer dan 2 miljoen regels."
        raise refuse(file, message, "Haal lege regels weg, of verdeel de levering over meer bestanden.")
    separator = told[1].decode() if told and told[1].isascii() else _separator(content, known)
    if len(content) > _MOST_CELLS and content.count(separator.encode()) > _MOST_CELLS:
        raise refuse(file, "dit bestand heeft te veel kolommen.", "Lever alleen de afgesproken kolommen.")
    top, ends = _top(content, separator)
    scores = [known(row) for row in top]
    place = max(range(len(top)), key=lambda number: (scores[number], -number))
    if scores[place] <= 0:
        place = next((number for number, row in enumerate(top) if any(cell.strip() for cell in row)), 0)
    names = names_of(top[place])
    if not names:
        raise refuse(file, "er is geen rij met kolomnamen.", "Zet de namen van de kolommen in de eerste rij.")
    begin = ends[place]
    columns = _fast(content, begin, separator, len(names)) if len(content) > begin + MB // 10 else None
    if columns is None:
        columns = _careful(content[begin:], separator, len(names), file, place + 2)
    numbers = np.arange(len(columns[0])) + (place + 2)
    return filled(Table(file, "CSV", names, tuple(columns), numbers, "", place + 1))


def _as_utf8(content: bytes, file: str) -> bytes:
    """The text as UTF-8 without a mark in front; what is neither UTF-8 nor UTF-16 is Windows-1252."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refuse(file, "dit is een Excel-bestand en geen CSV.", "Geef het bestand een naam op .xlsx.")
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            content = content.decode("utf-16").encode()
        elif content.startswith(b"\xef\xbb\xbf"):
            content = content[3:]
    except UnicodeError as error:
        raise refuse(file, "dit is geen leesbaar tekstbestand.", _AGAIN) from error
    if b"\0" in content:
        raise refuse(file, "in dit bestand staan tekens die niet in een tekst horen (NUL).", _AGAIN)
    if _is_utf8(content):
        return content
    try:
        return content.decode("cp1252").encode()
    except UnicodeDecodeError as error:
        raise refuse(file, "dit is geen leesbaar tekstbestand.", _AGAIN) from error


def _is_utf8(content: bytes) -> bool:
    """Whether bytes are UTF-8, without making a text of them."""
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(content)], dtype=np.int32))
    try:
        pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(content)]).cast(pa.utf8())
    except pa.ArrowInvalid:
        return False
    return True


def _without_tail(content: bytes) -> bytes:
    """Without the empty rows at the end: Excel may write a million of them."""
    marks = b"\r\n\t ;,|"
    end = len(content) - 4096
    last = content[max(end, 0) :].rstrip(marks)
    end = max(end, 0) + len(last) if last else len(content.rstrip(marks))
    stop = content.find(b"\n", end)
    return content if stop < 0 else content[: stop + 1]


def _rows(text: str, separator: str, strict: bool = False) -> Any:
    csv.field_size_limit(_LONGEST_LINE)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _head(content: bytes) -> str:
    """The first lines, enough to find the header in."""
    position = 0
    for _ in range(4 * _TOP):
        following = content.find(b"\n", position) + 1
        if not following or following > _LONGEST_LINE:
            break
        position = following
    return content[: position or _LONGEST_LINE].decode(errors="replace")


def _separator(content: bytes, known: Score) -> str:
    """The separator under which a row looks most like the header, or else with most cells in a row."""
    text = _head(content)

    def score(separator: str) -> tuple[float, int]:
        try:
            rows = [*islice(_rows(text, separator), _TOP)]
        except csv.Error:
            return -1.0, 0
        return max((known(row) for row in rows), default=0), max((len(row) for row in rows), default=0)

    return max(_SEPARATORS, key=score)


def _top(content: bytes, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first records, and the byte at which each ends."""
    text = _head(content)
    lines = text.splitlines(keepends=True) if "\r" not in text.replace("\r\n", "") else None
    reader = _rows(text, separator)
    rows, ends = [], []
    if lines is not None:
        lines = re.findall(r"[^\n]*\n|[^\n]+\Z", text)  # splitlines breaks at more than a line end
    try:
        for row in islice(reader, _TOP):
            rows.append(row)
            parts = lines if lines is not None else re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
            ends.append(len("".join(parts[: reader.line_num]).encode()))
    except csv.Error:
        pass  # the careful reader tells where
    return rows or [[]], ends or [0]


def _fast(content: bytes, begin: int, separator: str, width: int) -> list[Cells] | None:
    """The columns by Arrow, or None when something asks for the careful reader."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    quoted = content.find(b'"', begin) >= 0
    if b"\r" in content and content.count(b"\r", begin) != content.count(b"\r\n", begin):
        return None
    if quoted and (content.count(b'"', begin) % 2 or len(content) < 20 * MB):
        return None
    names = [str(number) for number in range(width)]
    few, many = pa.dictionary(pa.int32(), pa.utf8()), pa.utf8()
    kinds = [many if differs else few for differs in _differing(content, begin, separator, width)]
    try:
        table = arrow.read_csv(
            pa.py_buffer(content).slice(begin),
            read_options=arrow.ReadOptions(column_names=names, block_size=4 * MB),
            parse_options=arrow.ParseOptions(
                delimiter=separator,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
            ),
            convert_options=arrow.ConvertOptions(
                column_types=dict(zip(names, kinds, strict=True)), strings_can_be_null=False, check_utf8=False
            ),
        )
    except (pa.ArrowException, OverflowError):
        return None
    return [Cells(table.column(number), arrow=True) for number in range(width)]


def _differing(content: bytes, begin: int, separator: str, width: int) -> list[bool]:
    """Whether most cells of each column differ, judged by the first rows."""
    sample = content[begin : begin + 60_000].split(b"\n")[:-1]
    mark = separator.encode()
    rows = [line.split(mark) for line in sample]
    columns = [[row[place] for row in rows if place < len(row)] for place in range(width)]
    return [len(cells) > 20 and len(set(cells)) > 0.5 * len(cells) for cells in columns]


def _careful(body: bytes, separator: str, width: int, file: str, first: int) -> list[Cells]:
    """The rows by Python's reader; tells which rows are too long, and which quote is never closed."""
    if body.count(separator.encode()) + body.count(b"\n") > _MOST_CAREFUL:
        message = "dit bestand is te groot om met aanhalingstekens en lege regels te lezen."
        raise refuse(file, message, "Haal lege regels weg, of verdeel de levering over meer bestanden.")
    text = body.decode()
    rows: list[list[str]] = []
    try:
        rows = [*_rows(text, separator)]
    except csv.Error as error:
        raise refuse(file, "dit is geen geldig CSV-bestand.", _AGAIN) from error
    if rows and _left_open(text, separator):
        message = "een aanhalingsteken dat hier begint, wordt nergens gesloten."
        remedy = "Zet er een aanhalingsteken bij of haal het weg, en sla het bestand opnieuw op als CSV."
        raise DataError([Problem(file, message, remedy, row=first + len(rows) - 1)])
    # An empty cell too many is a stray separator, unless some program ends each row with one.
    problems = [
        Problem(file, "deze rij heeft meer cellen dan er kolommen zijn.", _WRONG_LENGTH, row=first + number)
        for number, row in enumerate(rows)
        if len(row) > width and any(to_text(cell) for cell in row[width:])
    ]
    if problems:
        raise DataError(problems)
    padded = [row[:width] if len(row) >= width else row + [""] * (width - len(row)) for row in rows]
    columns = zip(*padded, strict=True) if padded else ([] for _ in range(width))
    return [Cells(list(cells)) for cells in columns]


def _left_open(text: str, separator: str) -> bool:
    try:
        for _ in _rows(text, separator, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
