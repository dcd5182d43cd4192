"""Sentiment of sentences (negatief, neutraal, positief) and stories (also gemengd).

The shipped models (`sentiment_model`) judge by default; a named transformer model can judge the sentences in their
place (`judges`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.cache import Cache
from toolkit.stories.embed import Embedder
from toolkit.stories.language import is_non_answer
from toolkit.stories.sentiment_model import Array, SentimentModel, load_model, story_features

SENTENCE_LABELS = ("negatief", "neutraal", "positief")
STORY_LABELS = ("gemengd", "negatief", "neutraal", "positief")


@dataclass(frozen=True)
class Sentiment:
    """A label and its polarity from -1 (negative) to 1 (positive)."""

    label: str
    polarity: float


@dataclass(frozen=True)
class Judge:
    """A model that judges the sentences of stories; `name` and `version` go into every result.

    `judge` takes stories (lists of de-identified sentences) and gives one row of probabilities (negatief,
    neutraal, positief) for every sentence of all stories, in order.
    """

    name: str
    version: str
    judge: Callable[[Sequence[Sequence[str]]], Array]

    @property
    def label(self) -> str:
        """Name and version, as results state them."""
        return f"{self.name} {self.version}"


def shipped_judge(embedder: Embedder, cache: Cache = Cache()) -> Judge:  # noqa: B008 (frozen)
    """The shipped model for an embedding; Raises ToolkitError when there is none."""
    model = load_model(embedder.name)
    return Judge(
        f"sentiment-{model.embedder}",
        model.version,
        lambda stories: model.probabilities(stories, embedder, cache),
    )


def sentence_sentiment(
    stories: Sequence[Sequence[str]],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    judge: Judge | None = None,
) -> list[Array]:
    """Probabilities (negatief, neutraal, positief) of every sentence, one array per story.

    A story is its list of de-identified sentences. Sentences that say nothing are neutraal. `judge` is the shipped
    model for the embedding, unless another is given.
    """
    flat = [sentence for story in stories for sentence in story]
    if not flat:
        return [np.zeros((0, 3)) for _ in stories]
    return by_story(stories, np.array((judge or shipped_judge(embedder, cache)).judge(stories)))


def by_story(stories: Sequence[Sequence[str]], found: Array) -> list[Array]:
    """Probabilities of all sentences per story; sentences that say nothing become neutraal."""
    found[[is_non_answer(sentence) for story in stories for sentence in story]] = (0.0, 1.0, 0.0)
    ends = np.cumsum([len(story) for story in stories])
    return list(np.split(found, ends[:-1]))


def story_sentiment(
    stories: Sequence[Sequence[str]],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    judge: Judge | None = None,
) -> list[tuple[Sentiment, list[Sentiment]]]:
    """The sentiment of every story and of its sentences, in order.

    A story of which one sentence says something has the sentiment of that sentence; one that says
    nothing is neutraal with polarity 0. The course of sentences is weighed by the shipped story model, also when
    another `judge` judged the sentences.
    """
    model = story_model(embedder, judge)
    per_sentence = sentence_sentiment(stories, embedder, cache, judge)
    return courses(stories, per_sentence, model)


def story_model(embedder: Embedder, judge: Judge | None) -> SentimentModel:
    """The shipped model that judges a story by the course of its sentences."""
    return load_model(embedder.name if judge is None or embedder.name == "e5" else "use")


def courses(
    stories: Sequence[Sequence[str]], per_sentence: Sequence[Array], model: SentimentModel
) -> list[tuple[Sentiment, list[Sentiment]]]:
    """The sentiment of stories and sentences by the probabilities of the sentences."""
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
