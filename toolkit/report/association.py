"""Whether people who told of a theme answered otherwise, in words that claim no cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.report import wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Output, Subject
from toolkit.report.tabular import Heading, table

CAUTION = (
    "Dit zegt niet dat het een door het ander komt. Deze mensen kunnen op meer punten verschillen, bijvoorbeeld in "
    "leeftijd. En de computer bepaalde waar hun verhalen over gaan."
)
_NO_LINK = (
    "Verhalen en antwoorden van dezelfde mensen zijn niet naast elkaar gelegd: de verhalen horen niet bij mensen "
    "die de enquête invulden.\n"
)
_HEADINGS = (
    Heading("Thema", width=20),
    Heading("Cijfer", width=24),
    Heading("Verschil", True, 12),
    Heading("Marge", width=22),
    Heading("n met thema", True, 10),
    Heading("n zonder", True, 10),
    Heading("p (Holm)", True, 10),
    Heading("Wat betekent dit", width=20),
)


def associated(output: Output, subject: Subject) -> str:
    """What is known of tellers who answered the survey, for the measures of a subject; empty without any.

    A sentence per demonstrable difference, the other comparisons in one sentence, how many were not made, and
    what it does not say.
    """
    frame = output.frame("samenhang")
    rows = frame[frame["maat"].isin(subject.measures)].to_dict("records")
    if not rows:
        return ""
    tested = [row for row in rows if row["getoetst"] == "ja"]
    lines = [f"- {sentence(row)}" for row in tested if row["oordeel"] in ("hoger", "lager")]
    others = [row for row in tested if row["oordeel"] not in ("hoger", "lager")]
    if others:
        pairs = wording.join([_pair(row) for row in others])
        lines.append(f"- Geen aantoonbaar verschil vonden we bij {pairs}.")
    told = [*lines, "", _made(len(rows), len(tested), output), CAUTION if tested else ""]
    intro = (
        "**Dezelfde mensen: verhaal en antwoord.** Sommige vertellers vulden ook de enquête in. Gaven mensen die over een "
        "thema vertelden andere antwoorden dan mensen die iets anders vertelden?"
    )
    return "\n".join([intro, "", *told]).rstrip() + "\n"


def association_annex(output: Output) -> str:
    """Every comparison that was made, as a table, and how many could not be made."""
    frame = output.frame("samenhang")
    rows = frame.to_dict("records")
    if not rows:
        return _NO_LINK
    tested = [row for row in rows if row["getoetst"] == "ja"]
    told = _made(len(rows), len(tested), None)
    if not tested:
        return told + "\n"
    lines = [
        [
            escape_markdown(str(row["themanaam"] or row["thema"])),
            escape_markdown(wording.capital(str(row["cijfer"]))),
            escape_markdown(wording.signed(row["verschil"])),
            escape_markdown(wording.interval(row["laag"], row["hoog"], "verschil")),
            wording.number(row["n_met"]),
            wording.number(row["n_zonder"]),
            escape_markdown("< 0,001" if row["p_holm"] < 0.001 else wording.number(row["p_holm"], 3)),
            escape_markdown(str(row["oordeel"])),
        ]
        for row in tested
    ]
    note = (
        "Verschil: wie over het thema vertelde min wie iets anders vertelde, gewogen; bij percentages in procentpunten. De "
        "aantallen zijn afgerond. Hoe meer we vergelijken, hoe vaker toeval op een verschil lijkt; p is daarvoor "
        "gecorrigeerd (Holm). De marge is die van één vergelijking."
    )
    caption = "Antwoorden van mensen die over een thema vertelden, naast die van andere vertellers"
    return f"{told}\n\n{table('samenhang', caption, _HEADINGS, lines, note)}\n{CAUTION}\n"


def sentence(row: Mapping[Any, Any]) -> str:
    """A demonstrable difference: "Bij mensen die vertelden over wachttijd komt ‘tevreden’ minder vaak voor ..."."""
    theme = escape_markdown(_lower(str(row["themanaam"] or row["thema"])))
    name = escape_markdown(_lower(str(row["cijfer"])))
    who = f"Bij mensen die vertelden over {theme}"
    if _is_share(row):
        words = f"{who} komt ‘{name}’ {'vaker' if row['verschil'] > 0 else 'minder vaak'} voor"
    else:
        words = f"{who} is ‘{name}’ gemiddeld {row['oordeel']}"
    return f"{words} dan bij mensen die iets anders vertelden ({escape_markdown(_size(row))})."


def _size(row: Mapping[Any, Any]) -> str:
    """The difference without its sign where that is in the words, with its interval and numbers of people."""
    ends = [row["laag"], row["hoog"]]
    if row["oordeel"] in ("hoger", "lager") and ends[0] * ends[1] > 0:
        low, high = sorted(map(abs, ends))
        size = f"verschil: {_points(abs(row['verschil']), row)}, tussen {_number(low, row)} en {_number(high, row)}"
    else:
        size = f"verschil: {_points(row['verschil'], row)}, {wording.interval(ends[0], ends[1], 'verschil')}"
    return f"{size}; n = {wording.number(row['n_met'])} en {wording.number(row['n_zonder'])}"


def _points(value: float, row: Mapping[Any, Any]) -> str:
    text = _number(value, row)
    if _is_share(row):
        return f"{text} procentpunt{'' if text.lstrip('-') == '1' else 'en'}"
    return f"{text} punt{'' if text.lstrip('-') == '1,0' else 'en'}"


def _number(value: float, row: Mapping[Any, Any]) -> str:
    return wording.number(value, 0 if _is_share(row) else 1)


def _is_share(row: Mapping[Any, Any]) -> bool:
    return "procentpunten" in str(row["eenheid"])


def _pair(row: Mapping[Any, Any]) -> str:
    theme, name = (_lower(str(row[one])) for one in ("themanaam", "cijfer"))
    return f"{escape_markdown(theme)} en ‘{escape_markdown(name)}’ ({escape_markdown(_size(row))})"


def _made(every: int, tested: int, output: Output | None) -> str:
    """How many comparisons were made, and that the others had too few people."""
    where = "bij dit onderwerp " if output is not None else "in deze analyse "
    if not tested:
        text = (
            f"Dat konden we {where}niet vergelijken: van de {wording.counted(every, 'combinatie', 'combinaties')} van "
            "thema en cijfer is er geen waarbij genoeg mensen over het thema vertelden en de vraag beantwoordden."
        )
    else:
        text = (
            f"Van de {wording.counted(every, 'combinatie', 'combinaties')} van thema en cijfer {where}konden we er "
            f"{wording.number(tested)} vergelijken. Bij de andere zijn er te weinig mensen."
        )
        text = text if every > tested else text.partition(" Bij de andere")[0]
    total = output.run.get("samenhang", {}).get("getoetst", tested) if output is not None else 0
    if total:
        made = "is 1 vergelijking" if total == 1 else f"zijn {wording.number(total)} vergelijkingen"
        text += f" In de hele analyse {made} gemaakt; daar is bij het toetsen rekening mee gehouden."
    return text


def _lower(text: str) -> str:
    """A name inside a sentence: without its capital, unless it is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
