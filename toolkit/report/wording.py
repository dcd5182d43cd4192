"""Dutch words for numbers, dates, intervals and areas, as a reader of a report expects them."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

HIDDEN = "·"  # what stands in a cell that may not be shown

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_QUARTERS = ("eerste", "tweede", "derde", "vierde")
# Smallest share (percent) of each step, and the words for it; the first that fits from above counts.
_SHARES = (
    (97.5, "bijna allemaal"), (92.5, "ruim 9 op de 10"), (87.5, "ongeveer 9 op de 10"),
    (77.5, "ongeveer 8 op de 10"), (72.5, "ongeveer driekwart"), (68.5, "ongeveer 7 op de 10"),
    (64.5, "ongeveer twee derde"), (57.5, "ongeveer 6 op de 10"), (52.5, "ruim de helft"),
    (49.5, "de helft"), (46.5, "bijna de helft"), (36.5, "ongeveer 4 op de 10"),
    (31.5, "ongeveer een derde"), (27.5, "ongeveer 3 op de 10"), (22.5, "ongeveer een kwart"),
    (18.2, "ongeveer 1 op de 5"), (15.4, "ongeveer 1 op de 6"), (13.4, "ongeveer 1 op de 7"),
    (11.8, "ongeveer 1 op de 8"), (10.6, "ongeveer 1 op de 9"), (8.5, "ongeveer 1 op de 10"),
    (5.8, "ongeveer 1 op de 15"), (4.4, "ongeveer 1 op de 20"), (3.5, "ongeveer 1 op de 25"),
    (1.5, "een paar op de 100"), (0.75, "ongeveer 1 op de 100"),
    (0.0, "minder dan 1 op de 100"),
)  # fmt: skip


NOUNS = ("personen", "trajecten", "huishoudens", "verhalen", "aantal")  # units of counts


def missing(value: float | None) -> bool:
    """Whether there is no number: None or NaN."""
    return value is None or math.isnan(value)


def rounded(value: float, decimals: int = 0) -> Decimal:
    """`value` rounded half away from zero, as CBS does: 2.5 becomes 3 and 0.125 becomes 0.13.

    Rounds the number as it is written (repr), so that 1.005 becomes 1.01; never gives minus zero.
    """
    result = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def number(value: float | None, decimals: int = 0) -> str:
    """A number in Dutch notation: number(1234.5, 1) is "1.234,5", number(-2) is "−2"; no number gives "·"."""
    if value is None or math.isnan(value):
        return HIDDEN
    return f"{rounded(value, decimals):,}".translate(str.maketrans(",.-", ".,−"))


def percent(value: float | None, decimals: int = 0) -> str:
    """A share in percent (0-100): percent(41.2) is "41%"."""
    return HIDDEN if missing(value) else f"{number(value, decimals)}%"


def decimals_for(unit: str) -> int:
    """How many decimals figures of this unit get.

    Grades, scale scores, rates per 1,000 and differences get 1, polarity and ratios 2, p-values 3, the rest 0.
    """
    if unit.startswith(("cijfer", "schaalscore", "per 1.000")):
        return 1
    if unit.startswith("verschil"):
        return 1
    if unit.startswith("p-waarde"):
        return 3
    return 2 if unit.startswith(("verhouding tot", "polariteit", "aandeel 0-1", "gevoel", "positie")) else 0


def usual_decimals(value: float | None, unit: str) -> int:
    """How many decimals this figure gets: as decimals_for says, and one for a share under 10%."""
    return 1 if unit == "procent" and 0 < abs(value or 0.0) < 10 else decimals_for(unit)


def counted(value: float, one: str, more: str) -> str:
    """A number with its noun: "1 project", "7 projecten"."""
    return f"{number(value)} {one if value == 1 else more}"


def quarter(text: str) -> str:
    """A quarter in short, for the axis of a figure: "2025-Q1" is "kw 1 2025"."""
    year, _, name = text.partition("-Q")
    return f"kw {name} {year}" if name else text


def amount(value: float | None, unit: str, decimals: int | None = None) -> str:
    """A figure with its unit: "45%", "1,9%", "7,1", "12 dagen", "€ 1.200"; "·" when missing.

    Decimals as decimals_for says, and one for a share under 10%, unless given.
    """
    if missing(value):
        return HIDDEN
    text = number(value, usual_decimals(value, unit) if decimals is None else decimals)
    if unit == "procent":
        return f"{text}%"
    if unit == "euro":
        return f"€ {text}"
    if unit == "geschat aantal mensen":
        # More digits than hundreds would promise what an estimate cannot keep.
        return f"{number(float(rounded(value or 0.0, -2)))} mensen"
    if unit in ("dagen", *NOUNS):
        word = {"dagen": "dag", "personen": "persoon", "trajecten": "traject", "verhalen": "verhaal"}.get(
            unit
        )
        return text if unit == "aantal" else f"{text} {word if word and text == '1' else unit}"
    return text


def interval(low: float | None, high: float | None, unit: str) -> str:
    """An interval in words: "tussen 41% en 49%"; one decimal more where both ends would look equal.

    Gives an empty string when one of the ends is missing.
    """
    if missing(low) or missing(high):
        return ""
    extra = 1 if unit == "procent" and abs(high or 0.0) < 10 else decimals_for(unit)
    ends = amount(low, unit, extra), amount(high, unit, extra)
    if ends[0] == ends[1] and low != high:
        ends = amount(low, unit, extra + 1), amount(high, unit, extra + 1)
    if unit.startswith("verschil"):
        return f"tussen {signed(low or 0.0)} en {signed(high or 0.0)}"
    if unit not in ("procent", "euro", ""):
        ends = ends[0].split(" ")[0], ends[1]
    return f"tussen {ends[0]} en {ends[1]}"


def signed(value: float, decimals: int = 1) -> str:
    """A difference with its sign: "+1,2", "−0,4", "0,0"."""
    return f"{'+' if rounded(value, decimals) > 0 else ''}{number(value, decimals)}"


def share_in_words(value: float | None) -> str:
    """A share in percent as people say it: 41 is "ongeveer 4 op de 10"; empty when missing."""
    if value is None or math.isnan(value):
        return ""
    if value >= 99.95:
        return "allemaal"
    if value < 0.05:
        return "geen enkele"
    return next(words for smallest, words in _SHARES if value >= smallest)


def base(n: float | None) -> str:
    """The number a figure rests on: "n = 1.310"; "n onbekend" when it is not given."""
    return "n onbekend" if missing(n) else f"n = {number(n)}"


def day(value: date | str) -> str:
    """A date: "2026-03-12" is "12 maart 2026"; text that is no ISO date comes back as it is."""
    text = value.isoformat() if isinstance(value, date) else value.strip()
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", text)
    if not match or not 1 <= int(match[2]) <= 12:
        return text
    return f"{int(match[3])} {_MONTHS[int(match[2]) - 1]} {match[1]}"


def period(text: str) -> str:
    """A period: "2024-Q1", "2023-09", "2026-03-02/2026-04-12" or "2024" in Dutch words.

    Text of another shape comes back as it is.
    """
    text = text.strip()
    if "/" in text:
        begin, end = text.split("/", 1)
        return f"{period(begin)} tot en met {period(end)}"
    if match := re.fullmatch(r"(\d{4})-?[QqKk]([1-4])", text):
        return f"{_QUARTERS[int(match[2]) - 1]} kwartaal {match[1]}"
    if (match := re.fullmatch(r"(\d{4})-(\d\d)", text)) and 1 <= int(match[2]) <= 12:
        return f"{_MONTHS[int(match[2]) - 1]} {match[1]}"
    return day(text)


def area_phrase(code: str, name: str) -> str:
    """An area in a sentence: a municipality (GM....) is "in heel Dordrecht", a wijk "in Wielwijk"."""
    return f"in heel {name}" if code.startswith("GM") else f"in {name}"


def join(words: list[str]) -> str:
    """Words as a Dutch list: "a, b en c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} en {words[-1]}" if words else ""


def capital(text: str) -> str:
    """The text with its first letter as a capital, the Dutch ij as one letter."""
    return "IJ" + text[2:] if text.startswith("ij") else text[:1].upper() + text[1:]
