"""`tev explain`: how a published number came about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def explain(
    measure: Annotated[
        str, typer.Argument(metavar="CIJFER", help="Naam van het cijfer, zoals bereik.tijdig.")
    ],
    area: Annotated[str, typer.Option("--area", help="Code van het gebied, zoals WK050507.")],
    analysis: Annotated[str, typer.Option("--analyse", help="Analyse, als er meer dan één is.")] = "",
    group: Annotated[str, typer.Option("--groep", help="Groep, zoals leeftijdsgroep=65+.")] = "",
    where: Annotated[
        Path, typer.Option("--map", help="De map van het project.", show_default="deze map")
    ] = Path(),
) -> None:
    """Vertel hoe een cijfer tot stand kwam: teller, noemer, weging, wat niet meetelt, en uit welke bestanden.

    Voorbeeld: tev explain tevredenheid.rapportcijfer --area WK050507
    """
    from toolkit.analysis import explain as work
    from toolkit.project import find_project

    for number, found in enumerate(work.explain(find_project(where), measure, area, analysis, group)):
        typer.echo(("\n" if number else "") + found.title)
        for heading, text in found.lines:
            typer.echo(_under(heading, text))


def _under(heading: str, text: str) -> str:
    """A line of an explanation: the heading, and the text beside it."""
    import textwrap

    return textwrap.fill(text, 100, initial_indent=f"  {heading:19}", subsequent_indent=" " * 21)
