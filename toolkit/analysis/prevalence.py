"""Themes among tellers who are respondents: weighted to the population, with an interval over tellers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit import tables
from toolkit.larger import Larger, in_larger
from toolkit.stories.small import with_larger
from toolkit.survey.estimate import Design, share

MEASURE = "thema-gewogen"


def weighted_themes(
    stories: pd.DataFrame,
    labels: pd.DataFrame,
    respondents: pd.DataFrame,
    themes: Sequence[str],
    *,
    dataset: str,
    period: str,
    city: str,
    minimum: int,
    minimum_tellers: int,
    strata: str = "",
    larger: Sequence[Larger] = (),
) -> pd.DataFrame:
    """Measures thema-gewogen.<id>: the share of tellers who told of a theme, weighted as the respondents are.

    Of residents whose story belongs to a respondent of the survey; a teller of several stories tells of a
    theme when one of them does. `stories` holds no non-answers, `labels` is the Labels table, `respondents` has
    respondent, area, weight (and the column of `strata`). Percent, for the city and every area; design-based
    logit interval over tellers within the whole sample (survey.estimate.share), n tellers and n_eff. With fewer
    than `minimum` tellers no value; shares that tell of fewer than `minimum_tellers` are hidden. Areas of
    `larger` have a row as `stories.small.with_larger` says. Empty when no teller is a respondent.
    """
    told = stories[
        (stories["role"] == "inwoner") & stories["respondent"].isin(set(respondents["respondent"]))
    ]
    if told.empty:
        return tables.empty(tables.MEASURES)
    frame = respondents.drop_duplicates("respondent").reset_index(drop=True)
    teller = frame["respondent"].isin(set(told["respondent"]))
    rows_of = labels[(labels["kind"] == "theme") & (labels["sentence"] == -1)]
    design = Design(frame, strata=strata if strata in frame else "")
    rows: list[dict[str, Any]] = []
    breakdowns = [frame["area"].where(frame["area"] != city, "")]
    breakdowns += [in_larger(frame["area"], larger)] if larger else []
    for theme in themes:
        about = set(rows_of.loc[rows_of["label"] == theme, "story"])
        who = set(told.loc[told["story"].isin(about), "respondent"])
        values = frame["respondent"].isin(who).astype(float).where(teller)
        place = {"source": "verhalen", "dataset": dataset, "period": period, "measure": f"{MEASURE}.{theme}"}
        rows += [
            {**place, **_row(one, city), **_sides(values)} for one in share(design, values).to_dict("records")
        ]
        for by in breakdowns:
            rows += [
                {**place, **_row(one, one["level"]), **_sides(values[by == one["level"]])}
                for one in share(design, values, by).to_dict("records")
            ]
    extra = ("hits", "misses")
    table = tables.measures([{key: value for key, value in row.items() if key not in extra} for row in rows])
    table = table.assign(**{name: [row[name] for row in rows] for name in extra})
    table.loc[table["n"] < minimum, ["value", "low", "high", "n_eff"]] = np.nan
    table.loc[table["n"] < minimum, "status"] = f"niet-publiceerbaar: minder dan {minimum} vertellers"
    limits = {"n": minimum, "hits": minimum_tellers, "misses": minimum_tellers}
    return with_larger(table, larger, city, limits)


def _row(found: Mapping[Any, Any], area: str) -> dict[str, Any]:
    return {
        "area": area, "unit": "procent", "group": "rol=inwoner", "n": found["n"], "n_eff": found["n_eff"],
        "value": 100 * found["value"], "low": 100 * found["low"], "high": 100 * found["high"], "status": "indicatief",
    }  # fmt: skip


def _sides(values: pd.Series[float]) -> dict[str, float]:
    return {"hits": float((values == 1).sum()), "misses": float((values == 0).sum())}
