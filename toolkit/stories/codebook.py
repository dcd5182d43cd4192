"""Theme codebooks: TOML files with one `[[thema]]` per theme."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.errors import DataError, Problem
from toolkit.settings import parse_settings, read_toml

_strict = ConfigDict(extra="forbid", populate_by_name=True)


@dataclass(frozen=True, config=_strict)
class Theme:
    """One theme: what it is, what belongs to it and what not, and a few examples."""

    id: str = Field(pattern=r"^[^\s;,]+$")
    name: str = Field(alias="naam", min_length=1)
    description: str = Field(alias="beschrijving", min_length=1)
    include: str = Field(alias="wel", default="")
    exclude: str = Field(alias="niet", default="")
    examples: tuple[str, ...] = Field(alias="voorbeelden", default=())
    parent: str = Field(alias="ouder", default="")


@dataclass(frozen=True, config=_strict)
class _File:
    themes: tuple[Theme, ...] = Field(alias="thema")


def read_codebook(path: Path) -> tuple[Theme, ...]:
    """The themes of a codebook file, in order.

    Raises DataError with every problem of the file: unknown or missing keys, double ids, fewer
    than two themes, a parent that is not in the file.
    """
    file = f"{path.parent.name}/{path.name}"
    themes = parse_settings(read_toml(path), _File, file).themes
    ids = [theme.id for theme in themes]
    problems = [
        Problem(
            file, f"het thema '{name}' staat er twee keer in.", "Geef elk thema een eigen id.", column="id"
        )
        for name in sorted({name for name in ids if ids.count(name) > 1})
    ]
    problems += [
        Problem(
            file,
            f"het thema '{theme.parent}' bestaat niet.",
            "Noem het id van een ander thema.",
            column="ouder",
        )
        for theme in themes
        if theme.parent and (theme.parent not in ids or theme.parent == theme.id)
    ]
    if not themes:
        problems.append(Problem(file, "er staat geen enkel thema in.", "Zet er minstens één [[thema]] in."))
    if problems:
        raise DataError(problems)
    return themes


def passages(theme: Theme) -> list[str]:
    """The texts that say what a theme is: its name with each sentence of description and inclusion, and the examples."""
    told = [
        part.strip()
        for part in re.split(r"(?<=[.!?;])\s+", f"{theme.description} {theme.include}")
        if part.strip()
    ]
    return [f"{theme.name}: {theme.description}", *told, *theme.examples]
