"""The projects of an evaluation: one row each, and totals that add up."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import DataError, Problem
from toolkit.records.delivery import Fields, read_rows
from toolkit.records.settings import ProjectsSettings

STATUSES = ("gepland", "loopt", "afgerond", "gestopt")
ANSWERS = ("ja", "deels", "nee")
QUESTIONS = {"fitting": "passender", "faster": "sneller", "cheaper": "betaalbaarder"}
_COUNTED = ("projecten", "budget_onbekend", "besteed_onbekend")
_FIELDS = Fields(
    "projecten.toml",
    ("project", "part"),
    (
        "aim",
        "budget",
        "spent",
        "status",
        "years",
        "start",
        "end",
        "reach",
        "reach_unit",
        "grade",
        "satisfied",
        "respondents",
        *QUESTIONS,
    ),
)
COLUMNS = (
    "soort", "onderdeel", "project", "doel", "start", "einde", "status", "budget", "besteed", "benutting",
    "bereik", "bereik_eenheid", "rapportcijfer", "tevreden", "respondenten", "passender", "sneller",
    "betaalbaarder", "projecten", "budget_onbekend", "besteed_onbekend", "prijspeil", "toelichting",
)  # fmt: skip


def read_projects(folder: Path, settings: ProjectsSettings) -> pd.DataFrame:
    """The projects of all deliveries, one row each, in their order; columns are those of the fields.

    budget and spent in euros (NaN: not known), reach and respondents counts, grade 1-10, satisfied in
    percent, the three questions "ja", "deels", "nee" or "". years: "2019-2021" or "2019", which gives the
    start and end that no column tells; other words ("verschilt per deelproject") are kept as they are.

    Raises DataError with all problems of all files: a missing or double project, an unknown status or
    answer, an amount below 0 or that can be read two ways, a percentage above 100, a grade outside
    1-10, an end before the start.
    """
    problems: list[Problem] = []
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for delivery in settings.deliveries:
        try:
            for row in read_rows(folder, delivery, _FIELDS, problems):
                one: dict[str, Any] = {name: row.word(name) for name in ("project", "part", "aim")}
                for name in ("project", "part"):
                    if not one[name]:
                        row.problem(name, "deze cel is leeg.", "Vul de cel in.")
                if one["project"].casefold() in seen - {""}:
                    message = f"het project '{one['project']:.40}' staat er twee keer in."
                    row.problem("project", message, "Geef elk project één rij.")
                seen.add(one["project"].casefold())
                one |= {name: row.number(name, 0) for name in ("budget", "spent")}
                one |= {name: row.count(name) for name in ("reach", "respondents")}
                one |= {"grade": row.number("grade", 1, 10), "satisfied": row.number("satisfied", 0, 100)}
                one |= {"start": row.date("start"), "end": row.date("end")}
                one["years"] = row.word("years")
                first, last = _years(one["years"])
                one |= {"start": one["start"] or first, "end": one["end"] or last}
                if one["start"] and one["end"] and one["end"] < one["start"]:
                    row.problem("end", "de einddatum ligt voor de startdatum.", "Zijn ze verwisseld?")
                one |= {"status": row.choice("status", STATUSES), "reach_unit": row.word("reach_unit")}
                one |= {name: row.choice(name, ANSWERS) for name in QUESTIONS}
                found.append(one)
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    frame = pd.DataFrame(found, columns=[*_FIELDS.all])
    return frame.astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})


def _years(text: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of "2019-2021" or "2019"; nothing of other words."""
    match = re.fullmatch(r"(\d{4})(?:\s*(?:-|\u2013|t/m|tot en met)\s*(\d{4}))?", text)
    if not match:
        return None, None
    return dt.date(int(match[1]), 1, 1), dt.date(int(match[2] or match[1]), 12, 31)


def table(projects: pd.DataFrame, price_level: str, least: int, least_estimate: int) -> pd.DataFrame:
    """The projects that may be published: a row each (soort "project"), per part ("onderdeel"), and "totaal".

    Totals are the sums of the amounts that are known, to the cent (none known: no total); the columns with "onbekend" count
    the projects whose amount is not. benutting: spent as a percentage of budget, where both are known
    of every project in the row. Reach is never added up: a resident may be in two projects. In totals
    a question tells how many projects answer it with yes. Reach below `least` is hidden, and so is
    satisfaction of fewer than `least_estimate` (or unknown) respondents, or of 0% or 100%; why stands
    in toelichting. Columns: COLUMNS.
    """
    frame = projects.rename(
        columns={
            "part": "onderdeel", "aim": "doel", "end": "einde", "spent": "besteed", "reach": "bereik",
            "reach_unit": "bereik_eenheid", "grade": "rapportcijfer", "satisfied": "tevreden",
            "respondents": "respondenten", **QUESTIONS,
        }
    )  # fmt: skip
    frame = frame.assign(soort="project", projecten=1, prijspeil=price_level, toelichting="")
    frame["budget_onbekend"] = frame["budget"].isna().astype(int)
    frame["besteed_onbekend"] = frame["besteed"].isna().astype(int)
    frame["bereik_eenheid"] = frame["bereik_eenheid"].where(frame["bereik_eenheid"] != "", "inwoners")
    small = frame["bereik"] < least
    few = ~(frame["respondenten"] >= least_estimate)
    one_sided = frame["tevreden"].isin([0.0, 100.0])
    graded = frame["rapportcijfer"].notna() | frame["tevreden"].notna()
    worded = (frame["years"] != "") & frame["start"].isna() & frame["einde"].isna()
    reasons = (
        (small, f"bereik onderdrukt: n < {least}"),
        (few & graded, f"tevredenheid onderdrukt: n < {least_estimate} of onbekend"),
        (one_sided & ~few, "tevredenheid onderdrukt: 0% of 100%"),
    )
    frame["toelichting"] = [
        "; ".join(
            [f"looptijd: {frame.loc[index, 'years']}"] * bool(worded.loc[index])
            + [reason for rows, reason in reasons if rows.loc[index]]
        )
        for index in frame.index
    ]
    frame.loc[small, "bereik"] = float("nan")
    frame.loc[few, ["rapportcijfer", "tevreden", "respondenten"]] = float("nan")
    frame.loc[one_sided, "tevreden"] = float("nan")
    parts = [_total("onderdeel", str(name), same) for name, same in frame.groupby("onderdeel", sort=False)]
    totals = pd.DataFrame([*parts, _total("totaal", "", frame)])
    whole = pd.concat([frame, totals], ignore_index=True)
    known = (whole["budget_onbekend"] + whole["besteed_onbekend"] == 0) & (whole["budget"] > 0)
    whole["benutting"] = (100 * whole["besteed"] / whole["budget"]).where(known).round(1)
    return whole[[*COLUMNS]]


def _total(kind: str, part: str, frame: pd.DataFrame) -> Mapping[str, Any]:
    found: dict[str, Any] = {"soort": kind, "onderdeel": part, "project": "", "doel": "", "status": ""}
    found |= {"bereik_eenheid": "", "toelichting": "", "prijspeil": frame["prijspeil"].iloc[0]}
    found |= {name: round(float(frame[name].sum(min_count=1)), 2) for name in ("budget", "besteed")}
    found |= {name: int(frame[name].sum()) for name in _COUNTED}
    for question in QUESTIONS.values():
        answered = frame[question] != ""
        found[question] = (
            f"{(frame[question] == 'ja').sum()} van {answered.sum()} ja" if answered.any() else ""
        )
    return found
