"""The workbook beside a report: what each figure shows with its numbers, then every published number and its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.report import phrases, wording
from toolkit.report.pictures import COLUMNS, Picture, pictures
from toolkit.report.sheets import DUTCH, Styles, named_measures, open_book, write_frame
from toolkit.report.source import Output, city_of, headline_measures, pick, read_output

_GUIDE = (
    (
        "Lege cel",
        "Dit cijfer is niet bekend, of mag niet worden getoond. De toelichting of de status zegt waarom.",
    ),
    ("laag en hoog", "De marge: het echte cijfer ligt bijna zeker tussen deze twee."),
    ("n", "Het aantal waar het cijfer op rust."),
    ("indicatief", "Een computermodel las de verhalen, en niemand heeft dat op deze verhalen nagekeken."),
    ("onnauwkeurig", "De marge is breed. Lees dit cijfer met de marge erbij."),
)
# The tables of the outcomes that go in whole: sheet and what it holds.
_TABLES = {
    "measures": (
        "Alle cijfers",
        "Elk gepubliceerd cijfer op een eigen rij: filter op naam, gebied of groep.",
    ),
    "definities": ("Definities", "Wat elk cijfer telt, waarvan, en wie niet meetelt."),
    "indicatoren": ("Indicatoren", "Nulmeting, laatste meting en oordeel per indicator."),
    "projecten": ("Projecten", "Per project doel, geld, bereik en tevredenheid."),
    "respons": ("Respons", "Uitgenodigd, begonnen en volledig, per wijk en per groep."),
}


def write_reader_workbook(output: Path, target: Path) -> None:
    """Write the workbook of an output folder: reading guide, headline figures, a sheet per figure, all numbers.

    Raises ToolkitError when the folder holds no outcomes.
    """
    source = read_output(output)
    title = str(source.run.get("naam", ""))
    book, styles = open_book(target, title)
    made = pictures(source)
    figures = [(f"F{at} {one.name}"[:31], one) for at, one in enumerate(made, start=1)]
    guide = book.add_worksheet("Leesmij")
    headline = _headline(source)
    if len(headline):
        write_frame(book.add_worksheet("Kerncijfers"), headline, styles)
    for sheet, one in figures:
        _figure_sheet(book.add_worksheet(sheet), one, styles)
    shown = [(name, *_TABLES[name]) for name in _TABLES if len(source.frame(name))]
    tables = {name: source.frame(name) for name in source.frames if len(source.frame(name))}
    for name, sheet, _ in shown:
        frame = named_measures(tables).drop(columns="n_eff") if name == "measures" else tables[name]
        write_frame(book.add_worksheet(sheet), frame.rename(columns=DUTCH), styles)
    sheets = [("Kerncijfers", "De belangrijkste cijfers van de hele stad.")] if len(headline) else []
    sheets += [(sheet, one.headline) for sheet, one in figures]
    _guide(book, guide, title, source, [*sheets, *((sheet, about) for _, sheet, about in shown)], styles)
    book.close()


def _guide(
    book: Any, sheet: Any, title: str, source: Output, sheets: Sequence[tuple[str, str]], styles: Styles
) -> None:
    """The first sheet: what this is, what marks mean, and a link to every other sheet."""
    link = book.add_format({"font_color": "#17567A", "underline": 1, "valign": "top"})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100, styles.wrap)
    sheet.write_string(0, 0, title, styles.title)
    facts = [("Periode", wording.period(str(source.run.get("periode", ""))))]
    facts.append(("Berekend op", wording.day(str(source.run.get("gestart", ""))[:10])))
    if source.run.get("fictief"):
        facts.append(("Let op", "Alle gegevens zijn verzonnen."))
    row = 2
    for left, right in (*facts, *_GUIDE):
        sheet.write_string(row, 0, left)
        sheet.write_string(row, 1, right, styles.wrap)
        row += 1
    sheet.write_string(row + 1, 0, "Blad", styles.head)
    sheet.write_string(row + 1, 1, "Wat erin staat", styles.head)
    for at, (name, about) in enumerate(sheets, start=row + 2):
        sheet.write_url(at, 0, f"internal:'{name}'!A1", link, name)
        sheet.write_string(at, 1, about, styles.wrap)


def _figure_sheet(sheet: Any, one: Picture, styles: Styles) -> None:
    for row, text in enumerate((one.headline, one.caption, one.source)):
        sheet.write_string(row, 0, text, styles.title if row == 0 else None)
    write_frame(sheet, pd.DataFrame(list(one.numbers), columns=list(COLUMNS)), styles, top=4)


def _headline(source: Output) -> pd.DataFrame:
    rows = []
    for measure in headline_measures(source):
        one = city_of(pick(source, measure))
        if one is not None:
            rows.append({
                "kerncijfer": wording.capital(phrases.measure_name(source, measure)), "waarde": one.value,
                "laag": one.low, "hoog": one.high, "n": one.n, "eenheid": one.unit,
                "bron": phrases.source_words(one), "toelichting": phrases.status_words(one),
            })  # fmt: skip
    return pd.DataFrame(rows)
