"""A new project: what it holds, that people can fill it in, and that its documentation is complete."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from toolkit import scaffold
from toolkit.analysis import check_project
from toolkit.analysis.inputs import input_files, read_plan
from toolkit.errors import DataError, ProjectError
from toolkit.project import Project, find_project
from toolkit.survey import codebook as survey_codebook

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "toolkit" / "templates"
DAY = date(2026, 3, 12)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    scaffold.init(tmp_path / "proef", "Proef", today=DAY)
    return find_project(tmp_path / "proef")


def edit(path: Path, **changes: str) -> None:
    """Replace texts in a settings file; each must be there exactly once."""
    raise_in = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert raise_in.count(old) == 1, old
        raise_in = raise_in.replace(old, new)
    path.write_text(raise_in, encoding="utf-8")


# --- init -------------------------------------------------------------------------------------------


def test_a_new_project_has_the_shape_of_the_repository_and_passes_the_check(tmp_path: Path) -> None:
    made = scaffold.init(tmp_path / "wijk-teams", today=DAY)
    root = tmp_path / "wijk-teams"
    assert sorted(made) == sorted(path for path in root.rglob("*") if path.is_file())
    assert {path.name for path in root.iterdir()} == {
        ".gitignore", "LEESMIJ.md", "tev.toml", "gebieden.csv", "surveys", "corpora", "analyses", "reports",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["wijk-teams"]
    project = find_project(root / "analyses")
    assert (project.settings.name, project.settings.municipality) == ("Wijk teams", "GM0505")
    found = check_project(project, scaffold.FIRST)
    assert (found.surveys, found.records, found.corpora, found.indicators, found.warnings) == (
        (),
        (),
        (),
        (),
        (),
    )
    assert len(found.areas) == 14
    assert project.report(scaffold.FIRST).is_dir()


def test_the_folder_gets_the_permissions_of_any_new_folder(tmp_path: Path) -> None:
    (tmp_path / "gewoon").mkdir()
    scaffold.init(tmp_path / "proef")
    assert (tmp_path / "proef").stat().st_mode == (tmp_path / "gewoon").stat().st_mode


def test_a_name_with_quotes_and_odd_characters_survives(tmp_path: Path) -> None:
    name = 'De "beste" wijk \\ C:\\temp\n é %ID%\t\x07'
    scaffold.init(tmp_path / "proef", name, today=DAY)
    assert find_project(tmp_path / "proef").settings.name == 'De "beste" wijk \\ C:\\temp é %ID%'


def test_another_municipality_gets_wijken_to_fill_in(tmp_path: Path) -> None:
    scaffold.init(tmp_path / "proef", municipality="GM0344")
    project = find_project(tmp_path / "proef")
    areas = check_project(project, scaffold.FIRST).areas
    assert list(areas["gebied"]) == ["GM0344", "WK034401", "WK034402"]


def test_an_existing_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    before = (tmp_path / "leeg").stat().st_ino
    scaffold.init(tmp_path / "leeg")
    assert (tmp_path / "leeg").stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["leeg"]
    assert check_project(find_project(tmp_path / "leeg"), scaffold.FIRST)


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "vol").mkdir()
    (tmp_path / "vol" / "brief.txt").write_text("van mij")
    with pytest.raises(ProjectError) as caught:
        scaffold.init(tmp_path / "vol")
    assert str(caught.value) == (
        f"{tmp_path / 'vol'} is niet leeg.\n  Zo lost u het op: Kies een andere naam, of een lege map."
    )
    assert [path.name for path in tmp_path.rglob("*")] == ["vol", "brief.txt"]
    with pytest.raises(ProjectError, match="is een bestand"):
        scaffold.init(tmp_path / "vol" / "brief.txt")


@pytest.mark.parametrize("code", ["Dordrecht", "GM505", "gm0505", "GM0505 ", "WK050501", ""])
def test_a_wrong_municipality_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(ProjectError, match="geen code van een gemeente") as caught:
        scaffold.init(tmp_path / "proef", municipality=code)
    assert "GM0505" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_nothing_stays_behind_when_writing_fails(tmp_path: Path, project: Project) -> None:
    (tmp_path / "leeg").mkdir()
    broken = project.root / "gebieden.csv"
    broken.write_text("code;naam\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError, match="deze kolom ontbreekt"):
        scaffold.new(project, "enquete", "bewoners")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(shutil.which("git") is None, reason="git is niet geïnstalleerd")
def test_git_keeps_deliveries_and_outcomes_out(project: Project) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project.root, check=True)
    out = [
        "surveys/a/raw/x.csv", "surveys/a/inbox/x.csv", "corpora/a/raw/x.csv", "analyses/a/output/measures.csv",
        "analyses/a/output/private/x.csv", "reports/a/_inhoud/x.md", "reports/a/_uitvoer/x.html", ".tev/cache.sqlite",
    ]  # fmt: skip
    kept = [
        "surveys/a/enquete.toml",
        "corpora/a/themas.toml",
        "analyses/a/plan.toml",
        "reports/a/rapport.qmd",
        "tev.toml",
    ]
    done = subprocess.run(
        ["git", "check-ignore", *out, *kept], cwd=project.root, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == out


# --- new --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("enquete", ["LEESMIJ.md", "bevolking.csv", "codeboek.toml", "enquete.toml", "respons.csv"]),
        (
            "vragenlijst",
            ["LEESMIJ.md", "bevolking.csv", "enquete.toml", "limesurvey.toml", "respons.csv", "vragenlijst.toml"],
        ),
        ("registratie", ["LEESMIJ.md", "bevolking.csv", "registratie.toml"]),
        ("verhalen", ["LEESMIJ.md", "corpus.toml", "instellingen.txt", "themas.toml"]),
        (
            "analyse",
            ["LEESMIJ.md", "indicatoren/LEESMIJ.md", "indicatoren/indicatoren.csv", "indicatoren/metingen.csv",
             "plan.toml", "vinkjes.csv"],
        ),
        ("report", ["LEESMIJ.md", "_quarto.yml", "huisstijl.css", "rapport.qmd"]),
    ],
)  # fmt: skip
def test_each_kind_gives_its_files(project: Project, kind: str, files: list[str]) -> None:
    made = scaffold.new(project, kind, "proef-2026", today=DAY)
    folder = project.root / scaffold.FOLDERS[kind] / "proef-2026"
    assert made == [folder / name for name in files]
    assert all(path.is_file() for path in made)
    assert (folder / "raw").is_dir() == (kind in scaffold.DELIVERED)
    text = "".join(path.read_text(encoding="utf-8-sig") for path in made)
    assert not re.search(r"%[A-Z_]+%", text)
    assert "Proef 2026" in text


@pytest.mark.parametrize("kind", list(scaffold.FOLDERS))
def test_an_existing_id_is_refused_whatever_its_case(project: Project, kind: str) -> None:
    made = scaffold.new(project, kind, "bewoners")
    made[0].write_text("ingevuld", encoding="utf-8")
    with pytest.raises(ProjectError, match="/bewoners bestaat al") as caught:
        scaffold.new(project, kind, "Bewoners")
    assert "Bewoners-2" in caught.value.hint
    assert made[0].read_text(encoding="utf-8") == "ingevuld"


def test_surveys_and_registrations_share_their_names(project: Project) -> None:
    scaffold.new(project, "enquete", "jaar")
    with pytest.raises(ProjectError, match="surveys/jaar bestaat al"):
        scaffold.new(project, "registratie", "jaar")


@pytest.mark.parametrize(
    "wrong",
    ["", "..", "a/b", "../weg", "a b", "bewoners_2026", "é", "-a", "a-", "a--b", "con", "x" * 61, "a\n"],
)
def test_a_wrong_id_is_refused(project: Project, wrong: str) -> None:
    before = sorted(project.root.rglob("*"))
    with pytest.raises(ProjectError, match="kan geen naam van een map zijn") as caught:
        scaffold.new(project, "enquete", wrong)
    assert "bewoners-2026" in caught.value.hint
    assert sorted(project.root.rglob("*")) == before


def test_an_unknown_kind_is_refused_with_the_nearest(project: Project) -> None:
    with pytest.raises(ProjectError) as caught:
        scaffold.new(project, "enquête", "bewoners")
    assert str(caught.value) .startswith(
        "'enquête' is geen soort.\n  Zo lost u het op: Bedoelt u 'enquete'? Kies uit: enquete, registratie,"
    )
    with pytest.raises(
        ProjectError,
        match="Kies uit: enquete, registratie, signalen, financien, projecten, verhalen, analyse, report",
    ):
        scaffold.new(project, "begroting", "bewoners")


def test_a_project_without_wijken_says_so_before_a_survey_is_made(project: Project) -> None:
    (project.root / "gebieden.csv").write_text(
        "gebied;naam;soort\nGM0505;Dordrecht;gemeente\n", encoding="utf-8"
    )
    with pytest.raises(ProjectError, match="geen enkele wijk of buurt"):
        scaffold.new(project, "enquete", "bewoners")
    assert scaffold.new(project, "analyse", "tweede")


@pytest.mark.parametrize(
    ("codes", "short"),
    [
        (["WK050501", "WK050519"], ["W01", "W19"]),
        (["BU05050701", "BU05050702"], ["B0701", "B0702"]),
        (["WK050501", "WK034401"], ["G01", "G02"]),  # two municipalities: W01 would stand for both
        (["wijk a", 'b"c'], ["G01", "G02"]),
    ],
)
def test_areas_get_answer_codes_that_limesurvey_allows(
    project: Project, codes: list[str], short: list[str]
) -> None:
    rows = [
        ["gebied", "naam", "soort"],
        ["GM0505", "Dordrecht", "gemeente"],
        *[[code, f'Wijk "{code}"', "wijk"] for code in codes],
    ]
    with (project.root / "gebieden.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    scaffold.new(project, "enquete", "bewoners")
    book = survey_codebook.read_codebook(project.survey("bewoners") / "codeboek.toml")
    assert book.codes_of(book.area) == {code: f'Wijk "{code}"' for code in codes}
    assert book.translation(book.area, "limesurvey-csv") == dict(zip(short, codes, strict=True))


# --- A whole project, filled in as a user would -----------------------------------------------------


def survey_delivery(path: Path) -> None:
    """Six responses as LimeSurvey exports them: five complete, one of them in a merged wijk."""
    empty = {
        "gevonden[SQ001]": "", "gevonden[SQ002]": "", "gevonden[SQ003]": "", "gevonden[other]": "", "optijd": "",
        "cijfer": "", "tevreden": "", "stelling[SQ001]": "", "doel": "", "verder": "",
    }  # fmt: skip
    helped = {
        "gevonden[SQ001]": "Y", "gevonden[SQ002]": "", "gevonden[SQ003]": "", "gevonden[other]": "de kerk", "optijd": "WN",
        "cijfer": "8", "tevreden": "A2", "stelling[SQ001]": "A1", "doel": "NVT", "verder": "D",
    }  # fmt: skip
    people = [("W01", "23", "V", helped), ("W01", "44", "M", empty), ("W02", "67", "M", helped),
              ("W02", "51", "ZN", empty), ("W98", "70", "V", helped), ("W01", "30", "V", empty)]  # fmt: skip
    rows = [
        {
            "id": number, "submitdate": "" if number == 6 else "2026-03-12 10:00:00", "lastpage": 6, "startlanguage": "nl",
            "seed": 1, "groupTime7": 3.5, "wijk": wijk, "leeftijd": age, "geslacht": sex,
            "contact": "Y" if answers is helped else "N", **answers,
            **{f"samenhang[SQ00{item}]": "A2" for item in range(1, 7)}, "toelichting": 'Fijn; "echt" waar',
        }
        for number, (wijk, age, sex, answers) in enumerate(people, start=1)
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(path, sep=";", index=False, encoding="utf-8-sig", quoting=csv.QUOTE_ALL)


def filled(project: Project) -> Project:
    """The project with a survey, registration, stories and indicators, and a plan that names them."""
    for kind, name in [
        ("enquete", "bewoners"),
        ("registratie", "trajecten"),
        ("verhalen", "verhalen"),
        ("rapport", "extra"),
    ]:
        scaffold.new(project, kind, name, today=DAY)
    edit(
        project.root / "tev.toml",
        **{"# samenvoegen": "samenvoegen", "# reden": "reden", '"WK050501" }': '"WK050510" }'},
    )

    survey = project.survey("bewoners")
    survey_delivery(survey / "raw" / "limesurvey.csv")
    (survey / "respons.csv").write_text(
        "gebied;uitgenodigd;begonnen;volledig\nWK050501;10;3;2\nWK050502;10;2;2\nWK050598;1;1;1\n",
        encoding="utf-8",
    )
    # Every cell has a respondent: what cannot be weighted does not pass the check.
    counts = [
        ("WK050501", "15-24", "", 200), ("WK050501", "25-44", "", 200), ("WK050502", "45-64", "", 100),
        ("WK050502", "65+", "", 100), ("WK050598", "65+", "", 200), ("WK050501", "", "man", 190),
        ("WK050501", "", "vrouw", 210), ("WK050502", "", "man", 200), ("WK050598", "", "vrouw", 200),
    ]  # fmt: skip
    pd.DataFrame(counts, columns=["gebied", "leeftijdsgroep", "geslacht", "aantal"]).to_csv(
        survey / "bevolking.csv", sep=";", index=False, encoding="utf-8-sig"
    )
    edit(
        survey / "enquete.toml",
        **{"# respons =": "respons =", "# [weging]": "[weging]", "# bevolking =": "bevolking =", "# marges =": "marges =",
           "# afkappen =": "afkappen =", '# bron = "CBS': 'bron = "CBS'},
    )  # fmt: skip

    records = project.survey("trajecten")
    pd.DataFrame(
        {
            "Clientnummer": ["K1", "K2", "K3"], "Soort hulp": "begeleiding", "Wijk": ["WK050501", "Dubbeldam", "WK050598"],
            "Datum aanmelding": ["1-2-2026", "3-2-2026", "4-2-2026"], "Datum start": ["10-2-2026", "10-4-2026", "5-2-2026"],
            "Datum einde": ["1-6-2026", "", "1-7-2026"], "Reden einde": ["cliënt gestopt", "", "19"],
            "Doelen gesteld": [2, 3, 1], "Doelen behaald": [1, "", 1],
        }
    ).to_csv(records / "raw" / "trajecten.csv", sep=";", index=False, encoding="cp1252")  # fmt: skip
    (records / "bevolking.csv").write_text("gebied;aantal\nWK050501;8100\nWK050598;400\n", encoding="utf-8")
    edit(
        records / "registratie.toml",
        **{"# doelgroep_bevolking": "doelgroep_bevolking", "# doelgroep_bron": "doelgroep_bron"},
    )

    pd.DataFrame(
        {
            "nr": ["V1", "V2"], "wijk": ["WK050507", "WK050598"], "datum": ["12-3-2026", "2026-03-13"],
            "titel": ["Snel", ""], "verhaal": ["Ze kwamen, en luisterden.", "nvt"], "citeren": ["ja", "nee"],
            "gevoel": ["Heel positief", ""],
        }
    ).to_csv(project.corpus("verhalen") / "raw" / "verhalen.csv", index=False, encoding="utf-8")  # fmt: skip

    analysis = project.analysis(scaffold.FIRST)
    with (analysis / "indicatoren" / "indicatoren.csv").open("a", encoding="utf-8") as file:
        file.write("mijn-set;vrijwilligers;Elkaar helpen;aandeel vrijwilligers;23,5;procent;2021;meer;CBS;\n")
    with (analysis / "indicatoren" / "metingen.csv").open("a", encoding="utf-8") as file:
        file.write("mijn-set;vrijwilligers;GM0505;2026;25;23,0;27,1;1730;CBS;;steekproef\n")
    edit(
        analysis / "plan.toml",
        **{"enquetes = []": 'enquetes = ["bewoners"]', "registraties = []": 'registraties = ["trajecten"]',
           "corpora = []": 'corpora = ["verhalen"]', "uitsplitsen = []": 'uitsplitsen = ["leeftijdsgroep"]',
           "# [[indicatoren]]": "[[indicatoren]]", "# set =": "set =", "# bestand =": "bestand =", "# metingen =": "metingen ="},
    )  # fmt: skip
    return find_project(project.root)


def test_a_filled_project_passes_the_check(project: Project) -> None:
    project = filled(project)
    found = check_project(project, scaffold.FIRST)

    survey = found.surveys[0]
    assert survey.data.counts == {"volledig": 5, "niet afgemaakt": 1}
    people = survey.data.respondents.set_index("respondent")
    assert list(people.index) == [f"limesurvey-{number}" for number in range(1, 6)]
    assert list(people["area"]) == ["WK050501", "WK050501", "WK050502", "WK050502", "WK050510"]
    assert list(people["leeftijdsgroep"]) == ["15-24", "25-44", "65+", "45-64", "65+"]
    assert list(people["geslacht"]) == ["vrouw", "man", "man", "wil-niet-zeggen", "vrouw"]
    assert list(people["optijd"]) == ["weet-niet", "niet-gesteld", "weet-niet", "niet-gesteld", "weet-niet"]
    assert list(people["doel_bereikt"])[:2] == ["nvt", "niet-gesteld"]
    assert list(people["gevonden.anders"])[:2] == ["ja", "niet-gesteld"]
    assert list(people["rapportcijfer"].dropna()) == [8, 8, 8]
    assert survey.population is not None and survey.population["aantal"].sum() == 2 * 800
    assert survey.response is not None and survey.response["uitgenodigd"].sum() == 21

    records = found.records[0]
    assert list(records.trajectories["area"]) == ["WK050501", "WK050510", "WK050510"]
    assert list(records.trajectories["end_code"]) == ["21", "", "19"]
    assert dict(zip(records.population["gebied"], records.population["aantal"], strict=True)) == {
        "WK050501": 8100, "WK050510": 400,
    }  # fmt: skip

    corpus = found.corpora[0]
    assert list(corpus.stories["text"]) == ["Ze kwamen, en luisterden.", "nvt"]
    assert list(corpus.stories["quote_consent"]) == [True, False]
    assert corpus.stories["feeling"].iloc[0] == 1.0
    assert len(corpus.codebook) == 16

    assert list(found.indicators[0].definitions["nulmeting_waarde"]) == [23.5]
    assert list(found.indicators[0].measurements["getal"]) == [25.0]
    assert found.warnings == ()
    plan = read_plan(project, scaffold.FIRST)
    themes = {theme.id for theme in corpus.codebook}
    assert {theme for subject in plan.subjects for theme in subject.themes} <= themes
    assert "surveys/bewoners/raw/limesurvey.csv" in input_files(project, scaffold.FIRST, plan)


def test_what_is_not_filled_in_is_told_at_once(project: Project) -> None:
    for kind, name in [("enquete", "bewoners"), ("registratie", "trajecten"), ("verhalen", "verhalen")]:
        scaffold.new(project, kind, name, today=DAY)
    edit(
        project.analysis(scaffold.FIRST) / "plan.toml",
        **{"enquetes = []": 'enquetes = ["bewoner"]', "registraties = []": 'registraties = ["trajecten"]',
           "corpora = []": 'corpora = ["verhalen"]'},
    )  # fmt: skip
    with pytest.raises(DataError) as caught:
        check_project(project, scaffold.FIRST)
    message = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "De map surveys/bewoner bestaat niet." in message and "Bedoelt u 'bewoners'?" in message
    assert "trajecten.csv" in message and "verhalen.csv" in message
