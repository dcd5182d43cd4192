"""Make the fictional survey of professionals: a LimeSurvey export and the response per job.

Run from the repository root: `python tests/voorbeeld/maak_professionals.py`. Nothing here is about real
people. The true parameters stand at the top.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
SURVEY = ROOT / "surveys" / "voorbeeld-professionals"
SEED = 20260309
FIRST_DAY, DAYS = datetime(2026, 3, 2, 9), 40

# The true parameters -------------------------------------------------------------------------
INVITED = {"T": 60, "W": 45, "Z": 35}  # wijkteam, welfare, care providers: everybody was invited
START, FINISH = {"T": 0.78, "W": 0.74, "Z": 0.66}, 0.94
CITYWIDE = 0.25  # share who work in the whole town
MOOD = {"T": 0.15, "W": 0.05, "Z": -0.25}  # in SDs
GRADE, GRADE_SD = 7.0, 1.1
SATISFIED_BOUNDS = (1.3, 0.0, -0.9, -1.7)
STATEMENTS = {"on time": -0.45, "together": 0.25, "room": 0.0}  # in SDs; being in time is the trouble
AGREE_BOUNDS = (1.2, 0.1, -0.6, -1.5)
DONT_KNOW, NOT_APPLICABLE = 0.03, 0.03

HEADER = (
    "id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp",
    "wijk", "functie", "cijfer", "tevreden", "stelling[SQ001]", "stelling[SQ002]", "stelling[SQ003]",
)  # fmt: skip


@dataclass(frozen=True)
class Professional:
    """Somebody who started; `cells` are the answers as LimeSurvey writes them, None when not shown."""

    job: str
    started: datetime
    minutes: int
    complete: bool
    cells: tuple[str | None, ...]


def professionals() -> list[Professional]:
    """Everybody who started, in order of starting."""
    rng = Random(SEED)
    people = []
    for job, invited in INVITED.items():
        for _ in range(invited):
            if rng.random() < START[job]:
                people.append(_professional(rng, job))
    return sorted(people, key=lambda one: one.started)


def _professional(rng: Random, job: str) -> Professional:
    started = FIRST_DAY + timedelta(days=rng.randrange(DAYS), seconds=rng.randrange(8 * 3600))
    complete = rng.random() < FINISH
    wijk = "STAD" if rng.random() < CITYWIDE else f"W{rng.randint(1, 11):02d}"
    mood = rng.gauss(MOOD[job], 0.9)
    grade = str(min(10, max(1, round(GRADE + GRADE_SD * mood + rng.gauss(0, 0.4)))))
    satisfied = f"A{1 + sum(mood + rng.gauss(0, 0.5) < bound for bound in SATISFIED_BOUNDS)}"
    cells: list[str | None] = [wijk, job, _or(rng, grade), _or(rng, satisfied)]
    for middle in STATEMENTS.values():
        level = 0.7 * mood + middle + rng.gauss(0, 0.7)
        answer = f"A{1 + sum(level < bound for bound in AGREE_BOUNDS)}"
        cells.append("NVT" if rng.random() < NOT_APPLICABLE else _or(rng, answer))
    if not complete:
        cells[3:] = [None] * 4
    return Professional(job, started, rng.randrange(3, 15), complete, tuple(cells))


def _or(rng: Random, answer: str) -> str:
    return "WN" if rng.random() < DONT_KNOW else answer


def limesurvey_csv(people: list[Professional]) -> bytes:
    """The export "CSV, code/short" of LimeSurvey 6: BOM, semicolons, CRLF, NULL without quotes."""
    lines = [";".join(f'"{name}"' for name in HEADER)]
    for number, one in enumerate(people, start=3):
        ended = one.started + timedelta(minutes=one.minutes)
        sent = str(ended) if one.complete else None
        pages = "3" if one.complete else "1"
        cells = [
            str(number),
            sent,
            pages,
            "nl",
            str(100000 + number * 37),
            str(one.started),
            str(ended),
            *one.cells,
        ]
        lines.append(";".join("" if cell is None else f'"{cell}"' for cell in cells))
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode("utf-8")


def response_csv(people: list[Professional]) -> str:
    """Per job: invited, started, complete."""
    lines = ["gebied,functie,uitgenodigd,begonnen,volledig"]
    for code, name in {"T": "wijkteam", "W": "welzijn", "Z": "zorg"}.items():
        started = [one for one in people if one.job == code]
        lines.append(f",{name},{INVITED[code]},{len(started)},{sum(one.complete for one in started)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the delivery and the response."""
    people = professionals()
    (SURVEY / "raw").mkdir(parents=True, exist_ok=True)
    (SURVEY / "raw" / "limesurvey-professionals.csv").write_bytes(limesurvey_csv(people))
    (SURVEY / "respons.csv").write_text(response_csv(people), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
