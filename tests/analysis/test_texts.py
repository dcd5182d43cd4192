from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit import tables
from toolkit.analysis import texts as texts_module
from toolkit.analysis.texts import TextOptions, TextResult, analyse_texts, deidentify_texts
from toolkit.cache import Cache
from toolkit.stories.codebook import Theme
from toolkit.stories.lexicon import Lists
from toolkit.stories.topics import Topics, find_topics

IDS = ["v1", "v2", "v3", "v4"]
TEXTS = [
    "Mevrouw Fatima Bouzidi hielp mij met de schulden. Ik kon de rekeningen niet betalen. Nu gaat het goed!",
    "nvt",
    "The care team was very kind and helped us with the bills and the debts.",
    "Ik sta al maanden op de wachtlijst. Bel mij op 06-12345678 of mail naar f.bouzidi@voorbeeld.nl.",
]
BOOK = (
    Theme(
        "geld",
        "Geld en schulden",
        "Schulden, rekeningen niet kunnen betalen, rondkomen.",
        examples=("Ik kon de huur niet betalen.",),
    ),
    Theme(
        "wachten",
        "Wachttijd",
        "Lang wachten op hulp, maanden op de wachtlijst staan.",
        examples=("Ik wacht al weken op een gesprek.",),
    ),
    Theme(
        "buurt",
        "De buurt",
        "Samen met buren koffie drinken in het buurthuis.",
        examples=("In de straat groet iedereen elkaar.",),
    ),
)
OPTIONS = TextOptions(embedding="use", topics=True)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("teksten") / "cache.sqlite")


@pytest.fixture(scope="module")
def result(kept: Cache) -> TextResult:
    return analyse_texts(IDS, TEXTS, codebook=BOOK, options=OPTIONS, cache=kept)


def test_sentences_are_literal_parts_of_the_clean_texts(result: TextResult) -> None:
    clean = dict(zip(IDS, [one.text for one in result.deidentified], strict=True))
    assert result.sentences.groupby("story").size().to_dict() == {"v1": 3, "v2": 1, "v3": 1, "v4": 2}
    for row in result.sentences.itertuples():
        assert clean[row.story][row.start : row.end] == row.text
    assert result.vectors.shape == (len(result.sentences), 512)


def test_names_and_numbers_are_gone_from_everything(result: TextResult, kept: Cache) -> None:
    assert kept.path is not None
    written = kept.path.read_bytes().decode("utf-8", "ignore")
    everything = [
        result.sentences.to_csv(),
        result.labels.to_csv(),
        str(result.models),
        *(d.text for d in result.deidentified),
        written,
    ]
    for secret in ("Fatima", "Bouzidi", "12345678", "voorbeeld.nl"):
        assert not any(secret.lower() in text.lower() for text in everything), secret
    first = result.deidentified[0].mentions[0]
    assert "Bouzidi" in TEXTS[0][first.start : first.end] and first.kind == "persoon"


def test_languages_and_non_answers(result: TextResult) -> None:
    assert result.languages == ["nl", "und", "en", "nl"]
    assert result.told == [True, False, True, True]


def test_labels_keep_the_contract(result: TextResult) -> None:
    labels = tables.check(result.labels, tables.LABELS)
    assert set(labels["kind"]) == {"theme", "sentiment", "topic", "aspect"}
    whole = labels[labels["sentence"] == -1]
    main = whole[whole["kind"] == "theme"].sort_values("score", ascending=False).drop_duplicates("story")
    assert main.set_index("story")["label"].to_dict() | {"v3": "geld"} == {
        "v1": "geld",
        "v3": "geld",
        "v4": "wachten",
    }
    sentiment = labels[labels["kind"] == "sentiment"].groupby("story").size()
    assert sentiment.to_dict() == {
        "v1": 4,
        "v2": 2,
        "v4": 3,
    }  # each sentence and the story; not the one in English
    assert whole[(whole["story"] == "v2") & (whole["kind"] == "sentiment")]["label"].tolist() == ["neutraal"]


def test_too_few_stories_are_in_no_topic(result: TextResult) -> None:
    assert result.topics is not None
    assert result.topics.documents["id"].tolist() == IDS
    assert (result.topics.documents["onderwerp"] == -1).all() and result.topics.topics.empty


def test_every_model_is_named(result: TextResult) -> None:
    steps = {str(model["stap"]): model for model in result.models}
    assert set(steps) == {"anonimiseren", "taal", "tekst als getallen", "thema's", "sentiment", "onderwerpen"}
    assert steps["tekst als getallen"]["model"] == "use" and steps["tekst als getallen"]["versie"]
    assert steps["sentiment"]["gevalideerd"] is False


def test_the_same_texts_in_another_order_get_the_same_labels(result: TextResult) -> None:
    turned = analyse_texts(IDS[::-1], TEXTS[::-1], codebook=BOOK, options=OPTIONS)
    key = ["story", "sentence", "kind", "label"]
    one, other = (r.labels.sort_values(key, ignore_index=True) for r in (result, turned))
    pd.testing.assert_frame_equal(one[[*key, "model"]], other[[*key, "model"]])
    np.testing.assert_allclose(one["score"], other["score"], atol=1e-3)


def test_a_second_time_nothing_is_computed(result: TextResult, kept: Cache) -> None:
    steps: list[str] = []
    again = analyse_texts(
        IDS, TEXTS, codebook=BOOK, options=OPTIONS, cache=kept, progress=lambda step, *_: steps.append(step)
    )
    assert set(steps) == {"Onderwerpen zoeken"}  # from what is kept
    pd.testing.assert_frame_equal(again.labels, result.labels)
    np.testing.assert_array_equal(again.vectors, result.vectors)
    assert again.deidentified == result.deidentified


def test_parts_that_are_not_asked_for_leave_no_labels(kept: Cache) -> None:
    bare = analyse_texts(IDS, TEXTS, options=TextOptions("use", sentiment=False, topics=False), cache=kept)
    assert bare.labels.empty and bare.topics is None
    assert {model["stap"] for model in bare.models} == {"anonimiseren", "taal", "tekst als getallen"}


def test_own_lists_are_used_and_keep_their_own_results(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    text = "Bij zonnewijzerij kreeg ik hulp."
    (plain,) = deidentify_texts([text], Lists(), cache)
    (known,) = deidentify_texts([text], Lists(institutions=frozenset({"zonnewijzerij"})), cache)
    assert "zonnewijzerij" in plain.text
    assert known.text == "Bij [instelling] kreeg ik hulp."
    assert deidentify_texts([text, text], Lists(), cache) == [plain, plain]


def test_no_texts_give_an_empty_result(kept: Cache) -> None:
    nothing = analyse_texts([], [], codebook=BOOK, options=OPTIONS, cache=kept)
    assert nothing.labels.empty and nothing.sentences.empty and len(nothing.vectors) == 0
    assert nothing.topics is not None and nothing.topics.documents.empty


def test_topics_are_kept_as_long_as_no_story_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another survey costs must not include finding the topics of the same stories again."""
    cache = Cache(tmp_path / "cache.sqlite")
    words = ["schuld rekening betalen geld", "wachten wachtlijst lang duren", "fiets wandelen sporten buiten"]
    texts = [
        f"Het ging over {words[number % 3]} en verhaal {'abcdefghij'[number % 10] * 4}."
        for number in range(60)
    ]
    ids = [f"v{number}" for number in range(60)]
    options = TextOptions(embedding="use", sentiment=False)
    first = analyse_texts(ids, texts, options=options, cache=cache).topics
    assert first is not None and len(first.topics) >= 3 and first.word_stories

    calls: list[int] = []

    def counted(names: list[str], *rest: Any) -> Topics:
        calls.append(len(names))
        return find_topics(names, *rest)

    monkeypatch.setattr(texts_module, "find_topics", counted)
    again = analyse_texts(ids, texts, options=options, cache=cache).topics
    assert again is not None and calls == []
    pd.testing.assert_frame_equal(again.topics, first.topics)
    pd.testing.assert_frame_equal(again.documents, first.documents)
    assert (again.word_stories, again.outside_share, again.model) == (
        first.word_stories, first.outside_share, first.model,
    )  # fmt: skip
    analyse_texts(ids, [*texts[:-1], "Iets heel anders."], options=options, cache=cache)
    analyse_texts(ids, texts, options=replace(options, seed=7), cache=cache)
    assert calls == [60, 60]
