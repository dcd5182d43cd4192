"""The chapter on who took part: response per survey, wijk and group, beside the population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Output, is_city
from toolkit.report.tabular import Heading, table

_HEADINGS = (
    Heading("Uitgenodigd", True, 13),
    Heading("Begonnen", True, 12),
    Heading("Volledig", True, 12),
    Heading("Respons", True, 11),
    Heading("Verschil met bevolking", True, 14),
    Heading("Na weging", True, 11),
)
_NOTE = (
    "Het verschil is het aandeel van de wijk of groep in de antwoorden min het aandeel in de bevolking, "
    "in procentpunten. ‘Na weging’ is wat daarvan overblijft als de antwoorden gewogen zijn."
)


def response_part(output: Output) -> str:
    """A sentence and the tables of every survey: per wijk, and per group where that is known."""
    frame = output.frame("respons")
    if frame.empty:
        return "Over de respons is niets bekend.\n"
    blocks = []
    surveys = list(dict.fromkeys(frame["enquete"]))
    for number, survey in enumerate(surveys):
        rows = frame[frame["enquete"] == survey].to_dict("records")
        label = "respons" if number == 0 else f"respons-{phrases.label(str(survey))}"
        title = f", {escape_markdown(survey)}" if len(surveys) > 1 else ""
        blocks.append(_told(rows, survey if len(surveys) > 1 else "") + _weighted(output, str(survey)))
        areas = sorted(
            (row for row in rows if not row["groep"]),
            key=lambda row: (not is_city(row["gebied"]), row["gebied"]),
        )
        named = [(row["gebiedsnaam"] or row["gebied"], row) for row in areas]
        groups = [(_group_name(row["groep"]), row) for row in rows if row["groep"]]
        if groups and all(is_city(row["gebied"]) for row in areas):
            blocks.append(_table(label, f"Respons per groep{title}", "Groep", [*named, *groups]))
            continue
        blocks.append(_table(label, f"Respons per wijk{title}", "Wijk", named))
        if groups:
            blocks.append(_table(f"{label}-groepen", f"Respons per groep{title}", "Groep", groups))
    return "\n".join(blocks)


def _told(rows: Sequence[Mapping[Any, Any]], survey: str) -> str:
    city = next((row for row in rows if is_city(row["gebied"]) and not row["groep"]), None)
    if city is None or wording.missing(city["volledig"]) or wording.missing(city["uitgenodigd"]):
        return ""
    who = f"Bij {survey} zijn" if survey else "Er zijn"
    text = f"{who} {wording.number(city['uitgenodigd'])} mensen uitgenodigd. "
    text += f"{wording.number(city['volledig'])} van hen vulden de vragenlijst helemaal in"
    share = "" if wording.missing(city["aandeel"]) else f": {wording.percent(city['aandeel'])}"
    return escape_markdown(f"{text}{share}.") + "\n"


def _weighted(output: Output, survey: str) -> str:
    """How the answers were weighted, and what that costs in precision."""
    every = output.run.get("feiten", {}).values()
    facts = next((one for one in every if isinstance(one, Mapping) and one.get("naam") == survey), {})
    found = facts.get("weging")
    if not found:
        return "\nDe antwoorden zijn niet gewogen.\n" if facts else ""
    text = f"De antwoorden zijn gewogen naar {wording.join(list(found['marges']))}"
    text += f" ({found['bron']})" if found["bron"] else ""
    text += ". " + (
        f"De weging sloot na {found['rondes']} rondes aan op de bevolking."
        if found["convergent"]
        else f"De weging sluit niet helemaal aan: een groep wijkt {wording.percent(100 * found['afwijking'], 1)} af."
    )
    capped = found["afgekapt"]
    if capped:
        number = capped if isinstance(capped, str) else wording.number(capped)
        text += f" Van {number} respondenten is het gewicht afgekapt."
    text += (
        f" Door de weging tellen de antwoorden als {wording.number(found['n_eff'])} ongewogen antwoorden"
        f" (designeffect {wording.number(found['deff'], 2)})."
    )
    return "\n" + escape_markdown(text) + "\n"


def _group_name(group: str) -> str:
    name, _, level = group.partition("=")
    return f"{wording.capital(name)}: {level}"


def _table(label: str, caption: str, first: str, named: Sequence[tuple[str, Mapping[Any, Any]]]) -> str:
    # Without a population to compare with, two columns would be empty.
    compared = any(not wording.missing(row["verschil_bevolking"]) for _, row in named)
    rows = []
    for name, row in named:
        cells = [
            escape_markdown(name),
            *(wording.number(row[key]) for key in ("uitgenodigd", "begonnen", "volledig")),
            wording.percent(row["aandeel"], 1),
        ]
        if compared:
            whole = is_city(row["gebied"]) and not row["groep"]
            both = (row["verschil_bevolking"], row["verschil_na_weging"])
            cells += ["" if whole else _points(value) for value in both]
        rows.append(cells)
    headings = (Heading(first, width=20), *(_HEADINGS if compared else _HEADINGS[:4]))
    return table(label, caption, headings, rows, _NOTE if compared else "")


def _points(value: float) -> str:
    sign = "+" if not wording.missing(value) and wording.rounded(value, 1) > 0 else ""
    return f"{sign}{wording.number(value, 1)}"
