"""Indicator sets: reading every awkward kind, and the judgement of a change."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from toolkit import tables
from toolkit.errors import DataError
from toolkit.indicators.judge import indicators_table, judge, measures, of_another_set, wilson, with_survey
from toolkit.indicators.read import IndicatorSet, read_indicators
from toolkit.project import IndicatorSource

HEAD = "set,id,thema,naam,nulmeting,eenheid,peildatum,doel,bron,opmerking"
LATER = "set,id,gebied,periode,waarde,laag,hoog,n,bron,definitie,soort"
EXAMPLE = Path(__file__).parents[2] / "analyses" / "voorbeeld"


def read(folder: Path, definitions: str, later: str = "", set_id: str = "s") -> IndicatorSet:
    (folder / "set.csv").write_text(f"{HEAD}\n{definitions}\n", encoding="utf-8")
    if later:
        (folder / "later.csv").write_text(f"{LATER}\n{later}\n", encoding="utf-8")
    return read_indicators(
        folder, IndicatorSource(set=set_id, file="set.csv", measurements="later.csv" if later else "")
    )


SHARE = 's,a,T,naam a,"30,0",procent,2021,minder,bron,'


def verdict(folder: Path, later: str, definition: str = SHARE) -> tuple[str, str]:
    row = indicators_table(read(folder, definition, later), "GM0505").iloc[0]
    return row["oordeel"], row["reden"]


def test_every_awkward_kind_keeps_a_row(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        's,getal,T,n,"11,7",procent,2021,minder,CBS,\n'
        "s,verhouding,T,n,30-70,verhouding (procent),2024,meer algemeen,begroting,\n"
        "s,onbekend,T,n,,aantal,,meer,OCD,\n"
        "s,kwalitatief,T,n,,kwalitatief,,minder,evaluatie,\n"
        "s,per,T,n,,procent,2023,meer,OCD,verschilt per voorziening\n"
        "s,verwijzing,T,n,,,,minder,zie andere-set,\n"
        "s,pilot,T,n,1,aantal (pilot),,meer,Verordening,\n"
        "ander,x,T,n,1,aantal,2020,meer,b,",
    )
    kinds = dict(zip(found.definitions["id"], found.definitions["soort"], strict=True))
    assert kinds == {
        "getal": "getal",
        "verhouding": "verhouding",
        "onbekend": "onbekend",
        "kwalitatief": "kwalitatief",
        "per": "per-voorziening",
        "verwijzing": "verwijzing",
        "pilot": "getal",
    }
    result = measures(found, "GM0505").set_index("measure")
    assert result.loc["getal", "value"] == 11.7 and result.loc["verhouding", "value"] == 30
    assert result.loc["kwalitatief", "status"] == "kwalitatief"
    assert result.loc["verwijzing", "status"] == "onbekend: zie andere-set"
    assert result.loc["pilot", "period"] == "onbekend"
    table = indicators_table(found, "GM0505").set_index("id")
    assert set(table["oordeel"]) == {"niet te zeggen"}
    assert table.loc["verwijzing", "reden"] == "zie andere-set"
    assert table.loc["getal", "nulmeting"] == "11,7"


@pytest.mark.parametrize(
    ("later", "expected", "words"),
    [
        (
            's,a,GM0505,2024,"29,9",,,,b,,registratie',
            "gewenste richting",
            "volledige registratie: verschil −0,1",
        ),
        ("s,a,GM0505,2024,30,,,,b,,registratie", "geen aantoonbaar verschil", "volledige registratie"),
        ("s,a,GM0505,2024,33,31,35,900,b,,", "ongewenste richting", "95%-interval +1,0 tot +5,0"),
        ("s,a,GM0505,2024,31,29,33,900,b,,", "geen aantoonbaar verschil", "marge van de nulmeting"),
        ("s,a,GM0505,2024,33,,,100,b,,", "geen aantoonbaar verschil", "marge berekend uit n"),
        ("s,a,GM0505,2024,33,,,10000,b,,", "ongewenste richting", "marge berekend uit n"),
        ("s,a,GM0505,2024,33,,,,b,,", "niet te zeggen", "geen marge"),
        ("s,a,GM0505,2024,33,31,35,900,b,inwoners 18+,", "niet te zeggen", "andere definitie of schaal"),
        ("s,a,GM0505,2020,33,31,35,900,b,,", "niet te zeggen", "niet later"),
        ("s,a,WK050501,2024,33,31,35,900,b,,", "niet te zeggen", "nog geen nieuwe meting"),
        ("s,a,NL0000,2024,33,31,35,900,b,,", "niet te zeggen", "ter vergelijking Nederland: 33 (2024)"),
        # The baseline's own margin: 30 (28-32) and 33 (31-35) differ 3 ± 2.83.
        (
            "s,a,GM0505,2024,33,31,35,900,b,,\ns,a,GM0505,2021,30,28,32,900,b,,",
            "ongewenste richting",
            "+0,2 tot +5,8",
        ),
        # Newest comparable measurement, not the newest of another definition.
        (
            "s,a,GM0505,2025,50,49,51,900,b,anders,\ns,a,GM0505,2023,25,24,26,900,b,,",
            "gewenste richting",
            "verschil −5,0",
        ),
    ],
)
def test_judgement(tmp_path: Path, later: str, expected: str, words: str) -> None:
    oordeel, reden = verdict(tmp_path, later)
    assert oordeel == expected
    assert words in reden


def test_ratio_moves_with_its_first_part(tmp_path: Path) -> None:
    definition = "s,a,T,n,30-70,verhouding (procent),2024,meer algemeen,b,"
    assert verdict(tmp_path, "s,a,GM0505,2026,32-68,,,,b,,registratie", definition)[0] == "gewenste richting"


def test_wilson_against_published_value() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662 (method 3, without continuity correction).
    assert wilson(100 * 81 / 263, 263) == pytest.approx((25.53, 36.62), abs=0.005)
    low, high = wilson(0, 20)
    assert low == pytest.approx(0, abs=1e-12) and high == pytest.approx(16.11, abs=0.005)


def test_all_problems_of_both_files_at_once(tmp_path: Path) -> None:
    definitions = [
        "s,a,T,n,circa 30-70,procent,2021,minder,b,",
        "s,b,T,n,120,procent,2021,minder,b,",
        "s,b,T,n,12,procent,2021,mindr,b,",
        "s,c,T,n,7,procent,vorig jaar,meer,b,",
        "s,d,T,n,30-80,verhouding (procent),2021,meer algemeen,b,",
    ]
    later = [
        "s,aa,GM0505,2024,5,,,,b,,",
        "s,c,Dordrecht,2024,5,,,,b,,",
        "s,c,GM0505,2024,1.234,,,,b,,",
        "s,c,GM0505,2025,5,6,7,,b,,",
        "s,c,GM0505,2026,5,4,,,b,,",
        "s,c,GM0505,2027,104,,,,b,,",
    ]
    with pytest.raises(DataError) as caught:
        read(tmp_path, "\n".join(definitions), "\n".join(later))
    found = [(Path(problem.file).name, problem.row, problem.column) for problem in caught.value.problems]
    assert found == [
        ("set.csv", 2, "nulmeting"),
        ("set.csv", 3, "nulmeting"),
        ("set.csv", 4, "doel"),
        ("set.csv", 5, "peildatum"),
        ("set.csv", 6, "nulmeting"),
        ("set.csv", 4, "id"),
        ("later.csv", 2, "id"),
        ("later.csv", 3, "gebied"),
        ("later.csv", 4, "waarde"),
        ("later.csv", 5, "waarde"),
        ("later.csv", 6, "laag"),
        ("later.csv", 7, "waarde"),
    ]


def test_wrong_columns_unquoted_comma_and_unknown_set(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_text(HEAD.replace("nulmeting", "nulmetting") + "\n", encoding="utf-8")
    source = IndicatorSource(set="s", file="set.csv")
    with pytest.raises(DataError, match="Bedoelt u 'nulmetting'"):
        read_indicators(tmp_path, source)
    with pytest.raises(DataError, match="meer cellen"):
        read(tmp_path, f"{SHARE}\ns,b,T,n,11,7,procent,2021,minder,b,")
    with pytest.raises(DataError, match="Bedoelt u 'visie'"):
        read(tmp_path, "visie,a,T,n,1,aantal,2020,meer,b,", set_id="vise")
    with pytest.raises(DataError, match=r"Bedoelt u 'set\.csv'"):
        read_indicators(tmp_path, IndicatorSource(set="s", file="sets.csv"))


def test_survey_estimates_become_measurements_unless_the_scale_differs(tmp_path: Path) -> None:
    scale = 's,sociale-samenhang,T,n,"6,2",schaalscore 0-10,2021,meer,CBS,'
    found = read(tmp_path, scale)
    row: dict[str, Any] = {
        "source": "enquete",
        "dataset": "voorbeeld",
        "measure": "sociale-samenhang",
        "unit": "schaalscore 0-10",
        "area": "GM0505",
        "period": "2026",
        "value": 6.42,
        "low": 6.31,
        "high": 6.53,
        "n": 1290,
        "status": "ok",
    }
    table = indicators_table(with_survey(found, tables.measures([row])), "GM0505").iloc[0]
    assert table["oordeel"] == "gewenste richting" and table["waarde"] == "6,4"
    assert table["bron"] == "CBS; enquête voorbeeld" and table["n"] == 1290
    other = tables.measures([{**row, "unit": "schaalscore 1-5", "value": 3.4, "low": 3.3, "high": 3.5}])
    refused = indicators_table(with_survey(found, other), "GM0505").iloc[0]
    assert refused["oordeel"] == "niet te zeggen" and "andere eenheid" in refused["reden"]
    assert len(measures(with_survey(found, tables.measures([row])), "GM0505")) == 1
    assert found.measurements.empty


def test_a_survey_with_another_set_of_statements_is_refused(tmp_path: Path) -> None:
    """Only the same, named set is compared: neither another one nor an unnamed one."""
    row = {
        "source": "enquete",
        "dataset": "e",
        "measure": "samenhang",
        "unit": "schaalscore 0-10",
        "area": "GM0505",
    }
    estimates = tables.measures(
        [row | {"period": "2026", "value": 6.42, "low": 6.31, "high": 6.53, "n": 900}]
    )

    def judged(own: str, measured: str) -> tuple[str, str, frozenset[str]]:
        head = f"{HEAD},definitie\ns,samenhang,T,n,6.2,schaalscore 0-10,2021,meer,CBS,,{own}\n"
        (tmp_path / "set.csv").write_text(head, encoding="utf-8")
        found = read_indicators(tmp_path, IndicatorSource(set="s", file="set.csv"))
        both = with_survey(found, estimates, {("e", "samenhang"): measured} if measured else {})
        table = indicators_table(both, "GM0505").iloc[0]
        return table["oordeel"], table["reden"], of_another_set(both)

    assert judged("samenhang/a", "samenhang/a")[::2] == ("gewenste richting", frozenset())
    for own, measured, reason in (
        ("samenhang/a", "samenhang/b", "andere definitie of schaal: samenhang/b"),
        ("samenhang/a", "", "zegt niet of zij met samenhang/a"),
        ("", "samenhang/b", "de nulmeting zegt niet"),
    ):
        verdict_, why, others = judged(own, measured)
        assert verdict_ == "niet te zeggen" and reason in why and others == {"samenhang"}
    assert judged("", "")[0] == "gewenste richting"


def test_judge_refuses_without_measurement() -> None:
    definition = {"soort": "getal", "bron": "b", "definitie": "", "peildatum": "2021", "eenheid": "procent"}
    assert judge(definition, None).verdict == "niet te zeggen"


def test_the_example_shows_every_verdict() -> None:
    source = IndicatorSource(
        set="visie-2030", file="indicatoren/visie-2030.csv", measurements="indicatoren/metingen.csv"
    )
    found = read_indicators(EXAMPLE, source)
    assert len(found.definitions) == 15
    table = indicators_table(found, "GM0505").set_index("id")
    assert table["oordeel"].value_counts().to_dict() == {
        "niet te zeggen": 9,
        "gewenste richting": 3,
        "ongewenste richting": 2,
        "geen aantoonbaar verschil": 1,
    }
    assert "andere definitie" in table.loc["ervaren-gezondheid-goed", "reden"]
    result = measures(found, "GM0505")
    refused = result[result["group"] != ""]
    assert list(refused["measure"]) == ["ervaren-gezondheid-goed"]
    care = result[(result["measure"] == "mantelzorg-geven") & (result["period"] == "2025")].iloc[0]
    assert not math.isnan(care["low"])


def test_inputs_are_not_changed(tmp_path: Path) -> None:
    found = read(tmp_path, SHARE, "s,a,GM0505,2024,33,31,35,900,b,,")
    before = found.measurements.copy(deep=True)
    indicators_table(found, "GM0505")
    measures(found, "GM0505")
    pd.testing.assert_frame_equal(found.measurements, before)
