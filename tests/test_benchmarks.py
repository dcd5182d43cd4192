"""The benchmarks themselves: they can be imported, the plain script does the whole job, the page shows what is kept."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import counting, growth, measured, page, plain, plain_numbers, steps, varied
from scripts import train_sentiment
from toolkit.analysis import check_project
from toolkit.project import find_project
from toolkit.stories.codebook import Theme

MODULES = sorted(path.stem for path in (measured.ROOT / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_can_be_imported_and_tells_what_it_does(name: str) -> None:
    assert importlib.import_module(f"benchmarks.{name}").__doc__


def test_varied_stories_differ_and_are_the_same_every_time() -> None:
    stories = varied.varied_stories(300)
    assert len(set(stories)) == 300
    assert varied.varied_stories(100) == stories[:100] != varied.varied_stories(100, seed=1)
    names = set(varied.FIRST)
    assert sum(any(name in story for name in names) for story in stories) > 100
    assert not any("[[" in story for story in stories)


def test_no_story_of_the_held_out_fifth_is_varied() -> None:
    rows = [
        json.loads(line)
        for path in sorted((varied.ROOT / "corpora" / "ontwikkelset").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    free = [row for row in rows if not train_sentiment.held_out(row["id"])]
    assert 100 < len(rows) - len(free) < len(rows) / 4
    assert [one.sentences for one in varied.sources()] == [
        tuple(text for text, _ in row["zinnen"]) for row in free
    ]


def test_the_plain_numbers_are_of_both_deliveries() -> None:
    people = plain_numbers.residents(measured.ROOT / "surveys" / "voorbeeld")
    found = check_project(find_project(measured.ROOT), "voorbeeld").surveys[0].data.respondents
    assert len(people) == len(found)
    assert people["contact"].mean() == pytest.approx(
        (found["contact"] == "ja").sum() / people["contact"].count()
    )
    assert people["rapportcijfer"].mean() == pytest.approx(found["rapportcijfer"].mean())
    assert set(people["gebied"]) == set(found["area"])
    tables = plain_numbers.records(measured.ROOT)
    assert tables["trajecten-gebied"]["personen"].sum() > 1000
    assert tables["trajecten-hulp"]["op_tijd"].between(0, 1).all()


@pytest.mark.slow  # the first time, deduce makes its lists for minutes
def test_the_plain_script_gives_tables_of_the_right_shape(tmp_path: Path) -> None:
    model = tmp_path / "sentiment.npz"
    np.savez(model, weights=np.eye(512, 3), bias=np.zeros(3))
    with measured.project(24) as root:
        spent: dict[str, float] = {}
        table = plain.stories(root, "use", model, 1, spent)
        topics = pd.read_csv(root / "gewoon" / "onderwerpen.csv")
        sentences = pd.read_csv(root / "gewoon" / "zinnen.csv")
    assert len(table) == 24
    assert set(table["tone"]) <= {"negatief", "neutraal", "positief", "gemengd"}
    assert topics["Count"].sum() == 24 and topics["stability"].between(0, 1).all()
    assert len(sentences) > 48
    assert np.allclose(sentences[["negatief", "neutraal", "positief"]].sum(axis=1), 1)
    assert {"anonimiseren", "tekst als getallen", "onderwerpen"} <= set(spent)


@pytest.mark.parametrize(("module", "function", "step"), steps.STEPS)
def test_every_step_with_a_clock_is_there(module: str, function: str, step: str) -> None:
    assert callable(getattr(importlib.import_module(module), function))


def test_growth_is_how_many_times_longer_from_each_size_to_the_next() -> None:
    base, small = {"a": 5.0, "b": 1.0, "c": 0.0}, {"a": 15.0, "b": 2.0, "c": 0.2}
    large, huge = {"a": 105.0, "b": 101.0, "c": 0.9}, {"a": 1205.0, "b": 801.0, "c": 0.9}
    found = growth.times([1000, 10000, 100000], [base, small, large, huge])
    assert found == {"a": [10.0, 12.0], "b": [100.0, 8.0]}  # c never takes a second
    assert growth.allowed("a", 1000, 10000) == 12.0
    assert growth.allowed(growth.TOPICS, 1000, 10000) == pytest.approx(10 * 4 / 3, abs=0.01)


def test_memory_is_that_of_a_process_and_those_that_it_starts() -> None:
    hold = "import subprocess, sys, time; held = bytearray(100_000_000); time.sleep(1.5)"
    both = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    one, two = (measured.measure([sys.executable, "-c", code]) for code in (hold, both))
    assert one.memory > 0.1 and two.memory > 0.1
    if sys.platform == "linux":
        assert 0.1 < one.together < two.together < 0.2


def test_drawn_readings_have_the_shape_of_real_ones() -> None:
    """Each sentence has its vector, its tone and its theme; the same every time."""
    themes = [Theme(name, name, "Iets.") for name in ("geld", "wachten", "wonen")]
    texts = ["Ik wacht. Het duurt lang.", "De huur is hoog."] * 20
    ids = [f"v{number}" for number in range(len(texts))]
    found, again = (counting.drawn(ids, texts, codebook=themes) for _ in range(2))
    assert len(found.sentences) == len(found.vectors) == 60 and len(found.whole) == 40
    about = found.labels[found.labels["kind"] == "aspect"]
    assert list(about["story"]) == list(found.sentences["story"])
    assert set(found.labels.loc[found.labels["kind"] == "theme", "label"]) == {"geld", "wachten", "wonen"}
    assert found.labels.equals(again.labels)


def test_tellers_who_were_asked_more_are_understood(tmp_path: Path) -> None:
    with measured.project(30, asked=True) as root:
        found = check_project(find_project(root), "voorbeeld").corpora[0]
    assert {"dyad_gehoord", "triad_geholpen_3"} <= set(found.stories)
    assert found.stories["feeling"].notna().sum() > 10 and found.stories["respondent"].nunique() < 30


def test_the_page_keeps_what_people_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = tmp_path / "prestaties.md"
    where.write_text(f"oud\n{page.BEGIN}\nZelf geschreven.\n{page.END}\nweg", encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", where)
    page.write()
    text = where.read_text(encoding="utf-8")
    assert (
        text.startswith("# Prestaties")
        and "Zelf geschreven." in text
        and "weg" not in text.split(page.END)[1]
    )
    page.write()
    assert where.read_text(encoding="utf-8") == text


def test_the_page_is_that_of_the_kept_results() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    for row in measured.kept("whole"):
        assert f"{row['verhouding']:.2f}".replace(".", ",") in text
