from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from survey_files import AREAS, codebook, settings

from toolkit.errors import DataError, ToolkitError
from toolkit.survey import kpis, response, scales
from toolkit.survey.codebook import read_codebook
from toolkit.tables import MEASURES, check

EXAMPLE = Path(__file__).parents[2] / "surveys" / "voorbeeld" / "codeboek.toml"


def respondents() -> pd.DataFrame:
    """120 people: in A 30 of 60 had contact, in B 15 of 60 (weight 3); 4 graded nothing."""
    n = 120
    contact = ["ja"] * 30 + ["nee"] * 30 + ["ja"] * 15 + ["nee"] * 43 + ["leeg"] * 2
    grade = [8.0] * 28 + [np.nan] * 2 + [np.nan] * 30 + [6.0] * 13 + [np.nan] * 47
    reason = (
        [""] * 28
        + ["weet-niet"] * 2
        + ["niet-gesteld"] * 30
        + [""] * 13
        + ["leeg"] * 2
        + ["niet-gesteld"] * 45
    )
    return pd.DataFrame(
        {
            "respondent": [f"r{i}" for i in range(n)],
            "area": ["WK050501"] * 60 + ["WK050502"] * 60,
            "weight": [1.0] * 60 + [3.0] * 60,
            "groep": ["jong", "oud"] * 60,
            "contact": contact,
            "cijfer": grade,
            "cijfer.reden": reason,
            "open": ["geheim"] * n,
        }
    )


def measured(groups: tuple[str, ...] = ()) -> pd.DataFrame:
    return kpis.measures(respondents(), codebook(), settings(strata="wijk"), "proef", "GM0505", groups)


def row(table: pd.DataFrame, measure: str, area: str = "GM0505", group: str = "") -> pd.Series:
    found = table[(table["measure"] == measure) & (table["area"] == area) & (table["group"] == group)]
    assert len(found) == 1, (measure, area, group)
    return found.iloc[0]


def test_shares_are_weighted_percentages_without_the_missing() -> None:
    table = measured()
    city = row(table, "bereik.contact")
    assert city["value"] == pytest.approx((30 + 15 * 3) / (60 + 58 * 3) * 100)
    assert city["n"] == 118
    assert city["low"] < city["value"] < city["high"]
    assert (city["unit"], city["source"], city["dataset"], city["period"]) == (
        "procent",
        "enquete",
        "proef",
        "2026",
    )
    assert row(table, "bereik.contact", "WK050502")["value"] == pytest.approx(15 / 58 * 100)


def test_grades_and_the_share_that_does_not_know() -> None:
    table = measured()
    assert row(table, "tevredenheid.rapportcijfer")["value"] == pytest.approx(
        (8 * 28 + 6 * 13 * 3) / (28 + 39)
    )
    unknown = row(table, "tevredenheid.rapportcijfer.weet-niet-nvt")
    assert unknown["value"] == pytest.approx(2 / (30 + 13 * 3) * 100)
    assert unknown["n"] == 43  # "leeg" and "niet-gesteld" are not in the denominator
    assert row(table, "tevredenheid.rapportcijfer", "WK050502")["status"] == "niet-publiceerbaar: n < 30"


def test_groups_are_for_the_city_and_texts_never_leave() -> None:
    table = measured(("groep",))
    check(table, MEASURES)
    young = row(table, "bereik.contact", group="groep=jong")
    frame = respondents()
    part = frame[(frame["groep"] == "jong") & (frame["contact"] != "leeg")]
    expected = part["weight"][part["contact"] == "ja"].sum() / part["weight"].sum() * 100
    assert young["value"] == pytest.approx(expected)
    assert set(table["group"]) == {"", "groep=jong", "groep=oud"}
    assert not table.astype(str).apply(lambda c: c.str.contains("geheim").any()).any()


def test_wrong_groups_are_refused_with_the_nearest_name() -> None:
    with pytest.raises(ToolkitError, match="Bedoelt u 'groep'"):
        measured(("groepp",))
    with pytest.raises(ToolkitError, match="geen groep open"):
        measured(("open",))


def test_client_experience_research_is_not_split_by_partner() -> None:
    youth = settings(soort="clientervaringsonderzoek", wet="jeugdwet")
    frame = respondents().assign(partner="P")
    with pytest.raises(ToolkitError, match="Jeugdwet"):
        kpis.measures(frame, codebook(), youth, "p", "GM0505", ("partner",))
    allowed = kpis.measures(
        frame, codebook(), youth, "p", "GM0505", ("partner",), partner_basis="artikel 2.10"
    )
    assert "partner=P" in set(allowed["group"])


def test_grade_distribution_adds_up_to_hundred() -> None:
    table = kpis.grade_distribution(respondents(), codebook(), "tevredenheid.rapportcijfer").set_index(
        "cijfer"
    )
    assert table["procent"].sum() == pytest.approx(100)
    assert table.loc[8, "n"] == 28
    assert table.loc[6, "procent"] == pytest.approx(39 / 67 * 100)
    with pytest.raises(KeyError):
        kpis.grade_distribution(respondents(), codebook(), "bestaat.niet")


def test_every_measure_of_the_example_has_a_definition() -> None:
    book = read_codebook(EXAMPLE)
    table = kpis.definitions(book, settings())
    assert list(table["maat"]) == [*(v.kpi for v in book.variables if v.kpi), "sociale-samenhang"]
    assert table.set_index("maat").loc["tevredenheid.aandeel-tevreden", "teller"] == (
        "wie antwoordde: ‘zeer tevreden’ of ‘tevreden’"
    )


def test_definitions_say_which_way_is_wished(tmp_path: Path) -> None:
    """A grade and a share are wished higher unless said; a number is not; "" switches it off."""
    text = """
naam = "x"
versie = "1"
[[variabele]]
naam = "wijk"
vraag = "Wijk?"
soort = "keuze"
rol = "gebied"
codes = { A = "a" }
"""
    for number, (kind, direction) in enumerate(
        [
            ("ja-nee", None),
            ("ja-nee", "minder"),
            ("cijfer", None),
            ("getal", None),
            ("cijfer", ""),
            ("getal", "minder"),
        ]
    ):
        counts = 'telt = ["ja"]' if kind == "ja-nee" else ""
        said = "" if direction is None else f'richting = "{direction}"'
        text += f'[[variabele]]\nnaam = "v{number}"\nvraag = "?"\nsoort = "{kind}"\nkpi = "k{number}"\n{counts}\n{said}\n'
    (tmp_path / "codeboek.toml").write_text(text, encoding="utf-8")
    table = kpis.definitions(read_codebook(tmp_path / "codeboek.toml"), settings())
    assert table["richting"].tolist() == ["meer", "minder", "meer", "", "", "minder"]
    scale = kpis.definitions(read_codebook(EXAMPLE), settings()).set_index("maat").loc["sociale-samenhang"]
    assert scale["richting"] == "meer" and "hoger is meer samenhang" in scale["teller"]


def answers(*rows: tuple[str, ...]) -> pd.DataFrame:
    short = {"1": "helemaal-mee-eens", "2": "mee-eens", "3": "neutraal", "4": "mee-oneens",
             "5": "helemaal-mee-oneens", "w": "weet-niet"}  # fmt: skip
    data = [[short[cell] for cell in row] for row in rows]
    return pd.DataFrame(data, columns=[f"samenhang_{i}" for i in range(1, 7)])


def test_cohesion_by_hand() -> None:
    """Item 1 is reversed: agreeing that people hardly know each other is not cohesive."""
    scale = scales.read_scale("sociale-samenhang/visie-2030")
    frame = answers(
        ("5", "1", "1", "1", "1", "1"),  # as cohesive as can be
        ("1", "5", "5", "5", "5", "5"),  # as little
        ("3", "3", "3", "3", "3", "3"),
        ("1", "1", "1", "1", "1", "1"),  # (1 + 5 × 5) / 6 = 4.333 -> 8.333
        ("w", "w", "2", "2", "2", "2"),  # four answered: 4 -> 7.5
        ("w", "w", "w", "2", "2", "2"),  # three: too few
    )
    values = scales.item_values(frame, read_codebook(EXAMPLE), scale)
    score = scales.score(values, scale)
    assert list(score[:5]) == pytest.approx([10.0, 0.0, 5.0, 25 / 3, 7.5])
    assert np.isnan(score[5])


def test_cohesion_of_cbs_2018_is_a_mean_and_another_measure() -> None:
    """Six other statements, of which the fourth is reversed; the score is the mean itself, 1 to 5."""
    scale = scales.read_scale("sociale-samenhang/cbs-2018")
    own = scales.read_scale("sociale-samenhang/visie-2030")
    assert [item.number for item in scale.items if item.reversed] == [4] and len(scale.items) == 6
    assert (scale.unit, scale.measure) == ("schaalscore 1-5", "sociale-samenhang.cbs-2018")
    assert scale.measure != own.measure and {i.text for i in scale.items}.isdisjoint(
        i.text for i in own.items
    )
    values = pd.DataFrame([[5, 5, 5, 5, 5, 5], [1, 2, 3, 4, 5, np.nan], [4, 4, 4, np.nan, np.nan, np.nan]])
    found = scales.score(values.astype(float), scale)
    assert list(found[:2]) == pytest.approx([5.0, 3.0]) and np.isnan(found[2])
    with pytest.raises(ToolkitError, match="niet te vergelijken"):
        scales.refuse_other_set(own.id, scale.id)


def test_alpha_against_the_definition() -> None:
    rng = np.random.default_rng(3)
    core = rng.normal(size=200)
    values = pd.DataFrame({i: core + rng.normal(size=200) for i in range(6)})
    found = scales.reliability(values)
    # Standardised alpha from the mean correlation is nearly the same, as all variances are alike.
    r = (values.corr().to_numpy().sum() - 6) / 30
    assert found.alpha == pytest.approx(6 * r / (1 + 5 * r), abs=0.01)
    assert found.n == 200
    assert np.isnan(scales.reliability(values.head(1)).alpha)
    same = pd.DataFrame(dict.fromkeys(range(3), core))
    assert scales.reliability(same).alpha == pytest.approx(1.0)


def test_alpha_per_scale_stands_with_the_definition() -> None:
    frame = answers(
        *[("5", "1", "2", "1", "1", "2"), ("2", "4", "4", "3", "5", "4"), ("4", "2", "1", "2", "3", "2")] * 12
    )
    book = read_codebook(EXAMPLE)
    name = "sociale-samenhang/visie-2030"
    found = scales.reliabilities(frame, book)
    values = scales.item_values(frame, book, scales.read_scale(name))
    assert found == {name: scales.reliability(values)} and found[name].n == 36
    table = kpis.definitions(book, settings(), found).set_index("maat")
    alpha = f"{found[name].alpha:.2f}".replace(".", ",")
    assert table.loc["sociale-samenhang", "bron"].endswith(f"Cronbachs alfa in deze enquête {alpha} (n = 36)")
    assert scales.reliabilities(frame.head(29), book) == {}  # too few to say anything


def test_sets_are_never_compared_or_guessed() -> None:
    scales.refuse_other_set("sociale-samenhang/visie-2030", "sociale-samenhang/visie-2030")
    with pytest.raises(ToolkitError, match="niet te vergelijken"):
        scales.refuse_other_set("sociale-samenhang/visie-2030", "sociale-samenhang/cbs-2018")
    with pytest.raises(ToolkitError, match="Bedoelt u 'sociale-samenhang/visie-2030'"):
        scales.read_scale("sociale-samenhang/visie-2031")


def test_response_per_area_and_for_the_city(tmp_path: Path) -> None:
    path = tmp_path / "respons.csv"
    path.write_text(
        "gebied,uitgenodigd,begonnen,volledig\nWK050501,400,120,100\nWK050502,300,80,70\nWK050519,20,8,6\n",
        encoding="utf-8",
    )
    counts = response.read_response(path, AREAS, {"WK050519": "WK050502"}, codebook())
    table = response.measures(counts, "proef", "2026", "GM0505")
    assert row(table, "respons.aandeel")["value"] == pytest.approx(176 / 720 * 100)
    assert row(table, "respons.volledig", "WK050502")["value"] == 76
    assert set(table["area"]) == {"GM0505", "WK050501", "WK050502"}


def test_a_bad_response_file_tells_everything(tmp_path: Path) -> None:
    path = tmp_path / "respons.csv"
    path.write_text(
        "gebied,uitgenodigd,begonnen,volledig\nWK9,400,120,100\nWK050501,100,120,x\nWK050502,10,20,5\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        response.read_response(path, AREAS, {}, codebook())
    assert [(p.row, p.column) for p in caught.value.problems] == [(2, "gebied"), (3, "volledig"), (4, "")]


def test_response_per_group_and_of_groups_that_were_not_delivered(tmp_path: Path) -> None:
    path = tmp_path / "respons.csv"
    path.write_text(
        "gebied,groep,uitgenodigd,begonnen,volledig\nWK050501,,400,120,100\n,jong,300,60,50\n,oud,100,60,50\n",
        encoding="utf-8",
    )
    counts = response.read_response(path, AREAS, {}, codebook())
    table = response.measures(
        counts, "proef", "2026", "GM0505", respondents(), {"groep": ["jong"], "contact": ["ja"]}
    )
    assert row(table, "respons.volledig")["value"] == 100  # groups do not count twice
    assert row(table, "respons.aandeel", group="groep=oud")["value"] == 50
    assert row(table, "respons.volledig", group="contact=ja")["value"] == 45
    path.write_text(
        "gebied,groep,uitgenodigd,begonnen,volledig\nWK050501,oud,4,2,1\n,junior,4,2,1\n", "utf-8"
    )
    with pytest.raises(DataError) as caught:
        response.read_response(path, AREAS, {}, codebook())
    assert [problem.row for problem in caught.value.problems] == [2, 3]
    path.write_text("gebied,groop,uitgenodigd,begonnen,volledig\nWK050501,,4,2,1\n", "utf-8")
    with pytest.raises(DataError, match="groep"):
        response.read_response(path, AREAS, {}, codebook())


def test_difference_with_the_population() -> None:
    population = pd.DataFrame(
        [("WK050501", "jong", "", 300.0), ("WK050501", "oud", "", 100.0), ("WK050502", "jong", "", 300.0),
         ("WK050502", "oud", "", 300.0), ("WK050501", "", "man", 999.0)],
        columns=["gebied", "groep", "geslacht", "aantal"],
    )  # fmt: skip
    table = response.against_population(respondents(), population, ["gebied", "groep"])
    found = table.set_index("niveau")["verschil"]
    assert found["WK050501"] == pytest.approx(50 - 40)
    assert found["jong"] == pytest.approx(50 - 60)
    after = table.set_index("niveau")["verschil_na_weging"]
    assert after["WK050501"] == pytest.approx(60 / 240 * 100 - 40)


def test_the_input_is_not_changed() -> None:
    frame = respondents()
    before = frame.copy()
    kpis.measures(frame, codebook(), settings(strata="wijk"), "proef", "GM0505", ("groep",))
    pd.testing.assert_frame_equal(frame, before)
