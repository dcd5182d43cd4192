"""`tev export`: the cleaned answers of a survey as an SPSS file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    survey: Annotated[str, typer.Argument(metavar="ENQUETE", help="Naam van de map in surveys/.")],
    out: Annotated[Path, typer.Option("--out", metavar="UIT.sav", help="Waar het SPSS-bestand komt.")],
    where: Annotated[
        Path, typer.Option("--map", help="De map van het project.", show_default="deze map")
    ] = Path(),
) -> None:
    """Zet de opgeschoonde antwoorden van een enquête in een SPSS-bestand: gewogen, met labels.

    Voorbeeld: tev export voorbeeld --out analyses/voorbeeld/output/private/enquete.sav
    """
    from toolkit.analysis.export import export_survey
    from toolkit.project import find_project

    found = export_survey(find_project(where), survey, out)
    weighted = "met gewicht in de kolom gewicht" if found.weighted else "zonder weging"
    typer.echo(f"{found.respondents} respondenten in {out}, {weighted}.")
    typer.echo("Let op: dit zijn antwoorden van mensen, open antwoorden ook. Deel het bestand niet.")
