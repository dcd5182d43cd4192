from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.survey.estimate import Design, Publication, against_rest, between, mean, median, share, status

REFERENCE = Path(__file__).parents[1] / "reference"
SIX = {"rel": 1e-6}


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "survey_sample.csv")


@pytest.fixture(scope="module")
def by_r() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "survey_reference.csv", keep_default_na=False, na_values=["", "NA"])


def of_r(by_r: pd.DataFrame, what: str) -> pd.DataFrame:
    rows = by_r[by_r["what"] == what]
    assert not rows.empty
    return rows.assign(level=rows["level"].fillna("")).sort_values("level").reset_index(drop=True)


@pytest.mark.parametrize("prefix", ["", "fpc."])
def test_equal_to_r_survey_to_six_digits(people: pd.DataFrame, by_r: pd.DataFrame, prefix: str) -> None:
    sizes = {"A": 500.0, "B": 300.0, "C": 200.0} if prefix else None
    design = Design(people, strata="area", population=sizes)
    cases = [
        ("share", pd.concat([share(design, people["yes"]), share(design, people["yes"], people["group"])])),
        ("share.area", share(design, people["yes"], people["area"])),
        ("mean", pd.concat([mean(design, people["grade"]), mean(design, people["grade"], people["group"])])),
    ]
    for what, ours in cases:
        reference = of_r(by_r, prefix + what)
        assert list(ours["level"]) == list(reference["level"])
        for column in ("value", "low", "high", "se", "df"):
            np.testing.assert_allclose(
                ours[column].astype(float), reference[column], rtol=1e-6, err_msg=f"{what} {column}"
            )
    deff = of_r(by_r, prefix + "deff")["value"][0]
    assert share(design, people["yes"])["deff"][0] == pytest.approx(deff, **SIX)
    middle, reference = median(design, people["amount"]).iloc[0], of_r(by_r, prefix + "median").iloc[0]
    for column in ("value", "low", "high"):
        assert middle[column] == pytest.approx(reference[column], **SIX)
    gap, reference = (
        between(design, people["grade"], people["group"]).iloc[0],
        of_r(by_r, prefix + "difference"),
    )
    assert (gap["level"], gap["other"]) == ("jong", "oud")
    for column in ("value", "low", "high", "se"):
        assert gap[column] == pytest.approx(reference[column][0], **SIX)
    assert gap["p"] == pytest.approx(of_r(by_r, prefix + "difference.p")["value"][0], **SIX)


def test_equal_to_the_formula_written_out(people: pd.DataFrame) -> None:
    """Taylor by hand: residuals z = w (y - mean) / sum w, 0 outside the domain; variance per stratum."""
    ours = mean(Design(people, strata="area"), people["grade"], people["group"]).set_index("level")
    for level in ("jong", "oud"):
        inside = ((people["group"] == level) & people["grade"].notna()).to_numpy()
        w = np.where(inside, people["weight"], 0.0)
        y = people["grade"].fillna(0.0).to_numpy()
        centre = (w * y).sum() / w.sum()
        z = w * (y - centre) / w.sum()
        variance = 0.0
        for stratum in ("A", "B", "C"):
            part = z[(people["area"] == stratum).to_numpy()]
            variance += len(part) / (len(part) - 1) * ((part - part.mean()) ** 2).sum()
        assert ours.loc[level, "value"] == pytest.approx(centre, rel=1e-12)
        assert ours.loc[level, "se"] == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_a_domain_is_not_a_subset(people: pd.DataFrame) -> None:
    """Throwing the others away forgets that the size of the domain is itself uncertain."""
    design = Design(people, strata="area")
    domain = share(design, people["yes"], people["group"]).set_index("level").loc["oud"]
    alone = people[people["group"] == "oud"].reset_index(drop=True)
    subset = share(Design(alone, strata="area"), alone["yes"]).iloc[0]
    assert domain["value"] == pytest.approx(subset["value"])
    assert abs(domain["se"] / subset["se"] - 1) > 1e-4


def test_equal_weights_without_strata_are_the_textbook_formulas() -> None:
    frame = pd.DataFrame({"weight": 2.0, "y": [1.0] * 30 + [0.0] * 70})
    row = share(Design(frame), frame["y"], interval="wilson").iloc[0]
    assert row["value"] == pytest.approx(0.3)
    assert row["se"] == pytest.approx(np.sqrt(0.3 * 0.7 / 99))
    # Wilson on 99 effective answers, worked out by hand: (p + z²/2n ± z √(p q/n + z²/4n²)) / (1 + z²/n).
    z, n = 1.959963984540054, 99.0
    half = z * np.sqrt(0.21 / n + z**2 / (4 * n**2))
    assert row["low"] == pytest.approx((0.3 + z**2 / (2 * n) - half) / (1 + z**2 / n))
    assert row["high"] == pytest.approx((0.3 + z**2 / (2 * n) + half) / (1 + z**2 / n))


def test_nobody_and_everybody_have_an_interval() -> None:
    frame = pd.DataFrame({"weight": 1.0, "y": [0.0] * 40 + [1.0] * 40, "g": ["a"] * 40 + ["b"] * 40})
    rows = share(Design(frame), frame["y"], frame["g"])
    assert list(rows["value"]) == [0.0, 1.0]
    assert rows["low"][0] == 0.0
    assert rows["high"][0] == pytest.approx(1.959963984540054**2 / (40 + 1.959963984540054**2))
    assert rows["high"][1] == 1.0
    assert rows["low"][1] == pytest.approx(1 - rows["high"][0])


def test_the_same_answer_from_everybody_in_every_stratum_does_not_stop() -> None:
    people = pd.DataFrame({"weight": 1.0, "area": ["A", "B"] * 20})
    found = mean(Design(people, strata="area"), pd.Series([8.0] * 40)).iloc[0]
    assert (found["value"], found["low"], found["high"], found["n_eff"]) == (8.0, 8.0, 8.0, 40.0)


def test_no_answers_give_no_rows_and_a_lonely_stratum_does_not_stop(people: pd.DataFrame) -> None:
    nothing = pd.Series(np.nan, index=people.index)
    assert share(Design(people), nothing).empty
    lonely = people.assign(area=["Z", *people["area"][1:]])
    assert np.isfinite(mean(Design(lonely, strata="area"), lonely["grade"])["se"][0])


def test_coverage_of_the_interval() -> None:
    """In 300 samples from strata with known shares, the 95 % interval holds the truth 92-98 % of the time."""
    rng = np.random.default_rng(5)
    repeats, shares, size, n = 300, {"A": 0.2, "B": 0.6}, {"A": 8000, "B": 2000}, {"A": 60, "B": 90}
    truth = (0.2 * 8000 + 0.6 * 2000) / 10000
    area = np.tile(np.repeat(["A", "B"], [60, 90]), repeats)
    sample = np.repeat([f"{i:03d}" for i in range(repeats)], 150)
    frame = pd.DataFrame(
        {
            "stratum": [f"{s}{a}" for s, a in zip(sample, area, strict=True)],
            "weight": [size[a] / n[a] for a in area],
            "y": (rng.random(len(area)) < [shares[a] for a in area]).astype(float),
        }
    )
    rows = share(Design(frame, strata="stratum"), frame["y"], pd.Series(sample))
    assert len(rows) == repeats
    assert 0.92 <= ((rows["low"] <= truth) & (truth <= rows["high"])).mean() <= 0.98


def test_differences_with_the_rest_and_holm(people: pd.DataFrame) -> None:
    design = Design(people, strata="area")
    table = against_rest(design, people["grade"], people["area"])
    means = people.dropna(subset="grade")
    for row in table.itertuples():
        here = means["area"] == row.level
        gap = np.average(means["grade"][here], weights=means["weight"][here]) - np.average(
            means["grade"][~here], weights=means["weight"][~here]
        )
        assert row.value == pytest.approx(gap)
    p = np.sort(table["p"])
    expected = np.maximum.accumulate(p * [3, 2, 1])
    np.testing.assert_allclose(np.sort(table["p_holm"]), np.minimum(expected, 1))


@pytest.mark.parametrize(
    ("kind", "value", "low", "high", "n", "flag"),
    [
        ("share", 0.5, 0.45, 0.55, 400, "ok"),
        ("share", 0.5, 0.45, 0.55, 29, "niet-publiceerbaar: n < 30"),
        ("share", 0.5, 0.35, 0.65, 60, "niet-publiceerbaar: marge te groot"),
        ("share", 0.5, 0.39, 0.61, 90, "onnauwkeurig: ruime marge"),
        ("share", 0.05, 0.02, 0.12, 90, "onnauwkeurig: ruime marge"),
        ("share", 0.02, 0.005, 0.05, 300, "ok"),
        ("grade", 7.1, 6.9, 7.3, 200, "ok"),
        ("grade", 7.1, 6.7, 7.5, 60, "onnauwkeurig: ruime marge"),
        ("grade", 7.1, 6.5, 7.7, 40, "niet-publiceerbaar: marge te groot"),
        ("grade", 7.1, float("nan"), float("nan"), 40, "niet-publiceerbaar: geen marge te berekenen"),
    ],
)
def test_publication_flag(kind: str, value: float, low: float, high: float, n: int, flag: str) -> None:
    assert status(kind, value, low, high, n, Publication()) == flag  # type: ignore[arg-type]
