"""Persons written with initials: "C.J. Lodder", "mw. J. de V.", "cliënt M."."""

from __future__ import annotations

import re

from toolkit.stories.lexicon import Lexicon, fold, rule_words
from toolkit.stories.mentions import Mention

_INITIALS = r"(?:[A-ZÀ-Ý](?:h|s|hr|j)?\.\s?){1,5}"
_WITH_INITIALS = re.compile(
    rf"(?<![\w.]){_INITIALS}\s?(?:(?:van|de|der|den|het|'t|te|ter|ten|el|al|v\.\s?d\.|vd|v\.|d\.)\s+){{0,3}}"
    r"(?:[A-ZÀ-Ý][\w\u0300-\u036f'’-]+(?:[- ][A-ZÀ-Ý][\w'’]+-?)?|[A-ZÀ-Ý]\.?(?!\w))"
)
_AFTER_TITLE = re.compile(
    r"\b(?:[Mm]evrouw|[Mm]evr|[Mm]w|[Mm]eneer|[Mm]ijnheer|[Dd]hr|[Hh]eer|[Ff]amilie|[Ff]am|[Gg]ezin|[Cc]liënte?|[Cc]liente?"
    r"|[Bb]ewoner|[Bb]ewoonster|[Ii]nwoner|[Cc]asus|[Cc]ollega|[Jj]uf|[Mm]eester|[Dd]okter|[Ee]chtpaar|[Kk]lant|[Dd]eelnemer"
    r"|[Jj]ongere|[Ll]eerling)\.?\s+"
    r"((?:[A-ZÀ-Ý]\.?\s?){0,3}(?:(?:van|de|der|den|el|El|Van|De|v\.?d\.?)\s){0,3}(?:[A-ZÀ-Ý]{1,3})(?![\w'’])\.?)"
)


def find_initials(text: str, lex: Lexicon) -> list[Mention]:
    found = []
    for match in _WITH_INITIALS.finditer(text):
        core = match.group().split()[-1]
        if re.fullmatch(r"(?:[A-Z]\.){2,}", match.group()) and match.group() in ("B.V.", "N.V.", "V.O.F."):
            continue
        before = re.search(r"(\w+)\W*$", text[: match.start()])
        if before and fold(before.group(1)) in rule_words("voor-losse-letter"):
            continue
        starts_sentence = fold(core) in lex.common and re.match(r"^[A-ZÀ-Ý]\.\s", match.group())
        if not starts_sentence:
            found.append(Mention(match.start(), _trimmed(text, match.start(), match.end()), "persoon"))
    for match in _AFTER_TITLE.finditer(text):
        if not re.fullmatch(
            r"(?:II|III|IV|UWV|SDD|CAK|SVB|GGZ|GGD|WMO|IB|U|CIZ)", match.group(1).strip(". ")
        ):
            start = match.start() if re.match(r"(?i)(?:mw|mevr|dhr)\b", match.group()) else match.start(1)
            found.append(Mention(start, _trimmed(text, match.start(1), match.end(1)), "persoon"))
    for match in re.finditer(r"(?<![\w.])([A-ZÀ-Ý]\.(?:\s?[A-ZÀ-Ý]\.)*)(?=\s+[a-zà-ÿ]|\s*[,;)])", text):
        before = re.search(r"(\w+)([^\w]*)$", text[: match.start()])
        if before and fold(before.group(1)) not in rule_words("voor-losse-letter"):
            found.append(Mention(match.start(), _trimmed(text, match.start(), match.end()), "persoon"))
        elif not before and match.start() == 0:
            found.append(Mention(match.start(), match.end(), "persoon"))
    return found


def _trimmed(text: str, start: int, end: int) -> int:
    match = re.search(r"\s+$", text[start:end])
    return start + match.start() if match else end


