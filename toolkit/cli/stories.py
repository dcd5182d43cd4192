"""`tev stories`: work with stories in a plain CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import progress

stories = typer.Typer(
    help="Werken met verhalen in een gewone CSV (kolommen id en text). Namen worden altijd eerst verwijderd.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

In = Annotated[Path, typer.Argument(metavar="IN.csv", help="CSV met de kolommen id en text.")]
Out = Annotated[Path, typer.Option("--out", metavar="UIT.csv", help="Waar de uitkomst komt.")]
IdColumn = Annotated[str, typer.Option("--id", help="Naam van de kolom met het nummer.")]
TextColumn = Annotated[str, typer.Option("--text", help="Naam van de kolom met de tekst.")]
Model = Annotated[str, typer.Option("--model", help="Taalmodel: auto, e5 of use.")]


@stories.command()
def deidentify(source: In, out: Out, id_column: IdColumn = "id", text_column: TextColumn = "text") -> None:
    """Verwijder namen, adressen, telefoonnummers en andere gegevens uit verhalen.

    Naast UIT.csv komt UIT.spans.csv: waar iets is vervangen, zonder wat er stond.

    Voorbeeld: tev stories deidentify verhalen.csv --out schoon.csv
    """
    from toolkit.analysis import tasks

    with progress() as step:
        result = tasks.deidentify_file(source, out, id_column, text_column, step)
    typer.echo(f"{result.rows} verhalen geanonimiseerd, {result.found} gegevens vervangen.")
    typer.echo(f"Tekst: {out}\nPlaatsen: {result.files[1]}")
    if result.note:
        typer.echo(result.note)
    typer.echo("Let op: lees de tekst na voordat u iets openbaar maakt. Geen enkel programma vindt alles.")


@stories.command()
def sentiment(
    source: In,
    out: Out,
    sentences: Annotated[bool, typer.Option("--sentences", help="Eén rij per zin.")] = False,
    id_column: IdColumn = "id",
    text_column: TextColumn = "text",
    model: Model = "auto",
) -> None:
    """Bepaal de toon van verhalen: negatief, gemengd, neutraal of positief.

    Voorbeeld: tev stories sentiment verhalen.csv --out toon.csv --sentences
    """
    from toolkit.analysis import tasks

    with progress() as step:
        result = tasks.sentiment_file(source, out, sentences, id_column, text_column, model, step)
    typer.echo(f"{result.rows} verhalen beoordeeld. Uitkomst: {out}")
    typer.echo(result.note)


@stories.command()
def themes(
    source: In,
    codebook: Annotated[
        Path, typer.Option("--codebook", metavar="CODEBOEK.toml", help="Codeboek met [[thema]].")
    ],
    out: Out,
    id_column: IdColumn = "id",
    text_column: TextColumn = "text",
    model: Model = "auto",
) -> None:
    """Geef elk verhaal de thema's uit een codeboek die erbij passen.

    Voorbeeld: tev stories themes verhalen.csv --codebook themas.toml --out themas.csv
    """
    from toolkit.analysis import tasks

    with progress() as step:
        result = tasks.themes_file(source, codebook, out, id_column, text_column, model, step)
    typer.echo(f"{result.rows} verhalen ingedeeld, {result.found} met een thema. Uitkomst: {out}")
    if result.note:
        typer.echo(result.note)


@stories.command()
def topics(
    source: In,
    out: Annotated[Path, typer.Option("--out", metavar="MAP", help="Map waar de uitkomst komt.")],
    id_column: IdColumn = "id",
    text_column: TextColumn = "text",
    model: Model = "auto",
    seed: Annotated[int, typer.Option("--startwaarde", help="Zelfde waarde, zelfde onderwerpen.")] = 20260101,
    number: Annotated[
        int, typer.Option("--aantal", min=0, help="Aantal onderwerpen; 0: hangt af van het aantal verhalen.")
    ] = 0,
    codebook: Annotated[
        Path | None,
        typer.Option(
            "--codebook", metavar="CODEBOEK.toml", help="Laat de thema's van een codeboek meesturen."
        ),
    ] = None,
    group: Annotated[
        str, typer.Option("--groep", metavar="KOLOM", help="Onderwerpen per groep van deze kolom.")
    ] = "",
    date: Annotated[
        str, typer.Option("--datum", metavar="KOLOM", help="Onderwerpen per kwartaal of jaar van deze kolom.")
    ] = "",
    keep: Annotated[
        Path | None,
        typer.Option("--model-out", metavar="BESTAND.safetensors", help="Bewaar de onderwerpen voor later."),
    ] = None,
    kept: Annotated[
        Path | None,
        typer.Option(
            "--apply", metavar="BESTAND.safetensors", help="Zoek niet, gebruik bewaarde onderwerpen."
        ),
    ] = None,
) -> None:
    """Zoek onderwerpen in verhalen, zonder codeboek, of gebruik bewaarde onderwerpen.

    Voorbeeld: tev stories topics verhalen.csv --out onderwerpen --model-out 2026.safetensors

    Een jaar later: tev stories topics nieuw.csv --out nieuw --apply 2026.safetensors
    """
    from toolkit.analysis.topictasks import TopicOptions, topics_file

    options = TopicOptions(codebook, group, date, number, seed, keep, kept)
    with progress() as step:
        result = topics_file(source, out, options, id_column, text_column, model, step)
    verb = "gebruikt voor" if kept else "gevonden in"
    typer.echo(f"{result.found} onderwerpen {verb} {result.rows} verhalen. Uitkomst in {out}")
    typer.echo(result.note)
