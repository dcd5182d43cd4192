from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from toolkit.errors import ToolkitError
from toolkit.stories.embed import Embedder
from toolkit.stories.judges import check_judge, load_judge, named_judge
from toolkit.stories.sentiment import sentence_sentiment

STORIES = [["Ze hielp [persoon-1] goed.", "Daarna niets."], ["Prima"]]


def fixed(*row: float):
    return lambda texts: np.tile(row, (len(texts), 1))


def test_auto_is_the_shipped_model(use: Embedder) -> None:
    judge = load_judge("auto", use)
    assert judge.name == "sentiment-use" and judge.version
    check_judge("auto")


@pytest.mark.skipif(find_spec("transformers") is not None, reason="the extra is installed here")
def test_without_the_extra_the_error_tells_what_to_do(use: Embedder) -> None:
    for attempt in (lambda: check_judge("robbert"), lambda: load_judge("robbert", use)):
        with pytest.raises(ToolkitError, match="niet is geïnstalleerd") as error:
            attempt()
        assert "tellen-en-vertellen[transformers]" in error.value.hint


@pytest.mark.parametrize(
    ("labels", "row", "expected"),
    [
        (("negatief", "neutraal", "positief"), (0.2, 0.3, 0.5), (0.2, 0.3, 0.5)),
        (("Positive", "Negative"), (0.9, 0.1), (0.1, 0.0, 0.9)),
        (("POS", "NEU", "NEG"), (0.5, 0.3, 0.2), (0.2, 0.3, 0.5)),
        (("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), (0.1, 0.2, 0.3, 0.3, 0.1), (0.3, 0.3, 0.4)),
        (("very negative", "neutral", "very positive"), (0.6, 0.3, 0.1), (0.6, 0.3, 0.1)),
    ],
)
def test_labels_are_understood(labels, row, expected) -> None:
    found = named_judge("m", "1", labels, fixed(*row)).judge(STORIES)
    assert found.shape == (3, 3)
    np.testing.assert_allclose(found, np.tile(expected, (3, 1)))


@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1"), ("positive", "neutral"), ("vrolijk", "negatief")])
def test_labels_that_cannot_be_understood_are_refused(labels) -> None:
    with pytest.raises(ToolkitError, match="niet te herkennen"):
        named_judge("m", "1", labels, fixed(0.5, 0.5))


def test_the_classifier_sees_plain_words_and_non_answers_stay_neutral(use: Embedder) -> None:
    seen: list[str] = []

    def classify(texts):
        seen.extend(texts)
        return np.tile((1.0, 0.0), (len(texts), 1))

    judge = named_judge("m", "1", ("neg", "pos"), classify)
    found = sentence_sentiment([["[persoon-2] kwam <b>niet</b>."], ["nvt"]], use, judge=judge)
    assert "persoon" not in seen[0] and "<b>" not in seen[0]
    assert found[0].tolist() == [[1, 0, 0]] and found[1].tolist() == [[0, 1, 0]]
