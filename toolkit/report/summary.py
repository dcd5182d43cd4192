"""The headline figures: as sentences for the command line and as the first chapter of a report."""

from __future__ import annotations

from pathlib import Path

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Figure, Output, city_of, headline_measures, pick, read_output, subjects

_LONGEST_QUOTE = 350  # characters; a longer quote belongs in its own chapter


def headline(folder: Path) -> list[str]:
    """The headline figures of an output folder as Dutch sentences in plain text, at most five.

    Each says what, how much, between which bounds, n and source; a figure that may not be shown
    says why. Raises ToolkitError when the folder holds no outcomes.
    """
    return sentences(read_output(folder))


def sentences(output: Output) -> list[str]:
    """The headline figures as Dutch sentences in plain text; see `headline`."""
    return [_sentence(output, measure) for measure in headline_measures(output)]


def headline_part(output: Output) -> str:
    """The headline figures as Markdown: number, what it is, margin, n, source, and a quote each."""
    used: set[str] = set()
    blocks = []
    for measure in headline_measures(output):
        figure = city_of(pick(output, measure))
        name = escape_markdown(wording.capital(phrases.measure_name(output, measure)))
        if figure is None or figure.value is None:
            blocks.append(_block(f"**{name}**", _unknown(figure), _quote(output, measure, used)))
            continue
        margin = wording.interval(figure.low, figure.high, figure.unit)
        words = wording.share_in_words(figure.value) if figure.unit == "procent" else ""
        facts = [
            margin and f"De marge ligt {margin}",
            wording.base(figure.n),
            f"bron: {phrases.source_words(figure)}",
        ]
        line = "; ".join(escape_markdown(fact) for fact in facts if fact)
        if figure.kind != "ok":
            line += f". {escape_markdown(wording.capital(phrases.status_words(figure)))}"
        value = escape_markdown(wording.amount(figure.value, figure.unit))
        head = f"[{value}]{{.getal}} **{name}**" + (f" ({escape_markdown(words)})" if words else "")
        blocks.append(_block(head, f"{line}.", _quote(output, measure, used)))
    if not blocks:
        return "Er zijn nog geen kerncijfers.\n"
    return "::::: {.kerncijfers}\n" + "\n".join(blocks) + ":::::\n"


def _block(head: str, line: str, quote: str) -> str:
    return f":::: {{.kerncijfer}}\n{head}\n\n::: {{.herkomst}}\n{line}\n:::\n\n{quote}::::\n"


def _sentence(output: Output, measure: str) -> str:
    name = wording.capital(phrases.measure_name(output, measure))
    figure = city_of(pick(output, measure))
    if figure is None or figure.value is None:
        return f"{name}: {_unknown(figure, plain=True)}"
    extra = [
        wording.interval(figure.low, figure.high, figure.unit),
        wording.base(figure.n),
        f"bron: {phrases.source_words(figure)}",
    ]
    if figure.kind != "ok":
        extra.append(phrases.status_words(figure))
    return (
        f"{name}: {wording.amount(figure.value, figure.unit)} ({'; '.join(part for part in extra if part)})."
    )


def _unknown(figure: Figure | None, plain: bool = False) -> str:
    if figure is None:
        return "voor dit kerncijfer is er nog geen uitkomst."
    words = f"{phrases.status_words(figure) or 'niet getoond'}."
    return words if plain else escape_markdown(words)


def reads_alone(text: str) -> bool:
    """Whether a quote makes sense beside a headline figure: a sentence, not too long, nothing taken out."""
    letters = sum(mark.isalpha() or mark.isspace() for mark in text)
    return (
        len(text) <= _LONGEST_QUOTE
        and "[" not in text
        and len(text.split()) >= 6
        and letters >= 0.8 * len(text)
    )


def _quote(output: Output, measure: str, used: set[str]) -> str:
    for subject in subjects(output):
        if measure not in subject.measures:
            continue
        for row in phrases.quotes(output, subject.id):
            if row["tekst"] not in used and reads_alone(row["tekst"]):
                used.add(row["tekst"])
                return phrases.quote(row) + "\n"
    return ""
