"""`tev stories review`: the workbook there and back, the terminal, and the next run that applies it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from toolkit.analysis.inputs import read_areas, read_corpus
from toolkit.analysis.review import WORKBOOK, review_stories, take_review, write_review
from toolkit.analysis.texts import deidentify_texts
from toolkit.cache import Cache
from toolkit.errors import DataError
from toolkit.project import Project, find_project

ROOT = Path(__file__).resolve().parents[2]
CORPUS = """naam = "Proef"
periode = "2026"
grondslag = "Toestemming."
bewaren_tot = 2031-12-31
[[bron]]
bestand = "raw/verhalen.csv"
rol = "inwoner"
[bron.kolommen]
story = "nr"
text = "verhaal"
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copy(ROOT / "tev.toml", tmp_path / "tev.toml")
    found = find_project(ROOT)
    areas = found.settings.areas.file
    (tmp_path / areas).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / areas, tmp_path / areas)
    folder = tmp_path / "corpora" / "proef"
    (folder / "raw").mkdir(parents=True)
    (folder / "corpus.toml").write_text(CORPUS, encoding="utf-8")
    (folder / "raw" / "verhalen.csv").write_text(
        'nr,verhaal\n1,"Karim kwam met zwelgje langs 👍."\n2,"=Karim belde op 3 mei 2025."\n',
        encoding="utf-8",
    )
    return find_project(tmp_path)


def _fill(path: Path, cells: dict[tuple[str, str], str]) -> None:
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    book.save(path)


def _texts(project: Project) -> list[str]:
    given = read_corpus(project, "proef", read_areas(project))
    names = list(given.stories["story"])
    found = deidentify_texts(list(given.stories["text"]), given.lists, Cache(), ids=names)
    return [one.text for one in found]


def test_there_and_back_and_every_later_run_applies_it(project: Project) -> None:
    path = write_review(project, "proef", review_stories(project, "proef"))
    assert path == project.corpus("proef") / WORKBOOK
    rows = list(openpyxl.load_workbook(path)["Vervangen"].iter_rows(values_only=True))
    assert rows[0] == ("verhaal", "ervoor", "vervangen", "erna", "soort", "oordeel")
    assert rows[1][:5] == ("1", None, "Karim", " kwam met zwelgje langs 👍.", "persoon")
    _fill(
        path,
        {
            ("Vervangen", "F3"): "blijft",
            ("Gemist", "B2"): "zwelgje",
            ("Gemist", "C2"): "persoon",
            ("Verhalen", "C2"): "ja",
        },
    )
    state = take_review(project, "proef")
    assert (state.stories, state.reviewed, state.corrections) == (2, 1, 2)
    assert _texts(project) == ["[persoon-1] kwam met [persoon-2] langs 👍.", "=Karim belde op [datum]."]
    kept = {file.name: file.read_bytes() for file in (project.corpus("proef") / "raw").glob("*.csv")}
    assert take_review(project, "proef") == state
    assert kept == {file.name: file.read_bytes() for file in (project.corpus("proef") / "raw").glob("*.csv")}
    assert not (project.corpus("proef") / "correcties.csv").exists()


def test_a_story_that_changed_counts_as_not_read(project: Project) -> None:
    path = write_review(project, "proef", review_stories(project, "proef"))
    _fill(path, {("Verhalen", "C2"): "ja", ("Verhalen", "C3"): "ja"})
    assert take_review(project, "proef").reviewed == 2
    file = project.corpus("proef") / "raw" / "verhalen.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("langs", "binnen"), encoding="utf-8")
    found = review_stories(project, "proef")
    assert [(one.story, one.reviewed) for one in found] == [("1", False), ("2", True)]


def test_wrong_cells_are_told_together_and_nothing_is_kept(project: Project) -> None:
    path = write_review(project, "proef", review_stories(project, "proef"))
    _fill(
        path,
        {
            ("Vervangen", "F2"): "persoo",
            ("Gemist", "B2"): "zwelgje",
            ("Gemist", "A3"): "99",
            ("Gemist", "B3"): "zwelgje",
            ("Gemist", "C3"): "persoon",
        },
    )
    with pytest.raises(DataError) as caught:
        take_review(project, "proef")
    assert len(caught.value.problems) == 3
    assert "zwelgje" not in str(caught.value)
    assert not (project.corpus("proef") / "raw" / "correcties.csv").exists()


def test_in_the_terminal(project: Project) -> None:
    def tev(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "toolkit.cli", "stories", "review", "proef", "--map", str(project.root), *words],
            cwd=ROOT, input=typed, capture_output=True, text=True, encoding="utf-8", timeout=120,
        )  # fmt: skip

    told = tev("--aantal", "1", typed="\nbestaat niet\nzwelgje\npersoon\n\n")
    assert told.returncode == 0, told.stderr
    assert "Dat staat niet zo in het verhaal" in told.stdout
    assert "1 van de 2 verhalen nagekeken, 1 verbetering bewaard." in told.stdout
    assert _texts(project)[0] == "[persoon-1] kwam met [persoon-2] langs 👍."
