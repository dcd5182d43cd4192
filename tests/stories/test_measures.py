from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit import tables
from toolkit.stories.measures import measures
from toolkit.stories.validation import calibrate, with_people

SET = {"dataset": "corpus", "period": "2026", "city": "GM0505", "seed": 1, "minimum_tellers": 0}


def wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson's score interval in percent from its closed formula (Wilson 1927)."""
    z = 1.959963984540054
    centre = (count + z * z / 2) / (n + z * z)
    half = z * sqrt(count * (n - count) / n + z * z / 4) / (n + z * z)
    return 100 * (centre - half), 100 * (centre + half)


def label(story: str, kind: str, name: str, score: float = 1.0, sentence: int = -1) -> dict[str, Any]:
    return {"story": story, "sentence": sentence, "kind": kind, "label": name, "score": score, "model": "m"}


@pytest.fixture
def stories() -> pd.DataFrame:
    """Thirty residents (12 in wijk 7, 15 in wijk 8, 3 without area) and ten professionals."""
    rows = []
    for number in range(40):
        role = "inwoner" if number < 30 else "professional"
        area = "WK050507" if number < 12 else "WK050508" if number < 27 else "" if number < 30 else "WK050507"
        rows.append(
            {
                "story": f"v{number:02}",
                "respondent": "",
                "role": role,
                "area": area,
                "feeling": [1.0, 0.0, -0.5, np.nan][number % 4],
            }
        )
    frame = pd.DataFrame(rows)
    frame["dyad_gehoord"] = np.where(frame.index % 2 == 0, 0.2, 0.6)
    for pole, share in enumerate((0.2, 0.3, 0.5), start=1):
        frame[f"triad_hielp_{pole}"] = np.where(frame.index % 3 == 0, np.nan, share)
    return frame


@pytest.fixture
def labels(stories: pd.DataFrame) -> pd.DataFrame:
    """Theme "wachten" for the first 9 residents, "anders" for one; sentiment negative for every third story."""
    rows = [label(f"v{number:02}", "theme", "wachten", 2.5) for number in range(9)]
    rows += [
        label("v08", "theme", "anders", 1.7),
        label("v20", "topic", "wachten"),
        label("v21", "theme", ""),
    ]
    for number in range(40):
        negative = number % 3 == 0
        rows.append(
            label(
                f"v{number:02}",
                "sentiment",
                "negatief" if negative else "positief",
                -0.5 if negative else 0.25,
            )
        )
        rows.append(label(f"v{number:02}", "sentiment", "neutraal", 0.0, sentence=0))
    return pd.DataFrame(rows)


def one(found: pd.DataFrame, measure: str, group: str = "rol=inwoner", area: str = "GM0505") -> pd.Series:
    rows = found[(found["measure"] == measure) & (found["group"] == group) & (found["area"] == area)]
    assert len(rows) == 1, (measure, group, area, len(rows))
    return rows.iloc[0]


def test_theme_shares_have_the_wilson_interval(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    found = measures(stories, labels, ["wachten", "anders"], minimum=5, **SET)
    row = one(found, "thema.wachten")
    assert (row["value"], row["n"], row["unit"], row["source"]) == (30.0, 30, "procent", "verhalen")
    assert (row["low"], row["high"]) == pytest.approx(wilson(9, 30), abs=1e-9)
    rare = one(found, "thema.anders")
    assert (rare["low"], rare["high"]) == pytest.approx(wilson(1, 30), abs=1e-9)
    none = one(found, "thema.wachten", area="WK050508")
    assert (none["value"], none["low"], none["n"]) == (0, 0, 15)
    assert none["high"] == pytest.approx(wilson(0, 15)[1])


def test_every_area_has_its_own_numbers_and_no_area_counts_in_the_city_only(
    stories: pd.DataFrame, labels: pd.DataFrame
) -> None:
    found = measures(stories, labels, ["wachten"], minimum=2, **SET)
    assert one(found, "thema.wachten", area="WK050507")["value"] == 75
    assert set(found["area"]) == {"GM0505", "WK050507", "WK050508"}
    n = found[(found["measure"] == "thema.wachten") & (found["group"] == "rol=inwoner")].set_index("area")[
        "n"
    ]
    assert n.to_dict() == {"GM0505": 30, "WK050507": 12, "WK050508": 15}


def test_roles_are_never_pooled(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    found = measures(stories, labels, ["wachten"], minimum=2, **SET)
    assert one(found, "thema.wachten", "rol=professional")["n"] == 10
    assert one(found, "thema.wachten", "rol=professional")["value"] == 0
    assert set(found["group"]) == {"rol=inwoner", "rol=professional", "thema=wachten"}
    assert one(found, "sentiment.negatief", "thema=wachten")["n"] == 9  # residents only


def test_sentiment_counts_stories_not_sentences(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    found = measures(stories, labels, ["wachten"], minimum=5, **SET)
    shares = {
        name: one(found, f"sentiment.{name}")["value"]
        for name in ("gemengd", "negatief", "neutraal", "positief")
    }
    assert shares == pytest.approx({"gemengd": 0, "negatief": 100 / 3, "neutraal": 0, "positief": 200 / 3})


def test_means_have_the_t_interval_and_leave_unanswered_out(
    stories: pd.DataFrame, labels: pd.DataFrame
) -> None:
    found = measures(stories, labels, ["wachten"], minimum=5, **SET)
    row = one(found, "gevoel")
    answers = [value for value in stories["feeling"][:30] if value == value]
    n, mean = len(answers), sum(answers) / len(answers)
    assert (n, row["n"]) == (23, 23) and row["value"] == pytest.approx(mean)
    spread = sqrt(sum((value - mean) ** 2 for value in answers) / (n - 1))
    half = 2.0738730679040147 * spread / sqrt(n)  # t(0.975) with 22 degrees of freedom
    assert (row["low"], row["high"]) == pytest.approx((mean - half, mean + half))
    polarity = one(found, "polariteit", "thema=wachten")
    assert (polarity["n"], polarity["value"]) == (9, pytest.approx(0.0))
    assert one(found, "dyade.gehoord")["value"] == pytest.approx(0.4)


def test_triads_are_compositional_percentages(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    found = measures(stories, labels, [], minimum=5, **SET)
    assert [one(found, f"triade.hielp.{pole}")["value"] for pole in (1, 2, 3)] == pytest.approx([20, 30, 50])
    assert one(found, "triade.hielp.1")["n"] == 20


def test_below_the_minimum_there_is_no_number_but_a_reason(
    stories: pd.DataFrame, labels: pd.DataFrame
) -> None:
    found = measures(stories, labels, ["wachten"], minimum=15, **SET)
    few, enough = found[found["n"] < 15], found[found["n"] >= 15]
    assert few[["value", "low", "high"]].isna().all(axis=None)
    assert set(few["status"]) == {"niet-publiceerbaar: minder dan 15 verhalen"}
    assert one(found, "thema.wachten", area="WK050508")["n"] == 15  # exactly enough
    assert enough[["value", "low", "high"]].notna().all(axis=None)


def test_unvalidated_labels_are_indicative_and_answers_are_not(
    stories: pd.DataFrame, labels: pd.DataFrame
) -> None:
    found = measures(stories, labels, ["wachten"], minimum=2, **SET)
    automatic = found["measure"].str.startswith(("thema.", "sentiment.", "polariteit"))
    assert set(found.loc[automatic & found["value"].notna(), "status"]) == {"indicatief"}
    assert set(found.loc[~automatic & found["value"].notna(), "status"]) == {"ok"}
    said = ["ja", "ja", "nee", "nee"]
    known = {"thema.wachten": calibrate(said, ["ja", "nee", "nee", "nee"], [1.0] * 4, ("ja", "nee"))}
    checked = measures(stories, labels, ["wachten"], minimum=2, calibrations=known, **SET)
    row = one(checked, "thema.wachten")
    assert row["status"] == "ok" and row["value"] == pytest.approx(15)  # half of the 30% is true
    assert row["high"] - row["low"] > wilson(9, 30)[1] - wilson(9, 30)[0]  # few were judged
    assert one(checked, "sentiment.negatief")["status"] == "indicatief"  # nobody checked that
    # Of stories that people labelled themselves nothing is corrected: nine of nine are sure now.
    sure = {"thema.wachten": with_people(known["thema.wachten"])}
    themselves = [f"v{number:02}" for number in range(9)]
    found = measures(stories, labels, ["wachten"], minimum=2, calibrations=sure, by_people=themselves, **SET)
    assert one(found, "thema.wachten")["value"] == pytest.approx(30)


def test_sentiment_that_was_not_asked_for_is_not_zero(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    found = measures(stories, labels[labels["kind"] == "theme"], ["wachten"], minimum=2, **SET)
    assert not found["measure"].str.startswith(("sentiment", "polariteit")).any()
    assert one(found, "gevoel")["n"] == 23


def test_stories_without_a_judgement_are_left_out_of_the_shares(
    stories: pd.DataFrame, labels: pd.DataFrame
) -> None:
    part = labels[~((labels["kind"] == "sentiment") & labels["story"].between("v00", "v09"))]
    row = one(measures(stories, part, [], minimum=2, **SET), "sentiment.negatief")
    assert (row["n"], row["value"]) == (20, pytest.approx(100 * 6 / 20))


def test_the_result_keeps_the_contract_and_the_inputs_stay(
    stories: pd.DataFrame, labels: pd.DataFrame
) -> None:
    before = stories.copy(), labels.copy()
    found = measures(stories, labels, ["wachten"], minimum=2, **SET)
    pd.testing.assert_frame_equal(tables.check(found, tables.MEASURES), found)
    pd.testing.assert_frame_equal(stories, before[0])
    pd.testing.assert_frame_equal(labels, before[1])


def test_the_order_of_the_stories_does_not_matter(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    first = measures(stories, labels, ["wachten"], minimum=2, **SET)
    second = measures(stories[::-1], labels[::-1], ["wachten"], minimum=2, **SET)
    pd.testing.assert_frame_equal(first, second)


def test_no_stories_give_no_measures(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    assert measures(stories[:0], labels[:0], ["wachten"], minimum=2, **SET).empty


def test_tellers_are_counted_and_not_their_stories(stories: pd.DataFrame, labels: pd.DataFrame) -> None:
    """Twelve stories of wijk 7, told by three people: no number, though there are stories enough."""
    several = stories.assign(
        respondent=[f"r{number % 3}" if number < 12 else "" for number in range(len(stories))]
    )
    found = measures(several, labels, ["wachten"], minimum=5, **SET | {"minimum_tellers": 10})
    city, part = (one(found, "polariteit", area=area) for area in ("GM0505", "WK050507"))
    assert (city["n"], city["n_eff"], city["value"]) == (30, 21, pytest.approx(0.0))
    hidden = one(found, "thema.wachten")  # nine stories of three tellers
    assert np.isnan(hidden["value"]) and hidden["status"].startswith("onderdrukt: minder dan 10 vertellers")
    assert (part["n"], part["status"]) == (12, "niet-publiceerbaar: minder dan 10 vertellers")
    assert part[["value", "low", "high", "n_eff"]].isna().all()
    answers = one(found, "gevoel", area="WK050508")  # told by twelve others
    assert (answers["n"], answers["n_eff"]) == (12, 12)
    triad = one(found, "triade.hielp.1")
    told = several[several["role"].eq("inwoner") & several["triad_hielp_1"].notna()]
    tellers = told["respondent"].where(told["respondent"] != "", told["story"]).nunique()
    assert (triad["n"], triad["n_eff"]) == (20, tellers) and tellers < 20
    open_bar = measures(several, labels, ["wachten"], minimum=5, **SET | {"minimum_tellers": 3})
    assert one(open_bar, "polariteit", area="WK050507")["n_eff"] == 3
