"""Topics found in the stories themselves (BERTopic), with how stable each one is.

Small corpora collapse into a few topics under BERTopic's defaults. Here the embeddings are reduced by
PCA and grouped by k-means with a number of topics that follows the number of stories; a story that lies
about as near to a second topic as to its own is in no topic (-1). Words come from class-based TF-IDF over
Dutch lemmas, made different from each other by maximal marginal relevance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.stories.embed import Embedder, Vectors
from toolkit.stories.language import is_non_answer, lemmas, stop_words

TERMS: dict[str, Any] = {"ngram_range": (1, 2), "token_pattern": r"(?u)\S\S+"}
MINIMUM = 20  # fewer stories than this hold no topics to speak of


@dataclass(frozen=True)
class TopicSettings:
    """How topics are made; `number` 0 means: one per 15 stories, at least 4 and at most 30."""

    number: int = 0
    components: int = 20
    outside: float = 0.1  # share of stories that may be in no topic
    seeds: int = 20
    seed: int = 20260101
    words: int = 8
    least: int = 3  # stories that must hold a word before it may be a word of a topic


@dataclass(frozen=True)
class Topics:
    """`documents`: id, onderwerp, kans; `topics`: onderwerp, titel, woorden, aantal, stabiliteit, voorbeeld.

    `word_stories` tells of every word in `woorden` how many stories hold it.
    """

    documents: pd.DataFrame
    topics: pd.DataFrame
    outside_share: float
    model: str
    word_stories: Mapping[str, int] = field(default_factory=dict)


def number_of_topics(stories: int, settings: TopicSettings) -> int:
    """How many topics to look for among so many stories."""
    return settings.number or int(np.clip(round(stories / 15), 4, 30))


def find_topics(
    ids: Sequence[str],
    texts: Sequence[str],
    vectors: Vectors,
    embedder: Embedder,
    settings: TopicSettings = TopicSettings(),
) -> Topics:
    """The topics of de-identified stories with their embeddings (stories x dimensions).

    `kans` is how clearly a story belongs to its topic: 1 minus the ratio of the distance to its own
    and to the next centre, scaled to 0-1. `stabiliteit` (0-1) is the mean over seeds of the best Jaccard
    overlap between the topic's stories and a topic of a run with another seed. `voorbeeld` is the id of
    the story nearest to the centre. Non-answers and stories without text are in no topic. With fewer
    than MINIMUM different stories, or when no word that says something is in `settings.least` of them,
    no topics are made: a word of fewer stories may be a name that de-identification missed.
    """
    from bertopic import __version__ as bertopic_version

    model = f"BERTopic {bertopic_version}, {embedder.label}, PCA + k-means"
    told = np.array([not is_non_answer(text) for text in texts], dtype=bool)
    told_vectors = np.asarray(vectors, dtype=float)[told]
    distinct = len(np.unique(told_vectors.round(6), axis=0)) if told.any() else 0
    nothing = pd.DataFrame({"id": list(ids), "onderwerp": -1, "kans": 0.0})
    columns = ["onderwerp", "titel", "woorden", "aantal", "stabiliteit", "voorbeeld"]
    if told.sum() < MINIMUM or distinct < MINIMUM:
        return Topics(nothing, pd.DataFrame(columns=columns), 1.0, model)
    points = _reduce(told_vectors, settings)
    labels, clarity = _group(
        points, min(number_of_topics(int(told.sum()), settings), distinct), settings.seed
    )
    labels = np.where(clarity >= np.quantile(clarity, settings.outside), labels, -1)
    labels = _by_size(labels)
    documents = nothing.copy()
    documents.loc[told, "onderwerp"] = labels
    documents.loc[told, "kans"] = np.where(labels >= 0, clarity, 0).round(4)
    told_texts = [text for text, keep in zip(texts, told, strict=True) if keep]
    told_ids = np.array([str(name) for name in ids], dtype=object)[told]
    words, spread = _topic_words(told_texts, told_vectors, labels, embedder, settings)
    if not words:
        return Topics(nothing, pd.DataFrame(columns=columns), 1.0, model)
    stability = _stability(points, labels, settings)
    rows = []
    for topic in range(labels.max() + 1):
        members = np.flatnonzero(labels == topic)
        centre = points[members].mean(axis=0)
        nearest = members[np.argmin(((points[members] - centre) ** 2).sum(axis=1))]
        rows.append(
            {
                "onderwerp": topic,
                "titel": _title(words[topic]),
                "woorden": ", ".join(words[topic]),
                "aantal": len(members),
                "stabiliteit": round(stability[topic], 3),
                "voorbeeld": told_ids[nearest],
            }
        )
    outside = float((documents["onderwerp"] == -1).mean())
    used = {word: spread[word] for found in words.values() for word in found}
    return Topics(documents, pd.DataFrame(rows, columns=columns), outside, model, used)


def _title(words: Sequence[str]) -> str:
    return ", ".join(words[:3])


def published_topics(topics: Topics, least: int) -> pd.DataFrame:
    """The topics that may leave: onderwerp, titel, woorden, aantal, stabiliteit.

    A topic of fewer than `least` stories is left out, and so is a word that fewer stories hold; a topic
    of which no word is left has an empty title.
    """
    large = topics.topics[topics.topics["aantal"] >= least]
    words = [
        [word for word in text.split(", ") if word and topics.word_stories.get(word, 0) >= least]
        for text in large["woorden"]
    ]
    shown = large.assign(titel=[_title(one) for one in words], woorden=[", ".join(one) for one in words])
    return shown[["onderwerp", "titel", "woorden", "aantal", "stabiliteit"]].reset_index(drop=True)


def draw_topics(topics: pd.DataFrame, path: Path) -> None:
    """A bar per topic: number of stories, words, and how stable it is."""
    from matplotlib.figure import Figure

    height = max(2.0, 0.42 * len(topics) + 1.2)
    figure = Figure(figsize=(9, height), layout="constrained")
    axes = figure.subplots()
    shown = topics.iloc[::-1]
    bars = axes.barh([str(title) for title in shown["titel"]], shown["aantal"].astype(float), color="#1F5C7A")
    texts = [
        f"{count}  (stabiliteit {value:.2f})".replace(".", ",")
        for count, value in zip(shown["aantal"], shown["stabiliteit"], strict=True)
    ]
    axes.bar_label(bars, labels=texts, padding=4, fontsize=9)
    axes.set_xlabel("aantal verhalen")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.25)
    figure.savefig(path, dpi=150, metadata={"Title": "Onderwerpen en hun aantal verhalen"})


def _reduce(vectors: Any, settings: TopicSettings) -> npt.NDArray[np.float64]:
    from sklearn.decomposition import PCA

    components = min(settings.components, len(vectors) - 1, vectors.shape[1])
    points = PCA(components, svd_solver="full").fit_transform(vectors)
    norms = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(norms == 0, 1, norms))


def _group(points: Any, number: int, seed: int) -> tuple[Any, Any]:
    """Cluster numbers, and per point how much nearer its own centre is than the next one."""
    from sklearn.cluster import KMeans

    model = KMeans(number, n_init=10, random_state=seed).fit(points)
    near = np.sort(model.transform(points), axis=1)[:, :2]
    return model.labels_, 1 - near[:, 0] / np.where(near[:, 1] == 0, 1, near[:, 1])


def _by_size(labels: Any) -> Any:
    """Topics renumbered: 0 is the largest; equal sizes keep the order in which their first story comes."""
    numbers, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    new = {int(numbers[position]): rank for rank, position in enumerate(order)}
    return np.array([new.get(int(label), -1) for label in labels])


def _stability(points: Any, labels: Any, settings: TopicSettings) -> list[float]:
    from sklearn.cluster import KMeans

    number = int(labels.max()) + 1
    members = [set(np.flatnonzero(labels == topic)) for topic in range(number)]
    inside = labels >= 0
    overlap = np.zeros((settings.seeds, number))
    for run in range(settings.seeds):
        other = KMeans(number, n_init=3, random_state=settings.seed + 1 + run).fit_predict(points)
        groups = [set(np.flatnonzero((other == group) & inside)) for group in range(number)]
        for topic, own in enumerate(members):
            overlap[run, topic] = max(len(own & group) / len(own | group) for group in groups)
    return [float(value) for value in overlap.mean(axis=0)]


def _vocabulary(plain: list[str], least: int) -> dict[str, int]:
    """Words in at least `least` stories and word pairs in at least three, with how many stories hold them."""
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(binary=True, **TERMS)
    stories = np.asarray(counter.fit_transform(plain).sum(axis=0)).ravel()
    return {
        term: int(count)
        for term, count in zip(counter.get_feature_names_out(), stories, strict=True)
        if count >= (max(3, least) if " " in term else least)
    }


def _topic_words(
    texts: list[str], vectors: Any, labels: Any, embedder: Embedder, settings: TopicSettings
) -> tuple[dict[int, list[str]], dict[str, int]]:
    """Per topic its words, and for every word that may be one how many stories hold it."""
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import MaximalMarginalRelevance
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    class Backend(BaseEmbedder):  # type: ignore[misc]
        """Our embedding model as BERTopic wants it."""

        def embed(self, documents: Any, verbose: bool = False) -> Any:
            return embedder.encode(list(documents))

    stops = stop_words()
    plain = [
        " ".join(word for word in found if word not in stops and len(word) > 2) or "-"
        for found in lemmas(texts)
    ]
    vocabulary = _vocabulary(plain, settings.least) if any(len(text) > 1 for text in plain) else {}
    if not vocabulary:
        return {}, {}
    model = BERTopic(
        embedding_model=Backend(),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(vocabulary=list(vocabulary), **TERMS),
        ctfidf_model=ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True),
        representation_model=MaximalMarginalRelevance(diversity=0.3, top_n_words=settings.words),
        top_n_words=max(settings.words * 2, 15),
        calculate_probabilities=False,
        verbose=False,
    )
    model.fit(plain, embeddings=np.asarray(vectors, dtype=np.float32), y=labels)
    # BERTopic numbers by size as well; its own numbering is read back through the stories.
    own = np.asarray(model.topics_)
    result = {}
    for topic in range(int(labels.max()) + 1):
        number = int(pd.Series(own[labels == topic]).mode().iloc[0])
        found = [word for word, _ in model.get_topic(number) or [] if word and word != "-"]
        result[topic] = found[: settings.words]
    return result, vocabulary
