"""Join numbers and stories per subject and area, with a proposed code for how they agree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

import pandas as pd

from toolkit.larger import Larger
from toolkit.link.numbers import Number, missing, number_of
from toolkit.link.rule import Rule
from toolkit.link.stories import Told, stories_of
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
    "gebied_cijfer",
    "vergeleken_met",
    "referentie",
    "verschil",
    "verschil_laag",
    "verschil_hoog",
    "oordeel",
    "thema",
    "thema_aandeel",
    "thema_laag",
    "thema_hoog",
    "verhalen",
    "gebied_thema",
    "polariteit",
    "gevoel",
    "verhalen_toon",
    "verhalen_over",
    "gebied_verhalen",
    "citaten",
    "voorgesteld",
    "door",
    "datum",
    "reden",
)
_NUMBER_SOURCES = ("enquete", "registratie", "signalen", "financien", "indicator")


def joint_display(
    measures: pd.DataFrame,
    subjects: tuple[Subject, ...],
    areas: pd.DataFrame,
    *,
    municipality: str,
    directions: Mapping[str, str],
    rule: Rule | None = None,
    other_set: frozenset[str] = frozenset(),
    larger: tuple[Larger, ...] = (),
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
    makes it careful. Where the analysis tested the area against the rest of the city, the
    p-value after Holm decides instead. Without intervals (complete registration) every change since the nulmeting counts,
    and a difference between an area and the municipality beyond `register_margin`.

    Stories: the theme of the subject that most residents' stories in the area hold, with its share in
    percent and interval and the number of stories; polariteit and gevoel (-1 to 1) are means over the
    subject's themes, weighted with their numbers of stories (a story on two themes counts in both).
    Stories point a way when polarity passes `polarity_margin` and feeling does not contradict it.

    Merged upward: where an area has no figure, or too few stories, that of its area in `larger` takes the
    place, and else that of the city; `gebied_cijfer`, `gebied_thema` and `gebied_verhalen` name the area that
    each is of. Before the city, all stories of residents from the area (or its larger area) speak: then
    `verhalen_over` is "alles". What is of the city, or not of the subject, is shown but gives no code: it is stilte.

    `citaten` is left empty for who knows the quotes. `verschil` is the figure minus its reference (`vergeleken_met`), with a 95% interval where known, and
    `oordeel` says whether it is demonstrable and which way. `verhalen_toon` counts the stories behind the tone.

    Code: stilte when the number or enough stories are missing; convergentie or dissonantie when both
    point a way, the same or opposite; aanvulling otherwise. `uitleg` is Dutch and gives the counts.
    """
    rule = rule or Rule()
    frame = check(measures, MEASURES)
    names = dict(zip(areas["gebied"].astype(str), areas["naam"].astype(str), strict=True))
    places = set(names)
    names |= {one.code: one.name for one in larger}
    published_otherwise = (frame["source"] == "indicator") & frame["measure"].isin(other_set)
    frame = frame[~published_otherwise]
    present = set(frame["area"])
    shown = [municipality, *sorted(present & places - {municipality})]
    stories = frame[frame["source"] == "verhalen"]
    numbers = frame[frame["source"].isin(_NUMBER_SOURCES) & (frame["group"] == "")]
    rows = []
    for subject in subjects:
        for area in shown:
            told = stories_of(stories, subject, area, larger, municipality, names, rule)
            for measure in subject.measures:
                wished = directions.get(measure, "")
                number = number_of(numbers, measure, area, larger, municipality, wished, names, rule)
                code = _code(number, told, area, municipality)
                rows.append(
                    {
                        "onderwerp": subject.id,
                        "naam": subject.name,
                        "gebied": area,
                        "gebiedsnaam": names.get(area, area),
                        "code": code,
                        "uitleg": _explain(code, number, told),
                        "maat": measure,
                        **_number_cells(number),
                        **_story_cells(told),
                        "citaten": "",
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


def _number_cells(number: Number) -> dict[str, Any]:
    row = number.row
    return {
        "waarde": row.get("value", math.nan),
        "laag": row.get("low", math.nan),
        "hoog": row.get("high", math.nan),
        "n": row.get("n", math.nan),
        "eenheid": row.get("unit", ""),
        "gebied_cijfer": number.area,
        "vergeleken_met": number.against,
        "referentie": number.reference,
        "verschil": number.difference,
        "verschil_laag": number.low,
        "verschil_hoog": number.high,
        "oordeel": number.judgement,
    }


def _story_cells(told: Told) -> dict[str, Any]:
    return {
        "thema": told.theme,
        "thema_aandeel": told.share.get("value", math.nan),
        "thema_laag": told.share.get("low", math.nan),
        "thema_hoog": told.share.get("high", math.nan),
        "verhalen": told.share.get("n", math.nan),
        "gebied_thema": told.share_area,
        "polariteit": told.polarity,
        "gevoel": told.feeling,
        "verhalen_toon": told.n,
        "verhalen_over": told.about if told.area else "",
        "gebied_verhalen": told.area,
    }


def _code(number: Number, told: Told, area: str, municipality: str) -> Code:
    of_city = municipality in (number.area, told.area) and area != municipality
    if missing(number.row) or told.sign is None or of_city:
        return "stilte"
    if number.sign and told.sign:
        return "convergentie" if number.sign == told.sign else "dissonantie"
    return "aanvulling"


def _explain(code: Code, number: Number, told: Told) -> str:
    closing = {
        "convergentie": "Cijfers en verhalen wijzen dezelfde kant op.",
        "dissonantie": "Cijfers en verhalen spreken elkaar tegen.",
        "aanvulling": "De verhalen vullen het cijfer aan.",
        "stilte": "Daarom is er geen vergelijking.",
    }
    return " ".join(_sentences(number.words, told.words, closing[code]))


def _sentences(*texts: str) -> Iterator[str]:
    return (text for text in texts if text)
