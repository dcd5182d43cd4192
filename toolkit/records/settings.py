"""Settings of signals, amounts and projects: TOML files with Dutch keys in surveys/<id>/."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.project import Period

_strict = ConfigDict(extra="forbid", populate_by_name=True)


@dataclass(frozen=True, config=_strict)
class TableFile:
    """One delivered table: `kolommen` maps our names to the file's, `codes` its words to ours."""

    file: str = Field(alias="bestand")
    format: Literal["csv", "xlsx"] = Field(alias="formaat")
    columns: dict[str, str] = Field(alias="kolommen")
    sheet: str = Field(alias="blad", default="")
    codes: dict[str, dict[str, str]] = Field(alias="codes", default_factory=dict)


@dataclass(frozen=True, config=_strict)
class SignalFile(TableFile):
    """A delivered table of signals; `soort` when all of its rows are of one kind."""

    kind: Literal["", "klachten", "bezwaren", "wachtlijst", "meldingen"] = Field(alias="soort", default="")


@dataclass(frozen=True, config=_strict)
class SignalSettings:
    """`surveys/<id>/signalen.toml`: complaints, objections, waiting lists, reports."""

    name: str = Field(alias="naam")
    period: Period = Field(alias="periode")
    period_start: date = Field(alias="periode_van")
    period_end: date = Field(alias="periode_tot")
    keep_until: date = Field(alias="bewaren_tot")
    deliveries: tuple[SignalFile, ...] = Field(alias="levering")
    population: str = Field(alias="bevolking", default="")
    population_source: str = Field(alias="bevolking_bron", default="")


@dataclass(frozen=True, config=_strict)
class FinanceSettings:
    """`surveys/<id>/financien.toml`: amounts of the planning and control cycle."""

    name: str = Field(alias="naam")
    period: Period = Field(alias="periode")
    price_level: str = Field(alias="prijspeil", min_length=1)
    deliveries: tuple[TableFile, ...] = Field(alias="levering")
    source: str = Field(alias="bron", default="")
    population: str = Field(alias="bevolking", default="")
    population_source: str = Field(alias="bevolking_bron", default="")


@dataclass(frozen=True, config=_strict)
class ProjectsSettings:
    """`surveys/<id>/projecten.toml`: the projects of an evaluation, in lists and in a folder of files."""

    name: str = Field(alias="naam")
    period: Period = Field(alias="periode")
    price_level: str = Field(alias="prijspeil", min_length=1)
    deliveries: tuple[TableFile, ...] = Field(alias="levering", default=())
