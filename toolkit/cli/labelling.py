"""`tev stories label` and `tev stories validate`: people judge stories, in the terminal or in a sheet."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from toolkit.cli.console import progress, wrapped

Corpus = Annotated[str, typer.Argument(metavar="VERHALEN", help="Naam van de map in corpora/.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="BLAD.xlsx", help="Maak een blad om in te vullen (.xlsx of .csv)."),
]
Back = Annotated[Path | None, typer.Option("--in", metavar="BLAD.xlsx", help="Lees een ingevuld blad terug.")]
Coder = Annotated[str, typer.Option("--codeur", help="Uw naam of paraaf.")]
Analysis = Annotated[str, typer.Option("--analyse", help="Analyse, als er meer dan één is.")]
Where = Annotated[Path, typer.Option("--map", help="De map van het project.", show_default="deze map")]
SHEET_NOTE = "In het blad staat de tekst van verhalen, zonder de namen die gevonden zijn. Bewaar het veilig en wis het na gebruik."
KINDS = {"toon": "de toon van verhalen", "zinnen": "de toon van zinnen", "themas": "de thema's van verhalen"}


def register(stories: typer.Typer) -> None:
    """Add the commands of this module to `tev stories`."""
    stories.command()(label)
    stories.command()(validate)


def label(
    corpus: Corpus,
    number: Annotated[
        int, typer.Option("--aantal", min=1, help="Hoeveel verhalen er worden voorgesteld.")
    ] = 20,
    out: Out = None,
    back: Back = None,
    coder: Coder = "",
    analysis: Analysis = "",
    where: Where = Path(),
) -> None:
    """Leer de computer de thema's: u labelt de verhalen waar hij het meest van leert.

    Zonder --out en --in gaat het hier in de terminal. Wat u zegt, komt in corpora/VERHALEN/labels/ en telt
    vanaf dan mee in tev run.

    Voorbeeld: tev stories label voorbeeld --aantal 20 --codeur JV
    """
    from toolkit.analysis import labelling as work
    from toolkit.project import find_project

    _one_way(out, back)
    with progress() as step:
        bench = work.open_bench(find_project(where), corpus, analysis, step)
    question = work.theme_question(bench)
    if back:
        rows = work.stories_of(bench, bench.ids)
        answers = work.read_sheet(bench, back, question, rows, coder)
        bench = work.add_theme_answers(bench, answers)
        typer.echo(f"{len(answers)} antwoorden gelezen uit {back.name}.")
    else:
        rows = work.proposals(bench, number, coder)
        if out:
            _write(rows, out, question, coder)
            typer.echo(
                f"{len(rows)} verhalen staan klaar in {out}. Hierna: tev stories label {corpus} --in {out}"
            )
            return
        keep = _Keeper(bench, lambda one, answers: work.add_theme_answers(one, answers))
        _ask(rows, question, coder, keep)
        bench = keep.bench
    _report_learning(bench)


def validate(
    corpus: Corpus,
    kind: Annotated[str, typer.Option("--wat", help="toon, zinnen of themas.")] = "toon",
    number: Annotated[int, typer.Option("--aantal", min=10, help="Grootte van de steekproef.")] = 120,
    out: Out = None,
    back: Back = None,
    coder: Coder = "",
    again: Annotated[
        bool, typer.Option("--opnieuw", help="Trek een nieuwe steekproef; de oude vervalt.")
    ] = False,
    analysis: Analysis = "",
    where: Where = Path(),
) -> None:
    """Controleer de computer: u beoordeelt een steekproef, zonder te zien wat de computer zei.

    Is de steekproef groot genoeg, dan verbetert tev run de aandelen met wat de computer fout had, en staat
    er niet meer 'indicatief' bij.

    Voorbeeld: tev stories validate voorbeeld --wat toon --out controle.xlsx
    """
    from toolkit.analysis import labelling as work
    from toolkit.errors import ToolkitError, closest
    from toolkit.project import find_project

    _one_way(out, back)
    if kind not in KINDS:
        raise ToolkitError(
            f"'{kind:.40}' kan niet worden gecontroleerd.",
            closest(kind, KINDS) or "Kies toon, zinnen of themas.",
        )
    checked: Any = kind
    with progress() as step:
        bench = work.open_bench(find_project(where), corpus, analysis, step)
    bench = work.draw_check(bench, checked, number, again=again)
    question = work.check_question(bench, checked)
    if back:
        answers = work.read_sheet(bench, back, question, work.check_texts(bench, checked), coder)
        bench = work.add_check_answers(bench, checked, answers)
        typer.echo(f"{len(answers)} antwoorden gelezen uit {back.name}.")
    else:
        rows = work.to_check(bench, checked, coder)
        if out:
            _write(rows, out, question, coder)
            typer.echo(f"{len(rows)} rijen staan klaar in {out}.")
            typer.echo(f"Hierna: tev stories validate {corpus} --wat {kind} --in {out}")
            return
        keep = _Keeper(bench, lambda one, answers: work.add_check_answers(one, checked, answers))
        _ask(rows, question, coder, keep)
        bench = keep.bench
    _report_check(work.check_report(bench, checked), kind)


def _one_way(out: Path | None, back: Path | None) -> None:
    from toolkit.errors import ToolkitError

    if out and back:
        raise ToolkitError(
            "--out en --in gaan niet samen.",
            "Maak eerst een blad met --out, en lees het later terug met --in.",
        )
    if out and "raw" in (part.lower() for part in out.resolve().parent.parts):
        raise ToolkitError(
            f"{out.name} komt in een map raw/ te staan. Daar horen alleen leveringen.",
            "Kies bij --out een andere map.",
        )


def _write(rows: Any, out: Path, question: Any, coder: str) -> None:
    from toolkit.stories.fillin import write_sheet

    write_sheet(out, rows, question, coder)
    typer.echo(SHEET_NOTE)


class _Keeper:
    """Keeps every answer at once: whoever stops halfway loses nothing."""

    def __init__(self, bench: Any, keep: Callable[[Any, Any], Any]) -> None:
        self.bench = bench
        self._keep = keep

    def __call__(self, row: Any, label: str, coder: str) -> None:
        import pandas as pd

        from toolkit.stories.answers import answer

        one = answer(row["verhaal"], label, coder, date.today(), row["zin"])
        self.bench = self._keep(self.bench, pd.DataFrame([one]))


def _ask(rows: Any, question: Any, coder: str, keep: _Keeper) -> None:
    """Ask about every row on the terminal (or read the answers from a pipe)."""
    from rich.columns import Columns
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from toolkit.errors import ToolkitError
    from toolkit.stories.answers import JOIN, NONE

    if not coder:
        raise ToolkitError("Wie beoordeelt er?", "Zet uw naam of paraaf erbij: --codeur JV")
    console = Console(highlight=False)
    for line in question.guide:
        console.print(Text(line))
    choices = [name for name in question.choices if name != NONE]
    shown = [f"{number} {question.choices[name]}" for number, name in enumerate(choices, start=1)]
    if NONE in question.choices:
        shown.append("0 geen thema")
    several = " Meer thema's: 3,7 (het hoofdthema eerst)." if question.several else ""
    console.print(Text(f"Enter slaat over, s stopt.{several}"), style="dim")
    done = 0
    for number, row in enumerate(rows.to_dict("records"), start=1):
        console.print()
        console.rule(Text(f"{number} van {len(rows)}"), align="left")
        console.print(Padding(Text(row["tekst"]), (0, 2)))
        console.print(
            Padding(Columns([Text(one) for one in shown], padding=(0, 3)), (1, 2, 0, 2)), style="cyan"
        )
        while True:
            try:
                console.print("Keuze: ", end="")
                line = sys.stdin.readline()
            except KeyboardInterrupt:
                line = ""
            said = line.strip().lower()
            if not line or said in ("s", "q", "stop"):
                console.print(Text(f"\nGestopt. {done} antwoorden zijn bewaard."))
                return
            if not said:
                break
            numbers = [part.strip() for part in said.replace(" ", ",").split(",") if part.strip()]
            valid = all(part.isdigit() and int(part) <= len(choices) for part in numbers)
            valid = valid and (
                len(numbers) == 1 or (question.several and "0" not in numbers and len(numbers) <= 3)
            )
            if not valid or ("0" in numbers and NONE not in question.choices):
                console.print(Text("Dat is geen keuze. Typ een van de nummers."))
                continue
            names = [NONE if part == "0" else choices[int(part) - 1] for part in dict.fromkeys(numbers)]
            keep(row, JOIN.join(names), coder)
            done += 1
            break
    console.print(Text(f"\nKlaar: {done} antwoorden zijn bewaard."))


def _report_learning(bench: Any) -> None:
    from toolkit.analysis import labelling as work

    found = work.taught(bench).agreement
    if found is None:
        typer.echo("Er zijn nog geen verhalen gelabeld.")
        return
    typer.echo(f"\n{found.stories} verhalen zijn door mensen gelabeld.")
    alpha = work.theme_alpha(bench)
    if alpha.units:
        typer.echo(f"Mensen onderling (Krippendorffs alfa, {alpha.units} verhalen): {alpha_words(alpha)}")
    typer.echo("Zelfde hoofdthema als mensen, op die verhalen:")
    typer.echo(f"  alleen het codeboek   {_share(found.before)}")
    typer.echo(f"  na leren              {_share(found.after)}")
    typer.echo(f"  verschil              {_points(found.gain)}")
    typer.echo(wrapped("Na leren is gemeten met kruisvalidatie: elk verhaal is beoordeeld door een model dat het antwoord niet kende."))  # fmt: skip
    typer.echo(wrapped("Deze verhalen zijn gekozen omdat de computer twijfelde. Over alle verhalen samen is hij het daarom meestal vaker met mensen eens. Meet dat met: tev stories validate --wat themas"))  # fmt: skip
    if found.helps:
        typer.echo(wrapped("tev run gebruikt vanaf nu wat er geleerd is."))
    else:
        typer.echo(wrapped("Leren hielp nog niet, of er zijn minder dan 20 verhalen gelabeld. tev run neemt uw labels over; over de andere verhalen beslist het codeboek."))  # fmt: skip


def _report_check(found: Any, kind: str) -> None:
    from toolkit.report import wording

    typer.echo(f"\nControle van {KINDS[kind]}: {found.judged} van {found.drawn} beoordeeld.")
    if not found.judged:
        return
    if found.people.units:
        typer.echo(
            f"Mensen onderling (Krippendorffs alfa, {found.people.units} dubbel beoordeeld): {alpha_words(found.people)}"
        )
    typer.echo(f"Computer tegen mensen (alfa): {alpha_words(found.computer)}")
    typer.echo(f"\n  {'label':24}{'n':>4}  {'precisie':>20}  {'recall':>20}  {'f1':>20}")
    for row in found.scores.to_dict("records"):
        cells = [
            _bounded(row[name], row[f"{name}_laag"], row[f"{name}_hoog"])
            for name in ("precisie", "recall", "f1")
        ]
        typer.echo(f"  {row['label'][:23]:24}{row['n']:>4}  " + "  ".join(f"{cell:>20}" for cell in cells))
    typer.echo(wrapped("Precisie: hoe vaak het klopt als de computer dit zegt. Recall: hoeveel ervan hij vindt. 1 is foutloos; tussen haakjes de marge."))  # fmt: skip
    if kind == "zinnen":
        typer.echo(wrapped("Aandelen in het rapport gaan over verhalen. Controleer daarvoor: --wat toon"))
    elif found.refused:
        typer.echo(wrapped(f"Nog niet gebruikt in tev run: {found.refused}"))
    else:
        typer.echo(wrapped("tev run verbetert vanaf nu de aandelen met deze controle. Er staat niet meer 'indicatief' bij."))  # fmt: skip
    if found.computer.value == found.computer.value and found.computer.value < 0.67:
        typer.echo(
            wrapped(
                f"Let op: een alfa onder {wording.number(0.67, 2)} is laag. Lees de aandelen met hun marge."
            )
        )


def _share(bounds: tuple[float, float, float]) -> str:
    from toolkit.report import wording

    value, low, high = (wording.percent(100 * one) for one in bounds)
    return f"{value} (tussen {low} en {high})"


def _points(bounds: tuple[float, float, float]) -> str:
    from toolkit.report import wording

    value, low, high = (("+" if one > 0 else "") + wording.number(100 * one) for one in bounds)
    return f"{value} procentpunt (tussen {low} en {high})"


def _bounded(value: float, low: float, high: float) -> str:
    from toolkit.report import wording

    return (
        f"{wording.number(value, 2)} ({wording.number(low, 2)}-{wording.number(high, 2)})"
        if value == value
        else "-"
    )


def alpha_words(found: Any) -> str:
    """An alpha with its interval, in Dutch."""
    return _bounded(found.value, found.low, found.high) if found.value == found.value else "niet te berekenen"
