"""Finish a Word document as pandoc wrote it: the heads of rows marked, no empty paragraphs."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_BODY = "word/document.xml"
# pandoc keeps two tables apart with an empty paragraph, also where a caption stands between them.
_EMPTY = re.compile(r"<w:p />(?=\s*(?:<w:bookmark(?:Start|End) [^>]*/>\s*)*<w:p>)")
_LOOK = re.compile(r'(<w:tblLook [^>]*w:firstColumn=)"0"([^>]*w:val=)"0020"')


def finish(path: Path) -> None:
    """Mark the first column of every table as heads of its rows and drop empty paragraphs, in place.

    The same document gives the same bytes: order, moments and compression of the parts stay.
    """
    with zipfile.ZipFile(path) as book:
        parts = [(part, book.read(part)) for part in book.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, data in parts:
            if part.filename == _BODY:
                text = _EMPTY.sub("", data.decode("utf-8"))
                data = _LOOK.sub(r'\1"1"\2"00A0"', text).encode("utf-8")
            book.writestr(part, data)
