"""A triad as a triangle: where each group of tellers lies, with the region in which that is known to lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.report.canvas import Drawing, save, wrapped
from toolkit.report.theme import house
from toolkit.report.wording import join, number, percent


@dataclass(frozen=True)
class Place:
    """A group in a triangle: three shares (0-1) of its centre, the edge of its region, and its number of answers."""

    name: str
    centre: tuple[float, float, float]
    edge: tuple[tuple[float, float, float], ...]
    n: int


def triangle(path: Path, poles: Sequence[str], places: Sequence[Place]) -> Drawing:
    """Draw the places in a triangle with the three poles in its corners; colours, markers and lines differ.

    The alt text gives the numbers.
    """
    import mpltern  # noqa: F401 (it teaches matplotlib the triangle)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 4.9), dpi=house().dpi, layout="constrained", facecolor="white")
    axes: Any = figure.add_subplot(projection="ternary", ternary_sum=100)
    for setter, pole in zip((axes.set_tlabel, axes.set_llabel, axes.set_rlabel), poles, strict=True):
        setter(wrapped(pole), color=house().ink, fontsize=10.5)
    axes.grid(color=house().grid, linewidth=0.7)
    for axis in (axes.taxis, axes.laxis, axes.raxis):
        axis.set_ticks([20, 40, 60, 80], ["20%", "40%", "60%", "80%"])
        axis.set_tick_params(labelsize=9, colors=house().ink)
        axis.set_label_rotation_mode("horizontal")
    styles = ((house().primary, "o", "-"), (house().second, "s", "--"))
    for one, (colour, marker, line) in zip(places, styles, strict=False):
        if one.edge:
            closed = [*one.edge, one.edge[0]]
            parts = [[100 * point[pole] for point in closed] for pole in range(3)]
            axes.fill(*parts, color=colour, alpha=0.15, linewidth=0)
            axes.plot(*parts, color=colour, linewidth=1.2, linestyle=line)
        axes.plot(
            *([100 * share] for share in one.centre), marker, color=colour, markersize=7, linestyle="",
            label=f"{one.name} (n = {number(one.n)})",
        )  # fmt: skip
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=10)
    save(figure, path)
    return Drawing(path.name, alt_text(poles, places))


def alt_text(poles: Sequence[str], places: Sequence[Place]) -> str:
    """The triangle in words: per group the three shares of its centre."""
    lines = [
        f"{one.name}: {join([f'{percent(100 * share)} {pole}' for share, pole in zip(one.centre, poles, strict=True)])}"
        for one in places
    ]
    corners = join([f"‘{pole}’" for pole in poles])
    return f"Driehoek met de hoeken {corners}. Het midden per groep vertellers, met het gebied eromheen waar het kan liggen. {'. '.join(lines)}."
