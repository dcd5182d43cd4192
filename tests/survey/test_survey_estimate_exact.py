"""Estimates as whole tables, each bound and boundary by itself; the formulas are written out beside them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from toolkit.survey.estimate import (
    COLUMNS,
    Design,
    Publication,
    against_rest,
    between,
    breakdowns,
    holm,
    mean,
    median,
    sample,
    share,
    status,
    total,
)

NAN, Z = math.nan, 1.959963984540054
WEIGHTS = [1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0]
FRAME = pd.DataFrame({"weight": WEIGHTS, "area": ["x"] * 5 + ["y"] * 3})
by_group = pd.Series(["b", "b", "a", "a", "a", "c", "", "d"])
GRADES = pd.Series([6.0, 8.0, 5.0, 7.0, 9.0, 7.0, 10.0, NAN])
YES = pd.Series([1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, NAN])


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def by_hand(values: pd.Series[float], inside: list[bool], strata: bool = False) -> dict[str, float]:
    """Mean, standard error, degrees of freedom, n and deff of the answers inside, by Taylor."""
    here = np.array(inside) & values.notna().to_numpy()
    w = np.where(here, WEIGHTS, 0.0)
    y = values.fillna(0.0).to_numpy()
    centre = float((w * y).sum() / w.sum())
    z = w * (y - centre) / w.sum()
    parts = [FRAME["area"] == name for name in ("x", "y")] if strata else [FRAME["area"] != ""]
    variance = sum(at.sum() / (at.sum() - 1) * ((z[at] - z[at].mean()) ** 2).sum() for at in parts)
    n = int(here.sum())
    plain = float((w * y**2).sum() / w.sum() - centre**2) / (n - 1) if n > 1 else NAN
    kish = float(w.sum() ** 2 / (w**2).sum())
    df = n - sum(bool((here & at).any()) for at in parts)
    return {
        "value": centre,
        "se": math.sqrt(variance),
        "df": df,
        "n": n,
        "kish": kish,
        "deff": variance / plain,
    }


def test_means_of_domains() -> None:
    rows = []
    for level in ("a", "b"):
        one = by_hand(GRADES, (by_group == level).tolist())
        half = float(t.ppf(0.975, one["df"])) * one["se"]
        rows.append(
            (level, one["value"], one["value"] - half, one["value"] + half, one["se"], one["df"], int(one["n"]),
             min(one["n"], one["n"] / one["deff"]), one["deff"])
        )  # fmt: skip
    # One answer: no degrees of freedom, so no bounds, and the design effect is that of the weight alone.
    rows.append(("c", 7.0, NAN, NAN, 0.0, 0.0, 1, 1.0, 1.0))
    pd.testing.assert_frame_equal(mean(Design(FRAME), GRADES, by_group), table(*rows))
    assert rows[0][1] == (5 + 21 + 9) / 5 and rows[1][1] == 22 / 3


def test_the_mean_of_everybody_with_strata() -> None:
    one = by_hand(GRADES, [True] * 8, strata=True)
    half = float(t.ppf(0.975, 5)) * one["se"]
    expected = ("", one["value"], one["value"] - half, one["value"] + half, one["se"], 5.0, 7,
                min(7.0, 7 / one["deff"]), one["deff"])  # fmt: skip
    pd.testing.assert_frame_equal(mean(Design(FRAME, strata="area"), GRADES), table(expected))


def wilson(p: float, n: float) -> tuple[float, float]:
    middle, half = p + Z**2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return (middle - half) / (1 + Z**2 / n), (middle + half) / (1 + Z**2 / n)


def logit(p: float, se: float, df: float) -> tuple[float, float]:
    half = float(t.ppf(0.975, df)) * se / (p * (1 - p))
    low, high = math.log(p / (1 - p)) - half, math.log(p / (1 - p)) + half
    return 1 / (1 + math.exp(-low)), 1 / (1 + math.exp(-high))


@pytest.mark.parametrize("interval", ["logit", "wilson"])
def test_shares_of_domains(interval: Any) -> None:
    rows = []
    for level in ("a", "b"):
        one = by_hand(YES, (by_group == level).tolist())
        p, se = one["value"], one["se"]
        low, high = logit(p, se, one["df"]) if interval == "logit" else wilson(p, p * (1 - p) / se**2)
        n_eff = min(one["n"], one["n"] / one["deff"])
        rows.append((level, p, low, high, se, one["df"], int(one["n"]), n_eff, one["deff"]))
    # Everybody said yes: Wilson on the one answer that there is.
    rows.append(("c", 1.0, wilson(1.0, 1.0)[0], 1.0, 0.0, 0.0, 1, 1.0, 1.0))
    pd.testing.assert_frame_equal(share(Design(FRAME), YES, by_group, interval), table(*rows))
    assert rows[0][1] == 4 / 5 and rows[1][1] == 1 / 3
    if interval == "logit":
        pd.testing.assert_frame_equal(share(Design(FRAME), YES, by_group), table(*rows))


def test_nobody_gets_wilson_on_the_effective_number_of_answers() -> None:
    found = share(Design(FRAME), pd.Series([0.0] * 8)).iloc[0]
    kish = 12**2 / 22
    assert (found["value"], found["low"], found["se"], found["n"]) == (0.0, 0.0, 0.0, 8)
    assert found["high"] == pytest.approx(wilson(0.0, kish)[1])
    assert found["n_eff"] == pytest.approx(kish) and found["deff"] == pytest.approx(8 / kish)


def test_a_share_of_which_everybody_was_asked_is_known_exactly() -> None:
    found = share(Design(FRAME, population={"alle": 8.0}), YES).iloc[0]
    assert found["low"] == found["value"] == found["high"] == pytest.approx(6 / 11)
    # One answer per stratum leaves no degree of freedom for the bounds of a share in between.
    lonely = FRAME.head(2).assign(area=["x", "y"])
    one = share(Design(lonely, strata="area"), YES.head(2)).iloc[0]
    assert one["df"] == 0.0 and math.isnan(one["low"]) and math.isnan(one["high"])
    pair = share(Design(lonely), YES.head(2)).iloc[0]
    assert pair["df"] == 1.0 and 0 < pair["low"] < pair["value"] < pair["high"] < 1


def test_several_breakdowns_at_once() -> None:
    design = Design(FRAME)
    both = breakdowns(design, GRADES, [design.split(None), design.split(by_group)], "mean")
    pd.testing.assert_frame_equal(both[0], mean(design, GRADES))
    pd.testing.assert_frame_equal(both[1], mean(design, GRADES, by_group))
    shares = breakdowns(design, YES, [design.split(by_group)], "share")
    pd.testing.assert_frame_equal(shares[0], share(design, YES, by_group))


def test_totals_as_a_table() -> None:
    rows = []
    for level in ("a", "b", "c"):
        y = np.where((by_group == level) & GRADES.notna(), GRADES, 0.0) * WEIGHTS
        w, n = (
            np.array(WEIGHTS)[(by_group == level) & GRADES.notna()],
            int(((by_group == level) & GRADES.notna()).sum()),
        )
        se, deff = math.sqrt(8 / 7 * ((y - y.mean()) ** 2).sum()), n * (w**2).sum() / w.sum() ** 2
        half = float(t.ppf(0.975, n - 1)) * se if n > 1 else NAN
        rows.append((level, y.sum(), y.sum() - half, y.sum() + half, se, n - 1, n, n / deff, deff))
    found = total(Design(FRAME), GRADES, by_group)
    assert found["value"].tolist() == [35.0, 22.0, 7.0] and found.columns.tolist() == COLUMNS
    pd.testing.assert_frame_equal(found, table(*rows), check_dtype=False)
    whole = total(Design(FRAME), GRADES)
    assert whole["level"].tolist() == [""] and whole["value"].tolist() == [35 + 22 + 7 + 20]
    assert whole["n"].tolist() == [7] and whole["deff"][0] == pytest.approx(7 * 21 / 11**2)
    assert whole["n_eff"][0] == pytest.approx(11**2 / 21)


def test_medians_as_a_table() -> None:
    found = median(Design(FRAME), GRADES, by_group)
    # Of 5, 7, 9 with weights 1, 3, 1 it is 7; of 6 and 8 with 1 and 2 it is 8.
    assert found["level"].tolist() == ["a", "b", "c"] and found["value"].tolist() == [7.0, 8.0, 7.0]
    assert found["n"].tolist() == [3, 2, 1] and found["df"].tolist() == [2, 1, 0]
    assert found["deff"].tolist() == pytest.approx([3 * 11 / 25, 2 * 5 / 9, 1.0])
    assert (
        found["n_eff"].tolist() == pytest.approx([25 / 11, 9 / 5, 1.0]) and found.columns.tolist() == COLUMNS
    )
    whole = median(Design(FRAME), GRADES)
    assert whole["level"].tolist() == [""] and whole["value"].tolist() == [7.0]
    # With so few answers the upper bound lies outside what was observed.
    assert 5.0 <= whole["low"][0] <= 7.0 and math.isnan(whole["high"][0])


@pytest.mark.parametrize("find", [total, median, mean, share])
def test_without_answers_a_table_without_rows(find: Any) -> None:
    for values, by in ((pd.Series([NAN] * 8), None), (YES, pd.Series([""] * 8))):
        found = find(Design(FRAME), values, by)
        assert found.empty and found.columns.tolist() == COLUMNS


def difference(one: list[bool], other: list[bool]) -> tuple[float, ...]:
    """Value, low, high, se, df and p of the difference of two means."""
    means, parts, n = [], [], 0
    for inside in (one, other):
        here = np.array(inside) & GRADES.notna().to_numpy()
        w = np.where(here, WEIGHTS, 0.0)
        means.append(float((w * GRADES.fillna(0)).sum() / w.sum()))
        parts.append(w * (GRADES.fillna(0).to_numpy() - means[-1]) / w.sum())
        n += int(here.sum())
    z, value = parts[0] - parts[1], means[0] - means[1]
    se = math.sqrt(8 / 7 * ((z - z.mean()) ** 2).sum())
    half = float(t.ppf(0.975, n - 1)) * se
    return value, value - half, value + half, se, float(n - 1), float(2 * t.sf(abs(value) / se, n - 1))


NUMBERS = ["value", "low", "high", "se", "df", "p"]


def test_each_domain_against_the_rest() -> None:
    by = pd.Series(["a", "a", "b", "b", "b", "c", "", "c"])
    rows = [
        (level, *difference((by == level).tolist(), ((by != level) & (by != "")).tolist())) for level in "abc"
    ]
    expected = pd.DataFrame(rows, columns=["level", *NUMBERS])
    expected["p_holm"] = holm(expected["p"])
    pd.testing.assert_frame_equal(against_rest(Design(FRAME), GRADES, by), expected)
    some = against_rest(Design(FRAME), GRADES, by, ["c", "a"])
    expected = expected[expected["level"] != "b"].reset_index(drop=True).assign(p_holm=lambda e: holm(e["p"]))
    pd.testing.assert_frame_equal(some, expected)
    assert against_rest(Design(FRAME), GRADES, by, []).empty
    alone = against_rest(Design(FRAME), GRADES, by_group.where(by_group == "a", ""))
    assert alone["level"].tolist() == ["a"] and alone[[*NUMBERS, "p_holm"]].isna().all(axis=None)


def test_each_pair_of_domains() -> None:
    by = pd.Series(["a", "a", "b", "b", "b", "c", "", "d"])
    rows: list[tuple[Any, ...]] = []
    for one, other in (("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")):
        # The fourth gave no grade.
        numbers = (NAN,) * 6 if other == "d" else difference((by == one).tolist(), (by == other).tolist())
        rows.append((one, other, *numbers))
    expected = pd.DataFrame(rows, columns=["level", "other", *NUMBERS])
    expected["p_holm"] = holm(expected["p"])
    pd.testing.assert_frame_equal(between(Design(FRAME), GRADES, by), expected)
    found = between(Design(FRAME), GRADES, by, ["c", "a"])
    assert found[["level", "other"]].to_numpy().tolist() == [["a", "c"]]
    assert found["p_holm"][0] == found["p"][0] == pytest.approx(expected["p"][1])


@pytest.mark.parametrize(
    ("p", "corrected"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.5, 0.2], [0.5, 0.4]),
        ([0.9, 0.8], [1.0, 1.0]),
        ([0.01, NAN, 0.02], [0.02, NAN, 0.02]),
        ([0.3], [0.3]),
        ([NAN], [NAN]),
    ],
)
def test_holm(p: list[float], corrected: list[float]) -> None:
    found = holm(pd.Series(p, index=range(5, 5 + len(p))))
    assert found.tolist() == pytest.approx(corrected, nan_ok=True)
    assert found.index.tolist() == list(range(5, 5 + len(p)))


RULE = Publication(
    minimum=10,
    share_width=0.5,
    share_imprecise=0.25,
    relative_width=1.0,
    grade_half_width=0.5,
    grade_imprecise=0.25,
)
WIDE, WARN, NONE = "niet-publiceerbaar: marge te groot", "onnauwkeurig: ruime marge", "ok"


@pytest.mark.parametrize(
    ("kind", "value", "low", "high", "n", "flag"),
    [
        ("share", 0.5, 0.4, 0.6, 10, NONE),
        ("share", 0.5, 0.4, 0.6, 9, "niet-publiceerbaar: n < 10"),
        ("share", 0.5, 0.25, 0.75, 10, WIDE),
        ("share", 0.5, 0.25, 0.7499, 10, WARN),
        ("share", 0.5, 0.25, 0.5, 10, WARN),
        ("share", 0.5, 0.25, 0.4999, 10, NONE),
        ("share", 0.125, 0.0, 0.125, 10, NONE),
        ("share", 0.12, 0.0, 0.125, 10, WARN),
        ("share", 0.875, 0.0, 0.125, 10, NONE),
        ("share", 0.88, 0.0, 0.125, 10, WARN),
        ("share", 0.01, 0.0, 0.05, 10, NONE),
        ("share", 0.01, 0.0, 0.0501, 10, WARN),
        ("share", 0.5, NAN, 0.6, 10, "niet-publiceerbaar: geen marge te berekenen"),
        ("grade", 0.5, 0.0, math.inf, 10, "niet-publiceerbaar: geen marge te berekenen"),
        ("grade", 7.0, 6.5, 7.5, 10, WARN),
        ("grade", 7.0, 6.4999, 7.5, 10, WIDE),
        ("grade", 7.0, 6.75, 7.25, 10, NONE),
        ("grade", 7.0, 6.7499, 7.25, 10, WARN),
        ("grade", 7.0, 6.75, 7.25, 9, "niet-publiceerbaar: n < 10"),
    ],
)
def test_the_flag_on_the_edge_of_each_rule(
    kind: Any, value: float, low: float, high: float, n: int, flag: str
) -> None:
    assert status(kind, value, low, high, n, RULE) == flag


def test_the_design_as_svy_reads_it() -> None:
    sizes = {"x": 50.0, "y": 30.0}
    made = sample(Design(FRAME, strata="area", population=sizes), {"_y": GRADES.tolist()})
    assert made.design.wgt == "_weight" and made.design.stratum == "_stratum"
    rows = made.data.select(["_weight", "_stratum", "_size"]).rows()
    expected = [(w, area, sizes[area]) for w, area in zip(WEIGHTS, FRAME["area"], strict=True)]
    assert sorted(rows) == sorted(expected)
    # In whatever order the respondents come, svy adds them up in one.
    other = FRAME.iloc[::-1]
    again = sample(Design(other, strata="area", population=sizes), {"_y": GRADES.tolist()[::-1]})
    assert rows == again.data.select(["_weight", "_stratum", "_size"]).rows()
    plain = sample(Design(FRAME), {"_y": GRADES.tolist()})
    assert plain.design.stratum is None and "_stratum" not in plain.data.columns


def test_totals_with_strata_and_a_finite_population() -> None:
    plain = total(Design(FRAME), GRADES).iloc[0]
    half = total(Design(FRAME, population={"alle": 16.0}), GRADES).iloc[0]
    assert half["value"] == plain["value"] and half["se"] == pytest.approx(plain["se"] * math.sqrt(1 / 2))
    y = GRADES.fillna(0).to_numpy() * WEIGHTS
    parts = [y[:5], y[5:]]
    variance = [len(part) / (len(part) - 1) * ((part - part.mean()) ** 2).sum() for part in parts]
    both = Design(FRAME, strata="area", population={"x": 20.0, "y": 4.0})
    found = total(both, GRADES).iloc[0]
    assert found["se"] == pytest.approx(math.sqrt(3 / 4 * variance[0] + 1 / 4 * variance[1]))
    # Seven answers in two strata; who did not answer counts for neither.
    assert found["df"] == 5
    # A stratum of one is centred on the sample as a whole.
    lonely = Design(FRAME.assign(area=["z", *["x"] * 7]), strata="area")
    rest = 7 / 6 * ((y[1:] - y[1:].mean()) ** 2).sum()
    assert total(lonely, GRADES)["se"][0] == pytest.approx(math.sqrt(rest + (y[0] - y.mean()) ** 2))
