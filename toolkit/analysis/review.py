"""Review what de-identification replaced: show it in context, take corrections, remember what was read.

All files stand in `raw/` of the corpus, because they hold the words that were replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.analysis.inputs import read_areas, read_corpus
from toolkit.analysis.texts import Progress, deidentify_texts, silent
from toolkit.cache import Cache, digest
from toolkit.errors import DataError, Problem, ToolkitError, closest
from toolkit.files import missing_columns, read_table, whole_file, write_csv
from toolkit.project import Project
from toolkit.stories.corrections import (
    CHOICES,
    CORRECTIONS,
    merge_corrections,
    read_corrections,
    write_corrections,
)
from toolkit.stories.deidentify import Deidentified
from toolkit.stories.lexicon import Correction, fold
from toolkit.stories.mentions import KINDS

WORKBOOK = "raw/nakijken.xlsx"
REVIEWED = "raw/nagekeken.csv"
GOOD = "goed"
_NEAR = 60
_MENTIONS = ("verhaal", "ervoor", "vervangen", "erna", "soort", "oordeel")
_MISSED = ("verhaal", "tekst", "soort")
_READ = ("verhaal", "tekst", "nagekeken")


@dataclass(frozen=True)
class ReviewItem:
    """A replaced text in its context: `before` and `after` are the original words around it."""

    story: str
    before: str
    text: str
    after: str
    kind: str


@dataclass(frozen=True)
class StoryReview:
    """A story as it will be read, what was replaced in it, and whether somebody read this very text before."""

    story: str
    original: str
    clean: str
    items: tuple[ReviewItem, ...]
    reviewed: bool


@dataclass(frozen=True)
class ReviewState:
    """How many stories there are, how many somebody read, and how many corrections hold."""

    stories: int
    reviewed: int
    corrections: int


def review_stories(
    project: Project,
    corpus: str,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    progress: Progress = silent,
) -> list[StoryReview]:
    """Every story of a corpus with what is replaced in it now, corrections applied; not yet read ones first.

    Raises DataError for a delivery or a file of corrections that cannot be read.
    """
    given = read_corpus(project, corpus, read_areas(project))
    names, texts = list(given.stories["story"]), list(given.stories["text"])
    results = deidentify_texts(texts, given.lists, cache, progress, names)
    known = _reviewed(project.corpus(corpus) / REVIEWED)
    stories = [
        StoryReview(name, text, one.text, tuple(_items(name, text, one)), known.get(name) == digest(text))
        for name, text, one in zip(names, texts, results, strict=True)
    ]
    return sorted(stories, key=lambda story: story.reviewed)


def _items(story: str, text: str, result: Deidentified) -> list[ReviewItem]:
    return [
        ReviewItem(
            story,
            text[max(0, one.start - _NEAR) : one.start],
            text[one.start : one.end],
            text[one.end : one.end + _NEAR],
            one.kind,
        )
        for one in result.mentions
    ]


def save_review(
    project: Project, corpus: str, corrections: Sequence[Correction], read: Sequence[StoryReview]
) -> ReviewState:
    """Add corrections and the stories that were read; doing it again changes nothing.

    Raises DataError when the earlier corrections cannot be read.
    """
    folder = project.corpus(corpus)
    path = folder / CORRECTIONS
    earlier = read_corrections(path)
    merged = merge_corrections(earlier, corrections)
    if merged != earlier or not path.exists():
        write_corrections(merged, path)
    known = _reviewed(folder / REVIEWED)
    now = known | {one.story: digest(one.original) for one in read}
    if now != known:
        days = _days(folder / REVIEWED) | {
            one.story: date.today().isoformat() for one in read if known.get(one.story) != now[one.story]
        }
        rows = [(name, now[name], days.get(name, "")) for name in sorted(now)]
        write_csv(pd.DataFrame(rows, columns=["verhaal", "kenmerk", "datum"]), folder / REVIEWED)
    return ReviewState(0, len(now), len(merged))


def review_state(project: Project, corpus: str, stories: Sequence[StoryReview]) -> ReviewState:
    """How far the review of a corpus is; a story that changed since it was read counts as not read."""
    held = read_corrections(project.corpus(corpus) / CORRECTIONS)
    return ReviewState(len(stories), sum(story.reviewed for story in stories), len(held))


def write_review(project: Project, corpus: str, stories: Sequence[StoryReview]) -> Path:
    """Write the workbook for Excel in `raw/`: verdicts on what was replaced, and room for what was missed."""
    import xlsxwriter

    path = project.corpus(corpus) / WORKBOOK
    with whole_file(path) as temporary:
        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        book = xlsxwriter.Workbook(str(temporary), safe)
        head = book.add_format({"bold": True, "bg_color": "#1F3D5C", "font_color": "#FFFFFF"})
        wrap, fill = (
            book.add_format({"text_wrap": True, "valign": "top"}),
            book.add_format({"bg_color": "#FFF4D6", "valign": "top", "text_wrap": True}),
        )
        guide = book.add_worksheet("Uitleg")
        guide.set_column(0, 0, 100, wrap)
        for row, line in enumerate(_GUIDE):
            guide.write_string(row, 0, line, wrap)
        items = [item for story in stories for item in story.items]
        rows = [(one.story, one.before, one.text, one.after, one.kind, "") for one in items]
        sheet = _sheet(book, "Vervangen", _MENTIONS, rows, (12, 45, 22, 45, 12, 14), head, wrap, fill)
        _choices(sheet, len(rows), 5, (GOOD, *CHOICES))
        empty = [("", "", "")] * 200
        sheet = _sheet(book, "Gemist", _MISSED, empty, (12, 45, 14), head, fill, fill)
        _choices(sheet, len(empty), 2, KINDS)
        whole = [(one.story, one.clean, "ja" if one.reviewed else "") for one in stories]
        sheet = _sheet(book, "Verhalen", _READ, whole, (12, 110, 12), head, wrap, fill)
        _choices(sheet, len(whole), 2, ("ja",))
        book.close()
    return path


_GUIDE = (
    "Nakijken wat er uit de verhalen is gehaald",
    "Dit bestand staat in de map raw/, want er staan namen in. Geef het niet door.",
    "",
    "Blad Vervangen: elke rij is iets dat is vervangen, met de woorden ervoor en erna. Klopt het? Laat oordeel dan leeg. "
    "Moet het blijven staan? Kies 'blijft'. Is het iets anders? Kies de soort die klopt.",
    "Blad Gemist: staat er in een verhaal nog een naam of iets anders dat weg moet? Neem de woorden precies over en kies "
    "de soort. Laat verhaal leeg als het in alle verhalen weg moet.",
    "Blad Verhalen: de verhalen zoals ze na het vervangen zijn. Zet ja bij wat u helemaal heeft gelezen.",
    "",
    "Bewaar het bestand, sluit Excel en typ dezelfde opdracht met --verwerk.",
)


def _sheet(
    book: Any, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int],
    head: Any, cell: Any, last: Any,
) -> Any:  # fmt: skip
    """A sheet of text; its last column is the one to fill in."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            style = last if column == len(columns) - 1 else cell
            sheet.write_string(number, column, value, style) if value else sheet.write_blank(
                number, column, None, style
            )
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    return sheet


def _choices(sheet: Any, rows: int, column: int, allowed: Sequence[str]) -> None:
    rule = {"validate": "list", "source": list(allowed), "error_title": "Kies uit de lijst"}
    sheet.data_validation(1, column, max(rows, 1), column, rule)


def take_review(project: Project, corpus: str) -> ReviewState:
    """Read the workbook that was filled in, and keep its corrections and the stories that were read.

    Raises ToolkitError when there is no workbook, DataError with every cell that is not understood.
    """
    path = project.corpus(corpus) / WORKBOOK
    if not path.exists():
        raise ToolkitError(
            f"{WORKBOOK} is er nog niet.", f"Maak het met: tev stories review {corpus} --excel"
        )
    mentions, missed = _filled(path, "Vervangen", _MENTIONS), _filled(path, "Gemist", _MISSED)
    whole = _filled(path, "Verhalen", _READ)
    stories = {story.story: story for story in review_stories(project, corpus)}
    problems: list[Problem] = []
    corrections: list[Correction] = []
    for sheet, table, column in (("Vervangen", mentions, "oordeel"), ("Gemist", missed, "soort")):
        allowed = (GOOD, *CHOICES) if column == "oordeel" else KINDS
        for row in table.index:
            verdict, name = fold(str(table[column][row])), str(table["verhaal"][row])
            words = str(table["vervangen" if column == "oordeel" else "tekst"][row])
            if column == "oordeel" and verdict in ("", GOOD):
                continue
            if not verdict and not words:
                continue
            if verdict not in allowed:
                remedy = closest(verdict, allowed) or f"Kies uit: {', '.join(allowed)}."
                problems.append(
                    Problem(path.name, f"'{verdict:.20}' is geen soort.", remedy, sheet, row, column)
                )
            elif not words.strip():
                problems.append(
                    Problem(path.name, "de tekst is leeg.", "Neem over wat er staat.", sheet, row, "tekst")
                )
            elif name and name not in stories:
                problems.append(
                    Problem(
                        path.name, "dit verhaal is er niet.", "Neem het nummer over.", sheet, row, "verhaal"
                    )
                )
            elif column == "oordeel" and verdict == fold(str(table["soort"][row])):
                continue
            else:
                corrections.append(Correction(name, words, verdict))
    if problems:
        raise DataError(problems)
    read = [
        stories[name]
        for name, told in zip(whole["verhaal"], whole["nagekeken"], strict=True)
        if name in stories and fold(str(told)) in ("ja", "j", "x")
    ]
    saved = save_review(project, corpus, corrections, read)
    return ReviewState(
        len(stories), sum(s.reviewed or s in read for s in stories.values()), saved.corrections
    )


def _filled(path: Path, sheet: str, columns: Sequence[str]) -> pd.DataFrame:
    table = read_table(path, sheet, columns)
    problems = missing_columns(table, columns, path.name)
    if problems:
        raise DataError(problems)
    return table


def _reviewed(path: Path) -> dict[str, str]:
    return _column(path, "kenmerk")


def _days(path: Path) -> dict[str, str]:
    return _column(path, "datum")


def _column(path: Path, name: str) -> dict[str, str]:
    if not path.exists():
        return {}
    table = read_table(path, header=["verhaal", "kenmerk", "datum"])
    problems = missing_columns(table, ["verhaal", "kenmerk", "datum"], path.name)
    if problems:
        raise DataError(problems)
    return dict(zip(table["verhaal"], table[name], strict=True))
