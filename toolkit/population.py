"""Population counts per cell, for weighting and as the denominator of bereik."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_count
from toolkit.errors import DataError, Problem
from toolkit.files import missing_columns, read_table

AREA = "gebied"
COUNT = "aantal"


def read_population(path: Path, merge: Mapping[str, str]) -> pd.DataFrame:
    """Population counts: gebied, other variables, aantal. An empty cell means "all".

    Small areas are added to their neighbour (`merge`).

    Raises DataError for missing columns, counts that are no whole numbers, and double cells.
    """
    table = read_table(path, header=[AREA, COUNT])
    file = path.name
    problems = missing_columns(table, [AREA, COUNT], file)
    if problems:
        raise DataError(problems)
    counts = [parse_count(cell) for cell in table[COUNT]]
    for row, cell, count in zip(table.index, table[COUNT], counts, strict=True):
        if count is None:
            message = f'"{cell:.20}" is geen aantal inwoners.'
            remedy = "Schrijf een heel getal van 0 of hoger, zonder punt of komma."
            problems.append(Problem(file, message, remedy, "", row, COUNT))
    variables = [str(name) for name in table.columns if name != COUNT]
    for row in table.index[table.duplicated(variables)]:
        remedy = "Haal één van de rijen weg."
        problems.append(Problem(file, "deze cel staat er twee keer in.", remedy, "", row))
    if problems:
        raise DataError(problems)
    table[COUNT] = pd.Series(counts, index=table.index, dtype=float)
    table[AREA] = table[AREA].replace(dict(merge))
    return table.groupby(variables, sort=True)[COUNT].sum().reset_index()


def area_problems(population: pd.DataFrame, known: Collection[str], file: str) -> list[Problem]:
    """A problem for each area of a population table that the project does not know."""
    remedy = "Is dit een code van een eerdere wijkindeling? Gebruik de aantallen van de indeling van nu."
    return [
        Problem(file, f"gebied {area:.20} staat niet in de lijst met gebieden.", remedy, column=AREA)
        for area in sorted(set(population[AREA]) - {"", *known})
    ]


def residents(population: pd.DataFrame, variable: str = AREA) -> pd.Series[float]:
    """People per level of one variable of the table of `read_population`; nobody is counted twice.

    A file for raking holds several margins, and adding them all would count people more than once. So
    each level counts by the rows that are split by the fewest other variables; rows that are split
    by geslacht alone come last, because the CBS counts of the sexes hold all ages.
    """
    rows = population[population[variable] != ""]
    others = [name for name in population.columns if name not in (COUNT, variable)]
    splits = [tuple(name for name in others if record[name]) for record in rows.to_dict("records")]
    ranks = [({*split} - {AREA} == {"geslacht"}, len(split), *split) for split in splits]
    order = {rank: place for place, rank in enumerate(sorted(set(ranks)))}
    rank = pd.Series([order[one] for one in ranks], index=rows.index, dtype=int)
    used = rows[rank == rank.groupby(rows[variable]).transform("min")]
    return used.groupby(variable, sort=True)[COUNT].sum()
