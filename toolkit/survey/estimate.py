"""Design-based estimates: shares, means, totals, medians and differences, with intervals and a flag.

Totals, medians and differences are computed with svy, shares and means by the same formulas in
`linearise`, which is many times faster. All agree with R `survey`: see tests/reference. Weights count as
fixed: that they were raked makes the intervals somewhat too wide rather than too narrow. A domain
(wijk, age group) is estimated within the whole design, never by throwing the other respondents away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from toolkit.survey import linearise
from toolkit.survey.weights import kish

Interval = Literal["logit", "wilson"]
COLUMNS = ["level", "value", "low", "high", "se", "df", "n", "n_eff", "deff"]
_Z = 1.959963984540054


@dataclass(frozen=True)
class Split:
    """A breakdown of the respondents of a design: the levels in order, and who is in which."""

    levels: tuple[str, ...]
    cells: linearise.Cells


@dataclass(frozen=True)
class Design:
    """How the sample was drawn: respondents with a weight, strata, and the size of the strata.

    `strata` names a column of `frame` ("" for none). `population` gives the number of people per
    stratum ("alle" without strata) and so asks for the finite population correction; leave it out when
    the sample is a small part of the population. A stratum with one respondent is centred on the whole sample.
    """

    frame: pd.DataFrame
    weight: str = "weight"
    strata: str = ""
    population: Mapping[str, float] | None = None

    @cached_property
    def drawn(self) -> linearise.Strata:
        """The strata as numbers, worked out once."""
        return linearise.strata(self.stratum, len(self.frame), self.population)

    @cached_property
    def stratum(self) -> pd.Series[str] | None:
        """The stratum of each respondent; None when there is one and its size does not count."""
        if self.strata:
            return self.frame[self.strata].astype(str)
        return None if self.population is None else pd.Series("alle", index=self.frame.index)

    @cached_property
    def weights(self) -> np.ndarray:
        """The weights of the respondents."""
        return self.frame[self.weight].to_numpy(float)

    def split(self, by: pd.Series[str] | None) -> Split:
        """A breakdown by a column with the domain of each respondent, "" for none; None is everybody."""
        found = linearise.domains(by, len(self.frame))
        return Split(found.levels, linearise.cells(found, self.drawn))


@dataclass(frozen=True)
class Publication:
    """When an estimate may be published: smallest n, and widest interval.

    Shares are compared as proportions (width of the interval), grades and scores (0-10) with half
    the width. An interval that is wider than `imprecise` (or, for shares, wider than
    `relative_width` times the smaller of p and 1 - p, unless under 0.05) may be shown with a warning.
    """

    minimum: int = 30
    share_width: float = 0.30
    share_imprecise: float = 0.20
    relative_width: float = 1.30
    grade_half_width: float = 0.50
    grade_imprecise: float = 0.30


def share(
    design: Design,
    values: pd.Series[float],
    by: pd.Series[str] | None = None,
    interval: Interval = "logit",
) -> pd.DataFrame:
    """Weighted share of ones among `values` (0, 1, or NaN for who is not in the denominator).

    `values` and `by` have the index of the design's frame; `by` is the domain of each respondent,
    "" for none. Returns a row per domain (level "" without `by`) with value, low, high and se as
    proportions, design degrees of freedom, n (answers counted), deff against simple random sampling
    and n_eff = n / deff, at most n. Interval of 95 %: logit with t, or Wilson on the effective n; at 0 and 1,
    where neither exists, Wilson on Kish's effective n.
    """
    return breakdowns(design, values, [design.split(by)], "share", interval)[0]


def mean(design: Design, values: pd.Series[float], by: pd.Series[str] | None = None) -> pd.DataFrame:
    """Weighted mean of `values` (NaN: no answer), interval by t on the design degrees of freedom.

    Arguments and columns as for `share`, in the unit of the values.
    """
    return breakdowns(design, values, [design.split(by)], "mean")[0]


def breakdowns(
    design: Design,
    values: pd.Series[float],
    by: Sequence[Split],
    kind: Literal["share", "mean"],
    interval: Interval = "logit",
) -> list[pd.DataFrame]:
    """`share` or `mean` for many breakdowns of the same values; `Design.split` makes them."""
    found = linearise.answers(values.to_numpy(float), design.weights)
    return [_table(linearise.domain_means(found, one.cells), one.levels, kind, interval) for one in by]


def total(design: Design, values: pd.Series[float], by: pd.Series[str] | None = None) -> pd.DataFrame:
    """Weighted total of `values` (NaN: no answer, and adds nothing), interval by t.

    Of values 0 and 1 it is the number of people, when the weights add up to the population.
    Arguments and columns as for `share`, in the unit of the values; deff is Kish's.
    """
    return _estimate(design, values, by, "total")


def median(design: Design, values: pd.Series[float], by: pd.Series[str] | None = None) -> pd.DataFrame:
    """Weighted median of `values` (NaN: no answer) with the interval of Woodruff (1952).

    Arguments and columns as for `share`, in the unit of the values; deff is Kish's. With few answers
    a bound may be NaN: it then lies outside what was observed.
    """
    return _estimate(design, values, by, "median")


def against_rest(
    design: Design, values: pd.Series[float], by: pd.Series[str], levels: Collection[str] | None = None
) -> pd.DataFrame:
    """Difference of each domain with all other respondents together.

    Columns: level, value (domain minus rest, in the unit of the values), low, high (95 %), se, df,
    p and p_holm (Holm over all rows of this table). Design-based t test; respondents whose `by` is ""
    take part in no comparison. Only `levels` get a row, where given; the rest is still everybody else.
    """
    rows = []
    for level in sorted(set(by) - {""} if levels is None else levels):
        side = by.map(lambda name, level=level: "" if name == "" else "a" if name == level else "b")
        rows.append({"level": level, **_difference(design, values, side)})
    return _with_holm(rows)


def between(
    design: Design, values: pd.Series[float], by: pd.Series[str], levels: Collection[str] | None = None
) -> pd.DataFrame:
    """Difference of every pair of domains; columns as in `against_rest`, and `other` after level."""
    names = sorted(set(by) - {""} if levels is None else levels)
    rows = []
    for position, level in enumerate(names):
        for other in names[position + 1 :]:
            side = by.map({level: "a", other: "b"}).fillna("")
            rows.append({"level": level, "other": other, **_difference(design, values, side)})
    return _with_holm(rows)


def status(
    kind: Literal["share", "grade"], value: float, low: float, high: float, n: float, rule: Publication
) -> str:
    """The publication flag: "ok", "onnauwkeurig: ..." or "niet-publiceerbaar: ..." with the reason.

    Shares are proportions (0-1) here.
    """
    width = high - low
    if n < rule.minimum:
        return f"niet-publiceerbaar: n < {rule.minimum}"
    if not np.isfinite(width):
        return "niet-publiceerbaar: geen marge te berekenen"
    if kind == "grade":
        if width / 2 > rule.grade_half_width:
            return "niet-publiceerbaar: marge te groot"
        return "onnauwkeurig: ruime marge" if width / 2 > rule.grade_imprecise else "ok"
    if width >= rule.share_width:
        return "niet-publiceerbaar: marge te groot"
    smaller = min(value, 1 - value)
    relative = width > 0.05 and width > rule.relative_width * smaller
    return "onnauwkeurig: ruime marge" if width >= rule.share_imprecise or relative else "ok"


def sample(design: Design, columns: Mapping[str, Any]) -> Any:
    """The design as svy.Sample with these columns beside its weight, strata and sizes, in an order of its own; None is outside."""
    import polars
    import svy

    data: dict[str, Any] = {"_weight": design.frame[design.weight].to_numpy(float), **columns}
    options: dict[str, Any] = {"wgt": "_weight"}
    if (strata := design.stratum) is not None:
        data["_stratum"] = strata.to_list()
        options |= {"stratum": "_stratum", "singleton": "center"}
        if design.population is not None:
            data["_size"] = [float(design.population[name]) for name in strata]
            options["pop_size"] = "_size"
    # In one order: sums in another differ in their last digit, and a bound of a median can jump on that.
    table = polars.DataFrame(data, strict=False)
    return svy.Sample(table.sort(table.columns), svy.Design(**options))


def _table(
    found: linearise.DomainMeans, levels: Sequence[str], kind: Literal["share", "mean"], interval: Interval
) -> pd.DataFrame:
    """Domains with answers as rows, with their intervals."""
    from scipy.special import stdtrit  # the t quantile of scipy.stats, which takes seconds to load

    rows = []
    for place, level in enumerate(levels):
        n, df, p, se = (float(part[place]) for part in (found.n, found.df, found.value, found.se))
        if n == 0:
            continue
        own = float(found.kish_n[place])
        deff = float(found.deff[place])
        if not (np.isfinite(deff) and deff > 0):
            deff = n / own
        half = float(stdtrit(df, 0.975)) * se if df >= 1 else float("nan")
        low, high = _share_bounds(p, se, df, own, interval) if kind == "share" else (p - half, p + half)
        rows.append((level, p, low, high, se, df, int(n), min(n / deff, n), deff))
    return pd.DataFrame(rows, columns=COLUMNS)


def _estimate(
    design: Design,
    values: pd.Series[float],
    by: pd.Series[str] | None,
    kind: Literal["total", "median"],
) -> pd.DataFrame:
    domain = np.full(len(values), "alle", dtype=object) if by is None else by.astype(str).to_numpy(object)
    inside = values.notna().to_numpy() & (domain != "")
    if not inside.any():
        return pd.DataFrame(columns=COLUMNS)
    engine = sample(design, _outside_removed(values, domain, inside)).estimation
    found = (engine.median if kind == "median" else engine.total)("_y", by="_by", drop_nulls=True)
    rows = []
    for row in found.to_polars().to_dicts():
        deff, _ = kish(design.weights[inside & (domain == row["_by"])])
        rows.append(
            {
                "level": "" if by is None else row["_by"],
                "value": row["est"],
                "low": row["lci"],
                "high": row["uci"],
                "se": row["se"],
                "df": row["df"],
                "n": row["n"],
                "n_eff": row["n"] / deff,
                "deff": deff,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("level", ignore_index=True)


def _outside_removed(values: pd.Series[float], domain: np.ndarray, inside: np.ndarray) -> dict[str, Any]:
    """Columns _y and _by; None takes a respondent out of the estimate, not out of the design."""
    numbers, domains = values.to_numpy(float).tolist(), domain.tolist()
    return {
        "_y": [number if here else None for number, here in zip(numbers, inside, strict=True)],
        "_by": [name if here else None for name, here in zip(domains, inside, strict=True)],
    }


def _share_bounds(p: float, se: float, df: float, n_kish: float, interval: Interval) -> tuple[float, float]:
    """Logit: logit(p) ± t × se / (p (1 - p)), back-transformed. Wilson (1927): n = p (1 - p) / se²."""
    from scipy.special import stdtrit  # the t quantile of scipy.stats, which takes seconds to load

    at_edge = p * (1 - p) < 1e-12
    if not at_edge and se == 0:
        return p, p
    if at_edge or interval == "wilson":
        n = n_kish if at_edge else p * (1 - p) / se**2
        middle, root = p + _Z**2 / (2 * n), _Z * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        return max(0.0, float((middle - root) / scale)), min(1.0, float((middle + root) / scale))
    if df < 1:
        return float("nan"), float("nan")
    centre, half = np.log(p / (1 - p)), float(stdtrit(df, 0.975)) * se / (p * (1 - p))
    return float(1 / (1 + np.exp(half - centre))), float(1 / (1 + np.exp(-half - centre)))


def _difference(design: Design, values: pd.Series[float], side: pd.Series[str]) -> dict[str, float]:
    """Domain "a" minus domain "b"; NaN when one of them has no answers."""
    import svy

    inside = values.notna() & (side != "")
    if set(side[inside]) != {"a", "b"}:
        return dict.fromkeys(("value", "low", "high", "se", "df", "p"), float("nan"))
    columns = _outside_removed(values, side.to_numpy(object), inside.to_numpy())
    engine = sample(design, columns).estimation
    means = engine.mean("_y", by="_by", drop_nulls=True)
    row = means.contrast(svy.estd("a") - svy.estd("b")).to_polars().to_dicts()[0]
    names = {"est": "value", "lci": "low", "uci": "high", "se": "se", "df": "df", "p_value": "p"}
    return {ours: float(row[theirs]) for theirs, ours in names.items()}


def _with_holm(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows with p_holm, over all rows of the table."""
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    return table.assign(p_holm=holm(table["p"]))


def holm(p: pd.Series[float]) -> pd.Series[float]:
    """p-values after Holm's (1979) correction over all that are not NaN: times the tests left, never falling."""
    order = p.dropna().sort_values(kind="stable")
    left = np.arange(len(order), 0, -1)
    return (order * left).cummax().clip(upper=1.0).reindex(p.index)
