"""Tables as Markdown that pandoc and Quarto read alike: caption, label, column widths, notes."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.report.escape import attribute

_MARKUP = re.compile(r"[*_\\]|\{[^}]*\}")
_DASHES = 100  # dashes over all columns: their share is the width of a column


@dataclass(frozen=True)
class Heading:
    """The heading of a column; figures stand right-aligned. `width` weighs against other columns."""

    text: str
    numeric: bool = False
    width: float = 0.0


def table(
    label: str, caption: str, headings: Sequence[Heading], rows: Sequence[Sequence[str]], note: str = ""
) -> str:
    """A pipe table with caption and label `{#tbl-label}`; the first column holds the row heads.

    Cells are Markdown: escape what others wrote. Columns without a width get one by their longest
    word and their usual length. Gives a sentence when there are no rows.
    """
    if not rows:
        return "Voor deze tabel zijn er geen gegevens.\n"
    widths = [
        heading.width or _width(heading, [row[at] for row in rows]) for at, heading in enumerate(headings)
    ]
    dashes = [max(3, round(width / sum(widths) * _DASHES)) for width in widths]
    rule = "|".join(_rule(length, heading) for length, heading in zip(dashes, headings, strict=True))
    lines = [_line([heading.text for heading in headings]), f"|{rule}|"]
    lines += [_line(row) for row in rows]
    lines += ["", f": {caption} {{#tbl-{label}}}", ""]
    if note:
        lines += [f"::: {{.noot}}\n{note}\n:::", ""]
    return "\n".join(lines)


def image(label: str, caption: str, path: str, alt: str) -> str:
    """A figure with caption (Markdown), label `{#fig-label}` and alt text (plain)."""
    return f"![{caption}]({path}){{#fig-{label} fig-alt={attribute(alt)}}}\n"


def details(summary: str, body: str) -> str:
    """Markdown that HTML folds away behind `summary`; PDF and DOCX show it at once."""
    return (
        f'```{{=html}}\n<details class="gegevens"><summary>{html.escape(summary)}</summary>\n```\n\n'
        f"{body}\n\n```{{=html}}\n</details>\n```\n"
    )


def _rule(length: int, heading: Heading) -> str:
    return "-" * (length - 1) + ":" if heading.numeric else ":" + "-" * (length - 1)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\n", " ") for cell in cells) + " |"


def _width(heading: Heading, cells: Sequence[str]) -> float:
    shown = [html.unescape(_MARKUP.sub("", cell)) for cell in (heading.text, *cells)]
    longest_word = max(len(word) for text in shown for word in (text.split() or [""]))
    usual = sorted(len(text) for text in shown)[int(len(shown) * 0.9)]
    return float(max(longest_word + 2, min(usual, 60) ** 0.85, 6))
