"""Slides: the five figures that tell most, each with a headline made from its numbers, its source, and notes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.report.brand import brand
from toolkit.report.escape import front_text, plain
from toolkit.report.gallery import told_numbers
from toolkit.report.pictures import Picture, pictures
from toolkit.report.source import Output, read_output
from toolkit.report.theme import Theme, house, wearing

_MOST = 5
_WIDE, _HIGH = 13.333, 7.5  # inches: 16:9
_MARGIN = 0.6
_TOP, _BOTTOM = 1.75, 6.75  # between these the figure stands
_BESIDE = 3.4  # inches that words beside a narrow figure need
_FINE = 220
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HOW_TO_READ = (
    "Boven elke figuur staat wat de cijfers zeggen. Onder de figuur staan de bron en n: het aantal waar het cijfer op rust.",
    "Een lijn door een punt is de marge. Het echte cijfer ligt bijna zeker tussen de twee uiteinden. "
    "Een klein verschil kan toeval zijn.",
    "Niet getoond of een punt (·): we laten het cijfer niet zien, omdat er te weinig mensen achter staan.",
    "Verhalen zeggen wat er speelt en waarom, niet hoe vaak het voorkomt bij alle inwoners.",
    "De cijfers bij elke figuur staan in de notities. Of iets dóór de hulp komt, is hier niet te zien.",
)


def write_slides(report: Path, template: Path, output: Path, target: Path, moment: int) -> None:
    """Write a presentation of at most seven slides: title, five figures, how to read them.

    Title and subtitle are those of `template`; `moment` (seconds since 1970) is when it was made, so that the same
    outcomes give the same file. Raises ToolkitError when the outcomes give no figure.
    """
    from pptx import Presentation

    source = read_output(output)
    chosen = pictures(source)[:_MOST]
    if not chosen:
        raise ToolkitError("Met deze uitkomsten is er geen figuur te maken, dus ook geen presentatie.")
    deck = Presentation()
    _widen(deck)
    text = template.read_text(encoding="utf-8")
    title = front_text(text, "title") or str(source.run.get("naam", "Tellen én vertellen"))
    with TemporaryDirectory(prefix="tev-dia-") as folder, wearing(replace(brand(report).theme(), dpi=_FINE)):
        _title_slide(deck, title, front_text(text, "subtitle"), source)
        for one in chosen:
            _figure_slide(deck, one, Path(folder))
        _reading_slide(deck)
        _colours(deck, house())
        _facts(deck, title, moment)
        content = BytesIO()
        deck.save(content)
    target.write_bytes(_settled(content.getvalue()))


def _widen(deck: Any) -> None:
    """The standard slides are 4:3; all their places get as much wider as the slide."""
    from pptx.util import Inches

    factor = _WIDE * 914400 / deck.slide_width
    deck.slide_width, deck.slide_height = Inches(_WIDE), Inches(_HIGH)
    for page in (deck.slide_master, *deck.slide_layouts):
        for shape in page.placeholders:
            left, width = shape.left, shape.width
            shape.left, shape.width = round(left * factor), round(width * factor)


def _title_slide(deck: Any, title: str, subtitle: str, source: Output) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    _write(slide.shapes.title, [plain(title)], 40, house().primary, bold=True)
    lines = [plain(subtitle)] if subtitle else []
    if source.run.get("fictief"):
        lines.append("Alle gegevens zijn verzonnen.")
    _write(slide.placeholders[1], lines or ["Tellen én vertellen"], 22, house().soft)


def _figure_slide(deck: Any, one: Picture, folder: Path) -> None:
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    _place(slide.shapes.title, _MARGIN, 0.4, _WIDE - 2 * _MARGIN, 1.15)
    _write(
        slide.shapes.title,
        [plain(one.headline)],
        28 if len(one.headline) < 115 else 24,
        house().primary,
        bold=True,
    )
    drawing = one.draw(folder / f"{one.name}.png")
    room = _BOTTOM - _TOP
    picture = slide.shapes.add_picture(
        str(folder / drawing.file), Inches(_MARGIN), Inches(_TOP), height=Inches(room)
    )
    most = Inches(_WIDE - 2 * _MARGIN - _BESIDE - 0.3)
    if picture.width > most:
        picture.height, picture.width = round(picture.height * most / picture.width), most
    picture.top = Inches(_TOP) + round((Inches(room) - picture.height) / 2)
    described = picture._element.nvPicPr.cNvPr
    described.set("descr", plain(drawing.alt))
    described.set("name", plain(one.caption)[:80])
    left = _MARGIN + picture.width / 914400 + 0.3
    words = slide.shapes.add_textbox(0, 0, 0, 0)
    _place(words, left, _TOP, _WIDE - _MARGIN - left, room)
    _write(words, [plain(one.caption)], 18, house().ink, middle=True)
    foot = slide.shapes.add_textbox(0, 0, 0, 0)
    _place(foot, _MARGIN, _BOTTOM + 0.1, _WIDE - 2 * _MARGIN, 0.45)
    _write(foot, [plain(one.source)], 14, house().soft)
    notes = slide.notes_slide.notes_text_frame
    _fill(
        notes,
        [plain(drawing.alt), "De cijfers bij deze figuur:", *(plain(line) for line in told_numbers(one))],
    )


def _reading_slide(deck: Any) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    _place(slide.shapes.title, _MARGIN, 0.4, _WIDE - 2 * _MARGIN, 1.15)
    _write(slide.shapes.title, ["Hoe leest u dit?"], 28, house().primary, bold=True)
    body = slide.placeholders[1]
    _place(body, _MARGIN, _TOP, _WIDE - 2 * _MARGIN, _BOTTOM - _TOP)
    _write(body, _HOW_TO_READ, 20, house().ink)


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (Inches(one) for one in (left, top, width, height))


def _write(
    shape: Any, lines: Sequence[str], size: int, colour: str, bold: bool = False, middle: bool = False
) -> None:
    """Put lines in a shape, left aligned, with their size in points."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    paint: Any = RGBColor
    frame = shape.text_frame
    frame.word_wrap = True
    if middle:
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _fill(frame, lines)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(8)
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size), bold
            run.font.color.rgb = paint(*bytes.fromhex(colour.lstrip("#")))


def _fill(frame: Any, lines: Sequence[str]) -> None:
    from pptx.enum.lang import MSO_LANGUAGE_ID

    frame.text = lines[0] if lines else ""
    for line in lines[1:]:
        frame.add_paragraph().text = line
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.language_id = MSO_LANGUAGE_ID.DUTCH


def _colours(deck: Any, worn: Theme) -> None:
    """The two colours of the house in the theme, so that what a user adds fits."""
    for part in deck.part.package.iter_parts():
        if "/theme/" in part.partname:
            text = part.blob.decode("utf-8")
            for name, colour in (("accent1", worn.primary), ("accent2", worn.second)):
                value = f'<a:{name}><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:{name}>'
                text = re.sub(rf"<a:{name}>.*?</a:{name}>", value, text, flags=re.DOTALL)
            part._blob = text.encode("utf-8")


def _facts(deck: Any, title: str, moment: int) -> None:
    facts = deck.core_properties
    when = datetime.fromtimestamp(moment, UTC).replace(tzinfo=None)
    facts.title, facts.author, facts.last_modified_by = (
        plain(title),
        "tellen én vertellen",
        "tellen én vertellen",
    )
    facts.language, facts.revision = "nl-NL", 1
    facts.created = facts.modified = when


def _settled(content: bytes) -> bytes:
    """The file with Dutch as the language of all its texts, without moments: the same every time."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".xml"):
                data = re.sub(rb'\blang="[a-z]{2}-[A-Z]{2}"', b'lang="nl-NL"', data)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return result.getvalue()
