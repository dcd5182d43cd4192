"""The annexes: definitions, all figures, sources and run, models, privacy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Figure, Output, areas_of, city_of, pick, subjects
from toolkit.report.tabular import Heading, table

_DERIVED = {  # what is worked out of another measure, and its name
    ".verschil-rest": "Verschil met de rest van de stad",
    ".verschil-groepen": "Verschil tussen groepen",
    ".totaal": "Geschat aantal mensen",
    ".mediaan": "Mediaan",
}


def annex_parts(output: Output) -> dict[str, str]:
    """The include files of the annexes, by name."""
    return {
        "bijlage-definities": definitions_part(output),
        "bijlage-wijken": _all_areas(output),
        "bijlage-groepen": _groups(output),
        "bijlage-bronnen": _sources(output),
        "bijlage-modellen": _models(output),
        "bijlage-privacy": _privacy(output),
        "verantwoording": _made(output),
    }


def definitions_part(output: Output, measures: Collection[str] | None = None) -> str:
    """What the measures (or all of them) count, per source; what is worked out of another measure is told once."""
    every = output.frame("definities").to_dict("records")
    rows = [row for row in every if measures is None or row["maat"] in measures]
    if not rows:
        return "De definities zijn niet bij deze analyse opgeslagen.\n"
    derived = {name: [row for row in rows if row["maat"].endswith(name)] for name in _DERIVED}
    left = [row for row in rows if not row["maat"].endswith(tuple(_DERIVED))]
    blocks = []
    for source in dict.fromkeys(row["bron"] for row in left):
        blocks.append(f"## {escape_markdown(wording.capital(source or 'Bron onbekend'))}\n")
        blocks += [_definition(row) for row in left if row["bron"] == source]
    told = [(words, found[0]) for name, words in _DERIVED.items() if (found := derived[name])]
    if told:
        blocks.append("## Bij sommige cijfers staat nog meer\n")
        blocks += [
            f"**{name}**: {escape_markdown(row['teller'], breaks=False)}. Bron: {escape_markdown(row['bron'])}.\n"
            for name, row in told
        ]
    return "::: {.definities}\n" + "\n".join(blocks) + ":::\n"


def _definition(row: dict[Any, Any]) -> str:
    """One measure in one paragraph: the question, what is counted of what, and what a higher number means."""

    def said(key: str) -> str:
        return escape_markdown(row[key].strip().rstrip("."), breaks=False)

    parts = [f"**{escape_markdown(wording.capital(row['naam'] or row['maat']))}.**"]
    if row["vraag"]:
        parts.append(said("vraag") + ("" if row["vraag"].strip().endswith("?") else "."))
    if row["teller"]:
        of = f", van: {said('noemer')}" if row["noemer"] else ""
        parts.append(f"Geteld: {said('teller')}{of}.")
    if row["uitgesloten"]:
        parts.append(f"Telt niet mee: {said('uitgesloten')}.")
    parts.append(f"Eenheid: {said('eenheid')}.")
    parts += (
        [f"{wording.capital(said('richting'))} is beter."] if row["richting"] in ("meer", "minder") else []
    )
    identity = f"{row['maat']}, versie {row['versie']}" if row["versie"] else row["maat"]
    return " ".join([*parts, f"[{escape_markdown(identity)}]"]) + "\n"


def _all_areas(output: Output) -> str:
    names = phrases.area_names(output)
    blocks = []
    for subject in subjects(output):
        found = {measure: pick(output, measure) for measure in subject.measures}
        found = {measure: rows for measure, rows in found.items() if areas_of(rows)}
        if not found:
            continue
        codes = list(dict.fromkeys(one.area for rows in found.values() for one in rows if not one.group))
        columns = list(found)
        shown = [
            [escape_markdown(names.get(code, code)), *(_at(found[measure], code) for measure in columns)]
            for code in codes
        ]
        headings = [Heading("Gebied", width=16)]
        headings += [
            Heading(escape_markdown(wording.capital(phrases.measure_name(output, one))), True, 14)
            for one in columns
        ]
        note = phrases.notes(
            (names.get(one.area, one.area), one) for rows in found.values() for one in rows if not one.group
        )
        label = f"{phrases.label(subject.id)}-alle-wijken"
        blocks.append(
            table(label, f"{escape_markdown(subject.name)}: alle cijfers per wijk", headings, shown, note)
        )
    return "\n".join(blocks) or "Er zijn geen cijfers per wijk.\n"


def _at(rows: list[Figure], code: str) -> str:
    one = next((row for row in rows if row.area == code and not row.group), None)
    if one is None:
        return "niet gemeten"
    return phrases.cells(one)[0]


def _groups(output: Output) -> str:
    """Figures of the whole city per group, such as age and sex, of the measures of the subjects."""
    rows, shown = [], list[tuple[str, Figure]]()
    for subject in subjects(output):
        for measure in subject.measures:
            found = pick(output, measure)
            city = city_of(found)
            for one in found:
                if one.group and city and one.area == city.area:
                    name, _, value = one.group.partition("=")
                    group = f"{wording.capital(name)}: {value}"
                    rows.append(
                        [
                            escape_markdown(wording.capital(phrases.measure_name(output, measure))),
                            escape_markdown(group),
                            *phrases.cells(one),
                        ]
                    )
                    shown.append((group, one))
    if not rows:
        return "Er zijn geen cijfers per groep.\n"
    headings = (
        Heading("Wat"),
        Heading("Groep"),
        Heading("Uitkomst", True),
        Heading("Marge"),
        Heading("n", True),
    )
    return table("groepen", "Cijfers per groep inwoners, hele stad", headings, rows, phrases.notes(shown))


def _sources(output: Output) -> str:
    hashes = output.run.get("invoer", {})
    used = Counter(phrases.SOURCE_WORDS.get(one.source, one.source) for one in output.figures())
    lines = [
        f"- {escape_markdown(wording.capital(source))}: {wording.number(count)} cijfers"
        for source, count in used.items()
    ]
    text = "De cijfers en verhalen in dit rapport komen uit:\n\n" + "\n".join(lines) + "\n"
    if not hashes:
        return text
    rows = [[escape_markdown(str(file)), escape_markdown(str(code)[:12])] for file, code in _pairs(hashes)]
    headings = (Heading("Bestand", width=60), Heading("Kenmerk", width=20))
    note = (
        "Het kenmerk is het begin van de SHA-256 van het bestand. "
        "Met hetzelfde kenmerk is het bestand precies gelijk."
    )
    return text + "\n" + table("bronnen", "Bestanden waar dit rapport op rust", headings, rows, note)


def _pairs(hashes: Any) -> list[tuple[Any, Any]]:
    if isinstance(hashes, dict):
        return sorted(hashes.items())
    return [(one.get("bestand", ""), one.get("sha256", "")) for one in hashes]


def _models(output: Output) -> str:
    models = output.run.get("modellen", [])
    if not models:
        return "In deze analyse is geen taalmodel gebruikt.\n"
    rows = [
        [
            escape_markdown(str(one.get("stap", ""))),
            escape_markdown(
                " ".join(filter(None, [str(one.get("model", "")), str(one.get("versie", "") or "")]))
            ),
            escape_markdown(_score(one.get("score"))),
            escape_markdown(_validated(one.get("gevalideerd"))),
        ]
        for one in models
    ]
    headings = (
        Heading("Stap", width=16),
        Heading("Model", width=30),
        Heading("Hoe goed", width=28),
        Heading("Nagekeken op deze verhalen", width=24),
    )
    intro = (
        "Wat een computermodel over een verhaal zegt, is een bewering en geen feit. "
        "Daarom staat hier welk model het was en hoe goed het is.\n"
    )
    return intro + "\n" + table("modellen", "Gebruikte modellen", headings, rows)


def _score(score: object) -> str:
    if isinstance(score, bool) or score is None or score == "":
        return "niet gemeten"
    if isinstance(score, (int, float)):
        return wording.number(float(score), 2)
    if isinstance(score, dict):
        return "; ".join(f"{key}: {_score(value)}" for key, value in score.items())
    return str(score)


def _validated(value: object) -> str:
    if value is True:
        return "ja"
    return str(value) if value and isinstance(value, str) else "nee"


def _privacy(output: Output) -> str:
    reasons: Counter[str] = Counter()
    for one in output.figures():
        if one.value is None and one.kind in ("onderdrukt", "niet-publiceerbaar"):
            kind = "om mensen te beschermen" if one.kind == "onderdrukt" else "omdat het cijfer te onzeker is"
            reasons[f"{kind} ({one.reason})" if one.reason else kind] += 1
    total = len(output.figures())
    merged = _merged(output)
    if not reasons:
        return (
            f"Van de {wording.number(total)} berekende cijfers hoefde er geen verborgen te worden.\n{merged}"
        )
    lines = [
        f"- {wording.number(count)} cijfers {escape_markdown(reason)}"
        for reason, count in reasons.most_common()
    ]
    hidden = sum(reasons.values())
    return (
        f"Van de {wording.number(total)} berekende cijfers zijn er {wording.number(hidden)} verborgen:\n\n"
        + "\n".join(lines)
        + f"\n{merged}"
    )


def _merged(output: Output) -> str:
    """Which small areas count with another one, and why."""
    pairs = output.run.get("samengevoegd") or {}
    names = phrases.area_names(output)
    if not pairs:
        return ""
    words = [
        f"{names.get(small, small)} telt mee bij {names.get(large, large)}" for small, large in pairs.items()
    ]
    reason = output.run.get("reden_samenvoegen", "")
    return f"\n{escape_markdown(f'{wording.join(words)}. {reason}'.strip())}\n"


def _made(output: Output) -> str:
    """When and with what this was computed, from run.json; no clock is read."""
    run = output.run
    facts = []
    if run.get("periode"):
        facts.append(f"Dit rapport gaat over {wording.period(str(run['periode']))}.")
    if run.get("gestart"):
        facts.append(f"De cijfers zijn berekend op {wording.day(str(run['gestart']))}.")
    version = (
        run.get("versies", {}).get("tellen-en-vertellen") if isinstance(run.get("versies"), dict) else None
    )
    if version:
        facts.append(
            f"Gemaakt met tellen-en-vertellen {version}, startwaarde {run.get('startwaarde', 'onbekend')}."
        )
    return escape_markdown(" ".join(facts) or "Over de berekening is niets vastgelegd.") + "\n"
