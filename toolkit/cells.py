"""What one cell of a delivery means: a text, a date, a number, a count, or nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

EMPTY = frozenset({"", "-", "--", "nvt", "n.v.t.", "n.v.t", "null", "leeg"})
_LONGEST = max(map(len, EMPTY))
_EXCEL_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(32874, 73051)  # 1990-01-01 to 2099-12-31
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_TIME = re.compile(r"[t ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s?(z|[+-]\d{2}:?\d{2})?$")
# Points between thousands are sure only with a decimal comma behind them, or when there are two.
_THOUSANDS = re.compile(r"[+-]?\d{1,3}((\.\d{3})+,\d+|(\.\d{3}){2,}|([ \u00a0\u202f]\d{3})+(,\d+)?)")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,2})?", re.IGNORECASE)


def plain(cell: object) -> str:
    """A cell for comparing names: composed accents, single spaces, lower case."""
    return " ".join(unicodedata.normalize("NFC", to_text(cell)).split()).casefold()


def is_empty(cell: object) -> bool:
    """Whether a cell holds nothing, or a mark that means nothing ("-", "n.v.t.")."""
    text = to_text(cell)
    return len(text) <= _LONGEST and plain(text) in EMPTY


def to_text(cell: object) -> str:
    """A cell as text without spaces around it; None and NaN are "".

    A whole number has no ".0", a date is 2026-03-12 (with its time when it has one), yes/no is ja/nee.
    Line breaks inside a text stay.
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or cell != cell:  # NaN and NaT differ from themselves
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def parse_date(cell: object) -> date | None:
    """The date in a cell, or None when it holds none.

    Reads real dates, Excel's day numbers (1990-2099), ISO (2026-02-03, with or without a time) and
    Dutch notation (3-2-2026, 03/02/2026, 3.2.26, 3 februari 2026), always day before month. Years of
    two digits run from 1969 to 2068.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        return None
    text = _TIME.sub("", plain(cell))
    if match := re.fullmatch(r"(\d{5})(\.\d+)?", text):
        days = int(match[1])
        return _EXCEL_ZERO + timedelta(days=days) if days in _EXCEL_DAYS else None
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text):
        return _date(match[1], int(match[2]), match[3])
    if match := re.fullmatch(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})", text):
        return _date(match[3], int(match[2]), match[1])
    if match := re.fullmatch(r"(\d{1,2})[ -]([a-z]{3,9})\.?[ -](\d{4}|\d{2})", text):
        name = {"maa": "mrt"}.get(match[2][:3], match[2][:3])
        return _date(match[3], _MONTHS.index(name) + 1, match[1]) if name in _MONTHS else None
    return None


def _date(year: str, month: int, day: str) -> date | None:
    century = 0 if len(year) == 4 else 2000 if int(year) < 69 else 1900
    try:
        return date(century + int(year), month, int(day))
    except ValueError:
        return None


def parse_number(cell: object, *, typed: bool = False) -> float | None:
    """The number in a cell, in Dutch notation (1.234,5 or 1 234,5) or with a decimal point, or None.

    A single point before three digits ("1.234") is a decimal point, because programs write it so.
    With `typed` a person wrote the cell and may have meant a thousand: then it is None.
    """
    text = to_text(cell).replace("\u2212", "-")
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"[.\s]", "", text)
    in_doubt = typed and re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", text)
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) and not in_doubt else None


def parse_count(cell: object) -> int | None:
    """The whole number of 0 or more in a cell ("3", "3,0", 3.0), or None when it holds none.

    "1.000" is None: it may be a thousand, or one with three decimals.
    """
    if isinstance(cell, bool):
        return None
    match = re.fullmatch(r"(\d{1,9})([.,]0{1,2})?", to_text(cell))
    return int(match[1]) if match else None


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
