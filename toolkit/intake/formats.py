"""Open a delivered file, whatever its form, as tables of cells."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from toolkit.errors import DataError
from toolkit.intake.csvtext import read_csv
from toolkit.intake.guard import MB, MOST_ROWS, load, open_zip, refuse
from toolkit.intake.interviews import read_docx, read_text, stories_table
from toolkit.intake.table import Cells, Table, filled
from toolkit.intake.workbook import read_workbook

Score = Callable[[Sequence[Any]], float]
_OLD = (".xls", ".xlsb", ".doc", ".mdb", ".accdb")
_MACRO = (".xlsm", ".xltm", ".docm", ".odm")
_NESTED = 1  # a ZIP in a ZIP is not opened
NOT_ASKED = "{question_not_shown}"
_KNOWN = "Lever CSV, Excel (.xlsx), ODS, SPSS (.sav), JSON-regels (.jsonl), Word (.docx), tekst, of een ZIP daarvan."


def open_delivery(path: Path, known: Score) -> list[Table]:
    """The tables in a delivered file; `known` scores how much a row looks like the expected header.

    Interviews (DOCX, TXT) become one table with a row per teller. Raises DataError for a file that cannot
    be read, is of another kind, or could do harm.
    """
    return open_content(load(path), path.name, known)


def open_content(content: bytes, file: str, known: Score, depth: int = 0) -> list[Table]:
    """The tables in the content of a file; see `open_delivery`."""
    try:
        return _open(content, file, known, depth)
    except MemoryError as error:
        raise refuse(
            file, "dit bestand is te groot voor deze computer.", "Verdeel de levering over meer bestanden."
        ) from error
    except RecursionError as error:
        raise refuse(file, "dit bestand is te ingewikkeld.", _KNOWN) from error


def _open(content: bytes, file: str, known: Score, depth: int) -> list[Table]:
    form = PurePosixPath(file).suffix.lower()
    if form in _MACRO:
        raise refuse(file, "dit bestand kan macro's (programma's) bevatten.", "Sla het op als .xlsx.")
    if form in _OLD or content.startswith(b"\xd0\xcf\x11\xe0"):
        message = "dit is een oude bestandssoort, of er staat een wachtwoord op."
        raise refuse(file, message, "Open het in Excel en sla het op als .xlsx, zonder wachtwoord.")
    match form:
        case ".xlsx" | ".ods":
            if not content.startswith(b"PK"):
                raise refuse(file, "dit is geen Excel-bestand.", "Open het in Excel en sla het op als .xlsx.")
            return read_workbook(content, file, known)
        case ".sav" | ".zsav":
            return [read_sav(content, file)]
        case ".jsonl" | ".ndjson":
            return [read_jsonl(content, file)]
        case ".docx":
            return [stories_table(file, [(file, read_docx(content, file))])]
        case ".zip" if depth < _NESTED:
            return _zipped(content, file, known, depth)
        case ".txt" | ".csv" | ".tsv" | ".vv" | ".tab":
            if form == ".txt" and not _looks_like_table(content):
                return [stories_table(file, [(file, read_text(content, file))])]
            return [read_csv(content, file, known)]
        case _:
            raise refuse(file, "deze soort bestand kennen wij niet.", _KNOWN)


def _looks_like_table(content: bytes) -> bool:
    """Whether a text file has the same number of tabs or semicolons in each of its first lines."""
    lines = [line for line in content[:20_000].splitlines() if line.strip()][:6]
    return any(
        len({line.count(mark) for line in lines}) == 1 and lines[0].count(mark) > 0 for mark in (b"\t", b";")
    )


def _zipped(content: bytes, file: str, known: Score, depth: int) -> list[Table]:
    box = open_zip(content, file).box
    tables: list[Table] = []
    interviews: list[tuple[str, str]] = []
    members = [one for one in box.infolist() if not one.is_dir() and not _ignored(one.filename)]
    if not members:
        raise refuse(file, "er zit niets in dit ZIP-bestand.", _KNOWN)
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/")).name
        inside = _member(box, member, file)
        if name.lower().endswith(".docx"):
            interviews.append((name, read_docx(inside, name)))
        elif name.lower().endswith(".txt") and not _looks_like_table(inside):
            interviews.append((name, read_text(inside, name)))
        else:
            tables += open_content(inside, name, known, depth + 1)
    return tables + ([stories_table(file, interviews)] if interviews else [])


def _member(box: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> bytes:
    try:
        return box.read(member)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise refuse(file, "dit ZIP-bestand is beschadigd.", "Maak het ZIP-bestand opnieuw.") from error


def _ignored(name: str) -> bool:
    """What macOS and Windows put in a ZIP unasked."""
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name in (".DS_Store", "Thumbs.db", "desktop.ini")


def read_sav(content: bytes, file: str) -> Table:
    """The cells of an SPSS file, with the codes that stand there; rows are counted from 1.

    Raises DataError when it is no SPSS file or has more than 2 million rows.
    """
    import pyreadstat

    if not content.startswith((b"$FL2", b"$FL3")):
        raise refuse(file, "dit is geen SPSS-bestand (.sav).", "Bewaar het opnieuw als .sav, of lever CSV.")
    try:
        frame, meta = pyreadstat.read_sav(BytesIO(content), user_missing=True, row_limit=MOST_ROWS)
    except Exception as error:
        remedy = "Open het in SPSS of PSPP en bewaar het opnieuw als .sav, of lever een CSV-bestand."
        raise refuse(file, "dit is geen leesbaar SPSS-bestand (.sav).", remedy) from error
    columns = tuple(Cells(frame.iloc[:, at].astype(object).tolist()) for at in range(frame.shape[1]))
    if not columns:
        raise refuse(file, "er staan geen gegevens in.", "Lever het bestand opnieuw aan.")
    names = tuple(str(name) for name in meta.column_names)
    return filled(Table(file, "SPSS", names, columns, np.arange(len(frame)) + 1, "", 0))


def read_jsonl(content: bytes, file: str) -> Table:
    """The cells of JSON lines, one object a line; a key that an object lacks is an empty cell.

    Raises DataError that names every line that is no object of single values.
    """
    from toolkit.errors import Problem

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(file, "dit bestand is niet in UTF-8 opgeslagen.", "Sla het op als UTF-8.") from error
    if "\0" in text or len(content) > 100 * MB:
        raise refuse(file, "dit bestand is te groot, of geen tekst.", "Lever het opnieuw aan.")
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict) or any(isinstance(cell, (dict, list)) for cell in row.values()):
            remedy = 'Zet op elke regel één object, zoals {"nr": "1", "verhaal": "..."}.'
            problems.append(Problem(file, "op deze regel staat geen JSON-object.", remedy, row=number))
            continue
        rows.append(row)
        numbers.append(number)
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > 1000:
        problems.append(Problem(file, "er staan te veel verschillende namen in.", _KNOWN))
    if problems or not names:
        raise DataError(problems or [Problem(file, "er staat niets in.", "Lever het bestand opnieuw aan.")])
    columns = tuple(Cells([_single(row.get(name)) for row in rows]) for name in names)
    return filled(
        Table(file, "JSON-regels", tuple(" ".join(_whole(name).split()) for name in names), columns,
              np.array(numbers), "", 0)
    )  # fmt: skip


def _single(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, str):
        return _whole(cell)
    if isinstance(cell, float) and (cell != cell or cell in (float("inf"), float("-inf"))):
        return None
    return cell


def _whole(text: str) -> str:
    """A text in which half a character (which JSON can write) has become a question mark."""
    return text.encode("utf-8", "replace").decode()


def is_vv(table: Table) -> bool:
    """Whether a table is a VV export of LimeSurvey, which writes what was never asked in words."""
    return any(NOT_ASKED in column.distinct for column in table.columns[:200])


def slug(text: str) -> str:
    """A text as a part of a file name: lower case letters, digits and hyphens."""
    import unicodedata

    letters = unicodedata.normalize("NFD", text.casefold())
    return (
        re.sub(r"[^a-z0-9]+", "-", letters.encode("ascii", "ignore").decode()).strip("-")[:60] or "levering"
    )
