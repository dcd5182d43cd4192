"""The command `tev`: parse, call one public function, print. The only module that prints or exits."""

# ruff: noqa: E402 (Ctrl-C is told in Dutch from the first import on)
from __future__ import annotations

from toolkit.cli.stopping import MESSAGE, STOPPED, ending, started, starting  # isort: skip

starting()

import sys
from pathlib import Path
from typing import Annotated

import typer

from toolkit import __version__
from toolkit.cli import coding, labelling
from toolkit.cli.cache import cache
from toolkit.cli.console import files, progress, short
from toolkit.cli.erase import erase
from toolkit.cli.explain import explain
from toolkit.cli.export import export
from toolkit.cli.indicators import indicators
from toolkit.cli.intake import intake
from toolkit.cli.new import new
from toolkit.cli.report import report
from toolkit.cli.review import review as _review  # noqa: F401 (registers itself under stories)
from toolkit.cli.stories import stories
from toolkit.cli.survey import surveys
from toolkit.cli.trouble import UsageError, computer_trouble, flush, usage_trouble
from toolkit.errors import ToolkitError

HELP = """Tellen én vertellen: cijfers en verhalen over het sociaal domein, samen in één rapport.

Begin met: tev init MAP. Of kijk eerst naar het voorbeeld: tev run voorbeeld
"""
app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
labelling.register(stories)
coding.register(stories)
app.add_typer(stories, name="stories")
app.add_typer(indicators, name="indicators")
app.add_typer(surveys, name="survey")
app.command()(new)
app.command()(explain)
app.command()(report)
app.command()(export)
app.add_typer(intake, name="intake")
app.command()(erase)
app.add_typer(cache, name="cache")

Where = Annotated[Path, typer.Option("--map", help="De map van het project.", show_default="deze map")]


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
    typer.echo(f"Gemaakt: {folder} ({files(len(made))}).")
    typer.echo("Hierna: lees LEESMIJ.md in die map, of voeg iets toe met: tev new enquete mijn-enquete")


@app.command()
def check(
    analysis: Annotated[str, typer.Argument(metavar="ANALYSE", help="Naam van de map in analyses/.")],
    where: Where = Path(),
) -> None:
    """Controleer instellingen en leveringen, zonder iets uit te rekenen.

    Voorbeeld: tev check voorbeeld
    """
    from toolkit.analysis import check_project
    from toolkit.intake.store import finish
    from toolkit.project import find_project

    project = find_project(where)
    finish(project)
    found = check_project(project, analysis)
    for survey in found.surveys:
        counts = survey.data.counts
        apart = ", ".join(f"{number} {reason}" for reason, number in counts.items() if reason != "volledig")
        typer.echo(
            f"Enquête {survey.id}: {counts['volledig']} volledige inzendingen"
            + (f" ({apart})." if apart else ".")
        )
    for part in found.records:
        typer.echo(f"Registratie {part.id}: {len(part.trajectories)} trajecten.")
    for account in found.accounts:
        kind = type(account.settings).__name__.removesuffix("Settings")
        word = {"Signal": "Signalen", "Finance": "Financiën", "Projects": "Projecten"}[kind]
        typer.echo(f"{word} {account.id}: {len(account.rows)} rijen.")
    for corpus in found.corpora:
        typer.echo(f"Verhalen {corpus.id}: {len(corpus.stories)} verhalen, {len(corpus.codebook)} thema's.")
    for one in found.indicators:
        typer.echo(
            f"Indicatoren {one.id}: {len(one.definitions)} indicatoren, {len(one.measurements)} metingen."
        )
    for warning in found.warnings:
        typer.echo(f"Let op: {warning}")
    typer.echo("Alles klopt. Hierna: tev run " + analysis)


@app.command()
def run(
    analysis: Annotated[str, typer.Argument(metavar="ANALYSE", help="Naam van de map in analyses/.")],
    again: Annotated[bool, typer.Option("--opnieuw", help="Ook als er niets is veranderd.")] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, max=256, metavar="N", help="Hoeveel processen verhalen lezen."),
    ] = None,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            metavar="ADRES",
            help="Reken op een Dask-cluster: tls://host:poort (tcp:// is onversleuteld).",
        ),
    ] = "",
    where: Where = Path(),
) -> None:
    """Voer een analyse uit: lezen, anonimiseren, tellen, samenbrengen.

    Voorbeeld: tev run voorbeeld
    """
    from toolkit.intake.store import finish
    from toolkit.project import find_project

    project = find_project(where)
    finish(project)
    with progress() as step:
        from toolkit import analysis as work

        result = work.run(
            project,
            analysis,
            again=again,
            progress=step,
            workers=work.chosen_workers(project, workers, cluster),
        )
    for warning in result.warnings:
        typer.echo(f"Let op: {warning}")
    if not result.changed:
        typer.echo(
            f"Niets veranderd sinds {str(result.record['gestart'])[:16].replace('T', ' ')}: er is niets opnieuw gedaan."
        )
    else:
        seconds = sum(result.record["duur_seconden"].values())
        typer.echo(f"Klaar in {seconds:.0f} seconden.")
    typer.echo(f"De uitkomsten staan in {short(result.output, project.root)}")


def main() -> None:
    """Run `tev`; a mistake that a user can mend gives a Dutch message and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # A console in another code page must not stop a Dutch message with an é or a €.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    debug = "--debug" in sys.argv
    try:
        started()
        status = app(standalone_mode=False)
        if status == STOPPED:  # what typer makes of Ctrl-C
            raise KeyboardInterrupt
        flush()
        sys.exit(status if isinstance(status, int) else 0)
    except UsageError as error:
        sys.exit(usage_trouble(error))
    except ToolkitError as error:
        if debug:
            raise
        typer.echo(str(error), err=True)
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        ending()
        typer.echo(MESSAGE, err=True)
        sys.exit(STOPPED)
    except Exception as error:
        if debug:
            raise
        if known := computer_trouble(error):
            typer.echo(known, err=True)
            sys.exit(1)
        # The message of an unexpected error may hold story text: only its kind is shown.
        typer.echo(f"Er ging iets mis wat niet had mogen gebeuren ({type(error).__name__}).", err=True)
        typer.echo(
            "Herhaal de opdracht met --debug ervoor (tev --debug ...) en stuur de melding naar de makers.",
            err=True,
        )
        sys.exit(1)
