from __future__ import annotations

import copy
from pathlib import Path

import pytest
from survey_files import CODEBOOK, codebook

from toolkit.errors import DataError
from toolkit.survey.codebook import read_codebook
from toolkit.survey.scales import scales_in

EXAMPLE = Path(__file__).parents[2] / "surveys" / "voorbeeld" / "codeboek.toml"


def broken(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "codeboek.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_codebook(path)
    return [f"{p.column}: {p.message} {p.remedy}" for p in caught.value.problems]


BASE = """
naam = "x"
versie = "1"
[antwoorden.eens]
codes = { eens = "eens", oneens = "oneens" }
ontbrekend = ["weet-niet"]
vertaling = { sav = { 1 = "eens", 2 = "onees" } }
[[variabele]]
naam = "wijk"
vraag = "Wijk?"
soort = "keuze"
rol = "gebied"
codes = { A = "a" }
"""


def test_the_example_is_valid_and_complete() -> None:
    book = read_codebook(EXAMPLE)
    assert [scale.id for scale in scales_in(book)] == ["sociale-samenhang/visie-2030"]
    assert {v.kpi for v in book.variables if v.kpi} >= {
        "bereik.contact", "bereik.optijd", "doelrealisatie.doel-bereikt",
        "doelrealisatie.zonder-hulp-verder", "tevredenheid.rapportcijfer",
        "tevredenheid.aandeel-tevreden", "tevredenheid.nut",
    }  # fmt: skip
    for variable in book.variables:
        if not variable.derived_from and variable.kind != "meerkeuze":
            assert set(variable.column) == {"limesurvey-csv", "sav"}, variable.name


def test_every_mistake_in_a_codebook_is_named_at_once(tmp_path: Path) -> None:
    found = broken(
        tmp_path,
        BASE
        + """
[[variabele]]
naam = "tevreden"
vraag = "Tevreden?"
soort = "schaal"
antwoorden = "eens"
kpi = "tevredenheid.x"
telt = ["eens", "zeer-eens"]
kolom = { sav = "V1" }
[[variabele]]
naam = "nut"
vraag = "Nut?"
soort = "schaal"
antwoorden = "een"
[[variabele]]
naam = "nut"
vraag = "Nut?"
soort = "keuze"
ontbrekend = ["geen-idee"]
kolom = { sav = "V1" }
gesteld_als = { wijkk = ["A"] }
""",
    )
    text = "\n".join(found)
    for part in (
        'naam "nut" komt meer dan één keer voor',
        "antwoorden.eens.vertaling.sav: code \"onees\" bestaat hier niet. Bedoelt u 'oneens'?",
        'variabele.tevreden.telt: code "zeer-eens" bestaat hier niet.',
        "variabele.nut: de antwoordlijst \"een\" bestaat niet. Bedoelt u 'eens'?",
        "variabele.nut: de antwoorden ontbreken.",
        'variabele.nut: "geen-idee" past hier niet.',
        "variabele.nut.gesteld_als: variabele \"wijkk\" bestaat hier niet. Bedoelt u 'wijk'?",
        'variabele.nut: kolom "V1" van sav hoort al bij tevreden.',
    ):
        assert part in text, part


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    assert "labbel" in broken(tmp_path, BASE + 'labbel = "x"\n')[0]


def test_the_area_question_is_needed_once(tmp_path: Path) -> None:
    found = broken(tmp_path, BASE.replace('rol = "gebied"\n', "").replace('onees"', 'oneens"'))
    assert "er zijn 0 variabelen met rol" in found[0]


def test_missing_reasons_are_no_codes() -> None:
    book = codebook()
    variable = book.variable("geslacht")
    assert set(book.codes_of(variable)) == {"man", "vrouw", "anders"}
    assert book.missing_of(variable) == ("wil-niet-zeggen", "niet-gesteld", "leeg")
    with pytest.raises(KeyError):
        book.variable("bestaat-niet")


def test_a_shorter_scale_is_refused() -> None:
    from toolkit.settings import parse_settings
    from toolkit.survey.codebook import Codebook

    data = copy.deepcopy(CODEBOOK)
    data["antwoorden"] = {"eens": {"codes": {"eens": "eens", "oneens": "oneens"}}}
    data["variabele"].append(  # type: ignore[attr-defined]
        {
            "naam": "s1", "vraag": "s", "soort": "schaal", "antwoorden": "eens",
            "schaal": "sociale-samenhang/visie-2030", "item": 1,
        }
    )  # fmt: skip
    with pytest.raises(DataError) as caught:
        scales_in(parse_settings(data, Codebook, "codeboek.toml"))
    assert len(caught.value.problems) == 2
    assert "[1, 2, 3, 4, 5, 6]" in caught.value.problems[0].message
