"""What all figures share: size, axes, labels, legend, and writing them as PNG or SVG.

Every figure is a matplotlib Figure of its own (no pyplot), so figures made side by side share nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.report.theme import house
from toolkit.report.wording import HIDDEN, decimals_for, number

# Inches: the width of a column beside text, and of a page. A PDF prints them 3.2 and 6.5 wide, so text of
# LEAST points (of LEAST_WIDE on a page) is 8 points on paper.
HALF, WHOLE = 4.0, 7.0
LEAST, LEAST_WIDE = 10.1, 8.7


@dataclass(frozen=True)
class Drawing:
    """A figure that was written: its file name and its alt text."""

    file: str
    alt: str


def canvas(height: float, width: float = HALF) -> tuple[Any, Any]:
    """A figure of `height` by `width` inches with one quiet set of axes."""
    figure = _figure(height, width)
    axes = figure.add_subplot()
    _quiet(axes)
    return figure, axes


def panels_canvas(height: float, count: int, width: float = WHOLE) -> tuple[Any, list[Any]]:
    """A figure with `count` sets of axes side by side, of which only the first has names at the left."""
    figure = _figure(height, width)
    found = list(figure.subplots(1, count, sharey=True, squeeze=False)[0])
    for axes in found:
        _quiet(axes)
    return figure, found


def grid_canvas(height: float, down: int, across: int, width: float = WHOLE) -> tuple[Any, list[Any]]:
    """A figure with `down` by `across` sets of axes, row by row."""
    figure = _figure(height, width)
    found = list(figure.subplots(down, across, squeeze=False).ravel())
    for axes in found:
        _quiet(axes)
    return figure, found


def empty(height: float, width: float = WHOLE) -> tuple[Any, Any]:
    """A figure with axes over its whole surface and nothing drawn: no lines, no ticks, no layout."""
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(width, height), dpi=house().dpi, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    return figure, axes


def _figure(height: float, width: float) -> Any:
    from matplotlib.figure import Figure as Canvas

    return Canvas(figsize=(width, max(height, 1.6)), dpi=house().dpi, layout="constrained", facecolor="white")


def _quiet(axes: Any) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(house().grid)
    axes.tick_params(length=0, labelsize=10.5, colors=house().ink, labelcolor=house().ink)
    axes.grid(axis="x", color=house().grid, linewidth=0.7)
    axes.set_axisbelow(True)


def wrapped(text: str, width: int = 22) -> str:
    """A label over as many lines as it needs at `width` characters; a longer word is cut with a hyphen."""
    import textwrap

    words = []
    for word in text.split():
        while len(word) > width:
            at = max(word.rfind(mark, 0, width) for mark in "/-") + 1 or width - 1
            words.append(word[:at] if word[at - 1] in "/-" else f"{word[:at]}-")
            word = word[at:]
        words.append(word)
    return textwrap.fill(" ".join(words), width)


def row_height(labels: Sequence[str]) -> float:
    """The inches that a row needs whose label is one of these."""
    return max(0.29, 0.19 * max((label.count("\n") + 1 for label in labels), default=1) - 0.02)


def not_shown(axes: Any, x: float, y: float, size: float = LEAST) -> None:
    """Say at the left of a row that its number is not shown."""
    axes.text(
        x, y, f"{HIDDEN} niet getoond", va="center", color=house().soft, fontsize=size, zorder=4,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
    )  # fmt: skip


def legend(figure: Any, columns: int, handles: Sequence[Any] | None = None) -> None:
    """The legend above the axes, in `columns` columns; of `handles` when given."""
    figure.legend(
        handles=handles,
        loc="outside upper right" if figure.get_layout_engine() else "upper right",
        ncols=columns,
        frameon=False,
        fontsize=LEAST,
        borderpad=0.1,
        handlelength=1.2,
        handletextpad=0.4,
        columnspacing=1.2,
    )


def x_axis(axes: Any, unit: str, edges: Sequence[float | None]) -> None:
    """Limits, ticks and Dutch numbers of the x-axis for values of `unit`."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    known = [edge for edge in edges if edge is not None and edge == edge]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    margin = (high - low or 1.0) * 0.06
    axes.set_xlim(low - margin, high + margin)
    locator = MaxNLocator(5, steps=[1, 2, 5, 10])
    axes.xaxis.set_major_locator(locator)
    sign = "%" if unit == "procent" else ""
    ticks = locator.tick_values(*axes.get_xlim())
    step = 0 if ticks[1] - ticks[0] >= 1 else max(decimals_for(unit), 1)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{number(value, step)}{sign}"))


def save(figure: Any, path: Path) -> None:
    """Write the figure as PNG or SVG, by the name of the file; the same figure gives the same file.

    Text in an SVG stays text: it can be searched, read aloud and edited. Verdana, which most machines have, is as
    wide as the font it was laid out in.
    """
    from matplotlib import rc_context

    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".svg":
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": path.stem}):
            figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    else:
        figure.savefig(path, dpi=house().dpi, metadata={"Software": None})
