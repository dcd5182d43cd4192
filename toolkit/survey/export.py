"""The cleaned respondents as an SPSS file (.sav), with labels and user-missing codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.files import whole_file
from toolkit.survey.codebook import CODED, MISSING, NO, NUMERIC, YES, Codebook, Variable
from toolkit.survey.scales import item_values, scales_in, score

# Below zero, so that an age or a number of 98 stays what it is. SPSS takes the whole range as missing.
MISSING_CODES = {reason: -91.0 - place for place, reason in enumerate(MISSING)}
_LABELS = {
    "weet-niet": "weet niet",
    "nvt": "n.v.t.",
    "wil-niet-zeggen": "wil ik niet zeggen",
    "niet-gesteld": "niet gesteld",
    "leeg": "leeg gelaten",
}
_RANGE = {"lo": min(MISSING_CODES.values()), "hi": max(MISSING_CODES.values())}
_MISSING_LABELS = {code: _LABELS[reason] for reason, code in MISSING_CODES.items()}
_NOTE = ["Gewogen rekenen: WEIGHT BY gewicht.", "Antwoorden van mensen: bewaar dit bestand veilig."]


@dataclass
class _Sheet:
    """Columns in the making, with what SPSS knows about them."""

    columns: dict[str, pd.Series] = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, Any] = field(default_factory=dict)
    measure: dict[str, Any] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, label: str, column: pd.Series, measure: str = "nominal") -> str:
        """Add a column under a name that SPSS allows, and give that name."""
        safe = re.sub(r"[^A-Za-z0-9_]", "_", name)[:64]
        while safe in self.columns:
            safe = f"{safe[:62]}_2"
        self.columns[safe], self.labels[safe], self.measure[safe] = column, _fit(label, 255), measure
        return safe

    def code(self, name: str, labels: dict[float, str]) -> None:
        """Give a column value labels, those of the missing reasons among them, and their range."""
        self.values[name] = {code: _fit(label, 120) for code, label in (labels | _MISSING_LABELS).items()}
        self.missing[name] = [dict(_RANGE)]


def write_sav(respondents: pd.DataFrame, codebook: Codebook, path: Path, title: str) -> None:
    """Write respondents (contract Respondents plus the codebook's columns) as an SPSS file, whole or not at all.

    Choices become 1, 2, 3 in the order of the codebook with their labels; a question with several answers a
    column per option (1 chosen, 0 not); numbers stay numbers. Reasons for a missing answer are user-missing
    values below zero: weet-niet -91, nvt -92, wil-niet-zeggen -93, niet-gesteld -94, leeg -95. Dates and
    texts cannot hold those: their reason stands in a column of its own. Also: respondent, survey, partner,
    area after merging, date, weight, and the score of each scale. Open answers are in it: keep it private.

    Raises ToolkitError when a number in the data is one of the missing codes.
    """
    import pyreadstat

    sheet = _Sheet()
    for name, label in (
        ("respondent", "Nummer van de respondent"),
        ("survey", "Enquête"),
        ("partner", "Partner die de antwoorden leverde"),
        ("area", "Gebied na samenvoegen"),
    ):
        sheet.add(name, label, respondents[name].astype(object))
    dated = sheet.add("submitted", "Dag van inzenden", _dates(respondents["submitted"]), "scale")
    sheet.formats[dated] = "EDATE10"
    sheet.add("gewicht", "Gewicht", respondents["weight"].astype(float), "scale")
    for variable in codebook.variables:
        _add(sheet, respondents, codebook, variable)
    for scale in scales_in(codebook):
        values = score(item_values(respondents, codebook, scale), scale)
        sheet.add(scale.measure, f"{scale.name} ({scale.unit}; {scale.id})", values, "scale")
    with whole_file(path) as temporary:
        pyreadstat.write_sav(
            pd.DataFrame(sheet.columns),
            str(temporary),
            file_label=_fit(title, 64),
            column_labels=sheet.labels,
            note=[*_NOTE],
            variable_value_labels=sheet.values,
            missing_ranges=sheet.missing,
            variable_measure=sheet.measure,
            variable_format=sheet.formats,
        )


def _add(sheet: _Sheet, respondents: pd.DataFrame, codebook: Codebook, variable: Variable) -> None:
    name, question = variable.name, variable.question
    if variable.kind in CODED:
        codes = codebook.codes_of(variable)
        numbers = {code: float(place) for place, code in enumerate(codes, start=1)}
        column = respondents[name].map({**numbers, **MISSING_CODES})
        measure = "ordinal" if variable.kind == "schaal" or variable.derived_from else "nominal"
        safe = sheet.add(name, question, column.astype(float), measure)
        sheet.code(safe, {numbers[code]: label for code, label in codes.items()})
    elif variable.kind == "meerkeuze":
        for option, label in codebook.codes_of(variable).items():
            chosen = respondents[f"{name}.{option}"].map({YES: 1.0, NO: 0.0, **MISSING_CODES})
            safe = sheet.add(f"{name}_{option}", f"{question} {label}", chosen.astype(float))
            sheet.code(safe, {1.0: "gekozen", 0.0: "niet gekozen"})
    else:
        reasons = respondents[f"{name}.reden"].map(MISSING_CODES).astype(float)
        if variable.kind in NUMERIC:
            values = respondents[name].astype(float)
            if values.between(_RANGE["lo"], _RANGE["hi"]).any():
                raise ToolkitError(
                    f"Bij {name} staan waarden van {_RANGE['lo']:g} tot {_RANGE['hi']:g}; die betekenen in SPSS 'ontbreekt'.",
                    "Verbeter de waarden, of zet een minimum bij deze vraag in het codeboek.",
                )
            sheet.code(sheet.add(name, question, values.fillna(reasons), "scale"), {})
        else:
            dated = variable.kind == "datum"
            column = _dates(respondents[name]) if dated else respondents[name].astype(object)
            safe = sheet.add(name, question, column, "scale" if dated else "nominal")
            if dated:
                sheet.formats[safe] = "EDATE10"
            sheet.code(sheet.add(f"{name}_reden", f"Waarom leeg: {question}", reasons), {})
    if variable.other_column:
        sheet.add(f"{name}_tekst", f"{question} (anders)", respondents[f"{name}.tekst"].astype(object))


def _fit(text: str, most: int) -> str:
    """The text in at most so many bytes, which is how SPSS counts, cut between letters."""
    return text.encode("utf-8")[:most].decode("utf-8", errors="ignore")


def _dates(column: pd.Series) -> pd.Series:
    days = pd.to_datetime(column)
    return pd.Series([None if pd.isna(day) else day.date() for day in days], index=column.index, dtype=object)
