"""A table of published numbers: a row per area, group or quarter, a column per measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Figure
from toolkit.report.tabular import Heading, table


@dataclass(frozen=True)
class Column:
    """A column of numbers: its heading, the figure per row, and its width against the others."""

    heading: str
    figures: Mapping[str, Figure]
    width: float = 13


def grid(
    label: str,
    caption: str,
    first: str,
    rows: Mapping[str, str],
    columns: Sequence[Column],
    note: str = "",
    total: str | None = None,
) -> str:
    """A table with the rows of `rows` (key to name) and the figures of every column by that key.

    Figures of a column have the same number of decimals. Below it stands `note`, and why cells are
    hidden. The row with key `total` is bold. Gives "" without rows or columns.
    """
    if not rows or not columns:
        return ""
    places = [column_decimals(column.figures.get(key) for key in rows) for column in columns]
    lines, named = [], []
    for key, name in rows.items():
        found = [column.figures.get(key) for column in columns]
        named += [(name, one) for one in found if one]
        cells = [escape_markdown(name, breaks=False)]
        cells += [value_cell(_bare(one), decimals) for one, decimals in zip(found, places, strict=True)]
        lines.append([f"**{cell}**" for cell in cells] if key == total else cells)
    headings = [Heading(first, width=22)]
    headings += [Heading(escape_markdown(one.heading, breaks=False), True, one.width) for one in columns]
    return table(label, caption, headings, lines, " ".join(filter(None, [note, phrases.notes(named)])))


def _bare(figure: Figure | None) -> Figure | None:
    """A count without its noun, which the heading of its column tells already."""
    counted = figure is not None and figure.unit in wording.NOUNS
    return replace(figure, unit="aantal") if figure is not None and counted else figure


def column_decimals(figures: Iterable[Figure | None]) -> int | None:
    """The most decimals that any of these figures needs, so that all of them get as many."""
    known = [wording.usual_decimals(one.value, one.unit) for one in figures if one and one.value is not None]
    return max(known, default=None)


def value_cell(figure: Figure | None, decimals: int | None = None) -> str:
    """A figure as a cell: "12%", "12%\\*" when imprecise, "·" when hidden or not there."""
    if figure is None:
        return wording.HIDDEN
    value = amount(figure.value, figure.unit, decimals)
    return value + "\\*" if figure.kind == "onnauwkeurig" else value


def amount(value: float | None, unit: str, decimals: int | None = None) -> str:
    """A number with its unit as Markdown; a sum in euros stays on one line."""
    # After escaping, which makes every kind of space an ordinary one.
    return escape_markdown(wording.amount(value, unit, decimals)).replace("€ ", "€\u00a0")
