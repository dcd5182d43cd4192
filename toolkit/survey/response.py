"""Response: who was invited, who began, who finished, and how they differ from the population."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_count
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table
from toolkit.population import AREA, residents
from toolkit.survey.codebook import Codebook
from toolkit.tables import measures as measures_table

COUNTS = ("uitgenodigd", "begonnen", "volledig")
GROUP = "groep"


def read_response(
    path: Path, areas: pd.DataFrame, merge: Mapping[str, str], codebook: Codebook
) -> pd.DataFrame:
    """Counts per area and group: gebied, groep, uitgenodigd, begonnen, volledig; one of the first two is "".

    A column in the file that is a question of the codebook makes groups: a row with gebied empty and
    leeftijdsgroep "65+" is the group "leeftijdsgroep=65+". Small areas are added to their neighbour.

    Raises DataError for missing columns, unknown areas, columns or groups, a row with both or neither,
    counts that are no whole numbers, and rows where more people finished than began, or began than were
    invited.
    """
    table = read_table(path, header=[AREA, *COUNTS])
    file = path.name
    problems = missing_columns(table, [AREA, *COUNTS], file)
    variables = [str(name) for name in table.columns if name not in (AREA, *COUNTS)]
    for name in variables:
        if name not in codebook.names:
            hint = closest(name, codebook.names) or "Gebruik namen van vragen uit het codeboek."
            problems.append(Problem(file, "deze kolom is geen vraag uit het codeboek.", hint, column=name))
    if problems:
        raise DataError(problems)
    if table.empty:
        raise DataError([Problem(file, "er staan geen aantallen in.", "Vul per gebied een rij in.")])
    known = set(areas[AREA])
    rows = []
    for row, record in zip(table.index, table.to_dict("records"), strict=True):
        area, groups = str(record[AREA]), {name: str(record[name]) for name in variables if record[name]}
        problems += [_at(one, file, int(row)) for one in _place_problems(area, groups, known, codebook)]
        counts: dict[str, float] = {}
        for name in COUNTS:
            number = parse_count(record[name])
            if number is None:
                message = f'"{record[name]!s:.20}" is geen aantal.'
                remedy = "Vul een heel getal in, zonder punt of komma."
                problems.append(Problem(file, message, remedy, "", row, name))
            else:
                counts[name] = float(number)
        if len(counts) == len(COUNTS) and not counts[COUNTS[0]] >= counts[COUNTS[1]] >= counts[COUNTS[2]]:
            message = "de aantallen lopen niet af van uitgenodigd naar begonnen naar volledig."
            problems.append(Problem(file, message, "Verbeter de aantallen in deze rij.", "", row))
        group = next((f"{name}={level}" for name, level in groups.items()), "")
        rows.append({AREA: area, GROUP: group, **counts})
    if problems:
        raise DataError(problems)
    frame = pd.DataFrame(rows)
    frame[AREA] = frame[AREA].replace(dict(merge))
    return frame.groupby([GROUP, AREA])[list(COUNTS)].sum().reset_index()[[AREA, GROUP, *COUNTS]]


def measures(
    response: pd.DataFrame,
    survey_id: str,
    period: str,
    city: str,
    respondents: pd.DataFrame | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Counts (unit "personen") and the share of invited people who finished (percent), as Measures.

    For the city, each area and each group: respons.uitgenodigd, respons.begonnen, respons.volledig and
    respons.aandeel. They are full counts of the fieldwork, so they have no interval. Of `groups` (name ->
    levels) that `response` does not have, only respons.volledig is known, from `respondents`.
    """
    of_areas = response[response[GROUP] == ""]
    of_groups = response[response[GROUP] != ""].assign(**{AREA: city})
    kinds = of_groups[GROUP].map(lambda group: group.partition("=")[0])
    # Without areas the first grouping counts everybody; several groupings count each person more than once.
    everybody = of_areas if len(of_areas) else of_groups[kinds == kinds.iloc[0]]
    total = pd.DataFrame([{AREA: city, GROUP: "", **{name: everybody[name].sum() for name in COUNTS}}])
    rows = []
    for record in pd.concat([total, of_areas, of_groups]).to_dict("records"):
        place = {"area": record[AREA], "group": record[GROUP]}
        base = {"source": "enquete", "dataset": survey_id, "period": period, **place}
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
    told = {group.partition("=")[0] for group in of_groups[GROUP]}
    base = {"source": "enquete", "dataset": survey_id, "period": period, "area": city}
    for name, levels in (groups or {}).items():
        if name in told or respondents is None:
            continue
        for level in levels:
            n = float((respondents[name].astype(str) == level).sum())
            one = {"measure": "respons.volledig", "unit": "personen", "group": f"{name}={level}"}
            rows.append({**base, **one, "value": n, "n": n})
    return measures_table(rows)


def against_population(
    respondents: pd.DataFrame, population: pd.DataFrame, variables: Sequence[str]
) -> pd.DataFrame:
    """How the respondents differ from the population, before and after weighting (column `weight`).

    A row per level of each variable (gebied is the area after merging): variabele, niveau, n, respons,
    gewogen and bevolking (percent of all with a known level), verschil and verschil_na_weging (percent
    points; above zero there are too many respondents). People per level are those of `population.residents`.
    """
    rows = []
    for variable in variables:
        counts = residents(population, variable).to_dict()
        answers = respondents["area" if variable == AREA else variable].astype(str)
        known = answers.isin(list(counts))
        n = answers[known].value_counts().to_dict()
        weights = respondents["weight"][known].groupby(answers[known]).sum().to_dict()
        for level, people in counts.items():
            response = n.get(level, 0) / max(sum(n.values()), 1) * 100
            weighted = weights.get(level, 0.0) / (sum(weights.values()) or 1.0) * 100
            whole = people / sum(counts.values()) * 100
            rows.append(
                {
                    "variabele": variable,
                    "niveau": level,
                    "n": n.get(level, 0),
                    "respons": response,
                    "gewogen": weighted,
                    "bevolking": whole,
                    "verschil": response - whole,
                    "verschil_na_weging": weighted - whole,
                }
            )
    return pd.DataFrame(rows)


def _place_problems(
    area: str, groups: Mapping[str, str], known: set[str], codebook: Codebook
) -> Iterator[Problem]:
    """What is wrong with the area and group of a row; the place in the file is added later."""
    if (area != "") + len(groups) != 1:
        message = "een rij gaat over één gebied, of over één groep met gebied leeg."
        yield Problem("", message, "Splits deze rij, of maak een cel leeg.")
    if area and area not in known:
        remedy = closest(area, known) or "Gebruik de codes uit het bestand met gebieden."
        yield Problem("", f"gebied {area:.20} is niet bekend.", remedy, column=AREA)
    for name, level in groups.items():
        codes = codebook.codes_of(codebook.variable(name))
        if level not in codes:
            remedy = closest(level, codes) or f"De antwoorden zijn: {', '.join(codes)}."
            yield Problem("", f'"{level:.20}" is geen antwoord op {name}.', remedy, column=name)


def _at(problem: Problem, file: str, row: int) -> Problem:
    return Problem(file, problem.message, problem.remedy, "", row, problem.column)
