from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.stories.test_topics import clear, encode
from toolkit.errors import ToolkitError
from toolkit.stories.embed import Embedder
from toolkit.stories.topicmodel import apply_topics, load_topics, nearest, save_topics
from toolkit.stories.topics import Topics, TopicSettings, find_topics


@pytest.fixture
def injected() -> Embedder:
    return Embedder("proef", "1", encode)


@pytest.fixture
def made(injected: Embedder) -> Topics:
    ids, texts, vectors, _ = clear()
    return find_topics(ids, texts, vectors, injected, TopicSettings(number=4))


def test_kept_topics_give_the_same_stories_the_same_place(
    tmp_path: Path, made: Topics, injected: Embedder
) -> None:
    ids, texts, vectors, _ = clear()
    assert made.fitted is not None
    save_topics(made.fitted, tmp_path / "onderwerpen.safetensors")
    model = load_topics(tmp_path / "onderwerpen.safetensors", injected)
    documents, table = apply_topics(ids, texts, vectors, model)
    pd.testing.assert_frame_equal(documents, made.documents, atol=1e-4)
    assert table["aantal"].tolist() == made.topics["aantal"].tolist()
    assert table["titel"].tolist() == made.topics["titel"].tolist()


def test_later_stories_get_their_place_without_a_search(made: Topics) -> None:
    _, texts, vectors, truth = clear()
    assert made.fitted is not None
    rows = [int(np.flatnonzero(truth == group)[0]) for group in (2, 0)]
    documents, table = apply_topics(
        ["x", "y", "z"], [*(texts[i] for i in rows), "nvt"], vectors[[*rows, rows[0]]], made.fitted
    )
    for place, row in enumerate(rows):
        group = documents["onderwerp"][place]
        assert set(truth[(made.documents["onderwerp"] == group).to_numpy()]) == {truth[row]}
    assert documents["onderwerp"][2] == -1 and documents["kans"][2] == 0
    assert table["aantal"].sum() == 2


def test_the_file_holds_no_sentence_and_no_id(tmp_path: Path, made: Topics) -> None:
    assert made.fitted is not None
    path = tmp_path / "m.safetensors"
    save_topics(made.fitted, path)
    data = path.read_bytes()
    assert all(text.encode() not in data for text in made.topics["kernzin"])
    assert b"voorbeeld" not in data and made.topics["titel"][0].encode() in data


def test_what_is_no_model_or_of_another_embedding_is_refused(
    tmp_path: Path, made: Topics, injected: Embedder
) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "m.safetensors"
    with pytest.raises(ToolkitError, match="bestaat niet"):
        load_topics(path, injected)
    path.write_bytes(b"geen model")
    with pytest.raises(ToolkitError, match="geen bewaarde onderwerpen"):
        load_topics(path, injected)
    save_file({"mean": np.zeros(2)}, path)
    with pytest.raises(ToolkitError, match="geen bewaarde onderwerpen"):
        load_topics(path, injected)
    assert made.fitted is not None
    save_topics(made.fitted, path)
    with pytest.raises(ToolkitError, match="taalmodel proef 1; nu is het ander 2"):
        load_topics(path, Embedder("ander", "2", injected.encode))


def test_the_nearest_centre_and_how_clear(recorder: Any) -> None:
    near, clarity = nearest(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 0.0], [2.0, 0.0]]))
    assert near.tolist() == [0, 0]
    np.testing.assert_allclose(clarity, [1.0, 0.0], atol=1e-9)
    assert nearest(np.ones((2, 2)), np.zeros((1, 2)))[1].tolist() == [1.0, 1.0]
