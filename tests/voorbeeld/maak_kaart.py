"""Make the map of the example: a hexagon per wijk, at about its place. No border on it is real.

Run: python tests/voorbeeld/maak_kaart.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "analyses" / "voorbeeld" / "gebieden.geojson"
PLACES = {  # column and row; every second row lies half a column to the east
    "WK050501": (1, 0), "WK050502": (2, 0), "WK050503": (1, 1), "WK050504": (0, 1), "WK050505": (2, 1),
    "WK050506": (4, 0), "WK050507": (0, 2), "WK050508": (1, 2), "WK050509": (2, 2), "WK050510": (3, 2),
    "WK050511": (3, 1), "WK050519": (0, 0), "WK050598": (3, 3),
}  # fmt: skip
SIDE = 1000.0  # metres; the hexagons lie in RD, around Dordrecht


def hexagon(column: int, row: int) -> list[list[float]]:
    """The corners of a hexagon, counter-clockwise and closed."""
    x = 102_000 + SIDE * math.sqrt(3) * (column + 0.5 * (row % 2))
    y = 427_000 - SIDE * 1.5 * row
    corners = [
        (x + SIDE * math.sin(-angle), y + SIDE * math.cos(angle))
        for angle in (at * math.pi / 3 for at in range(7))
    ]
    return [[round(a, 1), round(b, 1)] for a, b in corners]


def main() -> None:
    """Write the map."""
    features = [
        {
            "type": "Feature",
            "properties": {"gebied": code},
            "geometry": {"type": "Polygon", "coordinates": [hexagon(*place)]},
        }
        for code, place in PLACES.items()
    ]
    lines = ",\n".join(json.dumps(one) for one in features)
    TARGET.write_text(
        f'{{"type": "FeatureCollection", "schematisch": true, "features": [\n{lines}\n]}}\n', encoding="utf-8"
    )


if __name__ == "__main__":
    main()
