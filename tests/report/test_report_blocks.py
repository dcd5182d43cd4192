"""Own text in a report: it comes in its own box and can change nothing around it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from toolkit.errors import DataError
from toolkit.report import build_report
from toolkit.report.blocks import own_blocks, show_in

FIXTURE = Path(__file__).parent / "fixture"
HOSTILE = """---
title: kapot
---
# Een kop

Gewone **vette** tekst met € 5 en $6 en een `code`.[^1]

[^1]: Een voetnoot.

::: {.weg}

</div></main><script>alert(1)</script>

{{< include ../../tev.toml >}}

```{=html}
<b>rauw
```

```{python}
print(1)
```

- een
- twee {#id .klasse}

| a | b |
|---|---|
| 1 | 2 |

[klik](javascript:alert(1)) en [web](https://voorbeeld.nl/pagina?a=1) en @fig-themas en @onzin

~~~~ {.nooit-gesloten
slot
"""


def write(report: Path, **texts: str) -> Path:
    (report / "duiding").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (report / "duiding" / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return report


def test_what_is_broken_or_hostile_stands_there_as_text(tmp_path: Path) -> None:
    box = own_blocks(write(tmp_path, bereik=HOSTILE))["bereik"]
    lines = box.strip().splitlines()
    assert lines[0] == ':::::: {.callout-tip title="Duiding"}' and lines[-1] == "::::::"
    inside = "\n".join(lines[1:-1])
    for sign in (
        ":::",
        "{{<",
        "<script",
        "</div",
        "```",
        "~~~",
        "{=html}",
        "javascript:",
        "[^1]",
        "\n# ",
        "\n---\n",
    ):
        assert sign not in inside, sign
    for kept in (
        "**Een kop**",
        "**vette**",
        "https://voorbeeld.nl/pagina?a=1",
        "@fig-themas",
        "Een voetnoot",
        "twee",
    ):
        assert kept in inside, kept
    assert re.search(r"\| 1 +\| 2 +\|", inside)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    report = tmp_path_factory.mktemp("reports") / "proef"
    report.mkdir()
    (report / "rapport.qmd").write_text(
        '---\ntitle: "Proef"\nlang: nl\n---\n\n{{< include _inhoud/alle-onderwerpen.md >}}\n\n# Verhalen\n\n'
        "{{< include _inhoud/verhalen.md >}}\n\n# Slot\n\n{{< include _inhoud/duiding-slot.md >}}\n",
        encoding="utf-8",
    )
    write(
        report,
        bereik=HOSTILE,
        verhalen="Wij lazen alle verhalen.",
        slot="Dit is het slot.",
        leeg="",
        LEESMIJ="x",
    )
    made = build_report(report, FIXTURE, ["html", "docx", "pdf"], "ingebouwd")
    return made["html"].read_text(encoding="utf-8")


def test_each_text_stands_in_its_chapter(page: str) -> None:
    chapters = re.split(r"<h2\b", page)
    told = {re.sub(r"<[^>]+>", "", one.split("</h2>")[0]).partition(">")[2]: one for one in chapters[1:]}
    assert (
        "Duiding" in told["Bereik en uitval"] and "Gewone <strong>vette</strong>" in told["Bereik en uitval"]
    )
    assert "Wij lazen alle verhalen." in told["Verhalen"] and "Dit is het slot." in told["Slot"]
    assert page.count('class="callout callout-tip"') == 3
    assert "<script" not in page and "&lt;script&gt;" in page


def test_the_page_keeps_its_structure(page: str) -> None:
    for tag in ("main", "section", "div", "figure", "table", "ul"):
        assert len(re.findall(rf"<{tag}\b", page)) == page.count(f"</{tag}>"), tag
    assert page.count("<main") == 1 and page.rstrip().endswith("</html>")


def test_a_name_that_fits_nothing_and_a_picture_from_elsewhere_are_refused(tmp_path: Path) -> None:
    parts = {"bereik-kern": "x", "geld": "y"}
    with pytest.raises(DataError, match=r"(?s)duiding/bereick\.md.*geen onderdeel") as caught:
        show_in(parts, {"bereick": "z"}, {"bereik-kern", "geld"})
    assert "'bereik'" in str(caught.value) and "_inhoud/duiding-bereick.md" in str(caught.value)
    (tmp_path / "buiten.png").write_bytes(b"x")
    report = tmp_path / "rapport"
    write(report, geld="![Foto](../buiten.png) ![](foto.png)", slot="![Web](https://x.nl/a.png)")
    with pytest.raises(DataError) as found:
        own_blocks(report)
    assert len(found.value.problems) == 3
    shutil.copy(Path(__file__).parents[2] / "docs" / "rapport.png", report / "foto.png")
    write(report, geld="![Een foto](foto.png)", slot="goed")
    assert "![Een foto](foto.png)" in own_blocks(report)["geld"].replace("&nbsp;", " ")


def test_a_text_for_one_wijk_stands_only_there() -> None:
    parts, blocks = {"plek-kern": "K\n"}, {"WK050507": "voor Wielwijk\n"}
    assert "voor Wielwijk" in show_in(parts, blocks, {"plek-kern"}, "WK050507")["plek-kern"]
    assert show_in(parts, blocks, {"plek-kern"}, "WK050501")["plek-kern"] == "K\n"
