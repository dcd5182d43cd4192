"""Join numbers and stories per subject and area, with a proposed code for how they agree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, Literal, get_args

import pandas as pd

from toolkit.project import Subject
from toolkit.tables import MEASURES, check

Code = Literal["convergentie", "aanvulling", "dissonantie", "stilte"]
CODES: tuple[str, ...] = get_args(Code)
COLUMNS = (
    "onderwerp",
    "naam",
    "gebied",
    "gebiedsnaam",
    "code",
    "uitleg",
    "maat",
    "waarde",
    "laag",
    "hoog",
    "n",
    "eenheid",
    "thema",
    "thema_aandeel",
    "thema_laag",
    "thema_hoog",
    "verhalen",
    "polariteit",
    "gevoel",
    "voorgesteld",
    "door",
    "datum",
    "reden",
)
_Z = NormalDist().inv_cdf(0.975)
_NUMBER_SOURCES = ("enquete", "registratie", "signalen", "financien", "indicator")
_RESIDENTS = "rol=inwoner"
_COUNTS = ("personen", "aantal", "trajecten")  # the count of an area says nothing beside that of the whole


@dataclass(frozen=True)
class Rule:
    """The parameters of the proposed code.

    minimum_stories: with fewer stories in a cell nothing is compared. polarity_margin: a mean
    polarity or feeling nearer to 0 than this is "gemengd". register_margin: how far, as a share of the
    reference, a number of a complete registration must lie from it to count as different.
    reference_area: the area beside the municipality that published indicators name. norms: per
    measure a value that counts as enough, used where there is no nulmeting and no reference area.
    """

    minimum_stories: int = 20
    polarity_margin: float = 0.1
    register_margin: float = 0.05
    reference_area: str = "NL0000"
    norms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Number:
    """What a measure says: 1 favourable, -1 unfavourable, 0 no clear difference, None no reference."""

    sign: int | None
    words: str


@dataclass(frozen=True)
class _Stories:
    """What the stories on a subject say in an area; sign as in _Number, None when too few."""

    theme: str
    share: Mapping[str, Any]
    polarity: float
    feeling: float
    sign: int | None
    words: str


def joint_display(
    measures: pd.DataFrame,
    subjects: tuple[Subject, ...],
    areas: pd.DataFrame,
    *,
    municipality: str,
    directions: Mapping[str, str],
    rule: Rule | None = None,
    other_set: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """One row per subject, area and measure: the number, the stories on the subject, and a code.

    `measures` is Measures after disclosure control, `areas` has columns gebied and naam, and
    `directions` says per measure whether "meer" or "minder" is wished, and `other_set` names the measures
    whose published values come from another definition or set of statements: those are never a reference. Areas are shown that occur
    both in `areas` and in the measures, the municipality first.

    Numbers: the row without group, of the latest period; a survey or registration before an
    indicator. In an area it is set against the municipality, in the municipality against the earlier
    value of the indicator of that name (nulmeting), else the reference area, else a norm. With
    intervals the difference counts when its 95% interval leaves out 0: ± 1.96·√(se1² + se2²), se from
    an interval as its width / (2·1.96); overlap of an area with its municipality is neglected, which
    makes it careful. Without intervals (complete registration) every change since the nulmeting counts,
    and a difference between an area and the municipality beyond `register_margin`.

    Stories: the theme of the subject that most residents' stories in the area hold, with its share in
    percent and interval and the number of stories; polariteit and gevoel (-1 to 1) are means over the
    subject's themes, weighted with their numbers of stories (a story on two themes counts in both).
    With too few stories on the themes both are of all residents' stories in the area, and `uitleg` says so.
    Stories point a way when polarity passes `polarity_margin` and feeling does not contradict it.

    Code: stilte when the number or enough stories are missing; convergentie or dissonantie when both
    point a way, the same or opposite; aanvulling otherwise. `uitleg` is Dutch and gives the counts.
    """
    rule = rule or Rule()
    frame = check(measures, MEASURES)
    names = dict(zip(areas["gebied"].astype(str), areas["naam"].astype(str), strict=True))
    published_otherwise = (frame["source"] == "indicator") & frame["measure"].isin(other_set)
    frame = frame[~published_otherwise]
    present = set(frame["area"])
    shown = [municipality, *sorted(present & set(names) - {municipality})]
    stories = frame[frame["source"] == "verhalen"]
    numbers = frame[frame["source"].isin(_NUMBER_SOURCES) & (frame["group"] == "")]
    rows = []
    for subject in subjects:
        for area in shown:
            told = _stories(stories[stories["area"] == area], subject, rule)
            for measure in subject.measures:
                own = _latest(numbers, measure, area)
                wished = directions.get(measure, "")
                number = _number(numbers, own, measure, area, municipality, wished, names, rule)
                code = _code(number, told, own)
                rows.append(
                    {
                        "onderwerp": subject.id,
                        "naam": subject.name,
                        "gebied": area,
                        "gebiedsnaam": names.get(area, area),
                        "code": code,
                        "uitleg": _explain(code, number, told),
                        "maat": measure,
                        "waarde": own.get("value", math.nan),
                        "laag": own.get("low", math.nan),
                        "hoog": own.get("high", math.nan),
                        "n": own.get("n", math.nan),
                        "eenheid": own.get("unit", ""),
                        "thema": told.theme,
                        "thema_aandeel": told.share.get("value", math.nan),
                        "thema_laag": told.share.get("low", math.nan),
                        "thema_hoog": told.share.get("high", math.nan),
                        "verhalen": told.share.get("n", math.nan),
                        "polariteit": told.polarity,
                        "gevoel": told.feeling,
                        "voorgesteld": code,
                        "door": "",
                        "datum": "",
                        "reden": "",
                    }
                )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def with_judgements(display: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """The joint display in which what people decided wins over the proposed code.

    `judgements` has onderwerp, gebied, maat, code, reden, door, datum; an empty maat stands for every
    measure of the subject in that area, and one for a measure goes before it. What was proposed stays in
    `voorgesteld`. The input is not changed.
    """
    told = {(one["onderwerp"], one["gebied"], one["maat"]): one for one in judgements.to_dict("records")}
    result = display.copy()
    for row, line in zip(display.index, display.to_dict("records"), strict=True):
        place = (line["onderwerp"], line["gebied"])
        found = told.get((*place, line["maat"])) or told.get((*place, ""))
        if found is not None:
            for name in ("code", "door", "datum", "reden"):
                result.at[row, name] = found[name]
    return result


def _latest(numbers: pd.DataFrame, measure: str, area: str) -> dict[Any, Any]:
    """The newest row of a measure in an area, surveys and registrations first; {} when there is none."""
    found = numbers[(numbers["measure"] == measure) & (numbers["area"] == area)]
    if found.empty:
        return {}
    published = found["source"] == "indicator"
    dated = found["period"].where(found["period"] != "onbekend", "")
    order = found.assign(own=~published, dated=dated).sort_values(["own", "dated", "source", "dataset"])
    return dict(order.iloc[-1].to_dict())


def _missing(row: Mapping[Any, Any]) -> bool:
    return not row or math.isnan(row["value"])


def _number(
    numbers: pd.DataFrame,
    own: Mapping[Any, Any],
    measure: str,
    area: str,
    municipality: str,
    wished: str,
    names: Mapping[str, str],
    rule: Rule,
) -> _Number:
    """The measure against its reference."""
    if _missing(own):
        reason = str(own.get("status", "")).partition(": ")[2]
        return _Number(None, "Er is geen cijfer" + (f" ({reason})." if reason else "."))
    reference, words = _reference(numbers, own, measure, area, municipality, names, rule)
    if wished not in ("meer", "minder") or _missing(reference):
        why = "een vergelijking" if wished in ("meer", "minder") else "een gewenste richting"
        return _Number(None, f"Het cijfer is {_dutch(own['value'], own['unit'])}; {why} ontbreekt.")
    difference = own["value"] - reference["value"]
    against = f"{_dutch(own['value'], own['unit'])} tegen {_dutch(reference['value'], own['unit'])} {words}"
    if own["source"] == "indicator" and own["status"] != "ok":
        return _Number(None, f"Van het cijfer is de marge niet bekend ({against}).")
    if abs(difference) <= _margin(own, reference, rule, plain=area == municipality):
        return _Number(0, f"Het cijfer verschilt niet aantoonbaar ({against}).")
    sign = 1 if (difference > 0) == (wished == "meer") else -1
    return _Number(sign, f"Het cijfer is {'gunstiger' if sign > 0 else 'ongunstiger'} ({against}).")


def _reference(
    numbers: pd.DataFrame,
    own: Mapping[Any, Any],
    measure: str,
    area: str,
    municipality: str,
    names: Mapping[str, str],
    rule: Rule,
) -> tuple[Mapping[Any, Any], str]:
    """What the number is set against, and the Dutch words for it."""
    if area != municipality:
        city = _latest(numbers, measure, municipality)
        same = bool(city) and city["period"] == own["period"] and city["unit"] == own["unit"]
        same = same and (city["source"], city["dataset"]) == (own["source"], own["dataset"])
        same = same and not str(own["unit"]).startswith(_COUNTS)
        return (city if same else {}), f"in {names.get(municipality, municipality)}"
    comparable = numbers[
        (numbers["measure"] == measure) & (numbers["unit"] == own["unit"]) & numbers["value"].notna()
    ]
    published = comparable[comparable["source"] == "indicator"].sort_values("period", kind="stable")
    earlier = published[(published["area"] == municipality) & (published["period"] < own["period"])]
    if len(earlier):
        base = dict(earlier.iloc[0].to_dict())
        return base, f"bij de nulmeting van {base['period']}"
    elsewhere = published[published["area"] == rule.reference_area]
    if len(elsewhere):
        name = "Nederland" if rule.reference_area == "NL0000" else rule.reference_area
        return dict(elsewhere.iloc[-1].to_dict()), f"in {name}"
    norm = rule.norms.get(measure, math.nan)
    return {"value": norm, "low": math.nan, "high": math.nan}, "als norm"


def _margin(own: Mapping[Any, Any], reference: Mapping[Any, Any], rule: Rule, *, plain: bool) -> float:
    """How far two numbers may lie apart without a demonstrable difference."""
    spreads = [row["high"] - row["low"] for row in (own, reference) if not math.isnan(row["low"])]
    if not spreads:
        return 1e-9 if plain else rule.register_margin * abs(float(reference["value"]))
    return _Z * math.sqrt(sum((spread / (2 * _Z)) ** 2 for spread in spreads))


def _stories(stories: pd.DataFrame, subject: Subject, rule: Rule) -> _Stories:
    """The stories of one area on the themes of a subject."""
    shares = _shares(stories, subject)
    share = max(shares, key=lambda row: row["value"], default={})
    theme = str(share.get("measure", "")).removeprefix("thema.")
    polarity, n = _mean(stories, "polariteit", subject)
    feeling, _ = _mean(stories, "gevoel", subject)
    if not subject.themes:
        return _Stories("", {}, polarity, feeling, None, "Bij dit onderwerp zijn geen thema's gekozen.")
    least = rule.minimum_stories
    told = f"de thema's komen {n:.0f} keer voor"
    intro = ""
    if math.isnan(polarity) or n < least:
        # Merged upward: too few stories on these themes, so all stories of residents in the area speak.
        polarity, n = _of_residents(stories, "polariteit")
        feeling, _ = _of_residents(stories, "gevoel")
        told = f"{n:.0f} verhalen van inwoners over alle onderwerpen"
        intro = (
            "Over dit onderwerp zijn er hier te weinig verhalen; daarom tellen alle verhalen uit dit gebied. "
        )
    if not share or share["n"] < least or math.isnan(polarity) or n < least:
        words = f"Er zijn minder dan {least} verhalen over dit onderwerp uit dit gebied."
        return _Stories(theme, share, polarity, feeling, None, words)
    sign = _sign(polarity, rule)
    tone = {1: "overwegend positief", -1: "overwegend negatief", 0: "gemengd"}[sign]
    words = (
        f"{intro}De verhalen lijken {tone} (toon volgens de computer: gemiddeld {_signed(polarity)}; {told})."
    )
    if not math.isnan(feeling) and sign * _sign(feeling, rule) < 0:
        words += f" De vertellers zelf voelen dat anders ({_signed(feeling)}), dus telt het als gemengd."
        sign = 0
    return _Stories(theme, share, polarity, feeling, sign, words)


def _shares(stories: pd.DataFrame, subject: Subject) -> list[dict[Any, Any]]:
    """Visible theme shares: of residents, and of everyone for a theme that residents lack."""
    found = []
    for theme in subject.themes:
        rows = stories[(stories["measure"] == f"thema.{theme}") & stories["value"].notna()]
        for group in (_RESIDENTS, ""):
            chosen = rows[rows["group"] == group].sort_values(["period", "dataset"])
            if len(chosen):
                found.append(dict(chosen.iloc[-1].to_dict()))
                break
    return found


def _of_residents(stories: pd.DataFrame, measure: str) -> tuple[float, float]:
    """The figure over all stories of residents, and its n; NaN and 0 when it is not shown."""
    chosen = stories[
        (stories["measure"] == measure) & (stories["group"] == _RESIDENTS) & stories["value"].notna()
    ]
    if chosen.empty:
        return math.nan, 0.0
    last = chosen.sort_values(["period", "dataset"]).iloc[-1]
    return float(last["value"]), float(last["n"])


def _mean(stories: pd.DataFrame, measure: str, subject: Subject) -> tuple[float, float]:
    """Mean over the subject's themes weighted with n, and the sum of n; NaN and 0 without any."""
    groups = [f"thema={theme}" for theme in subject.themes]
    rows = stories[(stories["measure"] == measure) & stories["group"].isin(groups) & stories["value"].notna()]
    n = float(rows["n"].sum())
    return (float((rows["value"] * rows["n"]).sum() / n), n) if n > 0 else (math.nan, 0.0)


def _sign(value: float, rule: Rule) -> int:
    return 0 if abs(value) < rule.polarity_margin else 1 if value > 0 else -1


def _code(number: _Number, told: _Stories, own: Mapping[Any, Any]) -> Code:
    if _missing(own) or told.sign is None:
        return "stilte"
    if number.sign and told.sign:
        return "convergentie" if number.sign == told.sign else "dissonantie"
    return "aanvulling"


def _explain(code: Code, number: _Number, told: _Stories) -> str:
    closing = {
        "convergentie": "Cijfers en verhalen wijzen dezelfde kant op.",
        "dissonantie": "Cijfers en verhalen spreken elkaar tegen.",
        "aanvulling": "De verhalen vullen het cijfer aan.",
        "stilte": "Daarom is er geen vergelijking.",
    }
    return " ".join(_sentences(number.words, told.words, closing[code]))


def _sentences(*texts: str) -> Iterator[str]:
    return (text for text in texts if text)


def _dutch(value: float, unit: str) -> str:
    """A number for in a sentence, one decimal and a comma; days, counts and whole shares without decimals."""
    whole = unit.startswith(("dagen", *_COUNTS)) or (unit.startswith("procent") and value == int(value))
    text = f"{math.floor(value + 0.5):,}" if whole else f"{math.floor(value * 10 + 0.5) / 10:,.1f}"
    text = text.replace(",", " ").replace(".", ",").replace(" ", ".")
    if unit.startswith("procent"):
        return f"{text}%"
    return f"{text} dagen" if unit == "dagen" else text


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace(".", ",").replace("-", "−")
