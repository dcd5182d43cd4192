"""Proper names of schools, care providers, employers and other small organisations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.stories.lexicon import Lexicon, Lists, openers, rule_words
from toolkit.stories.mentions import PLACEHOLDER, Mention, Word, capital_run, occupied

_ADJECTIVE = re.compile(r"(?:se|ische|aanse|anse|ense|ese|iaanse)$")
_STREET = re.compile(
    r"(?:straat|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|haven|markt|park|hof|brug)$"
)
_ARTICLES = ("de", "het", "'t")
_OWN = (
    "mijn",
    "mn",
    "m'n",
    "me",
    "jouw",
    "je",
    "zijn",
    "z'n",
    "zn",
    "haar",
    "hun",
    "nieuwe",
    "oude",
    "andere",
    "die",
)
_PLACED = ("op", "bij", "in", "van", "naar", "aan", "voor", "via", "door", "met")
_QUOTES = ('"', "“", "‘", "„", "'")


@dataclass(frozen=True)
class _Text:
    """What the rules look at: words, lists, words that stay, and persons found before."""

    words: Sequence[Word]
    lex: Lexicon
    stays: frozenset[int]
    persons: frozenset[int]
    end: str  # the text behind the last word

    def low(self, position: int) -> str:
        return self.words[position].low if 0 <= position < len(self.words) else ""

    def joined(self, position: int) -> bool:
        """Whether only a space stands between this word and the one before."""
        return position < len(self.words) and not self.words[position].gap.strip()

    def named(self, position: int) -> bool:
        return self.words[position].start in self.persons

    def cue(self, position: int) -> bool:
        """Whether a word is the kind of organisation that a name follows: "basisschool", "fysiopraktijk"."""
        return _is_kind(self.low(position), self.lex.institution_words)

    def usable(self, position: int) -> bool:
        """Whether a capital could be a name of its own: no public body, adjective or place."""
        low = self.low(position)
        public = low in rule_words("geen-instelling") or bool(_ADJECTIVE.search(low))
        listed = low in self.lex.places or low in self.lex.neighbourhoods
        return not public and not listed and len(low) > 2 and position not in self.stays


@lru_cache(maxsize=50_000)
def _is_kind(low: str, kinds: frozenset[str]) -> bool:
    if low in kinds or low.rsplit("-", 1)[-1] in kinds:
        return True
    return any(low.endswith(tail) and len(low) > len(tail) + 2 for tail in rule_words("instelling-staart"))


@lru_cache(maxsize=50_000)
def _begins_none(low: str, lex: Lexicon) -> bool:
    """Whether no institution begins with this word when it has no capital (see `_institution`): most words."""
    return low not in openers(lex.institutions) and not _is_kind(low, lex.institution_words)


def find_institutions(
    text: str,
    words: Sequence[Word],
    lex: Lexicon,
    extra: Lists,
    stays: frozenset[int],
    persons: Sequence[Mention],
) -> list[Mention]:
    """Names of organisations, with the word that says what they are ("basisschool De Wilgentak").

    A lower-case article directly before the name belongs to it. A name found once is found again.
    """
    found = [
        Mention(match.start(), match.end(), "instelling")
        for name in sorted(extra.institutions, key=len, reverse=True)
        for match in re.finditer(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.IGNORECASE)
        if name.strip()
    ]
    t = _Text(words, lex, stays, occupied(persons), text[words[-1].end :] if words else "")
    position = 0
    while position < len(words):
        word = words[position]
        if not word.capital and not word.shout and _begins_none(word.low, lex):
            position += 1
            continue
        end = _institution(t, position)
        if end is None:
            position += 1
        else:
            found.append(Mention(words[_widened(t, position)].start, words[end].end, "instelling"))
            position = end + 1
    return found + _again(t, found)


def _widened(t: _Text, position: int) -> int:
    kinds = t.lex.institution_words
    while position and t.low(position) in kinds and t.low(position - 1) in kinds and t.joined(position):
        position -= 1
    article = t.words[position].capital and t.low(position - 1) in _ARTICLES and t.joined(position)
    return position - 1 if position and article else position


def _again(t: _Text, found: Sequence[Mention]) -> list[Mention]:
    if not found:
        return []
    lists = (t.lex.common, t.lex.first, t.lex.last, t.lex.places)
    inside = occupied(found)
    cores = set()
    for position, word in enumerate(t.words):
        listed = any(word.low in words for words in lists)
        if (
            word.start in inside
            and word.capital
            and len(word.text) > 3
            and not listed
            and not t.cue(position)
        ):
            cores.add(word.low)
    return [
        Mention(word.start, word.end, "instelling")
        for position, word in enumerate(t.words)
        if word.low in cores
        and (word.capital or not t.lex.known(word.low))
        and position not in t.stays
        and word.start not in inside
        and word.start not in t.persons
    ]


def _institution(t: _Text, position: int) -> int | None:
    """The last word of an institution's name that starts at this word, or None."""
    word = t.words[position]
    if PLACEHOLDER.fullmatch(word.text):
        return None
    listed = _listed(t, position)
    if listed is not None:
        return listed
    if t.cue(position):
        end = _name_after(t, position + 1)
        if end is not None and not _kind_with_name(t, position + 1):
            return end
    if word.shout:
        return _acronym(t, position)
    if not word.capital or position in t.stays or any(char.isdigit() for char in word.text):
        return None
    return _by_kind(t, position) or _by_place(t, position)


def _kind_with_name(t: _Text, position: int) -> bool:
    """Whether this word is a kind that has a name of its own: "stichting basisschool De Wilgentak" is one name."""
    kind = t.low(position) in t.lex.institution_words and not t.words[position].capital
    return kind and t.joined(position) and _name_after(t, position + 1) is not None


def _listed(t: _Text, position: int) -> int | None:
    """The last word of a provider that the list of the toolkit names, however it is written."""
    for size in openers(t.lex.institutions).get(t.words[position].low, ()):
        part = t.words[position : position + size]
        whole = len(part) == size and all(not other.gap.strip(" -\xa0") for other in part[1:])
        if whole and " ".join(word.low for word in part) in t.lex.institutions:
            return position + size - 1
    return None


def _acronym(t: _Text, position: int) -> int | None:
    """An unknown abbreviation, or one with a name, after "bij" or "van": "door ASVZ", "van MEE Plus"."""
    word = t.words[position]
    after = t.low(position - 1) in ("bij", "van", "door", "via", "op", "naar", "de") and position > 0
    if position in t.stays or not after or not t.joined(position):
        return None
    end = capital_run(t.words, position, t.stays)
    unknown = not t.lex.known(word.low) and word.low not in t.lex.first and 2 < len(word.text) < 7
    return end if unknown or end > position else None


def _by_kind(t: _Text, position: int) -> int | None:
    """Names that hold or precede the kind: "Merwekade College", "Wantijlyceum", "Schoon & Zorgzaam"."""
    word, end = t.words[position], capital_run(t.words, position, t.stays)
    several = end > position
    if several and t.low(end) in rule_words("instelling-staart") and t.named(position) and not word.first:
        return end  # "Van Vliet Techniek"
    if several and t.low(end) in ("bv", "b.v", "vof", "nv", "v.o.f", "holding"):
        return end
    if several and t.cue(end) and t.low(end) not in ("kerk", "school", "werk", "jeugdzorg"):
        return end
    if several and t.words[position + 1].gap.strip() in ("&", "+"):
        return end
    named = t.named(position)
    if word.first or named:
        return None
    if not several and t.cue(position) and word.low not in t.lex.institution_words:
        return end
    follows = t.low(end + 1) in t.lex.institution_words and t.low(end + 1) not in ("school", "zorg", "werk")
    if follows and t.joined(end + 1) and not _ADJECTIVE.search(word.low):
        return end
    if word.low in _ARTICLES and several:
        after = t.low(position + 1)
        if after not in rule_words("geen-instelling") and not _ADJECTIVE.search(after):
            return end
    return None


def _by_place(t: _Text, position: int) -> int | None:
    """Capitals that nothing else explains: after "op de", "bij", "via", or inside a sentence."""
    word, end = t.words[position], capital_run(t.words, position, t.stays)
    if word.first:
        return None
    if t.named(position):
        # "naar het Johan de Witt": no person has an article of that gender
        neuter = t.low(position - 1) in ("het", "'t") and t.joined(position) and not _STREET.search(word.low)
        return end if neuter and t.low(position - 2) in _PLACED and end > position else None
    if _is_heading(t, position):
        return None
    # "woont in De Sterrenlanden"
    titled = word.low in ("de", "het", "'t") and end > position and t.joined(position)
    if titled and t.low(position - 1) in ("in", "bij", "op", "naar", "van", "via", "vanuit"):
        return end if t.usable(position + 1) else None
    if not t.usable(position):
        return None
    before, joined, street = t.low(position - 1), t.joined(position), bool(_STREET.search(word.low))
    if before in ("in", "naar", "vanuit") and joined and not street and not t.lex.known(word.low):
        return end
    ordinary = t.lex.known(word.low)
    if before in _ARTICLES and joined and not street:
        placed = t.low(position - 2) in _PLACED
        role = word.low in rule_words("naasten-en-functies") or word.low in rule_words("aanspreekvormen")
        if placed or not ordinary or not role:
            return end
    if (
        before in ("uit", "in", "van", "naar", "bij")
        and end > position
        and ordinary
        and joined
        and not street
    ):
        return end
    if before in ("bij", "op") and (end > position or not street) and (joined or end > position or ordinary):
        return end
    if before == "via" and joined and not ordinary and not street:
        return end
    mixed = any(char.isupper() for char in word.text[1:]) and any(char.islower() for char in word.text)
    rare = ordinary and word.low not in t.lex.common and word.low not in t.lex.wordnames and not street
    return end if rare or (mixed and "-" not in word.text) else None


def _is_heading(t: _Text, position: int) -> bool:
    """Whether the word is a heading ("Problematiek: schoolverzuim")."""
    return position + 1 < len(t.words) and t.words[position + 1].gap.startswith(":")


def _name_after(t: _Text, position: int) -> int | None:
    """The last word of the name that follows a word such as "basisschool"."""
    if position >= len(t.words):
        return None
    word, gap = t.words[position], t.words[position].gap.strip(" \xa0")
    if gap not in ("", ":", "&", "«", *_QUOTES) or PLACEHOLDER.fullmatch(word.text):
        return None
    kind = t.words[position - 1]
    # "Mondzorg Wantij": a kind that is part of the name makes a name of what usually stays
    own = kind.capital and not kind.first and kind.low not in t.lex.institution_words and word.capital
    if position in t.stays and word.low not in ("de", "het") and not own:
        return None
    if word.capital or (word.shout and word.low not in t.lex.common):
        return capital_run(t.words, position, frozenset())
    after = t.words[position + 1] if position + 1 < len(t.words) else None
    if word.low in (*_ARTICLES, "van", "'n", "ons") and after and after.capital and t.joined(position + 1):
        person_or_town = after.low in t.lex.places or after.low in t.lex.first
        if (word.low == "van" and person_or_town) or position + 1 in t.stays or _STREET.search(after.low):
            return None
        if after.low in t.lex.neighbourhoods or after.low in rule_words("geen-instelling"):
            return None
        return capital_run(t.words, position + 1, t.stays)
    closed = (after.gap if after else t.end)[:1] in ('"', "”", "’", "'")
    if gap in _QUOTES and closed and word.low not in t.lex.common:
        return position
    return _small_name_after(t, position)


def _small_name_after(t: _Text, position: int) -> int | None:
    """A name without a capital, after a word that hardly goes without a name ("basisschool de vlinder").

    A kind of organisation that lacks its article ("bij stichting de buren", "naar cbs beatrix") announces a name.
    """
    cue, low, after = t.low(position - 1), t.low(position), t.low(position + 1)
    bare_kind = cue not in rule_words("instelling-zonder-lidwoord") and not _has_article(t, position - 1)
    joined = bool(after) and t.joined(position + 1)
    short = cue in ("sbo", "vso", "bso", "roc", "pro", "dagbesteding", "kinderopvang", "dagopvang", "school")
    if short and low in _ARTICLES and joined and not _has_article(t, position - 1):
        closed = (
            position + 2 >= len(t.words)
            or not t.joined(position + 2)
            or t.low(position + 2) in ("en", "in", "op")
        )
        if closed and after not in t.lex.common and after not in rule_words("na-soort"):
            return position + 1
    if cue not in rule_words("instelling-zonder-hoofdletter") and not bare_kind:
        return None
    core = position
    while (
        t.low(core).rstrip(".") in ("van", "de", "der", "den", "vd", "v.d", "v", "d") and core - position < 3
    ):
        core += 1
    surname = t.low(core) in t.lex.last and (low != "de" or t.low(core) not in t.lex.common)
    if core > position and surname and all(map(t.joined, range(position + 1, core + 1))):
        return core
    if not t.joined(position):
        return None
    if not bare_kind:
        return (
            position if not t.lex.known(low) and low not in rule_words("na-soort") and len(low) > 3 else None
        )
    plain = after in rule_words("geen-instelling") or after in rule_words("functiewoorden")
    spoken = cue in rule_words("instelling-zonder-hoofdletter")
    words = {low, after} <= t.lex.vocabulary and after not in rule_words("werkwoorden") and not plain
    if spoken and words and low.endswith("e") and joined and low not in rule_words("functiewoorden"):
        return position + 1  # "stichting nieuwe kans"
    if low in (*_ARTICLES, "'n", "t") and joined and not plain and after not in rule_words("na-soort"):
        # "obs de kleine kapitein"
        longer = after.endswith("e") and t.joined(position + 2) and t.low(position + 2) in t.lex.vocabulary
        longer = longer and t.low(position + 2) not in t.lex.common and t.lex.known(after)
        return position + 2 if longer else position + 1
    ordinary = low in rule_words("functiewoorden") or low in rule_words("na-soort") or low in t.lex.common
    verb = low in rule_words("werkwoorden") or low in rule_words("geen-instelling")
    if ordinary or verb or len(low) < 3 or t.words[position].text[0].isdigit():
        return None
    return position if spoken or not t.lex.known(low) else None


def _has_article(t: _Text, position: int) -> bool:
    """Whether the kind is one that was spoken of ("de stichting", "mijn basisschool", "een goede praktijk")."""
    before = t.low(position - 1)
    near = (
        (before, t.low(position - 2)) if before.endswith("e") and before not in ("de", "bije") else (before,)
    )
    return any(low in rule_words("lidwoorden") or low in _OWN for low in near)
