"""Persons in a text: names by list, by capital, by what stands around them, and by recurrence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from toolkit.stories.initials import find_initials, initials_before
from toolkit.stories.lexicon import Lexicon, Lists, fold, rule_words
from toolkit.stories.mentions import Mention, Word, occupied
from toolkit.stories.namecues import NATIONALITY, Finder, mark_after_cues, skip_infixes
from toolkit.stories.people import bare, pet_positions

# one capital at the start of each part
_SHAPE = re.compile(r"(?:[^\W\d_][^\WA-Z\d_]+|[^\W\d_])(?:['’-][^\W\d_][^\WA-Z\d_]*)*")
_STREET = re.compile(
    r"(?:straat|straatje|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|hof|hofje|dreef|steeg|pad|markt|haven|burg|park"
    r"|ring|oord|veld|kerk|kapel|school|college|lyceum|huis|huys|centrum|flat|toren|brug|fonds|wijk|buurt|stad)$"
)


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
    used = occupied(taken)

    def is_taken(start: int, end: int) -> bool:
        return not used.isdisjoint(range(start, end))

    names = frozenset(fold(part) for name in extra.names for part in name.split() if len(part) > 1)
    finder = Finder(text, words, lex, names - rule_words("tussenvoegsels"), stays, is_taken)
    for position, word in enumerate(words):
        if (not word.capital or word.shout) and word.low not in names and _never_small(word.low, lex):
            continue
        if finder.open(position) and _is_name(finder, position):
            finder.marked.add(position)
    mark_after_cues(finder)
    _beside_names(finder)
    _with_capital_infix(finder)
    _chains(finder)
    for position in pet_positions(words):
        finder.marked.discard(position)
    _recurring(finder)
    found = _as_mentions(finder)
    found += [mention for mention in find_initials(text, lex) if not is_taken(mention.start, mention.end)]
    return found


@lru_cache(maxsize=50_000)
def _never_small(low: str, lex: Lexicon) -> bool:
    """Whether a word without a capital is no name by itself, whatever stands around it (see `_is_name`): most are not."""
    stem = bare(low, lex)
    parts = [part for part in stem.split("-") if part]
    listed = any(
        stem in names or (len(parts) > 1 and all(part in names for part in parts))
        for names in (lex.first, lex.strong)
    )
    return not listed and low not in rule_words("woordnamen-klein")


def _is_name(f: Finder, position: int) -> bool:
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
    if not word.capital and word.low in rule_words("woordnamen-klein"):
        return f.low(position - 1) in rule_words("voor-woordnaam-klein") and not word.gap.strip()
    if not word.capital or word.shout:
        return first and not ordinary and not place and len(stem) > 3 and not word.shout
    if (first and not ordinary) or (last and not ordinary and not place and not word.first):
        return not (place and f.low(position - 1) in ("in", "naar", "uit", "te", "op"))
    if last and not ordinary and not place:
        return len(stem) > 3
    if word.first and stem in lex.wordnames and first and not word.gap.strip(" \n.!?"):
        given = stem in rule_words("woordnamen-begin") and _acts(f, position + 1)
        return given or f.low(position + 1) in rule_words("mensenwerkwoorden")
    if word.first or place or _STREET.search(word.low):
        return word.first and _unknown_start(word, ordinary or place)
    if f.low(position - 1) in ("onze", "ons") and first:
        return True
    if f.low(position - 1) in rule_words("lidwoorden") or len(word.text) == 1:
        return False
    if ordinary:
        return (first or last) and (stem in lex.wordnames or word.low not in lex.common)
    if NATIONALITY.search(word.low):
        return False
    placing = f.low(position - 1) in ("in", "naar", "uit", "te", "op", "bij", "via")
    return not placing and bool(_SHAPE.fullmatch(word.text))


def _acts(f: Finder, position: int) -> bool:
    """Whether a sentence that starts with "Storm" or "Roos" goes on as one about a person."""
    if f.low(position) == "van":
        core = position + 1 + (f.low(position + 1) in rule_words("lidwoorden"))
        place = f.low(core)
        return place in rule_words("werkgebied") or place.endswith(("werk", "zorg", "team", "hulp"))
    return f.follows(position) and f.low(position) in rule_words("werkwoorden") - {"van", "en"}


def _beside_names(f: Finder) -> None:
    """Small names that are ordinary words, beside a name: "bas en ingrid", "ingrid, roos en bas"."""
    small = rule_words("woordnamen-klein")
    for position, word in enumerate(f.words):
        if word.capital or word.low not in small or position in f.marked or not f.open(position):
            continue
        following = f.words[position + 1].gap.strip() if position + 1 < len(f.words) else ""
        if word.gap.strip() == "," and following == ",":
            f.marked.add(position)
        sides = (
            (position - 1, position - 2, word.gap),
            (position + 1, position + 2, following),
        )
        for near, far, gap in sides:
            other = near if gap.strip() in (",", "&", "+") else far if f.low(near) == "en" else -1
            if other in f.marked and f.low(position - 1) not in rule_words("lidwoorden"):
                f.marked.add(position)


def _with_capital_infix(f: Finder) -> None:
    """ "Van Es", "El Yakoubi", "Van der Storm": a capital infix inside a sentence makes the next word a surname."""
    for position, word in enumerate(f.words):
        if not word.capital or word.first or word.low not in rule_words("hoofdletter-tussenvoegsels"):
            continue
        core, _ = skip_infixes(f, position)
        after = f.at(core)
        if after is None or core == position or not f.open(core) or not f.follows(core):
            continue
        street = _STREET.search(after.low) or f.text[after.end : after.end + 3].strip()[:1].isdigit()
        certain = word.low not in ("de", "den") or after.low in f.lex.last
        if after.capital and not after.shout and not street and certain and position not in f.stays:
            if f.low(position - 1) in rule_words("lidwoorden"):
                continue
            f.marked.update(range(position, core + 1))


def _unknown_start(word: Word, ordinary: bool) -> bool:
    """Whether a capital at the start of a sentence belongs to no Dutch word at all."""
    unknown = not ordinary and len(word.text) > 3 and word.text[1:].islower()
    return unknown and not _STREET.search(word.low) and not NATIONALITY.search(word.low)


def _chains(f: Finder) -> None:
    """Extend names to a second name, with or without an infix, and to a capital that stands before."""
    cues = ("aanspreekvormen", "naasten-en-functies", "naamaankondigers")
    for position in sorted(f.marked):
        before = f.at(position - 1)
        if before is None or not f.follows(position) or not f.open(position - 1):
            continue
        meant = before.capital and not before.shout and not before.first and f.words[position].capital
        ordinary = before.low in f.lex.common or any(before.low in rule_words(name) for name in cues)
        if meant and not ordinary and len(before.text) > 1 and not _STREET.search(before.low):
            f.marked.add(position - 1)
    done: set[tuple[int, bool]] = set()
    for position in sorted(f.marked):
        here, small = position, not f.words[position].capital
        while (here, small) not in done:
            done.add((here, small))  # a long row of names is walked once, not once for each of its words
            core = _next_name(f, here, small)
            if core is None:
                break
            f.marked.update(range(here + 1, core + 1))
            here = core


def _next_name(f: Finder, here: int, small: bool) -> int | None:
    """The position of the surname after a name, over its infixes; `small` when the name lacks its capital."""
    core, infix = skip_infixes(f, here + 1)
    word = f.at(core)
    if word is None or not f.follows(core):
        return None
    # "Ingeborg van Zeeland", not "Ingeborg van Dordrecht Sociaal"
    region = infix and word.low in f.lex.regions and word.low in f.lex.last and core in f.stays
    if not region and not f.open(core):
        return None
    if (infix and "." in f.words[here + 1].gap) or (word.gap.strip() == "." and len(f.low(core - 1)) > 1):
        return None
    stem = bare(word.low, f.lex)
    listed = stem in f.lex.last or stem in f.lex.first
    placing = ("in", "uit", "op", "voor", "bij")
    if word.capital and not word.shout:
        title = word.low in rule_words("aanspreekvormen")
        placed = infix and f.low(here + 1) in (*placing, "te")
        fits = not title and not placed and (not infix or _plausible(f, here + 1, core, listed))
    else:
        rare = infix or not (f.lex.known(word.low) or word.low in f.lex.common)
        fits = small and stem in f.lex.last and rare and f.low(core - 1) not in (*placing, "het")
    return core if fits else None


def _plausible(f: Finder, start: int, core: int, listed: bool) -> bool:
    infixes = [f.low(position) for position in range(start, core)]
    if infixes == ["van"]:
        return listed
    if infixes[0] in ("in", "op", "uit", "voor", "bij", "aan", "over", "onder", "tot", "te", "o"):
        return listed and not f.lex.known(f.low(core))
    return listed or infixes[0] not in ("de", "het", "'t")


def _recurring(f: Finder) -> None:
    """A name found once is a name wherever its capital (or, for no ordinary word, its letters) come back."""
    stems = (
        {bare(f.low(position), f.lex) for position in f.marked}
        - rule_words("tussenvoegsels")
        - rule_words("aanspreekvormen")
    )
    stems = {stem for stem in stems if len(stem) > 1}
    if not stems:
        return
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


def _as_mentions(f: Finder) -> list[Mention]:
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
                found.append(Mention(initials_before(f.text, start), end, "persoon"))
            run = []
        if position is not None:
            run.append(position)
    return found
