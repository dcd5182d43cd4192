"""Small multiples: a little figure per wijk, all on the same scale, to see at once where a wijk stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from toolkit.report.canvas import Drawing, grid_canvas, legend, row_height, save, wrapped
from toolkit.report.source import Figure
from toolkit.report.theme import house
from toolkit.report.wording import HIDDEN, amount, capital, join, period

_ACROSS = 3  # panels beside each other


@dataclass(frozen=True)
class Row:
    """One measure: what it is called, its figure per area, and that of the whole municipality."""

    name: str
    by_area: Mapping[str, Figure]
    city: Figure | None


def profiles(path: Path, rows: Sequence[Row], areas: Sequence[str], names: Mapping[str, str]) -> Drawing:
    """A panel per area with a row per measure: a dot on the line from the lowest to the highest area.

    A short upright line is the whole municipality; an open dot is imprecise; the number stands at the right.
    """
    from matplotlib.lines import Line2D

    labels = [wrapped(capital(row.name), 21) for row in rows]
    down = ceil(len(areas) / _ACROSS)
    panel = len(rows) * row_height(labels) + 0.42
    figure, panels = grid_canvas(down * panel + 0.35, down, _ACROSS)
    for at, axes in enumerate(panels):
        if at >= len(areas):
            axes.set_axis_off()
            continue
        axes.set_title(
            wrapped(names.get(areas[at], areas[at]), 26), fontsize=10, fontweight="bold", loc="left"
        )
        for place, row in enumerate(reversed(rows)):
            _row(axes, place, row, areas[at])
        axes.set_xlim(-0.06, 1.62)
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xticks([])
        axes.set_yticks(range(len(rows)), list(reversed(labels)) if at % _ACROSS == 0 else [""] * len(rows))
        axes.tick_params(labelsize=9)
        axes.spines["bottom"].set_visible(False)
    now = house()
    legend(
        figure,
        3,
        [
            Line2D([], [], color=now.ink, marker="o", linestyle="", label="deze wijk"),
            Line2D(
                [],
                [],
                color=now.primary,
                marker="|",
                markersize=11,
                markeredgewidth=2.2,
                linestyle="",
                label="hele stad",
            ),
            Line2D([], [], color=now.soft, linewidth=1.4, label="laagste tot hoogste wijk"),
        ],
    )
    save(figure, path)
    return Drawing(path.name, _profiles_alt(rows, areas, names))


def _row(axes: Any, place: int, row: Row, area: str) -> None:
    now = house()
    shown = [one.value for one in row.by_area.values() if one.value is not None]
    low, high = min(shown, default=0.0), max(shown, default=1.0)

    def at(value: float) -> float:
        return (value - low) / (high - low) if high > low else 0.5

    axes.plot([0, 1], [place, place], color=now.soft, linewidth=1.4, zorder=1)
    if row.city and row.city.value is not None:
        city = min(1.0, max(0.0, at(row.city.value)))
        axes.plot(city, place, "|", color=now.primary, markersize=11, markeredgewidth=2.2, zorder=2)
    one = row.by_area.get(area)
    if one is None or one.value is None:
        axes.text(1.1, place, HIDDEN, va="center", fontsize=17, fontweight="bold", color=now.soft)
        return
    face = "white" if one.kind == "onnauwkeurig" else now.ink
    axes.plot(
        at(one.value),
        place,
        "o",
        color=now.ink,
        markerfacecolor=face,
        markersize=6.5,
        markeredgewidth=1.4,
        zorder=3,
    )
    axes.text(1.1, place, amount(one.value, one.unit), va="center", fontsize=9, color=now.ink)


def _profiles_alt(rows: Sequence[Row], areas: Sequence[str], names: Mapping[str, str]) -> str:
    told = []
    for area in areas:
        values = [
            f"{row.name} {amount(one.value, one.unit) if one and one.value is not None else 'niet getoond'}"
            for row in rows
            for one in [row.by_area.get(area)]
        ]
        told.append(f"{names.get(area, area)}: {join(values)}")
    return f"Een klein figuur per wijk, met de wijk naast de hele stad. {'. '.join(told)}."


@dataclass(frozen=True)
class Course:
    """One area through time: (period, value) in order."""

    area: str
    points: tuple[tuple[str, float], ...]


def courses(
    path: Path, name: str, unit: str, found: Sequence[Course], city: Course | None, names: Mapping[str, str]
) -> Drawing:
    """A panel per area with its line through the periods, on the line of the whole municipality (dashed)."""
    from matplotlib.lines import Line2D

    down = ceil(len(found) / _ACROSS)
    figure, panels = grid_canvas(down * 1.45 + 0.35, down, _ACROSS)
    moments = sorted({when for one in [*found, *([city] if city else [])] for when, _ in one.points})
    values = [value for one in [*found, *([city] if city else [])] for _, value in one.points]
    now = house()
    room = (max(values) - min(values) or 1.0) * 0.3
    for at, axes in enumerate(panels):
        if at >= len(found):
            axes.set_axis_off()
            continue
        one = found[at]
        axes.set_title(wrapped(names.get(one.area, one.area), 26), fontsize=10, fontweight="bold", loc="left")
        if city:
            axes.plot([moments.index(when) for when, _ in city.points], [value for _, value in city.points],
                      color=now.primary, linestyle=(0, (4, 2)), linewidth=1.6)  # fmt: skip
        places = [moments.index(when) for when, _ in one.points]
        axes.plot(
            places, [value for _, value in one.points], "o-", color=now.ink, linewidth=1.8, markersize=5
        )
        for place, (_, value) in list(zip(places, one.points, strict=True))[:: max(1, len(places) - 1)]:
            axes.annotate(
                amount(value, unit),
                (place, value),
                (0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
        axes.set_xlim(-0.45, len(moments) - 0.55)
        axes.set_ylim(min(values) - room * 0.5, max(values) + room)
        axes.set_xticks([0, len(moments) - 1], [moments[0], moments[-1]])
        axes.set_yticks([])
        axes.tick_params(labelsize=9)
    keys = [Line2D([], [], color=now.ink, marker="o", label="deze wijk")]
    if city:
        keys.append(Line2D([], [], color=now.primary, linestyle=(0, (4, 2)), label="hele stad"))
    legend(figure, 2, keys)
    save(figure, path)
    told = [
        f"{names.get(one.area, one.area)} {_steps(one, unit)}" for one in [*found, *([city] if city else [])]
    ]
    return Drawing(path.name, f"{capital(name)} door de jaren, een klein figuur per wijk. {'; '.join(told)}.")


def _steps(course: Course, unit: str) -> str:
    return ", ".join(f"{amount(value, unit)} ({period(when)})" for when, value in course.points)
