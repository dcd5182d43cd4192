"""Addresses, residences, and the names of schools, care providers and other small organisations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.stories.lexicon import Lexicon, Lists, fold, rule_words
from toolkit.stories.mentions import PLACEHOLDER, Mention, Word

_SUFFIX = (
    r"(?:straat|straatje|str|laan|weg|wegje|dijk|dijkje|plein|pleintje|plantsoen|singel|kade|gracht|hof|hofje|hoven|dreef|steeg"
    r"|pad|paadje|markt|haven|park|ring|oord|veld|velden|werf|erf|donk|horst|burg|berg|dam|sluis|tuin|tuinen|akker|akkers|zoom"
    r"|wal|rede|boulevard|allee|baan|brink|kamp|waard|kreek|vliet|gaarde|hoek|rak|schoof|meent|bolwerk|poort|zijde|stee|land)"
)
_NUMBER = (
    r"\d{1,4}(?:\s?[-/]?\s?(?:[A-Za-z](?![\w'’])|I{1,3}V?(?!\w)|bis\b|hs\b|hoog\b|rood\b|zwart\b|huis\b|bg\b|\d{1,3}\s?hoog\b|\d{1,3}(?!\w)"
    r"|toevoeging\s\w+))?"
)
_UNIT = (
    r"(?!\w|[.,:]\d|\s?%|\s?(?:euro|uur|jaar|jr|weken|week|dagen|dag|maanden|minuten|min\b|keer|x\b|meter|km|kilo|kg|mensen|man\b"
    r"|personen|procent|graden|bewoners|kinderen|gezinnen|huishoudens|woningen|januari|februari|maart|april|mei|juni|juli"
    r"|augustus|september|oktober|november|december|verschillende|verdieping|stuks|punten|cliënten|euro's))"
)
_STREET = re.compile(
    rf"(?<![\w-])((?:(?:[A-ZÀ-Ý][\w'’.-]*|van|de|der|den|het|'t|ter|te|op|en|aan|in)\s+){{0,4}}?[A-Za-zÀ-ÿ][\w'’-]*{_SUFFIX}"
    rf"(?:\s(?:[Nn]oord|[Zz]uid|[Oo]ost|[Ww]est|[Zz]z|[Nn]z))?\s*,?\s(?:nummer\s|nr\.?\s|no\.?\s)?{_NUMBER}){_UNIT}",
)
_CUED = re.compile(
    r"\b(?:(?:[Oo]p|[Aa]an|[Ii]n|[Nn]aar|[Vv]an|[Bb]ij|[Uu]it)(?:\s(?:de|het|'t|den))?|[Aa]dres(?:\sis|:)?:?|[Ww]onende(?:\ste)?|[Ww]oonachtig"
    r"|[Ww]oon(?:t|de)?|[Ww]onen|[Hh]uis|[Ww]oning|[Ff]lat|[Aa]ppartement|[Ww]oonadres:?|[Tt]e|OP(?:\sDE|\sHET)?|AAN(?:\sDE|\sHET)?)\s+"
    rf"((?:[A-ZÀ-Ý][\w'’.-]+|'[st])(?:[\s-](?:[A-ZÀ-Ý][\w'’.-]*|van|de|der|den|het|'t)){{0,4}}\s(?:nummer\s|nr\.?\s)?{_NUMBER}){_UNIT}"
)
_BARE = re.compile(
    rf"(?<=[,:(\n] )((?:[A-ZÀ-Ý][\w'’-]+\s){{1,3}}{_NUMBER})(?=,?\s+\[?(?:postcode|[1-9]\d{{3}}\s?[A-Za-z]{{2}}\b))"
)
_WORD_ADDRESS = re.compile(
    r"(?i:\b(?:woon|woont|woonde|wonen|wonend|wonende|woonachtig|verhuisd|gewoond|adres|huis|flat|woning|portiek|appartement"
    r"|buren|straat|bij\s(?:ons|mij|haar|hem|oma|opa|mijn\s\w+|m'n\s\w+|me\s\w+))\b)[^.!?\n]{0,25}?"
    r"\b(?:aan|op|in|naar|is)\s(?:de|het|'t)?\s?((?:[A-ZÀ-Ý][\w'’.-]*\s(?:van\s|de\s|der\s|den\s)*){0,3}[A-Za-zÀ-ÿ]\w{2,}"
    r"(?:straat|straatje|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|steeg|hof))(?!\w)"
)
_LOWER_STREET = re.compile(
    r"(?:straat|str|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|steeg|hof|hofje|pad|haven|markt|park|erf|werf|veld)$"
)
_TIME = re.compile(
    r"^(?:sinds|vanaf|in|voor|tot|na|medio|eind|begin|wmo|jeugdwet|participatiewet)\b", re.IGNORECASE
)

_BREAKS = re.compile(r"[.!?;:\n]")


def find_places(text: str, words: Sequence[Word], lex: Lexicon, taken: Sequence[Mention]) -> list[Mention]:
    """Addresses (street and number, or a street where somebody lives) and residences (`plaats`).

    A town or neighbourhood counts only where the sentence says that somebody lives there or comes from there.
    """
    found = [mention for mention in _addresses(text, lex) if not _overlaps(mention, taken)]
    for position in range(len(words)):
        last = _place_end(words, position, lex)
        if last is None and _unlisted_town(words, position, lex):
            found.append(
                Mention(words[position].start, words[_capitals(words, position, frozenset())].end, "plaats")
            )
        if last is None or (position and _place_end(words, position - 1, lex) == last):
            continue
        if _residence(text, words, position, last, lex):
            start = words[position].start
            found.append(Mention(start, words[last].end, "plaats"))
    return found


def _unlisted_town(words: Sequence[Word], position: int, lex: Lexicon) -> bool:
    """Whether a capital that no list knows follows directly on "woon in", "verhuisd naar" or "woonachtig te"."""
    word = words[position]
    before = [other.low for other in words[max(0, position - 3) : position]]
    if not word.capital or word.first or len(before) < 2 or word.text.startswith("["):
        return False
    if word.low in lex.stays and not _region(words, position, lex):
        return False
    return (
        before[-1] in ("in", "te", "naar", "de")
        and bool(rule_words("wonen") & set(before[:-1]))
        and len(word.text) > 2
    )


def _region(words: Sequence[Word], position: int, lex: Lexicon) -> bool:
    pair = " ".join(word.low for word in words[position : position + 2])
    return words[position].low in lex.regions or pair in lex.regions


def _overlaps(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(other.start < mention.end and mention.start < other.end for other in others)


def _addresses(text: str, lex: Lexicon) -> list[Mention]:
    found = []
    for pattern in (_STREET, _CUED, _BARE):
        for match in pattern.finditer(text):
            start, street = match.start(1), re.split(r"[\s,]+\d", match.group(1))[0]
            parts = street.split()
            while (
                len(parts) > 1
                and fold(parts[1]) not in _DIRECTIONS
                and not (parts[0][0].isupper() or parts[0].startswith("'"))
            ):
                start += len(parts[0]) + 1
                parts = parts[1:]
            last = fold(parts[-1])
            if last in _DIRECTIONS and len(parts) > 1:
                last = fold(parts[-2])
            lower = not parts[-1][0].isupper()
            if (
                last in rule_words("geen-straat")
                or _TIME.match(" ".join(parts))
                or fold(parts[0]) in rule_words("geen-straat")
            ):
                continue
            if lower and (
                last in lex.common
                or not _LOWER_STREET.search(last)
                or last in rule_words("gewone-straatwoorden")
            ):
                continue
            if (
                pattern is _STREET
                and parts[0][0].isupper()
                and len(parts) == 1
                and last in rule_words("gewone-straatwoorden")
            ):
                continue
            if pattern is not _STREET and re.search(r"\s(?:19|20)\d\d$", match.group(1)):
                continue
            start = text.index(parts[0], start)
            found.append(Mention(start, match.end(1), "adres"))
    for match in _WORD_ADDRESS.finditer(text):
        if fold(match.group(1)) not in rule_words("gewone-straatwoorden") and not lex_common_street(
            match.group(1), lex
        ):
            found.append(Mention(match.start(1), match.end(1), "adres"))
    return found


_DIRECTIONS = frozenset(("noord", "zuid", "oost", "west", "zz", "nz"))


def lex_common_street(street: str, lex: Lexicon) -> bool:
    """Whether a street-like word without a capital is an ordinary word ("winkelstraat")."""
    return not street[0].isupper() and lex.known(fold(street.split()[-1])) and fold(street) in lex.vocabulary


def _place_end(words: Sequence[Word], position: int, lex: Lexicon) -> int | None:
    """The last word of a listed town or neighbourhood that starts at this word."""
    word = words[position]
    if PLACEHOLDER.fullmatch(word.text):
        return None
    for size in (4, 3, 2, 1):
        part = words[position : position + size]
        if len(part) < size or any(other.gap.strip(" -\xa0") for other in part[1:]):
            continue
        name = " ".join(other.low for other in part)
        local = name in lex.neighbourhoods
        if name in lex.stays and not local:
            return None
        town = name in lex.places and name not in lex.common and len(name) > 2
        if local and (
            any(other.capital for other in part)
            or not all(other.low in lex.vocabulary for other in part)
            or size > 1
        ):
            return position + size - 1
        if town and word.capital:
            return position + size - 1
        if (town or local) and not lex.known(word.low):
            return position + size - 1
        before = [other.low for other in words[max(0, position - 6) : position]]
        if (
            local
            and before
            and rule_words("wonen") & set(before)
            and before[-1] in ("in", "op", "de", "het", "naar")
        ):
            return position + size - 1
        if (town or local) and words[0].text.isupper() and not word.capital:
            return position + size - 1
    return None


def _residence(text: str, words: Sequence[Word], first: int, last: int, lex: Lexicon) -> bool:
    left = [word.low for word in words[max(0, first - 12) : first]]
    # only what stands in the same sentence counts
    clause = words[max(0, first - 12) : first + 1]
    cut = 0
    for offset in range(1, len(clause)):
        if (_BREAKS.search(clause[offset].gap) and not re.search(r"^\s*\.\s*$", clause[offset].gap)) or (
            "." in clause[offset].gap and clause[offset].first
        ):
            cut = offset
    left = left[cut:]
    hints = left[-3:]
    while left and left[-1] in ("de", "het", "'t", "hier", "wijk", "buurt"):
        if left[-1] in ("wijk", "buurt") and len(left) > 2 and left[-2] in ("het", "andere"):
            break
        left.pop()
    preposition = left[-1] if left else ""
    right = [word.low for word in words[last + 1 : last + 7]]
    if right[:2] in (["waar", "ik"], ["waar", "wij"], ["waar", "we"]) or (
        right[:1] == ["woon"] and right[1:2] in (["ik"], ["je"])
    ):
        return any(verb in right for verb in ("woon", "wonen", "geboren", "leef"))
    before = text[: words[first].start]
    if re.search(r"(?:[1-9]\d{3}\s?[A-Za-z]{2}|\[postcode(?:-\d+)?\])[\s,]*(?:te\s+)?$", before):
        return True
    if re.search(
        r"(?:\d[\s-]?[a-zA-Z]?|\[adres(?:-\d+)?\])\s*(?:,|\bte|\bin|\bop)?\s*(?:de\s*)?$", before
    ) and preposition not in ("naar",):
        return bool(re.search(r"(?:[A-ZÀ-Ý]\w+\s\d+\s?\w?|\])\s*(?:,|te|in|op)\s*(?:de\s*)?$", before))
    if re.search(r"\[persoon-\d+\]\s*[,(–-]+\s*(?:uit\s+)?(?:de\s+)?$", before):
        return True
    if preposition in ("woon", "woont", "woonachtig", "wonende", "wonend", "woonplaats"):
        return True
    if re.search(r"\bwoonplaats\s*:?\s*$", before, re.IGNORECASE):
        return True
    if preposition not in ("in", "te", "op", "naar", "uit", "vanuit", "van", "aan", "van uit"):
        return (
            preposition in ("en", "of", "tussen")
            and bool(rule_words("wonen") & set(left))
            and not rule_words("werkgebied") & set(left[-4:])
        )
    context = left[:-1]
    near = context[-10:]
    if rule_words("werkgebied") & set(near[-2:]):
        return False
    if preposition == "vanuit":
        return True
    if {
        "verhuisd",
        "verhuisden",
        "verhuizen",
        "vertrokken",
        "getrokken",
        "hierheen",
        "hiernaartoe",
        "gekomen",
        "opgegroeid",
    } & set(right) and preposition in ("naar", "uit", "van", "in"):
        return True
    if preposition == "uit" and {"komen", "kom", "komt", "kwam", "kwamen", "komend"} & set(right[:2]):
        return True
    if near and near[-1] in ("wij", "ik") and preposition in ("in", "op", "uit"):
        return True
    if preposition == "uit" and not near[-1:] == ["organisaties"]:
        return True
    if "hier" in hints and preposition in ("in", "op"):
        return True
    if preposition == "van" and near and near[-1] in rule_words("bewoner"):
        return True
    if {"zit", "zitten", "zat", "leef", "leeft", "leven", "huur", "huren", "huurde"} & set(
        near
    ) and not rule_words("werkgebied") & set(left):
        if preposition in ("in", "op"):
            return True
    lives = rule_words("wonen") & set(near)
    if lives:
        return True
    if {
        "woon",
        "woont",
        "wonen",
        "woonde",
        "slaap",
        "slaapt",
        "logeer",
        "logeert",
        "gewoond",
        "wonend",
    } & set(right):
        return True
    related = bool(near) and (
        near[-1] in rule_words("wie-woont")
        or (len(near) > 1 and near[-2] in rule_words("wie-woont"))
        or any(word in lex.first and not lex.known(word) for word in near[-1:])
        or near[-1].startswith("[persoon")
    )
    if preposition == "uit" and (
        {"kom", "komt", "kwam", "komen", "ben", "oorspronkelijk", "afkomstig"} & set(near) or related
    ):
        return True
    if preposition == "van" and {"ben", "kom", "komt"} & set(near[-2:]):
        return True
    homes = {
        "flat", "flatje", "woning", "huis", "huisje", "appartement", "appartementje", "kamer", "kamertje", "thuis", "studio",
        "azc", "opvang", "kamers", "camping", "verpleeghuis", "straat", "buren", "tuin", "eengezinswoning", "bovenwoning", "benedenwoning", "hoekhuis", "portiekflat", "seniorenwoning", "huurwoning", "adres",
    }  # fmt: skip
    if preposition in ("in", "op", "te", "aan") and (homes & set(near[-2:]) or related):
        return True
    if near[-2:] in (["bij", "ons"], ["bij", "mij"], ["bij", "haar"], ["bij", "hem"]):
        return True
    return preposition == "te" and "gemeente" not in near


def find_institutions(
    text: str,
    words: Sequence[Word],
    lex: Lexicon,
    extra: Lists,
    stays: frozenset[int],
    persons: Sequence[Mention],
) -> list[Mention]:
    """Proper names of schools, care providers, employers and small local organisations."""
    found = [
        Mention(match.start(), match.end(), "instelling")
        for name in sorted(extra.institutions, key=len, reverse=True)
        for match in re.finditer(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.IGNORECASE)
        if name.strip()
    ]
    position = 0
    while position < len(words):
        end = _institution(words, position, lex, stays, persons)
        if end is None:
            position += 1
            continue
        first = position
        while (
            first
            and words[first - 1].low in lex.institution_words
            and not words[first].gap.strip()
            and words[first].low in lex.institution_words
        ):
            first -= 1
        if (
            first
            and words[first].capital
            and words[first - 1].low in ("de", "het", "'t")
            and not words[first].gap.strip()
        ):
            first -= 1
        found.append(Mention(words[first].start, words[end].end, "instelling"))
        position = end + 1
    cores = {
        words[at].low
        for mention in found
        for at in range(len(words))
        if mention.start <= words[at].start < mention.end and words[at].capital and not _cue(words[at].low, lex)
        and len(words[at].text) > 3 and words[at].low not in lex.common | lex.first | lex.last | lex.places
    }  # fmt: skip
    for at, word in enumerate(words):
        again = word.low in cores and (word.capital or not lex.known(word.low)) and at not in stays
        if again and not any(
            mention.start < word.end and word.start < mention.end for mention in [*found, *persons]
        ):
            found.append(Mention(word.start, word.end, "instelling"))
    return found


def _cue(low: str, lex: Lexicon) -> bool:
    if low in lex.institution_words:
        return True
    tail = low.rsplit("-", 1)[-1]
    return tail in lex.institution_words or any(
        low.endswith(word) and len(low) > len(word) + 2 for word in _TAILS
    )


_TAILS = (
    "zorg", "bewind", "advies", "support", "schoonmaak", "transport", "bouw", "techniek", "catering", "welzijn",
    "school", "college", "lyceum", "praktijk", "zorggroep", "centrum", "huis", "kliniek", "stichting", "bedrijf", "kantoor",
    "bureau", "winkel", "bakkerij", "slagerij", "boerderij", "opvang", "vereniging", "club", "café", "kapel", "kerk",
    "moskee", "kwekerij", "drukkerij", "garage", "makelaardij", "tehuis", "werf", "groep",
)  # fmt: skip
_ADJECTIVE = re.compile(r"(?:se|ische|aanse|anse|ense|ese|iaanse)$")


def _institution(
    words: Sequence[Word], position: int, lex: Lexicon, stays: frozenset[int], persons: Sequence[Mention]
) -> int | None:
    """The last word of an institution's name that starts at this word, or None."""
    word = words[position]
    if PLACEHOLDER.fullmatch(word.text):
        return None
    end: int | None
    if _cue(word.low, lex):
        end = _name_after(words, position + 1, lex, stays)
        if end is not None:
            return end
    if (
        word.shout
        and position not in stays
        and 2 < len(word.text) < 7
        and not lex.known(word.low)
        and word.low not in lex.first
    ):
        if (
            position
            and words[position - 1].low in ("bij", "van", "door", "via", "op", "naar", "de")
            and not word.gap.strip()
        ):
            return position
    if not word.capital or word.shout or position in stays or any(c.isdigit() for c in word.text):
        return None
    previous = words[position - 1].low if position else ""
    end = _capitals(words, position, stays)
    last = words[end]
    named = any(m.start <= word.start < m.end for m in persons)
    # "Merwekade College", "Wantijlyceum", "Schoon & Zorgzaam"
    if end > position and _cue(last.low, lex) and last.low not in ("kerk", "school", "werk", "jeugdzorg"):
        return end
    if (
        end == position
        and not word.first
        and not named
        and _cue(word.low, lex)
        and word.low not in lex.institution_words
    ):
        return end
    if end > position and words[position + 1].gap.strip() in ("&", "+"):
        return end
    follow = words[end + 1].low if end + 1 < len(words) else ""
    if (
        not word.first
        and not _ADJECTIVE.search(word.low)
        and follow in lex.institution_words
        and follow not in ("school", "zorg", "werk")
        and not named
    ):
        if not words[end + 1].gap.strip():
            return end
    if (
        word.low in ("de", "het", "'t")
        and end > position
        and not word.first
        and not _named_before(words, position, persons)
    ):
        if words[position + 1].low not in rule_words("geen-instelling") and not _ADJECTIVE.search(
            words[position + 1].low
        ):
            return end
    if word.first or named:
        return None
    ordinary = lex.known(word.low)
    listed_place = word.low in lex.places or word.low in lex.neighbourhoods
    if (
        word.low in rule_words("geen-instelling")
        or _ADJECTIVE.search(word.low)
        or listed_place
        or len(word.text) < 3
    ):
        return None
    if previous in ("de", "het", "'t") and not words[position].gap.strip():
        before = words[position - 2].low if position > 1 else ""
        placed = before in ("op", "bij", "in", "van", "naar", "aan", "voor", "via", "door", "met")
        if (placed or not ordinary) and not _street_like(word.low):
            return end
    if (
        previous in ("bij", "op", "via")
        and not ordinary
        and not words[position].gap.strip()
        and not _street_like(word.low)
    ):
        return end
    if previous in ("bij", "op") and end > position:
        return end
    if previous in ("bij", "op") and ordinary and not _street_like(word.low):
        return end
    if (
        "-" not in word.text
        and any(char.isupper() for char in word.text[1:])
        and any(char.islower() for char in word.text)
    ):
        return end
    if (
        ordinary
        and word.low not in lex.common
        and word.low not in lex.wordnames
        and not _street_like(word.low)
    ):
        return end
    return None


def _street_like(low: str) -> bool:
    return bool(
        re.search(
            r"(?:straat|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|haven|markt|park|hof|brug)$",
            low,
        )
    )


def _named_before(words: Sequence[Word], position: int, persons: Sequence[Mention]) -> bool:
    """Whether "De" is the infix of a surname: a person's mention covers it."""
    return any(m.start <= words[position].start < m.end for m in persons)


def _capitals(words: Sequence[Word], position: int, stays: frozenset[int]) -> int:
    """The last word of a run of capitals, over joiners between them."""
    end, here = position, position + 1
    while here < len(words):
        word = words[here]
        gap = word.gap.strip(" \xa0")
        if (
            gap not in ("", "&", "+", "-") and not (gap == "." and len(words[here - 1].text) <= 2)
        ) or word.text.startswith("["):
            break
        if word.capital and not (gap == "" and word.first):
            if here in stays and gap != "&":
                break
            end, here = here, here + 1
        elif word.low in rule_words("verbindwoorden") and here + 1 < len(words) and here - end < 3:
            here += 1
        elif (
            word.low in ("zn", "zoon", "zonen", "dochters", "co", "bv", "b.v", "vof") and gap == "&"
        ) or word.low == "bv":
            end, here = here, here + 1
        else:
            break
    return end


def _name_after(words: Sequence[Word], position: int, lex: Lexicon, stays: frozenset[int]) -> int | None:
    """The last word of the name that follows a word such as "basisschool"."""
    if position >= len(words):
        return None
    word = words[position]
    gap = word.gap.strip(" \xa0")
    if gap not in ("", '"', "'", "‘", "“", ":", "&", "'t", "„", "«") or PLACEHOLDER.fullmatch(word.text):
        return None
    if position in stays and word.low not in ("de", "het"):
        return None
    cue = words[position - 1]
    if word.capital and not word.shout:
        return _capitals(words, position, stays)
    if word.shout and word.low not in lex.common and len(word.text) > 1:
        return _capitals(words, position, stays)
    nxt = words[position + 1] if position + 1 < len(words) else None
    if (
        word.low in ("de", "het", "'t", "van", "'n", "ons")
        and nxt is not None
        and nxt.capital
        and not nxt.gap.strip()
    ):
        if word.low == "van" and (
            position + 1 in stays
            or nxt.low in lex.places
            or nxt.low in lex.first
            or nxt.low in lex.neighbourhoods
        ):
            return None
        if (
            position + 1 in stays
            or _street_like(nxt.low)
            or nxt.low in lex.neighbourhoods
            or nxt.low in rule_words("geen-instelling")
        ):
            return None
        return _capitals(words, position + 1, stays)
    closed = nxt is not None and nxt.gap[:1] in ('"', "”", "’", "'")
    if gap in ('"', "“", "‘", "„", "'") and closed and word.low not in lex.common:
        return position
    if (
        cue.low in rule_words("instelling-zonder-hoofdletter")
        and word.low in ("van", "de")
        and nxt is not None
        and nxt.low in lex.last
        and not nxt.gap.strip()
    ):
        if nxt.low not in lex.common or word.low == "van":
            return position + 1
    small = not any(other.capital for other in words if not other.first)
    if (
        small
        and cue.low in rule_words("instelling-zonder-hoofdletter")
        and word.low in ("de", "het", "'t")
        and nxt is not None
    ):
        if nxt.low not in lex.common and nxt.low not in rule_words("geen-instelling") and not nxt.gap.strip():
            return position + 1
    if (
        small
        and cue.low in rule_words("instelling-zonder-hoofdletter")
        and not lex.known(word.low)
        and not gap
    ):
        return position
    return None
