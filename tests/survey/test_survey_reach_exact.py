"""Whom the help reaches and who answered, as whole tables: shares of a handful of people, counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from survey_files import AREAS, codebook

from toolkit import tables
from toolkit.errors import DataError, Problem
from toolkit.settings import parse_settings
from toolkit.survey import reach, response
from toolkit.survey.codebook import Codebook
from toolkit.survey.estimate import Design, Publication, share, status

CITY = "GM0505"
POPULATION = pd.DataFrame(
    [("WK1", "", 10.0), ("WK2", "", 30.0), ("WK3", "", 0.0), ("", "jong", 8.0), ("", "oud", 24.0)],
    columns=["gebied", "groep", "aantal"],
)
RULE = Publication(minimum=5, share_width=1.0, share_imprecise=0.9, relative_width=9.0)


def reached() -> pd.DataFrame:
    """Eight of ten had contact: of them one without a known wijk, two without a known group."""
    return pd.DataFrame(
        {
            "area": ["WK1"] * 4 + ["WK2"] * 4 + ["", "WK2"],
            "weight": [1.0] * 4 + [2.0] * 6,
            "groep": ["jong", "oud", "oud", "leeg", "jong", "jong", "leeg", "oud", "oud", "oud"],
            "geslacht": ["man", "vrouw"] * 5,
            "contact": ["ja", "ja", "nee", "ja", "ja", "ja", "ja", "ja", "ja", "nee"],
            "cijfer": 7.0,
            "cijfer.reden": "",
        }
    )


def ratios(
    frame: pd.DataFrame,
    population: pd.DataFrame,
    groups: tuple[str, ...] = ("groep",),
    rule: Publication | None = RULE,
) -> pd.DataFrame:
    return reach.measures(frame, codebook(), Design(frame), population, "proef", "2026", CITY, groups, rule)


def ratio(
    frame: pd.DataFrame, column: str, level: str, part: float, rule: Publication = RULE
) -> dict[str, Any]:
    """A row by the definition: the share among the reached with a known level, over the share in the population."""
    known = frame[column].isin(["WK1", "WK2", "jong", "oud"]) & (frame["contact"] == "ja")
    one = share(Design(frame), (frame[column] == level).astype(float).where(known)).iloc[0]
    group = "" if column == "area" else f"{column}={level}"
    return {
        "source": "enquete", "dataset": "proef", "measure": "bereik.representativiteit", "period": "2026",
        "unit": "verhouding tot de bevolking", "area": level if column == "area" else CITY, "group": group,
        "value": one["value"] / part, "low": one["low"] / part, "high": one["high"] / part,
        "n": one["n"], "n_eff": one["n_eff"],
        "status": status("share", one["value"], one["low"], one["high"], one["n"], rule),
    }  # fmt: skip


def test_shares_among_the_reached_over_those_in_the_population() -> None:
    frame = reached()
    found = ratios(frame, POPULATION, ("geslacht", "groep"))
    rows = [("area", "WK1", 0.25), ("area", "WK2", 0.75), ("groep", "jong", 0.25), ("groep", "oud", 0.75)]
    pd.testing.assert_frame_equal(found, tables.measures(ratio(frame, *row) for row in rows))
    # Of the wijken 3 of the weight is in one and 8 in the other; of the groups 5 and 5: 1 + 2 + 2 and 1 + 2 + 2.
    assert found["value"].tolist() == pytest.approx([3 / 11 / 0.25, 8 / 11 / 0.75, 0.5 / 0.25, 0.5 / 0.75])
    assert found["n"].tolist() == [7, 7, 6, 6] and set(found["status"]) == {"ok"}
    assert set(ratios(frame, POPULATION, rule=None)["status"]) == {"niet-publiceerbaar: n < 30"}


def test_a_level_of_nobody_or_everybody_has_no_row() -> None:
    frame = reached().assign(area="WK1")
    assert ratios(frame, POPULATION)["group"].tolist() == ["groep=jong", "groep=oud"]
    one = POPULATION[POPULATION["gebied"] != "WK2"]
    assert ratios(reached(), one)["group"].tolist() == ["groep=jong", "groep=oud"]
    nobody = reached().assign(contact="nee")
    pd.testing.assert_frame_equal(ratios(nobody, POPULATION), tables.empty(tables.MEASURES))


def test_without_the_question_about_contact_there_is_nothing_to_compare() -> None:
    book = parse_settings(
        {
            "naam": "x",
            "versie": "1",
            "variabele": [
                {"naam": "wijk", "vraag": "?", "soort": "keuze", "rol": "gebied", "codes": {"WK1": "A"}},
                {"naam": "contact", "vraag": "?", "soort": "ja-nee", "kpi": "anders", "telt": ["ja"]},
            ],
        },
        Codebook,
        "codeboek.toml",
    )
    frame = reached()
    found = reach.measures(frame, book, Design(frame), POPULATION, "proef", "2026", CITY, ("groep",), RULE)
    pd.testing.assert_frame_equal(found, tables.empty(tables.MEASURES))


@pytest.mark.parametrize(("source", "told"), [("CBS 2026", "Proef; CBS 2026"), ("", "Proef")])
def test_the_definition_of_representativeness(source: str, told: str) -> None:
    contact = {"maat": "bereik.contact", "naam": "Contact", "vraag": "Contact?", "teller": "ja", "noemer": "allen",
               "uitgesloten": "leeg", "eenheid": "procent", "richting": "meer", "bron": "Proef", "versie": "1"}  # fmt: skip
    expected = {
        **contact,
        "maat": "bereik.representativiteit",
        "naam": "Bereik vergeleken met de bevolking",
        "teller": "aandeel van de wijk of groep onder wie contact had met het wijkteam (gewogen)",
        "noemer": "aandeel van de wijk of groep in de bevolking; 1 is naar verhouding, 2 twee keer zo veel",
        "eenheid": "verhouding tot de bevolking",
        "richting": "",
        "bron": told,
    }
    base = pd.DataFrame([{**contact, "maat": "anders"}, contact])
    columns = [*tables.DEFINITIONS]
    pd.testing.assert_frame_equal(reach.definitions(base, source), pd.DataFrame([expected], columns=columns))
    assert reach.definitions(base.iloc[:1], source).columns.tolist() == columns


HEADER = "gebied,groep,geslacht,uitgenodigd,begonnen,volledig\n"


def delivered(folder: Path, text: str, merge: dict[str, str] | None = None) -> pd.DataFrame:
    (folder / "respons.csv").write_text(text, encoding="utf-8")
    return response.read_response(folder / "respons.csv", AREAS, merge or {}, codebook())


def refused(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        delivered(folder, text)
    return list(caught.value.problems)


def test_counts_are_read_per_area_and_group_and_small_areas_added(tmp_path: Path) -> None:
    rows = "WK050502,,,30,8,7\nWK050519,,,20,20,20\nWK050501,,,9,0,0\n,oud,,5,4,3\n,,man,6,5,4\n"
    found = delivered(tmp_path, HEADER + rows, {"WK050519": "WK050502"})
    expected = [
        ("WK050501", "", 9.0, 0.0, 0.0), ("WK050502", "", 50.0, 28.0, 27.0),
        ("", "geslacht=man", 6.0, 5.0, 4.0), ("", "groep=oud", 5.0, 4.0, 3.0),
    ]  # fmt: skip
    columns = ["gebied", "groep", "uitgenodigd", "begonnen", "volledig"]
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, columns=columns))


def test_every_cell_that_cannot_be_is_told_with_its_place(tmp_path: Path) -> None:
    split, nowhere = (
        "Splits deze rij, of maak een cel leeg.",
        "Gebruik de codes uit het bestand met gebieden.",
    )
    both = "een rij gaat over één gebied, of over één groep met gebied leeg."
    number = "Vul een heel getal in, zonder punt of komma."
    order = "de aantallen lopen niet af van uitgenodigd naar begonnen naar volledig."
    rows = [
        "WK050501,oud,,30,8,7", ",,,30,8,7", ",oud,man,30,8,7", "WK05050x,,,30,8,7", f"{'q' * 30},,,30,8,7",
        ",oudd,,30,8,7", ",,zzz,30,8,7", f"WK050501,,,{'9' * 30},-1,1.5", "WK050501,,,7,8,7", "WK050501,,,9,8,9",
    ]  # fmt: skip
    file = "respons.csv"
    assert refused(tmp_path, HEADER + "\n".join(rows) + "\n") == [
        Problem(file, both, split, "", 2),
        Problem(file, both, split, "", 3),
        Problem(file, both, split, "", 4),
        Problem(file, "gebied WK05050x is niet bekend.", "Bedoelt u 'WK050502'?", "", 5, "gebied"),
        Problem(file, f"gebied {'q' * 20} is niet bekend.", nowhere, "", 6, "gebied"),
        Problem(file, '"oudd" is geen antwoord op groep.', "Bedoelt u 'oud'?", "", 7, "groep"),
        Problem(
            file,
            '"zzz" is geen antwoord op geslacht.',
            "De antwoorden zijn: man, vrouw, anders.",
            "",
            8,
            "geslacht",
        ),
        Problem(file, f'"{"9" * 20}" is geen aantal.', number, "", 9, "uitgenodigd"),
        Problem(file, '"-1" is geen aantal.', number, "", 9, "begonnen"),
        Problem(file, '"1.5" is geen aantal.', number, "", 9, "volledig"),
        Problem(file, order, "Verbeter de aantallen in deze rij.", "", 10),
        Problem(file, order, "Verbeter de aantallen in deze rij.", "", 11),
    ]


def test_columns_that_lack_or_are_no_question(tmp_path: Path) -> None:
    file = "respons.csv"
    found = refused(tmp_path, "gebied,groop,qqqq,uitgenodigd,begonnen\nWK050501,,,4,2\n")
    assert found == [
        Problem(file, "deze kolom ontbreekt.", found[0].remedy, "", None, "volledig"),
        Problem(file, "deze kolom is geen vraag uit het codeboek.", "Bedoelt u 'groep'?", column="groop"),
        Problem(
            file,
            "deze kolom is geen vraag uit het codeboek.",
            "Gebruik namen van vragen uit het codeboek.",
            column="qqqq",
        ),
    ]
    assert refused(tmp_path, HEADER) == [
        Problem(file, "er staan geen aantallen in.", "Vul per gebied een rij in.")
    ]


def counted(
    measure: str, value: float, area: str = CITY, group: str = "", n: float | None = None
) -> dict[str, Any]:
    unit = "procent" if measure == "aandeel" else "personen"
    base = {"source": "enquete", "dataset": "proef", "period": "2026", "area": area, "group": group}
    return {
        **base,
        "measure": f"respons.{measure}",
        "unit": unit,
        "value": value,
        "n": value if n is None else n,
    }


def block(area: str, group: str, invited: float, begun: float, done: float) -> list[dict[str, Any]]:
    counts = zip(("uitgenodigd", "begonnen", "volledig"), (invited, begun, done), strict=True)
    share = [counted("aandeel", done / invited * 100, area, group, invited)] if invited else []
    return [*(counted(name, value, area, group) for name, value in counts), *share]


def counts(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["gebied", "groep", "uitgenodigd", "begonnen", "volledig"])


def test_response_as_measures_for_the_city_its_areas_and_groups() -> None:
    given = counts(
        ("WK1", "", 40.0, 30.0, 10.0), ("WK2", "", 0.0, 0.0, 0.0), ("", "groep=oud", 30.0, 20.0, 6.0)
    )  # fmt: skip
    expected = [
        *block(CITY, "", 40.0, 30.0, 10.0), *block("WK1", "", 40.0, 30.0, 10.0), *block("WK2", "", 0.0, 0.0, 0.0),
        *block(CITY, "groep=oud", 30.0, 20.0, 6.0),
    ]  # fmt: skip
    found = response.measures(given, "proef", "2026", CITY)
    pd.testing.assert_frame_equal(found, tables.measures(expected))
    # Of groups that the delivery does not have, only who answered is known.
    people = pd.DataFrame({"groep": ["oud"] * 2, "contact": ["ja"] * 2, "geslacht": [1, 1]})
    groups = {"groep": ["oud"], "contact": ["ja", "nee"], "geslacht": ["1"]}
    more = [
        counted("volledig", 2.0, group="contact=ja"), counted("volledig", 0.0, group="contact=nee"),
        counted("volledig", 2.0, group="geslacht=1"),
    ]  # fmt: skip
    found = response.measures(given, "proef", "2026", CITY, people, groups)
    pd.testing.assert_frame_equal(found, tables.measures([*expected, *more]))
    without = response.measures(given, "proef", "2026", CITY, None, groups)
    pd.testing.assert_frame_equal(without, tables.measures(expected))


def test_without_areas_the_first_grouping_counts_everybody() -> None:
    given = counts(
        ("", "geslacht=man", 10.0, 8.0, 6.0), ("", "geslacht=vrouw", 20.0, 9.0, 3.0), ("", "groep=oud", 7.0, 5.0, 2.0)
    )  # fmt: skip
    expected = [
        *block(CITY, "", 30.0, 17.0, 9.0), *block(CITY, "geslacht=man", 10.0, 8.0, 6.0),
        *block(CITY, "geslacht=vrouw", 20.0, 9.0, 3.0), *block(CITY, "groep=oud", 7.0, 5.0, 2.0),
    ]  # fmt: skip
    found = response.measures(given, "proef", "2026", CITY)
    pd.testing.assert_frame_equal(found, tables.measures(expected))


def test_respondents_beside_the_population_before_and_after_weighting() -> None:
    people = pd.DataFrame(
        {
            "area": ["WK1", "WK1", "WK2", ""],
            "groep": ["oud", "leeg", "oud", "oud"],
            "weight": [1.0, 1.0, 6.0, 4.0],
        }
    )
    found = response.against_population(people, POPULATION, ["gebied", "groep"])
    columns = [
        "variabele",
        "niveau",
        "n",
        "respons",
        "gewogen",
        "bevolking",
        "verschil",
        "verschil_na_weging",
    ]
    expected = [
        ("gebied", "WK1", 2, 200 / 3, 25.0, 25.0, 200 / 3 - 25, 0.0),
        ("gebied", "WK2", 1, 100 / 3, 75.0, 75.0, 100 / 3 - 75, 0.0),
        ("gebied", "WK3", 0, 0.0, 0.0, 0.0, 0.0, 0.0),
        ("groep", "jong", 0, 0.0, 0.0, 25.0, -25.0, -25.0),
        ("groep", "oud", 3, 100.0, 100.0, 75.0, 25.0, 25.0),
    ]
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, columns=columns))
    # Nobody with a known level: 0 percent, and no division by 0.
    nobody = response.against_population(people.assign(area="x"), POPULATION, ["gebied"])
    assert nobody["respons"].tolist() == nobody["gewogen"].tolist() == [0.0, 0.0, 0.0]
    assert nobody["verschil"].tolist() == nobody["verschil_na_weging"].tolist() == [-25.0, -75.0, 0.0]
