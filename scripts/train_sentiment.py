"""Train the sentiment models (and the mean embedding) from corpora/ontwikkelset and write toolkit/stories/models/.

Every story of verhalen-1 to -6 whose id hashes into the held-out fifth is left out of training; the scores printed
(and stored in the model card inside the weights) are on that part. What was chosen (features, strengths) was chosen
on the cross-validated scores of the training part, which `--cross` prints without touching the held-out fifth.
Run: python scripts/train_sentiment.py
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from toolkit.cache import Cache
from toolkit.files import whole_file
from toolkit.stories.embed import load_embedder
from toolkit.stories.sentiment import SENTENCE_LABELS, STORY_LABELS
from toolkit.stories.sentiment_model import (
    Linear,
    context_features,
    story_features,
    story_of,
    vector_features,
    word_features,
)

ROOT = Path(__file__).resolve().parents[1]
MARK = re.compile(r"\[\[(\w+):([^\]]+)\]\]")
HELD_OUT_FROM = (
    "t1",
    "t2",
    "t3",
    "t4",
    "t5",
    "t6",
)  # later files only train: the held-out fifth stays as it is
STRENGTH = {"vectors": 0.001, "words": 4.0, "context": 0.05, "story": 0.1}
STORY_BALANCE = 0.5  # between the stories as they come and all four classes equal
PARTS = tuple(STRENGTH)


@dataclass(frozen=True)
class Texts:
    """The labelled sentences with everything that the models see of them."""

    sentences: list[str]
    labels: Any
    of_story: Any
    vectors: Any
    words: Any


def held_out(name: str) -> bool:
    """Whether a story belongs to the fixed fifth that is never trained on."""
    if name.split("-")[0] not in HELD_OUT_FROM:
        return False
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 5 == 0


def read(folder: Path) -> list[dict[str, Any]]:
    """The labelled stories, with identifying mentions as the placeholders that models see."""
    stories = [
        json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")
    ]
    for story in stories:
        story["labels"] = [label for _, label in story["zinnen"]]
        story["zinnen"] = [MARK.sub(r"[\1-1]", text) for text, _ in story["zinnen"]]
    return stories


def fit(features: Any, labels: Any, strength: float, balance: float = 1.0) -> Linear:
    """A multinomial logistic regression as plain weights; sparse features are not standardised.

    Classes weigh by their rarity to the power `balance`: 1 makes them all equal, 0 leaves them as they are.
    """
    dense = isinstance(features, np.ndarray)
    mean = features.mean(axis=0) if dense else np.zeros(features.shape[1])
    scale = features.std(axis=0) + 1e-6 if dense else np.ones(features.shape[1])
    inside = (features - mean) / scale if dense else features
    names, counts = np.unique(labels, return_counts=True)
    weights = {
        name: (len(labels) / len(names) / count) ** balance for name, count in zip(names, counts, strict=True)
    }
    model = LogisticRegression(C=strength, max_iter=2000, class_weight=weights).fit(inside, labels)
    return Linear(np.asarray(mean), np.asarray(scale), model.coef_.T, model.intercept_)


def folds(rows: Any, labels: Any, groups: Any, seed: int) -> Iterator[tuple[Any, Any]]:
    """Five splits of the rows in which no story is on both sides."""
    splits = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
    for learn, test in splits.split(rows, labels[rows], groups[rows]):
        yield rows[learn], rows[test]


def first_look(texts: Texts, rows: Any) -> dict[str, Linear]:
    """The two models of the first look, trained on the given rows."""
    return {
        "vectors": fit(texts.vectors[rows], texts.labels[rows], STRENGTH["vectors"]),
        "words": fit(texts.words[rows], texts.labels[rows], STRENGTH["words"]),
    }


def opinions(texts: Texts, models: dict[str, Linear], rows: Any) -> list[Any]:
    """What the first look says of the given rows."""
    return [
        models["vectors"].probabilities(texts.vectors[rows]),
        models["words"].probabilities(texts.words[rows]),
    ]


def train(texts: Texts, story_labels: Any, out: Any) -> tuple[dict[str, Linear], Any, Any]:
    """The four models, sentence probabilities and story features; those of training stories are cross-fitted.

    Each model must see what it will see of new stories, so it learns from what models said that had not seen
    the story: the second look from the first, the story model from the second.
    """
    everything = np.arange(len(texts.sentences))
    learn, rest = everything[~out[texts.of_story]], everything[out[texts.of_story]]
    first = [np.full((len(everything), 3), 1 / 3) for _ in range(2)]
    for inside, test in folds(learn, texts.labels, texts.of_story, seed=1):
        for part, found in zip(first, opinions(texts, first_look(texts, inside), test), strict=True):
            part[test] = found
    models = first_look(texts, learn)
    if len(rest):
        for part, found in zip(first, opinions(texts, models, rest), strict=True):
            part[rest] = found
    seen = context_features(first, texts.sentences, texts.of_story)
    models["context"] = fit(seen[learn], texts.labels[learn], STRENGTH["context"])
    probabilities = models["context"].probabilities(seen)
    for inside, test in folds(learn, texts.labels, texts.of_story, seed=7):
        model = fit(seen[inside], texts.labels[inside], STRENGTH["context"])
        probabilities[test] = model.probabilities(seen[test])
    courses = np.array([story_features(probabilities[texts.of_story == i]) for i in range(len(out))])
    models["story"] = fit(courses[~out], story_labels[~out], STRENGTH["story"], STORY_BALANCE)
    return models, probabilities, courses


def scores(
    texts: Texts, story_labels: Any, probabilities: Any, told: Any, rows: Any, which: Any
) -> dict[str, Any]:
    """Macro-F1, F1 per class and positive against negative, for the given sentences and stories.

    Positive against negative: of those that the writer called positive or negative, the share for which the model
    gives the right one of the two the higher probability.
    """
    labels, found = texts.labels[rows], probabilities[rows]
    said = np.array(SENTENCE_LABELS)[found.argmax(axis=1)]
    judged = np.array(STORY_LABELS)[told[which].argmax(axis=1)]
    stories = story_labels[which]
    polar, poles = np.isin(labels, ("negatief", "positief")), np.isin(stories, ("negatief", "positief"))
    side = np.where(found[:, 2] > found[:, 0], "positief", "negatief")
    story_side = np.where(told[which][:, 3] > told[which][:, 1], "positief", "negatief")
    return {
        "zinnen_macro_f1": f1_score(labels, said, average="macro"),
        "zinnen_f1": dict(zip(SENTENCE_LABELS, f1_score(labels, said, average=None, labels=list(SENTENCE_LABELS)), strict=True)),
        "positief_tegen_negatief": float((side[polar] == labels[polar]).mean()),
        "verhalen_macro_f1": f1_score(stories, judged, average="macro"),
        "verhalen_f1": dict(zip(STORY_LABELS, f1_score(stories, judged, average=None, labels=list(STORY_LABELS)), strict=True)),
        "verhalen_positief_tegen_negatief": float((story_side[poles] == stories[poles]).mean()),
    }  # fmt: skip


def crossed_stories(courses: Any, story_labels: Any, out: Any) -> Any:
    """Story probabilities of the training stories, cross-fitted."""
    told = np.zeros((len(out), len(STORY_LABELS)))
    for inside, test in folds(np.flatnonzero(~out), story_labels, np.arange(len(out)), seed=3):
        model = fit(courses[inside], story_labels[inside], STRENGTH["story"], STORY_BALANCE)
        told[test] = model.probabilities(courses[test])
    return told


def main() -> None:
    """Train both models, print their scores and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "corpora" / "ontwikkelset")
    parser.add_argument("--out", type=Path, default=ROOT / "toolkit" / "stories" / "models")
    parser.add_argument("--cross", action="store_true", help="print cross-validated scores and write nothing")
    options = parser.parse_args()
    stories = read(options.data)
    sentences = [story["zinnen"] for story in stories]
    story_labels = np.array([story["sentiment"] for story in stories])
    out = np.array([held_out(story["id"]) for story in stories])
    comparable = np.array([story["id"].split("-")[0] in HELD_OUT_FROM for story in stories])
    flat = [text for story in sentences for text in story]
    words = word_features(flat)
    for name in ("e5", "use"):
        cache, embedder = Cache(ROOT / ".tev" / "train.sqlite"), load_embedder(name)
        texts = Texts(
            flat,
            np.array([label for story in stories for label in story["labels"]]),
            story_of(sentences),
            vector_features(sentences, embedder, cache),
            words,
        )
        models, probabilities, courses = train(texts, story_labels, out)
        if options.cross:
            which = comparable & ~out
            told = crossed_stories(courses, story_labels, out)
            found = scores(texts, story_labels, probabilities, told, which[texts.of_story], which)
            print(name, json.dumps(found, indent=1, default=lambda value: round(float(value), 4)))
            continue
        told = models["story"].probabilities(courses)
        rest = out[texts.of_story]
        card = {
            "versie": date.today().isoformat(),
            "taalmodel": embedder.label,
            "getraind_op": {"zinnen": int((~rest).sum()), "verhalen": int((~out).sum())},
            "gemeten_op": {"zinnen": int(rest.sum()), "verhalen": int(out.sum())},
            **scores(texts, story_labels, probabilities, told, rest, out),
        }
        print(json.dumps(card, indent=1, ensure_ascii=False, default=lambda value: round(float(value), 3)))
        weights = {
            f"{part}_{field}": getattr(models[part], field).astype(
                np.float16 if field == "weights" else np.float32
            )
            for part in PARTS
            for field in ("mean", "scale", "weights", "bias")
        }
        with whole_file(options.out / f"sentiment-{name}.npz") as path:
            np.savez_compressed(
                path, card=np.array(json.dumps(card, default=lambda value: round(float(value), 4))), **weights
            )


if __name__ == "__main__":
    main()
