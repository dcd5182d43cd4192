"""What the toolkit knows of the social domain: a model of sixteen subjects, and ordinary stories to compare with.

The model was trained on stories of `corpora/ontwikkelset` (scripts/train_themes.py). It does not have to know a
user's themes: it reads the texts of a theme as it reads a story, and says how well the subjects of both agree.
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

from toolkit.stories.language import for_models

Array = npt.NDArray[np.float64]
HASHED = 2**15
FLOOR = 0.05  # no theme is ruled out by the subjects alone
# A theme is known to the model when its texts have clear subjects: by their entropy, as a share of the greatest.
KNOWN, UNKNOWN = 0.75, 0.95
BENEFIT = (
    1.2  # evidence by subjects for a theme that the model does not know: so that known ones do not take all
)


@dataclass(frozen=True)
class Linear:
    """A multinomial logistic model: weights (features x subjects) and bias (subjects)."""

    weights: Any
    bias: Any

    def log_probabilities(self, features: Any) -> Array:
        """Natural logs of the probabilities of the subjects, shape (rows, subjects)."""
        scores = np.asarray(features @ self.weights + self.bias, dtype=float)
        scores -= scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))


@dataclass(frozen=True)
class Letters:
    """Weight of each hashed letter group (rarer is more), the model on them, and the ordinary stories."""

    rarity: Any
    model: Linear
    reference: Any


@dataclass(frozen=True)
class Space:
    """One embedding: its centres, the model on it, and the ordinary stories (`whole`, `mean`) as vectors.

    Of an embedding that the toolkit does not ship, `model` is None and there are no ordinary stories.
    """

    centre_whole: Any
    centre_sentence: Any
    model: Linear | None
    whole: Any
    mean: Any


@dataclass(frozen=True)
class Book:
    """A codebook as stories are compared with it; made once for all stories.

    `centres` (themes x dimensions), `letters` (sparse, themes x HASHED); `ordinary` holds, for whole stories, means
    of sentences and letters, the mean and standard deviation of ordinary stories per theme (None: there are none);
    `subjects` (themes x subjects) are probabilities, `known` (0-1) is how well the model knows each theme.
    """

    centres: Any
    letters: Any
    ordinary: tuple[tuple[Any, Any] | None, ...]
    subjects: Array
    known: Array


@dataclass(frozen=True)
class Told:
    """Texts as the comparisons see them: letters (sparse), and centred unit vectors of whole and of sentences."""

    letters: Any
    whole: Any
    mean: Any


def count_letters(texts: Sequence[str]) -> Any:
    """Hashed groups of 3 to 5 letters within words, as 1 + log of their number; sparse, shape (texts, HASHED)."""
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=HASHED, alternate_sign=False, norm=None
    )
    counted = hashing.transform([for_models(text).lower() for text in texts]).tocsr()
    counted.data = 1 + np.log(counted.data)
    return counted


def weigh_letters(counted: Any, rarity: Any) -> Any:
    """Counted letter groups times their rarity, each text of length 1."""
    from sklearn.preprocessing import normalize

    return normalize(counted.multiply(rarity[None, :]).tocsr())


def unit(vectors: Any) -> Any:
    """Rows of length 1; rows of zeros stay."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(norms < 1e-9, 1, norms)


def sums_per_story(vectors: Any, sizes: Sequence[int]) -> Any:
    """The sum of the sentence vectors of each story, shape (stories, dimensions); zeros without sentences."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    result = np.zeros((len(sizes), vectors.shape[1]))
    np.add.at(result, owner, vectors)
    return result


def see_stories(
    texts: Sequence[str], whole: Any, sentences: Any, sizes: Sequence[int], letters: Letters, space: Space
) -> Told:
    """Stories from their texts, the vectors of the whole and of all sentences, and the sentences per story."""
    mean = unit(sums_per_story(unit(sentences - space.centre_sentence), sizes))
    return Told(weigh_letters(count_letters(texts), letters.rarity), unit(whole - space.centre_whole), mean)


def see_passages(texts: Sequence[str], vectors: Any, letters: Letters, space: Space) -> Told:
    """The texts of a codebook: each is one sentence."""
    centred = unit(vectors - space.centre_sentence)
    return Told(weigh_letters(count_letters(texts), letters.rarity), centred, centred)


def subjects(told: Told, letters: Letters, space: Space, letter_weight: float) -> Array:
    """Log scores of the sixteen subjects, shape (texts, subjects): the model on vectors beside that on letters."""
    by_letters = letters.model.log_probabilities(told.letters)
    if space.model is None:
        return (1 + letter_weight) * by_letters
    by_vector = space.model.log_probabilities(np.hstack([told.mean, told.whole]))
    return by_vector + letter_weight * by_letters


def see_book(passages: Told, owner: Any, texts_of_themes: Any, letters: Letters, space: Space) -> Book:
    """The codebook from its texts: `owner` is the theme of each passage, `texts_of_themes` the letters of each theme's
    texts together."""
    number = texts_of_themes.shape[0]
    centres = unit(np.vstack([passages.mean[owner == theme].mean(axis=0) for theme in range(number)]))
    of_passages = subjects(passages, letters, space, 1.0)
    return Book(
        centres,
        texts_of_themes,
        (
            _ordinary(space.whole @ centres.T),
            _ordinary(space.mean @ centres.T),
            _ordinary((letters.reference @ texts_of_themes.T).toarray()),
        ),
        _softmax(np.vstack([of_passages[owner == theme].mean(axis=0) for theme in range(number)])),
        _known(
            np.vstack([_softmax(of_passages[owner == theme] / 2).mean(axis=0) for theme in range(number)])
        ),
    )


def compare(stories: Told, book: Book, letters: Letters, space: Space) -> Array:
    """Four kinds of evidence that a story is about a theme, shape (stories, themes, 4); 0 is "as any story".

    Whole story, mean of sentences and letter groups: cosine with the theme's texts, in standard deviations above
    the mean of ordinary stories. Subjects: log of how much better those of story and theme agree than by chance,
    or BENEFIT in so far as the model does not know the theme.
    """
    values = (
        stories.whole @ book.centres.T,
        stories.mean @ book.centres.T,
        (stories.letters @ book.letters.T).toarray(),
    )
    parts = [_above(value, ordinary) for value, ordinary in zip(values, book.ordinary, strict=True)]
    of_stories = _softmax(subjects(stories, letters, space, 1.25) / 2)
    agreement = np.log(FLOOR + (1 - FLOOR) * book.subjects.shape[1] * (of_stories @ book.subjects.T))
    parts.append(book.known * agreement + (1 - book.known) * BENEFIT)
    return np.stack(parts, axis=-1)


def evidence(
    stories: Told, passages: Told, owner: Any, texts_of_themes: Any, letters: Letters, space: Space
) -> Array:
    """The evidence of stories beside the texts of a codebook; see `compare` and `see_book`."""
    return compare(stories, see_book(passages, owner, texts_of_themes, letters, space), letters, space)


def _known(subjects_of_themes: Array) -> Array:
    """How well the model knows each theme (0-1), by the entropy of its subjects."""
    entropy = -(subjects_of_themes * np.log(subjects_of_themes + 1e-12)).sum(axis=1)
    share = entropy / np.log(subjects_of_themes.shape[1])
    return np.asarray(np.clip((UNKNOWN - share) / (UNKNOWN - KNOWN), 0, 1))


def _ordinary(values: Any) -> tuple[Any, Any] | None:
    return (values.mean(axis=0), values.std(axis=0) + 1e-6) if len(values) else None


def _above(values: Any, ordinary: tuple[Any, Any] | None) -> Array:
    if ordinary is None:  # nothing to compare with: a cosine spreads about a tenth among stories
        return np.asarray(values / 0.1)
    return np.asarray((values - ordinary[0]) / ordinary[1])


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def subject_axes(name: str) -> Array | None:
    """Directions in an embedding along which the subjects of the domain differ, shape (subjects, dimensions), or None."""
    shipped = load_space(name)
    if shipped is None or shipped[0].model is None:
        return None
    weights = np.asarray(shipped[0].model.weights, dtype=float).T
    return np.asarray(weights[:, weights.shape[1] // 2 :])  # the half that reads the story as a whole


@lru_cache(maxsize=1)
def load_letters() -> Letters:
    """The shipped model on letter groups."""
    data = _stored("themes-letters.npz")
    rarity = data["rarity"].astype(float)
    reference = weigh_letters(count_letters(json.loads(str(data["reference"]))), rarity)
    return Letters(rarity, Linear(data["weights"].astype(np.float32), data["bias"]), reference)


@lru_cache(maxsize=4)
def load_space(name: str) -> tuple[Space, dict[str, Any]] | None:
    """The shipped model for an embedding ("e5" or "use") with its card (weights, thresholds, scores), or None."""
    if name not in ("e5", "use"):
        return None
    data = _stored(f"themes-{name}.npz")
    model = Linear(data["weights"].astype(np.float32), data["bias"])
    whole, mean = data["whole"].astype(np.float32), data["mean"].astype(np.float32)
    return Space(data["centre_whole"], data["centre_sentence"], model, whole, mean), json.loads(
        str(data["card"])
    )


def _stored(name: str) -> Any:
    file = files("toolkit") / "stories" / "models" / name
    return np.load(BytesIO(file.read_bytes()), allow_pickle=False)
