"""Files that could harm: looked at from the outside first, with limits on what they may unfold to.

A delivery comes from somebody else's computer. Nothing of it is run, fetched or written to a place that it
names; a file that would need more memory than a table can reasonably take is refused before it is read.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from toolkit.errors import DataError, Problem

MB = 1_000_000
LARGEST_FILE = 250 * MB
LARGEST_UNPACKED = 300 * MB
MOST_MEMBERS = 2000
MOST_ROWS = 2_000_000
MOST_CELLS = 12_000_000  # of a workbook; the places between the first and the last used cell count
_CHUNK = 1 << 20
_MACROS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/|basic/|scripts/)", re.IGNORECASE)
_SPLIT = "Verdeel de levering over kleinere bestanden, bijvoorbeeld een per kwartaal."


@dataclass(frozen=True)
class Archive:
    """An archive that was looked through: how to read it, the names of its members, and its XML parts."""

    box: zipfile.ZipFile
    names: tuple[str, ...]
    parts: dict[str, bytes]


def refuse(file: str, message: str, remedy: str) -> DataError:
    """One problem of the file as a whole."""
    return DataError([Problem(Path(file).name, message, remedy)])


def load(path: Path) -> bytes:
    """The content of a delivered file.

    Raises DataError when it is missing, empty, no file, or larger than 250 MB (it is then not read).
    """
    if not path.is_file():
        raise refuse(path.name, "dit bestand bestaat niet.", "Controleer de naam en de map.")
    if path.stat().st_size > LARGEST_FILE:
        raise refuse(path.name, f"dit bestand is groter dan {LARGEST_FILE // MB} MB.", _SPLIT)
    content = path.read_bytes()
    if not content or content.isspace():
        raise refuse(path.name, "dit bestand is leeg.", "Lever het bestand opnieuw aan.")
    return content


def file_hash(path: Path) -> str:
    """SHA-256 of a file; all that is kept of an original."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_zip(content: bytes, file: str, keep: bool = False) -> Archive:
    """A ZIP (also an XLSX, ODS or DOCX) of which every member was unpacked once, to count its bytes.

    With `keep` the XML parts are kept as they were unpacked.

    Raises DataError for a damaged or locked file, one that unfolds to more than 300 MB or 2,000 members,
    a member whose name climbs out of the archive, and macros.
    """
    try:
        box = zipfile.ZipFile(BytesIO(content))
        members = box.infolist()
        if len(members) > MOST_MEMBERS:
            raise refuse(file, f"er zitten meer dan {MOST_MEMBERS} bestanden in.", _SPLIT)
        for member in members:
            _check_member(member, file)
        total = 0
        parts: dict[str, bytes] = {}
        for member in members:
            kept: list[bytes] = []
            for chunk in _chunks(box, member):
                total += len(chunk)
                if total > LARGEST_UNPACKED:
                    message = f"dit bestand wordt uitgepakt groter dan {LARGEST_UNPACKED // MB} MB."
                    raise refuse(file, message, _SPLIT)
                if keep and member.filename.endswith((".xml", ".rels")):
                    kept.append(chunk)
            if kept:
                parts[member.filename] = b"".join(kept)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, OverflowError) as error:
        raise damaged(file) from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "_lzma", "lzma", "struct"):
            raise damaged(file) from error
        raise
    return Archive(box, tuple(member.filename for member in members), parts)


def damaged(file: str) -> DataError:
    """The problem of a file that its own program could not open either."""
    return refuse(
        file,
        "dit bestand is beschadigd of onvolledig.",
        "Open het zelf, sla het opnieuw op, en lever dat aan.",
    )


def _chunks(box: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked content of a member, a megabyte at a time."""
    with box.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def xml(archive: Archive, name: str, file: str) -> bytes:
    """A kept XML part without a document type: entities are how a small XML grows to fill a computer.

    Raises DataError when it declares one, or is written in a coding that could hide it.
    """
    content = archive.parts.get(name, b"")
    if content[:4].startswith((b"\xff\xfe", b"\xfe\xff", b"\0")) or b"\0" in content[:200]:
        raise refuse(file, "dit bestand heeft een ongebruikelijke codering.", "Sla het opnieuw op in Excel.")
    told = re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", content)
    if told and told[1].upper() not in (b"UTF-8", b"US-ASCII", b"ASCII"):
        raise refuse(file, "dit bestand heeft een ongebruikelijke codering.", "Sla het opnieuw op in Excel.")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        message = (
            "in dit bestand zit iets dat een computer kan laten vastlopen (een documenttype met entiteiten)."
        )
        raise refuse(file, message, "Maak het bestand opnieuw in Excel en lever dat aan.")
    return content


def _check_member(member: zipfile.ZipInfo, file: str) -> None:
    name = member.filename.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or re.match(r"[a-zA-Z]:", name) or "\0" in name:
        message = "in dit bestand zit een naam die naar een andere map wijst."
        raise refuse(file, message, "Maak het ZIP-bestand opnieuw, van alleen de bestanden zelf.")
    if member.flag_bits & 1:
        raise refuse(file, "er staat een wachtwoord op dit bestand.", "Sla het op zonder wachtwoord.")
    if _MACROS.search(name):
        raise refuse(
            file, "dit bestand bevat macro's (programma's).", "Sla het op als .xlsx, zonder macro's."
        )
