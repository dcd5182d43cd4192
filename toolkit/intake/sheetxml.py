"""What the XML of a sheet tells and a reader of cells does not: hidden rows, formulas, how far it reaches.

Files of Excel, LibreOffice and the usual libraries are searched as bytes, which is fast. Any other way of
writing the same is parsed, by expat and without entities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from toolkit.intake.guard import MB, MOST_CELLS, damaged, refuse

_LARGEST_ODD = 100 * MB
_REPEATS = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_ODD = re.compile(rb"<\w+:(?:row|c|sheetData)\b|\br\s*=\s*'|\br\s+=|\br=\s")
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*><f[ />]')
_HIDDEN = re.compile(rb'<row r="(\d{1,7})"[^>]*\bhidden="(?:1|true)"')
_FAR = re.compile(rb'<c r="(?:[A-Z]{3}|[B-Z][A-Z]|[A-Z]{1,3}(?:[2-9]|\d\d)\d{4})\d')
_FAR_ROW = re.compile(rb'r="[A-Z]{1,3}(\d{6,7})"')
_FAR_COLUMN = re.compile(rb'<c r="([A-Z]{3}|[B-Z][A-Z])\d')


@dataclass(frozen=True)
class Marks:
    """Hidden rows and formulas (column from 0: rows), as Excel numbers rows, and the last used row and column."""

    hidden_rows: tuple[int, ...] = ()
    formulas: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0


def column_number(name: str) -> int:
    """The number of a column from its letters, from 1: A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = 26 * number + ord(letter) - 64
    return number


def marks_of(content: bytes, file: str) -> Marks:
    """What the XML of one XLSX sheet tells.

    Raises DataError when it is not well-formed or too large for what it is.
    """
    cells = content.count(b"<c r=")
    odd = cells != content.count(b"<c ") + content.count(b"<c>") + content.count(b"<c/>")
    if odd or _ODD.search(content, 0, 20_000) or b"<c r='" in content:
        return _parsed(content, file)
    if _FAR.search(content) is None:
        last_row, last_column = 199_999, 52
    else:
        last_row = max((int(row) for row in set(_FAR_ROW.findall(content))), default=99_999)
        columns = {column_number(name.decode()) for name in set(_FAR_COLUMN.findall(content))}
        last_column = max(columns, default=52)
    if last_row * last_column > MOST_CELLS:
        return _parsed(content, file)  # cells that hold nothing do not count
    formulas: dict[int, list[int]] = {}
    if b"<f" in content:
        for letters, row in _FORMULA.findall(content):
            formulas.setdefault(column_number(letters.decode()) - 1, []).append(int(row))
    hidden = [int(row) for row in _HIDDEN.findall(content)] if b"hidden=" in content else []
    return Marks(tuple(hidden), {name: tuple(rows) for name, rows in formulas.items()}, last_row, last_column)


def _parsed(content: bytes, file: str) -> Marks:
    """The same by a parser, for a sheet that is written in an unusual way."""
    if len(content) > _LARGEST_ODD:
        raise refuse(file, "dit bestand is te groot.", "Open het in Excel en sla het opnieuw op.")
    hidden: list[int] = []
    formulas: dict[int, list[int]] = {}
    at = {"row": 0, "column": 0, "last_row": 0, "last_column": 0}

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "row":
            at["row"] = _digits(attributes.get("r"), at["row"] + 1)
            at["column"] = 0
            if attributes.get("hidden") in ("1", "true"):
                hidden.append(at["row"])
        elif name == "c":
            found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", attributes.get("r", ""))
            at["column"] = column_number(found[1]) if found else at["column"] + 1
            at["row"] = int(found[2]) if found else at["row"]
        elif name in ("v", "is", "f"):
            at["last_row"] = max(at["last_row"], at["row"])
            at["last_column"] = max(at["last_column"], at["column"])
            if name == "f":
                formulas.setdefault(at["column"] - 1, []).append(at["row"])

    _parse(content, start, lambda tag: None, file)
    return Marks(
        tuple(hidden),
        {name: tuple(rows) for name, rows in formulas.items()},
        at["last_row"],
        at["last_column"],
    )


def ods_marks(content: bytes, file: str) -> dict[str, Marks]:
    """What the content of an ODS tells, per sheet; repeated rows and cells are counted out.

    Raises DataError when it is not well-formed or too large for what it is.
    """
    if len(content) > _LARGEST_ODD:
        raise refuse(file, "dit bestand is te groot.", "Sla het op als .xlsx of CSV en lever dat aan.")
    found: dict[str, Marks] = {}
    at: dict[str, Any] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space != _REPEATS:
            return
        told = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if name == "table":
            at.update(name=told.get("name", ""), row=0, last_row=0, last_column=0, hidden=[], formulas={})
        elif name == "table-row" and at:
            at.update(step=_digits(told.get("number-rows-repeated"), 1), column=0, used=False)
            if told.get("visibility") in ("collapse", "filter") and at["step"] < 10_000:
                at["hidden"] += range(at["row"] + 1, at["row"] + at["step"] + 1)
        elif name in ("table-cell", "covered-table-cell") and "step" in at:
            repeated = _digits(told.get("number-columns-repeated"), 1)
            if "value-type" in told or any(key.endswith(" value-type") for key in attributes):
                at["used"] = True
                at["last_column"] = max(at["last_column"], at["column"] + repeated)
                if "formula" in told:
                    at["formulas"].setdefault(at["column"], []).append(at["row"] + 1)
            at["column"] += repeated

    def end(tag: str) -> None:
        space, _, name = tag.rpartition(" ")
        if space == _REPEATS and name == "table-row" and "step" in at:
            at["row"] += at["step"]
            if at["used"]:
                at["last_row"] = at["row"]
        elif space == _REPEATS and name == "table" and at:
            formulas = {column: tuple(rows) for column, rows in at["formulas"].items()}
            found[at["name"]] = Marks(tuple(at["hidden"]), formulas, at["last_row"], at["last_column"])

    _parse(content, start, end, file)
    return found


def _digits(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text, re.ASCII) else otherwise


def _parse(content: bytes, start: Any, end: Any, file: str) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise damaged(file) from error
