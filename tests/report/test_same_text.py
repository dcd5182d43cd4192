"""One report, the same words: in HTML, Word and PDF, and with both engines."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.report.conftest import Documents
from tests.report.kinds import BREED, KINDS
from tests.report.words import READERS, bare, first_difference, html_text, pdf_text
from toolkit.report import build_report

pytestmark = pytest.mark.xdist_group("kinds")


@pytest.mark.parametrize("kind", KINDS)
def test_all_formats_say_the_same_in_the_same_order(documents: Documents, kind: str) -> None:
    """For PDF the text is read along its tags: so their order is that of the page."""
    said = {form: READERS[form](path) for form, path in documents(kind).items()}
    assert len(said["html"]) > 1500
    assert first_difference(said["html"], said["docx"]) == ""
    assert first_difference(said["html"], said["pdf"]) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_captions_count_from_one_and_every_reference_has_its_target(documents: Documents, kind: str) -> None:
    page = documents(kind)["html"].read_text(encoding="utf-8")
    captions = [
        re.sub(r"<[^>]+>|\s", "", one)
        for one in re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", page, re.S)
    ]
    for name in ("Figuur", "Tabel"):
        numbers = [
            int(found[1])
            for one in captions
            if (found := re.match(rf"{name}(\d+):", one.replace("&nbsp;", "")))
        ]
        assert numbers == list(range(1, len(numbers) + 1))
    assert "?@" not in page
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'\bid="([^"]+)"', page))


def test_a_difference_is_found(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<body><nav>Inhoud</nav><p>Een <b>twee</b></p><summary>x</summary><p>drie\u00ad&amp;</p></body>"
    )
    assert html_text(page) == "Eentweedrie&"
    assert first_difference("Eentwee", "Eentien").startswith("at 4:")


@pytest.mark.quarto
@pytest.mark.skipif(shutil.which("quarto") is None, reason="Quarto is not installed on this machine")
@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_quarto_says_the_same_as_the_embedded_engine(documents: Documents, tmp_path: Path, form: str) -> None:
    """What Quarto adds is named in words.ONLY_HTML; title and subtitle are the same in both."""
    ours = documents("raadsbrief")[form]
    folder = tmp_path / "brief"
    shutil.copytree(ours.parents[1], folder, ignore=shutil.ignore_patterns("_inhoud", "_uitvoer"))
    theirs = build_report(folder, BREED, [form], "quarto")[form]
    assert first_difference(READERS[form](ours), READERS[form](theirs)) == ""


def test_hyphens_of_a_line_break_are_no_text(documents: Documents) -> None:
    said = pdf_text(documents("raadsbrief")["pdf"])
    assert "\u00ad" not in said and bare("Te delen informatie") in said
