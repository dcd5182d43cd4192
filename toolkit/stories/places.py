"""Residences: a town or neighbourhood, but only where the sentence says that somebody lives there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from toolkit.stories.lexicon import Lexicon, openers, rule_words
from toolkit.stories.mentions import Mention, Word, capital_run

_AFTER_POSTCODE = re.compile(r"(?:[1-9]\d{3}\s?[A-Za-z]{2}|\[postcode(?:-\d+)?\])[\s,]*(?:te\s+)?$")
_AFTER_ADDRESS = re.compile(
    r"(?:[A-ZÀ-Ý]\w+\s\d+[\s-]?\w?|\[adres(?:-\d+)?\])\s*(?:,|\bte|\bin|\bop)\s*(?:de\s*)?$"
)
_AFTER_PERSON = re.compile(r"\[persoon-\d+\]\s*[,(–-]+\s*(?:uit\s+)?(?:de\s+)?$")
_AFTER_LABEL = re.compile(
    r"\bwoonplaats\s*:?\s*$|\b(?:wijk|buurt|plaats|stad)\s*:\s*$|\[leeftijd[^\]]*\],\s*$"
    r"|\bwoo?n\w*[^.!?\n]{0,30}:\s*$|\b(?:al|ruim|bijna)\s+\w+\s+jaar\s+$",
    re.IGNORECASE,
)
# "mijn wijk, Crabbehof", "wij op Sterrenburg", "bij ons (De Staart)"
_BELONGS = re.compile(
    r"\b(?:mijn|me|m['’]n|mn|onze|ons|haar|zijn|hun)\s(?:eigen\s|oude\s)?(?:wijk|buurt|buurtje|dorp|stad|flat|straat|woonplaats)"
    r"\s?[,:(–-]?\s?(?:is\s|in\s|op\s|heet\s)?(?:de\s|het\s)?$"
    r"|\b(?:wij|ons|bij\sons|hullie|mensen|bewoners|iedereen)\s(?:hier\s)?(?:op|in|uit|van)\s(?:de\s|het\s)?$"
    r"|\b(?:bij\sons|hier)\s?[,(]\s?(?:in\s|op\s)?(?:de\s|het\s)?$",
    re.IGNORECASE,
)


def find_residences(text: str, words: Sequence[Word], lex: Lexicon) -> list[Mention]:
    """Towns, neighbourhoods and regions where somebody lives or comes from ("in het wijkteam X" stays)."""
    found = []
    previous: int | None = None
    for position, word in enumerate(words):
        if not word.capital and not _sizes(word.low, lex):
            previous = None
            continue
        last = _place_end(words, position, lex)
        if last is None and _unlisted_town(words, position, lex):
            end = words[capital_run(words, position, frozenset())].end
            titled = words[position - 1].text in ("De", "Het") and not words[position - 1].first
            found.append(Mention(words[position - titled].start, end, "plaats"))
        elif last is not None and last != previous:
            listed = bool(found) and text[found[-1].end : word.start].strip() == ","
            if listed or _residence(text, words, position, last, lex):
                found.append(Mention(word.start, words[last].end, "plaats"))
        previous = last
    return found


def _unlisted_town(words: Sequence[Word], position: int, lex: Lexicon) -> bool:
    """Whether a capital that no list knows follows directly on "woon in" or "verhuisd naar"."""
    word = words[position]
    if not word.capital or word.first or position < 2 or len(word.text) < 3:
        return False
    before = [other.low for other in words[max(0, position - 3) : position]]
    pair = " ".join(other.low for other in words[position : position + 2])
    if word.low in lex.stays and not {word.low, pair} & lex.regions:
        return False
    return before[-1] in ("in", "te", "naar", "de") and bool(rule_words("wonen") & set(before[:-1]))


def _place_end(words: Sequence[Word], position: int, lex: Lexicon) -> int | None:
    """The last word of a listed town or neighbourhood that starts at this word."""
    for size in _sizes(words[position].low, lex):
        part = words[position : position + size]
        if len(part) < size or any(other.gap.strip(" -\xa0") for other in part[1:]):
            continue
        name = " ".join(other.low for other in part)
        local = name in lex.neighbourhoods
        if name in lex.stays and not local:
            return None
        town = name in lex.places and name not in lex.common and len(name) > 2
        capitals = size > 1 and any(other.capital for other in part)
        if (local and _local(words, position, size, lex)) or (
            town and (capitals or _town(words[position], lex))
        ):
            return position + size - 1
    return None


@lru_cache(maxsize=50_000)
def _sizes(first: str, lex: Lexicon) -> tuple[int, ...]:
    """How many words a place, or a name that stays, has that begins with this word; the longest first."""
    lists = (lex.places, lex.neighbourhoods, lex.stays)
    return tuple(sorted({size for names in lists for size in openers(names).get(first, ())}, reverse=True))


def _town(word: Word, lex: Lexicon) -> bool:
    # not `known`: "dordrecht" is no compound of "dord" and "recht"
    return word.capital or word.low not in lex.vocabulary or (word.text.isupper() and len(word.text) > 2)


def _local(words: Sequence[Word], position: int, size: int, lex: Lexicon) -> bool:
    """A neighbourhood needs a capital, or a name that is no ordinary word, or a verb of living before it."""
    part = words[position : position + size]
    if size > 1 or any(word.capital for word in part) or part[0].text.isupper():
        return True
    before = [word.low for word in words[max(0, position - 6) : position]]
    lived = before and before[-1] in ("in", "op", "de", "het", "naar") and rule_words("wonen") & set(before)
    return part[0].low not in lex.vocabulary or bool(lived)


def _same_sentence(words: Sequence[Word], first: int) -> list[str]:
    """The words before a place in its own sentence, at most twelve."""
    start = max(0, first - 12)
    for position in range(start + 1, first + 1):
        gap = words[position].gap
        if any(mark in gap for mark in "!?;:\n") or ("." in gap and words[position].first):
            start = position
    return [word.low for word in words[start:first]]


def _residence(text: str, words: Sequence[Word], first: int, last: int, lex: Lexicon) -> bool:
    before = text[max(0, words[first].start - 60) : words[first].start]
    if any(p.search(before) for p in (_AFTER_POSTCODE, _AFTER_ADDRESS, _AFTER_PERSON, _AFTER_LABEL)):
        return True
    if re.search(r"(?:^|\n)$", before) and re.match(
        r",\s*(?:den\s+)?(?:\d|\[datum)", text[words[last].end :]
    ):
        return True
    left = _same_sentence(words, first)
    here = "hier" in left[-3:]
    while left and left[-1] in ("de", "het", "'t", "hier", "wijk", "buurt"):
        if left[-1] in ("wijk", "buurt") and left[-2:-1] in (["het"], ["andere"]):
            break
        left.pop()
    right = [word.low for word in words[last + 1 : last + 7]]
    if right[:1] == ["waar"] and right[1:2] and right[1] in ("ik", "wij", "we"):
        return any(verb in right for verb in ("woon", "wonen", "geboren", "leef"))
    if right[:2] in (["woon", "ik"], ["woon", "je"]):
        return True
    own = ("ik", "we", "wij", "mijn", "onze", "ons", "me", "mn", "m'n")
    alone = left in (["in"], ["op"], ["te"], ["hier", "in"], ["hier", "op"])
    if alone and right[:1] and right[0] in rule_words("thuis-werkwoorden") and right[1:2] and right[1] in own:
        return True
    if _BELONGS.search(before):
        return True
    if right[:2] in (["is", "mijn"], ["is", "ons"], ["is", "onze"], ["blijft", "mijn"]):
        return right[2:3] in (["thuis"], ["wijk"], ["buurt"], ["dorp"], ["plek"])
    preposition, near = (left[-1], left[:-1][-10:]) if left else ("", [])
    if preposition in ("woon", "woont", "woonachtig", "wonende", "wonend", "woonplaats"):
        return True
    if preposition in ("en", "of", "tussen"):
        return bool(rule_words("wonen") & set(left)) and not rule_words("werkgebied") & set(left[-4:])
    if preposition not in (
        "in",
        "te",
        "op",
        "naar",
        "uit",
        "uut",
        "ut",
        "út",
        "vanuit",
        "vanaf",
        "van",
        "aan",
    ):
        return bool(rule_words("ook-wonen") & set(right[:4])) and bool({"ik", "wij", "we"} & set(right[:5]))
    near_work = near[-1:] if preposition in ("uit", "vanuit") else near[-2:]
    if rule_words("werkgebied") & set(near_work) and near_work[-1] not in ("collega", "collega's"):
        return False
    if _lives(preposition, near, right, lex) or (here and preposition in ("in", "op")):
        return True
    # a town or neighbourhood of the region in a sentence about somebody, without a counter, trip or job in it
    name = " ".join(word.low for word in words[first : last + 1])
    around = set(left) | set(right[:4])
    about = bool(around & rule_words("iemand")) and not around & rule_words("openbaar")
    busy = around & (rule_words("werkgebied") | rule_words("uitstapje")) - {"buurt", "wijk"}
    return about and not busy and preposition in ("in", "op", "te") and name not in rule_words("grote-steden")


def _lives(preposition: str, near: list[str], right: list[str], lex: Lexicon) -> bool:
    """Whether the words around a place, with this preposition before it, say that somebody lives there."""
    inside = preposition in ("in", "op", "te", "aan")
    if (
        rule_words("wonen") & set(near)
        or rule_words("ook-wonen") & set(right)
        or preposition in ("uit", "uut", "ut", "út", "vanuit", "vanaf")
    ):
        return True
    if preposition in ("naar", "van", "in") and rule_words("verhuizen") & set(right):
        return True
    if preposition == "van":
        people = rule_words("bewoner") | rule_words("wie-woont") | {"wij", "mensen", "jongens", "meiden"}
        people -= rule_words("aanspreekvormen") | {"dame"}
        return bool(
            people & set(near[-1:]) or {"ben", "kom", "komt", "komen", "kwam", "kwamen"} & set(near[-2:])
        )
    if preposition == "naar" and near[-1:] == ["terug"]:
        return True
    if not inside:
        return False
    if (
        preposition != "te"
        and near[-1:]
        and near[-1] in ("wij", "ik", "nu", "eerst", "vroeger", "tegenwoordig")
        and not rule_words("uitstapje") & set(near)
    ):
        return True
    stays = rule_words("verblijven") & set(near) and not rule_words("werkgebied") & set(near)
    somebody = bool(near) and (
        bool(rule_words("wie-woont") & set(near[-2:]))
        or (near[-1] in lex.first and not lex.known(near[-1]))
        or near[-1].startswith("[persoon")
    )
    if (stays and preposition in ("in", "op")) or somebody or rule_words("woonplek") & set(near[-3:]):
        return True
    at_home = near[-2:-1] == ["bij"] and near[-1] in ("ons", "mij", "haar", "hem")
    return at_home or (preposition == "te" and "gemeente" not in near)
