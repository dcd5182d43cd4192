"""What a screen reader hears of a PDF: the tree of its tags, with the text of each, read by pypdf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject

_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


@dataclass
class Tag:
    """A tag: its kind ("H1", "Figure"), alternative text, table attributes, own text and the tags in it."""

    kind: str
    alt: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    parts: list[str | Tag] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.parts)

    def walk(self) -> Iterator[Tag]:
        yield self
        for one in self.parts:
            if isinstance(one, Tag):
                yield from one.walk()

    def all(self, *kinds: str) -> list[Tag]:
        return [one for one in self.walk() if one.kind in kinds]


def structure(path: Path) -> Tag:
    """The tags of a PDF from its root, with the text that their marked content draws."""
    reader = PdfReader(path)
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    texts = {page.indirect_reference.idnum: _marked(page, reader) for page in reader.pages}  # type: ignore[union-attr]
    top = Tag("Root")
    _add(top, root.get("/K"), None, texts)
    return top


def _add(tag: Tag, kids: Any, page: int | None, texts: dict[int, dict[int, str]]) -> None:
    kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
    if kids is None:
        return
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        one = kid.get_object()
        if isinstance(one, int):
            tag.parts.append(texts.get(page or 0, {}).get(one, ""))
        elif one.get("/Type") == "/MCR":
            at = one.raw_get("/Pg").idnum if "/Pg" in one else page
            tag.parts.append(texts.get(at or 0, {}).get(one["/MCID"], ""))
        elif "/S" in one:
            inside = Tag(str(one["/S"])[1:], str(one.get("/Alt", "")), _attributes(one.get("/A")))
            tag.parts.append(inside)
            _add(inside, one.get("/K"), one.raw_get("/Pg").idnum if "/Pg" in one else page, texts)


def _attributes(found: Any) -> dict[str, Any]:
    found = found.get_object() if isinstance(found, IndirectObject) else found
    if isinstance(found, ArrayObject):
        merged: dict[str, Any] = {}
        for one in found:
            merged |= _attributes(one)
        return merged
    return (
        {str(key)[1:]: value for key, value in found.items()} if isinstance(found, DictionaryObject) else {}
    )


def _marked(page: Any, reader: PdfReader) -> dict[int, str]:
    """The text of each piece of marked content (MCID) of a page, by the fonts' own maps to Unicode."""
    fonts = {name: _unicode(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    found: dict[int, str] = {}
    marks: list[tuple[int | None, bool]] = []  # of what is open: its MCID, and whether it spells out its text
    font: dict[int, str] = {}

    def say(text: str) -> None:
        at = next((mark for mark, _ in reversed(marks) if mark is not None), None)
        if at is not None:
            found[at] = found.get(at, "") + text

    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            about = operands[1] if len(operands) > 1 and isinstance(operands[1], DictionaryObject) else {}
            marks.append((about.get("/MCID"), "/ActualText" in about))
            say(str(about.get("/ActualText", "")))
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            font = fonts[operands[0]]
        elif operator in (b"Tj", b"TJ") and not any(spelled for _, spelled in marks):
            shown = operands[0] if operator == b"TJ" else [operands[0]]
            say("".join(_read(piece, font) for piece in shown if not isinstance(piece, (int, float))))
    return found


def _read(piece: Any, font: dict[int, str]) -> str:
    raw = piece.original_bytes if hasattr(piece, "original_bytes") else bytes(piece)
    return "".join(font.get(raw[at] << 8 | raw[at + 1], "") for at in range(0, len(raw) - 1, 2))


def _unicode(font: Any) -> dict[int, str]:
    """Glyph number -> text of a font with two bytes per glyph, as typst writes all of them."""
    table: dict[int, str] = {}
    data = font["/ToUnicode"].get_object().get_data()
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.DOTALL):
        for first, last, text in _RANGE.findall(block):
            begin = bytes.fromhex(text.decode()).decode("utf-16-be")
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[int(first, 16) + step] = begin[:-1] + chr(ord(begin[-1]) + step)
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL):
        for code, text in _CHAR.findall(block):
            table[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return table
