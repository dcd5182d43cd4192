"""Aspect sentiment: what is said of a theme, in the sentences that are about it.

A story of praise for a helper and blame for the forms is gemengd; per theme it says two clear things.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.cache import Cache
from toolkit.stories.codebook import Theme
from toolkit.stories.embed import Embedder
from toolkit.stories.language import is_non_answer
from toolkit.stories.themes import assign_themes


def sentence_themes(
    stories: Sequence[Sequence[str]],
    themes: Sequence[Sequence[str]],
    codebook: Sequence[Theme],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
) -> list[list[str]]:
    """For every sentence of every story the theme that it is about, "" for none.

    `themes` are those of each story: a sentence has at most one of them, the one that it fits best, and none when it
    fits the mean theme of the codebook better (a fit of 0 or less) or says nothing.
    """
    ids = [theme.id for theme in codebook]
    asked = [
        (story, place)
        for story, sentences in enumerate(stories)
        if themes[story]
        for place, sentence in enumerate(sentences)
        if not is_non_answer(sentence)
    ]
    result = [[""] * len(story) for story in stories]
    alone = [[stories[story][place]] for story, place in asked]
    for (story, place), found in zip(asked, assign_themes(alone, codebook, embedder, cache), strict=True):
        result[story][place] = best_theme(found.fits, themes[story], ids)
    return result


def best_theme(fits: Any, themes: Sequence[str], ids: Sequence[str]) -> str:
    """The theme, of those of its story, that a sentence with these fits to all themes is about; "" for none."""
    return best_themes(np.asarray(fits)[np.newaxis], themes, ids)[0]


def best_themes(fits: Any, themes: Sequence[str], ids: Sequence[str]) -> list[str]:
    """As `best_theme`, of all sentences of a story (sentences x themes)."""
    if not themes:
        return [""] * len(fits)
    own = fits[:, [ids.index(theme) for theme in themes]]
    return [
        themes[best] if fit > 0 else ""
        for best, fit in zip(own.argmax(axis=1).tolist(), own.max(axis=1).tolist(), strict=True)
    ]


def aspect_polarity(labels: pd.DataFrame) -> pd.DataFrame:
    """Mean polarity (-1 to 1) of a story's sentences about a theme; columns story, theme, polarity.

    `labels` is the Labels table; its rows of kind "aspect" hold a sentence's theme and polarity.
    """
    rows = labels[(labels["kind"] == "aspect") & (labels["sentence"] >= 0)]
    found = rows.groupby(["story", "label"], sort=True)["score"].mean().reset_index()
    return found.set_axis(["story", "theme", "polarity"], axis=1)
