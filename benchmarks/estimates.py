"""How long estimates take beside plain group means: 1,000,000 respondents, 20 variables, 30 breakdowns.

Run: python benchmarks/estimates.py. Both sides get the same data in one run: pandas the weighted columns
for plain group means, the toolkit the answers, weights and strata for means with 95% intervals.
Prints the seconds, their ratio and the peak memory; exit code 1 above a ratio of 3 or 2 GB.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from toolkit.survey.estimate import Design, breakdowns

PEOPLE, VARIABLES, BREAKDOWNS = 1_000_000, 20, 30
RATIO, GIGABYTES = 3.0, 2.0


def made(people: int = PEOPLE) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Respondents with weights, a wijk, answers (some missing) and groups of 2 to 31 levels."""
    rng = np.random.default_rng(20260312)
    columns: dict[str, object] = {
        "weight": rng.gamma(4, 0.25, people),
        "area": pd.Categorical.from_codes(rng.integers(0, 13, people), [f"WK0505{i:02d}" for i in range(13)]),
    }
    variables = [f"vraag{i:02d}" for i in range(VARIABLES)]
    for place, name in enumerate(variables):
        # Half shares, half grades; one in twenty has no answer.
        values = rng.integers(0, 2, people) if place % 2 else rng.integers(1, 11, people)
        columns[name] = np.where(rng.random(people) < 0.05, np.nan, values.astype(float))
    groups = [f"groep{i:02d}" for i in range(BREAKDOWNS)]
    for place, name in enumerate(groups):
        levels = [f"{chr(97 + level % 26)}{level}" for level in range(place + 2)]
        columns[name] = pd.Categorical.from_codes(rng.integers(0, len(levels), people), levels)
    return pd.DataFrame(columns), variables, groups


def plain(frame: pd.DataFrame, variables: list[str], groups: list[str]) -> list[pd.DataFrame]:
    """Group means by pandas alone: no weights, no intervals."""
    return [frame.groupby(group, observed=True)[variables].mean() for group in groups]


def estimated(frame: pd.DataFrame, variables: list[str], groups: list[str]) -> dict[str, list[pd.DataFrame]]:
    """Weighted means or shares with n, design effect and interval, per variable and breakdown."""
    design = Design(frame, strata="area")
    within = [design.split(frame[group]) for group in groups]
    return {
        name: breakdowns(design, frame[name], within, "share" if place % 2 else "mean")
        for place, name in enumerate(variables)
    }


def peak_gigabytes() -> float:
    """The most memory that this process has used; NaN on Windows, which does not tell it this way."""
    try:
        import resource
    except ImportError:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main() -> int:
    """Time both and print the outcome."""
    frame, variables, groups = made()
    begin = time.perf_counter()
    theirs = plain(frame, variables, groups)
    middle = time.perf_counter()
    ours = estimated(frame, variables, groups)
    end = time.perf_counter()
    tables = sum(len(tables) for tables in ours.values())
    ratio, memory = (end - middle) / (middle - begin), peak_gigabytes()
    print(f"pandas, gewone groepsgemiddelden: {middle - begin:6.1f} s ({len(theirs)} uitsplitsingen)")
    print(f"toolkit, schattingen met marges:  {end - middle:6.1f} s ({tables} tabellen)")
    print(
        f"verhouding {ratio:.2f} (doel onder {RATIO:g}); geheugen {memory:.2f} GB (doel onder {GIGABYTES:g})"
    )
    return int(ratio >= RATIO or memory >= GIGABYTES)


if __name__ == "__main__":
    raise SystemExit(main())
