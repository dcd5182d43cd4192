from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest

from toolkit.stories.validation import (
    binary,
    calibrate,
    corrected_share,
    draw_sample,
    refusal,
    wilson,
)

LABELS = ("a", "b", "c")
CONFUSION = np.array([[0.8, 0.15, 0.05], [0.2, 0.6, 0.2], [0.05, 0.1, 0.85]])


def units(said: list[str]) -> pd.DataFrame:
    names = [f"v{number:05}" for number in range(len(said))]
    return pd.DataFrame({"verhaal": names, "zin": "", "laag": said, "computer": said, "model": "m 1"})


def test_a_sample_is_stratified_fixed_and_weighs_back_to_all() -> None:
    table = units(["a"] * 300 + ["b"] * 60 + ["c"] * 4)
    sample = draw_sample(table, 100, 7)
    assert sample["laag"].value_counts()["c"] == 4 and (sample["laag"].value_counts()["b"]) >= 10
    assert len(sample) >= 100
    assert sample.groupby("laag")["gewicht"].sum().to_dict() == pytest.approx({"a": 300, "b": 60, "c": 4})
    pd.testing.assert_frame_equal(sample, draw_sample(table[::-1], 100, 7))
    assert not sample.equals(draw_sample(table, 100, 8))
    assert len(draw_sample(table[:5], 100, 7)) == 5


def test_a_corrected_share_by_hand() -> None:
    """80 of 100 said "a"; of 40 judged "a" 30 were, of 20 judged "b" 5 were: 0.8 * 0.75 + 0.2 * 0.25 = 0.65."""
    said, true = ["a"] * 40 + ["b"] * 20, ["a"] * 30 + ["b"] * 10 + ["a"] * 5 + ["b"] * 15
    found = calibrate(said, true, [2.0] * 40 + [1.0] * 20, ("a", "b"))
    assert found.chances["a"].tolist() == [0.75, 0.25] and found.judged == {"a": 40, "b": 20}
    value, low, high = corrected_share(["a"] * 80 + ["b"] * 20, [str(n) for n in range(100)], found, "a")
    assert value == pytest.approx(0.65)
    between = (0.8 * 0.1**2 + 0.2 * 0.4**2) / 100
    smooth_a, smooth_b = 30.5 / 41, 5.5 / 21
    check = 0.64 * smooth_a * (1 - smooth_a) / 41 + 0.04 * smooth_b * (1 - smooth_b) / 21
    n = 0.65 * 0.35 / (between + check)
    z = 1.959963984540054
    centre, half = (
        (0.65 + z * z / (2 * n)) / (1 + z * z / n),
        z * sqrt(0.65 * 0.35 / n + z * z / (4 * n * n)) / (1 + z * z / n),
    )
    assert (low, high) == pytest.approx((centre - half, centre + half))
    other, *_ = corrected_share(["a"] * 80 + ["b"] * 20, [str(n) for n in range(100)], found, "b")
    assert value + other == pytest.approx(1)


def test_stories_of_one_teller_count_as_less_than_stories_of_many() -> None:
    found = calibrate(["a"] * 50 + ["b"] * 50, ["a"] * 50 + ["b"] * 50, [1.0] * 100, ("a", "b"))
    said = ["a"] * 50 + ["b"] * 50
    many = corrected_share(said, [str(n) for n in range(100)], found, "a")
    few = corrected_share(said, [str(n // 5) for n in range(100)], found, "a")
    assert few[0] == many[0] and few[2] - few[1] > 1.5 * (many[2] - many[1])


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Simulated: truth drawn, labels with known errors, sample, correction; 95% must hold the true prevalence."""
    random = np.random.default_rng(11)
    prevalence, repeats = np.array([0.5, 0.3, 0.2]), 150
    covered, naive, bias = 0, 0, 0.0
    for turn in range(repeats):
        truth = random.choice(3, 200, p=prevalence)
        said = [LABELS[int(random.choice(3, p=CONFUSION[one]))] for one in truth]
        table = units(said)
        sample = draw_sample(table, 90, turn)
        places = sample["verhaal"].str[1:].astype(int)
        found = calibrate(
            list(sample["computer"]),
            [LABELS[truth[place]] for place in places],
            list(sample["gewicht"]),
            LABELS,
        )
        value, low, high = corrected_share(said, list(table["verhaal"]), found, "b")
        bias += (value - 0.3) / repeats
        covered += low <= 0.3 <= high
        plain = said.count("b") / 200
        edge = wilson(plain, plain * (1 - plain) / 200)
        naive += edge[0] <= 0.3 <= edge[1]
    assert 0.90 <= covered / repeats <= 0.995
    assert abs(bias) < 0.015
    assert naive / repeats < covered / repeats  # without the check the interval is too sure


def test_wilson_is_wilson_where_the_variance_is_that_of_a_sample() -> None:
    from scipy.stats import binomtest

    found = binomtest(30, 100).proportion_ci(method="wilson")
    assert wilson(0.3, 0.3 * 0.7 / 100) == pytest.approx((found.low, found.high))
    n = 70.7106781  # sqrt(0.5 / 0.0001): at the edge the interval is Wilson's for 0 of n
    z2 = 1.959963984540054**2
    assert wilson(0.0, 0.0001) == pytest.approx((0, z2 / n / (1 + z2 / n)), abs=1e-6)
    assert wilson(0.4, 0.0) == (0.4, 0.4)


def test_a_check_of_another_model_or_too_small_is_refused_with_its_reason() -> None:
    table = units(["a"] * 100 + ["b"] * 40)
    sample = draw_sample(table, 80, 1)
    now = {(name, ""): said for name, said in zip(table["verhaal"], table["computer"], strict=True)}
    all_judged = {(name, ""): "a" for name in sample["verhaal"]}
    assert refusal(sample, all_judged, now) == ""
    other = now | {(str(sample["verhaal"].iloc[0]), ""): "b" if sample["computer"].iloc[0] == "a" else "a"}
    assert "andere versie van het model" in refusal(sample, all_judged, other)
    few = dict(list(all_judged.items())[:30])
    assert "te klein: 30 beoordeeld, 60 nodig" in refusal(sample, few, now)
    whole = draw_sample(table, 140, 1)
    only_a = {(name, ""): "a" for name in table["verhaal"][:100]}
    assert "bij 'b' zijn er 0 beoordeeld, 10 nodig" in refusal(whole, only_a, now)
    gone = {key: value for key, value in now.items() if key[0] != sample["verhaal"].iloc[0]}
    assert "andere verhalen" in refusal(sample, all_judged, gone)


def test_a_theme_is_had_or_not() -> None:
    assert binary(["geld;wachten", "geen", "wachten"], "wachten") == ["ja", "nee", "ja"]
