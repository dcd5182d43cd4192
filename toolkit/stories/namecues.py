"""Names by what stands around them: a form of address, a relative, "heet", a greeting."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from toolkit.stories.lexicon import Lexicon, rule_words
from toolkit.stories.mentions import FIGURE, Word
from toolkit.stories.people import bare

NATIONALITY = re.compile(r"(?:aanse?|ische?|se|ees|iër|iërs|iaan|aan|ers|ling)$")


@lru_cache(maxsize=50_000)
def _in_letters(word: str) -> bool:
    return word[0].isalpha() and not FIGURE.search(word)


@dataclass
class Finder:
    """The state of one text while its names are looked up."""

    text: str
    words: Sequence[Word]
    lex: Lexicon
    extra: frozenset[str]
    stays: frozenset[int]
    taken: Callable[[int, int], bool]
    marked: set[int] = field(default_factory=set)

    @cached_property
    def _open(self) -> frozenset[int]:
        return frozenset(
            position
            for position, word in enumerate(self.words)
            if _in_letters(word.text) and position not in self.stays and not self.taken(word.start, word.end)
        )

    def at(self, position: int) -> Word | None:
        """The word at a position, or None outside the text."""
        return self.words[position] if 0 <= position < len(self.words) else None

    def low(self, position: int) -> str:
        """The folded word at a position, or an empty string."""
        word = self.at(position)
        return word.low if word else ""

    def open(self, position: int) -> bool:
        """Whether this word could be (part of) a name at all."""
        return position in self._open

    def follows(self, position: int) -> bool:
        """Whether nothing but a space or a dot of an abbreviation separates it from the word before."""
        word = self.at(position)
        return word is not None and position > 0 and word.gap.strip(" \t\xa0") in ("", ".") and not word.first

    def listed(self, position: int) -> bool:
        """Whether a word stands in a list of first names or surnames."""
        stem = bare(self.low(position), self.lex)
        return stem in self.lex.first or stem in self.lex.last

    def known(self, position: int) -> bool:
        """Whether a word is an ordinary Dutch word."""
        return self.lex.known(self.low(position))


@cache
def _cues() -> frozenset[str]:
    """All words that a name may follow or stand before."""
    groups = ("aanspreekvormen", "naasten-en-functies", "naamaankondigers", "groetwoorden")
    return frozenset(("ben", "bin", "dr", "heet")).union(*map(rule_words, groups))


def mark_after_cues(f: Finder) -> None:
    """Mark the names that a cue points at."""
    _senders(f)
    _holders(f)
    for position, word in enumerate(f.words):
        if word.low not in _cues():
            continue
        if word.low in rule_words("aanspreekvormen"):
            _after_title(f, position)
        elif word.low in rule_words("naasten-en-functies"):
            _after_kin(f, position + 1)
        elif word.low in rule_words("naamaankondigers"):
            _after_intro(f, position)
        elif word.low in ("ben", "bin") and f.low(position - 1) in ("ik", "k") and f.follows(position):
            _after_i_am(f, position + 1)
        elif word.low == "dr" and f.low(position + 1) in f.lex.last and f.open(position + 1):
            _after_doctor(f, position + 1)
        elif word.low in rule_words("groetwoorden") and (position == 0 or word.first or word.gap.strip()):
            _after_greeting(f, position + 1)
        if word.low == "heet" and f.low(position + 1) in rule_words("na-naam-heet"):
            _before_called(f, position - 1)


# "12-03-26 09:14 - Hatice:", "[9:14, 12-3-2026] Storm:", "Van: Chantal Verhoeven", "Naam: Mooi"
_SENDER = re.compile(
    r"(?:^|\n)[ \t\xa0]*\[?[^\n:]{0,24}\d\d?:\d\d(?::\d\d)?[^\n:\w]{0,3}[^\n:\w]*([^\n:]{2,40}):"
    r"|(?:^|\n)[ \t]*(?:van|aan|from|to|cc|naam|voornaam|achternaam|afzender|cli[eë]nt|contactpersoon|verteller|geïnterviewde"
    r"|consulent|begeleider|casus|betreft|deelnemer|respondent|inwoner)[ \t]*:[ \t]*([^\n:<,;(]{2,40})",
    re.IGNORECASE,
)


def _senders(f: Finder) -> None:
    """Who wrote a message: the capitals at its head, also when they are an ordinary word."""
    starts = {word.start: position for position, word in enumerate(f.words)}
    for match in _SENDER.finditer(f.text):
        group = match.lastindex or 0
        inside = [
            position
            for start, position in starts.items()
            if match.start(group) <= start < match.end(group) and f.open(position)
        ]
        fits = [
            f.words[p].text[0].isupper()
            or f.low(p) in rule_words("tussenvoegsels")
            or f.low(p) in f.lex.strong
            for p in inside
        ]
        small = all(f.low(p) in rule_words("tussenvoegsels") for p in inside)
        public = any(_public(f, p) for p in inside)
        if inside and all(fits) and not small and not public and len(inside) <= 4:
            f.marked.update(inside)


# the holder of an account: "t.n.v. m bouzambou"
_HOLDER = re.compile(
    r"(?<!\w)(?:t\.?n\.?v\.?|ten\s+name\s+van|op\s+naam\s+van|o\.?v\.?v\.?)\s*:?\s+((?:[^\W\d_]\.?\s*){0,4}"
    r"(?:(?:van|de|der|den|el|al|ten|ter|vd)\s+){0,3}[^\W\d_]{2,}(?:-[^\W\d_]+)?)",
    re.IGNORECASE,
)


def _holders(f: Finder) -> None:
    for match in _HOLDER.finditer(f.text):
        inside = [p for p, word in enumerate(f.words) if match.start(1) <= word.start < match.end(1)]
        ordinary = any(f.low(p) in f.lex.common and not f.words[p].capital for p in inside[-1:])
        if inside and not ordinary and all(f.open(p) for p in inside) and not _public(f, inside[-1]):
            f.marked.update(inside)


def _public(f: Finder, position: int) -> bool:
    """Whether a word is a role or body rather than a name ("Wijkteam", "Consulent")."""
    low = f.low(position)
    groups = ("geen-instelling", "naasten-en-functies", "aanspreekvormen", "werkgebied")
    named = f.listed(position) or low in f.lex.wordnames
    return any(low in rule_words(name) for name in groups) or (f.known(position) and not named)


def _after_doctor(f: Finder, position: int) -> None:
    """ "bij dr khan", not "dr moeder" ("haar moeder")."""
    word = f.words[position]
    ordinary = any(
        word.low in rule_words(name) for name in ("naasten-en-functies", "aanspreekvormen", "persoonswoorden")
    )
    if (
        f.follows(position)
        and not ordinary
        and (word.capital or word.low not in f.lex.common | f.lex.wordnames)
    ):
        f.marked.add(position)


def _after_greeting(f: Finder, position: int) -> None:
    """ "hee sas,", "dag Mooi,": a name between a greeting and a comma."""
    word, after = f.at(position), f.at(position + 1)
    if word is None or not f.open(position) or word.gap.strip() or len(word.low) < 2:
        return
    mark = f.text[word.end : word.end + 2].lstrip(" ")[:1]
    closed = mark in (",", "!", "\n") or (after is not None and "\n" in after.gap)
    if not closed or (_public(f, position) and not word.capital):
        return
    if (
        (
            (word.capital and word.low not in rule_words("na-groet"))
            or f.listed(position)
            or not f.known(position)
        )
        and word.low not in rule_words("na-groet")
        and not any(
            word.low in rule_words(name)
            for name in ("geen-instelling", "naasten-en-functies", "aanspreekvormen")
        )
    ):
        f.marked.add(position)


def skip_infixes(f: Finder, position: int) -> tuple[int, bool]:
    """The position after at most three infixes ("van der"), and whether there was one."""
    start = position
    while f.low(position).rstrip(".") in rule_words("tussenvoegsels") and position - start < 3:
        if not f.follows(position):
            break
        position += 1
    return position, position > start


def _after_i_am(f: Finder, position: int) -> None:
    word = f.at(position)
    if word is None or not f.open(position) or not f.follows(position) or NATIONALITY.search(word.low):
        return
    # "ik ben roos en", not "ik ben bas in het koor"
    closed = f.low(position + 1) in ("", "en", "ik", "van", "de") or f.text[word.end : word.end + 1] in (
        ",",
        ".",
    )
    if word.capital or (word.low in rule_words("woordnamen-klein") and closed):
        f.marked.add(position)


def _before_called(f: Finder, position: int) -> None:
    """ "Storm (zo heet hij)", "Oleksandra heet ik"."""
    while f.low(position) in ("zo", "want", "dat"):
        position -= 1
    word = f.at(position)
    called = word is not None and word.capital and f.low(position) not in rule_words("functiewoorden")
    if f.open(position) and (
        called or f.low(position) in f.lex.wordnames or f.low(position) not in f.lex.common
    ):
        f.marked.add(position)


def _after_title(f: Finder, position: int) -> None:
    after = position + 1
    while f.low(after) in rule_words("aanspreekvormen") and f.follows(after):
        after += 1
    while (letter := f.at(after)) and len(letter.text) == 1 and letter.capital and f.follows(after):
        after += 1
    core, infix = skip_infixes(f, after)
    word = f.at(core)
    if word is None or not f.follows(core):
        return
    if core in f.stays:
        # "meneer Down" is a man, "meneer van Dordrecht Sociaal" is not
        named = word.low in f.lex.first or word.low in f.lex.last
        if not (word.capital and named and not infix):
            return
    elif not f.open(core):
        return
    # "die mevrouw van Vivera" is somebody of Vivera; "mevrouw van Asperen" and "de heer Van Zanten" are names
    pointed = f.low(position) != "heer" and f.low(position - 1) in rule_words("aanwijzers")
    if word.capital and not word.shout:
        through = f.low(after) == "van" and pointed and not f.listed(core)
        if not through and f.low(after) not in ("uit", "in", "op", "bij", "voor"):
            f.marked.update(range(after, core + 1))
    elif (
        infix
        and f.low(core - 1) in ("de", "der", "den", "vd")
        and word.low in rule_words("achternamen-klein")
    ):
        f.marked.update(range(after, core + 1))
    elif infix and f.low(core - 1) != "het":
        ordinary = f.low(after) == "in" or (f.low(after) == "van" and (pointed or word.low in f.lex.common))
        if (f.listed(core) and not ordinary) or not f.known(core):
            f.marked.update(range(after, core + 1))
    elif word.low in rule_words("achternamen-klein") and f.low(position) in rule_words("titel-voor-naam"):
        f.marked.add(core)
    elif not f.known(core) or (f.listed(core) and word.low not in f.lex.common):
        other = word.low in rule_words("werkwoorden") or word.low in rule_words("naasten-en-functies")
        if not other and len(word.low) > 2:
            f.marked.add(core)


def _after_kin(f: Finder, position: int) -> None:
    if f.low(position) in ("is", "was", "heet") and f.follows(position):
        position += 1
    word = f.at(position)
    if word is None or not f.open(position):
        return
    gap = word.gap.strip(" \t\xa0")
    if f.low(position - 1) in rule_words("rol-voor-naam") and f.low(position - 2) not in rule_words(
        "lidwoorden"
    ):
        # "agent de wit kwam", "collega van der berg"
        core, infix = skip_infixes(f, position)
        name = f.low(core) in rule_words("achternamen-klein") or not f.known(core)
        if (
            infix
            and f.open(core)
            and f.follows(core)
            and name
            and f.low(position) not in ("in", "op", "uit", "bij")
        ):
            f.marked.update(range(position, core + 1))
            return
    if word.capital and not word.shout and not word.first:
        if gap == "" or (gap in (",", "-", ":", "(") and f.listed(position)):
            f.marked.add(position)
    elif gap == ":" and (word.low in f.lex.wordnames or not f.known(position)):
        f.marked.add(position)
    elif not gap and not word.capital and len(word.low) > 2:
        f.marked |= {position} if bare(word.low, f.lex) in f.lex.first and not f.known(position) else set()


def _after_intro(f: Finder, position: int) -> None:
    low, after = f.low(position), position + 1
    if low == "ene" and f.low(position - 1) in ("de", "het", "die", "dat"):
        return
    if low in rule_words("noemen"):
        while f.low(after) in rule_words("na-noemen") and after - position < 5:
            after += 1
        own = low not in ("naam", "voornaam", "achternaam") or f.low(after - 1) in ("is", "was", "van", low)
        if not own:
            return
    while f.low(after) in rule_words("aanspreekvormen"):
        after += 1
    core, infix = skip_infixes(f, after)
    word = f.at(core)
    if word is None or not f.open(core) or not _near(word, low):
        return
    strongly = low in ("heet", "heette", "ene", "genaamd")
    if word.capital and not word.shout:
        ordinary = f.known(core) and not f.listed(core) and (word.first or not strongly)
        if infix or not ordinary:
            f.marked.update(range(after, core + 1))
    elif strongly and not infix and (f.listed(core) or not f.known(core)):
        if word.low not in f.lex.common or bare(word.low, f.lex) in f.lex.strong:
            f.marked.add(core)
    elif not f.known(core) and f.listed(core):
        f.marked.add(core)


def _near(word: Word, cue: str) -> bool:
    gap = word.gap.strip(" \t\xa0")
    closing = cue in rule_words("afsluiting")
    return gap in ("", ".", ":", '"', "'", "‘", "“", ",") or (closing and set(gap) <= set("\n,!. "))
