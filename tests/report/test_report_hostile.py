"""A story shows as the text it is, in every format: through the real engine, in a quote and in a table."""

from __future__ import annotations

import html
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.report.hostile import HOSTILE, expected, squeeze
from toolkit.report.engines import environment_for, render_embedded
from toolkit.report.escape import attribute, escape_markdown
from toolkit.report.reference import pandoc_path, write_reference


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("vijandig")
    (folder / "_inhoud").mkdir()
    write_reference(folder / "_inhoud" / "sjabloon.docx")
    parts = []
    for name, text in HOSTILE.items():
        quoted = "\n".join(f"> {line}" for line in escape_markdown(text).split("\n"))
        parts.append(f"begin-{name}\n\n{quoted}\n\neinde-{name}\n")
    rows = "\n".join(f"| {name} | {escape_markdown(text, breaks=False)} |" for name, text in HOSTILE.items())
    parts.append(f"| Soort | Tekst |\n|:---|:------|\n{rows}\n\n: Tabel {{#tbl-x}}\n")
    (folder / "_inhoud" / "alles.md").write_text("\n".join(parts), encoding="utf-8")
    template = folder / "rapport.qmd"
    template.write_text(
        '---\ntitle: "Proef"\n---\n\n# Kop\n\n{{< include _inhoud/alles.md >}}\n', encoding="utf-8"
    )
    made = {}
    for form in ("html", "docx", "pdf"):
        made[form] = folder / f"rapport.{form}"
        render_embedded(template, form, made[form], environment_for(0))
    return made


def between(text: str, name: str) -> str:
    found = re.search(f"begin-{name}(.*?)einde-{name}", text, re.DOTALL)
    assert found, name
    return found[1]


@pytest.mark.parametrize("name", HOSTILE)
def test_html_shows_the_text(report: dict[str, Path], name: str) -> None:
    source = report["html"].read_text(encoding="utf-8")
    inside = between(source, name)
    assert squeeze(html.unescape(re.sub(r"<[^>]*>", "", inside))) == expected(HOSTILE[name])
    allowed = {"p", "/p", "blockquote", "/blockquote", "br /", "span", "/span"}
    assert set(re.findall(r"<(/?\w+(?: /)?)", inside)) <= allowed


@pytest.mark.parametrize("name", HOSTILE)
def test_docx_shows_the_text(report: dict[str, Path], name: str) -> None:
    with zipfile.ZipFile(report["docx"]) as package:
        body = package.read("word/document.xml").decode("utf-8")
    text = html.unescape("".join(re.findall(r"<w:t[ >][^<]*</w:t>|<w:t>[^<]*</w:t>", body)))
    text = re.sub(r"<[^>]*?w:t[^>]*>", "", re.sub(r"<w:t(?: xml:space=\"preserve\")?>|</w:t>", "", text))
    assert squeeze(between(text, name)) == expected(HOSTILE[name])


def test_pdf_shows_the_text(report: dict[str, Path]) -> None:
    from pypdf import PdfReader

    text = squeeze("\n".join(page.extract_text() for page in PdfReader(report["pdf"]).pages))
    text = re.sub(r"pagina\d+van\d+|Proef", "", text).replace("\u00ad", "")
    for name, story in HOSTILE.items():
        if name in ("arabisch", "emoji", "lang"):  # shaped letters, and page furniture inside the long word
            continue
        wanted = expected(story)
        found = between(text, name).replace("\u2011", "-")
        assert found == wanted, name
    assert text.count("a" * 100) > 20
    pages = PdfReader(report["pdf"]).pages
    links = [note.get_object().get("/A", {}) for page in pages for note in page.get("/Annots", [])]
    assert not [link for link in links if "/URI" in link or "/JS" in link]
    assert "[U+1F600]" in text or "😀" in text


def test_nothing_acts(report: dict[str, Path]) -> None:
    source = report["html"].read_text(encoding="utf-8")
    assert not re.findall(r"<(script|iframe|object|form)\b", source)
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", source)
    assert Path("/etc/hostname").read_text().strip() not in re.sub(r"data:[^\"')]*", "", source)
    assert "<h1>Proef</h1>" in source
    assert source.count("<h1") == 1


def test_long_words_get_places_to_break() -> None:
    pieces = escape_markdown("a" * 5000).split("\u200b")
    assert max(map(len, pieces)) == 30
    assert "".join(pieces) == "a" * 5000
    assert "\u200b" not in escape_markdown("b" * 40)


def test_right_to_left_is_isolated() -> None:
    assert escape_markdown("مرحبا").startswith("\u2068")
    assert escape_markdown("مرحبا").endswith("\u2069")
    assert escape_markdown("x\u202ey") == "xy"


def test_alt_text_survives() -> None:
    alt = 'a "b" <c> {d} #e & f\ng'
    command = [pandoc_path(), "-f", "markdown", "-t", "native"]
    native = subprocess.run(
        command, input=f"![x](y.png){{fig-alt={attribute(alt)}}}", capture_output=True, text=True, check=True
    ).stdout
    assert r'( "fig-alt" , "a \"b\" <c> {d} #e & f g" )' in native
