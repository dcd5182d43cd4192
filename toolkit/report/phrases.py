"""Pieces of report text in Markdown that chapters share: names, cells, notes, quotes, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.report import wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Figure, Output, areas_of, is_city

SOURCE_WORDS = {
    "enquete": "enquête onder inwoners",
    "registratie": "registratie van partners",
    "verhalen": "verhalen",
    "indicator": "indicatoren",
    "financien": "financiën",
    "signalen": "klachten, bezwaren en wachtlijsten",
}
_PROFESSIONALS = "tevredenheid.professionals"
_KINDS = {
    "indicatief": "indicatief: het model is op deze verhalen nog niet nagekeken",
    "onnauwkeurig": "onnauwkeurig: de marge is breed",
    "onderdrukt": "niet getoond om mensen te beschermen",
    "niet-publiceerbaar": "niet getoond: te weinig antwoorden of een te brede marge",
    "onbekend": "nog niet gemeten",
    "kwalitatief": "beschreven in woorden",
}


def measure_name(output: Output, measure: str) -> str:
    """What a measure or indicator is called, or else its id in readable form; plain text."""
    definitions = output.names("definities", "maat")
    indicators = output.names("indicatoren", "id")
    found = definitions.get(measure) or indicators.get(measure)
    return found or measure.replace(".", ": ").replace("-", " ")


def area_names(output: Output) -> dict[str, str]:
    """The name of every area; an area without a name keeps its code."""
    known = output.names("gebieden", "gebied")
    codes = dict.fromkeys(output.frame("measures")["area"])
    return {**{code: code for code in codes}, **known}


def theme_names(output: Output) -> dict[str, str]:
    """The name of every theme of the codebook."""
    return output.names("themas", "thema")


def source_words(figure: Figure) -> str:
    """Where a figure comes from and of when: "enquête onder inwoners, 2026"."""
    words = SOURCE_WORDS.get(figure.source, figure.source)
    if figure.measure.startswith(_PROFESSIONALS):
        words = "enquête onder professionals"
    return f"{words}, {wording.period(figure.period)}" if figure.period else words


def result(figure: Figure) -> str:
    """A figure in running text: "45% (ongeveer 4 op de 10; tussen 41% en 49%)"."""
    margin = wording.interval(figure.low, figure.high, figure.unit)
    words = wording.share_in_words(figure.value) if figure.unit == "procent" else ""
    extra = "; ".join(part for part in (words, margin) if part)
    text = wording.amount(figure.value, figure.unit)
    return f"{text} ({extra})" if extra else text


def cells(figure: Figure) -> list[str]:
    """A figure as table cells: value, margin, n; open when its margin is wide, "·" when hidden."""
    value = wording.amount(figure.value, figure.unit)
    if figure.kind == "onnauwkeurig":
        value += "\\*"
    margin = wording.interval(figure.low, figure.high, figure.unit)
    without = "volledig geteld" if figure.source == "registratie" else "niet bekend"
    return [value, wording.HIDDEN if figure.value is None else margin or without, _n(figure)]


def notes(named: Iterable[tuple[str, Figure]]) -> str:
    """What the marks in a table mean: which rows (by name) are hidden and why, which are imprecise."""
    hidden: dict[str, list[str]] = {}
    imprecise = False
    for name, one in named:
        imprecise = imprecise or one.kind == "onnauwkeurig"
        if one.value is None:
            hidden.setdefault(one.reason or _KINDS.get(one.kind, one.kind), []).append(escape_markdown(name))
    lines = [
        f"{wording.HIDDEN} niet getoond, {escape_markdown(why)}: {wording.join(list(dict.fromkeys(names)))}."
        for why, names in hidden.items()
    ]
    if imprecise:
        lines.append("\\* Onnauwkeurig: de marge is breed. Lees dit cijfer met de marge erbij.")
    return " ".join(lines)


def status_words(figure: Figure) -> str:
    """What a status means, in words; empty for "ok"."""
    words = _KINDS.get(figure.kind, "")
    return f"{words} ({figure.reason})" if words and figure.reason else words


def highest_lowest(figures: Iterable[Figure], names: Mapping[str, str]) -> str:
    """Which wijk has the highest and which the lowest figure, and whether their margins lie apart."""
    shown = sorted(
        (one for one in areas_of(figures) if one.value is not None), key=lambda one: one.value or 0.0
    )
    if len(shown) < 2:
        return "Per wijk zijn er te weinig cijfers om te vergelijken."
    low, high = shown[0], shown[-1]
    places = [escape_markdown(names.get(one.area, one.area)) for one in (high, low)]
    text = (
        f"Het hoogste cijfer heeft {places[0]} ({wording.amount(high.value, high.unit)}), "
        f"het laagste {places[1]} ({wording.amount(low.value, low.unit)})."
    )
    if high.low is None or low.high is None:
        return text
    if high.low > low.high:
        return f"{text} De marges van deze twee wijken overlappen elkaar niet."
    # Overlap proves nothing: two intervals may overlap while their difference is demonstrable.
    return f"{text} Een klein verschil kan toeval zijn."


def quote(row: Mapping[str, Any]) -> str:
    """A quote as a block quote with who said it: role and area, as far as they may be shown."""
    text = escape_markdown(str(row["tekst"]))
    who = [str(row["rol"]) or "verteller"]
    if row["gebiedsnaam"] and not is_city(str(row["gebied"])):
        who.append(str(row["gebiedsnaam"]))
    lines = [
        *(f"> {line}" for line in text.split("\n")),
        ">",
        f"> [— {escape_markdown(', '.join(who))}]{{.bron}}",
    ]
    return "\n".join(lines) + "\n"


def quotes(output: Output, subject: str, most: int = 0) -> list[dict[str, Any]]:
    """Quotes of a subject, at most `most` (0 is all): representative first, residents before others, themes in turn."""
    frame = output.frame("citaten")
    order = {"representatief": 0, "contrasterend": 1, "zeldzaam": 2}
    chosen = frame[frame["onderwerp"] == subject].drop_duplicates("tekst")
    chosen = chosen.assign(turn=chosen.groupby(["thema", "soort", "rol"], sort=False).cumcount())
    rows = [{str(key): value for key, value in row.items()} for row in chosen.to_dict("records")]
    rows.sort(key=lambda row: (order.get(row["soort"], 3), row["rol"] != "inwoner", row["turn"]))
    return rows[:most] if most else rows


def label(text: str) -> str:
    """Text as part of a cross-reference label: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def _n(figure: Figure) -> str:
    return wording.HIDDEN if wording.missing(figure.n) else wording.number(figure.n)
