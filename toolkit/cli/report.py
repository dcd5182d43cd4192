"""`tev report`: documents from the outcomes of an analysis."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import files, progress, short, wrapped


def report(
    name: Annotated[str, typer.Argument(metavar="RAPPORT", help="Naam van de map in reports/.")],
    analysis: Annotated[
        str, typer.Option("--analyse", help="Analyse, als die anders heet dan het rapport.")
    ] = "",
    formats: Annotated[
        str, typer.Option("--naar", help="html, docx, pdf en/of verkenner, met komma's.")
    ] = "html,docx,pdf",
    per: Annotated[str, typer.Option("--per", help="wijk of partner: een rapport voor elk van hen.")] = "",
    engine: Annotated[str, typer.Option("--motor", help="auto, quarto of ingebouwd.")] = "auto",
    where: Annotated[
        Path, typer.Option("--map", help="De map van het project.", show_default="deze map")
    ] = Path(),
) -> None:
    """Maak het rapport in HTML, Word en PDF, of de verkenner van verhalen.

    Voorbeeld: tev report voorbeeld --naar html,pdf,verkenner
    Een rapport per wijk: tev report voorbeeld-wijken --analyse voorbeeld --per wijk --naar html
    """
    from toolkit.alone import working
    from toolkit.analysis import stale
    from toolkit.project import find_project
    from toolkit.report import build_report, build_series, headline

    project = find_project(where)
    for warning in stale(project, analysis or name):
        typer.echo(f"Let op: {warning}")
    output = project.analysis(analysis or name) / "output"
    wanted = [part.strip().lower() for part in formats.split(",") if part.strip()]
    folder = project.report(name)
    if per:
        with working(project.root), progress() as step:
            found = build_series(folder, output, per, wanted, engine, step)
        total = sum(len(made) for made in found.values())
        typer.echo(f"Gemaakt, voor {len(found)} keer een {per} ({files(total)}):")
        for place, made in found.items():
            typer.echo(f"  {place.name}: {', '.join(path.name for path in made.values())}")
        typer.echo(f"De rapporten staan in {short(folder / '_uitvoer', project.root)}")
        return
    with working(project.root), progress() as step:
        made = build_report(folder, output, wanted, engine, lambda text: step(text, 0, 1))
    typer.echo("\nDe kerncijfers:")
    for line in headline(output):
        typer.echo(wrapped(line))
    typer.echo("\nHet rapport:")
    for form, path in made.items():
        typer.echo(f"  {form.upper():5} {short(path, project.root)}")
