"""REFI-QDA, the exchange format of programs for qualitative analysis: codebooks (.qdc) and projects (.qdpx).

A project is a zip with `project.qde` (XML) and the texts in `sources/`. Selections count Unicode code
points from 0, the end exclusive. See `refi_read` for reading, which does not trust what it reads.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from toolkit.files import whole_file

CODEBOOK, PROJECT = "urn:QDA-XML:codebook:1.0", "urn:QDA-XML:project:1.0"
ORIGIN = "tellen én vertellen"
BOM = b"\xef\xbb\xbf"
_FAMILY = uuid.uuid5(uuid.NAMESPACE_URL, "urn:tellen-en-vertellen")
# XML 1.0 cannot hold these characters, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Code:
    """A code; `parent` is the guid of the code that it is part of, `colour` "#RRGGBB" or empty."""

    guid: str
    name: str
    description: str = ""
    parent: str = ""
    colour: str = ""
    codable: bool = True


@dataclass(frozen=True)
class Source:
    """A text with the name that it has for people."""

    guid: str
    name: str
    text: str


@dataclass(frozen=True)
class Coding:
    """A code that somebody put on `source.text[start:end]`, or on the whole source when both are None."""

    guid: str
    source: str
    code: str
    user: str
    start: int | None = None
    end: int | None = None
    created: str = ""  # ISO date and time with zone, or empty


@dataclass(frozen=True)
class Qda:
    """A codebook or project. `skipped` counts what was in a file that was read and is not kept here."""

    name: str
    codes: tuple[Code, ...]
    users: Mapping[str, str] = field(default_factory=dict)  # guid -> name
    sources: tuple[Source, ...] = ()
    codings: tuple[Coding, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)


def stable_guid(*parts: str) -> str:
    """The same guid for the same parts, now and later (UUID version 5)."""
    return str(uuid.uuid5(_FAMILY, "\x1f".join(parts)))


def write_codebook(path: Path, codes: Sequence[Code]) -> None:
    """Write a `.qdc`: codes in their order, each under its parent."""
    root = ElementTree.Element("CodeBook", {"xmlns": CODEBOOK, "origin": ORIGIN})
    _codes(root, codes)
    with whole_file(path) as temporary:
        temporary.write_bytes(_xml(root))


def write_project(path: Path, project: Qda) -> None:
    """Write a `.qdpx`. The same project gives the same file.

    Texts stand in UTF-8 without a byte order mark, line ends as they are: so every position is that of the text.
    """
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    with whole_file(path) as temporary, ZipFile(temporary, "w") as archive:

        def put(name: str, content: bytes) -> None:
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)

        put("project.qde", _xml(_project(project)))
        for source in project.sources:
            content = source.text.encode("utf-8")
            # A text may itself begin with the mark: readers take off one.
            put(f"sources/{source.guid}.txt", BOM + content if content.startswith(BOM) else content)


def _project(project: Qda) -> ElementTree.Element:
    root = ElementTree.Element("Project", {"xmlns": PROJECT, "name": _clean(project.name), "origin": ORIGIN})
    if project.users:
        users = ElementTree.SubElement(root, "Users")
        for guid, name in project.users.items():
            ElementTree.SubElement(users, "User", {"guid": guid, "name": _clean(name)})
    if project.codes:
        _codes(ElementTree.SubElement(root, "CodeBook"), project.codes)
    if project.sources:
        sources = ElementTree.SubElement(root, "Sources")
        of_source: dict[str, list[Coding]] = {}
        for coding in project.codings:
            of_source.setdefault(coding.source, []).append(coding)
        for source in project.sources:
            _source(sources, source, of_source.get(source.guid, []))
    return root


def _source(parent: ElementTree.Element, source: Source, codings: Iterable[Coding]) -> None:
    about = {
        "guid": source.guid,
        "name": _clean(source.name),
        "plainTextPath": f"internal://{source.guid}.txt",
    }
    element = ElementTree.SubElement(parent, "TextSource", about)
    spans: dict[tuple[int, int], list[Coding]] = {}
    whole = []
    for coding in codings:
        if coding.start is None or coding.end is None:
            whole.append(coding)
        else:
            spans.setdefault((coding.start, coding.end), []).append(coding)
    for (start, end), same in sorted(spans.items()):
        place = {
            "guid": stable_guid("selection", source.guid, str(start), str(end)),
            "startPosition": str(start), "endPosition": str(end),
        }  # fmt: skip
        selection = ElementTree.SubElement(element, "PlainTextSelection", place)
        for coding in same:
            _coding(selection, coding)
    for coding in whole:
        _coding(element, coding)


def _coding(parent: ElementTree.Element, coding: Coding) -> None:
    about = {"guid": coding.guid}
    if coding.user:
        about["creatingUser"] = coding.user
    if coding.created:
        about["creationDateTime"] = coding.created
    element = ElementTree.SubElement(parent, "Coding", about)
    ElementTree.SubElement(element, "CodeRef", {"targetGUID": coding.code})


def _codes(parent: ElementTree.Element, codes: Sequence[Code]) -> None:
    """The codes below `parent`; a code whose own parent is not there (or goes round) stands at the top."""
    known = {code.guid: code for code in codes}

    def at_top(code: Code) -> bool:
        seen = {code.guid}
        while code.parent in known:
            code = known[code.parent]
            if code.guid in seen:
                return False
            seen.add(code.guid)
        return True

    children: dict[str, list[Code]] = {}
    for code in codes:
        above = code.parent if code.parent in known and at_top(code) else ""
        children.setdefault(above, []).append(code)

    def put(below: ElementTree.Element, code: Code) -> None:
        about = {
            "guid": code.guid,
            "name": _clean(code.name),
            "isCodable": "true" if code.codable else "false",
        }
        if code.colour:
            about["color"] = code.colour
        element = ElementTree.SubElement(below, "Code", about)
        if code.description:
            ElementTree.SubElement(element, "Description").text = _clean(code.description)
        for child in children.get(code.guid, []):
            put(element, child)

    holder = ElementTree.SubElement(parent, "Codes")
    for code in children.get("", []):
        put(holder, code)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _xml(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root, " ")
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content
