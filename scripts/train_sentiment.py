"""Train the sentiment models (and the mean embedding) from corpora/ontwikkelset and write toolkit/stories/models/.

Every story whose id hashes into the held-out fifth is left out of training; the scores printed (and
stored in the model card inside the weights) are on that part. Run: python scripts/train_sentiment.py
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from toolkit.cache import Cache
from toolkit.files import whole_file
from toolkit.stories.embed import embed, load_embedder
from toolkit.stories.sentiment import (
    SENTENCE_LABELS,
    STORY_LABELS,
    Linear,
    sentence_vectors,
    softmax,
    story_features,
    word_features,
)

ROOT = Path(__file__).resolve().parents[1]
WORDS_SHARE = 0.4
MARK = re.compile(r"\[\[(\w+):([^\]]+)\]\]")


def held_out(name: str) -> bool:
    """Whether a story belongs to the fixed fifth that is never trained on."""
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


def fit(features: Any, labels: Any, strength: float, standardise: bool = True) -> Linear:
    """A balanced multinomial logistic regression as plain weights."""
    mean = features.mean(axis=0) if standardise else np.zeros(features.shape[1])
    scale = features.std(axis=0) + 1e-6 if standardise else np.ones(features.shape[1])
    inside = (features - mean) / scale if standardise else features
    model = LogisticRegression(C=strength, max_iter=2000, class_weight="balanced").fit(inside, labels)
    return Linear(np.asarray(mean), np.asarray(scale), model.coef_.T, model.intercept_)


def sentence_parts(stories: list[dict[str, Any]], vectors: Any, rows: Any) -> tuple[Linear, Linear]:
    """The two sentence models, trained on the given rows of all sentences."""
    texts = [text for story in stories for text in story["zinnen"]]
    labels = np.array([label for story in stories for label in story["labels"]])
    by_vector = fit(vectors[rows], labels[rows], 0.006)
    by_words = fit(
        word_features([texts[i] for i in np.flatnonzero(rows)]), labels[rows], 4.0, standardise=False
    )
    return by_vector, by_words


def probabilities(parts: tuple[Linear, Linear], vectors: Any, texts: list[str]) -> Any:
    """Mixed sentence probabilities."""
    by_words = softmax(np.asarray(word_features(texts) @ parts[1].weights + parts[1].bias))
    return (1 - WORDS_SHARE) * parts[0].probabilities(vectors) + WORDS_SHARE * by_words


def train(stories: list[dict[str, Any]], name: str, cache: Cache) -> tuple[dict[str, Any], dict[str, Any]]:
    """Weights and model card for one embedding."""
    embedder = load_embedder(name)
    vectors = sentence_vectors([story["zinnen"] for story in stories], embedder, cache).astype(float)
    texts = [text for story in stories for text in story["zinnen"]]
    labels = np.array([label for story in stories for label in story["labels"]])
    of_story = np.repeat(np.arange(len(stories)), [len(story["zinnen"]) for story in stories])
    story_labels = np.array([story["sentiment"] for story in stories])
    out = np.array([held_out(story["id"]) for story in stories])
    train_rows = ~out[of_story]

    # The story model must see sentence probabilities as they are for unseen stories: cross-fitted.
    crossed = np.zeros((len(texts), 3))
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=1)
    inside = np.flatnonzero(train_rows)
    for fold_train, fold_test in folds.split(inside, labels[inside], of_story[inside]):
        rows = np.zeros(len(texts), dtype=bool)
        rows[inside[fold_train]] = True
        test = inside[fold_test]
        crossed[test] = probabilities(
            sentence_parts(stories, vectors, rows), vectors[test], [texts[i] for i in test]
        )
    parts = sentence_parts(stories, vectors, train_rows)
    outside = np.flatnonzero(~train_rows)
    crossed[outside] = probabilities(parts, vectors[outside], [texts[i] for i in outside])
    features = np.array([story_features(crossed[of_story == i]) for i in range(len(stories))])
    story_model = fit(features[~out], story_labels[~out], 0.1)

    said = np.array(SENTENCE_LABELS)[crossed[outside].argmax(1)]
    told = np.array(STORY_LABELS)[story_model.probabilities(features[out]).argmax(1)]
    polar = np.isin(labels[outside], ("negatief", "positief"))
    pole = np.where(crossed[outside][:, 2] > crossed[outside][:, 0], "positief", "negatief")
    card = {
        "versie": date.today().isoformat(),
        "taalmodel": embedder.label,
        "aandeel_woorden": WORDS_SHARE,
        "getraind_op": {"zinnen": int(train_rows.sum()), "verhalen": int((~out).sum())},
        "gemeten_op": {"zinnen": len(outside), "verhalen": int(out.sum())},
        "zinnen_macro_f1": f1_score(labels[outside], said, average="macro"),
        "zinnen_f1": dict(zip(SENTENCE_LABELS, f1_score(labels[outside], said, average=None, labels=list(SENTENCE_LABELS)), strict=True)),
        "positief_tegen_negatief": float((pole[polar] == labels[outside][polar]).mean()),
        "verhalen_macro_f1": f1_score(story_labels[out], told, average="macro"),
        "verhalen_f1": dict(zip(STORY_LABELS, f1_score(story_labels[out], told, average=None, labels=list(STORY_LABELS)), strict=True)),
    }  # fmt: skip
    weights = {
        f"{name}_{field}": getattr(part, field).astype(np.float16 if field == "weights" else np.float32)
        for name, part in (("vectors", parts[0]), ("words", parts[1]), ("story", story_model))
        for field in ("mean", "scale", "weights", "bias")
    }
    return weights, card


def main() -> None:
    """Train both models, print their scores and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "corpora" / "ontwikkelset")
    parser.add_argument("--out", type=Path, default=ROOT / "toolkit" / "stories" / "models")
    options = parser.parse_args()
    stories = read(options.data)
    backgrounds = {}
    for name in ("e5", "use"):
        cache = Cache(ROOT / ".tev" / "train.sqlite")
        texts = [" ".join(story["zinnen"]) for story in stories]
        backgrounds[name] = embed(texts, load_embedder(name), cache).mean(axis=0)
        weights, card = train(stories, name, cache)
        print(json.dumps(card, indent=1, ensure_ascii=False, default=lambda value: round(float(value), 3)))
        with whole_file(options.out / f"sentiment-{name}.npz") as path:
            np.savez_compressed(
                path, card=np.array(json.dumps(card, default=lambda value: round(float(value), 4))), **weights
            )
    with whole_file(options.out / "background.npz") as path:
        np.savez_compressed(path, **backgrounds)


if __name__ == "__main__":
    main()
