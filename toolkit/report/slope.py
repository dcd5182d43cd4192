"""From nulmeting to now: a line per indicator, told apart by colour, dashes and marker, with its name at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.report.canvas import WHOLE, Drawing, empty, legend, save, wrapped
from toolkit.report.theme import house
from toolkit.report.wording import capital, percent

_LINE = 0.165  # inches per line of a label
_LEFT, _RIGHT = 0.10, 0.42  # where the two moments stand, as shares of the width
_AROUND = 0.55  # inches above (legend and heads) the lines


@dataclass(frozen=True)
class Line:
    """One indicator in percent: its name, the two values, when they were measured, and the judgement."""

    name: str
    before: float
    now: float
    verdict: str
    when_before: str = ""
    when_now: str = ""


def slope(path: Path, lines: Sequence[Line]) -> Drawing:
    """Draw the lines; labels that would overlap move apart and a thin line leads to their point."""
    from matplotlib.lines import Line2D

    texts = [wrapped(f"{percent(one.now, 1)}  {one.name}", 46) for one in lines]
    heights = [_LINE * (text.count("\n") + 1) + 0.08 for text in texts]
    inches = max(2.6, 1.25 * sum(heights), 1.25 * 0.24 * len(lines))
    figure, axes = empty(inches + _AROUND, WHOLE)
    axes.set_position((0.0, 0.02, 1.0, inches / (inches + _AROUND)))
    low = min((min(one.before, one.now) for one in lines), default=0.0)
    high = max((max(one.before, one.now) for one in lines), default=1.0)
    scale = (high - low or 1.0) / (inches - max(heights, default=0.2))  # percentage points per inch
    edges = low - max(heights) / 2 * scale, high + max(heights) / 2 * scale
    axes.set_ylim(*edges)
    axes.set_xlim(0, 1)
    right = spread([one.now for one in lines], [height * scale for height in heights], *edges)
    left = spread([one.before for one in lines], [0.2 * scale for _ in lines], *edges)
    for place in (_LEFT, _RIGHT):
        axes.axvline(place, color=house().grid, linewidth=1.2, zorder=0)
    for one, text, at_right, at_left in zip(lines, texts, right, left, strict=True):
        look = looks(one.verdict)
        axes.plot([_LEFT, _RIGHT], [one.before, one.now], zorder=3, **look)
        lead = {"color": house().soft, "linewidth": 0.7, "zorder": 1}
        axes.plot([_RIGHT + 0.012, _RIGHT + 0.035], [one.now, at_right], **lead)
        axes.plot([_LEFT - 0.012, _LEFT - 0.022], [one.before, at_left], **lead)
        axes.text(
            _RIGHT + 0.042, at_right, text, va="center", fontsize=9.5, color=house().ink, linespacing=1.15
        )
        axes.text(
            _LEFT - 0.027,
            at_left,
            percent(one.before, 1),
            va="center",
            ha="right",
            fontsize=9.5,
            color=house().ink,
        )
    for place, head in ((_LEFT, "nulmeting"), (_RIGHT, "nu")):
        axes.annotate(
            head, (place, 1), (0, 5), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
            fontsize=10.5, fontweight="bold", color=house().ink,
        )  # fmt: skip
    verdicts = [one for one in _VERDICTS if any(line.verdict == one for line in lines)]
    legend(figure, 3, [Line2D([], [], **looks(one), label=capital(one)) for one in verdicts])
    save(figure, path)
    return Drawing(path.name, _alt(lines))


_VERDICTS = ("gewenste richting", "ongewenste richting", "geen aantoonbaar verschil")


def looks(verdict: str) -> dict[str, Any]:
    """Colour, dashes and marker of a judgement; what is not demonstrable is quiet and open."""
    now = house()
    if verdict == "gewenste richting":
        return {"color": now.primary, "linestyle": "-", "marker": "o", "linewidth": 2.2, "markersize": 7}
    if verdict == "ongewenste richting":
        return {
            "color": now.second,
            "linestyle": (0, (4, 1.5)),
            "marker": "s",
            "linewidth": 2.2,
            "markersize": 7,
        }
    return {
        "color": now.soft, "linestyle": (0, (1, 1.5)), "marker": "o", "linewidth": 1.6, "markersize": 6,
        "markerfacecolor": "white",
    }  # fmt: skip


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """The centres of labels nearest to where they are wanted (least squares) that do not overlap.

    `heights` are in the unit of `wanted`; labels stay between `low` and `high` as far as they fit.
    """
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    offsets, total = {}, 0.0
    for at in order:  # where the centre stands when all labels are stacked from zero
        offsets[at] = total + heights[at] / 2
        total += heights[at]
    blocks: list[tuple[float, list[int]]] = []  # mean of wanted minus offset, and its labels
    for at in order:
        mean, members = wanted[at] - offsets[at], [at]
        while blocks and blocks[-1][0] > mean:  # pool adjacent violators
            earlier, others = blocks.pop()
            mean = (mean * len(members) + earlier * len(others)) / (len(members) + len(others))
            members = [*others, *members]
        blocks.append((mean, members))
    found: dict[int, float] = {}
    for mean, members in blocks:
        start = max(low, min(mean, high - total))
        found |= {at: start + offsets[at] for at in members}
    return [found[at] for at in range(len(wanted))]


def _alt(lines: Sequence[Line]) -> str:
    told = [
        f"{capital(one.name)}: van {percent(one.before, 1)}{_when(one.when_before)} naar {percent(one.now, 1)}"
        f"{_when(one.when_now)}, {one.verdict}"
        for one in lines
    ]
    return f"Lijnen van de nulmeting naar nu, een per indicator. {'; '.join(told)}."


def _when(text: str) -> str:
    return f" ({text})" if text else ""
