"""Response: who was invited, who began, who finished, and how they differ from the population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, parse_number, read_table
from toolkit.survey.weights import AREA, COUNT
from toolkit.tables import measures as measures_table

COUNTS = ("uitgenodigd", "begonnen", "volledig")


def read_response(path: Path, areas: pd.DataFrame, merge: Mapping[str, str]) -> pd.DataFrame:
    """Counts per area: gebied, uitgenodigd, begonnen, volledig; small areas added to their neighbour.

    Raises DataError for missing columns, unknown areas, counts that are no whole numbers, and rows
    where more people finished than began, or began than were invited.
    """
    table = read_table(path)
    file = path.name
    problems = missing_columns(table, [AREA, *COUNTS], file)
    if problems:
        raise DataError(problems)
    known = set(areas[AREA])
    rows = []
    for row, record in zip(table.index, table.to_dict("records"), strict=True):
        area = str(record[AREA])
        if area not in known:
            remedy = closest(area, known) or "Gebruik de codes uit het bestand met gebieden."
            problems.append(Problem(file, f"gebied {area:.20} is niet bekend.", remedy, "", row, AREA))
        counts: dict[str, float] = {}
        for name in COUNTS:
            number = parse_number(str(record[name]))
            if number is None or number < 0 or number != int(number):
                message = f'"{record[name]!s:.20}" is geen aantal.'
                problems.append(Problem(file, message, "Vul een geheel getal in.", "", row, name))
            else:
                counts[name] = number
        if (
            len(counts) == len(COUNTS)
            and not counts["uitgenodigd"] >= counts["begonnen"] >= counts["volledig"]
        ):
            message = "de aantallen lopen niet af van uitgenodigd naar begonnen naar volledig."
            problems.append(Problem(file, message, "Verbeter de aantallen in deze rij.", "", row))
        rows.append({AREA: area, **counts})
    if problems:
        raise DataError(problems)
    frame = pd.DataFrame(rows)
    frame[AREA] = frame[AREA].replace(dict(merge))
    return frame.groupby(AREA)[list(COUNTS)].sum().reset_index()


def measures(response: pd.DataFrame, survey_id: str, period: str, city: str) -> pd.DataFrame:
    """Counts (unit "personen") and the share of invited people who finished (percent), as Measures.

    For each area and the city: respons.uitgenodigd, respons.begonnen, respons.volledig and
    respons.aandeel. They are full counts of the fieldwork, so they have no interval.
    """
    total = pd.DataFrame([{AREA: city, **{name: response[name].sum() for name in COUNTS}}])
    rows = []
    for record in pd.concat([total, response]).to_dict("records"):
        base = {"source": "enquete", "dataset": survey_id, "area": record[AREA], "period": period}
        invited = float(record["uitgenodigd"])
        for name in COUNTS:
            value = float(record[name])
            rows.append(
                {**base, "measure": f"respons.{name}", "unit": "personen", "value": value, "n": value}
            )
        if invited:
            share = float(record["volledig"]) / invited * 100
            rows.append(
                {**base, "measure": "respons.aandeel", "unit": "procent", "value": share, "n": invited}
            )
    return measures_table(rows)


def against_population(
    respondents: pd.DataFrame, population: pd.DataFrame, variables: Sequence[str]
) -> pd.DataFrame:
    """How the respondents, before weighting, differ from the population.

    A row per level of each variable (gebied is the area after merging): variabele, niveau, n,
    respons and bevolking (percent of all with a known level) and verschil (percent points; above
    zero there are too many respondents). A variable is counted over the population rows of one
    margin that has it: the one with the fewest other variables.
    """
    rows = []
    for variable in variables:
        counts = _population_of(population, variable)
        answers = respondents["area" if variable == AREA else variable].astype(str)
        n = answers[answers.isin(list(counts))].value_counts().to_dict()
        for level, people in counts.items():
            response = n.get(level, 0) / max(sum(n.values()), 1) * 100
            whole = people / sum(counts.values()) * 100
            rows.append(
                {
                    "variabele": variable,
                    "niveau": level,
                    "n": n.get(level, 0),
                    "respons": response,
                    "bevolking": whole,
                    "verschil": response - whole,
                }
            )
    return pd.DataFrame(rows)


def _population_of(population: pd.DataFrame, variable: str) -> dict[str, float]:
    """People per level, from the rows of the one margin that fills the fewest other variables."""
    others = [name for name in population.columns if name not in (COUNT, variable)]
    rows = population[population[variable] != ""]
    filled = [tuple(name for name in others if record[name]) for record in rows.to_dict("records")]
    first = min(filled, key=len)
    counts: dict[str, float] = {}
    for record, names in zip(rows.to_dict("records"), filled, strict=True):
        if names == first:
            level = str(record[variable])
            counts[level] = counts.get(level, 0.0) + float(record[COUNT])
    return counts
