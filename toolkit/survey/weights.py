"""Weights by raking: respondents are made to add up to the population, margin by margin."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import DataError, Problem
from toolkit.population import AREA, COUNT

_TOLERANCE = 1e-10
_ROUNDS = 500


@dataclass(frozen=True)
class Weights:
    """Weights per respondent, and how well they came out.

    `weights` has the respondents' index and adds up to the population. `deff` is Kish's design effect
    of the weights, n × Σw² / (Σw)²; `n_eff` = n / deff. `deviation` is the largest relative distance
    to a margin; `capped` counts respondents at the largest weight.
    """

    weights: pd.Series[float]
    deff: float
    n_eff: float
    converged: bool
    iterations: int
    deviation: float
    capped: int


@dataclass(frozen=True)
class _Margin:
    """Cell number of each respondent and the wanted total of each cell."""

    cells: np.ndarray
    targets: np.ndarray


def rake(
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    margins: Sequence[Sequence[str]],
    trim: float = 5.0,
    file: str = "bevolking.csv",
) -> Weights:
    """Weights that make the respondents add up to every margin of the population.

    `respondents` has a column per variable of the margins (gebied stands for `area`) and a column
    `weight` with the design weights to start from. `population` is the table of `read_population`;
    a margin uses the rows that fill exactly its variables. Later margins are rescaled, per gebied
    where they have it, to the total of the first, because counts of sexes hold all ages. Whoever
    has no known level (geslacht "anders", age not given) keeps the mean factor of the own gebied: the
    cell "unknown" gets their share of the gebied's design weight. No weight is above `trim` × mean.

    Iterative proportional fitting (Deming and Stephan 1940), stopping when every margin is met to
    1e-10. Own code, not svy.rake: that neither knows such partly unknown respondents nor tells its
    iterations; without them both give the same weights (a test says so).

    Raises DataError with all of: a margin that does not exist, a population cell without respondents,
    a level without population, a start weight that is not above zero.
    """
    return _fit(respondents["weight"].astype(float), _prepare(respondents, population, margins, file), trim)


def check_margins(
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    margins: Sequence[Sequence[str]],
    file: str = "bevolking.csv",
) -> None:
    """Nothing when `rake` can weight these respondents to these margins; nothing is weighted.

    Raises DataError with what `rake` would raise.
    """
    _prepare(respondents, population, margins, file)


def _prepare(
    respondents: pd.DataFrame, population: pd.DataFrame, margins: Sequence[Sequence[str]], file: str
) -> list[_Margin]:
    columns = {name: "area" if name == AREA else name for name in {v for margin in margins for v in margin}}
    problems = _problems(respondents, population, margins, columns, file)
    if problems:
        raise DataError(problems)
    start = respondents["weight"].astype(float)
    totals = _totals(respondents, population, margins, start)
    fitted = [
        _margin(respondents, _rows_of(population, margin), margin, columns, start, totals, file, problems)
        for margin in margins
    ]
    if problems:
        raise DataError(problems)
    return fitted


def kish(weights: np.ndarray) -> tuple[float, float]:
    """Kish's design effect of weights and the effective n; weights 1, 1, 2 give 1.125 and 2.67."""
    deff = len(weights) * float((weights**2).sum()) / float(weights.sum()) ** 2
    return deff, len(weights) / deff


def weight_problems(weights: pd.Series[float], file: str, column: str = "") -> list[Problem]:
    """What is wrong with start weights: all zero, or some that are not above zero; one problem at most."""
    bad = int((~(weights > 0)).sum())
    if not bad:
        return []
    remedy = "Geef iedereen een beginweging boven nul, bijvoorbeeld 1; laat weg wie niet mee mag tellen."
    if (weights == 0).all():
        return [Problem(file, "alle gewichten zijn nul: dan telt niemand mee.", remedy, column=column)]
    negative = int((weights < 0).sum())
    kind = f" ({negative} daarvan zijn negatief)" if negative else ""
    message = f"{bad} respondenten hebben een beginweging die niet boven nul ligt{kind}."
    return [Problem(file, message, remedy, column=column)]


def _rows_of(population: pd.DataFrame, margin: Sequence[str]) -> pd.DataFrame:
    others = [name for name in population.columns if name not in (COUNT, *margin)]
    filled = (population[list(margin)] != "").all(axis=1)
    return population[filled & (population[others] == "").all(axis=1)]


def _problems(
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    margins: Sequence[Sequence[str]],
    columns: Mapping[str, str],
    file: str,
) -> list[Problem]:
    problems = []
    for name, column in columns.items():
        if name not in population.columns:
            remedy = f"De kolommen zijn: {', '.join(map(str, population.columns))}."
            problems.append(Problem(file, f"er is geen kolom {name} voor deze marge.", remedy))
        if column not in respondents.columns:
            remedy = "Noem bij marges alleen variabelen uit het codeboek."
            problems.append(Problem("enquete.toml", f"de respondenten hebben geen variabele {name}.", remedy))
    if not problems:
        for margin in margins:
            if _rows_of(population, margin).empty:
                shown = " × ".join(margin)
                remedy = f"Voeg rijen toe met alleen {' en '.join(margin)} ingevuld, of haal de marge weg."
                problems.append(Problem(file, f"de marge {shown} staat niet in dit bestand.", remedy))
    problems += weight_problems(respondents["weight"], "respondenten")
    if respondents.empty:
        problems.append(
            Problem("respondenten", "er zijn geen respondenten om te wegen.", "Lees eerst de levering.")
        )
    return problems


def _totals(
    respondents: pd.DataFrame,
    population: pd.DataFrame,
    margins: Sequence[Sequence[str]],
    start: pd.Series[float],
) -> pd.Series[float]:
    """What every margin adds up to: a total per gebied, or one under "" when no margin has gebied.

    Respondents without a gebied ("") get their share of the whole.
    """
    whole = float(_rows_of(population, margins[0])[COUNT].sum())
    with_area = [margin for margin in margins if AREA in margin]
    if not with_area:
        return pd.Series({"": whole})
    counts = _rows_of(population, with_area[0]).groupby(AREA)[COUNT].sum()
    nowhere = float(start[respondents["area"] == ""].sum() / start.sum())
    totals = counts / counts.sum() * whole * (1 - nowhere)
    return pd.concat([totals, pd.Series({"": whole * nowhere})]) if nowhere else totals


def _joined(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series[str]:
    """The texts of the columns as one text per row, " × " between them."""
    first, *rest = (frame[name].astype(str) for name in columns)
    for part in rest:
        first = first + " × " + part
    return first.rename(None)


def _margin(
    respondents: pd.DataFrame,
    rows: pd.DataFrame,
    margin: Sequence[str],
    columns: Mapping[str, str],
    start: pd.Series[float],
    totals: pd.Series[float],
    file: str,
    problems: list[Problem],
) -> _Margin:
    """One margin as numbered cells with targets, rescaled to `totals`; problems are added to the list."""
    wanted = pd.Series(rows[COUNT].to_numpy(), index=_joined(rows, margin))
    cell = _joined(respondents, [columns[name] for name in margin])
    known = cell.isin(wanted.index)
    if AREA in margin:
        part, part_of_wanted = respondents["area"], rows[AREA].to_numpy()
    else:
        part, part_of_wanted = pd.Series("", index=respondents.index), np.full(len(rows), "")
        totals = pd.Series({"": totals.sum()})
    if len(respondents) and not known.any():
        shown = " × ".join(margin)
        message = f"geen enkele respondent heeft een antwoord dat in de marge {shown} staat."
        remedy = "Zijn de codes in dit bestand die van het codeboek? Haal anders de marge weg."
        problems.append(Problem(file, message, remedy))
    else:
        _check_cells(wanted, cell[known], rows, margin, file, problems)
        _check_areas(part[~part.isin(totals.index)], file, problems)
    if problems:
        return _Margin(np.array([], dtype=int), np.array([]))
    unknown_share = start.where(~known, 0.0).groupby(part).sum() / start.groupby(part).sum()
    within = wanted / wanted.groupby(part_of_wanted).transform("sum")
    known_total = (totals * (1 - unknown_share)).reindex(part_of_wanted).to_numpy()
    targets = pd.concat(
        [within * known_total, (totals * unknown_share).rename(index=lambda area: f"onbekend × {area}")]
    )
    names = cell.where(known, "onbekend × " + part)
    numbers, labels = pd.factorize(names)
    return _Margin(numbers, targets.loc[labels].to_numpy(float))


def _check_cells(
    wanted: pd.Series[float],
    found: pd.Series[str],
    rows: pd.DataFrame,
    margin: Sequence[str],
    file: str,
    problems: list[Problem],
) -> None:
    present = set(found)
    for place, (cell, count) in enumerate(wanted.items()):
        if count > 0 and cell not in present:
            message = f"in de cel {cell} wonen {count:.0f} mensen, maar er is geen respondent."
            remedy = _merge_remedy(rows, margin, place, present)
            problems.append(Problem(file, message, remedy))
        elif count == 0 and cell in present:
            message = f"in de cel {cell} woont niemand, maar er zijn wel respondenten."
            remedy = "Klopt het aantal inwoners? Of voeg de cel samen met een andere."
            problems.append(Problem(file, message, remedy))


def _merge_remedy(rows: pd.DataFrame, margin: Sequence[str], place: int, present: Collection[str]) -> str:
    """Which class to merge with which, so that the cell at `place` gets respondents: neighbours first."""
    own = [str(rows[name].iloc[place]) for name in margin]
    ways = []
    # Classes inside an area before areas: a wijk is what people want to know about.
    for position, name in sorted(enumerate(margin), key=lambda pair: pair[1] == AREA):
        levels = list(dict.fromkeys(map(str, rows[name])))
        here = levels.index(own[position])
        for level in sorted(levels, key=lambda level: abs(levels.index(level) - here)):
            other = [*own[:position], level, *own[position + 1 :]]
            if level != own[position] and " × ".join(other) in present:
                where = "samenvoegen in tev.toml" if name == AREA else "het codeboek en dit bestand"
                ways.append(f"{name} {own[position]} met {level} (in {where})")
                break
    if not ways:
        return "Gebruik een kleinere marge: haal een van de vragen eruit."
    return f"Voeg samen: {', of '.join(ways)}. Of haal een vraag uit de marge."


def _check_areas(elsewhere: pd.Series[str], file: str, problems: list[Problem]) -> None:
    for area in sorted(set(elsewhere)):
        remedy = "Voeg de aantallen van dit gebied toe."
        problems.append(Problem(file, f"gebied {area} staat niet in dit bestand.", remedy))


def _fit(start: pd.Series[float], margins: Sequence[_Margin], trim: float) -> Weights:
    """Rake to every margin in turn, cap at `trim` × mean, and again until both hold."""
    weights = start.to_numpy(float) * margins[0].targets.sum() / float(start.sum())
    cap = trim * weights.mean()
    deviation, iterations = np.inf, 0
    while iterations < _ROUNDS and deviation > _TOLERANCE:
        iterations += 1
        for margin in margins:
            sums = np.bincount(margin.cells, weights, len(margin.targets))
            weights = weights * (margin.targets / sums)[margin.cells]
        weights = np.minimum(weights, cap)
        deviation = max(
            float(np.max(np.abs(np.bincount(m.cells, weights, len(m.targets)) / m.targets - 1)))
            for m in margins
        )
    deff, n_eff = kish(weights)
    return Weights(
        weights=pd.Series(weights, index=start.index),
        deff=deff,
        n_eff=n_eff,
        converged=deviation <= _TOLERANCE,
        iterations=iterations,
        deviation=deviation,
        capped=int((weights >= cap).sum()),
    )
