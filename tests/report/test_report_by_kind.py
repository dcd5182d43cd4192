"""Every kind of report, from its starter and the outcomes of the example: whole, in the house style, plain."""

from __future__ import annotations

import re
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

from tests.conftest import ROOT, ExampleRun
from toolkit import scaffold
from toolkit.analysis import run
from toolkit.project import Project, find_project
from toolkit.report import build_report, build_series, striking
from toolkit.report.source import read_output

COLOUR = "#5b2a86"
BRAND = f'color:\n  primary: "{COLOUR}"\nlogo:\n  path: logo.png\n  alt: "Gemeente Proef"\n'
# What stands in the outline of each, in its order.
CHAPTERS = {
    "evaluatie": ("In het kort", "Bereik en uitval", "Geld", "Projecten", "Indicatoren", "Wie deden er mee?"),
    "raadsrapportage": ("Samenvatting", "De indicatoren", "Bestaanszekerheid", "Elkaar helpen",
                        "Algemene voorzieningen", "Specialistische hulp", "Geld", "Hoe wij dit maakten"),
    "wijkrapport": ("In het kort", "Wielwijk naast de hele stad", "Wat inwoners vertellen"),
    "partnerrapport": ("In het kort", "Stichting De Kade naast de hele stad"),
    "raadsbrief": ("Bevoegdheden", "Aanleiding", "Te delen informatie", "Hoe verder", "Kosten", "Gerelateerde besluiten"),
    "projectevaluatie": ("In het kort", "Een aanspreekpunt", "Respijt om de hoek", "Verantwoording"),
    "duidingssessie": ("Zo gebruikt u de kaarten", "De kaarten", "Wat wij samen vinden"),
}  # fmt: skip


def png() -> bytes:
    """A picture of two by one pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" + bytes([91, 42, 134]) * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def starters(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with a report of every kind, all in one house style."""
    root = tmp_path_factory.mktemp("project") / "p"
    scaffold.init(root, "Proef", "GM0505")
    project = find_project(root)
    for kind in scaffold.REPORTS:
        if kind != scaffold.FIRST:  # that one comes with a new project
            scaffold.new(project, "report", kind, variant=kind)
        folder = project.report(kind)
        (folder / "_brand.yml").write_text(BRAND, encoding="utf-8")
        (folder / "logo.png").write_bytes(png())
    return project


def one_place(output: Path, target: Path) -> Path:
    """The outcomes with the numbers of the city, one wijk and one partner only: a series is then one report."""
    shutil.copytree(output, target)
    frame = pd.read_csv(target / "measures.csv", dtype="object", keep_default_na=False)
    areas = frame["area"].isin(["GM0505", "WK050507"])
    others = frame["group"].str.startswith("partner=") & (frame["group"] != "partner=Stichting De Kade")
    frame[areas & ~others].to_csv(target / "measures.csv", index=False)
    return target


@pytest.fixture(scope="module", params=list(CHAPTERS))
def made(
    request: pytest.FixtureRequest,
    starters: Project,
    voorbeeld_run: ExampleRun,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, dict[str, Path]]:
    kind = str(request.param)
    folder, output = starters.report(kind), voorbeeld_run.result.output
    per = {"wijkrapport": "wijk", "partnerrapport": "partner"}.get(kind)
    if per is None:
        return kind, build_report(folder, output, engine="ingebouwd")
    few = one_place(output, tmp_path_factory.mktemp(kind) / "output")
    series = build_series(folder, few, per, engine="ingebouwd", workers=1)
    assert len(series) == 1
    return kind, next(iter(series.values()))


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<body") :]).split())


def test_a_whole_document_in_every_format(made: tuple[str, dict[str, Path]]) -> None:
    kind, documents = made
    page = documents["html"].read_text(encoding="utf-8")
    text = text_of(page)
    with zipfile.ZipFile(documents["docx"]) as book:
        word = book.read("word/document.xml").decode()
    pdf = PdfReader(documents["pdf"])
    outline = [str(one["/Title"]) for one in pdf.outline if isinstance(one, dict)]
    plain_word = re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", "\n", word))
    position = -1
    for chapter in CHAPTERS[kind]:
        assert chapter in outline and chapter in text and chapter in plain_word, chapter
        assert outline.index(chapter) > position
        position = outline.index(chapter)
    heads = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<h2\b.*?</h2>", page, re.DOTALL)]
    assert [one for one in heads if one != "Inhoud"] == [title.replace("&", "&amp;") for title in outline]
    for wrong in ("?@", "{{<", "%PLEK%", "%NAAM%", " None", "nan%", "NaN", "bestaat niet"):
        assert wrong not in text and wrong not in plain_word, wrong


def test_the_house_style_holds_for_every_kind(made: tuple[str, dict[str, Path]]) -> None:
    _, documents = made
    page = documents["html"].read_text(encoding="utf-8")
    assert f"--tev-accent: {COLOUR}" in page and 'alt="Gemeente Proef"' in page
    with zipfile.ZipFile(documents["docx"]) as book:
        body = book.read("word/document.xml").decode()
        pictures = [book.read(name) for name in book.namelist() if name.startswith("word/media/")]
    assert png() in pictures and 'descr="Gemeente Proef"' in body
    assert body.index("Gemeente Proef") < body.index("Heading1")
    first = PdfReader(documents["pdf"]).pages[0]
    assert [image.image.size for image in first.images if image.image][:1] == [(2, 1)] or len(first.images)
    red, green, blue = (f"{int(COLOUR[at : at + 2], 16) / 255:.3f}"[:4] for at in (1, 3, 5))
    colours = re.findall(
        r"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|scn)", first.get_contents().get_data().decode("latin-1")
    )
    assert any((r[:4], g[:4], b[:4]) == (red, green, blue) for r, g, b in colours)


def test_every_kind_says_what_it_does_not_tell(made: tuple[str, dict[str, Path]]) -> None:
    kind, documents = made
    page = documents["html"].read_text(encoding="utf-8")
    assert "Wat dit niet zegt" in text_of(page)
    chapters = re.split(r'<section id="[^"]*" class="level2"', page)[1:]
    for name in CHAPTERS[kind]:
        chapter = next(one for one in chapters if f">{name}</h2>" in one)
        with_numbers = "<table" in chapter or 'class="getal"' in chapter
        fiche = kind == "projectevaluatie" and name not in ("In het kort",)
        if with_numbers and not fiche and name not in ("In het kort", "Samenvatting"):
            assert "Wat dit niet zegt" in chapter, name


def test_every_kpi_is_explained(made: tuple[str, dict[str, Path]]) -> None:
    kind, documents = made
    if kind != "projectevaluatie":
        text = text_of(documents["html"].read_text(encoding="utf-8"))
        questions = {
            "partnerrapport": ("Worden de doelen gehaald die met de inwoner zijn afgesproken?",),
            "duidingssessie": ("Worden de doelen gehaald", "Dit is één score uit 6 uitspraken van inwoners"),
        }.get(kind, ("Welk rapportcijfer geeft u het wijkteam", "Worden de doelen gehaald"))
        assert all(one in text for one in questions)


# --- The report to the council ----------------------------------------------------------------------


SHIPPED = {
    "voorbeeld-raad": ("raadsrapportage", "Sociaal domein 2026 (verzonnen)"),
    "voorbeeld-projecten": ("projectevaluatie", "Tussenevaluatie 2026 (verzonnen)"),
}


@pytest.mark.parametrize("name", list(SHIPPED))
def test_the_shipped_examples_are_their_starters(name: str) -> None:
    kind, title = SHIPPED[name]
    starter = (ROOT / "toolkit" / "templates" / kind / "rapport.qmd").read_text(encoding="utf-8")
    shipped = (ROOT / "reports" / name / "rapport.qmd").read_text(encoding="utf-8")
    assert shipped == starter.replace("%NAAM%", title).replace("%JAAR%", "2026")


def test_the_summary_is_one_page_and_every_circle_one(voorbeeld_run: ExampleRun, tmp_path: Path) -> None:
    leave = shutil.ignore_patterns("_inhoud", "_uitvoer")
    folder = shutil.copytree(ROOT / "reports" / "voorbeeld-raad", tmp_path / "raad", ignore=leave)
    made = build_report(folder, voorbeeld_run.result.output, ["pdf"], "ingebouwd")
    pdf = PdfReader(made["pdf"])
    places = {
        str(one["/Title"]): pdf.get_destination_page_number(one)
        for one in pdf.outline
        if isinstance(one, dict)
    }
    assert len(pdf.pages) <= 20
    assert places["De indicatoren"] == places["Samenvatting"] + 1
    assert "Samenvatting" in pdf.pages[places["Samenvatting"]].extract_text().splitlines()[1]
    circles = ["Bestaanszekerheid", "Elkaar helpen", "Algemene voorzieningen", "Specialistische hulp", "Geld"]
    pages = [places[name] for name in circles]
    assert pages == list(range(pages[0], pages[0] + 5))
    first = pdf.pages[0].extract_text()
    for limit in ("Niet alles ligt aan de gemeente", "Sommige effecten komen later", "(Wlz)", "(Zvw)"):
        assert limit in first


def test_what_stands_out_follows_its_rules(voorbeeld_run: ExampleRun) -> None:
    told = striking.points(read_output(voorbeeld_run.result.output))
    assert 3 <= len(told) <= striking.MOST
    # 30 to 34 is 13% of the baseline; youth care went from 14.9 to 15.2, which is 2%.
    assert told[0].startswith("**Aandeel inwoners 18") and "30&#37; &#40;2021&#41; naar 34&#37;" in told[0]
    # 14 to 17 is 21%; the others moved less.
    assert "14&#37; &#40;2022&#41; naar 17&#37;" in told[1] and "gewenste richting" in told[1]
    # 13.905 of 12.8 million is 8.6% more: the largest of all posts.
    assert any(one.startswith("**Jeugdhulp met verblijf** kostte 9%") for one in told)
    assert len(striking.rules().splitlines()) == len(striking.RULES)


def test_without_circles_every_subject_gets_a_page(starters: Project, tmp_path: Path) -> None:
    fixture = Path(__file__).parent / "fixture"
    folder = shutil.copytree(
        starters.report("raadsrapportage"), tmp_path / "raad", ignore=shutil.ignore_patterns("_*t*")
    )
    shutil.copy(starters.report("raadsrapportage") / "_quarto.yml", folder)
    text = text_of(build_report(folder, fixture, ["html"], "ingebouwd")["html"].read_text(encoding="utf-8"))
    assert "Tellen: Bereik en uitval" in text and "De indicatoren" in text
    assert "In deze analyse staan geen bedragen." in text


# --- The outcome of a session -----------------------------------------------------------------------


def test_the_outcome_of_a_session_stands_in_the_next_report(small: Project) -> None:
    plan = small.analysis("klein") / "plan.toml"
    subject = '[[onderwerp]]\nid = "bereik"\nnaam = "Bereik"\nmaten = ["doelrealisatie.doelen"]\n'
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("[onthulling]", "[onthulling]\nminimum_aantal = 2")
        + subject,
        encoding="utf-8",
    )
    for kind in ("duidingssessie", "evaluatie", "raadsbrief"):
        scaffold.new(small, "report", kind, variant=kind)
    output = run(small, "klein").output
    build_report(small.report("duidingssessie"), output, ["html"], "ingebouwd")
    form = small.report("duidingssessie") / "_uitvoer" / "duiding.xlsx"
    book = openpyxl.load_workbook(form)
    sheet = book.active
    assert sheet is not None
    heads = {str(cell.value): cell.column for cell in sheet[1]}
    row = next(
        number
        for number in range(2, sheet.max_row + 1)
        if sheet.cell(number, heads["gebied"]).value == "GM0505"
    )
    answers = {
        "code": "dissonantie",
        "reden": "Wij horen *iets* anders.",
        "door": "Wijktafel",
        "datum": "12-3-2026",
    }
    for name, answer in answers.items():
        sheet.cell(row, heads[name], answer)
    book.save(small.analysis("klein") / "duiding.xlsx")
    assert run(small, "klein").changed
    told = "Duiding van Wijktafel op 12 maart 2026: Wij horen *iets* anders."
    for kind in ("evaluatie", "raadsbrief"):
        page = build_report(small.report(kind), output, ["html"], "ingebouwd")["html"]
        text = text_of(page.read_text(encoding="utf-8"))
        assert told in text and "dissonantie" in text.lower(), kind
