"""The figure of one place beside the whole city: shares with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.report.canvas import WHOLE, Drawing, canvas, legend, row_height, save, wrapped, x_axis
from toolkit.report.source import Figure
from toolkit.report.theme import house
from toolkit.report.wording import amount


@dataclass(frozen=True)
class Pair:
    """One measure: what it is called, the figure of the place, and that of the city."""

    name: str
    own: Figure
    city: Figure | None


def beside(path: Path, pairs: Sequence[Pair], place: str) -> Drawing:
    """Shares of the place (filled dots, with their interval) and of the city (open diamonds), a row each."""
    rows = list(reversed(pairs))
    labels = [wrapped(one.name, 34) for one in rows]
    figure, axes = canvas(len(pairs) * max(0.34, row_height(labels)) + 0.9, WHOLE)
    edges: list[float | None] = [0.0]
    for at, one in enumerate(rows):
        own, city = one.own, one.city
        if own.low is not None and own.high is not None:
            axes.plot(
                [own.low, own.high], [at, at], color=house().primary, linewidth=2, solid_capstyle="butt"
            )
        label = place if at == 0 else None
        axes.plot(
            own.value, at, "o", color=house().primary, markersize=7, label=label, linestyle="", zorder=3
        )
        edges += [own.value, own.low, own.high]
        if city is not None and city.value is not None:
            label = "hele stad" if at == 0 else None
            axes.plot(
                city.value, at, "D", markerfacecolor="white", markeredgecolor=house().second, markersize=7,
                label=label, linestyle="", zorder=2,
            )  # fmt: skip
            edges.append(city.value)
    axes.set_yticks(range(len(rows)), labels, color=house().ink)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    x_axis(axes, "procent", edges)
    legend(figure, 2)
    save(figure, path)
    lines = [
        f"{one.name}: {place} {amount(one.own.value, 'procent')}"
        + (
            f", hele stad {amount(one.city.value, 'procent')}"
            if one.city and one.city.value is not None
            else ""
        )
        for one in pairs
    ]
    return Drawing(path.name, f"Percentages van {place} naast die van de hele stad. {'; '.join(lines)}.")
