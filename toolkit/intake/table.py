"""A delivered table whose columns know their distinct cells: checks look at each of those one time.

A column of 500,000 rows seldom has more than a few thousand different cells. What a cell means is asked
per distinct cell; what that says of the rows is arithmetic on whole columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from toolkit.cells import to_text

_ODD = r"^[^0-9]*$|^[\s.\-]*(?:[0-9][\s.\-]*){8,9}$"
_MANY = 5_000  # cells from which it pays to hand texts to Arrow


class Cells:
    """One column: texts of Arrow, or a list of cells; told apart only when that is asked for."""

    def __init__(self, cells: Any, arrow: bool = False) -> None:
        if not arrow and len(cells) > _MANY and set(map(type, cells)) == {str}:
            import pyarrow as pa

            cells, arrow = pa.chunked_array([pa.array(cells, pa.large_utf8())]), True
        self._cells, self.is_arrow = cells, arrow

    def __len__(self) -> int:
        return len(self._cells)

    @property
    def arrow(self) -> Any:
        """The column as texts of Arrow, None when it came from a workbook."""
        return self._cells if self.is_arrow else None

    @cached_property
    def _split(self) -> tuple[np.ndarray, Any]:
        """Codes, and the distinct cells as a list, or as texts of Arrow until somebody asks for them."""
        if not self.is_arrow:
            import pandas as pd

            whole = np.empty(len(self._cells), dtype=object)
            whole[:] = self._cells
            codes, distinct = pd.factorize(whole)
            return _without_nothing(codes.astype(np.int32), distinct.tolist())
        if not len(self._cells):
            return np.zeros(0, dtype=np.int32), []
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_dictionary(self._cells.type):
            whole = self._cells.unify_dictionaries().combine_chunks()
            whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
        else:
            whole = self._cells.combine_chunks().dictionary_encode()
        codes, known = whole.indices.to_numpy(zero_copy_only=False), whole.dictionary
        nothing = pc.equal(pc.binary_length(pc.utf8_trim_whitespace(known)), 0)
        if not pc.any(nothing).as_py():
            return codes, known
        keep = ~nothing.to_numpy(zero_copy_only=False)
        return _renumbered(codes, keep), known.filter(pc.invert(nothing))

    @property
    def codes(self) -> np.ndarray:
        """The place of each row's cell among the distinct ones; -1 where nothing stands."""
        return self._split[0]

    @cached_property
    def distinct(self) -> list[Any]:
        """The different cells, in the order in which they first occur."""
        known = self._split[1]
        return known if isinstance(known, list) else known.to_pylist()

    @property
    def different(self) -> int:
        """How many different cells there are."""
        return len(self._split[1])

    @cached_property
    def empty(self) -> np.ndarray:
        """Whether nothing stands in each row's cell."""
        if self.is_text:
            import pyarrow.compute as pc

            found = np.zeros(len(self), dtype=bool)
            some = pc.match_substring_regex(self._cells.take(self.odd), r"^\s*$")
            found[self.odd] = some.to_numpy()
            return found
        return np.asarray(self.codes < 0)

    @cached_property
    def odd(self) -> np.ndarray:
        """Of texts of Arrow: the rows without a digit, and those of eight or nine digits and no letter.

        Keys seldom are, so that only these few have to be looked at for names, numbers of persons and
        empty cells.
        """
        import pyarrow.compute as pc

        found = pc.match_substring_regex(self._cells, _ODD)
        return np.flatnonzero(found.to_numpy())

    @property
    def is_text(self) -> bool:
        """Whether the cells are texts of Arrow of which most differ, so that nobody tells them apart."""
        import pyarrow as pa

        return (
            self.is_arrow and not pa.types.is_dictionary(self._cells.type) and "_split" not in self.__dict__
        )

    @property
    def known(self) -> Any:
        """The different cells as texts of Arrow, None when they came from a workbook."""
        found = self._split[1]
        return None if isinstance(found, list) else found

    def fingerprints(self) -> np.ndarray:
        """A number per row that is the same for the same cell and, as good as always, for no other."""
        if self.is_text:
            import polars as pl

            return pl.Series(pl.from_arrow(self._cells)).hash(seed=1).to_numpy()
        return self.codes.astype(np.uint64)

    def take(self, rows: np.ndarray) -> Cells:
        """The cells of the rows that are asked for, by their numbers from 0."""
        if self.is_arrow:
            import pyarrow as pa

            return Cells(self._cells.take(pa.array(rows)), arrow=True)
        return Cells([self._cells[row] for row in rows])

    def texts(self) -> list[str]:
        """Every row's cell as text (see `cells.to_text`), "" where nothing stands."""
        known = [*(to_text(cell) for cell in self.distinct), ""]
        return [known[code] for code in self.codes.tolist()]


@dataclass(frozen=True)
class Note:
    """Something in how the table was made that its owner should know: hidden rows, formulas, merged cells."""

    message: str
    remedy: str
    rows: tuple[int, ...] = ()
    column: int | None = None
    severity: str = "waarschuwing"


@dataclass(frozen=True)
class Table:
    """One table of a delivery, as it stands there.

    `names` are the column names of the header and `columns` their cells; `numbers` holds the row of each
    record as Excel shows it. Rows in which nothing stands are left out.
    """

    file: str
    form: str
    names: tuple[str, ...]
    columns: tuple[Cells, ...]
    numbers: np.ndarray
    sheet: str = ""
    header_row: int = 1
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    def place(self, column: int, row: int) -> str:
        """Where a cell stands, as Excel calls it: `Blad1!C17`, or `C17` in a file without sheets."""
        cell = f"{letters(column)}{row}"
        return f"{self.sheet}!{cell}" if self.sheet else cell

    def take(self, rows: np.ndarray) -> Table:
        """The table with only the rows that are asked for, by their numbers from 0."""
        return Table(
            self.file, self.form, self.names, tuple(column.take(rows) for column in self.columns),
            self.numbers[rows], self.sheet, self.header_row, self.notes,
        )  # fmt: skip


def filled(table: Table) -> Table:
    """The table without the rows in which nothing stands."""
    empty = np.ones(len(table), dtype=bool)
    for column in table.columns:
        empty &= column.empty
        if not empty.any():
            return table
    return table.take(np.flatnonzero(~empty))


def letters(column: int) -> str:
    """The letters that Excel gives a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _without_nothing(codes: np.ndarray, distinct: Sequence[Any]) -> tuple[np.ndarray, list[Any]]:
    """Codes and distinct cells in which None, NaN and texts of only spaces have become -1."""
    keep = [not _is_nothing(cell) for cell in distinct]
    if all(keep):
        return codes, list(distinct)
    kept = [cell for cell, stays in zip(distinct, keep, strict=True) if stays]
    return _renumbered(codes, np.array(keep)), kept


def _renumbered(codes: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Codes after the distinct cells that are not kept have become -1."""
    where = np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)
    return np.asarray(where[codes])


def _is_nothing(cell: object) -> bool:
    return cell is None or cell != cell or (isinstance(cell, str) and (not cell or cell.isspace()))
