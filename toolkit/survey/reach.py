"""Whom does the help reach: the make-up of the reached beside that of the population."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from toolkit.population import AREA, residents
from toolkit.survey.codebook import Codebook
from toolkit.survey.estimate import Design, Publication, share, status
from toolkit.survey.kpis import kpi_values
from toolkit.tables import DEFINITIONS, MEASURES, empty
from toolkit.tables import measures as measures_table

CONTACT = "bereik.contact"  # the KPI that says who was reached
MEASURE = "bereik.representativiteit"
UNIT = "verhouding tot de bevolking"


def measures(
    respondents: pd.DataFrame,
    codebook: Codebook,
    design: Design,
    population: pd.DataFrame,
    dataset: str,
    period: str,
    city: str,
    groups: Sequence[str] = (),
    rule: Publication | None = None,
) -> pd.DataFrame:
    """bereik.representativiteit: share of each wijk and group among the reached / its share in the population.

    The reached are respondents for whom `bereik.contact` holds, with their weights. 1 is in proportion, 2
    twice as many as in the population. The interval is that of the share among the reached (logit), divided
    by the share in the population, which counts as known. A group needs a column in `population`
    (`read_population`); people whose level is not in it are left out on both sides. n: the reached
    with a known level. A level that none or all of the reached have gets no row. Without the KPI no rows.
    """
    contact = next((kpi.values for kpi in kpi_values(respondents, codebook) if kpi.measure == CONTACT), None)
    if contact is None:
        return empty(MEASURES)
    rule = rule or Publication()
    rows: list[dict[str, Any]] = []
    for name in (AREA, *groups):
        if name not in population:
            continue
        counts = residents(population, name)
        counts = counts[counts > 0]
        levels = respondents["area" if name == AREA else name].astype(str)
        reached = (contact == 1) & levels.isin(list(counts.index))
        for level, people in counts.items():
            found = share(design, (levels == level).astype(float).where(reached))
            if found.empty or found["value"][0] in (0.0, 1.0) or people == counts.sum():
                continue
            one, part = found.iloc[0], float(people / counts.sum())
            rows.append(
                {
                    "source": "enquete",
                    "dataset": dataset,
                    "measure": MEASURE,
                    "unit": UNIT,
                    "area": str(level) if name == AREA else city,
                    "period": period,
                    "group": "" if name == AREA else f"{name}={level}",
                    "value": one["value"] / part,
                    "low": one["low"] / part,
                    "high": one["high"] / part,
                    "n": one["n"],
                    "n_eff": one["n_eff"],
                    "status": status("share", one["value"], one["low"], one["high"], one["n"], rule),
                }
            )
    return measures_table(rows) if rows else empty(MEASURES)


def definitions(base: pd.DataFrame, source: str) -> pd.DataFrame:
    """What bereik.representativiteit means; `base` has the definition of bereik.contact, `source` of the counts."""
    rows = [
        {
            **one,
            "maat": MEASURE,
            "naam": "Bereik vergeleken met de bevolking",
            "teller": "aandeel van de wijk of groep onder wie contact had met het wijkteam (gewogen)",
            "noemer": "aandeel van de wijk of groep in de bevolking; 1 is naar verhouding, 2 twee keer zo veel",
            "eenheid": UNIT,
            "richting": "",
            "bron": "; ".join(filter(None, (one["bron"], source))),
        }
        for one in base.to_dict("records")
        if one["maat"] == CONTACT
    ]
    return pd.DataFrame(rows, columns=[*DEFINITIONS])
