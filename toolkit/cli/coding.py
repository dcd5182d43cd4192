"""`tev stories export-codes` and `import-codes`: codes to and from programs for qualitative analysis."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import progress, wrapped
from toolkit.cli.labelling import Analysis, Coder, Corpus, Where

_NOT_READ = {
    "PictureSource": "beelden", "PDFSource": "pdf's", "AudioSource": "geluid", "VideoSource": "video's",
    "TextSource": "teksten buiten het bestand", "Case": "cases", "Variable": "variabelen", "Note": "notities",
    "Link": "links", "Set": "sets", "Graph": "grafieken", "Coding": "coderingen zonder code",
}  # fmt: skip


def register(stories: typer.Typer) -> None:
    """Add the commands of this module to `tev stories`."""
    stories.command("export-codes")(export_codes)
    stories.command("import-codes")(import_codes)


def export_codes(
    corpus: Corpus,
    out: Annotated[
        Path, typer.Option("--out", metavar="UIT.qdpx", help=".qdc: alleen de codes. .qdpx: ook de teksten.")
    ],
    computer: Annotated[bool, typer.Option("--met-computer", help="Met de thema's van de computer.")] = False,
    analysis: Analysis = "",
    where: Where = Path(),
) -> None:
    """Schrijf codes en verhalen voor ATLAS.ti, MAXQDA, NVivo en andere programma's (REFI-QDA).

    Voorbeeld: tev stories export-codes voorbeeld --out verhalen.qdpx
    """
    from toolkit.analysis import coding as work
    from toolkit.analysis.labelling import open_bench
    from toolkit.cli.labelling import SHEET_NOTE
    from toolkit.project import find_project

    with progress() as step:
        bench = open_bench(find_project(where), corpus, analysis, step)
    done = work.export_codes(bench, out, computer)
    if done.texts:
        typer.echo(f"{done.codes} codes, {done.texts} verhalen en {done.codings} coderingen staan in {out}.")
        typer.echo(wrapped(SHEET_NOTE.replace("het blad", "het bestand")))
        typer.echo(
            wrapped("Verander in het andere programma de teksten en hun namen niet: dan kan het terug.")
        )
    else:
        typer.echo(f"{done.codes} codes staan in {out}.")


def import_codes(
    corpus: Corpus,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="BESTAND", help=".qdpx, .qdc, of een CSV of Excel met verhaal, zin, code en codeur."
        ),
    ],
    coder: Coder = "",
    divided: Annotated[
        Path | None,
        typer.Option(
            "--verschillen", metavar="UIT.csv", help="Waar de zinnen komen waarover codeurs verschillen."
        ),
    ] = None,
    analysis: Analysis = "",
    where: Where = Path(),
) -> None:
    """Lees codes in die mensen gaven, en meet hoe vaak zij het eens zijn.

    Voorbeeld: tev stories import-codes voorbeeld gecodeerd.qdpx --verschillen verschillen.csv
    """
    from toolkit.analysis import coding as work
    from toolkit.analysis.labelling import open_bench
    from toolkit.cli.labelling import alpha_words
    from toolkit.project import find_project

    with progress() as step:
        bench = open_bench(find_project(where), corpus, analysis, step)
    found = work.import_codes(bench, source, coder, divided)
    typer.echo(f"{found.codes} nieuwe codes en {found.codings} coderingen gelezen uit {source.name}.")
    if found.skipped:
        words = ", ".join(
            f"{number} {_NOT_READ.get(name, name)}" for name, number in sorted(found.skipped.items())
        )
        typer.echo(wrapped(f"Niet gelezen: {words}."))
    if not found.agreement:
        typer.echo(
            "Geen enkel verhaal is door twee of meer mensen gecodeerd: overeenstemming is niet te meten."
        )
        return
    typer.echo("\nOvereenstemming per code, per zin (Krippendorffs alfa met marge):")
    for one in found.agreement:
        typer.echo(f"  {one.code[:40]:41}{alpha_words(one.alpha):>24}  {one.given:>5} keer gegeven")
    typer.echo(f"\nOver {len(found.divided)} zinnen en codes verschillen codeurs.")
    if divided:
        typer.echo(
            wrapped(f"Zij staan in {divided}, met hun tekst: bewaar dat veilig en wis het na gebruik.")
        )
