"""Chapters over all subjects: indicators, all stories, topics that were found, response."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from toolkit.report import figures, phrases, wording
from toolkit.report.canvas import WHOLE
from toolkit.report.escape import escape_markdown
from toolkit.report.languages import languages
from toolkit.report.responses import response_part
from toolkit.report.selftold import self_told
from toolkit.report.slope import Line, slope
from toolkit.report.source import Figure, Output, is_city
from toolkit.report.subject import share_table, theme_shares
from toolkit.report.tabular import Heading, details, image, table

_NUMERIC = re.compile(r"-?\d+(?:[.,]\d+)?")
# How the judgement of an indicator words itself.
_COUNTED = "volledige registratie: "
_HALF = "; de marge van de nulmeting is niet bekend"
_INTERVAL = re.compile(r", 95%-interval (\S+) tot ([^\s;]+)")


def overview_parts(output: Output, folder: Path) -> dict[str, str]:
    """The include files of the chapters over all subjects, by name; figures are written in `folder`."""
    return {
        "indicatoren": _indicators(output, folder),
        "verhalen": _stories(output, folder),
        "gevonden-onderwerpen": _topics(output),
        "respons": response_part(output),
    }


def published(text: str) -> float | None:
    """The number in a published value ("6,2", "6.2"), or None when it is text ("30-70")."""
    return float(text.strip().replace(",", ".")) if _NUMERIC.fullmatch(text.strip()) else None


def _indicators(output: Output, folder: Path) -> str:
    frame = output.frame("indicatoren")
    if frame.empty:
        return "In deze analyse zijn er geen indicatoren.\n"
    headings = (
        Heading("Indicator", width=22),
        Heading("Nulmeting", True, 11),
        Heading("Nu", True, 14),
        Heading("Ter vergelijking", True, 12),
        Heading("Gewenst", width=9),
        Heading("Oordeel", width=24),
        Heading("Bron", width=10),
    )
    blocks = []
    sets = list(dict.fromkeys(frame["set"]))
    names = phrases.area_names(output)
    for name, theme in dict.fromkeys(zip(frame["set"], frame["thema"], strict=True)):
        rows = frame[(frame["set"] == name) & (frame["thema"] == theme)].to_dict("records")
        label = f"indicatoren-{phrases.label(f'{name} {theme}' if len(sets) > 1 else theme)}"
        caption = f"Indicatoren: {escape_markdown(theme)}" if theme else "Indicatoren"
        if len(sets) > 1:
            caption += f" (set {escape_markdown(name)})"
        blocks.append(table(label, caption, headings, [_indicator_row(row, names) for row in rows]))
    blocks.append(_series(output))
    if lines := change_lines(output):
        drawing = slope(folder / "indicatoren.png", lines)
        caption = (
            "Indicatoren in procenten die te vergelijken zijn: van nulmeting naar nu. "
            "De tabellen hieronder geven alle cijfers."
        )
        blocks.insert(0, image("indicatoren", caption, f"{folder.name}/{drawing.file}", drawing.alt))
    return "\n".join(blocks)


def change_lines(output: Output) -> list[Line]:
    """Every indicator in percent with a nulmeting and a measurement that may be compared with it."""
    found = {
        row["id"]: Line(
            row["naam"],
            before,
            now,
            row["oordeel"],
            wording.period(row["peildatum"]),
            wording.period(row["periode"]),
        )
        for row in output.frame("indicatoren").to_dict("records")
        if row["eenheid"] == "procent"
        and not row["onderdeel"]
        and row["oordeel"] != "niet te zeggen"  # a line would compare what may not be compared
        and (before := published(row["nulmeting"])) is not None
        and (now := published(row["waarde"])) is not None
    }
    return list(found.values())


# What stands in the column of the baseline when there is no number, per kind of indicator.
NO_BASELINE = {
    "onbekend": "nog onbekend",
    "kwalitatief": "in woorden, geen getal",
    "per-voorziening": "verschilt per voorziening",
}


def _indicator_row(row: dict[str, Any], names: dict[str, str]) -> list[str]:
    unit = row["eenheid"]
    before = published_words(row["nulmeting"], unit)
    if row["nulmeting"] and row["peildatum"]:
        before += f" ({wording.period(row['peildatum'])})"
    if row["soort"] == "verwijzing":
        before = row["reden"]
    now = published_words(row["waarde"], unit) if row["waarde"] else "nog niet gemeten"
    low, high = published(row["laag"]), published(row["hoog"])
    if low is not None and high is not None and row["waarde"]:
        unit_word = unit if unit == "procent" or unit.startswith("schaalscore") else ""
        now += f", {wording.interval(low, high, unit_word)}"
    if row["waarde"] and row["periode"]:
        now += f" ({wording.period(row['periode'])})"
    if not wording.missing(row["n"]):
        now += f", {wording.base(row['n'])}"
    judgement = (
        f"**{escape_markdown(wording.capital(row['oordeel']))}**" if row["oordeel"] else wording.HIDDEN
    )
    if row["reden"]:
        why, half = change_words(row["reden"])
        judgement += f": {escape_markdown(why + (_HALF if half else ''), breaks=False)}"
    name = wording.capital(row["naam"])
    if row["onderdeel"]:
        name += f": {row['onderdeel']}"
    if row["soort"] == "pilot":
        before += " (pilot)"
    texts = [
        name,
        before or NO_BASELINE.get(row["soort"], "geen nulmeting"),
        now,
        _reference_words(row, names),
        row["doel"] or row["richting"] or wording.HIDDEN,
    ]
    return [
        *(escape_markdown(text, breaks=False) for text in texts),
        judgement,
        escape_markdown(row["bron"] or "onbekend"),
    ]


def _reference_words(row: dict[str, Any], names: dict[str, str]) -> str:
    """The reference area with its value: "Nederland 6,4 (2021)", and how far this is from it."""
    if not row["referentiegebied"]:
        return wording.HIDDEN
    area = _area(row["referentiegebied"], names)
    if not row["referentie"]:
        return f"{area}: {row['referentie_verschil']}"
    text = f"{area} {published_words(row['referentie'], row['eenheid'])}"
    text += f" ({wording.period(row['referentie_periode'])})"
    return f"{text}; verschil {row['referentie_verschil']}" if row["referentie_verschil"] else text


def _area(code: str, names: dict[str, str]) -> str:
    """The name of an area; of an area of the report its own name."""
    known = names.get(code, code)
    return "Nederland" if code.startswith("NL") and known == code else known


def _series(output: Output) -> str:
    """A folded table with every measurement of the indicators that were measured more than once since."""
    frame = output.frame("indicatoren-reeks")
    often = frame[(frame["rol"] == "meting") & frame["waarde"].ne("")]
    counts = often.groupby(["set", "id", "onderdeel", "gebied"]).size()
    chosen = {key[:3] for key, count in counts.items() if isinstance(key, tuple) and count > 1}
    wijken = {
        (row["set"], row["id"], row["onderdeel"])
        for row in often.to_dict("records")
        if not is_city(row["gebied"])
    }
    names = phrases.area_names(output)
    rows = []
    for row in frame.to_dict("records"):
        if (row["set"], row["id"], row["onderdeel"]) not in chosen | wijken:
            continue
        value = published_words(row["waarde"], row["eenheid"]) or wording.HIDDEN
        reason = f": {row['reden']}" if row["reden"] else ""
        judgement = {"nulmeting": "Nulmeting", "vergelijking": "Ter vergelijking"}.get(row["rol"])
        part = f": {row['onderdeel']}" if row["onderdeel"] else ""
        texts = [
            wording.capital(row["naam"]) + part,
            _area(row["gebied"], names),
            wording.period(row["periode"]) if row["periode"] != "onbekend" else "onbekend",
            value,
            judgement or wording.capital(row["oordeel"]) + reason,
        ]
        rows.append([escape_markdown(text, breaks=False) for text in texts])
    if not rows:
        return ""
    headings = (
        Heading("Indicator", width=30),
        Heading("Gebied", width=14),
        Heading("Periode", width=10),
        Heading("Waarde", True, 10),
        Heading("Oordeel", width=36),
    )
    caption = "Alle metingen van indicatoren die vaker of per wijk zijn gemeten"
    body = table("indicatoren-reeks", caption, headings, rows)
    return details("Toon alle metingen door de jaren heen", body)


def change_words(reason: str) -> tuple[str, bool]:
    """Why an indicator got its judgement, as a council reads it, and whether the margin of its baseline is unknown.

    "verschil +4,0 procentpunt, 95%-interval +1,8 tot +6,3; de marge van de nulmeting is niet bekend" becomes
    "verschil +4,0 procentpunt (tussen +1,8 en +6,3)" and True. Another reason stays as it is.
    """
    told = reason.removesuffix(_HALF)
    counted = told.removeprefix(_COUNTED)
    if counted != told:
        return f"{counted} (volledig geteld)", False
    return _INTERVAL.sub(r" (tussen \1 en \2)", told).replace(") (", "; "), told != reason


def published_words(text: str, unit: str) -> str:
    """A published value with its unit as people write it; text that is no number as it is."""
    value = published(text)
    if value is None:
        return text
    written = text.strip().replace(",", ".")
    decimals = max(
        len(written.partition(".")[2]) if not written.endswith(".0") else 0, wording.decimals_for(unit)
    )
    return wording.amount(value, unit, min(decimals, 2))


def _stories(output: Output, folder: Path) -> str:
    shares = theme_shares(output, ())
    if not shares:
        return "In deze analyse zijn er geen verhalen, of te weinig om thema's te tellen.\n"
    names = phrases.theme_names(output)
    drawing = figures.themes(folder / "themas.png", shares, names, WHOLE)
    caption = "Aandeel van de verhalen per thema, met marge. Een verhaal kan over meer thema's gaan."
    parts = [
        _story_counts(shares),
        languages(output),
        image("themas", caption, f"{folder.name}/{drawing.file}", drawing.alt),
        details(
            "Toon de tabel bij de figuur: alle thema's",
            share_table("themas", "Alle thema's in de verhalen", shares, names),
        ),
        _weighted(output, names),
        _sentiments(output, folder),
        self_told(output, folder),
    ]
    return "\n".join(part for part in parts if part)


def _story_counts(shares: list[figures.Share]) -> str:
    found = {
        role: max((one.figure.n or 0.0 for one in shares if one.role == role), default=0.0)
        for role in ("inwoner", "professional")
    }
    words = [
        f"{wording.number(n)} verhalen van {'inwoners' if role == 'inwoner' else 'professionals'}"
        for role, n in found.items()
        if n
    ]
    if not words:
        return ""
    told = escape_markdown(wording.join(words))
    return f"Dit hoofdstuk gaat over {told}. In @fig-themas staat waar zij over gaan.\n"


def _weighted(output: Output, names: dict[str, str]) -> str:
    """A folded table of themes among tellers who are respondents, weighted to the population."""
    found = [
        (names.get(theme, theme), one)
        for one in output.figures("verhalen", group="rol=inwoner")
        if one.measure.startswith("thema-gewogen.") and is_city(one.area)
        for theme in [one.measure.partition(".")[2]]
    ]
    if not any(one.value is not None for _, one in found):
        return ""
    found.sort(key=lambda pair: (-(pair[1].value or -1.0), pair[0]))
    headings = (Heading("Thema"), Heading("Aandeel", True), Heading("Marge"), Heading("Vertellers", True))
    rows = [[escape_markdown(name), *phrases.cells(one)] for name, one in found]
    caption = "Vertellers over elk thema, gewogen zoals de enquête"
    note = (
        "Alleen vertellers die ook de enquête invulden. Wie te weinig voorkomt in de antwoorden, telt zwaarder, zodat "
        "zij samen op alle inwoners lijken."
    )
    body = table("themas-gewogen", caption, headings, rows, f"{note} {phrases.notes(found)}".strip())
    return details("Toon de thema's, gewogen naar alle inwoners", body)


def tone_rows(output: Output) -> list[tuple[str, dict[str, Figure]]]:
    """The shares per sentiment that may be shown, of all stories, per role and per theme: (name, figures)."""
    names = phrases.theme_names(output)
    bars: dict[str, dict[str, Figure]] = {}
    for one in output.figures("verhalen"):
        kind = one.measure.removeprefix("sentiment.")
        if kind in figures.SENTIMENTS and is_city(one.area) and one.value is not None:
            bars.setdefault(one.group, {})[kind] = one
    titles = {"": "Alle verhalen", "rol=inwoner": "Inwoners", "rol=professional": "Professionals"}
    return [
        (titles.get(group) or names.get(group.removeprefix("thema="), group), parts)
        for group, parts in sorted(bars.items(), key=lambda item: (item[0] not in titles, item[0]))
        if group in titles or group.startswith("thema=")
    ]


def _sentiments(output: Output, folder: Path) -> str:
    rows = tone_rows(output)
    if not rows:
        return "De toon van de verhalen is niet bepaald, of mag niet getoond worden.\n"
    drawing = figures.sentiment(folder / "toon.png", rows)
    headings = (
        Heading("Verhalen over"),
        *(Heading(wording.capital(kind), True) for kind in figures.SENTIMENTS),
        Heading("n", True),
    )
    lines = [
        [
            escape_markdown(name),
            *(
                wording.percent(parts[kind].value) if kind in parts else wording.HIDDEN
                for kind in figures.SENTIMENTS
            ),
            wording.number(max((one.n for one in parts.values() if one.n is not None), default=None)),
        ]
        for name, parts in rows
    ]
    caption = "De toon van de verhalen: alle verhalen en per thema, in procenten."
    picture = image("toon", caption, f"{folder.name}/{drawing.file}", drawing.alt)
    kinds = {one.kind for _, parts in rows for one in parts.values()}
    note = (
        "Deze cijfers zijn indicatief: niemand heeft op deze verhalen nagekeken "
        "hoe vaak de computer het mis heeft."
        if "indicatief" in kinds
        else "Mensen hebben een steekproef van deze verhalen zelf beoordeeld. "
        "De cijfers zijn daarmee verbeterd, en de marge houdt daar rekening mee."
    )
    if any(len(parts) < len(figures.SENTIMENTS) for _, parts in rows):
        note += f" {wording.HIDDEN} niet getoond: daar staan te weinig vertellers achter."
    behind = table("toon", "De toon van de verhalen, in procenten", headings, lines, note)
    text = (
        "Een computermodel heeft elk verhaal gelezen en bepaald of de verteller positief, negatief, "
        "gemengd of neutraal is over de hulp. @fig-toon laat dat zien.\n"
    )
    return "\n".join([text, picture, details("Toon de tabel bij de figuur: de toon van de verhalen", behind)])


def _topics(output: Output) -> str:
    frame = output.frame("onderwerpen")
    real = frame[frame["onderwerp"] != "-1"]
    if real.empty:
        return "Er zijn geen onderwerpen gezocht, of er zijn geen onderwerpen gevonden.\n"
    headings = (
        Heading("Onderwerp", width=24),
        Heading("Woorden", width=40),
        Heading("Verhalen", True, 10),
        Heading("Komt terug", True, 20),
    )
    rows = [
        [
            escape_markdown(row["titel"] or f"Onderwerp {row['onderwerp']}"),
            escape_markdown(row["woorden"], breaks=False),
            wording.number(row["aantal"]),
            f"{wording.percent(row['stabiliteit'] * 100)} ({row['oordeel']})",
        ]
        for row in real.to_dict("records")
    ]
    text = table(
        "onderwerpen",
        "Onderwerpen die de computer zelf in de verhalen vond",
        headings,
        rows,
        "‘Komt terug’ zegt in hoeverre dezelfde verhalen weer bij elkaar kwamen als de computer opnieuw begon. "
        "Een wisselend onderwerp hangt van het toeval af: trek daar geen conclusies uit.",
    )
    outside = frame[frame["onderwerp"] == "-1"]["aantal"].sum()
    total = frame["aantal"].sum()
    if outside and total:
        share = f"{wording.number(outside)} van de {wording.number(total)} verhalen"
        text += f"\n{share} horen bij geen van deze onderwerpen.\n"
    return text
