"""KPIs of every kind of question as whole tables: eight people, a codebook of six questions and a scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from survey_files import settings

from toolkit import tables
from toolkit.errors import DataError, Problem, ToolkitError
from toolkit.settings import parse_settings
from toolkit.survey import kpis, scales
from toolkit.survey.codebook import Codebook
from toolkit.survey.estimate import Design, Publication, mean, share, status
from toolkit.survey.scales import Reliability

CITY, SET = "GM0505", "sociale-samenhang/cbs-2018"
AGREE = ["helemaal-mee-eens", "mee-eens", "neutraal", "mee-oneens", "helemaal-mee-oneens"]
RULE = Publication(minimum=2, share_width=2.0, share_imprecise=1.5, relative_width=99.0, grade_half_width=9.0)
NAN = np.nan
CODES = {"zt": "zeer tevreden", "t": "tevreden", "o": "ontevreden"}


def question(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"naam": name, "vraag": f"{name}?", "soort": kind, **more}


def book(*extra: dict[str, Any], items: int = 6, **changed: Any) -> Codebook:
    """The questions, and `items` statements of the CBS scale."""
    statements = [
        question(f"item_{at}", "schaal", codes={code: code for code in AGREE}, schaal=SET, item=at, **changed)
        for at in range(1, items + 1)
    ]
    data = {
        "naam": "proef",
        "versie": "7",
        "variabele": [
            question("wijk", "keuze", rol="gebied", codes={"WK1": "A", "WK2": "B"}),
            question("groep", "keuze", codes={"jong": "jong", "oud": "oud"}),
            question("hulp", "ja-nee", label="Hulp", kpi="hulp.ja", telt=["ja"],
                     ontbrekend=["weet-niet", "nvt", "wil-niet-zeggen"]),
            question("tevreden", "keuze", codes=CODES, kpi="tevreden.aandeel", telt=["zt", "t"], richting="minder"),
            question("cijfer", "cijfer", kpi="cijfer", ontbrekend=["nvt"]),
            question("uren", "getal", kpi="uren.gemiddeld"),
            question("open", "tekst"),
            *statements, *extra,
        ],
    }  # fmt: skip
    return parse_settings(data, Codebook, "codeboek.toml")


def people() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "partner": ["P", "Q"] * 4,
            "area": ["WK1"] * 4 + ["WK2"] * 3 + [""],
            "weight": [1.0, 2.0] * 4,
            "groep": ["jong", "oud", "jong", "oud", "oud", "jong", "wil-niet-zeggen", "oud"],
            "hulp": ["ja", "nee", "ja", "weet-niet", "nvt", "leeg", "niet-gesteld", "nee"],
            "tevreden": ["zt", "t", "o", "o", "t", "leeg", "zt", "o"],
            "cijfer": [8.0, 6.0, NAN, 7.0, 7.5, NAN, 1.0, 10.0],
            "cijfer.reden": ["", "", "nvt", "", "", "leeg", "", ""],
            "uren": [1.0, NAN, 3.0, 4.0, 0.0, 2.0, 2.0, 12.0],
            "uren.reden": ["", "leeg", "", "", "", "", "", ""],
            "open": ["geheim"] * 8,
        }
    )
    # Everybody gives all statements the same answer; the fourth is reversed.
    given = [0, 1, 2, 3, 4, 0, 1, 2]
    return frame.assign(**{f"item_{at}": [AGREE[place] for place in given] for at in range(1, 7)})


VALUES = {
    "hulp.ja": [1, 0, 1, NAN, NAN, NAN, NAN, 0],
    "hulp.ja.weet-niet-nvt": [0, 0, 0, 1, 1, NAN, NAN, 0],
    "tevreden.aandeel": [1, 1, 0, 0, 1, NAN, 1, 0],
    "cijfer": [8, 6, NAN, 7, 7.5, NAN, 1, 10],
    "cijfer.weet-niet-nvt": [0, 0, 1, 0, 0, NAN, 0, 0],
    "uren.gemiddeld": [1, NAN, 3, 4, 0, 2, 2, 12],
    # Five statements at 5 and the reversed one at 1: 26 / 6; and so on.
    "sociale-samenhang.cbs-2018": [26 / 6, 22 / 6, 3, 14 / 6, 10 / 6, 26 / 6, 22 / 6, 3],
}
GRADES = {"cijfer": "cijfer", "uren.gemiddeld": "", "sociale-samenhang.cbs-2018": "schaalscore 1-5"}


def test_the_values_of_each_kpi() -> None:
    found = list(kpis.kpi_values(people(), book()))
    assert [kpi.measure for kpi in found] == list(VALUES)
    for kpi in found:
        assert kpi.values.tolist() == pytest.approx(VALUES[kpi.measure], nan_ok=True)
        assert kpi.unit == GRADES.get(kpi.measure, "procent")
        assert kpi.kind == ("grade" if kpi.measure in GRADES else "share")
        # A scale of 1 to 5 is four points wide: 2.5 times as wide on ten.
        assert kpi.stretch == (2.5 if kpi.measure.startswith("sociale") else 1.0)


def test_the_names_of_the_measures() -> None:
    assert kpis.measure_names(book()) == [
        "hulp.ja", "tevreden.aandeel", "cijfer", "uren.gemiddeld", "hulp.ja.weet-niet-nvt",
        "tevreden.aandeel.weet-niet-nvt", "cijfer.weet-niet-nvt", "uren.gemiddeld.weet-niet-nvt",
        "sociale-samenhang.cbs-2018",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", [RULE, Publication()])
def test_measures_as_a_whole_table(rule: Publication) -> None:
    frame, rows = people(), []
    design = Design(frame)
    split: list[tuple[pd.Series[str] | None, str]] = [
        (None, ""), (frame["area"], "area"), (frame["partner"], "partner"),
        (frame["groep"].where(frame["groep"] != "wil-niet-zeggen", ""), "groep"),
    ]  # fmt: skip
    for measure, values in VALUES.items():
        grade, factor = measure in GRADES, 1 if measure in GRADES else 100
        stretch = 2.5 if measure.startswith("sociale") else 1.0
        for by, name in split:
            of = mean(design, pd.Series(values, dtype=float), by) if grade else None
            table = share(design, pd.Series(values, dtype=float), by) if of is None else of
            for one in table.to_dict("records"):
                numbers = {key: one[key] * factor for key in ("value", "low", "high")}
                wide = [one[key] * stretch for key in ("value", "low", "high")]
                group = f"{name}={one['level']}" if name in ("partner", "groep") else ""
                rows.append(
                    {
                        "source": "enquete", "dataset": "proef", "measure": measure,
                        "unit": GRADES.get(measure, "procent"), "area": one["level"] if name == "area" else CITY,
                        "period": "2026", "group": group, **numbers, "n": one["n"], "n_eff": one["n_eff"],
                        "status": status("grade" if grade else "share", wide[0], wide[1], wide[2], one["n"], rule),
                    }
                )  # fmt: skip
    found = kpis.measures(frame, book(), settings(), "proef", CITY, ("partner", "groep"), rule, design)
    pd.testing.assert_frame_equal(found, tables.measures(rows))
    # The rule and the design that hold unless given.
    plain = kpis.measures(frame, book(), settings(), "proef", CITY, ("partner", "groep"))
    assert plain.equals(found) is (rule == Publication())


def test_the_design_is_that_of_the_settings_unless_given() -> None:
    frame, chosen = people(), settings(strata="wijk", omvang={"WK1": 4, "WK2": 3})
    by = Design(frame, strata="area", population={"WK1": 4.0, "WK2": 3.0, "": 1e15})
    found = kpis.measures(frame, book(), chosen, "proef", CITY)
    given = kpis.measures(frame, book(), settings(), "proef", CITY, design=by)
    pd.testing.assert_frame_equal(found, given)
    # Everybody of the first wijk answered: nothing is left to be unsure of.
    uren = found[(found["measure"] == "uren.gemiddeld") & (found["area"] == "WK1")].iloc[0]
    assert uren["low"] == uren["value"] == uren["high"] == pytest.approx((1 + 3 + 8) / 4)


def test_a_codebook_without_kpis_gives_an_empty_table() -> None:
    plain = parse_settings(
        {
            "naam": "x",
            "versie": "1",
            "variabele": [question("wijk", "keuze", rol="gebied", codes={"WK1": "A"})],
        },
        Codebook,
        "codeboek.toml",
    )
    found = kpis.measures(people(), plain, settings(), "proef", CITY)
    pd.testing.assert_frame_equal(found, tables.empty(tables.MEASURES))
    assert kpis.definitions(plain, settings()).columns.tolist() == [*tables.DEFINITIONS]


def test_definitions_as_they_are_printed() -> None:
    asked, answered = "wie de vraag kreeg en een cijfer gaf", "wie de vraag kreeg en antwoord gaf"
    grades = "gemiddelde van de cijfers"
    scale = scales.read_scale(SET)
    rows = [
        ("hulp.ja", "Hulp", "hulp?", "wie antwoordde: ‘ja’", answered,
         "niet gesteld, leeg, weet niet, nvt, wil niet zeggen", "procent", "meer", "Proefenquête", "7"),
        ("tevreden.aandeel", "tevreden?", "tevreden?", "wie antwoordde: ‘zeer tevreden’ of ‘tevreden’", answered,
         "niet gesteld, leeg", "procent", "minder", "Proefenquête", "7"),
        ("cijfer", "cijfer?", "cijfer?", grades, asked, "niet gesteld, leeg, nvt", "cijfer", "meer",
         "Proefenquête", "7"),
        ("uren.gemiddeld", "uren?", "uren?", grades, asked, "niet gesteld, leeg", "", "", "Proefenquête", "7"),
        ("sociale-samenhang.cbs-2018", scale.name, " / ".join(item.text for item in scale.items),
         "gemiddelde van de stellingen, van 1 tot 5; hoger is meer samenhang",
         "wie 4 of meer van 6 stellingen invulde", "weet niet, n.v.t. en leeg", "schaalscore 1-5", "meer",
         scale.source, SET),
    ]  # fmt: skip
    expected = pd.DataFrame(rows, columns=[*tables.DEFINITIONS])
    pd.testing.assert_frame_equal(kpis.definitions(book(), settings()), expected)
    weighted = settings(weging={"bevolking": "b.csv", "marges": [["gebied"]], "bron": "CBS"})
    told = kpis.definitions(book(), weighted, {SET: Reliability(0.756, 1234), "anders": Reliability(0.5, 9)})
    expected["bron"] = ["Proefenquête, gewogen"] * 4 + [
        f"{scale.source}; Cronbachs alfa in deze enquête 0,76 (n = 1234)"
    ]
    pd.testing.assert_frame_equal(told, expected)


def test_how_often_each_grade_was_given() -> None:
    found = kpis.grade_distribution(people(), book(), "cijfer")
    # Weights 1, 2, 2, 1, 1 and 2, together 9; 7.5 counts as 8.
    n = [1, 0, 0, 0, 0, 1, 1, 2, 0, 1]
    percent = [1 / 9, 0, 0, 0, 0, 2 / 9, 2 / 9, 2 / 9, 0, 2 / 9]
    expected = pd.DataFrame({"cijfer": range(1, 11), "n": n, "procent": [100 * part for part in percent]})
    pd.testing.assert_frame_equal(found, expected)
    edges = people().assign(cijfer=[0.2, 10.6, 9.5, 1.49, 1.5, NAN, NAN, NAN])
    assert kpis.grade_distribution(edges, book(), "cijfer")["n"].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    with pytest.raises(KeyError, match="niets"):
        kpis.grade_distribution(people(), book(), "niets")


def errors(
    groups: list[str], frame: pd.DataFrame | None = None, basis: str = "", **more: Any
) -> list[tuple[str, str]]:
    given = people() if frame is None else frame
    found = kpis.group_errors(given, book(), settings(**more), groups, basis)
    return [(error.message, error.hint) for error in found]


def test_groups_that_cannot_be_are_all_told() -> None:
    names = ", ".join(["partner", "wijk", "groep", "hulp", "tevreden", *(f"item_{at}" for at in range(1, 7))])
    message = "De enquête heeft geen groep {} om naar uit te splitsen."
    assert errors(["groepp", "groep", "qqqqq", "cijfer", "open"]) == [
        (message.format("groepp"), "Bedoelt u 'groep'?"),
        *((message.format(name), f"Mogelijk zijn: {names}.") for name in ("qqqqq", "cijfer", "open")),
    ]
    # A question that the delivery lacks.
    assert errors(["partner", "hulp"], people().drop(columns=["partner"])) == [
        (message.format("partner"), "Bedoelt u 'partner'?")
    ]
    with pytest.raises(ToolkitError) as caught:
        kpis.measures(people(), book(), settings(), "proef", CITY, ("groepp",))
    assert caught.value.message == message.format("groepp")


@pytest.mark.parametrize(
    ("kind", "law", "groups", "basis", "forbidden"),
    [
        ("clientervaringsonderzoek", " JEUGDWET ", ["partner"], "  ", True),
        ("clientervaringsonderzoek", "jeugdwet", ["groep", "partner"], "", True),
        ("clientervaringsonderzoek", "jeugdwet", ["groep"], "", False),
        ("clientervaringsonderzoek", "jeugdwet", ["partner"], "artikel 2.10", False),
        ("clientervaringsonderzoek", "wmo", ["partner"], "", False),
        ("bewonersenquete", "jeugdwet", ["partner"], "", False),
    ],
)
def test_a_partner_under_the_jeugdwet(
    kind: str, law: str, groups: list[str], basis: str, forbidden: bool
) -> None:
    told = (
        "Dit cliëntervaringsonderzoek Jeugdwet mag niet worden uitgesplitst naar partner.",
        "Haal partner weg bij uitsplitsen, of noem de wettelijke grondslag bij grondslag_partner in het plan.",
    )
    assert errors(groups, None, basis, soort=kind, wet=law) == ([told] if forbidden else [])
    if not basis.strip():
        # Without a basis it is the same.
        found = list(kpis.group_errors(people(), book(), settings(soort=kind, wet=law), groups))
        assert len(found) == int(forbidden)


def test_the_groups_that_a_survey_has() -> None:
    asked = ["partner", "groep", "leeftijd", "uren.reden", "hulp", "open"]
    assert kpis.own_groups(people(), book(), asked) == ("partner", "groep", "hulp", "open")
    assert kpis.own_groups(people().drop(columns=["partner", "hulp"]), book(), asked) == ("groep", "open")


def test_domains_of_levels_that_are_answers() -> None:
    (_, city), (areas, area), (groups, group), (partners, partner) = kpis.domains(
        people(), book(), ["groep", "partner"], CITY
    )
    assert city("") == (CITY, "") and area("WK1") == ("WK1", "")
    assert group("oud") == (CITY, "groep=oud") and partner("P") == (CITY, "partner=P")
    assert areas is not None and areas.tolist() == people()["area"].tolist()
    assert groups is not None and groups.tolist() == ["jong", "oud", "jong", "oud", "oud", "jong", "", "oud"]
    assert partners is not None and partners.tolist() == ["P", "Q"] * 4


def test_a_scale_of_which_the_codebook_lacks_or_changes_something() -> None:
    assert [scale.id for scale in scales.scales_in(book())] == [SET]
    once = "Noem elke stelling van de set precies één keer; een kortere set is een andere schaal."
    answers = f"De schaal heeft: {', '.join(AGREE)}."
    other = question("dubbel", "schaal", codes={"x": "x"}, schaal=SET, item=2)
    for given, numbers, wrong in (
        (book(items=5), [1, 2, 3, 4, 5], []),
        (book(other), [1, 2, 2, 3, 4, 5, 6], ["dubbel"]),
    ):
        with pytest.raises(DataError) as caught:
            scales.scales_in(given)
        message = f"schaal {SET} heeft item [1, 2, 3, 4, 5, 6] nodig, en het codeboek geeft {numbers}."
        assert list(caught.value.problems) == [
            Problem("codeboek.toml", message, once),
            *(
                Problem("codeboek.toml", f"de antwoorden van {name} zijn niet die van schaal {SET}.", answers)
                for name in wrong
            ),
        ]


def test_a_scale_that_does_not_exist() -> None:
    known = "sociale-samenhang/cbs-2018, sociale-samenhang/visie-2030"
    for name, hint in (
        ("sociale-samenhang/cbs-2019", f"Bedoelt u '{SET}'?"),
        ("q", f"Bekende schalen: {known}."),
    ):
        with pytest.raises(ToolkitError) as caught:
            scales.read_scale(name)
        assert (caught.value.message, caught.value.hint) == (f"De schaal {name} bestaat niet.", hint)
    assert scales.read_scale(SET).id == SET


def test_statements_are_turned_one_way_and_reasons_are_no_answer() -> None:
    frame = people().assign(item_1=["leeg", *people()["item_1"][1:]]).set_index(pd.Index(range(10, 18)))
    found = scales.item_values(frame, book(), scales.read_scale(SET))
    assert found.index.tolist() == list(range(10, 18)) and found.columns.tolist() == [1, 2, 3, 4, 5, 6]
    assert found[1].tolist() == pytest.approx([NAN, 4, 3, 2, 1, 5, 4, 3], nan_ok=True)
    assert found[4].tolist() == [1, 2, 3, 4, 5, 1, 2, 3] and found[6].tolist() == [5, 4, 3, 2, 1, 5, 4, 3]


def test_alpha_needs_enough_complete_answers_and_some_spread() -> None:
    frame = pd.concat([people()] * 4, ignore_index=True)
    # The reversed statement runs against five others: item variances v, the sum has variance 16 v.
    assert scales.reliabilities(frame, book()) == {SET: Reliability(pytest.approx(6 / 5 * (1 - 6 / 16)), 32)}
    assert list(scales.reliabilities(frame.head(30), book())) == [SET]
    assert scales.reliabilities(frame.head(29), book()) == {}
    assert list(scales.reliabilities(frame.head(29), book(), 29)) == [SET]
    assert scales.reliabilities(pd.concat([frame.head(1)] * 40), book()) == {}
