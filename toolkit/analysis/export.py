"""Hand on the cleaned answers of a survey, weighted and labelled, for work in SPSS or R."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.analysis.inputs import read_areas, read_survey_input
from toolkit.errors import ToolkitError
from toolkit.project import Project
from toolkit.survey.export import write_sav
from toolkit.survey.weights import rake


@dataclass(frozen=True)
class Exported:
    """How many respondents the file holds, and whether they are weighted."""

    respondents: int
    weighted: bool


def export_survey(project: Project, survey: str, out: Path) -> Exported:
    """Write the complete respondents of a survey to `out` (.sav), with weights where the settings ask them.

    Raises DataError with the problems of the deliveries; ToolkitError when `out` is no .sav, or lies where
    raw deliveries or published files belong.
    """
    place = out.resolve()
    if place.suffix.lower() != ".sav":
        raise ToolkitError(
            f"{out.name} is geen naam voor een SPSS-bestand.", "Laat de naam eindigen op .sav."
        )
    if place.is_relative_to(project.root.resolve()):
        parts = place.relative_to(project.root.resolve()).parts
        if "raw" in parts or parts[0] == "reports" or ("output" in parts and "private" not in parts):
            raise ToolkitError(
                f"In {out.parent} horen geen antwoorden van mensen, of alleen leveringen zoals ze binnenkwamen.",
                "Kies een andere map, bijvoorbeeld analyses/NAAM/output/private.",
            )
    part = read_survey_input(project, survey, read_areas(project))
    respondents, weighting = part.data.respondents, part.settings.weighting
    if weighting and part.population is not None:
        found = rake(respondents, part.population, weighting.margins, weighting.trim, weighting.population)
        respondents = respondents.assign(weight=found.weights)
    write_sav(respondents, part.codebook, out, part.settings.name)
    return Exported(len(respondents), weighting is not None)
