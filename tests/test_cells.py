"""What one delivered cell means."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from toolkit import cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
        ("  a b\n c \u00a0", "a b\n c"),
        (7.0, "7"),
        (7.25, "7.25"),
        (True, "ja"),
        (dt.date(2026, 3, 1), "2026-03-01"),
        (dt.datetime(2026, 3, 1), "2026-03-01"),
        (dt.datetime(2026, 3, 1, 9, 5), "2026-03-01 09:05:00"),
    ],
)
def test_text_of_a_cell(cell: object, text: str) -> None:
    assert cells.to_text(cell) == text


def test_names_compare_whatever_their_case_spacing_or_accents() -> None:
    assert cells.plain("Cliënt  NR\n") == cells.plain("clie\u0308nt nr")
    assert cells.plain(2025.0) == "2025"
    assert cells.is_empty(" N.v.t. ") and cells.is_empty(None) and not cells.is_empty(0)


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("3-2-2025", dt.date(2025, 2, 3)),
        ("03/02/2025", dt.date(2025, 2, 3)),
        ("3.2.25", dt.date(2025, 2, 3)),
        ("3-2-68", dt.date(2068, 2, 3)),
        ("3-2-69", dt.date(1969, 2, 3)),
        ("2025/2/3", dt.date(2025, 2, 3)),
        ("2025-02-03T10:00:00", dt.date(2025, 2, 3)),
        ("2025-02-03T10:00:00.123+01:00", dt.date(2025, 2, 3)),
        ("3-2-2025 9:05", dt.date(2025, 2, 3)),
        ("3 februari 2025", dt.date(2025, 2, 3)),
        ("3 maart 2025", dt.date(2025, 3, 3)),
        ("3-okt.-2025", dt.date(2025, 10, 3)),
        (45691, dt.date(2025, 2, 3)),
        (45691.75, dt.date(2025, 2, 3)),
        ("45691", dt.date(2025, 2, 3)),
        (dt.datetime(2025, 2, 3, 12), dt.date(2025, 2, 3)),
        ("02/13/2025", None),
        ("31-2-2025", None),
        ("29-2-2025", None),
        ("3 smurf 2025", None),
        ("morgen", None),
        ("", None),
        (None, None),
        (True, None),
        (12, None),
    ],
)
def test_dates(cell: object, date: dt.date | None) -> None:
    assert cells.parse_date(cell) == date


@pytest.mark.parametrize(
    ("cell", "number", "typed"),
    [
        ("11,7", 11.7, 11.7),
        ("11.7", 11.7, 11.7),
        ("1.234,5", 1234.5, 1234.5),
        ("1.234.567", 1234567.0, 1234567.0),
        ("1 234,5", 1234.5, 1234.5),
        ("12\u00a0345", 12345.0, 12345.0),
        ("1.234", 1.234, None),
        ("1234.567", 1234.567, 1234.567),
        ("-2", -2.0, -2.0),
        ("\u22122,5", -2.5, -2.5),
        (".5", 0.5, 0.5),
        ("1e-05", 1e-05, 1e-05),
        (3.25, 3.25, 3.25),
        ("1,234.5", None, None),
        ("12.34,5", None, None),
        ("7 8", None, None),
        ("1_000", None, None),
        ("12%", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("1e999", None, None),
        ("", None, None),
        ("-", None, None),
    ],
)
def test_numbers(cell: object, number: float | None, typed: float | None) -> None:
    assert cells.parse_number(cell) == number
    assert cells.parse_number(cell, typed=True) == typed


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("3", 3),
        ("3,0", 3),
        (3.0, 3),
        (0, 0),
        ("1.000", None),
        ("-1", None),
        (2.5, None),
        (True, None),
        ("", None),
    ],
)
def test_counts(cell: object, count: int | None) -> None:
    assert cells.parse_count(cell) == count


def test_bsn_test_against_known_numbers() -> None:
    assert cells.looks_like_bsn("111222333") and cells.looks_like_bsn("1112.22.333")
    assert cells.looks_like_bsn(111222333.0)
    assert not cells.looks_like_bsn("111222334") and not cells.looks_like_bsn("K11222333")
    assert not cells.looks_like_bsn("000000000")
    # 010000008: 8·1 - 8 = 0, so it passes; Excel drops its zero.
    assert cells.looks_like_bsn(10000008) and not cells.looks_like_bsn("10000008")
