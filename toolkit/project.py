"""The project, and its settings (TOML, Dutch keys) as frozen dataclasses."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from toolkit.circles import Circle
from toolkit.errors import ProjectError, closest
from toolkit.settings import read_settings

MARKER = "tev.toml"
_strict = ConfigDict(extra="forbid", populate_by_name=True)

_PERIOD = re.compile(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?")
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")


def _check_period(text: str) -> str:
    """A period that can be ordered: a year, quarter, month, or two days with a slash between them."""
    if _PERIOD.fullmatch(text):
        return text
    if days := _DAYS.fullmatch(text):
        try:
            if date.fromisoformat(days[1]) <= date.fromisoformat(days[2]):
                return text
        except ValueError:
            pass  # a day such as 30 February
    raise PydanticCustomError("periode", "periode")


Period = Annotated[str, AfterValidator(_check_period)]


@dataclass(frozen=True, config=_strict)
class Areas:
    """The areas of the project: a CSV (gebied, naam, soort), a map, and areas that join another one."""

    file: str = Field(alias="bestand")
    shapes: str = Field(alias="kaart", default="")
    merge: dict[str, str] = Field(alias="samenvoegen", default_factory=dict)
    merge_reason: str = Field(alias="reden_samenvoegen", default="")


@dataclass(frozen=True, config=_strict)
class ProjectSettings:
    """`tev.toml`: what holds for the whole project.

    `workers` is how many processes read stories (0: as many as there are cores); `cache_limit` is in megabytes.
    """

    name: str = Field(alias="naam")
    municipality: str = Field(alias="gemeente", pattern=r"^GM\d{4}$")
    areas: Areas = Field(alias="gebieden")
    fictional: bool = Field(alias="fictief", default=False)
    workers: int = Field(alias="werkers", default=0, ge=0, le=256)
    cache_limit: int = Field(alias="cache_mb", default=4000, ge=50)


@dataclass(frozen=True, config=_strict)
class Delivery:
    """One delivered file, relative to its own folder, and who delivered it."""

    file: str = Field(alias="bestand")
    format: Literal["limesurvey-csv", "sav", "csv", "xlsx"] = Field(alias="formaat")
    partner: str = ""
    sheet: str = Field(alias="blad", default="")
    columns: dict[str, str] = Field(alias="kolommen", default_factory=dict)
    codes: dict[str, dict[str, str]] = Field(alias="codes", default_factory=dict)


@dataclass(frozen=True, config=_strict)
class Weighting:
    """Raking: population counts per cell, the margins, and the largest weight (times the mean)."""

    population: str = Field(alias="bevolking")
    margins: tuple[tuple[str, ...], ...] = Field(alias="marges")
    trim: float = Field(alias="afkappen", default=5.0, gt=1)
    source: str = Field(alias="bron", default="")


@dataclass(frozen=True, config=_strict)
class SurveySettings:
    """`surveys/<id>/enquete.toml`."""

    name: str = Field(alias="naam")
    kind: Literal["bewonersenquete", "clientervaringsonderzoek", "professionals"] = Field(alias="soort")
    period: Period = Field(alias="periode")
    fieldwork_start: date = Field(alias="veldwerk_van")
    fieldwork_end: date = Field(alias="veldwerk_tot")
    keep_until: date = Field(alias="bewaren_tot")
    deliveries: tuple[Delivery, ...] = Field(alias="levering")
    codebook: str = Field(alias="codeboek", default="codeboek.toml")
    response: str = Field(alias="respons", default="")
    law: str = Field(alias="wet", default="")
    strata: str = Field(alias="strata", default="")
    frame_size: Literal["bevolking"] | int | dict[str, int] | None = Field(alias="omvang", default=None)
    weighting: Weighting | None = Field(alias="weging", default=None)


@dataclass(frozen=True, config=_strict)
class ChangeScore:
    """A questionnaire taken before and after: its spread and reliability, for the reliable change index."""

    name: str = Field(alias="vragenlijst")
    sd: float = Field(gt=0)
    r: float = Field(ge=0, lt=1)
    wished: Literal["hoger", "lager"] = Field(alias="gewenst")
    minimum: float = Field()
    maximum: float = Field()
    source: str = Field(alias="bron", default="")


@dataclass(frozen=True, config=_strict)
class RecordSettings:
    """`surveys/<id>/registratie.toml`: trajectories of partners."""

    name: str = Field(alias="naam")
    period: Period = Field(alias="periode")
    period_start: date = Field(alias="periode_van")
    period_end: date = Field(alias="periode_tot")
    keep_until: date = Field(alias="bewaren_tot")
    deliveries: tuple[Delivery, ...] = Field(alias="levering")
    start_norm_days: int = Field(alias="norm_start_dagen", default=42)
    no_return_months: int = Field(alias="geen_nieuwe_start_maanden", default=12)
    shared_key: bool = Field(alias="sleutel_gedeeld", default=True)
    target_population: str = Field(alias="doelgroep_bevolking", default="")
    target_source: str = Field(alias="doelgroep_bron", default="")
    duration_norm_days: int = Field(alias="norm_doorloop_dagen", default=365, ge=1)
    contact_days: int = Field(alias="in_beeld_dagen", default=90, ge=1)
    earlier_periods: int = Field(alias="eerdere_perioden", default=0, ge=0)
    problems: ChangeScore | None = Field(alias="problemen", default=None)
    selfreliance: ChangeScore | None = Field(alias="zelfredzaamheid", default=None)


@dataclass(frozen=True, config=_strict)
class Dyad:
    """A pair of poles; the value runs from 0 (first pole) to 100 (second pole) in the delivery."""

    id: str
    question: str = Field(alias="vraag")
    poles: tuple[str, str] = Field(alias="polen")
    column: str = Field(alias="kolom")


@dataclass(frozen=True, config=_strict)
class Triad:
    """Three poles with one column each; a row's values add up to 100 in the delivery."""

    id: str
    question: str = Field(alias="vraag")
    poles: tuple[str, str, str] = Field(alias="polen")
    columns: tuple[str, str, str] = Field(alias="kolommen")


@dataclass(frozen=True, config=_strict)
class StorySource:
    """One delivered file with stories; `kolommen` maps our names to the file's names."""

    file: str = Field(alias="bestand")
    role: Literal["inwoner", "professional"] = Field(alias="rol")
    columns: dict[str, str] = Field(alias="kolommen")
    format: Literal["csv", "xlsx"] = Field(alias="formaat", default="csv")
    sheet: str = Field(alias="blad", default="")
    partner: str = ""
    consent_yes: tuple[str, ...] = Field(alias="citeren_ja", default=("ja", "Ja", "Y", "1"))


@dataclass(frozen=True, config=_strict)
class CorpusSettings:
    """`corpora/<id>/corpus.toml`."""

    name: str = Field(alias="naam")
    period: Period = Field(alias="periode")
    consent_basis: str = Field(alias="grondslag")
    keep_until: date = Field(alias="bewaren_tot")
    sources: tuple[StorySource, ...] = Field(alias="bron")
    codebook: str = Field(alias="codeboek", default="")
    dyads: tuple[Dyad, ...] = Field(alias="dyade", default=())
    triads: tuple[Triad, ...] = Field(alias="triade", default=())
    feeling_scale: dict[str, float] = Field(alias="gevoel", default_factory=dict)
    names_file: str = Field(alias="namenlijst", default="")
    institutions_file: str = Field(alias="instellingenlijst", default="")
    dates: Literal["weg", "maand", "jaar"] = Field(alias="datums", default="weg")
    ages: Literal["weg", "klasse"] = Field(alias="leeftijden", default="weg")


@dataclass(frozen=True, config=_strict)
class Quotes:
    """The rule for quotes in reports; see section 6 and 7 of the definitions."""

    tick_required: bool = Field(alias="vink_nodig", default=True)
    ticks_file: str = Field(alias="vinkjes", default="")
    k: int = Field(default=5, ge=2)
    per_theme: int = Field(alias="per_thema", default=2, ge=0)
    whole_stories: bool = Field(alias="hele_verhalen", default=False)


@dataclass(frozen=True, config=_strict)
class Disclosure:
    """Smallest numbers that may be published."""

    minimum_count: int = Field(alias="minimum_aantal", default=10, ge=2)
    minimum_estimate: int = Field(alias="minimum_schatting", default=30, ge=2)
    minimum_stories: int = Field(alias="minimum_verhalen", default=20, ge=2)
    round_to: int = Field(alias="afronden_op", default=5, ge=1)
    minimum_contributors: int = Field(alias="minimum_bijdragers", default=3, ge=1)
    dominance_percent: float = Field(alias="overheersing_procent", default=10.0, gt=0, le=100)


@dataclass(frozen=True, config=_strict)
class IndicatorSource:
    """An indicator set (CSV) and its later measurements (one CSV or more), relative to the analysis folder."""

    set: str
    file: str = Field(alias="bestand")
    measurements: str | tuple[str, ...] = Field(alias="metingen", default="")


@dataclass(frozen=True, config=_strict)
class TextModels:
    """Models for the stories; `embedding` is "auto", "e5", "use" or a sentence-transformers name.

    `sentiment_model` is "auto" (the shipped model) or the name or folder of a transformer classifier.
    """

    embedding: str = Field(alias="embedding", default="auto")
    themes: bool = Field(alias="themas", default=True)
    topics: bool = Field(alias="onderwerpen", default=True)
    sentiment: bool = Field(alias="sentiment", default=True)
    other_languages: Literal["meertalig", "apart"] = Field(alias="andere_talen", default="meertalig")
    sentiment_model: str = Field(alias="sentimentmodel", default="auto")


@dataclass(frozen=True, config=_strict)
class Subject:
    """A subject of the report: the KPI or indicators and the themes that are read beside them."""

    id: str
    name: str = Field(alias="naam")
    measures: tuple[str, ...] = Field(alias="maten")
    themes: tuple[str, ...] = Field(alias="themas", default=())


@dataclass(frozen=True, config=_strict)
class Merging:
    """What counts together where its parts are too small: areas by name, classes of a group in order."""

    areas: dict[str, tuple[str, ...]] = Field(alias="gebieden", default_factory=dict)
    groups: dict[str, tuple[tuple[str, ...], ...]] = Field(alias="groepen", default_factory=dict)


@dataclass(frozen=True, config=_strict)
class Plan:
    """`analyses/<id>/plan.toml`: what is analysed, over which groups, under which rules."""

    name: str = Field(alias="naam")
    period: Period = Field(alias="periode")
    surveys: tuple[str, ...] = Field(alias="enquetes", default=())
    records: tuple[str, ...] = Field(alias="registraties", default=())
    signals: tuple[str, ...] = Field(alias="signalen", default=())
    finance: tuple[str, ...] = Field(alias="financien", default=())
    projects: tuple[str, ...] = Field(alias="projecten", default=())
    corpora: tuple[str, ...] = Field(alias="corpora", default=())
    indicators: tuple[IndicatorSource, ...] = Field(alias="indicatoren", default=())
    groups: tuple[str, ...] = Field(alias="uitsplitsen", default=())
    totals: tuple[str, ...] = Field(alias="totalen", default=())
    medians: tuple[str, ...] = Field(alias="medianen", default=())
    differences: tuple[str, ...] = Field(alias="verschillen", default=())
    partner_basis: str = Field(alias="grondslag_partner", default="")
    seed: int = Field(alias="startwaarde", default=20260101)
    quotes: Quotes = Field(alias="citaten", default_factory=Quotes)
    disclosure: Disclosure = Field(alias="onthulling", default_factory=Disclosure)
    text: TextModels = Field(alias="tekst", default_factory=TextModels)
    subjects: tuple[Subject, ...] = Field(alias="onderwerp", default=())
    circles: tuple[Circle, ...] = Field(alias="cirkel", default=())
    headline: tuple[str, ...] = Field(alias="kerncijfers", default=())
    norms: dict[str, float] = Field(alias="normen", default_factory=dict)
    merging: Merging = Field(alias="samenvoegen", default_factory=Merging)


@dataclass(frozen=True)
class Project:
    """A project: its root folder and settings."""

    root: Path
    settings: ProjectSettings

    def survey(self, survey_id: str) -> Path:
        """Folder of a survey or registration."""
        return self._folder("surveys", survey_id)

    def corpus(self, corpus_id: str) -> Path:
        """Folder of a corpus."""
        return self._folder("corpora", corpus_id)

    def analysis(self, analysis_id: str) -> Path:
        """Folder of an analysis."""
        return self._folder("analyses", analysis_id)

    def report(self, report_id: str) -> Path:
        """Folder of a report."""
        return self._folder("reports", report_id)

    def _folder(self, kind: str, name: str) -> Path:
        folder = self.root / kind / name
        if not name or not folder.is_dir():
            known = [path.name for path in (self.root / kind).glob("*") if path.is_dir()]
            hint = (
                closest(name, known) or f"Bestaande namen in {kind}/: {', '.join(sorted(known)) or 'geen'}."
            )
            raise ProjectError(f"De map {kind}/{name} bestaat niet.", hint)
        return folder


def find_project(start: Path) -> Project:
    """The project that `start` lies in: the nearest folder upwards that holds tev.toml.

    Raises ProjectError when there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / MARKER).is_file():
            return Project(folder, read_settings(folder / MARKER, ProjectSettings))
    raise ProjectError(
        f"Geen project gevonden: in {start.resolve()} en de mappen erboven staat geen {MARKER}.",
        "Ga naar de map van uw project, of maak er een met: tev init MAP",
    )
