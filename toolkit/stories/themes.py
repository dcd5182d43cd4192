"""Themes by codebook: each story is compared with what the codebook says of each theme.

No theme has to be trained. A story's fit to a theme adds up three comparisons, each standardised over the
themes: its embedding, the best of its sentences, and the words it shares with the theme's texts (rarer words
among the themes weigh more). Embeddings are centred on the mean of the texts in `corpora/ontwikkelset`,
because raw embeddings of one domain all lie close together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.cache import Cache
from toolkit.stories.codebook import Theme, passages, read_codebook
from toolkit.stories.embed import Embedder, Vectors, embed
from toolkit.stories.language import is_non_answer, lemmas, stop_words

Array = npt.NDArray[np.float64]
ENOUGH = 8  # themes in a codebook that can be compared with each other alone


@dataclass(frozen=True)
class ThemeSettings:
    """Weights of the three comparisons, and when a theme applies; chosen on corpora/ontwikkelset.

    `primary` is the least fit of a main theme; another theme applies when its fit is at least
    `further` and at most `gap` below that of the main theme. Fits are sums of standard scores.
    """

    sentences: float = 0.5
    words: float = 0.4
    primary: float = 1.9
    further: float = 1.6
    gap: float = 1.6
    sharpness: float = 1.2


@dataclass(frozen=True)
class Assignment:
    """The themes of one story: the main one ("" is none), all that apply, and the fit to every theme.

    `score` is the share (0-1) of the main theme in a softmax over the themes: how clear the choice was.
    """

    theme: str
    themes: tuple[str, ...]
    score: float
    fits: Array


def assign_themes(
    stories: Sequence[Sequence[str]],
    codebook: Sequence[Theme],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    settings: ThemeSettings = ThemeSettings(),
) -> list[Assignment]:
    """The themes of every story; a story is the list of its de-identified sentences.

    Non-answers get no theme. Fits compare themes with each other; a codebook of few themes is compared
    with the themes of the shipped codebook besides, which are never assigned.
    """
    texts = [" ".join(story) for story in stories]
    if not texts:
        return []
    fits = theme_fits(stories, codebook, embedder, cache, settings)
    ids = [theme.id for theme in codebook]
    result = []
    for text, row in zip(texts, fits, strict=True):
        order = np.argsort(-row, kind="stable")
        best = order[0]
        powers = np.exp((row - row[best]) * settings.sharpness)
        if is_non_answer(text) or row[best] < settings.primary:
            result.append(Assignment("", (), 0.0, row))
            continue
        further = [k for k in order[1:] if row[k] >= settings.further and row[best] - row[k] <= settings.gap]
        themes = tuple(ids[k] for k in (best, *further))
        result.append(Assignment(ids[best], themes, round(float(1 / powers.sum()), 4), row))
    return result


def theme_fits(
    stories: Sequence[Sequence[str]],
    codebook: Sequence[Theme],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    settings: ThemeSettings = ThemeSettings(),
) -> Array:
    """How well each story fits each theme, shape (stories, themes); higher is better, 0 is the mean theme."""
    texts = [" ".join(story) for story in stories]
    beside = reference_themes() if len(codebook) < ENOUGH else ()
    told = [passages(theme) for theme in (*codebook, *beside)]
    whole = embed(texts, embedder, cache)
    parts = embed([sentence for story in stories for sentence in story], embedder, cache)
    said = embed([text for texts_of_theme in told for text in texts_of_theme], embedder, cache)
    centre = background(embedder, said)
    owner = np.repeat(np.arange(len(told)), [len(part) for part in told])
    themes = _unit(np.vstack([_unit(said - centre)[owner == k].mean(axis=0) for k in range(len(told))]))
    by_story = _unit(whole - centre) @ themes.T
    by_sentence = _softmax_over_sentences(
        _unit(parts - centre) @ themes.T if len(parts) else None, stories, themes
    )
    by_word = _shared_words(texts, told)
    fits: Array = (
        _standardise(by_story)
        + settings.sentences * _standardise(by_sentence)
        + settings.words * _standardise(by_word)
    )
    return fits[:, : len(codebook)]


@lru_cache(maxsize=1)
def reference_themes() -> tuple[Theme, ...]:
    """The themes of the shipped codebook for the social domain."""
    with as_file(files("toolkit") / "templates" / "verhalen" / "themas.toml") as path:
        return read_codebook(path)


@lru_cache(maxsize=4)
def _shipped_background(name: str) -> Any:
    file = files("toolkit") / "stories" / "models" / "background.npz"
    data = np.load(BytesIO(file.read_bytes()), allow_pickle=False)
    return data[name].astype(np.float32) if name in data else None


def background(embedder: Embedder, said: Vectors) -> Vectors:
    """The mean vector of ordinary texts of the domain: shipped for e5 and use, else that of the codebook."""
    shipped = _shipped_background(embedder.name)
    if shipped is None or shipped.shape[0] != said.shape[1]:
        return np.asarray(said.mean(axis=0) if len(said) > 1 else np.zeros(said.shape[1]), dtype=np.float32)
    return np.asarray(shipped, dtype=np.float32)


def _softmax_over_sentences(similarity: Any, stories: Sequence[Sequence[str]], themes: Any) -> Array:
    """Per story a soft maximum over its sentences: a theme counts that one sentence is devoted to."""
    result = np.zeros((len(stories), len(themes)))
    position = 0
    for row, story in enumerate(stories):
        if story:
            part = similarity[position : position + len(story)]
            result[row] = np.log(np.exp(part * 10).mean(axis=0))
            position += len(story)
    return result


def _shared_words(texts: Sequence[str], told: Sequence[Sequence[str]]) -> Array:
    stops = stop_words()

    def words(batch: Sequence[str]) -> list[set[str]]:
        return [{word for word in found if word not in stops and len(word) > 2} for found in lemmas(batch)]

    of_themes = words([" ".join(part) for part in told])
    holders = Counter(word for part in of_themes for word in part)
    weight = {word: np.log(1 + len(told) / count) for word, count in holders.items()}
    return np.array(
        [
            [sum(weight[word] for word in own & theme) / np.sqrt(len(own) + 3) for theme in of_themes]
            for own in words(texts)
        ]
    )


def _standardise(values: Any) -> Array:
    spread = values.std(axis=1, keepdims=True)
    return np.asarray((values - values.mean(axis=1, keepdims=True)) / np.where(spread < 1e-9, 1, spread))


def _unit(vectors: Any) -> Any:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(norms == 0, 1, norms)
