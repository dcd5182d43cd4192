"""Totals, medians and differences as whole tables: twelve people, and the formulas written out beside them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from survey_files import codebook

from toolkit import tables
from toolkit.survey import comparisons
from toolkit.survey.comparisons import HOLM, MEDIAN, PAIRS, PEOPLE, REST, TOTAL, Asked, P
from toolkit.survey.estimate import Design, Publication, median

CITY, CONTACT, GRADE = "GM0505", "bereik.contact", "tevredenheid.rapportcijfer"
NAN = math.nan
RULE = Publication(minimum=2, grade_half_width=3.0, grade_imprecise=2.0)


def people() -> pd.DataFrame:
    """Six in one wijk, five in another, one who did not say where; one of no group, one without answer."""
    return pd.DataFrame(
        {
            "area": ["WK1"] * 6 + ["WK2"] * 5 + [""],
            "weight": [2.0] * 6 + [3.0] * 6,
            "groep": ["jong", "oud", "jong", "oud", "jong", "leeg"] * 2,
            "contact": ["ja", "ja", "ja", "nee", "ja", "nee", "nee", "nee", "ja", "nee", "leeg", "ja"],
            "cijfer": [8.0, 7, 9, 6, 8, 7, 5, 6, 4, 7, np.nan, 9],
            "cijfer.reden": [""] * 10 + ["leeg", ""],
        }
    )


def contact() -> np.ndarray:
    return np.array([1, 1, 1, 0, 1, 0, 0, 0, 1, 0, np.nan, 1])


PLACES = {"": (CITY, ""), "WK1": ("WK1", ""), "WK2": ("WK2", ""), "jong": (CITY, "groep=jong"),
          "oud": (CITY, "groep=oud")}  # fmt: skip
NUMBERS = {"": 11, "WK1": 6, "WK2": 4, "jong": 5, "oud": 4}


def kpi_row(kpi: str, level: str, **more: Any) -> dict[str, Any]:
    """A row of a KPI as `kpis.measures` gives it; its value does not matter here, whether it may be shown does."""
    area, group = PLACES[level]
    unit = "procent" if kpi == CONTACT else "cijfer"
    row: dict[str, Any] = {
        "source": "enquete",
        "dataset": "proef",
        "measure": kpi,
        "unit": unit,
        "area": area,
    }
    row |= {
        "period": "2026",
        "group": group,
        "value": 6.0,
        "low": 5.0,
        "high": 7.0,
        "n": float(NUMBERS[level]),
    }
    return {**row, "n_eff": NUMBERS[level] - 0.5, "status": "ok", **more}


def base(**changed: dict[str, Any]) -> pd.DataFrame:
    """The KPIs of all places; `changed` gives other cells to a level."""
    return tables.measures(
        kpi_row(measure, level, **changed.get(level or "city", {}))
        for measure in (CONTACT, GRADE)
        for level in PLACES
    )


def measured(
    asked: Asked, given: pd.DataFrame | None = None, rule: Publication | None = RULE
) -> pd.DataFrame:
    given = base() if given is None else given
    return comparisons.measures(people(), codebook(), given, Design(people()), CITY, ("groep",), asked, rule)


def same(found: pd.DataFrame, rows: list[dict[str, Any]]) -> None:
    pd.testing.assert_frame_equal(found, tables.measures(rows), rtol=1e-9)


def members(level: str) -> np.ndarray:
    frame = people()
    if level == "":
        return np.ones(12, dtype=bool)
    return np.array((frame["area"] == level) | (frame["groep"] == level), dtype=bool)


def z(y: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """What each respondent adds to the error of the weighted mean of those inside (Taylor)."""
    w = np.where(inside & ~np.isnan(y), people()["weight"], 0.0)
    return w * (np.nan_to_num(y) - np.nansum(w * y) / w.sum()) / w.sum()


def error(parts: np.ndarray) -> float:
    """Standard error of a sum over the twelve respondents, drawn with replacement."""
    return float(np.sqrt(12 / 11 * ((parts - parts.mean()) ** 2).sum()))


@pytest.mark.parametrize("level", PLACES)
def test_a_total_is_the_weighted_number_and_never_below_zero(level: str) -> None:
    y, inside = contact(), members(level)
    parts = np.nan_to_num(y) * people()["weight"].to_numpy() * inside
    half = float(t.ppf(0.975, NUMBERS[level] - 1)) * error(parts)
    row = kpi_row(CONTACT, level, measure=CONTACT + TOTAL, unit=PEOPLE, value=parts.sum())
    found = measured(Asked(totals=(CONTACT,)))
    assert len(found) == 5 and found["measure"].unique().tolist() == [CONTACT + TOTAL]
    area, group = PLACES[level]
    one = found[(found["area"] == area) & (found["group"] == group)].reset_index(drop=True)
    same(one, [{**row, "low": max(0.0, parts.sum() - half), "high": parts.sum() + half}])


def test_totals_in_words_and_numbers() -> None:
    found = measured(Asked(totals=(CONTACT,)))
    # In the first wijk 4 × 2, in the second 1 × 3, and 3 of the one of whom the wijk is not known.
    assert found["value"].tolist() == [14.0, 8.0, 3.0, 9.0, 2.0]
    assert found["low"].tolist()[1:3] == [0.0, 0.0]


def test_medians_have_their_own_bounds_and_flag() -> None:
    frame = people()
    found = measured(Asked(medians=(GRADE,)))
    expected = []
    for by, levels in ((None, [""]), (frame["area"], ["WK1", "WK2"]), (frame["groep"], ["jong", "oud"])):
        table = median(Design(frame), frame["cijfer"], by).set_index("level")
        for level in levels:
            one = table.loc[level]
            numbers = {name: one[name] for name in ("value", "low", "high")}
            width = one["high"] - one["low"]
            flag = "ok" if width / 2 <= 2 else "onnauwkeurig: ruime marge"
            flag = flag if width / 2 <= 3 else "niet-publiceerbaar: marge te groot"
            flag = flag if np.isfinite(width) else "niet-publiceerbaar: geen marge te berekenen"
            expected.append(kpi_row(GRADE, level, measure=GRADE + MEDIAN, status=flag, **numbers))
    same(found, expected)
    assert found["value"].tolist()[1] == 7.0
    assert (measured(Asked(medians=(GRADE,)), rule=None)["status"] == "niet-publiceerbaar: n < 30").all()


def difference(measure: str, y: np.ndarray, one: str, other: np.ndarray) -> dict[str, Any]:
    """The rows of one difference without Holm: mean minus mean, by t on the answers of both minus one."""
    here = members(one)
    means = [
        np.average(y[at], weights=people()["weight"][at])
        for at in (here & ~np.isnan(y), other & ~np.isnan(y))
    ]
    se, value = error(z(y, here) - z(y, other)), float(means[0] - means[1])
    df = int((~np.isnan(y) & (here | other)).sum()) - 1
    half = float(t.ppf(0.975, df)) * se
    factor = 100 if measure == CONTACT else 1
    return {"value": value * factor, "low": (value - half) * factor, "high": (value + half) * factor,
            "p": float(2 * t.sf(abs(value / se), df))}  # fmt: skip


def rows_of(
    measure: str, level: str, found: dict[str, Any], holm: float, **more: Any
) -> list[dict[str, Any]]:
    unit = "verschil in procentpunten" if measure.startswith(CONTACT) else "verschil in punten"
    row = kpi_row(CONTACT, level, measure=measure, n_eff=NAN, **more)
    bare = {"low": NAN, "high": NAN}
    return [
        {**row, "unit": unit, "value": found["value"], "low": found["low"], "high": found["high"]},
        {**row, "unit": P, "value": found["p"], **bare},
        {**row, "unit": HOLM, "value": holm, **bare},
    ]


@pytest.mark.parametrize("measure", [CONTACT, GRADE])
def test_each_wijk_against_the_others_and_each_pair_of_groups(measure: str) -> None:
    y = contact() if measure == CONTACT else people()["cijfer"].to_numpy()
    known = (people()["area"] != "").to_numpy()
    expected = []
    found = {level: difference(measure, y, level, known & ~members(level)) for level in ("WK1", "WK2")}
    # Two wijken against each other are one question asked twice: Holm doubles both.
    for level in found:
        holm = min(1.0, 2 * found[level]["p"])
        # Ten answers of a known wijk, so the smaller side of 6 and of 4 is 4.
        expected += rows_of(measure + REST, level, found[level], holm, n=4.0)
    pair = difference(measure, y, "jong", members("oud"))
    expected += rows_of(measure + PAIRS, "jong", pair, pair["p"], group="groep=jong tegenover oud", n=4.0)
    same(measured(Asked(differences=(measure,))), expected)


def test_the_order_is_that_of_the_kpis_and_then_of_what_was_asked() -> None:
    found = measured(Asked((CONTACT, GRADE), (CONTACT, GRADE), (CONTACT, GRADE)))
    one = [TOTAL, MEDIAN] + [TOTAL] * 2 + [MEDIAN] * 2 + [REST] * 6 + [TOTAL] * 2 + [MEDIAN] * 2 + [PAIRS] * 3
    assert found["measure"].tolist() == [measure + suffix for measure in (CONTACT, GRADE) for suffix in one]


@pytest.mark.parametrize(
    ("level", "cells"),
    [
        ("WK2", {"status": "niet-publiceerbaar: n < 30"}),
        ("WK2", {"value": 100.0, "unit": "procent"}),
        ("oud", {"status": "onderdrukt: n < 10"}),
    ],
)
def test_nothing_is_told_of_a_cell_that_is_not_shown(level: str, cells: dict[str, Any]) -> None:
    given = base(**{level: cells})
    found = measured(Asked((CONTACT,), (CONTACT,), (CONTACT,)), given)
    area, group = PLACES[level]
    assert not ((found["area"] == area) & (found["group"] == group)).any()
    # A wijk that is left stands against all others, a pair needs both.
    rest, pairs = found[found["measure"] == CONTACT + REST], found[found["measure"] == CONTACT + PAIRS]
    assert rest["area"].unique().tolist() == (["WK1"] if level == "WK2" else ["WK1", "WK2"])
    assert pairs.empty is (level == "oud")
    if level == "WK2":
        # One difference is left, so Holm has nothing to correct.
        assert rest["value"].tolist()[1] == rest["value"].tolist()[2]


def test_without_a_question_no_rows_and_one_wijk_has_nothing_beside_it() -> None:
    pd.testing.assert_frame_equal(measured(Asked()), tables.empty(tables.MEASURES))
    here = people().assign(area="WK1", groep="jong")
    found = comparisons.measures(
        here, codebook(), base(), Design(here), CITY, ("groep",), Asked(differences=(CONTACT,)), RULE
    )
    pd.testing.assert_frame_equal(found, tables.empty(tables.MEASURES))
    # Everybody alike: no error, so no test.
    alike = people().assign(contact="ja")
    found = comparisons.measures(
        alike, codebook(), base(), Design(alike), CITY, (), Asked(differences=(CONTACT,)), RULE
    )
    assert found.empty


def test_three_groups_make_three_pairs_of_which_holm_counts_all() -> None:
    three = people().assign(area=["WK1", "WK2", "WK3"] * 4)
    rows = [kpi_row(CONTACT, "WK1", area=area) for area in ("WK1", "WK2", "WK3")]
    found = comparisons.measures(
        three, codebook(), tables.measures(rows), Design(three), CITY, (), Asked(differences=(CONTACT,)), RULE
    )
    p, holm = (found[found["unit"] == unit]["value"].to_numpy() for unit in (P, HOLM))
    order = np.argsort(p)
    assert holm[order] == pytest.approx(np.minimum(1, np.maximum.accumulate(p[order] * [3, 2, 1])))


def public(*rows: dict[str, Any]) -> list[int]:
    """Which of these published rows stay, by their place."""
    frame = tables.measures(rows).assign(n=range(len(rows)))
    kept = comparisons.without_orphans(frame)
    assert kept.index.tolist() == list(range(len(kept))) and kept.columns.equals(frame.columns)
    return [int(n) for n in kept["n"]]


def test_what_is_told_beside_a_hidden_cell_goes_with_it() -> None:
    shown, hidden = kpi_row(CONTACT, "WK1"), kpi_row(CONTACT, "WK1", value=NAN)
    for suffix in (TOTAL, MEDIAN, REST):
        beside = kpi_row(CONTACT, "WK1", measure=CONTACT + suffix, unit=PEOPLE)
        assert public(shown, beside) == [0, 1]
        assert public(hidden, beside) == [0]
        # The figure of another wijk, dataset or period does not carry it.
        for other in ({"area": "WK2"}, {"dataset": "x"}, {"period": "2024"}, {"group": "groep=oud"}):
            assert public({**shown, **other}, beside) == [0]
    pair = kpi_row(CONTACT, "jong", measure=CONTACT + PAIRS, group="groep=jong tegenover oud", unit=P)
    young, old = kpi_row(CONTACT, "jong"), kpi_row(CONTACT, "oud")
    assert public(young, old, pair) == [0, 1, 2]
    assert public({**young, "value": NAN}, old, pair) == [0, 1]
    assert public(young, {**old, "value": NAN}, pair) == [0, 1]
    # Only of a survey: a registration may have a measure of such a name.
    assert public(kpi_row(CONTACT, "WK1", measure="wacht.mediaan", source="registratie")) == [0]
    assert public(kpi_row(CONTACT, "WK1", measure="x.medianen")) == [0]


def test_definitions_as_they_are_printed() -> None:
    one = {"maat": CONTACT, "naam": "Contact", "vraag": "Contact?", "teller": "ja", "noemer": "wie antwoordde",
           "uitgesloten": "leeg", "eenheid": "procent", "richting": "meer", "bron": "Proef", "versie": "1"}  # fmt: skip
    two = {**one, "maat": GRADE, "naam": "Cijfer", "eenheid": "cijfer"}
    given = pd.DataFrame([one, two, {**one, "maat": "anders"}])
    test = "Proef; t-toets die rekening houdt met weging en steekproef; p-waarden gecorrigeerd volgens Holm (1979)"

    def differences(of: dict[str, str], unit: str) -> list[dict[str, str]]:
        own = {**of, "eenheid": unit, "bron": test}
        rest = {
            "maat": of["maat"] + ".verschil-rest",
            "naam": of["naam"] + ": verschil met de rest van de stad",
            "teller": "het cijfer van de wijk min dat van alle anderen samen",
        }
        pairs = {
            "maat": of["maat"] + ".verschil-groepen",
            "naam": of["naam"] + ": verschil tussen groepen",
            "teller": "het cijfer van de eerste groep min dat van de tweede",
        }
        return [{**own, **rest}, {**own, **pairs}]

    total = {
        **one, "maat": CONTACT + ".totaal", "naam": "Contact: geschat aantal mensen", "noemer": "",
        "uitgesloten": "leeg; wie niet antwoordde is niet bijgeschat", "eenheid": "geschat aantal mensen",
    }  # fmt: skip
    middle = {
        **two, "maat": GRADE + ".mediaan", "naam": "Cijfer: mediaan", "bron": "Proef; marge volgens Woodruff (1952)",
        "teller": "het middelste antwoord: de helft gaf dit of lager (gewogen)",
    }  # fmt: skip
    expected = [
        total,
        *differences(one, "verschil in procentpunten"),
        middle,
        *differences(two, "verschil in punten"),
    ]
    found = comparisons.definitions(given, Asked((CONTACT,), (GRADE,), (CONTACT, GRADE)))
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, columns=[*tables.DEFINITIONS]))
    nothing = comparisons.definitions(given, Asked())
    assert nothing.empty and nothing.columns.tolist() == [*tables.DEFINITIONS]
