"""Which strata and sizes a design gets from the settings, and every message about sizes that cannot be, in full."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from survey_files import codebook, settings

from toolkit.errors import DataError, Problem
from toolkit.survey.design import design_of
from toolkit.survey.estimate import Design

POPULATION = pd.DataFrame(
    [("WK050501", "", 200.0), ("WK050502", "", 120.0), ("", "jong", 90.0), ("", "oud", 230.0)],
    columns=["gebied", "groep", "aantal"],
)


def people(**columns: list[str]) -> pd.DataFrame:
    frame = {"area": ["WK050501"] * 3 + ["WK050502"] * 2, "groep": ["jong", "oud", "jong", "oud", "oud"]}
    return pd.DataFrame({**frame, **columns}).assign(weight=1.0)


def design(
    frame: pd.DataFrame | None = None,
    population: pd.DataFrame | None = POPULATION,
    merge: dict[str, str] | None = None,
    **extra: object,
) -> Design:
    return design_of(people() if frame is None else frame, codebook(), settings(**extra), population, merge)


def problems(*given: object, **extra: object) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        design(*given, **extra)  # type: ignore[arg-type]
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("strata", "column"), [("", ""), ("gebied", "area"), ("wijk", "area"), ("groep", "groep")]
)
def test_the_column_of_the_strata(strata: str, column: str) -> None:
    found = design(strata=strata)
    assert (found.strata, found.weight, found.population) == (column, "weight", None)
    pd.testing.assert_frame_equal(found.frame, people())


@pytest.mark.parametrize(
    ("extra", "sizes"),
    [
        ({"omvang": 320}, {"alle": 320.0}),
        ({"omvang": 5}, {"alle": 5.0}),  # all of them answered
        ({"omvang": "bevolking"}, {"alle": 320.0}),
        ({"omvang": "bevolking", "strata": "wijk"}, {"WK050501": 200.0, "WK050502": 120.0}),
        ({"omvang": "bevolking", "strata": "groep"}, {"jong": 90.0, "oud": 230.0}),
        ({"omvang": {"jong": 2, "oud": 30}, "strata": "groep"}, {"jong": 2.0, "oud": 30.0}),
        (
            {"omvang": {"WK050501": 3, "WK050502": 1, "WK050519": 20}, "strata": "wijk",
             "merge": {"WK050519": "WK050502"}},
            {"WK050501": 3.0, "WK050502": 21.0},
        ),
    ],
)  # fmt: skip
def test_the_sizes_of_the_strata(extra: dict[str, object], sizes: dict[str, float]) -> None:
    found = design(**extra)  # type: ignore[arg-type]
    assert found.population == sizes
    assert found.strata == {"wijk": "area", "groep": "groep"}.get(str(extra.get("strata")), "")


@pytest.mark.parametrize("unknown", ["leeg", "niet-gesteld", ""])
def test_who_has_no_known_stratum_gets_no_correction(unknown: str) -> None:
    frame = people(groep=["jong", "oud", unknown, unknown, "oud"])
    found = design(frame, strata="groep", omvang={"jong": 10, "oud": 20})
    assert found.population == {"jong": 10.0, "oud": 20.0, unknown: 1e15}
    assert found.drawn.left.tolist() == pytest.approx([0.9, 0.9, 1.0])


def test_a_stratum_that_is_no_question() -> None:
    file, message = "enquete.toml", 'er is geen vraag "{}".'
    assert problems(strata="groepp") == [
        Problem(file, message.format("groepp"), "Bedoelt u 'groep'?", column="strata")
    ]
    assert problems(strata="x" * 50) == [
        Problem(file, message.format("x" * 40), "Noem een vraag uit het codeboek.", column="strata")
    ]


def test_every_stratum_without_a_size_or_with_too_few_people_is_told() -> None:
    file, more = "enquete.toml", "Verbeter de omvang, of haal die weg."
    assert problems(strata="groep", omvang={"jongg": 40, "oud": 2}) == [
        Problem(file, "in stratum oud zijn er meer respondenten (3) dan mensen (2).", more, column="omvang"),
        Problem(file, "van stratum jong is de omvang niet bekend.", "Bedoelt u 'jongg'?", column="omvang"),
    ]
    assert problems(strata="groep", omvang={"oud": 3}) == [
        Problem(
            file,
            "van stratum jong is de omvang niet bekend.",
            "Voeg dit stratum toe aan omvang.",
            column="omvang",
        )
    ]
    assert problems(omvang=4) == [
        Problem(file, "in stratum alle zijn er meer respondenten (5) dan mensen (4).", more, column="omvang")
    ]


def test_one_number_for_several_strata() -> None:
    assert problems(strata="wijk", omvang=500) == [
        Problem(
            "enquete.toml",
            "bij strata hoort een omvang per stratum, niet één getal.",
            "Schrijf: omvang = { WK050501 = 8100, ... }, of haal strata weg.",
            column="omvang",
        )
    ]


@pytest.mark.parametrize(
    ("population", "strata"), [(None, "wijk"), (None, ""), (POPULATION[["gebied", "aantal"]], "groep")]
)
def test_sizes_from_a_population_that_does_not_tell_them(
    population: pd.DataFrame | None, strata: str
) -> None:
    assert problems(None, population, strata=strata, omvang="bevolking") == [
        Problem(
            "enquete.toml",
            'omvang = "bevolking" vraagt om een blok [weging] met een bestand waar de strata in staan.',
            "Voeg dat toe, of schrijf de omvang per stratum op.",
            column="omvang",
        )
    ]


def test_strata_as_texts_and_their_finite_population() -> None:
    frame = people().assign(nummer=[1, 1, 2, 2, 2])
    by = Design(frame, strata="nummer", population={"1": 4.0, "2": 12.0})
    assert by.stratum is not None and by.stratum.tolist() == ["1", "1", "2", "2", "2"]
    assert by.drawn.left.tolist() == [0.5, 0.75] and by.drawn.n.tolist() == [2, 3]
    whole = Design(frame, population={"alle": 10.0})
    assert whole.stratum is not None and whole.stratum.tolist() == ["alle"] * 5
    assert whole.drawn.left.tolist() == [0.5]
    assert Design(frame).stratum is None and Design(frame).drawn.left.tolist() == [1.0]
    assert Design(frame.assign(w=2), weight="w").weights.tolist() == [2.0] * 5
    assert math.isclose(float(Design(frame).weights.sum()), 5.0)
