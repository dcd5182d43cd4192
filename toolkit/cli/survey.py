"""`tev survey`: from questionnaire to LimeSurvey, paper and data entry, and the responses back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import progress, short, wrapped

surveys = typer.Typer(
    help="Vragenlijsten: maken, publiceren in LimeSurvey, afdrukken, en antwoorden ophalen.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Id = Annotated[str, typer.Argument(metavar="NAAM", help="Naam van de map in surveys/.")]
Where = Annotated[Path, typer.Option("--map", help="De map van het project.", show_default="deze map")]


def _folder(name: str, where: Path) -> tuple[Path, Path]:
    """The folder of a survey and the root of its project."""
    from toolkit.project import find_project

    project = find_project(where)
    return project.survey(name), project.root


def _trying(sentence: str) -> None:
    """Say that something is tried again, on the error stream."""
    typer.echo(sentence, err=True)


@surveys.command()
def export(name: Id, where: Where = Path()) -> None:
    """Maak het bestand voor LimeSurvey (.lss) en het codeboek waarmee de antwoorden worden gelezen.

    Voorbeeld: tev survey export bewoners
    """
    from toolkit.collect import questionnaires

    folder, root = _folder(name, where)
    made = questionnaires.export(folder)
    for path in made.files:
        typer.echo(f"Gemaakt: {short(path, root)}")
    typer.echo(
        f"{len(made.questionnaire.questions)} vragen, talen: {', '.join(made.questionnaire.all_languages)}."
    )


@surveys.command()
def publish(
    name: Id,
    participants: Annotated[
        Path | None,
        typer.Option("--deelnemers", metavar="BESTAND", help="CSV of Excel met wie wordt uitgenodigd."),
    ] = None,
    activate: Annotated[bool, typer.Option("--open", help="Zet de vragenlijst ook open.")] = False,
    more: Annotated[bool, typer.Option("--erbij", help="Zet deelnemers bij die er al zijn.")] = False,
    where: Where = Path(),
) -> None:
    """Zet de vragenlijst in LimeSurvey, als concept. Uitnodigen doet u in LimeSurvey.

    Voorbeeld: tev survey publish bewoners --deelnemers deelnemers.xlsx --open
    """
    from toolkit.collect import limesurvey

    folder, _ = _folder(name, where)
    made = limesurvey.publish(folder, participants, activate, more, _trying)
    typer.echo(
        f"In LimeSurvey: vragenlijst {made.number}, {'open' if made.open else 'nog niet open (concept)'}."
    )
    if made.replaced:
        typer.echo(
            f"Het vorige concept ({made.replaced}) is vervangen. Had het deelnemers? Geef ze dan opnieuw mee."
        )
    if made.participants is not None:
        typer.echo(f"Deelnemers: {made.participants}. Verstuur de uitnodigingen in LimeSurvey.")
    if not made.open:
        typer.echo(f"Bekijk hem in LimeSurvey. Klopt alles? Dan: tev survey publish {name} --open")


@surveys.command()
def fetch(
    name: Id,
    full: Annotated[bool, typer.Option("--full", help="Haal alles opnieuw op en vergelijk.")] = False,
    where: Where = Path(),
) -> None:
    """Haal de antwoorden uit LimeSurvey op. Een volgende keer komt alleen wat nieuw of veranderd is.

    Voorbeeld: tev survey fetch bewoners
    """
    from toolkit.collect import limesurvey

    folder, root = _folder(name, where)
    with progress() as step:
        found = limesurvey.fetch(folder, full, step, _trying)
    typer.echo(
        f"Opgehaald: {found.new} nieuw, {found.changed} veranderd, {found.deleted} verwijderd in LimeSurvey."
    )
    typer.echo(f"Nu in raw/: {found.complete} volledig, {found.incomplete} niet afgemaakt.")
    for note in found.notes:
        typer.echo(note)
    if found.doubtful:
        typer.echo(
            f"Let op: {found.doubtful} antwoorden hebben een tijd in het uur waarin de klok werd verzet. "
            "Die tijd kan een uur schelen."
        )
    typer.echo(f"Voor de analyse: {short(found.delivery, root)}")


@surveys.command()
def status(
    name: Id,
    local: Annotated[bool, typer.Option("--lokaal", help="Vraag niets aan LimeSurvey.")] = False,
    where: Where = Path(),
) -> None:
    """Vertel hoe het staat: wat er binnen is, wat LimeSurvey heeft, en wat ophalen niet ziet.

    Voorbeeld: tev survey status bewoners
    """
    from toolkit.collect import limesurvey

    folder, _ = _folder(name, where)
    found = limesurvey.status(folder, not local, _trying)
    opened = {True: "open", False: "niet open", None: "onbekend of die open is"}[found.open]
    typer.echo(f"Vragenlijst {found.number} in LimeSurvey: {opened}.")
    if found.there:
        typer.echo(f"In LimeSurvey: {found.there[0]} volledig, {found.there[1]} niet afgemaakt.")
    if found.participants is not None:
        typer.echo(f"Deelnemers: {found.participants}.")
    if found.counts is None:
        typer.echo(f"Er is nog niets opgehaald. Doe dat met: tev survey fetch {name}")
    else:
        typer.echo(
            f"In raw/: {found.counts.complete} volledig, {found.counts.incomplete} niet afgemaakt, "
            f"{found.counts.deleted} verwijderd in LimeSurvey, {found.counts.erased} gewist op verzoek."
        )
        typer.echo(
            f"Opgehaald op {found.fetched or 'onbekend'}, voor het laatst helemaal op {found.full or 'nooit'}."
        )
        if found.cut_off:
            typer.echo("Het ophalen is de laatste keer afgebroken. De volgende keer gaat het daar verder.")
    for note in found.notes:
        typer.echo(wrapped(note))


@surveys.command("print")
def print_(
    name: Id,
    formats: Annotated[str, typer.Option("--naar", help="docx en/of pdf, met een komma.")] = "docx,pdf",
    where: Where = Path(),
) -> None:
    """Maak de vragenlijst op papier, in Word en PDF, in elke taal.

    Voorbeeld: tev survey print bewoners --naar pdf
    """
    from toolkit.collect import questionnaires

    folder, root = _folder(name, where)
    wanted = [part.strip().lower() for part in formats.split(",") if part.strip()]
    for path in questionnaires.print_paper(folder, wanted):
        typer.echo(f"Gemaakt: {short(path, root)}")


@surveys.command()
def template(name: Id, where: Where = Path()) -> None:
    """Maak een Excel-bestand waarin een partner antwoorden invult, met keuzelijsten en controles.

    Voorbeeld: tev survey template bewoners
    """
    from toolkit.collect import questionnaires

    folder, root = _folder(name, where)
    typer.echo(f"Gemaakt: {short(questionnaires.write_entry(folder), root)}")


@surveys.command()
def sheet(name: Id, where: Where = Path()) -> None:
    """Maak van de vragenlijst een Excel-bestand, voor wie liever niet in een tekstbestand werkt.

    Voorbeeld: tev survey sheet bewoners
    """
    from toolkit.collect import questionnaires

    folder, root = _folder(name, where)
    typer.echo(f"Gemaakt: {short(questionnaires.write_sheet(folder), root)}")
    typer.echo("Wilt u hiermee verder? Noem het vragenlijst.xlsx en haal vragenlijst.toml weg.")


@surveys.command()
def stories(
    name: Id,
    corpus: Annotated[str, typer.Option("--verhalen", metavar="NAAM", help="Naam van de map in corpora/.")],
    where: Where = Path(),
) -> None:
    """Geef de verhalen uit een vragenlijst door aan een map met verhalen, met triades en dyades.

    Voorbeeld: tev survey stories verhalen-2026 --verhalen verhalen
    """
    from toolkit.collect.stories import hand_over
    from toolkit.project import find_project

    project = find_project(where)
    made = hand_over(project, name, corpus)
    typer.echo(f"{made.count} verhalen: {short(made.file, project.root)}")
    settings = (project.corpus(corpus) / "corpus.toml").read_text(encoding="utf-8-sig")
    if made.file.name not in settings:
        typer.echo(f"Zet dit in corpora/{corpus}/corpus.toml, in plaats van de blokken die er al staan:\n")
        typer.echo(made.settings)


@surveys.command()
def readability(name: Id, where: Where = Path()) -> None:
    """Vertel hoe makkelijk de vragenlijst te lezen is: lange zinnen, moeilijke woorden, een cijfer.

    Voorbeeld: tev survey readability bewoners
    """
    from toolkit.collect import questionnaires

    folder, _ = _folder(name, where)
    report = questionnaires.read_aloud(folder)
    for line in report.summary():
        typer.echo(line)
    for remark in report.remarks:
        typer.echo(wrapped(remark.sentence()))


@surveys.command()
def login(host: Annotated[str, typer.Argument(metavar="SERVER", help="Zoals enquete.gemeente.nl.")]) -> None:
    """Bewaar gebruiker en wachtwoord van LimeSurvey in de sleutelbos van deze computer.

    Voorbeeld: tev survey login enquete.gemeente.nl
    """
    from toolkit.limesurvey import credentials

    address = host if "//" in host else f"https://{host}"
    user = typer.prompt("Gebruiker", err=True)
    hidden = sys.stdin.isatty()
    password = typer.prompt("Wachtwoord", hide_input=hidden, err=True)
    credentials.keep(address, user, password)
    typer.echo("Bewaard in de sleutelbos van deze computer.")
