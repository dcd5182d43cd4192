"""Finding the project and reading its settings: all problems of a file at once, in Dutch."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from toolkit.errors import DataError, ProjectError
from toolkit.indicators.definitions import period_key
from toolkit.project import (
    CorpusSettings,
    Plan,
    ProjectSettings,
    RecordSettings,
    SurveySettings,
    find_project,
)
from toolkit.records.settings import FinanceSettings, ProjectsSettings, SignalSettings
from toolkit.settings import parse_settings, read_settings, read_toml

ROOT = Path(__file__).parents[1]
TEV = 'naam = "Proef"\ngemeente = "GM0505"\n[gebieden]\nbestand = "gebieden.csv"\n'
PLAN: dict[str, Any] = {"naam": "Proef", "periode": "2026"}


def project(folder: Path, text: str = TEV) -> Path:
    (folder / "tev.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_project_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    deep = project(tmp_path) / "analyses" / "een" / "output"
    deep.mkdir(parents=True)
    found = find_project(deep)
    assert found.root == tmp_path.resolve()
    assert found.settings.municipality == "GM0505" and found.settings.fictional is False
    assert found.analysis("een") == tmp_path.resolve() / "analyses" / "een"


def test_no_project_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="tev init"):
        find_project(tmp_path)


def test_a_folder_that_is_not_there_names_the_closest(tmp_path: Path) -> None:
    (project(tmp_path) / "surveys" / "voorbeeld").mkdir(parents=True)
    found = find_project(tmp_path)
    with pytest.raises(ProjectError) as caught:
        found.survey("voorbeld")
    assert str(caught.value) == (
        "De map surveys/voorbeld bestaat niet.\n  Zo lost u het op: Bedoelt u 'voorbeeld'?"
    )
    with pytest.raises(ProjectError, match="Bestaande namen in corpora/: geen"):
        found.corpus("x")
    with pytest.raises(ProjectError, match="surveys/ bestaat niet"):
        found.survey("")
    with pytest.raises(ProjectError, match="Bestaande namen in reports/"):
        found.report("x")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "bestaat niet"),
        (b"naam = \n", "geen geldig TOML-bestand"),
        ("naam = 'é'".encode("cp1252"), "niet in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "plan.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProjectError, match=message):
        read_toml(path)


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    assert find_project(project(tmp_path, "\ufeff" + TEV)).settings.name == "Proef"


def test_all_problems_of_a_settings_file_at_once() -> None:
    data = {
        "periode": "2026",
        "enqetes": ["a"],
        "startwaarde": "veel",
        "citaten": {"k": 1},
        "tekst": {"embeding": "e5"},
        "indicatoren": [{"set": "s", "bestand": "b"}, {"bestand": "b"}],
        "onderwerp": [{"id": "a", "naam": "A", "maten": []}, {"id": "b", "maten": []}],
    }
    before = repr(data)
    with pytest.raises(DataError) as caught:
        parse_settings(data, Plan, "een/plan.toml")
    found = {one.column: (one.message, one.remedy) for one in caught.value.problems}
    unknown, missing = "deze sleutel is hier niet bekend.", "deze sleutel ontbreekt."
    assert found["enqetes"] == (unknown, "Bedoelt u 'enquetes'?")
    assert found["tekst.embeding"] == (unknown, "Bedoelt u 'embedding'?")
    assert found["naam"] == (missing, "Vul de sleutel in.")
    assert found["indicatoren.2.set"][0] == found["onderwerp.2.naam"][0] == missing
    assert found["startwaarde"][0] == "de waarde 'veel' past hier niet."
    assert found["citaten.k"][0] == "de waarde '1' past hier niet."
    assert len(found) == 7
    assert {one.file for one in caught.value.problems} == {"een/plan.toml"}
    assert repr(data) == before


def test_dates_and_choices_say_what_is_possible() -> None:
    data = {
        "naam": "n",
        "soort": "enquete",
        "periode": "2026",
        "veldwerk_van": "1 maart",
        "veldwerk_tot": "2026-04-01",
        "bewaren_tot": "2031-04-01",
        "levering": [{"bestand": "a.csv", "formaat": "exel"}],
    }
    with pytest.raises(DataError) as caught:
        parse_settings(data, SurveySettings, "a/enquete.toml")
    found = {one.column: f"{one.message} {one.remedy}" for one in caught.value.problems}
    assert found["veldwerk_van"] == "'1 maart' is geen datum. Schrijf een datum als 2026-03-12."
    assert found["levering.1.formaat"] == (
        "'exel' is hier geen geldige waarde. Kies uit: 'limesurvey-csv', 'sav', 'csv' of 'xlsx'."
    )
    assert found["soort"].startswith("'enquete' is hier geen geldige waarde. Kies uit: 'bewonersenquete'")


def test_settings_cannot_be_changed() -> None:
    plan = parse_settings(PLAN, Plan, "plan.toml")
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.name = "anders"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("tev.toml", ProjectSettings),
        ("surveys/voorbeeld/enquete.toml", SurveySettings),
        ("surveys/voorbeeld-trajecten/registratie.toml", RecordSettings),
        ("surveys/voorbeeld-signalen/signalen.toml", SignalSettings),
        ("surveys/voorbeeld-financien/financien.toml", FinanceSettings),
        ("surveys/voorbeeld-projecten/projecten.toml", ProjectsSettings),
        ("corpora/voorbeeld/corpus.toml", CorpusSettings),
        ("analyses/voorbeeld/plan.toml", Plan),
    ],
)
def test_the_settings_of_the_example_are_right(path: str, kind: type[Any]) -> None:
    assert read_settings(ROOT / path, kind).name


@pytest.mark.parametrize("period", ["2026", "2026-Q1", "2026-03", "2026-03-02/2026-04-12"])
def test_periods_that_can_be_ordered(period: str) -> None:
    assert parse_settings({**PLAN, "periode": period}, Plan, "plan.toml").period == period
    assert period_key("2025") < period_key(period) < period_key("2027")
    assert period_key("2026-03-02/2026-04-12") == (2026, 4, 12)


@pytest.mark.parametrize(
    "period",
    [
        "",
        "voorjaar 2026",
        "2026-13",
        "2026-Q5",
        "26",
        "2026-03-02",
        "2026-04-12/2026-03-02",
        "2026-02-30/2026-04-12",
        "2025/2026",
    ],
)
def test_a_period_that_cannot_be_ordered_is_told(period: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_settings({**PLAN, "periode": period}, Plan, "plan.toml")
    (problem,) = caught.value.problems
    assert (
        problem.column == "periode" and "is geen periode" in problem.message and "2026-Q1" in problem.remedy
    )
