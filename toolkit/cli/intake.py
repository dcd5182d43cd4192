"""`tev intake`: check and receive deliveries of partners, and what the state of them is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import short, wrapped

if TYPE_CHECKING:
    from toolkit.intake.check import Checked
    from toolkit.intake.receive import Receipt
    from toolkit.project import Project

intake = typer.Typer(help="Leveringen van partners controleren en ontvangen.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(metavar="BESTAND", help="Het geleverde bestand.")]
Partner = Annotated[str, typer.Option("--partner", help="Wie het levert.")]
Source = Annotated[str, typer.Option("--bron", help="Map in surveys/ of corpora/ waar het voor is.")]
Where = Annotated[Path, typer.Option("--map", help="De map van het project.", show_default="deze map")]
_KEEP = Annotated[bool, typer.Option("--ja", help="Bevestig de herkende kolommen zonder vraag.")]


@intake.command("check")
def check(
    file: File,
    partner: Partner = "",
    kind: Annotated[str, typer.Option("--soort", help="trajecten, klachten, verhalen of enquete.")] = "",
    source: Source = "",
    to: Annotated[
        Path | None,
        typer.Option("--naar", help="Map voor het verslag.", show_default="de map van het bestand"),
    ] = None,
    where: Where = Path(),
) -> None:
    """Controleer een levering, zonder iets te bewaren. Maakt een verslag en een kopie met gekleurde cellen.

    Voorbeeld: tev intake check trajecten-2025.xlsx --soort trajecten
    """
    from toolkit.intake.report import as_text

    checked = _checked(file, kind, source, partner, where)
    typer.echo(as_text(checked))
    _write_reports(checked, to or file.parent, file.stem)
    if checked.errors:
        raise typer.Exit(1)


@intake.command("receive")
def receive(
    file: File,
    partner: Partner = "",
    source: Source = "",
    yes: _KEEP = False,
    good_rows: Annotated[
        bool, typer.Option("--goede-rijen", help="Neem de rijen zonder fout aan, laat de andere weg.")
    ] = False,
    where: Where = Path(),
) -> None:
    """Ontvang een levering: controleren, sleutels vervangen door pseudoniemen, bewaren, en een ontvangstbewijs.

    Voorbeeld: tev intake receive trajecten-2025.xlsx --partner "Stichting De Kade"
    """
    from toolkit.intake import receive as work
    from toolkit.intake.report import as_text
    from toolkit.project import find_project

    project = find_project(where)

    def confirm(checked: Checked) -> bool:
        if yes:
            return True
        typer.echo(as_text(checked))
        return typer.confirm("Kloppen de kolommen die met 'gok' zijn gemerkt?", default=False)

    receipt = work.receive(project, file, partner, source, confirm, good_rows)
    if not receipt.accepted:
        typer.echo(as_text(receipt.checked))
        _write_reports(receipt.checked, file.parent, file.stem)
        raise typer.Exit(1)
    _show_receipt(receipt, project)


@intake.command("status")
def status(where: Where = Path()) -> None:
    """Laat zien wat er is ontvangen, wat er nog mist, en tot wanneer u het mag bewaren.

    Voorbeeld: tev intake status
    """
    from toolkit.intake.status import status as work
    from toolkit.intake.words import number, times
    from toolkit.project import find_project

    found = work(find_project(where))
    for one in found.delivered:
        until = f"bewaren tot {one.source.keep_until:%d-%m-%Y}"
        typer.echo(f"{one.source.id} ({one.source.specification.title.lower()}, {until})")
        for entry in one.deliveries:
            day = "-".join(reversed(entry["tijd"][:10].split("-")))
            rows = times(int(entry["rijen_aangenomen"]), "rij", "rijen")
            told = f"ontvangen, {rows}" if entry["wat"] == "ontvangen" else "geweigerd"
            typer.echo(
                f"  {entry['nummer']}  {day}  {entry['partner'][:30]:30}  {entry['periode']:8}  {told}"
            )
        for partner in one.missing:
            typer.echo(f"  {'–':9}  {'':10}  {partner[:30]:30}  nog niet ontvangen")
        if not one.deliveries and not one.missing:
            typer.echo("  nog niets ontvangen")
        if one.overdue:
            typer.echo(
                "  Let op: de bewaartermijn is voorbij. Verwijder de gegevens of verleng met een reden."
            )
    if found.erased:
        typer.echo(f"Gewist op verzoek: {times(found.erased, 'rij', 'rijen')}.")
    if found.broken:
        lines = ", ".join(map(str, found.broken[:5]))
        typer.echo(f"Let op: het logboek is veranderd of er mist iets (regel {lines}).")
        raise typer.Exit(1)
    typer.echo(f"Het logboek klopt ({number(found.lines)} {'regel' if found.lines == 1 else 'regels'}).")


@intake.command("rotate")
def rotate(where: Where = Path()) -> None:
    """Neem een nieuwe sleutel in gebruik: alle pseudoniemen worden nog een keer versleuteld.

    Voorbeeld: tev intake rotate
    """
    from toolkit.cli.console import files
    from toolkit.intake.rotate import rotate as work
    from toolkit.project import find_project

    count = work(find_project(where))
    typer.echo(
        f"De nieuwe sleutel is in gebruik ({files(count)} veranderd). Maak een nieuwe reservekopie van de sleutel."
    )


def _checked(file: Path, kind: str, source: str, partner: str, where: Path) -> Checked:
    """The check with what the project knows, or outside a project with what is shipped."""
    from toolkit.errors import ProjectError
    from toolkit.intake.check import check_file
    from toolkit.intake.receive import check_delivery
    from toolkit.intake.spec import specification
    from toolkit.project import find_project

    try:
        project = find_project(where)
    except ProjectError:
        if source or not kind:
            raise
        return check_file(file, specification({"soort": kind}))
    return check_delivery(project, file, source, partner, kind)


def _write_reports(checked: Checked, folder: Path, stem: str) -> None:
    """The page, and the copy with marked cells when there is something to mark."""
    from toolkit.files import whole_file
    from toolkit.intake.marked import write_marked
    from toolkit.intake.report import as_html
    from toolkit.report import wording

    copy = folder / f"{stem}-gemarkeerd.xlsx"
    some = bool(checked.findings) and bool(checked.parts)
    if some:
        write_marked(copy, checked)
    page = folder / f"{stem}-controle.html"
    with whole_file(page) as temporary:
        temporary.write_text(
            as_html(checked, wording.day(date.today()), copy.name if some else ""), encoding="utf-8"
        )
    typer.echo(f"\nVerslag: {short(page, folder)}")
    if some:
        typer.echo(f"Kopie met gekleurde cellen: {short(copy, folder)}")


def _show_receipt(receipt: Receipt, project: Project) -> None:
    from toolkit.intake.words import number

    facts = receipt.facts
    typer.echo(f"Ontvangstbewijs {facts['nummer']}")
    lines = [
        ("Partner", facts["partner"]),
        ("Voor", f"{facts['bron']}, periode {facts['periode']}"),
        (
            "Rijen",
            f"{number(facts['rijen_aangenomen'])} aangenomen, {number(facts['rijen_geweigerd'])} geweigerd",
        ),
        ("Bestand", f"SHA-256 {facts['sha256'][:16]}…"),
        ("Vervangt", str(facts["vervangt"])),
        ("Bewaard als", ", ".join(facts["bestanden"])),
    ]
    if facts["rijen_eerder_gewist"]:
        lines.append(
            ("Weggelaten", f"{number(facts['rijen_eerder_gewist'])} rijen van mensen die eerder zijn gewist")
        )
    if facts["formules_onschadelijk"]:
        lines.append(
            (
                "Formules",
                f"{number(facts['formules_onschadelijk'])} cellen die als formule begonnen, kregen een ' ervoor",
            )
        )
    for heading, text in lines:
        if text:
            typer.echo(f"  {heading:12}{text}")
    for text in facts["let_op"]:
        typer.echo(wrapped(f"Let op: {text}"))
    for one in facts["waarschuwingen"][:10]:
        typer.echo(wrapped(f"Let op: {one['melding']} ({number(one['aantal'])} keer)."))
    if receipt.path:
        typer.echo(f"Het bewijs staat in {short(receipt.path, project.root)}")
