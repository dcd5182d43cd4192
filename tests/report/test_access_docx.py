"""A Word document that can be heard: styles, headings, heads of tables, alternative texts and language."""

from __future__ import annotations

import html
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.report.conftest import Documents
from tests.report.kinds import KINDS
from tests.report.words import WORD, bare

pytestmark = pytest.mark.xdist_group("kinds")
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


@pytest.fixture(scope="module", params=KINDS)
def book(request: pytest.FixtureRequest, documents: Documents) -> tuple[dict[str, ElementTree.Element], Path]:
    made = documents(request.param)
    with zipfile.ZipFile(made["docx"]) as package:
        parts = {
            Path(name).stem: ElementTree.fromstring(package.read(name))
            for name in ("word/document.xml", "word/styles.xml", "word/settings.xml", "docProps/core.xml")
        }
    return parts, made["html"]


def _style(paragraph: ElementTree.Element) -> str:
    found = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    return "" if found is None else found.get(f"{WORD}val", "")


def _text(element: ElementTree.Element) -> str:
    return bare("".join(one.text or "" for one in element.iter(f"{WORD}t")))


def test_headings_are_headings_and_skip_no_level(book: tuple[dict[str, ElementTree.Element], Path]) -> None:
    parts, page = book
    headings = [one for one in parts["document"].iter(f"{WORD}p") if re.fullmatch(r"Heading\d", _style(one))]
    levels = [int(_style(one)[-1]) for one in headings]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert len(headings) == len(re.findall(r"<h[2-6]\b", page.read_text(encoding="utf-8").split("<main")[1]))
    assert [_style(one) for one in parts["document"].iter(f"{WORD}p")].count("Title") == 1


def test_tables_repeat_their_heads_and_have_captions(
    book: tuple[dict[str, ElementTree.Element], Path],
) -> None:
    parts, page = book
    body = parts["document"].find(f"{WORD}body")
    assert body is not None
    tables = list(parts["document"].iter(f"{WORD}tbl"))
    assert len(tables) == page.read_text(encoding="utf-8").count("<table")
    for one in tables:
        rows = one.findall(f"{WORD}tr")
        assert rows[0].find(f"{WORD}trPr/{WORD}tblHeader") is not None
        look = one.find(f"{WORD}tblPr/{WORD}tblLook")
        assert look is not None and look.get(f"{WORD}firstRow") == "1"
        assert look.get(f"{WORD}firstColumn") == "1", "the first column holds the row heads"
    styles = [_style(one) for one in parts["document"].iter(f"{WORD}p")]
    told = [one for one in parts["document"].iter(f"{WORD}p") if re.match(r"(Figuur|Tabel)\d+:", _text(one))]
    assert {_style(one) for one in told} <= {"TableCaption", "ImageCaption"}
    assert styles.count("TableCaption") + styles.count("ImageCaption") == len(told)
    based = {
        one.get(f"{WORD}styleId"): one.find(f"{WORD}basedOn") for one in parts["styles"].iter(f"{WORD}style")
    }
    for name in ("TableCaption", "ImageCaption"):
        parent = based[name]
        assert parent is not None and parent.get(f"{WORD}val") == "Caption"


def test_pictures_are_told(book: tuple[dict[str, ElementTree.Element], Path]) -> None:
    parts, page = book
    alts = [one.get("descr", "") for one in parts["document"].iter(f"{DRAWING}docPr")]
    assert len(alts) == page.read_text(encoding="utf-8").count("<img") and all(len(one) > 60 for one in alts)


def test_language_hyphens_and_title(book: tuple[dict[str, ElementTree.Element], Path]) -> None:
    parts, page = book
    assert {one.get(f"{WORD}val") for one in parts["styles"].iter(f"{WORD}lang")} == {"nl-NL"}
    assert {one.get(f"{WORD}val") for one in parts["document"].iter(f"{WORD}lang")} <= {"nl-NL", None}
    hyphens = parts["settings"].find(f"{WORD}autoHyphenation")
    assert hyphens is not None and hyphens.get(f"{WORD}val", "true") in ("true", "1")
    told = {one.tag.rpartition("}")[2]: one.text for one in parts["core"].iter()}
    heading = re.search(r"<h1>(.*?)</h1>", page.read_text(encoding="utf-8"))
    assert heading is not None and bare(told["title"] or "") == bare(html.unescape(heading[1]))
    assert told["language"] == "nl-NL"


def test_nothing_empty_makes_room(book: tuple[dict[str, ElementTree.Element], Path]) -> None:
    parts, _ = book
    body = parts["document"].find(f"{WORD}body")
    assert body is not None
    empty = [
        one
        for one in body.findall(f"{WORD}p")
        if not _text(one)
        and not list(one.iter(f"{DRAWING}docPr"))
        and not list(one.iter(f"{WORD}sectPr"))
        and not list(one.iter(f"{WORD}br"))  # where a new page begins
    ]
    assert len(empty) == 0
