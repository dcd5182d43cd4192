"""Write respondents of the fictional survey as LimeSurvey 6 and as SPSS would deliver them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from maak_tellen import Person

AGREE = ("helemaal-mee-eens", "mee-eens", "neutraal", "mee-oneens", "helemaal-mee-oneens")
SATISFIED = ("zeer-tevreden", "tevreden", "neutraal", "ontevreden", "zeer-ontevreden")
ROUTES = ("huisarts", "naasten", "school", "gemeente", "zelf")
COHESION = tuple(f"samenhang_{item}" for item in range(1, 7))

# LimeSurvey: per page of the questionnaire the question code and our name for the question.
_AGREE_LS = {**{code: f"A{place}" for place, code in enumerate(AGREE, 1)}, "weet-niet": "WN", "nvt": "NVT"}
_PAGES: tuple[tuple[tuple[str, str, dict[str, str]], ...], ...] = (
    (("wijk", "", {}), ("leeftijd", "", {}), ("geslacht", "", {}), ("geslacht[other]", "", {})),
    (
        ("contact", "contact", {"ja": "Y", "nee": "N"}),
        *((f"gevonden[SQ00{place}]", f"gevonden.{route}", {}) for place, route in enumerate(ROUTES, 1)),
        ("gevonden[other]", "gevonden.anders", {}),
        ("optijd", "optijd", {"ja": "J", "nee": "N", "weet-niet": "WN"}),
    ),
    (
        ("cijfer", "rapportcijfer", {"weet-niet": "WN"}),
        (
            "tevreden",
            "tevreden",
            {**{code: f"A{place}" for place, code in enumerate(SATISFIED, 1)}, "weet-niet": "WN"},
        ),
        *(
            (f"stelling[SQ00{place}]", name, _AGREE_LS)
            for place, name in enumerate(("nut", "bejegening", "bereikbaarheid", "deskundigheid"), 1)
        ),
    ),
    (
        ("doel", "doel_bereikt", _AGREE_LS),
        ("verder", "zonder_hulp", {"ja": "J", "deels": "D", "nee": "N", "weet-niet": "WN"}),
    ),
    tuple((f"samenhang[SQ00{item}]", name, _AGREE_LS) for item, name in enumerate(COHESION, 1)),
    (("toelichting", "", {}),),
)
_TIME = "%Y-%m-%d %H:%M:%S"


def limesurvey_csv(people: list[Person]) -> bytes:
    """The export "CSV, code/short" of LimeSurvey 6: BOM, semicolons, CRLF, NULL without quotes."""
    names = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
    names += [name for page in _PAGES for name, _, _ in page]
    lines = [";".join(f'"{name}"' for name in names)]
    for person in people:
        if person.interviewed:
            continue
        finished = person.started + timedelta(minutes=person.minutes, seconds=person.seed % 60)
        cells: list[str | None] = [
            str(person.number),
            finished.strftime(_TIME) if person.complete else None,
            str(person.pages),
            "nl",
            str(person.seed),
            person.started.strftime(_TIME),
            finished.strftime(_TIME),
        ]
        for number, page in enumerate(_PAGES, start=1):
            cells += [_cell(person, *question) if number <= person.pages else None for question in page]
        lines.append(";".join(_quoted(cell) for cell in cells))
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode("utf-8")


def _cell(person: Person, column: str, name: str, codes: dict[str, str]) -> str | None:
    """The cell of an answer on a page that was shown; None = never asked, "" = left empty."""
    if name.startswith("gevonden."):
        if person.answers["contact"] != "ja":
            return None
        route = name.removeprefix("gevonden.")
        if route == "anders":
            return person.other_route
        return "Y" if route in person.routes else ""
    if name:
        answer = person.answers.get(name)
        if answer is None or answer == "leeg":
            return None if answer is None else ""
        return codes.get(str(answer), str(answer))
    match column:
        case "wijk":
            return f"W{person.wijk[-2:]}"
        case "leeftijd":
            return str(person.age)
        case "geslacht":
            other = "-oth-" if person.other_sex else "X"
            return {"man": "M", "vrouw": "V", "anders": other, "wil-niet-zeggen": "ZN"}[person.sex]
        case "geslacht[other]":
            return person.other_sex
        case _:
            return person.text


def _quoted(cell: str | None) -> str:
    if cell is None:
        return ""
    escaped = cell.replace('"', '""')
    return f'"{escaped}"'


_AGREE_SPSS = {**{code: place for place, code in enumerate(AGREE, 1)}, "nvt": 97, "weet-niet": 98, "leeg": 99}
_YES_NO = {"ja": 1, "nee": 2, "weet-niet": 98, "leeg": 99}
_GRADES = {**{str(grade): grade for grade in range(1, 11)}, "weet-niet": 98, "leeg": 99}
_SATISFIED = {**{code: place for place, code in enumerate(SATISFIED, 1)}, "weet-niet": 98, "leeg": 99}
_ALONE = {"ja": 1, "deels": 2, "nee": 3, "weet-niet": 98, "leeg": 99}
_LABELS_AGREE = {
    1: "Helemaal mee eens", 2: "Mee eens", 3: "Niet eens, niet oneens", 4: "Mee oneens",
    5: "Helemaal mee oneens", 97: "Niet van toepassing", 98: "Weet niet", 99: "Geen antwoord",
}  # fmt: skip
_LABELS_YES_NO = {1: "Ja", 2: "Nee", 98: "Weet niet", 99: "Geen antwoord"}
_WIJKEN = {
    1: "Binnenstad", 2: "Noordflank", 3: "Oud Krispijn", 4: "Nieuw-Krispijn", 5: "Het Reeland", 6: "Staart",
    7: "Wielwijk", 8: "Crabbehof/Zuidhoven", 9: "Sterrenburg", 10: "Dubbeldam", 11: "Stadspolders",
    19: "Industriegebied West", 98: "Verspreide bebouwing",
}  # fmt: skip
# Variable of the partner: our name, its codes, its label, its value labels, its user-missing values.
_SPSS: dict[str, tuple[str, dict[str, int], str, dict[int, str], list[int]]] = {
    "V04_CONTACT": ("contact", _YES_NO, "Contact met wijkteam, afgelopen 12 maanden", _LABELS_YES_NO, [99]),
    "V06_OPTIJD": ("optijd", _YES_NO, "Begon de hulp op tijd?", _LABELS_YES_NO, [98, 99]),
    "V07_CIJFER": (
        "rapportcijfer", _GRADES, "Rapportcijfer wijkteam",
        {1: "Heel slecht", 10: "Uitmuntend", 98: "Weet niet", 99: "Geen antwoord"}, [98, 99],
    ),
    "V08_TEVR": (
        "tevreden", _SATISFIED, "Tevredenheid over de hulp (één antwoord)",
        {1: "Zeer tevreden", 2: "Tevreden", 3: "Niet tevreden, niet ontevreden", 4: "Ontevreden",
         5: "Zeer ontevreden", 98: "Weet niet", 99: "Geen antwoord"}, [98, 99],
    ),
    "V09_A": ("nut", _AGREE_SPSS, "Ik heb iets aan de hulp", _LABELS_AGREE, [97, 98, 99]),
    "V09_B": ("bejegening", _AGREE_SPSS, "Medewerker nam mij serieus", _LABELS_AGREE, [97, 98, 99]),
    "V09_C": ("bereikbaarheid", _AGREE_SPSS, "Wijkteam goed te bereiken", _LABELS_AGREE, [97, 98, 99]),
    "V09_D": (
        "deskundigheid", _AGREE_SPSS, "Medewerker wist waar het over ging", _LABELS_AGREE, [97, 98, 99],
    ),
    "V10_DOEL": ("doel_bereikt", _AGREE_SPSS, "Mijn doel is bereikt", _LABELS_AGREE, [97, 98, 99]),
    "V11_VERDER": (
        "zonder_hulp", _ALONE, "Zonder hulp verder?",
        {1: "Ja", 2: "Deels", 3: "Nee", 98: "Weet niet", 99: "Geen antwoord"}, [98, 99],
    ),
    **{
        f"V12_{item}": (name, _AGREE_SPSS, f"Buurt, stelling {item}", _LABELS_AGREE, [97, 98, 99])
        for item, name in enumerate(COHESION, 1)
    },
}  # fmt: skip


def spss_sav(people: list[Person], path: Path) -> None:
    """The SPSS file of Welzijn Drechtoever: own names, numeric codes, labels, user-missing values."""
    import pyreadstat

    interviewed = [person for person in people if person.interviewed]
    rows = [_spss_row(person) for person in interviewed]
    frame = pd.DataFrame(rows)
    text_columns = ("V05_6T", "V13_OPEN", "INGEVULD")
    frame = frame.astype({name: "float64" for name in frame.columns if name not in text_columns})
    labels: dict[str, dict[Any, str]] = {
        "GOLF": {1: "Ronde één"},
        "V01_WIJK": dict(_WIJKEN),
        "V02_LFT": {999: "Geen antwoord"},
        "V03_GESL": {1: "Man", 2: "Vrouw", 3: "Anders", 98: "Wil niet zeggen", 99: "Geen antwoord"},
        **{f"V05_{place}": {0: "Niet genoemd", 1: "Genoemd"} for place in range(1, 7)},
        **{name: dict(values) for name, (_, _, _, values, _) in _SPSS.items()},
    }
    pyreadstat.write_sav(
        frame,
        path,
        file_label="Bewonersenquete 2026, verzonnen gegevens",
        column_labels={
            "RESPNR": "Respondentnummer",
            "INGEVULD": "Datum van het gesprek",
            "GOLF": "Meetronde",
            "V01_WIJK": "Wijk waar u woont",
            "V02_LFT": "Leeftijd in jaren",
            "V03_GESL": "Geslacht",
            **{
                f"V05_{place}": f"Bij wijkteam gekomen: {route}"
                for place, route in enumerate((*ROUTES, "anders"), 1)
            },
            "V05_6T": "Bij wijkteam gekomen: anders, namelijk",
            **{name: label for name, (_, _, label, _, _) in _SPSS.items()},
            "V13_OPEN": "Wilt u nog iets aan ons meegeven? (in één of twee zinnen)",
        },
        variable_value_labels=labels,
        missing_ranges={
            "V02_LFT": [999],
            "V03_GESL": [98, 99],
            **{name: list(missing) for name, (_, _, _, _, missing) in _SPSS.items()},
        },
        variable_format={name: "F8.0" for name in frame.columns if name not in text_columns},
        variable_measure=dict.fromkeys(_SPSS, "ordinal"),
    )
    _fix_time(path, datetime(2026, 4, 14, 9, 30))


def _spss_row(person: Person) -> dict[str, Any]:
    row: dict[str, Any] = {
        "RESPNR": 20000 + person.number,
        "INGEVULD": date(person.started.year, person.started.month, person.started.day),
        "GOLF": 1,
        "V01_WIJK": int(person.wijk[-2:]),
        "V02_LFT": person.age,
        "V03_GESL": {"man": 1, "vrouw": 2, "anders": 3, "wil-niet-zeggen": 98}[person.sex],
    }
    asked = person.answers["contact"] == "ja"
    routes = {
        f"V05_{place}": int(route in person.routes) if asked else None
        for place, route in enumerate((*ROUTES, "anders"), 1)
    }
    for name, (ours, codes, _, _, _) in _SPSS.items():
        if name == "V06_OPTIJD":
            row |= {**routes, "V05_6T": person.other_route}
        answer = person.answers.get(ours)
        row[name] = None if answer is None else codes[str(answer)]
    return {**row, "V13_OPEN": person.text}


def _fix_time(path: Path, moment: datetime) -> None:
    """Set the time of making in the header, so that the same data give the same bytes."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    stamp = f"{moment.day:02d} {months[moment.month - 1]} {moment:%y}{moment:%H:%M:%S}".encode("ascii")
    content = bytearray(path.read_bytes())
    content[92:109] = stamp  # creation date (9 bytes) and time (8) of the file header record
    path.write_bytes(bytes(content))
