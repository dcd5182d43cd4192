"""No name of the 300 stories and no text of a story where they do not belong, also when things go wrong.

Everything that stands outside `raw/` and `private/` after the whole job is searched: reports in every form, the cache,
the logs, the record of the run, and what the commands said. A name of two words or more is searched as it was written.
A single word is not searched when it is demonstrably something else as well: a word that the stories use outside any
name too, or that stands in the project's own settings and in the texts of the program. How many that are is tested.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from tests.intake.deliveries import HEADER, ROW

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "tests" / "data" / "voorbeeld_goud.jsonl"
APART = {"raw", "private"}
DIRECT = {"telefoon", "bsn", "email", "postcode", "url"}
GOOD = 8  # commands that must succeed; the others are mistakes
RUN = 6  # so many words in a row of a story are text of that story
# Short names that de-identification is known to miss: they stand in the cache and in sheets for who judges stories, and
# one of them in a story that may be read as a whole. These lists may only shrink.
KNOWN = {"I-256/2", "I-256/6", "P-020/1"}
KNOWN_PUBLISHED = {"P-020/1"}
NAME, WORD = re.compile(r"[^\W\d_]{2,}"), re.compile(r"[^\W\d_]+")
# A name and a number that no delivery of the example holds, put in bad files.
STRANGER, NUMBER = "Ysbrandine Quaetfaslem", "06-48151623"


@dataclass(frozen=True)
class Secret:
    """What must not be read; `id` is the story and the number of the mention, never the text."""

    id: str
    text: str


def stories() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def own_words() -> set[str]:
    """Words of the project's settings and of the texts of the program, none of which come from a story."""
    places = [
        ROOT / "tev.toml",
        *(ROOT / "analyses" / "voorbeeld").glob("*.*"),
        *(ROOT / "reports").rglob("*.*"),
    ]
    places += [*(ROOT / "surveys").rglob("*.toml"), *(ROOT / "surveys").glob("*/*.csv")]
    places += [*(ROOT / "corpora" / "voorbeeld").glob("*.toml"), *(ROOT / "toolkit" / "report").rglob("*.*")]
    places += [*(ROOT / "toolkit" / "cli").rglob("*.py"), *(ROOT / "toolkit" / "templates").rglob("*.qmd")]
    texts = [
        path.read_text(encoding="utf-8", errors="ignore")
        for path in places
        if path.is_file() and "_uitvoer" not in path.parts and "_inhoud" not in path.parts
    ]
    return set(WORD.findall("\n".join(texts)))


def secrets() -> tuple[list[Secret], int, int]:
    """What is searched; how many single words were names; how many of those are not searched."""
    told = stories()
    outside: set[str] = set()
    for story in told:
        rest = story["tekst"]
        for start, end, _ in sorted(story["mentions"], reverse=True):
            rest = rest[:start] + " | " + rest[end:]
        outside |= set(WORD.findall(rest))
    ordinary = outside | own_words()
    found, words, left = [], set(), set()
    for story in told:
        for number, (start, end, kind) in enumerate(story["mentions"]):
            mention, name = story["tekst"][start:end], f"{story['nr']}/{number}"
            if kind in DIRECT:
                found.append(Secret(name, mention))
            elif kind == "persoon":
                single = [word for word in NAME.findall(mention) if word[0].isupper()]
                words |= set(single)
                left |= {word for word in single if word in ordinary}
                found += [Secret(name, word) for word in single if word not in ordinary]
                if len(mention.split()) > 1:
                    found.append(Secret(name, mention))
    return found, len(words), len(left)


def _plain(page: str) -> str:
    """A page without the pictures and fonts that it holds as letters and digits."""
    return re.sub(r"base64,[A-Za-z0-9+/=\s]+", "", page)


def _readable(cell: object) -> str:
    """A cell of a database; of numbers in their own notation what happens to look like a word of some length."""
    if not isinstance(cell, bytes):
        return str(cell)
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return " ".join(part.decode("ascii") for part in re.findall(rb"[A-Za-z]{6,}", cell))


def texts_in(path: Path) -> str:
    """All that can be read in a file: in the parts of Office files and archives, pages of a PDF, rows of a database."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            parts = [(name, book.read(name)) for name in book.namelist()]
        shown = [
            data.decode("utf-8", "ignore") for name, data in parts if not name.endswith((".png", ".ttf"))
        ]
        # A name can be cut in two by the marks of Word: also without them.
        return "\n".join(
            [*(name for name, _ in parts), *shown, *(re.sub(r"<[^>]+>", "", one) for one in shown)]
        )
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as base:
            names = [name for (name,) in base.execute("select name from sqlite_master where type = 'table'")]
            cells = [cell for name in names for row in base.execute(f"select * from {name}") for cell in row]
        return "\n".join(_readable(cell) for cell in cells)
    if path.suffix in {".png", ".npz", ".sav"}:
        return ""
    return _plain(path.read_text(encoding="utf-8", errors="ignore"))


def leaks(texts: dict[str, str], wanted: list[Secret]) -> set[tuple[str, str]]:
    """Where a secret is read: its id and the place."""
    found = set()
    for place, text in texts.items():
        there = set(WORD.findall(text))
        for secret in wanted:
            if WORD.fullmatch(secret.text):
                hit = secret.text in there
            else:
                hit = re.search(rf"(?<!\w){re.escape(secret.text)}(?!\w)", text) is not None
            if hit:
                found.add((secret.id, place))
    return found


def told_in(text: str) -> list[str]:
    """The numbers of the stories of which RUN words in a row stand in a text."""
    words = [word.lower() for word in WORD.findall(text)]
    runs = {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    found = []
    for story in stories():
        own = [word.lower() for word in WORD.findall(story["tekst"])]
        if any(tuple(own[at : at + RUN]) in runs for at in range(len(own) - RUN + 1)):
            found.append(story["nr"])
    return found


# All commands in one process, as each would be by itself: its exit code, and what it said.
ALL_IN_ONE = """
import contextlib, io, json, sys, traceback
commands = json.loads(sys.stdin.read())
sys.stdin = io.StringIO()
from toolkit.cli import main
told = []
for words in commands:
    out, code = io.StringIO(), 0
    sys.argv = ["tev", *words]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            code = 99
            traceback.print_exc(file=out)
    told.append(f"{code}\\n{out.getvalue()}")
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Job:
    """The project after the whole job, and what each command said."""

    root: Path
    said: dict[str, str]


def bad_files(folder: Path) -> list[tuple[object, ...]]:
    """Commands that must fail or complain, on files with a name, a number and a story in the wrong place."""
    story = f"Ik heet {STRANGER} en ben te bellen op {NUMBER}, en niemand belde mij ooit terug"
    (folder / "mis.csv").write_text(
        ";".join(HEADER) + f"\n{STRANGER};{story};{STRANGER};{NUMBER};31-2-2026;nooit;{story};veel;-1\n" * 3,
        encoding="utf-8",
    )
    row = [*ROW]
    row[4] = story
    (folder / "cel.csv").write_text(";".join(HEADER) + "\n" + ";".join(row) + "\n", encoding="utf-8")
    (folder / "dubbel.csv").write_text(
        f"id,text\n1,{story.replace(',', '')}\n1,kort\n,leeg\n", encoding="utf-8"
    )
    (folder / "kolom.csv").write_text(f"1;{story}\n2;kort\n", encoding="utf-8")
    (folder / "kapot.xlsx").write_bytes(f"PK{STRANGER}{story}".encode())
    (folder / "kapot.qdpx").write_bytes(f"PK{STRANGER}{story}".encode())
    book = openpyxl.Workbook()
    book.active.append(["verhaal", "thema", story])
    book.active.append([story, STRANGER, story])
    book.save(folder / "blad.xlsx")
    kind = ("--soort", "trajecten", "--naar", folder / "private")
    (folder / "private").mkdir()
    return [
        ("intake", "check", folder / "mis.csv", *kind),
        ("intake", "check", folder / "cel.csv", *kind),
        ("intake", "check", folder / "kapot.xlsx", *kind),
        (
            "intake",
            "receive",
            folder / "mis.csv",
            "--bron",
            "voorbeeld-trajecten",
            "--partner",
            "De Kade",
            "--ja",
        ),
        (
            "--debug",
            "intake",
            "receive",
            folder / "cel.csv",
            "--bron",
            "voorbeeld-trajecten",
            "--partner",
            "x",
        ),
        ("stories", "deidentify", folder / "dubbel.csv", "--out", folder / "private" / "uit.csv"),
        ("--debug", "stories", "deidentify", folder / "kolom.csv", "--out", folder / "private" / "uit.csv"),
        (
            "stories",
            "themes",
            folder / "dubbel.csv",
            "--codebook",
            folder / "mis.csv",
            "--out",
            folder / "u.csv",
        ),
        ("stories", "label", "voorbeeld", "--in", folder / "blad.xlsx", "--codeur", "AB"),
        ("stories", "validate", "voorbeeld", "--in", folder / "blad.xlsx", "--codeur", "AB"),
        ("stories", "import-codes", "voorbeeld", folder / "kapot.qdpx", "--codeur", "AB"),
        ("--debug", "stories", "import-codes", "voorbeeld", folder / "blad.xlsx", "--codeur", "AB"),
    ]


@pytest.fixture(scope="module")
def job(voorbeeld_run: Any, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The example after its run: reports in every form, sheets for people, an export, and twelve mistakes."""
    root = tmp_path_factory.mktemp("sporen") / "project"
    shutil.copytree(voorbeeld_run.project.root, root)
    shutil.copytree(ROOT / "reports" / "voorbeeld", root / "reports" / "voorbeeld")
    aside = tmp_path_factory.mktemp("bestanden")
    good: list[tuple[object, ...]] = [
        ("check", "voorbeeld"),
        ("report", "voorbeeld", "--naar", "html,docx,pdf"),
        ("stories", "label", "voorbeeld", "--aantal", 20, "--out", "label.xlsx"),
        ("stories", "validate", "voorbeeld", "--wat", "zinnen", "--out", "controle.xlsx"),
        ("stories", "review", "voorbeeld", "--excel"),
        ("stories", "export-codes", "voorbeeld", "--out", "verhalen.qdpx", "--met-computer"),
        ("export", "voorbeeld", "--out", "analyses/voorbeeld/output/private/enquete.sav"),
        ("intake", "status"),
    ]
    commands = [list(map(str, words)) for words in [*good, *bad_files(aside)]]
    home = {"XDG_CONFIG_HOME": str(aside / "thuis"), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", ALL_IN_ONE], cwd=root, capture_output=True, text=True, encoding="utf-8", timeout=900,
        check=False, env={**os.environ, **home}, input=json.dumps(commands),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    names = [f"{number} tev {' '.join(words[:3])}" for number, words in enumerate(commands)]
    said = dict(zip(names, told, strict=True))
    said["daarbuiten"] = done.stderr
    return Job(root, said)


@pytest.fixture(scope="module")
def outside(job: Job) -> dict[str, str]:
    """Per file outside `raw/` and `private/` what can be read in it."""
    paths = [path for path in job.root.rglob("*") if path.is_file()]
    places = {path.relative_to(job.root): path for path in paths}
    return {
        place.as_posix(): texts_in(path) for place, path in places.items() if not APART & set(place.parts)
    }


def test_what_is_searched_and_what_is_not() -> None:
    """Nearly every name is searched; those left out are words like any other, and their full names are not."""
    wanted, words, left = secrets()
    assert len({secret.id for secret in wanted}) >= 260
    assert words > 150 and left / words < 0.1


def test_the_search_finds_what_is_there(job: Job) -> None:
    """In the deliveries themselves, so that finding nothing elsewhere means something."""
    wanted, _, _ = secrets()
    raw = {path.name: texts_in(path) for path in (job.root / "corpora/voorbeeld/raw").iterdir()}
    assert len({name for name, _ in leaks(raw, wanted)}) >= 0.97 * len({secret.id for secret in wanted})
    assert len(told_in("\n".join(raw.values()))) >= 300


def test_the_job_was_done_and_the_mistakes_were_made(job: Job) -> None:
    codes = {name: text.split("\n", 1)[0] for name, text in job.said.items() if " tev " in name}
    # With --debug the error itself comes out, as it should.
    failed = {name for name, code in codes.items() if code in ("1", "99")}
    expected = {name for name in codes if int(name.split()[0]) >= GOOD}
    assert failed == expected, [job.said[name][-600:] for name in failed ^ expected]
    assert {name for name, code in codes.items() if code == "99"} <= {n for n in codes if "--debug" in n}
    made = {path.suffix for path in (job.root / "reports/voorbeeld/_uitvoer").rglob("*")}
    assert {".html", ".docx", ".pdf"} <= made and (job.root / "verhalen.qdpx").exists()


def test_no_name_stands_outside_raw_and_private(outside: dict[str, str]) -> None:
    wanted, _, _ = secrets()
    places = outside
    assert any(name.endswith(".sqlite") for name in places) and any(name.endswith(".pdf") for name in places)
    found = leaks(places, wanted)
    published = {(name, place) for name, place in found if place.startswith(("analyses/", "reports/"))}
    left = {(name, place) for name, place in published if name not in KNOWN_PUBLISHED}
    assert left == set(), "ids of mentions, and the files in which a reader can read them"
    assert {name for name, _ in found} <= KNOWN, "ids of mentions that were removed before"


def test_no_command_says_a_name(job: Job) -> None:
    wanted, _, _ = secrets()
    assert leaks(job.said, wanted) == set()


def test_messages_and_logs_hold_no_story(job: Job) -> None:
    for name, text in job.said.items():
        # The report on the terminal ends with the main figures, and those may quote nobody.
        assert told_in(text) == [], name
    logs = [path for path in (job.root / "leveringen").rglob("*") if path.is_file()]
    for path in [*logs, job.root / "analyses/voorbeeld/output/run.json"]:
        assert told_in(texts_in(path)) == [], path.name


def test_a_message_about_a_bad_file_repeats_nothing_of_it(job: Job, outside: dict[str, str]) -> None:
    """But for the report of `intake check`, which only its sender gets: that shows the start of a wrong cell."""
    places = {**job.said, **outside}
    assert [name for name, text in places.items() if NUMBER in text or "belde mij ooit terug" in text] == []
    named = [name for name, text in places.items() if "Quaetfas" in text]
    assert [name for name in named if "intake check" not in name] == []
