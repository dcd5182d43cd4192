from __future__ import annotations

from pathlib import Path

import pytest
from small_survey import add_survey

from toolkit.analysis.inputs import check_project, input_files, read_areas, read_plan
from toolkit.analysis.judgements import Tick
from toolkit.errors import DataError, ProjectError
from toolkit.project import Project, find_project


def change(project: Project, name: str, old: str, new: str) -> None:
    path = project.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def problems(project: Project) -> list[tuple[str, int | None, str]]:
    with pytest.raises(DataError) as caught:
        check_project(find_project(project.root), "klein")
    return [(Path(problem.file).name, problem.row, problem.message) for problem in caught.value.problems]


def hashes(project: Project) -> dict[str, str]:
    return input_files(project, "klein", read_plan(project, "klein"))


def test_everything_that_the_plan_names_is_read(small: Project) -> None:
    found = check_project(small, "klein")
    assert found.areas["gebied"].tolist() == ["GM0505", "WK050507"]  # the merged area is gone
    (corpus,) = found.corpora
    assert corpus.stories["area"].tolist() == ["WK050507", "WK050507", "", "WK050507"]
    assert [theme.id for theme in corpus.codebook] == ["wachten", "geld"]
    assert corpus.lists.institutions == {"Stichting Zonnewijzer"}
    assert corpus.lists.places == {"Dordrecht", "Wielwijk", "Industriegebied"}
    (records,) = found.records
    assert len(records.trajectories) == 8 and records.population.empty
    assert found.warnings == ()


def test_checking_writes_nothing(small: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in small.root.rglob("*")}
    check_project(small, "klein")
    assert {path: path.stat().st_mtime_ns for path in small.root.rglob("*")} == before


def test_problems_of_all_files_come_at_once(small: Project) -> None:
    change(small, "corpora/klein/raw/verhalen.csv", "2;WK050519", "1;WK050598")
    change(small, "surveys/trajecten/raw/trajecten.csv", "2026-02-01", "2026-02-31")
    change(small, "analyses/klein/plan.toml", 'corpora = ["klein"]', 'corpora = ["klein", "kleim"]')
    found = problems(small)
    assert {"verhalen.csv", "trajecten.csv", "plan.toml"} == {file for file, _, _ in found}
    assert ("plan.toml", None, "De map corpora/kleim bestaat niet.") in found
    assert {row for file, row, _ in found if file == "trajecten.csv"} == set(range(2, 10))
    assert {row for file, row, _ in found if file == "verhalen.csv"} == {2, 3}


def test_a_missing_list_and_a_wrong_codebook_are_told_with_the_rest(small: Project) -> None:
    (small.root / "corpora/klein/instellingen.txt").unlink()
    change(small, "surveys/trajecten/raw/trajecten.csv", "goals_set", "doelen")
    found = problems(small)
    assert any("instellingen.txt" in message for _, _, message in found)
    assert any(file == "trajecten.csv" for file, _, _ in found)


def test_areas_are_checked(small: Project) -> None:
    (small.root / "gebieden.csv").write_text(
        "gebied,naam,soort\nWK050507,A,wijk\nWK050507,B,wijk\n", encoding="utf-8"
    )
    with pytest.raises(DataError) as caught:
        read_areas(small)
    messages = [problem.message for problem in caught.value.problems]
    assert len(messages) == 3
    assert any("twee keer" in message for message in messages)
    assert any("WK050519" in message for message in messages)
    assert any("GM0505" in message for message in messages)


def test_an_unknown_analysis_is_refused_with_the_nearest_one(small: Project) -> None:
    with pytest.raises(ProjectError, match="analyses/klien") as caught:
        check_project(small, "klien")
    assert caught.value.hint == "Bedoelt u 'klein'?"


def test_what_needs_attention_is_a_warning(small: Project) -> None:
    change(small, "corpora/klein/corpus.toml", "2099-12-31", "2020-12-31")
    change(small, "corpora/klein/corpus.toml", 'text = "verhaal"', 'text = "verhaal"\nrespondent = "nr"')
    first, second = check_project(small, "klein").warnings
    assert "'klein'" in first and "31-12-2020" in first
    assert "4 verhalen" in second


def test_lost_answers_are_a_warning(small: Project) -> None:
    change(small, "corpora/klein/corpus.toml", 'text = "verhaal"', 'text = "verhaal"\nfeeling = "mag"')
    change(small, "corpora/klein/corpus.toml", "[[bron]]", "[gevoel]\nja = 1.0\n[[bron]]")
    expected = "1 antwoord bij gevoel staat niet in de schaal en telt als niet beantwoord: 'nee'"
    assert check_project(small, "klein").warnings == (expected,)


@pytest.mark.parametrize(
    ("content", "ticks"),
    [
        ("citaat\n1-0-ab12cd34\n\n", {"1-0-ab12cd34": Tick()}),
        (
            "datum;citaat;door\n3-4-2026;1-0-ab12cd34;A. Lezer\n;2-0-00000000;\n",
            {"1-0-ab12cd34": Tick("A. Lezer", "3-4-2026"), "2-0-00000000": Tick()},
        ),
    ],
)
def test_ticks_keep_who_and_when(small: Project, content: str, ticks: dict[str, Tick]) -> None:
    with (small.root / "analyses/klein/plan.toml").open("a", encoding="utf-8") as plan:
        plan.write('[citaten]\nvinkjes = "vinkjes.csv"\n')
    (small.root / "analyses/klein/vinkjes.csv").write_text(content, encoding="utf-8")
    assert check_project(small, "klein").ticks == ticks


def test_hashes_cover_settings_deliveries_and_areas(small: Project) -> None:
    assert sorted(hashes(small)) == [
        "analyses/klein/plan.toml",
        "corpora/klein/corpus.toml",
        "corpora/klein/instellingen.txt",
        "corpora/klein/raw/verhalen.csv",
        "corpora/klein/themas.toml",
        "gebieden.csv",
        "surveys/trajecten/raw/trajecten.csv",
        "surveys/trajecten/registratie.toml",
        "tev.toml",
    ]
    assert all(len(value) == 64 for value in hashes(small).values())


def test_hashes_ignore_output_and_lock_files_but_see_every_byte(small: Project) -> None:
    before = hashes(small)
    for name in (
        "analyses/klein/output/measures.csv",
        "analyses/klein/~$plan.xlsx",
        "corpora/klein/.DS_Store",
    ):
        path = small.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert hashes(small) == before
    change(small, "corpora/klein/raw/verhalen.csv", "blij", "bly")
    after = hashes(small)
    assert {name for name in after if after[name] != before[name]} == {"corpora/klein/raw/verhalen.csv"}
    (small.root / "corpora/klein/raw/nieuw.csv").write_text("nr\n", encoding="utf-8")
    assert set(hashes(small)) - set(before) == {"corpora/klein/raw/nieuw.csv"}


def test_a_plan_that_cannot_run_is_told_whole(small: Project) -> None:
    """Groups, margins, measures, themes and the language model: everything at once, with the nearest name."""
    add_survey(small)
    assert check_project(find_project(small.root), "klein").surveys
    change(small, "analyses/klein/plan.toml", 'embedding = "use"', 'embedding = "usee"')
    plan = small.root / "analyses/klein/plan.toml"
    subject = '[[onderwerp]]\nid = "t"\nnaam = "T"\nmaten = ["bereik.contakt", "thema.geld"]\nthemas = ["geldd", "geld"]\n'
    top = 'uitsplitsen = ["groepp", "groep"]\nkerncijfers = ["bereik.aandeell", "bereik.contact"]\n'
    plan.write_text(
        f'{top}{plan.read_text(encoding="utf-8")}{subject}[normen]\n"uitval.voortijdigg" = 3\n'
        '[[cirkel]]\nnaam = "C"\nonderwerpen = ["t"]\nthemas = ["geldd", "geld"]\n'
        '[[cirkel]]\nnaam = "D"\nonderwerpen = ["elders"]\nindicatoren = ["weg"]\n',
        encoding="utf-8",
    )
    change(small, "surveys/proef/enquete.toml", '[["groep"]]', '[["groep"], ["leeftyd"]]')
    with pytest.raises(DataError) as caught:
        check_project(find_project(small.root), "klein")
    told = {problem.column: problem.remedy for problem in caught.value.problems if problem.column}
    assert told.pop("cirkel.2.onderwerpen") and told.pop("cirkel.2.indicatoren")
    assert told == {
        "cirkel.1.themas": "Bedoelt u 'geld'?",
        "uitsplitsen": "Bedoelt u 'groep'?",
        "kerncijfers": "Bedoelt u 'bereik.aandeel'?",
        "normen": "Bedoelt u 'uitval.voortijdig'?",
        "onderwerp.t.maten": "Bedoelt u 'bereik.contact'?",
        "onderwerp.t.themas": "Bedoelt u 'geld'?",
        "tekst.embedding": "Bedoelt u 'use'?",
    }
    assert any("kolom leeftyd" in problem.message for problem in caught.value.problems)


def test_hashes_cover_files_elsewhere_that_settings_name(
    small: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A population file of a survey that the plan does not name, and areas outside the project."""
    other = small.root / "surveys/ander"
    other.mkdir()
    (other / "bevolking.csv").write_text("gebied,aantal\nWK050507,900\n", encoding="utf-8")
    (other / "niet-genoemd.csv").write_text("x\n", encoding="utf-8")
    change(
        small,
        "surveys/trajecten/registratie.toml",
        "[[levering]]",
        'doelgroep_bevolking = "../ander/bevolking.csv"\n[[levering]]',
    )
    outside = tmp_path_factory.mktemp("buiten") / "gebieden.csv"
    (small.root / "gebieden.csv").rename(outside)
    change(small, "tev.toml", '"gebieden.csv"', f"'{outside}'")
    project = find_project(small.root)
    before = hashes(project)
    assert "surveys/ander/bevolking.csv" in before and "surveys/ander/niet-genoemd.csv" not in before
    (away,) = [name for name in before if name.startswith("../")]
    assert away.endswith("gebieden.csv")
    change(project, "surveys/ander/bevolking.csv", "900", "901")
    outside.write_text(outside.read_text(encoding="utf-8").replace("Wielwijk", "W"), encoding="utf-8")
    after = hashes(project)
    assert {name for name in after if after[name] != before[name]} == {"surveys/ander/bevolking.csv", away}


SETTINGS = {
    "signalen": 'periode = "2025"\nperiode_van = 2025-01-01\nperiode_tot = 2025-12-31\nbewaren_tot = 2099-12-31\nbevolking = "../ander/inwoners.csv"',
    "financien": 'periode = "2025"\nprijspeil = "lopend"\nbevolking = "../ander/inwoners.csv"',
    "projecten": 'periode = "2025"\nprijspeil = "lopend"',
}


@pytest.mark.parametrize("kind", list(SETTINGS))
def test_hashes_cover_what_signals_amounts_and_projects_name_elsewhere(small: Project, kind: str) -> None:
    folder, other = small.root / f"surveys/{kind}", small.root / "surveys/ander"
    folder.mkdir()
    other.mkdir()
    delivery = '[[levering]]\nbestand = "../x.csv"\nformaat = "csv"\n[levering.kolommen]\narea = "w"\n'
    (folder / f"{kind}.toml").write_text(f'naam = "x"\n{SETTINGS[kind]}\n{delivery}', encoding="utf-8")
    named = {"surveys/x.csv"} | ({"surveys/ander/inwoners.csv"} if "bevolking" in SETTINGS[kind] else set())
    for name in named:
        (small.root / name).write_text("a\n1\n", encoding="utf-8")
    change(small, "analyses/klein/plan.toml", "corpora =", f'{kind} = ["{kind}"]\ncorpora =')
    before = hashes(small)
    assert named <= set(before)
    (small.root / "surveys/x.csv").write_text("a\n2\n", encoding="utf-8")
    after = hashes(small)
    assert {name for name in after if after[name] != before[name]} == {"surveys/x.csv"}
