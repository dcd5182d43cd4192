"""Figures with their Dutch alt text: intervals per wijk, theme shares, sentiment per theme.

Colours never carry meaning alone: markers differ in shape, bars in hatching, and numbers stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.report.canvas import (
    HALF,
    LEAST,
    WHOLE,
    Drawing,
    canvas,
    legend,
    not_shown,
    row_height,
    save,
    wrapped,
    x_axis,
)
from toolkit.report.source import SHOWN, Figure
from toolkit.report.theme import WHITE, house, mixed
from toolkit.report.wording import HIDDEN, amount, capital, interval, join, number, percent

SENTIMENTS = ("negatief", "gemengd", "neutraal", "positief")


@dataclass(frozen=True)
class Share:
    """The share of stories with a theme among one role, in percent with its interval."""

    theme: str
    role: str
    figure: Figure


def areas(
    path: Path, name: str, city: Figure | None, parts: Sequence[Figure], names: dict[str, str]
) -> Drawing:
    """Intervals per wijk, highest on top, with the line of the whole municipality.

    A wijk whose number may not be shown keeps its row with "·"; an imprecise one has an open marker.
    `names` gives the names of areas.
    """
    shown = sorted((one for one in parts if one.value is not None), key=lambda one: one.value or 0.0)
    hidden = [one for one in parts if one.value is None]
    rows = [*hidden, *shown]
    labels = [wrapped(names.get(one.area, one.area)) for one in rows]
    figure, axes = canvas(areas_height(len(rows), labels))
    unit = parts[0].unit if parts else ""
    if city and city.value is not None:
        if city.low is not None and city.high is not None:
            axes.axvspan(city.low, city.high, color=house().band, zorder=0)
        axes.axvline(city.value, color=house().primary, linewidth=1.4, linestyle=(0, (5, 2)), zorder=1)
        label = f"{names.get(city.area, city.area)}: {amount(city.value, unit)}"
        axes.annotate(
            label,
            (city.value, 1),
            (0, 4),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=house().primary,
            fontsize=LEAST,
        )
    for at, one in enumerate(rows):
        if one.value is None:
            continue
        if one.low is not None and one.high is not None:
            axes.plot(
                [one.low, one.high],
                [at, at],
                color=house().ink,
                linewidth=1.8,
                zorder=2,
                solid_capstyle="butt",
            )
        open_marker = one.kind == "onnauwkeurig"
        axes.plot(
            one.value,
            at,
            "o",
            color=house().ink,
            markersize=6.5,
            markeredgewidth=1.4,
            zorder=3,
            markerfacecolor="white" if open_marker else house().ink,
        )
    x_axis(axes, unit, [edge for one in [*shown, city] if one for edge in (one.low, one.high, one.value)])
    left = axes.get_xlim()[0]
    for at, _ in enumerate(hidden):
        not_shown(axes, left, at)
    axes.set_yticks(range(len(rows)), labels)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    save(figure, path)
    how = "als punten met de marge als lijn" if any(one.low is not None for one in shown) else "als punten"
    return Drawing(path.name, areas_alt(name, how, city, list(reversed(rows)), names))


def areas_height(count: int, labels: Sequence[str] = ()) -> float:
    """The height in inches of a figure of `count` wijken, with more room where a label has more lines."""
    return count * row_height(labels) + 1.0


def themes(path: Path, shares: Sequence[Share], names: dict[str, str], width: float = HALF) -> Drawing:
    """Theme shares with intervals: residents a dot, professionals a square; most told on top.

    `width` is in inches: HALF for a column, WHOLE for the page.
    """
    order = by_share(shares)
    roles = [role for role in ("inwoner", "professional", "") if any(one.role == role for one in shares)]
    labels = [wrapped(names.get(theme, theme), 24 if width == HALF else 34) for theme in order]
    row = max(0.34 if len(roles) > 1 and width == HALF else 0.28, row_height(labels))
    figure, axes = canvas(len(order) * row + 0.9, width)
    style = {
        "inwoner": ("o", house().primary),
        "professional": ("s", house().second),
        "": ("o", house().primary),
    }
    for shift, role in zip((0.14, -0.14) if len(roles) > 1 else (0.0,), roles, strict=False):
        marker, colour = style[role]
        first = True
        for one in shares:
            value = one.figure.value
            if one.role != role or value is None:
                continue
            at = len(order) - 1 - order.index(one.theme) + shift
            if one.figure.low is not None and one.figure.high is not None:
                axes.plot([one.figure.low, one.figure.high], [at, at], color=colour, linewidth=1.6)
            axes.plot(
                value,
                at,
                marker,
                color=colour,
                markersize=6,
                linestyle="",
                label={"inwoner": "inwoners", "professional": "professionals"}.get(role) if first else None,
            )
            first = False
    axes.set_yticks(range(len(order)), list(reversed(labels)))
    axes.set_ylim(-0.6, len(order) - 0.4)
    edges = [edge for one in shares for edge in (one.figure.low, one.figure.high, one.figure.value)]
    x_axis(axes, "procent", [0.0, *edges])
    if len(roles) > 1:
        legend(figure, 2)
    save(figure, path)
    return Drawing(path.name, _themes_alt(shares, order, roles, names))


def sentiment(path: Path, rows: Sequence[tuple[str, dict[str, Figure]]]) -> Drawing:
    """Stacked bars of sentiment per row (name, figures by sentiment), shares in percent.

    What is hidden is a hatched part between what is known of the negative and of the positive end, so that every
    known part stands where it would stand if all were known.
    """
    from matplotlib.patches import Patch

    names = [wrapped(name, 26) for name, _ in rows]
    figure, axes = canvas(len(rows) * row_height(names) + 0.9, WHOLE)
    looks = sentiment_looks()
    named: set[str] = set()
    for at, (_, parts) in enumerate(reversed(rows)):
        for kind, start, value in _stacked(parts):
            colour, hatch, edge = looks[kind]
            axes.barh(at, value, 0.68, start, color=colour, hatch=hatch, edgecolor=edge, linewidth=0.8)
            named.add(kind)
            if value >= 7 and kind != HIDDEN:
                patch = {"boxstyle": "round,pad=0.12", "facecolor": colour, "edgecolor": "none"}
                axes.text(
                    start + value / 2, at, number(value), ha="center", va="center", color=house().on(colour),
                    fontsize=9.5, bbox=patch if hatch else None,
                )  # fmt: skip
    axes.set_yticks(range(len(rows)), list(reversed(names)))
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
    axes.grid(visible=False)
    keys = [
        Patch(
            facecolor=colour,
            hatch=hatch,
            edgecolor=edge,
            label="Niet getoond" if kind == HIDDEN else capital(kind),
        )
        for kind, (colour, hatch, edge) in looks.items()
        if kind in named
    ]
    legend(figure, len(keys), keys)
    save(figure, path)
    return Drawing(path.name, _sentiment_alt(rows))


def sentiment_looks() -> dict[str, tuple[str, str, str]]:
    """Colour, hatching and edge per sentiment: no two that may touch look alike in grey."""
    now = house()
    return {
        "negatief": (now.second, "\\\\\\\\", mixed(now.second, WHITE, 0.55)),
        "gemengd": (mixed(now.second, WHITE, 0.25), "////", now.second),
        "neutraal": (now.light, "", now.soft),
        "positief": (now.primary, "", now.primary),
        HIDDEN: (WHITE, "...", now.soft),
    }


def _stacked(parts: Mapping[str, Figure]) -> list[tuple[str, float, float]]:
    """Kind, start and length of every part of a bar, with what is hidden as one part."""
    known = {
        kind: parts[kind].value or 0.0
        for kind in SENTIMENTS
        if kind in parts and parts[kind].value is not None
    }
    first = next((at for at, kind in enumerate(SENTIMENTS) if kind not in known), len(SENTIMENTS))
    bars, start = [], 0.0
    for kind in SENTIMENTS[:first]:
        bars.append((kind, start, known[kind]))
        start += known[kind]
    rest = 100.0 - sum(known.values())
    if first < len(SENTIMENTS) and rest >= 0.5:
        bars.append((HIDDEN, start, rest))
        start += rest
    for kind in SENTIMENTS[first:]:
        if kind in known:
            bars.append((kind, start, known[kind]))
            start += known[kind]
    return bars


def areas_alt(
    name: str, how: str, city: Figure | None, parts: Sequence[Figure], names: Mapping[str, str]
) -> str:
    """A number per wijk in words: `how` it is drawn, the whole municipality, the wijken from high to low."""
    shown = sorted((one for one in parts if one.value is not None), key=lambda one: -(one.value or 0.0))
    hidden = [names.get(one.area, one.area) for one in parts if one.value is None]
    words = [f"{capital(name)} per wijk, {how}."]
    if city and city.value is not None:
        margin = interval(city.low, city.high, city.unit)
        words.append(
            f"{names.get(city.area, city.area)} als geheel: {amount(city.value, city.unit)}"
            f"{f' ({margin})' if margin else ''}."
        )
    if shown:
        wijken = [f"{names.get(one.area, one.area)} {amount(one.value, one.unit)}" for one in shown]
        words.append(f"Van hoog naar laag: {join(wijken)}.")
    if hidden:
        words.append(f"Niet getoond: {join(hidden)}.")
    return " ".join(words)


def _themes_alt(
    shares: Sequence[Share], order: Sequence[str], roles: Sequence[str], names: dict[str, str]
) -> str:
    found = {(one.theme, one.role): one.figure for one in shares}
    lines = []
    for theme in order:
        values = [
            f"{amount(found[theme, role].value, 'procent')} van de {_role_plural(role)}"
            for role in roles
            if (theme, role) in found and found[theme, role].kind in SHOWN
        ]
        lines.append(f"{names.get(theme, theme)} {join(values) if values else 'niet getoond'}")
    return f"Aandeel verhalen per thema, als punten met de marge als lijn. {'; '.join(lines)}."


def _sentiment_alt(rows: Sequence[tuple[str, dict[str, Figure]]]) -> str:
    lines = [
        f"{name} {join([f'{percent(parts[kind].value)} {kind}' for kind in SENTIMENTS if kind in parts])}"
        for name, parts in rows
    ]
    return f"Gestapelde balken met de toon van de verhalen. {'; '.join(lines)}."


def by_share(shares: Sequence[Share]) -> list[str]:
    """The themes from most to least told; those of residents go before those of professionals alone."""
    best: dict[str, float] = {}
    for one in shares:
        weight = (one.figure.value or 0.0) + (
            1000.0 if one.role != "professional" and one.figure.value else 0.0
        )
        best[one.theme] = max(best.get(one.theme, -1.0), weight)
    return sorted(best, key=lambda theme: (-best[theme], theme))


def _role_plural(role: str) -> str:
    return {"inwoner": "verhalen van inwoners", "professional": "verhalen van professionals"}.get(
        role, "verhalen"
    )
