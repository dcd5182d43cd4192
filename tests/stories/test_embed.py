from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from toolkit.cache import Cache
from toolkit.errors import ToolkitError
from toolkit.stories.embed import Embedder, embed, load_embedder

TEXTS = ["Het wijkteam hielp mij goed.", "De wachtlijst is te lang.", "nvt"]


def test_vectors_have_length_one(embedder: Embedder) -> None:
    vectors = embed(TEXTS, embedder)
    assert vectors.shape == (3, 32) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_each_text_is_encoded_once_also_over_runs(tmp_path: Path, embedder: Embedder, recorder: Any) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    first = embed([*TEXTS, TEXTS[0]], embedder, cache)
    assert recorder.calls == [TEXTS]
    second = embed([TEXTS[2], "nieuw", TEXTS[0]], embedder, cache)
    assert recorder.calls[1:] == [["nieuw"]]
    np.testing.assert_array_equal(second[[0, 2]], first[[2, 0]])
    np.testing.assert_array_equal(first[0], first[3])


def test_another_model_or_version_is_encoded_anew(tmp_path: Path, recorder: Any) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    for name, version in (("proef", "1"), ("proef", "2"), ("ander", "1"), ("proef", "2")):
        embed(["tekst"], Embedder(name, version, recorder), cache)
    assert len(recorder.calls) == 3


def test_the_model_reads_plain_words_and_a_part_of_a_long_text(embedder: Embedder, recorder: Any) -> None:
    embed(["[persoon-1] hielp", "", "a" * 10_000], embedder)
    assert recorder.calls == [["iemand hielp", " ", "a" * 4000]]


def test_no_texts_give_no_vectors_and_no_work(embedder: Embedder, recorder: Any) -> None:
    assert len(embed([], embedder)) == 0
    assert recorder.calls == []


def test_unknown_models_are_refused_in_dutch() -> None:
    with pytest.raises(ToolkitError, match="bestaat-niet"):
        load_embedder("bestaat-niet")


def test_the_real_model(use: Embedder) -> None:
    vectors = embed(TEXTS, use)
    assert vectors.shape == (3, 512)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(embed(TEXTS[::-1], use)[::-1], vectors, atol=1e-5)
    alike = embed(
        [
            "Ik moest heel lang wachten op hulp.",
            "Het duurde maanden voordat er hulp kwam.",
            "De soep was warm.",
        ],
        use,
    )
    assert alike[0] @ alike[1] > alike[0] @ alike[2]
    assert load_embedder("use") is use and use.label.startswith("use ")


def test_the_real_model_keeps_to_one_core(use: Embedder) -> None:
    texts = [f"Zin {number}: ik moest heel lang wachten op hulp van het wijkteam." for number in range(200)]
    wall, work = time.perf_counter(), time.process_time()
    use.encode(texts)
    assert time.process_time() - work < 1.3 * (time.perf_counter() - wall) + 0.1
