from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from toolkit.stories.language import (
    Sentence,
    detect_language,
    dutch_pipeline,
    for_models,
    is_non_answer,
    lemmas,
    read_as_dutch,
    split_sentences,
    stop_words,
)
from toolkit.stories.mentions import KINDS

CASES = Path(__file__).parent / "cases"
SENTENCES: list[dict[str, Any]] = json.loads((CASES / "sentences.json").read_text(encoding="utf-8"))
NON_ANSWERS = json.loads((CASES / "non_answers.json").read_text(encoding="utf-8"))


def parts(text: str) -> list[str]:
    return [text[one.start : one.end] for one in split_sentences(text)]


@pytest.mark.parametrize("case", SENTENCES, ids=[case["id"] for case in SENTENCES])
def test_sentences(case: dict[str, Any]) -> None:
    assert parts(case["text"]) == case["sentences"]


def assert_covers(text: str, found: list[Sentence]) -> None:
    covered = [position for one in found for position in range(one.start, one.end)]
    assert len(covered) == len(set(covered)), "sentences overlap"
    assert covered == sorted(covered)
    assert {i for i, char in enumerate(text) if not char.isspace()} <= set(covered)
    for one in found:
        assert text[one.start : one.end] == text[one.start : one.end].strip() != ""


def test_every_character_lies_in_one_sentence_whatever_the_text() -> None:
    random_ = random.Random(7)
    pieces = [
        "a",
        "Jan",
        "dhr.",
        "o.a.",
        "etc.",
        "...",
        "…",
        "?!",
        '."',
        "😊",
        "❤️",
        "\n",
        "\r\n",
        " ",
        "  ",
        "1.",
        "[persoon-1]",
        ".",
        "(",
        ")",
        "u.",
    ]
    for _ in range(500):
        text = "".join(
            random_.choice(pieces) + random_.choice(["", " "]) for _ in range(random_.randint(0, 25))
        )
        assert_covers(text, split_sentences(text))
    for case in SENTENCES:
        assert_covers(case["text"], split_sentences(case["text"]))


def test_a_full_stop_inside_a_kept_span_ends_nothing() -> None:
    text = "Chr. Mulder belde. Daarna niet meer."
    assert [text[s.start : s.end] for s in split_sentences(text, keep=[(0, 11)])] == [
        "Chr. Mulder belde.",
        "Daarna niet meer.",
    ]
    assert len(split_sentences(text)) == 3


def test_a_very_long_text_is_split_quickly() -> None:
    text = "Dat was dhr. Smit. " * 20_000
    assert len(split_sentences(text)) == 20_000


@pytest.mark.parametrize("text", NON_ANSWERS["niets"])
def test_says_nothing(text: str) -> None:
    assert is_non_answer(text)


@pytest.mark.parametrize("text", NON_ANSWERS["wel"])
def test_says_something(text: str) -> None:
    assert not is_non_answer(text)


def test_languages() -> None:
    assert detect_language(
        [
            "Het wijkteam heeft mij heel goed geholpen met de aanvraag.",
            "The care team was very kind and they helped my mother quickly.",
            "Mahalle ekibi bize çok iyi yardım etti, çok teşekkür ederiz.",
            "Zespół bardzo nam pomógł, jesteśmy naprawdę wdzięczni za wszystko.",
            "لقد ساعدنا فريق الحي كثيرا ونحن سعداء جدا بذلك",
        ]
    ) == ["nl", "en", "tr", "pl", "ar"]


def test_of_short_texts_and_of_placeholders_only_the_language_is_not_told() -> None:
    texts = ["ok", "nvt", "", "thank you", "👍👍👍", "[telefoon] [telefoon] [email] [bsn] [url] [nummer]"]
    assert detect_language(texts) == ["und"] * 6
    assert read_as_dutch("und") and read_as_dutch("nl") and not read_as_dutch("en")


def test_dutch_with_foreign_words_stays_dutch() -> None:
    texts = [
        "Mijn case manager deed de intake, super nice allemaal.",
        "das was een hele fijne man die mij goed geholpen heeft",
        "t ging wel goed hoor, kvond het fijn dat ze kwam",
    ]
    assert all(read_as_dutch(language) for language in detect_language(texts))


def test_placeholders_become_plain_words_for_models() -> None:
    assert for_models("[persoon-1] belde [persoon-12] in [plaats].") == "iemand belde iemand in hier."
    assert for_models("Bel [telefoon] of mail [email-2].") == "Bel  of mail ."
    assert (
        for_models("[ja] en [persoonlijk, maar dan heel lang uitgelegd]")
        == "[ja] en [persoonlijk, maar dan heel lang uitgelegd]"
    )


def test_lemmas_are_lower_case_words_only() -> None:
    assert lemmas(["Zij SPEELDEN op 3 pleinen!", "[persoon-1] en 112", ""]) == [
        ["zij", "spelen", "op", "plein"],
        ["en"],
        [],
    ]


def test_the_pipeline_says_what_it_is() -> None:
    _, label = dutch_pipeline()
    assert "nl" in label and any(char.isdigit() for char in label)


def test_stop_words_hold_no_subject() -> None:
    assert {"de", "het", "wij", "iemand"} <= stop_words()
    assert not {"schuld", "wachtlijst", "buurt"} & stop_words()


@pytest.mark.parametrize("kind", KINDS)
def test_models_and_topics_read_no_placeholder_of_any_kind(kind: str) -> None:
    """Each kind that de-identification writes: a kind that is added there is known here at once."""
    text = f"Toen belde [{kind}] en later [{kind}-12] ons."
    assert "[" not in for_models(text) and kind not in for_models(text).split()
    assert lemmas([text]) == lemmas(["Toen belde en later ons."])
    assert for_models("De [lijst-3] blijft staan.") == "De [lijst-3] blijft staan."
