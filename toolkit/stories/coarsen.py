"""What a date or an age may still tell: its month or year, its band."""

from __future__ import annotations

import re
from functools import cache

from toolkit.stories.dates import MONTH
from toolkit.stories.lexicon import fold

BANDS = ((0, 3), (4, 11), (12, 17), (18, 26), (27, 44), (45, 64), (65, 74), (75, 84))
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_SPELLINGS = {"mrt": 3, "agu": 8, "set": 9, "oct": 10, "ock": 10, "des": 12}
_UNITS = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_TEENS = (
    "tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
)  # fmt: skip
_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_ORDINALS = {"eerste": 1, "derde": 3, "achtste": 8}


def coarse_date(text: str, how: str) -> str:
    """The month ("maart 2025", or "maart" when no year is told) or the year of a date; "" when it tells none.

    `how` is "maand" or "jaar"; with "weg" a date tells nothing.
    """
    if how not in ("maand", "jaar"):
        return ""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    named = re.search(MONTH, text, re.IGNORECASE)
    year = next((number for number in numbers if number > 999), 0)
    if named:
        month = _month(fold(named.group()))
        short = re.search(r"['’`](\d\d)(?!\w)", text)
        year = year or (_century(int(short.group(1))) if short else 0)
    elif len(numbers) >= 2:
        month = numbers[1]
        year = year or (_century(numbers[2]) if len(numbers) > 2 else 0)
    else:
        month = 0
    if how == "jaar" or not 1 <= month <= 12:
        return str(year) if year else ""
    return f"{_MONTHS[month - 1]} {year}" if year else _MONTHS[month - 1]


def coarse_age(text: str, how: str) -> str:
    """The band of an age ("27-44 jaar", "85 jaar of ouder"); "" for a year of birth and for `how` other than "klasse"."""
    years = _years(fold(text)) if how == "klasse" else None
    if years is None:
        return ""
    for low, high in BANDS:
        if years <= high:
            return f"{low}-{high} jaar"
    return f"{BANDS[-1][1] + 1} jaar of ouder"


def _month(name: str) -> int:
    found = next((n for n, month in enumerate(_MONTHS, start=1) if month[:3] == name[:3]), 0)
    return found or _SPELLINGS.get(name[:3], 0)


def _century(short: int) -> int:
    return short + (2000 if short <= 40 else 1900)


def _years(text: str) -> int | None:
    if "'" in text:
        return None
    digits = re.match(r"\d+", text)
    if re.search(r"\b(?:weken|maanden|anderhalf)\b", text):
        return int(digits.group()) // 12 if digits and "maand" in text else 1 if "anderhalf" in text else 0
    if digits:
        return int(digits.group()) if int(digits.group()) < 130 else None
    word = re.sub(r"[^a-z]", "", text.replace("ë", "e").replace("é", "e").split(" jaar")[0])
    return _number_words().get(word)


@cache
def _number_words() -> dict[str, int]:
    words = {name: number for number, name in enumerate((*_UNITS, *_TEENS), start=1)}
    for place, ten in enumerate(_TENS, start=2):
        words[ten] = place * 10
        words.update({f"{unit}en{ten}": place * 10 + number for number, unit in enumerate(_UNITS, start=1)})
    words |= {f"honderd{name}": 100 + number for name, number in list(words.items()) if number < 10}
    words["honderd"] = 100
    ordinals = {f"{name}{ending}": number for name, number in words.items() for ending in ("de", "ste")}
    return words | ordinals | _ORDINALS
