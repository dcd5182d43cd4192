"""The text of a document as its reader meets it, without what belongs to one format alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from tests.report.pdf_structure import Tag, structure

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What only one format has, and why. Whatever else differs is a fault.
ONLY_HTML = {
    "a.overslaan": "the skip link: paper has no keyboard",
    "nav": "the table of contents: Word makes its own from the headings, and that of a PDF has page numbers",
    "summary": "PDF and Word show at once what HTML folds away, so nothing needs a handle",
    "footer": "paper carries page numbers there instead, which no tag holds",
    "head": "the title in the browser's tab",
    "style": "no text",
    "script": "no text",
    ".screen-reader-only": "Quarto names the kind of a box there for who cannot see its icon",
}
ONLY_PDF = {
    "TOC": "the table of contents with page numbers, and the word Inhoud above it",
    "Lbl": "bullets and numbers of lists, which HTML and Word draw",
}
_EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.left_out: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        classes = (dict(attributes).get("class") or "").split()
        names = {tag, *(f"{tag}.{one}" for one in classes), *(f".{one}" for one in classes)}
        if tag not in _EMPTY and (self.left_out or names & set(ONLY_HTML)):
            self.left_out.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.left_out and tag == self.left_out[-1]:
            self.left_out.pop()

    def handle_data(self, data: str) -> None:
        if not self.left_out:
            self.said.append(data)


def html_text(path: Path) -> str:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return bare("".join(reader.said))


def docx_text(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        body = ElementTree.fromstring(book.read("word/document.xml"))
    return bare("".join(one.text or "" for one in body.iter(f"{WORD}t")))


def pdf_text(path: Path) -> str:
    return bare("".join(_spoken(structure(path))))


def _spoken(tag: Tag) -> Iterator[str]:
    for one, after in pairwise([*tag.parts, ""]):
        if isinstance(after, Tag) and after.kind == "TOC":
            continue
        if isinstance(one, str):
            yield one
        elif one.kind not in ONLY_PDF:
            yield from _spoken(one)


def bare(text: str) -> str:
    """Text without white space and without the marks that lines are broken by."""
    return re.sub(r"[\s\u00ad\u200b\u2060\u2066-\u2069]", "", text).replace("\u2011", "-")


def pptx_text(path: Path) -> str:
    """The text of all slides and of their notes."""
    from pptx import Presentation

    said = []
    for slide in Presentation(str(path)).slides:
        frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        said += [frame.text for frame in [*frames, *([notes] if notes is not None else [])]]
    return bare("".join(said))


READERS = {"html": html_text, "docx": docx_text, "pdf": pdf_text}


def first_difference(one: str, other: str) -> str:
    """Where two texts part, with what stands around it; empty when they are the same."""
    if one == other:
        return ""
    at = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"at {at}: …{one[max(0, at - 60) : at + 60]}… | …{other[max(0, at - 60) : at + 60]}…"
