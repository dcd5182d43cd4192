"""The target population per area, the denominator of bereik."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from toolkit import population


def read_population(path: Path, merge: Mapping[str, str]) -> pd.DataFrame:
    """Residents per area as a frame with columns gebied and aantal, after merging areas.

    An area counts by its undivided row when it has one, else by its age groups, else by the full
    crossing, else by sex (see `population.residents`), before it joins another area.

    Raises DataError with all problems: a missing file or column, a count that is no whole number.
    """
    counts = population.residents(population.read_population(path, {}))
    return counts.rename(index=dict(merge)).groupby(level=0, sort=True).sum().reset_index()
