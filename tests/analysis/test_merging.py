"""What a plan takes together must fit its areas and surveys; every problem is told at once."""

from __future__ import annotations

from toolkit.analysis.merging import merging_problems
from toolkit.project import Merging
from toolkit.settings import parse_settings
from toolkit.survey.codebook import Codebook

WIJKEN = ("WK050501", "WK050502", "WK050503")
CODEBOOK = {
    "naam": "proef",
    "versie": "1",
    "variabele": [
        {
            "naam": "wijk",
            "vraag": "Wijk?",
            "soort": "keuze",
            "rol": "gebied",
            "codes": {"WK050501": "A"},
            "kolom": {"csv": "w"},
        },
        {
            "naam": "leeftijd",
            "vraag": "Leeftijd?",
            "soort": "keuze",
            "codes": {"jong": "jong", "oud": "oud"},
            "kolom": {"csv": "l"},
        },
    ],
}


def problems(**declared: object) -> list[str]:
    merging = parse_settings(dict(declared), Merging, "plan.toml")
    codebook = parse_settings(CODEBOOK, Codebook, "codeboek.toml")
    found = merging_problems(merging, WIJKEN, ("leeftijd",), [codebook], "plan.toml")
    return [f"{one.column}: {one.message} {one.remedy}" for one in found]


def test_what_fits_has_no_problems() -> None:
    assert (
        problems(gebieden={"West": ["WK050501", "WK050502"]}, groepen={"leeftijd": [["jong", "oud"]]}) == []
    )
    assert problems() == []


def test_every_problem_is_told_at_once() -> None:
    found = problems(
        gebieden={"West": ["WK050501", "WK050520"], "west": ["WK050501", "WK050502"], "Oost": ["WK050503"]},
        groepen={"leeftijt": [["jong", "oud"]], "leeftijd": [["jong", "out"], ["oud"]]},
    )
    told = " / ".join(found)
    assert "'WK050520' is geen wijk" in told and "WK050501 staat in meer dan één groter gebied" in told
    assert "lijkt te veel op die van een ander" in told and "in 'Oost' staan minder dan twee wijken" in told
    assert "naar 'leeftijt' wordt niet uitgesplitst" in told and "leeftijd" in told
    assert "'out' is geen antwoord" in told and "minder dan twee klassen" in told
    assert len(found) == 8
