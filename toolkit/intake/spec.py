"""What is agreed about a kind of delivery: its columns, codes and rules, as a file that people can read.

The kinds that are shipped stand in `toolkit/templates/aanlevering`. A project writes down what differs in
`aanlevering.toml`, beside the settings of the survey or corpus that the delivery is for.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.cells import plain
from toolkit.errors import ProjectError, closest
from toolkit.settings import parse_settings

SETTINGS = "aanlevering.toml"
KINDS = ("trajecten", "klachten", "verhalen", "enquete")
_strict = ConfigDict(extra="forbid", populate_by_name=True)
Severity = Literal["fout", "waarschuwing"]


@dataclass(frozen=True, config=_strict)
class Column:
    """One agreed column: our name, its title for people, what stands in it, and the names it may have."""

    name: str = Field(alias="naam")
    title: str = Field(alias="titel")
    kind: Literal[
        "sleutel", "nummer", "tekst", "vrije-tekst", "datum", "aantal", "getal", "code", "gebied", "ja-nee"
    ] = Field(alias="soort")
    names: tuple[str, ...] = Field(alias="namen", default=())
    required: bool = Field(alias="verplicht", default=False)
    empty: Literal["fout", "waarschuwing", "mag"] = Field(alias="leeg", default="mag")
    repeats: bool = Field(alias="dubbel", default=False)
    bsn: bool = Field(alias="bsn", default=False)
    codes: dict[str, tuple[str, ...]] = Field(alias="codes", default_factory=dict)
    minimum: float | None = Field(alias="minimum", default=None)
    maximum: float | None = Field(alias="maximum", default=None)
    explanation: str = Field(alias="uitleg", default="")
    example: str = Field(alias="voorbeeld", default="")


@dataclass(frozen=True, config=_strict)
class Rule:
    """A rule between columns of a row, between rows, or between this delivery and the one before."""

    name: str = Field(alias="naam")
    kind: Literal["volgorde", "samen", "minstens-een", "uniek", "in-periode", "totaal", "verdwenen"] = Field(
        alias="soort"
    )
    message: str = Field(alias="melding")
    remedy: str = Field(alias="herstel")
    columns: tuple[str, ...] = Field(alias="kolommen", default=())
    severity: Severity | Literal["uit"] = Field(alias="ernst", default="fout")
    limit: float = Field(alias="grens", default=0.3, gt=0)


@dataclass(frozen=True, config=_strict)
class Specification:
    """All that is agreed about a delivery; `left_out` names columns that may come and are not kept."""

    kind: Literal["trajecten", "klachten", "verhalen", "enquete"] = Field(alias="soort")
    title: str = Field(alias="titel")
    row: str = Field(alias="rij")
    columns: tuple[Column, ...] = Field(alias="kolom")
    rules: tuple[Rule, ...] = Field(alias="regel", default=())
    extra: Literal["weigeren", "weglaten"] = Field(alias="extra", default="weigeren")
    left_out: tuple[str, ...] = Field(alias="weglaten", default=())
    partners: tuple[str, ...] = Field(alias="partners", default=())
    role: Literal["inwoner", "professional"] = Field(alias="rol", default="inwoner")
    signal: Literal["", "klachten", "bezwaren", "wachtlijst", "meldingen"] = Field(
        alias="signaal", default=""
    )

    def column(self, name: str) -> Column:
        """The column of this name; raises KeyError when nothing was agreed about it."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def shipped(kind: str) -> dict[str, Any]:
    """The specification of a kind as it is shipped.

    Raises ProjectError when there is no such kind.
    """
    if kind not in KINDS:
        raise ProjectError(
            f"'{kind:.40}' is geen soort levering.", closest(kind, KINDS) or f"Kies uit: {', '.join(KINDS)}."
        )
    path = files("toolkit") / "templates" / "aanlevering" / f"{kind}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def specification(own: Mapping[str, Any], file: str = SETTINGS) -> Specification:
    """The shipped specification of `soort`, with what the project wrote down in its place.

    `own` is the content of `aanlevering.toml`. A column or rule with a name that is shipped changes only
    the keys that it gives; one with another name is added.

    Raises DataError that names every wrong key; ProjectError for an unknown kind.
    """
    base = shipped(str(own.get("soort", "")))
    merged = {**base, **own}
    for block in ("kolom", "regel"):
        parts = {part["naam"]: part for part in base.get(block, [])}
        for part in own.get(block, []):
            name = str(part.get("naam", ""))
            parts[name] = {**parts.get(name, {}), **part}
        merged[block] = list(parts.values())
    return parse_settings(merged, Specification, file)


def squeezed(name: object) -> str:
    """A column name for comparing: no case, accents, spaces or punctuation ("Cliënt-nr." is "clientnr")."""
    letters = unicodedata.normalize("NFD", plain(name))
    return re.sub(r"[^a-z0-9%]", "", letters)
