"""`tev indicators`: figures of CBS StatLine as measurements of indicators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

indicators = typer.Typer(
    help="Indicatoren: cijfers van het CBS ophalen.", no_args_is_help=True, rich_markup_mode=None
)


@indicators.callback()
def group() -> None:
    """Indicatoren: cijfers van het CBS ophalen."""


@indicators.command()
def fetch(
    table: Annotated[str, typer.Argument(metavar="TABEL", help="Nummer in StatLine, zoals 84799NED.")],
    areas: Annotated[
        str, typer.Option("--areas", help="Codes van gebieden, met komma's; NL0000 is Nederland.")
    ],
    periods: Annotated[str, typer.Option("--periods", help="2024, 2024-Q1 of 2024-09, met komma's.")],
    measures: Annotated[
        list[str],
        typer.Option("--measures", help="ID=CIJFER: onze naam, en de code of titel bij het CBS. Mag vaker."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="UIT.csv", help="Bestand met de metingen.")],
    set_id: Annotated[str, typer.Option("--set", help="Naam van de indicatorenset.")] = "cbs",
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", help="INDELING=CODE, als de tabel meer indelingen heeft. Mag vaker."),
    ] = None,
    kind: Annotated[str, typer.Option("--soort", help="registratie of steekproef, als u dat weet.")] = "",
    address: Annotated[
        str, typer.Option("--adres", help="Ander adres dan het CBS, met v4 en v3 eronder.", hidden=True)
    ] = "",
    timeout: Annotated[float, typer.Option("--wachten", help="Seconden wachten op het CBS.")] = 30.0,
) -> None:
    """Haal cijfers van CBS StatLine op, met herkomst en datum. Zonder verbinding blijft de vorige kopie staan.

    Voorbeeld: tev indicators fetch 84799NED --areas GM0505,WK050507 --periods 2020
    --measures inwoners=AantalInwoners_5 --set visie-2030 --out analyses/voorbeeld/indicatoren/cbs.csv
    """
    from toolkit.errors import ToolkitError
    from toolkit.indicators import cbs, odata

    if kind not in ("", "registratie", "steekproef"):
        raise ToolkitError(f"'{kind:.40}' is hier geen soort.", "Kies registratie of steekproef.")
    server = odata.Server(timeout=timeout)
    if address:
        server = odata.Server(f"{address}/v4", f"{address}/v3", timeout, pause=0.1)
    request = cbs.Request(
        table=table,
        areas=_split(areas),
        periods=_split(periods),
        measures=cbs.parse_measures([part for word in measures for part in _split(word)]),
        set=set_id,
        choices=cbs.parse_choices(choose or []),
        kind="registratie" if kind == "registratie" else "steekproef" if kind else "",
    )
    found = cbs.fetch(request, out, server)
    if not found.fresh:
        typer.echo(f"Let op: {found.note}. De kopie van {found.day} in {out} blijft in gebruik.")
        if found.without_value:
            typer.echo(f"In die kopie hebben {found.without_value} gevraagde cellen geen cijfer.")
        return
    typer.echo(f"Opgehaald op {found.day}: {found.rows} metingen uit {table}, {found.title}.")
    for line in found.meanings:
        typer.echo(f"  {line}")
    if found.without_value:
        typer.echo(f"{found.without_value} cellen hebben bij het CBS geen cijfer (geheim of niet bekend).")
    typer.echo(f"Bestand: {out}. Controleer of de eenheid dezelfde is als die van uw indicator.")


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
