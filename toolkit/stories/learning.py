"""Learning from what people say of themes: which stories to ask about, and what the answers teach.

The codebook is where learning begins: what it says of the stories that nobody judged counts as much as
PRIOR judged stories. So a few answers correct it, and many take its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.stories.embed import Vectors
from toolkit.stories.themes import Assignment

Array = npt.NDArray[np.float64]
PRIOR = 25.0  # judged stories that the codebook counts for
ENOUGH = 20  # judged stories from which learning may take the codebook's place
COMPONENTS = 30  # dimensions of the embedding that are kept
PSEUDO = 600  # stories without an answer that are learned from, at most
FOLDS = 5
_THRESHOLD = 0.5


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


def features(vectors: Vectors, found: Sequence[Assignment]) -> Array:
    """What is learned from, shape (stories, features): fits to the themes and the main directions of the vectors.

    `vectors` has a unit vector per story, `found` what the codebook says of it.
    """
    fits = np.vstack([one.fits for one in found])
    centred = np.asarray(vectors, dtype=float)
    centred = centred - centred.mean(axis=0)
    size = min(COMPONENTS, len(centred) - 1, centred.shape[1])
    if size < 1:
        return _standard(fits)
    # By the covariance: its size hangs on the model and not on the number of stories.
    directions = np.linalg.eigh(centred.T @ centred)[1][:, ::-1].T[:size]
    directions = directions * np.sign(directions[np.arange(size), np.abs(directions).argmax(axis=1)])[:, None]
    parts = centred @ directions.T
    # All directions together weigh as much as the fits: few answers cannot say much about so many.
    return np.hstack([_standard(fits), parts / (parts.std() or 1.0) / np.sqrt(size)])


def _standard(values: Array) -> Array:
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread < 1e-9, 1, spread))


def learn(
    known: Array,
    found: Sequence[Assignment],
    themes: Sequence[str],
    answers: Mapping[int, Sequence[str]],
    seed: int,
) -> Array:
    """The chance (0-1) that each story has each theme, shape (stories, themes).

    `known` are the features, `answers` maps the position of a judged story to its themes. Per theme a
    logistic regression with L2; stories without an answer (a fixed draw of at most 600) take part as the
    codebook labels them, together with the weight of 25 answers. Without answers it follows the codebook.
    """
    from sklearn.linear_model import LogisticRegression

    asked = np.array(sorted(answers), dtype=int)
    others = np.setdiff1d(np.arange(len(known)), asked)
    if len(others) > PSEUDO:
        others = np.sort(np.random.default_rng(seed).choice(others, PSEUDO, replace=False))
    rows = np.concatenate([asked, others])
    weights = np.concatenate([np.ones(len(asked)), np.full(len(others), PRIOR / max(len(others), 1))])
    chances = np.zeros((len(known), len(themes)))
    for place, theme in enumerate(themes):
        target = np.array(
            [theme in answers[row] for row in asked] + [theme in found[row].themes for row in others],
            dtype=bool,
        )
        if target.all() or not target.any():
            chances[:, place] = float(target.any())
            continue
        model = LogisticRegression(C=1.0, max_iter=400)
        # The fit to the theme itself is doubled, so that it is shrunk less than what is beside the point.
        own = np.hstack([known, known[:, place : place + 1]])
        model.fit(own[rows], target, sample_weight=weights)
        chances[:, place] = model.predict_proba(own)[:, 1]
    return chances


def chosen_themes(chances: Array, themes: Sequence[str]) -> list[tuple[str, ...]]:
    """The themes of every story by their chances: those of a half or more, the likeliest first."""
    result = []
    for row in chances:
        order = [place for place in np.argsort(-row, kind="stable") if row[place] >= _THRESHOLD]
        result.append(tuple(themes[place] for place in order))
    return result


def learned(
    found: Sequence[Assignment], chances: Array, themes: Sequence[str], answers: Mapping[int, Sequence[str]]
) -> list[Assignment]:
    """The assignments after learning; what people said of a story is so, with score 1."""
    result = []
    for row, (one, names) in enumerate(zip(found, chosen_themes(chances, themes), strict=True)):
        if row in answers:
            said = tuple(answers[row])
            result.append(Assignment(said[0] if said else "", said, 1.0 if said else 0.0, one.fits))
        else:
            score = round(float(chances[row].max()), 4) if names else 0.0
            result.append(Assignment(names[0] if names else "", names, score, one.fits))
    return result


def agreement(
    known: Array,
    found: Sequence[Assignment],
    themes: Sequence[str],
    answers: Mapping[int, Sequence[str]],
    seed: int,
) -> Agreement:
    """Agreement with people before and after learning; see Agreement.

    The folds are drawn with `seed`; each holds at least one story.
    """
    asked = np.array(sorted(answers), dtype=int)
    folds = min(FOLDS, len(asked))
    place = np.random.default_rng(seed).permutation(len(asked)) % max(folds, 1)
    after: dict[int, tuple[str, ...]] = {}
    for fold in range(folds):
        held = set(asked[place == fold].tolist())
        rest = {row: themes_ for row, themes_ in answers.items() if row not in held}
        # A held-out story takes part as the codebook sees it: never with its answer.
        names = chosen_themes(learn(known, found, themes, rest, seed), themes)
        after |= {row: names[row] for row in held}
    truth = [tuple(answers[row]) for row in asked]
    was = [found[row].themes for row in asked]
    now = [after[row] for row in asked]
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

    Doubt is the mean entropy (bits) of the chances over the two likeliest themes; difference is 1 minus the
    highest cosine with a story that was judged (`skip`) or chosen before. Their product decides (uncertainty
    and diversity; Settles 2012, Active Learning, ch. 2 and 5). Of equals the first goes first.
    """
    unit: Any = np.asarray(vectors, dtype=float)
    unit = unit - unit.mean(axis=0)
    norms = np.linalg.norm(unit, axis=1, keepdims=True)
    unit = unit / np.where(norms == 0, 1, norms)
    clipped = np.clip(np.sort(chances, axis=1)[:, -2:], 1e-6, 1 - 1e-6)
    doubt = -(clipped * np.log2(clipped) + (1 - clipped) * np.log2(1 - clipped)).mean(axis=1)
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
