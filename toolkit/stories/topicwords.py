"""Words, titles and telling sentences of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.stories.embed import Embedder
from toolkit.stories.language import lemmas, split_sentences

TERMS: dict[str, Any] = {"ngram_range": (1, 2), "token_pattern": r"(?u)\S\S+"}
VARIETY = 0.3  # how much unlike each other counts beside worth, in the words of a topic


def as_text(words: Sequence[Sequence[str]]) -> list[str]:
    """The words of each text joined by spaces; "-" when there are none."""
    return [" ".join(one) or "-" for one in words]


def vocabulary(plain: Sequence[str], least: int) -> dict[str, int]:
    """Words in at least `least` stories and word pairs in at least three, with how many stories hold them."""
    from sklearn.feature_extraction.text import CountVectorizer

    if not any(len(text) > 1 for text in plain):
        return {}
    counter = CountVectorizer(binary=True, **TERMS)
    stories = np.asarray(counter.fit_transform(plain).sum(axis=0)).ravel()
    return {
        term: int(count)
        for term, count in zip(counter.get_feature_names_out(), stories, strict=True)
        if count >= (max(3, least) if " " in term else least)
    }


def topic_words(
    plain: Sequence[str], vectors: Any, labels: Any, terms: Mapping[str, int], embedder: Embedder, number: int
) -> dict[int, list[str]]:
    """Per topic at most `number` words: class-based TF-IDF over lemmas, made different from each other by MMR.

    Among those, words that more of the topic's stories hold come first: rare words alone score high but tell little.
    """
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    class Backend(BaseEmbedder):  # type: ignore[misc]
        """Our embedding model as BERTopic wants it."""

        def embed(self, documents: Any, verbose: bool = False) -> Any:
            return embedder.encode(list(documents))

    model = BERTopic(
        embedding_model=Backend(),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(vocabulary=list(terms), **TERMS),
        ctfidf_model=ClassTfidfTransformer(bm25_weighting=True, reduce_frequent_words=True),
        top_n_words=min(number * 4, 100),
        calculate_probabilities=False,
        verbose=False,
    )
    model.fit(list(plain), embeddings=np.asarray(vectors, dtype=np.float32), y=labels)
    # BERTopic numbers by size as well; its own numbering is read back through the stories.
    own = np.asarray(model.topics_)
    names = model.vectorizer_model.get_feature_names_out()
    held = model.vectorizer_model.transform(plain) > 0
    column = {word: position for position, word in enumerate(names)}
    result = {}
    for topic in range(int(labels.max()) + 1):
        given = int(pd.Series(own[labels == topic]).mode().iloc[0])
        share = np.asarray(held[labels == topic].mean(axis=0)).ravel()
        found = [
            (weight * share[column[word]], word)
            for word, weight in model.get_topic(given) or []
            if word in column
        ]
        ranked = sorted([pair for pair in found if pair[0] > 0], key=lambda pair: (-pair[0], pair[1]))
        kept = _without_repeats([word for _, word in ranked])
        values = {word: value for value, word in ranked}
        result[topic] = _diverse(kept, [values[word] for word in kept], embedder, number)
    return result


def _diverse(words: Sequence[str], values: Sequence[float], embedder: Embedder, number: int) -> list[str]:
    """At most `number` words by maximal marginal relevance: worth something, and unlike the words before.

    Source: Carbonell & Goldstein (1998), with worth relative to the best word and the cosine of embeddings.
    """
    if not words:
        return []
    vectors = np.asarray(embedder.encode(list(words)), dtype=float)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    alike = vectors @ vectors.T
    worth = np.asarray(values) / max(values)
    chosen = [0]
    while len(chosen) < min(number, len(words)):
        left = [place for place in range(len(words)) if place not in chosen]
        scores = [(1 - VARIETY) * worth[place] - VARIETY * alike[place, chosen].max() for place in left]
        chosen.append(left[int(np.argmax(scores))])
    return [words[place] for place in chosen]


def _without_repeats(words: Sequence[str]) -> list[str]:
    """Words without the word pairs that share a word with a more important one."""
    kept: list[str] = []
    for word in words:
        used = {part for other in kept for part in other.split()}
        if " " not in word or not used & set(word.split()):
            kept.append(word)
    return kept


def telling_sentence(texts: Sequence[str], order: Sequence[int], words: Sequence[str]) -> str:
    """The sentence that says most of a topic: the most of its words, in the stories nearest to its centre.

    `texts` are de-identified stories, `order` their places from near to far. Sentences of 4 to 30 words come
    first; of equal sentences the one of the nearest story. Empty when no sentence holds a word of the topic.
    """
    worth = {part: 1 / (rank + 1) for rank, word in reversed(list(enumerate(words))) for part in word.split()}
    best, found = 0.0, ""
    for place in list(order)[:5]:
        text = texts[place]
        parts = [text[one.start : one.end] for one in split_sentences(text)]
        for sentence, held in zip(parts, lemmas(parts), strict=True):
            value = sum(worth.get(word, 0) for word in set(held))
            value *= 1 if 4 <= len(sentence.split()) <= 30 else 0.3
            if value > best + 1e-9:
                best, found = value, sentence
    return " ".join(found.split())


def title_of(words: Sequence[str], sentence: str = "") -> str:
    """A Dutch title of the first three words ("Wachten, brief en gemeente"), in the order of the telling sentence."""
    chosen = list(words[:3])
    if sentence:
        said = lemmas([sentence])[0]
        place = {word: position for position, word in reversed(list(enumerate(said)))}
        chosen.sort(key=lambda word: (place.get(word.split()[0], len(said)), words.index(word)))
    if not chosen:
        return ""
    joined = chosen[0] if len(chosen) == 1 else f"{', '.join(chosen[:-1])} en {chosen[-1]}"
    return joined[0].upper() + joined[1:]
