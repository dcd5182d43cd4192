"""Whether respondents who told of a theme answered a KPI differently from those who told of other things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.survey.estimate import Design, sample
from toolkit.survey.kpis import Kpi

COLUMNS = ("theme", "measure", "kind", "value", "low", "high", "p", "n_with", "n_without")


@dataclass(frozen=True)
class Guard:
    """When two groups of respondents are compared at all.

    `group`: respondents with and without the theme, each. `total`: both together. `cell`: for a yes/no KPI
    the respondents in each of the four cells (theme × answer), which keeps the logistic model from
    separation and gives it ten events for its one variable (Peduzzi et al. 1996).
    """

    group: int = 20
    total: int = 30
    cell: int = 10


def associations(
    design: Design,
    kpis: Sequence[Kpi],
    told: pd.DataFrame,
    guard: Guard = Guard(),
) -> pd.DataFrame:
    """The association of every theme with every KPI, among respondents who told a story.

    `told` has a column per theme and the index of the design's frame: 1 for a respondent who told of the
    theme, 0 for one who told of other things, NaN for one who told nothing (not in the comparison, but in
    the design: variances are of a domain). Weights, strata and sizes of strata are those of the design.

    A share (KPI 0 or 1) is a logistic regression on the theme; p is the t test of its coefficient. value is
    the difference in the share, with the theme minus without, as a proportion (a model with one yes/no
    variable has the two weighted shares as its fitted values), with the 95% interval of that difference. A grade or
    score is a linear regression: the difference of the weighted means, in the unit of the KPI. Standard errors
    are the sandwich of Binder (1983), as in `svyglm` of R; degrees of freedom as there.

    Returns COLUMNS, a row per theme and KPI: n_with and n_without are the answers of either group; value, low,
    high and p are NaN where the guard forbids a comparison or all of a group answered alike.
    """
    rows = [_row(design, kpi, str(theme), told[theme], guard) for kpi in kpis for theme in told]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(design: Design, kpi: Kpi, theme: str, told: pd.Series[float], guard: Guard) -> dict[str, Any]:
    inside = told.notna() & kpi.values.notna()
    x, y = told[inside], kpi.values[inside]
    with_it = int((x == 1).sum())
    row = {
        "theme": theme,
        "measure": kpi.measure,
        "kind": kpi.kind,
        "n_with": with_it,
        "n_without": len(x) - with_it,
    }
    row |= dict.fromkeys(("value", "low", "high", "p"), float("nan"))
    enough = min(with_it, len(x) - with_it) >= guard.group and len(x) >= guard.total
    if enough and min(_cells(x, y, kpi)) >= guard.cell:
        row |= dict(zip(("value", "low", "high", "p"), _fit(design, kpi, told, inside), strict=True))
    return row


def _cells(x: pd.Series[float], y: pd.Series[float], kpi: Kpi) -> Iterator[float]:
    """Respondents per theme × answer of a share; a score has no cells, but must vary in both groups."""
    for side in (0, 1):
        group = y[x == side]
        if kpi.kind == "share":
            yield from (float((group == answer).sum()) for answer in (0, 1))
        else:
            yield float("inf") if group.nunique() > 1 else 0.0


def _fit(
    design: Design, kpi: Kpi, told: pd.Series[float], inside: pd.Series[bool]
) -> tuple[float, float, float, float]:
    import svy

    here = inside.to_numpy()
    columns = {
        "_y": np.where(here, kpi.values.to_numpy(float), 0.0),
        "_x": np.where(here, told.to_numpy(float), 0.0),
        "_in": here,
    }
    drawn = sample(design, columns)

    def of_theme(family: str) -> dict[str, float]:
        model = drawn.glm.fit("_y", x=["_x"], family=family, where=svy.col("_in"))
        return next(dict(one) for one in model.to_polars().to_dicts() if one["term"] == "_x")

    difference = of_theme("gaussian")
    p = of_theme("binomial")["p_value"] if kpi.kind == "share" else difference["p_value"]
    return difference["estimate"], difference["conf_low"], difference["conf_high"], p
