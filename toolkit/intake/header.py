"""Which row of a table holds the column names: the one that looks most like what was agreed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from toolkit.cells import to_text
from toolkit.intake.spec import Specification, squeezed


def names_of(row: Sequence[Any]) -> tuple[str, ...]:
    """Column names of a header row up to its last filled cell, spaces and line breaks made single spaces."""
    names = [" ".join(to_text(cell).split()) for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def score_of(known: Collection[str] = ()) -> Callable[[Sequence[Any]], float]:
    """A function that scores a row: how many of its cells are known column names, each counted once."""
    wanted = {squeezed(name) for name in known} - {""}

    def score(row: Sequence[Any]) -> float:
        return float(len(wanted & {squeezed(cell) for cell in row if isinstance(cell, str)}))

    return score


def known_names(*specifications: Specification, others: Collection[str] = ()) -> list[str]:
    """Every name that a column of these specifications may have."""
    return [
        name
        for one in specifications
        for name in (
            *(name for column in one.columns for name in (column.title, column.name, *column.names)),
            *one.left_out,
            *others,
        )
    ]
