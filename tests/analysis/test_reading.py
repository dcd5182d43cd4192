"""What a reader of whole stories gets: rounded points, tellers' own feeling, and quotes that tell no more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.analysis.reading import _corner, _feeling, _point, within


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([0.333, 0.333, 0.334], "0.35 0.35 0.30"),
        ([1.0, 0.0, 0.0], "1.00 0.00 0.00"),
        ([0.52, 0.26, 0.22], "0.55 0.25 0.20"),
        ([np.nan, 0.5, 0.5], ""),
    ],
)
def test_points_of_triads_are_coarse_and_add_up(shares: list[float], told: str) -> None:
    corner = _corner(np.array(shares))
    assert not corner or sum(map(float, corner.split())) == pytest.approx(1)
    assert sorted(corner.split()) == sorted(told.split())


def test_a_dyad_and_a_feeling_in_words() -> None:
    assert [_point(value) for value in (0.0, 0.512, float("nan"))] == ["0.00", "0.50", ""]
    assert [_feeling(value) for value in (0.5, 0.0, -1.0, float("nan"))] == [
        "positief",
        "neutraal",
        "negatief",
        "",
    ]


def test_a_quote_tells_no_more_than_its_whole_story() -> None:
    whole = pd.DataFrame(
        [
            {"story": "s1", "rol": "inwoner", "gebied": "", "themas": "wonen"},
            {"story": "s2", "rol": "inwoner", "gebied": "WK1", "themas": "wonen geld"},
        ]
    )
    quotes = pd.DataFrame(
        [
            {"verhaal": story, "thema": theme, "rol": "inwoner", "gebied": "WK1", "gebiedsnaam": "Wijk"}
            for story, theme in (("s1", "wonen"), ("s1", "geld"), ("s2", "geld"), ("s3", "geld"))
        ]
    )
    kept = within(quotes, whole)
    assert list(kept["gebied"]) == ["", "", "WK1", "WK1"] and list(kept["gebiedsnaam"]) == [
        "",
        "",
        "Wijk",
        "Wijk",
    ]
    assert list(kept["thema"]) == ["wonen", "", "geld", "geld"]
