"""Learning from what people say of themes: which stories to ask about, and what the answers teach.

Learning begins at the codebook: without answers it says what the codebook says, and every answer moves it a
little. So a few answers do no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.stories.embed import Vectors
from toolkit.stories.themes import Assignment

Array = npt.NDArray[np.float64]
ENOUGH = 20  # judged stories from which learning may take the codebook's place
FOLDS = 5
FURTHER = 0.25  # chance from which a theme that is not the main one applies
# Where the weights begin, and how hard they are held there (L2); chosen on corpora/ontwikkelset.
_SHARP, _ALIKE, _NEAREST = 1.7, 10.0, 2.0
_HOLD = {"fit": 2.0, "alike": 0.01, "nearest": 0.01, "none": 1.0, "theme": 4.0}
_WORDS = 4.0  # how much shared words weigh beside the embedding in how alike two stories are
_AT_A_TIME = 10_000  # stories that are compared at a time: memory
_SHRINK = 3.0  # judged stories of a theme at which their mean counts for half


@dataclass(frozen=True)
class Known:
    """What is known of stories before anybody judges them.

    `fits` (stories x themes) are the codebook's, with standard deviation 1; `unit` are centred unit vectors;
    `level` is the fit under which the codebook names no theme; `words` has a unit row of weighted words per story
    (sparse), or is None.
    """

    fits: Array
    unit: Array
    level: float
    words: Any = None


@dataclass(frozen=True)
class Agreement:
    """How often computer and people name the same main theme, on the same judged stories, as shares.

    `before` is the codebook alone; `after` what was learned, each story judged by a model that did not see
    its answer (cross-validated). Bounds of 95%: Wilson for the shares, bootstrap for `gain` (after minus
    before). `f1_before` and `f1_after` are micro-F1 over all themes of a story.
    """

    stories: int
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    gain: tuple[float, float, float]
    f1_before: float
    f1_after: float

    @property
    def helps(self) -> bool:
        """Whether what was learned may take the codebook's place: enough answers, and no worse."""
        return self.stories >= ENOUGH and self.gain[0] >= 0


def know(vectors: Vectors, found: Sequence[Assignment], words: Sequence[Sequence[str]] = ()) -> Known:
    """What there is to learn from: per story its vector, what the codebook says of it, and its words (`telling_words`)."""
    raw = np.vstack([one.fits for one in found])
    fits = raw / (raw.std() or 1.0)
    unit = np.asarray(vectors, dtype=float)
    unit = unit - unit.mean(axis=0)
    norms = np.linalg.norm(unit, axis=1, keepdims=True)
    best, named = fits.max(axis=1), np.array([bool(one.themes) for one in found])
    least = float(best[named].min()) if named.any() else float(best.max())
    below = best[~named]
    level = (least + float(below.max())) / 2 if len(below) else least - 1.0
    return Known(fits, unit / np.where(norms < 1e-9, 1, norms), level, _words(words))


def _words(kept: Sequence[Sequence[str]]) -> Any:
    """TF-IDF of lemmas that two stories or more hold; None when there are none."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    many = Counter(word for words in kept for word in set(words))
    if not any(count > 1 for count in many.values()):
        return None
    return TfidfVectorizer(analyzer=lambda words: words, sublinear_tf=True, min_df=2).fit_transform(kept)


def learn(known: Known, themes: Sequence[str], answers: Mapping[int, Sequence[str]]) -> Array:
    """The chance (0-1) that each theme is the main one, shape (stories, themes + 1); the last column is no theme.

    `answers` maps the position of a judged story to its themes, the main one first. A conditional logistic
    regression (McFadden 1974) over the themes, of four things: the fit to the codebook, the similarity to the
    judged stories with that theme (their mean, shrunk when there are few; and the nearest), a level per theme,
    and a level of no theme. Of a judged story itself the similarity does not count. The weights are held by L2
    where they begin, so without answers it is the codebook's order.
    """
    from scipy.optimize import minimize

    asked = np.array(sorted(answers), dtype=int)
    size = len(themes)
    place = {name: number for number, name in enumerate(themes)}
    target = np.array([place.get(_main(answers[row]), size) for row in asked], dtype=int)
    alike, nearest = _similar(known, themes, answers)
    start = np.concatenate([[_SHARP, _ALIKE, _NEAREST, _SHARP * known.level], np.zeros(size)])
    hold = np.array(
        [*(_HOLD[name] for name in ("fit", "alike", "nearest", "none")), *[_HOLD["theme"]] * size]
    )

    def utility(weights: Array, rows: npt.NDArray[np.int_]) -> Array:
        own = (
            weights[0] * known.fits[rows]
            + weights[1] * alike[rows]
            + weights[2] * nearest[rows]
            + weights[4:]
        )
        return np.column_stack([own, np.full(len(rows), weights[3])])

    def loss(weights: Array) -> tuple[float, Array]:
        wrong = _softmax(utility(weights, asked))
        told = wrong[np.arange(len(asked)), target]
        wrong[np.arange(len(asked)), target] -= 1
        parts = [(wrong[:, :size] * one[asked]).sum() for one in (known.fits, alike, nearest)]
        slope = np.concatenate([parts, [wrong[:, size].sum()], wrong[:, :size].sum(axis=0)])
        away = weights - start
        return float(-np.log(told + 1e-12).sum() + (hold * away**2).sum() / 2), slope + hold * away

    weights = minimize(loss, start, jac=True, method="L-BFGS-B").x if len(asked) else start
    return _softmax(utility(np.asarray(weights), np.arange(len(known.fits))))


def _similar(
    known: Known, themes: Sequence[str], answers: Mapping[int, Sequence[str]]
) -> tuple[Array, Array]:
    """Per story and theme the shrunk mean, and the highest, cosine with the judged stories that have the theme."""
    alike, nearest = (np.zeros(known.fits.shape) for _ in range(2))
    for place, theme in enumerate(themes):
        rows = np.array([row for row in sorted(answers) if theme in answers[row]], dtype=int)
        if len(rows):
            number = np.full(len(known.unit), len(rows))
            number[rows] -= 1
            for begin in range(0, len(known.unit), _AT_A_TIME):
                part = slice(begin, begin + _AT_A_TIME)
                cosine = known.unit[part] @ known.unit[rows].T
                if known.words is not None:
                    shared = (known.words[part] @ known.words[rows].T).toarray()
                    cosine = (cosine + _WORDS * shared) / (1 + _WORDS)
                cosine[np.arange(begin, begin + len(cosine))[:, None] == rows] = 0.0  # not with itself
                alike[part, place] = cosine.sum(axis=1) / (number[part] + _SHRINK)
                nearest[part, place] = cosine.max(axis=1)
    return alike, nearest


def _softmax(utility: Array) -> Array:
    powers = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def chosen_themes(
    chances: Array, found: Sequence[Assignment], themes: Sequence[str]
) -> list[tuple[str, ...]]:
    """The themes of every story: the likeliest first, then those with a chance of FURTHER, then the codebook's."""
    result: list[tuple[str, ...]] = []
    for row, one in zip(chances, found, strict=True):
        order = np.argsort(-row, kind="stable")
        if order[0] == len(themes):
            result.append(())
            continue
        likely = [themes[place] for place in order if place < len(themes) and row[place] >= FURTHER]
        result.append(tuple(dict.fromkeys([themes[order[0]], *likely, *one.themes])))
    return result


def learned(
    found: Sequence[Assignment], chances: Array, themes: Sequence[str], answers: Mapping[int, Sequence[str]]
) -> list[Assignment]:
    """The assignments after learning; what people said of a story is so, with score 1."""
    result = []
    for row, (one, names) in enumerate(zip(found, chosen_themes(chances, found, themes), strict=True)):
        if row in answers:
            said = tuple(answers[row])
            result.append(Assignment(said[0] if said else "", said, 1.0 if said else 0.0, one.fits))
        else:
            score = round(float(chances[row][:-1].max()), 4) if names else 0.0
            result.append(Assignment(names[0] if names else "", names, score, one.fits))
    return result


def agreement(
    known: Known,
    found: Sequence[Assignment],
    themes: Sequence[str],
    answers: Mapping[int, Sequence[str]],
    seed: int,
) -> Agreement:
    """Agreement with people before and after learning; see Agreement.

    The folds are drawn with `seed`; each holds at least one story.
    """
    asked = np.array(sorted(answers), dtype=int)
    # Only judged stories take part: their places among themselves.
    judged = [found[row] for row in asked]
    said = {place: answers[row] for place, row in enumerate(asked.tolist())}
    words = None if known.words is None else known.words[asked]
    cut = replace(known, fits=known.fits[asked], unit=known.unit[asked], words=words)
    folds = min(FOLDS, len(asked))
    place = np.random.default_rng(seed).permutation(len(asked)) % max(folds, 1)
    after: dict[int, tuple[str, ...]] = {}
    for fold in range(folds):
        held = set(np.flatnonzero(place == fold).tolist())
        rest = {row: themes_ for row, themes_ in said.items() if row not in held}
        names = chosen_themes(learn(cut, themes, rest), judged, themes)
        after |= {row: names[row] for row in held}
    truth = [tuple(said[row]) for row in range(len(asked))]
    was = [one.themes for one in judged]
    now = [after[row] for row in range(len(asked))]
    hit_was, hit_now = (
        np.array([_main(one) == _main(true) for one, true in zip(said, truth, strict=True)], dtype=float)
        for said in (was, now)
    )
    return Agreement(
        len(asked),
        _share(hit_was),
        _share(hit_now),
        _gain(hit_now - hit_was, seed),
        _micro_f1(truth, was),
        _micro_f1(truth, now),
    )


def _main(themes: Sequence[str]) -> str:
    return themes[0] if themes else ""


def _share(hits: Array) -> tuple[float, float, float]:
    from scipy.stats import binomtest

    if not len(hits):
        return np.nan, np.nan, np.nan
    bounds = binomtest(int(hits.sum()), len(hits)).proportion_ci(method="wilson")
    return float(hits.mean()), float(bounds.low), float(bounds.high)


def _gain(difference: Array, seed: int) -> tuple[float, float, float]:
    if not len(difference):
        return np.nan, np.nan, np.nan
    picks = np.random.default_rng(seed).integers(0, len(difference), (999, len(difference)))
    low, high = np.percentile(difference[picks].mean(axis=1), [2.5, 97.5])
    return float(difference.mean()), float(low), float(high)


def _micro_f1(truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> float:
    right = sum(len(set(one) & set(true)) for true, one in zip(truth, said, strict=True))
    given = sum(len(set(one)) for one in said) + sum(len(set(true)) for true in truth)
    return 2 * right / given if given else 1.0


def propose(
    chances: Array,
    vectors: Vectors,
    number: int,
    skip: Sequence[int] = (),
    allowed: Sequence[int] | None = None,
) -> list[int]:
    """The positions of the stories that teach most, best first: the computer doubts, and they differ.

    Doubt is the entropy of the chances (0-1: as a share of what it can be); difference is 1 minus the highest
    cosine with a story that was judged (`skip`) or chosen before. Their product decides (uncertainty and
    diversity; Settles 2012, Active Learning, ch. 2 and 5). Of equals the first goes first.
    """
    unit = np.asarray(vectors, dtype=float)
    unit = unit - unit.mean(axis=0)
    norms = np.linalg.norm(unit, axis=1, keepdims=True)
    unit = unit / np.where(norms < 1e-9, 1, norms)
    clipped = np.clip(chances, 1e-9, 1)
    doubt = -(clipped * np.log(clipped)).sum(axis=1) / np.log(chances.shape[1])
    free = np.ones(len(unit), dtype=bool) if allowed is None else np.isin(np.arange(len(unit)), list(allowed))
    free[list(skip)] = False
    near = (unit @ unit[list(skip)].T).max(axis=1) if len(skip) else np.full(len(unit), -1.0)
    order: list[int] = []
    while len(order) < number and free.any():
        worth = np.where(free, (0.05 + doubt) * (1 - near), -1.0)
        best = int(worth.argmax())
        order.append(best)
        free[best] = False
        near = np.maximum(near, unit @ unit[best])
    return order


def theme_codes(answers: pd.DataFrame, model: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Main themes as codes for alpha: unit, coder, label; the model ("computer") codes what people did."""
    rows = [
        {"unit": story, "coder": coder, "label": label.split(";")[0]}
        for story, coder, label in answers[["verhaal", "codeur", "label"]].itertuples(index=False, name=None)
    ]
    rows += [
        {"unit": story, "coder": "computer", "label": _main(model[story]) or "geen"}
        for story in dict.fromkeys(answers["verhaal"])
        if story in model
    ]
    return pd.DataFrame(rows, columns=["unit", "coder", "label"])
