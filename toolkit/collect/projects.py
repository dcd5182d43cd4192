"""Begin a list of projects: the starter, and the Excel form that people fill in per project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from toolkit import scaffold
from toolkit.project import Project
from toolkit.records.project_files import FOLDER, FORM, write_form


def start(project: Project, identifier: str, today: date | None = None) -> list[Path]:
    """Add the starter of projects with its Excel form, and give its files.

    Raises what `scaffold.new` raises.
    """
    made = scaffold.new(project, "projecten", identifier, today=today)
    form = project.survey(identifier) / FOLDER / FORM
    write_form(form)
    return sorted([*made, form])
