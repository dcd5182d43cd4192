"""Strata and their sizes from the settings; delivered weights; what is wrong with either."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from survey_files import AREAS, MERGE, codebook, settings

from toolkit.errors import DataError
from toolkit.project import SurveySettings
from toolkit.settings import parse_settings
from toolkit.survey.codebook import Codebook
from toolkit.survey.design import design_of
from toolkit.survey.estimate import mean
from toolkit.survey.read import read_survey

POPULATION = pd.DataFrame({"gebied": ["WK050501", "WK050502"], "groep": ["", ""], "aantal": [200.0, 120.0]})


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": ["WK050501"] * 60 + ["WK050502"] * 60,
            "weight": 1.0,
            "y": [float(i % 7) for i in range(120)],
        }
    )


def se(chosen: SurveySettings, population: pd.DataFrame | None = POPULATION) -> float:
    frame = people()
    return float(mean(design_of(frame, codebook(), chosen, population, MERGE), frame["y"])["se"][0])


def test_a_large_part_of_the_population_makes_intervals_narrower() -> None:
    whole = se(settings())
    # Without strata: √(1 - 120/320) of the standard error.
    assert se(settings(omvang=320)) == pytest.approx(whole * (1 - 120 / 320) ** 0.5)
    per_stratum = se(settings(strata="wijk", omvang={"WK050501": 200, "WK050502": 100, "WK050519": 20}))
    assert per_stratum == pytest.approx(se(settings(strata="wijk", omvang="bevolking")))
    assert per_stratum < se(settings(strata="wijk"))
    assert se(settings(omvang=120)) == 0.0  # everybody answered


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"strata": "wijk", "omvang": 500}, "omvang per stratum"),
        ({"strata": "wijk", "omvang": {"WK050501": 200}}, "stratum WK050502"),
        ({"strata": "wijk", "omvang": {"WK050501": 10, "WK050502": 200}}, "meer respondenten"),
        ({"omvang": 100}, "meer respondenten"),
        ({"strata": "buurt"}, "geen vraag"),
    ],
)
def test_sizes_that_cannot_be_are_refused(extra: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        se(settings(**extra))


def test_sizes_from_the_population_need_one() -> None:
    with pytest.raises(DataError, match="weging"):
        se(settings(strata="wijk", omvang="bevolking"), None)


WEIGHTED = {
    "naam": "gewogen",
    "versie": "1",
    "bron": {"csv": {"nummer": "nr", "gewicht": "w"}},
    "variabele": [
        {"naam": "wijk", "vraag": "Wijk?", "soort": "keuze", "rol": "gebied",
         "codes": {"WK050501": "A", "WK050502": "B", "WK050520": "oud"}},
        {"naam": "aandeel", "vraag": "Welk deel?", "soort": "getal", "minimum": 0, "maximum": 100},
    ],
}  # fmt: skip


def delivered(tmp_path: Path, rows: str) -> pd.DataFrame:
    (tmp_path / "a.csv").write_text("nr;wijk;aandeel;w\n" + rows, encoding="utf-8")
    book = parse_settings(WEIGHTED, Codebook, "codeboek.toml")
    return read_survey(tmp_path, "p", settings(("a.csv", "csv")), book, AREAS, MERGE).respondents


def test_delivered_weights_and_numbers_with_comma_or_point(tmp_path: Path) -> None:
    found = delivered(tmp_path, "1;WK050501;12,5;0,8\n2;WK050502;12.5;1.2\n3;WK050501;100;1\n")
    assert list(found["weight"]) == [0.8, 1.2, 1.0]
    assert list(found["aandeel"]) == [12.5, 12.5, 100.0]


@pytest.mark.parametrize(
    ("rows", "message", "column"),
    [
        ("1;WK050501;5;-0,8\n2;WK050502;5;1\n", "1 daarvan zijn negatief", "w"),
        ("1;WK050501;5;0\n2;WK050502;5;0\n", "alle gewichten zijn nul", "w"),
        ("1;WK050501;5;veel\n", "geen gewicht", "w"),
        ("1;WK050501;5;1\n1;WK050502;6;1\n", "komt meer dan één keer voor", "nr"),
        ("1;WK050501;101;1\n", "ligt niet tussen 0 en 100", "aandeel"),
        ("1;WK050501;12,5,1;1\n", "geen getal", "aandeel"),
        ("1;WK050520;5;1\n", "WK050520 staat niet in de lijst met gebieden", "wijk"),
    ],
)
def test_bad_deliveries_say_what_and_where(tmp_path: Path, rows: str, message: str, column: str) -> None:
    with pytest.raises(DataError) as caught:
        delivered(tmp_path, rows)
    problem = caught.value.problems[0]
    assert message in problem.message and problem.column == column
    assert problem.remedy
    if "WK050520" in rows:
        assert "eerdere wijkindeling" in problem.remedy
