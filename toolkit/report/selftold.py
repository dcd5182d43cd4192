"""What tellers say about their own story: place between two poles, or among three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.report import phrases, ternary, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Output, is_city
from toolkit.report.tabular import Heading, details, image, table

_ROLES = {"rol=inwoner": "inwoners", "rol=professional": "professionals"}


@dataclass(frozen=True)
class Triad:
    """A triad as it is drawn: its name for files, the question, three poles, and where each group lies."""

    name: str
    question: str
    poles: tuple[str, ...]
    places: tuple[ternary.Place, ...]


def triads(output: Output) -> list[Triad]:
    """Every triad of which a group of tellers may be shown."""
    rows = [row for row in output.frame("eigen-duiding").to_dict("records") if row["soort"] == "triade"]
    found = []
    for name in dict.fromkeys(row["id"] for row in rows):
        shown = [row for row in rows if row["id"] == name and row["groep"] in _ROLES]
        if shown:
            poles = tuple(shown[0]["polen"].split(" | "))
            found.append(Triad(phrases.label(name), shown[0]["vraag"], poles, _places(shown)))
    return found


def self_told(output: Output, folder: Path) -> str:
    """Markdown on dyads and triads: a triangle per triad, the table behind it, and whether groups differ.

    Figures are written in `folder`. Empty when tellers were not asked.
    """
    rows: list[Any] = output.frame("eigen-duiding").to_dict("records")
    blocks = [_middle(output, rows)]
    for name in dict.fromkeys(row["id"] for row in rows if row["soort"] == "triade"):
        drawn = _triangle([row for row in rows if row["id"] == name and row["soort"] == "triade"], folder)
        blocks += [drawn] if drawn else []
    blocks.append(_differences(output))
    return "\n".join(block for block in blocks if block)


def _middle(output: Output, rows: list[dict[str, Any]]) -> str:
    found = [
        one
        for one in output.figures("verhalen")
        if one.measure.startswith(("dyade.", "triade."))
        and is_city(one.area)
        and one.group in ("", "rol=inwoner")
    ]
    if not found:
        return ""
    skipped = {
        (row["soort"], row["id"]): row["overgeslagen"] for row in rows if row["groep"] == "rol=inwoner"
    }
    lines = []
    for one in found:
        kind, name = one.measure.split(".")[:2]
        number = skipped.get((kind, name), "")
        shown = wording.number(float(number)) if number.isdigit() else number or wording.HIDDEN
        title = escape_markdown(wording.capital(phrases.measure_name(output, one.measure)))
        lines.append([title, *phrases.cells(one), shown])
    headings = (
        Heading("Vraag"), Heading("Gemiddeld", True), Heading("Marge"), Heading("Verhalen", True), Heading("Overgeslagen", True),
    )  # fmt: skip
    note = (
        "Bij een lijn is 0 de eerste pool en 1 de tweede. Bij een driehoek zijn de drie percentages samen 100%. "
        "Overgeslagen: vertellers die deze vraag niet beantwoordden."
    )
    note = " ".join([note, phrases.notes((phrases.measure_name(output, one.measure), one) for one in found)])
    intro = (
        "Vertellers hebben hun verhaal ook zelf een plaats gegeven. "
        "In @tbl-duiding staat het midden van al die plaatsen.\n"
    )
    return intro + "\n" + table("duiding", "Hoe inwoners hun eigen verhaal duiden", headings, lines, note)


def _triangle(rows: list[dict[str, Any]], folder: Path) -> str:
    shown = [row for row in rows if row["groep"] in _ROLES]
    if not shown:
        return ""
    name, poles = phrases.label(rows[0]["id"]), rows[0]["polen"].split(" | ")
    drawing = ternary.triangle(folder / f"triade-{name}.png", poles, _places(shown))
    question = escape_markdown(rows[0]["vraag"])
    caption = f"{question} Het midden per groep vertellers, met het gebied waar het bijna zeker in ligt."
    headings = (Heading("Vertellers"), *(Heading(escape_markdown(pole), True) for pole in poles), Heading("Antwoorden", True), Heading("Overgeslagen", True))  # fmt: skip
    lines = [
        [
            wording.capital(_ROLES[row["groep"]]),
            *(wording.percent(100 * share) for share in _shares(row)),
            wording.number(float(row["n"])),
            wording.number(float(row["overgeslagen"]))
            if row["overgeslagen"].isdigit()
            else row["overgeslagen"],
        ]
        for row in shown
    ]
    behind = table(f"triade-{name}", question, headings, lines)
    picture = image(f"triade-{name}", caption, f"{folder.name}/{drawing.file}", drawing.alt)
    return "\n".join([picture, details(f"Toon de tabel bij de figuur: {rows[0]['vraag']}", behind)])


def _places(rows: Sequence[Mapping[Any, Any]]) -> tuple[ternary.Place, ...]:
    return tuple(
        ternary.Place(_ROLES[row["groep"]], _shares(row), _edge(row["rand"]), int(float(row["n"])))
        for row in rows
    )


def _shares(row: Mapping[Any, Any]) -> tuple[float, float, float]:
    return float(row["deel_1"]), float(row["deel_2"]), float(row["deel_3"])


def _edge(text: str) -> tuple[tuple[float, float, float], ...]:
    points = [tuple(float(share) for share in point.split()) for point in text.split(";") if point]
    return tuple((point[0], point[1], point[2]) for point in points)


def _differences(output: Output) -> str:
    """Sentences on whether groups of tellers differ."""
    words = {"rol": "Inwoners en professionals", "gebied": "Inwoners van verschillende wijken"}
    lines = []
    for row in output.frame("eigen-duiding-verschillen").to_dict("records"):
        who, question = words.get(row["indeling"], row["indeling"]), escape_markdown(row["vraag"])
        p = wording.number(float(row["p"]), 3)
        found = (
            "antwoordden verschillend op"
            if row["oordeel"] == "verschil"
            else "verschillen niet aantoonbaar bij"
        )
        lines.append(f"- {who} {found} de vraag ‘{question}’ (p = {p}, permutatietoets).")
    return "\n".join(["", *lines, ""]) if lines else ""
