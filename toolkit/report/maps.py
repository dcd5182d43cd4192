"""A map of the wijken: shades of one colour from low to high, with the number in words on each or beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from toolkit.geometry import Polygon, Ring, Shapes
from toolkit.report.canvas import LEAST_WIDE, WHOLE, Drawing, empty, legend, save, wrapped
from toolkit.report.figures import areas_alt
from toolkit.report.source import Figure
from toolkit.report.theme import house
from toolkit.report.wording import amount, number

_HEIGHT = 4.6  # inches: the most that the map itself takes
_LEGEND = 0.45
_LIST = 2.3  # inches beside the map for names and numbers, where these do not fit on it
_MOST_LISTED = 40
_GRID = 40  # points each way among which the middle of an area is sought


@dataclass(frozen=True)
class _Spot:
    """Where a label stands, in the units of the map, and how far the nearest border is."""

    x: float
    y: float
    room: float


def choropleth(
    path: Path,
    name: str,
    shapes: Shapes,
    city: Figure | None,
    parts: Sequence[Figure],
    names: Mapping[str, str],
) -> Drawing:
    """Draw the figures of wijken on their shapes; what may not be shown is hatched and says so.

    Where the names do not fit on the map, it has numbers and a list beside it.
    """
    from matplotlib.patches import Patch

    flat = shapes.flat()
    by_area = {one.area: one for one in parts}
    west, east, south, north = _edges(flat)
    spots = {code: _middle(polygons) for code, polygons in flat.items()}
    labels = {code: _label(names.get(code, code), by_area.get(code)) for code in flat}
    scale = min(WHOLE / (east - west), _HEIGHT / (north - south)) * 0.97  # inches per unit
    on_map = all(_fits(labels[code], spots[code].room * scale) for code in flat)
    if not on_map:
        scale = min((WHOLE - _LIST) / (east - west), _HEIGHT / (north - south)) * 0.97
    listed = len(flat) if not on_map and len(flat) <= _MOST_LISTED else 0
    height = max((north - south) * scale / 0.97, 0.2 * listed)
    figure, axes = empty(height + _LEGEND, WHOLE)
    width = 1.0 if on_map else 1 - _LIST / WHOLE
    axes.set_position((0.0, 0.0, width, height / (height + _LEGEND)))
    axes.set_aspect("equal")
    pad = 0.015 * max(east - west, north - south)
    axes.set_xlim(west - pad, east + pad)
    axes.set_ylim(south - pad, north + pad)
    classes = _classes([one.value for one in parts if one.value is not None])
    colours = house().shades(len(classes))
    order = sorted(flat, key=lambda code: -_value(by_area.get(code)))
    for at, code in enumerate(order, start=1):
        one = by_area.get(code)
        colour = _colour(one, classes, colours)
        for polygon in flat[code]:
            axes.add_patch(_patch(polygon, colour))
        spot = spots[code]
        text = labels[code] if on_map else str(at)
        axes.text(
            spot.x, spot.y, text, ha="center", va="center", fontsize=LEAST_WIDE, linespacing=1.2,
            color=house().on(colour or "#ffffff"), zorder=4,
            bbox=None if colour and on_map else {"boxstyle": "square,pad=0.12", "facecolor": colour or "white", "edgecolor": "none"},
        )  # fmt: skip
    if listed:
        for at, code in enumerate(order, start=1):
            line = f"{at}. {' '.join(labels[code].split())}"
            y = (height - 0.2 * (at - 0.5)) / (height + _LEGEND)
            figure.text(
                1 - (_LIST - 0.12) / WHOLE, y, line, va="center", fontsize=LEAST_WIDE, color=house().ink
            )
    unit = parts[0].unit if parts else ""
    keys = [
        Patch(facecolor=colour, edgecolor=house().soft, label=_between(low, high, unit))
        for (low, high), colour in zip(classes, colours, strict=True)
    ]
    if any(_value(by_area.get(code)) == -math.inf for code in flat):
        keys.append(Patch(facecolor="white", hatch="////", edgecolor=house().soft, label="niet getoond"))
    legend(figure, len(keys), keys)
    save(figure, path)
    how = "op een schematische kaart" if shapes.schematic else "op een kaart"
    return Drawing(path.name, areas_alt(name, how, city, parts, names))


def _value(figure: Figure | None) -> float:
    return -math.inf if figure is None or figure.value is None else figure.value


def _label(name: str, figure: Figure | None) -> str:
    value = "niet getoond" if figure is None or figure.value is None else amount(figure.value, figure.unit)
    mark = "*" if figure is not None and figure.kind == "onnauwkeurig" else ""
    return f"{wrapped(name, 13)}\n{value}{mark}"


def _fits(label: str, room: float) -> bool:
    """Whether a label fits on an area with `room` inches around its middle."""
    lines = label.split("\n")
    wide, high = max(map(len, lines)) * LEAST_WIDE * 0.6 / 72, len(lines) * LEAST_WIDE * 1.3 / 72
    return bool((wide / 2) ** 2 + (high / 2) ** 2 <= (1.15 * room) ** 2)


def _classes(values: Sequence[float]) -> list[tuple[float, float]]:
    """Three to five classes between round numbers that hold all values."""
    from matplotlib.ticker import MaxNLocator

    if not values:
        return []
    low, high = min(values), max(values)
    marks = [float(one) for one in MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    pairs = list(pairwise(marks))
    return [pair for pair in pairs if pair[1] > low and pair[0] <= high] or pairs[:1]


def _between(low: float, high: float, unit: str) -> str:
    decimals = 0 if low.is_integer() and high.is_integer() else 1 if (2 * low * 5).is_integer() else 2
    sign = "%" if unit == "procent" else ""
    return f"{number(low, decimals)}{sign} tot {number(high, decimals)}{sign}"


def _colour(figure: Figure | None, classes: Sequence[tuple[float, float]], colours: Sequence[str]) -> str:
    if figure is None or figure.value is None:
        return ""
    at = next((at for at, (_, high) in enumerate(classes) if figure.value < high), len(classes) - 1)
    return colours[at]


def _patch(polygon: Polygon, colour: str) -> Any:
    """A polygon with its holes; without a colour it is hatched."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    points: list[tuple[float, float]] = []
    codes: list[Any] = []
    for at, ring in enumerate(polygon):
        # What lies in a ring that turns the other way is a hole.
        turned = ring if (_area(ring) > 0) == (at == 0) else ring[::-1]
        points += turned
        codes += [Outline.MOVETO, *[Outline.LINETO] * (len(ring) - 2), Outline.CLOSEPOLY]
    look = {"facecolor": colour} if colour else {"facecolor": "white", "hatch": "////"}
    return PathPatch(Outline(points, codes), edgecolor=house().soft, linewidth=0.8, zorder=2, **look)


def _area(ring: Ring) -> float:
    """The surface within a ring; negative when it turns clockwise."""
    return 0.5 * sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _edges(flat: Mapping[str, Sequence[Polygon]]) -> tuple[float, float, float, float]:
    points = [point for polygons in flat.values() for one in polygons for point in one[0]]
    east_west, north_south = zip(*points, strict=True)
    return min(east_west), max(east_west), min(north_south), max(north_south)


def _middle(polygons: Sequence[Polygon]) -> _Spot:
    """The point in the largest polygon that lies farthest from its borders, on a grid."""
    import numpy as np
    from matplotlib.path import Path as Outline

    polygon = max(polygons, key=lambda one: abs(_area(one[0])))
    outer = np.array(polygon[0])
    (west, south), (east, north) = outer.min(axis=0), outer.max(axis=0)
    xs, ys = np.meshgrid(np.linspace(west, east, _GRID + 1), np.linspace(south, north, _GRID + 1))
    points = np.column_stack([xs.ravel(), ys.ravel()])
    inside = Outline(outer).contains_points(points)
    for hole in polygon[1:]:
        inside &= ~Outline(np.array(hole)).contains_points(points)
    if not inside.any():
        centre = outer.mean(axis=0)
        return _Spot(float(centre[0]), float(centre[1]), 0.0)
    points = points[inside]
    room = np.full(len(points), np.inf)
    for ring in polygon:
        borders = np.array(ring)
        for start, end in pairwise(borders):
            room = np.minimum(room, _distances(points, start, end))
    best = int(room.argmax())
    return _Spot(float(points[best, 0]), float(points[best, 1]), float(room[best]))


def _distances(points: Any, start: Any, end: Any) -> Any:
    """How far points lie from a line between two others."""
    import numpy as np

    along = end - start
    length = float(along @ along)
    share = np.clip((points - start) @ along / length, 0, 1) if length else np.zeros(len(points))
    return np.hypot(*(points - (start + share[:, None] * along)).T)


def map_caption(name: str, shapes: Shapes, parts: Sequence[Figure], merged: bool = False) -> str:
    """What stands below the map, in plain text; `merged`: some areas count with another one."""
    told = [f"{name}, per wijk op de kaart. Hoe donkerder, hoe hoger."]
    if any(one.kind == "onnauwkeurig" for one in parts):
        told.append("Een sterretje: onnauwkeurig, de marge is breed.")
    hidden = [one for one in parts if one.value is None]
    if hidden:
        told.append("Gearceerd: niet getoond.")
    if merged:
        told.append("Een vlak zonder naam telt mee bij een wijk ernaast.")
    if shapes.schematic:
        told.append("Dit is een schematische kaart: de vormen en de grenzen van de wijken zijn verzonnen.")
    return " ".join(told)
