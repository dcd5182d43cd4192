"""The chapter on projects: one row per project, and totals that add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.report import wording
from toolkit.report.escape import escape_markdown
from toolkit.report.grid import amount
from toolkit.report.source import Output
from toolkit.report.tabular import Heading, table

_QUESTIONS = ("passender", "sneller", "betaalbaarder")
_LIMITS = (
    "Of een project passender, sneller of betaalbaarder is, is een oordeel van de mensen die het project kennen. Het is "
    "geen bewijs. Bereik tellen we niet op: iemand kan aan twee projecten meedoen. Een project dat net begint, kan nog "
    "weinig laten zien."
)


def projects_chapter(output: Output) -> str:
    """The chapter as Markdown; empty when the analysis has no projects."""
    frame = output.frame("projecten")
    if frame.empty:
        return ""
    rows = frame.to_dict("records")
    levels = [level for level in dict.fromkeys(frame["prijspeil"]) if level]
    blocks = ["# Projecten", intro(rows)]
    if levels:
        blocks.append(escape_markdown(f"Prijspeil: {wording.join(levels)}."))
    blocks.append(overview(rows))
    blocks.append(project_totals(rows))
    blocks.append(f'::: {{.callout-note title="Wat dit niet zegt"}}\n{_LIMITS}\n:::')
    return "\n\n".join(block for block in blocks if block) + "\n"


def intro(rows: list[dict[Any, Any]]) -> str:
    """How many projects, and what they cost together."""
    projects = [row for row in rows if row["soort"] == "project"]
    whole = [row for row in rows if row["soort"] == "totaal"]
    text = f"Deze evaluatie gaat over {wording.counted(len(projects), 'project', 'projecten')}. "
    text += (
        "Per project staat er wat het doel is, wat het kostte, wie het bereikte en wat mensen ervan vinden."
    )
    if len(whole) == 1:
        sums = [
            f"{amount(whole[0][key], 'euro')} {words}"
            for key, words in (("budget", "begroot"), ("besteed", "besteed"))
            if not wording.missing(whole[0][key])
        ]
        if sums:
            text += f" Samen is er {wording.join(sums)}."
    return text


def overview(rows: list[dict[Any, Any]]) -> str:
    """The table with a row per project."""
    headings = (
        Heading("Project en doel", width=24),
        Heading("Status", width=11),
        Heading("Budget", True, 11),
        Heading("Besteed", True, 11),
        Heading("Bereik", True, 11),
        Heading("Rapport\u00adcijfer", True, 10),
        Heading("Te\u00advreden", True, 10),
        *(
            Heading(f"{question[:-3].capitalize()}\u00ad{question[-3:]}", width=9)
            for question in _QUESTIONS[:2]
        ),
        Heading("Betaal\u00adbaarder", width=9),
    )
    lines = [_project(row) for row in rows if row["soort"] == "project"]
    hidden = [
        f"{row['project']}: {row['toelichting']}"
        for row in rows
        if row["soort"] == "project" and row["toelichting"]
    ]
    note = f"{wording.HIDDEN} niet bekend of niet getoond."
    if hidden:
        note += " " + escape_markdown(f"{'. '.join(hidden)}.", breaks=False)
    return table("projecten", "De projecten: doel, geld, bereik en oordeel", *_known(headings, lines), note)


def _known(headings: Sequence[Heading], lines: list[list[str]]) -> tuple[Sequence[Heading], list[list[str]]]:
    """Without the columns in which nothing is known of any project."""
    kept = [at for at in range(len(headings)) if any(line[at].strip("*") != wording.HIDDEN for line in lines)]
    return [headings[at] for at in kept], [[line[at] for at in kept] for line in lines]


def _project(row: dict[Any, Any]) -> list[str]:
    aim = f": {row['doel']}" if row["doel"] else ""
    name = f"**{escape_markdown(row['project'], breaks=False)}**{escape_markdown(aim, breaks=False)}"
    reach = wording.number(row["bereik"])
    if not wording.missing(row["bereik"]):
        reach += f" {row['bereik_eenheid']}"
    return [
        name,
        escape_markdown(status_words(row)),
        amount(row["budget"], "euro"),
        amount(row["besteed"], "euro"),
        escape_markdown(reach),
        wording.number(row["rapportcijfer"], 1),
        wording.percent(row["tevreden"]),
        *(escape_markdown(row[question] or wording.HIDDEN) for question in _QUESTIONS),
    ]


def status_words(row: dict[Any, Any]) -> str:
    """Status and years: "loopt, vanaf 2024"."""
    years = [str(row[key])[:4] for key in ("start", "einde")]
    first, last = years
    if first and last:
        span = first if first == last else f"{first}-{last}"
    else:
        span = f"vanaf {first}" if first else f"tot {last}" if last else ""
    return ", ".join(part for part in (row["status"], span) if part) or wording.HIDDEN


def project_totals(rows: list[dict[Any, Any]]) -> str:
    """The table with the totals per part and of all projects."""
    headings = (
        Heading("Onderdeel", width=20),
        Heading("Projecten", True, 11),
        Heading("Budget", True, 14),
        Heading("Besteed", True, 14),
        Heading("Deel van het budget", True, 12),
        *(Heading(wording.capital(question), width=14) for question in _QUESTIONS),
    )
    lines, notes = [], []
    for row in rows:
        if row["soort"] == "project":
            continue
        name = "Totaal" if row["soort"] == "totaal" else row["onderdeel"]
        cells = [
            escape_markdown(name),
            wording.number(row["projecten"]),
            amount(row["budget"], "euro"),
            amount(row["besteed"], "euro"),
            wording.percent(row["benutting"]),
            *(escape_markdown(row[question] or wording.HIDDEN) for question in _QUESTIONS),
        ]
        strong = "**{}**" if row["soort"] == "totaal" else "{}"
        lines.append([strong.format(cell) for cell in cells])
        for key, words in (("budget_onbekend", "budget"), ("besteed_onbekend", "besteed bedrag")):
            if 0 < row[key] < row["projecten"]:
                number = wording.counted(row[key], "project", "projecten")
                notes.append(f"{name}: van {number} is het {words} niet bekend; dat telt niet mee")
    note = escape_markdown(f"{'. '.join(notes)}.") if notes else ""
    return table("projecten-totalen", "De projecten samen, per onderdeel", *_known(headings, lines), note)
