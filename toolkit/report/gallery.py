"""Figures for use elsewhere: a folder with each as PNG and SVG, its numbers as CSV, and what to write beside it."""

from __future__ import annotations

import csv
import html
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.report.brand import brand
from toolkit.report.pictures import COLUMNS, Picture, pictures
from toolkit.report.source import read_output
from toolkit.report.theme import wearing

READ_ME = "LEESMIJ.md"
_FINE = 300  # pixels per inch, as printers ask
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # Excel would calculate a text that begins so


def write_gallery(report: Path, output: Path, folder: Path) -> None:
    """Write every figure of the outcomes in `folder`, which takes the place of an earlier one as a whole.

    Numbers in the CSV are as Dutch Excel reads them: semicolons, decimal commas. The same outcomes give the same
    files. Raises ToolkitError when there is nothing to draw.
    """
    made = pictures(read_output(output))
    if not made:
        raise ToolkitError(
            "Met deze uitkomsten is er geen figuur te maken.", "Kijk met tev check of het plan klopt."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".figuren-", dir=folder.parent) as temporary:
        place = Path(temporary) / "nieuw"
        place.mkdir()
        told = [_INTRO]
        with wearing(replace(brand(report).theme(), dpi=_FINE)):
            for one in made:
                alt = one.draw(place / f"{one.name}.png").alt
                one.draw(place / f"{one.name}.svg")
                _describe(place / f"{one.name}.svg", one.headline, alt)
                _write_numbers(place / f"{one.name}.csv", one)
                told.append(_told(one, alt))
        (place / READ_ME).write_text("\n".join(told), encoding="utf-8", newline="\n")
        if folder.exists():
            folder.rename(Path(temporary) / "oud")
        place.rename(folder)


_INTRO = """# Figuren om elders te gebruiken

Van elke figuur zijn er drie bestanden met dezelfde naam:

- `.png` om in een document of presentatie te zetten (300 punten per inch);
- `.svg` om te vergroten of aan te passen; de tekst erin blijft tekst, in DejaVu Sans of Verdana;
- `.csv` met de cijfers, voor Excel: puntkomma's en decimale komma's.

Zet de bron en n altijd bij de figuur. Neem ook de alternatieve tekst over: die leest een schermlezer voor aan wie de
figuur niet ziet. Een lege waarde in de cijfers is niet bekend of mag niet worden getoond; de toelichting zegt waarom.
"""


def _told(one: Picture, alt: str) -> str:
    files = ", ".join(f"{one.name}.{form}" for form in ("png", "svg", "csv"))
    lines = [
        f"## {one.headline}", f"Bestanden: {files}", f"Bijschrift: {one.caption}", one.source,
        f"Alternatieve tekst: {alt}",
    ]  # fmt: skip
    return "\n\n".join(" ".join(line.split()) for line in lines) + "\n"


def _describe(path: Path, title: str, alt: str) -> None:
    """Give an SVG a name and a description, for who cannot see it."""
    text = path.read_text(encoding="utf-8")
    head = f'<title id="titel">{html.escape(title)}</title>\n <desc id="uitleg">{html.escape(alt)}</desc>'
    described = 'role="img" lang="nl" xml:lang="nl" aria-labelledby="titel" aria-describedby="uitleg"'
    text = re.sub(r"<svg\b([^>]*)>", lambda found: f"<svg {described}{found[1]}>\n {head}", text, count=1)
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_numbers(path: Path, one: Picture) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(cell) for cell in row] for row in one.numbers)


def _cell(cell: str | float | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
    return f"{cell:.10g}".replace(".", ",")


def told_numbers(one: Picture) -> Sequence[str]:
    """The numbers of a figure as lines of text, for the notes of a slide."""
    from toolkit.report.wording import amount, base, interval, missing

    lines = []
    for what, where, who, value, low, high, n, unit, note in one.numbers:
        numbers = [part if isinstance(part, float) else None for part in (value, low, high, n)]
        shown = amount(numbers[0], str(unit)) if numbers[0] is not None else "niet getoond"
        extra = [
            interval(numbers[1], numbers[2], str(unit)),
            "" if missing(numbers[3]) else base(numbers[3]),
            str(note),
        ]
        place = ", ".join(str(part) for part in (what, where, who) if part)
        about = "; ".join(part for part in extra if part)
        lines.append(f"{place}: {shown}{f' ({about})' if about else ''}")
    return lines
