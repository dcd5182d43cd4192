"""The circles of support of a vision: what of the outcomes belongs to each."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, config=ConfigDict(extra="forbid", populate_by_name=True))
class Circle:
    """A circle in the report to the council: subjects of the plan, indicators, and themes of stories.

    `indicators` names indicators by id, by their theme in the set, or by the name of a whole set.
    """

    name: str = Field(alias="naam", min_length=1)
    about: str = Field(alias="uitleg", default="")
    subjects: tuple[str, ...] = Field(alias="onderwerpen", default=())
    indicators: tuple[str, ...] = Field(alias="indicatoren", default=())
    themes: tuple[str, ...] = Field(alias="themas", default=())


def belongs(row: Mapping[Any, Any], asked: Collection[str]) -> bool:
    """Whether an indicator (its `id`, `thema` and `set`) is one of those `asked` by any of the three."""
    return bool({str(row["id"]), str(row["thema"]), str(row["set"])} & set(asked))
