"""Themes and KPIs of the same respondents: equal to a sandwich estimator written out by hand."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from toolkit.survey.association import COLUMNS, Guard, associations
from toolkit.survey.estimate import Design, holm
from toolkit.survey.kpis import Kpi

SIZES = {"a": 900.0, "b": 700.0, "c": 400.0}


def respondents(seed: int = 3, n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    theme = (rng.random(n) < 0.4).astype(float)
    return pd.DataFrame(
        {
            "weight": rng.uniform(0.4, 3.0, n),
            "stratum": rng.choice(list(SIZES), n),
            "theme": np.where(rng.random(n) < 0.6, theme, np.nan),
            "satisfied": np.where(rng.random(n) < 0.9, rng.random(n) < 0.7 - 0.25 * theme, np.nan).astype(float),
            "grade": 7.0 - 0.8 * theme + rng.normal(0, 1.2, n),
        }
    )  # fmt: skip


def design(frame: pd.DataFrame, sizes: dict[str, float] | None) -> Design:
    return Design(frame, strata="stratum", population=sizes)


def kpi(frame: pd.DataFrame, name: str, kind: Literal["share", "grade"]) -> Kpi:
    return Kpi(f"kpi.{name}", "", frame[name], kind)


def by_hand(frame: pd.DataFrame, name: str, sizes: dict[str, float] | None) -> dict[str, float]:
    """Binder's sandwich of a regression on one yes/no variable, from the scores of each respondent."""
    inside = (frame["theme"].notna() & frame[name].notna()).to_numpy()
    w = np.where(inside, frame["weight"], 0.0)
    x, y = frame["theme"].fillna(0).to_numpy(), frame[name].fillna(0).to_numpy()
    scores, means = [], []
    for side in (1, 0):
        here = np.where(x == side, w, 0.0)
        means.append((here * y).sum() / here.sum())
        scores.append(here * (y - means[-1]) / here.sum())

    def se(z: np.ndarray) -> float:
        total = 0.0
        for stratum in SIZES:
            part = z[(frame["stratum"] == stratum).to_numpy()]
            left = 1.0 if sizes is None else 1 - len(part) / sizes[stratum]
            total += left * len(part) / (len(part) - 1) * ((part - part.mean()) ** 2).sum()
        return float(np.sqrt(total))

    df = inside.sum() - len(SIZES) - 1
    p1, p0 = means
    found = {"value": p1 - p0, "half": t.ppf(0.975, df) * se(scores[0] - scores[1])}
    if name == "satisfied":
        log_odds = np.log(p1 / (1 - p1)) - np.log(p0 / (1 - p0))
        z = log_odds / se(scores[0] / (p1 * (1 - p1)) - scores[1] / (p0 * (1 - p0)))
    else:
        z = (p1 - p0) / se(scores[0] - scores[1])
    return found | {"p": float(2 * t.sf(abs(z), df))}


@pytest.mark.parametrize("sizes", [None, SIZES], ids=["with-replacement", "fpc"])
@pytest.mark.parametrize(("name", "kind"), [("satisfied", "share"), ("grade", "grade")])
def test_difference_interval_and_p_equal_a_sandwich_by_hand(
    name: str, kind: Literal["share", "grade"], sizes: dict[str, float] | None
) -> None:
    frame = respondents()
    found = associations(design(frame, sizes), [kpi(frame, name, kind)], frame[["theme"]])
    assert tuple(found.columns) == COLUMNS
    row, known = found.iloc[0], by_hand(frame, name, sizes)
    assert row["value"] == pytest.approx(known["value"], abs=1e-9)
    assert row["high"] - row["value"] == pytest.approx(known["half"], rel=1e-6)
    assert row["value"] - row["low"] == pytest.approx(known["half"], rel=1e-6)
    assert row["p"] == pytest.approx(known["p"], rel=1e-6)
    answered = frame.dropna(subset=["theme", name])
    assert (row["n_with"], row["n_without"]) == (
        (answered["theme"] == 1).sum(),
        (answered["theme"] == 0).sum(),
    )


def test_a_worked_number_without_weights() -> None:
    """30 tellers of waiting, 12 satisfied; 50 others, 35 satisfied: 40% against 70%, so -30 points."""
    frame = pd.DataFrame({"weight": 1.0, "theme": [1.0] * 30 + [0.0] * 50})
    frame["satisfied"] = [1.0] * 12 + [0.0] * 18 + [1.0] * 35 + [0.0] * 15
    row = associations(Design(frame), [kpi(frame, "satisfied", "share")], frame[["theme"]]).iloc[0]
    assert row["value"] == pytest.approx(-0.3)
    # The delta method by hand: logit 0.4 - logit 0.7, variance 80/79 (1/12 + 1/18 + 1/35 + 1/15).
    z = (np.log(12 / 18) - np.log(35 / 15)) / np.sqrt(80 / 79 * (1 / 12 + 1 / 18 + 1 / 35 + 1 / 15))
    assert row["p"] == pytest.approx(float(2 * t.sf(abs(z), 78)), rel=1e-6)


def test_the_guard_forbids_small_groups_small_cells_and_groups_that_all_answered_alike() -> None:
    frame = pd.DataFrame(
        {"weight": 1.0, "theme": [1.0] * 19 + [0.0] * 60, "satisfied": [1.0, 0.0] * 39 + [1.0]}
    )
    frame["grade"] = np.arange(79) % 7.0

    def compared(frame: pd.DataFrame, name: str, kind: Literal["share", "grade"], **limits: int) -> bool:
        found = associations(Design(frame), [kpi(frame, name, kind)], frame[["theme"]], Guard(**limits))
        assert found["value"].notna().tolist() == found["p"].notna().tolist()
        return bool(found["value"].notna().iloc[0])

    assert not compared(frame, "grade", "grade")
    assert compared(frame, "grade", "grade", group=19)
    assert not compared(frame, "grade", "grade", group=19, total=80)
    more = frame.assign(theme=[1.0] * 25 + [0.0] * 54)
    assert compared(more, "satisfied", "share")
    few = more.assign(satisfied=[1.0] * 9 + [0.0] * 16 + [1.0, 0.0] * 27)
    assert not compared(few, "satisfied", "share") and compared(few, "satisfied", "share", cell=9)
    separated = more.assign(satisfied=[1.0] * 25 + [1.0, 0.0] * 27)
    assert not compared(separated, "satisfied", "share")
    assert not compared(more.assign(grade=more["grade"].where(more["theme"] == 0, 7.0)), "grade", "grade")


def test_chance_is_not_found_more_often_than_it_should() -> None:
    """Themes that have nothing to do with the answers: about 5% of p-values below 0.05, after Holm hardly any."""
    rng = np.random.default_rng(11)
    frame = respondents(5, 300)
    told = pd.DataFrame((rng.random((300, 120)) < 0.4).astype(float)).add_prefix("t")
    found = associations(design(frame, None), [kpi(frame, "satisfied", "share")], told)
    assert 0 < (found["p"] < 0.05).mean() < 0.12
    assert (holm(found["p"]) < 0.05).sum() == 0


def test_holm_over_tests_that_were_made() -> None:
    assert holm(pd.Series([0.01, float("nan"), 0.04, 0.03])).fillna(-1).tolist() == pytest.approx(
        [0.03, -1, 0.06, 0.06]
    )
