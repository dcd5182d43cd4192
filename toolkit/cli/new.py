"""`tev new`: add a survey, stories, an analysis or a report to the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import files, short


def new(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="SOORT",
            help="report, analyse, verhalen, vragenlijst, enquete, registratie, signalen, financien of projecten.",
        ),
    ],
    name: Annotated[str, typer.Argument(metavar="NAAM", help="Korte naam, zoals wijkteams-2026.")],
    variant: Annotated[
        str,
        typer.Option(
            "--kind",
            "--soort",
            help="Bij report: evaluatie, raadsrapportage, wijkrapport, partnerrapport, raadsbrief, "
            "projectevaluatie of duidingssessie. "
            "Bij vragenlijst: wijkteam, professionals, buurt of verhalen.",
            show_default="de eerste",
        ),
    ] = "",
    workbook: Annotated[bool, typer.Option("--excel", help="Bij vragenlijst: als Excel-bestand.")] = False,
    where: Annotated[
        Path, typer.Option("--map", help="De map van het project.", show_default="deze map")
    ] = Path(),
) -> None:
    """Voeg een rapport, analyse, verhalen, vragenlijst, enquête of andere gegevens toe aan het project.

    Voorbeeld: tev new report raad-2026 --kind raadsrapportage
    """
    from toolkit import scaffold
    from toolkit.collect import projects, questionnaires
    from toolkit.project import find_project

    project = find_project(where)
    if kind == "vragenlijst":
        made = questionnaires.start(project, name, variant, workbook)
    elif kind == "projecten":
        made = projects.start(project, name)
    else:
        made = scaffold.new(project, kind, name, variant=variant)
    typer.echo(f"Gemaakt ({files(len(made))}):")
    for path in made:
        typer.echo(f"  {short(path, project.root)}")
