from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.project import CorpusSettings, Dyad, StorySource, Triad
from toolkit.stories.duiding import differences, places

SETTINGS = CorpusSettings(
    naam="v",
    periode="2026",
    grondslag="toestemming",
    bewaren_tot="2099-12-31",
    bron=(StorySource(bestand="raw/v.csv", rol="inwoner", kolommen={}),),
    dyade=(Dyad(id="tempo", vraag="Hoe snel?", polen=("traag", "snel"), kolom="t"),),
    triade=(
        Triad(
            id="hielp",
            vraag="Wie hielp?",
            polen=("naasten", "buurt", "professionals"),
            kolommen=("a", "b", "c"),
        ),
    ),
)  # type: ignore[call-arg]


@pytest.fixture
def stories() -> pd.DataFrame:
    """60 residents (25 in wijk 1, 35 in wijk 2; every fifth skipped the triad) and 30 professionals who differ."""
    random = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "story": [f"v{n:02}" for n in range(90)],
            "respondent": "",
            "role": ["inwoner"] * 60 + ["professional"] * 30,
            "area": ["WK1"] * 25 + ["WK2"] * 35 + [""] * 30,
            "dyad_tempo": 0.25,
        }
    )
    shares = np.vstack([random.dirichlet([6, 3, 2], 60), random.dirichlet([2, 2, 8], 30)])
    shares[:60:5] = np.nan
    for pole in range(3):
        frame[f"triad_hielp_{pole + 1}"] = shares[:, pole]
    return frame


def test_groups_have_a_centre_an_edge_and_those_who_skipped(stories: pd.DataFrame) -> None:
    found = places(stories, SETTINGS, 20, 10, 1)
    triad = found[found["soort"] == "triade"].set_index("groep")
    assert list(triad.index) == ["rol=inwoner", "rol=professional", "gebied=WK1", "gebied=WK2"]
    assert triad["n"].tolist() == [48, 30, 20, 28]
    assert triad["overgeslagen"].tolist() == [12, 0, "minder dan 10", "minder dan 10"]
    assert triad.loc["rol=inwoner", ["deel_1", "deel_2", "deel_3"]].sum() == pytest.approx(1, abs=1e-3)
    assert triad.loc["rol=professional", "deel_3"] > 0.6
    edge = triad.loc["rol=inwoner", "rand"].split(";")
    assert len(edge) == 60 and sum(map(float, edge[0].split())) == pytest.approx(1, abs=1e-3)
    dyad = found[(found["soort"] == "dyade") & (found["groep"] == "rol=inwoner")].iloc[0]
    assert (dyad["deel_1"], dyad["deel_2"], dyad["n"], dyad["polen"]) == (0.75, 0.25, 60, "traag | snel")


def test_small_groups_are_left_out(stories: pd.DataFrame) -> None:
    assert "gebied=WK1" not in set(places(stories, SETTINGS, 21, 10, 1).query("soort == 'triade'")["groep"])
    few = stories.assign(respondent=[f"r{n % 4}" for n in range(90)])
    assert places(few, SETTINGS, 20, 10, 1).empty  # stories enough, tellers not


def test_differences_by_permutation_with_holm(stories: pd.DataFrame) -> None:
    found = differences(stories, SETTINGS, 20, 10, 1)
    by = found.set_index(["soort", "indeling"])
    assert by.loc[("triade", "rol"), "oordeel"] == "verschil"
    assert by.loc[("triade", "gebied"), "oordeel"] == "geen aantoonbaar verschil"
    assert by.loc[("triade", "rol"), "p"] == pytest.approx(4 / 2000)  # the smallest of four, times four
    assert by.loc[("dyade", "rol"), "p"] == 1
    assert by.loc[("triade", "rol"), "n"] == 78
    assert differences(stories[:0], SETTINGS, 20, 10, 1).empty
