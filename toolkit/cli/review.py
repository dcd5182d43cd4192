"""`tev stories review`: look at what was replaced in a corpus, and correct it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import progress, short
from toolkit.cli.stories import stories

if TYPE_CHECKING:
    from toolkit.analysis.review import ReviewState, StoryReview
    from toolkit.stories.lexicon import Correction


@stories.command()
def review(
    corpus: Annotated[str, typer.Argument(metavar="CORPUS", help="De map van de verhalen in corpora/.")],
    excel: Annotated[bool, typer.Option("--excel", help="Maak een Excelbestand om in na te kijken.")] = False,
    take: Annotated[bool, typer.Option("--verwerk", help="Neem over wat u in Excel heeft ingevuld.")] = False,
    number: Annotated[int, typer.Option("--aantal", min=1, help="Hoeveel verhalen u nu nakijkt.")] = 10,
    where: Annotated[
        Path, typer.Option("--map", help="De map van het project.", show_default="deze map")
    ] = Path(),
) -> None:
    """Kijk na wat er uit de verhalen is gehaald, en verbeter het.

    Wat u verbetert, geldt voortaan bij elke tev run. Alles blijft in de map raw/ van het corpus.

    Voorbeeld: tev stories review bewoners-2026 --excel
    """
    from toolkit.analysis import review as work
    from toolkit.project import find_project

    project = find_project(where)
    if take:
        _tell(work.take_review(project, corpus))
        return
    with progress() as step:
        found = work.review_stories(project, corpus, progress=step)
    if excel:
        path = work.write_review(project, corpus, found)
        typer.echo(f"{sum(len(one.items) for one in found)} vervangen gegevens in {len(found)} verhalen.")
        typer.echo(f"Vul in: {short(path, project.root)}")
        typer.echo(f"Daarna: tev stories review {corpus} --verwerk")
        _tell(work.review_state(project, corpus, found))
        return
    waiting = [one for one in found if not one.reviewed][:number]
    for place, story in enumerate(waiting, start=1):
        made = _ask(story, f"Verhaal {story.story} ({place} van {len(waiting)})")
        if made is None:
            break
        work.save_review(project, corpus, made, [story])
    _tell(work.review_state(project, corpus, work.review_stories(project, corpus)))


def _tell(state: ReviewState) -> None:
    known = f"{state.corrections} verbetering{'' if state.corrections == 1 else 'en'} bewaard"
    typer.echo(f"{state.reviewed} van de {state.stories} verhalen nagekeken, {known}.")


def _ask(story: StoryReview, title: str) -> list[Correction] | None:
    """The corrections of one story as they are typed; None when the reviewer stops before the end."""
    from toolkit.stories.corrections import CHOICES
    from toolkit.stories.lexicon import Correction
    from toolkit.stories.mentions import KINDS

    typer.echo(f"\n{title}\n{_wrapped(story.clean)}\n")
    made: list[Correction] = []
    for item in story.items:
        typer.echo(_wrapped(f"{item.before}>>{item.text}<<{item.after}".replace("\n", " ")))
        verdict = _choose(
            f"[{item.kind}] Enter = goed, blijft, een andere soort, of stop", (*CHOICES, "stop")
        )
        if verdict == "stop":
            return None
        if verdict and verdict != item.kind:
            made.append(Correction(story.story, item.text, verdict))
    while missed := typer.prompt(
        "Gemist? Typ de woorden precies over (Enter = niets)", "", show_default=False
    ):
        if missed not in story.original:
            typer.echo("Dat staat niet zo in het verhaal. Let op hoofdletters en spaties.")
            continue
        typer.echo(_wrapped(f"Soorten: {', '.join(KINDS)}."))
        kind = _choose("Wat is het?", KINDS)
        if kind:
            made.append(Correction(story.story, missed, kind))
    return made


def _choose(question: str, allowed: tuple[str, ...]) -> str:
    """A word of the list, or "" for Enter; asks again until it is one."""
    while True:
        answer: str = typer.prompt(question, "", show_default=False).strip().lower()
        if not answer or answer in allowed:
            return answer
        typer.echo(_wrapped(f"Kies uit: {', '.join(allowed)}."))


def _wrapped(text: str) -> str:
    lines = [
        textwrap.fill(line, 78, initial_indent="  ", subsequent_indent="  ") for line in text.splitlines()
    ]
    return "\n".join(lines)
