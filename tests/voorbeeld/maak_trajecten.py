"""Make the fictional registrations of two partners: the files a municipality would receive.

Run from the repository root: `python tests/voorbeeld/maak_trajecten.py`.
Nothing here is about real people. The true parameters stand at the top, so that a reader can
compare what the toolkit finds with what was put in.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import xlsxwriter

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "surveys" / "voorbeeld-trajecten" / "raw"
SEED = 20260112
FIRST_SIGNUP = date(2023, 11, 1)
LAST_DAY = date(2025, 12, 31)

# The true parameters -------------------------------------------------------------------------
CLIENTS = {
    "WK050501": 130, "WK050502": 120, "WK050503": 240, "WK050504": 120, "WK050505": 200, "WK050506": 110,
    "WK050507": 220, "WK050508": 250, "WK050509": 240, "WK050510": 110, "WK050511": 150,
    "WK050519": 8, "WK050598": 6,
}  # fmt: skip
MEDIAN_WAIT_DAYS = 26  # lognormal; the norm is 42 days
MEDIAN_WAIT_DAYS_IN = {"WK050507": 43, "WK050508": 39, "WK050510": 20}
WAIT_SIGMA = 0.65
MEDIAN_DURATION_DAYS = 150
DURATION_SIGMA = 0.6
SHARE_AT_BOTH_PARTNERS = 0.09
SHARE_SECOND_FORM = 0.05
SHARE_EXTENDED = 0.04  # a second, overlapping row of the same form at the same partner
SHARE_RETURN = 0.15  # a new trajectory within 12 months after the end
SHARE_LATER_RETURN = 0.08  # a new trajectory after more than 12 months
SHARE_MOVED = 0.04  # of those who return: in another wijk by then
SHARE_GOALS_EMPTY = 0.05
SHARE_RUNNING_GOALS_COUNTED = 0.3  # partners count met goals of running trajectories only now and then
END_CODES = {
    "19": 62,
    "20": 3,
    "21": 11,
    "22": 4,
    "23": 8,
    "31": 4,
    "02": 3,
    "36": 1,
    "37": 1,
    "38": 2,
    "39": 1,
}
EXTRA_DROPOUT_AFTER_WAIT = 1.8  # odds of end code 21 when the wait was longer than 42 days
GOAL_MET = {"19": 0.84, "20": 0.45, "21": 0.24, "22": 0.34, "23": 0.52}
GOAL_MET_OTHERWISE = 0.40
GOALS_SET = {1: 24, 2: 38, 3: 26, 4: 12}

DRECHTOEVER = "Welzijn Drechtoever"
KADE = "Stichting De Kade"
FORMS = {
    DRECHTOEVER: {"Maatschappelijk werk": 45, "Begeleiding thuis": 35, "Dagbesteding": 20},
    KADE: {"Schuldhulp": 45, "Begeleiding thuis": 30, "Opvoedhulp": 25},
}
WORDS = {
    "19": "doel bereikt", "20": "tijdelijk gestopt", "21": "cliënt is gestopt", "22": "wij zijn gestopt",
    "23": "samen eerder gestopt", "31": "verhuisd", "02": "overleden", "38": "naar andere aanbieder",
}  # fmt: skip
# What only Welzijn Drechtoever registers besides, drawn apart so that the rest stays as it was.
DETAILS_SEED = 20260113
QUESTIONS = {"Geld en schulden": 30, "Wonen": 16, "Gezin en opvoeden": 18, "Psychische klachten": 24,
             "Eenzaamheid": 12}  # fmt: skip
EXTRA_MONEY_QUESTIONS_2025 = 1.6  # odds of a question about money in 2025 against 2024
PROFILES = {"alleenstaand": 44, "gezin": 34, "stel zonder kinderen": 22}
REFERRERS = {"Huisarts": 36, "Zelf of naasten": 28, "School": 14, "Gemeente": 14, "Politie": 8}
REFERRED_TO = {"Specialistische ggz": 40, "Woonbegeleiding": 35, "Schuldhulpverlening": 25}
SHARE_REFERRED_ON = 0.16
SHARE_BRIDGED = {True: 0.34, False: 0.10}  # whether the wait is longer than the norm
SHARE_GAP = 0.12
GAPS = {"Begeleid wonen": 45, "Ggz voor jongeren": 35, "Hulp in eigen taal": 20}
SHARE_IN_VIEW = 0.82  # a contact within 90 days of the last day
PROBLEMS_SD, PROBLEMS_CHANGE = 8.0, {"19": -9.0}  # score 0-60, lower is better; ended otherwise: -2
SELFRELIANCE_SD, SELFRELIANCE_CHANGE = 0.55, {"19": 0.7}  # score 1-5, higher is better; otherwise: 0.1
SHARE_BOTH_SCORES = 0.7
# ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trajectory:
    """One row of a registration; an empty start means waiting, an empty end means running."""

    client: str
    partner: str
    form: str
    wijk: str
    signup: date
    start: date | None
    end: date | None
    end_code: str
    goals_set: int | None
    goals_met: int | None
    hours: float


def trajectories() -> list[Trajectory]:
    """All trajectories of both partners, in the order of the clients."""
    rng = Random(SEED)
    keys = _client_keys(rng, sum(CLIENTS.values()))
    rows: list[Trajectory] = []
    for wijk, count in CLIENTS.items():
        for _ in range(count):
            rows += _of_client(rng, keys.pop(), wijk)
    return rows


def _client_keys(rng: Random, count: int) -> list[str]:
    keys: dict[str, None] = {}
    while len(keys) < count:
        keys[f"K{rng.randrange(16**5):05X}"] = None
    return list(keys)


def _of_client(rng: Random, client: str, wijk: str) -> list[Trajectory]:
    home = DRECHTOEVER if rng.random() < 0.58 else KADE
    first = _trajectory(rng, client, home, _pick(rng, FORMS[home]), wijk, _day(rng, FIRST_SIGNUP, LAST_DAY))
    rows = [first]
    if rng.random() < SHARE_AT_BOTH_PARTNERS:
        other = KADE if home == DRECHTOEVER else DRECHTOEVER
        form = _pick(rng, FORMS[other])
        rows.append(_trajectory(rng, client, other, form, wijk, _day(rng, FIRST_SIGNUP, LAST_DAY)))
    if rng.random() < SHARE_SECOND_FORM:
        forms = {form: share for form, share in FORMS[home].items() if form != first.form}
        signup = min(first.signup + timedelta(days=rng.randrange(10, 90)), LAST_DAY)
        rows.append(_trajectory(rng, client, home, _pick(rng, forms), wijk, signup))
    if rng.random() < SHARE_EXTENDED and first.start and first.end and len(rows) == 1:
        return _extended(rng, first)
    if first.end and first.end_code in ("19", "21", "23") and len(rows) == 1:
        rows += _return(rng, first)
    return rows


def _return(rng: Random, first: Trajectory) -> list[Trajectory]:
    assert first.end
    draw = rng.random()
    if draw < SHARE_RETURN:
        signup = first.end + timedelta(days=rng.randrange(14, 280))
    elif draw < SHARE_RETURN + SHARE_LATER_RETURN:
        signup = first.end + timedelta(days=rng.randrange(366, 560))
    else:
        return []
    moves = rng.random() < SHARE_MOVED
    wijk = _pick(rng, CLIENTS) if moves else first.wijk
    form = first.form if rng.random() < 0.6 else _pick(rng, FORMS[first.partner])
    if signup > LAST_DAY:
        return []
    return [_trajectory(rng, first.client, first.partner, form, wijk, signup)]


def _extended(rng: Random, first: Trajectory) -> list[Trajectory]:
    """The same help written in two rows that overlap, as happens when an order is extended."""
    assert first.start and first.end
    middle = first.start + (first.end - first.start) * rng.uniform(0.4, 0.9)
    later = first.end + timedelta(days=rng.randrange(20, 120))
    running = later > LAST_DAY
    closing = replace(
        first,
        signup=middle - timedelta(days=rng.randrange(0, 10)) if (middle - first.start).days > 10 else middle,
        start=middle,
        end=None if running else later,
        end_code="" if running else first.end_code,
    )
    return [replace(first, end_code="37" if first.partner == DRECHTOEVER else "20"), closing]


def _trajectory(rng: Random, client: str, partner: str, form: str, wijk: str, signup: date) -> Trajectory:
    median = MEDIAN_WAIT_DAYS_IN.get(wijk, MEDIAN_WAIT_DAYS)
    wait = round(median * rng.lognormvariate(0, WAIT_SIGMA))
    start = signup + timedelta(days=wait)
    duration = max(7, round(MEDIAN_DURATION_DAYS * rng.lognormvariate(0, DURATION_SIGMA)))
    end = start + timedelta(days=duration)
    goals = None if rng.random() < SHARE_GOALS_EMPTY else _pick(rng, GOALS_SET)
    hours = rng.choice([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 0.75])
    code = _end_code(rng, partner, wait)
    chance = GOAL_MET.get(code, GOAL_MET_OTHERWISE)
    met = sum(rng.random() < chance for _ in range(goals or 0))
    counted = rng.random() < SHARE_RUNNING_GOALS_COUNTED
    if start > LAST_DAY:
        return Trajectory(client, partner, form, wijk, signup, None, None, "", None, None, hours)
    if end > LAST_DAY:
        so_far = min(met, (goals or 0) // 2) if goals and counted else None
        return Trajectory(client, partner, form, wijk, signup, start, None, "", goals, so_far, hours)
    return Trajectory(
        client, partner, form, wijk, signup, start, end, code, goals, met if goals else None, hours
    )


def _end_code(rng: Random, partner: str, wait: int) -> str:
    weights: dict[str, float] = {
        code: share for code, share in END_CODES.items() if partner == DRECHTOEVER or code in WORDS
    }
    if wait > 42:
        weights["21"] *= EXTRA_DROPOUT_AFTER_WAIT
    return _pick(rng, weights)


def _pick(rng: Random, weights: dict[T, float] | dict[T, int]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


def _day(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def details(row: Trajectory, rng: Random) -> list[str]:
    """The cells of DETAIL_COLUMNS; draws as often for one row as for another."""
    money = EXTRA_MONEY_QUESTIONS_2025 if row.signup.year == 2025 else 1.0
    question = _pick(rng, {**QUESTIONS, "Geld en schulden": QUESTIONS["Geld en schulden"] * money})
    profile, referrer = _pick(rng, PROFILES), _pick(rng, REFERRERS)
    onward, place = rng.random() < SHARE_REFERRED_ON, _pick(rng, REFERRED_TO)
    waited = ((row.start or LAST_DAY) - row.signup).days
    bridged = rng.random() < SHARE_BRIDGED[waited > 42]
    gap, lacking = rng.random() < SHARE_GAP, _pick(rng, GAPS)
    ago = rng.randrange(0, 90) if rng.random() < SHARE_IN_VIEW else rng.randrange(91, 240)
    contact = max(row.start, (row.end or LAST_DAY) - timedelta(days=ago)) if row.start else None
    scores: list[str] = []
    measured = rng.random() < SHARE_BOTH_SCORES
    for middle, spread, change, otherwise, low, high in (
        (32.0, PROBLEMS_SD, PROBLEMS_CHANGE, -2.0, 0.0, 60.0),
        (2.6, SELFRELIANCE_SD, SELFRELIANCE_CHANGE, 0.1, 1.0, 5.0),
    ):
        places = 0 if high > 10 else 1
        before = min(high, max(low, rng.gauss(middle, spread)))
        after = min(high, max(low, before + rng.gauss(change.get(row.end_code, otherwise), 0.7 * spread)))
        both = [f"{one:.{places}f}".replace(".", ",") for one in (before, after)]
        scores += [both[0] if row.start else "", both[1] if row.end and measured else ""]
    return [
        question, profile, referrer, place if onward and row.end else "", "ja" if bridged else "nee",
        lacking if gap else "", f"{contact.day}-{contact.month}-{contact.year}" if contact else "", *scores,
    ]  # fmt: skip


DETAIL_COLUMNS = ["Hulpvraag", "Huishouden", "Verwezen door", "Doorverwezen naar", "Overbruggingszorg",
                  "Niet beschikbaar", "Laatste contact", "Klachten voor", "Klachten na",
                  "Zelfredzaamheid voor", "Zelfredzaamheid na"]  # fmt: skip


def drechtoever_csv(rows: list[Trajectory]) -> bytes:
    """The CSV of Welzijn Drechtoever: semicolons, Windows-1252, CRLF, Dutch dates, decimal commas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        ["Cliëntnr", "Soort hulp", "Wijk", "Aanmelddatum", "Startdatum", "Einddatum", "Reden einde",
         "Doelen gesteld", "Doelen behaald", "Uren per week", *DETAIL_COLUMNS]
    )  # fmt: skip
    rng = Random(DETAILS_SEED)
    for row in sorted(
        (row for row in rows if row.partner == DRECHTOEVER), key=lambda r: (r.signup, r.client)
    ):
        days = [
            f"{day.day}-{day.month}-{day.year}" if day else "" for day in (row.signup, row.start, row.end)
        ]
        goals = ["" if goal is None else goal for goal in (row.goals_set, row.goals_met)]
        hours = f"{row.hours:g}".replace(".", ",")
        writer.writerow(
            [row.client, row.form, row.wijk, *days, row.end_code, *goals, hours, *details(row, rng)]
        )
    return text.getvalue().encode("cp1252")


def kade_xlsx(rows: list[Trajectory], path: Path) -> None:
    """The workbook of Stichting De Kade, with the habits of a real one.

    Title rows above the header, real dates beside dates that somebody typed as text, numbers as
    text, a hidden row that does count, and a second sheet with notes.
    """
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd-mm-yyyy"})
    book.set_properties({"title": "Verzonnen gegevens", "created": datetime(2026, 1, 12)})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("Trajecten 2025")
    sheet.write_string(0, 0, "Stichting De Kade - trajecten wijkteams", bold)
    sheet.write_string(1, 0, "Gedraaid op 12 januari 2026. Alle gegevens zijn verzonnen.")
    header = ["Klant-ID", "Product", "Wijkcode", "Datum aanmelding", "Datum start", "Datum einde",
              "Einde omdat", "Aantal doelen", "Aantal behaald"]  # fmt: skip
    for column, name in enumerate(header):
        sheet.write_string(3, column, name, bold)
    sheet.set_column(0, len(header) - 1, 17)
    for number, row in enumerate(
        sorted((r for r in rows if r.partner == KADE), key=lambda r: (r.client, r.signup))
    ):
        line = number + 4
        for column, value in enumerate((row.client, row.form, row.wijk)):
            sheet.write_string(line, column, value)
        for column, day in enumerate((row.signup, row.start, row.end), start=3):
            if day and number % 97 == 13:
                sheet.write_string(line, column, f"{day.day}-{day.month}-{day.year}")
            elif day:
                sheet.write_datetime(line, column, datetime(day.year, day.month, day.day))
        sheet.write_string(line, 6, WORDS.get(row.end_code, ""))
        for column, goal in enumerate((row.goals_set, row.goals_met), start=7):
            if goal is not None and number % 41 == 7:
                sheet.write_string(line, column, str(goal))
            elif goal is not None:
                sheet.write_number(line, column, goal)
        if number == 211:
            sheet.set_row(line, None, None, {"hidden": True})
    notes = book.add_worksheet("Toelichting")
    for line, text in enumerate(
        ["Een lege einddatum betekent dat het traject nog loopt.",
         "Een lege startdatum betekent dat de inwoner nog wacht.",
         "Klant-ID is een sleutel zonder naam of BSN. Deze lijst is verzonnen."]
    ):  # fmt: skip
        notes.write_string(line, 0, text)
    book.close()


def main() -> None:
    """Write both deliveries."""
    rows = trajectories()
    RAW.mkdir(parents=True, exist_ok=True)
    (RAW / "drechtoever-trajecten.csv").write_bytes(drechtoever_csv(rows))
    kade_xlsx(rows, RAW / "stichting-kade-trajecten.xlsx")


if __name__ == "__main__":
    main()
