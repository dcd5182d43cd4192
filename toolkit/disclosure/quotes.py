"""Quotes and stories that may be shown: with consent, without attributes that too few tellers share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

import numpy as np
import pandas as pd

from toolkit.project import Quotes


def protect_quotes(
    quotes: pd.DataFrame,
    stories: pd.DataFrame,
    themes: pd.DataFrame,
    rules: Quotes,
    ticks: Collection[str] = frozenset(),
    rare: int = 20,
) -> pd.DataFrame:
    """The quotes that may be shown, each with only the attributes that enough tellers share.

    quotes: citaat (id), verhaal, thema, rol, gebied, optionally gebiedsnaam and leeftijdsgroep; other
    columns are kept. stories: the contract Stories, optionally with leeftijdsgroep. themes: Labels of
    kind "theme". A quote stays only with the teller's consent and, where `rules.tick_required`, with
    its id among `ticks`. Then the shown combination of age group, area, role and, when fewer than
    `rare` tellers have it, theme must fit at least `rules.k` tellers; until it does, attributes are
    emptied in the order age group, area, theme, role. A respondent who told several stories is one
    teller. A quote that not even then fits is left out. Order and index are kept; inputs unchanged.
    """
    shown = ["leeftijdsgroep", "gebied", "thema", "rol"]
    consenting = _consenting(stories)
    fits = _counter(_tellers(stories), _of_theme(themes))
    rows = []
    for _, quote in quotes.iterrows():
        ticked = not rules.tick_required or quote["citaat"] in ticks
        if quote["verhaal"] not in consenting or not ticked:
            continue
        attributes = {name: str(quote[name]) for name in shown if name in quote and not pd.isna(quote[name])}
        counted = {
            name: value
            for name, value in attributes.items()
            if name != "thema" or fits({"thema": value}) < rare
        }
        for name in shown:
            if fits(counted) >= rules.k:
                break
            counted.pop(name, None)
            attributes[name] = ""
        if fits(counted) < rules.k:
            continue
        kept = {name: value for name, value in attributes.items() if name in quote}
        if "gebiedsnaam" in quote and not attributes.get("gebied"):
            kept["gebiedsnaam"] = ""
        rows.append(quote.copy())
        for name, value in kept.items():
            rows[-1][name] = value
    return pd.DataFrame(rows, columns=quotes.columns) if rows else quotes.iloc[:0].copy()


def protect_stories(
    stories: pd.DataFrame, themes: pd.DataFrame, rules: Quotes, ticks: Collection[str], rare: int = 20
) -> pd.DataFrame:
    """The stories that may be read as a whole, each with only the attributes that enough tellers share.

    stories: the contract Stories, with `vink`, the name by which a person ticks the text. themes: Labels of
    kind "theme". Columns of the result: story, rol, gebied, themas (ids with a space between).

    A story stays only with the teller's consent and, where `rules.tick_required`, with its `vink` among
    `ticks`. Area, role and all themes that fewer than `rare` tellers have must together fit at least
    `rules.k` tellers; until they do, the area, the rare themes and the role are emptied, in that order. A
    story that not even then fits is left out. Order is kept; inputs unchanged.
    """
    consenting, of_theme = _consenting(stories), _of_theme(themes)
    fits = _counter(_tellers(stories), of_theme)
    few = {name for name in of_theme if fits({"thema": name}) < rare}
    has: dict[str, list[str]] = {}
    for name, members in sorted(of_theme.items()):
        for story in members:
            has.setdefault(story, []).append(name)
    rows = []
    for line in stories[["story", "area", "role", "vink"]].to_dict("records"):
        story = str(line["story"])
        if story not in consenting or (rules.tick_required and line["vink"] not in ticks):
            continue
        mine = has.get(story, [])
        attributes = {"gebied": str(line["area"]), "rol": str(line["role"])}
        uncommon = [name for name in mine if name in few]
        for drop in ("", "gebied", "themas", "rol"):
            if drop == "themas":
                mine, uncommon = [name for name in mine if name not in few], []
            elif drop:
                attributes[drop] = ""
            if fits(attributes, uncommon) >= rules.k:
                rows.append({"story": story, **attributes, "themas": " ".join(mine)})
                break
    return pd.DataFrame(rows, columns=["story", "rol", "gebied", "themas"])


def _tellers(stories: pd.DataFrame) -> pd.DataFrame:
    """Stories with the teller of each: the respondent, or else the story itself."""
    teller = stories["respondent"].where(stories["respondent"] != "", stories["story"])
    return stories.assign(teller=teller).rename(columns={"area": "gebied", "role": "rol"})


def _consenting(stories: pd.DataFrame) -> set[str]:
    """The stories that may be quoted: only a plain yes counts."""
    return {
        str(line["story"])
        for line in stories[["story", "quote_consent"]].to_dict("records")
        if isinstance(line["quote_consent"], (bool, np.bool_)) and line["quote_consent"]
    }


def _of_theme(themes: pd.DataFrame) -> dict[str, set[str]]:
    labels = themes[(themes["kind"] == "theme") & (themes["label"] != "")][["story", "label"]]
    return {str(theme): set(same["story"]) for theme, same in labels.groupby("label")}


def _counter(tellers: pd.DataFrame, of_theme: Mapping[str, set[str]]) -> Callable[..., int]:
    """A function that counts the tellers who have all of these attributes, and all of these themes.

    Every combination is counted once: there are few, and asking for each of many stories took time that grew with
    their square.
    """

    @cache
    def count(attributes: frozenset[tuple[str, str]], themes: frozenset[str]) -> int:
        same = tellers
        for name, value in attributes:
            same = same[same[name] == value]
        for theme in themes:
            same = same[same["story"].isin(of_theme.get(theme, set()))]
        return int(same["teller"].nunique())

    def fits(attributes: Mapping[str, str], themes: Collection[str] = ()) -> int:
        told = frozenset((name, value) for name, value in attributes.items() if value and name != "thema")
        theme = attributes.get("thema")
        return count(told, frozenset((*themes, *([theme] if theme else ()))))

    return fits
