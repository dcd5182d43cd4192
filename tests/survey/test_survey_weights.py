from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import DataError
from toolkit.population import area_problems, read_population
from toolkit.survey.weights import kish, rake

REFERENCE = Path(__file__).parents[1] / "reference"
POPULATION = """gebied,leeftijdsgroep,geslacht,aantal
A,jong,,3000
A,oud,,2000
B,jong,,1000
B,oud,,2000
C,jong,,40
C,oud,,60
A,,man,4000
A,,vrouw,4200
B,,man,2000
B,,vrouw,1500
C,,man,70
C,,vrouw,80
"""
MARGINS = (("gebied", "leeftijdsgroep"), ("gebied", "geslacht"))


def population(folder: Path, text: str = POPULATION) -> pd.DataFrame:
    path = folder / "bevolking.csv"
    path.write_text(text, encoding="utf-8")
    return read_population(path, {"C": "B"})


def sample(n: int = 300, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "area": rng.choice(["A", "B"], n),
            "leeftijdsgroep": rng.choice(["jong", "oud"], n, p=[0.3, 0.7]),
            "geslacht": rng.choice(["man", "vrouw"], n, p=[0.4, 0.6]),
            "weight": 1.0,
        }
    )


def test_both_margins_are_met_to_six_decimals(tmp_path: Path) -> None:
    people = sample()
    result = rake(people, population(tmp_path), MARGINS)
    weighted = people.assign(weight=result.weights)
    by_age = weighted.groupby(["area", "leeftijdsgroep"])["weight"].sum()
    assert by_age.to_dict() == pytest.approx(
        {("A", "jong"): 3000, ("A", "oud"): 2000, ("B", "jong"): 1040, ("B", "oud"): 2060}, rel=1e-6
    )
    # Sexes count all ages (8200 in A, 3650 in B), so only their shares within the wijk are used.
    by_sex = weighted.groupby(["area", "geslacht"])["weight"].sum()
    assert by_sex.to_dict() == pytest.approx(
        {
            ("A", "man"): 5000 * 4000 / 8200, ("A", "vrouw"): 5000 * 4200 / 8200,
            ("B", "man"): 3100 * 2070 / 3650, ("B", "vrouw"): 3100 * 1580 / 3650,
        },
        rel=1e-6,
    )  # fmt: skip
    assert result.converged
    assert result.deviation <= 1e-10
    assert people["weight"].eq(1.0).all()  # the input is not changed


def test_unknown_sex_gets_the_mean_factor_of_the_own_wijk(tmp_path: Path) -> None:
    people = sample()
    people.loc[people.index[:12], "geslacht"] = "anders"
    result = rake(people, population(tmp_path), MARGINS)
    weighted = people.assign(weight=result.weights)
    for area, total in (("A", 5000), ("B", 3100)):
        here = weighted[weighted["area"] == area]
        unknown = here[here["geslacht"] == "anders"]
        assert here["weight"].sum() == pytest.approx(total)
        assert unknown["weight"].sum() == pytest.approx(total * len(unknown) / len(here), rel=1e-6)
        known = here[here["geslacht"] != "anders"].groupby("geslacht")["weight"].sum()
        men = {"A": 4000 / 8200, "B": 2070 / 3650}[area]
        assert known["man"] / known.sum() == pytest.approx(men, rel=1e-6)


def test_respondents_without_a_wijk_keep_a_mean_weight(tmp_path: Path) -> None:
    people = sample()
    people.loc[people.index[:6], "area"] = ""
    result = rake(people, population(tmp_path), MARGINS)
    assert result.weights[:6].sum() == pytest.approx(8100 * 6 / 300, rel=1e-6)
    assert result.weights.sum() == pytest.approx(8100)


def test_equal_to_svy_and_to_r_survey() -> None:
    import polars
    import svy

    people = pd.read_csv(REFERENCE / "survey_sample.csv")
    counts = pd.DataFrame(
        [("A", "", 5000.0), ("B", "", 3000.0), ("C", "", 2000.0), ("", "man", 4800.0), ("", "vrouw", 5200.0)],
        columns=["gebied", "sex", "aantal"],
    )
    ours = rake(people.assign(weight=1.0), counts, (("gebied",), ("sex",)), trim=50).weights
    reference = pd.read_csv(REFERENCE / "survey_reference.csv").query("what == 'rake'").set_index("level")
    np.testing.assert_allclose(ours, reference.loc[people["id"], "value"], rtol=1e-6)

    frame = polars.DataFrame(
        {"area": list(people["area"]), "sex": list(people["sex"]), "w": [1.0] * len(people)}
    )
    raked = svy.Sample(frame, svy.Design(wgt="w")).weighting.rake(
        controls={"area": {"A": 5000, "B": 3000, "C": 2000}, "sex": {"man": 4800, "vrouw": 5200}},
        tol=1e-12, max_iter=1000,
    )  # fmt: skip
    np.testing.assert_allclose(ours, raked.data["rk_wgt"].to_numpy(), rtol=1e-6)


def test_trimming_caps_the_largest_weight_and_still_meets_the_margins(tmp_path: Path) -> None:
    people = sample(400)
    few = people[(people["leeftijdsgroep"] == "jong") & (people["area"] == "A")].index[3:]
    people = people.drop(few).reset_index(drop=True)
    free = rake(people, population(tmp_path), MARGINS, trim=1000)
    limit = free.weights.max() / free.weights.mean()
    assert limit > 20
    capped = rake(people, population(tmp_path), MARGINS, trim=limit * 0.9)
    assert capped.converged
    assert capped.capped == 1
    assert capped.weights.max() == pytest.approx(limit * 0.9 * capped.weights.mean())
    impossible = rake(people, population(tmp_path), MARGINS, trim=3)
    assert impossible.weights.max() <= 3 * 8100 / len(people) + 1e-6
    assert not impossible.converged  # three people cannot stand for 3000 with weights this small
    assert impossible.deviation > 0.1
    assert impossible.capped >= 3


def test_kish_by_hand() -> None:
    assert kish(np.array([1.0, 1.0, 2.0])) == pytest.approx((3 * 6 / 16, 16 / 6))


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    people = sample()
    counts = population(tmp_path)
    with pytest.raises(DataError) as caught:
        rake(people.assign(weight=[0.0, -1.0] + [1.0] * 298), counts, (*MARGINS, ("gebied", "opleiding")))
    text = str(caught.value)
    assert "er is geen kolom opleiding" in text
    assert "de respondenten hebben geen variabele opleiding" in text
    assert "2 respondenten hebben een beginweging die niet boven nul ligt" in text
    with pytest.raises(DataError, match="de marge geslacht staat niet in dit bestand"):
        rake(people, counts, (("geslacht",),))


def test_an_empty_cell_and_an_unknown_area_say_what_to_do(tmp_path: Path) -> None:
    people = sample()
    people = people[~((people["area"] == "B") & (people["leeftijdsgroep"] == "jong"))]
    people.loc[people.index[0], "area"] = "Z"
    with pytest.raises(DataError) as caught:
        rake(people, population(tmp_path), MARGINS)
    messages = [p.message for p in caught.value.problems]
    assert "in de cel B × jong wonen 1040 mensen, maar er is geen respondent." in messages
    assert "gebied Z staat niet in dit bestand." in messages
    assert all(p.remedy for p in caught.value.problems)


def test_a_bad_population_file(tmp_path: Path) -> None:
    text = "gebied,leeftijdsgroep,aantal\nA,jong,-5\nA,oud,veel\nA,oud,3\n"
    with pytest.raises(DataError) as caught:
        population(tmp_path, text)
    assert [(p.row, p.column) for p in caught.value.problems] == [(2, "aantal"), (3, "aantal"), (4, "")]
    with pytest.raises(DataError, match="deze kolom ontbreekt"):
        population(tmp_path, "wijk,aantal\nA,3\n")


def test_the_example_population_is_that_of_cbs() -> None:
    path = Path(__file__).parents[2] / "surveys" / "voorbeeld" / "bevolking.csv"
    table = read_population(path, {})
    ages = table[table["leeftijdsgroep"] != ""]
    # 119,284 inhabitants minus 18,603 under 15; CBS rounds the counts of wijken to 5.
    assert ages["aantal"].sum() == pytest.approx(119284 - 18603, abs=60)
    assert len(ages) == 13 * 4


def test_an_empty_cell_names_the_classes_to_merge(tmp_path: Path) -> None:
    people = sample()
    people = people[~((people["area"] == "B") & (people["leeftijdsgroep"] == "jong"))]
    with pytest.raises(DataError) as caught:
        rake(people, population(tmp_path), MARGINS)
    (problem,) = caught.value.problems
    assert problem.message == "in de cel B × jong wonen 1040 mensen, maar er is geen respondent."
    assert "leeftijdsgroep jong met oud (in het codeboek en dit bestand)" in problem.remedy
    assert "gebied B met A (in samenvoegen in tev.toml)" in problem.remedy


def test_a_margin_that_nobody_in_the_sample_has_is_one_problem(tmp_path: Path) -> None:
    people = sample().assign(leeftijdsgroep="niet-gesteld")
    with pytest.raises(DataError) as caught:
        rake(people, population(tmp_path), MARGINS)
    (problem,) = caught.value.problems
    assert "gebied × leeftijdsgroep" in problem.message and "geen enkele respondent" in problem.message


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.0] * 300, "alle gewichten zijn nul"),
        ([-1.0, *[1.0] * 299], "1 respondenten hebben een beginweging die niet boven nul ligt (1 daarvan"),
        ([float("nan"), 0.0, *[1.0] * 298], "2 respondenten"),
    ],
)
def test_weights_that_cannot_be_are_refused(tmp_path: Path, weights: list[float], message: str) -> None:
    with pytest.raises(DataError) as caught:
        rake(sample().assign(weight=weights), population(tmp_path), MARGINS)
    assert any(message in problem.message for problem in caught.value.problems)


def test_counts_of_another_division_are_told() -> None:
    counts = pd.DataFrame({"gebied": ["A", "WK050520", ""], "aantal": [1.0, 2.0, 3.0]})
    (problem,) = area_problems(counts, {"A"}, "bevolking.csv")
    assert "WK050520" in problem.message and "eerdere wijkindeling" in problem.remedy
