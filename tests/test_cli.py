"""The command `tev` as its users meet it: help, errors, exit codes, and the text commands on a CSV."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import typer.main

import toolkit
from toolkit.cli import app
from toolkit.stories.mentions import KINDS

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = typer.main.get_command(app)


def tev(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit.cli", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


def all_commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in COMMANDS.commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        found += [(name, part) for part in below] if below else [(name,)]
    return found


@pytest.mark.parametrize("command", all_commands(), ids=" ".join)
def test_every_command_has_dutch_help_with_an_example_and_is_in_the_readme(command: tuple[str, ...]) -> None:
    target = COMMANDS
    for part in command:
        target = target.commands[part]  # type: ignore[attr-defined]
    assert target.help and f"Voorbeeld: tev {' '.join(command)}" in " ".join(target.help.split())
    documents = (ROOT / "README.md").read_text("utf-8") + (ROOT / "docs" / "eigen-gegevens.md").read_text(
        "utf-8"
    )
    assert f"tev {' '.join(command)}" in documents


def test_help_is_quick() -> None:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare = time.perf_counter() - begin
    begin = time.perf_counter()
    assert "Tellen én vertellen" in tev("--help").stdout
    # The budget is half a second on a quiet machine; the start of Python itself shows how quiet it is.
    assert time.perf_counter() - begin < 0.5 + 8 * bare


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, toolkit.cli; print([m for m in ('pandas', 'numpy', 'spacy', 'bertopic', 'pydantic') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "voorbeld"), "Bedoelt u 'voorbeeld'?"),
        (("run", "bestaatniet"), "De map analyses/bestaatniet bestaat niet."),
        (("report", "voorbeeld", "--motor", "word"), "Kies uit: auto, quarto, ingebouwd."),
        (("stories", "sentiment", "geen.csv", "--out", "uit.csv"), "dit bestand bestaat niet"),
    ],
)
def test_a_mistake_gives_a_dutch_message_and_exit_code_1(words: tuple[str, ...], said: str) -> None:
    done = tev(*words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_the_version_is_told() -> None:
    done = tev("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"tellen-en-vertellen {toolkit.__version__}")


def test_outside_a_project(tmp_path: Path) -> None:
    done = tev("check", "x", cwd=tmp_path)
    assert done.returncode == 1
    assert "Geen project gevonden" in done.stderr and "tev init" in done.stderr


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = tev("--debug", "check", "x", cwd=tmp_path)
    assert done.returncode == 1 and "Traceback" in done.stderr


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    path = folder / "verhalen.csv"
    rows = [
        ("a", " Mevrouw Fatima Yilmaz belde mij op 06-12345678. Ze was heel vriendelijk 😊!", "WK050507"),
        (
            "b",
            "Ik wacht al elf weken op hulp en sta nog steeds op de wachtlijst. niemand belt terug, wat een schande, ik ben heel boos.",
            "WK050501",
        ),
        ("c", "nvt", ""),
        ("d", "=SUM(A1) {{< include geheim.txt >}}\r\nHet was gewoon een gesprek.", "WK050501"),
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "wijk"])
        writer.writerows(rows)
    return path


def original(path: Path) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as file:
        return {row["id"]: row["text"] for row in csv.DictReader(file)}


def test_deidentify_writes_text_and_spans(stories: Path) -> None:
    out = stories.with_name("schoon.csv")
    done = tev("stories", "deidentify", str(stories), "--out", str(out))
    assert done.returncode == 0, done.stderr
    frame = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert list(frame.columns) == ["id", "tekst", "wijk"]
    assert "Fatima" not in out.read_text("utf-8") and "12345678" not in out.read_text("utf-8")
    spans = pd.read_csv(stories.with_name("schoon.spans.csv"))
    assert list(spans.columns) == ["id", "start", "eind", "soort"]
    assert set(spans["soort"]) <= set(KINDS)
    texts = original(stories)
    found = {(row.soort, texts[row.id][row.start : row.eind]) for row in spans.itertuples()}
    assert ("persoon", "Fatima Yilmaz") in found and ("telefoon", "06-12345678") in found


def test_sentences_have_offsets_in_the_original_and_no_names(stories: Path) -> None:
    out = stories.with_name("zinnen.csv")
    assert (
        tev(
            "stories", "sentiment", str(stories), "--out", str(out), "--sentences", "--model", "use"
        ).returncode
        == 0
    )
    frame = pd.read_csv(out, keep_default_na=False)
    assert list(frame.columns) == ["id", "zin", "start", "eind", "tekst", "sentiment", "score"]
    texts = original(stories)
    second = frame[frame["id"] == "a"].iloc[1]
    assert texts["a"][second["start"] : second["eind"]] == "Ze was heel vriendelijk 😊!" == second["tekst"]
    assert "Fatima" not in out.read_text("utf-8")
    assert frame["score"].between(-1, 1).all()
    assert set(frame["sentiment"]) <= {"negatief", "neutraal", "positief"}
    for row in frame.itertuples():
        assert row.sentiment != "positief" or row.score > 0
        assert row.sentiment != "negatief" or row.score < 0


def test_sentiment_per_story(stories: Path) -> None:
    out = stories.with_name("toon.csv")
    assert tev("stories", "sentiment", str(stories), "--out", str(out), "--model", "use").returncode == 0
    frame = pd.read_csv(out, keep_default_na=False).set_index("id")
    assert list(frame.columns) == ["sentiment", "score", "wijk"]
    assert frame.loc["c", "sentiment"] == "neutraal" and frame.loc["c", "score"] == 0
    assert frame.loc["b", "sentiment"] == "negatief"


def test_themes(stories: Path) -> None:
    out = stories.with_name("themas.csv")
    book = ROOT / "corpora" / "voorbeeld" / "themas.toml"
    assert (
        tev(
            "stories", "themes", str(stories), "--codebook", str(book), "--out", str(out), "--model", "use"
        ).returncode
        == 0
    )
    frame = pd.read_csv(out, keep_default_na=False).set_index("id")
    assert list(frame.columns) == ["thema", "themas", "score", "wijk"]
    assert frame.loc["c", "thema"] == ""
    assert frame.loc["b", "thema"] == "wachttijd"
    assert all(row.thema == row.themas.split(";")[0] for row in frame.itertuples())


def test_topics_on_too_few_stories_say_so(stories: Path) -> None:
    out = stories.with_name("onderwerpen")
    done = tev("stories", "topics", str(stories), "--out", str(out), "--model", "use")
    assert done.returncode == 0 and "te weinig" in done.stdout
    documents = pd.read_csv(out / "documenten.csv")
    assert list(documents.columns) == ["id", "onderwerp", "kans"] and (documents["onderwerp"] == -1).all()
    assert (out / "onderwerpen.csv").is_file() and (out / "onderwerpen.png").is_file()


def test_a_bad_csv_lists_all_problems_and_writes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "fout.csv"
    source.write_text("id,text\n1,a\n1,b\n,c\n", encoding="utf-8")
    out = tmp_path / "uit.csv"
    done = tev("stories", "deidentify", str(source), "--out", str(out))
    assert done.returncode == 1
    assert "komt twee keer voor" in done.stderr and "rij 4" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fout.csv"]


def test_a_wrong_column_name_gets_a_suggestion(tmp_path: Path) -> None:
    source = tmp_path / "fout.csv"
    source.write_text("id;tekst\n1;a\n", encoding="cp1252")
    done = tev("stories", "deidentify", str(source), "--out", str(tmp_path / "uit.csv"))
    assert done.returncode == 1 and "Bedoelt u 'tekst'?" in done.stderr


def test_spans_of_the_gold_file_use_known_kinds() -> None:
    lines = (ROOT / "tests" / "data" / "voorbeeld_goud.jsonl").read_text("utf-8").splitlines()
    kinds = {mention[2] for line in lines for mention in json.loads(line)["mentions"]}
    assert kinds <= set(KINDS)
