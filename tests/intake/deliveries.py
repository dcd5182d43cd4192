"""Deliveries for tests, made by the programs' own libraries, and a small project that receives them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from small_project import BASE, HEADER, NO_MODELS, REGISTRATION, ROW, corpus, write

from toolkit.project import Project

PROJECT = {
    **BASE,
    "surveys/trajecten/registratie.toml": REGISTRATION,
    "surveys/trajecten/raw/met-de-hand.csv": "client;start;wijk\nK901;5-1-2026;WK050507\nK902;6-1-2026;WK050507\n",
    "corpora/verhalen/corpus.toml": corpus("Verhalen", ""),
    "corpora/verhalen/raw/verhalen.csv": "nr;wijk;verhaal;mag\n"
    "I-0001;WK050507;Ik stond heel lang op de wachtlijst voor hulp.;ja\n"
    "I-0002;WK050507;Het wijkteam kwam elke week bij mij langs.;ja\n"
    "I-0003;WK050507;De buurvrouw heeft mij geholpen met de post.;ja\n",
    "analyses/klein/plan.toml": """
naam = "Klein"
periode = "2026"
corpora = ["verhalen"]
registraties = ["trajecten"]
"""
    + NO_MODELS,
}


def project(root: Path) -> Project:
    """A project with a registration and stories; the registration has one file put there by hand."""
    return write(root, PROJECT)


def rows(count: int, **changes: dict[int, str]) -> list[list[str]]:
    """Rows of trajectories; `changes` says per column (its place as "c3") what stands in some rows instead."""
    made = [[f"K{number:03}", *ROW[1:]] for number in range(1, count + 1)]
    for column, cells in changes.items():
        for number, cell in cells.items():
            made[number][int(column[1:])] = cell
    return made


def csv_file(path: Path, body: Sequence[Sequence[str]], header: Sequence[str] = HEADER, mark: str = ";", coding: str = "utf-8", top: str = "") -> Path:  # fmt: skip
    """A CSV with these rows."""
    lines = [mark.join(cells) for cells in [header, *body]]
    path.write_bytes((top + "\n".join(lines) + "\n").encode(coding))
    return path


def xlsx_file(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> openpyxl.Workbook:
    """A workbook with these sheets, saved; it is given back to be changed and saved again."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, body in sheets.items():
        sheet = book.create_sheet(name)
        for row in body:
            sheet.append(list(row))
    book.save(path)
    return book


def docx_bytes(paragraphs: Sequence[str]) -> bytes:
    """The smallest DOCX that Word opens, with these paragraphs."""
    from html import escape

    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as box:
        box.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        box.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
        )
    return buffer.getvalue()
