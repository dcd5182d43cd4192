"""Shapes of areas from GeoJSON: RD and degrees, holes, merged areas, and every fault of a file at once."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toolkit.areas import places
from toolkit.errors import DataError
from toolkit.geometry import read_shapes, shapes_of, shapes_text

AREAS = pd.DataFrame(
    {"gebied": ["WK050501", "WK050502", "WK050519"], "naam": ["Binnenstad", "Noordflank", "Industrie"]}
)
FIND = places(AREAS, {"WK050519": "WK050502"}).find
WANTED = {"WK050501": "Binnenstad", "WK050502": "Noordflank"}


def square(x: float, y: float, side: float = 1000.0) -> list[list[float]]:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def write(path: Path, *features: Any, **top: Any) -> Path:
    path.write_text(
        json.dumps({"type": "FeatureCollection", **top, "features": list(features)}), encoding="utf-8"
    )
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(DataError) as error:
        read_shapes(path, FIND, WANTED)
    return [problem.message for problem in error.value.problems]


def test_holes_merged_areas_and_areas_of_others(tmp_path: Path) -> None:
    hole = square(100_200, 420_200, 100)
    path = write(
        tmp_path / "kaart.geojson",
        feature("Polygon", [square(100_000, 420_000), hole], statcode="WK050501", statnaam="Binnenstad"),
        feature("MultiPolygon", [[square(101_000, 420_000)]], statcode="WK050502", statnaam="x"),
        feature("Polygon", [square(102_000, 420_000)], statcode="WK050519", statnaam="y"),
        feature("Point", [1, 2], statcode="WK999999", statnaam="elders"),
    )
    found = read_shapes(path, FIND, WANTED)
    assert {code: len(parts) for code, parts in found.polygons.items()} == {"WK050501": 1, "WK050502": 2}
    assert [len(ring) for ring in found.polygons["WK050501"][0]] == [5, 5]
    assert found.system == "EPSG:28992" and not found.schematic
    assert found.flat()["WK050501"][0][0][1] == (101_000, 420_000)
    assert shapes_of(shapes_text(found)) == found


def test_neighbourhoods_make_up_their_wijk_and_names_count(tmp_path: Path) -> None:
    path = write(
        tmp_path / "kaart.geojson",
        feature("Polygon", [square(100_000, 420_000)], bu="BU05050101"),
        feature("Polygon", [square(101_000, 420_000)], bu="BU05050102"),
        feature("Polygon", [square(102_000, 420_000)], bu="Noordflank"),
    )
    found = read_shapes(path, FIND, WANTED)
    assert {code: len(parts) for code, parts in found.polygons.items()} == {"WK050501": 2, "WK050502": 1}


def test_degrees_are_drawn_as_long_east_as_north(tmp_path: Path) -> None:
    """At 52 degrees north one degree east is cos(52°) of one degree north."""
    path = write(
        tmp_path / "kaart.geojson",
        feature("Polygon", [square(4.0, 51.5, 1.0)], code="WK050501"),
        feature("Polygon", [square(5.0, 51.5, 1.0)], code="WK050502"),
    )
    found = read_shapes(path, FIND, WANTED)
    assert found.system == "EPSG:4326"
    ring = found.flat()["WK050501"][0][0]
    assert ring[1][0] - ring[0][0] == pytest.approx(math.cos(math.radians(52.0)))
    assert ring[2][1] - ring[1][1] == pytest.approx(1.0)


def test_points_that_cannot_be_seen_go(tmp_path: Path) -> None:
    fine = [[100_000 + step / 100, 420_000] for step in range(100_000)]
    ring = [*fine, [101_000, 421_000], [100_000, 421_000], [100_000, 420_000]]
    path = write(
        tmp_path / "kaart.geojson",
        feature("Polygon", [ring], code="WK050501"), feature("Polygon", [square(101_000, 420_000)], code="WK050502"),
    )  # fmt: skip
    found = read_shapes(path, FIND, WANTED)
    assert len(found.polygons["WK050501"][0][0]) < 2100
    assert len(shapes_text(found)) < 100_000


def test_all_faults_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path / "kaart.geojson",
        feature("LineString", square(0, 0), code="WK050501"),
        feature("Polygon", [[[1, 2], [3, 4]]], code="WK050501"),
        feature("Polygon", [[["a", 2], [3, 4], [3, 4], [1, 2]]], code="WK050501"),
    )
    found = faults(path)
    assert found[0] == "vlak 1 is geen vlak maar LineString."
    assert found[1:3] == [
        "vlak 2 heeft coördinaten die niet kloppen.",
        "vlak 3 heeft coördinaten die niet kloppen.",
    ]
    assert found[3:] == ["gebied WK050502 (Noordflank) staat er niet in."]


def test_coordinates_of_elsewhere(tmp_path: Path) -> None:
    path = write(
        tmp_path / "kaart.geojson",
        feature("Polygon", [square(520_000, 6_770_000)], code="WK050501"),
        feature("Polygon", [square(530_000, 6_770_000)], code="WK050502"),
    )
    assert faults(path) == ["de coördinaten zijn geen RD en geen lengte en breedte."]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "dit is geen geldig GeoJSON-bestand."),
        (b"\xff\xfe{", "dit is geen geldig GeoJSON-bestand."),
        (b"[" * 200_000, "dit is geen geldig GeoJSON-bestand."),
        (b'{"type": "Topology"}', "dit is geen verzameling vlakken (FeatureCollection)."),
        (b'{"type": "FeatureCollection", "features": []}', "dit is geen verzameling vlakken (FeatureCollection)."),
        (
            b'{"type": "FeatureCollection", "features": [null, {"properties": 3}, {"properties": {"code": "x"}}]}',
            "geen enkel vlak heeft een code of naam van een gebied uit de gebiedenlijst.",
        ),
        (
            b'{"type": "FeatureCollection", "features": [{"properties": {"c": "WK050501"}, "geometry": {"type": "Polygon",'
            b' "coordinates": [[[NaN, 1], [1e999, 2], [3, 4], [1, 2]]]}}]}',
            "vlak 1 heeft coördinaten die niet kloppen.",
        ),
    ],
)  # fmt: skip
def test_hostile_files(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "kaart.geojson"
    path.write_bytes(content)
    assert message in faults(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "kaart.geojson"
    with path.open("wb") as file:
        file.truncate(40_000_000)
    assert faults(path) == ["het bestand is 40 MB; het mag 30 MB zijn."]
    assert faults(tmp_path / "weg.geojson") == ["het bestand met de kaart is er niet."]
