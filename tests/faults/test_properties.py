"""What holds for any table: it reads back as it was written, and the order of rows tells nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from toolkit import tables
from toolkit.files import write_csv
from toolkit.survey.estimate import Design, mean, median, share, total

QUIET = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
NUMBERS = st.one_of(st.just(float("nan")), st.floats(allow_nan=False, allow_infinity=False, width=64))


@st.composite
def lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of Measures with a key of their own, any text and any number."""
    count = draw(st.integers(0, 8))
    return [
        {
            "source": draw(st.sampled_from(tables.SOURCES)),
            "dataset": f"{draw(WORDS)}{number}",
            "measure": draw(WORDS),
            "area": draw(WORDS),
            "period": draw(WORDS),
            "group": draw(st.one_of(st.just(""), WORDS)),
            "status": f"{draw(st.sampled_from(tables.STATUSES))}: {draw(WORDS)}",
            **{name: draw(NUMBERS) for name in ("value", "low", "high", "n", "n_eff")},
        }
        for number in range(count)
    ]


@QUIET
@given(lines())
def test_measures_read_back_as_they_were_written(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    frame = tables.measures(rows)
    path = tmp_path / "measures.csv"
    write_csv(frame, path)
    text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    numbers = [one.name for one in tables.MEASURES.columns if one.kind == "number"]
    for name in numbers:
        text[name] = text[name].map(lambda cell: float(cell) if cell else float("nan")).astype(float)
    pd.testing.assert_frame_equal(tables.check(text, tables.MEASURES), frame, check_exact=True)


@st.composite
def people(draw: st.DrawFn) -> pd.DataFrame:
    """A sample of 8 to 60 people with weights, an answer, a grade and a group."""
    seed = draw(st.integers(0, 2**32 - 1))
    size = draw(st.integers(8, 60))
    chance = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "weight": chance.uniform(0.2, 5.0, size),
            "area": chance.choice(["A", "B"], size),
            "group": chance.choice(["jong", "oud", ""], size),
            "yes": chance.choice([0.0, 1.0, np.nan], size, p=[0.4, 0.5, 0.1]),
            "grade": chance.choice([*range(1, 11), np.nan], size).astype(float),
        }
    )


JUMPED = pd.DataFrame(  # the upper bound of a median that came and went with the order of these people
    {
        "weight": [4.257464, 1.669653, 4.176275, 0.864432, 4.042040, 1.807734, 3.156896, 3.584527],
        "area": list("BBBABBBB"),
        "group": ["jong", "oud", "", "oud", "jong", "oud", "", "jong"],
        "yes": [1, 1, np.nan, 1, 1, 1, 0, 0],
        "grade": [4.0, 2, 1, 2, 4, 5, 1, 1],
    }
)


@QUIET
@given(people(), st.integers(0, 2**32 - 1))
@example(JUMPED, 0)
def test_estimates_do_not_hang_on_the_order_of_rows(frame: pd.DataFrame, seed: int) -> None:
    mixed = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    for strata in ("", "area"):
        one, other = (Design(table, strata=strata) for table in (frame, mixed))
        for work, column in ((share, "yes"), (mean, "grade"), (total, "yes"), (median, "grade")):
            for by in (None, "group"):
                left = work(one, frame[column], None if by is None else frame[by])
                right = work(other, mixed[column], None if by is None else mixed[by])
                key = ["level"] if "level" in left else []
                left, right = (
                    table.sort_values(key).reset_index(drop=True) if key else table for table in (left, right)
                )
                pd.testing.assert_frame_equal(left, right, rtol=1e-9, obj=f"{work.__name__} {by} {strata}")
