"""Figures of counts and amounts: rates per wijk in panels, budget against realised, counts per quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.report.canvas import (
    HALF,
    LEAST,
    LEAST_WIDE,
    WHOLE,
    Drawing,
    canvas,
    legend,
    not_shown,
    panels_canvas,
    row_height,
    save,
    wrapped,
    x_axis,
)
from toolkit.report.source import Figure
from toolkit.report.theme import house
from toolkit.report.wording import HIDDEN, amount, capital, join, number, rounded

_MILLION = 1_000_000


@dataclass(frozen=True)
class Panel:
    """One kind of count in a figure: its name, the figure of the municipality, and those of the wijken."""

    name: str
    city: Figure | None
    parts: Sequence[Figure]


def panels(path: Path, shown: Sequence[Panel], names: Mapping[str, str]) -> Drawing:
    """Dots per wijk, a panel per kind; the wijken stand in the order of the first panel, highest on top.

    A dashed line is the municipality; a number that may not be shown says so.
    """
    order = _areas(shown)
    labels = [wrapped(names.get(area, area)) for area in order]
    figure, axes = panels_canvas(len(order) * (row_height(labels) - 0.04) + 0.8, len(shown))
    for ax, panel in zip(axes, shown, strict=True):
        by_area = {one.area: one for one in panel.parts}
        unit = panel.parts[0].unit if panel.parts else ""
        values = [one.value for one in panel.parts if one.value is not None]
        if panel.city and panel.city.value is not None:
            values.append(panel.city.value)
            ax.axvline(
                panel.city.value, color=house().primary, linewidth=1.4, linestyle=(0, (5, 2)), zorder=1
            )
        x_axis(ax, unit, [0.0, *values])
        for at, area in enumerate(order):
            one = by_area.get(area)
            if one is None or one.value is None:
                not_shown(ax, 0, at, LEAST_WIDE)
            else:
                ax.plot(one.value, at, "o", color=house().ink, markersize=6, zorder=3)
        ax.set_title(panel.name, fontsize=10.5, color=house().ink, loc="left")
    axes[0].set_yticks(range(len(order)), labels)
    axes[0].set_ylim(-0.6, len(order) - 0.4)
    save(figure, path)
    return Drawing(path.name, " ".join(_panel_alt(panel, names) for panel in shown))


def amounts(path: Path, rows: Sequence[tuple[str, float, float]]) -> Drawing:
    """Budgeted beside realised in millions of euros, per post: (name, budgeted, realised), largest on top."""
    ordered = sorted(rows, key=lambda row: (row[2], row[0]))
    names = [wrapped(name, 30) for name, _, _ in ordered]
    figure, axes = canvas(len(rows) * max(0.42, row_height(names)) + 0.9, WHOLE)
    for at, (_, budget, actual) in enumerate(ordered):
        for shift, value, style in (
            (0.19, budget, {"color": "white", "edgecolor": house().ink, "hatch": "////", "label": "begroot"}),
            (
                -0.19,
                actual,
                {"color": house().primary, "edgecolor": house().primary, "label": "gerealiseerd"},
            ),
        ):
            label = style["label"] if at == 0 else None
            axes.barh(at + shift, value / _MILLION, 0.34, **{**style, "label": label}, linewidth=0.8)
            axes.annotate(
                number(value / _MILLION, 1),
                (max(value, 0.0) / _MILLION, at + shift),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
                color=house().ink,
            )
    axes.set_yticks(range(len(ordered)), names)
    axes.set_ylim(-0.6, len(ordered) - 0.4)
    edges = [value / _MILLION for _, budget, actual in ordered for value in (budget, actual)]
    x_axis(axes, "", [0.0, *edges, max(edges, default=0.0) * 1.05])
    axes.set_xlabel("miljoen euro", fontsize=10, color=house().soft)
    legend(figure, 2)
    save(figure, path)
    lines = [
        f"{name} begroot {amount(budget, 'euro')} en gerealiseerd {amount(actual, 'euro')}"
        for name, budget, actual in reversed(ordered)
    ]
    return Drawing(
        path.name, f"Balken met het begrote en het gerealiseerde bedrag per post. {'; '.join(lines)}."
    )


def columns(path: Path, title: str, rows: Sequence[tuple[str, Figure]], height: float = 2.6) -> Drawing:
    """Upright bars of a count per quarter, with the number on top; "·" where it may not be shown.

    `height` is in inches: that of a figure beside it.
    """
    figure, axes = canvas(height, HALF)
    for at, (_, one) in enumerate(rows):
        value = one.value or 0.0
        if one.value is not None:
            axes.bar(at, value, 0.62, color=house().primary)
        text = HIDDEN if one.value is None else number(value)
        axes.annotate(
            text,
            (at, value),
            (0, 3),
            textcoords="offset points",
            ha="center",
            color=house().ink,
            fontsize=LEAST,
        )
    axes.set_xticks(range(len(rows)), [name for name, _ in rows])
    axes.set_yticks([])
    axes.grid(visible=False)
    highest = max((one.value or 0.0 for _, one in rows), default=0.0)
    axes.set_ylim(0, highest * 1.15 or 1.0)
    save(figure, path)
    lines = [
        f"{name} {amount(one.value, one.unit) if one.value is not None else 'niet getoond'}"
        for name, one in rows
    ]
    return Drawing(path.name, f"{capital(title)} als staven. {capital('; '.join(lines))}.")


def _areas(shown: Sequence[Panel]) -> list[str]:
    """Every wijk in the panels, lowest first: so the highest stands on top."""
    best = {one.area: -1.0 for panel in shown for one in panel.parts}
    for one in shown[0].parts:
        best[one.area] = -1.0 if one.value is None else one.value
    return sorted(best, key=lambda area: (best[area], area))


def _panel_alt(panel: Panel, names: Mapping[str, str]) -> str:
    known = [one for one in panel.parts if one.value is not None]
    text = f"{panel.name} per wijk, als punten."
    if panel.city and panel.city.value is not None:
        city = amount(panel.city.value, panel.city.unit)
        text += f" {names.get(panel.city.area, panel.city.area)} als geheel: {city}."
    if known:
        known.sort(key=lambda one: (-rounded(one.value or 0.0, 1), one.area))
        wijken = [f"{names.get(one.area, one.area)} {amount(one.value, one.unit)}" for one in known]
        text += f" Van hoog naar laag: {join(wijken)}."
    hidden = [names.get(one.area, one.area) for one in panel.parts if one.value is None]
    return f"{text} Niet getoond: {join(hidden)}." if hidden else text
