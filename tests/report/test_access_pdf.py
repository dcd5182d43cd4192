"""A PDF that can be heard: tags, title, language, bookmarks, table heads and alternative texts."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.report.conftest import Documents
from tests.report.kinds import KINDS
from tests.report.pdf_structure import Tag, structure
from tests.report.words import bare

pytestmark = pytest.mark.xdist_group("kinds")


@pytest.fixture(scope="module", params=KINDS)
def pdf(request: pytest.FixtureRequest, documents: Documents) -> tuple[PdfReader, Tag, Path]:
    made = documents(request.param)
    return PdfReader(made["pdf"]), structure(made["pdf"]), made["html"]


def _outline(items: list[Any], level: int = 1) -> list[tuple[int, str]]:
    found = []
    for one in items:
        found += _outline(one, level + 1) if isinstance(one, list) else [(level, bare(str(one.title)))]
    return found


def test_it_says_what_it_is(pdf: tuple[PdfReader, Tag, Path]) -> None:
    reader, _, page = pdf
    root = reader.trailer["/Root"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert root["/Lang"] == "nl-NL" and root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    heading = re.search(r"<h1>(.*?)</h1>", page.read_text(encoding="utf-8"))
    assert reader.metadata is not None and heading is not None
    assert reader.metadata.title == html.unescape(heading[1])
    assert all(one.get("/Tabs") == "/S" for one in reader.pages if "/Annots" in one), "Tab follows the tags"


def test_bookmarks_are_the_headings(pdf: tuple[PdfReader, Tag, Path]) -> None:
    reader, tags, _ = pdf
    headings = [
        (int(one.kind[1]), bare(one.text)) for one in tags.all(*(f"H{level}" for level in range(1, 7)))
    ]
    assert headings[0][0] == 1 and _outline(reader.outline) == headings
    levels = [level for level, _ in headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_figures_are_told_and_tables_have_heads(pdf: tuple[PdfReader, Tag, Path]) -> None:
    _, tags, page = pdf
    source = page.read_text(encoding="utf-8")
    alts = [one.alt for one in tags.all("Figure")]
    assert len(alts) == source.count("<img") and all(len(one) > 60 for one in alts)
    tables = tags.all("Table")
    assert len(tables) == source.count("<table")
    for one in tables:
        assert one.all("THead") and one.all("TH"), one.text[:80]
        # typst's package for Python offers no heads of rows; HTML and Word have them.
        assert {str(head.attributes.get("Scope")) for head in one.all("TH")} == {"/Column"}
        assert len(one.all("THead")[0].all("TH")) == len(one.all("TR")[-1].all("TD"))
