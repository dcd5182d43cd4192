from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from toolkit.errors import DataError, Problem
from toolkit.project import CorpusSettings
from toolkit.settings import parse_settings
from toolkit.stories.read import read_stories

AREAS = pd.DataFrame({"gebied": ["GM0505", "WK050507", "WK050508", "WK050519"]})
HEADER = "nr;wijk;datum;verhaal;mag;gevoel;keuze;naasten;buurt;beroeps"
GOOD = [
    "I-1;WK050507;2026-03-12;Ik werd goed geholpen.;ja;Positief;50;20;30;50",
    "I-2;WK050519;12-3-2026;Het duurde lang;nee;negatief;;;;",
    "I-3;;;nvt;;weet niet;0;33;33;33",
]


def settings(**more: Any) -> CorpusSettings:
    columns = {
        "story": "nr",
        "area": "wijk",
        "date": "datum",
        "text": "verhaal",
        "quote_consent": "mag",
        "feeling": "gevoel",
    }
    source = {"bestand": "raw/inwoners.csv", "rol": "inwoner", "kolommen": columns, "citeren_ja": ["ja"]}
    data: dict[str, Any] = {
        "naam": "Proef",
        "periode": "2026",
        "grondslag": "toestemming",
        "bewaren_tot": "2031-12-31",
        "gevoel": {"positief": 0.5, "negatief": -0.5},
        "bron": [source],
        "dyade": [{"id": "keuze", "vraag": "Wie besliste?", "polen": ["zij", "ik"], "kolom": "keuze"}],
        "triade": [
            {
                "id": "hulp",
                "vraag": "Wie hielp?",
                "polen": ["a", "b", "c"],
                "kolommen": ["naasten", "buurt", "beroeps"],
            }
        ],
    }
    return parse_settings(data | more, CorpusSettings, "proef/corpus.toml")


def deliver(folder: Path, rows: list[str], header: str = HEADER, name: str = "inwoners.csv") -> None:
    (folder / "raw").mkdir(exist_ok=True)
    (folder / "raw" / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def problems(folder: Path, corpus: CorpusSettings | None = None) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as caught:
        read_stories(folder, corpus or settings(), AREAS)
    return caught.value.problems


def test_a_delivery_becomes_stories(tmp_path: Path) -> None:
    deliver(tmp_path, GOOD)
    found = read_stories(tmp_path, settings(), AREAS, {"WK050519": "WK050508"}).stories
    assert found["story"].tolist() == ["I-1", "I-2", "I-3"]
    assert found["area"].tolist() == ["WK050507", "WK050508", ""]  # the merged area joined its neighbour
    assert found["date"].dt.strftime("%d-%m").fillna("").tolist() == ["12-03", "12-03", ""]
    assert found["quote_consent"].tolist() == [True, False, False]
    assert found["feeling"].fillna(9).tolist() == [0.5, -0.5, 9]
    assert found["dyad_keuze"].fillna(9).tolist() == [0.5, 9, 0]
    assert set(found["role"]) == {"inwoner"} and set(found["partner"]) == {""}


def test_triads_add_up_to_one_also_when_rounded_in_the_delivery(tmp_path: Path) -> None:
    deliver(tmp_path, GOOD)
    found = read_stories(tmp_path, settings(), AREAS).stories
    triad = found[["triad_hulp_1", "triad_hulp_2", "triad_hulp_3"]]
    assert triad.loc[0].tolist() == pytest.approx([0.2, 0.3, 0.5])
    assert triad.loc[1].isna().all()
    assert triad.loc[2].tolist() == pytest.approx([1 / 3] * 3)


def test_two_sources_csv_and_a_sheet_below_a_title(tmp_path: Path) -> None:
    deliver(tmp_path, GOOD)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Verhalen"
    sheet.append(["Verhalen van professionals"])
    sheet.append(["nr", "verhaal", "keuze", "naasten", "buurt", "beroeps"])
    sheet.append(["P-1", "Wij doen ons best.", 12.5, 0, 0, 100])
    book.save(tmp_path / "raw" / "prof.xlsx")
    corpus = settings()
    second = {
        "bestand": "raw/prof.xlsx", "rol": "professional", "formaat": "xlsx", "blad": "Verhalen",
        "partner": "Stichting X", "kolommen": {"story": "nr", "text": "verhaal"},
    }  # fmt: skip
    first = {
        "bestand": "raw/inwoners.csv",
        "rol": "inwoner",
        "kolommen": dict(corpus.sources[0].columns),
        "citeren_ja": ["ja"],
    }
    found = read_stories(tmp_path, settings(bron=[first, second]), AREAS).stories
    last = found.iloc[-1]
    assert (len(found), last["story"], last["role"], last["partner"]) == (
        4,
        "P-1",
        "professional",
        "Stichting X",
    )
    assert (last["dyad_keuze"], last["triad_hulp_3"], bool(last["quote_consent"])) == (0.125, 1, False)


def test_all_problems_at_once_with_their_rows(tmp_path: Path) -> None:
    deliver(
        tmp_path,
        [
            *GOOD,
            "I-1;WK050599;31-2-2026;dubbel;ja;positief;101;20;30;50",
            ";WK050507;;zonder nummer;ja;positief;veel;20;30;10",
            "I-9;;;leeg driehoekje;ja;;;0;0;0",
        ],
    )
    found = {(p.row, p.column): p for p in problems(tmp_path)}
    assert set(found) == {
        (2, "nr"), (5, "nr"), (5, "wijk"), (5, "datum"), (5, "keuze"), (6, "nr"), (6, "keuze"), (6, "naasten"), (7, "naasten"),
    }  # fmt: skip
    assert all(p.file == "inwoners.csv" and p.remedy for p in found.values())
    assert "meer dan eens" in found[5, "nr"].message and "leeg" in found[6, "nr"].message
    assert "tellen op tot 60" in found[6, "naasten"].message
    assert found[5, "wijk"].remedy.startswith("Bedoelt u 'WK0505")


def test_problems_of_several_files_come_together(tmp_path: Path) -> None:
    deliver(tmp_path, ["I-1;WKX;;tekst;ja;;;;;"])
    deliver(tmp_path, ["P-1;WKY;;tekst;ja;;;;;"], name="prof.csv")
    columns = {"story": "nr", "text": "verhaal", "area": "wijk"}
    sources = [
        {"bestand": f"raw/{name}.csv", "rol": "inwoner", "kolommen": columns}
        for name in ("inwoners", "prof", "weg")
    ]
    assert [(p.file, p.row) for p in problems(tmp_path, settings(bron=sources))] == [
        ("inwoners.csv", 2), ("prof.csv", 2), ("weg.csv", None),
    ]  # fmt: skip


def test_the_same_number_in_two_sources_is_a_problem(tmp_path: Path) -> None:
    deliver(tmp_path, GOOD)
    deliver(tmp_path, ["I-2;;;tekst;ja;;;;;"], name="prof.csv")
    columns = {"story": "nr", "text": "verhaal"}
    sources = [
        {"bestand": f"raw/{name}.csv", "rol": "inwoner", "kolommen": columns} for name in ("inwoners", "prof")
    ]
    (problem,) = problems(tmp_path, settings(bron=sources))
    assert "'I-2' komt in twee bronnen voor" in problem.message


def test_missing_columns_are_named_with_the_nearest_one(tmp_path: Path) -> None:
    deliver(tmp_path, ["I-1;tekst"], header="nr;verhaaal")
    found = problems(tmp_path)
    assert {p.column for p in found} == {
        "verhaal",
        "wijk",
        "datum",
        "mag",
        "gevoel",
        "keuze",
        "naasten",
        "buurt",
        "beroeps",
    }
    assert next(p for p in found if p.column == "verhaal").remedy == "Bedoelt u 'verhaaal'?"


def test_a_role_of_a_column_that_does_not_exist_is_told(tmp_path: Path) -> None:
    deliver(tmp_path, GOOD)
    columns = {"story": "nr", "text": "verhaal", "quote_consnt": "mag"}
    corpus = settings(bron=[{"bestand": "raw/inwoners.csv", "rol": "inwoner", "kolommen": columns}])
    (problem,) = problems(tmp_path, corpus)
    assert "quote_consnt" in problem.message and problem.remedy == "Bedoelt u 'quote_consent'?"


def test_messages_hold_no_story(tmp_path: Path) -> None:
    """Also when somebody mixes up the columns: a story then stands where a number should."""
    secret = "Mevrouw Van der Geheim woont aan de Verborgenstraat en vertelde mij alles over haar zoon."
    deliver(
        tmp_path,
        [f"{secret};{secret};{secret};{secret};{secret};{secret};{secret};{secret};{secret};{secret}"] * 2,
    )
    for problem in problems(tmp_path):
        assert secret[:41] not in problem.message and secret[:41] not in problem.remedy


def test_answers_that_cannot_be_counted_are_told(tmp_path: Path) -> None:
    row = "I-{};;;Een verhaal.;ja;{};50;{}"
    told = [
        "weet ik niet",
        "Weet ik niet",
        "positief",
        "",
        "Ik vond het eigenlijk heel erg vervelend van Fatima",
    ]
    triads = ["50;50;", ";;", "20;30;50", ";100;", ";;"]
    rows = [row.format(number, *one) for number, one in enumerate(zip(told, triads, strict=True))]
    deliver(tmp_path, rows)
    found = read_stories(tmp_path, settings(), AREAS)
    assert found.warnings == (
        "3 antwoorden bij gevoel staan niet in de schaal en tellen als niet beantwoord: 'weet ik niet'",
        "2 antwoorden bij de triade 'hulp' hebben een leeg deel en tellen als niet beantwoord.",
    )
    assert found.stories["feeling"].notna().sum() == 1
    whole = found.stories[["triad_hulp_1", "triad_hulp_2", "triad_hulp_3"]].notna().all(axis=1)
    assert whole.tolist() == [False, False, True, False, False]
    deliver(tmp_path, ["I-1;;;Een verhaal.;ja;;50;20;30;50"])
    assert read_stories(tmp_path, settings(), AREAS).warnings == ()


def test_areas_may_be_written_as_in_a_registration(tmp_path: Path) -> None:
    """By name, by the code of a neighbourhood, or "onbekend"; a wrong one gets the nearest name."""
    areas = AREAS.assign(naam=["Dordrecht", "Wielwijk", "Crabbehof", "Overig"])
    ways = ["wielwijk", "WK050507", "BU05050703", "Overig", "WK050519", "onbekend", ""]
    deliver(tmp_path, [f"I-{i};{way};;Goed.;ja;;;;;" for i, way in enumerate(ways)])
    found = read_stories(tmp_path, settings(), areas, {"WK050519": "WK050508"}).stories
    assert found["area"].tolist() == ["WK050507"] * 3 + ["WK050508"] * 2 + ["", ""]
    deliver(tmp_path, ["I-1;Wielwyk;;Goed.;ja;;;;;"])
    with pytest.raises(DataError, match=r"Wielwyk[\s\S]*Bedoelt u 'WIELWIJK'"):
        read_stories(tmp_path, settings(), areas)


def test_the_format_is_what_the_settings_say(tmp_path: Path) -> None:
    """A CSV that somebody called .xls is read as the CSV that it is."""
    deliver(tmp_path, GOOD, name="inwoners.xls")
    corpus = settings()
    source = dataclasses.replace(corpus.sources[0], file="raw/inwoners.xls", format="csv")
    found = read_stories(tmp_path, dataclasses.replace(corpus, sources=(source,)), AREAS).stories
    assert found["story"].tolist() == ["I-1", "I-2", "I-3"]
