"""The cells of a delivered survey file, before they get a meaning: LimeSurvey CSV, CSV, XLSX, SAV.

In a raw table every cell is None (never asked), "" (asked, left empty) or a text. Numbers and dates
are texts too ("7", "41.4", "2026-03-12"), because only the codebook knows whether "7" is a number
or a code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.cells import to_text
from toolkit.errors import DataError, Problem
from toolkit.files import as_text, read_bytes, read_sheet
from toolkit.project import Delivery
from toolkit.survey.sav_repair import repaired

# One field and the separator or line end behind it; a quoted field may hold both, and "" for a quote.
_FIELD = {
    mark: re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"|([^{mark}"\r\n]*))({mark}|\r\n|\r|\n|\Z)') for mark in ";,\t"
}
_EXPORT_HINT = (
    "Exporteer opnieuw uit LimeSurvey: Antwoorden exporteren, vorm CSV, koppen 'Vraagcode', "
    "antwoorden 'Antwoordcodes'. Bewaar het bestand niet vanuit Excel."
)


@dataclass(frozen=True)
class RawTable:
    """Cells as delivered; `rows` is the row of each record as Excel (or SPSS) shows it.

    `value_labels` holds per column the labels that an SPSS file gives its codes.
    """

    file: str
    cells: pd.DataFrame
    rows: list[int]
    sheet: str = ""
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)


def read_raw(path: Path, delivery: Delivery, header: Collection[str] = ()) -> RawTable:
    """The cells of a delivered file, in the form that the settings name.

    In a CSV or XLSX the columns named in `header` tell which row has the column names, and which sheet.

    Raises DataError when the file is missing, empty, or not of that form.
    """
    if delivery.format == "limesurvey-csv":
        table = _read_limesurvey(path)
    elif delivery.format == "sav":
        table = _read_sav(path)
    else:
        sheet = read_sheet(path, delivery.sheet, header, delivery.format)
        rows = [int(row) for row in sheet.cells.index]
        table = RawTable(path.name, as_text(sheet.cells).reset_index(drop=True), rows, sheet.name)
    if table.cells.empty:
        raise _fail(path, "er staan geen antwoorden in.", "Lever een bestand met antwoorden.")
    return table


def _fail(path: Path, message: str, remedy: str, row: int | None = None) -> DataError:
    return DataError([Problem(path.name, message, remedy, row=row)])


def _read_limesurvey(path: Path) -> RawTable:
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fail(path, "dit bestand is niet in UTF-8 opgeslagen.", _EXPORT_HINT) from error
    if "\x00" in text:
        raise _fail(path, "dit is geen CSV-bestand maar iets anders.", _EXPORT_HINT)
    first_line = text.split("\n", 1)[0]
    separator = max(_FIELD, key=first_line.count)
    if separator not in first_line:
        message = "de kolommen zijn niet gescheiden met een puntkomma, komma of tab."
        raise _fail(path, message, _EXPORT_HINT)
    records = list(_records(path, text, separator))
    header = [(name or "").strip() for name in records[0]]
    problems = [
        Problem(path.name, "deze kolomnaam komt meer dan één keer voor.", _EXPORT_HINT, column=name)
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    kept = [(number, record) for number, record in enumerate(records[1:], 2) if any(record)]
    for number, record in kept:
        if len(record) != len(header):
            message = f"er staan {len(record)} waarden in plaats van {len(header)}."
            remedy = "Staat er een scheidingsteken of aanhalingsteken te veel of te weinig in deze rij?"
            problems.append(Problem(path.name, message, remedy, row=number))
    if problems:
        raise DataError(problems)
    cells = pd.DataFrame([record for _, record in kept], columns=header, dtype="object")
    return RawTable(path.name, cells, [number for number, _ in kept])


def _records(path: Path, text: str, separator: str) -> Iterator[list[str | None]]:
    """Records of a CSV text; a field without anything, not even quotes, is None.

    Python's own reader cannot tell that NULL (never shown) from "" (left empty); LimeSurvey does.
    """
    pattern, position, number = _FIELD[separator], 0, 1
    record: list[str | None] = []
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            message = "hier staat een aanhalingsteken op een plek waar dat niet kan."
            raise _fail(path, message, _EXPORT_HINT, row=number)
        quoted, plain, end = match.groups()
        record.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        position = match.end()
        if end != separator:
            yield record
            record, number = [], number + 1
    if record:
        yield [*record, None]


def _read_sav(path: Path) -> RawTable:
    import pyreadstat

    def read(content: BytesIO) -> Any:
        # User-missing values stay: whether 98 means "weet niet" is for the codebook to say.
        return pyreadstat.read_sav(content, user_missing=True, apply_value_formats=False)

    content = read_bytes(path)
    try:
        try:
            frame, meta = read(BytesIO(content))
        except pyreadstat.ReadstatError:
            frame, meta = read(BytesIO(repaired(content)))
    except Exception as error:
        remedy = "Open het in SPSS of PSPP en bewaar het opnieuw als .sav, of lever een CSV-bestand."
        raise _fail(path, "dit is geen leesbaar SPSS-bestand (.sav).", remedy) from error
    cells = pd.DataFrame(
        {name: pd.Series([_sav_cell(value) for value in frame[name]], dtype="object") for name in frame}
    )
    labels = {
        column: {str(_sav_cell(code)): str(label) for code, label in codes.items()}
        for column, codes in meta.variable_value_labels.items()
    }
    return RawTable(path.name, cells, list(range(1, len(frame) + 1)), value_labels=labels)


def _sav_cell(value: object) -> str | None:
    """A cell of an SPSS file: system-missing is None; an empty text is "" (SPSS has no other)."""
    return None if value is None or value != value else to_text(value)  # NaN and NaT differ from themselves
