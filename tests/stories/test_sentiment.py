from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from toolkit.errors import ToolkitError
from toolkit.stories.embed import Embedder
from toolkit.stories.sentiment import (
    SENTENCE_LABELS,
    STORY_LABELS,
    Linear,
    load_model,
    sentence_sentiment,
    sentence_vectors,
    softmax,
    story_features,
    story_sentiment,
    word_features,
)

SIZES = {"e5": 384, "use": 512}
STORIES = [
    ["Ik ben ontzettend blij met de hulp.", "Ze luisterde goed en alles is nu geregeld, geweldig!"],
    [
        "Ik ben heel slecht geholpen.",
        "Niemand belde terug en ik voelde me in de steek gelaten.",
        "Schandalig.",
    ],
    ["nvt"],
    [],
    ["Op maandag was er een gesprek op het kantoor."],
]

OBVIOUS = {
    "positief": (
        "Ik ben ontzettend blij met de hulp.",
        "Ze luisterde goed en alles is nu geregeld, geweldig!",
        "De medewerkster was heel vriendelijk en nam alle tijd.",
        "Dankzij het wijkteam gaat het weer goed met ons gezin.",
        "Ik voel me eindelijk gehoord.",
        "Wat een fijne begeleiding, ik ben er dankbaar voor.",
    ),
    "negatief": (
        "Ik ben heel slecht geholpen.",
        "Niemand belde terug en ik voelde me in de steek gelaten.",
        "Het is schandalig hoe lang je moet wachten.",
        "Ik werd niet serieus genomen en weggestuurd.",
        "Ik ben boos en teleurgesteld over deze hulp.",
        "De hulp kwam veel te laat en was waardeloos.",
    ),
    "neutraal": (
        "Op maandag was er een gesprek op het kantoor.",
        "Ik woon hier sinds 2010.",
        "Het formulier is per post gestuurd.",
    ),
}


@pytest.mark.parametrize("name", SIZES)
def test_shipped_models_load_and_say_how_they_scored(name: str) -> None:
    model = load_model(name)
    assert model.label.startswith(f"sentiment-{name} ")
    assert model.vectors.weights.shape == (2 * SIZES[name], 3)
    assert model.story.weights.shape == (16, 4)
    assert 0 <= model.words_share <= 1
    for key in ("zinnen_macro_f1", "verhalen_macro_f1"):
        assert 1 / 4 < model.scores[key] <= 1


def test_an_embedding_without_a_model_is_refused() -> None:
    with pytest.raises(ToolkitError, match="geen sentimentmodel"):
        load_model("ander")


@pytest.fixture(scope="module")
def judged(use: Embedder) -> list[Any]:
    return story_sentiment(STORIES, use)


def test_obvious_dutch_stories(judged: list[Any]) -> None:
    assert judged[0][0].label == "positief"
    # With the embedding `use` plain blame is often missed (see the model card): never called praise, though.
    assert judged[1][0].label in ("negatief", "gemengd")
    assert judged[0][0].polarity > 0.2 > judged[1][0].polarity


def test_obvious_dutch_sentences(use: Embedder) -> None:
    sentences = [sentence for part in OBVIOUS.values() for sentence in part]
    wished = [label for label, part in OBVIOUS.items() for _ in part]
    parts = sentence_sentiment([[sentence] for sentence in sentences], use)
    found = [SENTENCE_LABELS[int(part[0].argmax())] for part in parts]
    # Measured: 12 of 15; the three that fail are negative ones about calling back, being sent away, coming late.
    assert sum(one == other for one, other in zip(found, wished, strict=True)) >= 12
    polarity = {
        label: np.mean([p[0, 2] - p[0, 0] for p, w in zip(parts, wished, strict=True) if w == label])
        for label in OBVIOUS
    }
    assert (
        polarity["positief"] > 0.5
        and polarity["positief"] > polarity["neutraal"] > polarity["negatief"] - 0.1
    )
    assert polarity["negatief"] < -0.05


def test_polarity_has_the_sign_of_the_label(use: Embedder, judged: list[Any]) -> None:
    sign: dict[str, Callable[[float], bool]] = {
        "positief": lambda value: value > 0,
        "negatief": lambda value: value < 0,
        "neutraal": lambda value: -1 < value < 1,
        "gemengd": lambda value: -1 < value < 1,
    }
    words = [
        "de",
        "hulp",
        "fijn",
        "slecht",
        "niet",
        "blij",
        "boos",
        "brief",
        "dank",
        "klacht",
        "goed",
        "lang",
        "nooit",
    ]
    random = np.random.default_rng(2)
    made = [
        [" ".join(random.choice(words, 6)) + "." for _ in range(random.integers(1, 4))] for _ in range(40)
    ]
    for story, parts in [*judged, *story_sentiment(made, use)]:
        assert story.label in STORY_LABELS and sign[story.label](story.polarity)
        for one in parts:
            assert one.label in SENTENCE_LABELS and sign[one.label](one.polarity)


def test_a_story_that_says_nothing_is_neutral(judged: list[Any]) -> None:
    for story, parts in judged[2:4]:
        assert (story.label, story.polarity) == ("neutraal", 0.0)
        assert all((one.label, one.polarity) == ("neutraal", 0.0) for one in parts)
    assert [len(parts) for _, parts in judged] == [2, 3, 1, 0, 1]


def test_the_same_in_any_order(use: Embedder, judged: list[Any]) -> None:
    again = story_sentiment(STORIES[::-1], use)[::-1]
    for (one, parts), (other, other_parts) in zip(judged, again, strict=True):
        assert one.label == other.label and one.polarity == pytest.approx(other.polarity, abs=1e-3)
        assert [part.label for part in parts] == [part.label for part in other_parts]


def test_only_empty_stories_need_no_model_work(embedder: Embedder, recorder: Any) -> None:
    assert [part.shape for part in sentence_sentiment([[], []], embedder)] == [(0, 3), (0, 3)]
    assert sentence_sentiment([], embedder) == []
    assert recorder.calls == []


def test_probabilities_add_up_to_one_per_sentence(use: Embedder) -> None:
    for story, part in zip(STORIES, sentence_sentiment(STORIES, use), strict=True):
        assert part.shape == (len(story), 3)
        np.testing.assert_allclose(part.sum(axis=1), 1, atol=1e-6)


def test_a_sentence_is_seen_with_its_neighbours_in_the_same_story_only(embedder: Embedder) -> None:
    from toolkit.cache import Cache

    vectors = sentence_vectors([["a", "b", "c"], ["d"]], embedder, Cache())
    own, around = vectors[:, :32], vectors[:, 32:]
    np.testing.assert_allclose(around[0], own[:2].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(around[1], own[:3].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(around[2], own[1:3].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(around[3], own[3], atol=1e-6)


def test_softmax_and_linear_by_hand() -> None:
    np.testing.assert_allclose(
        softmax(np.array([[0.0, np.log(3)], [1000.0, 1000.0]])), [[0.25, 0.75], [0.5, 0.5]]
    )
    model = Linear(np.array([1.0]), np.array([2.0]), np.array([[0.0, np.log(2)]]), np.array([0.0, 0.0]))
    np.testing.assert_allclose(model.probabilities(np.array([[3.0]])), [[1 / 3, 2 / 3]])


def test_story_features_by_hand() -> None:
    course = np.array([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])
    features = story_features(course)
    assert features.shape == (16,)
    expected = [
        1.1 / 3, 1.0 / 3, 0.8, 0.7,  # means and maxima
        0.8, 0.1, 0.1, 0.7, 0.1, 0.7,  # first third, last third, last sentence
        -0.1 / 3, 0.7, np.log(3), 1 / 3, 1 / 3, 1 / 3,
    ]  # fmt: skip
    np.testing.assert_allclose(features, expected)


def test_word_features_are_the_same_for_capitals_and_placeholders() -> None:
    rows = word_features(["IEMAND hielp!", "[persoon-3] hielp!", "heel anders"]).toarray()
    np.testing.assert_array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])
