from __future__ import annotations

import numpy as np
import pytest

from toolkit.stories.signification import (
    permutation_p,
    triad_centre,
    triad_points,
    triad_region,
)


def test_the_centre_is_the_closed_geometric_mean() -> None:
    # Geometric means of the columns: sqrt(.2*.8)=.4, sqrt(.4*.1)=.2, sqrt(.4*.1)=.2; closed: .5, .25, .25.
    centre = triad_centre([[0.2, 0.4, 0.4], [0.8, 0.1, 0.1]], seed=1)
    assert centre is not None
    assert centre.shares == pytest.approx((0.5, 0.25, 0.25))
    assert (centre.n, centre.skipped) == (2, 0)


def test_one_answer_is_its_own_centre_without_spread() -> None:
    centre = triad_centre([[0.1, 0.2, 0.7]], seed=1)
    assert centre is not None
    assert centre.shares == centre.low == centre.high == pytest.approx((0.1, 0.2, 0.7))


def test_zeros_are_replaced_multiplicatively() -> None:
    # Two zeros become .005 each, the rest keeps 1 - .01.
    centre = triad_centre([[1.0, 0.0, 0.0]], seed=1)
    assert centre is not None
    assert centre.shares == pytest.approx((0.99, 0.005, 0.005))
    # The ratio of what was not zero stays the same.
    part = triad_centre([[0.6, 0.4, 0.0]], seed=1)
    assert part is not None
    assert part.shares == pytest.approx((0.6 * 0.995, 0.4 * 0.995, 0.005))


def test_rows_with_a_gap_are_skipped_and_counted() -> None:
    nan = float("nan")
    centre = triad_centre([[0.2, 0.3, 0.5], [nan, nan, nan], [0.5, 0.5, nan]], seed=1)
    assert centre is not None
    assert (centre.n, centre.skipped) == (1, 2)
    assert centre.shares == pytest.approx((0.2, 0.3, 0.5))


@pytest.mark.parametrize("rows", [np.zeros((0, 3)), [[float("nan")] * 3]])
def test_without_answers_there_is_no_centre(rows: object) -> None:
    assert triad_centre(rows, seed=1) is None


def test_the_order_of_the_rows_does_not_matter() -> None:
    random = np.random.default_rng(4)
    shares = random.dirichlet([2, 1, 1], size=40).round(2)
    centre, mixed = triad_centre(shares, seed=9), triad_centre(random.permutation(shares), seed=9)
    assert centre == mixed


def test_the_seed_decides_and_repeats() -> None:
    shares = np.random.default_rng(4).dirichlet([2, 1, 1], size=40)
    assert triad_centre(shares, seed=9) == triad_centre(shares, seed=9)
    one, other = triad_centre(shares, seed=9), triad_centre(shares, seed=10)
    assert one is not None and other is not None
    assert one.shares == other.shares and one.low != other.low


def test_bounds_hold_the_centre_and_narrow_with_more_answers() -> None:
    random = np.random.default_rng(4)
    few, many = (triad_centre(random.dirichlet([4, 2, 2], size=size), seed=1) for size in (20, 2000))
    assert few is not None and many is not None
    for centre in (few, many):
        assert all(
            low < share < high
            for low, share, high in zip(centre.low, centre.shares, centre.high, strict=True)
        )
        assert sum(centre.shares) == pytest.approx(1)
    assert many.high[0] - many.low[0] < (few.high[0] - few.low[0]) / 5


def test_inputs_are_not_changed() -> None:
    shares = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    before = shares.copy()
    triad_centre(shares, seed=1)
    np.testing.assert_array_equal(shares, before)


def test_the_region_lies_around_the_centre_and_shrinks_with_more_answers() -> None:
    random = np.random.default_rng(3)
    few, many = random.dirichlet([4, 3, 2], 30), random.dirichlet([4, 3, 2], 3000)
    for table, spread in ((few, 0.2), (many, 0.02)):
        edge, centre = triad_region(table, 1), triad_centre(table, 1)
        assert edge.shape == (60, 3) and np.allclose(edge.sum(axis=1), 1) and (edge > 0).all()
        assert centre is not None
        assert (edge.min(axis=0) < centre.shares).all() and (edge.max(axis=0) > centre.shares).all()
        assert np.abs(edge - np.array(centre.shares)).max() < spread
    assert triad_region(few[:2], 1).shape == (0, 3)
    np.testing.assert_array_equal(triad_region(few[::-1], 1), triad_region(few, 1))


def test_the_region_covers_the_true_centre_as_often_as_it_says() -> None:
    """Log-ratio normal answers around a known centre: inside the ellipse in about 95 of 100 cases."""
    random, inside, true = np.random.default_rng(8), 0, np.log([0.5, 0.3, 0.2])
    for turn in range(120):
        logs = true + random.normal(0, 0.6, (60, 3))
        edge = triad_points(
            triad_region(np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True), turn, points=40, draws=300)
        )
        point = triad_points([[0.5, 0.3, 0.2]])[0] - edge.mean(axis=0)
        around = edge - edge.mean(axis=0)
        side = np.roll(around, -1, axis=0) - around
        turns = side[:, 0] * (point - around)[:, 1] - side[:, 1] * (point - around)[:, 0]
        inside += bool((turns > 0).all() or (turns < 0).all())  # on the same side of every edge
    assert 0.88 <= inside / 120 <= 0.99


def test_points_have_aitchison_distances() -> None:
    """The distance of (1/6, 2/6, 3/6) to the middle by its definition: sqrt(sum of squared clr)."""
    shares = np.array([1, 2, 3]) / 6
    centred = np.log(shares) - np.log(shares).mean()
    points = triad_points([shares, [1 / 3] * 3, [np.nan] * 3])
    assert np.linalg.norm(points[0] - points[1]) == pytest.approx(np.sqrt((centred**2).sum()))
    assert np.isnan(points[2]).all()


def test_the_permutation_test_by_counting_all_cases() -> None:
    """Two groups of three, 20 ways to divide: only the found one and its mirror lie that far apart, so p = 0.1."""
    values, groups = np.array([1.0, 2, 3, 11, 12, 13]), list("aaabbb")
    assert permutation_p(values, groups, 1, draws=9999) == pytest.approx(0.1, abs=0.01)
    assert permutation_p(values, groups[::-1], 1) == permutation_p(values[::-1], groups, 1)
    assert np.isnan(permutation_p(values, ["a"] * 6, 1))


def test_groups_that_do_not_differ_are_seldom_said_to() -> None:
    random = np.random.default_rng(2)
    found = [
        permutation_p(triad_points(random.dirichlet([3, 2, 2], 40)), ["a", "b"] * 20, turn, 199)
        for turn in range(100)
    ]
    assert sum(p < 0.05 for p in found) <= 12
    apart = np.vstack([random.dirichlet([6, 2, 2], 25), random.dirichlet([2, 2, 6], 25)])
    assert permutation_p(triad_points(apart), ["a"] * 25 + ["b"] * 25, 1, 199) == pytest.approx(1 / 200)
