"""A copy of a delivery as XLSX in which the cells with a problem are coloured and say what is wrong.

Made anew from the cells that were read: no formula, macro or link of the delivered file is in it.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from toolkit.cells import to_text
from toolkit.files import whole_file
from toolkit.intake.check import Checked
from toolkit.intake.findings import ERROR, Finding
from toolkit.intake.rules import Part

_MOST_COMMENTS = 20_000  # Excel becomes slow with more; the colour is in every cell
_WIDEST = 40


def write_marked(path: Path, checked: Checked) -> int:
    """Write the marked copy, cells in the same places as in the delivery, and give how many are marked.

    Errors are red, warnings yellow; a problem of a whole row marks its first cell, one of a whole column
    its name. A text that looks like a formula stays a text.
    """
    import xlsxwriter

    marked = 0
    with whole_file(path) as temporary:
        book = xlsxwriter.Workbook(
            temporary,
            {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True, "default_date_format": "dd-mm-yyyy"},
        )  # fmt: skip
        styles = {
            (kind, form): book.add_format(
                {**({"bg_color": colour} if colour else {}), **({"num_format": form} if form else {})}
            )
            for kind, colour in (
                ("", ""),
                ("fout", "#F8B9B3"),
                ("waarschuwing", "#FFE7A3"),
                ("kop", "#DCE6EC"),
            )
            for form in ("", "dd-mm-yyyy")
        }
        used: set[str] = set()
        for part in checked.parts:
            sheet = book.add_worksheet(_sheet_name(part.table.sheet, used))
            marked += _write(sheet, part, checked.findings, styles)
        if not checked.parts:
            book.add_worksheet("Leeg")
        book.close()
    return marked


def _sheet_name(name: str, used: set[str]) -> str:
    kept = "".join(char for char in name if char not in "[]:*?/\\").strip("'")[:28] or "Levering"
    while kept.casefold() in used:
        kept = f"{kept[:26]}~{len(used)}"
    used.add(kept.casefold())
    return kept


def _write(sheet: Any, part: Part, findings: tuple[Finding, ...], styles: dict[tuple[str, str], Any]) -> int:
    table = part.table
    marks = _marks(part, findings)
    comments = 0
    top = max(table.header_row, 1) - 1
    for place, name in enumerate(table.names):
        sheet.set_column(place, place, min(max(len(name) + 3, 11), _WIDEST))
    kinds, told = marks.get(0, {}), top
    for place, name in enumerate(table.names):
        kind, text = kinds.get(place, ("kop", ""))
        sheet.write_string(told, place, name[:32_000], styles[kind, ""])
        if text:
            sheet.write_comment(told, place, text, _COMMENT)
    columns = [(cells.codes.tolist(), cells.distinct) for cells in table.columns]
    shift = 1 if table.header_row == 0 else 0  # SPSS and JSON lines have no header of their own
    for number, row in enumerate(table.numbers.tolist()):
        row_marks = marks.get(row, {})
        for place, (codes, distinct) in enumerate(columns):
            cell = distinct[codes[number]] if codes[number] >= 0 else ""
            kind, text = row_marks.get(place, ("", ""))
            if cell != "" or kind:
                _cell(sheet, row - 1 + shift, place, cell, kind, styles)
            if text and comments < _MOST_COMMENTS:
                sheet.write_comment(row - 1 + shift, place, text, _COMMENT)
                comments += 1
    sheet.freeze_panes(top + 1, 0)
    return sum(len(one) for one in marks.values())


_COMMENT = {"x_scale": 2, "y_scale": 1.2, "author": "Controle"}


def _cell(sheet: Any, row: int, place: int, cell: Any, kind: str, styles: dict[tuple[str, str], Any]) -> None:
    if isinstance(cell, (date, datetime)):
        day = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        if day.year >= 1900:
            sheet.write_datetime(row, place, day.replace(tzinfo=None), styles[kind, "dd-mm-yyyy"])
            return
    if isinstance(cell, (int, float)) and abs(cell) < 1e15:
        sheet.write_number(row, place, cell, styles[kind, ""])
    else:
        sheet.write_string(row, place, to_text(cell)[:32_000], styles[kind, ""])


def _marks(part: Part, findings: tuple[Finding, ...]) -> dict[int, dict[int, tuple[str, str]]]:
    """Row (0 is the header) -> column -> kind and text; an error goes before a warning."""
    marks: dict[int, dict[int, tuple[str, str]]] = {}
    known = set(part.table.numbers.tolist())
    for finding in findings:
        if finding.file != part.table.file or finding.sheet != part.table.sheet:
            continue
        parts = (
            finding.message.capitalize() + ".",
            f"Verwacht: {finding.expected}." if finding.expected else "",
            finding.remedy,
        )
        text = "\n".join(one for one in parts if one)[:900]
        place = finding.column or 0
        rows = [row for row in finding.rows if row in known] if finding.rows else [0]
        for row in rows:
            cells = marks.setdefault(row, {})
            before = cells.get(place)
            if before is None:
                cells[place] = (finding.severity, text)
            else:
                kind = ERROR if ERROR in (finding.severity, before[0]) else before[0]
                cells[place] = (kind, f"{before[1]}\n\n{text}"[:1500])
    return marks


def neutral(text: str) -> str:
    """A text that a spreadsheet may not take for a formula when a CSV is opened: an apostrophe in front.

    Numbers and marks for nothing ("-1", "-", "+3,5") stay as they are.
    """
    if not text.startswith(("=", "+", "-", "@", "\t", "\r")):
        return text
    bare = text[1:].strip(" -–")
    if text[0] in "+-" and (not bare or bare.replace(".", "").replace(",", "").isdigit()):
        return text
    return f"'{text}"
