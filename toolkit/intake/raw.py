"""What of a delivery goes into `raw/`: the cells as they came in, with pseudonyms in the place of keys."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from toolkit.cells import plain, to_text
from toolkit.errors import DataError, Problem
from toolkit.intake.marked import neutral
from toolkit.intake.rules import Part
from toolkit.intake.sources import Source
from toolkit.intake.spec import Specification
from toolkit.settings import parse_settings

_BEGIN = "# --- Hieronder schrijft 'tev intake receive'; verander hier niets -------------------------------"
_END = "# --- Tot hier ---------------------------------------------------------------------------------"
_SIGNAL_COLUMNS = ("kind", "area", "date", "count")


@dataclass(frozen=True)
class RawFile:
    """One file for raw/: its name there, its content, its rows, and what the settings need to know."""

    name: str
    content: bytes
    rows: int
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    yes: tuple[str, ...]
    form: str = "csv"
    harmless: int = 0  # cells that a spreadsheet would have taken for a formula


def raw_file(
    name: str, part: Part, specification: Specification, rows: np.ndarray, pseudonym: Callable[[str], str]
) -> RawFile:
    """A table as CSV (UTF-8, semicolons), only the rows asked for, columns in the order of the delivery.

    Keys are replaced by `pseudonym`; columns that nobody agreed on or that are not kept are left out; a text
    that a spreadsheet would run gets an apostrophe in front.
    """
    table = part.table.take(rows)
    kinds = {
        part.columns.places[one.name]: one for one in specification.columns if one.name in part.columns.places
    }
    dropped = {*part.columns.left_out, *part.columns.unknown}
    kept = [place for place, title in enumerate(table.names) if title and place not in dropped]
    columns: list[list[str]] = []
    harmless = 0
    for place in kept:
        cells = table.columns[place]
        texts = [to_text(cell) for cell in cells.distinct]
        if place in kinds and kinds[place].kind == "sleutel":
            texts = [pseudonym(text) for text in texts]
        safe = [neutral(text) for text in texts]
        changed = np.array([one != other for one, other in zip(texts, safe, strict=True)] + [False])
        harmless += int(changed[cells.codes].sum())
        safe.append("")
        columns.append([safe[code] for code in cells.codes.tolist()])
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    writer.writerow([neutral(table.names[place]) for place in kept])
    writer.writerows(zip(*columns, strict=True))
    return RawFile(
        name, buffer.getvalue().encode(), len(table), part.columns.names, _codes(part, specification),
        _yes(part, specification), harmless=harmless,
    )  # fmt: skip


def _codes(part: Part, specification: Specification) -> dict[str, dict[str, str]]:
    """Per coded column the words of the delivery that stand for one of our codes."""
    found: dict[str, dict[str, str]] = {}
    for column in specification.columns:
        if column.name not in part.read or column.kind not in ("code", "ja-nee"):
            continue
        if column.name == "quote_consent":
            continue
        distinct = part.table.columns[part.columns.places[column.name]].distinct
        words = {
            to_text(cell): ours
            for cell, ours in zip(distinct, part.read[column.name].words, strict=True)
            if ours and plain(cell) != plain(ours)
        }
        if words:
            found[column.name] = words
    return found


def _yes(part: Part, specification: Specification) -> tuple[str, ...]:
    """The words that mean: you may quote me."""
    if "quote_consent" not in part.read:
        return ()
    distinct = part.table.columns[part.columns.places["quote_consent"]].distinct
    read = part.read["quote_consent"].words
    return tuple(to_text(cell) for cell, ours in zip(distinct, read, strict=True) if ours == "ja")


def with_blocks(text: str, source: Source, blocks: Sequence[Mapping[str, Any]]) -> str:
    """The settings of a source with a block per received file, in a part of its own at the end.

    What people wrote stays; a block of theirs for the same file goes before ours.

    Raises DataError when the settings would no longer be valid.
    """
    own = re.sub(rf"(?ms)\n*^{re.escape(_BEGIN)}$.*?^{re.escape(_END)}$\n?", "\n", text).rstrip() + "\n"
    title = "bron" if source.kind == "verhalen" else "levering"
    written = {str(one.get("bestand")) for one in tomllib.loads(own).get(title, [])}
    mine = [block for block in blocks if block["bestand"] not in written]
    if not mine:
        return own
    lines = ["", _BEGIN, *(line for block in mine for line in _block(title, block)), _END]
    whole = own + "\n".join(lines) + "\n"
    file = f"{source.folder.name}/{source.settings_file.name}"
    try:
        parse_settings(tomllib.loads(whole), type(source.settings), file)
    except tomllib.TOMLDecodeError as error:
        remedy = f"Zet [[{title}]] als blok in dit bestand, en niet als lijst op één regel."
        raise DataError([Problem(file, "hier kan geen levering aan worden toegevoegd.", remedy)]) from error
    return whole


def own_partners(text: str) -> set[str]:
    """The partners in blocks that people wrote themselves."""
    own = tomllib.loads(text.partition(_BEGIN)[0])
    return {str(one.get("partner", "")) for one in (*own.get("levering", []), *own.get("bron", []))} - {""}


def _block(title: str, block: Mapping[str, Any]) -> list[str]:
    lines = [f"[[{title}]]"]
    lines += [f"{key} = {_toml(value)}" for key, value in block.items() if not isinstance(value, Mapping)]
    for key, value in block.items():
        if isinstance(value, Mapping) and key == "codes":
            for name, words in value.items():
                lines += [f"[{title}.codes.{name}]"]
                lines += [f"{_toml(word)} = {_toml(code)}" for word, code in words.items()]
        elif isinstance(value, Mapping):
            lines += [f"[{title}.{key}]", *(f"{name} = {_toml(one)}" for name, one in value.items())]
    return lines


def _toml(value: object) -> str:
    import json

    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def block_of(file: RawFile, source: Source, partner: str) -> dict[str, Any]:
    """The block of settings for a received file, as the readers of its kind expect it."""
    block: dict[str, Any] = {"bestand": f"raw/{file.name}", "formaat": file.form}
    columns = dict(file.columns)
    match source.kind:
        case "klachten":
            columns = {name: title for name, title in columns.items() if name in _SIGNAL_COLUMNS}
            if "kind" not in columns and source.specification.signal:
                block["soort"] = source.specification.signal
        case "verhalen":
            block["rol"] = source.specification.role
            if "partner" not in columns:
                block["partner"] = partner
            if file.yes:
                block["citeren_ja"] = list(file.yes)
        case _:
            if "partner" not in columns:
                block["partner"] = partner
    if source.kind != "enquete":
        block["kolommen"] = columns
    codes = {name: words for name, words in file.codes.items() if name in columns}
    if codes and source.kind in ("trajecten", "klachten"):
        block["codes"] = codes
    return block
