"""The starters and the documentation of settings: complete, valid, shipped, and from one source."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd
import pytest
from pydantic.dataclasses import is_pydantic_dataclass

from toolkit import circles, scaffold
from toolkit import project as settings
from toolkit.analysis.inputs import read_plan
from toolkit.files import read_table
from toolkit.indicators import definitions
from toolkit.intake import spec
from toolkit.limesurvey import settings as lime_settings
from toolkit.project import Project, find_project
from toolkit.questionnaire import model as questionnaire_model
from toolkit.records import finance, projects, signals
from toolkit.records import settings as record_settings
from toolkit.records.kpis import definitions as record_definitions
from toolkit.settings import parse_settings
from toolkit.stories import codebook as story_codebook
from toolkit.stories.read import OPTIONAL
from toolkit.survey import codebook as survey_codebook
from toolkit.tables import TRAJECTORIES, TRAJECTORY_DETAILS

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "toolkit" / "templates"
DAY = date(2026, 3, 12)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    scaffold.init(tmp_path / "proef", "Proef", today=DAY)
    return find_project(tmp_path / "proef")


# --- The starters themselves ------------------------------------------------------------------------


def uncommented(text: str) -> str:
    """A starter with every option switched on: lines such as '# respons = ...' and '# [[dyade]]'."""
    return re.sub(r'(?m)^# (?=\[|[\w"]+ = )', "", text)


STARTERS: dict[str, tuple[type, ...]] = {
    "project/tev.toml": (settings.ProjectSettings, settings.Areas),
    "enquete/enquete.toml": (settings.SurveySettings, settings.Delivery, settings.Weighting),
    "enquete/codeboek.toml": (
        survey_codebook.Codebook, survey_codebook.Source, survey_codebook.Answers, survey_codebook.Variable,
    ),
    "vragenlijst/enquete.toml": (settings.SurveySettings, settings.Delivery, settings.Weighting),
    "vragenlijst/limesurvey.toml": (lime_settings.LimeSettings,),
    "registratie/registratie.toml": (settings.RecordSettings, settings.Delivery, settings.ChangeScore),
    "signalen/signalen.toml": (record_settings.SignalSettings, record_settings.SignalFile),
    "financien/financien.toml": (record_settings.FinanceSettings, record_settings.TableFile),
    "projecten/projecten.toml": (record_settings.ProjectsSettings, record_settings.TableFile),
    "verhalen/corpus.toml": (settings.CorpusSettings, settings.StorySource, settings.Dyad, settings.Triad),
    "verhalen/themas.toml": (story_codebook._File, story_codebook.Theme),
    "analyse/plan.toml": (
        settings.Plan, settings.IndicatorSource, settings.Quotes, settings.Disclosure, settings.TextModels, settings.Subject,
        circles.Circle, settings.Merging,
    ),
}  # fmt: skip


@pytest.mark.parametrize("starter", list(STARTERS))
def test_every_key_stands_in_its_starter_and_every_option_is_valid(project: Project, starter: str) -> None:
    kind, name = starter.split("/")
    made = [project.root / name] if kind == "project" else scaffold.new(project, kind, "proef", today=DAY)
    text = next(path for path in made if path.name == name).read_text(encoding="utf-8")
    for part in STARTERS[starter]:
        assert [key for key in aliases(part) if not re.search(rf"\b{key}\b", text)] == []
    whole = uncommented(text)
    assert tomllib.loads(whole) != tomllib.loads(text) or name == "themas.toml"
    parse_settings(tomllib.loads(whole), STARTERS[starter][0], name)


def test_starters_are_shipped_and_written_for_people() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "package-data"
    ]["toolkit"]
    files = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        # `**` in a pattern of setuptools stands for any number of folders, none included.
        assert f"**/*{path.suffix}" in patterns and not path.name.startswith("."), path
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n") and "\t" not in text and "\r" not in text, path


def test_every_measure_of_a_new_plan_comes_from_a_new_survey_or_registration(project: Project) -> None:
    scaffold.new(project, "enquete", "bewoners")
    book = survey_codebook.read_codebook(project.survey("bewoners") / "codeboek.toml")
    known = {variable.kpi for variable in book.variables} | {
        variable.scale.split("/")[0] for variable in book.variables
    }
    known |= set(record_definitions()["maat"])
    plan = read_plan(project, scaffold.FIRST)
    asked = {measure for subject in plan.subjects for measure in subject.measures} | set(plan.headline)
    assert asked <= known


def test_csv_starters_have_the_columns_that_are_read(project: Project) -> None:
    folder = project.analysis(scaffold.FIRST) / "indicatoren"
    assert tuple(read_header(folder / "indicatoren.csv")) == definitions.COLUMNS
    expected = (*definitions.MEASUREMENT_COLUMNS, *definitions.MEASUREMENT_OPTIONAL)
    assert tuple(read_header(folder / "metingen.csv")) == expected
    # Excel shows accents only when a CSV in UTF-8 begins with a BOM, and columns only with semicolons.
    assert (project.root / "gebieden.csv").read_bytes().startswith(b"\xef\xbb\xbfgebied;naam;soort\n")


def read_header(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()[0].split(";")


# --- One source for what the example and the starters share -----------------------------------------


def test_the_areas_of_dordrecht_are_those_of_the_example(project: Project) -> None:
    ours, example = (
        read_table(project.root / "gebieden.csv"),
        read_table(ROOT / "analyses/voorbeeld/gebieden.csv"),
    )
    pd.testing.assert_frame_equal(ours, example)


def test_the_themes_are_those_of_the_example() -> None:
    def themes(path: Path) -> str:
        text = path.read_text(encoding="utf-8")
        return text[re.search(r"(?m)^\[\[thema\]\]", text).start() :]  # type: ignore[union-attr]

    assert themes(TEMPLATES / "verhalen" / "themas.toml") == themes(ROOT / "corpora/voorbeeld/themas.toml")


def test_the_report_of_the_example_differs_only_where_declared(project: Project) -> None:
    """The example names its subjects one by one, with a text of its own; the starter takes them all."""
    scaffold.new(project, "rapport", "voorbeeld", today=DAY)
    ours, example = project.report("voorbeeld"), ROOT / "reports" / "voorbeeld"
    for name in ("_quarto.yml", "huisstijl.css"):
        assert (ours / name).read_text(encoding="utf-8") == (example / name).read_text(encoding="utf-8")
    template = (ours / "rapport.qmd").read_text(encoding="utf-8").splitlines()
    text = (example / "rapport.qmd").read_text(encoding="utf-8").splitlines()
    own = [line for line in template if line not in text]
    assert [line[:40] for line in own] == [
        'title: "Voorbeeld"',
        'subtitle: "Tellen én vertellen, 2026"',
        "{{< include _inhoud/alle-onderwerpen.md ",
        "# Indicatoren",
    ]
    shared = [line for line in template if line and line not in own]
    position = 0
    for line in shared:  # in the same order
        position = text.index(line, position)


def test_the_report_template_asks_only_for_parts_that_exist(project: Project) -> None:
    from toolkit.report.document import resolve_includes, write_parts

    fixture = ROOT / "tests" / "report" / "fixture"
    report = project.report(scaffold.FIRST)
    write_parts(report, fixture)
    whole = resolve_includes((report / "rapport.qmd").read_text(encoding="utf-8"), report)
    subjects = [
        one["naam"] for one in json.loads((fixture / "run.json").read_text(encoding="utf-8"))["onderwerpen"]
    ]
    assert subjects
    assert [name for name in subjects if f"# {name}" not in whole] == []


# --- docs/ ------------------------------------------------------------------------------------------

SECTIONS: dict[str, type] = {
    "tev.toml": settings.ProjectSettings,
    "Blok [gebieden]": settings.Areas,
    "enquete.toml": settings.SurveySettings,
    "Blok [[levering]]": settings.Delivery,
    "Blok [weging]": settings.Weighting,
    "codeboek.toml": survey_codebook.Codebook,
    "Blok [bron.NAAM]": survey_codebook.Source,
    "Blok [antwoorden.NAAM]": survey_codebook.Answers,
    "Blok [[variabele]]": survey_codebook.Variable,
    "registratie.toml": settings.RecordSettings,
    "Blok [problemen] of [zelfredzaamheid]": settings.ChangeScore,
    "signalen.toml": record_settings.SignalSettings,
    "Blok [[levering]] in signalen.toml": record_settings.SignalFile,
    "financien.toml": record_settings.FinanceSettings,
    "Blok [[levering]] in financien.toml en projecten.toml": record_settings.TableFile,
    "projecten.toml": record_settings.ProjectsSettings,
    "aanlevering.toml": spec.Specification,
    "Blok [[kolom]]": spec.Column,
    "Blok [[regel]]": spec.Rule,
    "corpus.toml": settings.CorpusSettings,
    "Blok [[bron]]": settings.StorySource,
    "Blok [[dyade]]": settings.Dyad,
    "Blok [[triade]]": settings.Triad,
    "themas.toml": story_codebook.Theme,
    "plan.toml": settings.Plan,
    "Blok [[indicatoren]]": settings.IndicatorSource,
    "Blok [citaten]": settings.Quotes,
    "Blok [onthulling]": settings.Disclosure,
    "Blok [tekst]": settings.TextModels,
    "Blok [[onderwerp]]": settings.Subject,
    "Blokken [samenvoegen.gebieden] en [samenvoegen.groepen]": settings.Merging,
    "Blok [[cirkel]]": circles.Circle,
    "vragenlijst.toml": questionnaire_model.Questionnaire,
    "Blok [antwoorden.NAAM] van een vragenlijst": questionnaire_model.AnswerList,
    "Blok [[deel]]": questionnaire_model.Part,
    "Blok [[vraag]]": questionnaire_model.Question,
    "Blok [[vraag.stelling]]": questionnaire_model.Statement,
    "limesurvey.toml": lime_settings.LimeSettings,
}


def aliases(kind: type) -> dict[str, Any]:
    """Key as the user writes it -> pydantic's field."""
    return {field.alias or name: field for name, field in kind.__pydantic_fields__.items()}  # type: ignore[attr-defined]


def documented() -> dict[str, dict[str, list[str]]]:
    """Heading -> key -> the other cells of its row."""
    found: dict[str, dict[str, list[str]]] = {}
    for section in re.split(r"(?m)^#{2,3} ", (ROOT / "docs/instellingen.md").read_text(encoding="utf-8"))[1:]:
        heading, _, body = section.partition("\n")
        rows = [
            [cell.strip() for cell in row.strip("|").split("|")]
            for row in body.splitlines()
            if row.startswith("| `")
        ]
        found[heading] = {row[0].strip("`"): row[1:] for row in rows}
    return found


def test_every_settings_class_is_documented() -> None:
    modules = (settings, survey_codebook, record_settings, spec)
    kinds = {
        one for module in modules for one in vars(module).values()
        if is_pydantic_dataclass(one) and one.__module__ == module.__name__
    }  # fmt: skip
    assert kinds - set(SECTIONS.values()) == {settings.Project}  # not a file


@pytest.mark.parametrize("heading", list(SECTIONS))
def test_documentation_has_every_key_with_its_default(heading: str) -> None:
    rows, kind = documented()[heading], SECTIONS[heading]
    assert list(rows) == list(dict.fromkeys(rows)) and set(rows) == set(aliases(kind))
    hints = get_type_hints(kind)
    for (name, field), alias in zip(kind.__pydantic_fields__.items(), aliases(kind), strict=True):  # type: ignore[attr-defined]
        meaning, default, example = rows[alias]
        assert default == shown_default(field), alias
        if get_origin(hints[name]) is Literal:
            assert [one for one in get_args(hints[name]) if one and f"`{one}`" not in meaning] == [], alias
        if example:
            assert tomllib.loads(f"x = {example.strip('`')}"), alias


def shown_default(field: Any) -> str:
    if field.is_required():
        return "verplicht"
    default = None if field.default_factory else field.default
    if default in ("", (), None):
        return "–"
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def test_documentation_has_every_column_and_measure() -> None:
    text = documented()
    details = {column.name for column in TRAJECTORY_DETAILS}
    assert set(text["Kolommen van een traject"]) == {*TRAJECTORIES.names, *details}
    assert set(text["Kolommen van een signaal"]) == set(signals._FIELDS.all)
    assert set(text["Kolommen van een bedrag"]) == set(finance._FIELDS.all)
    assert set(text["Kolommen van een project"]) == set(projects._FIELDS.all)
    assert set(text["Kolommen van een verhaal"]) == {"story", "text", *OPTIONAL}
    measures = set(text["Namen van cijfers"])
    for defined in (record_definitions(), signals.definitions(), finance.definitions()):
        assert set(defined["maat"]) <= measures
    example = survey_codebook.read_codebook(TEMPLATES_BOOK)
    assert {variable.kpi for variable in example.variables if variable.kpi} - measures <= EXAMPLE_ONLY


TEMPLATES_BOOK = ROOT / "surveys" / "voorbeeld" / "codeboek.toml"
EXAMPLE_ONLY = {"tevredenheid.nut", "tevredenheid.bereikbaarheid", "tevredenheid.deskundigheid"}


def test_commands_in_the_guide_exist(project: Project) -> None:
    guide = (ROOT / "docs/eigen-gegevens.md").read_text(encoding="utf-8")
    commands = re.findall(r"(?m)^tev (\w+) ?(.*)$", guide)
    assert {command for command, _ in commands} == {
        "init",
        "new",
        "check",
        "run",
        "report",
        "explain",
        "export",
    }
    for command, rest in commands:
        if command == "new":
            kind, name = rest.split()
            assert scaffold.new(project, kind, name, today=DAY)
    for block in re.findall(r"```toml\n(.*?)```", guide, re.DOTALL):
        tomllib.loads(block)
