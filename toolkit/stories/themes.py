"""Themes by codebook: each story is compared with what the codebook says of each theme.

No theme has to be trained. Four kinds of evidence are added up (see toolkit.stories.domain): the story as a
whole, its sentences, the letters of its words, and the subjects that a model of the social domain sees in
story and theme alike. Stories are judged one by one: the other stories of a delivery change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.cache import Cache
from toolkit.stories.codebook import Theme, passages
from toolkit.stories.domain import (
    Book,
    Space,
    compare,
    count_letters,
    load_letters,
    load_space,
    see_book,
    see_passages,
    see_stories,
    weigh_letters,
)
from toolkit.stories.embed import Embedder, Vectors, embed
from toolkit.stories.language import is_non_answer

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ThemeSettings:
    """Weights of the four kinds of evidence, and when a theme applies.

    `primary` is the least fit of a main theme; another theme applies when its fit is at least
    `further` and at most `gap` below that of the main theme. For the shipped embeddings the values
    are those of scripts/train_themes.py; the defaults serve other embeddings.
    """

    whole: float = 0.5
    sentences: float = 0.1
    letters: float = 0.4
    subjects: float = 1.4
    primary: float = 1.5
    further: float = 1.5
    gap: float = 1.5


@dataclass(frozen=True)
class Assignment:
    """The themes of one story: the main one ("" is none), all that apply, and the fit to every theme.

    `score` is the share (0-1) of the main theme in a softmax over the themes: how clear the choice was.
    """

    theme: str
    themes: tuple[str, ...]
    score: float
    fits: Array


def shipped_settings(embedder: Embedder) -> ThemeSettings:
    """The settings for an embedding, as trained; the defaults for one that is not shipped."""
    shipped = load_space(embedder.name)
    return ThemeSettings(**shipped[1]["instellingen"]) if shipped else ThemeSettings()


def assign_themes(
    stories: Sequence[Sequence[str]],
    codebook: Sequence[Theme],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    settings: ThemeSettings | None = None,
) -> list[Assignment]:
    """The themes of every story; a story is the list of its de-identified sentences. Non-answers get none."""
    if not stories:
        return []
    chosen = settings or shipped_settings(embedder)
    fits = theme_fits(stories, codebook, embedder, cache, chosen)
    return assigned(stories, fits, codebook, chosen)


def assigned(
    stories: Iterable[Sequence[str]], fits: Array, codebook: Sequence[Theme], settings: ThemeSettings
) -> list[Assignment]:
    """The themes of every story by its fits (stories x themes); non-answers get none."""
    silent = (is_non_answer(" ".join(story)) for story in stories)
    return [
        Assignment("", (), 0.0, row) if mute else _assign(row, codebook, settings)
        for row, mute in zip(fits, silent, strict=True)
    ]


def _assign(row: Array, codebook: Sequence[Theme], settings: ThemeSettings) -> Assignment:
    applying = apply_thresholds(row, settings)
    if not applying:
        return Assignment("", (), 0.0, row)
    themes = tuple(codebook[k].id for k in applying)
    share = 1 / np.exp(row - row[applying[0]]).sum()
    return Assignment(themes[0], themes, round(float(share), 4), row)


def apply_thresholds(row: Array, settings: ThemeSettings) -> list[int]:
    """The places of the themes that apply to a story with these fits, the main one first; none if it fits too little."""
    order = np.argsort(-row, kind="stable")
    best = row[order[0]]
    if best < settings.primary:
        return []
    further = [int(k) for k in order[1:] if row[k] >= settings.further and best - row[k] <= settings.gap]
    return [int(order[0]), *further]


def theme_fits(
    stories: Sequence[Sequence[str]],
    codebook: Sequence[Theme],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    settings: ThemeSettings | None = None,
) -> Array:
    """How well each story fits each theme, shape (stories, themes); higher is better, about 0 is "as any story"."""
    chosen = settings or shipped_settings(embedder)
    return np.asarray(theme_evidence(stories, codebook, embedder, cache) @ weights_of(chosen))


def weights_of(settings: ThemeSettings) -> Array:
    """The weights of the four kinds of evidence, in their order."""
    return np.array([settings.whole, settings.sentences, settings.letters, settings.subjects])


def theme_evidence(
    stories: Sequence[Sequence[str]],
    codebook: Sequence[Theme],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
) -> Array:
    """The evidence that each story is about each theme, shape (stories, themes, 4); see `evidence`."""
    whole = embed([" ".join(story) for story in stories], embedder, cache)
    parts = embed([sentence for story in stories for sentence in story], embedder, cache)
    book, space = codebook_view(codebook, embedder, cache)
    return evidence_of(stories, whole, parts, book, space)


def codebook_view(codebook: Sequence[Theme], embedder: Embedder, cache: Cache) -> tuple[Book, Space]:
    """The codebook as stories are compared with it, and the space of the embedding."""
    told = [passages(theme) for theme in codebook]
    flat = [text for texts_of_theme in told for text in texts_of_theme]
    said = embed(flat, embedder, cache)
    letters = load_letters()
    shipped = load_space(embedder.name)
    space = shipped[0] if shipped else _unknown_space(said)
    book = see_book(
        see_passages(flat, said, letters, space),
        np.repeat(np.arange(len(told)), [len(part) for part in told]),
        weigh_letters(count_letters([" ".join(part) for part in told]), letters.rarity),
        letters,
        space,
    )
    return book, space


def evidence_of(
    stories: Sequence[Sequence[str]], whole: Vectors, parts: Vectors, book: Book, space: Space
) -> Array:
    """The evidence from the vectors of the stories and of all their sentences; see `compare`."""
    letters = load_letters()
    texts, sizes = [" ".join(story) for story in stories], [len(story) for story in stories]
    if not len(parts):
        parts = np.zeros((0, book.centres.shape[1]), dtype=np.float32)
    return compare(see_stories(texts, whole, parts, sizes, letters, space), book, letters, space)


def _unknown_space(said: Vectors) -> Space:
    """An embedding of which nothing is shipped: the codebook itself is the centre."""
    centre: Any = said.mean(axis=0) if len(said) > 1 else np.zeros(said.shape[1])
    nothing = np.zeros((0, said.shape[1]))
    return Space(centre, centre, None, nothing, nothing)
