"""Stories as Measures: shares of themes and sentiment, mean polarity and feeling, dyads and triads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.stories.aspects import aspect_polarity
from toolkit.stories.sentiment import STORY_LABELS
from toolkit.stories.signification import triad_centre
from toolkit.tables import measures as as_measures

Row = dict[str, Any]


def measures(
    stories: pd.DataFrame,
    labels: pd.DataFrame,
    themes: Sequence[str],
    *,
    dataset: str,
    period: str,
    city: str,
    minimum: int,
    minimum_tellers: int,
    seed: int,
    validated: bool = False,
) -> pd.DataFrame:
    """Measures (source "verhalen") for the city and every area, residents and professionals apart.

    thema.<id>: stories told by that role that have the theme, in percent, with a Wilson interval.
    sentiment.<label>: the same for the story's sentiment, also per theme (residents).
    polariteit: mean sentiment score (-1 to 1) and gevoel: mean of the teller's own feeling (-1 to 1),
    with a t interval, also per theme (residents). aspectpolariteit: per theme (residents), the mean polarity
    of what stories say of that theme. dyade.<id>: mean (0-1). triade.<id>.<1..3>: the
    compositional centre in percent. n counts the stories (or answers) that the number rests on, n_eff
    their tellers (a respondent, else the story itself); unanswered is left out, and so is sentiment when
    no story has a label. With n under `minimum`, or n_eff under `minimum_tellers`, a row has no value and
    says so, and n_eff is empty. Automatic labels nobody validated on this corpus have status "indicatief".

    `stories` holds no non-answers; `labels` is the Labels table.
    """
    told = stories.set_index("story", drop=False)
    theme_rows = labels[(labels["kind"] == "theme") & (labels["sentence"] == -1) & (labels["label"] != "")]
    has = {theme: set(theme_rows.loc[theme_rows["label"] == theme, "story"]) for theme in themes}
    feelings = labels[(labels["kind"] == "sentiment") & (labels["sentence"] == -1)].set_index("story")
    told = told.assign(
        sentiment=feelings["label"].reindex(told.index),
        polarity=feelings["score"].reindex(told.index),
        teller=told["respondent"].where(told["respondent"] != "", told["story"]),
    )
    automatic = "ok" if validated else "indicatief"
    aspects = aspect_polarity(labels[labels["label"].isin(themes)])
    rows: list[Row] = []
    for role, of_role in told.groupby("role", sort=True):
        for area in [city, *sorted(set(of_role["area"]) - {"", city})]:
            part = of_role if area == city else of_role[of_role["area"] == area]
            place = {"source": "verhalen", "dataset": dataset, "area": area, "period": period}
            found = _of_role(part, str(role), has, automatic, seed)
            rows += [{**place, **row} for row in found]
            if role == "inwoner":
                rows += [{**place, **row} for row in _aspects(part, aspects)]
    if feelings.empty:  # sentiment was not asked for: nothing is known, which is not 0%
        rows = [row for row in rows if not row["measure"].startswith(("sentiment.", "polariteit"))]
    return _guard(as_measures(rows), minimum, minimum_tellers)


def _of_role(
    part: pd.DataFrame, role: str, has: dict[str, set[str]], automatic: str, seed: int
) -> Iterator[Row]:
    group = f"rol={role}"
    for theme, members in has.items():
        yield _share(f"thema.{theme}", part["story"].isin(members), part["teller"], group, automatic)
    yield from _tone(part, group, automatic)
    if role == "inwoner":
        for theme, members in has.items():
            yield from _tone(part[part["story"].isin(members)], f"thema={theme}", automatic)
    for name in [column for column in part.columns if column.startswith("dyad_")]:
        yield _mean(f"dyade.{name[5:]}", part[name], part["teller"], group, "aandeel 0-1", "ok")
    for name in [
        column[:-2] for column in part.columns if column.startswith("triad_") and column.endswith("_1")
    ]:
        shares = part[[f"{name}_{pole}" for pole in (1, 2, 3)]]
        centre = triad_centre(shares, seed)
        tellers = part.loc[shares.notna().all(axis=1), "teller"].nunique()
        for pole in range(3) if centre else ():
            assert centre is not None
            yield {
                "measure": f"triade.{name[6:]}.{pole + 1}", "unit": "procent", "group": group, "n": centre.n,
                "n_eff": tellers, "value": 100 * centre.shares[pole], "low": 100 * centre.low[pole],
                "high": 100 * centre.high[pole], "status": "ok",
            }  # fmt: skip


def _tone(part: pd.DataFrame, group: str, automatic: str) -> Iterator[Row]:
    judged = part[part["sentiment"].notna()]
    for label in STORY_LABELS:
        yield _share(f"sentiment.{label}", judged["sentiment"] == label, judged["teller"], group, automatic)
    yield _mean("polariteit", part["polarity"], part["teller"], group, "polariteit -1 tot 1", automatic)
    yield _mean("gevoel", part["feeling"], part["teller"], group, "gevoel -1 tot 1", "ok")


def _aspects(part: pd.DataFrame, aspects: pd.DataFrame) -> Iterator[Row]:
    for theme, of_theme in aspects.groupby("theme", sort=True):
        said = of_theme.set_index("story")["polarity"].reindex(part.index)
        if said.notna().any():
            unit, group = "polariteit -1 tot 1", f"thema={theme}"
            yield _mean("aspectpolariteit", said, part["teller"], group, unit, "indicatief")


def _share(measure: str, hits: pd.Series, tellers: pd.Series, group: str, status: str) -> Row:
    """A share with its Wilson score interval (Wilson 1927), in percent."""
    from scipy.stats import binomtest

    n, count = len(hits), int(hits.sum())
    row: Row = {
        "measure": measure, "unit": "procent", "group": group, "n": n, "n_eff": tellers.nunique(), "status": status,
    }  # fmt: skip
    if n:
        bounds = binomtest(count, n).proportion_ci(method="wilson")
        row |= {"value": 100 * count / n, "low": 100 * bounds.low, "high": 100 * bounds.high}
    return row


def _mean(measure: str, values: pd.Series, tellers: pd.Series, group: str, unit: str, status: str) -> Row:
    from scipy.stats import t

    known = values.dropna().to_numpy(dtype=float)
    n = len(known)
    row: Row = {
        "measure": measure, "unit": unit, "group": group, "n": n,
        "n_eff": tellers[values.notna()].nunique(), "status": status,
    }  # fmt: skip
    if n > 1:
        half = float(t.ppf(0.975, n - 1) * known.std(ddof=1) / np.sqrt(n))
        row |= {
            "value": float(known.mean()),
            "low": float(known.mean()) - half,
            "high": float(known.mean()) + half,
        }
    return row


def _guard(rows: pd.DataFrame, minimum: int, minimum_tellers: int) -> pd.DataFrame:
    too_few = (
        (rows["n_eff"] < minimum_tellers, f"minder dan {minimum_tellers} vertellers"),
        (rows["n"] < minimum, f"minder dan {minimum} verhalen"),
    )
    for few, reason in too_few:
        rows.loc[few, ["value", "low", "high", "n_eff"]] = np.nan
        rows.loc[few, "status"] = f"niet-publiceerbaar: {reason}"
    return rows
