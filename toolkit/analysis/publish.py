"""Everything through the disclosure gate: the tables that may leave, and the private ones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.analysis import accounts, reading
from toolkit.analysis.association import association_table
from toolkit.analysis.checks import PROFESSIONALS, asked_of
from toolkit.analysis.found import Found
from toolkit.analysis.inputs import CorpusInput, Inputs
from toolkit.analysis.judgements import Tick
from toolkit.analysis.responses import response_table
from toolkit.analysis.texts import TextResult
from toolkit.disclosure import protect, protect_quotes
from toolkit.indicators import judge, series
from toolkit.indicators import measures as indicator_measures
from toolkit.larger import Larger, larger_areas
from toolkit.link import Rule, joint_display, with_judgements
from toolkit.project import Plan, Project, Subject
from toolkit.records import kpis as record_kpis
from toolkit.stories import quotes as story_quotes
from toolkit.stories.definitions import definitions as story_definitions
from toolkit.stories.duiding import differences, places
from toolkit.stories.topictables import published_topics
from toolkit.survey import comparisons, reach
from toolkit.survey import kpis as survey_kpis
from toolkit.survey.scales import reliabilities, scales_in


def publish(
    inputs: Inputs,
    plan: Plan,
    project: Project,
    found: list[Found],
    texts: list[tuple[CorpusInput, TextResult, pd.DataFrame]],
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Everything through the gate: the public tables, and the private ones with the gate's log."""
    city = project.settings.municipality
    areas = inputs.areas[["gebied", "naam"]]
    larger = larger_areas(plan.merging.areas)
    hierarchy = pd.DataFrame(
        {
            "gebied": areas["gebied"],
            "bovenliggend": [("" if code == city else city) for code in areas["gebied"]],
        }
    )
    counted = [part.measures for part in found]
    first, _ = protect(
        pd.concat([*counted, tables.empty(tables.MEASURES)], ignore_index=True), plan.disclosure, hierarchy
    )
    versions = {
        (part.id, scale.measure): scale.id for part in inputs.surveys for scale in scales_in(part.codebook)
    }
    sets = [series.with_survey(one, first, versions) for one in inputs.indicators]
    other_set = frozenset().union(*(judge.of_another_set(one) for one in sets))
    of_indicators = [indicator_measures.measures(one, city) for one in sets]
    everything = tables.check(
        pd.concat([*counted, *of_indicators, tables.empty(tables.MEASURES)], ignore_index=True),
        tables.MEASURES,
    )
    paid = accounts.contributions(inputs.accounts, city)
    public, log = protect(everything, plan.disclosure, hierarchy, paid)
    public = comparisons.without_orphans(public)
    # What follows from published numbers tells no more than they do.
    public = pd.concat([public, *accounts.derived(inputs.accounts, public, city)], ignore_index=True)
    definitions = _definitions(inputs)
    directions = dict(zip(definitions["maat"], definitions["richting"], strict=True))
    for one in sets:
        # An aim in the set goes before a codebook; an indicator without one says nothing.
        aims = zip(one.definitions["id"], one.definitions["richting"], strict=True)
        directions |= {name: aim for name, aim in aims if aim}
    shown: dict[str, pd.DataFrame] = {
        "measures": public,
        "gebieden": _with_larger(areas, larger),
        "definities": definitions,
        "samen": with_judgements(
            joint_display(
                public,
                _of_residents(plan.subjects),
                areas,
                municipality=city,
                directions=directions,
                rule=joint_rule(plan),
                other_set=other_set,
                larger=larger,
            ),
            inputs.judgements,
        ),
    }
    if sets:
        sets = [indicator_measures.hide(one, public) for one in sets]
        shown["indicatoren"] = pd.concat(
            [series.indicators_table(one, city) for one in sets], ignore_index=True
        )
        over_time = pd.concat([series.series_table(one, city) for one in sets], ignore_index=True)
        shown["indicatoren-reeks"] = over_time
    if (overview := accounts.project_table(inputs.accounts, plan.disclosure)) is not None:
        shown["projecten"] = overview
    names = dict(zip(areas["gebied"], areas["naam"], strict=True))
    private = {name: frame for part in found for name, frame in part.private.items()} | {"onthulling": log}
    responses = [
        response_table(part, private[f"respondenten-{part.id}"], public, names)
        for part in inputs.surveys
        if part.response is not None
    ]
    if responses:
        shown["respons"] = pd.concat(responses, ignore_index=True)
    titles = dict(zip(definitions["maat"], definitions["naam"], strict=True))
    pairs = [(stories, result.labels) for _, result, stories in texts]
    together = association_table(inputs, found, pairs, hierarchy, city, titles)
    if together is not None:
        shown["samenhang"] = together
    if texts:
        told, candidates = _story_tables(texts, inputs, names)
        shown, private = shown | told, private | candidates
        shown["samen"] = with_quotes(shown["samen"], shown["citaten"], city)
    return shown, private


# Facts that count people or what they delivered; all others are settings, shares or outcomes of a model.
COUNTED = ("inzendingen", "afgekapt", "trajecten", "rijen", "buiten_periode", "verhalen", "zonder_inhoud", "andere_taal", "talen", "vervangen", "gekoppeld")  # fmt: skip


def public_facts(facts: Mapping[str, Any], least: int) -> dict[str, Any]:
    """The facts of run.json, with "minder dan 10" (`least`) for every smaller count of people or stories."""

    def few(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: few(one) for key, one in value.items()}
        small = isinstance(value, int) and not isinstance(value, bool) and value < least
        return f"minder dan {least}" if small else value

    return {
        key: few(value)
        if key in COUNTED
        else public_facts(value, least)
        if isinstance(value, Mapping)
        else value
        for key, value in facts.items()
    }


def public_warnings(warnings: Iterable[str], least: int) -> list[str]:
    """Warnings as run.json may hold them: small counts as "minder dan 10", no answers that were given."""
    return [
        re.sub(
            r"\b(\d+) (?=(?:verhaal|verhalen|antwoord|antwoorden)\b)",
            lambda match: f"minder dan {least} " if int(match[1]) < least else match[0],
            warning.partition(": '")[0],
        )
        for warning in warnings
    ]


def with_quotes(display: pd.DataFrame, quotes: pd.DataFrame, city: str) -> pd.DataFrame:
    """The joint display with in `citaten` the numbers of the quotes on the subject: of the area, or all of the city."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in quotes.to_dict("records"):
        for area in {line["gebied"], city} - {""}:
            found.setdefault((line["onderwerp"], area), []).append(line["citaat"])
    places = zip(display["onderwerp"], display["gebied"], strict=True)
    return display.assign(citaten=[" ".join(found.get(place, [])) for place in places])


def _with_larger(areas: pd.DataFrame, larger: Sequence[Larger]) -> pd.DataFrame:
    """The areas and after them the larger ones, with the codes of the wijken in `delen`."""
    rows = [{"gebied": one.code, "naam": one.name, "delen": " ".join(one.parts)} for one in larger]
    return pd.concat([areas.assign(delen=""), pd.DataFrame(rows)], ignore_index=True)


def joint_rule(plan: Plan) -> Rule:
    """The parameters of the joint display as the plan sets them: least number of stories, and norms."""
    return Rule(minimum_stories=plan.disclosure.minimum_stories, norms=plan.norms)


def _of_residents(subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Subjects without what professionals answered: it is never set beside the stories of residents."""
    return tuple(
        Subject(
            one.id,
            one.name,
            tuple(name for name in one.measures if not name.startswith(PROFESSIONALS)),
            one.themes,
        )
        for one in subjects
    )


def _definitions(inputs: Inputs) -> pd.DataFrame:
    least = inputs.plan.disclosure.minimum_estimate
    parts = [
        survey_kpis.definitions(
            part.codebook, part.settings, reliabilities(part.data.respondents, part.codebook, least)
        )
        for part in inputs.surveys
    ]
    for survey, found in zip(inputs.surveys, tuple(parts), strict=True):
        parts.append(comparisons.definitions(found, asked_of(inputs.plan)))
        if survey.population is not None and survey.settings.weighting:
            parts.append(reach.definitions(found, survey.settings.weighting.source))
    parts += [record_kpis.definitions(part.settings) for part in inputs.records]
    parts += accounts.definitions(inputs.accounts)
    parts += [story_definitions(corpus.settings) for corpus in inputs.corpora]
    if not parts:
        return tables.empty(tables.DEFINED)
    return tables.check(pd.concat(parts, ignore_index=True).drop_duplicates("maat"), tables.DEFINED)


def _story_tables(
    texts: list[tuple[CorpusInput, TextResult, pd.DataFrame]], inputs: Inputs, names: dict[str, str]
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """The public tables about stories, and every candidate for a quote, for the people who tick them."""
    plan = inputs.plan
    themes, topics, quotes, whole = [], [], [], []
    signified: list[tuple[pd.DataFrame, pd.DataFrame]] = []
    subject_of = {theme: subject.id for subject in plan.subjects for theme in subject.themes}
    for corpus, result, stories in texts:
        themes += [
            {"thema": one.id, "naam": one.name, "beschrijving": one.description} for one in corpus.codebook
        ]
        if result.topics:
            # A topic, or a word, of a handful of stories says too much about them.
            topics.append(published_topics(result.topics, plan.disclosure.minimum_count))
        open_to_all = None
        if plan.quotes.whole_stories:
            read = reading.readable(corpus, result, stories, plan, frozenset(inputs.ticks), names)
            whole.append(read[:2])
            open_to_all = read[2]
        quotes.append(_quotes(corpus, result, stories, inputs, names, subject_of, open_to_all))
        told = stories[stories["told"].astype(bool)]
        limits = (plan.disclosure.minimum_stories, plan.disclosure.minimum_count, plan.seed)
        signified.append(
            (places(told, corpus.settings, *limits), differences(told, corpus.settings, *limits))
        )
    shown = {
        "themas": pd.DataFrame(themes, columns=["thema", "naam", "beschrijving"]).drop_duplicates("thema")
    }
    if topics:
        shown["onderwerpen"] = pd.concat(topics, ignore_index=True)
    for name, part in zip(
        ("eigen-duiding", "eigen-duiding-verschillen"), zip(*signified, strict=True), strict=True
    ):
        if len(frame := pd.concat(part, ignore_index=True)):
            shown[name] = frame
    shown["citaten"] = pd.concat([public for public, _ in quotes], ignore_index=True)
    private = {"citaten-kandidaten": pd.concat([one for _, one in quotes], ignore_index=True)}
    if whole:
        shown["verhalen"] = pd.concat([public for public, _ in whole], ignore_index=True)
        private["verhalen-kandidaten"] = pd.concat([one for _, one in whole], ignore_index=True)
    return shown, private


def _quotes(
    corpus: CorpusInput,
    result: TextResult,
    stories: pd.DataFrame,
    inputs: Inputs,
    names: dict[str, str],
    subject_of: dict[str, str],
    open_to_all: pd.DataFrame | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    plan = inputs.plan
    labels = result.labels
    found = story_quotes.candidates(stories, result.sentences, labels, result.vectors)
    about = stories.set_index("story")
    frame = pd.DataFrame(
        {
            "citaat": [
                quote_id(*one) for one in zip(found["story"], found["sentence"], found["text"], strict=True)
            ],
            "verhaal": found["story"],
            "thema": found["theme"],
            "onderwerp": found["theme"].map(subject_of).fillna(""),
            "soort": found["kind"],
            "rol": found["story"].map(about["role"]),
            "gebied": found["story"].map(about["area"]),
            "gebiedsnaam": found["story"].map(about["area"]).map(names).fillna(""),
            "sentiment": found["sentiment"],
            "tekst": found["text"],
        }
    )
    allowed = protect_quotes(frame, stories, labels[labels["kind"] == "theme"], plan.quotes, inputs.ticks)
    if open_to_all is not None:
        allowed = reading.within(allowed, open_to_all)
    nobody = Tick()
    ticked = frame.assign(
        door=[inputs.ticks.get(name, nobody).by for name in frame["citaat"]],
        datum=[inputs.ticks.get(name, nobody).date for name in frame["citaat"]],
    )
    return shown_quotes(allowed, subject_of, plan.quotes.per_theme), ticked


def quote_id(story: str, sentence: int, text: str) -> str:
    """The name by which a person ticks a quote: another text at the same place has another name.

    Rules for names and sentences change; then a tick must not pass a sentence that nobody read.
    """
    return f"{story}-{sentence}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def shown_quotes(allowed: pd.DataFrame, subject_of: Mapping[str, str], per_theme: int) -> pd.DataFrame:
    """The quotes as a reader gets them, at most `per_theme` per theme, kind and role.

    `allowed` went through the gate, which may have emptied the theme. Then nothing else may give that
    theme away: the subject follows from what is left, the kind becomes "representatief", and the quote
    stands after the others, in the order of the texts. `subject_of` gives the subject of each theme.
    """
    bare = allowed["thema"] == ""
    quotes = allowed.assign(
        onderwerp=allowed["thema"].map(dict(subject_of)).fillna("").astype("object"),
        soort=allowed["soort"].mask(bare, "representatief"),
    )
    quotes = pd.concat([quotes[~bare], quotes[bare].sort_values(["tekst", "verhaal"])])
    kept = quotes.groupby(["thema", "soort", "rol"], sort=False).head(per_theme)
    # The number of a story leads an insider to its teller; outside, quotes and stories are only counted.
    return kept.assign(
        verhaal=[f"v{number + 1}" for number in pd.factorize(kept["verhaal"])[0]],
        citaat=[f"c{number + 1}" for number in range(len(kept))],
    )
