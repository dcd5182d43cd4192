from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.analysis.prevalence import weighted_themes

SET = {"dataset": "v", "period": "2026", "city": "GM0505", "minimum": 20, "minimum_tellers": 0}


@pytest.fixture
def respondents() -> pd.DataFrame:
    """Sixty respondents; those of wijk 2 weigh three times as much. The last ten told nothing."""
    return pd.DataFrame(
        {
            "respondent": [f"r{n:02}" for n in range(60)],
            "area": ["WK050501"] * 30 + ["WK050502"] * 30,
            "weight": [0.5] * 30 + [1.5] * 30,
        }
    )


def stories(tellers: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"story": [f"v{n:02}" for n in range(len(tellers))], "respondent": tellers, "role": "inwoner"}
    )


def themes(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"story": names, "sentence": -1, "kind": "theme", "label": "geld", "score": 1.0, "model": "m"}
    )


def test_the_share_is_weighted_and_the_interval_over_tellers(respondents: pd.DataFrame) -> None:
    """30 of wijk 1 and 20 of wijk 2 told a story, 12 and 4 about money: (12*0.5 + 4*1.5) / (30*0.5 + 20*1.5) = 12/45."""
    told = stories([f"r{n:02}" for n in range(50)])
    labels = themes([f"v{n:02}" for n in (*range(12), *range(30, 34))])
    found = weighted_themes(told, labels, respondents, ["geld"], **SET)
    city = found[found["area"] == "GM0505"].iloc[0]
    assert (city["measure"], city["n"], city["status"]) == ("thema-gewogen.geld", 50, "indicatief")
    assert city["value"] == pytest.approx(100 * 12 / 45)
    # Linearised by hand within all sixty: z = w (y - p) / sum of w for tellers, 0 for the others.
    weights = np.repeat([0.5, 1.5], 30)
    y = np.zeros(60)
    y[[*range(12), *range(30, 34)]] = 1
    z = np.where(np.arange(60) < 50, weights * (y - 12 / 45) / 45, 0)
    se = np.sqrt(60 / 59 * (z**2).sum())
    p = 12 / 45
    half = 2.009575 * se / (p * (1 - p))  # t with the 49 degrees of freedom of the tellers
    low = 1 / (1 + np.exp(half - np.log(p / (1 - p))))
    assert city["low"] == pytest.approx(100 * low, abs=0.01)
    wijk = found.set_index("area").loc["WK050502"]
    assert (wijk["n"], wijk["value"]) == (20, pytest.approx(20))


def test_many_stories_of_one_teller_are_one_teller(respondents: pd.DataFrame) -> None:
    told = stories([f"r{n:02}" for n in range(25)] + ["r00"] * 40)
    labels = themes([f"v{n:02}" for n in range(25, 65)])
    found = weighted_themes(told, labels, respondents, ["geld"], **SET)
    city = found[found["area"] == "GM0505"].iloc[0]
    assert (city["n"], city["value"]) == (25, pytest.approx(4))


def test_few_tellers_small_shares_and_nobody_linked_show_nothing(respondents: pd.DataFrame) -> None:
    few = weighted_themes(
        stories([f"r{n:02}" for n in range(19)]), themes(["v00"]), respondents, ["geld"], **SET
    )
    assert few["value"].isna().all() and few["status"].str.startswith("niet-publiceerbaar").all()
    told = stories([f"r{n:02}" for n in range(50)])
    small = weighted_themes(told, themes(["v00"]), respondents, ["geld"], **SET | {"minimum_tellers": 10})
    assert small["value"].isna().all() and small["status"].str.startswith("onderdrukt").any()
    assert weighted_themes(stories([""] * 30), themes(["v00"]), respondents, ["geld"], **SET).empty
