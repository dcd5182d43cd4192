"""Quotes that may be shown: with consent, and without attributes that too few tellers share."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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
    tellers = stories.assign(
        teller=stories["respondent"].where(stories["respondent"] != "", stories["story"])
    )
    tellers = tellers.rename(columns={"area": "gebied", "role": "rol"})
    consent = {
        line["story"]: isinstance(line["quote_consent"], (bool, np.bool_)) and bool(line["quote_consent"])
        for line in tellers[["story", "quote_consent"]].to_dict("records")
    }
    labels = themes[(themes["kind"] == "theme") & (themes["label"] != "")][["story", "label"]]
    of_theme = {str(theme): set(same["story"]) for theme, same in labels.groupby("label")}

    def fits(attributes: Mapping[str, str]) -> int:
        same = tellers
        for name, value in attributes.items():
            if value and name == "thema":
                same = same[same["story"].isin(of_theme.get(value, set()))]
            elif value:
                same = same[same[name] == value]
        return int(same["teller"].nunique())

    rows = []
    for _, quote in quotes.iterrows():
        ticked = not rules.tick_required or quote["citaat"] in ticks
        if not consent.get(quote["verhaal"], False) or not ticked:
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
