"""A page per project: what it is, what it cost, what came of it in words and numbers, and what stays."""

from __future__ import annotations

from typing import Any

from toolkit.report import phrases, wording
from toolkit.report.council import PAGE_BREAK
from toolkit.report.escape import escape_markdown
from toolkit.report.grid import amount
from toolkit.report.projects import intro, overview, project_totals, status_words
from toolkit.report.source import Output
from toolkit.report.tabular import Heading, table

_QUESTIONS = ("passender", "sneller", "betaalbaarder")
_TEXTS = (
    "inhoud", "partners", "stand", "geld", "resultaten", "passender_omdat", "sneller_omdat", "betaalbaarder_omdat",
    "borging", "cijfers",
)  # fmt: skip
_NOTHING = "Niet ingevuld."


def fiche_parts(output: Output) -> dict[str, str]:
    """The include files of a project evaluation: `projecten-kern`, `projecten-overzicht`, `projecten-fiches`."""
    rows = output.frame("projecten").to_dict("records")
    projects = [row for row in rows if row["soort"] == "project"]
    if not projects:
        nothing = "In deze analyse staan geen projecten.\n"
        return dict.fromkeys(("projecten-kern", "projecten-overzicht", "projecten-fiches"), nothing)
    levels = [level for level in dict.fromkeys(str(row["prijspeil"]) for row in rows) if level]
    core = [intro(rows), escape_markdown(f"Prijspeil: {wording.join(levels)}.") if levels else ""]
    told = [row for row in projects if any(row[key] for key in _TEXTS)]
    silent = [str(row["project"]) for row in projects if row not in told]
    fiches = [_fiche(row, label) for row, label in zip(told, _labels(told), strict=True)]
    if silent:
        # Before the sheets: after them it would read as part of the last project.
        core.append(escape_markdown(f"Van deze projecten is geen blad ingevuld: {wording.join(silent)}."))
    return {
        "projecten-kern": "\n\n".join(filter(None, core)) + "\n",
        "projecten-overzicht": f"{overview(rows)}\n\n{project_totals(rows)}\n",
        "projecten-fiches": "\n\n".join(fiches) + "\n",
    }


def _labels(projects: list[dict[Any, Any]]) -> list[str]:
    """A label for each project that no other has, also when two names differ in their accents only."""
    found: list[str] = []
    for row in projects:
        label = phrases.label(str(row["project"]))
        found.append(f"{label}-{len(found) + 1}" if label in found else label)
    return found


def _fiche(row: dict[Any, Any], label: str) -> str:
    name = escape_markdown(str(row["project"]), breaks=False)
    about = [_text(row[key]) for key in ("inhoud", "doel") if row[key]]
    if row["inhoud"] and row["doel"]:
        about[1] = f"**Doel:** {about[1]}"
    blocks = [PAGE_BREAK, f"# {name}", *about, _facts(row, label, name)]
    for heading, text in (
        ("Hoe staat het ervoor?", row["stand"]),
        ("Resultaten in woorden", row["resultaten"]),
        ("Resultaten in cijfers", "\n".join(filter(None, [*_figures(row), str(row["cijfers"])]))),
    ):
        blocks += [f"## {heading} {{#{_anchor(heading)}-{label}}}", _text(text) or _NOTHING]
    blocks += [
        f"## Passender, sneller, betaalbaarder? {{#oordeel-{label}}}",
        "\n".join(_judgement(row, question) for question in _QUESTIONS),
        f"## Hoe is het geborgd? {{#borging-{label}}}",
        _text(row["borging"]) or _NOTHING,
    ]
    return "\n\n".join(block for block in blocks if block)


def _anchor(heading: str) -> str:
    return phrases.label(heading)


def _facts(row: dict[Any, Any], label: str, name: str) -> str:
    sums = [amount(row[key], "euro") for key in ("budget", "besteed")]
    spent = sums[1]
    if not wording.missing(row["benutting"]):
        spent += f" ({wording.percent(row['benutting'])} van het budget)"
    told = [
        ("Onderdeel", escape_markdown(str(row["onderdeel"]), breaks=False)),
        ("Status en looptijd", escape_markdown(status_words(row))),
        ("Partners", escape_markdown(str(row["partners"]).replace("\n", ", "), breaks=False)),
        ("Budget", sums[0]),
        ("Besteed", spent),
        ("Toelichting geld", escape_markdown(str(row["geld"]), breaks=False)),
    ]
    known = [[f"**{key}**", text] for key, text in told if text and text != wording.HIDDEN]
    headings = (Heading("Kenmerk", width=25), Heading("Antwoord", width=75))
    return table(f"fiche-{label}", f"{name} in het kort", headings, known)


def _figures(row: dict[Any, Any]) -> list[str]:
    """The numbers that every project may tell; what is hidden says so."""
    lines = []
    if not wording.missing(row["bereik"]):
        lines.append(f"Bereik: {wording.number(row['bereik'])} {row['bereik_eenheid']}")
    base = "" if wording.missing(row["respondenten"]) else f" ({wording.base(row['respondenten'])})"
    if not wording.missing(row["rapportcijfer"]):
        lines.append(f"Rapportcijfer van deelnemers: {wording.number(row['rapportcijfer'], 1)}{base}")
    if not wording.missing(row["tevreden"]):
        lines.append(f"Tevreden: {wording.percent(row['tevreden'])}{base}")
    if "onderdrukt" in str(row["toelichting"]):
        lines.append(f"Niet getoond: {row['toelichting']}")
    return lines


def _judgement(row: dict[Any, Any], question: str) -> str:
    why = escape_markdown(str(row[f"{question}_omdat"]), breaks=False)
    answer = escape_markdown(wording.capital(str(row[question]))) or "Nog niet bekend"
    return f"- {wording.capital(question)}: **{answer}**." + (f" {why}" if why else "")


def _text(text: object) -> str:
    """What somebody wrote, as it is: one line a paragraph, more lines a list."""
    lines = [escape_markdown(line) for line in str(text).splitlines() if line.strip()]
    return "\n".join(f"- {line}" for line in lines) if len(lines) > 1 else "".join(lines)
