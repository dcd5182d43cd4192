"""What a figure means in one plain sentence, and what the figures of a subject do not tell."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Output

_STATEMENTS = " / "  # between the statements that make up a score
_LIMITS = (
    (
        "bereik",
        "Wie hulp nodig heeft maar niet komt, staat niet in de registratie. Een hoog bereik zegt niet dat de hulp "
        "goed was.",
    ),
    ("uitval", "Mensen stoppen om veel redenen: soms juist omdat het goed gaat."),
    (
        "doelrealisatie",
        "Een gehaald doel zegt niet of het een groot of een klein doel was. Partners vullen doelen niet allemaal op "
        "dezelfde manier in.",
    ),
    (
        "tevredenheid",
        "Alleen mensen die de vragen invulden, gaven een oordeel. Een hoog cijfer betekent niet dat de hulp ook werkte.",
    ),
    (
        "sociale-samenhang",
        "De score is een gemiddelde: twee buurten met dezelfde score kunnen heel verschillend zijn.",
    ),
)
_ALWAYS = (
    "Of iets verandert dóór het beleid, kunnen we met deze cijfers niet zeggen. De vertellers zijn niet geloot: hun "
    "verhalen zeggen wat er speelt, niet hoe vaak."
)


def explanation(output: Output, measure: str) -> str:
    """What a measure is about, in one plain sentence: its question; "" when no definition is known.

    A score of several statements is told by their number and its scale.
    """
    rows = output.frame("definities")
    found = rows[rows["maat"] == measure]
    question = str(found["vraag"].iloc[0]).strip() if len(found) else ""
    if _STATEMENTS not in question:
        return question
    count = question.count(_STATEMENTS) + 1
    scale = str(found["eenheid"].iloc[0]).removeprefix("schaalscore").strip().replace("-", " tot ")
    text = f"Dit is één score uit {wording.number(count)} uitspraken van inwoners"
    return f"{text}, van {scale}." if scale else f"{text}."


def explained(output: Output, measures: Iterable[str]) -> str:
    """A note that explains each of the measures, as Markdown; "" when there is nothing to tell."""
    told = [
        f"**{escape_markdown(wording.capital(phrases.measure_name(output, one)))}**: {escape_markdown(text)}"
        for one in dict.fromkeys(measures)
        if (text := explanation(output, one))
    ]
    return "::: {.noot}\nWat deze cijfers betekenen. " + " ".join(told) + "\n:::\n" if told else ""


def limits(measures: Iterable[str]) -> str:
    """The box "Wat dit niet zegt" for a chapter with these measures."""
    known = list(measures)
    told = [text for start, text in _LIMITS if any(one.startswith(start) for one in known)]
    return f'::: {{.callout-note title="Wat dit niet zegt"}}\n{" ".join([*told, _ALWAYS])}\n:::\n'
