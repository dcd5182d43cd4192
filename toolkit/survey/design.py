"""The design of a survey as its settings describe it: strata, and how many people they hold."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.errors import DataError, Problem, closest
from toolkit.population import AREA, residents
from toolkit.project import SurveySettings
from toolkit.survey.codebook import MISSING, Codebook
from toolkit.survey.estimate import Design

_FILE = "enquete.toml"
_ENDLESS = 1e15  # people in a stratum that is not known: no finite population correction


def design_of(
    respondents: pd.DataFrame,
    codebook: Codebook,
    settings: SurveySettings,
    population: pd.DataFrame | None = None,
    merge: Mapping[str, str] | None = None,
) -> Design:
    """The design of the sample: column `weight`, the strata, and the people per stratum where `omvang` asks.

    `population` is the table of `read_population` and is read where omvang is "bevolking"; `merge` adds
    the strata of small areas to a neighbour. Respondents whose stratum is not known form one of their
    own, without finite population correction.

    Raises DataError with every stratum that has no size, or fewer people than respondents.
    """
    column = "area" if settings.strata in (AREA, codebook.area.name) else settings.strata
    if column and column not in respondents:
        hint = closest(column, codebook.names) or "Noem een vraag uit het codeboek."
        raise DataError([Problem(_FILE, f'er is geen vraag "{column:.40}".', hint, column="strata")])
    if settings.frame_size is None:
        return Design(respondents, strata=column)
    strata = respondents[column].astype(str) if column else pd.Series("alle", index=respondents.index)
    sizes = _sizes(settings, column, population, merge or {})
    n = strata.value_counts()
    problems = []
    for name, count in n.items():
        if name in MISSING or name == "":
            sizes[str(name)] = _ENDLESS
        elif name not in sizes:
            hint = closest(str(name), sizes) or "Voeg dit stratum toe aan omvang."
            problems.append(
                Problem(_FILE, f"van stratum {name} is de omvang niet bekend.", hint, column="omvang")
            )
        elif sizes[str(name)] < count:
            message = (
                f"in stratum {name} zijn er meer respondenten ({count}) dan mensen ({sizes[str(name)]:.0f})."
            )
            problems.append(Problem(_FILE, message, "Verbeter de omvang, of haal die weg.", column="omvang"))
    if problems:
        raise DataError(problems)
    return Design(respondents, strata=column, population=sizes)


def _sizes(
    settings: SurveySettings, column: str, population: pd.DataFrame | None, merge: Mapping[str, str]
) -> dict[str, float]:
    if isinstance(settings.frame_size, int):
        if column:
            message = "bij strata hoort een omvang per stratum, niet één getal."
            remedy = "Schrijf: omvang = { WK050501 = 8100, ... }, of haal strata weg."
            raise DataError([Problem(_FILE, message, remedy, column="omvang")])
        return {"alle": float(settings.frame_size)}
    if isinstance(settings.frame_size, Mapping):
        given = pd.Series(settings.frame_size, dtype=float)
        return {
            str(name): float(size)
            for name, size in given.groupby(given.index.to_series().replace(dict(merge))).sum().items()
        }
    name = AREA if column == "area" else column
    if population is None or (column and name not in population):
        message = 'omvang = "bevolking" vraagt om een blok [weging] met een bestand waar de strata in staan.'
        remedy = "Voeg dat toe, of schrijf de omvang per stratum op."
        raise DataError([Problem(_FILE, message, remedy, column="omvang")])
    counts = residents(population, name or AREA)
    return (
        {str(level): float(people) for level, people in counts.items()}
        if column
        else {"alle": float(counts.sum())}
    )
