"""Read a questionnaire from its folder: `vragenlijst.toml`, or `vragenlijst.xlsx` with the same words."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import DataError, ProjectError
from toolkit.questionnaire import sheet
from toolkit.questionnaire.checks import problems
from toolkit.questionnaire.model import Questionnaire
from toolkit.settings import parse_settings, read_toml

NAME = "vragenlijst"


def find(folder: Path) -> Path:
    """The questionnaire in a folder.

    Raises ProjectError when there is none, or both a TOML and an XLSX: which of the two counts?
    """
    found = [path for path in (folder / f"{NAME}.toml", folder / f"{NAME}.xlsx") if path.is_file()]
    if not found:
        raise ProjectError(
            f"In {folder.parent.name}/{folder.name} staat geen {NAME}.toml of {NAME}.xlsx.",
            f"Maak er een: tev new vragenlijst {folder.name}-vragen --soort wijkteam",
        )
    if len(found) > 1:
        raise ProjectError(
            f"In {folder.name} staan {NAME}.toml én {NAME}.xlsx.",
            "Bewaar er één. Alleen die wordt gelezen.",
        )
    return found[0]


def read_questionnaire(path: Path) -> Questionnaire:
    """A questionnaire from a TOML or XLSX file.

    Raises DataError with every problem at once: of the keys, or when those are right of the contents.
    In an XLSX a problem says its row.
    """
    file = f"{path.parent.name}/{path.name}"
    if path.suffix == ".xlsx":
        data, places = sheet.read(path)
    else:
        data, places = read_toml(path), {}
    try:
        questionnaire = parse_settings(data, Questionnaire, file)
        if found := problems(questionnaire, file):
            raise DataError(found)
    except DataError as error:
        if not places:
            raise
        raise DataError([sheet.placed(problem, places) for problem in error.problems]) from error
    return questionnaire
