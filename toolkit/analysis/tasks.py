"""The text commands that work on any CSV with an id and a text, without a project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.analysis.columns import kept_columns, personal_columns
from toolkit.analysis.texts import Progress, deidentify_texts, silent
from toolkit.cache import Cache
from toolkit.errors import DataError, Problem, ToolkitError
from toolkit.files import missing_columns, read_table, whole_files, write_csv
from toolkit.stories.codebook import read_codebook
from toolkit.stories.deidentify import Deidentified, spans_table
from toolkit.stories.embed import load_embedder
from toolkit.stories.language import Sentence, split_sentences
from toolkit.stories.lexicon import Lists
from toolkit.stories.sentiment import story_sentiment
from toolkit.stories.sentiment_model import load_model
from toolkit.stories.themes import assign_themes

NO_CACHE = Cache()


@dataclass(frozen=True)
class TaskResult:
    """Number of stories, how many things were found, the files written, and a Dutch note on trust."""

    rows: int
    found: int
    files: tuple[Path, ...]
    note: str = ""


def deidentify_file(
    source: Path, out: Path, id_column: str = "id", text_column: str = "text", progress: Progress = silent
) -> TaskResult:
    """De-identify the texts of a CSV.

    Writes `out` (id, tekst, then the other columns of the input as `kept_columns` leaves them; everything
    is text) and beside it `<out>.spans.csv` (id, start, eind, soort; offsets in the original text, code points,
    end exclusive).

    Raises DataError for a missing column, an empty or a double id.
    """
    spans = out.with_suffix(".spans.csv") if out.suffix else out.with_name(out.name + ".spans.csv")
    refuse_targets([out, spans], [source])
    frame, texts = read_texts(source, id_column, text_column)
    results = deidentify_texts(texts, Lists(), NO_CACHE, progress)
    cleaned = pd.DataFrame({"id": frame[id_column], "tekst": [one.text for one in results]})
    table, note = _beside(cleaned, frame, id_column, text_column)
    with whole_files(out, spans) as (new_out, new_spans):
        write_csv(table, new_out)
        write_csv(spans_table(list(frame[id_column]), results), new_spans)
    return TaskResult(len(frame), sum(len(one.mentions) for one in results), (out, spans), note)


def sentiment_file(
    source: Path, out: Path, sentences: bool = False, id_column: str = "id", text_column: str = "text",
    model: str = "auto", progress: Progress = silent,
) -> TaskResult:  # fmt: skip
    """The sentiment of the texts of a CSV.

    Writes id, sentiment, score and the other columns; per sentence: id, zin, start, eind, tekst
    (de-identified), sentiment, score, with offsets in the original text. Score is polarity, -1 to 1.
    """
    refuse_targets([out], [source])
    frame, texts = read_texts(source, id_column, text_column)
    results = deidentify_texts(texts, Lists(), NO_CACHE, progress)
    embedder = load_embedder(model)
    left_out = ""
    parts = [clean_sentences(text, result) for text, result in zip(texts, results, strict=True)]
    progress("Toon bepalen", 0, 1)
    judged = story_sentiment([[clean for _, clean in part] for part in parts], embedder)
    progress("Toon bepalen", 1, 1)
    if sentences:
        rows: list[dict[str, Any]] = [
            {"id": name, "zin": number, "start": place.start, "eind": place.end, "tekst": clean,
             "sentiment": one.label, "score": one.polarity}
            for name, part, (_, each) in zip(frame[id_column], parts, judged, strict=True)
            for number, ((place, clean), one) in enumerate(zip(part, each, strict=True), start=1)
        ]  # fmt: skip
        table = pd.DataFrame(rows, columns=["id", "zin", "start", "eind", "tekst", "sentiment", "score"])
    else:
        table = pd.DataFrame(
            {
                "id": frame[id_column],
                "sentiment": [story.label for story, _ in judged],
                "score": [story.polarity for story, _ in judged],
            }
        )
        table, left_out = _beside(table, frame, id_column, text_column)
    write_csv(table, out)
    card = load_model(embedder.name).scores
    score = f"{card['zinnen_macro_f1' if sentences else 'verhalen_macro_f1']:.2f}".replace(".", ",")
    note = f"Indicatief: op {card['gemeten_op']['zinnen' if sentences else 'verhalen']} ongeziene teksten was de macro-F1 {score} (1 is foutloos)."
    return TaskResult(len(frame), len(table), (out,), " ".join(filter(None, [note, left_out])))


def themes_file(
    source: Path, codebook: Path, out: Path, id_column: str = "id", text_column: str = "text",
    model: str = "auto", progress: Progress = silent,
) -> TaskResult:  # fmt: skip
    """The themes of the texts of a CSV by a codebook.

    Writes id, thema (the best one, empty is no theme), themas (all that apply, joined by ";"), score
    (0-1) and the other columns.
    """
    refuse_targets([out], [source, codebook])
    themes = read_codebook(codebook)
    frame, texts = read_texts(source, id_column, text_column)
    results = deidentify_texts(texts, Lists(), NO_CACHE, progress)
    stories = [
        [clean for _, clean in clean_sentences(text, one)] for text, one in zip(texts, results, strict=True)
    ]
    progress("Thema's zoeken", 0, 1)
    found = assign_themes(stories, themes, load_embedder(model))
    progress("Thema's zoeken", 1, 1)
    table = pd.DataFrame(
        {
            "id": frame[id_column],
            "thema": [one.theme for one in found],
            "themas": [";".join(one.themes) for one in found],
            "score": [one.score for one in found],
        }
    )
    table, note = _beside(table, frame, id_column, text_column)
    write_csv(table, out)
    return TaskResult(len(frame), sum(bool(one.theme) for one in found), (out,), note)


def read_texts(source: Path, id_column: str, text_column: str) -> tuple[pd.DataFrame, list[str]]:
    """The table, and its texts as they were delivered."""
    frame = read_table(source, header=[id_column, text_column], strip=False)
    problems = missing_columns(frame, [id_column, text_column], source.name)
    if not problems:
        ids = frame[id_column].str.strip()
        problems = [
            Problem(
                source.name, "het nummer is leeg.", "Geef elk verhaal een nummer.", row=row, column=id_column
            )
            for row in frame.index[ids == ""]
        ]
        problems += [
            Problem(
                source.name,
                f"het nummer '{ids[row]:.20}' komt twee keer voor.",
                "Geef elk verhaal een eigen nummer.",
                row=row,
                column=id_column,
            )
            for row in frame.index[ids.duplicated() & (ids != "")]
        ]
    if problems:
        raise DataError(problems)
    return frame.reset_index(drop=True), list(frame[text_column])


def refuse_targets(targets: Sequence[Path], sources: Sequence[Path]) -> None:
    """Refuse to write over what is read, or among deliveries.

    Raises ToolkitError.
    """
    for target in targets:
        whole = target.resolve()
        if any(whole == source.resolve() or _same_file(target, source) for source in sources):
            raise ToolkitError(
                f"{target.name} wordt gelezen en kan niet ook de uitkomst zijn: dan raakt u het enige origineel kwijt.",
                "Geef bij --out een andere naam.",
            )
        if "raw" in (part.lower() for part in whole.parent.parts):
            raise ToolkitError(
                f"{target.name} komt in een map raw/ te staan. Daar horen alleen leveringen.",
                "Kies bij --out een andere map.",
            )


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _beside(
    table: pd.DataFrame, frame: pd.DataFrame, id_column: str, text_column: str
) -> tuple[pd.DataFrame, str]:
    """The table with the other columns of the input beside it, and a Dutch note on those left out."""
    read = (id_column, text_column)
    left_out = [name for name in personal_columns(frame.columns) if name not in read]
    note = f"Niet overgenomen, want daarin staat om wie het gaat: {', '.join(left_out)}." if left_out else ""
    return pd.concat([table, kept_columns(frame, read, table.columns)], axis=1), note


def clean_sentences(text: str, result: Deidentified) -> list[tuple[Sentence, str]]:
    """The sentences of the original text, each with its de-identified words."""
    spans = [(mention.start, mention.end) for mention in result.mentions]
    place = _positions(text, result)
    return [(one, result.text[place(one.start) : place(one.end)]) for one in split_sentences(text, spans)]


def _positions(text: str, result: Deidentified) -> Callable[[int], int]:
    """Where a place of the original text, outside mentions, stands in the de-identified text."""
    edges: list[tuple[int, int]] = [
        (0, 0)
    ]  # (end of a literal start in the original, its place in the result)
    new, old = 0, 0
    mentions = result.mentions
    for position, mention in enumerate(mentions):
        new += mention.start - old
        following = mentions[position + 1].start if position + 1 < len(mentions) else len(text)
        literal = text[mention.end : following]
        close = result.text.index("]", new) + 1
        # A placeholder ends at its first "]"; the literal text after it must be what followed the mention.
        assert result.text.startswith(literal, close)
        new, old = close, mention.end
        edges.append((old, new))

    def place(position: int) -> int:
        start, target = max(edge for edge in edges if edge[0] <= position)
        return target + position - start

    return place
