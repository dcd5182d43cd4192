"""The release is attacked with linear programmes over everything published; see attacker.py."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from attacker import CITY, hierarchy, nested_widths, random_release, smallest_pattern, widths
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit import tables
from toolkit.disclosure import protect
from toolkit.project import Disclosure

KEY = list(tables.MEASURES.key)
EXACT, ROUNDED = Disclosure(round_to=1), Disclosure()
NEAR = 1e-4


def shown(public: pd.DataFrame) -> set[tuple[str, ...]]:
    return set(public.loc[public["n"].notna(), KEY].itertuples(index=False, name=None))


@pytest.mark.parametrize("rules", [EXACT, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("crossed", [False, True], ids=["margins", "crossed"])
def test_no_hidden_cell_is_narrowed(rules: Disclosure, crossed: bool) -> None:
    rng = np.random.default_rng(41)
    hidden = released = 0
    for _ in range(3 if crossed else 8):
        size = int(rng.integers(2, 5))
        truth = random_release(rng, wijken=size, partners=int(rng.integers(1, 4)), crossed=crossed)
        areas = hierarchy(size)
        public, _ = protect(truth, rules, areas)
        found = widths(truth, public, areas, rules.round_to)
        assert (found >= rules.minimum_count - NEAR).all(), truth.loc[found.index[found < 10 - NEAR]]
        assert all(width >= 10 - NEAR for width in nested_widths(truth, public, areas, rules.round_to))
        hidden += len(found)
        released += int(public["n"].notna().sum())
    assert hidden > 40 and released > 40


def crossing(values: np.ndarray, dataset: str = "t") -> pd.DataFrame:
    """Counts per wijk (rows) and partner (columns), with both margins and the total."""
    rows = []
    for wijk in range(-1, values.shape[0]):
        for partner in range(-1, values.shape[1]):
            cells = values if wijk < 0 else values[wijk : wijk + 1]
            count = int((cells if partner < 0 else cells[:, partner]).sum())
            rows.append(
                {
                    "source": "registratie", "dataset": dataset, "measure": "bereik.personen", "period": "2025",
                    "unit": "personen", "area": CITY if wijk < 0 else f"WK05050{wijk + 1}",
                    "group": "" if partner < 0 else f"partner={chr(65 + partner)}", "value": count, "n": count,
                }
            )  # fmt: skip
    return tables.measures(rows)


def sums_of(shape: tuple[int, int]) -> np.ndarray:
    """The conditions on the cells of `crossing`, in its order: each total minus its parts is zero."""
    place = np.arange((shape[0] + 1) * (shape[1] + 1)).reshape(shape[0] + 1, shape[1] + 1)
    found = []
    for line in [*place, *place.T]:
        condition = np.zeros(place.size)
        condition[line[0]], condition[line[1:]] = 1, -1
        found.append(condition)
    return np.array(found)


def random_counts(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return np.asarray(rng.negative_binomial(1, rng.uniform(0.02, 0.08), shape))


def test_hundreds_of_random_crossings() -> None:
    rng = np.random.default_rng(7)
    shapes = [(int(rng.integers(2, 6)), int(rng.integers(2, 4))) for _ in range(100)]
    release = pd.concat(
        [crossing(random_counts(rng, shape), f"t{number}") for number, shape in enumerate(shapes)],
        ignore_index=True,
    )
    areas = hierarchy(5)
    for rules in (EXACT, ROUNDED):
        published, _ = protect(release, rules, areas)
        assert (published["value"].dropna() >= rules.minimum_count).all()
        hidden = 0
        for dataset, public in published.groupby("dataset"):
            truth = release[release["dataset"] == dataset]
            found = widths(truth, public, areas, rules.round_to)
            assert (found >= rules.minimum_count - NEAR).all(), truth.loc[found.index[found < 10 - NEAR]]
            hidden += len(found)
        assert hidden > 300


def test_no_more_is_hidden_than_half_as_much_again_as_the_least() -> None:
    rng = np.random.default_rng(3)
    tables_ = [
        random_counts(rng, [(2, 2), (3, 2), (2, 3), (4, 1), (5, 1)][int(rng.integers(5))]) for _ in range(40)
    ]
    release = [crossing(values, f"t{number}") for number, values in enumerate(tables_)]
    published, _ = protect(pd.concat(release, ignore_index=True), EXACT, hierarchy(5))
    ratios = []
    for values, truth in zip(tables_, release, strict=True):
        public = published[published["dataset"] == truth["dataset"].iloc[0]]
        cells = truth["value"].to_numpy()
        if not (cells < 10).any():
            assert public["value"].notna().all()
            continue
        least = smallest_pattern(cells, sums_of(values.shape), cells < 10, 10.0)
        ratios.append(int(public["value"].isna().sum()) / least)
    assert len(ratios) > 20
    assert max(ratios) <= 1.5 and np.mean(ratios) <= 1.05


def never_more(seed: int, crossed: bool, step: int) -> None:
    """Areas alone; then partners too; then another way to divide the same people; then another dataset."""
    rng, areas = np.random.default_rng(seed), hierarchy(2)
    first = random_release(rng, wijken=2, partners=2, crossed=crossed)
    other = random_release(rng, wijken=2, partners=2, crossed=False).assign(dataset="u")
    few, grouped = first[first["group"] == ""], first[first["group"] != ""]
    ways = grouped.assign(group=grouped["group"].str.replace("partner", "wet"))
    tables_ = [few, grouped, ways, other]
    before, after = (pd.concat(tables_[: step + more], ignore_index=True) for more in (1, 2))
    asked = set(before[KEY].itertuples(index=False, name=None))
    assert shown(protect(after, EXACT, areas)[0]) & asked <= shown(protect(before, EXACT, areas)[0])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(False, 0), (True, 0), (False, 1), (False, 2)]))
def test_who_asks_for_more_tables_never_gets_more(seed: int, asked: tuple[bool, int]) -> None:
    never_more(seed, *asked)


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 2])
def test_who_asks_for_more_crossed_tables_never_gets_more(step: int) -> None:
    never_more(12, True, step)


def test_the_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(9)
    truth, areas = random_release(rng, wijken=3, partners=2, crossed=False), hierarchy(3)
    expected = protect(truth, ROUNDED, areas)[0].sort_values(KEY, ignore_index=True)
    for seed in range(3):
        mixed = truth.sample(frac=1, random_state=seed)
        found, _ = protect(mixed, ROUNDED, areas.sample(frac=1, random_state=seed))
        pd.testing.assert_frame_equal(found.sort_values(KEY, ignore_index=True), expected)
