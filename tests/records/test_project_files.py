"""A file per project: TOML and the Excel form, beside or instead of a list, with all problems at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from toolkit import scaffold
from toolkit.collect import projects as begin
from toolkit.errors import DataError
from toolkit.project import find_project
from toolkit.records import projects
from toolkit.records.project_files import NUMBERS, QUESTIONS, SHEET, write_form
from toolkit.records.settings import ProjectsSettings, TableFile
from toolkit.settings import read_settings

EXAMPLE = Path(__file__).parents[2] / "surveys" / "voorbeeld-projecten"
BARE = ProjectsSettings(naam="p", periode="2026", prijspeil="lopend")
HEAD = 'naam = "Samen eten"\nonderdeel = "Basis"\n'


def toml(folder: Path, name: str, text: str) -> None:
    (folder / "projecten").mkdir(exist_ok=True)
    (folder / "projecten" / name).write_text(text, encoding="utf-8")


def form(
    folder: Path, name: str, answers: dict[str, object], numbers: tuple[tuple[object, ...], ...] = ()
) -> None:
    (folder / "projecten").mkdir(exist_ok=True)
    path = folder / "projecten" / name
    write_form(path)
    book = openpyxl.load_workbook(path)
    keys = {one.words: one.key for one in QUESTIONS}
    for row in book[SHEET].iter_rows(min_row=2, max_col=2):
        row[1].value = answers.get(keys[row[0].value])
    for row_number, cells in enumerate(numbers, start=2):
        for column, cell in enumerate(cells, start=1):
            book["Cijfers"].cell(row_number, column, cell)
    book.save(path)


def test_toml_and_form_say_the_same(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    toml(
        tmp_path / "a",
        "eten.toml",
        HEAD
        + 'doel = "Minder eenzaam"\npartners = ["De Brug", "Kade"]\nstart = 2024-03-01\nstatus = "loopt"\n'
        'budget = 12500.5\nbesteed = "1200,50"\nresultaten = """\nMeer contact.\n\nMeer plezier.\n"""\npassender = "Deels"\n'
        '[[cijfer]]\nwat = "Maaltijden"\nwaarde = 1340\neenheid = "maaltijden"\nmensen = 0\n',
    )
    form(
        tmp_path / "b",
        "eten.xlsx",
        {"naam": "Samen eten", "onderdeel": "Basis", "doel": "Minder eenzaam", "partners": "De Brug\nKade",
         "start": "1-3-2024", "status": "loopt", "budget": 12500.5, "besteed": "1200,50",
         "resultaten": "Meer contact.\nMeer plezier.", "passender": "deels"},
        (("Maaltijden", 1340, "maaltijden", 0),),
    )  # fmt: skip
    first, second = (projects.read_projects(tmp_path / one, BARE) for one in ("a", "b"))
    pd.testing.assert_frame_equal(first, second)
    row = projects.table(first, "lopend", 10, 30).iloc[0]
    assert row["budget"] == 12500.5 and row["besteed"] == 1200.5 and row["passender"] == "deels"
    assert row["resultaten"] == "Meer contact.\nMeer plezier." and row["partners"] == "De Brug\nKade"
    assert row["cijfers"] == "Maaltijden: 1.340 maaltijden"


def test_a_file_fills_in_what_the_list_leaves_open_and_may_not_contradict_it(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "Project;Deel;Budget\nSamen eten;Basis;100\nAnders;Basis;5\n", encoding="utf-8"
    )
    listed = TableFile(
        bestand="p.csv", formaat="csv", kolommen={"project": "Project", "part": "Deel", "budget": "Budget"}
    )
    plan = ProjectsSettings(naam="p", periode="2026", prijspeil="lopend", levering=(listed,))
    toml(tmp_path, "eten.toml", 'naam = "samen eten"\nbudget = 100\nbesteed = 80\nborging = "Blijft."\n')
    frame = projects.read_projects(tmp_path, plan).set_index("project")
    assert list(frame.index) == ["Samen eten", "Anders"]
    assert frame.loc["Samen eten", "spent"] == 80 and frame.loc["Samen eten", "secured"] == "Blijft."
    toml(tmp_path, "eten.toml", 'naam = "Samen eten"\nbudget = 101\n')
    with pytest.raises(DataError, match=r"(?s)projecten/eten\.toml.*kolom budget.* 100 en 101\."):
        projects.read_projects(tmp_path, plan)


def test_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    toml(
        tmp_path,
        "a.toml",
        'naam = "A"\nonderdeel = "X"\nbudget = "12.500"\nstatus = "bezig"\ncontactpersoon = "J"\n',
    )
    toml(
        tmp_path,
        "b.toml",
        'naam = "A"\nonderdeel = "X"\nborgin = "?"\n[[cijfer]]\nwaarde = "veel"\nmensen = -1\n',
    )
    toml(tmp_path, "c.toml", 'naam = "C\n')
    toml(tmp_path, "d.docx", "x")
    toml(tmp_path, "_leeg.toml", "onzin")
    form(tmp_path, "e.xlsx", {"naam": "E", "onderdeel": "X", "rapportcijfer": 11, "einde": "gisteren"})
    with pytest.raises(DataError) as caught:
        projects.read_projects(tmp_path, BARE)
    found = {(one.file.removeprefix("projecten/"), one.column) for one in caught.value.problems}
    assert found == {
        ("a.toml", "budget"), ("a.toml", "status"), ("a.toml", "contactpersoon"), ("b.toml", "borgin"),
        ("b.toml", "naam"), ("b.toml", "wat"), ("b.toml", "waarde"), ("b.toml", "mensen"), ("c.toml", ""),
        ("d.docx", ""), ("e.xlsx", "Rapportcijfer van deelnemers"), ("e.xlsx", "Einddatum"),
    }  # fmt: skip
    told = {one.column: one for one in caught.value.problems}
    assert "Namen en gegevens van mensen horen hier niet" in told["contactpersoon"].remedy
    assert "'borging'" in told["borgin"].remedy and "levering" not in told["status"].remedy
    grade = told["Rapportcijfer van deelnemers"]
    assert (grade.sheet, grade.row) == (SHEET, 17)  # where it stands in the form


def test_nothing_to_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="er is geen enkel project") as caught:
        projects.read_projects(tmp_path, BARE)
    assert "[[levering]]" in str(caught.value)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ('waarde = 22\neenheid = "mensen"\nmensen = 44', "W: 22 mensen (44 mensen)"),
        ('waarde = 4\neenheid = "mensen"\nmensen = 44', "niet getoond"),  # a few
        ('waarde = 40\neenheid = "mensen"\nmensen = 44', "niet getoond"),  # all but a few
        ('waarde = 50\neenheid = "procent"\nmensen = 29', "niet getoond"),  # too few for an estimate
        ('waarde = 50\neenheid = "procent"\nmensen = 30', "W: 50 procent (30 mensen)"),
        ('waarde = 100\neenheid = "procent"\nmensen = 30', "niet getoond"),  # tells of each of them
        ('waarde = 62,5\neenheid = "euro"\nmensen = 0'.replace("62,5", "62.5"), "W: € 62,5"),
        ('waarde = 22\neenheid = "mensen"', "niet getoond"),  # of how many is not told
    ],
)
def test_small_numbers_of_a_project_stay_inside(tmp_path: Path, number: str, shown: str) -> None:
    toml(tmp_path, "a.toml", f'{HEAD}[[cijfer]]\nwat = "W"\n{number}\n')
    told = projects.table(projects.read_projects(tmp_path, BARE), "lopend", 10, 30)["cijfers"].iloc[0]
    assert (
        told == shown if shown.startswith("W") else (shown in told and "22" not in told and "4" not in told)
    )


def test_the_starter_asks_what_is_read_and_no_names(tmp_path: Path) -> None:
    scaffold.init(tmp_path / "p")
    project = find_project(tmp_path / "p")
    made = begin.start(project, "projecten-2026")
    folder = project.survey("projecten-2026")
    assert {folder / "projecten" / name for name in ("_leeg.toml", "_leeg.xlsx")} <= set(made)
    text = (folder / "projecten" / "_leeg.toml").read_text(encoding="utf-8")
    empty = tomllib.loads(text)
    assert set(empty) == {one.key for one in QUESTIONS}
    assert not any(
        word in " ".join(one.words for one in QUESTIONS).lower() for word in ("contactpersoon", "telefoon")
    )
    # A copy with only a name and a part filled in can be read.
    filled = text.replace('naam = ""', 'naam = "A"', 1).replace('onderdeel = ""', 'onderdeel = "B"', 1)
    (folder / "projecten" / "a.toml").write_text(filled, encoding="utf-8")
    assert list(projects.read_projects(folder, BARE)["project"]) == ["A"]
    assert f"[[{NUMBERS}]]" in text


def test_the_example_has_files_of_both_kinds_that_fit_its_list() -> None:
    settings = read_settings(EXAMPLE / "projecten.toml", ProjectsSettings)
    table = projects.table(projects.read_projects(EXAMPLE, settings), "lopend", 10, 30)
    rows = table[table["soort"] == "project"].set_index("project")
    assert len(rows) == 7 and (rows["borging"] != "").sum() == 4
    assert "64 procent (58 mensen)" in rows.loc["Recept voor welzijn", "cijfers"]
    assert "niet getoond" in rows.loc["Respijt om de hoek", "cijfers"]
