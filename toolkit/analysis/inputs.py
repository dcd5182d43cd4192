"""Read and check everything that an analysis plan names, all problems of all files at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pandas as pd

from toolkit import population as population_counts
from toolkit.analysis.accounts import Account, read_account, sources
from toolkit.analysis.checks import indicator_warnings, plan_problems
from toolkit.analysis.judgements import COLUMNS, FILES, Tick, read_judgements, read_ticks
from toolkit.analysis.named import SETTINGS, named_files, named_sources, settings_of
from toolkit.analysis.teaching import HumanLabels, read_labels
from toolkit.areas import places
from toolkit.errors import ContractError, DataError, Problem, ToolkitError, closest
from toolkit.files import missing_columns, read_table
from toolkit.geometry import Shapes, read_shapes
from toolkit.indicators.read import IndicatorSet, measurement_files, read_indicators
from toolkit.project import CorpusSettings, Plan, Project, RecordSettings, SurveySettings
from toolkit.records.population import read_population
from toolkit.records.read import read_records
from toolkit.settings import read_settings
from toolkit.stories.codebook import Theme, read_codebook
from toolkit.stories.corrections import CORRECTIONS, read_corrections
from toolkit.stories.lexicon import Lists, read_list
from toolkit.stories.read import read_stories
from toolkit.survey import codebook as survey_codebook
from toolkit.survey.design import design_of
from toolkit.survey.estimate import Design
from toolkit.survey.read import SurveyData, read_survey
from toolkit.survey.response import read_response

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class SurveyInput:
    """A survey: settings, codebook, respondents, population and response (or None), and the sample's design."""

    id: str
    settings: SurveySettings
    codebook: survey_codebook.Codebook
    data: SurveyData
    population: pd.DataFrame | None
    response: pd.DataFrame | None
    design: Design


@dataclass(frozen=True)
class RecordInput:
    """A registration: settings, trajectories, and the target population (gebied, aantal)."""

    id: str
    settings: RecordSettings
    trajectories: pd.DataFrame
    population: pd.DataFrame


@dataclass(frozen=True)
class CorpusInput:
    """A corpus: settings, raw stories (with names: keep in memory), theme codebook, extra lists and warnings."""

    id: str
    settings: CorpusSettings
    stories: pd.DataFrame
    codebook: tuple[Theme, ...]
    lists: Lists
    warnings: tuple[str, ...] = ()
    human: HumanLabels = field(default_factory=HumanLabels)


@dataclass(frozen=True)
class Inputs:
    """All that an analysis reads.

    `areas` has gebied, naam, soort; `ticks` has the ids of quotes that a person approved; `judgements` is what
    people decided about numbers and stories together (see read_judgements); `shapes` are those of the wijken,
    where the project has a map; `warnings` are Dutch sentences.
    """

    plan: Plan
    areas: pd.DataFrame
    surveys: tuple[SurveyInput, ...]
    records: tuple[RecordInput, ...]
    corpora: tuple[CorpusInput, ...]
    indicators: tuple[IndicatorSet, ...]
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    judgements: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    shapes: Shapes | None = None


def read_plan(project: Project, analysis: str) -> Plan:
    """The plan of an analysis.

    Raises DataError for wrong keys, ProjectError when there is no such analysis.
    """
    return read_settings(project.analysis(analysis) / "plan.toml", Plan)


def read_areas(project: Project) -> pd.DataFrame:
    """The areas of the project: gebied (CBS code), naam, soort (gemeente, wijk or buurt).

    Raises DataError for missing columns, double codes, or a merge to an area that is not there.
    """
    settings = project.settings.areas
    path = project.root / settings.file
    areas = read_table(path)
    problems = missing_columns(areas, ["gebied", "naam", "soort"], path.name)
    if not problems:
        double = areas.index[areas["gebied"].duplicated()]
        twice = "gebied {} staat er twee keer in."
        remedy = "Laat één rij staan."
        problems = [Problem(path.name, twice.format(areas["gebied"][row]), remedy, row=row) for row in double]
        known = set(areas["gebied"])
        problems += [
            Problem(
                "tev.toml",
                f"'{code}' is geen gebied in {path.name}.",
                closest(code, known),
                column="samenvoegen",
            )
            for pair in settings.merge.items()
            for code in pair
            if code not in known
        ]
        if project.settings.municipality not in known:
            message = f"de gemeente {project.settings.municipality} staat er niet in."
            problems.append(Problem(path.name, message, "Voeg een rij toe."))
    if problems:
        raise DataError(problems)
    return areas.reset_index(drop=True)


def read_area_shapes(project: Project, areas: pd.DataFrame) -> Shapes:
    """The shapes of the wijken (of the buurten where there are no wijken) from the map that tev.toml names.

    Raises DataError with the problems of the file.
    """
    settings = project.settings.areas
    parts = areas[~areas["gebied"].isin(settings.merge)]
    kind = "wijk" if parts["soort"].eq("wijk").any() else "buurt"
    chosen = parts[parts["soort"] == kind]
    wanted = dict(zip(chosen["gebied"], chosen["naam"], strict=True))
    return read_shapes(project.root / settings.shapes, places(areas, settings.merge).find, wanted)


def check_project(project: Project, analysis: str) -> Inputs:
    """Everything that the analysis reads, checked; nothing is computed or written.

    Raises DataError with the problems of all files.
    """
    return read_inputs(project, analysis)


def read_inputs(project: Project, analysis: str) -> Inputs:
    """Everything that the analysis reads.

    Raises DataError with the problems of all files at once.
    """
    problems: list[Problem] = []

    def collect(work: Callable[[S], T], names: Iterable[S]) -> tuple[T, ...]:
        """The work done for every name; what is wrong with one does not hide what is wrong with the next."""
        done = []
        for name in names:
            try:
                done.append(work(name))
            except DataError as error:
                problems.extend(error.problems)
            except ContractError:
                raise
            except ToolkitError as error:
                problems.append(Problem(f"analyses/{analysis}/plan.toml", error.message, error.hint))
        return tuple(done)

    plan = read_plan(project, analysis)
    areas = read_areas(project)
    merge = project.settings.areas.merge
    folder = project.analysis(analysis)
    surveys = collect(lambda name: read_survey_input(project, name, areas), plan.surveys)
    records = collect(lambda name: _records(project, name, areas), plan.records)
    accounts = collect(lambda one: read_account(project, *one, areas), sources(plan))
    corpora = collect(lambda name: read_corpus(project, name, areas), plan.corpora)
    indicators = collect(lambda source: read_indicators(folder, source), plan.indicators)
    names = [source.set for source in plan.indicators]
    for double in sorted({name for name in names if names.count(name) > 1}):
        message = f"de indicatorenset '{double:.60}' staat er twee keer in."
        problems.append(Problem(f"analyses/{analysis}/plan.toml", message, "Haal een van de blokken weg."))
    ticks = collect(
        lambda name: read_ticks(folder / name), [plan.quotes.ticks_file] if plan.quotes.ticks_file else []
    )
    decided = collect(lambda one: read_judgements(one, plan.subjects, set(areas["gebied"])), [folder])
    drawn = collect(lambda _: read_area_shapes(project, areas), [0] if project.settings.areas.shapes else [])
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    result = Inputs(
        plan,
        areas[~areas["gebied"].isin(merge)].reset_index(drop=True),
        surveys,
        records,
        corpora,
        indicators,
        {name: tick for part in ticks for name, tick in part.items()},
        accounts=accounts,
        judgements=decided[0],
        shapes=drawn[0] if drawn else None,
    )
    if wrong := list(dict.fromkeys(plan_problems(result))):
        raise DataError(wrong)
    told = (*_warnings(result), *indicator_warnings(folder, result))
    return replace(result, warnings=(*retention_warnings(project, plan), *told))


def read_survey_input(project: Project, name: str, areas: pd.DataFrame) -> SurveyInput:
    """One survey with all that its settings name; raises DataError with the problems of all its files."""
    folder = project.survey(name)
    settings = read_settings(folder / "enquete.toml", SurveySettings)
    codebook = survey_codebook.read_codebook(folder / settings.codebook)
    merge = project.settings.areas.merge
    problems: list[Problem] = []
    data = population = response = design = None
    try:
        data = read_survey(folder, name, settings, codebook, areas, merge)
    except DataError as error:
        problems.extend(error.problems)
    try:
        if settings.weighting:
            counts = settings.weighting.population
            population = population_counts.read_population(folder / counts, merge)
            problems += population_counts.area_problems(population, set(areas["gebied"]), counts)
        if settings.response:
            response = read_response(folder / settings.response, areas, merge, codebook)
    except DataError as error:
        problems.extend(error.problems)
    if data is not None and not problems:
        try:
            design = design_of(data.respondents, codebook, settings, population, merge)
        except DataError as error:
            problems.extend(error.problems)
    if problems or data is None or design is None:
        raise DataError(problems)
    return SurveyInput(name, settings, codebook, data, population, response, design)


def _records(project: Project, name: str, areas: pd.DataFrame) -> RecordInput:
    folder = project.survey(name)
    settings = read_settings(folder / "registratie.toml", RecordSettings)
    merge = project.settings.areas.merge
    trajectories = read_records(folder, settings, areas, merge)
    if settings.target_population:
        population = read_population(folder / settings.target_population, merge)
    else:
        population = pd.DataFrame({"gebied": pd.Series(dtype="object"), "aantal": pd.Series(dtype=float)})
    return RecordInput(name, settings, trajectories, population)


def read_corpus(project: Project, name: str, areas: pd.DataFrame) -> CorpusInput:
    """A corpus as delivered, with its codebook, lists, corrections and people's labels.

    Raises DataError with all problems.
    """
    folder = project.corpus(name)
    settings = read_settings(folder / "corpus.toml", CorpusSettings)
    codebook = read_codebook(folder / settings.codebook) if settings.codebook else ()
    found = read_stories(folder, settings, areas, project.settings.areas.merge)
    lists = read_lists(folder, settings, areas)
    human = read_labels(folder, codebook)
    return CorpusInput(name, settings, found.stories, codebook, lists, found.warnings, human)


def read_lists(folder: Path, settings: CorpusSettings, areas: pd.DataFrame) -> Lists:
    """The project's own names, institutions and areas (column naam), and the corrections of earlier reviews."""
    names = read_list(folder / settings.names_file, lines=True) if settings.names_file else []
    institutions = (
        read_list(folder / settings.institutions_file, lines=True) if settings.institutions_file else []
    )
    places = frozenset(name for name in areas["naam"].astype(str) if name)
    corrections = read_corrections(folder / CORRECTIONS)
    return Lists(
        frozenset(names), frozenset(institutions), places, corrections, settings.dates, settings.ages
    )


def retention_warnings(project: Project, plan: Plan, today: date | None = None) -> tuple[str, ...]:
    """A Dutch sentence for each survey, registration and corpus of the plan whose retention period is over.

    Reads settings only, so that it can be asked without reading a delivery.
    """
    kept = [
        (name, settings_of(project, source, name)[1].keep_until)
        for source, name in named_sources(plan)
        if "keep_until" in SETTINGS[source][2].__dataclass_fields__
    ]
    return tuple(
        f"De bewaartermijn van '{name}' is voorbij ({until:%d-%m-%Y}): verwijder de gegevens of verleng met een reden."
        for name, until in kept
        if until < (today or date.today())
    )


def _warnings(inputs: Inputs) -> Iterator[str]:
    """What is not wrong but needs somebody's attention: links to nobody, lost answers."""
    respondents = {one for part in inputs.surveys for one in part.data.respondents["respondent"]}
    for corpus in inputs.corpora:
        yield from corpus.warnings
        linked = set(corpus.stories["respondent"]) - {""}
        unknown = len(linked - respondents)
        if unknown:
            yield f"In '{corpus.id}' horen {unknown} verhalen bij een respondent die niet in de enquête staat; zij tellen mee zonder koppeling."


def input_files(project: Project, analysis: str, plan: Plan) -> dict[str, str]:
    """SHA-256 of every file that the analysis reads or hangs on, by its path in the project.

    All files of the named surveys, registrations and corpora and of the analysis folder itself count,
    except what the toolkit wrote (output/), and every file elsewhere that their settings name. A file
    outside the project has a path that starts with "../".
    """
    names = (*plan.surveys, *plan.records, *(name for _, name in sources(plan)))
    folders = [project.survey(name) for name in names]
    folders += [project.corpus(name) for name in plan.corpora] + [project.analysis(analysis)]
    files = [project.root / "tev.toml", project.root / project.settings.areas.file]
    files += [project.root / name for name in [project.settings.areas.shapes] if name]
    for folder in folders:
        files += [
            path
            for path in folder.rglob("*")
            if path.is_file()
            and "output" not in path.relative_to(folder).parts
            and not path.name.startswith((".", "~$"))
        ]
    files += _named_files(project, analysis, plan)
    hashes = {}
    for path in sorted({file.resolve() for file in files}):
        # A temporary file of another program may be gone by now; of one that is needed the reader tells.
        with suppress(FileNotFoundError):
            if path.is_file():
                hashes[shown(path, project.root)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashes


def shown(path: Path, root: Path) -> str:
    """A file as its hash is kept in run.json: its path from `root`, resolved, with forward slashes."""
    path, root = path.resolve(), root.resolve()
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # on another drive of Windows
        return path.as_posix()


def _named_files(project: Project, analysis: str, plan: Plan) -> Iterator[Path]:
    """Every file that the settings name; it may lie in a folder that the plan does not name.

    Settings that are wrong name nothing here: reading them tells what is wrong, with the rest.
    """
    for source, name in named_sources(plan):
        yield from named_files(project, source, name)
    named = [
        *FILES,
        plan.quotes.ticks_file,
        *(file for one in plan.indicators for file in (one.file, *measurement_files(one))),
    ]
    yield from (project.analysis(analysis) / file for file in named if file)
