"""A small project with every kind of input, the commands that work on it, and what they left."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from small_project import BASE, HEADER, ROW, THEMES, corpus, plan, registration, survey, write

from toolkit import scaffold
from toolkit.project import Project

ROOT = Path(__file__).parents[2]
PARTNER = "Partner A"
NAMES = ("Fatima Bouzidi", "Jan de Vries", "Ayşe Yılmaz", "Piet Jansen")
_STORIES = (
    "Ik stond maanden op de wachtlijst. Mevrouw {name} belde mij nooit terug.",
    "De rekeningen kon ik niet betalen. {name} hielp mij met de schulden en de post.",
    "{name} van het wijkteam kwam elke week langs. Daar was ik heel blij mee.",
    "Niemand luisterde. Pas na een klacht van {name} kreeg mijn zoon hulp op school.",
)


def stories(count: int = 24) -> str:
    """A delivery of stories: numbers differ, so that no two are the same."""
    lines = [
        f"{number};WK0505{7 if number % 3 else 19:02};"
        f"{_STORIES[number % 4].format(name=NAMES[number // 4 % 4])} Dat was in huis {number}.;ja"
        for number in range(1, count + 1)
    ]
    return "nr;wijk;verhaal;mag\n" + "\n".join(lines) + "\n"


def trajectories(count: int = 30, first: int = 1) -> str:
    """A delivery of trajectories as a partner makes it."""
    lines = [
        ";".join([f"K{number:03}", ROW[1], f"WK0505{7 if number % 3 else 19:02}", *ROW[3:]])
        for number in range(first, first + count)
    ]
    return "\n".join([";".join(HEADER), *lines]) + "\n"


SUBJECT = """
[[onderwerp]]
id = "wachten"
naam = "Wachten"
maten = ["bereik.contact"]
themas = ["wachten"]
"""
PLAN = "analyses/klein/plan.toml"
FILES: Mapping[str, str] = {
    **BASE,
    PLAN: plan(SUBJECT, themas=False, onderwerpen=False),
    "corpora/verhalen/corpus.toml": corpus("Verhalen"),
    "corpora/verhalen/themas.toml": THEMES,
    "corpora/verhalen/raw/verhalen.csv": stories(),
    **registration(),
    **survey(("oud" if number % 3 else "jong", "ja" if number % 2 else "nee") for number in range(90)),
}


def build(root: Path, models: bool = False) -> Project:
    """The project in `root`: a survey, a registration, stories, an analysis and a report.

    With `models` the analysis also looks for themes and topics, which takes long.
    """
    project = write(root, {**FILES, PLAN: plan(SUBJECT)} if models else FILES)
    scaffold.new(project, "rapport", "klein")
    return project


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a command: settings of the user in a folder of the test, one thread."""
    # Python keeps what it compiled, as it does for users: else every command compiles all libraries.
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**given, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(home), "OMP_NUM_THREADS": "1", **more}


def command(*words: object) -> list[str]:
    """How `tev` is called here."""
    return [sys.executable, "-m", "toolkit.cli", *map(str, words)]


def tev(
    folder: Path, *words: object, home: Path | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a command of `tev` in a folder and wait for it."""
    options.setdefault("env", environment(home or folder.parent))
    return subprocess.run(
        command(*words), cwd=folder, capture_output=True, encoding="utf-8", errors="replace", timeout=180,
        check=False, **options,
    )  # fmt: skip


def refused(done: subprocess.CompletedProcess[str], *said: str) -> None:
    """A command refused as it should: exit code 1, a Dutch message with a remedy, and nothing of Python."""
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr and "had mogen gebeuren" not in done.stderr, done.stderr
    assert "Zo lost u het op" in done.stderr, done.stderr
    for text in said:
        assert text in done.stderr, done.stderr


def leftovers(*folders: Path) -> list[str]:
    """Temporary files that stand in these folders."""
    return sorted(
        path.name
        for folder in folders
        for path in folder.rglob(".*")
        if path.suffix != ".lock" and ".tev" not in path.parts and path.name != ".gemaakt.json"
    )


def same(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> bool:
    """Whether two sets of outcomes are the same, to the last byte."""
    return one == other


def received(root: Path) -> list[list[str]]:
    """The cells of what was received from the partner."""
    path = root / "surveys/trajecten/raw/partner-a-2026.csv"
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter=";"))
