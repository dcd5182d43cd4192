"""Lists as patterns, and what begins a phrase: shortcuts that must find what the plain way finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from toolkit.stories.lexicon import lexicon, openers, pattern_of, rule_words

WORDS = st.sets(st.text("abé-'.", min_size=1, max_size=5), min_size=1, max_size=12)


@given(WORDS, st.text("abé-'. ", max_size=30))
def test_words_that_share_beginnings_find_what_the_longest_first_finds(words: set[str], text: str) -> None:
    one_by_one = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    assert re.findall(pattern_of(sorted(words)), text) == re.findall(one_by_one, text)


@given(WORDS, st.text("abé-'. ", max_size=30))
def test_a_shorter_word_is_taken_when_what_follows_asks_for_it(words: set[str], text: str) -> None:
    one_by_one = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    found = re.findall(f"({pattern_of(sorted(words))})b", text)
    assert found == re.findall(f"({one_by_one})b", text)


def test_a_pattern_has_no_groups_of_its_own() -> None:
    assert re.compile(pattern_of(rule_words("persoonswoorden"))).groups == 0
    assert pattern_of(["dag", "dagen"]) == "dag(?:en)?"


def test_what_begins_a_phrase_and_how_long_such_phrases_are() -> None:
    found = openers(frozenset(("leger des heils", "leger", "den haag", "rotterdam")))
    assert found == {"leger": (3, 1), "den": (2,), "rotterdam": (1,)}


def test_every_name_that_stays_is_begun_by_its_first_word() -> None:
    stays = lexicon().stays
    begun = openers(stays)
    assert all(phrase.count(" ") + 1 in begun[phrase.split(" ")[0]] for phrase in stays)
