"""Compare our topics with plain BERTopic and with NMF on the same labelled texts, and write the table in docs/modellen.md.

Every set is a CSV with the columns text and label, given on the command line; two sets that no model was trained on
always take part: twelve themes of the example, and the held-out fifth of corpora/ontwikkelset. All methods get the same embeddings,
the same Dutch lemmas for their words, and five seeds.

Run: python benchmarks/topics.py [--embedding use] [--write] [SET.csv ...]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import normalized_mutual_info_score

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.train_sentiment import held_out, read
from toolkit.cache import Cache
from toolkit.files import whole_file
from toolkit.stories.embed import Embedder, embed, load_embedder
from toolkit.stories.language import telling_words
from toolkit.stories.topics import TopicSettings, find_topics, number_of_topics
from toolkit.stories.topicwords import as_text

SEEDS = (1, 2, 3, 4, 5)
WORDS = 8
MARKER = "<!-- onderwerpen -->"
Found = tuple[Any, list[list[str]]]  # topic of each text (-1: none), words of each topic


@dataclass(frozen=True)
class Texts:
    """A labelled set, ready for every method."""

    name: str
    texts: list[str]
    labels: list[str]
    plain: list[str]
    vectors: Any


def ours(data: Texts, embedder: Embedder, seed: int) -> Found:
    """The toolkit's own topics."""
    ids = [str(number) for number in range(len(data.texts))]
    found = find_topics(
        ids, data.texts, data.vectors, embedder, TopicSettings(seed=seed, seeds=1, words=WORDS)
    )
    return found.documents["onderwerp"].to_numpy(), [text.split(", ") for text in found.topics["woorden"]]


def plain_bertopic(data: Texts, embedder: Embedder, seed: int) -> Found:
    """BERTopic as it comes: UMAP and HDBSCAN with their defaults; UMAP's seed is the only thing set."""
    from bertopic import BERTopic
    from umap import UMAP

    umap = UMAP(
        n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed
    )
    model = BERTopic(umap_model=umap, embedding_model=None, vectorizer_model=CountVectorizer())
    topics, _ = model.fit_transform(data.plain, embeddings=np.asarray(data.vectors, dtype=np.float32))
    numbers = sorted(set(topics) - {-1})
    return np.array(topics), [[word for word, _ in model.get_topic(one)][:WORDS] for one in numbers]


def nmf(data: Texts, embedder: Embedder, seed: int) -> Found:
    """Non-negative matrix factorisation of TF-IDF, with as many topics as ours; the largest part decides."""
    vectorizer = TfidfVectorizer(min_df=3, max_df=0.5)
    matrix = vectorizer.fit_transform(data.plain)
    number = number_of_topics(len(data.texts), TopicSettings())
    model = NMF(number, init="nndsvdar", random_state=seed, max_iter=400)
    parts = model.fit_transform(matrix)
    names = vectorizer.get_feature_names_out()
    words = [[str(names[i]) for i in np.argsort(-row)[:WORDS]] for row in model.components_]
    return np.where(parts.max(axis=1) > 0, parts.argmax(axis=1), -1), words


METHODS: dict[str, Callable[[Texts, Embedder, int], Found]] = {
    "tellen en vertellen": ours,
    "BERTopic zonder instellingen": plain_bertopic,
    "NMF": nmf,
}


def coherence(words: Sequence[Sequence[str]], plain: Sequence[str]) -> float:
    """Mean NPMI of the pairs of words of a topic, by texts that hold them; -1 (never together) to 1.

    Word pairs count as their two words. Source: Lau, Newman & Baldwin (2014), with texts as windows.
    """
    held = [set(text.split()) for text in plain]
    values = []
    for topic in words:
        singles = list(dict.fromkeys(part for word in topic for part in word.split()))[:WORDS]
        for one, other in combinations(singles, 2):
            with_one, with_other = (
                {i for i, text in enumerate(held) if word in text} for word in (one, other)
            )
            both = len(with_one & with_other) / len(held)
            if not both:
                values.append(-1.0)
                continue
            chance = len(with_one) * len(with_other) / len(held) ** 2
            values.append(1.0 if both == 1 else float(np.log(both / chance) / -np.log(both)))
    return float(np.mean(values)) if values else float("nan")


def diversity(words: Sequence[Sequence[str]]) -> float:
    """The share of different words among the words of all topics."""
    flat = [word for topic in words for word in topic]
    return len(set(flat)) / len(flat) if flat else float("nan")


def stability(runs: Sequence[Any]) -> float:
    """Mean over topics of the first run of the best Jaccard overlap with a topic of each other run."""
    first = runs[0]
    values = []
    for other in runs[1:]:
        for topic in set(first[first >= 0]):
            own = first == topic
            overlaps = [
                (own & (other == one)).sum() / (own | (other == one)).sum() for one in set(other[other >= 0])
            ]
            values.append(max(overlaps, default=0.0))
    return float(np.mean(values)) if values else float("nan")


def measure(data: Texts, embedder: Embedder) -> list[list[str]]:
    """One row of the table per method; means over the seeds."""
    rows = []
    for name, method in METHODS.items():
        begin = time.perf_counter()
        runs = [method(data, embedder, seed) for seed in SEEDS]
        seconds = (time.perf_counter() - begin) / len(SEEDS)
        figures = [
            np.mean([len(words) for _, words in runs]),
            np.mean([normalized_mutual_info_score(data.labels, topics) for topics, _ in runs]),
            np.mean([coherence(words, data.plain) for _, words in runs]),
            np.mean([diversity(words) for _, words in runs]),
            stability([topics for topics, _ in runs]),
            100 * np.mean([(topics == -1).mean() for topics, _ in runs]),
            seconds,
        ]
        shapes = (".0f", ".2f", ".2f", ".2f", ".2f", ".0f", ".1f")
        cells = [format(value, shape).replace(".", ",") for value, shape in zip(figures, shapes, strict=True)]
        cells[5] += "%"
        rows.append([data.name, name, *cells])
        print(" | ".join(rows[-1]), flush=True)
    return rows


def load(paths: Sequence[Path], embedder: Embedder, cache: Cache) -> list[Texts]:
    """The labelled sets that no model was trained on: a fifth of the development set, the example, the given files."""
    stories = [s for s in read(ROOT / "corpora" / "ontwikkelset") if s["thema_hoofd"] and held_out(s["id"])]
    fifth = [(" ".join(s["zinnen"]), s["thema_hoofd"]) for s in stories]
    lines = (ROOT / "tests" / "data" / "voorbeeld_goud.jsonl").read_text(encoding="utf-8").splitlines()
    example = [(s["tekst"], s["thema_hoofd"]) for s in map(json.loads, lines) if s["thema_hoofd"]]
    ordered = sorted(example, key=lambda pair: hashlib.sha256(pair[0].encode()).digest())
    themes = sorted({theme for _, theme in example})[:12]
    some = [pair for theme in themes for pair in [one for one in ordered if one[1] == theme][:20]]
    sets = [
        (f"voorbeeld ({len(some)} verhalen, {len(themes)} thema's)", some),
        (f"ontwikkelset ({len(fifth)} verhalen, 16 thema's)", fifth),
    ]
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
        sets.append((f"{path.stem} ({len(rows)} teksten, {len({label for _, label in rows})} soorten)", rows))
    result = []
    for name, rows in sets:
        texts, labels = [text for text, _ in rows], [label for _, label in rows]
        result.append(
            Texts(name, texts, labels, as_text(telling_words(texts)), embed(texts, embedder, cache))
        )
    return result


def write(rows: Sequence[Sequence[str]], embedding: str) -> None:
    """Put the table between the markers of docs/modellen.md."""
    head = [
        "verzameling",
        "methode",
        "onderwerpen",
        "NMI",
        "NPMI",
        "verscheidenheid",
        "stabiliteit",
        "in geen",
        "seconden",
    ]
    lines = ["| " + " | ".join(head) + " |", "|---|---|" + "---:|" * (len(head) - 2)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    path = ROOT / "docs" / "modellen.md"
    before, _, after = path.read_text(encoding="utf-8").split(MARKER)
    text = MARKER.join([before, f"\nTaalmodel: {embedding}.\n\n" + "\n".join(lines) + "\n\n", after])
    with whole_file(path) as target:
        target.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure all methods on all sets, print the table and, when asked, write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET.csv")
    parser.add_argument("--embedding", default="use")
    parser.add_argument("--write", action="store_true", help="write the table in docs/modellen.md")
    options = parser.parse_args()
    embedder = load_embedder(options.embedding)
    rows = [
        row
        for data in load(options.sets, embedder, Cache(ROOT / ".tev" / "train.sqlite"))
        for row in measure(data, embedder)
    ]
    if options.write:
        write(rows, embedder.label)


if __name__ == "__main__":
    main()
