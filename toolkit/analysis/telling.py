"""The stories' part of a run: a corpus through the models, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.analysis.found import Found
from toolkit.analysis.inputs import CorpusInput, SurveyInput
from toolkit.analysis.prevalence import weighted_themes
from toolkit.analysis.teaching import calibrations
from toolkit.analysis.texts import Progress, TextOptions, TextResult, analyse_texts, deidentify_texts
from toolkit.cache import Cache
from toolkit.larger import larger_areas
from toolkit.project import Plan
from toolkit.stories.language import read_as_dutch
from toolkit.stories.measures import measures as story_measures
from toolkit.workers import Workers


def read_corpus_texts(
    corpus: CorpusInput,
    plan: Plan,
    cache: Cache,
    progress: Progress,
    workers: Workers = Workers(),  # noqa: B008 (frozen)
) -> tuple[CorpusInput, TextResult, pd.DataFrame]:
    """The corpus, what the models say, and the Stories table: de-identified, safe to keep."""
    cache = replace(cache, owner=corpus.id)
    raw = corpus.stories
    names = list(raw["story"])
    titles = [
        one.text
        for one in deidentify_texts(list(raw["title"]), corpus.lists, cache, ids=names, workers=workers)
    ]
    result = analyse_texts(
        list(raw["story"]),
        list(raw["text"]),
        codebook=corpus.codebook if plan.text.themes else (),
        lists=corpus.lists,
        options=TextOptions(
            plan.text.embedding,
            plan.text.sentiment,
            plan.text.topics,
            plan.seed,
            plan.text.other_languages,
            plan.text.sentiment_model,
        ),
        cache=cache,
        progress=progress,
        answers=corpus.human.themes,
        workers=workers,
    )
    stories = raw.assign(
        text=[one.text for one in result.deidentified],
        title=titles,
        language=result.languages,
        told=result.told,
    )
    return corpus, result, tables.check(stories, tables.STORIES)


def weighted_respondents(surveys: Sequence[SurveyInput], found: Sequence[Found]) -> pd.DataFrame:
    """The respondents of the weighted surveys: respondent, area, weight."""
    private = {name: frame for part in found for name, frame in part.private.items()}
    parts = [private[f"respondenten-{one.id}"] for one in surveys if one.settings.weighting]
    columns = ["respondent", "area", "weight"]
    return pd.concat([part[columns] for part in parts]) if parts else pd.DataFrame(columns=columns)


def checked_words(model: dict[str, object], checked: list[str]) -> dict[str, object]:
    """What the annex says of a model that people checked on these stories."""
    step = {"sentiment": "sentiment", "thema's": "thema"}.get(str(model["stap"]), "")
    return {"gevalideerd": "ja, en de aandelen zijn verbeterd"} if step and step in checked else {}


def story_numbers(
    corpus: CorpusInput,
    result: TextResult,
    stories: pd.DataFrame,
    plan: Plan,
    city: str,
    respondents: pd.DataFrame,
) -> Found:
    """The measures of a corpus as they go to the gate, its private tables, and what the report must tell about it."""
    told = stories[stories["told"].astype(bool)]
    labels = result.labels[result.labels["story"].isin(told["story"])]
    codebook = corpus.codebook if plan.text.themes else ()
    larger = larger_areas(plan.merging.areas)
    checked, warnings = calibrations(corpus.human, labels, list(told["story"]), codebook)
    measures = story_measures(
        told,
        labels,
        [theme.id for theme in codebook],
        dataset=corpus.id,
        period=corpus.settings.period,
        city=city,
        minimum=plan.disclosure.minimum_stories,
        minimum_tellers=plan.disclosure.minimum_count,
        seed=plan.seed,
        calibrations=checked,
        by_people=set(corpus.human.themes["verhaal"]),
        larger=larger,
    )
    weighted = weighted_themes(
        told,
        labels,
        respondents,
        [theme.id for theme in codebook],
        dataset=corpus.id,
        period=corpus.settings.period,
        city=city,
        minimum=plan.disclosure.minimum_stories,
        minimum_tellers=plan.disclosure.minimum_count,
        larger=larger,
    )
    measures = pd.concat([measures, weighted], ignore_index=True) if len(weighted) else measures
    facts: dict[str, Any] = {
        "verhalen": len(stories),
        "talen": stories["language"].value_counts().sort_index().to_dict(),
        "andere_talen": plan.text.other_languages,
        "gecontroleerd": sorted({name.partition(".")[0] for name in checked}),
        "zonder_inhoud": int((~stories["told"].astype(bool)).sum()),
        "andere_taal": int((~stories["language"].map(read_as_dutch)).sum()),
        "vervangen": int(sum(len(one.mentions) for one in result.deidentified)),
        "gekoppeld": int((stories["respondent"] != "").sum()),
        "grondslag": corpus.settings.consent_basis,
        "dyades": {
            one.id: {"vraag": one.question, "polen": list(one.poles)} for one in corpus.settings.dyads
        },
        "triades": {
            one.id: {"vraag": one.question, "polen": list(one.poles)} for one in corpus.settings.triads
        },
    }
    if result.topics:
        facts["in_geen_onderwerp"] = round(result.topics.outside_share, 3)
    private = {
        f"verhalen-{corpus.id}": stories,
        f"labels-{corpus.id}": result.labels,
        f"zinnen-{corpus.id}": result.sentences,
    }
    return Found(measures, private, {f"verhalen {corpus.id}": facts}, warnings)
