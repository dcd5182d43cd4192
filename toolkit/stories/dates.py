"""Dates (a day and a month) and Dutch numbers in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.stories.mentions import Mention, has_figure

_FLAGS = re.IGNORECASE
MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    r"|jan|feb|febr|mrt|apr|jun|jul|aug|sept|sep|okt|oct|nov|dec|janauri|febuari|februarie|agustus|augstus"
    r"|setember|septmber|ocktober|oktobr|novemer|desember)"
)
_UNITS = "één|twee|drie|vier|vijf|zes|zeven|acht|negen"
TENS = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
TEENS = "tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|negentien"
# "tweeëntachtig", also "tweeentachtig", "twee-en-tachtig" and with a combining trema
_AND = rf"(?:een|{_UNITS})(?:ë|e\u0308?|\s?-?e|\së)n-?"
CARDINAL = rf"(?:{_AND}(?:{TENS})|{TENS}|{TEENS}|{_UNITS}|honderd(?:een|één|twee|drie|vier)?)"
ORDINAL = (
    rf"(?:(?:{_AND})?(?:{TENS})ste|eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde"
    r"|twaalfde|dertiende|veertiende|vijftiende|zestiende|zeventiende|achttiende|negentiende|honderdste)"
)
_D, _M = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DAY = rf"(?:{_D}(?:ste|de|e)?|{ORDINAL}|{CARDINAL})"
_JOIN = r"(?:\s?(?:en|of|tot|t/m|tot\s+en\s+met|-|–|,)\s?)"
_WEEKDAY = r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag\s+)?"
_BEFORE = "|".join(
    rf"(?<=\b{word} )"
    for word in ("op", "dd", r"d\.d\.", "sinds", "vanaf", "geboren", r"geb\.", "datum", "datum:", "voor")
)
_NUMERIC = (
    rf"(?<![\w.,/-]){_D}\s?([-/.])\s?{_M}\s?\1\s?(?:(?:19|20)\d\d|['’]?\d\d)(?![\d/-])",
    rf"(?<![\w/-]){_D}\s(?:0[1-9]|1[0-2])\s(?:19|20)\d\d(?!\w)",
    r"(?<![\w/-])(?:19|20)\d\d([-/.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?![\w/-])",
)
_IN_FIGURES = [
    re.compile(pattern, _FLAGS)
    for pattern in (
        *_NUMERIC,
        rf"(?:{_BEFORE}){_D}[-/]{_M}(?![\w/-])(?!\s*(?:keer|x|uur|weken|dagen))",
        r"(?<![\w/.,-])(?:1[3-9]|2[0-35-9]|3[01])/(?:0?[1-9]|1[0-2])(?![\w/-])",
    )
]
_WITH_MONTH = [
    re.compile(pattern, _FLAGS)
    for pattern in (
        rf"(?<![\w.,/-]){_WEEKDAY}{_DAY}(?:{_JOIN}{_DAY})*[\s.-]{{1,2}}(?:van\s+)?{MONTH}(?!\w)"
        r"(?:\.?[\s-]+(?:19|20)\d\d(?!\w)|\s+['’`]\d\d(?!\w))?",
        rf"(?<!\w){MONTH}\s(?:[12]\d|3[01]|[1-9])(?:ste|de|e)(?!\w)",
    )
]
_MONTHS = re.compile(rf"\b{MONTH}\b", _FLAGS)
_POLICY = re.compile(
    r"\b(?:wet|wetgeving|wetswijziging|jeugdwet|participatiewet|verordening|beleid|beleidsregels?"
    r"|abonnementstarief|tarief|tarieven|aanbesteding|inkoop|cao|landelijk|landelijke|decentralisatie|stelsel"
    r"|contractperiode|minimumloon|gaat in|ging in|ingevoerd)\b",
    _FLAGS,
)
_TURN_OF_YEAR = re.compile(r"^(?:0?1|eerste|één|een)[\s.-]+(?:januari|jan|juli|jul)\b", _FLAGS)
_FEASTS = re.compile(r"^(?:5|vijf)\s+(?:mei|december)$|^4(?:\s+en\s+5)?\s+mei$", _FLAGS)


def find_dates(text: str) -> Iterator[Mention]:
    """Days with their month; not a bare month or year, a feast, or the 1 January of a law."""
    patterns = [
        *(_IN_FIGURES if has_figure(text) else ()),
        *(_WITH_MONTH if _MONTHS.search(text) else ()),
    ]
    for pattern in patterns:
        for match in pattern.finditer(text):
            found = match.group()
            policy = _TURN_OF_YEAR.match(found) and _POLICY.search(_sentence(text, match))
            if not policy and not _FEASTS.match(found):
                yield Mention(match.start(), match.end(), "datum")


def is_numeric_date(text: str) -> bool:
    """Whether a text is nothing but a date in figures."""
    return any(re.fullmatch(pattern, text) for pattern in _NUMERIC)


def _sentence(text: str, match: re.Match[str]) -> str:
    start = max(text.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1
    ends = [end for mark in ".!?\n" if (end := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]
