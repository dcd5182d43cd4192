"""Killed at any moment, a command leaves nothing half-written, and the next one ends as if nothing had happened."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fault_project import FILES, PARTNER, PLAN, build, leftovers, received, same, stories, tev, trajectories
from killing import kill, kill_group, moments, survivors, undisturbed
from lime_server import PASSWORD, USER, Lime, real_survey, serving
from small_project import BASE, outcomes, write

from toolkit import scaffold
from toolkit.analysis import run
from toolkit.collect.limesurvey import fetch
from toolkit.errors import ToolkitError
from toolkit.intake import ledger
from toolkit.intake.receive import receive
from toolkit.intake.status import status
from toolkit.limesurvey.credentials import PASSWORD as PASSWORD_VARIABLE
from toolkit.limesurvey.credentials import USER as USER_VARIABLE
from toolkit.limesurvey.delivery import DELIVERY, STORE
from toolkit.limesurvey.store import opened
from toolkit.project import Project, find_project
from toolkit.report import build_report, build_series
from toolkit.report.build import _room_name
from toolkit.report.source import read_output

KILLS = pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.slow)])
KEY = "een-sleutel-van-minstens-32-tekens-lang"
STORIES = "corpora/verhalen/raw/verhalen.csv"
VOLATILE = ("tijd", "merk", "hash", "vorige")


def copied(base: Project, folder: Path) -> Project:
    """The project as it was, for one kill."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base.root, folder)
    return find_project(folder)


def whole_database(path: Path) -> bool:
    if not path.exists():
        return True
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        return connection.execute("pragma integrity_check").fetchone() == ("ok",)


# --- tev run ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kills", "models"),
    [
        (5, False),
        pytest.param(50, False, marks=pytest.mark.slow),
        pytest.param(10, True, marks=pytest.mark.slow),
    ],
)
def test_a_killed_run(tmp_path: Path, kills: int, models: bool) -> None:
    cold = build(tmp_path / "koud" / "project", models)
    base = copied(cold, tmp_path / "oud" / "project")
    run(base, "klein")
    old = outcomes(base.root)
    for project in (base, cold):
        (project.root / STORIES).write_text(stories(30), encoding="utf-8")
    expected = copied(base, tmp_path / "goed" / "project")
    mark = expected.root / "analyses/klein/output/run.json"
    whole, tail = undisturbed(expected.root, ("run", "klein"), lambda: not mark.exists())
    new = outcomes(expected.root)
    assert new["measures.csv"] != old["measures.csv"]
    hit = 0
    for moment in moments(kills, whole, tail):
        # By turns with outcomes of before, and with nothing at all.
        start = cold if moment.number % 4 == 0 else base
        project = copied(start, tmp_path / "werk" / "project")
        output = project.root / "analyses/klein/output"
        sign = output / "run.json"
        hit += kill(project.root, ("run", "klein"), moment, lambda sign=sign: not sign.exists())  # type: ignore[misc]
        there = outcomes(project.root)
        for name, content in there.items():
            known = [one for one in (old, new) if name in one]
            assert any(same({name: content}, {name: one[name]}) for one in known), (moment, name)
        if "run.json" in there:
            assert same(there, old if there["run.json"] == old["run.json"] else new), moment
        elif "measures.csv" in there:
            with pytest.raises(ToolkitError, match="niet afgemaakt"):
                read_output(output)
        assert whole_database(project.root / ".tev/cache.sqlite"), moment
        run(project, "klein")
        assert same(outcomes(project.root), new), moment
        assert leftovers(project.root) == [], moment
        assert not run(project, "klein").changed
    assert hit > kills // 2, "most kills must fall in the work"


# --- tev report ---------------------------------------------------------------------------------------


def documents(report: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (report / "_uitvoer").glob("[!.]*")}


@KILLS
def test_a_killed_report(tmp_path: Path, kills: int) -> None:
    base = build(tmp_path / "basis" / "project")
    run(base, "klein")
    forms = ("html", "docx")
    report = base.report("klein")
    output = base.root / "analyses/klein/output"
    build_report(report, output, forms)
    old = documents(report)
    template = report / "rapport.qmd"
    template.write_text(
        template.read_text(encoding="utf-8").replace("# In het kort", "# Kort"), encoding="utf-8"
    )
    good = copied(base, tmp_path / "goed" / "project")

    def busy(folder: Path) -> bool:
        return any(folder.glob(".inhoud-*"))

    words = ("report", "klein", "--naar", ",".join(forms))
    whole, tail = undisturbed(good.root, words, lambda: busy(good.report("klein")))
    new = documents(good.report("klein"))
    assert set(new) == {"rapport.html", "rapport.docx"} and all(new[name] != old[name] for name in new)
    hit = 0
    for moment in moments(kills, whole, tail):
        project = copied(base, tmp_path / "werk" / "project")
        folder = project.report("klein")
        hit += kill(project.root, words, moment, lambda folder=folder: busy(folder))  # type: ignore[misc]
        for name, content in documents(folder).items():
            assert content in (old[name], new[name]), (moment, name)
        build_report(folder, project.root / "analyses/klein/output", forms)
        assert documents(folder) == new, moment
        assert leftovers(project.root) == [], moment
        assert rooms(folder) == [], moment
    assert hit > kills // 2


def rooms(report: Path) -> list[Path]:
    """Where documents of this report are being made."""
    return [*Path(tempfile.gettempdir()).glob(f"{_room_name(report)}*")]


WIJKEN = ("WK050507", "WK050519", "WK050501", "WK050502")


def with_wijken(root: Path) -> Project:
    """The project with a registration in four wijken, and a report for each of them."""
    build(root)
    plan = FILES[PLAN].replace('["verhalen"]', "[]").replace('themas = ["wachten"]', "")
    clients = "".join(f"H{number};5-1-2026;{WIJKEN[number % 4]}\n" for number in range(48))
    project = write(
        root,
        {
            "tev.toml": BASE["tev.toml"].split("samenvoegen")[0],
            PLAN: plan,
            "gebieden.csv": BASE["gebieden.csv"] + "WK050501,Binnenstad,wijk\nWK050502,Noordflank,wijk\n",
            "surveys/trajecten/raw/met-de-hand.csv": f"client;start;wijk\n{clients}",
        },
    )
    scaffold.new(project, "wijkrapport", "wijken")
    run(project, "klein")
    return project


@KILLS
def test_a_killed_series_of_reports(tmp_path: Path, kills: int) -> None:
    """Reports per wijk are made by processes of their own: none goes on when the command is gone."""
    base = with_wijken(tmp_path / "basis" / "project")
    output = base.root / "analyses/klein/output"
    build_series(base.report("wijken"), output, "wijk", ("html",), workers=1)
    old = documents(base.report("wijken"))
    template = base.report("wijken") / "rapport.qmd"
    text = template.read_text(encoding="utf-8")
    template.write_text(
        text.replace("# Waar dit rapport over gaat", "# Waarover") + "\n# Slot\n\nEinde.\n", encoding="utf-8"
    )
    good = copied(base, tmp_path / "goed" / "project")
    words = ("report", "wijken", "--analyse", "klein", "--per", "wijk", "--naar", "html")
    whole, tail = undisturbed(good.root, words, lambda: bool(rooms(good.report("wijken"))))
    new = documents(good.report("wijken"))
    assert len(new) == len(WIJKEN) and all(new[name] != old[name] for name in new)
    hit = 0
    for moment in moments(kills, whole, tail):
        project = copied(base, tmp_path / "werk" / "project")
        folder = project.report("wijken")
        working, group = kill_group(
            project.root,
            words,
            moment,
            lambda folder=folder: bool(rooms(folder)),  # type: ignore[misc]
        )
        hit += working
        for name, content in documents(folder).items():
            assert content in (old[name], new[name]), (moment, name)
        if moment.number == 3:  # the command itself, while workers of the killed one may not know of it yet
            again = tev(project.root, *words)
            assert again.returncode == 0, again.stderr
        build_series(folder, project.root / "analyses/klein/output", "wijk", ("html",), workers=1)
        assert documents(folder) == new, moment
        assert survivors(group) == [], moment
        assert leftovers(project.root) == [] and rooms(folder) == [], moment
    assert hit > kills // 2


# --- tev intake receive -------------------------------------------------------------------------------


def kept(root: Path) -> dict[str, object]:
    """All that a delivery leaves in a project, without moments and marks."""
    found: dict[str, object] = {}
    for folder in ("leveringen", "surveys/trajecten"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_dir():
                continue
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".jsonl":
                found[name] = [_lasting(json.loads(line)) for line in text.splitlines()]
            else:
                found[name] = _lasting(json.loads(text)) if path.suffix == ".json" else text
    return found


def _lasting(facts: object) -> object:
    if isinstance(facts, dict):
        return {name: value for name, value in facts.items() if name not in (*VOLATILE, "id")}
    return facts


@KILLS
def test_a_killed_receipt(tmp_path: Path, kills: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The delivery replaces an earlier one: files move, settings change, and the log grows."""
    monkeypatch.setenv("TEV_SLEUTEL", KEY)
    base = build(tmp_path / "basis" / "project")
    first, second = tmp_path / "eerst.csv", tmp_path / "verbeterd.csv"
    first.write_text(trajectories(30), encoding="utf-8")
    second.write_text(trajectories(32), encoding="utf-8")
    receive(base, first, PARTNER, "trajecten")
    good = copied(base, tmp_path / "goed" / "project")
    words = ("intake", "receive", second, "--bron", "trajecten", "--partner", PARTNER)

    def busy(project: Project) -> bool:
        return any((project.root / "leveringen").glob(".*"))

    whole, tail = undisturbed(good.root, words, lambda: busy(good))
    expected = kept(good.root)
    assert len(received(good.root)) == 33
    hit = 0
    for moment in moments(kills, whole, tail):
        project = copied(base, tmp_path / "werk" / "project")
        hit += kill(project.root, words, moment, lambda project=project: busy(project))  # type: ignore[misc]
        state = status(project)  # what was decided is finished, what was not is thrown away
        assert not state.broken, moment
        if state.lines == 1:
            assert received(project.root) == received(base.root), moment
            receive(project, second, PARTNER, "trajecten")
        else:
            with pytest.raises(ToolkitError, match="al ontvangen"):
                receive(project, second, PARTNER, "trajecten")
        assert kept(project.root) == expected, moment
        assert [one["wat"] for one in ledger.entries(project)] == ["ontvangen", "ontvangen"], moment
        assert leftovers(project.root) == [], moment
    assert hit > kills // 2


# --- tev survey fetch ---------------------------------------------------------------------------------

NUMBER = 101001


@pytest.fixture
def lime() -> Iterator[Lime]:
    """A server that answers a little slowly, so that there is something to fall into."""
    with serving(Lime({NUMBER: real_survey()}, pause=0.02)) as server:
        yield server


def versions(folder: Path) -> dict[int, int]:
    """How many versions of each response the store holds."""
    with opened(folder / STORE) as store:
        return {number: len(store.versions(number)) for number in store.stamps()}


@KILLS
def test_a_killed_fetch(tmp_path: Path, lime: Lime, kills: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER_VARIABLE, USER)
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    base = build(tmp_path / "basis" / "project")
    settings = base.survey("proef") / "limesurvey.toml"
    settings.write_text(f'adres = "{lime.url}"\nnummer = {NUMBER}\npagina = 5\n', encoding="utf-8")
    good = copied(base, tmp_path / "goed" / "project")
    words = ("survey", "fetch", "proef")

    def busy(project: Project) -> bool:
        return (project.survey("proef") / STORE).exists()

    whole, tail = undisturbed(good.root, words, lambda: busy(good))
    expected = (good.survey("proef") / DELIVERY).read_bytes()
    hit = 0
    for moment in moments(kills, whole, tail):
        project = copied(base, tmp_path / "werk" / "project")
        folder = project.survey("proef")
        hit += kill(project.root, words, moment, lambda project=project: busy(project))  # type: ignore[misc]
        delivery = folder / DELIVERY
        assert not delivery.exists() or delivery.read_bytes() == expected, moment
        assert whole_database(folder / STORE), moment
        result = fetch(folder)
        assert result.complete + result.incomplete == 62, moment
        assert delivery.read_bytes() == expected, moment
        assert set(versions(folder).values()) == {1}, moment
        assert leftovers(project.root) == [], moment
    assert hit > kills // 2
