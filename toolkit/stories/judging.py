"""What the models say of stories one by one: vectors, fits to themes, tone; the unit of work that is spread.

Each story is worked out by itself: what comes out hangs on its text and the models, not on the stories beside it,
on the order, or on how many processes work. (The last digits of a product of matrices differ with the number of
rows, so the texts of one story go through the embedding together, and nothing else does.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from toolkit.cache import Cache
from toolkit.stories.codebook import Theme
from toolkit.stories.domain import Book, Space, load_space
from toolkit.stories.embed import Embedder, Vectors, load_embedder, plain
from toolkit.stories.language import is_non_answer
from toolkit.stories.sentiment import (
    SENTENCE_LABELS,
    STORY_LABELS,
    Judge,
    Sentiment,
    by_story,
    courses,
    story_model,
)
from toolkit.stories.sentiment_model import load_model
from toolkit.stories.themes import (
    ThemeSettings,
    codebook_view,
    evidence_of,
    shipped_settings,
    weights_of,
)

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]


@dataclass(frozen=True)
class Asked:
    """What is asked of every story: fits to the themes of `book` (None: no themes), and tone.

    `space` is that of an embedding that is not shipped. All of it can be sent to another process.
    """

    embedder: str
    book: Book | None = None
    settings: ThemeSettings = field(default_factory=ThemeSettings)
    space: Space | None = None
    tone: bool = True


@dataclass(frozen=True)
class Told:
    """One de-identified story: its text, its sentences, and the vectors of both where they are known already."""

    text: str
    sentences: tuple[str, ...]
    vectors: Halves | None = None


@dataclass(frozen=True)
class Judged:
    """One story: vectors (1 + sentences: the whole first), fits (the same rows x themes), tone (the same rows x 2).

    The columns of tone are the number of the label (of STORY_LABELS in the first row, SENTENCE_LABELS in the
    others) and the polarity. Vectors are 16-bit floats, the others 32-bit, as they are kept: of a hundred thousand
    stories the vectors of all sentences are by far the most, and everything is worked out from what is kept.
    """

    vectors: Halves
    fits: Floats
    tone: Floats


def tones(rows: Floats) -> tuple[Sentiment, list[Sentiment]]:
    """The tone of a story and of its sentences, from the rows of Judged.tone."""
    story, *rest = [(int(label), round(float(polarity), 4) + 0.0) for label, polarity in rows]
    return Sentiment(STORY_LABELS[story[0]], story[1]), [
        Sentiment(SENTENCE_LABELS[label], polarity) for label, polarity in rest
    ]


def ask(codebook: Sequence[Theme], embedder: Embedder, tone: bool, cache: Cache) -> Asked:
    """What to ask of stories for this codebook (empty: no themes) and whether to judge their tone."""
    if not codebook:
        return Asked(embedder.name, tone=tone)
    book, space = codebook_view(codebook, embedder, cache)
    own = None if load_space(embedder.name) else space
    return Asked(embedder.name, book, shipped_settings(embedder), own, tone)


def judge_stories(
    task: tuple[Asked, Sequence[Told]], embedder: Embedder | None = None, judge: Judge | None = None
) -> list[Judged]:
    """What is asked of some stories; `embedder` and `judge` take the place of the shipped ones."""
    asked, stories = task
    model = embedder or load_embedder(asked.embedder)
    vectors = [one.vectors if one.vectors is not None else _vectors(one, model) for one in stories]
    sentences = [one.sentences for one in stories]
    parts = _rows([one[1:] for one in vectors])
    fits = _fits(asked, sentences, _rows([one[:1] for one in vectors]), parts)
    tone = _tone(sentences, parts, model, judge) if asked.tone else np.zeros((len(parts) + len(stories), 0))
    ends = np.cumsum([1 + len(story) for story in sentences])[:-1]
    return [
        Judged(vector, fit, said)
        for vector, fit, said in zip(
            vectors,
            np.split(fits.astype(np.float32), ends),
            np.split(tone.astype(np.float32), ends),
            strict=True,
        )
    ]


def _rows(parts: Sequence[Halves]) -> Floats:
    return np.vstack(parts).astype(np.float32) if parts else np.zeros((0, 1), dtype=np.float32)


def _vectors(story: Told, embedder: Embedder) -> Halves:
    texts = [plain(text) for text in (story.text, *story.sentences)]
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    found = embedder.encode([text or " " for text in places])
    return found[[places[text] for text in texts]].astype(np.float16)


def _fits(
    asked: Asked, sentences: Sequence[Sequence[str]], whole: Vectors, parts: Vectors
) -> npt.NDArray[np.float64]:
    """Fits of every story, followed by those of its sentences; a sentence that says nothing fits nothing (0)."""
    rows = sum(1 + len(story) for story in sentences)
    if asked.book is None:
        return np.zeros((rows, 0))
    shipped = load_space(asked.embedder)
    space = shipped[0] if shipped else asked.space
    assert space is not None
    weights = weights_of(asked.settings)
    result = np.zeros((rows, len(asked.book.known)))
    starts = np.cumsum([0, *(1 + len(story) for story in sentences)])[:-1]
    result[starts] = evidence_of(sentences, whole, parts, asked.book, space) @ weights
    inside = np.ones(rows, dtype=bool)
    inside[starts] = False
    flat = [sentence for story in sentences for sentence in story]
    says = np.array([not is_non_answer(sentence) for sentence in flat], dtype=bool)
    if says.any():
        alone = [[sentence] for sentence, one in zip(flat, says, strict=True) if one]
        found = evidence_of(alone, parts[says], parts[says], asked.book, space) @ weights
        result[np.flatnonzero(inside)[says]] = found
    return result


def _tone(
    sentences: Sequence[Sequence[str]], parts: Vectors, embedder: Embedder, judge: Judge | None
) -> npt.NDArray[np.float64]:
    """Label and polarity of every story, followed by those of its sentences."""
    found = (
        np.array(judge.judge(sentences)) if judge else load_model(embedder.name).by_vectors(sentences, parts)
    )
    rows: list[tuple[int, float]] = []
    for story, each in courses(sentences, by_story(sentences, found), story_model(embedder, judge)):
        rows.append((STORY_LABELS.index(story.label), story.polarity))
        rows += [(SENTENCE_LABELS.index(one.label), one.polarity) for one in each]
    return np.array(rows, dtype=float).reshape(-1, 2)
