"""Errors that say in Dutch what is wrong, where, and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path


class ToolkitError(Exception):
    """Anything a user can mend: a Dutch message, and a hint that says how."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  Zo lost u het op: {self.hint}" if self.hint else self.message


class ProjectError(ToolkitError):
    """The project, or one of its settings files, is not as it should be."""


class ContractError(ToolkitError):
    """A table between two stages broke its contract: a defect of the toolkit, not of the user."""


@dataclass(frozen=True)
class Problem:
    """One problem in a delivered file, for people: where it stands, what is wrong, what to do.

    `row` is the row number as Excel or a text editor shows it (the header is row 1),
    or None when the problem concerns the whole file or column.
    """

    file: str
    message: str
    remedy: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


class DataError(ToolkitError):
    """A delivered file has problems; all of them are listed at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        files = sorted({problem.file for problem in self.problems})
        count = len(self.problems)
        noun = "probleem" if count == 1 else "problemen"
        super().__init__(f"{count} {noun} in {', '.join(files)}:\n{describe(self.problems)}")


def describe(problems: Iterable[Problem], rows_shown: int = 5) -> str:
    """Problems as Dutch lines, one per kind of problem; equal problems share a line.

    At most `rows_shown` row numbers are written out, the rest is counted.
    """
    rows: dict[Problem, list[int]] = {}
    for problem in problems:
        rows.setdefault(replace(problem, row=None), [])
        if problem.row is not None:
            rows[replace(problem, row=None)].append(problem.row)
    lines = []
    for problem, found in rows.items():
        where = [Path(problem.file).name]
        if problem.sheet:
            where.append(f"blad {problem.sheet}")
        if found:
            where.append(_rows_in_words(found, rows_shown))
        if problem.column:
            where.append(f"kolom {problem.column}")
        line = f"- {', '.join(where)}: {problem.message}"
        lines.append(f"{line}\n  Zo lost u het op: {problem.remedy}" if problem.remedy else line)
    return "\n".join(lines)


def _rows_in_words(rows: Sequence[int], shown: int) -> str:
    if len(rows) == 1:
        return f"rij {rows[0]}"
    text = ", ".join(str(row) for row in rows[:shown])
    extra = len(rows) - shown
    return f"rijen {text} en nog {extra}" if extra > 0 else f"rijen {text}"


def closest(name: str, known: Iterable[str]) -> str:
    """The known name nearest to a misspelt one, as a Dutch question, or an empty string."""
    match = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"Bedoelt u '{match[0]}'?" if match else ""
