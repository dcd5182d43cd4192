"""Whether a plan fits what it names: groups, margins, measures, themes, the language model."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.analysis import accounts
from toolkit.analysis.merging import merging_problems
from toolkit.errors import DataError, Problem, ToolkitError, closest
from toolkit.indicators.read import unknown_sets
from toolkit.project import Plan
from toolkit.records import kpis as record_kpis
from toolkit.stories.embed import check_embedder
from toolkit.stories.judges import check_judge
from toolkit.survey import comparisons, reach
from toolkit.survey import kpis as survey_kpis
from toolkit.survey.comparisons import Asked
from toolkit.survey.scales import refuse_other_set, scales_in
from toolkit.survey.weights import check_margins

if TYPE_CHECKING:
    from toolkit.analysis.inputs import Inputs, SurveyInput

PLAN = "plan.toml"
_STORIES = ("thema.", "thema-gewogen.", "sentiment.", "dyade.", "triade.")
PROFESSIONALS = "tevredenheid.professionals"
_TOLD = ("polariteit", "gevoel")
_RESPONSE = tuple(f"respons.{name}" for name in ("uitgenodigd", "begonnen", "volledig", "aandeel"))


def plan_problems(inputs: Inputs) -> Iterator[Problem]:
    """Everything in a plan and its surveys that would stop a run, or leave a part of the report empty.

    Measures are only judged when the plan names a survey, and themes when it names a corpus with a
    codebook: a plan that has just been made names the usual ones.
    """
    plan = inputs.plan
    for survey in inputs.surveys:
        others = (one for one in inputs.surveys if one is not survey)
        elsewhere = {name for one in others for name in (*one.codebook.names, "partner")}
        yield from _survey_problems(survey, plan, elsewhere)
        yield from _role_problems(survey)
    yield from _mixed_sets(inputs)
    wijken = set(inputs.areas.loc[inputs.areas["soort"] != "gemeente", "gebied"])
    codebooks = [survey.codebook for survey in inputs.surveys]
    yield from merging_problems(plan.merging, wijken, plan.groups, codebooks, PLAN)
    yield from _asked_problems(inputs)
    measures = _measures(inputs)
    asked = [("kerncijfers", name) for name in plan.headline] + [("normen", name) for name in plan.norms]
    asked += [(f"onderwerp.{one.id}.maten", name) for one in plan.subjects for name in one.measures]
    for where, name in asked:
        if inputs.surveys and name not in measures and not name.startswith(_STORIES):
            yield _unknown(
                where, f"het cijfer '{name:.60}' komt uit geen enkele bron van dit plan.", name, measures
            )
    themes = {theme.id for corpus in inputs.corpora for theme in corpus.codebook}
    told = [(f"onderwerp.{one.id}.themas", name) for one in plan.subjects for name in one.themes]
    told += [(f"cirkel.{at}.themas", name) for at, one in enumerate(plan.circles, 1) for name in one.themes]
    for where, name in told:
        if themes and name not in themes:
            message = f"het thema '{name:.60}' staat in geen enkel codeboek van de verhalen."
            yield _unknown(where, message, name, themes)
    yield from _circle_problems(inputs)
    if inputs.corpora:
        try:
            check_embedder(plan.text.embedding)
        except ToolkitError as error:
            hint = closest(plan.text.embedding, ("auto", "e5", "use")) or error.hint
            yield Problem(PLAN, error.message, hint, column="tekst.embedding")
        try:
            check_judge(plan.text.sentiment_model)
        except ToolkitError as error:
            yield Problem(PLAN, error.message, error.hint, column="tekst.sentimentmodel")


def _circle_problems(inputs: Inputs) -> Iterator[Problem]:
    """Circles that name a subject or an indicator which the plan does not have."""
    subjects = {one.id for one in inputs.plan.subjects}
    indicators = {
        str(row[key])
        for one in inputs.indicators
        for row in one.definitions.assign(set=one.id).to_dict("records")
        for key in ("id", "thema", "set")
    }
    for at, circle in enumerate(inputs.plan.circles, start=1):
        for name in circle.subjects:
            if name not in subjects:
                message = f"het onderwerp '{name:.60}' staat niet in dit plan."
                yield _unknown(f"cirkel.{at}.onderwerpen", message, name, subjects)
        for name in circle.indicators:
            if name not in indicators:
                message = f"'{name:.60}' is geen id, thema of set van de indicatoren van dit plan."
                yield _unknown(f"cirkel.{at}.indicatoren", message, name, indicators)


def indicator_warnings(folder: Path, inputs: Inputs) -> Iterator[str]:
    """Measurements that count nowhere, and references to a set that is not read."""
    for name, others in unknown_sets(folder, inputs.plan.indicators).items():
        known = [one.id for one in inputs.indicators]
        hint = " ".join(filter(None, (closest(other, known) for other in others)))
        shown = ", ".join(others)
        yield f"In {name} staan metingen van een set die niet in het plan staat: {shown}. {hint}".strip()
    for one in inputs.indicators:
        referring = one.definitions[one.definitions["soort"] == "verwijzing"]
        for row in referring.to_dict("records"):
            target = str(row["bron"])[4:].strip()
            if target not in {other.id for other in inputs.indicators}:
                yield f"De indicator '{row['id']}' verwijst naar de set {target}, en die staat niet in het plan."


def asked_of(plan: Plan) -> Asked:
    """What a plan asks of its surveys besides the KPIs."""
    return Asked(plan.totals, plan.medians, plan.differences)


def _asked_problems(inputs: Inputs) -> Iterator[Problem]:
    """Totals, medians and differences of what no survey measures, or of the wrong kind."""
    kinds, weighted = dict[str, str](), set[str]()
    for survey in inputs.surveys:
        for kpi in survey_kpis.kpi_values(survey.data.respondents, survey.codebook):
            kinds[kpi.measure] = kpi.kind
            if survey.settings.weighting:
                weighted.add(kpi.measure)
    plan = inputs.plan
    asked = {"totalen": plan.totals, "medianen": plan.medians, "verschillen": plan.differences}
    for where, names in asked.items():
        for name in names if inputs.surveys else ():
            if name not in kinds:
                message = f"het cijfer '{name:.60}' komt uit geen enkele enquête van dit plan."
                yield _unknown(where, message, name, kinds)
            elif where == "totalen" and (kinds[name] != "share" or name not in weighted):
                message = f"van '{name:.60}' is geen aantal mensen te schatten."
                remedy = "Dat kan alleen van een aandeel, uit een enquête met een blok [weging]."
                yield Problem(PLAN, message, remedy, column=where)
            elif where == "medianen" and kinds[name] == "share":
                message = f"'{name:.60}' is een aandeel, en daarvan is er geen mediaan."
                yield Problem(PLAN, message, "Noem alleen cijfers en scores.", column=where)


def _survey_problems(survey: SurveyInput, plan: Plan, elsewhere: Collection[str]) -> Iterator[Problem]:
    """What does not fit in one survey; groups that only another survey has (`elsewhere`) are no problem."""
    respondents = survey.data.respondents
    own = survey_kpis.own_groups(respondents, survey.codebook, plan.groups)
    groups = [name for name in plan.groups if name in own or name not in elsewhere]
    basis = plan.partner_basis
    for error in survey_kpis.group_errors(respondents, survey.codebook, survey.settings, groups, basis):
        yield Problem(PLAN, f"{survey.id}: {error.message}", error.hint, column="uitsplitsen")
    weighting = survey.settings.weighting
    if weighting and survey.population is not None:
        try:
            check_margins(respondents, survey.population, weighting.margins, weighting.population)
        except DataError as error:
            yield from error.problems


def _role_problems(survey: SurveyInput) -> Iterator[Problem]:
    """KPIs of professionals under the name of residents', or the reverse: they would be read as one."""
    theirs = survey.settings.kind == "professionals"
    for name in survey_kpis.measure_names(survey.codebook):
        if name.startswith(PROFESSIONALS) != theirs:
            whom = "professionals" if theirs else "inwoners"
            message = f"de enquête onder {whom} heeft een cijfer met de naam '{name:.60}'."
            remedy = f"Cijfers van professionals, en alleen die, beginnen met {PROFESSIONALS}."
            yield Problem(f"{survey.id}/{survey.settings.codebook}", message, remedy, column="kpi")


def _mixed_sets(inputs: Inputs) -> Iterator[Problem]:
    """Two surveys that measure one thing with different sets of statements."""
    first: dict[str, str] = {}
    for survey in inputs.surveys:
        for scale in scales_in(survey.codebook):
            try:
                refuse_other_set(first.setdefault(scale.measure, scale.id), scale.id)
            except ToolkitError as error:
                yield Problem(PLAN, error.message, error.hint, column="enquetes")


def _measures(inputs: Inputs) -> set[str]:
    names = {*record_kpis.definitions()["maat"], *_TOLD, *_RESPONSE}
    for survey in inputs.surveys:
        names.update(survey_kpis.measure_names(survey.codebook))
        if survey.population is not None and reach.CONTACT in names:
            names.add(reach.MEASURE)
    asked = asked_of(inputs.plan)
    names.update(name + comparisons.TOTAL for name in asked.totals)
    names.update(name + comparisons.MEDIAN for name in asked.medians)
    for defined in accounts.definitions(inputs.accounts):
        names.update(defined["maat"])
    for one in inputs.indicators:
        names.update(map(str, one.definitions["id"]))
    return names


def _unknown(where: str, message: str, name: str, known: Collection[str]) -> Problem:
    return Problem(PLAN, message, closest(name, known) or "Haal het weg uit het plan.", column=where)
