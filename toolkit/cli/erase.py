"""`tev erase`: remove a client or teller from a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.errors import ToolkitError


def erase(
    client: Annotated[str, typer.Option("--client", help="Sleutel van een cliënt.")] = "",
    story: Annotated[str, typer.Option("--verhaal", help="Nummer van een verhaal.")] = "",
    respondent: Annotated[
        str, typer.Option("--respondent", help="Respondent van een enquête, zoals limesurvey-17.")
    ] = "",
    yes: Annotated[bool, typer.Option("--ja", help="Wis zonder het nog te vragen.")] = False,
    where: Annotated[
        Path, typer.Option("--map", help="De map van het project.", show_default="deze map")
    ] = Path(),
) -> None:
    """Wis een cliënt of verteller: uit de leveringen, het tussengeheugen en de uitkomsten.

    Voorbeeld: tev erase --verhaal I-017
    """
    from toolkit.intake import erase as work
    from toolkit.project import find_project

    given = [one for one in (client, story, respondent) if one.strip()]
    if len(given) != 1:
        raise ToolkitError(
            "Noem één cliënt, verhaal of respondent.", "Bijvoorbeeld: tev erase --verhaal I-017"
        )
    project = find_project(where)
    if not yes:
        typer.confirm("Wissen kan niet ongedaan worden gemaakt. Doorgaan?", abort=True)
    linked = work.linked_respondent(project, story) if story else ""
    if client:
        done = work.erase_client(project, client)
    elif story:
        done = work.erase_story(project, story)
    else:
        done = work.erase_respondent(project, respondent)
    for path, rows in done.rows.items():
        typer.echo(f"Gewist: {rows} {'rij' if rows == 1 else 'rijen'} uit {path}")
    for name in done.analyses:
        typer.echo(f"De uitkomsten van analyse {name} zijn verwijderd. Maak ze opnieuw: tev run {name}")
    for name in done.reports:
        typer.echo(
            f"Rapport {name} is met deze gegevens gemaakt en is verwijderd. Maak het opnieuw: tev report {name}"
        )
    if done.reports:
        typer.echo("Deelde u dat rapport eerder? Vervang dan ook die exemplaren.")
    if linked:
        typer.echo(
            f"Bij dit verhaal hoort een ingevulde enquête. Moet die ook weg? tev erase --respondent {linked}"
        )
    for path in done.left:
        typer.echo(f"Let op: in {path} staat nog iets van deze persoon. Haal het daar zelf uit.")
