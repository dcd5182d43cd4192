"""Check a delivery: open it, find its columns, read its cells, and gather all that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from toolkit.areas import Places
from toolkit.errors import DataError, Problem
from toolkit.intake.findings import ERROR, WARNING, Counts, Finding, problem_rows
from toolkit.intake.forbidden import forbidden_cells, forbidden_columns
from toolkit.intake.formats import open_delivery
from toolkit.intake.header import known_names, score_of
from toolkit.intake.mapping import Columns, match_columns
from toolkit.intake.rules import Earlier, Part, broken_rules
from toolkit.intake.spec import Specification
from toolkit.intake.table import Table
from toolkit.intake.values import Read, read_column


@dataclass(frozen=True)
class Context:
    """What a delivery is checked against besides its specification; all of it may be unknown at a partner.

    `agreed` names columns that belong to the delivery and are checked elsewhere (the codebook of a survey);
    `remembered` is what the partner confirmed before.
    """

    places: Places | None = None
    last_day: date | None = None
    earlier: Earlier | None = None
    remembered: Mapping[str, str] | None = None
    agreed: Sequence[str] = ()


@dataclass(frozen=True)
class Checked:
    """A delivery that was checked: its tables with their columns, and all that was found."""

    file: str
    specification: Specification
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(one for one in self.findings if one.severity == ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What deserves a look."""
        return tuple(one for one in self.findings if one.severity == WARNING)

    @property
    def forbidden(self) -> bool:
        """Whether nothing of the delivery may be kept."""
        return any(one.forbidden for one in self.findings)

    @property
    def whole(self) -> bool:
        """Whether rows without errors can be taken: what is wrong is wrong in certain rows only."""
        return all(one.rows and not one.forbidden for one in self.errors)

    @property
    def counts(self) -> Counts:
        """Rows of all tables, and how many of them have an error."""
        wrong = sum(int(problem_rows(self.errors, part.table).sum()) for part in self.parts)
        return Counts(sum(len(part.table) for part in self.parts), wrong)


def check_file(path: Path, specification: Specification, context: Context = Context()) -> Checked:
    """Check a delivered file against what was agreed.

    What makes the file unreadable comes back as findings too, with no parts; only the file itself not being
    there raises DataError.
    """
    known = score_of(known_names(specification, others=context.agreed))
    try:
        tables = open_delivery(path, known)
    except DataError as error:
        if not path.is_file():
            raise
        return Checked(path.name, specification, (), tuple(map(_unreadable, error.problems)))
    return check_tables(path.name, tables, specification, context)


def check_tables(
    file: str, tables: Sequence[Table], specification: Specification, context: Context
) -> Checked:
    """Check tables that were opened; see `check_file`."""
    parts: list[Part] = []
    findings: list[Finding] = []
    for table in tables:
        columns = match_columns(table.names, specification, context.remembered, context.agreed)
        found = [*_header(table, columns, specification), *forbidden_columns(table, columns, specification)]
        read, wrong = _read_all(table, columns, specification, context.places)
        findings += [*found, *wrong, *_notes(table)]
        parts.append(Part(table, columns, read))
        if not len(table):
            findings.append(
                Finding(
                    ERROR, "er staan geen rijen onder de kolomnamen", "Vul de tabel.", table.file, table.sheet
                )
            )
    findings += broken_rules(parts, specification, context.last_day, context.earlier)
    findings += _double_numbers(parts, specification)
    order = {ERROR: 0, WARNING: 1}
    findings.sort(key=lambda one: (not one.forbidden, order[one.severity]))
    return Checked(file, specification, tuple(parts), tuple(dict.fromkeys(findings)))


def _read_all(
    table: Table, columns: Columns, specification: Specification, places: Places | None
) -> tuple[dict[str, Read], list[Finding]]:
    """Every column, two at a time: telling cells apart is work outside Python's own lock."""
    names = {match.place: match.name for match in columns.matches}

    def work(place: int) -> tuple[str, Read | None, list[Finding]]:
        if place not in names:
            return "", None, forbidden_cells(table, place, None)
        column = specification.column(names[place])
        read, wrong = read_column(table, place, column, places)
        return column.name, read, [*forbidden_cells(table, place, column), *wrong]

    with ThreadPoolExecutor(max_workers=2) as pool:
        done = list(pool.map(work, range(len(table.names))))
    return {name: read for name, read, _ in done if read is not None}, [
        one for *_, found in done for one in found
    ]


def _header(table: Table, columns: Columns, specification: Specification) -> list[Finding]:
    """Agreed columns that are not there, and names that stand there twice."""
    found = []
    have = ", ".join(name for name in table.names if name)
    for column in specification.columns:
        if column.required and column.name not in columns.places:
            found.append(
                Finding(
                    ERROR, f"de kolom '{column.title}' ontbreekt",
                    f"Voeg de kolom toe. Deze namen herkennen wij: {', '.join(column.names[:4])}.",
                    table.file, table.sheet, None, column.title,
                    expected=f"een kolom '{column.title}'. Wel gevonden: {have:.200}",
                )
            )  # fmt: skip
    if not columns.matches and table.header_row and not found:
        found.append(
            Finding(
                ERROR,
                "er is geen rij met kolomnamen gevonden",
                "Zet de kolomnamen boven de tabel.",
                table.file,
                table.sheet,
            )
        )
    for name in sorted({name for name in table.names if name and table.names.count(name) > 1}):
        found.append(
            Finding(
                ERROR, f"de kolomnaam '{name:.40}' staat er meer dan één keer", "Geef elke kolom een eigen naam.",
                table.file, table.sheet, table.names.index(name), name,
            )
        )  # fmt: skip
    return found


def _notes(table: Table) -> list[Finding]:
    return [
        Finding(
            note.severity, note.message.rstrip("."), note.remedy, table.file, table.sheet, note.column,
            table.names[note.column] if note.column is not None and note.column < len(table.names) else "",
            note.rows,
        )
        for note in table.notes
    ]  # fmt: skip


def _double_numbers(parts: Sequence[Part], specification: Specification) -> list[Finding]:
    """Numbers that must be unique over all tables of the delivery, and are not."""
    found = []
    for column in specification.columns:
        if column.kind != "nummer" or column.repeats:
            continue
        seen: set[str] = set()
        for part in parts:
            if column.name not in part.columns.places:
                continue
            place = part.columns.places[column.name]
            cells = part.table.columns[place]
            counts = np.bincount(cells.codes[cells.codes >= 0], minlength=len(cells.distinct))
            again = np.array([str(cell).strip() in seen for cell in cells.distinct], dtype=bool)
            wrong = np.append((counts > 1) | again, False)[cells.codes]
            seen |= {str(cell).strip() for cell in cells.distinct}
            if wrong.any():
                found.append(
                    Finding(
                        ERROR, "dit nummer komt meer dan één keer voor", "Geef elke rij een eigen nummer.",
                        part.table.file, part.table.sheet, place, part.table.names[place],
                        tuple(part.table.numbers[wrong].tolist()), expected="een eigen nummer per rij",
                    )
                )  # fmt: skip
    return found


def _unreadable(problem: Problem) -> Finding:
    rows = (problem.row,) if problem.row else ()
    return Finding(
        ERROR, problem.message.rstrip("."), problem.remedy, problem.file, problem.sheet, None, problem.column, rows
    )  # fmt: skip
