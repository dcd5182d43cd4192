"""Read an indicator set and its later measurements from CSV; all problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_number
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table
from toolkit.indicators import definitions as define
from toolkit.project import IndicatorSource


@dataclass(frozen=True)
class IndicatorSet:
    """An indicator set and its measurements.

    definitions: columns of the set file, plus soort (kind), richting, nulmeting_waarde (number; of a
    ratio its first part), benadering (whether the baseline is only about right). measurements: columns
    of the measurements files, with waarde as the text that was delivered, plus getal, laag, hoog and n
    as numbers, benadering, and soort (registratie, steekproef or empty when neither n nor an interval
    is known). Empty numbers are NaN.
    """

    id: str
    definitions: pd.DataFrame
    measurements: pd.DataFrame


def read_indicators(folder: Path, source: IndicatorSource) -> IndicatorSet:
    """The indicators of one set in the analysis folder, with their later measurements.

    CSV in UTF-8 or Windows-1252, comma or semicolon, decimal comma or point. A file may hold more
    sets; the rows of the set asked for are used. docs/indicatoren.md describes every column.

    Raises DataError with all problems of all files: missing or unknown columns, a baseline that is
    no number, percentages outside 0-100, double ids, unknown ids in the measurements, intervals that
    do not hold their value, periods or areas that are no CBS notation, a measurement of an indicator
    that differs per provision without the provision.
    """
    problems: list[Problem] = []
    lines = _lines(folder / source.file, define.COLUMNS, define.OPTIONAL_COLUMNS, problems)
    known = sorted({line.cells["set"] for line in lines})
    lines = [line for line in lines if line.cells["set"] == source.set]
    if not lines and not problems:
        remedy = closest(source.set, known) or f"Sets in dit bestand: {', '.join(known)}."
        problems.append(
            Problem(Path(source.file).name, f"de set '{source.set:.40}' staat er niet in.", remedy)
        )
    own = [_definition(line, problems) for line in lines]
    problems.extend(_double(lines, ("id",)))
    by_id = {row["id"]: row for row in own}
    found: list[_Line] = []
    for name in measurement_files(source):
        columns, optional = define.MEASUREMENT_COLUMNS, define.MEASUREMENT_OPTIONAL
        here = _lines(folder / name, columns, (*optional, *define.MEASUREMENT_FETCHED), problems)
        found += [line for line in here if line.cells["set"] == source.set]
    later = [_measurement(line, by_id, problems) for line in found]
    problems.extend(_double(found, ("id", "onderdeel", "gebied", "periode", "definitie")))
    if problems:
        raise DataError(problems)
    names = [*define.COLUMNS, *define.OPTIONAL_COLUMNS, "soort", "richting", "nulmeting_waarde"]
    names.append("benadering")
    extra = [*define.MEASUREMENT_COLUMNS, *define.MEASUREMENT_OPTIONAL, *define.MEASUREMENT_FETCHED]
    extra += ["getal", "benadering"]
    return IndicatorSet(source.set, pd.DataFrame(own, columns=names), pd.DataFrame(later, columns=extra))


def measurement_files(source: IndicatorSource) -> tuple[str, ...]:
    """The files with measurements of a set; the plan names none, one, or a list."""
    named = source.measurements
    return tuple(name for name in ((named,) if isinstance(named, str) else named) if name)


def unknown_sets(folder: Path, sources: Sequence[IndicatorSource]) -> dict[str, list[str]]:
    """Per file with measurements the sets in it that no source names: their rows count nowhere."""
    known = {source.set for source in sources}
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for source in sources for name in measurement_files(source)):
        lines = _lines(
            folder / name,
            define.MEASUREMENT_COLUMNS,
            (*define.MEASUREMENT_OPTIONAL, *define.MEASUREMENT_FETCHED),
            [],
        )
        if others := sorted({line.cells["set"] for line in lines} - known):
            found[Path(name).name] = others
    return found


@dataclass(frozen=True)
class _Line:
    """One row of a file, with the row number that Excel shows."""

    file: str
    row: int
    cells: Mapping[str, str]

    def problem(self, column: str, message: str, remedy: str) -> Problem:
        return Problem(self.file, message, remedy, row=self.row, column=column)


def _lines(
    path: Path, columns: Sequence[str], optional: Sequence[str], problems: list[Problem]
) -> list[_Line]:
    """The rows of a CSV; problems with the file or its columns are added to `problems`."""
    try:
        table = read_table(path, header=columns, form="csv")
    except DataError as error:
        problems.extend(error.problems)
        return []
    found = missing_columns(table, columns, path.name)
    for name in map(str, table.columns):
        if name not in columns and name not in optional:
            remedy = closest(name, [*columns, *optional]) or "Haal de kolom weg."
            found.append(Problem(path.name, "deze kolom is niet bekend.", remedy, column=name))
    if found:
        problems.extend(found)
        return []
    names = [*columns, *optional]
    cells = table.reindex(columns=names, fill_value="").to_dict("records")
    return [
        _Line(path.name, int(row), {name: str(line[name]) for name in names})
        for row, line in zip(table.index, cells, strict=True)
    ]


def _definition(line: _Line, problems: list[Problem]) -> dict[str, object]:
    cells = line.cells
    kind = define.kind_of(cells["nulmeting"], cells["eenheid"], cells["bron"], cells["opmerking"])
    for name in ("id", "naam"):
        if not cells[name]:
            problems.append(line.problem(name, "deze cel is leeg.", "Vul de cel in."))
    value = None
    richting = define.direction_of(cells["doel"])
    if kind in define.NUMERIC:
        value = define.value_of(cells["nulmeting"], kind)
        if value is None:
            remedy = (
                "Schrijf twee delen die samen 100 zijn, zoals 30-70."
                if kind == "verhouding"
                else "Schrijf een getal zoals 11,7; laat de cel leeg als de nulmeting onbekend is; "
                'zet bij een verhouding als 30-70 de eenheid op "verhouding (procent)".'
            )
            problems.append(line.problem("nulmeting", f"'{cells['nulmeting']:.40}' past niet.", remedy))
        elif not define.range_of(cells["eenheid"]).holds(value):
            message = f"{cells['nulmeting']:.40} kan niet bij de eenheid {cells['eenheid']:.40}."
            problems.append(line.problem("nulmeting", message, "Controleer het getal en de eenheid."))
        if not richting:
            remedy = "Begin met meer, minder of gelijk."
            problems.append(line.problem("doel", f"'{cells['doel']:.40}' is geen richting.", remedy))
    if cells["peildatum"] and not define.PERIOD.fullmatch(cells["peildatum"]):
        problems.append(_no_period(line, "peildatum"))
    elif value is not None and not cells["peildatum"] and kind != "pilot":
        problems.append(line.problem("peildatum", "bij een nulmeting hoort een peildatum.", "Vul haar in."))
    number = float("nan") if value is None else value
    about = define.is_approximate(cells["nulmeting"])
    return {**cells, "soort": kind, "richting": richting, "nulmeting_waarde": number, "benadering": about}


def _measurement(
    line: _Line, by_id: Mapping[object, Mapping[str, object]], problems: list[Problem]
) -> dict[str, object]:
    cells = line.cells
    about = by_id.get(cells["id"])
    kind: define.Kind = "getal"
    unit = ""
    if about is None:
        remedy = closest(cells["id"], [str(name) for name in by_id]) or (
            "Gebruik een id uit de eerste kolommen van het bestand met de nulmetingen."
        )
        problems.append(line.problem("id", f"de indicator '{cells['id']:.60}' staat niet in de set.", remedy))
    else:
        kind = "verhouding" if str(about["eenheid"]).casefold().startswith("verhouding") else "getal"
        unit = str(about["eenheid"])
    if not define.AREA.fullmatch(cells["gebied"]):
        remedy = "Schrijf een code van het CBS, zoals GM0505, WK050507 of NL0000."
        problems.append(line.problem("gebied", f"'{cells['gebied']:.40}' is geen gebiedscode.", remedy))
    if not define.PERIOD.fullmatch(cells["periode"]):
        problems.append(_no_period(line, "periode"))
    if about is not None and about["soort"] == "per-voorziening" and not cells["onderdeel"]:
        message = "deze indicator verschilt per voorziening."
        problems.append(line.problem("onderdeel", message, "Noem de voorziening waar dit cijfer over gaat."))
    elif about is not None and about["soort"] != "per-voorziening" and cells["onderdeel"]:
        message = "deze indicator heeft geen onderdelen."
        remedy = "Laat de cel leeg, of zet bij de indicator 'verschilt per voorziening' als opmerking."
        problems.append(line.problem("onderdeel", message, remedy))
    value = define.value_of(cells["waarde"], kind)
    if value is None:
        problems.append(line.problem("waarde", f"'{cells['waarde']:.40}' past niet.", _remedy(kind)))
    same_scale = not cells["definitie"] or (about or {}).get("definitie") == cells["definitie"]
    if value is not None and same_scale and not define.range_of(unit).holds(value):
        message = f"{cells['waarde']:.40} kan niet bij de eenheid {unit:.40}."
        problems.append(line.problem("waarde", message, "Controleer het getal."))
    numbers = {name: _number(line, name, problems) for name in ("laag", "hoog", "n")}
    low, high, n = (numbers[name] for name in ("laag", "hoog", "n"))
    if (low != low) != (high != high):
        problems.append(
            line.problem("laag", "een interval heeft twee grenzen.", "Vul laag en hoog allebei in.")
        )
    elif value is not None and not (low != low or low <= value <= high):
        problems.append(
            line.problem("waarde", "de waarde ligt buiten haar eigen interval.", "Controleer laag en hoog.")
        )
    if n == n and n <= 0:
        problems.append(line.problem("n", "n moet groter dan 0 zijn.", "Laat n leeg als het onbekend is."))
    sort = cells["soort"]
    if sort not in define.MEASUREMENT_KINDS:
        remedy = "Kies registratie of steekproef, of laat de cel leeg."
        problems.append(line.problem("soort", f"'{sort:.40}' is onbekend.", remedy))
    elif not sort and (low == low or n == n):
        sort = "steekproef"
    getal = float("nan") if value is None else value
    approximate = define.is_approximate(cells["waarde"])
    return {**cells, **numbers, "soort": sort, "getal": getal, "benadering": approximate}


def _remedy(kind: define.Kind) -> str:
    if kind == "verhouding":
        return "Schrijf twee delen die samen 100 zijn, zoals 32-68."
    return "Schrijf een getal zoals 11,7 (duizend is 1000, niet 1.000)."


def _number(line: _Line, name: str, problems: list[Problem]) -> float:
    text = line.cells[name]
    if not text:
        return float("nan")
    value = parse_number(text, typed=True)
    if value is None:
        problems.append(line.problem(name, f"'{text:.40}' is geen getal.", _remedy("getal")))
    return float("nan") if value is None else value


def _no_period(line: _Line, column: str) -> Problem:
    remedy = "Schrijf een jaar (2024), kwartaal (2024-Q1), maand (2024-09) of dag (2024-09-01)."
    return line.problem(column, f"'{line.cells[column]:.40}' is geen periode.", remedy)


def _double(lines: Sequence[_Line], names: Sequence[str]) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for line in lines:
        key = tuple(line.cells[name] for name in names)
        if key in seen:
            message = f"'{line.cells['id']:.60}' staat hier voor de tweede keer."
            yield line.problem("id", message, "Haal een van de rijen weg.")
        seen.add(key)
