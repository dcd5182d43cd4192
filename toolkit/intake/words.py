"""What a check found, in the words of the report: where, what, what should be, how to mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.intake.check import Checked
from toolkit.intake.findings import EXAMPLES, Finding
from toolkit.intake.mapping import GUESSED, REMEMBERED
from toolkit.intake.table import letters

_SHOWN = 4


@dataclass(frozen=True)
class Line:
    """One finding as people read it; every part may be empty but the title."""

    kind: str
    title: str
    where: str
    found: str
    expected: str
    remedy: str


def number(count: int) -> str:
    """A count in Dutch notation: 1.234."""
    return f"{count:,}".replace(",", ".")


def times(count: int, one: str, many: str) -> str:
    """A count with its noun: "1 fout", "3 fouten"."""
    return f"{number(count)} {one if count == 1 else many}"


def verdict(checked: Checked) -> str:
    """What the check comes to, in one sentence."""
    if checked.forbidden:
        return "Dit bestand bevat iets dat wij niet mogen ontvangen. Er is niets bewaard."
    if checked.errors:
        return f"Dit bestand kunnen wij nog niet ontvangen: er {_are(len(checked.errors))} gevonden."
    if checked.warnings:
        return "Dit bestand kunnen wij ontvangen. Kijk wel even naar de waarschuwingen."
    return "Dit bestand is in orde. U kunt het zo aanleveren."


def _are(count: int) -> str:
    return f"is {times(count, 'fout', 'fouten')}" if count == 1 else f"zijn {times(count, 'fout', 'fouten')}"


def summary(checked: Checked) -> Iterator[tuple[str, str]]:
    """Facts of the delivery: heading and text."""
    yield "Bestand", checked.file
    yield "Soort levering", checked.specification.title
    for part in checked.parts:
        table = part.table
        sheet = f"blad {table.sheet}, " if table.sheet else ""
        rows = times(len(table), "rij", "rijen")
        columns = times(len(table.names), "kolom", "kolommen")
        inside = f"{table.file}, " if table.file != checked.file else ""
        yield table.form, f"{inside}{sheet}{rows}, {columns}, kolomnamen in rij {table.header_row or 1}"
    counts = checked.counts
    if counts.wrong:
        yield "Met fouten", f"{number(counts.wrong)} van de {times(counts.rows, 'rij', 'rijen')}"


def columns(checked: Checked) -> list[tuple[str, str, str, str]]:
    """How the columns are read: letter, name in the file, what it is to us, and how sure that is."""
    found: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    how = {GUESSED: "gok: klopt dit?", REMEMBERED: "zoals vorige keer"}
    for part in checked.parts:
        for match in sorted(part.columns.matches, key=lambda one: one.place):
            title = checked.specification.column(match.name).title
            letter = letters(match.place)
            found[letter, match.delivered] = (letter, match.delivered, title, how.get(match.how, ""))
        for place in part.columns.left_out:
            letter = letters(place)
            found[letter, part.table.names[place]] = (letter, part.table.names[place], "bewaren wij niet", "")
    return list(found.values())


def lines(checked: Checked) -> list[Line]:
    """Every finding in words, errors first."""
    return [_line(finding, checked.file) for finding in checked.findings]


def _line(finding: Finding, file: str) -> Line:
    column = f"{finding.title}: " if finding.title else ""
    count = f" ({number(finding.count)} keer)" if len(finding.rows) > 1 else ""
    place = where(finding)
    if finding.file not in ("", file):  # one of the files in a ZIP
        place = f"{finding.file}: {place}" if place else finding.file
    kind = "niet toegestaan" if finding.forbidden else finding.severity
    return Line(
        kind, f"{column}{finding.message}{count}", place, _found(finding), finding.expected,
        finding.remedy,
    )  # fmt: skip


def where(finding: Finding, most: int = _SHOWN) -> str:
    """The cells or rows of a finding: `Blad1!C17, C18 en nog 3.998`."""
    start = f"{finding.sheet}!" if finding.sheet else ""
    if not finding.rows:
        if finding.column is None:
            return f"blad {finding.sheet}" if finding.sheet else ""
        return f"{start}{letters(finding.column)} (de hele kolom)"
    rows = _runs(finding.rows)
    letter = "" if finding.column is None else letters(finding.column)
    cells = [
        (f"{letter}{first}" if first == last else f"{letter}{first}:{letter}{last}")
        if letter
        else (f"rij {first}" if first == last else f"rij {first} tot en met {last}")
        for first, last in rows[:most]
    ]
    rest = len(finding.rows) - sum(last - first + 1 for first, last in rows[:most])
    text = (
        start + ", ".join(cells)
        if letter
        else ", ".join(cells) + (f" op blad {finding.sheet}" if start else "")
    )
    return f"{text} en nog {number(rest)}" if rest else text


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Rows that follow each other, as first and last."""
    found: list[tuple[int, int]] = []
    for row in rows[:50_000]:
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def _found(finding: Finding) -> str:
    parts = [
        f"'{cell}'" + (f" ({number(count)} keer)" if count > 1 else "")
        for cell, count in finding.found[:EXAMPLES]
    ]
    rest = len(finding.found) - EXAMPLES
    return ", ".join(parts) + (f" en nog {number(rest)} andere" if rest > 0 else "")
