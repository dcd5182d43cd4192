"""A sentence with braces around what a finder found: the form in which the tables of the tests are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from toolkit.stories.deidentify import _stay_positions
from toolkit.stories.institutions import find_institutions
from toolkit.stories.lexicon import Lexicon, Lists, lexicon
from toolkit.stories.mentions import Mention, words_of
from toolkit.stories.names import find_persons
from toolkit.stories.places import find_residences

NOTHING = Lists()


def marked(text: str, mentions: Iterable[Mention]) -> str:
    """The text with { } around every mention, also around one that stands inside another or is found twice."""
    spans = [(one.start, one.end) for one in mentions]
    return "".join(
        "}" * sum(end == place for _, end in spans) + "{" * sum(start == place for start, _ in spans) + char
        for place, char in enumerate([*text, ""])
    )


def plain(row: str) -> str:
    """A row of a table without its braces."""
    return row.replace("{", "").replace("}", "")


def residences(text: str, lex: Lexicon | None = None) -> str:
    """The text with braces around the places where somebody lives."""
    found = find_residences(text, words_of(text), lex or lexicon())
    assert {one.kind for one in found} <= {"plaats"}
    return marked(text, found)


def institutions(text: str, names: Iterable[str] = (), extra: Lists = NOTHING) -> str:
    """The text with braces around organisations; `names` are persons that were found before."""
    places = [(text.index(name), len(name)) for name in names]
    persons = [Mention(start, start + length, "persoon") for start, length in places]
    words = words_of(text)
    found = find_institutions(text, words, lexicon(), extra, _stay_positions(words, lexicon()), persons)
    assert {one.kind for one in found} <= {"instelling"}
    return marked(text, found)


def persons(text: str, taken: Iterable[str] = (), extra: Lists = NOTHING) -> str:
    """The text with braces around persons; `taken` are parts that were found to be something else before."""
    places = [(text.index(part), len(part)) for part in taken]
    before = [Mention(start, start + length, "adres") for start, length in places]
    words = words_of(text)
    found = find_persons(text, words, lexicon(), extra, _stay_positions(words, lexicon()), before)
    assert {one.kind for one in found} <= {"persoon"}
    return marked(text, found)


def table(*rows: str) -> pytest.MarkDecorator:
    """The rows as cases of a test that takes `row`."""
    return pytest.mark.parametrize("row", rows)


Finder = Callable[[str], str]
