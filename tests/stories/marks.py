"""A sentence with braces around what a finder found: the form in which the tables of the tests are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from toolkit.stories.deidentify import _stay_positions
from toolkit.stories.institutions import find_institutions
from toolkit.stories.lexicon import Lexicon, Lists, lexicon
from toolkit.stories.mentions import Mention, Word, words_of
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
    return _only("plaats", text, find_residences(text, words_of(text), lex or lexicon()))


def institutions(text: str, names: Iterable[str] = (), extra: Lists = NOTHING) -> str:
    """The text with braces around organisations; `names` are persons that were found before."""
    return _only("instelling", text, find_institutions(*_before(text, extra), _at(text, names, "persoon")))


def persons(text: str, taken: Iterable[str] = (), extra: Lists = NOTHING) -> str:
    """The text with braces around persons; `taken` are parts that were found to be something else before."""
    return _only("persoon", text, find_persons(*_before(text, extra), _at(text, taken, "adres")))


def _before(text: str, extra: Lists) -> tuple[str, list[Word], Lexicon, Lists, frozenset[int]]:
    """What every finder of names gets besides what was found before it."""
    words = words_of(text)
    return text, words, lexicon(), extra, _stay_positions(words, lexicon())


def _at(text: str, parts: Iterable[str], kind: str) -> list[Mention]:
    places = [(text.index(part), len(part)) for part in parts]
    return [Mention(start, start + length, kind) for start, length in places]


def _only(kind: str, text: str, found: Iterable[Mention]) -> str:
    mentions = list(found)
    assert {one.kind for one in mentions} <= {kind}
    return marked(text, mentions)


def table(*rows: str) -> pytest.MarkDecorator:
    """The rows as cases of a test that takes `row`."""
    return pytest.mark.parametrize("row", rows)


Finder = Callable[[str], str]
