from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from toolkit.analysis import coding, labelling, run
from toolkit.errors import DataError, ToolkitError
from toolkit.project import Project, find_project
from toolkit.stories.embed import Embedder
from toolkit.stories.refi_read import read_qda

PLAN = """
naam = "Klein"
periode = "2026"
corpora = ["klein"]
[tekst]
embedding = "use"
onderwerpen = false
[onthulling]
minimum_verhalen = 5
minimum_aantal = 3
"""
WAITING = ("Ik stond op de wachtlijst van het wijkteam.", "Na weken wachten kwam er een brief.")
MONEY = ("Het gesprek ging over rekeningen en schulden.", "Wij spraken over schulden en de huur.")
GLAD = ("Ik ben heel blij met het gesprek.", "Fijn dat zij mij zo goed hielp.")
CROSS = ("Het was slecht geregeld.", "Ik ben boos over hoe het ging.")


@pytest.fixture
def project(small: Project) -> Project:
    """Eighty stories of two sentences: on waiting or money, glad or cross; one in English, one that says nothing."""
    rows = ["nr;wijk;verhaal;mag"]
    for number in range(80):
        about, tone = (WAITING, MONEY)[number % 2], (GLAD, CROSS)[number // 2 % 2]
        rows.append(
            f"v{number:02};WK050507;{about[number // 4 % 2]} {tone[number // 8 % 2]} Dat was keer {number}.;ja"
        )
    rows.append("v80;;The people of the care team were very kind and they helped my mother quickly.;nee")
    rows.append("v81;;nvt;nee")
    (small.root / "corpora/klein/raw/verhalen.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (small.root / "analyses/klein/plan.toml").write_text(PLAN, encoding="utf-8")
    return find_project(small.root)


@pytest.fixture
def bench(project: Project, use: Embedder) -> labelling.Bench:
    """The corpus opened."""
    return labelling.open_bench(project, "klein", embedder=use)


def theme_of(name: str) -> str:
    return "geld" if int(name[1:]) % 2 else "wachten"


def test_labels_go_out_in_a_sheet_and_come_back_into_the_run(
    project: Project, bench: labelling.Bench, use: Embedder, tmp_path: Path
) -> None:
    rows = labelling.proposals(bench, 24)
    assert len(rows) == 24 and "v81" not in set(rows["verhaal"])
    sheet = tmp_path / "blad.xlsx"
    question = labelling.theme_question(bench)
    labelling.fillin.write_sheet(sheet, rows, question, "JV")
    book = openpyxl.load_workbook(sheet)
    for place, name in enumerate(rows["verhaal"], start=2):
        # The people see it the other way round: only from them can the computer have that.
        book["Invullen"][f"E{place}"] = "Wachten" if theme_of(name) == "geld" else "Geld"
    book.save(sheet)
    answers = labelling.read_sheet(bench, sheet, question, labelling.stories_of(bench, bench.ids), "")
    after = labelling.add_theme_answers(bench, answers)
    found = labelling.taught(after).agreement
    assert (
        found is not None and found.stories == 24 and found.after[0] > 0.8 > found.before[0] and found.helps
    )
    assert not set(labelling.proposals(after, 10)["verhaal"]) & set(rows["verhaal"])
    kept = (project.root / "corpora/klein/labels/themas.csv").read_text(encoding="utf-8")
    assert kept.startswith("verhaal,zin,label,codeur,datum\n") and "wachtlijst" not in kept

    again = labelling.open_bench(project, "klein", embedder=use)
    labels = again.result.labels.query("kind == 'theme' and sentence == -1")
    main = labels.sort_values("score", ascending=False).drop_duplicates("story").set_index("story")["label"]
    others = [name for name in main.index if name not in set(rows["verhaal"]) | {"v80"}]
    assert sum(main[name] != theme_of(name) for name in others) > 0.8 * len(others)
    assert labels["model"].str.contains("geleerd").all()
    told = next(one for one in again.result.models if one["stap"] == "thema's")
    assert "24 verhalen door mensen gelabeld" in str(told["gevalideerd"])


def judge(bench: labelling.Bench, kind: labelling.Kind, coders: tuple[str, ...] = ("JV",)) -> labelling.Bench:
    """Everybody says of every story what the writer meant; the second coder errs once in ten."""
    rows = labelling.to_check(bench, kind)
    said = []
    for who in coders:
        for place, (name, text) in enumerate(zip(rows["verhaal"], rows["tekst"], strict=True)):
            glad = any(one in text for one in GLAD)
            label = "positief" if glad != (who != coders[0] and place % 10 == 0) else "negatief"
            said.append({"verhaal": name, "zin": "", "label": label, "codeur": who, "datum": "2026-03-12"})
    return labelling.add_check_answers(bench, kind, pd.DataFrame(said))


def tone(output: Path) -> pd.DataFrame:
    """The sentiments of residents in the whole municipality that are shown, by label."""
    found = pd.read_csv(output / "measures.csv").query("group == 'rol=inwoner' and area == 'GM0505'")
    found = found[found["measure"].str.startswith("sentiment.") & found["value"].notna()]
    return found.assign(label=found["measure"].str[10:]).set_index("label")


def test_a_check_corrects_the_shares_and_takes_indicatief_away(
    project: Project, bench: labelling.Bench
) -> None:
    before = tone(run(project, "klein").output)
    assert len(before) and set(before["status"]) == {"indicatief"}
    drawn = labelling.draw_check(bench, "toon", 70)
    assert labelling.draw_check(drawn, "toon", 10) is drawn  # a sample that was drawn stays
    report = labelling.check_report(judge(drawn, "toon", ("JV", "AB")), "toon")
    assert report.judged >= 60 and report.refused == "" and 0.6 < report.people.value < 0.95
    second = run(project, "klein")
    after = tone(second.output)
    assert second.changed and set(after["status"]) == {"ok"}
    # Nobody saw a mixed story: a corrected 0% is hidden as every 0% of a group is.
    assert "negatief" in after.index and set(after.index) <= set(before.index)
    width = {
        name: one["high"]["negatief"] - one["low"]["negatief"]
        for name, one in (("model", before), ("checked", after))
    }
    assert width["checked"] != width["model"]  # the interval holds the check too
    for label, row in after.iterrows():
        true = 50 if label in ("positief", "negatief") else 0
        assert abs(row["value"] - true) < 15 and row["low"] - 5 <= true <= row["high"] + 5
    record = json.loads((second.output / "run.json").read_text(encoding="utf-8"))
    assert record["feiten"]["verhalen klein"]["gecontroleerd"] == ["sentiment"]
    model = next(one for one in record["modellen"] if one["stap"] == "sentiment")
    assert model["gevalideerd"] == "ja, en de aandelen zijn verbeterd"
    # Of another model the check says nothing: the labels that the sample was drawn with are others.
    sample = project.root / "corpora/klein/labels/controle-toon.csv"
    frame = pd.read_csv(sample, dtype=str, keep_default_na=False)
    frame.loc[0, "computer"] = "neutraal" if frame["computer"][0] != "neutraal" else "positief"
    frame.to_csv(sample, index=False)
    third = run(project, "klein")
    assert any("andere versie van het model" in one for one in third.warnings)
    assert set(tone(third.output)["status"]) == {"indicatief"}


def test_a_small_check_is_not_used_and_says_so(project: Project, bench: labelling.Bench) -> None:
    drawn = judge(labelling.draw_check(bench, "toon", 70), "toon")
    check = drawn.human.checks["toon"]
    few = labelling.add_check_answers(replace(drawn), "toon", check.answers)
    (project.root / "corpora/klein/labels/controle-toon-antwoorden.csv").write_text(
        check.answers.head(12).to_csv(index=False), encoding="utf-8"
    )
    assert few.human.checks["toon"].answers.shape == check.answers.shape
    assert any("te klein: 12 beoordeeld" in one for one in run(project, "klein").warnings)


def test_sentences_and_themes_can_be_checked_too(bench: labelling.Bench) -> None:
    sentences = labelling.draw_check(bench, "zinnen", 40)
    rows = labelling.to_check(sentences, "zinnen")
    assert len(rows) >= 40 and (rows["zin"] != "").all()
    themes = labelling.draw_check(bench, "themas", 40)
    assert not set(labelling.proposals(themes, 50)["verhaal"]) & set(
        themes.human.checks["themas"].sample["verhaal"]
    )


def test_other_languages_are_never_read_as_dutch(project: Project, bench: labelling.Bench) -> None:
    labels = bench.result.labels
    assert "v80" not in set(labels.loc[labels["kind"] == "sentiment", "story"])
    result = run(project, "klein")
    facts = result.record["feiten"]["verhalen klein"]
    assert facts["talen"]["nl"] == 80 and facts["talen"]["en"] == "minder dan 3"
    plan = project.root / "analyses/klein/plan.toml"
    plan.write_text(PLAN.replace("[onth", 'andere_talen = "apart"\n[onth'), encoding="utf-8")
    counted = pd.read_csv(run(project, "klein").output / "measures.csv").query(
        "measure == 'thema.geld' and area == 'GM0505'"
    )
    assert counted["n"].tolist() == [80]


def test_codes_go_to_another_program_and_come_back(
    project: Project, bench: labelling.Bench, tmp_path: Path
) -> None:
    answers = pd.DataFrame(
        [{"verhaal": "v00", "zin": "", "label": "wachten", "codeur": "JV", "datum": "2026-03-12"}]
    )
    bench = labelling.add_theme_answers(bench, answers)
    done = coding.export_codes(bench, tmp_path / "p.qdpx", computer=True)
    assert done.codes == 2 and done.texts == 82 and done.codings > 40
    project_ = read_qda(tmp_path / "p.qdpx")
    assert set(project_.users.values()) == {"JV", "computer"}
    found = coding.import_codes(bench, tmp_path / "p.qdpx")
    assert (found.codes, found.codings) == (0, 1)  # the computer's own codes are not taken for people's
    table = tmp_path / "codes.csv"
    table.write_text(
        "verhaal,zin,code,codeur\nv00,1,Wachten,Anne\nv00,2,Geld,Bo\nv01,1,geld,Anne\nv01,1,geld,Bo\n",
        encoding="utf-8",
    )
    again = coding.import_codes(bench, table, divided=tmp_path / "verschillen.csv")
    assert again.codings == 4 and {one.code for one in again.agreement} == {"Geld", "Wachten"}
    divided = pd.read_csv(tmp_path / "verschillen.csv")
    assert set(divided["verhaal"]) == {"v00"} and divided["tekst"].str.len().min() > 5
    kept = (project.root / "corpora/klein/labels/codes.csv").read_text(encoding="utf-8")
    assert "wachtlijst" not in kept and kept.count("\n") == 5
    with pytest.raises(DataError):
        table.write_text("verhaal,zin,code,codeur\nv00,9,Wachten,Anne\n", encoding="utf-8")
        coding.import_codes(bench, table)
    assert (project.root / "corpora/klein/labels/codes.csv").read_text(encoding="utf-8") == kept
    with pytest.raises(ToolkitError, match=r"geen \.qdc"):
        coding.export_codes(bench, tmp_path / "p.txt")


def tev(project: Project, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "toolkit.cli", "stories", *words, "--map", str(project.root)]
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, encoding="utf-8", check=False, timeout=240
    )


def test_the_terminal_asks_keeps_every_answer_and_works_in_a_pipe(project: Project) -> None:
    done = tev(project, "label", "klein", "--aantal", "3", "--codeur", "JV", typed="1\nzeven\n2,1\ns\n")
    assert done.returncode == 0, done.stderr
    assert "Dat is geen keuze" in done.stdout and "2 antwoorden zijn bewaard" in done.stdout
    kept = pd.read_csv(project.root / "corpora/klein/labels/themas.csv")
    assert sorted(kept["label"]) == ["geld;wachten", "wachten"]
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    wrong = tev(project, "validate", "klein", "--wat", "thema")
    assert wrong.returncode == 1 and "Bedoelt u 'themas'?" in wrong.stderr
