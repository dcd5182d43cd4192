"""Which names are one person, and which are no person but a pet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from toolkit.stories.lexicon import Lexicon, fold, plain, rule_words
from toolkit.stories.mentions import Word

_NAME_PART = re.compile(r"[^\W\d_][\w\u0300-\u036f]*(?:[-'’][^\W\d_]+)*")


@lru_cache(maxsize=50_000)
def bare(low: str, lex: Lexicon) -> str:
    """A folded name without a possessive s, when what remains is a listed name."""
    for ending in ("'s", "s", "'"):
        stem = low.removesuffix(ending)
        if stem == low or len(stem) < 2:
            continue
        listed = low in lex.first or low in lex.last
        if ending != "s" or (not listed and (stem in lex.first or stem in lex.last)):
            return stem
    return low


def pet_positions(words: Sequence[Word]) -> frozenset[int]:
    """Positions of the names of pets: "onze hond Max", "de kat heet Minoes", "Max de hond"."""
    if rule_words("huisdieren").isdisjoint([word.low for word in words]):
        return frozenset()
    pets: set[str] = set()
    for position, word in enumerate(words):
        if not word.capital:
            continue
        before = [other.low for other in words[max(0, position - 4) : position]][::-1]
        after = [other.low for other in words[position + 1 : position + 3]]
        animal = next((place for place, low in enumerate(before) if low in rule_words("huisdieren")), None)
        owned = {"van", "met", "door"} & set(before[:animal])
        heet = {"heet", "heette", "heten"} & set(before)
        apposed = "," in word.gap and not word.first
        if animal is not None and not owned and not word.first and (animal == 0 or heet or apposed):
            pets.add(word.low)
        if len(after) == 2 and after[0] in ("de", "onze", "mijn") and after[1] in rule_words("huisdieren"):
            pets.add(word.low)
    return frozenset(position for position, word in enumerate(words) if word.low in pets)


def person_key(text: str, lex: Lexicon) -> tuple[str, ...]:
    """The parts of a name that tell persons apart: no infixes, titles, possessive s or accents."""
    words = [fold(word) for word in _NAME_PART.findall(text)]
    parts = [
        plain(bare(word, lex))
        for word in words
        if word not in rule_words("tussenvoegsels") and word not in rule_words("aanspreekvormen")
    ]
    return tuple(part for part in parts if part) or tuple(plain(word) for word in words)


def same_person(one: Sequence[str], other: Sequence[str], lex: Lexicon | None = None) -> bool:
    """Whether two names can be one person: all parts of the shorter are in the longer, one of them in full.

    An initial stands for a name that starts with it: "J. Vries" and "Jan Vries" are one, "J. Vries" and
    "Jan" are not. With a lexicon a name of six letters or more may differ by one letter when no list holds
    one of both spellings ("Abdirahman", "Abdirahmen"): "Marian" and "Marjan" are two.
    """
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    pairs = [
        next((whole for whole in long if _same(part, whole) or _misspelt(part, whole, lex)), "")
        for part in short
    ]
    in_full = any(len(part) > 1 and len(whole) > 1 for part, whole in zip(short, pairs, strict=True))
    return bool(short) and all(pairs) and (in_full or tuple(one) == tuple(other))


def _same(part: str, whole: str) -> bool:
    if part == whole or (len(part) > 2 and part + "s" == whole) or (len(whole) > 2 and whole + "s" == part):
        return True
    return (len(part) == 1 and whole.startswith(part)) or (len(whole) == 1 and part.startswith(whole))


def _misspelt(one: str, other: str, lex: Lexicon | None) -> bool:
    """Whether two long names differ by one letter (added, left out, changed), and one is in no list."""
    if lex is None or min(len(one), len(other)) < 6 or one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    if all(name in lex.first or name in lex.last for name in (one, other)):
        return False
    same = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[same:], other[same:]
    return rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]
