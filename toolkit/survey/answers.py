"""From delivered cells to answers in our codes: the meaning that the codebook gives them.

Choices become our codes as text, a missing reason standing in the same column ("weet-niet").
Numbers, dates and texts get a second column `<variable>.reden` with the reason, "" when there is
a value. A question with several answers gives a column `<variable>.<option>` with ja or nee.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from toolkit.cells import parse_date, parse_number
from toolkit.errors import Problem, closest
from toolkit.survey.codebook import (
    CODED,
    EMPTY,
    MISSING,
    NO,
    NOT_ASKED,
    NUMERIC,
    SEVERAL,
    YES,
    Codebook,
    Variable,
)
from toolkit.survey.formats import RawTable

_TRIAD_SLACK = 1.5  # sliders round each share
_CHOSEN = {"Y": YES, "1": YES, "ja": YES, "": NO, "0": NO, "2": NO, "N": NO, "nee": NO}


def answers(
    raw: RawTable, codebook: Codebook, source: str, columns: dict[str, str], codes: dict[str, dict[str, str]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Every variable of the codebook for the records of one delivery, and what is wrong with them.

    `columns` and `codes` come from the settings of the delivery and go before the codebook.
    Rows of the result are those of `raw`, in order. A question that this source did not ask is
    "niet-gesteld" for everybody.
    """
    found: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for variable in codebook.variables:
        if variable.derived_from:
            continue
        translation = codes.get(variable.name) or codebook.translation(variable, source)
        if variable.kind == "meerkeuze":
            found.update(_multiple(raw, codebook, variable, source, translation, problems))
            continue
        if variable.kind == "triade":
            found.update(_triad(raw, codebook, variable, source, translation, problems))
            continue
        column = columns.get(variable.name) or column_of(variable, source)
        cells = raw.cells[column] if column in raw.cells else pd.Series([None] * len(raw.cells), dtype=object)
        if variable.kind in CODED:
            found[variable.name] = _coded(raw, codebook, variable, cells, translation, problems)
        elif variable.kind == "tekst":
            found |= _text(variable.name, cells)
        else:
            found |= _typed(raw, codebook, variable, cells, translation, problems)
        other = variable.other_column.get(source, "")
        if variable.other_column:
            found[f"{variable.name}.tekst"] = _other_text(raw, other)
    frame = pd.DataFrame(found, index=raw.cells.index)
    for variable in codebook.variables:
        if variable.derived_from:
            frame[variable.name] = _classes(frame, variable)
    return _routed(frame, codebook), problems


def column_of(variable: Variable, source: str) -> str:
    """The column of a source that holds a variable: its own name unless the codebook says otherwise.

    "" when the codebook names columns for other sources only: this source did not ask it.
    """
    return variable.column.get(source, "") if variable.column else variable.name


def expected_columns(codebook: Codebook, source: str, columns: dict[str, str]) -> dict[str, str]:
    """Column of the delivery -> variable, for every column that the codebook says is there."""
    expected: dict[str, str] = {}
    for variable in codebook.variables:
        if variable.derived_from:
            continue
        if variable.kind in SEVERAL:
            names = list(variable.columns.get(source, {}).values())
        else:
            names = [columns.get(variable.name) or column_of(variable, source)]
        for name in [*names, variable.other_column.get(source, "")]:
            if name:
                expected[name] = variable.name
    return expected


def _coded(
    raw: RawTable,
    codebook: Codebook,
    variable: Variable,
    cells: pd.Series,
    translation: dict[str, str],
    problems: list[Problem],
) -> pd.Series:
    own = {code: code for code in [*codebook.codes_of(variable), *codebook.missing_of(variable)]}
    known = [code for code in translation or own if code]
    meaning: dict[str | None, str] = {None: NOT_ASKED, "": EMPTY}
    for code, ours in (translation or own).items():
        meaning[code] = ours
    result = cells.map(lambda cell: meaning.get(cell, ""))
    for position in result.index[result == ""]:
        code = str(cells[position])
        label = raw.value_labels.get(str(cells.name), {}).get(code, "")
        shown = f"{code:.40} ({label:.40})" if label else f"{code:.40}"
        problems.append(
            Problem(
                raw.file,
                f'de code "{shown}" staat niet in het codeboek bij {variable.name}.',
                closest(code, known)
                or f"Bekende codes: {', '.join(known)}. Vul het codeboek aan als dat klopt.",
                sheet=raw.sheet,
                row=raw.rows[position],
                column=str(cells.name),
            )
        )
    return result


def _multiple(
    raw: RawTable,
    codebook: Codebook,
    variable: Variable,
    source: str,
    translation: dict[str, str],
    problems: list[Problem],
) -> dict[str, pd.Series]:
    """Columns per option; an option without a column of its own follows from the text of "anders"."""
    columns = variable.columns.get(source, {})
    text = _other_text(raw, variable.other_column.get(source, ""))
    meaning: dict[str | None, str] = {None: NOT_ASKED}
    for code, ours in (translation or _CHOSEN).items():
        meaning[code] = ours
    result = {}
    for option in codebook.codes_of(variable):
        if option in columns and columns[option] in raw.cells:
            cells = raw.cells[columns[option]]
            chosen = cells.map(lambda cell: meaning.get(cell, ""))
            for position in chosen.index[chosen == ""]:
                message = f'"{cells[position]!s:.40}" is geen antwoord op {variable.name}, optie {option}.'
                remedy = "Verwacht: Y of 1 voor gekozen, leeg, 0 of 2 voor niet gekozen."
                problems.append(
                    Problem(raw.file, message, remedy, raw.sheet, raw.rows[position], str(cells.name))
                )
        elif option == "anders" and variable.other_column.get(source, "") in raw.cells:
            asked = raw.cells[variable.other_column[source]].notna()
            chosen = (text != "").map({True: YES, False: NO}).where(asked, NOT_ASKED)
        else:
            chosen = pd.Series(NOT_ASKED, index=raw.cells.index, dtype=object)
        result[f"{variable.name}.{option}"] = chosen
    if variable.other_column:
        result[f"{variable.name}.tekst"] = text
    return result


def _triad(
    raw: RawTable,
    codebook: Codebook,
    variable: Variable,
    source: str,
    translation: dict[str, str],
    problems: list[Problem],
) -> dict[str, pd.Series]:
    """Three shares that add up to 100, a column per pole, with one reason column for all three."""
    columns = variable.columns.get(source, {})
    nothing = pd.Series([None] * len(raw.cells), dtype=object, index=raw.cells.index)
    values, reasons = {}, {}
    for pole in codebook.codes_of(variable):
        cells = raw.cells[columns[pole]] if columns.get(pole) in raw.cells else nothing
        part = _typed(raw, codebook, variable, cells, translation, problems)
        values[f"{variable.name}.{pole}"] = part[variable.name]
        reasons[pole] = part[f"{variable.name}.reden"]
    shares, why = pd.DataFrame(values), pd.DataFrame(reasons)
    total, some = shares.sum(axis=1), shares.notna().any(axis=1)
    adds_up = some & ((total - 100).abs() <= _TRIAD_SLACK)
    for position in shares.index[shares.notna().all(axis=1) & ~adds_up]:
        message = f"de drie getallen van {variable.name} zijn samen {total[position]:g} en geen 100."
        remedy = "Verbeter de getallen, of maak alle drie de cellen leeg."
        problems.append(
            Problem(
                raw.file, message, remedy, raw.sheet, raw.rows[position], next(iter(columns.values()), "")
            )
        )
    # A slider left at nothing while the other two make 100 is a share of 0.
    shares = shares.fillna(0.0).where(adds_up)
    unasked = (why == NOT_ASKED).all(axis=1)
    reason = pd.Series(EMPTY, index=why.index, dtype=object).mask(unasked, NOT_ASKED).mask(adds_up, "")
    return {**{str(name): shares[name] for name in shares}, f"{variable.name}.reden": reason}


def _typed(
    raw: RawTable,
    codebook: Codebook,
    variable: Variable,
    cells: pd.Series,
    translation: dict[str, str],
    problems: list[Problem],
) -> dict[str, pd.Series]:
    """A number or date with its reason column."""
    numeric = variable.kind in (*NUMERIC, "triade")
    allowed = codebook.missing_of(variable)
    low, high = variable.bounds
    values: list[float | date | None] = []
    reasons: list[str] = []
    for position, cell in enumerate(cells):
        reason = NOT_ASKED if cell is None else EMPTY if cell == "" else translation.get(str(cell), "")
        if not reason and cell in allowed:
            reason = str(cell)
        value = None if reason else parse_number(str(cell)) if numeric else parse_date(str(cell))
        message = ""
        if value is None and not reason:
            message = f'"{cell!s:.40}" is geen {"getal" if numeric else "datum"}.'
            remedy = "Schrijf alleen het getal." if numeric else "Schrijf een datum als 2026-03-12."
        elif isinstance(value, float) and not low <= value <= high:
            message = f"{cell!s:.40} ligt niet tussen {low:g} en {high:g}."
            remedy = "Verbeter de waarde, of noem in het codeboek wat deze code betekent."
        if message:
            row = raw.rows[position]
            problems.append(Problem(raw.file, message, remedy, raw.sheet, row, str(cells.name)))
        values.append(value)
        reasons.append(reason)
    kind = "float64" if numeric else "datetime64[ns]"
    return {
        variable.name: pd.Series(values, index=cells.index, dtype=kind),
        f"{variable.name}.reden": pd.Series(reasons, index=cells.index, dtype=object),
    }


def _routed(frame: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Nothing filled in where the condition for a question does not hold means: not asked.

    LimeSurvey 5 and most other programs write "not shown" and "left empty" alike, and then people
    who never saw a question would count as having chosen none of its answers.
    """
    frame = frame.copy()
    for variable in codebook.variables:
        if not variable.asked_if:
            continue
        skipped = pd.Series(False, index=frame.index)
        for name, needed in variable.asked_if.items():
            skipped |= ~frame[name].isin(list(needed))
        if variable.kind == "meerkeuze":
            columns = [f"{variable.name}.{option}" for option in codebook.codes_of(variable)]
            skipped &= ~(frame[columns] == YES).any(axis=1)
        else:
            columns = [variable.name if variable.kind in CODED else f"{variable.name}.reden"]
            skipped &= frame[columns[0]] == EMPTY
        for column in columns:
            frame[column] = frame[column].mask(skipped, NOT_ASKED)
    return frame


def _text(name: str, cells: pd.Series) -> dict[str, pd.Series]:
    reason = cells.map(lambda cell: NOT_ASKED if cell is None else "" if cell.strip() else EMPTY)
    return {name: cells.map(lambda cell: cell or ""), f"{name}.reden": reason}


def _other_text(raw: RawTable, column: str) -> pd.Series:
    if column not in raw.cells:
        return pd.Series("", index=raw.cells.index, dtype=object)
    return raw.cells[column].map(lambda cell: (cell or "").strip())


def _classes(frame: pd.DataFrame, variable: Variable) -> pd.Series:
    """A number in classes, both bounds included; a missing number passes its reason on."""
    numbers, reasons = frame[variable.derived_from], frame[f"{variable.derived_from}.reden"]
    result = reasons.where(reasons.isin(MISSING), EMPTY)
    for code, (low, high) in variable.classes.items():
        result = result.mask(numbers.between(low, high), code)
    return result
