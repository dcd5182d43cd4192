"""The report of the example, made by the embedded engine from a small fixture of outcomes."""

from __future__ import annotations

import csv
import re
import shutil
import time
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError
from toolkit.report import build_report, headline
from toolkit.report.source import read_output, subjects

FIXTURE = Path(__file__).parent / "fixture"
VOORBEELD = Path(__file__).parents[2] / "reports" / "voorbeeld"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports") / "voorbeeld"
    shutil.copytree(VOORBEELD, folder, ignore=shutil.ignore_patterns("_inhoud", "_uitvoer"))
    began = time.monotonic()
    steps: list[str] = []
    found = build_report(folder, FIXTURE, engine="ingebouwd", progress=steps.append)
    assert time.monotonic() - began < 40  # 6 seconds on two idle cores
    assert steps[-1] == "pdf (ingebouwd)"
    return found


@pytest.fixture(scope="module")
def page(made: dict[str, Path]) -> str:
    return made["html"].read_text(encoding="utf-8")


def visible(source: str) -> str:
    body = source[source.index("<body") :]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_headline_sentences() -> None:
    assert headline(FIXTURE) == [
        "Aandeel inwoners met een traject: 1,9% (n = 99.480; bron: registratie van partners, 2025).",
        "Aandeel voortijdig gestopt: 12% (n = 1.142; bron: registratie van partners, 2025).",
        "Aandeel doelen behaald: 65% (n = 2.317; bron: registratie van partners, 2025).",
        "Rapportcijfer voor de hulp: 7,1 (tussen 7,0 en 7,2; n = 1.310; bron: enquête onder inwoners, 2026).",
        "Sociale samenhang in de buurt: 6,2 "
        "(tussen 6,1 en 6,3; n = 1.310; bron: enquête onder inwoners, 2026).",
    ]


def test_where_the_documents_stand(made: dict[str, Path]) -> None:
    folder = made["html"].parent
    assert folder.name == "_uitvoer"
    assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == [
        "rapport.docx",
        "rapport.html",
        "rapport.pdf",
    ]
    left = sorted(path.name for path in folder.parent.iterdir())
    assert left == ["_inhoud", "_quarto.yml", "_uitvoer", "huisstijl.css", "rapport.qmd"]


def test_html_is_self_contained(page: str) -> None:
    assert not re.findall(r"<(script|iframe|object)\b", page)
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert not re.findall(r"url\((?!['\"]?data:)", page)


def test_html_is_navigable(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert '<a class="overslaan" href="#inhoud">' in page
    assert '<main id="inhoud"' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', page)) <= set(ids)
    assert all(len(alt) > 60 for alt in re.findall(r'<img[^>]*\balt="([^"]*)"', page))
    headings = re.findall(r"<th\b[^>]*>", page)
    assert headings
    assert all("scope=" in heading for heading in headings)


def test_alt_text_is_made_of_the_numbers(page: str) -> None:
    alts = re.findall(r'<img[^>]*\balt="([^"]*)"', page)
    grade = next(alt for alt in alts if alt.startswith("Rapportcijfer voor de hulp per wijk"))
    assert "Dordrecht als geheel: 7,1 (tussen 7,0 en 7,2)." in grade
    assert "Wielwijk 6,8" in grade
    assert "Niet getoond: Staart." in grade


def test_every_figure_has_its_table(page: str) -> None:
    figures = re.findall(r'<figure id="fig-([\w-]+)"', page)
    tables = set(re.findall(r'id="tbl-([\w-]+)"', page))
    assert len(figures) == 12
    assert {label for label in figures if label != "indicatoren"} <= tables
    assert {label for label in tables if label.startswith("indicatoren-")}
    assert page.count("<details") == page.count("</details>") == 11


def test_hidden_numbers_are_nowhere(made: dict[str, Path], page: str) -> None:
    text = visible(page)
    assert "· niet getoond, n &lt; 30: Staart." in text
    row = re.search(r"<th[^>]*>Staart</th>\s*<td[^>]*>([^<]*)</td>\s*<td[^>]*>([^<]*)</td>", page)
    assert row
    assert row[1] == row[2] == "·"


def test_a_value_in_a_hidden_row_is_not_read(tmp_path: Path) -> None:
    copy = shutil.copytree(FIXTURE, tmp_path / "output")
    with (copy / "measures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[1:]:
        if row[12].startswith(("onderdrukt", "niet-publiceerbaar")):
            row[7] = row[8] = row[9] = "98.7654"
    with (copy / "measures.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    hidden = [one for one in read_output(copy).figures() if one.status.startswith(("onderdrukt", "niet-"))]
    assert len(hidden) == 19
    assert all(one.value is one.low is one.high is None for one in hidden)
    assert all(one.n is None for one in hidden if one.kind == "onderdrukt")
    assert any(one.n == 24 for one in hidden)


def test_stories_show_as_they_are(page: str) -> None:
    assert "&lt;b&gt;HELP&lt;/b&gt; {{&lt; include geheim.txt &gt;}} $100 &amp; 50%" in page
    assert "# ik stop ermee" in page
    assert "— inwoner, Wielwijk" in page


def test_numbers_and_stories_side_by_side(page: str) -> None:
    text = visible(page)
    for words in (
        "verzonnen",
        "Cijfers en verhalen samen: dissonantie",
        "Dissonantie. Cijfers en verhalen spreken elkaar tegen.",
        "Wat dit niet zegt",
        "Gewenste richting",
        "Geen aantoonbaar verschil",
        "verschilt per voorziening",
        "geen van deze onderwerpen",
        "macro-F1: 0,52",
        "Verspreide bebouwing telt mee bij Dubbeldam.",
        "De cijfers zijn berekend op 20 april 2026.",
        "tussen 38% en 43%",
    ):
        assert words in text, words
    assert "nan" not in re.sub(r"\w*nan\w+|\w+nan\w*", "", text)
    assert "None" not in text


def test_docx(made: dict[str, Path]) -> None:
    with zipfile.ZipFile(made["docx"]) as package:
        body = package.read("word/document.xml").decode()
        styles = package.read("word/styles.xml").decode()
        footer = "".join(package.read(name).decode() for name in package.namelist() if "voet" in name)
        core = package.read("docProps/core.xml").decode()
    assert re.findall(r'<w:lang [^>]*w:val="([^"]+)"', styles) == ["nl-NL"]
    assert "Tellen én vertellen: wijkteams in Dordrecht" in core
    assert len(re.findall(r'<w:pStyle w:val="Heading1" ?/>', body)) == 12
    assert body.count("<w:tbl>") == body.count("<w:tblHeader")
    alts = re.findall(r'<wp:docPr[^>]*descr="([^"]*)"', body)
    assert len(alts) == 12
    assert all(len(alt) > 60 for alt in alts)
    assert "NUMPAGES" in footer
    assert re.search(r'<w:pgSz [^>]*w:w="11906"', body)


def test_pdf(made: dict[str, Path]) -> None:
    from pypdf import PdfReader

    pdf = PdfReader(made["pdf"])
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "nl-NL"
    assert root["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Tellen én vertellen: wijkteams in Dordrecht"
    titles = [item.title for item in pdf.outline if not isinstance(item, list)]
    assert titles[0] == "In het kort"
    assert "Bereik en uitval" in titles
    first = pdf.pages[0].mediabox
    assert (round(first.width), round(first.height)) == (595, 842)
    text = pdf.pages[2].extract_text()
    assert f"pagina 3 van {len(pdf.pages)}" in text.replace("\u00a0", " ")


def test_same_input_same_bytes(made: dict[str, Path]) -> None:
    before = {form: path.read_bytes() for form, path in made.items()}
    again = build_report(made["html"].parents[1], FIXTURE, engine="ingebouwd")
    assert {form: path.read_bytes() == before[form] for form, path in again.items()} == dict.fromkeys(
        before, True
    )


def test_only_measures_is_needed(tmp_path: Path) -> None:
    output = tmp_path / "analyses" / "x" / "output"
    output.mkdir(parents=True)
    shutil.copy(FIXTURE / "measures.csv", output)
    (output / "run.json").write_text("{}", encoding="utf-8")
    folder = shutil.copytree(
        VOORBEELD, tmp_path / "rapport", ignore=shutil.ignore_patterns("_inhoud", "_uitvoer")
    )
    text = visible(
        build_report(folder, output, ["html"], engine="ingebouwd")["html"].read_text(encoding="utf-8")
    )
    for sentence in (
        "In deze analyse zijn er geen indicatoren.",
        "Over de respons is niets bekend.",
        "De definities zijn niet bij deze analyse opgeslagen.",
        "In deze analyse is geen taalmodel gebruikt.",
        "Over dit onderwerp zijn er in deze analyse geen uitkomsten.",
    ):
        assert sentence in text
    assert len(headline(output)) == 5


def test_no_outcomes_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ToolkitError, match="Er zijn nog geen uitkomsten") as error:
        headline(tmp_path)
    assert "tev run" in error.value.hint


def test_subjects_come_from_samen_when_run_json_names_none(tmp_path: Path) -> None:
    for name in ("measures.csv", "samen.csv"):
        shutil.copy(FIXTURE / name, tmp_path)
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    found = subjects(read_output(tmp_path))
    assert [one.id for one in found] == ["bereik", "doelrealisatie", "tevredenheid", "samenhang"]
    assert found[2].measures == ("tevredenheid.rapportcijfer", "tevredenheid.aandeel-tevreden")
    assert found[2].themes == ("bejegening",)


def test_template_has_no_code_and_only_known_parts() -> None:
    text = (VOORBEELD / "rapport.qmd").read_text(encoding="utf-8")
    assert "```" not in text
    assert len(re.findall(r"^:{3,} ?\{", text, re.MULTILINE)) == len(
        re.findall(r"^:{3,}$", text, re.MULTILINE)
    )


@pytest.mark.parametrize("left", [None, '{"naam": "Afge'])
def test_files_of_a_run_that_was_cut_off_are_refused(tmp_path: Path, left: str | None) -> None:
    folder = tmp_path / "proef" / "output"
    shutil.copytree(FIXTURE, folder)
    assert read_output(folder).run["naam"]
    (folder / "run.json").unlink()
    if left is not None:
        (folder / "run.json").write_text(left, encoding="utf-8")
    with pytest.raises(ToolkitError, match="niet afgemaakt") as caught:
        read_output(folder)
    assert "tev run proef" in caught.value.hint
