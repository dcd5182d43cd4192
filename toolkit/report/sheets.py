"""Sheets of a workbook that people read: headings that stay in sight, filters, numbers in the format of their unit.

Text is never taken as a formula, a link or a number, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

DUTCH = {
    "source": "bron", "dataset": "gegevens", "measure": "maat", "unit": "eenheid", "area": "gebied",
    "period": "periode", "group": "groep", "value": "waarde", "low": "laag", "high": "hoog", "n": "n",
    "n_eff": "n effectief", "status": "status",
}  # fmt: skip


# Excel shows these with the marks of the reader's own language: 1.234,5 in Dutch.
_UNIT_FORMATS = (
    ("procent", "#,##0.0"), ("euro", "#,##0"), ("dagen", "#,##0"), ("personen", "#,##0"), ("trajecten", "#,##0"),
    ("cijfer", "0.0"), ("schaalscore", "0.0"), ("per 1.000", "#,##0.0"), ("klachten", "#,##0"),
    ("bezwaren", "#,##0"), ("meldingen", "#,##0"), ("aantal", "#,##0"),
)  # fmt: skip
_FORMATS = ("#,##0", "#,##0.0", "#,##0.00", "0.0")
_EURO = ("budget", "besteed")


@dataclass(frozen=True)
class Styles:
    """The formats of a workbook: headings, titles, text over more lines, and numbers by their code."""

    head: Any
    title: Any
    wrap: Any
    numbers: Mapping[str, Any]


def open_book(path: Path, title: str) -> tuple[Any, Styles]:
    """A new workbook and its styles; its moment is fixed, so that the same outcomes give the same file."""
    import xlsxwriter

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), {**safe, "nan_inf_to_errors": False})
    book.set_properties({"title": title, "created": datetime(2000, 1, 1), "author": "tellen én vertellen"})
    head = {"bold": True, "bg_color": "#1F3D5C", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
    styles = Styles(
        book.add_format(head),
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({"text_wrap": True, "valign": "top"}),
        {code: book.add_format({"num_format": code, "valign": "top"}) for code in _FORMATS},
    )
    return book, styles


def named_measures(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The measures with the name of each measure and area beside its code."""
    frame = tables["measures"].copy()
    named = (("measure", "definities", "maat", "naam"), ("area", "gebieden", "gebied", "gebiedsnaam"))
    for column, table, key, title in named:
        names: dict[str, str] = {}
        if table in tables:
            names = dict(zip(tables[table][key], tables[table]["naam"], strict=True))
        if column == "measure" and "indicatoren" in tables:
            known = tables["indicatoren"]
            names = dict(zip(known["id"], known["naam"], strict=True)) | names
        place = list(frame.columns).index(column) + 1
        frame.insert(place, title, frame[column].map(names).fillna(""))
    return frame


def _of_unit(unit: str) -> str:
    """The number format of a cell by the unit of its row."""
    return next((code for start, code in _UNIT_FORMATS if unit.startswith(start)), "#,##0.00")


def _of_column(column: str, values: list[float]) -> str:
    """The number format of the cells of a column, by the numbers in it."""
    if all(float(value).is_integer() for value in values):
        return "#,##0"
    return "#,##0.00" if column in _EURO or max(map(abs, values)) <= 1 else "#,##0.0"


def write_frame(sheet: Any, frame: pd.DataFrame, styles: Styles, top: int = 0) -> None:
    """A table with its headings in row `top` (from 0), which stays in sight, and a filter on every column."""
    sheet.freeze_panes(top + 1, 0)
    if len(frame):
        sheet.autofilter(top, 0, top + len(frame), len(frame.columns) - 1)
    for column, name in enumerate(frame.columns):
        sheet.write_string(top, column, str(name), styles.head)
        values = frame[name].tolist()
        longest = max([len(str(name)) + 2, *(len(str(value)) for value in values[:200])])
        sheet.set_column(column, column, min(60, max(8, longest)))
        numbers = [value for value in values if _is_number(value) and value == value]
        by_unit = name in ("waarde", "laag", "hoog") and "eenheid" in frame
        units = frame["eenheid"].tolist() if by_unit else [""] * len(values)
        usual = _of_column(str(name), numbers) if numbers else ""
        for row, (value, unit) in enumerate(zip(values, units, strict=True), start=top + 1):
            if _is_number(value):
                if value == value:
                    code = _of_unit(str(unit)) if unit else usual
                    sheet.write_number(row, column, float(value), styles.numbers[code])
            elif value is not None and value is not pd.NA and value is not pd.NaT and str(value):
                sheet.write_string(row, column, str(value), styles.wrap)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
