"""Totals, medians, tested differences, and whom the help reaches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from survey_files import codebook, settings

from toolkit.survey import comparisons, kpis, reach
from toolkit.survey.comparisons import HOLM, PAIRS, PEOPLE, REST, Asked, P
from toolkit.survey.design import design_of
from toolkit.survey.estimate import Publication, against_rest, median
from toolkit.tables import MEASURES, check

CITY = "GM0505"
ASKED = Asked(
    ("bereik.contact",), ("tevredenheid.rapportcijfer",), ("bereik.contact", "tevredenheid.rapportcijfer")
)


def people() -> pd.DataFrame:
    """240 people in three wijken; in the third 8 with contact, too few to say anything of their grade."""
    rng = np.random.default_rng(3)
    area = np.repeat(["WK050501", "WK050502", "WK050519"], [110, 110, 20])
    contact = np.where(rng.random(240) < np.where(area == "WK050501", 0.75, 0.45), "ja", "nee")
    grade = np.where(contact == "ja", rng.integers(5, 10, 240) + (area == "WK050501"), np.nan)
    reason = np.where(contact == "ja", "", "niet-gesteld")
    return pd.DataFrame(
        {
            "respondent": [f"r{i}" for i in range(240)],
            "area": area,
            "weight": np.where(area == "WK050501", 10.0, 20.0),
            "groep": rng.choice(["jong", "oud"], 240),
            "contact": contact,
            "cijfer": grade,
            "cijfer.reden": reason,
        }
    )


RULE = Publication(minimum=30, share_width=0.5, grade_half_width=1.0)


def found(frame: pd.DataFrame | None = None, asked: Asked = ASKED) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = people() if frame is None else frame
    chosen = settings(strata="wijk")
    design = design_of(frame, codebook(), chosen)
    base = kpis.measures(frame, codebook(), chosen, "proef", CITY, ("groep",), RULE, design)
    return base, comparisons.measures(frame, codebook(), base, design, CITY, ("groep",), asked, RULE)


def one(table: pd.DataFrame, measure: str, unit: str, area: str = CITY, group: str = "") -> pd.Series:
    same = (table["measure"] == measure) & (table["unit"] == unit)
    rows = table[same & (table["area"] == area) & (table["group"] == group)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_totals_are_people_and_medians_the_middle_answer() -> None:
    frame = people()
    base, extra = found(frame)
    check(pd.concat([base, extra]), MEASURES)  # one key each
    total = one(extra, "bereik.contact.totaal", PEOPLE)
    assert total["value"] == pytest.approx(frame["weight"][frame["contact"] == "ja"].sum())
    assert 0 <= total["low"] < total["value"] < total["high"]
    parts = [one(extra, "bereik.contact.totaal", PEOPLE, area)["value"] for area in ("WK050501", "WK050502")]
    small = frame["weight"][(frame["contact"] == "ja") & (frame["area"] == "WK050519")].sum()
    assert sum(parts) + small == pytest.approx(total["value"])
    middle = one(extra, "tevredenheid.rapportcijfer.mediaan", "cijfer", "WK050501")
    design = design_of(frame, codebook(), settings(strata="wijk"))
    by = median(design, frame["cijfer"], frame["area"]).set_index("level").loc["WK050501"]
    assert (middle["value"], middle["low"], middle["high"]) == (by["value"], by["low"], by["high"])


def test_a_wijk_is_set_against_everybody_else_with_holm_over_the_wijken() -> None:
    frame = people()
    _, extra = found(frame)
    rest = extra[(extra["measure"] == "bereik.contact" + REST)]
    # The small wijk has too few people to be shown: no difference of it either, but it is in the rest.
    assert set(rest["area"]) == {"WK050501", "WK050502"}
    yes = (frame["contact"] == "ja").astype(float)
    inside = frame["area"] == "WK050501"
    gap = np.average(yes[inside], weights=frame["weight"][inside]) - np.average(
        yes[~inside], weights=frame["weight"][~inside]
    )
    shown = one(extra, "bereik.contact" + REST, "verschil in procentpunten", "WK050501")
    assert shown["value"] == pytest.approx(100 * gap)
    assert shown["n"] == 110  # the smaller side
    design = design_of(frame, codebook(), settings(strata="wijk"))
    table = against_rest(design, yes, frame["area"], ["WK050501", "WK050502"]).set_index("level")
    for area in table.index:
        assert one(extra, "bereik.contact" + REST, P, area)["value"] == pytest.approx(table["p"][area])
        assert one(extra, "bereik.contact" + REST, HOLM, area)["value"] == pytest.approx(
            table["p_holm"][area]
        )
    assert table["p_holm"].min() == pytest.approx(2 * table["p"].min())


def test_groups_are_compared_in_pairs() -> None:
    _, extra = found()
    pair = one(
        extra, "tevredenheid.rapportcijfer" + PAIRS, "verschil in punten", CITY, "groep=jong tegenover oud"
    )
    base, _ = found()
    grades = base[(base["measure"] == "tevredenheid.rapportcijfer") & base["group"].ne("")].set_index("group")
    assert pair["value"] == pytest.approx(grades["value"]["groep=jong"] - grades["value"]["groep=oud"])


def test_nothing_is_told_of_a_cell_that_is_hidden_at_the_gate() -> None:
    base, extra = found()
    public = pd.concat([base, extra], ignore_index=True)
    hide = (public["area"] == "WK050501") | (public["group"] == "groep=oud")
    hide &= ~public["measure"].str.contains("verschil|totaal|mediaan")
    public.loc[hide, ["value", "low", "high", "n"]] = np.nan
    kept = comparisons.without_orphans(public)
    left = kept[kept["measure"].str.endswith(comparisons.SUFFIXES)]
    assert not (left["area"] == "WK050501").any()
    assert not left["group"].str.contains("oud").any()
    assert (left["area"] == "WK050502").any()
    assert len(kept[kept["measure"] == "bereik.contact"]) == len(base[base["measure"] == "bereik.contact"])


def test_definitions_of_what_was_asked() -> None:
    base = kpis.definitions(codebook(), settings())
    told = comparisons.definitions(base, ASKED).set_index("maat")
    assert told["eenheid"]["bereik.contact.totaal"] == PEOPLE
    assert "Woodruff" in told["bron"]["tevredenheid.rapportcijfer.mediaan"]
    assert told["eenheid"]["bereik.contact" + REST] == "verschil in procentpunten"
    assert len(told) == 2 + 4


def test_representativeness_is_a_ratio_of_shares() -> None:
    frame = people()
    population = pd.DataFrame(
        [("WK050501", "", 1000.0), ("WK050502", "", 3000.0), ("WK050519", "", 400.0), ("", "jong", 1100.0),
         ("", "oud", 3300.0)],
        columns=["gebied", "groep", "aantal"],
    )  # fmt: skip
    design = design_of(frame, codebook(), settings(strata="wijk"))
    table = reach.measures(frame, codebook(), design, population, "proef", "2026", CITY, ("groep",), RULE)
    reached = frame[frame["contact"] == "ja"]
    young = reached["weight"][reached["groep"] == "jong"].sum() / reached["weight"].sum()
    row = one(table, reach.MEASURE, reach.UNIT, CITY, "groep=jong")
    assert row["value"] == pytest.approx(young / 0.25)
    assert row["low"] < row["value"] < row["high"]
    assert row["n"] == len(reached)
    wijk = one(table, reach.MEASURE, reach.UNIT, "WK050501")
    here = reached["weight"][reached["area"] == "WK050501"].sum() / reached["weight"].sum()
    assert wijk["value"] == pytest.approx(here / (1000 / 4400))
    # Weighted by the shares in the population, the ratios have mean 1.
    groups = table[table["group"] != ""].set_index("group")["value"]
    assert 0.25 * groups["groep=jong"] + 0.75 * groups["groep=oud"] == pytest.approx(1)
