"""The response of a survey as the report shows it: per wijk and group, beside the population."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.analysis.inputs import SurveyInput
from toolkit.population import AREA
from toolkit.survey import response as survey_response

_NUMBERS = ("uitgenodigd", "begonnen", "volledig", "aandeel")
COLUMNS = (
    "enquete", "gebied", "gebiedsnaam", "groep", *_NUMBERS, "verschil_bevolking", "verschil_na_weging"
)  # fmt: skip


def response_table(
    part: SurveyInput, respondents: pd.DataFrame, public: pd.DataFrame, names: Mapping[str, str]
) -> pd.DataFrame:
    """The response per area and group, of the measures that went through the gate.

    Columns COLUMNS; groep is "" or "leeftijdsgroep=65+". The differences are percent points: share among the
    respondents minus share in the population, before and after weighting (column weight of
    `respondents`). Without a published number of respondents there is no difference: it would tell.
    """
    own = public[(public["dataset"] == part.id) & public["measure"].str.startswith("respons.")]
    own = own[own["area"].isin(list(names))]
    wide = own.pivot(index=["area", "group"], columns="measure", values="value")
    wide = wide.reindex(columns=[f"respons.{name}" for name in _NUMBERS]).set_axis([*_NUMBERS], axis=1)
    order = pd.MultiIndex.from_frame(own[["area", "group"]].drop_duplicates())
    frame = wide.reindex(order).rename_axis(["gebied", "groep"]).reset_index()
    frame = frame.assign(
        enquete=part.settings.name,
        gebiedsnaam=frame["gebied"].map(dict(names)),
        aandeel=frame["aandeel"].round(1),
        verschil_bevolking=float("nan"),
        verschil_na_weging=float("nan"),
    )
    if part.population is not None:
        groups = [group.partition("=")[0] for group in frame["groep"] if group]
        asked = [AREA, *(name for name in dict.fromkeys(groups) if name in part.population)]
        against = survey_response.against_population(respondents, part.population, asked)
        for row in against.to_dict("records"):
            of_area = row["variabele"] == AREA
            here = (frame["gebied"] == row["niveau"]) & (frame["groep"] == "")
            here = here if of_area else frame["groep"] == f"{row['variabele']}={row['niveau']}"
            frame.loc[here, "verschil_bevolking"] = round(row["verschil"], 1) + 0.0
            frame.loc[here, "verschil_na_weging"] = round(row["verschil_na_weging"], 1) + 0.0
    frame.loc[frame["volledig"].isna(), ["verschil_bevolking", "verschil_na_weging"]] = float("nan")
    return frame[[*COLUMNS]]
