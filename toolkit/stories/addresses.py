"""Addresses: a street with its number, or a street without one where somebody lives."""

from __future__ import annotations

import re

from toolkit.stories.lexicon import Lexicon, fold, rule_words
from toolkit.stories.mentions import Mention, has_figure

_SUFFIX = (
    r"(?:straat|straatje|str|laan|weg|wegje|dijk|dijkje|plein|pleintje|plantsoen|singel|kade|gracht|hof|hofje"
    r"|hoven|dreef|steeg|pad|paadje|markt|haven|park|ring|oord|veld|velden|werf|erf|donk|horst|burg|berg|dam"
    r"|sluis|tuin|tuinen|akker|akkers|zoom|wal|rede|boulevard|allee|baan|brink|kamp|waard|kreek|vliet|gaarde"
    r"|hoek|rak|schoof|meent|bolwerk|poort|zijde|stee|land)"
)
_NUMBER = (
    r"\d{1,4}(?:\s?[-/]?\s?(?:[A-Za-z](?![\w'’])|I{1,3}V?(?!\w)|bis\b|hs\b|hoog\b|rood\b|zwart\b|huis\b|bg\b"
    r"|(?:achter|boven|beneden|rechts|links|voor)(?=\s?(?:$|[,.;)]))|\d{1,3}\s?hoog\b|\d{1,3}(?!\w)|toevoeging\s\w+))?"
)
_NO_UNIT = (
    r"(?!\w|[.,:]\d|\s?%|\s?(?:euro|uur|jaar|jr|weken|week|dagen|dag|maanden|minuten|min\b|keer|x\b|meter|km|kilo"
    r"|kg|mensen|man\b|personen|procent|graden|bewoners|kinderen|gezinnen|huishoudens|woningen|januari|februari"
    r"|maart|april|mei|juni|juli|augustus|september|oktober|november|december|verschillende|verdieping|stuks"
    r"|punten|cliënten|euro's))"
)
_STREET = re.compile(
    r"(?<![\w-])((?:(?:[A-ZÀ-Ý][\w'’.-]{0,30}|van|de|der|den|het|'t|ter|te|op|en|aan|in)\s+){0,4}?"
    rf"[A-Za-zÀ-ÿ][\w'’-]{{0,40}}{_SUFFIX}(?:\s(?:[Nn]oord|[Zz]uid|[Oo]ost|[Ww]est|[Zz]z|[Nn]z))?"
    rf"\s*,?\s(?:nummer\s|nr\.?\s|no\.?\s)?{_NUMBER}){_NO_UNIT}"
)
_CUED = re.compile(
    r"\b(?:(?:[Oo]p|[Aa]an|[Ii]n|[Nn]aar|[Vv]an|[Bb]ij|[Uu]it)(?:\s(?:de|het|'t|den))?|[Aa]dres(?:\sis|:)?:?"
    r"|[Ww]onende(?:\ste)?|[Ww]oonachtig|[Ww]oon(?:t|de)?|[Ww]onen|[Hh]uis|[Ww]oning|[Ff]lat|[Aa]ppartement"
    r"|[Ww]oonadres:?|[Tt]e|OP(?:\sDE|\sHET)?|AAN(?:\sDE|\sHET)?)\s+"
    r"((?:[A-ZÀ-Ý][\w'’.-]+|'[st])(?:[\s-](?:[A-ZÀ-Ý][\w'’.-]{0,30}|van|de|der|den|het|'t)){0,4}"
    rf"\s(?:nummer\s|nr\.?\s)?{_NUMBER}){_NO_UNIT}"
)
_BEFORE_POSTCODE = re.compile(
    rf"(?<=[,:(\n] )((?:[A-ZÀ-Ý][\w'’-]+\s){{1,3}}{_NUMBER})"
    r"(?=,?\s+\[?(?:postcode|[1-9]\d{3}\s?[A-Za-z]{2}\b))"
)
_LIVED_IN = re.compile(
    r"(?i:\b(?:woon|woont|woonde|wonen|wonend|wonende|wone|woonachtig|verhuisd|gewoond|adres|huis|flat|woning|portiek"
    r"|appartement|buren|straat|bij\s(?:ons|mij|haar|hem|oma|opa|mijn\s\w+|m'n\s\w+|me\s\w+))\b)[^.!?\n]{0,25}?"
    r"\b(?:aan|op|in|naar|is)\s(?:de|het|'t)?\s?"
    r"((?:[A-ZÀ-Ý][\w'’.-]{0,30}\s(?:van\s|de\s|der\s|den\s)*){0,3}[A-Za-zÀ-ÿ]\w{2,}"
    r"(?:straat|straatje|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|steeg|hof))(?!\w)"
)
# "wij van de Merwedestraat", "die man vd toulonselaan", "de Palingstraat waar ik woon", "hier in de Krommedijk"
_NAMED_STREET = (
    r"((?:(?:[A-ZÀ-Ý][\w'’.-]{0,30}\s(?:van\s|de\s|der\s|den\s|het\s)*){0,3}[A-Za-zÀ-ÿ][\w'’-]{2,}"
    r"(?:straat|straatje|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|steeg|hof)|(?:Singel|Kade|Gracht|Haven|Dijk|Steeg|Dreef|Vest|Wal))(?:\s(?:[Oo]ost|[Ww]est|[Nn]oord|[Zz]uid))?)(?!\w)"
)
_OF_STREET = re.compile(
    r"(?i:\b(?:wij|we|ik|ons|buren|bewoners?|bewoonster|mensen|man|vrouw|mevrouw|mevr|mw|meneer|dhr|heer|dame|jongens|kinderen"
    r"|gezin|familie|huis|flat|oudjes?|jeugd|meiden|volk|types|iemand|iedereen|vrouwtje|mannetje|stel|echtpaar|weduwe|vriend|vriendin|buurvrouw|buurman|oma|opa|tante|oom|\[persoon-\d+\])"
    r"\s(?:allemaal\s|hier\s|samen\s|thuis\s)?(?:van|vd|v/d|uit|op|in|aan)\s(?:de\s|het\s|'t\s|den\s)?)"
    + _NAMED_STREET
)
_NUMBER_OF_STREET = re.compile(
    r"(?i:\b(?:nummer|nr\.?|huisnummer|op|van)\s)(\d{1,4}\s?[A-Za-z]?\s(?:van|in|aan|op)\s(?:de|het|'t)\s"
    + _NAMED_STREET.replace("((?:(?:", "(?:(?:(?:", 1)
    + ")"
)
_WHERE_I_LIVE = re.compile(
    r"(?i:\b(?:in|op|aan)\s(?:de|het|'t)\s)"
    + _NAMED_STREET
    + r"(?i:,?\s(?:waar\s(?:ik|wij|we|hij|zij|ze|mijn\s\w+)\s(?:\w+\s){0,4}?(?:woon|woont|wonen|woonde|woonden|zit|zitten)"
    r"|(?:woon|wonen|zitten|zit)\s(?:ik|wij|we))\b)"
)
_PLAIN_STREET = re.compile(
    r"(?i:\b(?:in|aan|op|van|uit|door)\s(?:de|het|'t)\s)((?:[A-ZÀ-Ý][\w'’.-]{0,30}\s(?:van\s|de\s|der\s|den\s|het\s)*){0,3}"
    r"[A-ZÀ-Ý][\w'’-]+(?:straat|straatje|laan|weg|dijk|singel|kade|gracht|dreef|steeg|plantsoen|erf|hof))(?![\w-])"
)
_SLEPT = re.compile(
    r"(?i:\b(?:slaap|slaapt|sliep|slapen|logeer|logeert|logeerde|verblijft|verbleef|ingeschreven|staat\sop|zit|zat|zitten|huur"
    r"|huurt|huren|huurde|kocht|kreeg(?:en)?\seen\s\w+|leeft|leefde)\b[^.!?\n]{0,40}?\b(?:aan|op|in)\s(?:de|het|'t)\s)"
    + _NAMED_STREET
)
# No street without a number is found in a text that holds none of these.
_ANY_STREET = re.compile(
    r"straat|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|steeg|hof|erf|Haven|Vest|Wal",
    re.IGNORECASE,
)
_LOWER_STREET = re.compile(
    r"(?:straat|str|laan|weg|dijk|plein|plantsoen|singel|kade|gracht|dreef|steeg|hof|hofje|pad|haven|markt|park"
    r"|erf|werf|veld)$"
)
_TIME = re.compile(
    r"^(?:sinds|vanaf|in|voor|tot|na|medio|eind|begin|wmo|jeugdwet|participatiewet)\b", re.IGNORECASE
)
_DIRECTIONS = ("noord", "zuid", "oost", "west", "zz", "nz")


def find_addresses(text: str, lex: Lexicon) -> list[Mention]:
    """Streets with a number (the article before it left out), and streets that are called a home."""
    found = []
    for pattern in (_STREET, _CUED, _BEFORE_POSTCODE) if has_figure(text) else ():
        for match in pattern.finditer(text):
            parts = _street_name(match.group(1))
            year = re.search(r"\s(?:19|20)\d\d$", match.group(1))
            cued = pattern is not _STREET
            if _is_street(parts, lex, cued) and not (year and cued):
                found.append(Mention(text.index(parts[0], match.start(1)), match.end(1), "adres"))
    if not _ANY_STREET.search(text):
        return found
    lived = (_LIVED_IN, _NUMBER_OF_STREET, _OF_STREET, _WHERE_I_LIVE, _SLEPT)
    for match in (match for pattern in lived for match in pattern.finditer(text)):
        name = fold(match.group(1))
        ordinary = not match.group(1)[0].isupper() and name in lex.vocabulary
        plain = name in rule_words("gewone-straatwoorden") and not match.group(1)[0].isupper()
        if not plain and not ordinary and not _is_town(name, lex):
            found.append(Mention(match.start(1), match.end(1), "adres"))
    for match in _PLAIN_STREET.finditer(text):
        if _about_people(text, match) and not _is_town(fold(match.group(1)), lex):
            found.append(Mention(match.start(1), match.end(1), "adres"))
    return found


def _is_town(name: str, lex: Lexicon) -> bool:
    return name in lex.neighbourhoods or name in lex.places


def _about_people(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence is about somebody ("wij", "mijn zoon") and not about a counter, shop or works."""
    first = max(0, match.start() - 150)
    start = max(first, *(text.rfind(mark, first, match.start()) + 1 for mark in ".!?\n;"))
    ends = [end for mark in ".!?\n;" if (end := text.find(mark, match.end(), match.end() + 150)) >= 0]
    words = set(re.findall(r"[^\W\d_]+", fold(text[start : min(ends, default=match.end() + 150)])))
    return bool(words & rule_words("iemand")) and not words & rule_words("openbaar")


def _street_name(found: str) -> list[str]:
    """The words of the street, without its number and what stands before it in small letters."""
    parts = re.split(r"[\s,]+(?:(?:nummer|nr\.?|no\.?)\s)?\d", found)[0].split()
    while len(parts) > 1 and fold(parts[1]) not in _DIRECTIONS:
        if parts[0][0].isupper() or parts[0].startswith("'"):
            break
        parts = parts[1:]
    return parts


def _is_street(parts: list[str], lex: Lexicon, cued: bool) -> bool:
    last = fold(parts[-1])
    if last in _DIRECTIONS and len(parts) > 1:
        last = fold(parts[-2])
    plain = last in rule_words("gewone-straatwoorden")
    if last in rule_words("geen-straat") or fold(parts[0]) in rule_words("geen-straat"):
        return False
    if _TIME.match(" ".join(parts)):
        return False
    if not parts[-1][0].isupper():
        return last not in lex.common and bool(_LOWER_STREET.search(last)) and not plain
    return cued or not (plain and len(parts) == 1)
