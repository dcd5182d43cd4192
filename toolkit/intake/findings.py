"""What a check found, for people: the same problem in 4,000 rows is one finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.intake.table import Table

ERROR, WARNING = "fout", "waarschuwing"
EXAMPLES = 5
_PRIVATE = re.compile(r"\d{8,}|@|\d[\d .\-]{8,}\d")


@dataclass(frozen=True)
class Finding:
    """One kind of problem: what is wrong, in which cells, what stands there and what should.

    `rows` are the rows as Excel shows them, `column` counts from 0 (None: the row or the file as a whole),
    `found` the cells that stand there, each with how often, the commonest first. `forbidden` means that
    nothing of the delivery may be kept.
    """

    severity: str
    message: str
    remedy: str
    file: str = ""
    sheet: str = ""
    column: int | None = None
    title: str = ""
    rows: tuple[int, ...] = ()
    found: tuple[tuple[str, int], ...] = ()
    expected: str = ""
    forbidden: bool = False

    @property
    def count(self) -> int:
        """In how many rows, at least 1."""
        return max(len(self.rows), 1)


@dataclass(frozen=True)
class Counts:
    """How many rows there are, and how many have an error of their own."""

    rows: int
    wrong: int


def shown(cell: object, limit: int = 25) -> str:
    """A cell as it may be repeated: cut short, and dots instead of what looks like a number of a person."""
    from toolkit.cells import to_text

    text = " ".join(to_text(cell).split())
    text = "•••" if _PRIVATE.search(text) else text
    return text if len(text) <= limit else text[: limit - 1] + "…"


def tally(cells: Sequence[object], codes: np.ndarray, wrong: np.ndarray) -> tuple[tuple[str, int], ...]:
    """The wrong cells with how often they occur, the commonest first; `wrong` says which distinct cells."""
    counts = np.bincount(codes[codes >= 0], minlength=len(cells))
    places = np.flatnonzero(wrong)
    order = places[np.argsort(-counts[places], kind="stable")]
    return tuple((shown(cells[place]), int(counts[place])) for place in order)


def problem_rows(findings: Sequence[Finding], table: Table) -> np.ndarray:
    """Whether each row of the table has an error of its own."""
    rows = {
        row
        for finding in findings
        if finding.severity == ERROR and finding.sheet == table.sheet and finding.file == table.file
        for row in finding.rows
    }
    return np.isin(table.numbers, np.fromiter(rows, np.int64, len(rows)))
