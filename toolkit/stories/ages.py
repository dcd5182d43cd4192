"""Exact ages of persons, in figures and in words; not durations, quantities or target groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from toolkit.stories.dates import CARDINAL, MONTH, ORDINAL, TEENS, TENS
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
# The words with which these begin.
_MINE_HEADS = "mijn mn m me zijn zn z haar d dr hun uw ons onze je jouw der"
_BE_HEADS = "ben bin bun bent bennen is was waren word wordt wor werd worden zijn"
_SUBJECT_HEADS = (
    "ik k hij zij ze die ie u jij je we wij moeder vader oma opa ma pa mijn onze zijn haar m me z ons"
)
_WHEN_HEADS = "als toen omdat dat nu sinds voordat totdat terwijl hoewel want"
_NAME_HEADS = "A [persoon-"
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


# With what a pattern can begin, besides words: a number, a capital, a person that was replaced.
_NUMBER, _CAPITAL, _PERSON = "#", "A", "[persoon-"
_TOKEN = re.compile(r"\w+|\[(?=persoon-\d)")
_NUMBER_WORDS = tuple(
    f"anderhalf|honderd|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|{TEENS}|{TENS}|eerste|derde".split(
        "|"
    )
)
# Letters that patterns take for others, whatever their case: then every place is tried.
_ODD = re.compile("[İı\u212aſ]")

Places = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class _Pattern:
    """One group: the number, or list of numbers, that is the age; whether it may be in words.

    `needs` are parts of which the text must hold one; `heads` what the pattern can begin with (None: anything).
    """

    regex: re.Pattern[str]
    in_words: bool
    needs: tuple[str, ...] = ()
    heads: frozenset[str] | None = None


def find_ages(text: str) -> Iterator[Mention]:
    """Ages: the number with its unit ("van [82 jaar]", "mijn [61e]"); each number of a list apart.

    A year of birth tells an age as well.
    """
    figures = has_figure(text)
    subjects = _no_person()
    for match in _BORN.finditer(text) if figures else ():
        yield Mention(match.start(match.lastindex or 0), match.end(match.lastindex or 0), "leeftijd")
    low, places = text.lower(), _places(text)
    for pattern in _patterns():
        if not (figures or pattern.in_words) or (
            pattern.needs and not any(map(low.__contains__, pattern.needs))
        ):
            continue
        for match in _matches(pattern, text, places):
            if _OFFSPRING.match(match.group()):
                continue
            before = text[max(0, match.start() - 40) : match.start()]
            if _COUNTS.match(match.group()) and subjects.search(before):
                continue
            for part in _ONE_AGE.finditer(text, match.start(1), match.end(1)):
                years = _YEARS.match(text, part.end())
                yield Mention(part.start(), years.end() if years else part.end(), "leeftijd")


def _places(text: str) -> Places | None:
    """Where each word stands, and where a number, a capital or a replaced person begins; None when that is not sure."""
    if _ODD.search(text):
        return None
    found: dict[str, list[int]] = {}
    for match in _TOKEN.finditer(text):
        for head in _heads_of(match.group()):
            found.setdefault(head, []).append(match.start())
    return found


@lru_cache(maxsize=50_000)
def _heads_of(word: str) -> tuple[str, ...]:
    if word == "[":
        return (_PERSON,)
    low = word.lower()
    number = (_NUMBER,) if word[0].isdigit() or low.startswith(_NUMBER_WORDS) else ()
    return (low, *number, *((_CAPITAL,) if re.match("[A-ZÀ-Ý]", word) else ()))


def _matches(pattern: _Pattern, text: str, places: Places | None) -> Iterator[re.Match[str]]:
    """What the pattern finds in a text: as `finditer`, tried only where it can begin."""
    if pattern.heads is None or places is None:
        yield from pattern.regex.finditer(text)
        return
    end = 0
    for start in sorted(start for head in places.keys() & pattern.heads for start in places[head]):
        if start >= end and (match := pattern.regex.match(text, start)):
            yield match
            end = match.end()


def _any(name: str) -> str:
    return pattern_of(sorted(rule_words(name)))


@cache
def _no_person() -> re.Pattern[str]:
    pet = rf"{_any('huisdieren')}(?:\s+\w+)?"
    return re.compile(rf"\b(?:{_any('geen-leeftijd-van')}|die\s+er|{pet})\s*$", _FLAGS)


def _pattern(heads: str, pattern: str, flags: re.RegexFlag, words: str = "") -> _Pattern:
    return _Pattern(
        re.compile(pattern, flags),
        CARDINAL in pattern or ORDINAL in pattern,
        tuple(words.split()),
        frozenset(heads.split()) or None,
    )


@cache
def _patterns() -> tuple[_Pattern, ...]:
    noun = _any("persoonswoorden")
    nouns = " ".join(re.findall(r"^\w+", "\n".join(sorted(rule_words("persoonswoorden"))), re.MULTILINE))
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
    # What a pattern can begin with, the pattern, and what the text must hold: of a hundred words few begin one.
    patterns = (
        ("#", rf"(?<![\w.,-])({_LIST})[\s-]+(?:jaar|jr)\s+(?:oud|jong)\b", "oud jong"),
        ("#", rf"\b(\d{{1,3}}(?:ste|de|e)|{ORDINAL})\s+verjaardag\b", "verjaardag"),
        (
            "#",
            rf"(?<![\w.,-])({_NUM})(?:\s|-)?jarige?\b(?!\s+(?:traject|bestaan|contract|jubileum|huwelijk|plan))",
            "jarig",
        ),
        ("#", rf"(?<![\w.,-])({_NUM})(?:\s+jaar)?\s+geworden\b", "geworden"),
        ("#", rf"\b({_NUM}\s+(?:weken|maanden))\s+oud\b", "oud"),
        ("#", rf"(?<![\w.,-])({_NUM})\s+(?:lentes|winters)\b", "lente winter"),
        ("kinderen", rf"\bkinderen\s*:\s*({_LIST}){whole}", "kinderen"),
        (
            "allebei beide beiden alle",
            rf"\b(?:allebei|beide|beiden|alle\s+twee)\s+(?:al\s+|pas\s+)?({_NUM}){whole}",
            "allebei beide alle",
        ),
        ("leeftijd lft", rf"\b(?:leeftijd|lft)\.?(?:\s+van)?\s*:?\s*({_NUM})(?![\w-])", "leeftijd lft"),
        ("leeftijd", rf"\bleeftijd(?:\s+\w+){{1,2}}\s*:\s*({_NUM})(?![\w-])", "leeftijd"),
        (
            "even dezelfde van",
            rf"\b(?:even\s+oud|dezelfde\s+leeftijd|van\s+(?:mijn|haar|zijn)\s+leeftijd)\s*[,:(]\s*({_NUM})(?=\s*[,.;)!])",
            "oud leeftijd",
        ),
        ("", r",\s*([1-9]\d)\s+om\s+precies\b", "precies"),
        (
            "op met voor ondanks door",
            rf"\b(?:op|met|voor|ondanks|door)\s+{_MINE}\s+({_NUM})\s+(?:jaar|jaren|lentes)\b",
            "jaar jaren lente",
        ),
        ("ik hij zij", r"\b(?:ik|hij|zij)\s+([1-9]\d)(?=\s*[,.;]|\s+en\b|$)(?![.,]\d)", ""),
        (
            "die dat",
            rf"\b(?:die|dat)\s+{between}{{0,2}}({_NUM})\s+(?:jaar\s+)?(?:oud\s+)?(?:is|was|wordt|werd)\b",
            "",
        ),
        (
            "op voor met mee",
            rf"\b(?:op|voor|met|mee)\s+{_MINE}\s+([1-9]\d)(?![\w-]|[.,:/]\d)(?!\s*{_any('eenheden')}\b)",
            "",
        ),
        (_MINE_HEADS, rf"\b{_MINE}\s+([2-9]\d(?:ste|de|e))(?!\w)(?!\s+{_any('na-mijn-zoveelste')}\b)", ""),
        ("", r"(?:^|[.!?]\s+|\n)([1-9]\d)(?:\s+jaar)?\s+en\s+(?:nog|nooit|dan|geen|alleen|moe|ik)\b", ""),
        (nouns, rf"\b{noun}[\s,]+(?:\w+[\s,]+){{0,3}}?van\s+{roughly}({_LIST}){whole}", ""),
        ("zijn waren worden", rf"\b(?:zijn|waren|worden)\s+{between}{{0,2}}({_LIST}){whole}{after}", ""),
        (_BE_HEADS, rf"\b{_BE}\s+{between}{{0,3}}({_NUM}){whole}{after}", ""),
        (_BE_HEADS, rf"\b{_BE}\s+{_SUBJECT}\s+{between}{{0,3}}({_NUM}){whole}{after}", ""),
        (
            _SUBJECT_HEADS,
            rf"\b{_SUBJECT}\s+{between}{{0,2}}([1-9]\d)(?:\s+jaar)?\s+(?:oud\s+)?(?:{_BE}|geworden)\b",
            "",
        ),
        (
            _WHEN_HEADS,
            rf"\b{when}\s+{_SUBJECT}\s+{between}{{0,2}}({_NUM})(?:\s+jaar)?\s+(?:oud\s+)?(?:{_BE}|geworden)\b",
            "",
        ),
        (
            "",
            r"(?:^|[.!?,;]\s+|\n|\b(?:en|maar)\s+)(?:nu|inmiddels|intussen|ondertussen)\s+([1-9]\d)(?=\s*(?:[,.;!]|(?:en|maar)\b|$))(?![.,]\d)",
            "",
        ),
        (
            "op voor na sinds tot rond vanaf met bij over tegen",
            rf"\b(?:op|voor|na|sinds|tot|rond|vanaf|met|bij|over|tegen)\s+{_MINE}\s+(\d{{1,3}}\s?(?:ste|de|e|ᵉ)|{ORDINAL})"
            rf"(?!\w)(?!\s+{_any('na-mijn-zoveelste')}\b)",
            "",
        ),
        (
            "",
            rf"(?<=[\w\]])\s+\(\s*(?:(?:bijna|net|nu|pas|al|ruim|m|v|man|vrouw),?\s+)?({_LIST})(?:\s*(?:jaar|jr\.?))?"
            r"(?:\s+oud)?\s*\)",
            "(",
        ),
        (nouns, rf"\b{noun},\s*{between}?({_LIST})(?:\s+(?:jaar|jr\.?))?(?:\s+oud)?(?=\s*[,)])(?!,\d)", ""),
        (
            nouns,
            rf"\b{noun}\s+(?:\w+\s+)?(?:is|was)\s+{between}{{0,2}}({_NUM}\s+(?:weken|maanden))(?=\s*(?:[.,;!)]|en\b|maar\b|$))",
            "",
        ),
        # a report: "jeugdige (14;6)", "v/34", "arbeidsmigrant, 31 jaar."
        ("", r"\(\s*(?:[mv]\s*[,/]?\s*)?(\d{1,2};\d{1,2})\s*(?:jaar|jr)?\s*\)", "("),
        ("#", r"\b(\d{1,2};\d{1,2})\s*(?:jaar|jr)\b", ""),
        ("", r"(?<![\d,.])(?<!\d\s)\s?[(,/]\s*[mv]\s?[/-]?\s?([1-9]\d)(?=\s*[),.;])", ""),
        ("#", r"(?<![\w.,-])([1-9]\d)\s?(?:jaar|jr)?\s?[,/]\s?(?:m|v|man|vrouw)(?=\s*[),.;/])", ""),
        (
            "",
            rf"(?<=[a-zà-ÿ.\])]),\s*(?:{between}|nog\s+)?((?:1[6-9]|[2-9]\d))\s?(?:jaar|jr\.?|j)(?=\s*(?:[,.;)]|$))",
            "",
        ),
        (
            "",
            rf"(?:^|[.,;!?\n]\s*|\b(?:en|maar|want|dus)\s+)(?:ben|was|word|werd)\s+{between}{{0,2}}([1-9]\d)(?!\s*jaar){whole}",
            "",
        ),
        (
            "",
            rf"(?:^|[.,;!?\n]\s*|\b(?:en|maar)\s+)(?:ik|hij|zij|ze|mijn\s+\w+)\s+(?:van\s+)?({_NUM})(?=\s*[,.;!]|\s+en\b|$)(?![.,]\d)",
            "",
        ),
        (
            "",
            r",\s*(?:ook\s+|zelf\s+)?(?:pas|net|al|bijna|nog\s+maar|inmiddels|nu)\s+([1-9]\d)(?=\s*[,.;)])",
            "",
        ),
        ("", rf"(?<=[a-zà-ÿ])\s*,\s*([1-9]\d)\s+{_any('zit-of-woont')}\b", ""),
        (
            "",
            r"(?:^|[.!?]\s+|\n|\ben\s+|\bmaar\s+)met\s+(?:je\s+|mijn\s+|m['’]n\s+)?([2-9]\d)\s+(?:jaar\s+)?"
            r"(?:sta|ben|is|heb|hoor|tel|val|mag|moet|word|kun|kan|krijg|ga|wil|leef|lukt|vind|loop|zit|woon|voel)\b",
            "",
        ),
        (
            "ouder jonger geboren jarig verjaardag",
            r"\b(?:ouder|jonger|geboren|jarig|verjaardag)\b[^.!?\n]{0,30}\bdus\s+(?:nu\s+|al\s+)?([1-9]\d)(?=\s*[.,;!)])",
            "",
        ),
        (
            "als",
            rf"\bals\s+(?:meisje|jongen|jongetje|kind|kleuter|vrouw|man|meid|meiske|ventje)\s+van\s+({_NUM}){whole}",
            "",
        ),
        ("#", r"(?<![\w.,-])([1-9]\d?(?:jr|j))\b(?=\s*(?:$|[,.;)\n]|en\b|oud\b))", ""),
        (
            "van de dus net bijna nu al pas ik hij ze zij mam pap oma opa",
            rf"\b(?:van|de|dus|net|bijna|nu|al|pas|ik|hij|ze|zij|mam|pap|oma|opa)\s+(?:ben|bin|is|was|wordt|word|werd)?\s*"
            rf"({_NUM})\s+(?:jaar\s+)?jong\b",
            "",
        ),
        (
            "kids kinders kindjes kleinkids jongens meiden dochters zoons zonen kinderen",
            rf"\b(?:kids|kinders|kindjes|kleinkids|jongens|meiden|dochters|zoons|zonen|kinderen)\s*[,:(]?\s+(?:zijn\s+|van\s+)?"
            rf"({_NUM}(?:\s*,\s*{_NUM})*\s*(?:en|&|\+)\s*{_NUM})(?!\w|\s*(?:{_any('eenheden')}|jaar\s+{_any('na-jaar')})\b)",
            "",
        ),
        ("met", r"\bmet\s+([1-9]\d)\s+(?:ging|kreeg|kwam|moest|werd|trouwde|verliet|liep|stond|zat)\b", ""),
        ("", rf"(?:^|[,.;!?]\s|\n)({_NUM})(?:\s+jaar)?\s+{_BE}\s+(?:ik|hij|ze|zij|ie|mijn|me)\b", ""),
        (
            "oudste jongste middelste kleinste grootste kleine grote ander andere",
            rf"\b(?:oudste|jongste|middelste|kleinste|grootste|kleine|grote|andere?)\s+({_NUM})(?=\s*(?:$|[.,;)\n]|en\b))(?!,\d)",
            "",
        ),
        (
            "ik ben was word werd hij zij ze die ie is wordt u",
            rf"\b{i_am}\s+{between}{{0,3}}([1-9]\d)(?!\s*jaar){whole}",
            "",
        ),
        (nouns, rf"\b{noun},\s*([1-9]\d)(?=\s*(?:[.;]|$))(?![.,]\d)", ""),
        ("", r"(?:^|[.!?]\s+|\n)([1-9]\d)\s+jaar(?=\s*,|\s+(?:ben|oud|is\s+(?:ze|hij|zij|mijn)|jong))", ""),
        (
            "baby zoon zoontje dochter dochtertje kindje kleintje jongste tweeling",
            rf"\b(?:baby|zoon|zoontje|dochter|dochtertje|kindje|kleintje|jongste|tweeling)\s+(?:\w+\s+)?van\s+"
            rf"({_NUM}\s+(?:weken|maanden))\b",
            "",
        ),
        (
            "m v man vrouw",
            r"\b(?:m|v|man|vrouw)\s?[,/(]\s?(\d{2})\b(?!\s*(?:euro|uur|%))(?=\s*(?:[),;.]|jaar|jr|$))",
            "",
        ),
    )
    # where a capital counts
    strict = (
        (_NAME_HEADS, rf"(?:^|(?<=[\s(,]))(?!(?:{_COUNTED})\b){_NAME}\s+van\s+({_NUM}){whole}{after}", ""),
        (
            "",
            r"(?<=[\w\]])\s+\(\s*(\d{1,3})(?:\s*(?:jaar|jr\.?)(?:\s+oud)?)?\s*(?=[!?]*[),])(?!\s*,\s*\d)",
            "(",
        ),
        ("", r"\([^()\n]{1,40}[,;]\s*(\d{1,2})\s*(?:jaar|jr\.?|j)\s*\)", "("),
        (_NAME_HEADS, rf"{_NAME},\s*({_NUM})(?:\s+jaar)?(?=\s*[,.;)\n]|\s+jaar\b|$)(?!,\d)", ""),
        (
            _MINE_HEADS,
            rf"\b(?:mijn|mn|m['’]n|me|onze|ons|haar|zijn|z['’]n)\s+{noun}\s+(?:{_NAME}\s+)?({_NUM}){whole}{after}",
            "",
        ),
    )
    return (
        *(_pattern(heads, one, _FLAGS, needs) for heads, one, needs in patterns),
        *(_pattern(heads, one, re.NOFLAG, needs) for heads, one, needs in strict),
    )
