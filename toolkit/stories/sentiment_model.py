"""The shipped sentiment models: what they see of a sentence, and the weights made by `scripts/train_sentiment.py`.

A sentence is looked at twice. The first look gives two opinions: of a logistic model on embeddings (of the sentence,
its neighbours and its story) with the signs of `tone`, and of one on hashed words and letter groups. The second look
is a logistic model on those opinions of the sentence, of its neighbours and of the whole story: what "Het is nu juni."
says depends on what stands around it. A story is judged from the course of its sentences' probabilities.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.cache import Cache
from toolkit.errors import ToolkitError
from toolkit.stories.embed import Embedder, embed
from toolkit.stories.language import for_models
from toolkit.stories.tone import tone_features

HASHED = 2**15
MANY = 10  # sentences of praise or blame beyond which more of them say nothing more

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """A multinomial logistic model: standardise with `mean` and `scale`, then weights and bias."""

    mean: Array
    scale: Array
    weights: Array  # features x classes
    bias: Array

    def probabilities(self, features: Any) -> Array:
        """Class probabilities, shape (rows, classes); a sparse matrix is not standardised."""
        if isinstance(features, np.ndarray):
            features = (features - self.mean) / self.scale
        return softmax(np.asarray(features @ self.weights + self.bias))

    def in_context(self, values: Any, of_story: npt.NDArray[np.int64], rows: slice) -> Array:
        """What rows of weights add to the scores of values in context (see `in_context`), without making those.

        The weights go over the values first and the scores are shifted: the features of a hundred thousand
        stories would not fit in memory.
        """
        own = (self.weights / self.scale[:, None])[rows]
        here, before, after, mean = (np.asarray(values @ part) for part in np.split(own, 4))
        return (
            here + shifted(before, of_story, -1) + shifted(after, of_story, 1) + story_means(mean, of_story)
        )

    @property
    def level(self) -> Array:
        """The scores of a row of zeros."""
        return np.asarray(self.bias - (self.mean / self.scale) @ self.weights)


@dataclass(frozen=True)
class SentimentModel:
    """The four parts of the model for one embedding, and how they scored on held-out texts."""

    embedder: str
    version: str
    vectors: Linear
    words: Linear
    context: Linear
    story: Linear
    scores: dict[str, Any]

    @property
    def label(self) -> str:
        """Name and version, as results state them."""
        return f"sentiment-{self.embedder} {self.version}"

    def probabilities(self, stories: Sequence[Sequence[str]], embedder: Embedder, cache: Cache) -> Array:
        """Probabilities (negatief, neutraal, positief) of all sentences of all stories, in order."""
        flat = [sentence for story in stories for sentence in story]
        return self.by_vectors(stories, embed(flat, embedder, cache))

    def by_vectors(self, stories: Sequence[Sequence[str]], vectors: Any) -> Array:
        """The same from the embeddings of all sentences."""
        flat = [sentence for story in stories for sentence in story]
        of_story, tone = story_of(stories), tone_features(flat)
        size = 4 * vectors.shape[1]
        first = [
            softmax(
                self.vectors.in_context(vectors, of_story, slice(0, size))
                + self.vectors.in_context(tone, of_story, slice(size, None))
                + self.vectors.level
            ),
            self.words.probabilities(word_features(flat)),
        ]
        return self.context.probabilities(context_features(first, flat, of_story, tone))


def softmax(logits: Array) -> Array:
    """Rows of logits as rows of probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@lru_cache(maxsize=2)
def load_model(embedder: str) -> SentimentModel:
    """The shipped model for an embedding.

    Raises ToolkitError when there is none for that embedding.
    """
    file = files("toolkit") / "stories" / "models" / f"sentiment-{embedder}.npz"
    if not file.is_file():
        raise ToolkitError(
            f"Er is geen sentimentmodel voor het taalmodel '{embedder}'.", 'Kies "e5" of "use".'
        )
    data = np.load(BytesIO(file.read_bytes()), allow_pickle=False)

    def part(name: str) -> Linear:
        return Linear(
            *(data[f"{name}_{field}"].astype(float) for field in ("mean", "scale", "weights", "bias"))
        )

    card = json.loads(str(data["card"]))
    return SentimentModel(
        embedder, card["versie"], part("vectors"), part("words"), part("context"), part("story"), card
    )


def story_of(stories: Sequence[Sequence[str]]) -> npt.NDArray[np.int64]:
    """For every sentence of all stories the number of its story."""
    return np.repeat(np.arange(len(stories)), [len(story) for story in stories])


def shifted(values: Array, of_story: npt.NDArray[np.int64], step: int) -> Array:
    """The rows of the sentence `step` further (or back) in the same story; zeros where there is none."""
    result = np.zeros_like(values)
    there, here = (
        (slice(step, None), slice(None, -step)) if step > 0 else (slice(None, step), slice(-step, None))
    )
    same = of_story[there] == of_story[here]
    result[here][same] = values[there][same]
    return result


def story_means(values: Array, of_story: npt.NDArray[np.int64]) -> Array:
    """For every sentence the mean row of its story."""
    sums = np.zeros((int(of_story.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(sums, of_story, values)
    counts = np.bincount(of_story)
    return np.asarray((sums / np.maximum(counts, 1)[:, None])[of_story])


def in_context(values: Array, of_story: npt.NDArray[np.int64]) -> Array:
    """Rows of a sentence, of the one before, of the one after, and the mean of the story, side by side."""
    return np.hstack(
        [values, shifted(values, of_story, -1), shifted(values, of_story, 1), story_means(values, of_story)]
    )


def vector_features(stories: Sequence[Sequence[str]], embedder: Embedder, cache: Cache) -> Array:
    """Embeddings and signs of tone of every sentence, each in context; shape (sentences, features)."""
    flat = [sentence for story in stories for sentence in story]
    vectors = embed(flat, embedder, cache).astype(float)
    of_story = story_of(stories)
    return np.hstack([in_context(vectors, of_story), in_context(tone_features(flat), of_story)])


def word_features(sentences: Sequence[str]) -> Any:
    """Hashed words, word pairs and letter groups; sparse, shape (sentences, 2 x HASHED)."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import HashingVectorizer

    plain = [for_models(sentence).lower() for sentence in sentences]
    settings = {"n_features": HASHED, "alternate_sign": False, "norm": "l2"}
    words = HashingVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b|[!?]", **settings)
    letters = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), **settings)
    return hstack([words.transform(plain), letters.transform(plain)]).tocsr()


def context_features(
    first: Sequence[Array],
    sentences: Sequence[str],
    of_story: npt.NDArray[np.int64],
    tone: Array | None = None,
) -> Array:
    """What the second look sees: the first opinions in context, the place in the story, lengths, and signs of tone."""
    parts = []
    for probabilities in first:
        logs = np.log(np.clip(probabilities, 1e-4, 1))
        parts.append(in_context(logs - logs.mean(axis=1, keepdims=True), of_story))
    counts = np.bincount(of_story)[of_story]
    starts = np.searchsorted(of_story, of_story)
    place = np.arange(len(of_story)) - starts
    letters = np.array([len(sentence) for sentence in sentences], dtype=float)
    where = np.column_stack(
        [
            place / np.maximum(1, counts - 1),
            place == 0,
            place == counts - 1,
            np.log(letters + 1),
            np.log(counts),
        ]
    )
    return np.hstack([*parts, where, tone_features(sentences) if tone is None else tone])


def story_features(probabilities: Array) -> Array:
    """What the story model sees: how much praise and blame there is, how strong, where, and how they alternate.

    `probabilities` has one row a sentence (negatief, neutraal, positief); shape of the result: (features,).
    """
    negative, positive = probabilities[:, 0], probabilities[:, 2]
    balance, said, count = positive - negative, probabilities.argmax(axis=1), len(probabilities)
    third, half = max(1, round(count / 3)), max(1, count // 2)
    logs = np.log(np.clip(probabilities, 1e-3, 1))
    odds = logs[:, [0, 2]] - logs[:, [1]]  # of blame and praise against neutral
    later = np.linspace(0.5, 1.5, count) / np.linspace(0.5, 1.5, count).sum()
    blame, praise = (said == 0).mean(), (said == 2).mean()
    total = max(positive.sum() + negative.sum(), 1e-9)
    seconds = [float(np.sort(side)[-2]) if count > 1 else 0.0 for side in (negative, positive)]
    summary = [
        negative.mean(), positive.mean(), negative.max(), positive.max(), negative[:third].mean(),
        positive[:third].mean(), negative[-third:].mean(), positive[-third:].mean(), negative[-1], positive[-1],
        balance.mean(), min(negative.max(), positive.max()), np.log(count),
        (negative > 0.5).mean(), (positive > 0.5).mean(), min((negative > 0.5).mean(), (positive > 0.5).mean()),
        min(blame * count, MANY), min(praise * count, MANY), blame, praise, min(blame, praise), *seconds, min(seconds),
        (negative * later).sum(), (positive * later).sum(), min(negative.sum(), MANY), min(positive.sum(), MANY),
        balance[:half].mean(), balance[half - 1 :].mean(), np.abs(np.diff(balance)).mean() if count > 1 else 0.0,
        balance.std(), negative[0], positive[0], *odds.mean(axis=0), *odds.max(axis=0), (positive * negative).mean(),
        abs(positive.sum() - negative.sum()) / total, min(positive.sum(), negative.sum()) / total,
    ]  # fmt: skip
    return np.asarray(summary, dtype=float)
