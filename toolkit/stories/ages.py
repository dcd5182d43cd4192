"""Exact ages of persons, in figures and in words; not durations, quantities or target groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from toolkit.stories.dates import CARDINAL, MONTH, ORDINAL
from toolkit.stories.lexicon import pattern_of, rule_words
from toolkit.stories.mentions import Mention, has_figure

_FLAGS = re.IGNORECASE
_NUM = rf"(?:anderhalf|1[01]\d|\d{{1,2}}(?:[.,]5|\s?½|\s?1/2)?|{CARDINAL})"
_LIST = rf"(?:{_NUM}(?:\s+jaar)?(?:\s*,\s*(?:en\s+)?|\s+en\s+)(?:van\s+)?)*{_NUM}"
_WHOLE = r"(?!\s*(?:tot|t/m|-|–|à)\s*\d)(?!\w)(?!-)(?![.,:/]\d)(?!\s?%)"
_MINE = r"(?:mijn|mn|m['’]n|me|zijn|zn|z['’]n|haar|d['’]r|dr|hun|uw|ons|onze|je|jouw|der)"
_NAME = r"(?:(?<![\w'’-])[A-ZÀ-Ý][\w'’-]+|\[persoon-\d+\])"
_BE = r"(?:ben|bin|bun|bent|bennen|is|was|waren|word|wordt|wor|werd|worden|zijn)"
_SUBJECT = (
    r"(?:ik|['’`]?k|hij|zij|ze|die|ie|u|jij|je|we|wij|moeder|vader|oma|opa|ma|pa"
    r"|(?:mijn|onze|zijn|haar|m['’]n|me|z['’]n|ons)\s+\w+)"
)
_ONE_AGE = re.compile(
    r"(?<!\w)(?!(?:en|van|jaar)\b)[^\s,&+](?:[^\s,]|[.,]5)*(?:\s+(?:weken|maanden|½|de\b|ste\b|e\b))?", _FLAGS
)
_YEARS = re.compile(
    r"(?:\s|-)?jarige?\b|\s?(?:jaar|jaren|jr\.?|jrs|j)(?:\s(?:oud|jong))?(?!\w)|\s(?:lentes|winters)\b",
    _FLAGS,
)
_BORN = re.compile(
    r"\b(?:geb(?:oren)?\.?|geb\.?\s?j(?:aar)?\.?|geboortejaar|bouwjaar|jaargang|lichting|v/h\s+jaar)\s*[:=]?\s*"
    r"(?:(?:is|was|in|uit|van)\s+)?(?:het\s+jaar\s+)?(?:in\s+)?((?:19|20)\d\d|['’`]\d\d|(?<=jaar\s)\d\d)(?![\w/-]|[.,]\d)"
    r"|\b(?:ben|bin|is|was|ik|hij|zij|ze)\s+(?:er\s+een\s+)?(?:van|uit)\s+((?:19[1-9]|20[0-2])\d|['’`]\d\d)(?![\w/-]|[.,]\d)"
    r"|(?<=[\w.\]])\s\(\s*(?:°|\*|geb\.?\s)?((?:19[1-9]|20[0-2])\d)\s*\)"
    r"|\b(?:ik\s+ben|['’`]?k\s+bin|hij\s+is|zij\s+is|ze\s+is)\s+van\s+([3-9]\d)(?=\s*[.,;!)]|\s+(?:en|dus|maar)\b)"
    r"|\b(?:in|van)\s+((?:19[1-9]|20[0-2])\d)\s+(?:geboren|ter\s+wereld)\b",
    _FLAGS,
)
# "moeder van twee" counts children
_OFFSPRING = re.compile(
    r"^(?:alleenstaande\s+)?(?:moeder|vader|ouders|mama|papa|ma|pa|oma|opa|mam|pap|man|vrouw)\s+van\s+"
    r"(?:\d|twee|drie|vier|vijf|zes|zeven|acht|negen|tien)$",
    _FLAGS,
)
# "Team van 8", "Boete van 90": a capital that is no person
_COUNTED = (
    "Team|Groep|Klas|Club|Bedrag|Boete|Huur|Gemiddelde|Totaal|Cijfer|Score|Wachttijd|Factuur|Schuld|Inkomen|Budget|Afstand"
    "|Gezin|Gezinnen|Uitkering|Korting|Bijdrage|Rekening|Lijst|Ploeg|Duur|Periode|Termijn"
)
_COUNTS = re.compile(r"(?:is|was|zijn|waren|wordt|werd|worden)\b", _FLAGS)


@dataclass(frozen=True)
class _Pattern:
    """One group: the number, or list of numbers, that is the age; whether it may be in words; words that it needs."""

    regex: re.Pattern[str]
    in_words: bool
    needs: tuple[str, ...]


def find_ages(text: str) -> Iterator[Mention]:
    """Ages: the number with its unit ("van [82 jaar]", "mijn [61e]"); each number of a list apart.

    A year of birth tells an age as well.
    """
    figures = has_figure(text)
    subjects = _no_person()
    for match in _BORN.finditer(text) if figures else ():
        yield Mention(match.start(match.lastindex or 0), match.end(match.lastindex or 0), "leeftijd")
    low = text.lower()
    for pattern in _patterns():
        if not (figures or pattern.in_words) or (
            pattern.needs and not any(map(low.__contains__, pattern.needs))
        ):
            continue
        for match in pattern.regex.finditer(text):
            if _OFFSPRING.match(match.group()):
                continue
            before = text[max(0, match.start() - 40) : match.start()]
            if _COUNTS.match(match.group()) and subjects.search(before):
                continue
            for part in _ONE_AGE.finditer(text, match.start(1), match.end(1)):
                years = _YEARS.match(text, part.end())
                yield Mention(part.start(), years.end() if years else part.end(), "leeftijd")


def _any(name: str) -> str:
    return pattern_of(sorted(rule_words(name)))


@cache
def _no_person() -> re.Pattern[str]:
    pet = rf"{_any('huisdieren')}(?:\s+\w+)?"
    return re.compile(rf"\b(?:{_any('geen-leeftijd-van')}|die\s+er|{pet})\s*$", _FLAGS)


def _pattern(pattern: str, flags: re.RegexFlag, words: tuple[str, ...] = ()) -> _Pattern:
    return _Pattern(re.compile(pattern, flags), CARDINAL in pattern or ORDINAL in pattern, words)


@cache
def _patterns() -> tuple[_Pattern, ...]:
    noun = _any("persoonswoorden")
    moment = rf"(?:(?:vorige|volgende|deze|afgelopen)\s+(?:week|maand)|(?:dit|vorig)\s+jaar|in\s+{MONTH}|(?:op\s+)?\d\d?\s+{MONTH}|\[datum[^\]]*\])"
    between = rf"(?:(?:nog\s+geen|{_any('leeftijd-tussenwoorden')}|{moment})\s+)"
    end = r"(?=\s*(?:$|[.,;:!?()\n]|(?:en|maar|geworden|toen|met|die|of|hoor)\b))"
    years = rf"(?:jaar|jr)\.?(?:\s+(?:oud|jong))?{end}"
    after = rf"(?=\s*(?:$|[^\w\s]|{years}|{_any('na-leeftijd')}\b))"
    whole = rf"{_WHOLE}(?!\s*(?:{_any('eenheden')}\b|jaar\s+{_any('na-jaar')}\b))"
    i_am = (
        r"(?:ik\s+(?:ben|was|word|werd)|(?:ben|was|word|werd)\s+ik|(?:hij|zij|ze|die|ie)\s+(?:is|was|wordt|werd)"
        r"|u\s+bent|(?:is|was|wordt|werd)\s+(?:hij|zij|ze|ie))"
    )
    when = r"(?:als|toen|omdat|dat|nu|sinds|voordat|totdat|terwijl|hoewel|want)"
    roughly = r"(?:(?:net|bijna|nog\s+geen|pas|ruim|al)\s+)?"
    # Only tried in a text that holds one of the words: of most the number comes first, so that every place is tried.
    worded = (
        ("oud jong", rf"(?<![\w.,-])({_LIST})[\s-]+(?:jaar|jr)\s+(?:oud|jong)\b"),
        ("verjaardag", rf"\b(\d{{1,3}}(?:ste|de|e)|{ORDINAL})\s+verjaardag\b"),
        (
            "jarig",
            rf"(?<![\w.,-])({_NUM})(?:\s|-)?jarige?\b(?!\s+(?:traject|bestaan|contract|jubileum|huwelijk|plan))",
        ),
        ("geworden", rf"(?<![\w.,-])({_NUM})(?:\s+jaar)?\s+geworden\b"),
        ("oud", rf"\b({_NUM}\s+(?:weken|maanden))\s+oud\b"),
        ("lente winter", rf"(?<![\w.,-])({_NUM})\s+(?:lentes|winters)\b"),
        ("kinderen", rf"\bkinderen\s*:\s*({_LIST}){whole}"),
        ("allebei beide alle", rf"\b(?:allebei|beide|beiden|alle\s+twee)\s+(?:al\s+|pas\s+)?({_NUM}){whole}"),
        ("leeftijd lft", rf"\b(?:leeftijd|lft)\.?(?:\s+van)?\s*:?\s*({_NUM})(?![\w-])"),
        ("leeftijd", rf"\bleeftijd(?:\s+\w+){{1,2}}\s*:\s*({_NUM})(?![\w-])"),
        (
            "oud leeftijd",
            rf"\b(?:even\s+oud|dezelfde\s+leeftijd|van\s+(?:mijn|haar|zijn)\s+leeftijd)\s*[,:(]\s*({_NUM})(?=\s*[,.;)!])",
        ),
        ("precies", r",\s*([1-9]\d)\s+om\s+precies\b"),
        (
            "jaar jaren lente",
            rf"\b(?:op|met|voor|ondanks|door)\s+{_MINE}\s+({_NUM})\s+(?:jaar|jaren|lentes)\b",
        ),
    )
    free = (
        r"\b(?:ik|hij|zij)\s+([1-9]\d)(?=\s*[,.;]|\s+en\b|$)(?![.,]\d)",
        rf"\b(?:die|dat)\s+{between}{{0,2}}({_NUM})\s+(?:jaar\s+)?(?:oud\s+)?(?:is|was|wordt|werd)\b",
        rf"\b(?:op|voor|met|mee)\s+{_MINE}\s+([1-9]\d)(?![\w-]|[.,:/]\d)(?!\s*{_any('eenheden')}\b)",
        rf"\b{_MINE}\s+([2-9]\d(?:ste|de|e))(?!\w)(?!\s+{_any('na-mijn-zoveelste')}\b)",
        r"(?:^|[.!?]\s+|\n)([1-9]\d)(?:\s+jaar)?\s+en\s+(?:nog|nooit|dan|geen|alleen|moe|ik)\b",
        rf"\b{noun}[\s,]+(?:\w+[\s,]+){{0,3}}?van\s+{roughly}({_LIST}){whole}",
        rf"\b(?:zijn|waren|worden)\s+{between}{{0,2}}({_LIST}){whole}{after}",
        rf"\b{_BE}\s+{between}{{0,3}}({_NUM}){whole}{after}",
        rf"\b{_BE}\s+{_SUBJECT}\s+{between}{{0,3}}({_NUM}){whole}{after}",
        rf"\b{_SUBJECT}\s+{between}{{0,2}}([1-9]\d)(?:\s+jaar)?\s+(?:oud\s+)?(?:{_BE}|geworden)\b",
        rf"\b{when}\s+{_SUBJECT}\s+{between}{{0,2}}({_NUM})(?:\s+jaar)?\s+(?:oud\s+)?(?:{_BE}|geworden)\b",
        r"(?:^|[.!?,;]\s+|\n|\b(?:en|maar)\s+)(?:nu|inmiddels|intussen|ondertussen)\s+([1-9]\d)(?=\s*(?:[,.;!]|(?:en|maar)\b|$))(?![.,]\d)",
        rf"\b(?:op|voor|na|sinds|tot|rond|vanaf|met|bij|over|tegen)\s+{_MINE}\s+(\d{{1,3}}\s?(?:ste|de|e|ᵉ)|{ORDINAL})"
        rf"(?!\w)(?!\s+{_any('na-mijn-zoveelste')}\b)",
        rf"(?<=[\w\]])\s+\(\s*(?:(?:bijna|net|nu|pas|al|ruim|m|v|man|vrouw),?\s+)?({_LIST})(?:\s*(?:jaar|jr\.?))?"
        r"(?:\s+oud)?\s*\)",
        rf"\b{noun},\s*{between}?({_LIST})(?:\s+(?:jaar|jr\.?))?(?:\s+oud)?(?=\s*[,)])(?!,\d)",
        rf"\b{noun}\s+(?:\w+\s+)?(?:is|was)\s+{between}{{0,2}}({_NUM}\s+(?:weken|maanden))(?=\s*(?:[.,;!)]|en\b|maar\b|$))",
        # a report: "jeugdige (14;6)", "v/34", "arbeidsmigrant, 31 jaar."
        r"\(\s*(?:[mv]\s*[,/]?\s*)?(\d{1,2};\d{1,2})\s*(?:jaar|jr)?\s*\)",
        r"\b(\d{1,2};\d{1,2})\s*(?:jaar|jr)\b",
        r"(?<![\d,.])(?<!\d\s)\s?[(,/]\s*[mv]\s?[/-]?\s?([1-9]\d)(?=\s*[),.;])",
        r"(?<![\w.,-])([1-9]\d)\s?(?:jaar|jr)?\s?[,/]\s?(?:m|v|man|vrouw)(?=\s*[),.;/])",
        rf"(?<=[a-zà-ÿ.\])]),\s*(?:{between}|nog\s+)?((?:1[6-9]|[2-9]\d))\s?(?:jaar|jr\.?|j)(?=\s*(?:[,.;)]|$))",
        rf"(?:^|[.,;!?\n]\s*|\b(?:en|maar|want|dus)\s+)(?:ben|was|word|werd)\s+{between}{{0,2}}([1-9]\d)(?!\s*jaar){whole}",
        rf"(?:^|[.,;!?\n]\s*|\b(?:en|maar)\s+)(?:ik|hij|zij|ze|mijn\s+\w+)\s+(?:van\s+)?({_NUM})(?=\s*[,.;!]|\s+en\b|$)(?![.,]\d)",
        r",\s*(?:ook\s+|zelf\s+)?(?:pas|net|al|bijna|nog\s+maar|inmiddels|nu)\s+([1-9]\d)(?=\s*[,.;)])",
        rf"(?<=[a-zà-ÿ])\s*,\s*([1-9]\d)\s+{_any('zit-of-woont')}\b",
        r"(?:^|[.!?]\s+|\n|\ben\s+|\bmaar\s+)met\s+(?:je\s+|mijn\s+|m['’]n\s+)?([2-9]\d)\s+(?:jaar\s+)?"
        r"(?:sta|ben|is|heb|hoor|tel|val|mag|moet|word|kun|kan|krijg|ga|wil|leef|lukt|vind|loop|zit|woon|voel)\b",
        r"\b(?:ouder|jonger|geboren|jarig|verjaardag)\b[^.!?\n]{0,30}\bdus\s+(?:nu\s+|al\s+)?([1-9]\d)(?=\s*[.,;!)])",
        rf"\bals\s+(?:meisje|jongen|jongetje|kind|kleuter|vrouw|man|meid|meiske|ventje)\s+van\s+({_NUM}){whole}",
        r"(?<![\w.,-])([1-9]\d?(?:jr|j))\b(?=\s*(?:$|[,.;)\n]|en\b|oud\b))",
        rf"\b(?:van|de|dus|net|bijna|nu|al|pas|ik|hij|ze|zij|mam|pap|oma|opa)\s+(?:ben|bin|is|was|wordt|word|werd)?\s*"
        rf"({_NUM})\s+(?:jaar\s+)?jong\b",
        rf"\b(?:kids|kinders|kindjes|kleinkids|jongens|meiden|dochters|zoons|zonen|kinderen)\s*[,:(]?\s+(?:zijn\s+|van\s+)?"
        rf"({_NUM}(?:\s*,\s*{_NUM})*\s*(?:en|&|\+)\s*{_NUM})(?!\w|\s*(?:{_any('eenheden')}|jaar\s+{_any('na-jaar')})\b)",
        r"\bmet\s+([1-9]\d)\s+(?:ging|kreeg|kwam|moest|werd|trouwde|verliet|liep|stond|zat)\b",
        rf"(?:^|[,.;!?]\s|\n)({_NUM})(?:\s+jaar)?\s+{_BE}\s+(?:ik|hij|ze|zij|ie|mijn|me)\b",
        rf"\b(?:oudste|jongste|middelste|kleinste|grootste|kleine|grote|andere?)\s+({_NUM})(?=\s*(?:$|[.,;)\n]|en\b))(?!,\d)",
        rf"\b{i_am}\s+{between}{{0,3}}([1-9]\d)(?!\s*jaar){whole}",
        rf"\b{noun},\s*([1-9]\d)(?=\s*(?:[.;]|$))(?![.,]\d)",
        r"(?:^|[.!?]\s+|\n)([1-9]\d)\s+jaar(?=\s*,|\s+(?:ben|oud|is\s+(?:ze|hij|zij|mijn)|jong))",
        rf"\b(?:baby|zoon|zoontje|dochter|dochtertje|kindje|kleintje|jongste|tweeling)\s+(?:\w+\s+)?van\s+"
        rf"({_NUM}\s+(?:weken|maanden))\b",
        r"\b(?:m|v|man|vrouw)\s?[,/(]\s?(\d{2})\b(?!\s*(?:euro|uur|%))(?=\s*(?:[),;.]|jaar|jr|$))",
    )
    # where a capital counts
    strict = (
        rf"(?:^|(?<=[\s(,]))(?!(?:{_COUNTED})\b){_NAME}\s+van\s+({_NUM}){whole}{after}",
        r"(?<=[\w\]])\s+\(\s*(\d{1,3})(?:\s*(?:jaar|jr\.?)(?:\s+oud)?)?\s*(?=[!?]*[),])(?!\s*,\s*\d)",
        r"\([^()\n]{1,40}[,;]\s*(\d{1,2})\s*(?:jaar|jr\.?|j)\s*\)",
        rf"{_NAME},\s*({_NUM})(?:\s+jaar)?(?=\s*[,.;)\n]|\s+jaar\b|$)(?!,\d)",
        rf"\b(?:mijn|mn|m['’]n|me|onze|ons|haar|zijn|z['’]n)\s+{noun}\s+(?:{_NAME}\s+)?({_NUM}){whole}{after}",
    )
    return (
        *(_pattern(one, _FLAGS, tuple(words.split())) for words, one in worded),
        *(_pattern(one, _FLAGS) for one in free),
        *(_pattern(one, re.NOFLAG) for one in strict),
    )
