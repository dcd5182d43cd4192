"""Turn one cell of a delivery into a date, a whole number or an end code; recognise a BSN."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from importlib import resources

from toolkit.records.files import plain

EMPTY = frozenset({"", "-", "--", "nvt", "n.v.t.", "n.v.t", "null", "leeg"})
UNKNOWN = frozenset({"onbekend", "niet bekend", "?"})
EARLIEST = dt.date(1990, 1, 1)
_EXCEL_ZERO = dt.date(1899, 12, 30)
_EXCEL_SERIAL = range(32874, 73051)  # 1990-01-01 to 2099-12-31
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def is_empty(cell: object) -> bool:
    """Whether a cell holds nothing, or a mark that means nothing ("-", "n.v.t.")."""
    return cell is None or plain(cell) in EMPTY


def to_date(cell: object) -> dt.date | None:
    """The date in a cell, or None when it holds none.

    Reads real dates, Excel's day numbers, ISO (2025-02-03, with or without time) and Dutch notation
    (3-2-2025, 03/02/2025, 3.2.25, 3 februari 2025), always day before month.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return _from_serial(float(cell))
    text = plain(cell)
    text = re.sub(r"[t ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?z?$", "", text)
    if re.fullmatch(r"\d{5}", text):
        return _from_serial(float(text))
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})", text):
        return _date(_year(match[3]), int(match[2]), int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})[ -]([a-z]{3,9})\.?[ -](\d{4}|\d{2})", text):
        name = {"maa": "mrt"}.get(match[2][:3], match[2][:3])
        return _date(_year(match[3]), _MONTHS.index(name) + 1, int(match[1])) if name in _MONTHS else None
    return None


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _from_serial(number: float) -> dt.date | None:
    return _EXCEL_ZERO + dt.timedelta(days=int(number)) if int(number) in _EXCEL_SERIAL else None


def to_whole(cell: object) -> int | None:
    """The whole number of 0 or more in a cell ("3", "3,0", 3.0), or None when it holds none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return int(cell) if float(cell).is_integer() and cell >= 0 else None
    match = re.fullmatch(r"(\d{1,9})([.,]0{1,2})?", str(cell).strip())
    return int(match[1]) if match else None


def to_text(cell: object) -> str:
    """A cell as text on one line; a whole number of Excel without its ".0"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


@cache
def end_codes() -> dict[str, dict[str, object]]:
    """The national end codes: code -> naam, voortijdig, eenzijdig_client, uitgesloten."""
    import tomllib

    text = resources.files("toolkit.records").joinpath("end_codes.toml").read_text(encoding="utf-8")
    return {entry["code"]: entry for entry in tomllib.loads(text)["code"]}


def codes_with(mark: str) -> frozenset[str]:
    """The end codes that carry a mark: "voortijdig", "eenzijdig_client" or "uitgesloten"."""
    return frozenset(code for code, entry in end_codes().items() if entry.get(mark))


def to_end_code(text: str) -> str | None:
    """The national end code in a text, or None when it is unknown; "2" that lost its zero is "02"."""
    code = text.zfill(2) if text.isdigit() else text
    return code if code in end_codes() else None


def looks_like_bsn(cell: object) -> bool:
    """Whether a key is a number of nine digits that passes the 11-test.

    A number (not a text) of eight digits counts with the zero that Excel dropped before it.
    The test: 9·d1 + 8·d2 + ... + 2·d8 - d9 is a multiple of 11, and not every digit is 0.
    """
    text = re.sub(r"[\s.\-]", "", to_text(cell))
    if not re.fullmatch(r"\d{8,9}" if isinstance(cell, (int, float)) else r"\d{9}", text):
        return False
    digits = [int(digit) for digit in text.zfill(9)]
    total = sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True))
    return total % 11 == 0 and any(digits)
