"""Persons in a text: names by list, by capital, by what stands before them, and by recurrence in the story."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from toolkit.stories.initials import find_initials, initials_before
from toolkit.stories.lexicon import Lexicon, Lists, fold, rule_words
from toolkit.stories.mentions import PLACEHOLDER, Mention, Word
from toolkit.stories.people import bare, pet_positions

# one capital at the start of each part
_SHAPE = re.compile(r"(?:[^\W\d_][^\WA-Z\d_]+|[^\W\d_])(?:['’-][^\W\d_][^\WA-Z\d_]*)*")
_NATIONALITY = re.compile(r"(?:aanse?|ische?|se|ees|iër|iërs|iaan|aan|ers|ling)$")
_STREET = re.compile(
    r"(?:straat|straatje|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|hof|hofje|dreef|steeg|pad|markt|haven|burg|park"
    r"|ring|oord|veld|kerk|kapel|school|college|lyceum|huis|huys|centrum|flat|toren|brug|fonds|wijk|buurt|stad)$"
)
@dataclass
class _Finder:
    """The state of one text while its names are looked up."""

    text: str
    words: Sequence[Word]
    lex: Lexicon
    extra: frozenset[str]
    stays: frozenset[int]
    taken: Callable[[int, int], bool]
    marked: set[int] = field(default_factory=set)

    def at(self, position: int) -> Word | None:
        return self.words[position] if 0 <= position < len(self.words) else None

    def low(self, position: int) -> str:
        word = self.at(position)
        return word.low if word else ""

    def open(self, position: int) -> bool:
        """Whether this word could be (part of) a name at all."""
        word = self.at(position)
        return (
            word is not None
            and position not in self.stays
            and word.text[0].isalpha()
            and not any(char.isdigit() for char in word.text)
            and not PLACEHOLDER.fullmatch(word.text)
            and not self.taken(word.start, word.end)
        )

    def follows(self, position: int) -> bool:
        """Whether nothing but a space or a dot of an abbreviation separates it from the word before."""
        word = self.at(position)
        return word is not None and position > 0 and word.gap.strip(" \t\xa0") in ("", ".") and not word.first


def find_persons(
    text: str,
    words: Sequence[Word],
    lex: Lexicon,
    extra: Lists,
    stays: frozenset[int],
    taken: Sequence[Mention],
) -> list[Mention]:
    """Persons in a text whose words are given.

    `stays` are positions of words that never are (part of) a name; `taken` are mentions of other kinds
    that go before. Titles ("mevrouw") and ordinary words around the name are left out.
    """
    spans = sorted((mention.start, mention.end) for mention in taken)

    def is_taken(start: int, end: int) -> bool:
        return any(left < end and start < right for left, right in spans)

    names = frozenset(fold(part) for name in extra.names for part in name.split() if len(part) > 1)
    finder = _Finder(text, words, lex, names - rule_words("tussenvoegsels"), stays, is_taken)
    for position in range(len(words)):
        if finder.open(position) and _is_name(finder, position):
            finder.marked.add(position)
    _after_cues(finder)
    _chains(finder)
    for position in pet_positions(words):
        finder.marked.discard(position)
    _recurring(finder)
    found = _as_mentions(finder)
    found += [mention for mention in find_initials(text, lex) if not is_taken(mention.start, mention.end)]
    return found


def _is_name(f: _Finder, position: int) -> bool:
    """Whether a word is a name by itself: listed and no ordinary word, or a capital that needs a reason."""
    word, lex = f.words[position], f.lex
    if word.low in f.extra and (word.capital or not lex.known(word.low)):
        return True
    stem = bare(word.low, lex)
    parts = [part for part in stem.split("-") if part]
    first = stem in lex.first or (len(parts) > 1 and all(part in lex.first for part in parts))
    last = stem in lex.last or (len(parts) > 1 and all(part in lex.last for part in parts))
    if stem in lex.strong or (len(parts) > 1 and all(part in lex.strong for part in parts)):
        return word.capital or word.shout or len(stem) > 2
    ordinary = lex.known(word.low) or lex.known(stem) or word.low in lex.wordnames
    placed = f.low(position - 1) in ("in", "naar", "uit", "te", "op", "van", "vanuit")
    place = stem in lex.neighbourhoods or (stem in lex.places and (placed or not first))
    if not word.capital or word.shout:
        return first and not ordinary and not place and len(stem) > 4 and not word.shout
    if (first and not ordinary) or (last and not ordinary and not place and not word.first):
        return not (place and f.low(position - 1) in ("in", "naar", "uit", "te", "op"))
    if last and not ordinary and not place:
        return len(stem) > 3
    if word.first and stem in lex.wordnames and first and not word.gap.strip(" \n.!?"):
        return f.low(position + 1) in rule_words("mensenwerkwoorden")
    if word.first or place or _STREET.search(word.low):
        return word.first and _unknown_start(word, ordinary or place)
    if f.low(position - 1) in ("onze", "ons") and first:
        return True
    if f.low(position - 1) in rule_words("lidwoorden") or len(word.text) == 1:
        return False
    if ordinary:
        return (first or last) and (stem in lex.wordnames or word.low not in lex.common)
    if _NATIONALITY.search(word.low):
        return False
    return f.low(position - 1) not in ("in", "naar", "uit", "te", "op", "bij", "via") and bool(
        _SHAPE.fullmatch(word.text)
    )


def _unknown_start(word: Word, ordinary: bool) -> bool:
    """Whether a capital at the start of a sentence belongs to no Dutch word at all."""
    unknown = not ordinary and len(word.text) > 3 and word.text[1:].islower()
    return unknown and not _STREET.search(word.low) and not _NATIONALITY.search(word.low)


def _after_cues(f: _Finder) -> None:
    for position, word in enumerate(f.words):
        if word.low in rule_words("aanspreekvormen"):
            _after_title(f, position)
        elif word.low in rule_words("naasten-en-functies"):
            _after_kin(f, position + 1)
        elif word.low in rule_words("naamaankondigers"):
            _after_intro(f, position)
        elif word.low == "ben" and f.low(position - 1) == "ik" and f.follows(position):
            here = f.at(position + 1)
            named = here is not None and here.capital and not _NATIONALITY.search(here.low)
            if named and f.open(position + 1) and f.follows(position + 1):
                f.marked.add(position + 1)
        if word.low == "heet" and f.low(position + 1) in (
            "ik",
            "hij",
            "ie",
            "ze",
            "zij",
            "die",
            "mijn",
            "onze",
            "me",
            "m'n",
            "zijn",
            "haar",
        ):
            before = position - 1
            while f.low(before) in ("zo", "want", "dat"):
                before -= 1
            if f.open(before) and (f.low(before) in f.lex.wordnames or f.low(before) not in f.lex.common):
                f.marked.add(before)


def _skip_infixes(f: _Finder, position: int) -> tuple[int, bool]:
    start = position
    while (
        f.low(position).rstrip(".") in rule_words("tussenvoegsels")
        and f.follows(position)
        and position - start < 3
    ):
        position += 1
    return position, position > start


def _after_title(f: _Finder, position: int) -> None:
    after = position + 1
    while f.low(after) in rule_words("aanspreekvormen") and f.follows(after):
        after += 1
    while (word := f.at(after)) and len(word.text) == 1 and word.capital and f.follows(after):
        after += 1
    core, infix = _skip_infixes(f, after)
    word = f.at(core)
    if word is None or not f.follows(core):
        return
    if core in f.stays and not (word.capital and not infix and word.low in f.lex.first | f.lex.last):
        return
    if not f.open(core) and core not in f.stays:
        return
    listed = bare(word.low, f.lex) in f.lex.last or bare(word.low, f.lex) in f.lex.first
    pointed = f.low(position) != "heer" and f.low(position - 1) in (
        "de",
        "die",
        "deze",
        "een",
        "dat",
        "ene",
        "'n",
        "andere",
        "aardige",
        "lieve",
    )
    if word.capital and not word.shout:
        through = f.low(after) == "van" and pointed and not listed
        if not through and f.low(after) not in ("uit", "in", "op", "bij", "voor"):
            f.marked.update(range(after, core + 1))
    elif infix and f.low(core - 1) != "het":
        common = (pointed or word.low in f.lex.common) and f.low(after) == "van"
        if (listed and not common and f.low(after) != "in") or not f.lex.known(word.low):
            f.marked.update(range(after, core + 1))
    elif not f.lex.known(word.low) or (listed and word.low not in f.lex.common and len(word.low) > 2):
        if (
            word.low not in rule_words("werkwoorden")
            and word.low not in rule_words("naasten-en-functies")
            and len(word.low) > 2
        ):
            f.marked.add(core)


def _is_place(f: _Finder, position: int) -> bool:
    return f.low(position) in f.lex.places or f.low(position) in f.lex.neighbourhoods


def _after_kin(f: _Finder, position: int) -> None:
    if f.low(position) in ("is", "was", "heet") and f.follows(position):
        position += 1
    word = f.at(position)
    if word is None or not f.open(position):
        return
    if word.gap.strip() == ":" and (word.low in f.lex.wordnames or not f.lex.known(word.low)):
        f.marked.add(position)
    gap = word.gap.strip(" \t\xa0")
    stem = bare(word.low, f.lex)
    named = stem in f.lex.first or stem in f.lex.last
    if word.capital and not word.shout and not word.first and gap in ("", ",", "-", ":", "(", ", ", ", de"):
        if gap == "" or named:
            f.marked.add(position)
    elif not gap and not word.capital and stem in f.lex.first and not f.lex.known(word.low) and len(stem) > 2:
        f.marked.add(position)


def _after_intro(f: _Finder, position: int) -> None:
    low, after = f.low(position), position + 1
    if low == "ene" and f.low(position - 1) in ("de", "het", "die", "dat"):
        return
    if low in (
        "heet",
        "heette",
        "noem",
        "noemt",
        "noemde",
        "noemden",
        "noemen",
        "naam",
        "heten",
        "voornaam",
        "achternaam",
    ):
        skipped = 0
        while f.low(after) in (
            "ik", "hij", "ie", "ze", "zij", "die", "hem", "haar", "hier", "is", "was", "me", "mij", "wij", "we", "zo", "en",
            "eigenlijk", "gewoon", "dus", "nog", "maar", "u", "van", "kinderen", "men", "er",
        ) and skipped < 4:  # fmt: skip
            after, skipped = after + 1, skipped + 1
        if (
            low in ("naam", "voornaam", "achternaam")
            and f.low(after - 1) not in ("is", "was", "van")
            and after > position + 1
        ):
            return
    while f.low(after) in rule_words("aanspreekvormen"):
        after += 1
    core, infix = _skip_infixes(f, after)
    word = f.at(core)
    if word is None or not f.open(core):
        return
    gap = word.gap.strip(" \t\xa0")
    closing = low in (
        "groet",
        "groeten",
        "groetjes",
        "gr",
        "mvg",
        "liefs",
        "hoogachtend",
        "dankjewel",
        "bedankt",
        "dank",
    )
    if gap not in ("", ".", ":", '"', "'", "‘", "“", ",") and not (closing and set(gap) <= set("\n,!. ")):
        return
    stem = bare(word.low, f.lex)
    listed = stem in f.lex.first or stem in f.lex.last
    if word.capital and not word.shout:
        if (
            not infix
            and f.lex.known(word.low)
            and not listed
            and (word.first or low not in ("heet", "heette", "ene"))
        ):
            return
        f.marked.update(range(after, core + 1))
    elif low in ("heet", "heette", "ene", "genaamd") and (listed or not f.lex.known(word.low)) and not infix:
        if word.low not in f.lex.common or stem in f.lex.strong:
            f.marked.add(core)
    elif not f.lex.known(word.low) and listed:
        f.marked.add(core)


def _chains(f: _Finder) -> None:
    """Extend names to a second name, with or without an infix, and to a capital that stands before."""
    for position in sorted(f.marked):
        before = f.at(position - 1)
        if (
            before is not None
            and f.follows(position)
            and f.open(position - 1)
            and before.capital
            and not before.shout
            and not before.first
            and f.words[position].capital
            and before.low
            not in rule_words("aanspreekvormen")
            | rule_words("naasten-en-functies")
            | rule_words("naamaankondigers")
            and len(before.text) > 1
            and not _STREET.search(before.low)
            and (before.low not in f.lex.common)
        ):
            f.marked.add(position - 1)
    for position in sorted(f.marked):
        here = position
        while True:
            core, infix = _skip_infixes(f, here + 1)
            word, own = f.at(core), f.words[position]
            if word is None or not f.follows(core) or not f.open(core):
                break
            if infix and "." in f.words[here + 1].gap:
                break
            if word.gap.strip() == "." and len(f.words[core - 1].text) > 1:
                break
            stem = bare(word.low, f.lex)
            listed = stem in f.lex.last or stem in f.lex.first
            if word.capital and not word.shout:
                fits = not infix or f.low(here + 1) not in ("in", "uit", "op", "te", "bij", "voor")
                fits = (
                    fits
                    and word.low not in rule_words("aanspreekvormen")
                    and (not infix or _plausible(f, here + 1, core, listed))
                )
            else:
                fits = not own.capital and stem in f.lex.last and (not f.lex.known(word.low) or infix)
                fits = (
                    fits
                    and (infix or word.low not in f.lex.common)
                    and f.low(core - 1) not in ("in", "op", "uit", "voor", "bij", "het")
                )
            if not fits:
                break
            f.marked.update(range(here + 1, core + 1))
            here = core


def _plausible(f: _Finder, start: int, core: int, listed: bool) -> bool:
    infixes = [f.low(position) for position in range(start, core)]
    if infixes == ["van"]:
        return listed
    if infixes[0] in ("in", "op", "uit", "voor", "bij", "aan", "over", "onder", "tot", "te", "o"):
        return listed and not f.lex.known(f.low(core))
    if infixes[0] in ("de", "het", "'t") and not listed:
        return False
    return True


def _recurring(f: _Finder) -> None:
    """A name found once is a name wherever its capital (or, for no ordinary word, its letters) come back."""
    stems = (
        {bare(f.low(position), f.lex) for position in f.marked}
        - rule_words("tussenvoegsels")
        - rule_words("aanspreekvormen")
    )
    stems = {stem for stem in stems if len(stem) > 1}
    for position, word in enumerate(f.words):
        if position in f.marked or not f.open(position):
            continue
        stem = word.low if word.low in stems else bare(word.low, f.lex)
        if stem in stems or (word.low.endswith("s") and word.low[:-1] in stems and word.capital):
            ordinary = f.lex.known(word.low) or stem in f.lex.wordnames
            after_article = f.low(position - 1) in rule_words("lidwoorden")
            starts = (
                word.first
                and stem in f.lex.common
                and stem not in f.lex.wordnames
                and f.low(position + 1) not in rule_words("werkwoorden")
            )
            if (word.capital and not after_article and not starts) or not ordinary:
                f.marked.add(position)


def _as_mentions(f: _Finder) -> list[Mention]:
    found: list[Mention] = []
    run: list[int] = []
    for position in [*sorted(f.marked), None]:
        joined = (
            run
            and position is not None
            and position == run[-1] + 1
            and f.words[position].gap.strip(" \t\xa0") in ("", ".")
            and not f.words[position].first
        )
        if run and not joined:
            while run and f.low(run[-1]) in rule_words("tussenvoegsels") - {"ben", "al", "la"}:
                run.pop()
            if run:
                start, end = f.words[run[0]].start, f.words[run[-1]].end
                found.append(Mention(_leftwards(f, run[0], start), end, "persoon"))
            run = []
        if position is not None:
            run.append(position)
    return found


def _leftwards(f: _Finder, position: int, start: int) -> int:
    """The start of the initials and capital infix that stand before a name."""
    match = re.search(rf"(?<![\w.])({_INITIALS})\s?$", f.text[:start])
    return match.start(1) if match else start
