"""What all figures share: size, colours, axes, legend, and writing them as PNG.

Every figure is a matplotlib Figure of its own (no pyplot), so figures made side by side share nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.report.wording import decimals_for, number

DPI = 220
INK, SOFT, GRID = "#1d2733", "#5b6673", "#d9dee3"
PRIMARY, SECOND, BAND = "#17567a", "#a3480b", "#dbe9f1"
HALF, WHOLE = 4.7, 7.0  # inches: the width of a column beside text, and of a page


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


def _figure(height: float, width: float) -> Any:
    from matplotlib.figure import Figure as Canvas

    return Canvas(figsize=(width, max(height, 1.6)), dpi=DPI, layout="constrained", facecolor="white")


def _quiet(axes: Any) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.tick_params(length=0, labelsize=10.5, colors=INK, labelcolor=INK)
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)


def legend(figure: Any, columns: int) -> None:
    """The legend above the axes, in `columns` columns."""
    figure.legend(
        loc="outside upper right",
        ncols=columns,
        frameon=False,
        fontsize=10,
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
    """Write the figure as PNG; the same figure gives the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
