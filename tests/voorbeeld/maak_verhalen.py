"""Turn the written stories into the deliveries of the example, and into the gold labels.

Run from the repository root, after maak_tellen.py: `python tests/voorbeeld/maak_verhalen.py`.
The stories were written one by one (geschreven/verhalen-*.jsonl) and are fictional. This program
only takes out the marks, gives numbers and dates, and links a part of the residents' stories to
respondents of the LimeSurvey export who live in the same wijk and had contact with the wijkteam.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from geschreven import own_age, plain, read

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "corpora" / "voorbeeld" / "raw"
GOLD = ROOT / "tests" / "data" / "voorbeeld_goud.jsonl"
DELIVERY = ROOT / "surveys" / "voorbeeld" / "raw" / "limesurvey-bewoners.csv"
SEED = 20260415

# The true parameters -------------------------------------------------------------------------
LINKED = 0.47  # share of the residents' stories that we try to link to a respondent
GRADE = {"positief": 8.5, "gemengd": 6.8, "neutraal": 7.0, "negatief": 5.0}  # preferred grade of the teller
GRADE_NOISE = 1.0
# Stories from wijken that are too small for figures of their own, by the id of the writer.
MOVED = {"WK050504": "WK050519", "WK050510": "WK050598"}
MOVED_COUNT = {"WK050519": 2, "WK050598": 1}
FIRST_DAY, DAYS = date(2026, 3, 2), 60
# ---------------------------------------------------------------------------------------------

RESIDENT_COLUMNS = [
    "nr", "respondent", "wijk", "datum", "titel", "verhaal", "citeren", "gevoel", "dyade_gehoord",
    "dyade_tempo", "hielp_naasten", "hielp_buurt", "hielp_professionals",
]  # fmt: skip
PROFESSIONAL_COLUMNS = ["nr", "organisatie", *RESIDENT_COLUMNS[2:]]
# Five invented organisations; the first that fits the words of the story, else one of the last two.
ORGANISATIONS = {
    "Zorggroep Sluisoever": r"wijkverple|zwachtel|poh\b|praktijkondersteun|huisarts\w* ?praktijk|thuiszorg",
    "Jongerenwerk De Schuit": r"jongeren|\bIB'?er|intern begeleider|basisschool|leerling|voetbal",
    "Schuldhulp Het Tij": r"schuld|budget|bewind|deurwaarder|beslag",
    "Welzijn Drechtoever": "",
    "Stichting De Kade": "",
}
WIJK_WORDS = re.compile(
    r"binnenstad|noordflank|krispijn|reeland|staart|wielwijk|crabbehof|zuidhoven|sterrenburg|dubbeldam"
    r"|stadspolders",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidate:
    """A respondent who can be the teller of a story."""

    respondent: str
    wijk: str
    age: int
    grade: int | None
    day: date


def candidates() -> list[Candidate]:
    """Respondents who finished the survey and had contact with the wijkteam."""
    text = DELIVERY.read_text(encoding="utf-8-sig")
    return [
        Candidate(
            respondent=f"{DELIVERY.stem}-{row['id']}",
            wijk=f"WK0505{row['wijk'][1:]}",
            age=int(row["leeftijd"]),
            grade=int(row["cijfer"]) if row["cijfer"].isdigit() else None,
            day=datetime.fromisoformat(row["submitdate"]).date(),
        )
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
        if row["submitdate"] and row["contact"] == "Y"
    ]


def residents() -> list[dict[str, Any]]:
    """Rows of the residents' delivery plus "bron" and "gemarkeerd", in the order of delivery."""
    rng = Random(SEED)
    rows = [row for batch in "abcd" for row in read(f"verhalen-{batch}")]
    rng.shuffle(rows)
    free = candidates()
    moved = dict(MOVED_COUNT)
    result = []
    for row in rows:
        wijk = MOVED.get(row["wijk"], "")
        if moved.get(wijk) and len(row["tekst"]) > 80 and not WIJK_WORDS.search(row["tekst"]):
            moved[wijk] -= 1
        else:
            wijk = row["wijk"]
        teller = _teller(rng, row, wijk, free) if rng.random() < LINKED else None
        if teller:
            free.remove(teller)
        day = teller.day if teller else FIRST_DAY + timedelta(days=rng.randrange(DAYS))
        result.append({"respondent": teller.respondent if teller else "", **_story(row, wijk, day)})
    result.sort(key=lambda row: row["datum"])
    return [{"nr": f"I-{number:03d}", **row} for number, row in enumerate(result, start=1)]


def professionals() -> list[dict[str, Any]]:
    """Rows of the professionals' delivery plus "bron" and "gemarkeerd"."""
    rng = Random(SEED + 1)
    rows = read("verhalen-p")
    rng.shuffle(rows)
    result = []
    for row in rows:
        fitting = [
            name for name, words in ORGANISATIONS.items() if words and re.search(words, row["tekst"], re.I)
        ]
        organisation = fitting[0] if fitting else rng.choice(list(ORGANISATIONS)[-2:])
        day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
        result.append({"organisatie": organisation, **_story(row, row["wijk"], day)})
    result.sort(key=lambda row: row["datum"])
    return [{"nr": f"P-{number:03d}", **row} for number, row in enumerate(result, start=1)]


def _teller(rng: Random, row: dict[str, Any], wijk: str, free: list[Candidate]) -> Candidate | None:
    """A respondent of the same wijk whose grade fits the tone, and whose age fits what the text says."""
    age = own_age(row["tekst"])
    fitting = [
        person for person in free if person.wijk == wijk and (age is None or abs(person.age - age) <= 3)
    ]
    wished = GRADE[row["sentiment"]]
    return min(
        fitting,
        key=lambda person: abs((person.grade or 7) - wished) + abs(rng.gauss(0, GRADE_NOISE)),
        default=None,
    )


def _story(row: dict[str, Any], wijk: str, day: date) -> dict[str, Any]:
    helped = row["triade_geholpen"] or [None, None, None]
    return {
        "wijk": wijk,
        "datum": day,
        "titel": row["titel"],
        "verhaal": plain(row["tekst"])[0],
        "citeren": row["citeren"],
        "gevoel": row["gevoel"],
        "dyade_gehoord": row["dyade_gehoord"],
        "dyade_tempo": row["dyade_tempo"],
        "hielp_naasten": helped[0],
        "hielp_buurt": helped[1],
        "hielp_professionals": helped[2],
        "gemarkeerd": row,
    }


def residents_csv(rows: list[dict[str, Any]]) -> str:
    """The residents' delivery; line ends inside a story stay as they were written."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, RESIDENT_COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def professionals_xlsx(rows: list[dict[str, Any]], path: Path) -> None:
    """The professionals' delivery; every text is written as a string, also one that starts with "="."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd-mm-yyyy"})
    book.set_properties({"title": "Verzonnen verhalen", "created": datetime(2026, 5, 4)})
    sheet = book.add_worksheet("Verhalen")
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.set_column("E:E", 32)
    sheet.set_column("F:F", 90)
    for column, name in enumerate(PROFESSIONAL_COLUMNS):
        sheet.write_string(0, column, name, bold)
        for line, row in enumerate(rows, start=1):
            value = row[name]
            if isinstance(value, date):
                sheet.write_datetime(line, column, datetime(value.year, value.month, value.day))
            elif isinstance(value, int):
                sheet.write_number(line, column, value)
            elif value:
                sheet.write_string(line, column, value, wrapped if name == "verhaal" else None)
    book.close()


def gold_jsonl(rows: list[dict[str, Any]]) -> str:
    """Labels by the writers, one story a line; only for evaluation, never read by a run."""
    lines = []
    for row in rows:
        written = row["gemarkeerd"]
        text, mentions = plain(written["tekst"])
        gold = {
            "nr": row["nr"],
            "bron": written["id"],
            "tekst": text,
            "mentions": mentions,
            "thema_hoofd": written["thema_hoofd"],
            "themas": written["themas"],
            "sentiment": written["sentiment"],
        }
        lines.append(json.dumps(gold, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both deliveries and the gold labels."""
    told, worked = residents(), professionals()
    RAW.mkdir(parents=True, exist_ok=True)
    GOLD.parent.mkdir(parents=True, exist_ok=True)
    (RAW / "verhalen-inwoners.csv").write_text(residents_csv(told), encoding="utf-8", newline="")
    professionals_xlsx(worked, RAW / "verhalen-professionals.xlsx")
    GOLD.write_text(gold_jsonl([*told, *worked]), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
