"""The shapes of areas from a GeoJSON file: read, checked, joined to the codes of the project, and made small."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import DataError, Problem

MAP_FILE = "gebieden.geojson"
_MOST_BYTES = 30_000_000
_MOST_POINTS = 1_000_000
_FINENESS = 2000  # the longest side of the map, in the smallest steps that can be seen
# Where the code of an area usually stands (ours, CBS, PDOK); other properties are tried as well.
_USUAL = ("gebied", "statcode", "wijkcode", "buurtcode", "wk_code", "bu_code", "gwb_code", "code", "id")
_RD, _WGS84 = "EPSG:28992", "EPSG:4326"
_RD_RANGE = (-7_000.0, 300_000.0, 289_000.0, 629_000.0)  # the area in which RD New holds, in metres
_WHERE_TO_GET = (
    "Haal de kaart op bij PDOK of het CBS als GeoJSON, met coördinaten in RD of in lengte en breedte."
)

Find = Callable[[object], str | None]  # what a property says -> the code of an area after merging
Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]  # the outer ring first, then its holes


@dataclass(frozen=True)
class Shapes:
    """The polygons per area code, whether they are a drawing instead of a map, and in which coordinates they are.

    `system` is "EPSG:28992" (metres) or "EPSG:4326" (degrees, longitude first).
    """

    polygons: Mapping[str, tuple[Polygon, ...]]
    schematic: bool = False
    system: str = _RD

    def flat(self) -> dict[str, list[Polygon]]:
        """The polygons in units that are as long east as north: degrees are drawn together by their latitude."""
        if self.system != _WGS84:
            return {code: list(parts) for code, parts in self.polygons.items()}
        heights = [y for parts in self.polygons.values() for part in parts for ring in part for _, y in ring]
        shrink = math.cos(math.radians((min(heights) + max(heights)) / 2)) if heights else 1.0
        return {
            code: [tuple(tuple((x * shrink, y) for x, y in ring) for ring in part) for part in parts]
            for code, parts in self.polygons.items()
        }


def read_shapes(path: Path, find: Find, wanted: Mapping[str, str]) -> Shapes:
    """The shapes of the areas in `wanted` (code after merging -> name) from a GeoJSON file.

    A feature belongs to the area that one of its properties names, by code or name, or as a neighbourhood of it;
    areas that join another one add their shape to it. Features of other areas are left out. Points nearer than can
    be seen are dropped.

    Raises DataError with all problems of the file: too large, no GeoJSON, wrong kinds of geometry or coordinates,
    areas that are not in it.
    """
    name = path.name
    try:
        size = path.stat().st_size
    except OSError:
        raise DataError([Problem(name, "het bestand met de kaart is er niet.", _WHERE_TO_GET)]) from None
    if size > _MOST_BYTES:
        found = f"het bestand is {size / 1e6:.0f} MB; het mag {_MOST_BYTES / 1e6:.0f} MB zijn."
        remedy = "Neem een grovere kaart (gegeneraliseerd), of alleen de eigen gemeente."
        raise DataError([Problem(name, found, remedy)])
    content = _parsed(path)
    features = _features(content, name)
    key = _key(features, find)
    problems: list[Problem] = []
    polygons: dict[str, list[Polygon]] = {}
    points = 0
    for number, feature in enumerate(features, start=1):
        code = find(_property(feature, key)) if key else None
        if code is None or code not in wanted:
            continue
        parts, wrong = _polygons(feature, number, name)
        problems += wrong
        points += sum(len(ring) for part in parts for ring in part)
        polygons.setdefault(code, []).extend(parts)
    if points > _MOST_POINTS:
        problems.append(
            Problem(
                name,
                f"de kaart heeft {points} punten; het mogen er {_MOST_POINTS} zijn.",
                "Neem een grovere kaart.",
            )
        )
    if not key:
        problems.append(
            Problem(name, "geen enkel vlak heeft een code of naam van een gebied uit de gebiedenlijst.", "Geef elk "
                    "vlak een eigenschap 'gebied' met de code, bijvoorbeeld WK050501."))  # fmt: skip
    else:
        for code, title in wanted.items():
            if code not in polygons:
                problems.append(Problem(name, f"gebied {code} ({title}) staat er niet in.", _WHERE_TO_GET))
    system = _system(polygons)
    if polygons and not system:
        problems.append(
            Problem(name, "de coördinaten zijn geen RD en geen lengte en breedte.", _WHERE_TO_GET)
        )
    if problems:
        raise DataError(problems)
    step = _extent(polygons) / _FINENESS
    small = {code: tuple(_thinned(part, step) for part in parts) for code, parts in sorted(polygons.items())}
    return Shapes(small, content.get("schematisch") is True, system)


def shapes_text(shapes: Shapes) -> str:
    """The shapes as GeoJSON, one feature per area: what `shapes_of` reads back."""
    digits = 1 if shapes.system == _RD else 6
    features = [
        {
            "type": "Feature",
            "properties": {"gebied": code},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[round(x, digits), round(y, digits)] for x, y in ring] for ring in part]
                    for part in parts
                ],
            },
        }
        for code, parts in shapes.polygons.items()
    ]
    top = {"type": "FeatureCollection", "schematisch": shapes.schematic, "stelsel": shapes.system}
    return json.dumps({**top, "features": features}, separators=(",", ":")) + "\n"


def shapes_of(text: str) -> Shapes:
    """The shapes that `shapes_text` wrote."""
    content = json.loads(text)
    polygons = {
        one["properties"]["gebied"]: tuple(
            tuple(tuple((x, y) for x, y in ring) for ring in part) for part in one["geometry"]["coordinates"]
        )
        for one in content["features"]
    }
    return Shapes(polygons, content["schematisch"], content["stelsel"])


def _parsed(path: Path) -> dict[str, Any]:
    remedy = "Open het bestand in een kaartprogramma (bijvoorbeeld QGIS) en bewaar het opnieuw als GeoJSON."
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise DataError([Problem(path.name, "dit is geen geldig GeoJSON-bestand.", remedy)]) from None
    if not isinstance(content, dict):
        raise DataError([Problem(path.name, "dit is geen geldig GeoJSON-bestand.", remedy)])
    return content


def _features(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(found, list) or not found:
        remedy = "Bewaar de kaart als GeoJSON met een vlak (feature) per gebied."
        raise DataError([Problem(name, "dit is geen verzameling vlakken (FeatureCollection).", remedy)])
    return [one if isinstance(one, dict) else {} for one in found]


def _property(feature: Mapping[str, Any], key: str) -> Any:
    properties = feature.get("properties")
    return properties.get(key) if isinstance(properties, dict) else None


def _key(features: Sequence[Mapping[str, Any]], find: Find) -> str:
    """The property that names most areas; the usual ones go first. "" when none does."""
    counts: Counter[str] = Counter()
    for feature in features:
        properties = feature.get("properties")
        for key, value in properties.items() if isinstance(properties, dict) else ():
            if isinstance(value, str) and len(value) < 100 and find(value):
                counts[key] += 1
    usual = {name: -at for at, name in enumerate(_USUAL)}
    return max(counts, key=lambda key: (counts[key], usual.get(key.lower(), -99), key), default="")


def _polygons(feature: Mapping[str, Any], number: int, name: str) -> tuple[list[Polygon], list[Problem]]:
    """The polygons of a feature, and what is wrong with it."""
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    where = f"vlak {number}"
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        found = f"{where} is geen vlak maar {kind or 'leeg'!s:.30}."
        return [], [Problem(name, found, "Elk gebied moet een Polygon of MultiPolygon zijn.")]
    given = geometry.get("coordinates")
    try:
        parts: list[Any] = [given] if kind == "Polygon" else list(given or ())
        found_parts: list[Polygon] = [tuple(_ring(ring) for ring in part) for part in parts]
        if not found_parts or not all(found_parts):
            raise ValueError
    except (TypeError, ValueError, IndexError):
        found = f"{where} heeft coördinaten die niet kloppen."
        return [], [Problem(name, found, "Een rand heeft minstens vier punten, elk met twee getallen.")]
    return found_parts, []


def _ring(given: Any) -> Ring:
    ring = tuple((float(point[0]), float(point[1])) for point in given)
    if len(ring) < 4 or not all(math.isfinite(x) and math.isfinite(y) for x, y in ring):
        raise ValueError
    return ring


def _system(polygons: Mapping[str, Sequence[Polygon]]) -> str:
    """In which coordinates all points lie, from what they are; "" when in neither."""
    points = [point for parts in polygons.values() for part in parts for ring in part for point in ring]
    if not points:
        return ""
    if all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points):
        return _WGS84
    west, east, south, north = _RD_RANGE
    return _RD if all(west <= x <= east and south <= y <= north for x, y in points) else ""


def _extent(polygons: Mapping[str, Sequence[Polygon]]) -> float:
    points = [point for parts in polygons.values() for part in parts for ring in part for point in ring]
    sides = [max(one) - min(one) for one in zip(*points, strict=True)]
    return max(sides, default=0.0)


def _thinned(part: Polygon, step: float) -> Polygon:
    """A polygon without points that lie nearer than `step` to the one before; tiny holes go."""
    rings = []
    for at, ring in enumerate(part):
        kept = [ring[0]]
        for point in ring[1:-1]:
            if math.dist(point, kept[-1]) >= step:
                kept.append(point)
        kept.append(ring[0])
        if len(kept) >= 4:
            rings.append(tuple(kept))
        elif at == 0:
            rings.append(ring)
    return tuple(rings)
