"""Train what the themes know of the social domain from corpora/ontwikkelset and write toolkit/stories/models/.

Every story whose id hashes into the held-out fifth is left out. Weights and thresholds are chosen on four folds of
the rest, with three kinds of codebook: the shipped one, a second one in other words (corpora/ontwikkelset/
ander-codeboek.toml), and halves of the shipped one of which the model saw no story. Run: python scripts/train_themes.py
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from scripts.train_sentiment import held_out, read
from toolkit.cache import Cache
from toolkit.files import whole_file
from toolkit.stories.codebook import Theme, passages, read_codebook
from toolkit.stories.domain import (
    Letters,
    Linear,
    Space,
    Told,
    count_letters,
    evidence,
    see_passages,
    see_stories,
    sums_per_story,
    unit,
    weigh_letters,
)
from toolkit.stories.embed import embed, load_embedder
from toolkit.stories.language import is_non_answer
from toolkit.stories.themes import ThemeSettings, apply_thresholds

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "corpora" / "ontwikkelset"
ORDINARY = 200  # stories that a theme is compared with
FURTHER = 0.15  # weight in training of a theme that a story also has
FOLDS = 4
# How much each kind of trial weighs. A user's codebook is mostly about what the model knows.
KINDS = {"eigen": 1.0, "ander": 1.0, "nieuw": 0.5, "half": 0.25}
HALF = ("toegang", "passende-hulp", "vaste-hulpverlener", "geld-en-schulden", "eenzaamheid-en-ontmoeting",
        "opgroeien-en-onderwijs", "gezondheid", "werkdruk")  # fmt: skip
# Which theme of the second codebook holds a subject; nobody's is "werkdruk".
SECOND = {
    "toegang": "bereikbaar", "wachttijd": "snelheid", "bejegening": "contact", "vaste-hulpverlener": "contact",
    "passende-hulp": "kwaliteit", "samenwerking": "afstemming", "regels-en-formulieren": "papierwerk",
    "geld-en-schulden": "financien", "wonen": "huisvesting", "mantelzorg": "naasten",
    "eenzaamheid-en-ontmoeting": "sociaal", "opgroeien-en-onderwijs": "jeugd", "buurt-en-veiligheid": "leefbaarheid",
    "gezondheid": "welzijn",
}  # fmt: skip


@dataclass(frozen=True)
class Data:
    """Stories as arrays: texts, sentences per story, whole vectors, vectors of all sentences, themes."""

    texts: list[str]
    sizes: Any
    whole: Any
    sentences: Any
    main: Any
    themes: list[set[str]]

    def take(self, rows: Any) -> Data:
        """These stories alone."""
        ends = np.cumsum(self.sizes)
        spans = [np.arange(ends[i] - self.sizes[i], ends[i]) for i in rows]
        return Data(
            [self.texts[i] for i in rows],
            self.sizes[rows],
            self.whole[rows],
            self.sentences[np.concatenate(spans)],
            self.main[rows],
            [self.themes[i] for i in rows],
        )


@dataclass(frozen=True)
class Book:
    """A codebook as arrays: theme ids, texts of all passages, their vectors, and the theme of each."""

    ids: list[str]
    texts: list[str]
    vectors: Any
    owner: Any

    def only(self, ids: Sequence[str]) -> Book:
        """A codebook of these themes alone."""
        kept = [self.ids.index(name) for name in ids]
        rows = np.flatnonzero(np.isin(self.owner, kept))
        owner = np.array([kept.index(self.owner[row]) for row in rows])
        return Book(list(ids), [self.texts[row] for row in rows], self.vectors[rows], owner)

    def letters(self, rarity: Any) -> Any:
        """The letters of each theme's texts together."""
        joined = [
            " ".join(t for t, o in zip(self.texts, self.owner, strict=True) if o == k)
            for k in range(len(self.ids))
        ]
        return weigh_letters(count_letters(joined), rarity)


@dataclass(frozen=True)
class Trial:
    """Evidence of stories for a codebook, and what is true: place of the main theme (-1: none) and all themes."""

    kind: str
    evidence: Any
    main: Any
    all: Any


def logistic(features: Any, labels: Any, weights: Any, strength: float, subjects: Sequence[str]) -> Linear:
    """A balanced multinomial logistic regression as plain weights, in the order of `subjects`."""
    model = LogisticRegression(C=strength, max_iter=200, class_weight="balanced")
    model.fit(features, labels, sample_weight=weights)
    order = [list(model.classes_).index(name) for name in subjects]
    return Linear(model.coef_[order].T.astype(np.float16).astype(np.float32), model.intercept_[order])


def train(data: Data, book: Book, subjects: Sequence[str]) -> tuple[Letters, Space, list[str]]:
    """The models on letters and on vectors for these subjects, and the texts of the ordinary stories."""
    counted = count_letters(data.texts)
    holders = np.asarray((counted > 0).sum(axis=0)).ravel()
    rarity = (np.log((1 + len(data.texts)) / (1 + holders)) + 1).astype(np.float16).astype(float)
    places = np.random.default_rng(1).choice(len(data.texts), min(ORDINARY, len(data.texts)), replace=False)
    centre_whole, centre_sentence = data.whole.mean(axis=0), data.sentences.mean(axis=0)
    whole = unit(data.whole - centre_whole)
    mean = unit(sums_per_story(unit(data.sentences - centre_sentence), data.sizes))
    empty = Linear(np.zeros((1, 1)), np.zeros(1))
    letters = Letters(rarity, empty, weigh_letters(counted, rarity)[places])
    space = Space(centre_whole, centre_sentence, None, whole[places], mean[places])
    told = Told(weigh_letters(counted, rarity), whole, mean)
    said = see_passages(book.texts, book.vectors, letters, space)

    rows = np.flatnonzero(np.isin(data.main, list(subjects)))
    also = [(i, name) for i in rows for name in sorted(data.themes[i] - {data.main[i]}) if name in subjects]
    again = np.array([i for i, _ in also], dtype=int)
    used = np.flatnonzero(np.isin([book.ids[k] for k in book.owner], list(subjects)))
    labels = np.array(
        [*data.main[rows], *(book.ids[book.owner[i]] for i in used), *(name for _, name in also)]
    )
    weights = np.concatenate([np.ones(len(rows) + len(used)), np.full(len(also), FURTHER)])
    vectors = np.hstack([told.mean, told.whole])
    by_vector = np.vstack([vectors[rows], np.hstack([said.mean, said.whole])[used], vectors[again]])
    by_letters = sparse.vstack([told.letters[rows], said.letters[used], told.letters[again]])
    letters = replace(letters, model=logistic(by_letters, labels, weights, 10.0, subjects))
    space = replace(space, model=logistic(by_vector, labels, weights, 3.0, subjects))
    return letters, space, [data.texts[i] for i in places]


def weigh(data: Data, book: Book, letters: Letters, space: Space) -> Any:
    """The evidence of these stories for this codebook."""
    return evidence(
        see_stories(data.texts, data.whole, data.sentences, list(data.sizes), letters, space),
        see_passages(book.texts, book.vectors, letters, space),
        book.owner,
        book.letters(letters.rarity),
        letters,
        space,
    )


def trial(
    kind: str, data: Data, book: Book, named: Callable[[str], str], letters: Letters, space: Space
) -> Trial:
    """Evidence and truth of stories for a codebook whose themes `named` gives to subjects ("" is none)."""
    main = np.array([book.ids.index(named(name)) if named(name) in book.ids else -1 for name in data.main])
    every = np.array([[any(named(n) == one for n in have) for one in book.ids] for have in data.themes])
    return Trial(kind, weigh(data, book, letters, space), main, every)


def fit_weights(trials: Sequence[Trial]) -> Any:
    """The weights of the kinds of evidence: conditional logistic regression, each kind of trial as KINDS says."""
    parts = [(one.evidence[one.main >= 0], one.main[one.main >= 0], one.kind) for one in trials]
    share = {
        kind: KINDS[kind] / sum(len(truth) for _, truth, other in parts if other == kind)
        for *_, kind in parts
    }

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = 0.005 * weights @ weights, 0.01 * weights
        for seen, truth, kind in parts:
            scores = seen @ weights
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            chance = powers / powers.sum(axis=1, keepdims=True)
            own = np.arange(len(truth))
            total -= share[kind] * np.log(chance[own, truth] + 1e-12).sum()
            slope = slope - share[kind] * (seen[own, truth] - (chance[..., None] * seen).sum(axis=1)).sum(
                axis=0
            )
        return total, slope

    found = minimize(loss, np.full(4, 0.3), jac=True, method="L-BFGS-B", bounds=[(0, None)] * 4)
    return found.x.round(3)


def micro(chosen: Sequence[Sequence[int]], truth: Any) -> float:
    """Micro-F1 over all themes of all stories."""
    hits = sum(truth[i, list(one)].sum() for i, one in enumerate(chosen) if one)
    return float(2 * hits / (sum(len(one) for one in chosen) + truth.sum()))


def scores(fits: Any, main: Any, every: Any, settings: ThemeSettings) -> dict[str, float]:
    """Macro-F1 of the main theme (a story left without one is wrong), micro-F1, precision and recall of none."""
    chosen = [apply_thresholds(row, settings) for row in fits]
    first = np.array([one[0] if one else -1 for one in chosen])
    told, none = main >= 0, first == -1
    labels = sorted(set(main[told]))
    free = ~every.any(axis=1)
    return {
        "gedwongen": f1_score(
            main[told], fits[told].argmax(1), average="macro", labels=labels, zero_division=0
        ),
        "hoofdthema": f1_score(main[told], first[told], average="macro", labels=labels, zero_division=0),
        "alle themas": micro(chosen, every),
        "geen precisie": float(free[none].mean()) if none.any() else 1.0,
        "geen gevonden": float(none[free].mean()) if free.any() else 1.0,
    }


def choose_thresholds(trials: Sequence[Trial], settings: ThemeSettings) -> ThemeSettings:
    """Thresholds: `primary` leaves 4% of stories with a theme without one; the others give the best micro-F1."""
    weights = np.array([settings.whole, settings.sentences, settings.letters, settings.subjects])
    usual = [one for one in trials if one.kind in ("eigen", "ander")]
    fits = [one.evidence @ weights for one in usual]
    best = np.concatenate([f.max(axis=1)[one.main >= 0] for f, one in zip(fits, usual, strict=True)])
    settings = replace(settings, primary=round(float(np.quantile(best, 0.04)), 2))
    options = [
        replace(settings, further=float(further), gap=float(gap))
        for further in np.arange(0.5, 6, 0.5)
        for gap in np.arange(0.5, 6, 0.5)
    ]

    def value(option: ThemeSettings) -> float:
        return sum(
            micro([apply_thresholds(row, option) for row in f], one.all)
            for f, one in zip(fits, usual, strict=True)
        )

    return max(options, key=value)


def report(kind: str, trials: Sequence[Trial], settings: ThemeSettings) -> dict[str, float]:
    """Print and return the scores of the trials of one kind together."""
    weights = np.array([settings.whole, settings.sentences, settings.letters, settings.subjects])
    own = [one for one in trials if one.kind == kind]
    found = scores(
        np.vstack([one.evidence @ weights for one in own]),
        np.concatenate([one.main for one in own]),
        np.vstack([one.all for one in own]),
        settings,
    )
    print(
        f"  {kind:8}",
        len(np.concatenate([one.main for one in own])),
        {k: round(v, 3) for k, v in found.items()},
    )
    return found


def train_one(
    name: str, stories: list[dict[str, Any]], books: dict[str, Sequence[Theme]], cache: Cache
) -> tuple[Letters, Space, list[str], dict[str, Any]]:
    """Everything for one embedding: both models, the ordinary stories and the card."""
    embedder = load_embedder(name)
    texts = [" ".join(story["zinnen"]) for story in stories]
    data = Data(
        texts,
        np.array([len(story["zinnen"]) for story in stories]),
        embed(texts, embedder, cache),
        embed([text for story in stories for text in story["zinnen"]], embedder, cache),
        np.array([story["thema_hoofd"] for story in stories]),
        [set(story["themas"]) for story in stories],
    )
    arrays = {}
    for kind, themes in books.items():
        told = [passages(theme) for theme in themes]
        flat = [text for part in told for text in part]
        owner = np.repeat(np.arange(len(told)), [len(part) for part in told])
        arrays[kind] = Book([theme.id for theme in themes], flat, embed(flat, embedder, cache), owner)
    own, other = arrays["eigen"], arrays["ander"]
    hashes = [int(hashlib.sha256(f"thema {story['id']}".encode()).hexdigest(), 16) for story in stories]
    fold = np.array([number % FOLDS for number in hashes])
    out = np.array([held_out(story["id"]) for story in stories])
    trials = []
    for number in range(FOLDS):
        letters, space, _ = train(data.take(np.flatnonzero(~out & (fold != number))), own, own.ids)
        test = data.take(np.flatnonzero(~out & (fold == number)))
        trials.append(trial("eigen", test, own, lambda n: n, letters, space))
        trials.append(trial("ander", test, other, lambda n: SECOND.get(n, ""), letters, space))
        # Themes without a story in them show what "geen thema" is: parts of the codebook.
        for part in range(2):
            some = own.only([n for i, n in enumerate(own.ids) if (i + number) % 2 == part])
            trials.append(trial("deel", test, some, lambda n: n, letters, space))
    inside = data.take(np.flatnonzero(~out))
    for number, known in enumerate((HALF, tuple(n for n in own.ids if n not in HALF))):
        letters, space, _ = train(data.take(np.flatnonzero(~out & (fold != number))), own, known)
        new = [n for n in own.ids if n not in known]
        unseen = inside.take(np.flatnonzero(np.isin(inside.main, new)))
        trials.append(trial("nieuw", unseen, own.only(new), lambda n: n, letters, space))
        test = data.take(np.flatnonzero(~out & (fold == number)))
        trials.append(trial("half", test, own, lambda n: n, letters, space))
        trials.append(trial("halfnw", unseen, own, lambda n: n, letters, space))
    weights = fit_weights([one for one in trials if one.kind in KINDS])
    settings = choose_thresholds(trials, ThemeSettings(*(float(w) for w in weights)))
    print(name, settings)
    for kind in ("eigen", "ander", "deel", "nieuw", "half", "halfnw"):
        report(kind, trials, settings)
    letters, space, ordinary = train(inside, own, own.ids)
    test = data.take(np.flatnonzero(out))
    final = [
        trial("fifth own", test, own, lambda n: n, letters, space),
        trial("fifth other", test, other, lambda n: SECOND.get(n, ""), letters, space),
    ]
    found = {one.kind: report(one.kind, final, settings) for one in final}
    silent = sum(is_non_answer(text) for text in data.texts)
    card = {
        "versie": date.today().isoformat(),
        "taalmodel": embedder.label,
        "getraind_op": {"verhalen": len(inside.texts), "zonder_antwoord": silent},
        "gemeten_op": {"verhalen": len(test.texts)},
        "hoofdthema_macro_f1": found["fifth own"]["hoofdthema"],
        "hoofdthema_macro_f1_ander_codeboek": found["fifth other"]["hoofdthema"],
        "instellingen": asdict(settings),
    }
    return letters, space, ordinary, card


def main() -> None:
    """Train for both embeddings, print the scores and write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "toolkit" / "stories" / "models")
    parser.add_argument("--embedding", nargs="*", default=["use", "e5"])
    options = parser.parse_args()
    stories = read(DATA)
    books = {
        "eigen": read_codebook(ROOT / "toolkit" / "templates" / "verhalen" / "themas.toml"),
        "ander": read_codebook(DATA / "ander-codeboek.toml"),
    }
    for name in options.embedding:
        letters, space, ordinary, card = train_one(
            name, stories, books, Cache(ROOT / ".tev" / "train.sqlite")
        )
        assert space.model is not None
        with whole_file(options.out / f"themes-{name}.npz") as path:
            np.savez_compressed(
                path, card=np.array(json.dumps(card)), weights=space.model.weights.astype(np.float16),
                bias=space.model.bias.astype(np.float32), whole=space.whole.astype(np.float16),
                mean=space.mean.astype(np.float16), centre_whole=space.centre_whole.astype(np.float32),
                centre_sentence=space.centre_sentence.astype(np.float32),
            )  # fmt: skip
        with whole_file(options.out / "themes-letters.npz") as path:
            np.savez_compressed(
                path, rarity=letters.rarity.astype(np.float16), weights=letters.model.weights.astype(np.float16),
                bias=letters.model.bias.astype(np.float32),
                reference=np.array(json.dumps(ordinary, ensure_ascii=False)),
            )  # fmt: skip


if __name__ == "__main__":
    main()
