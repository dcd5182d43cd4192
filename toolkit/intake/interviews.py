"""Interviews and narrative reports (DOCX, TXT): the words of each teller, told apart where speakers are marked.

The names of speakers are not kept: a teller is the document and a number. What the interviewer says is left
out, because it is no part of the story.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.parsers import expat

import numpy as np

from toolkit.files import decode
from toolkit.intake.guard import damaged, open_zip, refuse, xml
from toolkit.intake.table import Cells, Note, Table

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPEAKER = re.compile(
    r"\s*(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*)?([A-Z][\w.'\- ]{0,30}?)\s*(\d{0,2})\s*:\s+(?=\S)"
)
_ASKS = re.compile(r"(i|int|interviewer|onderzoeker|vraag|v|gespreksleider|moderator)\.?", re.IGNORECASE)


def read_docx(content: bytes, file: str) -> str:
    """The text of a DOCX, a line per paragraph; also what stands in tables.

    Raises DataError for what is no DOCX, is locked or damaged, or could do harm.
    """
    if not content.startswith(b"PK"):
        raise refuse(file, "dit is geen Word-bestand (.docx).", "Open het in Word en sla het op als .docx.")
    archive = open_zip(content, file, keep=True)
    if "word/document.xml" not in archive.names:
        raise refuse(file, "dit is geen Word-bestand (.docx).", "Open het in Word en sla het op als .docx.")
    parts: list[str] = []
    state = {"text": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        state["text"] = tag == f"{_WORD} t"
        if tag in (f"{_WORD} tab", f"{_WORD} br"):
            parts.append(" ")

    def end(tag: str) -> None:
        state["text"] = False
        if tag == f"{_WORD} p":
            parts.append("\n")

    def words(text: str) -> None:
        if state["text"]:
            parts.append(text)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, words
    try:
        parser.Parse(xml(archive, "word/document.xml", file), True)
    except expat.ExpatError as error:
        raise damaged(file) from error
    return "".join(parts)


def read_text(content: bytes, file: str) -> str:
    """The text of a TXT: UTF-8, UTF-16 or Windows-1252.

    Raises DataError for what is no text.
    """
    return decode(content, file)


def tellers(text: str) -> list[str]:
    """The words of each teller of an interview, in the order in which they first speak.

    A speaker is marked by a word and a colon at the start of a line ("R:", "Interviewer:"), at least twice
    in the text. Without such marks the whole text is one story. Interviewers are left out.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    marks = [found for line in lines if (found := _SPEAKER.match(line))]
    names = {_named(found) for found in marks}
    if len(marks) < 2 or len(names) > 12 or (not any(_asks(name) for name in names) and len(names) < 2):
        whole = "\n".join(line for line in lines if line)
        return [whole] if whole else []
    said: dict[str, list[str]] = {}
    speaker = ""
    for line in lines:
        found = _SPEAKER.match(line)
        if found:
            speaker, line = _named(found), line[found.end() :]
        if line and speaker and not _asks(speaker):
            said.setdefault(speaker, []).append(line)
    return ["\n".join(parts) for parts in said.values()]


def stories_table(file: str, documents: Iterable[tuple[str, str]]) -> Table:
    """Documents (name, text) as a table of stories: a number that follows from the text, and the text.

    The name of a document is not kept, because it often holds the name of a person.
    """
    rows: list[tuple[str, str]] = []
    for _, text in documents:
        mark = hashlib.sha256(text.encode()).hexdigest()[:8].upper()
        told = tellers(text)
        rows += [
            (f"D-{mark}" if len(told) == 1 else f"D-{mark}-{number}", story)
            for number, story in enumerate(told, 1)
        ]
    if not rows:
        raise refuse(file, "er staat geen tekst in.", "Lever het gesprek of verslag opnieuw aan.")
    note = Note(
        "elk verhaal krijgt zelf een nummer; namen van sprekers en van bestanden bewaren wij niet.",
        "Zijn vragen en antwoorden gemerkt (zoals 'Interviewer:' en 'R:')? Dan tellen alleen de antwoorden.",
    )
    cells: Sequence[Any] = list(zip(*rows, strict=True))
    return Table(
        file, "tekst", ("nr", "verhaal"), (Cells(list(cells[0])), Cells(list(cells[1]))),
        np.arange(len(rows)) + 1, "", 0, (note,),
    )  # fmt: skip


def _named(found: re.Match[str]) -> str:
    return f"{found[1].strip().casefold()} {found[2]}".strip()


def _asks(name: str) -> bool:
    return _ASKS.fullmatch(name.rstrip("0123456789 ")) is not None
