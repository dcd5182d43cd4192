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
    Judge,
    sentence_sentiment,
    story_sentiment,
)
from toolkit.stories.sentiment_model import (
    Linear,
    context_features,
    in_context,
    load_model,
    softmax,
    story_features,
    story_of,
    vector_features,
    word_features,
)
from toolkit.stories.tone import FEATURES

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
    assert model.vectors.weights.shape == (4 * SIZES[name] + 4 * len(FEATURES), 3)
    assert model.story.weights.shape == (41, 4)
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


def test_a_sentence_is_seen_with_its_neighbours_in_the_same_story_only() -> None:
    of_story = story_of([["a", "b", "c"], [], ["d"]])
    np.testing.assert_array_equal(of_story, [0, 0, 0, 2])
    values = np.array([[1.0], [2.0], [6.0], [9.0]])
    expected = [
        [1, 0, 2, 3],
        [2, 1, 6, 3],
        [6, 2, 0, 3],
        [9, 0, 0, 9],
    ]  # own, before, after, mean of the story
    np.testing.assert_allclose(in_context(values, of_story), expected)


def test_vectors_of_neighbours_stand_beside_those_of_the_sentence(embedder: Embedder) -> None:
    from toolkit.cache import Cache

    stories = [["a", "b", "c"], ["d"]]
    features = vector_features(stories, embedder, Cache())
    assert features.shape == (4, 4 * 32 + 4 * len(FEATURES))
    own, before, after, mean = (features[:, 32 * k : 32 * (k + 1)] for k in range(4))
    np.testing.assert_allclose(before[1], own[0])
    np.testing.assert_allclose(after[1], own[2])
    np.testing.assert_allclose(mean[1], own[:3].mean(axis=0))
    assert not before[3].any() and not after[2].any()


def test_context_features_by_hand() -> None:
    first = np.array([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]])
    features = context_features([first, first], ["Ja.", "Niet goed."], np.array([0, 0]))
    assert features.shape == (2, 2 * 12 + 5 + len(FEATURES))
    centred = np.log(first) - np.log(first).mean(axis=1, keepdims=True)
    np.testing.assert_allclose(features[0, :3], centred[0])
    np.testing.assert_allclose(features[0, 6:9], centred[1])
    np.testing.assert_allclose(features[1, 24:29], [1, 0, 1, np.log(11), np.log(2)])


def test_another_judge_takes_the_place_of_the_shipped_model(use: Embedder) -> None:
    def gloomy(stories: Any) -> Any:
        return np.tile([0.9, 0.1, 0.0], (sum(map(len, stories)), 1))

    stories = [["Wat een feest.", "Alles was geweldig."], ["nvt"]]
    found = story_sentiment(stories, use, judge=Judge("somber", "1", gloomy))
    assert found[0][0].label == "negatief" and [one.polarity for one in found[0][1]] == [-0.9, -0.9]
    assert found[1][0].label == "neutraal"  # a story that says nothing stays neutral, whoever judges


def test_softmax_and_linear_by_hand() -> None:
    np.testing.assert_allclose(
        softmax(np.array([[0.0, np.log(3)], [1000.0, 1000.0]])), [[0.25, 0.75], [0.5, 0.5]]
    )
    model = Linear(np.array([1.0]), np.array([2.0]), np.array([[0.0, np.log(2)]]), np.array([0.0, 0.0]))
    np.testing.assert_allclose(model.probabilities(np.array([[3.0]])), [[1 / 3, 2 / 3]])


def test_story_features_by_hand() -> None:
    course = np.array([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])
    features = story_features(course)
    assert features.shape == (41,)
    expected = [
        1.1 / 3, 1.0 / 3, 0.8, 0.7,  # means and maxima of blame and praise
        0.8, 0.1, 0.1, 0.7, 0.1, 0.7,  # first third, last third, last sentence
        -0.1 / 3, 0.7, np.log(3), 1 / 3, 1 / 3, 1 / 3,
        1, 1, 1 / 3, 1 / 3, 1 / 3, 0.2, 0.2, 0.2,  # sentences said to be blame and praise; the second strongest
        (0.4 + 0.2 + 0.15) / 3, (0.05 + 0.2 + 1.05) / 3, 1.1, 1.0,  # later sentences weigh more
        -0.7, -0.1 / 3, 0.65, np.std([-0.7, 0, 0.6]), 0.8, 0.1,
    ]  # fmt: skip
    np.testing.assert_allclose(features[:34], expected, atol=1e-12)
    np.testing.assert_allclose(features[38:], [(0.08 + 0.04 + 0.07) / 3, 0.1 / 2.1, 1 / 2.1])
    assert np.isfinite(story_features(np.array([[0.0, 1.0, 0.0]]))).all()


def test_word_features_are_the_same_for_capitals_and_placeholders() -> None:
    rows = word_features(["IEMAND hielp!", "[persoon-3] hielp!", "heel anders"]).toarray()
    np.testing.assert_array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])


@pytest.mark.parametrize(
    ("story", "label"),
    [
        ([], "neutraal"),
        (["😀😀"], "neutraal"),
        (["Fantastisch!"], "positief"),
        (["Fantastisch!", "nvt", "."], "positief"),
    ],
)
def test_awkward_stories(use: Embedder, story: list[str], label: str) -> None:
    assert story_sentiment([story], use)[0][0].label == label


def test_markup_and_other_languages_get_a_label_too(use: Embedder) -> None:
    marked, plain, english = story_sentiment(
        [["<b>Fijn</b> geholpen."], ["Fijn geholpen."], ["The help was wonderful, thank you."]], use
    )
    assert marked[0].label == plain[0].label == "positief"
    assert english[0].label in STORY_LABELS  # which one says little: the model knows Dutch only


def test_a_story_of_ten_thousand_words(use: Embedder) -> None:
    long = ["Ze luisterde goed en dat was heel fijn."] * 1250
    (story, parts), again = story_sentiment([long, ["Ze luisterde goed en dat was heel fijn."]], use)
    assert story.label == "positief" and len(parts) == 1250
    assert again[0].label == "positief"


def test_many_stories_that_are_the_same_get_the_same_label(use: Embedder) -> None:
    found = story_sentiment([["Niemand belde terug.", "Ik ben boos."]] * 2000, use)
    assert len({(story.label, story.polarity) for story, _ in found}) == 1
