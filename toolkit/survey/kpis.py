"""The survey side of the KPIs: from Respondents to Measures, for the city, its areas and groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pandas as pd

from toolkit.errors import ToolkitError, closest
from toolkit.project import SurveySettings
from toolkit.survey import scales
from toolkit.survey.codebook import DONT_KNOW, EMPTY, NOT_APPLICABLE, NOT_ASKED, NUMERIC, Codebook, Variable
from toolkit.survey.design import design_of
from toolkit.survey.estimate import Design, Publication, breakdowns, status
from toolkit.tables import DEFINITIONS, MEASURES, empty
from toolkit.tables import measures as measures_table

PERCENT = "procent"
GRADE = "cijfer"
_SCORES = {
    "0-10": "gemiddelde van de stellingen, omgerekend naar 0 tot 10",
    "gemiddelde": "gemiddelde van de stellingen, van 1 tot 5",
}
UNKNOWN_SUFFIX = ".weet-niet-nvt"


@dataclass(frozen=True)
class Kpi:
    """One measure of a survey: its values per respondent (NaN: not in the denominator).

    `stretch` brings the width of an interval to a scale of ten points, on which the rule for publication is set.
    """

    measure: str
    unit: str
    values: pd.Series[float]
    kind: Literal["share", "grade"]
    stretch: float = 1.0


def measures(
    respondents: pd.DataFrame,
    codebook: Codebook,
    settings: SurveySettings,
    survey_id: str,
    city: str,
    groups: Sequence[str] = (),
    rule: Publication | None = None,
    design: Design | None = None,
    partner_basis: str = "",
) -> pd.DataFrame:
    """Every KPI of the codebook as Measures, source "enquete", dataset the survey's id.

    For the city (code `city`, group ""), each area, and each level of each group ("leeftijdsgroep=65+",
    for the city). Shares are in percent 0-100, grades 1-10, scale scores 0-10 (higher is more
    cohesive). "weet-niet" and "nvt" are never in the denominator; their share among those asked
    is the measure "<measure>.weet-niet-nvt". Not asked and left empty count nowhere. `design` has
    weights, strata and their sizes; unless given, those of the settings. Cells without answers have no row; others carry their publication flag.

    Raises ToolkitError for a group that the survey does not have, and for a breakdown by partner of
    client-experience research under the Jeugdwet without its legal basis (`partner_basis`).
    """
    for error in group_errors(respondents, codebook, settings, groups, partner_basis):
        raise error
    design = design or design_of(respondents, codebook, settings)
    rule = rule or Publication()
    split = list(domains(respondents, codebook, groups, city))
    within = [design.split(by) for by, _ in split]
    rows: list[dict[str, Any]] = []
    for kpi in kpi_values(respondents, codebook):
        found = breakdowns(design, kpi.values, within, "share" if kpi.kind == "share" else "mean")
        for (_, labels), table in zip(split, found, strict=True):
            for row in table.itertuples():
                area, group = labels(str(row.level))
                rows.append(measure_row(row, kpi, survey_id, settings.period, area, group, rule))
    return measures_table(rows) if rows else empty(MEASURES)


def measure_names(codebook: Codebook) -> list[str]:
    """The measures that a survey with this codebook gives, those of its scales included."""
    names = [variable.kpi for variable in codebook.variables if variable.kpi]
    return [
        *names,
        *(name + UNKNOWN_SUFFIX for name in names),
        *(s.measure for s in scales.scales_in(codebook)),
    ]


def kpi_values(respondents: pd.DataFrame, codebook: Codebook) -> Iterator[Kpi]:
    """The KPIs of the codebook and its scales, each with its value per respondent.

    A share is 1 for an answer in `telt`, 0 for another answer; a grade is the grade itself.
    """
    for variable in codebook.variables:
        if not variable.kpi:
            continue
        answers = respondents[variable.name]
        if variable.kind in NUMERIC and not variable.counts:
            reasons = respondents[f"{variable.name}.reden"]
            yield Kpi(
                variable.kpi, GRADE if variable.kind == "cijfer" else "", answers.astype(float), "grade"
            )
        else:
            reasons = answers
            valid = answers.isin(list(codebook.codes_of(variable)))
            values = answers.isin(list(variable.counts)).astype(float).where(valid)
            yield Kpi(variable.kpi, PERCENT, values, "share")
        if set(codebook.missing_of(variable)) & {DONT_KNOW, NOT_APPLICABLE}:
            unknown = reasons.isin([DONT_KNOW, NOT_APPLICABLE]).astype(float)
            asked = ~reasons.isin([NOT_ASKED, EMPTY])
            yield Kpi(variable.kpi + UNKNOWN_SUFFIX, PERCENT, unknown.where(asked), "share")
    for scale in scales.scales_in(codebook):
        score = scales.score(scales.item_values(respondents, codebook, scale), scale)
        span = max(scale.answers.values()) - min(scale.answers.values())
        yield Kpi(scale.measure, scale.unit, score, "grade", 1.0 if scale.outcome == "0-10" else 10 / span)


def definitions(
    codebook: Codebook, settings: SurveySettings, alphas: Mapping[str, scales.Reliability] | None = None
) -> pd.DataFrame:
    """What each measure counts, for the annex of a report.

    Columns: tables.DEFINITIONS; richting is meer, minder or empty. The source of a scale names its Cronbach's
    alpha in this survey, where `alphas` has it.
    """
    rows = [_definition(codebook, variable, settings) for variable in codebook.variables if variable.kpi]
    for scale in scales.scales_in(codebook):
        rows.append(
            {
                "maat": scale.measure,
                "naam": scale.name,
                "vraag": " / ".join(item.text for item in scale.items),
                "teller": f"{_SCORES[scale.outcome]}; {scale.meaning}",
                "noemer": f"wie {scale.minimum_answered} of meer van {len(scale.items)} stellingen invulde",
                "uitgesloten": "weet niet, n.v.t. en leeg",
                "eenheid": scale.unit,
                "richting": scale.direction,
                "bron": "; ".join([scale.source, *_alpha((alphas or {}).get(scale.id))]),
                "versie": scale.id,
            }
        )
    return pd.DataFrame(rows, columns=[*DEFINITIONS])


def grade_distribution(respondents: pd.DataFrame, codebook: Codebook, kpi: str) -> pd.DataFrame:
    """How often each grade was given: cijfer (1-10), n, and the weighted share in percent.

    Half grades are rounded up. Raises KeyError when no variable has this KPI.
    """
    variable = next((v for v in codebook.variables if v.kpi == kpi), None)
    if variable is None:
        raise KeyError(kpi)
    known = respondents[respondents[variable.name].notna()]
    grades = (known[variable.name] + 0.5).astype(int).clip(1, 10)
    grouped = known["weight"].groupby(grades)
    table = pd.DataFrame({"n": grouped.size(), "procent": grouped.sum() / known["weight"].sum() * 100})
    return table.reindex(range(1, 11), fill_value=0).rename_axis("cijfer").reset_index()


def partner_is_guarded(settings: SurveySettings) -> bool:
    """Whether a breakdown by partner needs a legal basis: client-experience research, Jeugdwet."""
    return settings.kind == "clientervaringsonderzoek" and settings.law.strip().lower() == "jeugdwet"


def group_errors(
    respondents: pd.DataFrame,
    codebook: Codebook,
    settings: SurveySettings,
    groups: Sequence[str],
    partner_basis: str = "",
) -> Iterator[ToolkitError]:
    """What is wrong with the groups asked for, one error each: unknown ones, and a forbidden partner."""
    # Open answers and reason columns are columns too, but never a breakdown.
    known = ["partner", *(v.name for v in codebook.variables if v.kind in ("keuze", "ja-nee", "schaal"))]
    for group in groups:
        if group not in known or group not in respondents:
            hint = closest(group, known) or f"Mogelijk zijn: {', '.join(known)}."
            yield ToolkitError(f"De enquête heeft geen groep {group} om naar uit te splitsen.", hint)
    if partner_is_guarded(settings) and "partner" in groups and not partner_basis.strip():
        yield ToolkitError(
            "Dit cliëntervaringsonderzoek Jeugdwet mag niet worden uitgesplitst naar partner.",
            "Haal partner weg bij uitsplitsen, of noem de wettelijke grondslag bij grondslag_partner in het plan.",
        )


def own_groups(respondents: pd.DataFrame, codebook: Codebook, groups: Sequence[str]) -> tuple[str, ...]:
    """The groups of a plan that this survey has: professionals are not asked what residents are asked."""
    known = {"partner", *codebook.names}
    return tuple(group for group in groups if group in known and group in respondents)


def domains(
    respondents: pd.DataFrame, codebook: Codebook, groups: Sequence[str], city: str
) -> Iterator[tuple[pd.Series[str] | None, Callable[[str], tuple[str, str]]]]:
    """The domains to estimate (None: everybody), each with how its level becomes an area and a group."""
    yield None, lambda _: (city, "")
    yield respondents["area"], lambda level: (level, "")
    for group in groups:
        levels = respondents[group].astype(str)
        if group in codebook.names:
            levels = levels.where(levels.isin(list(codebook.codes_of(codebook.variable(group)))), "")
        yield levels, partial(in_group, city, group)


def in_group(city: str, group: str, level: str) -> tuple[str, str]:
    """Area and group of a level of a group in the whole city."""
    return city, f"{group}={level}"


def measure_row(
    row: Any, kpi: Kpi, survey_id: str, period: str, area: str, group: str, rule: Publication
) -> dict[str, Any]:
    """An estimate (a row of `estimate.breakdowns`) as a row of Measures, with its publication flag."""
    factor = 100 if kpi.kind == "share" else 1
    return {
        "source": "enquete",
        "dataset": survey_id,
        "measure": kpi.measure,
        "unit": kpi.unit,
        "area": area,
        "period": period,
        "group": group,
        "value": row.value * factor,
        "low": row.low * factor,
        "high": row.high * factor,
        "n": row.n,
        "n_eff": row.n_eff,
        "status": status(
            kpi.kind, row.value * kpi.stretch, row.low * kpi.stretch, row.high * kpi.stretch, row.n, rule
        ),
    }


def _definition(codebook: Codebook, variable: Variable, settings: SurveySettings) -> dict[str, str]:
    codes = codebook.codes_of(variable)
    grade = variable.kind in NUMERIC and not variable.counts
    labels = " of ".join(f"‘{codes[code]}’" for code in variable.counts)
    return {
        "maat": variable.kpi,
        "naam": variable.short,
        "vraag": variable.question,
        "teller": "gemiddelde van de cijfers" if grade else f"wie antwoordde: {labels}",
        "noemer": "wie de vraag kreeg en een cijfer gaf" if grade else "wie de vraag kreeg en antwoord gaf",
        "uitgesloten": ", ".join(
            ["niet gesteld", "leeg", *(m.replace("-", " ") for m in _own_missing(codebook, variable))]
        ),
        "eenheid": GRADE if variable.kind == "cijfer" else "" if grade else PERCENT,
        "richting": variable.wished,
        "bron": f"{settings.name}, gewogen" if settings.weighting else settings.name,
        "versie": codebook.version,
    }


def _alpha(found: scales.Reliability | None) -> list[str]:
    if found is None:
        return []
    return [f"Cronbachs alfa in deze enquête {found.alpha:.2f} (n = {found.n})".replace(".", ",")]


def _own_missing(codebook: Codebook, variable: Variable) -> list[str]:
    return [reason for reason in codebook.missing_of(variable) if reason not in (NOT_ASKED, EMPTY)]
