"""A survey of 100 respondents for the project `small`."""

from __future__ import annotations

from small_project import survey, write

from toolkit.project import Project


def add_survey(project: Project) -> None:
    """100 respondents, of whom 4 are old while half of the people are: no weight of at most 2 mends that."""
    rows = [("oud" if i < 4 else "jong", "ja" if i % 2 else "nee") for i in range(100)]
    write(project.root, survey(rows, more="afkappen = 2.0\n"))
    plan = project.root / "analyses/klein/plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("registraties =", 'enquetes = ["proef"]\nregistraties ='), encoding="utf-8")
