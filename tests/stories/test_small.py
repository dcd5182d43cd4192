from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit import tables
from toolkit.stories.small import hide_small

CITY = "GM0505"


def share(measure: str, area: str, hits: int, n: int, group: str = "rol=inwoner") -> dict[str, Any]:
    return {
        "source": "verhalen", "dataset": "v", "measure": measure, "unit": "procent", "area": area, "period": "2026",
        "group": group, "value": 100 * hits / n, "low": 1.0, "high": 99.0, "n": float(n), "n_eff": float(n),
        "status": "indicatief", "hits": float(hits), "misses": float(n - hits),
    }  # fmt: skip


def hidden(rows: list[dict[str, Any]], least: int = 10) -> dict[tuple[str, str], bool]:
    found = hide_small(pd.DataFrame(rows), least, CITY)
    tables.check(found, tables.MEASURES)
    gone = found["value"].isna()
    assert found.loc[gone, ["low", "high", "n_eff"]].isna().all(axis=None)
    assert found.loc[gone, "status"].str.startswith("onderdrukt").all()
    return dict(zip(zip(found["measure"], found["area"], strict=True), gone, strict=True))


def test_both_sides_of_a_share_need_enough_tellers() -> None:
    rows = [
        share(f"thema.{name}", CITY, hits, 60)
        for name, hits in (("a", 9), ("b", 10), ("c", 50), ("d", 51), ("e", 0))
    ]
    found = hidden(rows)
    assert {name for (name, _), gone in found.items() if gone} == {"thema.a", "thema.d", "thema.e"}


def test_a_hidden_area_does_not_follow_from_the_municipality() -> None:
    """One area has 4 of the 40; the other areas would give it away: the smallest of them goes too."""
    rows = [
        share("thema.a", CITY, 40, 100),
        share("thema.a", "WK1", 4, 30),
        share("thema.a", "WK2", 14, 35),
        share("thema.a", "WK3", 22, 35),
    ]
    found = hidden(rows)
    assert [area for (_, area), gone in found.items() if gone] == ["WK1", "WK2"]
    # Two small areas together below ten are one small group.
    rows = [
        share("thema.a", CITY, 40, 130),
        share("thema.a", "WK1", 4, 30),
        share("thema.a", "WK2", 5, 30),
        share("thema.a", "WK3", 31, 70),
    ]
    assert [area for (_, area), gone in hidden(rows).items() if gone] == ["WK1", "WK2", "WK3"]


def test_a_hidden_sentiment_does_not_follow_from_the_others() -> None:
    counts = {"gemengd": 12, "negatief": 30, "neutraal": 3, "positief": 25}
    found = hidden([share(f"sentiment.{name}", CITY, hits, 70) for name, hits in counts.items()])
    assert {name for (name, _), gone in found.items() if gone} == {"sentiment.neutraal", "sentiment.gemengd"}


def test_the_number_of_stories_of_a_hidden_theme_is_hidden_too() -> None:
    rows = [share("thema.a", CITY, 6, 60), share("thema.b", CITY, 30, 60)]
    means = [
        share("polariteit", CITY, 1, 6, group=f"thema={theme}")
        | {"hits": np.nan, "misses": np.nan, "unit": "polariteit"}
        for theme in "ab"
    ]
    found = hide_small(pd.DataFrame(rows + means), 10, CITY).set_index(["measure", "group"])
    assert np.isnan(found.loc[("polariteit", "thema=a"), "n"])
    assert found.loc[("polariteit", "thema=b"), "n"] == 6


def test_an_attacker_who_adds_and_subtracts_finds_no_small_number() -> None:
    """Random tables: for every hidden area the attacker knows only the sum of hidden ones, never fewer than ten."""
    random = np.random.default_rng(5)
    for _ in range(60):
        hits = random.integers(0, 40, 5)
        misses = random.integers(5, 60, 5)
        rows = [
            share("thema.a", f"WK{k}", int(h), int(h + m))
            for k, (h, m) in enumerate(zip(hits, misses, strict=True))
        ]
        rows.append(share("thema.a", CITY, int(hits.sum()), int((hits + misses).sum())))
        found = hidden(rows)
        if found[("thema.a", CITY)]:
            continue
        gone = [k for k in range(5) if found[("thema.a", f"WK{k}")]]
        assert not gone or (len(gone) > 1 and hits[gone].sum() >= 10 and misses[gone].sum() >= 10)


def test_the_input_stays() -> None:
    rows = pd.DataFrame([share("thema.a", CITY, 4, 60)])
    before = rows.copy()
    hide_small(rows, 10, CITY)
    pd.testing.assert_frame_equal(rows, before)
