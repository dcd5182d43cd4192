from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from toolkit.stories.embed import Embedder
from toolkit.stories.topics import (
    Topics,
    TopicSettings,
    find_topics,
    in_words,
    number_of_topics,
)
from toolkit.stories.topictables import periods, published_topics, topic_tree, topics_per_group
from toolkit.stories.topicwords import telling_sentence, title_of

WORDS = [
    ["fietsen", "wandelen", "sporten", "bewegen", "zwemmen"],
    ["schuld", "rekening", "betalen", "uitkering", "budget"],
    ["dokter", "ziekenhuis", "medicijn", "pijn", "operatie"],
    ["school", "leerling", "juf", "huiswerk", "klas"],
]
STORIES = 80


def clear(spread: float = 0.05, size: int = STORIES) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Ids, texts and unit vectors of stories in four groups of equal size, shuffled, with the true group."""
    random = np.random.default_rng(3)
    truth = random.permutation(np.repeat(np.arange(4), size // 4))
    vectors = np.eye(16)[truth] + random.normal(scale=spread, size=(size, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [" ".join(random.choice(WORDS[group], 4, replace=False)) for group in truth]
    return [f"v{i:03}" for i in range(size)], texts, vectors.astype(np.float32), truth


def encode(texts: Any) -> np.ndarray:
    """BERTopic encodes words for its diversity; any fixed vectors will do."""
    rows = [np.random.default_rng([ord(char) for char in text] or [0]).normal(size=16) for text in texts]
    return np.array(rows, dtype=np.float32)


@pytest.fixture(scope="module")
def injected() -> Embedder:
    return Embedder("proef", "1", encode)


@pytest.fixture(scope="module")
def found(injected: Embedder) -> Topics:
    ids, texts, vectors, _ = clear()
    return find_topics(ids, texts, vectors, injected, TopicSettings(number=4))


def texts_of(ids: list[str], topic: int, found: Topics) -> set[str]:
    """The texts of the stories in a topic."""
    texts = dict(zip(ids, clear()[1], strict=True))
    return {texts[name] for name in found.documents.loc[found.documents["onderwerp"] == topic, "id"]}


def test_four_clear_groups_are_four_topics(found: Topics) -> None:
    _, _, _, truth = clear()
    assert len(found.topics) == 4
    inside = found.documents["onderwerp"] >= 0
    for topic in range(4):
        assert len(set(truth[(found.documents["onderwerp"] == topic).to_numpy()])) == 1
    assert inside.sum() == found.topics["aantal"].sum() == 72


def test_at_most_a_tenth_is_in_no_topic_and_the_share_is_told(found: Topics) -> None:
    outside = found.documents[found.documents["onderwerp"] == -1]
    assert found.outside_share == pytest.approx(0.1) == pytest.approx(len(outside) / STORIES)
    assert (outside["kans"] == 0).all()
    told = found.documents[found.documents["onderwerp"] >= 0]
    assert told["kans"].between(0.3, 1).all()


def test_topics_are_numbered_from_large_to_small(found: Topics) -> None:
    assert found.topics["onderwerp"].tolist() == [0, 1, 2, 3]
    assert found.topics["aantal"].is_monotonic_decreasing


def test_words_and_example_belong_to_the_topic(found: Topics) -> None:
    ids, _, _, truth = clear()
    for row in found.topics.itertuples():
        group = truth[ids.index(row.voorbeeld)]
        assert set(row.woorden.replace(", ", " ").split()) <= set(WORDS[group])
        first = row.woorden.split(", ")[:3]
        assert sorted(row.titel.lower().replace(" en ", ", ").split(", ")) == sorted(first)
        assert row.titel[0].isupper() and row.kernzin in texts_of(ids, row.onderwerp, found)
        assert found.documents.set_index("id")["onderwerp"][row.voorbeeld] == row.onderwerp


def test_clear_groups_are_stable_and_noise_is_not(found: Topics, injected: Embedder) -> None:
    assert (found.topics["stabiliteit"] > 0.99).all() and (found.topics["oordeel"] == "stabiel").all()
    ids, texts, _, _ = clear()
    noise = np.random.default_rng(5).normal(size=(STORIES, 16))
    noisy = find_topics(
        ids, texts, noise / np.linalg.norm(noise, axis=1, keepdims=True), injected, TopicSettings(number=4)
    )
    assert noisy.topics["stabiliteit"].mean() < 0.6 and "wisselend" in set(noisy.topics["oordeel"])


def test_the_same_input_gives_the_same_topics(found: Topics, injected: Embedder) -> None:
    ids, texts, vectors, _ = clear()
    again = find_topics(ids, texts, vectors, injected, TopicSettings(number=4))
    assert again.topics.equals(found.topics) and again.documents.equals(found.documents)


def test_inputs_are_not_changed(injected: Embedder) -> None:
    ids, texts, vectors, _ = clear()
    before = (list(ids), list(texts), vectors.copy())
    find_topics(ids, texts, vectors, injected)
    assert (ids, texts) == before[:2]
    np.testing.assert_array_equal(vectors, before[2])


@pytest.mark.parametrize("size", [0, 1, 19])
def test_fewer_than_twenty_stories_hold_no_topics(injected: Embedder, size: int) -> None:
    ids, texts, vectors, _ = clear()
    found = find_topics(ids[:size], texts[:size], vectors[:size], injected)
    assert found.topics.empty and found.outside_share == 1
    assert found.documents["id"].tolist() == ids[:size] and (found.documents["onderwerp"] == -1).all()


def test_non_answers_are_in_no_topic_and_change_nothing_else(found: Topics, injected: Embedder) -> None:
    ids, texts, vectors, _ = clear()
    silent = ["nvt", "", "geen", "."]
    more = find_topics(
        [*[f"n{i}" for i in range(4)], *ids], [*silent, *texts], np.vstack([vectors[:4], vectors]), injected,
        TopicSettings(number=4),
    )  # fmt: skip
    assert (more.documents["onderwerp"][:4] == -1).all()
    assert more.topics.equals(found.topics)
    assert more.documents["onderwerp"][4:].tolist() == found.documents["onderwerp"].tolist()


def test_nineteen_stories_and_non_answers_are_still_too_few(injected: Embedder) -> None:
    ids, texts, vectors, _ = clear()
    assert find_topics(ids, [*texts[:19], *["nvt"] * 61], vectors, injected).topics.empty


def test_twenty_thousand_equal_texts_are_no_topic_and_quick(injected: Embedder) -> None:
    vectors = np.repeat(np.eye(1, 384, dtype=np.float32), 20_000, axis=0)
    begin = time.perf_counter()
    found = find_topics([str(i) for i in range(20_000)], ["Goed geholpen."] * 20_000, vectors, injected)
    assert time.perf_counter() - begin < 10
    assert found.topics.empty and found.outside_share == 1 and len(found.documents) == 20_000


def test_many_copies_of_few_texts_make_no_more_topics_than_texts(injected: Embedder) -> None:
    ids, texts, vectors, _ = clear()
    copies = 40
    found = find_topics(
        [f"{name}-{i}" for name in ids[:25] for i in range(copies)],
        [text for text in texts[:25] for _ in range(copies)],
        np.repeat(vectors[:25], copies, axis=0),
        injected,
        TopicSettings(number=30),
    )
    assert 0 < len(found.topics) <= 25
    # Copies of one text lie together.
    assert (found.documents["onderwerp"].to_numpy().reshape(25, copies).std(axis=1) == 0).all()


@pytest.mark.parametrize("text", ["ik ben er ook wel", "12 345", "👍 👍 x9"])
def test_stories_without_a_word_that_says_something_hold_no_topics(injected: Embedder, text: str) -> None:
    ids, _, vectors, _ = clear()
    found = find_topics(ids, [text] * STORIES, vectors, injected)
    assert found.topics.empty and found.outside_share == 1


def test_the_number_of_topics_follows_the_number_of_stories() -> None:
    assert [number_of_topics(n, TopicSettings()) for n in (20, 75, 150, 10_000)] == [4, 5, 10, 30]
    assert number_of_topics(10_000, TopicSettings(number=7)) == 7


def test_the_model_is_named(found: Topics) -> None:
    assert found.model.startswith("BERTopic ") and "proef 1" in found.model


def with_name(times: int) -> list[str]:
    """The clear texts, with a missed name of one group of stories in the first few of that group."""
    _, texts, _, truth = clear()
    group = [place for place, one in enumerate(truth) if one == 1][:times]
    return [f"{text} vreugdenhil" if place in group else text for place, text in enumerate(texts)]


@pytest.mark.parametrize(("times", "least", "there"), [(2, 3, False), (3, 3, True), (4, 5, False)])
def test_a_word_of_too_few_stories_is_no_word_of_a_topic(
    injected: Embedder, times: int, least: int, there: bool
) -> None:
    ids, _, vectors, _ = clear()
    settings = TopicSettings(number=4, least=least, words=20)
    found = find_topics(ids, with_name(times), vectors, injected, settings)
    words = {word for text in found.topics["woorden"] for word in text.split(", ")}
    assert ("vreugdenhil" in words) == there and "schuld" in words
    assert found.word_stories.keys() == words - {""}
    assert found.word_stories.get("vreugdenhil") == (times if there else None)


def test_words_of_one_story_each_make_no_topic(injected: Embedder) -> None:
    ids, _, vectors, _ = clear()
    letters = "bcdfghklmn"
    texts = [f"naam{letters[i // 10]}{letters[i % 10]}kort" for i in range(STORIES)]
    assert find_topics(ids, texts, vectors, injected).topics.empty


def test_only_words_and_topics_of_enough_stories_are_published(injected: Embedder) -> None:
    ids, _, vectors, _ = clear()
    found = find_topics(ids, with_name(9), vectors, injected, TopicSettings(number=4, words=20))
    assert "vreugdenhil" in " ".join(found.topics["woorden"])
    shown = published_topics(found, 10)
    assert "vreugdenhil" not in " ".join([*shown["woorden"], *shown["titel"]])
    assert len(shown) == 4 and all(
        found.word_stories[w] >= 10 for t in shown["woorden"] for w in t.split(", ")
    )
    assert "kernzin" not in shown and "voorbeeld" not in shown
    assert shown["titel"].tolist() == [title_of(text.split(", ")) for text in shown["woorden"]]
    sized = replace(found, topics=found.topics.assign(aantal=[30, 10, 9, 2]))
    # Of the 80 stories 40 are in topics that are shown; the others are counted together, or not at all.
    assert published_topics(sized, 10)[["onderwerp", "aantal"]].to_numpy().tolist() == [
        [0, 30],
        [1, 10],
        [-1, 40],
    ]
    assert published_topics(replace(found, topics=found.topics.assign(aantal=[50, 28, 1, 1])), 10)[
        "onderwerp"
    ].tolist() == [0, 1]
    assert published_topics(found, 10_000).empty


@pytest.mark.parametrize(
    ("value", "word"), [(1.0, "stabiel"), (0.75, "stabiel"), (0.5, "redelijk stabiel"), (0.49, "wisselend")]
)
def test_stability_in_words(value: float, word: str) -> None:
    assert in_words(value) == word


def test_a_guide_pulls_stories_of_one_theme_together(injected: Embedder) -> None:
    ids, texts, _, truth = clear()
    noise = np.random.default_rng(5).normal(size=(STORIES, 16))
    vectors = (noise / np.linalg.norm(noise, axis=1, keepdims=True)).astype(np.float32)
    guide = np.eye(4)[truth] * 0.9 + 0.025
    alone = find_topics(ids, texts, vectors, injected, TopicSettings(number=4))
    led = find_topics(ids, texts, vectors, injected, TopicSettings(number=4, guidance=2.0), guide)

    def purity(found: Topics) -> float:
        topics = found.documents["onderwerp"].to_numpy()
        return sum(np.bincount(truth[topics == k]).max() for k in range(4)) / (topics >= 0).sum()

    assert purity(led) > 0.95 > purity(alone) and "codeboek" in led.model


def test_titles_follow_the_sentence_and_are_dutch() -> None:
    assert (
        title_of(["brief", "wachten", "huis", "geld"], "Wij wachten op een brief over het huis.")
        == "Wachten, brief en huis"
    )
    assert (
        title_of(["brief"]) == "Brief"
        and title_of(["brief", "geld"]) == "Brief en geld"
        and title_of([]) == ""
    )


def test_the_telling_sentence_holds_the_words() -> None:
    texts = ["Het was maandag. Ik kreeg weer een brief over de schuld. Toen ging ik weg.", "Brief."]
    assert telling_sentence(texts, [0, 1], ["brief", "schuld"]) == "Ik kreeg weer een brief over de schuld."
    assert telling_sentence(texts, [0, 1], ["fiets"]) == ""


def test_topics_per_group_count_all_stories_of_the_group(found: Topics) -> None:
    ids, _, _, truth = clear()
    groups = ["noord" if group < 2 else "zuid" for group in truth]
    groups[0] = " "
    table = topics_per_group(found, groups, "wijk")
    assert table["wijk"].unique().tolist() == ["noord", "zuid"] and len(table) == 8
    for row in table.itertuples():
        inside = [
            found.documents["onderwerp"][i] == row.onderwerp and groups[i] == row.wijk
            for i in range(len(ids))
        ]
        assert row.aantal == sum(inside) and row.verhalen == sum(value == row.wijk for value in groups)
        assert row.aandeel == pytest.approx(row.aantal / row.verhalen, abs=1e-4)
        assert (row.opvallend > 2) == (row.aantal > 0)  # each topic lies wholly in one half


def test_periods_are_quarters_or_years() -> None:
    assert periods(["2026-03-12", "1-4-2026", "2026-12", "", "gisteren"]) == [
        "2026-K1",
        "2026-K2",
        "2026-K4",
        "",
        "",
    ]
    assert periods(["2020-01-01", "2026-01-01"]) == ["2020", "2026"]
    assert periods(["", "nvt"]) == ["", ""]


def test_the_tree_joins_all_topics_near_ones_first(injected: Embedder) -> None:
    ids, texts, vectors, truth = clear()
    near = vectors.copy()
    near[truth == 1] = near[truth == 1] * 0.3 + near[truth == 0].mean(axis=0)  # 0 and 1 lie together
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    found = find_topics(ids, texts, near, injected, TopicSettings(number=4))
    assert found.fitted is not None
    tree = topic_tree(found.fitted)
    assert len(tree) == 3 and tree["afstand"].is_monotonic_increasing
    assert tree["onderwerpen"].iloc[-1] == "0;1;2;3"
    first = [int(topic) for topic in tree["onderwerpen"].iloc[0].split(";")]
    groups = {int(truth[(found.documents["onderwerp"] == topic).to_numpy()][0]) for topic in first}
    assert groups == {0, 1}


def test_of_many_stories_a_sample_is_searched_and_the_others_get_their_place() -> None:
    """The sample follows from the texts: order and a few more stories change nothing about the topics."""
    rng = np.random.default_rng(1)
    middles = np.eye(4, 64) * 3
    words = ("huur schuld rekening", "arts zorg ziekte", "school leraar klas", "fiets sport buiten")
    ids = [f"v{n}" for n in range(400)]
    texts = [f"Het ging over {words[n % 4]} en {'abcdefghij'[n % 10] * 5}{n}." for n in range(400)]
    vectors = np.array([middles[n % 4] + rng.normal(0, 0.3, 64) for n in range(400)], dtype=np.float32)
    embedder = Embedder("proef", "1", lambda told: np.ones((len(told), 64), dtype=np.float32))
    settings = TopicSettings(number=4, seeds=2, sample=120)
    found = find_topics(ids, texts, vectors, embedder, settings)
    assert found.documents["id"].tolist() == ids and len(found.topics) == 4
    inside = found.documents["onderwerp"] >= 0
    assert inside.mean() > 0.8
    for topic, rows in found.documents[inside].groupby("onderwerp"):
        assert {int(name[1:]) % 4 for name in rows["id"]} == {int(rows["id"].iloc[0][1:]) % 4}
        assert found.topics.set_index("onderwerp")["aantal"][topic] == len(rows)
    assert found.outside_share == pytest.approx((~inside).mean())
    turned = find_topics(ids[::-1], texts[::-1], vectors[::-1], embedder, settings)
    one, other = (
        run.documents.merge(run.topics[["onderwerp", "titel"]], on="onderwerp", how="left").set_index("id")["titel"]
        for run in (found, turned)
    )  # fmt: skip
    assert (one.fillna("") == other.reindex(one.index).fillna("")).mean() > 0.97
    all_ = find_topics(ids, texts, vectors, embedder, TopicSettings(number=4, seeds=2))
    assert set(all_.topics["titel"]) == set(found.topics["titel"])
