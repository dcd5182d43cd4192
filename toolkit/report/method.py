"""How a report was made, in a few lines: every source with its name and size, and who took part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.report import wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Output, is_city

_COUNTED = {"registratie": ("trajecten", "trajecten"), "signalen": ("rijen", "meldingen")}


def method_part(output: Output) -> str:
    """A line per source of the analysis, from run.json and the response, as a Markdown list."""
    lines = [f"- {escape_markdown(line)}" for line in _sources(output)]
    return "\n".join(lines) + "\n" if lines else "Over de bronnen is niets vastgelegd.\n"


def _sources(output: Output) -> Iterator[str]:
    for key, facts in output.run.get("feiten", {}).items():
        kind, _, name = str(key).partition(" ")
        title = str(facts.get("naam") or name)
        if kind == "enquete":
            yield f"Enquête: {title}. {_response(output, title, facts)}".strip()
        elif kind == "verhalen":
            yield f"Verhalen: {wording.number(_count(facts, 'verhalen'))} verhalen. {facts.get('grondslag', '')}".strip()
        elif kind in _COUNTED:
            field, word = _COUNTED[kind]
            yield f"{wording.capital(kind)}: {title}, {wording.number(_count(facts, field))} {word}."
        elif kind == "financien":
            yield f"Financiën: {title}, {facts.get('prijspeil', '')}.".replace(", .", ".")
    if len(output.frame("indicatoren")):
        yield "Indicatoren: cijfers die al bestaan, van de bronnen die in de tabel staan."


def _count(facts: dict[str, Any], field: str) -> float | None:
    value = facts.get(field)
    return float(value) if isinstance(value, (int, float)) else None


def _response(output: Output, title: str, facts: dict[str, Any]) -> str:
    frame = output.frame("respons")
    rows = frame[(frame["enquete"] == title) & frame["gebied"].map(is_city) & (frame["groep"] == "")]
    if len(rows) and not wording.missing(rows["uitgenodigd"].iloc[0]):
        row = rows.iloc[0]
        return (
            f"Van de {wording.number(row['uitgenodigd'])} mensen die wij vroegen, deden er "
            f"{wording.number(row['volledig'])} mee ({wording.percent(row['aandeel'])})."
        )
    whole = facts.get("inzendingen", {}).get("volledig")
    return f"{wording.number(whole)} mensen deden mee." if isinstance(whole, (int, float)) else ""
