"""Themes beside KPIs of the same people: the tests of an analysis, through the gate, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit import tables
from toolkit.analysis.found import Found
from toolkit.analysis.inputs import Inputs
from toolkit.disclosure import protect
from toolkit.project import Disclosure, Plan
from toolkit.survey.association import Guard, associations
from toolkit.survey.comparisons import POINTS
from toolkit.survey.estimate import holm
from toolkit.survey.kpis import kpi_values

COLUMNS = (
    "enquete", "thema", "themanaam", "maat", "cijfer", "eenheid", "verschil", "laag", "hoog", "n_met", "n_zonder", "p_holm", "getoetst",
    "oordeel",
)  # fmt: skip
TOO_FEW = "te weinig mensen om te vergelijken"
NO_DIFFERENCE = "geen aantoonbaar verschil"
_SURE = 0.05


def guard_of(rules: Disclosure) -> Guard:
    """When two groups are compared: never with fewer people than the plan lets be published."""
    usual = Guard()
    return Guard(
        max(usual.group, rules.minimum_stories),
        max(usual.total, rules.minimum_estimate),
        max(usual.cell, rules.minimum_count),
    )


def association_table(
    inputs: Inputs, found: Sequence[Found], texts: Sequence[tuple[pd.DataFrame, pd.DataFrame]],
    hierarchy: pd.DataFrame, city: str, names: Mapping[str, str],
) -> pd.DataFrame | None:  # fmt: skip
    """samenhang.csv: per survey of residents, theme and KPI of the plan whether tellers of it answered otherwise.

    `texts` has the Stories and Labels of each corpus; a teller counts who is a respondent, and tells of a theme
    when one of the stories does. KPIs are those that the plan names, in its subjects or as a headline figure.
    Holm counts all tests of the analysis. None without stories that belong to a respondent.

    What the reader gets: the difference in percentage points or in points with its interval, the numbers of
    people rounded to `afronden_op`, and p after Holm; no share or mean of either group. Every cell behind a
    difference (theme × answer) holds at least the minimum number of people, so that even who knows both
    shares from elsewhere learns no small count. All rows without numbers have one text, whatever was too small.
    The differences are Measures on their way and pass the gate, which hides more where the plan asks for more.
    """
    plan = inputs.plan
    told = [_told(stories, labels) for stories, labels in texts]
    themes = list(dict.fromkeys(theme.id for corpus in inputs.corpora for theme in corpus.codebook))
    asked = _asked(plan)
    private = {name: frame for part in found for name, frame in part.private.items()}
    results = []
    for survey in inputs.surveys:
        frame = private[f"respondenten-{survey.id}"]
        kpis = [one for one in kpi_values(frame, survey.codebook) if one.measure in asked]
        values = pd.DataFrame({theme: _tells(frame["respondent"], told, theme) for theme in themes})
        if survey.settings.kind == "professionals" or not kpis or values.notna().sum().sum() == 0:
            continue
        design = replace(survey.design, frame=frame)
        tested = associations(design, kpis, values.set_axis(frame.index), guard_of(plan.disclosure))
        results.append(tested.assign(dataset=survey.id, period=survey.settings.period))
    if not results:
        return None
    titles = {theme.id: theme.name for corpus in inputs.corpora for theme in corpus.codebook}
    return published_tests(
        pd.concat(results, ignore_index=True), plan.disclosure, hierarchy, city, names, titles
    )


def published_tests(
    tested: pd.DataFrame, rules: Disclosure, hierarchy: pd.DataFrame, city: str,
    names: Mapping[str, str], themes: Mapping[str, str],
) -> pd.DataFrame:  # fmt: skip
    """The rows of `survey.associations` (with dataset and period) as samenhang.csv, after Holm and the gate.

    `names` and `themes` give what measures and themes are called. Rows by rising p, those without numbers last.
    """
    table = tested.assign(p_holm=holm(tested["p"]))
    return _dutch(_through_gate(table, rules, hierarchy, city), table, rules, names, themes)


def _asked(plan: Plan) -> set[str]:
    return {*plan.headline, *(name for one in plan.subjects for name in one.measures)}


def _told(stories: pd.DataFrame, labels: pd.DataFrame) -> tuple[set[str], dict[str, set[str]]]:
    """Who told something, and per theme who told of it."""
    own = stories[
        (stories["role"] == "inwoner") & (stories["respondent"] != "") & stories["told"].astype(bool)
    ]
    teller = dict(zip(own["story"], own["respondent"], strict=True))
    rows = labels[
        (labels["kind"] == "theme") & (labels["sentence"] == -1) & labels["story"].isin(list(teller))
    ]
    who = {str(theme): set(of["story"].map(teller)) for theme, of in rows.groupby("label")}
    return set(own["respondent"]), who


def _tells(
    respondents: pd.Series[str], told: Sequence[tuple[set[str], dict[str, set[str]]]], theme: str
) -> np.ndarray:
    """1, 0 or NaN per respondent: told of the theme, of other things, of nothing."""
    anything = set().union(*(people for people, _ in told))
    of_theme = set().union(*(who.get(theme, set()) for _, who in told))
    # Respondents are looked up among tellers: of a hundred thousand tellers most are no respondent.
    return np.array(
        [float(name in of_theme) if name in anything else np.nan for name in respondents], dtype=float
    )


def _through_gate(table: pd.DataFrame, rules: Disclosure, hierarchy: pd.DataFrame, city: str) -> pd.DataFrame:
    """The differences as Measures after the gate, in the order of `table`: hidden ones have no value."""
    factor = table["kind"].map({"share": 100.0, "grade": 1.0})
    rows = pd.DataFrame(
        {
            "source": "verhalen",
            "dataset": table["dataset"],
            "measure": "samenhang." + table["theme"] + "." + table["measure"],
            "unit": table["kind"].map(dict(POINTS)),
            "area": city,
            "period": table["period"],
            "value": table["value"] * factor,
            "low": table["low"] * factor,
            "high": table["high"] * factor,
            "n": table[["n_with", "n_without"]].min(axis=1),
            "status": "indicatief",
        }
    )
    return protect(tables.check(rows.assign(group="", n_eff=np.nan), tables.MEASURES), rules, hierarchy)[0]


def _dutch(
    public: pd.DataFrame,
    table: pd.DataFrame,
    rules: Disclosure,
    names: Mapping[str, str],
    themes: Mapping[str, str],
) -> pd.DataFrame:
    shown = public["value"].notna()
    step = rules.round_to

    def counted(column: str) -> pd.Series[float]:
        nearest: pd.Series[float] = step * np.floor(table[column] / step + 0.5)
        return nearest.where(shown)

    chance = table["p_holm"].where(shown)
    sure = chance < _SURE
    found = pd.DataFrame(
        {
            "enquete": table["dataset"],
            "thema": table["theme"],
            "themanaam": table["theme"].map(dict(themes)),
            "maat": table["measure"],
            "cijfer": table["measure"].map(dict(names)).fillna(table["measure"]),
            "eenheid": public["unit"],
            "verschil": public["value"].round(2),
            "laag": public["low"].round(2),
            "hoog": public["high"].round(2),
            "n_met": counted("n_with"),
            "n_zonder": counted("n_without"),
            "p_holm": chance.round(4),
            "getoetst": shown.map({True: "ja", False: "nee"}),
            "oordeel": [_judgement(*one) for one in zip(shown, sure, public["value"], strict=True)],
        },
        columns=list(COLUMNS),
    )
    order = found["p_holm"].fillna(2.0).argsort(kind="stable")
    return found.iloc[order].reset_index(drop=True)


def _judgement(shown: bool, sure: bool, value: float) -> str:
    if not shown:
        return TOO_FEW
    return ("hoger" if value > 0 else "lager") if sure else NO_DIFFERENCE


def facts(table: pd.DataFrame | None) -> dict[str, Any]:
    """How many comparisons were made, for run.json."""
    return (
        {}
        if table is None
        else {"vergelijkingen": len(table), "getoetst": int((table["getoetst"] == "ja").sum())}
    )
