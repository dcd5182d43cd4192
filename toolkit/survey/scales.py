"""Scale scores from fixed, versioned sets of statements; sets are never mixed or compared."""

from __future__ import annotations

from dataclasses import dataclass as plain_dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.errors import DataError, Problem, ToolkitError, closest
from toolkit.settings import read_settings
from toolkit.survey.codebook import Codebook

_FOLDER = Path(__file__).parent / "scales"
_strict = ConfigDict(extra="forbid", populate_by_name=True)


@dataclass(frozen=True, config=_strict)
class Item:
    """One statement; `reversed` when agreeing with it means less of what the scale measures."""

    number: int = Field(alias="nummer")
    text: str = Field(alias="tekst")
    reversed: bool = Field(alias="omgekeerd", default=False)


@dataclass(frozen=True, config=_strict)
class Scale:
    """A versioned scale: `id` is "<scale>/<set>", and the set never changes under its name."""

    id: str
    name: str = Field(alias="naam")
    unit: str = Field(alias="eenheid")
    direction: Literal["meer", "minder", ""] = Field(alias="richting")
    meaning: str = Field(alias="betekenis")
    source: str = Field(alias="bron")
    answers: dict[str, float] = Field(alias="antwoorden")
    items: tuple[Item, ...] = Field(alias="item")
    minimum_answered: int = Field(alias="minimum_beantwoord", ge=1)
    population: str = Field(alias="bevolking", default="")
    outcome: Literal["0-10", "gemiddelde"] = Field(alias="uitkomst", default="0-10")
    own_measure: str = Field(alias="maat", default="")
    note: str = Field(alias="toelichting", default="")

    @property
    def measure(self) -> str:
        """The measure that the scale gives: its own, or the id without the set.

        Two sets never give the same measure, so that their scores can never be read as one series.
        """
        return self.own_measure or self.id.split("/")[0]


@plain_dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha (standard: 0.70 or more is usable), and the complete answers behind it."""

    alpha: float
    n: int


def read_scale(scale_id: str) -> Scale:
    """A scale that ships with the toolkit.

    Raises ToolkitError when there is no scale of this id.
    """
    path = _FOLDER / f"{scale_id.replace('/', '-')}.toml"
    known = [read_settings(file, Scale).id for file in sorted(_FOLDER.glob("*.toml"))]
    if scale_id not in known:
        hint = closest(scale_id, known) or f"Bekende schalen: {', '.join(known)}."
        raise ToolkitError(f"De schaal {scale_id} bestaat niet.", hint)
    return read_settings(path, Scale)


def scales_in(codebook: Codebook) -> list[Scale]:
    """The scales that the codebook uses, in order.

    Raises DataError when a scale lacks a statement, has one twice, or has other answers.
    """
    scales = [read_scale(name) for name in dict.fromkeys(v.scale for v in codebook.variables if v.scale)]
    problems = []
    for scale in scales:
        members = [v for v in codebook.variables if v.scale == scale.id]
        numbers, wanted = sorted(v.item for v in members), sorted(item.number for item in scale.items)
        if numbers != wanted:
            message = f"schaal {scale.id} heeft item {wanted} nodig, en het codeboek geeft {numbers}."
            remedy = "Noem elke stelling van de set precies één keer; een kortere set is een andere schaal."
            problems.append(Problem("codeboek.toml", message, remedy))
        for variable in members:
            if set(codebook.codes_of(variable)) != set(scale.answers):
                message = f"de antwoorden van {variable.name} zijn niet die van schaal {scale.id}."
                remedy = f"De schaal heeft: {', '.join(scale.answers)}."
                problems.append(Problem("codeboek.toml", message, remedy))
    if problems:
        raise DataError(problems)
    return scales


def item_values(respondents: pd.DataFrame, codebook: Codebook, scale: Scale) -> pd.DataFrame:
    """Numeric answers, a column per statement, recoded so that the highest answer is most cohesive.

    Missing reasons ("weet-niet", "leeg", ...) become NaN.
    """
    low, high = min(scale.answers.values()), max(scale.answers.values())
    columns = {}
    for item in scale.items:
        variable = next(v for v in codebook.variables if v.scale == scale.id and v.item == item.number)
        values = respondents[variable.name].map(scale.answers).astype(float)
        columns[item.number] = low + high - values if item.reversed else values
    return pd.DataFrame(columns)


def score(values: pd.DataFrame, scale: Scale) -> pd.Series[float]:
    """Scale scores, higher is more of what the scale measures; NaN with too few answers.

    Outcome "0-10": (mean of the answered statements - lowest) / (highest - lowest) × 10. Outcome
    "gemiddelde": that mean itself. For respondents who answered at least `minimum_answered` statements.
    Five statements at 4 and one missing: 7.5, or 4 as a mean.
    """
    low, high = min(scale.answers.values()), max(scale.answers.values())
    means = values.mean(axis=1)
    scores = (means - low) / (high - low) * 10 if scale.outcome == "0-10" else means
    return scores.where(values.notna().sum(axis=1) >= scale.minimum_answered)


def reliability(values: pd.DataFrame) -> Reliability:
    """Cronbach's alpha over respondents who answered every statement; no weights.

    alpha = k / (k - 1) × (1 - sum of item variances / variance of the sum); Cronbach (1951). NaN with
    fewer than two complete respondents or no variation.
    """
    complete = values.dropna().to_numpy(float)
    n, k = complete.shape
    total = complete.sum(axis=1).var(ddof=1) if n > 1 else 0.0
    if total == 0.0 or k < 2:
        return Reliability(float("nan"), n)
    return Reliability(float(k / (k - 1) * (1 - np.var(complete, axis=0, ddof=1).sum() / total)), n)


def reliabilities(respondents: pd.DataFrame, codebook: Codebook, minimum: int = 30) -> dict[str, Reliability]:
    """Cronbach's alpha per scale of the codebook, by scale id; with fewer than `minimum` complete answers none."""
    found = {
        scale.id: reliability(item_values(respondents, codebook, scale)) for scale in scales_in(codebook)
    }
    return {name: one for name, one in found.items() if one.n >= minimum and np.isfinite(one.alpha)}


def refuse_other_set(one: str, other: str) -> None:
    """Nothing when two scores are of the same set.

    Raises ToolkitError when they are not: such scores measure different things.
    """
    if one != other:
        raise ToolkitError(
            f"Scores van {one} en {other} zijn niet te vergelijken: de stellingen verschillen.",
            "Vergelijk alleen metingen met dezelfde set, of toon ze los van elkaar met een toelichting.",
        )
