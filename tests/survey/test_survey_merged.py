"""Survey KPIs of classes and wijken that are too small on their own count in larger ones."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest
from survey_files import CODEBOOK, settings

from toolkit.larger import Larger
from toolkit.settings import parse_settings
from toolkit.survey import kpis
from toolkit.survey.codebook import Codebook
from toolkit.survey.estimate import Design, Publication
from toolkit.survey.merged import with_classes, with_larger_areas
from toolkit.tables import MEASURES, check

CITY = "GM0505"
RULE = Publication(minimum=30, grade_half_width=5.0, share_width=0.9)
GRADE = "tevredenheid.rapportcijfer"
CLASSES = {"15-24": 12, "25-44": 60, "45-64": 20, "65+": 70}
WIJKEN = {"WK050501": 20, "WK050502": 25, "WK050503": 40, "WK050504": 77}


def codebook() -> Codebook:
    data: Any = copy.deepcopy(CODEBOOK)
    for one in data["variabele"]:
        if one["naam"] == "groep":
            one["codes"] = {name: name for name in CLASSES}
            one["klassen"] = {}
            del one["afgeleid_van"], one["klassen"]
    return parse_settings(data, Codebook, "codeboek.toml")


def people() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n = sum(CLASSES.values())
    return pd.DataFrame(
        {
            "respondent": [f"r{one}" for one in range(n)],
            "weight": rng.uniform(0.5, 2.0, n),
            "groep": np.repeat(list(CLASSES), list(CLASSES.values())),
            "area": rng.permutation(np.repeat(list(WIJKEN), list(WIJKEN.values()))),
            "contact": "ja",
            "cijfer": rng.integers(4, 10, n).astype(float),
            "cijfer.reden": "",
        }
    )


def base(frame: pd.DataFrame) -> pd.DataFrame:
    return kpis.measures(frame, codebook(), settings(), "proef", CITY, ("groep",), RULE, Design(frame))


def grades(found: pd.DataFrame) -> pd.DataFrame:
    check(found, MEASURES)
    rows = found[(found["measure"] == GRADE) & found["group"].str.startswith("groep=")]
    return rows.set_index(rows["group"].str.removeprefix("groep="))


def merged(*unions: tuple[str, ...]) -> pd.DataFrame:
    frame = people()
    return grades(with_classes(base(frame), Design(frame), codebook(), {"groep": unions}, CITY, RULE))


def test_a_class_that_is_too_small_counts_with_its_neighbour_and_both_lose_their_own_figure() -> None:
    found, frame = merged(("15-24", "25-44"), ("45-64", "65+")), people()
    young = frame[frame["groep"].isin(["15-24", "25-44"])]
    row = found.loc["15-24 + 25-44"]
    assert row["n"] == 72 and row["value"] == pytest.approx(
        np.average(young["cijfer"], weights=young["weight"])
    )
    for name in ("15-24", "25-44"):
        assert found.loc[name, ["value", "low", "high", "n", "n_eff"]].isna().all()
        assert found.loc[name, "status"] == "onderdrukt: telt mee bij 15-24 + 25-44"
    # Every published n is of a class or of classes together: the twelve follow from nothing.
    assert sorted(found["n"].dropna()) == [72, 90]


def test_the_order_that_is_declared_decides_and_enough_is_enough() -> None:
    steps = merged(("15-24", "45-64"), ("15-24", "45-64", "65+"))
    assert "15-24 + 45-64" in steps.index and steps.loc["15-24 + 45-64", "n"] == 32
    assert steps.loc["65+", "n"] == 70  # the second step was not needed
    kept = merged(("25-44", "65+"))
    assert "25-44 + 65+" not in kept.index and kept.loc["25-44", "n"] == 60


def test_classes_that_stay_too_small_together_stay_as_they_were() -> None:
    frame = people().assign(cijfer=lambda one: one["cijfer"].where(one["groep"] != "45-64"))
    found = grades(
        with_classes(base(frame), Design(frame), codebook(), {"groep": [("15-24", "45-64")]}, CITY, RULE)
    )
    assert list(found.index) == ["15-24", "25-44", "65+"] and str(found.loc["15-24", "status"]).endswith(
        "n < 30"
    )


def test_larger_areas_have_a_figure_where_their_wijken_lack_one() -> None:
    frame = people()
    larger = (
        Larger("SD-west", "West", ("WK050501", "WK050502")),
        Larger("SD-oost", "Oost", ("WK050503", "WK050504")),
    )
    first = base(frame)
    found = with_larger_areas(first, Design(frame), codebook(), larger, CITY, RULE)
    pd.testing.assert_frame_equal(found.iloc[: len(first)], first)
    own = found[found["area"].str.startswith("SD-") & (found["measure"] == GRADE)]
    assert list(own["area"]) == ["SD-west"]  # of the wijken of Oost each has a figure
    inside = frame[frame["area"].isin(["WK050501", "WK050502"])]
    assert own.iloc[0]["value"] == pytest.approx(np.average(inside["cijfer"], weights=inside["weight"]))
    # West with a third wijk that has a figure: without it 20 answers are left, which is too few.
    mixed = (Larger("SD-west", "West", ("WK050501", "WK050503")),)
    assert len(with_larger_areas(first, Design(frame), codebook(), mixed, CITY, RULE)) == len(first)
