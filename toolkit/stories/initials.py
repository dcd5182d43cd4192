"""Persons written with initials: "C.J. Lodder", "mw. J. de V.", "cliënt M."."""

from __future__ import annotations

import re

from toolkit.stories.lexicon import Lexicon, fold, rule_words
from toolkit.stories.mentions import Mention

_INITIALS = r"(?:[A-ZÀ-Ý](?:h|s|hr|j)?\.\s?){1,5}"
_WITH_NAME = re.compile(
    rf"(?<![\w.]){_INITIALS}\s?"
    r"(?:(?:van|de|der|den|het|'t|te|ter|ten|el|al|v\.\s?d\.|vd|v\.|d\.)\s+){0,3}"
    r"-?(?:(?<=-)(?:van|de|der|den|el|ten|ter)\s)*(?:[A-ZÀ-Ý][\w\u0300-\u036f'’-]+(?:[- ][A-ZÀ-Ý][\w'’]+-?)?|[A-ZÀ-Ý]\.?(?!\w))"
)
_AFTER_TITLE = re.compile(
    r"\b(?:[Mm]evrouw|[Mm]evr|[Mm]w|[Mm]eneer|[Mm]ijnheer|[Dd]hr|[Hh]eer|[Ff]amilie|[Ff]am|[Gg]ezin|[Cc]liënte?"
    r"|[Cc]liente?|[Bb]ewoner|[Bb]ewoonster|[Ii]nwoner|[Cc]asus|[Cc]ollega|[Jj]uf|[Mm]eester|[Dd]okter|[Ee]chtpaar"
    r"|[Kk]lant|[Dd]eelnemer|[Jj]ongere|[Ll]eerling)\.?\s+"
    r"((?:[A-ZÀ-Ý]\.?\s?){0,3}(?:(?:van|de|der|den|el|El|Van|De|v\.?d\.?)\s){0,3}(?:[A-ZÀ-Ý]{1,3})(?![\w'’])\.?)"
)
_SHORT_TITLE = re.compile(r"(?:mw|mevr|dhr)\b", re.IGNORECASE)
_ALONE = re.compile(r"(?<![\w.])[A-ZÀ-Ý]\.(?:\s?[A-ZÀ-Ý]\.)*(?=\s+[a-zà-ÿ]|\s*[,;)])")
# "ik sprak met A. Zij zei", "bij B en C"
_LAST = re.compile(r"\b(\w+)\s+([A-HJ-NP-SVWYZ]\.?)(?![\w'’-])(?!\s*\d)")
# What those patterns cannot do without, found or missed in one quick pass.
_DOTTED = re.compile(r"[A-ZÀ-Ý](?:h|s|hr|j)?\.")
_LONE = re.compile(r"\s[A-HJ-NP-SVWYZ](?!\w)")
_NO_PERSON = frozenset(("II", "III", "IV", "UWV", "SDD", "CAK", "SVB", "GGZ", "GGD", "WMO", "IB", "U", "CIZ"))
_FIRMS = ("B.V.", "N.V.", "V.O.F.")


def find_initials(text: str, lex: Lexicon) -> list[Mention]:
    """Initials with a name, after a title, or alone inside a sentence ("toen zei M. dat").

    An abbreviated title before bare initials ("mw. A.") belongs to the mention.
    """
    spans: list[tuple[int, int]] = []
    dotted = _DOTTED.search(text)
    for match in _WITH_NAME.finditer(text) if dotted else ():
        sentence_end = (
            fold(match.group().split()[-1]) in lex.common and match.group()[1:3].strip() == "."
        )  # "vitamine D. Dat"
        if match.group() not in _FIRMS and not _is_label(text, match.start()) and not sentence_end:
            spans.append(match.span())
    for match in _AFTER_TITLE.finditer(text):
        if match.group(1).strip(". ") not in _NO_PERSON:
            start = match.start() if _SHORT_TITLE.match(match.group()) else match.start(1)
            spans.append((start, match.end(1)))
    for match in _ALONE.finditer(text) if dotted else ():
        if not _is_label(text, match.start()) and (
            match.start() == 0 or re.search(r"\w", text[: match.start()])
        ):
            spans.append(match.span())
    for match in _LAST.finditer(text) if _LONE.search(text) else ():
        if fold(match.group(1)) in rule_words("voor-losse-initiaal"):
            spans.append(match.span(2))
    return [Mention(start, start + len(text[start:end].rstrip()), "persoon") for start, end in spans]


def initials_before(text: str, start: int) -> int:
    """Where the initials begin that stand directly before `start`; `start` itself without them."""
    near = max(0, start - 30)
    match = re.search(rf"(?<![\w.])({_INITIALS})\s?$", text[near:start])
    return near + match.start(1) if match else start


def _is_label(text: str, start: int) -> bool:
    """Whether the word before makes the letter a label: "vitamine D.", "plan B."."""
    before = re.search(r"(\w+)\W*$", text[max(0, start - 40) : start])
    return before is not None and fold(before.group(1)) in rule_words("voor-losse-letter")
