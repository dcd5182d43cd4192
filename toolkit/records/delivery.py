"""What the readers of this room share: words, and rows of a delivered table with their problems."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.areas import Places, is_unknown
from toolkit.cells import is_empty, parse_count, parse_date, parse_number, plain, to_text
from toolkit.errors import DataError, Problem, closest
from toolkit.files import Sheet, missing_columns, read_sheet
from toolkit.records.settings import TableFile

OLD_DIVISION = (
    "Is het een code van een oude indeling? Voeg haar toe onder [gebieden] 'samenvoegen' in tev.toml."
)


def one_line(cell: object) -> str:
    """A cell as text on one line, with single spaces."""
    return " ".join(to_text(cell).split())


def column_problems(table: Sheet, columns: Sequence[str]) -> list[Problem]:
    """What is wrong with the header: none of the columns found, or some of them missing."""
    if not set(columns) & set(table.cells.columns):
        message = f"er is geen rij met kolomnamen gevonden (gezocht: {', '.join(columns[:3])} ...)."
        remedy = "Staat de juiste tabel in het bestand? Pas anders 'kolommen' bij deze levering aan."
        return [Problem(table.file, message, remedy, table.name)]
    return missing_columns(table.cells, columns, table.file, table.name, table.header_row)


def period_problems(settings_file: str, first: dt.date, last: dt.date) -> list[Problem]:
    """A period that ends before it begins: without this, everything would silently be zero."""
    if first <= last:
        return []
    remedy = "Zijn periode_van en periode_tot verwisseld?"
    return [Problem(settings_file, "de periode eindigt voor zij begint.", remedy, column="periode_tot")]


def mapped_rows(table: Sheet, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row number and mapped cells; the other columns may hold anything, and are never read."""
    wanted = list(dict.fromkeys(columns))
    for number, row in zip(table.cells.index, table.cells[wanted].to_numpy(object), strict=True):
        yield int(number), dict(zip(wanted, row, strict=True))


class Row:
    """One row of a delivered table: its cells by our names, and the problems found in them."""

    def __init__(
        self, table: Sheet, delivery: TableFile, number: int, cells: Mapping[str, Any], found: list[Problem]
    ) -> None:
        self._table, self._delivery, self._number = table, delivery, number
        self._cells, self._found = cells, found

    def problem(self, name: str, message: str, remedy: str) -> None:
        """Note a problem in the column that holds `name`."""
        column = self._delivery.columns.get(name, "")
        self._found.append(Problem(self._table.file, message, remedy, self._table.name, self._number, column))

    def cell(self, name: str) -> Any:
        """The cell as delivered; "" when empty, unknown, or not delivered."""
        found = self._cells.get(self._delivery.columns.get(name, ""), "")
        return "" if is_empty(found) or is_unknown(found) else found

    def word(self, name: str) -> str:
        """The text of a cell, after the codes of the delivery."""
        text = one_line(self.cell(name))
        ours = {plain(word): code for word, code in self._delivery.codes.get(name, {}).items()}
        return ours.get(plain(text), text)

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of `allowed`, whatever its case, or ""."""
        text = self.word(name)
        match = {plain(one): one for one in allowed}.get(plain(text), "")
        if text and not match:
            remedy = closest(text, allowed) or f"Kies uit: {', '.join(allowed)}.{self.translating(name)}"
            self.problem(name, f"'{text:.40}' is hier geen geldige waarde.", remedy)
        return match

    def translating(self, name: str) -> str:
        """How another word than ours can be read all the same, as the end of a remedy."""
        return f" Of vertaal het woord onder [levering.codes.{name}]."

    def text(self, name: str) -> str:
        """A cell with its lines, without empty ones and spaces around them; a list has a line per part."""
        cell = self.cell(name)
        lines = cell if isinstance(cell, (list, tuple)) else to_text(cell).splitlines()
        return "\n".join(line for part in lines if (line := one_line(part)))

    def area(self, known: Places) -> str:
        """The area code, or ""."""
        text = self.word("area")
        code = known.find(text) if text else ""
        if code is None:
            self.problem("area", f"'{text:.40}' is een onbekend gebied.", known.remedy(text) or OLD_DIVISION)
        return code or ""

    def date(self, name: str) -> dt.date | None:
        """The date in a cell, or None."""
        cell = self.cell(name)
        found = parse_date(cell) if cell != "" else None
        if cell != "" and found is None:
            remedy = "Schrijf een datum als 31-12-2025 of 2025-12-31, de dag voor de maand."
            self.problem(name, f"'{one_line(cell):.20}' is geen datum.", remedy)
        return found

    def count(self, name: str) -> float:
        """A whole number of 0 or more, or NaN."""
        cell = self.cell(name)
        found = parse_count(cell) if cell != "" else None
        if cell != "" and found is None:
            self.problem(name, f"'{one_line(cell):.20}' is geen heel getal van 0 of meer.", "Schrijf 1200.")
        return float("nan") if found is None else float(found)

    def number(self, name: str, low: float = float("-inf"), high: float = float("inf")) -> float:
        """A number between `low` and `high`, or NaN; "€", "%" and "euro" around it may stay."""
        cell = self.cell(name)
        text = re.sub(r"^€\s*|\s*(%|euro)$", "", one_line(cell), flags=re.IGNORECASE)
        text = re.sub(r",(-|--|=)$", "", text)
        found = parse_number(cell if isinstance(cell, (int, float)) else text, typed=isinstance(cell, str))
        if cell == "":
            return float("nan")
        if found is None:
            doubt = re.fullmatch(r"[+-]?\d{1,3}\.\d{3}", text)
            message = f"'{one_line(cell):.20}' is geen getal."
            if doubt:
                message = f"'{text}' kan duizend keer te groot of te klein worden gelezen."
            self.problem(name, message, "Schrijf duizend als 1000 en anderhalf als 1,5.")
            return float("nan")
        if not low <= found <= high:
            between = f"tussen {low:g} en {high:g}".replace(".", ",")
            if high == float("inf"):
                between = f"{low:g} of meer"
            self.problem(name, f"{one_line(cell):.20} kan niet.", f"Vul een getal in: {between}.")
            return float("nan")
        return found


@dataclass(frozen=True)
class Fields:
    """Our names for the columns of a kind of table, and which of them must be there."""

    settings_file: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every name, the required ones first."""
        return self.required + self.optional


def read_rows(folder: Path, delivery: TableFile, fields: Fields, found: list[Problem]) -> list[Row]:
    """The rows of one delivered table; the problems of their cells come in `found` as they are read.

    Raises DataError when the settings do not fit the file or the file cannot be read.
    """
    problems = [*_settings_problems(delivery, fields)]
    if problems:
        raise DataError(problems)
    columns = list(delivery.columns.values())
    table = read_sheet(folder / delivery.file, delivery.sheet, columns, delivery.format)
    if problems := column_problems(table, columns):
        raise DataError(problems)
    rows = [Row(table, delivery, number, cells, found) for number, cells in mapped_rows(table, columns)]
    if not rows:
        raise DataError([Problem(table.file, "er staan geen rijen in dit bestand.", sheet=table.name)])
    return rows


def _settings_problems(delivery: TableFile, fields: Fields) -> Iterator[Problem]:
    for name in (*delivery.columns, *delivery.codes):
        if name not in fields.all:
            remedy = closest(name, fields.all) or f"Kies uit: {', '.join(fields.all)}."
            yield Problem(fields.settings_file, f"'{name}' wordt hier niet gebruikt.", remedy, column=name)
    for name in fields.required:
        if name not in delivery.columns:
            message = f"bij {delivery.file} staat niet in welke kolom '{name}' staat."
            remedy = f'Voeg onder [levering.kolommen] toe: {name} = "kolomnaam".'
            yield Problem(fields.settings_file, message, remedy, column=name)
