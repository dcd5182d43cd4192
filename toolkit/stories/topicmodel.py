"""A found set of topics as a file: keep it, and give later stories a place in the same topics without a new search."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.files import whole_file
from toolkit.stories.embed import Embedder, Vectors
from toolkit.stories.language import is_non_answer

Array = npt.NDArray[np.float64]
FORMAT = "tev-onderwerpen-1"


@dataclass(frozen=True)
class TopicModel:
    """What it takes to place a story: vectors -> minus `mean`, times `axes`, length 1 -> the nearest of `centres`.

    Of the centres, `topics` tells which topic each is (-1: none was left of it). A story with a clarity
    under `least` is in no topic. `table` are the topics as they were found; `embedding` is name and version.
    """

    embedding: str
    mean: Array
    axes: Array
    centres: Array
    topics: tuple[int, ...]
    least: float
    table: pd.DataFrame

    def place(self, vectors: Any) -> tuple[npt.NDArray[np.int64], Array]:
        """Topic (-1: none) and clarity (0-1) of stories by their embeddings (stories x dimensions)."""
        points = to_points(np.asarray(vectors, dtype=float), self.mean, self.axes)
        near, clarity = nearest(points, self.centres)
        labels = np.asarray(self.topics, dtype=np.int64)[near]
        return np.where(clarity >= self.least, labels, -1), clarity


def to_points(vectors: Array, mean: Array, axes: Array) -> Array:
    """Embeddings in the reduced space, each of length 1."""
    points = (vectors - mean) @ axes.T
    norms = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(points / np.where(norms == 0, 1, norms))


def nearest(points: Array, centres: Array) -> tuple[npt.NDArray[np.int64], Array]:
    """The nearest centre of each point, and how much nearer it is than the next one (0-1)."""
    far = np.sqrt(
        np.maximum((points**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1) - 2 * points @ centres.T, 0)
    )
    near = np.sort(far, axis=1)[:, :2]
    if near.shape[1] == 1:
        return far.argmin(axis=1), np.ones(len(points))
    return far.argmin(axis=1), 1 - near[:, 0] / np.where(near[:, 1] == 0, 1, near[:, 1])


def save_topics(model: TopicModel, path: Path) -> None:
    """Write the model as safetensors: numbers and words, no stories and no code.

    The column `kernzin` and `voorbeeld` of the table are left out: they point at or quote single stories.
    """
    from safetensors.numpy import save

    table = model.table.drop(columns=["kernzin", "voorbeeld"], errors="ignore")
    about = {
        "formaat": FORMAT,
        "taalmodel": model.embedding,
        "grens": repr(model.least),
        "nummers": json.dumps(model.topics),
        "onderwerpen": table.to_json(orient="records", force_ascii=False),
    }
    tensors = {"mean": model.mean, "axes": model.axes, "centres": model.centres}
    data = save(
        {name: np.ascontiguousarray(value, dtype=np.float64) for name, value in tensors.items()}, about
    )
    with whole_file(path) as target:
        target.write_bytes(data)


def load_topics(path: Path, embedder: Embedder) -> TopicModel:
    """Read a model that `save_topics` wrote.

    Raises ToolkitError when the file is not there, is not such a model, or was made with another embedding.
    """
    from safetensors import SafetensorError, safe_open

    remedy = "Maak het bestand opnieuw met: tev stories topics IN.csv --out MAP --model-out BESTAND"
    if not path.is_file():
        raise ToolkitError(f"Het bestand {path.name} bestaat niet.", remedy)
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        if about.get("formaat") != FORMAT:
            raise KeyError("formaat")
        model = TopicModel(
            about["taalmodel"], tensors["mean"], tensors["axes"], tensors["centres"],
            tuple(int(number) for number in json.loads(about["nummers"])), float(about["grens"]),
            pd.DataFrame(json.loads(about["onderwerpen"])),
        )  # fmt: skip
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ToolkitError(f"In {path.name} staan geen bewaarde onderwerpen.", remedy) from error
    if model.embedding != embedder.label:
        raise ToolkitError(
            f"De onderwerpen in {path.name} zijn gemaakt met het taalmodel {model.embedding}; nu is het {embedder.label}.",
            "Kies bij --model hetzelfde taalmodel, of zoek de onderwerpen opnieuw.",
        )
    return model


def apply_topics(
    ids: Sequence[str], texts: Sequence[str], vectors: Vectors, model: TopicModel
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The topics of later stories: documents (id, onderwerp, kans) and the model's topics with the new `aantal`.

    Non-answers are in no topic.
    """
    told = np.array([not is_non_answer(text) for text in texts], dtype=bool)
    documents = pd.DataFrame({"id": list(ids), "onderwerp": -1, "kans": 0.0})
    if told.any():
        labels, clarity = model.place(np.asarray(vectors)[told])
        documents.loc[told, "onderwerp"] = labels
        documents.loc[told, "kans"] = np.where(labels >= 0, clarity, 0).round(4)
    counts = documents["onderwerp"].value_counts()
    table = model.table.assign(aantal=[int(counts.get(topic, 0)) for topic in model.table["onderwerp"]])
    return documents, table
