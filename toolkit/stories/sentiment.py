"""Sentiment of sentences (negatief, neutraal, positief) and stories (also gemengd).

A sentence is judged by two logistic models whose probabilities are mixed: one on its embedding and the
mean embedding of it and its neighbours, one on hashed words and letter groups. A story is judged from the course of its sentences' probabilities. The weights are made by
`scripts/train_sentiment.py` from texts written for this project (`corpora/ontwikkelset`).
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
from toolkit.stories.embed import Embedder, Vectors, embed
from toolkit.stories.language import for_models, is_non_answer

SENTENCE_LABELS = ("negatief", "neutraal", "positief")
STORY_LABELS = ("gemengd", "negatief", "neutraal", "positief")
HASHED = 2**15

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """A multinomial logistic model: standardise with `mean` and `scale`, then weights and bias."""

    mean: Array
    scale: Array
    weights: Array  # features x classes
    bias: Array

    def probabilities(self, features: Any) -> Array:
        """Class probabilities, shape (rows, classes)."""
        logits = ((features - self.mean) / self.scale) @ self.weights + self.bias
        return softmax(np.asarray(logits))


@dataclass(frozen=True)
class SentimentModel:
    """The three parts of the model for one embedding, and how they scored on held-out texts."""

    embedder: str
    version: str
    vectors: Linear
    words: Linear
    story: Linear
    words_share: float
    scores: dict[str, Any]

    @property
    def label(self) -> str:
        """Name and version, as results state them."""
        return f"sentiment-{self.embedder} {self.version}"


@dataclass(frozen=True)
class Sentiment:
    """A label and its polarity from -1 (negative) to 1 (positive)."""

    label: str
    polarity: float


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
        embedder, card["versie"], part("vectors"), part("words"), part("story"), card["aandeel_woorden"], card
    )


def word_features(sentences: Sequence[str]) -> Any:
    """Hashed words, word pairs and letter groups; sparse, shape (sentences, 2 x HASHED)."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import HashingVectorizer

    plain = [for_models(sentence).lower() for sentence in sentences]
    settings = {"n_features": HASHED, "alternate_sign": False, "norm": "l2"}
    words = HashingVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b|[!?]", **settings)
    letters = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), **settings)
    return hstack([words.transform(plain), letters.transform(plain)]).tocsr()


def sentence_vectors(sentences: Sequence[Sequence[str]], embedder: Embedder, cache: Cache) -> Vectors:
    """Embedding of every sentence beside the mean with its neighbours, shape (all sentences, 2 x dimensions)."""
    own = embed([sentence for story in sentences for sentence in story], embedder, cache)
    around = np.empty_like(own)
    begin = 0
    for story in sentences:
        for position in range(len(story)):
            first, last = max(0, position - 1), min(len(story), position + 2)
            around[begin + position] = own[begin + first : begin + last].mean(axis=0)
        begin += len(story)
    return np.hstack([own, around])


def story_features(probabilities: Array) -> Array:
    """What the story model sees: the course of its sentences' probabilities.

    `probabilities` has one row a sentence (negatief, neutraal, positief); shape of the result: (features,).
    """
    negative, positive = probabilities[:, 0], probabilities[:, 2]
    third = max(1, round(len(probabilities) / 3))
    summary = [
        negative.mean(), positive.mean(), negative.max(), positive.max(), negative[:third].mean(),
        positive[:third].mean(), negative[-third:].mean(), positive[-third:].mean(), negative[-1], positive[-1],
        (positive - negative).mean(), min(negative.max(), positive.max()), np.log(len(probabilities)),
        (negative > 0.5).mean(), (positive > 0.5).mean(), min((negative > 0.5).mean(), (positive > 0.5).mean()),
    ]  # fmt: skip
    return np.asarray(summary, dtype=float)


def sentence_sentiment(
    stories: Sequence[Sequence[str]],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    model: SentimentModel | None = None,
) -> list[Array]:
    """Probabilities (negatief, neutraal, positief) of every sentence, one array per story.

    A story is its list of de-identified sentences. Sentences that say nothing are neutraal.
    """
    flat = [sentence for story in stories for sentence in story]
    if not flat:
        return [np.zeros((0, 3)) for _ in stories]
    model = model or load_model(embedder.name)
    by_vector = model.vectors.probabilities(sentence_vectors(stories, embedder, cache))
    words = word_features(flat)
    by_words = softmax(np.asarray(words @ model.words.weights + model.words.bias))
    mixed = (1 - model.words_share) * by_vector + model.words_share * by_words
    silent = [is_non_answer(sentence) for sentence in flat]
    mixed[silent] = (0.0, 1.0, 0.0)
    ends = np.cumsum([len(story) for story in stories])
    return list(np.split(mixed, ends[:-1]))


def story_sentiment(
    stories: Sequence[Sequence[str]],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
) -> list[tuple[Sentiment, list[Sentiment]]]:
    """The sentiment of every story and of its sentences, in order.

    A story of which one sentence says something has the sentiment of that sentence; one that says
    nothing is neutraal with polarity 0.
    """
    model = load_model(embedder.name)
    per_sentence = sentence_sentiment(stories, embedder, cache, model)
    result = []
    for story, probabilities in zip(stories, per_sentence, strict=True):
        parts = [
            Sentiment(SENTENCE_LABELS[int(row.argmax())], _round(row[2] - row[0])) for row in probabilities
        ]
        telling = [part for sentence, part in zip(story, parts, strict=True) if not is_non_answer(sentence)]
        if len(telling) < 2:  # there is no course of sentences to judge: the story is its one sentence
            result.append((telling[0] if telling else Sentiment("neutraal", 0.0), parts))
            continue
        row = model.story.probabilities(story_features(probabilities)[None, :])[0]
        label = STORY_LABELS[int(row.argmax())]
        result.append((Sentiment(label, _polarity(label, row[3] - row[1])), parts))
    return result


def _polarity(label: str, difference: float) -> float:
    """The difference between the chance of positive and negative, with the sign that the label has."""
    return _round(
        max(difference, 0.01)
        if label == "positief"
        else min(difference, -0.01)
        if label == "negatief"
        else difference
    )


def _round(value: float) -> float:
    return float(round(float(np.clip(value, -1, 1)), 4)) + 0.0
