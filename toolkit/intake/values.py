"""What the cells of a column mean, asked once per distinct cell, and which of them cannot be."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from toolkit.areas import Places, is_unknown
from toolkit.cells import is_empty, parse_count, parse_date, parse_number, plain, to_text
from toolkit.intake.findings import ERROR, WARNING, Finding, tally
from toolkit.intake.spec import Column, squeezed
from toolkit.intake.table import Cells, Table

_EARLIEST, _LATEST = date(1990, 1, 1), date(2069, 1, 1)
_YES_NO = {"ja": "ja", "j": "ja", "1": "ja", "nee": "nee", "n": "nee", "0": "nee", "yes": "ja", "no": "nee", "y": "ja"}  # fmt: skip
_OPAQUE = ("sleutel", "nummer", "vrije-tekst")  # cells that nobody repeats, and that are not looked up


@dataclass(frozen=True)
class Read:
    """A column after reading: per row a number to compare with (NaN when empty or wrong), and if it is filled.

    Dates are days since 1970, keys and words the place of the distinct cell. `words` says for each distinct
    cell what it means in our words, "" when nothing.
    """

    values: np.ndarray
    filled: np.ndarray
    words: tuple[str, ...] = ()


def read_column(
    table: Table, place: int, column: Column, places: Places | None
) -> tuple[Read, list[Finding]]:
    """The cells of one agreed column, and what is wrong with them.

    `places` are the areas of the project; without them only the form of an area is not checked either.
    """
    cells = table.columns[place]
    if column.kind in _OPAQUE:
        filled = ~cells.empty
        return Read(np.empty(0), filled), [*_empty(table, place, column, filled)]
    meanings = [_meaning(cell, column, places) for cell in cells.distinct]
    return _read(table, place, column, cells, meanings)


@dataclass(frozen=True)
class _Meaning:
    """What one distinct cell is: a number for comparing, our word, or what is wrong with it."""

    value: float = float("nan")
    word: str = ""
    wrong: str = ""
    filled: bool = True


_NOTHING = _Meaning(filled=False)


def _read(
    table: Table, place: int, column: Column, cells: Cells, meanings: list[_Meaning]
) -> tuple[Read, list[Finding]]:
    codes = cells.codes
    values = np.array([*(one.value for one in meanings), float("nan")])
    filled = np.array([*(one.filled for one in meanings), False])[codes]
    findings = [*_empty(table, place, column, filled)]
    for message in dict.fromkeys(one.wrong for one in meanings if one.wrong):
        wrong = np.array([one.wrong == message for one in meanings])
        rows = table.numbers[np.append(wrong, False)[codes]]
        findings.append(
            Finding(
                ERROR, message, _remedy(column, [to_text(cell) for cell, bad in zip(cells.distinct, wrong, strict=True) if bad]),
                table.file, table.sheet, place, table.names[place], tuple(rows.tolist()),
                tally(cells.distinct, codes, wrong), _expected(column),
            )
        )  # fmt: skip
    return Read(values[codes], filled, tuple(one.word for one in meanings)), findings


def _meaning(cell: Any, column: Column, places: Places | None) -> _Meaning:
    if is_empty(cell) or (column.kind != "tekst" and is_unknown(cell)):
        return _NOTHING
    match column.kind:
        case "datum":
            return _date(cell)
        case "aantal":
            count = parse_count(cell)
            if count is None:
                return _Meaning(wrong="dit is geen heel getal van 0 of meer")
            return _within(float(count), column)
        case "getal":
            number = parse_number(cell, typed=isinstance(cell, str))
            return _Meaning(wrong="dit is geen getal") if number is None else _within(number, column)
        case "ja-nee":
            word = _YES_NO.get(plain(cell), "")
            return _Meaning(word=word, wrong="" if word else "dit is geen ja of nee")
        case "code":
            word = _code(cell, column)
            return _Meaning(word=word, wrong="" if word else "dit woord of deze code kennen wij niet")
        case "gebied":
            code = places.find(cell) if places else to_text(cell)
            return _Meaning(word=code or "", wrong="" if code else "dit is geen gebied dat wij kennen")
        case _:
            return _Meaning(word=to_text(cell))


def _date(cell: Any) -> _Meaning:
    found = parse_date(cell)
    if found is None:
        return _Meaning(wrong="dit is geen datum die bestaat")
    if not _EARLIEST <= found < _LATEST:
        return _Meaning(wrong="deze datum ligt te ver weg")
    return _Meaning(float(found.toordinal()))


def _within(number: float, column: Column) -> _Meaning:
    low = float("-inf") if column.minimum is None else column.minimum
    high = float("inf") if column.maximum is None else column.maximum
    return _Meaning(number) if low <= number <= high else _Meaning(wrong="dit getal kan hier niet")


def _code(cell: Any, column: Column) -> str:
    """Our code for a word or code; a number that lost its zero in Excel ("2" for "02") gets it back."""
    text = plain(cell)
    for code, words in column.codes.items():
        if text == plain(code) or (text.isdecimal() and len(text) < 5 and code == text.zfill(len(code))):
            return code
        if text in {plain(word) for word in words} or (
            not any(char.isdigit() for char in text) and squeezed(text) in {squeezed(word) for word in words}
        ):
            return code
    return ""


def _empty(table: Table, place: int, column: Column, filled: np.ndarray) -> Iterator[Finding]:
    if column.empty == "mag" or filled.all():
        return
    yield Finding(
        ERROR if column.empty == "fout" else WARNING, "deze cel is leeg", "Vul de cel in.",
        table.file, table.sheet, place, table.names[place], tuple(table.numbers[~filled].tolist()),
        (), _expected(column),
    )  # fmt: skip


def _expected(column: Column) -> str:
    """What should stand in a column, in words."""
    example = f", zoals {column.example}" if column.example else ""
    match column.kind:
        case "datum":
            return "een datum, de dag voor de maand" + (example or ", zoals 31-12-2025")
        case "aantal":
            most = "" if column.maximum is None else f" en hoogstens {column.maximum:g}"
            return f"een heel getal van 0 of meer{most}{example}"
        case "getal":
            low = "" if column.minimum is None else f" van {column.minimum:g}"
            high = "" if column.maximum is None else f" tot en met {column.maximum:g}"
            return f"een getal{low}{high}{example}".replace(".", ",")
        case "ja-nee":
            return "ja of nee"
        case "code":
            return "een van: " + "; ".join(
                f"{code} ({words[0]})" if words and plain(words[0]) != plain(code) else code
                for code, words in column.codes.items()
            )
        case "gebied":
            return f"de code van het CBS of de naam van een wijk{example}"
        case _:
            return (column.explanation or column.title.lower()) + example


def _remedy(column: Column, wrong: list[str]) -> str:
    """How to mend wrong cells; for codes and areas with the nearest word that is known."""
    if column.kind == "code":
        words = {plain(word): word for code, many in column.codes.items() for word in (code, *many)}
        for cell in wrong[:20]:
            near = difflib.get_close_matches(plain(cell), list(words), n=1, cutoff=0.7)
            if near:
                return f"Bedoelt u '{words[near[0]]}'? Gebruik een van de woorden of codes die hier staan."
        return "Gebruik een van de woorden of codes die hier staan. Mist er een woord? Laat het ons weten."
    return {
        "datum": "Verbeter de datum. Bestaat de dag wel, en staat de dag voor de maand?",
        "aantal": "Vul een heel getal in, of laat de cel leeg als u het niet weet.",
        "getal": "Vul een getal in, met een komma voor de decimalen. Schrijf duizend als 1000.",
        "ja-nee": "Vul ja of nee in, of laat de cel leeg.",
        "gebied": "Gebruik de wijkcode (WK en zes cijfers) of de naam van de wijk.",
    }.get(column.kind, "Verbeter de cel.")
