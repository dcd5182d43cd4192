"""The release is attacked with linear programmes over everything published; see attacker.py."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from attacker import CITY, hierarchy, nested_widths, random_release, smallest_pattern, widths

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
    for _ in range(12 if crossed else 30):
        size = int(rng.integers(2, 5))
        truth = random_release(rng, wijken=size, partners=int(rng.integers(1, 4)), crossed=crossed)
        areas = hierarchy(size)
        public, _ = protect(truth, rules, areas)
        found = widths(truth, public, areas, rules.round_to)
        assert (found >= rules.minimum_count - NEAR).all(), truth.loc[found.index[found < 10 - NEAR]]
        assert all(width >= 10 - NEAR for width in nested_widths(truth, public, areas, rules.round_to))
        hidden += len(found)
        released += int(public["n"].notna().sum())
    assert hidden > 100 and released > 100
