"""Read the deliveries of a survey into one table of Respondents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_date, parse_number
from toolkit.errors import DataError, Problem, closest
from toolkit.project import Delivery, SurveySettings
from toolkit.survey.answers import answers, expected_columns
from toolkit.survey.codebook import MISSING, Codebook, Source
from toolkit.survey.formats import RawTable, read_raw
from toolkit.survey.weights import weight_problems
from toolkit.tables import RESPONDENTS, check

# LimeSurvey writes this date for every response of an anonymised survey: complete, date unknown.
_ANONYMISED = "1980-01-01"
INCOMPLETE, TEST, DUPLICATE = "niet afgemaakt", "proefinzending", "dubbel"


@dataclass(frozen=True)
class SurveyData:
    """The complete respondents of a survey, and the responses that were set apart.

    `respondents` keeps the contract RESPONDENTS plus the columns of the codebook; `set_apart` has
    the columns respondent, survey, partner, area and reden, and no answers. Open answers are in
    the columns `codebook.text_columns`: drop them before anything is published.
    """

    respondents: pd.DataFrame
    set_apart: pd.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """How many responses are complete, and how many were set apart for each reason."""
        reasons = self.set_apart["reden"].value_counts().to_dict()
        return {"volledig": len(self.respondents), **{str(k): int(v) for k, v in sorted(reasons.items())}}


def read_delivery(path: Path, delivery: Delivery, codebook: Codebook, survey_id: str) -> pd.DataFrame:
    """Every response in one delivered file, in the variables of the codebook.

    Columns: respondent ("<file name>-<number>"), survey, partner, submitted, reden ("" for a
    complete response, else why it is set apart) and the columns of `answers`.

    Raises DataError with all problems of the file: columns, codes, numbers, dates, double numbers.
    """
    name = codebook.source_of(delivery)
    source = codebook.sources[name]
    wanted = _wanted(codebook, name, source, delivery)
    raw = read_raw(path, delivery, [*wanted])
    problems = _column_problems(raw, wanted, name, source, delivery)
    if problems:
        raise DataError(problems)
    frame, problems = answers(raw, codebook, name, delivery.columns, delivery.codes)
    problems += _number_problems(raw, source)
    weights = _weights(raw, source, problems)
    if problems:
        raise DataError(problems)
    stem = Path(delivery.file).stem
    submitted, complete = _submitted(raw, source)
    first = pd.DataFrame(
        {
            "respondent": [f"{stem}-{number}" for number in raw.cells[source.id_column]],
            "survey": survey_id,
            "partner": delivery.partner,
            "submitted": submitted,
            "reden": _reasons(raw, source, complete),
            "weight": weights,
        }
    )
    return pd.concat([first, frame], axis=1)


def read_survey(
    folder: Path,
    survey_id: str,
    settings: SurveySettings,
    codebook: Codebook,
    areas: pd.DataFrame,
    merge: Mapping[str, str],
) -> SurveyData:
    """All deliveries of a survey as one table, one row per complete respondent.

    `areas` has the columns gebied and naam; `merge` sends small areas to a neighbour. The column
    `area` is the area after merging ("" when unknown); the codebook's own column keeps the answer.
    Weights are those of the column `gewicht` of the source, else 1; `weights.rake` starts from them.

    Raises DataError with the problems of all files at once.
    """
    frames: list[pd.DataFrame] = []
    problems: list[Problem] = []
    for delivery in settings.deliveries:
        try:
            frame = read_delivery(folder / delivery.file, delivery, codebook, survey_id)
        except DataError as error:
            problems.extend(error.problems)
            continue
        problems.extend(_area_problems(frame, codebook, delivery, areas))
        frames.append(frame)
    if problems:
        raise DataError(problems)
    everyone = pd.concat(frames, ignore_index=True)
    answer = everyone[codebook.area.name]
    everyone["area"] = answer.replace(dict(merge)).where(~answer.isin(MISSING), "")
    apart = everyone["reden"] != ""
    columns = ["respondent", "survey", "partner", "area", "reden"]
    respondents = check(everyone[~apart].drop(columns="reden"), RESPONDENTS)
    return SurveyData(respondents, everyone.loc[apart, columns].reset_index(drop=True))


def _wanted(codebook: Codebook, name: str, source: Source, delivery: Delivery) -> dict[str, str]:
    """Every column that a delivery should have, and the variable it holds ("" for number, date, ...)."""
    own = [source.id_column, source.submitted_column, source.duplicate_column, source.weight_column]
    own += source.test
    return {column: "" for column in own if column} | expected_columns(codebook, name, delivery.columns)


def _column_problems(
    raw: RawTable, wanted: dict[str, str], name: str, source: Source, delivery: Delivery
) -> list[Problem]:
    expected = [column for column, variable in wanted.items() if variable]
    present = [str(column) for column in raw.cells.columns]
    unknown = [
        column
        for column in present
        if column not in wanted
        and not any(column == pattern or fnmatchcase(column, pattern) for pattern in source.ignore)
    ]
    lacking = [column for column in wanted if column not in present]
    if expected and not any(column in present for column in expected):
        remedy = (
            "Exporteer opnieuw met koppen 'Vraagcode' en antwoorden 'Antwoordcodes'."
            if delivery.format == "limesurvey-csv"
            else f"Klopt [bron.{name}] in het codeboek? Dit bestand heeft: {', '.join(present[:8])}."
        )
        return [
            Problem(raw.file, "geen enkele vraag uit het codeboek staat in dit bestand.", remedy, raw.sheet)
        ]
    problems = [
        Problem(
            raw.file,
            f"deze kolom ontbreekt{f' (vraag {wanted[column]})' if wanted[column] else ''}.",
            closest(column, unknown) or "Lever de kolom aan, of haal hem uit het codeboek.",
            raw.sheet,
            column=column,
        )
        for column in lacking
    ]
    problems += [
        Problem(
            raw.file,
            "deze kolom staat niet in het codeboek.",
            closest(column, lacking) or f"Voeg de vraag toe, of zet de kolom bij negeren in [bron.{name}].",
            raw.sheet,
            column=column,
        )
        for column in unknown
    ]
    return problems


def _number_problems(raw: RawTable, source: Source) -> list[Problem]:
    """A response without a number, or a number that two responses have."""
    numbers = raw.cells[source.id_column]
    double = set(numbers[numbers.duplicated()])
    problems = []
    for position, number in enumerate(numbers):
        message = ""
        if not number:
            message = "deze rij heeft geen nummer."
        elif number in double:
            message = f"het nummer {number:.40} komt meer dan één keer voor."
        if message:
            remedy = "Elke respondent heeft een eigen nummer; staat deze rij er dubbel in?"
            problems.append(
                Problem(raw.file, message, remedy, raw.sheet, raw.rows[position], source.id_column)
            )
    return problems


def _weights(raw: RawTable, source: Source, problems: list[Problem]) -> pd.Series[float]:
    """The delivered weights, 1 without such a column; what is wrong with them is added to `problems`."""
    if not source.weight_column:
        return pd.Series(1.0, index=raw.cells.index)
    cells = raw.cells[source.weight_column]
    weights = pd.Series([parse_number(cell or "") for cell in cells], index=cells.index, dtype=float)
    for position in weights.index[weights.isna()]:
        message = f'"{cells[position] or ""!s:.20}" is geen gewicht.'
        remedy = "Geef iedereen een gewicht boven nul, bijvoorbeeld 1."
        row = raw.rows[position]
        problems.append(Problem(raw.file, message, remedy, raw.sheet, row, source.weight_column))
    if weights.notna().all():
        problems += weight_problems(weights, raw.file, source.weight_column)
    return weights


def _submitted(raw: RawTable, source: Source) -> tuple[pd.Series, pd.Series]:
    """The date of each response, and whether it was sent in; without such a column all were."""
    if not source.submitted_column:
        nothing = pd.Series(pd.NaT, index=raw.cells.index, dtype="datetime64[ns]")
        return nothing, pd.Series(True, index=raw.cells.index)
    texts = raw.cells[source.submitted_column].map(lambda cell: cell or "")
    known = texts.where(~texts.str.startswith(_ANONYMISED), "")
    dates = pd.Series([parse_date(text) for text in known], index=texts.index, dtype="datetime64[ns]")
    return dates, texts != ""


def _reasons(raw: RawTable, source: Source, complete: pd.Series) -> pd.Series:
    """Why a response is set apart, "" when it is not; the first complete one of a double stays."""
    reasons = complete.map({True: "", False: INCOMPLETE})
    for column, values in source.test.items():
        reasons = reasons.mask(raw.cells[column].isin(values), TEST)
    if source.duplicate_column:
        keys = raw.cells[source.duplicate_column].where(reasons == "")
        again = keys.duplicated() & keys.notna() & (keys != "")
        reasons = reasons.mask(again, DUPLICATE)
    return reasons


def _area_problems(
    frame: pd.DataFrame, codebook: Codebook, delivery: Delivery, areas: pd.DataFrame
) -> list[Problem]:
    """Areas that the codebook knows but the project does not."""
    known = set(areas["gebied"])
    found = sorted(set(frame[codebook.area.name]) - known - set(MISSING))
    # The nearest code is another wijk: no help. Codes that are not known mostly come from another year.
    remedy = (
        "Is dit een code van een eerdere wijkindeling? Vertaal hem dan in het codeboek naar de code van nu. "
        "Is het gebied nieuw, voeg het dan toe aan het bestand met gebieden."
    )
    return [
        Problem(
            Path(delivery.file).name,
            f"het gebied {area} staat niet in de lijst met gebieden.",
            remedy,
            column=codebook.area.name,
        )
        for area in found
    ]
