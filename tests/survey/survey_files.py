"""Small survey files in the forms that partners deliver, made by real writers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from toolkit.project import SurveySettings
from toolkit.settings import parse_settings
from toolkit.survey.codebook import Codebook

AREAS = pd.DataFrame(
    {"gebied": ["GM0505", "WK050501", "WK050502", "WK050519"], "naam": ["Dordrecht", "A", "B", "C"]}
)
MERGE = {"WK050519": "WK050502"}

CODEBOOK: dict[str, object] = {
    "naam": "proef",
    "versie": "1",
    "bron": {
        "limesurvey-csv": {
            "nummer": "id",
            "ingediend": "submitdate",
            "negeren": ["lastpage", "seed*"],
            "dubbel": "token",
            "test": {"open": ["TEST"]},
        },
        "sav": {"nummer": "RESPNR", "ingediend": "DATUM"},
    },
    "variabele": [
        {
            "naam": "wijk",
            "vraag": "Wijk?",
            "soort": "keuze",
            "rol": "gebied",
            "codes": {"WK050501": "A", "WK050502": "B", "WK050519": "C"},
            "kolom": {"limesurvey-csv": "wijk", "sav": "V1"},
            "vertaling": {
                "limesurvey-csv": {"A1": "WK050501", "A2": "WK050502", "A9": "WK050519"},
                "sav": {"1": "WK050501", "2": "WK050502", "98": "WK050519"},
            },
        },
        {
            "naam": "leeftijd",
            "vraag": "Leeftijd?",
            "soort": "getal",
            "minimum": 15,
            "maximum": 110,
            "kolom": {"limesurvey-csv": "leeftijd", "sav": "V2"},
        },
        {
            "naam": "groep",
            "vraag": "Groep",
            "soort": "keuze",
            "codes": {"jong": "jong", "oud": "oud"},
            "afgeleid_van": "leeftijd",
            "klassen": {"jong": [15, 44], "oud": [45, 110]},
        },
        {
            "naam": "geslacht",
            "vraag": "Geslacht?",
            "soort": "keuze",
            "codes": {"man": "man", "vrouw": "vrouw", "anders": "anders"},
            "ontbrekend": ["wil-niet-zeggen"],
            "kolom": {"limesurvey-csv": "geslacht", "sav": "V3"},
            "kolom_anders": {"limesurvey-csv": "geslacht[other]"},
            "vertaling": {
                "limesurvey-csv": {"M": "man", "V": "vrouw", "-oth-": "anders", "ZN": "wil-niet-zeggen"},
                "sav": {"1": "man", "2": "vrouw", "98": "wil-niet-zeggen"},
            },
        },
        {
            "naam": "contact",
            "vraag": "Contact?",
            "soort": "ja-nee",
            "kpi": "bereik.contact",
            "telt": ["ja"],
            "kolom": {"limesurvey-csv": "contact", "sav": "V4"},
            "vertaling": {"limesurvey-csv": {"Y": "ja", "N": "nee"}, "sav": {"1": "ja", "2": "nee"}},
        },
        {
            "naam": "via",
            "vraag": "Hoe?",
            "soort": "meerkeuze",
            "codes": {"arts": "huisarts", "zelf": "zelf", "anders": "anders"},
            "gesteld_als": {"contact": ["ja"]},
            "kolommen": {
                "limesurvey-csv": {"arts": "via[SQ001]", "zelf": "via[SQ002]"},
                "sav": {"arts": "V5A", "zelf": "V5B", "anders": "V5C"},
            },
            "kolom_anders": {"limesurvey-csv": "via[other]", "sav": "V5T"},
        },
        {
            "naam": "cijfer",
            "vraag": "Cijfer?",
            "soort": "cijfer",
            "ontbrekend": ["weet-niet"],
            "gesteld_als": {"contact": ["ja"]},
            "kpi": "tevredenheid.rapportcijfer",
            "kolom": {"limesurvey-csv": "cijfer", "sav": "V6"},
            "vertaling": {"limesurvey-csv": {"WN": "weet-niet"}, "sav": {"98": "weet-niet", "99": "leeg"}},
        },
        {
            "naam": "open",
            "vraag": "Nog iets?",
            "soort": "tekst",
            "kolom": {"limesurvey-csv": "open", "sav": "V7"},
        },
    ],
}

HEADER = (
    '"id";"submitdate";"lastpage";"seed";"token";"wijk";"leeftijd";"geslacht";"geslacht[other]";'
    '"contact";"via[SQ001]";"via[SQ002]";"via[other]";"cijfer";"open"'
)
ROWS = (
    '"1";"2026-03-02 10:00:00";"5";"7";"t1";"A1";"30";"M";"";"Y";"Y";"";"";"8";"Zij zei: ""ja""; en\nmeer"',
    '"2";"2026-03-03 10:00:00";"5";"7";"t2";"A2";"44";"-oth-";"queer";"N";;;;;""',
    '"3";"2026-03-04 10:00:00";"5";"7";"t3";"A9";"45";"ZN";"";"Y";"";"Y";"de kapper";"WN";"=1+1"',
    '"4";;"0";"7";"t4";;;;;;;;;;',
    '"5";"2026-03-05 10:00:00";"5";"7";"t1";"A1";"31";"V";"";"N";;;;;""',
    '"6";"2026-03-06 10:00:00";"5";"7";"t6";"A1";"32";"V";"";"N";;;;;"TEST"',
    '"7";"1980-01-01 00:00:00";"5";"7";"";"A2";"";"V";"";"";;;;;""',
)


def codebook() -> Codebook:
    """The codebook of the small survey."""
    return parse_settings(CODEBOOK, Codebook, "codeboek.toml")


def settings(*files: tuple[str, str], **extra: object) -> SurveySettings:
    """Settings with these deliveries: (file, form)."""
    data = {
        "naam": "Proefenquête",
        "soort": "bewonersenquete",
        "periode": "2026",
        "veldwerk_van": "2026-03-01",
        "veldwerk_tot": "2026-04-01",
        "bewaren_tot": "2031-01-01",
        "levering": [{"bestand": file, "formaat": form, "partner": "P"} for file, form in files],
        **extra,
    }
    return parse_settings(data, SurveySettings, "enquete.toml")


def write_limesurvey(path: Path, rows: tuple[str, ...] = ROWS, header: str = HEADER) -> None:
    """A CSV as LimeSurvey 6 exports code/short: BOM, semicolons, CRLF between rows."""
    path.write_bytes(("\r\n".join([header, *rows]) + "\r\n").encode("utf-8-sig"))


def write_sav(path: Path) -> None:
    """An SPSS file of a partner: own names, numeric codes with labels, user-missing values, dates."""
    import pyreadstat

    frame = pd.DataFrame(
        {
            "RESPNR": [11.0, 12.0, 13.0],
            "DATUM": pd.to_datetime(["2026-03-10", "2026-03-11", None]),
            "V1": [1.0, 98.0, 2.0],
            "V2": [70.0, 20.0, None],
            "V3": [2.0, 98.0, None],
            "V4": [1.0, 2.0, None],
            "V5A": [0.0, None, None],
            "V5B": [1.0, None, None],
            "V5C": [1.0, None, None],
            "V5T": ["café", "", ""],
            "V6": [99.0, None, None],
            "V7": ["Één woord", "", ""],
        }
    )
    pyreadstat.write_sav(
        frame,
        path,
        variable_value_labels={"V3": {1.0: "Man", 2.0: "Vrouw", 98.0: "Wil ik niet zeggen"}},
        missing_ranges={"V3": [98.0], "V6": [98.0, 99.0]},
    )
