"""The command `tev`: parse, call one public function, print. The only module that prints or exits."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from toolkit import __version__
from toolkit.errors import ToolkitError

HELP = """Tellen én vertellen: cijfers en verhalen over het sociaal domein, samen in één rapport.

Begin met: tev init MAP. Of kijk eerst naar het voorbeeld: tev run voorbeeld
"""
app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
stories = typer.Typer(
    help="Werken met verhalen in een gewone CSV (kolommen id en text). Namen worden altijd eerst verwijderd.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(stories, name="stories")

Where = Annotated[Path, typer.Option("--map", help="De map van het project.", show_default="deze map")]
In = Annotated[Path, typer.Argument(metavar="IN.csv", help="CSV met de kolommen id en text.")]
Out = Annotated[Path, typer.Option("--out", metavar="UIT.csv", help="Waar de uitkomst komt.")]
IdColumn = Annotated[str, typer.Option("--id", help="Naam van de kolom met het nummer.")]
TextColumn = Annotated[str, typer.Option("--text", help="Naam van de kolom met de tekst.")]
Model = Annotated[str, typer.Option("--model", help="Taalmodel: auto, e5 of use.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"tellen-en-vertellen {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Toon bij een fout de technische details.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Toon de versie.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Opties die voor elke opdracht gelden."""
    context.obj = debug


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="MAP", help="De nieuwe map.")],
    name: Annotated[str, typer.Option("--naam", help="Naam van het project.")] = "",
    municipality: Annotated[str, typer.Option("--gemeente", help="CBS-code van de gemeente.")] = "GM0505",
) -> None:
    """Maak een nieuw, leeg project.

    Voorbeeld: tev init wijkteams-2026 --naam "Evaluatie wijkteams" --gemeente GM0505
    """
    from toolkit import scaffold

    made = scaffold.init(folder, name, municipality)
    typer.echo(f"Gemaakt: {folder} ({_files(len(made))}).")
    typer.echo("Hierna: lees LEESMIJ.md in die map, of voeg iets toe met: tev new enquete mijn-enquete")


@app.command()
def new(
    kind: Annotated[
        str, typer.Argument(metavar="SOORT", help="enquete, registratie, verhalen, analyse of rapport.")
    ],
    name: Annotated[str, typer.Argument(metavar="NAAM", help="Korte naam, zoals wijkteams-2026.")],
    where: Where = Path(),
) -> None:
    """Voeg een enquête, registratie, verhalen, analyse of rapport toe aan het project.

    Voorbeeld: tev new enquete wijkteams-2026
    """
    from toolkit import scaffold
    from toolkit.project import find_project

    project = find_project(where)
    made = scaffold.new(project, kind, name)
    typer.echo(f"Gemaakt ({_files(len(made))}):")
    for path in made:
        typer.echo(f"  {_short(path, project.root)}")


@app.command()
def check(
    analysis: Annotated[str, typer.Argument(metavar="ANALYSE", help="Naam van de map in analyses/.")],
    where: Where = Path(),
) -> None:
    """Controleer instellingen en leveringen, zonder iets uit te rekenen.

    Voorbeeld: tev check voorbeeld
    """
    from toolkit.analysis import check_project
    from toolkit.project import find_project

    found = check_project(find_project(where), analysis)
    for survey in found.surveys:
        counts = survey.data.counts
        apart = ", ".join(f"{number} {reason}" for reason, number in counts.items() if reason != "volledig")
        typer.echo(
            f"Enquête {survey.id}: {counts['volledig']} volledige inzendingen"
            + (f" ({apart})." if apart else ".")
        )
    for part in found.records:
        typer.echo(f"Registratie {part.id}: {len(part.trajectories)} trajecten.")
    for corpus in found.corpora:
        typer.echo(f"Verhalen {corpus.id}: {len(corpus.stories)} verhalen, {len(corpus.codebook)} thema's.")
    for indicators in found.indicators:
        typer.echo(
            f"Indicatoren {indicators.id}: {len(indicators.definitions)} indicatoren, {len(indicators.measurements)} metingen."
        )
    for warning in found.warnings:
        typer.echo(f"Let op: {warning}")
    typer.echo("Alles klopt. Hierna: tev run " + analysis)


@app.command()
def run(
    analysis: Annotated[str, typer.Argument(metavar="ANALYSE", help="Naam van de map in analyses/.")],
    again: Annotated[bool, typer.Option("--opnieuw", help="Ook als er niets is veranderd.")] = False,
    where: Where = Path(),
) -> None:
    """Voer een analyse uit: lezen, anonimiseren, tellen, samenbrengen.

    Voorbeeld: tev run voorbeeld
    """
    from toolkit.project import find_project

    project = find_project(where)
    with _progress() as step:
        from toolkit import analysis as work

        result = work.run(project, analysis, again=again, progress=step)
    for warning in result.warnings:
        typer.echo(f"Let op: {warning}")
    if not result.changed:
        typer.echo(
            f"Niets veranderd sinds {str(result.record['gestart'])[:16].replace('T', ' ')}: er is niets opnieuw gedaan."
        )
    else:
        seconds = sum(result.record["duur_seconden"].values())
        typer.echo(f"Klaar in {seconds:.0f} seconden.")
    typer.echo(f"De uitkomsten staan in {_short(result.output, project.root)}")


@app.command()
def report(
    name: Annotated[str, typer.Argument(metavar="RAPPORT", help="Naam van de map in reports/.")],
    analysis: Annotated[
        str, typer.Option("--analyse", help="Analyse, als die anders heet dan het rapport.")
    ] = "",
    formats: Annotated[
        str, typer.Option("--naar", help="html, docx en/of pdf, met komma's.")
    ] = "html,docx,pdf",
    engine: Annotated[str, typer.Option("--motor", help="auto, quarto of ingebouwd.")] = "auto",
    where: Where = Path(),
) -> None:
    """Maak het rapport in HTML, Word en PDF.

    Voorbeeld: tev report voorbeeld --naar html,pdf
    """
    from toolkit.project import find_project
    from toolkit.report import build_report, headline

    project = find_project(where)
    output = project.analysis(analysis or name) / "output"
    wanted = [part.strip().lower() for part in formats.split(",") if part.strip()]
    with _progress() as step:
        made = build_report(project.report(name), output, wanted, engine, lambda text: step(text, 0, 1))
    typer.echo("\nDe kerncijfers:")
    for line in headline(output):
        typer.echo(_wrapped(line))
    typer.echo("\nHet rapport:")
    for form, path in made.items():
        typer.echo(f"  {form.upper():5} {_short(path, project.root)}")


@stories.command()
def deidentify(source: In, out: Out, id_column: IdColumn = "id", text_column: TextColumn = "text") -> None:
    """Verwijder namen, adressen, telefoonnummers en andere gegevens uit verhalen.

    Naast UIT.csv komt UIT.spans.csv: waar iets is vervangen, zonder wat er stond.

    Voorbeeld: tev stories deidentify verhalen.csv --out schoon.csv
    """
    from toolkit.analysis import tasks

    with _progress() as step:
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

    with _progress() as step:
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

    with _progress() as step:
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
) -> None:
    """Zoek onderwerpen in verhalen, zonder codeboek.

    Voorbeeld: tev stories topics verhalen.csv --out onderwerpen
    """
    from toolkit.analysis import tasks

    with _progress() as step:
        result = tasks.topics_file(source, out, id_column, text_column, model, seed, step)
    typer.echo(f"{result.found} onderwerpen gevonden in {result.rows} verhalen. Uitkomst in {out}")
    typer.echo(result.note)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Progress on the error stream, only when a person is watching."""
    if not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(),
        TimeElapsedColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[str, Any] = {}
    with bar:

        def step(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)

        yield step


def _files(number: int) -> str:
    return "1 bestand" if number == 1 else f"{number} bestanden"


def _short(path: Path, root: Path) -> str:
    """A path as the user can type it from where they are, or from the project."""
    for base in (Path.cwd(), root):
        if path.resolve().is_relative_to(base.resolve()):
            return path.resolve().relative_to(base.resolve()).as_posix()
    return str(path)


def _wrapped(line: str) -> str:
    import textwrap

    return textwrap.fill(line, 78, initial_indent="- ", subsequent_indent="  ")


def main() -> None:
    """Run `tev`; a mistake that a user can mend gives a Dutch message and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # A console in another code page must not stop a Dutch message with an é or a €.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    debug = "--debug" in sys.argv
    try:
        app(standalone_mode=True)
    except ToolkitError as error:
        if debug:
            raise
        typer.echo(str(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("Afgebroken. Wat klaar was, is bewaard.", err=True)
        sys.exit(130)
    except OSError as error:
        if debug:
            raise
        typer.echo(_file_trouble(error), err=True)
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        # The message of an unexpected error may hold story text: only its kind is shown.
        typer.echo(f"Er ging iets mis wat niet had mogen gebeuren ({type(error).__name__}).", err=True)
        typer.echo(
            "Herhaal de opdracht met --debug ervoor (tev --debug ...) en stuur de melding naar de makers.",
            err=True,
        )
        sys.exit(1)


def _file_trouble(error: OSError) -> str:
    import errno

    name = Path(str(error.filename)).name if error.filename else "een bestand"
    match error.errno:
        case errno.ENOSPC:
            return "De schijf is vol.\n  Zo lost u het op: maak ruimte vrij en herhaal de opdracht; wat klaar was, is bewaard."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"Geen toegang tot {name}.\n  Zo lost u het op: sluit het bestand in Excel of Word, of vraag schrijfrechten op de map."
        case errno.ENOENT:
            return f"{name} bestaat niet.\n  Zo lost u het op: controleer de naam en de map."
        case _:
            return f"{name} kon niet worden gelezen of geschreven ({error.strerror or type(error).__name__})."


if __name__ == "__main__":
    main()
