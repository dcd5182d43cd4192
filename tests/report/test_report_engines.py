"""The engines: Quarto is called as it should be; pandoc gives Quarto's syntax the same meaning."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.report import build_report
from toolkit.report.brand import brand, contrast
from toolkit.report.document import resolve_includes
from toolkit.report.engines import _version, choose, environment_for, render_embedded
from toolkit.report.reference import write_reference

FIXTURE = Path(__file__).parent / "fixture"
SMALL = """---
title: "Klein"
lang: nl
---

# Kop

{{< include _inhoud/kerncijfers.md >}}

{{< include _inhoud/alle-onderwerpen.md >}}
"""

STAND_IN = """#!/bin/sh
# Writes down how it was called, and leaves a document as Quarto does.
[ "$1" = --version ] && { echo "${VERSION:-1.6.40}"; exit 0; }
said=$(printf '%s\\n' "$@"; echo "---"; pwd; echo "$SOURCE_DATE_EPOCH $LC_ALL")
echo "$said" >> "$LOG"  # in one go: formats are made side by side
[ -n "$FAIL" ] && { echo 'ERROR: fout in rapport.qmd regel 3' >&2; exit 3; }
mkdir -p _uitvoer
case "$4" in typst) ext=pdf ;; *) ext="$4" ;; esac
echo "gemaakt door quarto: $4" > "_uitvoer/rapport.$ext"
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "reports" / "klein"
    folder.mkdir(parents=True)
    (folder / "rapport.qmd").write_text(SMALL, encoding="utf-8")
    return folder


@pytest.fixture
def quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "quarto"
    program.parent.mkdir()
    program.write_text(STAND_IN)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    log = tmp_path / "log.txt"
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(log))
    return log


def test_quarto_is_called_per_format(report: Path, quarto: Path) -> None:
    made = build_report(report, FIXTURE)
    assert {form: path.read_text().strip() for form, path in made.items()} == {
        "html": "gemaakt door quarto: html",
        "docx": "gemaakt door quarto: docx",
        "pdf": "gemaakt door quarto: typst",
    }
    said = quarto.read_text()
    calls = re.findall(r"render\nrapport\.qmd\n--to\n(\w+)\n--output-dir\n_uitvoer\n---", said)
    assert sorted(calls) == ["docx", "html", "typst"]
    # 2026-04-20T09:30:00+02:00 of run.json, in seconds
    assert said.count("1776670200 C.UTF-8") == 3
    assert "sjabloon.docx" in [path.name for path in (report / "_inhoud").iterdir()]
    assert str(report) not in said  # it works in a copy: a crash leaves nothing in the report


def test_quarto_that_fails_leaves_the_old_report(
    report: Path, quarto: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_report(report, FIXTURE, ["html"])
    monkeypatch.setenv("FAIL", "1")
    with pytest.raises(ToolkitError, match="regel 3"):
        build_report(report, FIXTURE, ["html"], again=True)
    assert [path.name for path in (report / "_uitvoer").glob("[!.]*")] == ["rapport.html"]
    assert "quarto: html" in (report / "_uitvoer" / "rapport.html").read_text()


def test_choice_of_engine(quarto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose("auto")[0] == "quarto"
    assert choose("ingebouwd")[0] == "ingebouwd"
    with pytest.raises(ToolkitError, match="geen bekende manier"):
        choose("latex")
    monkeypatch.setenv("PATH", "/nergens")
    assert choose("auto")[0] == "ingebouwd"
    with pytest.raises(ToolkitError, match="Quarto is niet gevonden") as caught:
        choose("quarto")
    assert "--motor ingebouwd" in caught.value.hint


def test_a_quarto_that_opens_stories_is_not_used(quarto: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until 1.3 Quarto acted on shortcodes in text that Pandoc had read, whatever the escape."""
    monkeypatch.setenv("VERSION", "1.3.450")
    _version.cache_clear()
    assert choose("auto")[0] == "ingebouwd"
    with pytest.raises(ToolkitError, match="te oud") as caught:
        choose("quarto")
    assert "1.4" in caught.value.hint
    _version.cache_clear()


def test_a_report_with_code_cells_is_handed_to_quarto_whole(report: Path, quarto: Path) -> None:
    (report / "rapport.qmd").write_text("---\ntitle: X\n---\n\n```{python}\n1 + 1\n```\n", encoding="utf-8")
    made = build_report(report, FIXTURE, ["html"])
    assert made["html"].read_text().strip() == "gemaakt door quarto: html"
    assert "render\nrapport.qmd\n--to\nhtml\n--output-dir\n_uitvoer\n---" in quarto.read_text()


QUARTO_SYNTAX = """---
title: "Zinnen & tekens"
---

# Kop een

Zie @fig-b, @tbl-a en [@fig-a]. Onbekend: @fig-weg.

::: {.callout-warning title="Let *goed* op"}
In het kader.
:::

::: {.callout-tip}
## Kop van het kader
Tip.
:::

:::: {layout-ncol=2}
::: {.links}
Linkse tekst
:::

::: {.rechts}
Rechtse tekst
:::
::::

![Eerste bijschrift](_inhoud/a.png){#fig-a fig-alt="Alt van a, met \\"haken\\" & zo"}

![Tweede bijschrift](_inhoud/a.png){#fig-b fig-alt="Alt van b" width=50%}

| Wijk | Cijfer |
|:-----|-------:|
| Staart | · |

: Een tabel {#tbl-a}

::: {.content-visible when-format="html"}
Alleen in HTML
:::

::: {.content-visible when-format="pdf"}
Alleen in PDF
:::

::: {.content-hidden when-format="docx"}
Niet in Word
:::
"""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    from matplotlib.figure import Figure
    from pypdf import PdfReader

    folder = tmp_path_factory.mktemp("betekenis")
    (folder / "_inhoud").mkdir()
    Figure(figsize=(1, 1)).savefig(folder / "_inhoud" / "a.png")
    write_reference(folder / "_inhoud" / "sjabloon.docx")
    template = folder / "rapport.qmd"
    template.write_text(QUARTO_SYNTAX, encoding="utf-8")
    found = {}
    for form in ("html", "docx", "pdf"):
        target = folder / f"uit.{form}"
        render_embedded(template, form, target, environment_for(0))
        if form == "html":
            found["html"] = target.read_text(encoding="utf-8")
        elif form == "docx":
            with zipfile.ZipFile(target) as package:
                found["docx"] = package.read("word/document.xml").decode()
        else:
            found["pdf"] = "\n".join(page.extract_text() for page in PdfReader(target).pages)
            found["typ"] = (folder / "_rapport.typ").read_text(encoding="utf-8")
    found["docx-tekst"] = " ".join(re.sub(r"<[^>]+>", " ", found["docx"]).split())
    found["html-tekst"] = " ".join(re.sub(r"<[^>]+>", " ", found["html"]).replace("\u00a0", " ").split())
    found["pdf"] = " ".join(found["pdf"].replace("\u00a0", " ").split())
    found["docx-tekst"] = found["docx-tekst"].replace("\u00a0", " ")
    return found


@pytest.mark.parametrize("form", ["html-tekst", "docx-tekst", "pdf"])
def test_numbers_and_references_in_dutch(rendered: dict[str, str], form: str) -> None:
    text = rendered[form]
    squeezed = text.replace(" ", "")
    assert "ZieFiguur2,Tabel1enFiguur1." in squeezed
    assert "Figuur1:Eerstebijschrift" in squeezed
    assert "Figuur2:Tweedebijschrift" in squeezed
    assert "Tabel1:Eentabel" in squeezed
    assert "?@fig-weg" in squeezed
    for words in ("Letgoedop", "Kopvanhetkader", "Inhetkader.", "Linksetekst", "Rechtsetekst"):
        assert words in squeezed


def test_content_for_one_format(rendered: dict[str, str]) -> None:
    assert "Alleen in HTML" in rendered["html-tekst"]
    assert "Alleen in HTML" not in rendered["pdf"] + rendered["docx-tekst"]
    assert "Alleen in PDF" in rendered["pdf"]
    assert "Alleen in PDF" not in rendered["html-tekst"] + rendered["docx-tekst"]
    assert "Niet in Word" in rendered["html-tekst"]
    assert "Niet in Word" in rendered["pdf"]
    assert "Niet in Word" not in rendered["docx-tekst"]


def test_html_structure(rendered: dict[str, str]) -> None:
    source = rendered["html"]
    assert '<html lang="nl-NL">' in source
    assert 'alt="Alt van a, met &quot;haken&quot; &amp; zo"' in source
    assert "fig-alt" not in source
    assert re.search(r'<th[^>]*scope="col"[^>]*>Wijk</th>', source)
    assert re.search(r'<th[^>]*scope="row"[^>]*>Staart</th>', source)
    assert 'role="region" tabindex="0" aria-labelledby="tbl-a-kop"' in source
    assert '<div class="kolommen" style="--kolommen: 2">' in source
    assert re.search(r'class="callout callout-warning" role="note"', source)
    assert 'href="#fig-b"' in source
    assert 'id="fig-b"' in source
    assert "data:image/png;base64," in source


def test_docx_structure(rendered: dict[str, str]) -> None:
    source = rendered["docx"]
    assert re.search(r'<w:pStyle w:val="Heading1" ?/>', source)
    assert "<w:tblHeader" in source
    assert 'descr="Alt van a, met &quot;haken&quot; &amp; zo"' in source
    assert 'w:val="Kadertitel"' in source


def test_pdf_figures_have_alt_text_and_columns(rendered: dict[str, str]) -> None:
    assert 'alt: "Alt van a, met \\"haken\\" & zo"' in rendered["typ"]
    assert 'alt: "Alt van b", width: 50%' in rendered["typ"]
    assert "#kolommen(2)[" in rendered["typ"]


def test_long_tables_run_on_and_repeat_their_heads(tmp_path: Path) -> None:
    from pypdf import PdfReader

    rows = "\n".join(f"| rij-{at}; | x |" for at in range(90))
    template = tmp_path / "rapport.qmd"
    template.write_text(
        f"---\ntitle: T\n---\n\n# Kop\n\n| Hoofd | Cel |\n|:--|--:|\n{rows}\n\n: Lang {{#tbl-a}}\n"
    )
    render_embedded(template, "pdf", tmp_path / "uit.pdf", environment_for(0))
    pages = [page.extract_text() for page in PdfReader(tmp_path / "uit.pdf").pages]
    counts = [text.count("rij-") for text in pages]
    assert sum(counts) == 90
    assert max(counts) < 60
    assert len([count for count in counts if count]) > 1
    assert all("Hoofd" in text for text, count in zip(pages, counts, strict=True) if count)


def test_includes_are_only_those_of_the_template(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("{{< include b.md >}}\n")
    (tmp_path / "b.md").write_text("geheim")
    assert resolve_includes("x\n{{< include a.md >}}\ny", tmp_path) == "x\n{{< include b.md >}}\n\ny"
    assert (
        resolve_includes("`{{< include a.md >}}` in een zin", tmp_path) == "`{{< include a.md >}}` in een zin"
    )
    with pytest.raises(ToolkitError, match="buiten zijn map"):
        resolve_includes("{{< include ../geheim.md >}}", tmp_path)
    with pytest.raises(ToolkitError, match=r"c\.md"):
        resolve_includes("{{< include c.md >}}", tmp_path)


def test_code_cells_need_quarto(report: Path) -> None:
    (report / "rapport.qmd").write_text("# X\n\n```{python}\n1 + 1\n```\n")
    with pytest.raises(ToolkitError, match="heeft daarom Quarto nodig"):
        build_report(report, FIXTURE, ["html"], engine="ingebouwd")
    assert not list((report / "_uitvoer").glob("*"))


def test_unknown_part_names_the_nearest(report: Path) -> None:
    (report / "rapport.qmd").write_text("{{< include _inhoud/kerncijfer.md >}}\n")
    with pytest.raises(ToolkitError, match="'kerncijfer'") as error:
        build_report(report, FIXTURE, ["html"], engine="ingebouwd")
    assert "kerncijfers" in error.value.hint
    assert not (report / "_inhoud").exists()


def test_part_of_an_unknown_subject_says_so(report: Path) -> None:
    (report / "rapport.qmd").write_text("# X\n\n{{< include _inhoud/jeugd-tellen.md >}}\n")
    made = build_report(report, FIXTURE, ["html"], engine="ingebouwd")
    assert "geen uitkomsten" in made["html"].read_text(encoding="utf-8")


def test_unknown_format(report: Path) -> None:
    with pytest.raises(ToolkitError, match="'odt'"):
        build_report(report, FIXTURE, ["odt"])


def test_house_style(report: Path) -> None:
    (report / "_brand.yml").write_text('color:\n  palette:\n    rood: "#8a1538"\n  primary: rood\n')
    assert brand(report).primary == "#8a1538"
    made = build_report(report, FIXTURE, ["html", "pdf"], engine="ingebouwd")
    assert "--tev-accent: #8a1538" in made["html"].read_text(encoding="utf-8")
    (report / "_brand.yml").write_text('color:\n  primary: "#ffcc00"\n')
    with pytest.raises(ToolkitError, match="te licht"):
        brand(report)
    (report / "_brand.yml").write_text("logo: weg.png\n")
    with pytest.raises(ToolkitError, match=r"weg\.png, genoemd in _brand\.yml, bestaat niet"):
        brand(report)
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#ffffff") == pytest.approx(1)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)


def test_a_template_without_knowledge_of_the_subjects(report: Path) -> None:
    source = build_report(report, FIXTURE, ["html"], engine="ingebouwd")["html"].read_text(encoding="utf-8")
    titles = re.findall(r"<h2[^>]*>([^<]+)</h2>", source)
    assert titles[-4:] == ["Bereik en uitval", "Doelrealisatie", "Tevredenheid", "Elkaar helpen in de buurt"]
    assert source.count('class="kolommen"') == 4
