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

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
Id = Annotated[str, typer.Argument(metavar="NAAM", help="Naam van de map in surveys/.")]
Where = Annotated[Path, typer.Option("--map", help="De map van het project.", show_default="deze map")]


def _folder(name: str, where: Path) -> tuple[Path, Path]:
    """The folder of a survey and the root of its project."""
    from toolkit.project import find_project

    project = find_project(where)
    return project.survey(name), project.root


def _say(sentence: str) -> None:
    """Print a sentence in lines that fit; a path or command is never broken."""
    import textwrap

    typer.echo(textwrap.fill(sentence, 78, break_long_words=False, break_on_hyphens=False))


def _day(moment: str) -> str:
    """A moment as people write it: 12 maart 2026 om 10:05."""
    from datetime import datetime

    if not moment:
        return "een onbekende dag"
    found = datetime.fromisoformat(moment)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year} om {found:%H:%M}"


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
        _say(f"Gemaakt: {short(path, root)}")
    _say(f"{len(made.questionnaire.questions)} vragen, talen: {', '.join(made.questionnaire.all_languages)}.")


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
    _say(f"In LimeSurvey: vragenlijst {made.number}, {'open' if made.open else 'nog niet open (concept)'}.")
    if made.replaced:
        _say(
            f"Het vorige concept ({made.replaced}) is vervangen. Had het deelnemers? Geef ze dan opnieuw mee."
        )
    if made.participants is not None:
        _say(f"Deelnemers: {made.participants}. Verstuur de uitnodigingen in LimeSurvey.")
    if not made.open:
        _say(f"Bekijk hem in LimeSurvey. Klopt alles? Dan: tev survey publish {name} --open")


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
    _say(
        f"Opgehaald: {found.new} nieuw, {found.changed} veranderd, {found.deleted} verwijderd in LimeSurvey."
    )
    _say(f"Nu in raw/: {found.complete} volledig, {found.incomplete} niet afgemaakt.")
    for note in found.notes:
        _say(note)
    if found.doubtful:
        _say(
            f"Let op: antwoorden met een tijd in het uur waarin de klok werd verzet: {found.doubtful}. "
            "Die tijd kan een uur schelen."
        )
    _say(f"Voor de analyse: {short(found.delivery, root)}")


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
    _say(f"Vragenlijst {found.number} in LimeSurvey: {opened}.")
    if found.there:
        _say(f"In LimeSurvey: {found.there[0]} volledig, {found.there[1]} niet afgemaakt.")
    if found.participants is not None:
        _say(f"Deelnemers: {found.participants}.")
    if found.counts is None:
        _say(f"Er is nog niets opgehaald. Doe dat met: tev survey fetch {name}")
    else:
        _say(
            f"In raw/: {found.counts.complete} volledig, {found.counts.incomplete} niet afgemaakt, "
            f"{found.counts.deleted} verwijderd in LimeSurvey, {found.counts.erased} gewist op verzoek."
        )
        _say(f"Opgehaald op {_day(found.fetched)}, voor het laatst helemaal op {_day(found.full)}.")
        if found.cut_off:
            _say("Het ophalen is de laatste keer afgebroken. De volgende keer gaat het daar verder.")
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
        _say(f"Gemaakt: {short(path, root)}")


@surveys.command()
def template(name: Id, where: Where = Path()) -> None:
    """Maak een Excel-bestand waarin een partner antwoorden invult, met keuzelijsten en controles.

    Voorbeeld: tev survey template bewoners
    """
    from toolkit.collect import questionnaires

    folder, root = _folder(name, where)
    _say(f"Gemaakt: {short(questionnaires.write_entry(folder), root)}")


@surveys.command()
def sheet(name: Id, where: Where = Path()) -> None:
    """Maak van de vragenlijst een Excel-bestand, voor wie liever niet in een tekstbestand werkt.

    Voorbeeld: tev survey sheet bewoners
    """
    from toolkit.collect import questionnaires

    folder, root = _folder(name, where)
    _say(f"Gemaakt: {short(questionnaires.write_sheet(folder), root)}")
    _say("Wilt u hiermee verder? Noem het vragenlijst.xlsx en haal vragenlijst.toml weg.")


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
    _say(f"{made.count} verhalen: {short(made.file, project.root)}")
    settings = (project.corpus(corpus) / "corpus.toml").read_text(encoding="utf-8-sig")
    if made.file.name not in settings:
        _say(f"Zet dit in corpora/{corpus}/corpus.toml, in plaats van de blokken die er al staan:")
        typer.echo("\n" + made.settings)


@surveys.command()
def readability(name: Id, where: Where = Path()) -> None:
    """Vertel hoe makkelijk de vragenlijst te lezen is: lange zinnen, moeilijke woorden, een cijfer.

    Voorbeeld: tev survey readability bewoners
    """
    from toolkit.collect import questionnaires

    folder, _ = _folder(name, where)
    report = questionnaires.read_aloud(folder)
    for line in report.summary():
        _say(line)
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
    _say("Bewaard in de sleutelbos van deze computer.")
