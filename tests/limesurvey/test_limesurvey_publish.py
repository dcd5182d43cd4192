"""From questionnaire to LimeSurvey and back: publish, answer, fetch, run; and no secret left anywhere."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lime_server import PASSWORD, USER, Lime, Row, column, serving

from toolkit import scaffold
from toolkit.analysis import check_project, run
from toolkit.collect import limesurvey, questionnaires
from toolkit.errors import DataError, ToolkitError
from toolkit.limesurvey import client, credentials
from toolkit.limesurvey.client import LimeSurveyError, UncertainError
from toolkit.limesurvey.settings import read_lime_settings
from toolkit.project import Project, find_project

ROOT = Path(__file__).parents[2]


@pytest.fixture
def lime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lime]:
    monkeypatch.setenv(credentials.USER, USER)
    monkeypatch.setenv(credentials.PASSWORD, PASSWORD)
    monkeypatch.setattr(client.Patience, "pause", 0.01, raising=False)
    with serving(Lime({})) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, lime: Lime) -> Project:
    scaffold.init(tmp_path / "p", "Proef")
    project = find_project(tmp_path / "p")
    questionnaires.start(project, "bewoners", "wijkteam")
    path = project.survey("bewoners") / "limesurvey.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("https://enquete.voorbeeld.nl/index.php/admin/remotecontrol", lime.url), encoding="utf-8"
    )
    return project


def responses(lime: Lime, number: int, count: int) -> dict[int, Row]:
    """Answers as people give them, under the columns that the server made of the .lss it got."""
    columns = [column(info) for info in lime.surveys[number].fields.values()]
    rows = {}
    for one in range(1, count + 1):
        contact = one % 3 != 0
        given = {
            "id": one, "submitdate": f"2026-03-{one % 28 + 1:02} 12:00:00", "datestamp": f"2026-03-{one % 28 + 1:02} 12:00:00",
            "meedoen": "Y", "wijk": f"A{one % 2 + 1}", "leeftijd": str(20 + one), "geslacht": "-oth-" if one == 5 else "A1",
            "geslacht[other]": "X" if one == 5 else "", "contact": "Y" if contact else "N",
        }  # fmt: skip
        if contact:
            given |= {
                "cijfer": "WN" if one % 5 == 0 else "8",
                "ervaring[SQ001]": "A1",
                "gevonden[SQ001]": "Y",
                "optijd": "J",
            }
        asked = [name for name in columns if contact or name in given or name == "toelichting"]
        rows[one] = {name: given.get(name, "" if name in asked else None) for name in columns}
    rows[count + 1] = dict.fromkeys(columns) | {"id": count + 1, "datestamp": "2026-03-30 10:00:00"}
    return rows


def test_publish_answer_fetch_and_run(project: Project, lime: Lime) -> None:
    folder = project.survey("bewoners")
    made = limesurvey.publish(folder, activate=True)
    assert made.open and lime.surveys[made.number].active == "Y"
    rows = responses(lime, made.number, 90)
    lime.surveys[made.number].rows = lambda: rows
    found = limesurvey.fetch(folder)
    assert (found.new, found.complete, found.incomplete) == (91, 90, 1)

    state = limesurvey.status(folder)
    assert (state.there, state.open, state.cut_off) == ((90, 1), True, False)
    assert state.counts and state.counts.complete == 90 and state.full == state.fetched != ""
    assert any("--full" in note for note in state.notes)

    for old, new in (("enquetes = []", 'enquetes = ["bewoners"]'), ("corpora = []", "corpora = []")):
        plan = project.analysis(scaffold.FIRST) / "plan.toml"
        plan.write_text(plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    survey = check_project(find_project(project.root), scaffold.FIRST).surveys[0]
    assert survey.data.counts == {"volledig": 90, "niet afgemaakt": 1}
    people = survey.data.respondents
    assert list(people["geslacht"][4:6]) == ["anders", "man"] and people["geslacht.tekst"][4] == "X"
    assert (people["contact"] == "ja").sum() == 60 and (people["cijfer.reden"] == "niet-gesteld").sum() == 30
    assert (people["cijfer.reden"] == "weet-niet").sum() == 12 and (
        people["nut"] == "helemaal-mee-eens"
    ).sum() == 60
    result = run(find_project(project.root), scaffold.FIRST)
    measures = (result.output / "measures.csv").read_text(encoding="utf-8")
    assert "tevredenheid.rapportcijfer" in measures and "bereik.contact" in measures


def test_a_draft_is_replaced_and_an_open_survey_never(project: Project, lime: Lime) -> None:
    folder = project.survey("bewoners")
    first = limesurvey.publish(folder)
    assert not first.open and list(lime.surveys) == [first.number]
    path = folder / "vragenlijst.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Hoe oud bent u?", "Wat is uw leeftijd?"), encoding="utf-8"
    )
    second = limesurvey.publish(folder, activate=True)
    assert second.replaced == first.number and list(lime.surveys) == [second.number]
    assert limesurvey.publish(folder).number == second.number, "nothing changed, so nothing happens"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Wat is uw leeftijd?", "Leeftijd?"), encoding="utf-8"
    )
    with pytest.raises(LimeSurveyError, match="staat al open"):
        limesurvey.publish(folder)
    assert list(lime.surveys) == [second.number]
    notes = limesurvey.status(folder).notes
    assert any("veranderd na het publiceren" in note for note in notes)


def test_participants_come_with_attributes_and_never_twice(
    project: Project, lime: Lime, tmp_path: Path
) -> None:
    folder = project.survey("bewoners")
    path = folder / "vragenlijst.toml"
    path.write_text('kenmerken = ["organisatie"]\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    people = tmp_path / "deelnemers.csv"
    people.write_text(
        "Voornaam;Email;Organisatie;Wat\nAnna;anna@x.test;Kade;1\nBo;bo-x.test;Kade;\n;;;\nCas;anna@x.test;;\nDee;;;\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        limesurvey.publish(folder, people)
    assert lime.asked == [], "LimeSurvey is not asked before the list is right"
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (None, "Wat"),
        (3, "email"),
        (5, "email"),
        (6, ""),
    ]
    assert "anna@x.test" not in str(caught.value) and "Anna" not in str(caught.value)
    people.write_text("voornaam;email;organisatie\nAnna;anna@x.test;Kade\nBo;bo@x.test;\n", encoding="utf-8")
    draft = limesurvey.publish(folder, people)
    assert draft.participants == 2 and not draft.open
    with pytest.raises(LimeSurveyError, match="heeft al deelnemers"):
        limesurvey.publish(folder, people)
    made = limesurvey.publish(folder, activate=True)
    assert made.number == draft.number, "the draft with its participants is opened, not replaced"
    there = lime.surveys[made.number].people
    assert there == [
        {"firstname": "Anna", "email": "anna@x.test", "attribute_1": "Kade"},
        {"firstname": "Bo", "email": "bo@x.test"},
    ]
    with pytest.raises(LimeSurveyError, match="heeft al deelnemers"):
        limesurvey.publish(folder, people)
    assert limesurvey.publish(folder, people, more=True).participants == 4
    assert "anna" not in "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))


def test_a_change_of_unknown_outcome_is_not_done_again(project: Project, lime: Lime) -> None:
    lime.faults = ["-", "na-afloop-verbroken"]
    with pytest.raises(UncertainError, match="brak af terwijl er iets werd veranderd"):
        limesurvey.publish(project.survey("bewoners"))
    assert lime.methods().count("import_survey") == 1 and len(lime.surveys) == 1
    # An expired key changed nothing yet, so that is asked again.
    lime.faults = ["-", "sleutel-verlopen"]
    limesurvey.publish(project.survey("bewoners"))
    assert len(lime.surveys) == 2


def test_an_import_that_renames_questions_is_undone(project: Project, lime: Lime) -> None:
    imported = lime.import_survey

    def renaming(content: str, form: str) -> int:
        number = imported(content, form)
        lime.surveys[number].questions[-1]["title"] = "r123q0"
        return int(number)

    lime.import_survey = renaming  # type: ignore[method-assign,assignment]
    with pytest.raises(LimeSurveyError, match="anders over dan hij is"):
        limesurvey.publish(project.survey("bewoners"))
    assert not lime.surveys and not (project.survey("bewoners") / "gepubliceerd.toml").exists()


def test_no_password_key_or_person_is_left_anywhere(
    project: Project, lime: Lime, capfd: pytest.CaptureFixture[str]
) -> None:
    """Everything a user could pass on is searched: files, output, a debug log, a traceback, run.json."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    folder = project.survey("bewoners")
    try:
        made = limesurvey.publish(folder, activate=True)
        rows = responses(lime, made.number, 40)
        lime.surveys[made.number].rows = lambda: rows
        lime.faults = ["500", "verbroken", "half", "sleutel-verlopen"]
        limesurvey.fetch(folder)
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = ""
    for arguments, faults in (
        (["survey", "status", "bewoners"], []),
        (["--debug", "survey", "fetch", "bewoners"], ["-", "html", "500", "half", "leeg", "html"]),
    ):
        lime.faults = list(faults)
        command = [sys.executable, "-c", RUN, *arguments]
        done = subprocess.run(
            command, cwd=project.root, env=environment, capture_output=True, text=True, timeout=60
        )
        said += done.stdout + done.stderr
    assert "Traceback" in said and len(lime.handed) > 2
    seen = said + log.getvalue() + "".join(capfd.readouterr())
    for path in project.root.rglob("*"):
        if path.is_file():
            seen += path.read_bytes().decode("latin-1")
    for secret in (PASSWORD, *lime.handed):
        assert secret not in seen
    assert PASSWORD in "".join(lime.bodies), "the search would have found it"


# The same program, with pauses that a test can wait for.
RUN = """
import sys
from toolkit.limesurvey import client
client.Patience.__init__.__defaults__ = (5, 0.01, 0.05)
sys.argv[0] = "tev"
from toolkit.cli import main
main()
"""


def test_settings_and_credentials_tell_what_is_missing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project.survey("bewoners")
    monkeypatch.delenv(credentials.PASSWORD)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with pytest.raises(ToolkitError, match=r"geen gebruiker en wachtwoord voor 127\.0\.0\.1") as caught:
        limesurvey.publish(folder)
    assert "tev survey login" in caught.value.hint
    path = folder / "limesurvey.toml"
    path.write_text(
        'adres = "http://jan:geheim123@enquete.nl/x"\ntijdzone = "Dordrecht"\npersoonlijk = ["naam"]\n',
        encoding="utf-8",
    )
    with pytest.raises(DataError) as wrong:
        read_lime_settings(folder)
    assert [problem.column for problem in wrong.value.problems] == ["adres", "tijdzone", "persoonlijk"]
    assert "geheim123" not in str(wrong.value)
    path.write_text('adres = "http://enquete.nl/x"\n', encoding="utf-8")
    with pytest.raises(DataError, match="niet beveiligd"):
        read_lime_settings(folder)
