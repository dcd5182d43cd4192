from __future__ import annotations

import numpy as np
import pytest

from toolkit.stories.signification import triad_centre


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
