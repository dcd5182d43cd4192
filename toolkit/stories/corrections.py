"""Corrections of people on what was replaced: kept beside the deliveries, applied in every later run.

A correction holds the literal words, so its file stands in `raw/`, which is never passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table, write_csv
from toolkit.stories.lexicon import Correction, fold
from toolkit.stories.mentions import KINDS, PLACEHOLDER, Mention

CORRECTIONS = "raw/correcties.csv"  # in the folder of the corpus
STAYS = "blijft"
CHOICES = (*KINDS, STAYS)
COLUMNS = ("verhaal", "tekst", "soort")
_KIND_REMEDY = f"Kies uit: {', '.join(CHOICES)}."


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """The corrections in a CSV with columns verhaal (empty is every story), tekst and soort; none without a file.

    Raises DataError with every row that cannot be applied. Messages do not repeat the text.
    """
    if not path.exists():
        return ()
    table = read_table(path, header=COLUMNS)
    problems = missing_columns(table, COLUMNS, path.name)
    if not problems:
        problems = [problem for row in table.index for problem in _problems(table, row, path.name)]
    if problems:
        raise DataError(problems)
    rows = table[list(COLUMNS)].itertuples(index=False, name=None)
    return tuple(Correction(story, text, fold(kind)) for story, text, kind in rows)


def _problems(table: pd.DataFrame, row: int, file: str, sheet: str = "") -> Iterable[Problem]:
    kind, text = fold(str(table["soort"][row])), str(table["tekst"][row])
    if kind not in CHOICES:
        message = f"soort '{kind:.20}' bestaat niet." if kind else "de soort is leeg."
        yield Problem(file, message, closest(kind, CHOICES) or _KIND_REMEDY, sheet, row, "soort")
    if len(re.sub(r"[\W_]", "", text)) < 1 or PLACEHOLDER.search(text):
        yield Problem(
            file, "de tekst is leeg of staat al tussen haken.", "Neem over wat er in het verhaal staat.", sheet, row, "tekst"
        )  # fmt: skip


def merge_corrections(earlier: Sequence[Correction], new: Sequence[Correction]) -> tuple[Correction, ...]:
    """Both, each text of a story once: a newer verdict takes the place of an older one. Sorted, so a file is stable."""
    latest = {(one.story, fold(one.text)): one for one in (*earlier, *new)}
    return tuple(sorted(latest.values(), key=lambda one: (one.story, fold(one.text))))


def write_corrections(corrections: Sequence[Correction], path: Path) -> None:
    """Write the corrections as `read_corrections` reads them; `path` must be in a folder `raw`."""
    if path.parent.name != "raw":
        raise ValueError("corrections hold names and belong in raw/")
    rows = [(one.story, one.text, one.kind) for one in corrections]
    write_csv(pd.DataFrame(rows, columns=list(COLUMNS)), path)


def corrections_for(
    corrections: Sequence[Correction], stories: Sequence[str]
) -> list[tuple[Correction, ...]]:
    """The corrections that hold for each of the stories, its own before those of every story."""
    of_story: dict[str, list[Correction]] = {}
    for one in corrections:
        of_story.setdefault(one.story, []).append(one)
    of_all = of_story.pop("", [])
    return [(*of_story.get(story, ()), *of_all) for story in stories]


def apply_corrections(
    text: str, corrections: Sequence[Correction]
) -> tuple[list[Mention], list[tuple[int, int]]]:
    """The mentions that corrections make, and the spans in which nothing may be marked.

    A correction holds for its words wherever they stand as whole words, in whatever case. What stands
    earlier in `corrections` wins, then the longer text.
    """
    used = {place for match in PLACEHOLDER.finditer(text) for place in range(match.start(), match.end())}
    mentions: list[Mention] = []
    kept: list[tuple[int, int]] = []
    ranked = sorted(corrections, key=lambda one: (not one.story, -len(one.text)))
    for one in ranked:
        for start, end in _spots(text, one.text):
            if not used.isdisjoint(range(start, end)):
                continue
            used.update(range(start, end))
            if one.kind == STAYS:
                kept.append((start, end))
            else:
                mentions.append(Mention(start, end, one.kind))
    return sorted(mentions), sorted(kept)


def _spots(text: str, literal: str) -> list[tuple[int, int]]:
    words = [re.escape(part) for part in literal.split()]
    if not words:
        return []
    pattern = r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)"
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
