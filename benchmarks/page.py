"""Write docs/prestaties.md from the results that the benchmarks kept, without measuring anything.

What stands between the markers "profiel" is written by hand and stays as it is.

Run: python -m benchmarks.page
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks import growth, incremental
from benchmarks.measured import ROOT, hardware, kept
from toolkit.files import whole_file
from toolkit.report.wording import day, number

PAGE = ROOT / "docs" / "prestaties.md"
BEGIN, END = "<!-- profiel: met de hand geschreven -->", "<!-- einde profiel -->"
QUIET = 0.5  # a load above this before a measurement: others were at work
INTRO = """# Prestaties

Hoe snel de toolkit is, gemeten op één computer. Deze pagina is gemaakt door `make bench`; de getallen staan in
`benchmarks/results/`. Opnieuw maken zonder te meten kan met `python -m benchmarks.page`.

Kijk vooral naar de **verhoudingen**: die zijn in één keer op dezelfde computer gemeten en zeggen ook iets over uw
computer. Seconden doen dat niet. Op een computer waar ook ander werk draait, kan de tijd op de klok flink
schommelen; daarom staat er ook *rekentijd* bij: hoe lang de processor er zelf mee bezig was, alle processen opgeteld.
"""
PLAIN = """Het gewone script (`benchmarks/plain.py`) is wat een onderzoeker zelf zou schrijven met dezelfde pakketten: deduce,
spaCy, py3langid, het taalmodel, BERTopic, svy en pandas, met twee processen. Het doet minder dan de toolkit: het
controleert geen leveringen, bewaart niets voor een volgende keer, beschermt kleine groepen alleen door cellen met te
weinig antwoorden weg te laten, en zoekt namen met deduce in plaats van met onze regels. Onderwerpen zoekt het in alle
verhalen; de toolkit neemt er hoogstens 5.000 en geeft de andere daarna een plek. Beide beginnen zonder iets
dat is bewaard. Van een paar rondes telt de snelste; wie begint, wisselt.
"""
INCREMENTAL = """Welk deel van het volle werk aan de teksten een tweede keer kost, in rekentijd. Wat een run ook zonder verhalen
kost (programma laden, enquêtes, bescherming) is eraf: dat is gemeten met honderd verhalen.
"""
GROWTH = """Hoeveel keer meer rekentijd een stap kost bij tien keer zoveel verhalen. Het doel is hoogstens twaalf keer: lineair, met een
vijfde speling. Onderwerpen zoeken mag groeien als n·log n. De tijd om programma's en modellen te laden is eraf; stappen
van minder dan een seconde tellen niet mee. De vertellers gaven hier ook hun gevoel en hun plek in twee dyaden en een triade.
Geheugen: van het grootste proces, en van alle processen samen (gedeeld geheugen één keer geteld).
"""
COUNTING = """Wat er na het lezen van de verhalen gebeurt, apart gemeten. De oordelen van de modellen zijn hier geloot: zo kost een
meting met 100.000 verhalen minuten, en valt op wat te snel groeit.
"""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def met(good: bool) -> str:
    """Whether a goal is met, in a word."""
    return "ja" if good else "**nee**"


def machine(rows: Sequence[dict[str, Any]]) -> str:
    """The hardware and versions, and when was measured."""
    nothing: dict[str, Any] = {"machine": hardware(), "datum": ""}
    latest = max(rows, key=lambda row: str(row["datum"]), default=nothing)
    found = latest["machine"]
    versions = ", ".join(f"{name} {text}" for name, text in found["bibliotheken"].items())
    moment = f"Laatst gemeten op {day(latest['datum'])}. " if latest["datum"] else ""
    busy = [row["drukte"] for row in rows if row.get("drukte", 0) > QUIET]
    noise = (
        f"Bij {len(busy)} van de {len(rows)} metingen was de computer al bezig met ander werk (belasting tot "
        f"{number(max(busy), 1)} op {found['kernen']} kernen): kijk daar naar de rekentijd, niet naar de klok.\n"
        if busy
        else ""
    )
    return (
        f"## Waarop is gemeten\n{moment}{found['processor']}, {found['kernen']} kernen, "
        f"{number(found['geheugen_gb'])} GB geheugen, {found['systeem']}, Python {found['python']}. "
        f"Pakketten: {versions}.\n{noise}"
    )


def whole() -> str:
    """The whole analysis beside the plain script."""
    rows = sorted(kept("whole"), key=lambda row: (row["taalmodel"], row["verhalen"], row["stand"] == "nu"))
    lines = [
        (
            f"{number(row['verhalen'])}, {row['taalmodel']}{_before(row)}",
            _seconds(row["wij"]["seconds"]),
            _seconds(row["gewoon"]["seconds"]),
            number(row["verhouding"], 2),
            number(row["verhouding_processor"], 2),
            f"{number(row['wij']['memory'], 1)} GB",
            number(row["doel"], 2),
            met(row["verhouding"] <= row["doel"]) if row["stand"] == "nu" else "",
        )
        for row in rows
    ]
    head = ("verhalen", "toolkit", "script", "verhouding", "in rekentijd", "geheugen", "doel", "gehaald")
    text = f"## De hele analyse naast een gewoon script\n{PLAIN}\n{table(head, lines)}\n"
    now = [row for row in rows if row["stand"] == "nu"]
    return text + (_plain_steps(max(now or rows, key=lambda row: row["verhalen"])) if rows else "")


def _plain_steps(row: dict[str, Any]) -> str:
    steps = ", ".join(f"{name} {_seconds(took)}" for name, took in row["gewoon"]["stappen"].items())
    return f"\nHet script bij {number(row['verhalen'])} verhalen ({row['taalmodel']}), per stap: {steps}.\n"


def growing() -> str:
    """How time and memory grow."""
    text = f"## Groei\n{GROWTH}\n"
    for row in sorted(kept("growth"), key=lambda one: (one["taalmodel"], one["tot"], one["stand"] == "nu")):
        if row["van"] == row["tot"]:
            continue
        pairs = list(itertools.pairwise(row["groottes"]))
        lines = [
            (
                name,
                *("" if one is None else number(one, 1) for one in grown),
                ", ".join(number(growth.allowed(name, *pair), 1) for pair in pairs),
                _linear(name, row),
            )
            for name, grown in row["keer"].items()
        ]
        titles = [f"{number(low)} → {number(high)}" for low, high in pairs]
        title = f"{row['taalmodel']}{_before(row)}"
        text += f"{table((title, *titles, 'hoogstens', 'gehaald'), lines)}\n\n"
        small = row["geheugen_gb"] <= growth.GIGABYTES
        text += (
            f"Geheugen bij {number(row['tot'])} verhalen ({title}): {number(row['geheugen_gb'], 1)} GB, met de "
            f"hulpprocessen samen {number(row['samen_gb'], 1)} GB. Doel: bij 100.000 verhalen onder 4 GB. "
            f"Gehaald: {met(small) if row['tot'] >= 100_000 else 'niet gemeten'}.\n\n"
        )
    return text + _sizes() + _counting()


def _linear(name: str, row: dict[str, Any]) -> str:
    """Whether a step grew no faster than it may; it can be too short to tell."""
    known = any(one is not None for one in row["keer"].get(name, ()))
    return met(name not in row["te_steil"]) if known else "te kort"


def _counting() -> str:
    """How what comes after the reading grows, with drawn readings."""
    text = ""
    for row in kept("counting"):
        sizes, pairs = row["groottes"], list(itertools.pairwise(row["groottes"]))
        head = (
            "stap",
            *(number(size) for size in (growth.BASE, *sizes)),
            *(f"{number(low)} → {number(high)}" for low, high in pairs),
            "hoogstens",
            "gehaald",
        )
        lines = [
            (
                name,
                *(_seconds(one[name]) for one in row["seconden"]),
                *(
                    "" if one is None else number(one, 1)
                    for one in row["keer"].get(name, [None] * len(pairs))
                ),
                ", ".join(number(growth.allowed(name, *pair), 1) for pair in pairs),
                _linear(name, row),
            )
            for name in row["seconden"][0]
        ]
        text += f"\n### Na het lezen\n{COUNTING}\n{table(head, lines)}\n"
    return text


def _sizes() -> str:
    rows = sorted(
        kept("growth-sizes"), key=lambda row: (row["taalmodel"], row["verhalen"], row["stand"] == "nu")
    )
    steps = list(dict.fromkeys(name for row in rows for name in row["stappen"]))
    if not rows:
        return ""
    head = ("stap", *(f"{number(row['verhalen'])} {row['taalmodel']}{_before(row)}" for row in rows))
    lines = [(name, *(_seconds(row["stappen"].get(name)) for row in rows)) for name in steps]
    lines.append(("Alles, op de klok", *(_seconds(row["seconden"]) for row in rows)))
    lines.append(("Alles, rekentijd", *(_seconds(row["processor"]) for row in rows)))
    lines.append(("Geheugen", *(f"{number(row['geheugen_gb'], 1)} GB" for row in rows)))
    together = [row.get("samen_gb") for row in rows]
    lines.append(("Geheugen, samen", *(f"{number(one, 1)} GB" if one else "" for one in together)))
    clock = ' (in de kolommen met "voor" de tijd op de klok)' if any(map(_before, rows)) else ""
    return f"Rekentijd per stap, alle processen samen{clock}:\n\n{table(head, lines)}\n"


def again() -> str:
    """What a second run costs."""
    text = f"## Een tweede keer\n{INCREMENTAL}\n"
    for row in sorted(kept("incremental"), key=lambda one: (one["verhalen"], one["stand"] == "nu")):
        goals = incremental.GOALS
        lines = [
            (
                name,
                f"{number(100 * share, 1)}%",
                _seconds(row["seconden"][name]),
                f"{number(100 * goals[name], 1)}%" if name in goals else "",
                met(share <= goals[name]) if name in goals else "",
            )
            for name, share in row["aandelen"].items()
        ]
        title = f"{number(row['verhalen'])} verhalen, {row['taalmodel']}{_before(row)}"
        head = (title, "van het volle werk", "op de klok", "doel", "gehaald")
        text += f"{table(head, lines)}\n\n"
    return text


def starting() -> str:
    """How long it takes to start."""
    text = "## Starten\nVan de snelste van een paar keer, als alles al eens geladen is geweest.\n\n"
    for row in sorted(kept("startup"), key=lambda one: one["stand"] == "nu"):
        lines = [
            (
                name,
                _seconds(seconds, 2),
                _seconds(row["processor"][name], 2),
                _seconds(row["doelen"].get(name), 1),
                met(seconds <= row["doelen"][name]) if name in row["doelen"] else "",
            )
            for name, seconds in row["seconden"].items()
        ]
        head = (f"opdracht{_before(row)}", "op de klok", "rekentijd", "doel", "gehaald")
        text += (
            f"{table(head, lines)}\n\n`tev --help` kost {number(row['help_tegen_pandas'], 2)} keer zoveel rekentijd als "
            f"alleen pandas laden, `tev check voorbeeld` {number(row['check_tegen_pandas'], 1)} keer.\n\n"
        )
    return text


def told() -> str:
    """The benchmarks that tell their outcome in lines."""
    names = {
        "estimates": "Schattingen: een miljoen respondenten, naast pandas zonder marges",
        "intake": "Leveringen: lezen en controleren, naast alleen lezen",
        "reports": "Rapporten",
    }
    text = ""
    for name, title in names.items():
        for row in kept(name):
            if "regels" in row:
                lines = "\n".join(row["regels"])
                text += f"## {title}\n```\n{lines}\n```\nDoel gehaald: {met(row['gehaald'])}.\n\n"
    return text


def by_hand() -> str:
    """The block that people wrote, from the page as it stands."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    inside = old.partition(BEGIN)[2].partition(END)[0].strip("\n") if BEGIN in old else ""
    return f"## Waar de tijd bleef, voor en na\n{BEGIN}\n{inside}\n{END}\n"


def write() -> None:
    """Write the page anew."""
    names = ("whole", "growth", "growth-sizes", "incremental", "startup", "estimates", "intake", "reports")
    rows = [row for name in names for row in kept(name) if "machine" in row]
    parts = [INTRO, machine(rows)]
    parts += [
        make()
        for name, make in {
            "whole": whole,
            "growth-sizes": growing,
            "incremental": again,
            "startup": starting,
        }.items()
        if kept(name)
    ]
    parts += [told(), by_hand()]
    text = "\n".join(part.rstrip("\n") + "\n" for part in parts if part)
    with whole_file(PAGE) as target:
        target.write_text(text, encoding="utf-8")


def _before(row: dict[str, Any]) -> str:
    return " (voor)" if row["stand"] == "voor" else ""


def _seconds(value: float | None, decimals: int = 1) -> str:
    return "" if value is None else f"{number(value, decimals)} s"


if __name__ == "__main__":
    write()
