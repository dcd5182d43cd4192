"""Figures: the house style, the numbers in alt text and tables, and slides, workbook and folder for use elsewhere."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from PIL import Image

from toolkit.errors import ToolkitError
from toolkit.geometry import MAP_FILE, Shapes, shapes_text
from toolkit.report import build_report
from toolkit.report.brand import brand
from toolkit.report.canvas import LEAST, LEAST_WIDE, row_height, wrapped
from toolkit.report.figures import SENTIMENTS, _stacked, sentiment_looks
from toolkit.report.gallery import _cell
from toolkit.report.maps import _classes, _middle, choropleth, map_caption
from toolkit.report.multiples import Course, Row, courses, profiles
from toolkit.report.pictures import COLUMNS, pictures
from toolkit.report.slope import Line, looks, slope, spread
from toolkit.report.source import Figure, read_output
from toolkit.report.theme import (
    EYES,
    LEAST_DISTANCE,
    SHAPE_CONTRAST,
    TEXT_CONTRAST,
    Theme,
    contrast,
    distance,
    house,
    luminance,
    nearest,
    themed,
    wearing,
)  # fmt: skip
from toolkit.report.wijken import wijken_parts
from toolkit.report.wording import HIDDEN

FIXTURE = Path(__file__).parent / "fixture"
VOORBEELD = Path(__file__).parents[2] / "reports" / "voorbeeld"


def figure(
    area: str, value: float | None, status: str = "ok", unit: str = "procent", group: str = ""
) -> Figure:
    low, high = (None, None) if value is None else (value - 4, value + 4)
    return Figure("enquete", "e", "bereik", unit, area, "2026", group, value, low, high, 250.0, status)


def box(x: float, y: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + 1000, y), (x + 1000, y + 1000), (x, y + 1000), (x, y))


# --- The house style ---------------------------------------------------------------------------------


@pytest.mark.parametrize("primary", ["", "#8a1538", "#a3480b", "#006633", "#4b2e83", "#000000", "#9a4a00"])
def test_colours_can_be_read_told_apart_and_printed_in_grey(primary: str) -> None:
    style = themed(primary)
    assert all(contrast(one) >= TEXT_CONTRAST for one in (style.ink, style.soft, style.primary))
    assert contrast(style.second) >= SHAPE_CONTRAST
    assert nearest(style.primary, style.second) >= LEAST_DISTANCE
    for count in range(1, 6):
        shades = style.shades(count)
        grey = [luminance(one) for one in shades]
        assert grey == sorted(grey, reverse=True)
        assert all(contrast(one, two) >= 1.15 for one, two in itertools.pairwise(shades))
        assert all(contrast(style.on(one), one) >= TEXT_CONTRAST for one in shades)


def test_known_contrasts_and_distances() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)
    assert distance("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
    # Red and green of equal lightness: far apart to most eyes, near to a deuteranope.
    assert distance("#c03028", "#5a7d1e") > 60 and distance("#c03028", "#5a7d1e", "deuteranopie") < 25
    assert len(EYES) == 4


def test_parts_of_a_bar_that_touch_differ_without_colour() -> None:
    for style in (Theme(), themed("#8a1538")):
        with wearing(style):
            found = sentiment_looks()
        for one, two in itertools.combinations([*SENTIMENTS, HIDDEN], 2):
            (colour, hatch, edge), (other, other_hatch, other_edge) = found[one], found[two]
            assert hatch != other_hatch or contrast(colour, other) >= SHAPE_CONTRAST, (one, two)
            assert edge and other_edge
        assert all(
            max(contrast(colour), contrast(edge)) >= SHAPE_CONTRAST for colour, _, edge in found.values()
        )
    assert house() == Theme()


def test_judgements_differ_without_colour() -> None:
    found = [looks(one) for one in ("gewenste richting", "ongewenste richting", "geen aantoonbaar verschil")]
    assert len({str(one["linestyle"]) for one in found}) == 3
    assert len({(one["marker"], one.get("markerfacecolor", "filled")) for one in found}) == 3
    assert all(contrast(one["color"]) >= SHAPE_CONTRAST for one in found)


def test_the_colours_of_the_user_reach_the_figures(tmp_path: Path) -> None:
    (tmp_path / "_brand.yml").write_text(
        'color:\n  palette:\n    rood: "#8a1538"\n  primary: rood\n  secondary: "#2b6b3f"\n'
    )
    style = brand(tmp_path).theme()
    assert (style.primary, style.second) == ("#8a1538", "#2b6b3f")
    lines = [Line("x", 10.0, 20.0, "gewenste richting")]
    with wearing(style):
        slope(tmp_path / "s.png", lines)
    with Image.open(tmp_path / "s.png") as image:
        seen = {colour for _, colour in image.convert("RGB").getcolors(1_000_000) or []}
    assert (0x8A, 0x15, 0x38) in seen and (0x17, 0x56, 0x7A) not in seen
    (tmp_path / "_brand.yml").write_text('color:\n  primary: "#8a1538"\n  secondary: "#ffdd00"\n')
    with pytest.raises(ToolkitError, match=r"#ffdd00 in _brand\.yml is te licht.*|3,0"):
        brand(tmp_path)


def test_text_is_eight_points_on_paper() -> None:
    """A PDF of the report prints columns 3.18 inches wide and pages 6.54 (A4, margins 2.2 cm, gutter 1.6 em)."""
    from toolkit.report.canvas import HALF, WHOLE

    assert LEAST * 3.18 / HALF >= 8 and LEAST_WIDE * 6.54 / WHOLE >= 8
    for path in (Path(__file__).parents[2] / "toolkit" / "report").glob("*.py"):
        for size in re.findall(r"(?:fontsize|labelsize)=(\d+(?:\.\d+)?)", path.read_text(encoding="utf-8")):
            assert float(size) >= LEAST_WIDE, (path.name, size)


def test_long_words_are_cut() -> None:
    assert wrapped("Crabbehof/Zuidhoven", 13) == "Crabbehof/\nZuidhoven"
    long = "arbeidsongeschiktheidsverzekering voor zzp"
    assert wrapped(long, 20) == "arbeidsongeschikthe-\nidsverzekering voor\nzzp"
    assert row_height(["een", "een\ntwee\ndrie"]) > row_height(["een", "een\ntwee"]) > row_height(["een"])


# --- The figures -------------------------------------------------------------------------------------


def test_slope_tells_every_number_and_moves_labels_apart(tmp_path: Path) -> None:
    name = "aandeel inwoners van 18 jaar en ouder dat onvoldoende sociale contacten heeft in de eigen buurt"
    lines = [
        Line(f"{name} {at}", 20.0 + at, 21.0 + at / 10, "geen aantoonbaar verschil", "2021", "2025")
        for at in range(8)
    ]
    drawing = slope(
        tmp_path / "s.png", [*lines, Line("bijstand", 6.0, 5.7, "gewenste richting", "2021", "2025")]
    )
    assert "Bijstand: van 6,0% (2021) naar 5,7% (2025), gewenste richting" in drawing.alt
    with Image.open(tmp_path / "s.png") as image:  # nothing runs over the right edge
        pixels = image.convert("L")
        assert all(pixels.getpixel((pixels.width - 3, y)) == 255 for y in range(pixels.height))


def test_labels_that_would_overlap_are_spread_and_stay_within() -> None:
    assert spread([1.0, 5.0], [1.0, 1.0], 0, 10) == [1.0, 5.0]
    assert spread([5.0, 5.0], [1.0, 1.0], 0, 10) == [4.5, 5.5]
    assert spread([5.2, 5.0, 5.1], [1.0, 1.0, 1.0], 0, 10) == pytest.approx([6.1, 4.1, 5.1])
    assert spread([9.9, 9.9], [1.0, 1.0], 0, 10) == [8.5, 9.5]
    assert spread([], [], 0, 1) == []


def test_known_parts_of_a_bar_keep_their_place() -> None:
    whole = {
        kind: figure("GM0505", value)
        for kind, value in zip(SENTIMENTS, (40.0, 10.0, 20.0, 30.0), strict=True)
    }
    assert _stacked(whole) == [
        ("negatief", 0.0, 40.0),
        ("gemengd", 40.0, 10.0),
        ("neutraal", 50.0, 20.0),
        ("positief", 70.0, 30.0),
    ]
    ends = {"negatief": whole["negatief"], "positief": whole["positief"]}
    assert _stacked(ends) == [("negatief", 0.0, 40.0), (HIDDEN, 40.0, 30.0), ("positief", 70.0, 30.0)]
    assert _stacked({"positief": whole["positief"]}) == [(HIDDEN, 0.0, 70.0), ("positief", 70.0, 30.0)]


def test_a_map_shows_holes_hides_what_is_hidden_and_says_so(tmp_path: Path) -> None:
    hole = ((300.0, 300.0), (300.0, 700.0), (700.0, 700.0), (700.0, 300.0), (300.0, 300.0))
    shapes = Shapes({"WK1": ((box(0, 0), hole),), "WK2": ((box(1000, 0),),)}, schematic=True)
    parts = [figure("WK1", 80.0), figure("WK2", None, "onderdrukt: n < 10")]
    names = {"WK1": "Een", "WK2": "Twee", "GM0505": "Stad"}
    drawing = choropleth(tmp_path / "k.png", "contact", shapes, figure("GM0505", 44.0), parts, names)
    assert (
        "Contact per wijk, op een schematische kaart. Stad als geheel: 44% (tussen 40% en 48%)."
        in drawing.alt
    )
    assert "Van hoog naar laag: Een 80%." in drawing.alt and drawing.alt.endswith("Niet getoond: Twee.")
    told = map_caption("Contact", shapes, parts)
    assert "Gearceerd: niet getoond." in told and "schematische kaart" in told
    from matplotlib.path import Path as Outline

    from toolkit.report.maps import _patch

    patch = _patch((box(0, 0), hole), "#17567a")
    assert isinstance(patch.get_path(), Outline) and len(patch.get_path().vertices) == 10
    with Image.open(tmp_path / "k.png") as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1_000_000) or []}
    assert tuple(bytes.fromhex(Theme().shades(1)[0][1:])) in colours or len(colours) > 20


def test_the_label_of_a_ring_stands_in_it_and_not_in_its_hole() -> None:
    outer = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0))
    hole = ((4.0, 1.0), (9.5, 1.0), (9.5, 9.5), (4.0, 9.5), (4.0, 1.0))
    spot = _middle([(outer, hole)])
    assert spot.x == pytest.approx(2.0, abs=0.25) and spot.room == pytest.approx(2.0, abs=0.25)
    assert _middle([(outer,)]).room == pytest.approx(5.0)


def test_classes_hold_all_values() -> None:
    for values in ([0.7, 3.1], [5.0, 5.0], [64.0, 77.0], [-0.4, 0.3], [100.0]):
        found = _classes(values)
        assert found[0][0] <= min(values) and found[-1][1] >= max(values) and len(found) <= 6
    assert _classes([]) == []


def test_little_figures_per_wijk(tmp_path: Path) -> None:
    rows = [
        Row(
            "contact",
            {"WK1": figure("WK1", 41.0), "WK2": figure("WK2", None, "onderdrukt")},
            figure("GM0505", 40.0),
        ),
        Row("tevreden", {"WK1": figure("WK1", 71.0), "WK2": figure("WK2", 66.0, "onnauwkeurig")}, None),
    ]
    names = {"WK1": "Een", "WK2": "Twee"}
    drawing = profiles(tmp_path / "p.png", rows, ["WK1", "WK2"], names)
    assert "Een: contact 41% en tevreden 71%. Twee: contact niet getoond en tevreden 66%." in drawing.alt
    lines = [Course("WK1", (("2021", 36.0), ("2025", 41.0))), Course("WK2", (("2021", 30.0), ("2025", 31.0)))]
    drawing = courses(tmp_path / "c.png", "eenzaam", "procent", lines, lines[0], names)
    assert "Een 36% (2021), 41% (2025); Twee 30% (2021), 31% (2025)" in drawing.alt


def test_without_a_map_there_is_no_map(tmp_path: Path) -> None:
    parts = wijken_parts(read_output(FIXTURE), tmp_path)
    assert parts["kaart"] == "" and "{#tbl-wijkprofielen}" in parts["wijkprofielen"]


# --- For use elsewhere -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(FIXTURE, tmp_path_factory.mktemp("kaart") / "output")
    codes = [row["gebied"] for row in read_output(FIXTURE).frame("gebieden").to_dict("records")]
    wijken = [code for code in codes if code.startswith("WK")]
    shapes = Shapes({code: ((box(100_000 + 1000 * at, 420_000),),) for at, code in enumerate(wijken)})
    (folder / MAP_FILE).write_text(shapes_text(shapes), encoding="utf-8")
    with (folder / "definities.csv").open(encoding="utf-8") as file:
        text = file.read()
    (folder / "definities.csv").write_text(
        text.replace(",rapportcijfer voor de hulp", ",=1+1 voor de hulp"), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def made(output: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    report = tmp_path_factory.mktemp("reports") / "voorbeeld"
    shutil.copytree(VOORBEELD, report, ignore=shutil.ignore_patterns("_inhoud", "_uitvoer"))
    return build_report(report, output, ["pptx", "xlsx", "figuren"], "ingebouwd")


def test_every_figure_has_a_headline_a_source_and_its_numbers(output: Path) -> None:
    found = {one.name: one for one in pictures(read_output(output))}
    assert {"indicatoren", "kaart", "themas", "toon", "wijkprofielen"} <= set(found)
    assert list(found)[:5] == ["wijken-tevredenheid-rapportcijfer", "indicatoren", "kaart", "themas", "toon"]
    grade = found["wijken-tevredenheid-rapportcijfer"]
    assert grade.headline.startswith("=1+1 voor de hulp: 7,1 in heel Dordrecht, van ")
    assert grade.source.startswith("Bron: enquête onder inwoners, 2026; n = 1.310.")
    assert all(len(row) == len(COLUMNS) for one in found.values() for row in one.numbers)
    city = next(row for row in grade.numbers if row[1] == "Dordrecht")
    assert city[3] == pytest.approx(7.1, abs=0.05) and city[6] == 1310
    hidden = next(row for row in grade.numbers if row[1] == "Staart")
    assert hidden[3:6] == (None, None, None) and "niet getoond" in str(hidden[8])


def test_the_folder_of_figures(made: dict[str, Path], output: Path) -> None:
    folder = made["figuren"]
    names = [one.name for one in pictures(read_output(output))]
    assert {path.name for path in folder.iterdir()} == {"LEESMIJ.md"} | {
        f"{name}.{form}" for name in names for form in ("png", "svg", "csv")
    }
    with Image.open(folder / "kaart.png") as image:
        assert round(image.info["dpi"][0]) == 300
    svg = (folder / "kaart.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg)
    texts = {child.tag.rpartition("}")[2]: child.text or "" for child in root[:2]}
    assert (
        root.get("role") == "img" and "per wijk, op een kaart" in texts["desc"] and len(texts["title"]) > 20
    )
    assert "<text" in svg and "Wielwijk" in svg and "Verdana" in svg and "<script" not in svg
    told = (folder / "LEESMIJ.md").read_text(encoding="utf-8")
    assert "n = 1.310" in told and "Alternatieve tekst: " in told and "Bijschrift: " in told
    with (folder / "wijken-tevredenheid-rapportcijfer.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1][0] == "'=1+1 voor de hulp" and re.fullmatch(r"7,\d+", rows[1][3]) and rows[1][6] == "1310"


def test_cells_that_excel_would_calculate_stay_text() -> None:
    assert [_cell(one) for one in ("=A1", "@x", "-x", "+x", "\tx", "gewoon", None, -1.5)] == [
        "'=A1", "'@x", "'-x", "'+x", "'\tx", "gewoon", "", "-1,5",
    ]  # fmt: skip


def test_slides(made: dict[str, Path]) -> None:
    from pptx import Presentation

    deck = Presentation(str(made["pptx"]))
    slides = list(deck.slides)
    assert len(slides) == 7 and round(deck.slide_width / deck.slide_height, 2) == 1.78
    assert slides[0].shapes.title.text_frame.text == "Tellen én vertellen: wijkteams in Dordrecht"
    assert slides[6].shapes.title.text_frame.text == "Hoe leest u dit?"
    for slide in slides[1:6]:
        title = slide.shapes.title.text_frame.text
        drawn = [shape for shape in slide.shapes if shape.shape_type == 13]
        words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert len(drawn) == 1 and len(drawn[0]._element.nvPicPr.cNvPr.get("descr")) > 60
        assert re.search(r"\d", title) and any(text.startswith("Bron: ") for text in words)
        notes = slide.notes_slide.notes_text_frame.text
        assert "De cijfers bij deze figuur:" in notes and notes.count("\n") > 5
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width + 10
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height + 10
    assert "Staart, 2026: niet getoond" in slides[1].notes_slide.notes_text_frame.text
    with zipfile.ZipFile(made["pptx"]) as package:
        languages = {
            one for name in package.namelist() if name.endswith(".xml")
            for one in re.findall(r'\blang="([^"]+)"', package.read(name).decode("utf-8"))
        }  # fmt: skip
        runs = "".join(package.read(f"ppt/slides/slide{at}.xml").decode() for at in range(1, 8))
        assert "17567A" in package.read("ppt/theme/theme1.xml").decode()
        core = package.read("docProps/core.xml").decode()
    assert languages == {"nl-NL"} and runs.count("<a:t>") == runs.count('lang="nl-NL"')
    assert "<dc:language>nl-NL</dc:language>" in core and "<dc:title>Tellen én vertellen" in core


def test_the_workbook(made: dict[str, Path], output: Path) -> None:
    book = openpyxl.load_workbook(made["xlsx"])
    figures = [name for name in book.sheetnames if re.match(r"F\d+ ", name)]
    assert book.sheetnames[:2] == ["Leesmij", "Kerncijfers"] and {"Alle cijfers", "Definities"} <= set(
        book.sheetnames
    )
    assert len(figures) == len(pictures(read_output(output)))
    links = [cell.hyperlink.location for row in book["Leesmij"] for cell in row if cell.hyperlink]
    assert {link.split("'")[1] for link in links} == set(book.sheetnames) - {"Leesmij"}
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes and sheet.auto_filter.ref
        assert all(cell.data_type != "f" for row in sheet for cell in row)
    first = book[figures[0]]
    assert [cell.value for cell in first[5]] == list(COLUMNS)
    assert first["A1"].value.startswith("=1+1 voor de hulp: 7,1") and first["A1"].data_type == "s"
    rows = {row[1]: row for row in first.iter_rows(min_row=6, values_only=True)}
    assert rows["Dordrecht"][3] == pytest.approx(7.1, abs=0.05) and rows["Staart"][3] is None
    whole = {row[0] for row in book["Definities"].iter_rows(min_row=2, values_only=True)}
    assert len(whole) == len(read_output(output).frame("definities"))
    assert len(list(book["Alle cijfers"].rows)) == len(read_output(output).frame("measures")) + 1


def test_the_same_outcomes_give_the_same_files(made: dict[str, Path], output: Path, tmp_path: Path) -> None:
    before = {form: made[form].read_bytes() for form in ("pptx", "xlsx")}
    build_report(made["pptx"].parents[1], output, ["pptx", "xlsx"], "ingebouwd", again=True)
    assert all(made[form].read_bytes() == data for form, data in before.items())
    for one in pictures(read_output(output))[:3]:
        for form in ("png", "svg"):
            paths = [tmp_path / turn / f"{one.name}.{form}" for turn in ("een", "twee")]
            for path in paths:
                one.draw(path)
            assert paths[0].read_bytes() == paths[1].read_bytes()


def test_without_figures_it_is_told(tmp_path: Path) -> None:
    bare = tmp_path / "output"
    bare.mkdir()
    (bare / "measures.csv").write_text(
        (FIXTURE / "measures.csv").read_text(encoding="utf-8").split("\n")[0] + "\n"
    )
    (bare / "run.json").write_text(json.dumps({"naam": "leeg"}))
    report = shutil.copytree(VOORBEELD, tmp_path / "r", ignore=shutil.ignore_patterns("_inhoud", "_uitvoer"))
    for form in ("pptx", "figuren"):
        with pytest.raises(ToolkitError, match="geen figuur te maken"):
            build_report(report, bare, [form], "ingebouwd")
    assert not (report / "_uitvoer").exists() or not list((report / "_uitvoer").glob("[!.]*"))
