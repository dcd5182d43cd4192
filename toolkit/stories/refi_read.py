"""Read REFI-QDA files that others made: nothing is unpacked, no entity is expanded, sizes are bounded."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from toolkit.errors import DataError, Problem
from toolkit.files import read_bytes
from toolkit.stories.refi import BOM, CODEBOOK, PROJECT, Code, Coding, Qda, Source

LARGEST_FILE = 400_000_000  # bytes of a .qdpx as it lies on disk; films and sound make it large
LARGEST_XML = 64_000_000
LARGEST_TEXT = 16_000_000  # of one text
LARGEST_TOTAL = 256_000_000  # of all texts together
MOST_MEMBERS = 50_000
DEEPEST = 100  # codes within codes
_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
# What a project may hold besides, that is not read.
_OTHER = (
    "PictureSource", "PDFSource", "AudioSource", "VideoSource", "Case", "Variable", "Note", "Link", "Set", "Graph",
)  # fmt: skip


def read_qda(path: Path) -> Qda:
    """A codebook (.qdc) or project (.qdpx); which one, the content tells.

    Of a project the users, codes, texts, and codes on texts are kept; all else is counted in `skipped`, with
    codings on what is not kept.

    Raises DataError when the file is missing, too large, damaged, holds a DOCTYPE, or is something else.
    """
    if path.is_file() and path.stat().st_size > LARGEST_FILE:
        raise _refused(path.name, "dit bestand is te groot.", "Lever alleen teksten, zonder beeld en geluid.")
    content = read_bytes(path)
    if content.startswith(b"PK"):
        return _Project(path.name, content).read()
    root = _parse(content, path.name)
    if _local(root) != "CodeBook" or not root.tag.startswith(f"{{{CODEBOOK}}}"):
        raise _refused(
            path.name, "dit is geen codeboek in REFI-QDA.", "Exporteer als REFI-QDA Codebook (.qdc)."
        )
    return Qda(path.stem, tuple(_codes(root, path.name)), skipped=_counted(root, ("Set",)))


class _Project:
    """One archive while it is read: it keeps the total of what was read, against zip bombs."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file = file
        try:
            self.archive = ZipFile(io.BytesIO(content))
            members = self.archive.infolist()
        except BadZipFile as error:
            raise _refused(file, "dit bestand is beschadigd.", "Exporteer het project opnieuw.") from error
        if len(members) > MOST_MEMBERS:
            raise _refused(file, "er zitten te veel bestanden in.", "Lever het project in delen.")
        self.names = {one.filename for one in members}
        self.total = 0

    def read(self) -> Qda:
        """The project in the archive."""
        name = next((one for one in sorted(self.names) if one.lower() == "project.qde"), "")
        if not name:
            raise _refused(
                self.file, "er staat geen project.qde in.", "Exporteer als REFI-QDA Project (.qdpx)."
            )
        root = _parse(self._member(name, LARGEST_XML), self.file)
        if _local(root) != "Project" or not root.tag.startswith(f"{{{PROJECT}}}"):
            raise _refused(
                self.file, "dit is geen project in REFI-QDA.", "Exporteer als REFI-QDA Project (.qdpx)."
            )
        users = {
            _guid(one, self.file): str(one.get("name") or one.get("id") or "")
            for one in _each(root, "Users", "User")
        }
        book = root.find(f"{{{PROJECT}}}CodeBook")
        codes = tuple(_codes(book, self.file)) if book is not None else ()
        skipped: Counter[str] = Counter(_counted(root, _OTHER))
        sources: list[Source] = []
        codings: list[Coding] = []
        for element in _each(root, "Sources", "TextSource"):
            text = self._text(element)
            if text is None:
                skipped["TextSource"] += 1
                continue
            source = Source(_guid(element, self.file), str(element.get("name") or ""), text)
            sources.append(source)
            codings += self._codings(element, source, {code.guid for code in codes}, skipped)
        return Qda(str(root.get("name") or ""), codes, users, tuple(sources), tuple(codings), dict(skipped))

    def _member(self, name: str, most: int) -> bytes:
        try:
            with self.archive.open(name) as stream:
                content = stream.read(most + 1)
        except (BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
            raise _refused(
                self.file, "dit bestand is beschadigd of versleuteld.", "Exporteer het project opnieuw."
            ) from error
        self.total += len(content)
        if len(content) > most or self.total > LARGEST_TOTAL:
            raise _refused(self.file, "wat erin zit is te groot.", "Lever het project in delen.")
        return content

    def _text(self, element: Any) -> str | None:
        """The plain text of a source, or None when it stands outside the archive."""
        inline = element.find(f"{{{PROJECT}}}PlainTextContent")
        if inline is not None:
            return str(inline.text or "")
        path = str(element.get("plainTextPath") or "")
        if not path.startswith("internal://"):
            return None  # a file elsewhere on somebody's computer: never opened
        name = path.removeprefix("internal://")
        if "/" in name or "\\" in name or name in ("", ".", ".."):
            raise _refused(
                self.file, "een tekst staat op een plaats die niet mag.", "Exporteer het project opnieuw."
            )
        member = next(
            (f"{folder}/{name}" for folder in ("sources", "Sources") if f"{folder}/{name}" in self.names), ""
        )
        if not member:
            raise _refused(
                self.file, "een tekst van het project ontbreekt.", "Exporteer het project opnieuw."
            )
        try:
            return self._member(member, LARGEST_TEXT).removeprefix(BOM).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _refused(
                self.file, "een tekst is niet in UTF-8.", "Exporteer het project opnieuw."
            ) from error

    def _codings(
        self, element: Any, source: Source, codes: set[str], skipped: Counter[str]
    ) -> Iterator[Coding]:
        for selection in element.findall(f"{{{PROJECT}}}PlainTextSelection"):
            start, end = (_position(selection.get(name)) for name in ("startPosition", "endPosition"))
            if start is None or end is None or not 0 <= start < end <= len(source.text):
                raise _refused(
                    self.file, "een selectie ligt buiten de tekst.", "Exporteer het project opnieuw."
                )
            for one in selection.findall(f"{{{PROJECT}}}Coding"):
                yield from self._coding(one, source, codes, skipped, start, end)
        for one in element.findall(f"{{{PROJECT}}}Coding"):
            yield from self._coding(one, source, codes, skipped)

    def _coding(
        self,
        element: Any,
        source: Source,
        codes: set[str],
        skipped: Counter[str],
        start: int | None = None,
        end: int | None = None,
    ) -> Iterator[Coding]:
        reference = element.find(f"{{{PROJECT}}}CodeRef")
        code = _plain_guid(str(reference.get("targetGUID") or "")) if reference is not None else ""
        if code not in codes:
            skipped["Coding"] += 1
            return
        user = _plain_guid(str(element.get("creatingUser") or ""))
        yield Coding(
            _guid(element, self.file),
            source.guid,
            code,
            user,
            start,
            end,
            str(element.get("creationDateTime") or ""),
        )


def _parse(content: bytes, file: str) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(content) > LARGEST_XML:
        raise _refused(file, "dit bestand is te groot.", "Lever het project in delen.")
    try:
        return fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise _refused(
            file, "dit is geen veilige of geen geldige XML.", "Exporteer het bestand opnieuw."
        ) from error


def _codes(root: Any, file: str) -> Iterator[Code]:
    """The codes in the order of the file, each after its parent."""
    namespace = root.tag.partition("}")[0] + "}"
    holder = root.find(f"{namespace}Codes")
    waiting = [(one, "", 1) for one in reversed(list(holder))] if holder is not None else []
    while waiting:
        element, parent, depth = waiting.pop()
        if depth > DEEPEST:
            raise _refused(file, "de codes zitten te diep in elkaar.", "Maak het codeboek minder diep.")
        if _local(element) != "Code":
            continue
        told = element.find(f"{namespace}Description")
        code = Code(
            _guid(element, file), str(element.get("name") or ""), str(told.text or "") if told is not None else "", parent,
            str(element.get("color") or ""), element.get("isCodable") not in ("false", "0"),
        )  # fmt: skip
        yield code
        waiting += [(child, code.guid, depth + 1) for child in reversed(list(element))]


def _each(root: Any, holder: str, name: str) -> list[Any]:
    return list(root.findall(f"{{{PROJECT}}}{holder}/{{{PROJECT}}}{name}"))


def _counted(root: Any, names: tuple[str, ...]) -> dict[str, int]:
    found = Counter(_local(one) for one in root.iter() if isinstance(one.tag, str))
    return {name: found[name] for name in names if found[name]}


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _position(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\s*\d{1,9}\s*", text) else None


def _plain_guid(text: str) -> str:
    match = _GUID.fullmatch(text.strip())
    return match[1].lower() if match else ""


def _guid(element: Any, file: str) -> str:
    found = _plain_guid(str(element.get("guid") or ""))
    if not found:
        raise _refused(
            file,
            f"een {_local(element):.30} heeft geen geldig kenmerk (guid).",
            "Exporteer het bestand opnieuw.",
        )
    return found


def _refused(file: str, message: str, remedy: str) -> DataError:
    return DataError([Problem(file, message, remedy)])
