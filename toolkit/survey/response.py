"""Response: who was invited, who began, who finished, and how they differ from the population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_count
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table
from toolkit.population import AREA, residents
from toolkit.tables import measures as measures_table

COUNTS = ("uitgenodigd", "begonnen", "volledig")


def read_response(path: Path, areas: pd.DataFrame, merge: Mapping[str, str]) -> pd.DataFrame:
    """Counts per area: gebied, uitgenodigd, begonnen, volledig; small areas added to their neighbour.

    Raises DataError for missing columns, unknown areas, counts that are no whole numbers, and rows
    where more people finished than began, or began than were invited.
    """
    table = read_table(path, header=[AREA, *COUNTS])
    file = path.name
    problems = missing_columns(table, [AREA, *COUNTS], file)
    if problems:
        raise DataError(problems)
    if table.empty:
        raise DataError([Problem(file, "er staan geen aantallen in.", "Vul per gebied een rij in.")])
    known = set(areas[AREA])
    rows = []
    for row, record in zip(table.index, table.to_dict("records"), strict=True):
        area = str(record[AREA])
        if area not in known:
            remedy = closest(area, known) or "Gebruik de codes uit het bestand met gebieden."
            problems.append(Problem(file, f"gebied {area:.20} is niet bekend.", remedy, "", row, AREA))
        counts: dict[str, float] = {}
        for name in COUNTS:
            number = parse_count(record[name])
            if number is None:
                message = f'"{record[name]!s:.20}" is geen aantal.'
                problems.append(
                    Problem(file, message, "Vul een heel getal in, zonder punt of komma.", "", row, name)
                )
            else:
                counts[name] = float(number)
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
    zero there are too many respondents). People per level are those of `population.residents`.
    """
    rows = []
    for variable in variables:
        counts = residents(population, variable).to_dict()
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
