"""Larger areas: a published one never tells of a few people beside the published wijken in it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from toolkit.larger import Larger, code_of, larger_areas, levels, useful
from toolkit.stories.measures import measures

CITY = "GM0505"
WIJKEN = [f"WK05050{number}" for number in range(1, 8)]
LARGER = (Larger("SD-west", "West", tuple(WIJKEN[:3])), Larger("SD-oost", "Oost", tuple(WIJKEN[3:6])))
LIMITS = {"n": 20.0, "hits": 10.0, "misses": 10.0}


def row(area: str, hits: int, n: int, shown: bool = True, measure: str = "thema.a") -> dict[str, object]:
    return {
        "dataset": "v", "measure": measure, "unit": "procent", "area": area, "period": "2026", "group": "rol=inwoner",
        "value": 100 * hits / n if shown else np.nan, "n": float(n), "hits": float(hits), "misses": float(n - hits),
    }  # fmt: skip


def kept(areas: list[dict[str, object]], own: list[dict[str, object]]) -> list[str]:
    rows = pd.DataFrame(own)
    return list(rows.loc[useful(rows, pd.DataFrame(areas), LARGER, CITY, LIMITS), "area"])


def test_codes_and_levels() -> None:
    assert code_of("Dordrecht Oost") == "SD-dordrecht-oost" and code_of("Één & twee") == "SD-een-twee"
    found = larger_areas({"West": ("WK050501", "WK050502")})
    assert list(levels("WK050501", found, CITY)) == ["WK050501", "SD-west", CITY]
    assert list(levels("WK050503", found, CITY)) == ["WK050503", CITY] and list(
        levels(CITY, found, CITY)
    ) == [CITY]


def test_a_larger_area_is_shown_where_the_hidden_wijken_together_are_large_enough() -> None:
    city = row(CITY, 80, 250)
    hidden = [row(WIJKEN[0], 6, 25, False), row(WIJKEN[1], 7, 25, False)]
    assert kept([city, *hidden, row(WIJKEN[2], 14, 30)], [row("SD-west", 27, 80)]) == ["SD-west"]
    # West minus the two shown wijken is the one that was hidden: 6 people.
    assert (
        kept([city, hidden[0], row(WIJKEN[1], 15, 30), row(WIJKEN[2], 14, 30)], [row("SD-west", 35, 85)])
        == []
    )
    # Few who did not tell of it are a small group too.
    many = [row(WIJKEN[0], 21, 25, False), row(WIJKEN[1], 21, 25, False)]
    assert kept([city, *many, row(WIJKEN[2], 14, 30)], [row("SD-west", 56, 80)]) == []
    # Where every wijk has a figure it is of no use; where the city has none it stays away.
    every = [row(wijk, 12, 30) for wijk in WIJKEN[:3]]
    assert kept([city, *every], [row("SD-west", 36, 90)]) == []
    assert kept([row(CITY, 80, 250, False), *hidden], [row("SD-west", 13, 50)]) == []


def test_what_is_left_of_the_city_is_not_small_either() -> None:
    """Everything but one wijk with 4 tellers is published in larger areas: then one of those goes."""
    hidden = [row(wijk, 8, 25, False) for wijk in WIJKEN[:6]]
    last = row(WIJKEN[6], 4, 30, False)
    own = [row("SD-west", 24, 75), row("SD-oost", 24, 75)]
    assert len(kept([row(CITY, 52, 180), *hidden, last], own)) == 1
    assert len(kept([row(CITY, 48, 150), *hidden], own)) == 2  # nothing is left
    assert len(kept([row(CITY, 48 + 14, 190), *hidden, row(WIJKEN[6], 14, 40, False)], own)) == 2


def test_sentiments_of_a_larger_area_are_shown_together_or_not_at_all() -> None:
    areas = [row(CITY, 60, 200, measure=f"sentiment.{one}") for one in ("positief", "negatief")]
    areas += [
        row(wijk, 5, 25, False, f"sentiment.{one}") for wijk in WIJKEN[:3] for one in ("positief", "negatief")
    ]
    both = [
        row("SD-west", 40, 75, measure="sentiment.positief"),
        row("SD-west", 35, 75, measure="sentiment.negatief"),
    ]
    assert len(kept(areas, both)) == 2
    one_hidden = [both[0], {**both[1], "value": np.nan}]
    assert kept(areas, one_hidden) == []


@pytest.mark.parametrize("seed", range(6))
def test_published_sums_and_differences_of_random_stories_tell_of_no_small_group(seed: int) -> None:
    """An attacker adds and subtracts every published share of the city, larger areas and wijken."""
    rng = np.random.default_rng(seed)
    n = 420
    stories = pd.DataFrame(
        {
            "story": [f"v{one}" for one in range(n)], "respondent": "", "role": "inwoner", "feeling": np.nan,
            "area": rng.choice(WIJKEN, n, p=[0.05, 0.1, 0.1, 0.2, 0.15, 0.15, 0.25]),
        }
    )  # fmt: skip
    about = [list(stories["story"][rng.random(n) < share]) for share in (0.08, 0.2, 0.35)]
    labels = pd.DataFrame(
        [
            {"story": story, "sentence": -1, "kind": "theme", "label": f"t{at}", "score": 1.0, "model": "m"}
            for at, told in enumerate(about)
            for story in told
        ]
    )
    options = {
        "dataset": "v",
        "period": "2026",
        "city": CITY,
        "minimum": 20,
        "minimum_tellers": 10,
        "seed": 1,
    }
    themes = ["t0", "t1", "t2"]
    found = measures(stories, labels, themes, **options, larger=LARGER)  # type: ignore[arg-type]
    without = measures(stories, labels, themes, **options)  # type: ignore[arg-type]
    of_wijken = found[~found["area"].str.startswith("SD-")].reset_index(drop=True)
    pd.testing.assert_frame_equal(of_wijken, without)  # no wijk loses a figure to a larger area
    inside = (
        {one.code: set(one.parts) for one in LARGER} | {CITY: set(WIJKEN)} | {wijk: {wijk} for wijk in WIJKEN}
    )
    shown_larger = 0
    for at, told in enumerate(about):
        rows = found[(found["measure"] == f"thema.t{at}") & found["value"].notna()]
        shown = [str(area) for area in rows["area"]]
        shown_larger += sum(area.startswith("SD-") for area in shown)
        for whole in shown:
            others = [area for area in shown if area != whole and inside[area] <= inside[whole]]
            for size in range(1, len(others) + 1):
                for chosen in combinations(others, size):
                    if sum(len(inside[one]) for one in chosen) != len(
                        set().union(*(inside[one] for one in chosen))
                    ):
                        continue  # they overlap: no plain subtraction
                    left = inside[whole] - set().union(*(inside[one] for one in chosen))
                    if not left:
                        continue
                    rest = stories[stories["area"].isin(left)]
                    hits = int(rest["story"].isin(told).sum())
                    assert min(hits, len(rest) - hits) >= 10, (whole, chosen)
    assert seed or shown_larger  # the example does show some
