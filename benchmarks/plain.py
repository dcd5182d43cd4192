"""The plain script: what a competent researcher would write by hand with the same libraries, to hold our speed against.

Nothing of the toolkit is imported. Stories: names out by deduce, sentences and lemmas by spaCy, language by py3langid,
embeddings of sentences and stories, sentiment of sentences by a logistic model, themes by cosine with the texts of the
codebook, topics by BERTopic (PCA and k-means) with their stability over twenty seeds. Texts go through two processes
by joblib. Numbers: see plain_numbers. There is no cache, no check of deliveries, and no protection of small cells
beyond leaving out those under ten: less than the toolkit does. Its sentiment model is made beforehand, as ours is.

Run: python -m benchmarks.plain PROJECT OUT --embedding use --sentiment MODEL.npz --workers 2
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import plain_numbers
from benchmarks.plain_texts import clock_of, encoder, read_texts

TONES = ("negatief", "neutraal", "positief")
SEED = 20260312
SEEDS = 20


def tone_of(parts: Any, owner: Any, number: int, model: Path) -> tuple[pd.DataFrame, list[str]]:
    """Chances (negatief, neutraal, positief) of every sentence, and the tone of every story."""
    with np.load(model) as data:
        scores = parts @ data["weights"] + data["bias"]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    table = pd.DataFrame(chances, columns=list(TONES)).assign(
        story=owner, tone=[TONES[i] for i in chances.argmax(axis=1)]
    )
    shares = table.groupby("story")[list(TONES)].mean().reindex(range(number))
    mixed = (shares["negatief"] > 0.3) & (shares["positief"] > 0.3)
    labels = shares.fillna({"neutraal": 1.0}).fillna(0.0).idxmax(axis=1).mask(mixed, "gemengd")
    return table, list(labels)


def themes_of(found: dict[str, Any], owner: Any, codebook: Path, embedding: str) -> pd.DataFrame:
    """The cosine of every story with every theme, its main theme, and the theme of every sentence beside it."""
    themes = tomllib.loads(codebook.read_text(encoding="utf-8"))["thema"]
    encode = encoder(embedding)
    centres = np.vstack(
        [
            encode([one["naam"], one["beschrijving"], one.get("wel", ""), *one["voorbeelden"]]).mean(axis=0)
            for one in themes
        ]
    )
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    means = np.zeros_like(found["whole"])
    np.add.at(means, owner, found["parts"])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    fits = (found["whole"] + means) @ centres.T / 2
    names = [one["id"] for one in themes]
    found["sentence_themes"] = [names[i] for i in (found["parts"] @ centres.T).argmax(axis=1)]
    table = pd.DataFrame(fits, columns=names)
    return table.assign(main=table.idxmax(axis=1))


def topics_of(found: dict[str, Any], embedding: str) -> tuple[pd.DataFrame, list[int]]:
    """BERTopic with PCA and k-means, words by class-based TF-IDF and MMR, and the stability of each topic."""
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.representation import MaximalMarginalRelevance
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.feature_extraction.text import CountVectorizer

    class Backend(BaseEmbedder):  # type: ignore[misc]
        def embed(self, documents: Any, verbose: bool = False) -> Any:
            return encoder(embedding)(list(documents))

    texts, vectors = found["lemmas"], found["whole"]
    number = int(np.clip(round(len(texts) / 15), 4, 30))
    starts = 10 if len(texts) <= 2000 else 3
    reduce = PCA(min(20, len(texts) - 1), svd_solver="full")
    model = BERTopic(
        embedding_model=Backend(),
        umap_model=reduce,
        hdbscan_model=KMeans(number, n_init=3 * starts, random_state=SEED),
        vectorizer_model=CountVectorizer(min_df=1 if len(texts) < 100 else 3, ngram_range=(1, 2)),
        ctfidf_model=ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True),
        representation_model=MaximalMarginalRelevance(diversity=0.3),
        top_n_words=32,
    )
    labels, _ = model.fit_transform(texts, embeddings=vectors)
    points = model.umap_model.transform(vectors)
    own = np.asarray(labels)
    overlap = np.zeros((SEEDS, number))
    for seed in range(SEEDS):
        other = KMeans(number, n_init=starts, random_state=SEED + 1 + seed).fit(points).labels_
        both = pd.crosstab(own, other).to_numpy()
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
        overlap[seed] = (both / either).max(axis=1)
    table = model.get_topic_info().assign(stability=overlap.mean(axis=0))
    return table, list(labels)


def stories(
    project: Path, embedding: str, model: Path, workers: int, spent: dict[str, float]
) -> pd.DataFrame:
    """The stories' part: a row a story, with its themes, tone and topic; a table of topics; shares per wijk."""
    clock = clock_of(spent)
    folder = project / "corpora" / "voorbeeld"
    raw = pd.read_csv(folder / "raw" / "verhalen-inwoners.csv", dtype=str, keep_default_na=False)
    found = read_texts(list(raw["verhaal"]), embedding, workers)
    spent |= found["spent"]
    sizes = [len(one) for one in found["sentences"]]
    owner = np.repeat(np.arange(len(raw)), sizes)
    with clock("sentiment"):
        sentences, tones = tone_of(found["parts"], owner, len(raw), model)
    with clock("thema's"):
        themes = themes_of(found, owner, folder / "themas.toml", embedding)
        sentences["theme"] = found["sentence_themes"]
        sentences["text"] = [text for one in found["sentences"] for text in one]
    with clock("onderwerpen"):
        topics, labels = topics_of(found, embedding)
    table = raw.drop(columns=["verhaal", "titel"]).assign(
        text=found["clean"], language=found["languages"], tone=tones, theme=themes["main"], topic=labels
    )
    shares = pd.crosstab(table["wijk"], table["theme"], normalize="index")
    shares = shares[table["wijk"].value_counts().reindex(shares.index) >= 20]
    out = project / "gewoon"
    out.mkdir(exist_ok=True)
    with clock("schrijven"):
        table.to_csv(out / "verhalen.csv", index=False)
        sentences.to_csv(out / "zinnen.csv", index=False)
        topics.to_csv(out / "onderwerpen.csv", index=False)
        shares.to_csv(out / "themas.csv")
    return table


def run(project: Path, embedding: str, model: Path, workers: int) -> dict[str, float]:
    """The whole job; the seconds of each step. Results are in the folder `gewoon` of the project."""
    spent: dict[str, float] = {}
    clock = clock_of(spent)
    stories(project, embedding, model, workers, spent)
    out = project / "gewoon"
    with clock("enquêtes"):
        for name, table in plain_numbers.surveys(project).items():
            table.to_csv(out / f"{name}.csv", index=False)
    with clock("registraties"):
        for name, table in plain_numbers.records(project).items():
            table.to_csv(out / f"{name}.csv", index=False)
    return spent


def main() -> None:
    """Do it all and print the seconds per step as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--embedding", default="use")
    parser.add_argument("--sentiment", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    json.dump(run(options.project, options.embedding, options.sentiment, options.workers), sys.stdout)


if __name__ == "__main__":
    main()
