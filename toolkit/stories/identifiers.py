"""Patterns for what identifies by its form: contact details, numbers, dates and ages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from toolkit.stories.lexicon import rule_words
from toolkit.stories.mentions import Mention

_FLAGS = re.IGNORECASE
_END = r"(?![\w@])"

_MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    r"|jan|feb|febr|mrt|apr|jun|jul|aug|sept|sep|okt|oct|nov|dec|janauri|febuari|februarie|agustus|augstus"
    r"|setember|septmber|ocktober|oktobr|novemer|desember)"
)
_UNITS = "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen"
_TENS = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
_TEENS = (
    "tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|negentien|dertiende|twaalfde|elfde"
)
_CARDINAL = rf"(?:(?:{_UNITS})(?:ë|e\u0308?|\s?-?e|\së)n(?:{_TENS})|{_TENS}|{_TEENS}|{_UNITS[4:]}|honderd(?:een|één|twee|drie|vier|vijf)?)"
_ORDINAL = (
    rf"(?:(?:(?:{_UNITS})(?:ë|e\u0308?|\s?-?e|\së)n)?(?:{_TENS})ste|eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende"
    r"|tiende|elfde|twaalfde|dertiende|veertiende|vijftiende|zestiende|zeventiende|achttiende|negentiende|honderdste)"
)
_DAY = rf"(?:(?:0?[1-9]|[12]\d|3[01])(?:ste|de|e)?|{_ORDINAL}|{_CARDINAL})"
_JOIN = r"(?:\s?(?:en|of|tot|t/m|tot\s+en\s+met|-|–|,)\s?)"
_WEEKDAY = r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag\s+)?"
_DATES = [
    re.compile(
        rf"(?<![\w.,/-]){_WEEKDAY}{_DAY}(?:{_JOIN}{_DAY})*[\s.-]{{1,2}}(?:van\s+)?{_MONTH}(?!\w)"
        r"(?:\.?[\s-]+(?:19|20)\d\d(?!\w)|\s+['’`]\d\d(?!\w))?",
        _FLAGS,
    ),
    re.compile(
        r"(?<![\w.,/-])(?:0?[1-9]|[12]\d|3[01])\s?([-/.])\s?(?:0?[1-9]|1[0-2])\s?\1\s?(?:(?:19|20)\d\d|['’]?\d\d)(?![\d/-])"
    ),
    re.compile(r"(?<![\w/-])(?:0?[1-9]|[12]\d|3[01])\s(?:0[1-9]|1[0-2])\s(?:19|20)\d\d(?!\w)"),
    re.compile(r"(?<![\w/-])(?:19|20)\d\d([-/.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?![\w/-])"),
    re.compile(
        r"(?:(?<=\bop )|(?<=\bdd )|(?<=\bd\.d\. )|(?<=\bsinds )|(?<=\bvanaf )|(?<=\bgeboren )|(?<=\bgeb\. )|(?<=\bdatum )"
        r"|(?<=\bdatum: )|(?<=\bvoor ))(?:0?[1-9]|[12]\d|3[01])[-/](?:0?[1-9]|1[0-2])(?![\w/-])(?!\s*(?:keer|x|uur|weken|dagen))",
        _FLAGS,
    ),
    re.compile(r"(?<![\w/.,-])(?:1[3-9]|2[0-35-9]|3[01])/(?:0?[1-9]|1[0-2])(?![\w/-])"),
    re.compile(rf"(?<!\w){_MONTH}\s(?:[12]\d|3[01]|[1-9])(?:ste|de|e)(?!\w)", _FLAGS),
]
_POLICY = re.compile(
    r"\b(?:wet|wetgeving|wetswijziging|jeugdwet|participatiewet|verordening|beleid|beleidsregels?|abonnementstarief"
    r"|tarief|tarieven|aanbesteding|inkoop|cao|landelijk|landelijke|decentralisatie|stelsel|contractperiode"
    r"|minimumloon|gaat in|ging in|ingevoerd)\b",
    _FLAGS,
)
_TURN = re.compile(r"^(?:0?1|eerste|één|een)[\s.-]+(?:januari|jan|juli|jul)\b", _FLAGS)
_FEASTS = re.compile(r"^(?:5|vijf)\s+(?:mei|december)$|^4(?:\s+en\s+5)?\s+mei$", _FLAGS)

_EMAIL = re.compile(
    r"(?<![\w.+%~-])[\w.+%~-]+\s?(?:@|\[at\]|\(at\)|\{at\}|\bapenstaartje\b)\s?[\w-]+(?:\s?\.\s?[\w-]+)*\.\s?[a-z]{2,}"
    r"|(?<![\w.+-])[\w.+-]+\s(?:at|@|apenstaartje)\s[\w-]+\s(?:punt|dot)\s(?:nl|com|net|org|be|eu)\b",
    _FLAGS,
)
_TLD = r"(?:nl|com|net|org|eu|be|de|info|nu|example|online|site|blog|me|tv|io|app|pl|tr|frl|amsterdam)"
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
    r"(?<![\w+.,/-])(?:\+\s?\d{2}|00\s?\d{2}|\(?[0oO](?=[\s.(-]*\d))(?:[\s\xa0]{0,2}[-–./()]?[\s\xa0]{0,2}\d){7,12}(?![\w])"
)
_LOCAL_PHONE = re.compile(
    r"\b(?:tel|telefoon|telefoonnummer|bel|bellen|belde|mobiel|bereikbaar|bereiken|nummer|appen|app)\b[^\d\n]{0,25}?"
    r"(?<![\d-])(\d{3}[ .-]?\d{2}[ .-]?\d{2}|\d{2}[ .-]?\d{2}[ .-]?\d{3})(?![\d-]|[ .]\d)",
    _FLAGS,
)
_BSN = re.compile(r"(?<![\w+€-])(?<!€ )\d(?:[ .\xa0-]?\d){8}(?![\w]|[.,-]\d)(?!\s?euro)")
_BSN_CUED = re.compile(
    r"\b(?:bsn|burgerservice\s?nummer|burger\s?service\s?nummer|sofi(?:nummer|-nummer)?)[^\d\n]{0,20}(\d[\d .\xa0/-]{5,14}\d)(?!\w)",
    _FLAGS,
)
_IBAN = re.compile(
    r"(?<!\w)(?:[A-Z]{2}[\s.-]?\d{2}[\s.-]?[A-Z]{4}(?:[\s.-]?\d){10}|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)",
    _FLAGS,
)
_PLATE = re.compile(
    r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{2,3}|\d{2,3})-(?:[A-Z]{1,2}|\d{1,2})(?![\w-])"
)
_PLATE_TIGHT = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}\d{2,3}[A-Z]{1,2}|\d{1,2}[A-Z]{2,3}\d{1,2}|[A-Z]{2}\d{2}[A-Z]{2}|\d{2}[A-Z]{4})(?![\w-])"
)
_PLATE_CUED = re.compile(
    r"\bkenteken(?:plaat)?\b[^\w\n]*(?:(?:is|was|met|van|nummer)\s+)?"
    r"((?=[\w -]{0,9}\d)[A-Z0-9]{1,3}[- ]?[A-Z0-9]{1,3}[- ]?[A-Z0-9]{1,3})(?!\w)",
    _FLAGS,
)
_CODE = re.compile(
    r"(?<![\w/.-])(?:[A-Z]{1,6}[-/.]?(?:19|20)\d\d[-/. ]?\d{2,}(?:[-/]\d+)*|(?:19|20)\d\d[-/.][A-Z]{1,6}[-/.]?\d{2,}"
    r"|[A-Z]{2,6}[-/.]\d{3,}(?:[-/.]\w+)*|[A-Z]{1,6}[-/.]\d{1,5}[-/.]\d{2,}(?:[-/.]\w+)*|[A-Z]{2,5} \d{5,}"
    r"|[A-Z]{1,6}[-/][A-Z]{1,6}[-/]\d{3,}(?:[-/.]\w+)*|[A-Z]\d{5,}|[A-Z]{2,5}\d{4,}\w*|\d{3,}[-/][A-Z]{1,4}[-/]\d{2,}"
    r"|\d{4,}[-/][A-Z]{1,6})(?!\w)"
)
_CODE_CUED = re.compile(
    r"\b((?:\w*(?:nummer|kenmerk|dossier|dossiernr|zaaknr|zaak|zaakcode|factuur|polis|referentie|klantnr|cliëntnr"
    r"|clientnr|ordernr|meldcode|melding|kvk|nr|ref|v-nummer|rekening|klant|cliënt|client))\.?)"
    r"[\s:=('\"“-]{1,4}(?:(?:is|was|met|van|nr\.?|nummer|no\.?|onder)[\s:]+){0,2}"
    r"((?:(?-i:[A-Z]{1,8})[-/. ]|[a-z]{1,8}[-/]){0,2}(?-i:[A-Z]{0,8})\d[\w/.-]*(?:[ ]\d[\w/.-]*){0,6})",
    _FLAGS,
)
_NOT_CODED = re.compile(
    r"huisnummer|telefoon|mobiel|06-?nummer|postcode|bsn|burgerservice|sofi|pincode|kamernummer|belnummer|alarm",
    _FLAGS,
)
_LONG = re.compile(r"(?<![\w.,€/-])(?<!€ )\d{7,}(?![\w,]|[.]\d)")
_POSTCODE = re.compile(r"(?<![\w.,€/-])[1-9]\d{3}(\s{0,2})([A-Za-z]{2})(?!\w)")
_PERSON_NOUN = (
    r"(?:man|vrouw|moeder|vader|ma|pa|mam|pap|mama|papa|oma|opa|zoon|zoontje|zoons?|dochter|dochtertje|dochters?|kind|kindje"
    r"|kinderen|kleinzoon|kleindochter|kleinkind|kleinkinderen|broer|broertje|broertjes|broers|zus|zusje|zusjes|zussen|zuster"
    r"|neef|neefje|nicht|nichtje|oom|tante|ouders|schoonmoeder|schoonvader|schoonzus|schoondochter|schoonzoon|partner"
    r"|echtgenoot|echtgenote|vriend|vriendin|buurman|buurvrouw|buurjongen|buurmeisje|jongen|jongetje|jongens|meisje|meisjes"
    r"|meid|meiden|gozer|heer|meneer|mevrouw|dame|cliënt|cliënte|client|bewoner|bewoonster|inwoner|inwoonster|baby"
    r"|peuter|kleuter|puber|pubers|tiener|tieners|tweeling|weduwe|weduwnaar|echtpaar|stel|mens|iemand|leerling"
    r"|student|studente|jongere|jongste|oudste|middelste|allebei|beiden|beide|allebeide|overbuurvrouw|overbuurman|achterneef"
    r"|moedertje|vadertje|ome|manneke|ventje|knul|dame|kerel|stiefzoon|stiefdochter|pleegzoon|pleegdochter|pleegkind|cliente)"
)
_NUM = rf"(?:anderhalf|1[01]\d|\d{{1,2}}(?:[.,]5|\s?½|\s?1/2)?|{_CARDINAL})"
_LIST = rf"(?:{_NUM}(?:\s+jaar)?(?:\s*,\s*(?:en\s+)?|\s+en\s+)(?:van\s+)?)*{_NUM}"
_RANGE_GUARD = r"(?!\s*(?:tot|t/m|-|–|à)\s*\d)(?!\w)(?!-)(?![.,:/]\d)(?!\s?%)"
_YEARS = r"(?:\s*(?:jaar|jr\.?)(?:\s+(?:oud|jong))?)?"
_ADVERB = (
    r"(?:nu|pas|al|inmiddels|net|bijna|dan|toen|ook|zelf|nog|maar|zelfs|ondertussen|intussen|(?:vorige|volgende|deze|afgelopen)\s+(?:week|maand)|(?:dit|vorig)\s+jaar"
    r"|straks|binnenkort|morgen|zondag|vandaag|allebei|beiden|ruim|gewoon|precies|namelijk|trouwens"
    r"|in\s+(?:"
    + _MONTH
    + r")|weer|immers|tenslotte|eindelijk|gisteren|net|toch|wel|zeker|hier|echt|rond|ongeveer|zo'n)"
)
_SUBJECT = r"(?:ik|hij|zij|ze|die|ie|u|jij|je|we|wij|moeder|vader|oma|opa|ma|pa|(?:mijn|onze|zijn|haar|m'n|me|z'n|ons)\s+\w+)"
_AFTER_AGE = (
    r"(?=\s*(?:$|[.,;:!?()\n\"'”’…]|[^\w\s]|-\s|en\b|maar\b|(?:jaar|jr)\.?(?:\s+(?:oud|jong))?(?=\s*(?:$|[.,;:!?()\n]|en\b|maar\b|geworden\b|toen\b|met\b|die\b|of\b))|geworden\b|dus\b|toen\b|met\b|die\b|want\b|als\b|nu\b"
    r"|en\b|of\b|was\b|is\b|ben\b|werd\b|wordt\b|word\b|heb\b|heeft\b|inmiddels\b|intussen\b|zonder\b|terwijl\b|hoor\b|he\b|hè\b"
    r"|lentes\b|vorige\b|dit\b|omdat\b|al\b|zit\b|woont\b|oud\b|weet\b|kan\b|zou\b|moet\b|wil\b|door\b|hij\b|ze\b|zij\b|ik\b"
    r"|twee\b|nog\b|doe\b|dat\b|vandaag\b|gaat\b|sinds\b|alleen\b|alleenstaand|gescheiden|weduwe|weduwnaar|komt|ziet|loopt|doet|krijgt))"
)
_NOT_YEARS = (
    r"(?!\s*(?:euro|uur|uren|week|weken|maand|maanden|dag|dagen|minuten|keer|x|kilo|kg|meter|km|procent|pagina|mensen"
    r"|kinderen|stuks|bladzij|personen|centimeter|cm|liter|punten|plekken|plaatsen|dossiers"
    r"|gezinnen|treden|kantjes|seconden|nachten|gram|mg|graden|formulieren|brieven|telefoontjes|afspraken|jaar\s+(?:geleden|lang|later|terug|ervaring|samen|getrouwd|bij|mee|verder|gewerkt"
    r"|gewacht|lid|gewoond|voor|aan|bezig|in\b|op\b|niet|geen|wachten|de\b|het\b|een\b|weg|nu)))"
)
_AGES = [
    re.compile(rf"(?<![\w.,-])({_NUM})(?:[\s-]+(?:jaar|jr)\s+(?:oud|jong)\b)", _FLAGS),
    re.compile(
        rf"(?<![\w.,-])({_NUM})(?:\s|-)?jarige?\b(?!\s+(?:traject|bestaan|contract|jubileum|huwelijk|plan))",
        _FLAGS,
    ),
    re.compile(
        rf"\b{_PERSON_NOUN}[\s,]+(?:\w+[\s,]+){{0,3}}?van\s+(?:net\s+|bijna\s+|nog\s+geen\s+|pas\s+|ruim\s+|al\s+)?({_LIST}){_RANGE_GUARD}"
        rf"{_NOT_YEARS}",
        _FLAGS,
    ),
    re.compile(
        rf"\b(?:zijn|waren|worden)\s+(?:{_ADVERB}\s+){{0,2}}({_LIST}){_RANGE_GUARD}{_NOT_YEARS}{_AFTER_AGE}",
        _FLAGS,
    ),
    re.compile(rf"\bkinderen\s*:\s*({_LIST}){_RANGE_GUARD}{_NOT_YEARS}", _FLAGS),
    re.compile(
        rf"(?:^|(?<=[\s(,]))(?:[A-ZÀ-Ý]\w+|\[persoon-\d+\])\s+van\s+({_NUM}){_RANGE_GUARD}{_NOT_YEARS}{_AFTER_AGE}"
    ),
    re.compile(
        rf"\b(?:ben|bent|is|was|waren|word|wordt|werd|worden|zijn)\s+(?:{_ADVERB}\s+){{0,3}}({_NUM}){_RANGE_GUARD}{_NOT_YEARS}{_AFTER_AGE}",
        _FLAGS,
    ),
    re.compile(
        rf"\b(?:ben|bent|is|was|word|wordt|werd|worden)\s+{_SUBJECT}\s+(?:{_ADVERB}\s+){{0,3}}({_NUM}){_RANGE_GUARD}{_NOT_YEARS}{_AFTER_AGE}",
        _FLAGS,
    ),
    re.compile(
        rf"\b(?:als|toen|omdat|dat|nu|sinds|voordat|totdat|terwijl)\s+{_SUBJECT}\s+(?:{_ADVERB}\s+){{0,2}}({_NUM})(?:\s+jaar)?\s+(?:oud\s+)?(?:was|waren|ben|is|werd|word|wordt|geworden)\b",
        _FLAGS,
    ),
    re.compile(rf"(?<![\w.,-])({_NUM})(?:\s+jaar)?\s+geworden\b", _FLAGS),
    re.compile(
        rf"\b(?:van\s+)?(?:allebei|beide|beiden|alle\s+twee)\s+(?:al\s+|pas\s+)?({_NUM}){_RANGE_GUARD}{_NOT_YEARS}",
        _FLAGS,
    ),
    re.compile(rf"\b(?:leeftijd|lft)\.?(?:\s+van)?\s*:?\s*({_NUM})(?![\w-])", _FLAGS),
    re.compile(rf"\bop\s+({_NUM})[\s-]jarige\b", _FLAGS),
    re.compile(
        rf"\b(?:op|voor|na|sinds|tot|rond|vanaf|met|bij|over|tegen)\s+(?:mijn|mn|m'n|me|zijn|zn|z'n|haar|d'r|dr|hun|uw|ons|onze|je|jouw|der)\s+"
        rf"(\d{{1,3}}\s?(?:ste|de|e|ᵉ)|{_ORDINAL})(?!\w)(?!\s+(?:keer|week|maand|dag|jaar|huwelijk|kind|gesprek|poging|"
        r"brief|afspraak|huis|baan|man|vrouw|aanvraag|bezoek|jeugd|verdieping|hulpverlener|consulent))",
        _FLAGS,
    ),
    re.compile(rf"\b(?:op|met)\s+(?:mijn|m'n|me|zijn|z'n|haar|d'r|hun|uw)\s+({_NUM})\s+jaar\b", _FLAGS),
    re.compile(
        r"(?<=[\w\]])\s+\(\s*(\d{1,3})(?:\s*(?:jaar|jr\.?)(?:\s+oud)?)?\s*(?=[),])(?!\s*,\s*\d)", _FLAGS
    ),
    re.compile(
        rf"(?:[A-ZÀ-Ý][\w'’-]+|\[persoon-\d+\]),\s*({_NUM})(?:\s+jaar)?(?=\s*[,.;)\n]|\s+jaar\b|$)(?!,\d)"
    ),
    re.compile(
        rf"(?<=[\w\]])\s+\(\s*(?:(?:bijna|net|nu|pas|al|ruim|m|v|man|vrouw),?\s+)?({_LIST})(?:\s*(?:jaar|jr\.?))?(?:\s+oud)?\s*\)",
        _FLAGS,
    ),
    re.compile(rf"\b{_PERSON_NOUN},\s*({_NUM})(?:\s+jaar)?(?:\s+oud)?(?=\s*[,)])(?!,\d)", _FLAGS),
    re.compile(
        rf"(?:^|[,.;!?]\s|\n)({_NUM})(?:\s+jaar)?\s+(?:is|ben|was|word|wordt|werd)\s+(?:ik|hij|ze|zij|ie|mijn|me)\b",
        _FLAGS,
    ),
    re.compile(
        rf"\b(?:oudste|jongste|middelste|andere?)\s+({_NUM})(?=\s*(?:$|[.,;)\n]|en\b))(?!,\d)", _FLAGS
    ),
    re.compile(
        rf"\b(?:ik\s+(?:ben|was|word|werd)|(?:ben|was|word|werd)\s+ik|(?:hij|zij|ze|die|ie)\s+(?:is|was|wordt|werd)|u\s+bent"
        rf"|(?:is|was|wordt|werd)\s+(?:hij|zij|ze|ie))\s+(?:{_ADVERB}\s+){{0,3}}([1-9]\d)(?![\w-]|[.,:/]\d|\s*%)(?!\s*jaar){_NOT_YEARS}",
        _FLAGS,
    ),
    re.compile(
        rf"\b(?:mijn|mn|m'n|me|onze|ons|haar|zijn|z'n)\s+{_PERSON_NOUN}\s+(?:[A-ZÀ-Ý]\w+\s+|\[persoon-\d+\]\s+)?({_NUM}){_RANGE_GUARD}"
        rf"{_NOT_YEARS}{_AFTER_AGE}"
    ),
    re.compile(rf"\b{_PERSON_NOUN},\s*([1-9]\d)(?=\s*(?:[.;]|$))(?![.,]\d)", _FLAGS),
    re.compile(r"(?:^|[.!?]\s+|\n)([1-9]\d)\s+jaar(?=\s*,|\s+(?:ben|oud|is\s+(?:ze|hij|zij|mijn)|jong))"),
    re.compile(
        rf"\b(?:baby|zoon|zoontje|dochter|dochtertje|kindje|kleintje|jongste|tweeling)\s+(?:\w+\s+)?van\s+({_NUM}\s+(?:weken|maanden))\b",
        _FLAGS,
    ),
    re.compile(
        r"\b(?:m|v|man|vrouw)\s?[,/(]\s?(\d{2})\b(?!\s*(?:euro|uur|%))(?=\s*(?:[),;.]|jaar|jr|$))", _FLAGS
    ),
]
_ONE_AGE = re.compile(
    r"(?<!\w)(?!(?:en|van|jaar)\b)[^\s,](?:[^\s,]|[.,]5)*(?:\s+(?:weken|maanden|½|de\b|ste\b|e\b))?", _FLAGS
)
# "moeder van twee" counts children
_OFFSPRING = re.compile(
    r"^(?:alleenstaande\s+)?(?:moeder|vader|ouders|mama|papa|ma|pa|oma|opa|mam|pap|man|vrouw)\s+van\s+"
    r"(?:\d|twee|drie|vier|vijf|zes|zeven|acht|negen|tien)$",
    _FLAGS,
)
_NOT_A_SUBJECT = re.compile(
    r"\b(?:dat|het|er|dit|wat|saldo|nummer|cijfer|plek|kosten|totaal|temperatuur|prijs|resultaat|vraag|score|deze"
    r"|wachttijd|wachtlijst|termijn|bedrag|aantal|kans|team|wijkteam|uitkomst|huur|caseload|welke|hoeveel|die\s+er)\s*$",
    _FLAGS,
)
_BE = re.compile(r"(?:is|was|zijn|waren|wordt|werd|worden)\b", _FLAGS)


def find_identifiers(text: str) -> list[Mention]:
    """Mentions found by their form alone; they may overlap (the first in this order should win)."""
    finders: tuple[Callable[[str], Iterator[Mention]], ...] = (_contact, _numbers, _dates, _ages)
    return [mention for finder in finders for mention in finder(text)]


def _contact(text: str) -> Iterator[Mention]:
    for match in _EMAIL.finditer(text):
        yield Mention(match.start(), match.end(), "email")
    for match in _URL.finditer(text):
        found = match.group().rstrip(".,;:!?*_")
        if not _PUBLIC_URL.fullmatch(re.sub(r"^(?:https?://)?(?:www\.)?|/.*$", "", found)):
            yield Mention(match.start(), match.start() + len(found), "url")
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
    for match in _LOCAL_PHONE.finditer(text):
        yield Mention(match.start(1), match.end(1), "telefoon")


def _numbers(text: str) -> Iterator[Mention]:
    for match in _BSN.finditer(text):
        if not any(date.fullmatch(match.group()) for date in _DATES[1:4]):
            yield Mention(match.start(), match.end(), "bsn")
    for match in _POSTCODE.finditer(text):
        if _postcode(match, text):
            yield Mention(match.start(), match.end(), "postcode")
    for pattern in (_PLATE, _PLATE_TIGHT, _CODE, _LONG):
        for match in pattern.finditer(text):
            if pattern is _PLATE_TIGHT and len(match.group()) != 6:
                continue
            if (
                not _DATES[3].match(match.group())
                and not re.match(r"(?i)^(?:covid|wet|wmo)", match.group()[:5])
            ) or _digits(match.group()) > 4:
                yield Mention(match.start(), match.end(), "nummer")
    for match in _PLATE_CUED.finditer(text):
        if any(char.isdigit() for char in match.group(1)) and len(match.group(1)) >= 5:
            yield Mention(match.start(1), match.end(1), "nummer")
    for match in _CODE_CUED.finditer(text):
        code = match.group(2).rstrip(".-/ ")
        enough = _digits(code) >= 4 or (_digits(code) >= 2 and any(char.isalpha() for char in code))
        year = re.fullmatch(r"(?:19|20)\d\d", code)
        if enough and not year and not _NOT_CODED.search(match.group(1)):
            start = match.start(1) if match.group(1).lower().startswith("factuur") else match.start(2)
            yield Mention(start, match.start(2) + len(code), "nummer")


def _postcode(match: re.Match[str], text: str) -> bool:
    letters, digits = match.group(2), match.group()[:4]
    if re.search(r"postcode\W{0,3}(?:is\s|was\s)?\W*$", text[: match.start()], _FLAGS):
        return True
    shouted = bool(re.match(r"\s+[A-Z]{3}|\s+[A-Z]{2}\b", text[match.end() :])) or not match.group(1)
    ordinary = letters.lower() in rule_words("na-jaartal")
    if letters.isupper():
        return not (ordinary and match.group(1) and shouted) and letters not in ("SA", "SD", "SS")
    year = 1900 <= int(digits) <= 2100
    return not ordinary and not (year and bool(match.group(1)))


def _dates(text: str) -> Iterator[Mention]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            found = match.group()
            if _FEASTS.match(found) or (_TURN.match(found) and _POLICY.search(_sentence(text, match))):
                continue
            yield Mention(match.start(), match.end(), "datum")


def _sentence(text: str, match: re.Match[str]) -> str:
    start = max(text.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1
    ends = [end for mark in ".!?\n" if (end := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def _ages(text: str) -> Iterator[Mention]:
    for pattern in _AGES:
        for match in pattern.finditer(text):
            if _BE.match(match.group()) and _NOT_A_SUBJECT.search(text[: match.start()]):
                continue
            if _OFFSPRING.match(match.group()):
                continue
            for group in range(1, (pattern.groups or 0) + 1):
                if match.group(group):
                    for part in _ONE_AGE.finditer(text, match.start(group), match.end(group)):
                        yield Mention(part.start(), part.end(), "leeftijd")


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
