"""What may not come in: citizen service numbers, names as keys, and columns that nobody agreed on.

Found before anything is stored; the cells themselves are never repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from toolkit.cells import looks_like_bsn, to_text
from toolkit.intake.findings import ERROR, Finding
from toolkit.intake.mapping import Columns
from toolkit.intake.spec import Column, Specification, squeezed
from toolkit.intake.table import Cells, Table

_DIGITS = r"^[\s.\-]*(?:[0-9][\s.\-]*){8,9}$"
_TECHNICAL = ("seed",)  # LimeSurvey writes random numbers of nine digits there
_EIGHT_SHARE = 0.3  # of numbers of eight digits 1 in 11 passes the test by chance
_IN_TEXT = re.compile(r"(?<![\d.\-])\d{9}(?![\d\-])|(?<![\d.\-])\d{4}\.\d{2}\.\d{3}(?!\d)")
_NAME = re.compile(
    r"[A-ZÀ-Þ][\w'’\-]+,?\s+(?:(?:van|de|der|den|het|ten|ter|te|el|al|in|'t|[A-Z]\.?)\s+)*[A-ZÀ-Þ][\w'’\-]+"
    r"|(?:[A-Z]\.\s?)+\s*(?:(?:van|de|der|den|het|ten|ter)\s+)*[A-ZÀ-Þ][\w'’\-]+"
    r"|[A-ZÀ-Þ][\w'’\-]+,\s*(?:[A-Z]\.?\s?)+.*"
)
_PERSONAL = re.compile(
    r"bsn|burgerservicenummer|sofinummer|voornaam|achternaam|voorletters|roepnaam|naamclient|clientnaam"
    r"|naamklant|klantnaam|naam|geboortedatum|gebdatum|adres|straat|huisnummer|postcode|telefoon\w*|telnr"
    r"|mobiel|email|emailadres|mail|iban|rekeningnummer|ipadres|ipaddr|firstname|lastname"
)
_NO_BSN = {
    "sleutel": "een eigen sleutel met een letter erin, nooit een BSN",
    "vrije-tekst": "een tekst zonder nummers van personen",
}
_HOW = "Haal dit weg uit het bestand en lever het opnieuw. Er is niets van dit bestand bewaard."


def forbidden_cells(table: Table, place: int, column: Column | None) -> list[Finding]:
    """Numbers and names of persons in one column, agreed or not; a reason to keep nothing of the delivery.

    A BSN passes the 11-test (9·d1 + 8·d2 + ... + 2·d8 - d9 divisible by 11). In columns of numbers of nine
    digits one that passes is enough; eight digits (Excel drops a zero in front) count when three in ten pass.
    """
    cells, title, found = table.columns[place], table.names[place], []
    kind = column.kind if column else ""

    def refuse(rows: np.ndarray, message: str, expected: str) -> None:
        if rows.any():
            found.append(
                Finding(
                    ERROR, message, _HOW, table.file, table.sheet, place, title,
                    tuple(table.numbers[rows].tolist()), expected=expected, forbidden=True,
                )
            )  # fmt: skip

    if (column is None or not column.bsn) and squeezed(title) not in _TECHNICAL:
        expected = _NO_BSN.get(kind, "geen nummers van personen")
        refuse(bsn_rows(cells, kind), "hier staat iets dat een BSN kan zijn", expected)
    if kind in ("sleutel", "nummer"):
        expected = "een eigen sleutel zonder naam, zoals K0047"
        refuse(name_rows(cells), "hier staat de naam van een persoon als sleutel", expected)
    return found


def forbidden_columns(table: Table, columns: Columns, specification: Specification) -> Iterator[Finding]:
    """Columns that nobody agreed on; those of a person's name or address are refused in any case."""
    for place in columns.unknown:
        personal = is_personal(table.names[place])
        if specification.extra == "weglaten" and not personal:
            continue
        filled = table.columns[place]
        if filled.empty.all():
            continue
        yield Finding(
            ERROR,
            "deze kolom bevat gegevens van personen die niet zijn afgesproken"
            if personal
            else "deze kolom is niet afgesproken",
            f"Verwijder de hele kolom '{table.names[place]:.40}' uit het bestand en lever het opnieuw."
            + ("" if personal else " Hoort zij erbij? Overleg dan met ons; wij kunnen haar toevoegen."),
            table.file, table.sheet, place, table.names[place], (), (),
            "alleen de afgesproken kolommen", True,
        )  # fmt: skip


def is_personal(name: str) -> bool:
    """Whether the name of a column says that it holds names, addresses or numbers of persons."""
    return _PERSONAL.fullmatch(squeezed(name)) is not None


def bsn_rows(cells: Cells, kind: str) -> np.ndarray:
    """Whether each row's cell holds a number that may be a BSN; in free text, anywhere in it."""
    if kind in ("datum", "ja-nee", "gebied"):
        return np.zeros(len(cells), dtype=bool)
    if kind == "vrije-tekst":
        wrong = [
            any(looks_like_bsn(one) for one in _IN_TEXT.findall(to_text(cell))) for cell in cells.distinct
        ]
        return _per_row(wrong, cells)
    if cells.is_text:
        found = np.zeros(len(cells), dtype=bool)
        found[cells.odd] = _bsn_arrow(cells.arrow.take(cells.odd))
        return found
    if cells.known is not None:
        return _per_row(_bsn_arrow(cells.known), cells)
    whole = [_digits(cell) for cell in cells.distinct]
    nine = np.array([len(text) == 9 and looks_like_bsn(text) for text in whole], dtype=bool)
    eight = np.array([len(text) == 8 for text in whole], dtype=bool)
    passes = np.array([len(text) == 8 and looks_like_bsn("0" + text) for text in whole], dtype=bool)
    if eight.sum() >= 5 and passes.sum() >= _EIGHT_SHARE * eight.sum():
        nine |= passes
    return _per_row(nine, cells)


def _per_row(wrong: Sequence[bool] | np.ndarray, cells: Cells) -> np.ndarray:
    """What is said of each distinct cell, for each row; an empty cell is never wrong."""
    return np.asarray(np.append(np.asarray(wrong, dtype=bool), False)[cells.codes])


def _digits(cell: Any) -> str:
    text = re.sub(r"[\s.\-]", "", to_text(cell)) if not isinstance(cell, (list, dict)) else ""
    return text if text.isascii() and text.isdigit() else ""


def _bsn_arrow(column: Any) -> np.ndarray:
    """The same for a column of texts, without a Python object per cell."""
    import pyarrow.compute as pc

    found = np.zeros(len(column), dtype=bool)
    rows = np.flatnonzero(pc.match_substring_regex(column, _DIGITS).to_numpy(zero_copy_only=False))
    if not len(rows):
        return found
    bare = pc.replace_substring_regex(column.take(rows), r"[\s.\-]", "")
    numbers = np.array(bare.to_pylist(), dtype=np.int64)
    digits = numbers[:, None] // 10 ** np.arange(8, -1, -1) % 10
    passes = (digits @ np.array([9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0) & (numbers > 0)
    eight = pc.equal(pc.binary_length(bare), 8).to_numpy(zero_copy_only=False)
    few = eight.sum() < 5 or (passes & eight).sum() < _EIGHT_SHARE * eight.sum()
    found[rows[passes & ~eight if few else passes]] = True
    return found


def name_rows(cells: Cells) -> np.ndarray:
    """Whether each row's key looks like the name of a person: a first and a last name, or a known first name."""
    if cells.is_text:
        import pyarrow.compute as pc

        # A key with a digit is no name; only the others are looked at one by one.
        some = pc.match_substring_regex(cells.arrow.take(cells.odd), r"^[^\d]{3,}$")
        rows = cells.odd[some.to_numpy()]
        found = np.zeros(len(cells), dtype=bool)
        if len(rows):
            texts = cells.arrow.take(rows).to_pylist()
            known = {text: _is_name(text) for text in set(texts)}
            found[rows] = [known[text] for text in texts]
        return found
    return _per_row([isinstance(cell, str) and _is_name(cell) for cell in cells.distinct], cells)


def _is_name(text: str) -> bool:
    text = " ".join(text.split())
    if any(char.isdigit() for char in text):
        return False
    return _NAME.fullmatch(text) is not None or text.casefold() in _first_names()


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    """First names that are known for sure, from the lists of the de-identification."""
    from toolkit.stories.lexicon import lexicon

    return frozenset(name for name in lexicon().first if len(name) > 2)
