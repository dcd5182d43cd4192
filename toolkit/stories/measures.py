"""Stories as Measures: shares of themes and sentiment, mean polarity and feeling, dyads and triads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.larger import Larger
from toolkit.stories.aspects import aspect_polarity
from toolkit.stories.sentiment import STORY_LABELS
from toolkit.stories.signification import triad_centre
from toolkit.stories.small import with_larger
from toolkit.stories.validation import BY_PEOPLE, Calibration, corrected_share
from toolkit.tables import measures as as_measures

Row = dict[str, Any]
_HAS = "has "  # begins the column that tells which stories have a theme
_SIDES = ("hits", "misses")  # tellers with and without, of a share


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
    calibrations: Mapping[str, Calibration] | None = None,
    by_people: Collection[str] = (),
    larger: Sequence[Larger] = (),
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
    says so, and n_eff is empty. Shares from which a number of tellers below that could be worked out are
    hidden (see `small`). `calibrations` are what people's checks of this corpus say of the model, by
    "sentiment" and "thema.<id>": with one, a share is corrected for what the model gets wrong, its interval
    holds both samples (see `validation`), and its status is "ok"; of the stories `by_people` the themes are
    not corrected, as people gave them. Other automatic figures are "indicatief". Areas of `larger` have a row
    where a wijk in them has no figure, and where it tells of nobody beside the shown wijken (`larger.useful`).

    `stories` holds no non-answers; `labels` is the Labels table.
    """
    told = stories.set_index("story", drop=False)
    theme_rows = labels[(labels["kind"] == "theme") & (labels["sentence"] == -1) & (labels["label"] != "")]
    has = {
        f"{_HAS}{theme}": told["story"].isin(set(theme_rows.loc[theme_rows["label"] == theme, "story"]))
        for theme in themes
    }
    feelings = labels[(labels["kind"] == "sentiment") & (labels["sentence"] == -1)].set_index("story")
    told = told.assign(
        by_people=told["story"].isin(list(by_people)),
        sentiment=feelings["label"].reindex(told.index),
        polarity=feelings["score"].reindex(told.index),
        teller=told["respondent"].where(told["respondent"] != "", told["story"]),
        **has,
    )
    # Without the texts: the stories of every area and theme are taken apart.
    told = told.drop(columns=[name for name in ("text", "title") if name in told])
    known = calibrations or {}
    aspects = aspect_polarity(labels[labels["label"].isin(themes)])
    rows: list[Row] = []
    inside = {one.code: one.parts for one in larger}
    for role, of_role in told.groupby("role", sort=True):
        for area in [city, *sorted(set(of_role["area"]) - {"", city}), *inside]:
            part = of_role if area == city else of_role[of_role["area"].isin(inside.get(area, (area,)))]
            place = {"source": "verhalen", "dataset": dataset, "area": area, "period": period}
            found = _of_role(part, str(role), themes, known, seed)
            rows += [{**place, **row} for row in found]
            if role == "inwoner":
                rows += [{**place, **row} for row in _aspects(part, aspects)]
    if feelings.empty:  # sentiment was not asked for: nothing is known, which is not 0%
        rows = [row for row in rows if not row["measure"].startswith(("sentiment.", "polariteit"))]
    table = as_measures([{key: value for key, value in row.items() if key not in _SIDES} for row in rows])
    sides = {side: [float(row.get(side, np.nan)) for row in rows] for side in _SIDES}
    guarded = _guard(table.assign(**sides, tellers=table["n_eff"]), minimum, minimum_tellers)
    limits = {"n": minimum, "tellers": minimum_tellers, **dict.fromkeys(_SIDES, minimum_tellers)}
    return with_larger(guarded, larger, city, limits)


def _of_role(
    part: pd.DataFrame,
    role: str,
    themes: Sequence[str],
    known: Mapping[str, Calibration],
    seed: int,
) -> Iterator[Row]:
    group = f"rol={role}"
    for theme in themes:
        said = part[f"{_HAS}{theme}"].map({True: "ja", False: "nee"})
        if f"thema.{theme}" in known:
            said = said.mask(part["by_people"], said + BY_PEOPLE)
        yield _share(f"thema.{theme}", said, "ja", part["teller"], group, known.get(f"thema.{theme}"))
    yield from _tone(part, group, known.get("sentiment"))
    if role == "inwoner":
        toned = part[["sentiment", "polarity", "feeling", "teller"]]
        for theme in themes:
            yield from _tone(toned[part[f"{_HAS}{theme}"]], f"thema={theme}", known.get("sentiment"))
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


def _tone(part: pd.DataFrame, group: str, calibration: Calibration | None) -> Iterator[Row]:
    judged = part[part["sentiment"].notna()]
    for label in STORY_LABELS:
        yield _share(f"sentiment.{label}", judged["sentiment"], label, judged["teller"], group, calibration)
    unit = "polariteit -1 tot 1"
    yield _mean("polariteit", part["polarity"], part["teller"], group, unit, "indicatief")
    yield _mean("gevoel", part["feeling"], part["teller"], group, "gevoel -1 tot 1", "ok")


def _aspects(part: pd.DataFrame, aspects: pd.DataFrame) -> Iterator[Row]:
    for theme, of_theme in aspects.groupby("theme", sort=True):
        said = of_theme.set_index("story")["polarity"].reindex(part.index)
        if said.notna().any():
            unit, group = "polariteit -1 tot 1", f"thema={theme}"
            yield _mean("aspectpolariteit", said, part["teller"], group, unit, "indicatief")


def _share(
    measure: str, said: pd.Series, label: str, tellers: pd.Series, group: str, calibration: Calibration | None
) -> Row:
    """The share of stories with a label, in percent: corrected with a calibration, else Wilson's (1927)."""
    from scipy.stats import binomtest

    hits = said.isin([label, label + BY_PEOPLE])
    n, count = len(hits), int(hits.sum())
    row: Row = {
        "measure": measure, "unit": "procent", "group": group, "n": n, "n_eff": tellers.nunique(),
        "status": "ok" if calibration else "indicatief",
        "hits": tellers[hits].nunique(), "misses": tellers[~hits].nunique(),
    }  # fmt: skip
    if n and calibration:
        value, low, high = corrected_share(list(said), list(tellers), calibration, label)
        row |= {"value": 100 * value, "low": 100 * low, "high": 100 * high}
    elif n:
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
