"""`tev cache`: what is kept of earlier runs, and away with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import short

cache = typer.Typer(help="Wat er van eerdere runs is bewaard, en opruimen.", invoke_without_command=True)
Where = Annotated[Path, typer.Option("--map", help="De map van het project.", show_default="deze map")]


@cache.callback()
def show(context: typer.Context, where: Where = Path()) -> None:
    """Toon hoeveel er van eerdere runs is bewaard, en waar. Alles kan opnieuw gemaakt worden.

    Voorbeeld: tev cache
    """
    if context.invoked_subcommand:
        return
    from datetime import datetime

    from toolkit.analysis.keeping import NAMES, look
    from toolkit.project import find_project

    project = find_project(where)
    found = look(project)
    typer.echo(
        f"Bewaard in {short(found.path, project.root)}: {_size(found.size)} van hoogstens {_size(found.limit)}."
    )
    if not found.parts:
        typer.echo("Er is nog niets bewaard.")
        return
    typer.echo(f"\n{'stap':20}{'wat':26}{'aantal':>9}{'omvang':>11}  gebruikt")
    for part in found.parts:
        day = datetime.fromtimestamp(part.used)
        number = f"{part.entries:,}".replace(",", ".")
        name = NAMES.get(part.name, "")
        typer.echo(f"{part.name:20}{name:26}{number:>9}{_size(part.size):>11}  {day:%d-%m-%Y}")
    typer.echo("\nOpruimen: tev cache clear, of van één stap: tev cache clear --step toon")


@cache.command()
def clear(
    step: Annotated[str, typer.Option("--step", metavar="STAP", help="Alleen deze stap.")] = "",
    where: Where = Path(),
) -> None:
    """Gooi weg wat er is bewaard. De volgende run maakt het opnieuw; dat kost alleen tijd.

    Voorbeeld: tev cache clear --step toon
    """
    from toolkit.analysis.keeping import look, throw_away
    from toolkit.project import find_project

    project = find_project(where)
    before = look(project).size
    gone = throw_away(project, step)
    if not gone:
        typer.echo("Er was niets om weg te gooien.")
        return
    freed = _size(max(0, before - look(project).size))
    number = f"{gone:,}".replace(",", ".")
    typer.echo(f"Weggegooid: {number} tussenresultaten, {freed}. De volgende tev run duurt langer.")


def _size(size: int) -> str:
    """A number of bytes as people say it: "0,3 MB", "1,2 GB"."""
    large = size >= 1_000_000_000
    number = size / (1_000_000_000 if large else 1_000_000)
    return f"{number:.1f} {'GB' if large else 'MB'}".replace(".", ",")
