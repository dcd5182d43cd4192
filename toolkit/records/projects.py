"""The projects of an evaluation: one row each, and totals that add up."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import DataError, Problem
from toolkit.records.delivery import Fields, Row, read_rows
from toolkit.records.project_files import FOLDER, TEXTS, ProjectFile, ProjectNumber, read_files
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
        *TEXTS,
    ),
)
_LONGEST = 2000  # characters of one answer: a fiche must fit on a page
# Our names of texts, as the published table calls them.
_TOLD = {
    "about": "inhoud", "partners": "partners", "state": "stand", "money": "geld", "results": "resultaten",
    "fitting_why": "passender_omdat", "faster_why": "sneller_omdat", "cheaper_why": "betaalbaarder_omdat",
    "secured": "borging",
}  # fmt: skip
_PEOPLE_FREE = ("euro", "dagen", "dag", "uur", "weken", "maanden", "cijfer", "procent", "%")
COLUMNS = (
    "soort", "onderdeel", "project", "doel", "start", "einde", "status", "budget", "besteed", "benutting",
    "bereik", "bereik_eenheid", "rapportcijfer", "tevreden", "respondenten", "passender", "sneller",
    "betaalbaarder", "projecten", "budget_onbekend", "besteed_onbekend", "prijspeil", "toelichting",
    *_TOLD.values(), "cijfers",
)  # fmt: skip


def read_projects(folder: Path, settings: ProjectsSettings) -> pd.DataFrame:
    """The projects of all lists and of the files in `folder/projecten`, one row each, in that order.

    Columns are those of the fields, and numbers (a tuple of ProjectNumber). budget and spent in euros (NaN: not
    known), reach and respondents counts, grade 1-10, satisfied in percent, the three questions "ja", "deels",
    "nee" or "". years: "2019-2021" or "2019", which gives the start and end that no column tells; other words
    ("verschilt per deelproject") are kept as they are. A project that is in a list and has a file is one
    project: the file fills in what the list leaves open.

    Raises DataError with all problems of all files: a missing or double project, an unknown status or
    answer, an amount below 0 or that can be read two ways, a percentage above 100, a grade outside
    1-10, an end before the start, a list and a file that contradict each other.
    """
    problems: list[Problem] = []
    found: dict[str, dict[str, Any]] = {}
    for delivery in settings.deliveries:
        try:
            for row in read_rows(folder, delivery, _FIELDS, problems):
                one = _read(row)
                if _name(one) in found:
                    message = f"het project '{one['project']:.40}' staat er twee keer in."
                    row.problem("project", message, "Geef elk project één rij.")
                found[_name(one) or str(len(found))] = one
        except DataError as error:
            problems.extend(error.problems)
    try:
        _add_files(found, read_files(folder / FOLDER, problems))
    except DataError as error:
        problems.extend(error.problems)
    if not found and not problems:
        remedy = (
            f"Zet een bestand per project in de map {FOLDER}, of noem een lijst in een blok [[levering]]."
        )
        problems.append(Problem(_FIELDS.settings_file, "er is geen enkel project.", remedy))
    if problems:
        raise DataError(problems)
    frame = pd.DataFrame([*found.values()], columns=[*_FIELDS.all, "numbers"])
    return frame.astype({"start": "datetime64[ns]", "end": "datetime64[ns]"})


def _name(one: Mapping[str, Any]) -> str:
    return str(one["project"]).casefold()


def _read(row: Row) -> dict[str, Any]:
    """One project, of a list or a file; what is wrong with it comes among the problems of the row."""
    one: dict[str, Any] = {name: row.word(name) for name in ("project", "part", "aim")}
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
    one |= {name: row.text(name) for name in TEXTS}
    for name in ("aim", *TEXTS):
        if len(one[name]) > _LONGEST:
            message = f"dit antwoord heeft {len(one[name])} tekens."
            row.problem(name, message, f"Maak het korter: hoogstens {_LONGEST} tekens.")
    for name in ("project", *(() if isinstance(row, ProjectFile) else ("part",))):
        if not one[name]:
            row.problem(name, "deze cel is leeg.", "Vul de cel in.")
    return one | {"numbers": ()}


def _add_files(found: dict[str, dict[str, Any]], files: Iterable[ProjectFile]) -> None:
    """Put the projects of files beside or into those of the lists."""
    from_file = dict[str, str]()
    for file in files:
        one = _read(file) | {"numbers": file.numbers()}
        name = _name(one)
        if name and name in from_file:
            message = f"het project '{one['project']:.40}' staat ook in {from_file[name]}."
            file.problem("project", message, "Maak per project één bestand.")
        elif name in found:
            found[name] = _filled(found[name], one, file)
        elif name and not one["part"]:
            file.problem("part", "deze cel is leeg.", "Vul in bij welk onderdeel dit project hoort.")
        else:
            found[name or file.name] = one
        from_file[name] = file.name


def _filled(listed: Mapping[str, Any], told: Mapping[str, Any], file: ProjectFile) -> dict[str, Any]:
    """A project of a list with what its file tells besides; both may tell the same, but nothing else."""
    whole = dict(listed)
    for name, value in told.items():
        known = not (listed[name] in ("", (), None) or listed[name] != listed[name])
        if value in ("", (), None) or value != value or name == "project":
            continue
        if known and value != listed[name]:
            both = f"{_as_written(listed[name])} en {_as_written(value)}"
            message = f"de lijst zegt iets anders dan dit bestand: {both}."
            file.problem(name, message, "Laat het antwoord in een van de twee leeg, of maak ze gelijk.")
        whole[name] = value
    return whole


def _as_written(value: object) -> str:
    """A value for a message: a number in Dutch, a text at most 40 characters."""
    return f"{value:.12g}".replace(".", ",") if isinstance(value, float) else f"{value!s:.40}"


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
    in toelichting. cijfers: a line per number that a file tells, in words; hidden when it is about fewer than
    `least` people (`least_estimate` for a percentage or grade), about an unknown number, or counts all but
    fewer than `least` of them. Columns: COLUMNS.
    """
    frame = projects.rename(
        columns={
            "part": "onderdeel", "aim": "doel", "end": "einde", "spent": "besteed", "reach": "bereik",
            "reach_unit": "bereik_eenheid", "grade": "rapportcijfer", "satisfied": "tevreden",
            "respondents": "respondenten", **QUESTIONS, **_TOLD,
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
    frame["cijfers"] = [
        "\n".join(_number(one, least, least_estimate) for one in numbers) for numbers in frame["numbers"]
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


def _number(one: ProjectNumber, least: int, least_estimate: int) -> str:
    """A number of a project in Dutch, or why it is hidden."""
    estimate = one.unit.casefold() in ("procent", "%", "cijfer", "rapportcijfer")
    needed = least_estimate if estimate else least
    counts = one.unit.casefold() not in _PEOPLE_FREE
    few = counts and any(0 < part < least for part in (one.value, one.people - one.value))
    one_sided = one.unit.casefold() in ("procent", "%") and one.value in (0.0, 100.0)
    if one.people and (not one.people >= needed or few or one_sided):
        why = "van te weinig mensen, of van hoeveel mensen is niet bekend"
        return f"{one.what}: niet getoond ({why})"
    whole = f"{one.value:,.0f}" if one.value == int(one.value) else f"{one.value:,.1f}"
    text = whole.translate(str.maketrans(",.", ".,"))
    unit = {"%": "procent"}.get(one.unit, one.unit)
    shown = f"€ {text}" if unit.casefold() == "euro" else f"{text} {unit}".strip()
    return f"{one.what}: {shown}" + (f" ({one.people:.0f} mensen)" if one.people else "")


def _total(kind: str, part: str, frame: pd.DataFrame) -> Mapping[str, Any]:
    found: dict[str, Any] = {"soort": kind, "onderdeel": part, "project": "", "doel": "", "status": ""}
    found |= dict.fromkeys((*_TOLD.values(), "cijfers"), "")
    found |= {"bereik_eenheid": "", "toelichting": "", "prijspeil": frame["prijspeil"].iloc[0]}
    found |= {name: round(float(frame[name].sum(min_count=1)), 2) for name in ("budget", "besteed")}
    found |= {name: int(frame[name].sum()) for name in _COUNTED}
    for question in QUESTIONS.values():
        answered = frame[question] != ""
        found[question] = (
            f"{(frame[question] == 'ja').sum()} van {answered.sum()} ja" if answered.any() else ""
        )
    return found
