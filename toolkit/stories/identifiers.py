"""Patterns for what identifies by its form: contact details and numbers; and all forms together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from toolkit.stories.ages import find_ages
from toolkit.stories.dates import find_dates, is_numeric_date
from toolkit.stories.lexicon import rule_words
from toolkit.stories.mentions import Mention, has_figure

_FLAGS = re.IGNORECASE
_TLD = r"(?:nl|com|net|org|eu|be|de|info|nu|example|online|site|blog|me|tv|io|app|pl|tr|frl|amsterdam)"
# A full stop after a known ending closes the sentence, not the address: "jan@x.nl. Bel me."
_DOMAIN = rf"(?:[\w-]+(?:\s?\.\s?[\w-]+){{0,4}}?\s?\.\s?{_TLD}(?![\w-])|[\w-]+(?:\.[\w-]+)*\.[a-z]{{2,}})"
_EMAIL = re.compile(
    rf"(?<![\w.+%~-])[\w.+%~-]+\s?(?:@|\[at\]|\(at\)|\{{at\}}|\bapenstaartje\b)\s?{_DOMAIN}"
    r"|(?<![\w.+-])[\w.+-]+\s(?:at|@|apenstaartje|\(at\)|\[at\]|\{at\})\s[\w-]+\s(?:punt|dot)\s(?:nl|com|net|org|be|eu)\b",
    _FLAGS,
)
_URL = re.compile(
    rf"(?:https?://(?=[^\s/]*\.)|www\.)[^\s<>\"'“”)\]]+|(?<![\w@.-])(?:[\w-]+\.)+{_TLD}(?:/[^\s<>\"'“”)\]]*|(?![\w@-]))"
    r"|(?<![\w@./])@[A-Za-z_][\w.]{2,}\w",
    _FLAGS,
)
_PUBLIC_URL = re.compile(
    r"(?:dordrecht|rijksoverheid|overheid|digid|belastingdienst|uwv|cak|svb|politie|woonnet|drechtsteden"
    r"|marktplaats|google|werk|thuisarts|funda|veiligthuis|dordrechtsociaal|google|bol|ns|9292)\.(?:nl|com)",
    _FLAGS,
)
_PHONE = re.compile(
    r"(?<![\w+.,/-])(?:\+\s?\d{2}|00\s?\d{2}|\(?[0oO](?=[\s.(-]*\d))(?:[\s\xa0]{0,2}[-–./()]{0,2}[\s\xa0]{0,2}\d){7,12}(?![\w])"
)
_SPOKEN_PHONE = re.compile(r"(?<!\w)(?:nul|0)[\s-]?(?:zes|6)(?:[\s.-]{0,2}\d){8}(?!\w)", _FLAGS)
_LOCAL_PHONE = re.compile(
    r"\b(?:tel|telefoon|telefoonnummer|bel|bellen|belde|mobiel|bereikbaar|bereiken|nummer|appen|app)\b[^\d\n]{0,25}?"
    r"(?<![\d-])(\d{3}[ .-]?\d{2}[ .-]?\d{2}|\d{2}[ .-]?\d{2}[ .-]?\d{3})(?![\d-]|[ .]\d)",
    _FLAGS,
)
_BSN = re.compile(r"(?<![\w+€-])(?<!€ )\d(?:[ .\xa0-]?\d){8}(?![\w]|[.,-]\d)(?!\s?euro)")
_BSN_CUED = re.compile(
    r"\b(?:bsn|burgerservice\s?nummer|burger\s?service\s?nummer|sofi(?:nummer|-nummer)?)[^\d\n]{0,20}"
    r"(\d[\d .\xa0/-]{5,14}\d)(?!\w)",
    _FLAGS,
)
_IBAN = re.compile(
    r"(?<!\w)(?:[A-Z]{2}[\s.-]?\d{2}[\s.-]?[A-Z]{4}(?:[\s.-]?\d){10}"
    r"|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)",
    _FLAGS,
)
_PLATE = re.compile(
    r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])"
    r"(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{2,3}|\d{2,3})-(?:[A-Z]{1,2}|\d{1,2})(?![\w-])"
)
_PLATE_TIGHT = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}\d{2,3}[A-Z]{1,2}|\d{1,2}[A-Z]{2,3}\d{1,2}|[A-Z]{2}\d{2}[A-Z]{2}|\d{2}[A-Z]{4})(?![\w-])"
)
_PLATE_CUED = re.compile(
    r"\bkenteken(?:plaat)?\b[^\w\n]*(?:(?:is|was|met|van|nummer)\s+)?"
    r"((?=[\w -]{0,9}\d)[A-Z0-9]{1,3}[- ]?[A-Z0-9]{1,3}[- ]?[A-Z0-9]{1,3})(?!\w)",
    _FLAGS,
)
# a plate with spaces, in a sentence about a car
_PLATE_SPACED = re.compile(
    r"\b(?:kenteken|kentekens|auto|auto's|busje|bus|boete|rijdt|reed|scooter|bestelbus|wagen|volkswagen|opel|ford)\b[^.!?\n]{0,60}?"
    r"(?<![\w-])((?-i:[A-Z]{1,3}\s\d{1,3}\s[A-Z]{1,2}|\d{1,2}\s[A-Z]{2,3}\s\d{1,2}|[A-Z]{2}\s\d\d\s\d\d|[A-Z]{2}\s[A-Z]{2}\s\d\d))(?![\w-])",
    _FLAGS,
)
_CODE = re.compile(
    r"(?<![\w/.-])(?:[A-Z]{1,6}[-/.]?(?:19|20)\d\d[-/. ]?\d{2,}(?:[-/]\d+)*"
    r"|(?:19|20)\d\d[-/.][A-Z]{1,6}[-/.]?\d{2,}"
    r"|[A-Z]{2,6}[-/.]\d{3,}(?:[-/.]\w+)*|[A-Z]{1,6}[-/.]\d{1,5}[-/.]\d{2,}(?:[-/.]\w+)*|[A-Z]{2,5} \d{5,}"
    r"|[A-Z]{1,6}[-/][A-Z]{1,6}[-/]\d{3,}(?:[-/.]\w+)*|[A-Z]\d{5,}|[A-Z]{2,5}\d{4,}\w*|\d{3,}[-/][A-Z]{1,4}[-/]\d{2,}"
    r"|\d{4,}[-/][A-Z]{1,6}|[A-Z]{2,6}(?:\s\d{4}){2,5})(?!\w)"
)
_CODE_CUED = re.compile(
    r"\b((?:\w{0,25}(?:nummer|kenmerk|dossier|dossiernr|zaaknr|zaak|zaakcode|factuur|polis|referentie|klantnr|cliëntnr"
    r"|clientnr|ordernr|meldcode|melding|kvk|nr|ref|v-nummer|rekening|klant|cliënt|client))\.?)"
    r"[\s:=('\"“-]{1,4}(?:(?:is|was|met|van|nr\.?|nummer|no\.?|onder)[\s:]+){0,2}"
    r"((?:(?-i:[A-Z]{1,8})[-/. ]|[a-z]{1,8}[-/]){0,2}(?-i:[A-Z]{0,8})\d[\w/.-]*(?:[ ]\d[\w/.-]*){0,6})",
    _FLAGS,
)
# What a pattern cannot do without: looked for first, as it is found or missed in one quick pass.
_AT = re.compile(r"@|\bat\b|apenstaartje", _FLAGS)
_INSIDE = re.compile(r"://|\.\S|@")
_CODE_CUE = re.compile(
    r"nummer|kenmerk|dossier|zaak|factuur|polis|referentie|nr|meld|kvk|ref|rekening|klant|cli[eë]nt", _FLAGS
)
_NOT_CODED = re.compile(
    r"huisnummer|telefoon|mobiel|06-?nummer|postcode|bsn|burgerservice|sofi|pincode|kamernummer|belnummer|alarm",
    _FLAGS,
)
_LAW = re.compile(r"covid|wet|wmo", _FLAGS)
_LONG = re.compile(r"(?<![\w.,€/-])(?<!€ )\d{7,}(?![\w,]|[.]\d)")
_POSTCODE = re.compile(r"(?<![\w.,€/-])[1-9]\d{3}(\s{0,2})([A-Za-z]{2})(?!\w)")


def find_identifiers(text: str) -> list[Mention]:
    """Mentions found by their form alone; they may overlap (the first in this order should win)."""
    finders: tuple[Callable[[str], Iterator[Mention]], ...] = (_contact, _numbers, find_dates, find_ages)
    return [mention for finder in finders for mention in finder(text)]


def _contact(text: str) -> Iterator[Mention]:
    for match in _EMAIL.finditer(text) if _AT.search(text) else ():
        yield Mention(match.start(), match.end(), "email")
    for match in _URL.finditer(text) if _INSIDE.search(text) else ():
        found = match.group().rstrip(".,;:!?*_")
        if not _PUBLIC_URL.fullmatch(re.sub(r"^(?:https?://)?(?:www\.)?|/.*$", "", found)):
            yield Mention(match.start(), match.start() + len(found), "url")
    if not has_figure(text):
        return
    for match in _IBAN.finditer(text):
        yield Mention(match.start(), match.end(), "nummer")
    for match in _BSN_CUED.finditer(text):
        if 8 <= _digits(match.group(1)) <= 9:
            yield Mention(match.start(1), match.end(1), "bsn")
    for match in _PHONE.finditer(text):
        digits, head = _digits(match.group()), match.group().lstrip("(")
        plausible = 9 <= digits <= 13 if head[0] == "+" or head.startswith("00") else 9 <= digits <= 11
        if plausible:
            yield Mention(match.start(), match.end(), "telefoon")
    for match in _SPOKEN_PHONE.finditer(text):
        yield Mention(match.start(), match.end(), "telefoon")
    for match in _LOCAL_PHONE.finditer(text):
        yield Mention(match.start(1), match.end(1), "telefoon")


def _numbers(text: str) -> Iterator[Mention]:
    if not has_figure(text):
        return
    for match in _BSN.finditer(text):
        if not is_numeric_date(match.group()):
            yield Mention(match.start(), match.end(), "bsn")
    for match in _POSTCODE.finditer(text):
        if _postcode(match, text):
            yield Mention(match.start(), match.end(), "postcode")
    for pattern in (_PLATE, _PLATE_TIGHT, _CODE, _LONG):
        for match in pattern.finditer(text):
            law = _LAW.match(match.group()) and _digits(match.group()) <= 4
            if not law and not (pattern is _PLATE_TIGHT and len(match.group()) != 6):
                yield Mention(match.start(), match.end(), "nummer")
    for match in _PLATE_SPACED.finditer(text):
        yield Mention(match.start(1), match.end(1), "nummer")
    for match in _PLATE_CUED.finditer(text):
        if any(char.isdigit() for char in match.group(1)) and len(match.group(1)) >= 5:
            yield Mention(match.start(1), match.end(1), "nummer")
    for match in _CODE_CUED.finditer(text) if _CODE_CUE.search(text) else ():
        code = match.group(2).rstrip(".-/ ")
        enough = _digits(code) >= 4 or (_digits(code) >= 2 and any(char.isalpha() for char in code))
        year = re.fullmatch(r"(?:19|20)\d\d", code)
        if enough and not year and not _NOT_CODED.search(match.group(1)):
            start = match.start(1) if match.group(1).lower().startswith("factuur") else match.start(2)
            yield Mention(start, match.start(2) + len(code), "nummer")


def _postcode(match: re.Match[str], text: str) -> bool:
    letters, digits = match.group(2), match.group()[:4]
    if re.search(
        r"postcode\W{0,3}(?:is\s|was\s)?\W*$", text[max(0, match.start() - 30) : match.start()], _FLAGS
    ):
        return True
    shouted = bool(re.match(r"\s+[A-Z]{3}|\s+[A-Z]{2}\b", text[match.end() :])) or not match.group(1)
    ordinary = letters.lower() in rule_words("na-jaartal")
    if letters.isupper():
        return not (ordinary and match.group(1) and shouted) and letters not in ("SA", "SD", "SS")
    year = 1900 <= int(digits) <= 2100
    return not ordinary and not (year and bool(match.group(1)))


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
