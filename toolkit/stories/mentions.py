"""What a mention is, and a text cut into words for the rules that look for mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from toolkit.stories.lexicon import fold, rule_words

KINDS = (
    "persoon",
    "adres",
    "postcode",
    "plaats",
    "telefoon",
    "email",
    "url",
    "bsn",
    "datum",
    "leeftijd",
    "instelling",
    "nummer",
)
# "[persoon-1]", "[adres]", and with a coarser value "[datum: maart 2025]"
PLACEHOLDER = re.compile(r"\[(" + "|".join(KINDS) + r")(?:-(\d+)|: [^\[\]\n]{1,24})?\]")

FIGURE = re.compile(r"\d")
_LETTER = r"[^\W\d_][\u0300-\u036f]*"
_WORD = re.compile(
    rf"\[(?:{'|'.join(KINDS)})(?:-\d+|: [^\[\]\n]{{1,24}})?\]|['’](?:s|t|n)(?!\w)|(?:{_LETTER}|\d)+(?:[-'’](?:{_LETTER}|\d)+)*"
)
# also "d'Hondt", "el-Amrani"
_PREFIXED = re.compile(r"(?:d|l|el|al|ben|st|ter|van|de)['’-][A-ZÀ-Ý]")


@dataclass(frozen=True, order=True, slots=True)
class Mention:
    """An identifying mention: `text[start:end]`, in Unicode code points, end exclusive; kind one of KINDS."""

    start: int
    end: int
    kind: str


def has_figure(text: str) -> bool:
    """Whether a figure stands in a text, besides those of placeholders: in these nothing is found again."""
    return bool(FIGURE.search(PLACEHOLDER.sub("", text)))


def occupied(mentions: Sequence[Mention]) -> frozenset[int]:
    """The places in a text that lie inside a mention."""
    return frozenset(place for mention in mentions for place in range(mention.start, mention.end))


class Word(NamedTuple):
    """A word of a text with what its surroundings say about its capital."""

    start: int
    end: int
    text: str
    low: str
    capital: bool  # starts with a capital that could mean something
    shout: bool  # written in capitals only, two letters or more
    first: bool  # starts a sentence, so that its capital means nothing
    gap: str  # the text between the previous word and this one


def words_of(text: str) -> list[Word]:
    """The words of a text, in order; a placeholder is one word.

    In a text, or a run of four words, that is all capitals, a capital means nothing.
    """
    found = list(_WORD.finditer(text))
    forms = [_form(match.group()) for match in found]
    shouts = [shout for _, _, shout in forms]
    loud = _loud(text)
    words: list[Word] = []
    before = 0
    for position, (match, (low, capital, shout)) in enumerate(zip(found, forms, strict=True)):
        start, end = match.span()
        gap = text[before:start]
        caseless = loud or (shout and _run(found, shouts, position) >= 4)
        first = position == 0 or (gap != " " and _starts(gap, words[-1]))
        words.append(
            Word(start, end, match.group(), low, capital and not caseless, shout and not caseless, first, gap)
        )
        before = end
    return words


@lru_cache(maxsize=50_000)
def _form(word: str) -> tuple[str, bool, bool]:
    """A word in folded form, whether it starts with a capital, and whether it is capitals only."""
    return fold(word), word[0].isupper() or bool(_PREFIXED.match(word)), _shouted(word)


def _loud(text: str) -> bool:
    """Whether a text is written in capitals for the most part."""
    if sum(map(str.isupper, text)) <= 14:  # seven tenths of twenty letters
        return False
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 20 and sum(map(str.isupper, letters)) > 0.7 * len(letters)


def _shouted(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _run(found: list[re.Match[str]], shouts: list[bool], position: int) -> int:
    def loud(at: int) -> bool:
        return 0 <= at < len(found) and (
            shouts[at] or (len(found[at].group()) == 1 and found[at].group().isupper())
        )

    left = right = position
    while loud(left - 1) and position - left < 4:
        left -= 1
    while loud(right + 1) and right - position < 4:
        right += 1
    return right - left + 1


def _starts(gap: str, before: Word) -> bool:
    marks = gap.strip(" \t\xa0")
    if not marks:
        return False
    if "\n" in gap or any(char in "!?…:;|•*>#=" for char in marks):
        return True
    if marks[0] == ".":
        short = len(before.text) == 1 and before.text.isupper()
        return not (marks == "." and (short or before.low in rule_words("afkortingen")))
    if marks[0] in "\"“„'‘«-–—(<" and marks != "-":
        return True
    if marks in ("-", ",", "&", "/", ")", "),", "”", "’", '",', "',", "+", "@"):
        return marks == "-" and gap != "-"
    return any(char in '."“„‘«(' for char in marks) or not all(char in ",)'’\"”]/" for char in marks)


def capital_run(words: Sequence[Word], position: int, stays: frozenset[int]) -> int:
    """The last word of a run of capitals, over joiners between them."""
    end, here = position, position + 1
    # no name is longer than this, and a text of nothing but capitals must not take forever
    while here < min(len(words), position + 20):
        word = words[here]
        gap = word.gap.strip(" \xa0")
        if (
            gap not in ("", "&", "+", "-") and not (gap == "." and len(words[here - 1].text) <= 2)
        ) or word.text.startswith("["):
            break
        if gap == "" and word.low in ("bv", "vof", "nv"):
            end, here = here, here + 1
        elif word.capital and not (gap == "" and word.first):
            if here in stays and gap != "&":
                break
            end, here = here, here + 1
        elif (
            (word.low in rule_words("verbindwoorden") or word.text.isdigit())
            and here + 1 < len(words)
            and here - end < 3
        ):
            here += 1
        elif (
            word.low in ("zn", "zoon", "zonen", "dochters", "co", "bv", "b.v", "vof") and gap == "&"
        ) or word.low == "bv":
            end, here = here, here + 1
        else:
            break
    return end
