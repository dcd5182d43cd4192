"""Topics found in the stories themselves (BERTopic), with how stable each one is.

Small corpora collapse into a few topics under BERTopic's defaults. Here the embeddings are reduced by
PCA (with axes along which subjects of the social domain differ) and grouped by k-means with a number of topics that follows the number of stories; a story that lies
about as near to a second topic as to its own is in no topic (-1). Words come from class-based TF-IDF over
Dutch lemmas, made different from each other by maximal marginal relevance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.stories.domain import subject_axes
from toolkit.stories.embed import Embedder, Vectors
from toolkit.stories.language import is_non_answer, telling_words
from toolkit.stories.topicmodel import TopicModel, nearest, to_points
from toolkit.stories.topicwords import (
    as_text,
    telling_sentence,
    title_of,
    topic_words,
    vocabulary,
)

Array = npt.NDArray[np.float64]
Words = Callable[[Sequence[str]], list[list[str]]]
PLACED = 10_000  # stories that get their place at a time
MINIMUM = 20  # fewer stories than this hold no topics to speak of
STABLE, FAIRLY = 0.75, 0.5  # mean overlap with other runs from which a topic is called so
COLUMNS = ["onderwerp", "titel", "woorden", "aantal", "stabiliteit", "oordeel", "kernzin", "voorbeeld"]


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
    domain: float = 0.8  # weight of what the toolkit knows of the social domain beside the principal axes
    guidance: float = 1.0  # weight of the themes beside the embedding, where a codebook guides
    sample: int = (
        5000  # of more stories than this, topics are found in so many, and the others get their place
    )


@dataclass(frozen=True)
class Topics:
    """`documents`: id, onderwerp, kans; `topics`: see COLUMNS; `outside_share`: share of all stories in none.

    `word_stories` tells of every word in `woorden` how many stories hold it. `fitted` places later stories
    in these topics; None when there are no topics.
    """

    documents: pd.DataFrame
    topics: pd.DataFrame
    outside_share: float
    model: str
    word_stories: Mapping[str, int] = field(default_factory=dict)
    fitted: TopicModel | None = None


def number_of_topics(stories: int, settings: TopicSettings) -> int:
    """How many topics to look for among so many stories."""
    return settings.number or int(np.clip(round(stories / 15), 4, 30))


def in_words(stability: float) -> str:
    """What a stability (0-1) means: "stabiel", "redelijk stabiel" or "wisselend"."""
    return "stabiel" if stability >= STABLE else "redelijk stabiel" if stability >= FAIRLY else "wisselend"


def find_topics(
    ids: Sequence[str],
    texts: Sequence[str],
    vectors: Vectors,
    embedder: Embedder,
    settings: TopicSettings = TopicSettings(),
    guide: Array | None = None,
    read_words: Words = telling_words,
) -> Topics:
    """The topics of de-identified stories with their embeddings (stories x dimensions).

    `kans` is how clearly a story belongs to its topic: 1 minus the ratio of the distance to its own
    and to the next centre. `stabiliteit` (0-1) is the mean over seeds of the best Jaccard overlap between
    the topic's stories and a topic of a run with another seed; `oordeel` says it in words. `voorbeeld` is
    the id of the story nearest to the centre, `kernzin` its most telling sentence or that of a near one.
    Non-answers and stories without text are in no topic. With fewer than MINIMUM different stories, or
    when no word that says something is in `settings.least` of them, no topics are made: a word of fewer
    stories may be a name that de-identification missed.

    `read_words` gives the words of texts: one that remembers them saves the reading of stories that stayed.

    `guide` (stories x themes, shares of 0-1) are themes that pull stories of one theme together.

    With more than `settings.sample` stories, the topics are those of a sample and every other story gets the topic
    that it lies nearest to. The sample follows from the texts alone (those with the lowest hash), so the same
    stories have the same topics whatever was run before, and a few more stories hardly change it. Words, titles,
    stability and the order of size are then those of the sample; `aantal` counts all stories.
    """
    told = np.array([not is_non_answer(text) for text in texts], dtype=bool)
    if told.sum() <= settings.sample:
        return _fit(ids, texts, vectors, told, embedder, settings, guide, read_words)
    chosen = _sample(texts, told, settings)
    found = _fit(
        [ids[place] for place in chosen],
        [texts[place] for place in chosen],
        np.asarray(vectors)[chosen],
        np.ones(len(chosen), dtype=bool),
        embedder,
        settings,
        None if guide is None else guide[chosen],
        read_words,
    )
    return _with_the_rest(found, ids, vectors, told, chosen)


def _sample(texts: Sequence[str], told: Any, settings: TopicSettings) -> list[int]:
    """The places of the stories with the lowest hash of their text, in order."""
    marks = sorted(
        (hashlib.sha256(f"{settings.seed} {texts[place]}".encode()).digest(), place)
        for place in np.flatnonzero(told).tolist()
    )
    return sorted(place for _, place in marks[: settings.sample])


def _with_the_rest(
    found: Topics, ids: Sequence[str], vectors: Any, told: Any, chosen: Sequence[int]
) -> Topics:
    """The topics of a sample with every other story in the nearest of them."""
    labels, chances = np.full(len(ids), -1), np.zeros(len(ids))
    labels[chosen] = found.documents["onderwerp"]
    chances[chosen] = found.documents["kans"]
    rest = np.setdiff1d(np.flatnonzero(told), chosen)
    if found.fitted is not None:
        for begin in range(0, len(rest), PLACED):
            part = rest[begin : begin + PLACED]
            near, clarity = found.fitted.place(np.asarray(vectors)[part])
            labels[part] = near
            chances[part] = np.where(near >= 0, clarity, 0).round(4)
    documents = pd.DataFrame({"id": list(ids), "onderwerp": labels, "kans": chances})
    counts = np.bincount(labels[labels >= 0], minlength=len(found.topics))
    return replace(
        found,
        documents=documents,
        topics=found.topics.assign(aantal=counts[found.topics["onderwerp"].to_numpy(dtype=int)]),
        outside_share=float((labels == -1).mean()),
    )


def _fit(
    ids: Sequence[str],
    texts: Sequence[str],
    vectors: Vectors,
    told: Any,
    embedder: Embedder,
    settings: TopicSettings,
    guide: Array | None,
    read_words: Words,
) -> Topics:
    """The topics of these stories; `told` says which of them say something."""
    model = f"BERTopic {version('bertopic')}, {embedder.label}, PCA + k-means" + (
        "" if guide is None else ", gestuurd door het codeboek"
    )
    told_vectors = np.asarray(vectors, dtype=float)[told]
    nothing = pd.DataFrame({"id": list(ids), "onderwerp": -1, "kans": 0.0})
    none = Topics(nothing, pd.DataFrame(columns=COLUMNS), 1.0, model)
    distinct = len(np.unique(told_vectors.round(6), axis=0)) if told.any() else 0
    if told.sum() < MINIMUM or distinct < MINIMUM:
        return none
    told_texts = [text for text, keep in zip(texts, told, strict=True) if keep]
    plain = as_text(read_words(told_texts))
    terms = vocabulary(plain, settings.least)
    if not terms:
        return none
    mean, axes = _axes(told_vectors, settings, subject_axes(embedder.name))
    points = to_points(told_vectors, mean, axes)
    pulled = points if guide is None else np.hstack([points, settings.guidance * _unit(guide[told])])
    number = min(number_of_topics(int(told.sum()), settings), distinct)
    groups, centres = _group(pulled, number, settings.seed, 3 * _starts(pulled))
    _, clarity = nearest(pulled, centres)
    least = float(np.quantile(clarity, settings.outside))
    labels = _by_size(np.where(clarity >= least, groups, -1))
    documents = nothing.copy()
    documents.loc[told, "onderwerp"] = labels
    documents.loc[told, "kans"] = np.where(labels >= 0, clarity, 0).round(4)
    words = topic_words(plain, told_vectors, labels, terms, embedder, settings.words)
    table = _table(
        np.array([str(name) for name in ids], dtype=object)[told], told_texts, points, labels, words,
        _stability(pulled, labels, settings),
    )  # fmt: skip
    numbers = tuple(_topic_of(labels[groups == group]) for group in range(number))
    if guide is not None:  # later stories have no guide: their place follows from the embedding alone
        centres = np.vstack([points[groups == group].mean(axis=0) for group in range(number)])
        least = float(np.quantile(nearest(points, centres)[1], settings.outside))
    fitted = TopicModel(embedder.label, mean, axes, centres, numbers, least, table)
    outside = float((documents["onderwerp"] == -1).mean())
    used = {word: terms[word] for found in words.values() for word in found}
    return Topics(documents, table, outside, model, used, fitted)


def _table(
    ids: Any,
    texts: Sequence[str],
    points: Array,
    labels: Any,
    words: Mapping[int, Sequence[str]],
    stability: Sequence[float],
) -> pd.DataFrame:
    rows = []
    for topic in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == topic)
        far = ((points[members] - points[members].mean(axis=0)) ** 2).sum(axis=1)
        near = members[np.argsort(far, kind="stable")]
        sentence = telling_sentence(texts, list(near), words[topic])
        rows.append(
            {
                "onderwerp": topic,
                "titel": title_of(words[topic], sentence),
                "woorden": ", ".join(words[topic]),
                "aantal": len(members),
                "stabiliteit": round(stability[topic], 3),
                "oordeel": in_words(stability[topic]),
                "kernzin": sentence,
                "voorbeeld": ids[near[0]],
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _axes(vectors: Any, settings: TopicSettings, known: Array | None) -> tuple[Array, Array]:
    """Mean of the embeddings, and the axes (axes x dimensions): principal ones, and those of the domain beside them.

    The known axes are scaled so that the stories spread `settings.domain` times as wide along them.
    """
    from sklearn.decomposition import PCA

    components = min(settings.components, len(vectors) - 1, vectors.shape[1])
    found = PCA(components, svd_solver="full").fit(vectors)
    mean, axes = np.asarray(found.mean_), np.asarray(found.components_)
    if known is None or known.shape[1] != vectors.shape[1] or not settings.domain:
        return mean, axes
    # Where all stories lie along a known axis tells nothing; only how they differ does.
    spread = float(((vectors - mean) @ known.T).var(axis=0).sum())
    wide = float(((vectors - mean) @ axes.T).var(axis=0).sum())
    scale = settings.domain * np.sqrt(wide / spread) if spread > 0 else 0.0
    return mean, np.vstack([axes, scale * known])


def _unit(rows: Array) -> Array:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms == 0, 1, norms))


def _starts(points: Any) -> int:
    """How often k-means begins anew: more starts come nearer to the one best grouping, and cost time."""
    return 10 if len(points) <= 2000 else 3


def _group(points: Any, number: int, seed: int, starts: int) -> tuple[Any, Array]:
    """Cluster of each point, and the centres."""
    from sklearn.cluster import KMeans

    model = KMeans(number, n_init=starts, random_state=seed).fit(points)
    return model.labels_, np.asarray(model.cluster_centers_, dtype=float)


def _topic_of(labels: Any) -> int:
    """The topic that a cluster became: -1 when all of its stories ended outside."""
    inside = labels[labels >= 0]
    return int(inside[0]) if len(inside) else -1


def _by_size(labels: Any) -> Any:
    """Topics renumbered: 0 is the largest; equal sizes keep the order in which their first story comes."""
    numbers, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    new = {int(numbers[position]): rank for rank, position in enumerate(order)}
    return np.array([new.get(int(label), -1) for label in labels])


def _stability(points: Any, labels: Any, settings: TopicSettings) -> list[float]:
    number = int(labels.max()) + 1
    inside = labels >= 0
    overlap = np.zeros((settings.seeds, number))
    for run in range(settings.seeds):
        other, _ = _group(points, number, settings.seed + 1 + run, _starts(points))
        # Counts of stories by own topic and by group of the other run; a Jaccard overlap for each pair.
        both = np.zeros((number, number))
        np.add.at(both, (labels[inside], other[inside]), 1)
        either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
        overlap[run] = (both / np.where(either == 0, 1, either)).max(axis=1)
    return [float(value) for value in overlap.mean(axis=0)]
