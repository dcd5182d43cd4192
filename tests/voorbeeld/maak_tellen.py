"""Make the fictional residents' survey: a LimeSurvey export, a partner's SPSS file, the response.

Run from the repository root: `python tests/voorbeeld/maak_tellen.py`. It also writes the
registrations (maak_trajecten.py). Nothing here is about real people; the open answers were written
by hand. The true parameters stand at the top, so that a reader can compare what the toolkit finds
with what was put in; `truth()` gives the expected values in the population.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import maak_professionals
import maak_trajecten
from geschreven import own_age, plain, read
from maak_leveringen import limesurvey_csv, spss_sav

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
SURVEY = ROOT / "surveys" / "voorbeeld"
SEED = 20260302
FIRST_DAY, DAYS = datetime(2026, 3, 2, 8), 41
AGES = {"15-24": (15, 24), "25-44": (25, 44), "45-64": (45, 64), "65+": (65, 94)}

# The true parameters -------------------------------------------------------------------------
# A stratified sample: per wijk so many residents of 15 and older were invited.
INVITED = {
    "WK050501": 395, "WK050502": 405, "WK050503": 465, "WK050504": 410, "WK050505": 390, "WK050506": 375,
    "WK050507": 475, "WK050508": 475, "WK050509": 335, "WK050510": 320, "WK050511": 340,
    "WK050519": 24, "WK050598": 20,
}  # fmt: skip
START = {"15-24": 0.17, "25-44": 0.27, "45-64": 0.38, "65+": 0.47}  # share of the invited who start
START_FACTOR = {"WK050503": 0.90, "WK050507": 0.84, "WK050508": 0.86, "WK050510": 1.10, "WK050511": 1.08}
START_FACTOR_SEX = {"man": 0.93, "vrouw": 1.07}
INCOMPLETE = 0.068  # share of those who start in LimeSurvey and do not finish
INTERVIEWED = 0.33  # share approached by Welzijn Drechtoever (SPSS), the rest by LimeSurvey
OTHER_SEX, NOT_SAID = 0.008, 0.008

# Contact with the wijkteam in the last twelve months. High for a real town: clients are oversampled.
CONTACT = {
    "WK050501": 0.38, "WK050502": 0.37, "WK050503": 0.48, "WK050504": 0.43, "WK050505": 0.41,
    "WK050506": 0.39, "WK050507": 0.52, "WK050508": 0.50, "WK050509": 0.37, "WK050510": 0.28,
    "WK050511": 0.32, "WK050519": 0.35, "WK050598": 0.25,
}  # fmt: skip
CONTACT_AGE = {"15-24": -0.10, "25-44": 0.02, "45-64": 0.0, "65+": 0.06}
FOUND = {"huisarts": 0.31, "naasten": 0.24, "school": 0.11, "gemeente": 0.22, "zelf": 0.27, "anders": 0.06}
ON_TIME, ON_TIME_IN = 0.68, {"WK050507": 0.49, "WK050508": 0.53, "WK050510": 0.78}
SATISFACTION_IN = {"WK050507": -0.22, "WK050508": -0.15, "WK050506": 0.10, "WK050510": 0.15}  # in SDs
SATISFACTION_ON_TIME, SATISFACTION_LATE = 0.25, -0.55
GRADE, GRADE_ABOVE, GRADE_BELOW = 7.45, 0.95, 1.80  # at the middle, and per SD above and below it
STATEMENTS = {"nut": 0.65, "bejegening": 1.05, "bereikbaarheid": 0.30, "deskundigheid": 0.75}  # in SDs
GOAL, GOAL_LOADING = 0.25, 0.75  # satisfied people reach their goals more often
# Sociale samenhang, 0-10, as the mean of the answers would be without rounding.
COHESION = {
    "WK050501": 6.0, "WK050502": 6.1, "WK050503": 5.7, "WK050504": 5.8, "WK050505": 6.2, "WK050506": 6.3,
    "WK050507": 5.5, "WK050508": 5.5, "WK050509": 6.4, "WK050510": 7.1, "WK050511": 6.6,
    "WK050519": 5.9, "WK050598": 7.0,
}  # fmt: skip
COHESION_AGE = {"15-24": -0.55, "25-44": -0.2, "45-64": 0.05, "65+": 0.45}
COHESION_SD = 1.55
COHESION_ITEMS = (-0.3, 0.9, -0.3, 0.5, -0.6, -0.2)  # easier and harder statements; the first is reversed
DONT_KNOW = {"statement": 0.05, "goal": 0.05, "cohesion": (0.05, 0.02, 0.02, 0.01, 0.03, 0.08)}
NOT_APPLICABLE = {"nut": 0.02, "bejegening": 0.01, "bereikbaarheid": 0.04, "deskundigheid": 0.02}
LEFT_EMPTY = 0.008
OPEN_CONTACT, OPEN_OTHERS = 0.80, 0.07  # share that types something in the open question
TONE = {  # which tone of answer goes with which grade, in percent: positief, gemengd, neutraal, negatief
    10: (84, 5, 8, 3), 9: (82, 8, 7, 3), 8: (62, 12, 12, 14), 7: (34, 14, 14, 38), 6: (8, 16, 10, 66),
}  # fmt: skip
TONE_LOW = (1, 5, 3, 91)
# ---------------------------------------------------------------------------------------------

AGREE = ("helemaal-mee-eens", "mee-eens", "neutraal", "mee-oneens", "helemaal-mee-oneens")
SATISFIED = ("zeer-tevreden", "tevreden", "neutraal", "ontevreden", "zeer-ontevreden")
OTHER_ROUTES = ("via de kerk", "folder in de bibliotheek", "mijn bewindvoerder", "de wijkagent", "buurtapp",
                "via mijn werk", "het ziekenhuis", "consultatiebureau", "Facebook", "de fysio")  # fmt: skip
OTHER_WORDS = ("non-binair", "genderfluïde", "transgender man", "zeg ik niet, maar geen van beide")


@dataclass
class Person:
    """A resident who started the survey; `answers` holds our codes, a missing reason, or nothing."""

    wijk: str
    age: int
    sex: str
    interviewed: bool
    complete: bool
    pages: int
    started: datetime
    minutes: int
    answers: dict[str, str | int] = field(default_factory=dict)
    routes: tuple[str, ...] = ()
    other_route: str = ""
    other_sex: str = ""
    text: str = ""
    number: int = 0
    seed: int = 0
    drawn: tuple[str, str] = ("", "")  # age group and sex in the register that the sample came from


def population() -> dict[str, tuple[dict[str, int], float]]:
    """Per wijk the residents per age group, and the share of men (CBS; surveys/voorbeeld/bevolking.csv)."""
    ages: dict[str, dict[str, int]] = {}
    sexes: dict[str, dict[str, int]] = {}
    with (SURVEY / "bevolking.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["leeftijdsgroep"]:
                ages.setdefault(row["gebied"], {})[row["leeftijdsgroep"]] = int(row["aantal"])
            else:
                sexes.setdefault(row["gebied"], {})[row["geslacht"]] = int(row["aantal"])
    return {wijk: (ages[wijk], sexes[wijk]["man"] / sum(sexes[wijk].values())) for wijk in INVITED}


def truth() -> dict[str, float]:
    """Expected share with contact (0-1) among all residents, and among those who answer unweighted."""
    everybody = answering = with_contact = answered = 0.0
    for wijk, (ages, men) in population().items():
        for age, count in ages.items():
            chance = CONTACT[wijk] + CONTACT_AGE[age]
            sexes = men * START_FACTOR_SEX["man"] + (1 - men) * START_FACTOR_SEX["vrouw"]
            sample = (
                INVITED[wijk] * count / sum(ages.values()) * START[age] * START_FACTOR.get(wijk, 1) * sexes
            )
            everybody, with_contact = everybody + count, with_contact + count * chance
            answering, answered = answering + sample, answered + sample * chance
    return {"contact": with_contact / everybody, "contact_unweighted": answered / answering}


def respondents() -> list[Person]:
    """Everybody who started, in order of starting, with answers, numbers and open texts."""
    rng = Random(SEED)
    people, _ = _sample(rng)
    people.sort(key=lambda person: person.started)
    number = 11
    for person in people:
        number += 1 if rng.random() < 0.96 else rng.randrange(2, 4)  # deleted test responses leave gaps
        person.number = number
    _open_texts(rng, people)
    return people


def _sample(rng: Random) -> tuple[list[Person], Counter[str]]:
    """Who started, and how many were invited per age group and sex."""
    people, invited = list[Person](), Counter[str]()
    for wijk, (ages, men) in population().items():
        for _ in range(INVITED[wijk]):
            group = _pick(rng, ages)
            sex = "man" if rng.random() < men else "vrouw"
            invited.update((group, sex))
            if rng.random() < START[group] * START_FACTOR.get(wijk, 1) * START_FACTOR_SEX[sex]:
                people.append(_person(rng, wijk, group, sex))
                people[-1].drawn = (group, sex)
    return people, invited


def _person(rng: Random, wijk: str, group: str, sex: str) -> Person:
    interviewed = rng.random() < INTERVIEWED
    complete = interviewed or rng.random() >= INCOMPLETE
    low, high = AGES[group]
    age = min(rng.randint(low, high), rng.randint(low, high)) if group == "65+" else rng.randint(low, high)
    hour = rng.choice((9, 10, 11, 13, 14, 15, 16)) if interviewed else rng.choice((8, 10, 12, 16, 19, 20, 21))
    day = rng.randrange(DAYS) if interviewed else int(DAYS * rng.random() ** 1.5)
    started = FIRST_DAY.replace(hour=hour) + timedelta(days=day, seconds=rng.randrange(3600))
    person = Person(
        wijk, age, sex, interviewed, complete, 6 if complete else rng.choice((0, 1, 2, 2, 3, 3, 4)),
        started, rng.randrange(6, 35), seed=rng.randrange(10**8, 10**9),
    )  # fmt: skip
    draw = rng.random()
    if draw < OTHER_SEX:
        person.sex = "anders"
        person.other_sex = rng.choice(OTHER_WORDS) if rng.random() < 0.6 else ""
    elif draw < OTHER_SEX + NOT_SAID:
        person.sex = "wil-niet-zeggen"
    contact = rng.random() < CONTACT[wijk] + CONTACT_AGE[group]
    person.answers["contact"] = "ja" if contact else "nee"
    if contact:
        _about_help(rng, person)
    _cohesion(rng, person, group)
    return person


def _about_help(rng: Random, person: Person) -> None:
    routes = tuple(route for route, share in FOUND.items() if rng.random() < share)
    person.routes = routes or (_pick(rng, FOUND),)
    person.other_route = rng.choice(OTHER_ROUTES) if "anders" in person.routes else ""
    on_time = rng.random() < ON_TIME_IN.get(person.wijk, ON_TIME)
    person.answers["optijd"] = _unless(
        rng, "ja" if on_time else "nee", {"weet-niet": 0.06, "leeg": LEFT_EMPTY}
    )
    middle = SATISFACTION_IN.get(person.wijk, 0.0) + (SATISFACTION_ON_TIME if on_time else SATISFACTION_LATE)
    mood = rng.gauss(middle, 0.95)
    grade = GRADE + mood * (GRADE_ABOVE if mood > 0 else GRADE_BELOW) + rng.gauss(0, 0.45)
    missing = {"weet-niet": 0.03, "leeg": LEFT_EMPTY}
    person.answers["rapportcijfer"] = _unless(rng, min(10, max(1, round(grade))), missing)
    satisfied = _step(mood + 0.72 + rng.gauss(0, 0.45), (1.45, 0.05, -0.75, -1.55))
    person.answers["tevreden"] = _unless(rng, SATISFIED[satisfied], missing)
    for name, middle in STATEMENTS.items():
        step = _step(0.8 * mood + middle + rng.gauss(0, 0.7), (1.3, 0.1, -0.6, -1.4))
        reasons = {"weet-niet": DONT_KNOW["statement"], "nvt": NOT_APPLICABLE[name], "leeg": LEFT_EMPTY}
        person.answers[name] = _unless(rng, AGREE[step], reasons)
    reached = GOAL + GOAL_LOADING * mood + rng.gauss(0, 0.75)
    reasons = {"weet-niet": DONT_KNOW["goal"], "nvt": 0.06, "leeg": LEFT_EMPTY}
    person.answers["doel_bereikt"] = _unless(rng, AGREE[_step(reached, (1.2, 0.1, -0.5, -1.3))], reasons)
    alone = ("ja", "deels", "nee")[_step(0.7 * reached + rng.gauss(-0.1, 0.8), (0.3, -0.6))]
    person.answers["zonder_hulp"] = _unless(rng, alone, {"weet-niet": 0.05, "leeg": LEFT_EMPTY})


def _cohesion(rng: Random, person: Person, group: str) -> None:
    level = rng.gauss(COHESION[person.wijk] + COHESION_AGE[group], COHESION_SD)
    for item, (shift, unknown) in enumerate(zip(COHESION_ITEMS, DONT_KNOW["cohesion"], strict=True), start=1):
        points = min(5, max(1, round(1 + 0.4 * (level + shift + rng.gauss(0, 1.9)))))
        code = AGREE[points - 1] if item == 1 else AGREE[5 - points]
        person.answers[f"samenhang_{item}"] = _unless(rng, code, {"weet-niet": unknown, "leeg": LEFT_EMPTY})


def _open_texts(rng: Random, people: list[Person]) -> None:
    """Give every written answer to at most one respondent whose grade fits its tone."""
    written = read("open")
    rng.shuffle(written)
    pools: dict[tuple[str, str], list[str]] = {}
    for row in written:
        pools.setdefault((row["soort"], row["toon"]), []).append(row["tekst"])
    for person in people:
        if person.pages < 6 or rng.random() >= (
            OPEN_CONTACT if person.answers["contact"] == "ja" else OPEN_OTHERS
        ):
            continue
        grade = person.answers.get("rapportcijfer", 0)
        if not isinstance(grade, int) or not grade or rng.random() < 0.06:
            person.text = pools["leeg", "neutraal"][rng.randrange(40)]
            continue
        weights = dict(
            zip(("positief", "gemengd", "neutraal", "negatief"), TONE.get(grade, TONE_LOW), strict=True)
        )
        tone = _pick(rng, weights)
        kind = "opbrengst" if person.interviewed and rng.random() < 0.25 else "verbeter"
        pool = pools[kind, tone] or pools["verbeter", tone]
        for place, text in enumerate(pool):
            said = own_age(text)
            if said is None or abs(said - person.age) <= 2:
                person.text = plain(pool.pop(place))[0]
                break


def _unless(rng: Random, answer: T, reasons: dict[str, float]) -> T | str:
    """The answer, or one of the reasons that it is missing, each with its own chance."""
    draw = rng.random()
    for reason, chance in reasons.items():
        if draw < chance:
            return reason
        draw -= chance
    return answer


def _step(value: float, bounds: tuple[float, ...]) -> int:
    return sum(value < bound for bound in bounds)


def _pick(rng: Random, weights: dict[T, int] | dict[T, float]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


def response_csv(people: list[Person]) -> str:
    """Per original wijk, age group and sex (as in the register): invited, started, complete."""
    lines = ["gebied,leeftijdsgroep,geslacht,uitgenodigd,begonnen,volledig"]
    for wijk, invited in INVITED.items():
        started = [person for person in people if person.wijk == wijk]
        lines.append(f"{wijk},,,{invited},{len(started)},{sum(person.complete for person in started)}")
    _, per_group = _sample(Random(SEED))
    for place, levels in enumerate((AGES, START_FACTOR_SEX)):
        for level in levels:
            started = [person for person in people if person.drawn[place] == level]
            complete = sum(person.complete for person in started)
            group = f"{level}," if place == 0 else f",{level}"
            lines.append(f",{group},{per_group[level]},{len(started)},{complete}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the survey and the registrations."""
    people = respondents()
    (SURVEY / "raw").mkdir(parents=True, exist_ok=True)
    (SURVEY / "raw" / "limesurvey-bewoners.csv").write_bytes(limesurvey_csv(people))
    spss_sav(people, SURVEY / "raw" / "welzijn-drechtoever.sav")
    (SURVEY / "respons.csv").write_text(response_csv(people), encoding="utf-8", newline="")
    maak_professionals.main()
    maak_trajecten.main()


if __name__ == "__main__":
    main()
