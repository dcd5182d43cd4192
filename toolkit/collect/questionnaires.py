"""What is made from a questionnaire: the LimeSurvey file, the codebook, paper, data entry, readability."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit import scaffold
from toolkit.errors import ProjectError, ToolkitError
from toolkit.files import whole_file, whole_files
from toolkit.project import Project
from toolkit.questionnaire import codebook, entry, printed, sheet
from toolkit.questionnaire.lss import lss
from toolkit.questionnaire.model import Questionnaire
from toolkit.questionnaire.read import find, read_questionnaire
from toolkit.questionnaire.readability import Report, readability
from toolkit.survey.codebook import read_codebook
from toolkit.survey.scales import scales_in

CODEBOOK, LSS, BOOK = "codeboek.toml", "vragenlijst.lss", "vragenlijst.xlsx"


@dataclass(frozen=True)
class Exported:
    """A questionnaire made ready: the files, the questionnaire, and the mark of the LimeSurvey file."""

    questionnaire: Questionnaire
    text: str
    files: tuple[Path, ...]

    @property
    def mark(self) -> str:
        """A mark that changes with every change of the LimeSurvey file."""
        return mark(self.text)


def mark(text: str) -> str:
    """The first half of a SHA-256 of a text: enough to see that it changed."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def start(
    project: Project,
    identifier: str,
    kind: str = "wijkteam",
    workbook: bool = False,
    today: date | None = None,
) -> list[Path]:
    """Add a survey that begins with one of the shipped questionnaires, its codebook made, and give its files.

    With `workbook` the questionnaire is an Excel file. Raises what `scaffold.new` raises.
    """
    made = scaffold.new(project, "vragenlijst", identifier, today=today, variant=kind)
    folder = project.survey(identifier)
    if workbook:
        path = find(folder)
        sheet.write(read_questionnaire(path), folder / BOOK)
        path.unlink()
        made = [folder / BOOK if one == path else one for one in made]
    return [*made, *(one for one in export(folder).files if one.name == CODEBOOK)]


def load(folder: Path) -> Questionnaire:
    """The questionnaire in a survey's folder; see `read_questionnaire`."""
    return read_questionnaire(find(folder))


def export(folder: Path) -> Exported:
    """Write `vragenlijst.lss` and the codebook that reading back uses; both or neither.

    Raises DataError for what is wrong with the questionnaire or its scales; ProjectError when there is a
    codebook that somebody wrote by hand.
    """
    questionnaire = load(folder)
    target = folder / CODEBOOK
    if target.is_file() and not target.read_text(encoding="utf-8-sig").startswith(codebook.MARK):
        raise ProjectError(
            f"{folder.name}/{CODEBOOK} is met de hand gemaakt; het wordt niet overschreven.",
            "Geef het een andere naam, of haal het weg als de vragenlijst nu de bron is.",
        )
    text = lss(questionnaire)
    with whole_files(folder / LSS, target) as (new_lss, new_codebook):
        new_lss.write_text(text, encoding="utf-8", newline="\n")
        new_codebook.write_text(codebook.codebook(questionnaire), encoding="utf-8", newline="\n")
        # A codebook that cannot be read back is found now, not after the fieldwork.
        scales_in(read_codebook(new_codebook))
    return Exported(questionnaire, text, (folder / LSS, target))


def print_paper(folder: Path, forms: Sequence[str] = ("docx", "pdf")) -> list[Path]:
    """The questionnaire for paper, per language: `papier/vragenlijst-nl.docx` and `.pdf`.

    Raises ToolkitError for an unknown form.
    """
    questionnaire = load(folder)
    if wrong := sorted(set(forms) - {"docx", "pdf"}):
        raise ToolkitError(
            f"'{wrong[0]:.20}' kan niet op papier.", "Kies docx, pdf of allebei met een komma."
        )
    made = []
    for language in questionnaire.all_languages:
        for form in forms:
            path = folder / "papier" / f"vragenlijst-{language}.{form}"
            with whole_file(path) as temporary:
                printed.write(questionnaire, language, form, temporary)
            made.append(path)
    return made


def write_entry(folder: Path) -> Path:
    """The template for data entry: `invulbestand.xlsx`, with drop-downs and checks."""
    path = folder / "invulbestand.xlsx"
    with whole_file(path) as temporary:
        entry.write(load(folder), temporary)
    return path


def write_sheet(folder: Path) -> Path:
    """The questionnaire as a workbook beside the TOML, to pass on to people who dislike text files."""
    path = folder / f"{folder.name}-{BOOK}"
    with whole_file(path) as temporary:
        sheet.write(load(folder), temporary)
    return path


def read_aloud(folder: Path) -> Report:
    """How easy the Dutch texts of a questionnaire are to read."""
    return readability(load(folder))
