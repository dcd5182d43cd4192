"""What the stories on a subject say in an area, or in a larger one where there are too few."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from toolkit.larger import Larger, levels
from toolkit.link.rule import Rule, signed
from toolkit.project import Subject

_RESIDENTS = "rol=inwoner"
SUBJECT, EVERYTHING = "onderwerp", "alles"  # what the tone is about


@dataclass(frozen=True)
class Told:
    """The stories beside a number; sign as of a number, None when too few in this place told on the subject.

    `theme` and `share` are the leading theme and its row of Measures, of `share_area`; `polarity`, `feeling`
    and `n` are of `area`, over the stories on the subject or over everything (`about`).
    """

    words: str
    theme: str = ""
    share: Mapping[str, Any] = field(default_factory=dict)
    share_area: str = ""
    polarity: float = math.nan
    feeling: float = math.nan
    n: float = math.nan
    about: str = ""
    area: str = ""
    sign: int | None = None


def stories_of(
    stories: pd.DataFrame,
    subject: Subject,
    area: str,
    larger: tuple[Larger, ...],
    municipality: str,
    names: Mapping[str, str],
    rule: Rule,
) -> Told:
    """The stories on a subject in an area.

    The tone is of the first that has enough stories: the area and its larger area on the themes of the subject,
    then both over all subjects. Else it is that of the city on the themes. Stories over all subjects tell nothing
    of this one, nor do those of the city of the area: those are shown without a sign.
    The theme is the one told most, in the first of area, larger area and city that shows one.
    """
    if not subject.themes:
        return Told("Bij dit onderwerp zijn geen thema's gekozen.")
    places = {level: stories[stories["area"] == level] for level in levels(area, larger, municipality)}
    theme: dict[str, Any] = {}
    for level, rows in places.items():
        if shares := _shares(rows, subject):
            share = max(shares, key=lambda row: row["value"])
            name = str(share["measure"]).removeprefix("thema.")
            theme = {"theme": name, "share": share, "share_area": level}
            break
    near = [level for level in places if level != municipality or level == area]
    for about in (SUBJECT, EVERYTHING):
        for level in near:
            found = _tone(places[level], subject, about)
            if found["n"] >= rule.minimum_stories:
                told = Told("", **theme, **found, area=level)
                judged = _judged if about == SUBJECT else _aside
                return judged(told, area, names, rule)
    told = Told(
        f"Er zijn minder dan {rule.minimum_stories} verhalen over dit onderwerp uit dit gebied.", **theme
    )
    found = _tone(places[municipality], subject, SUBJECT)
    if area != municipality and found["n"] >= rule.minimum_stories:
        words = f"{told.words} Getoond zijn die van heel {names.get(municipality, municipality)}."
        told = Told(words, **theme, **found, area=municipality)
    return told


def _tone(rows: pd.DataFrame, subject: Subject, about: str) -> dict[str, Any]:
    """Polarity, feeling and number of stories; n is 0 when there is no polarity."""
    if about == SUBJECT:
        polarity, n = _mean(rows, "polariteit", subject)
        feeling, _ = _mean(rows, "gevoel", subject)
    else:
        polarity, n = _of_residents(rows, "polariteit")
        feeling, _ = _of_residents(rows, "gevoel")
    return {"polarity": polarity, "feeling": feeling, "n": n, "about": about}


def _judged(told: Told, area: str, names: Mapping[str, str], rule: Rule) -> Told:
    """With the way the stories point, in words."""
    sign = _sign(told.polarity, rule)
    of = f"De verhalen uit {names.get(told.area, told.area)}" if told.area != area else "De verhalen"
    counted = f"de thema's komen {told.n:.0f} keer voor"
    words = f"{of} lijken {_tone_words(told, sign, counted)}"
    if not math.isnan(told.feeling) and sign * _sign(told.feeling, rule) < 0:
        words += f" De vertellers zelf voelen dat anders ({signed(told.feeling)}), dus telt het als gemengd."
        sign = 0
    return replace(told, sign=sign, words=words)


def _aside(told: Told, area: str, names: Mapping[str, str], rule: Rule) -> Told:
    """Stories over all subjects, in words: they do not point a way for this subject."""
    of = f" uit {names.get(told.area, told.area)}" if told.area != area else ""
    tone = _tone_words(told, _sign(told.polarity, rule), f"{told.n:.0f} verhalen van inwoners")
    few = f"Er zijn minder dan {rule.minimum_stories} verhalen over dit onderwerp uit dit gebied."
    return replace(told, words=f"{few} Alle verhalen{of} samen lijken {tone}")


def _tone_words(told: Told, sign: int, counted: str) -> str:
    tone = {1: "overwegend positief", -1: "overwegend negatief", 0: "gemengd"}[sign]
    return f"{tone} (toon volgens de computer: gemiddeld {signed(told.polarity)}; {counted})."


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
