"""Tell in Dutch how a published number came about: what was counted, in what, with which weights and files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.analysis.inputs import shown
from toolkit.analysis.named import named_files
from toolkit.errors import ToolkitError, closest
from toolkit.project import Project
from toolkit.report import phrases, wording
from toolkit.report.source import Figure, Output, is_city, read_output

_ROWS = {
    "enquete": "antwoorden van respondenten",
    "registratie": "rijen in de noemer (trajecten, doelen of inwoners)",
    "verhalen": "verhalen",
    "indicator": "ondervraagden",
    "signalen": "signalen",
    "financien": "cliënten over wie het bedrag gaat",
}
_PER_RESIDENT = (".per-1000", ".per-inwoner")  # their n is the number of residents
_FOLDERS = {"enquete": "surveys", "registratie": "surveys", "signalen": "surveys", "financien": "surveys",
            "projecten": "surveys", "verhalen": "corpora"}  # fmt: skip
PROJECTS = "projecten"
_UNKNOWN = ".weet-niet-nvt"
_OWN_WORDS = {"respons": "aantallen uit het responsbestand van de enquête, zoals geleverd"}
_NOT_READ = (".md",)  # explanations for people beside the data


@dataclass(frozen=True)
class Explanation:
    """How one number came about: a title, then lines of (heading, text), in the order to read them."""

    title: str
    lines: tuple[tuple[str, str], ...]


def explain(
    project: Project, measure: str, area: str, analysis: str = "", group: str = ""
) -> list[Explanation]:
    """How the numbers of a measure in an area came about, one Explanation per source and period.

    Everything comes from the published output of the analysis (measures.csv, definities.csv,
    indicatoren.csv, projecten.csv, run.json): a hidden number stays hidden, and its reason is told.
    `analysis` may be left out when the project has one with output. The measure "projecten" tells about
    the projects together, or with `group` about the one of that name.

    Raises ToolkitError for an unknown measure, area or group (with what there is), and without output.
    """
    output = read_output(project.analysis(analysis or _only_analysis(project)) / "output")
    names = phrases.area_names(output)
    merged = output.run.get("samengevoegd", {})
    if area in merged:
        there = merged[area]
        hint = f"Vraag het zo: --area {there}"
        raise ToolkitError(f"{area} telt mee bij {names.get(there, there)} ({there}).", hint)
    if measure == PROJECTS and len(output.frame("projecten")):
        return [_projects(project, output, group)]
    found = output.figures(measure=measure)
    if not found:
        known = sorted({one.measure for one in output.figures()})
        hint = closest(measure, known) or f"Er zijn onder andere: {', '.join(known[:12])}."
        raise ToolkitError(f"Er is geen cijfer '{measure}' in deze analyse.", hint)
    here = [one for one in found if one.area == area]
    if not here:
        areas = list(dict.fromkeys(one.area for one in found))
        hint = closest(area, areas) or f"Er is wel een cijfer voor: {', '.join(areas[:20])}."
        raise ToolkitError(f"Voor {names.get(area, area)} is er geen cijfer '{measure}'.", hint)
    chosen = [one for one in here if one.group == group] or ([] if group else here)
    if not chosen:
        groups = ", ".join(dict.fromkeys(one.group for one in here if one.group)) or "geen"
        raise ToolkitError(f"Er is geen groep '{group}' bij dit cijfer.", f"Wel: {groups}.")
    return [Explanation(_title(output, one, names), tuple(_lines(project, output, one))) for one in chosen]


def _only_analysis(project: Project) -> str:
    found = sorted(path.parent.parent.name for path in (project.root / "analyses").glob("*/output/run.json"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise ToolkitError("Er zijn nog geen uitkomsten.", "Draai eerst een analyse: tev run NAAM")
    raise ToolkitError("Er is meer dan één analyse.", f"Kies er een: --analyse {' of '.join(found)}")


def _title(output: Output, figure: Figure, names: Mapping[str, str]) -> str:
    parts = [f"{phrases.measure_name(output, figure.measure)} ({figure.measure})"]
    parts.append(f"{names.get(figure.area, figure.area)} ({figure.area})")
    if figure.group:
        parts.append(figure.group.replace("=", ": "))
    parts.append(wording.period(figure.period) if figure.period[:1].isdigit() else figure.period)
    return ", ".join(parts)


def _lines(project: Project, output: Output, figure: Figure) -> Iterator[tuple[str, str]]:
    yield "Uitkomst", _result(figure)
    yield "Komt uit", f"{phrases.SOURCE_WORDS.get(figure.source, figure.source)}: {figure.dataset}"
    yield from _indicator(output, figure) if figure.source == "indicator" else _definition(output, figure)
    if figure.n is not None:
        per_resident = figure.measure.endswith(_PER_RESIDENT)
        what = "inwoners in de noemer" if per_resident else _ROWS.get(figure.source, "rijen")
        yield "Gebruikte rijen", f"{wording.number(figure.n)} {what}"
    elif figure.kind == "onderdrukt":
        yield "Gebruikte rijen", "niet getoond, om mensen te beschermen"
    facts = output.run.get("feiten", {}).get(_key(figure), {})
    yield from _sample(facts)
    yield from _weights(figure, facts)
    yield from _counts(figure, facts)
    joined = [code for code, there in output.run.get("samengevoegd", {}).items() if there == figure.area]
    if joined and figure.source != "indicator":
        yield "Samengevoegd", f"{', '.join(joined)} telt mee in dit gebied"
    yield "Berekend op", str(output.run.get("gestart", "onbekend"))[:16].replace("T", " ")
    for number, line in enumerate(_files(project, output, figure.source, figure.dataset)):
        yield ("Bestanden" if number == 0 else ""), line


def _result(figure: Figure) -> str:
    if figure.value is None:
        return phrases.status_words(figure)
    text = wording.amount(figure.value, figure.unit)
    margin = wording.interval(figure.low, figure.high, figure.unit)
    complete = figure.source in ("registratie", "signalen", "financien")
    tail = f"; 95%-interval: {margin}" if margin else "; volledige telling, geen marge" if complete else ""
    note = "" if figure.status == "ok" else f" ({phrases.status_words(figure)})"
    unit = f" {figure.unit}" if figure.unit.startswith(("verhouding", "schaalscore", "cijfer")) else ""
    return f"{text}{unit}{tail}{note}"


def _definition(output: Output, figure: Figure) -> Iterator[tuple[str, str]]:
    frame = output.frame("definities")
    rows = {str(row["maat"]): row for row in frame.to_dict("records")}
    # One definition holds for a family: thema.wachttijd has that of thema, sentiment.positief of sentiment.
    parts = figure.measure.split(".")
    family = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    known = next((name for name in family if name in rows), "")
    if not known:
        yield "Definitie", _OWN_WORDS.get(parts[0], "er is geen definitie bij dit cijfer bewaard")
        return
    row = rows[known]
    if figure.measure.endswith(_UNKNOWN):
        yield "Vraag", row["vraag"]
        yield "Teller", "wie 'weet niet' of 'n.v.t.' antwoordde"
        yield "Noemer", "wie de vraag kreeg en iets invulde"
        yield "Definitie", f"versie {row['versie']}; {row['bron']}"
        return
    texts = (
        ("Vraag", row["vraag"]),
        ("Teller", row["teller"]),
        ("Noemer", row["noemer"] or "geen: dit is een aantal of een bedrag"),
        ("Niet meegeteld", row["uitgesloten"] or "niets"),
        ("Gewenste richting", row["richting"]),
        ("Definitie", f"versie {row['versie']}; {row['bron']}"),
    )
    yield from ((heading, text) for heading, text in texts if text)


def _indicator(output: Output, figure: Figure) -> Iterator[tuple[str, str]]:
    frame = output.frame("indicatoren")
    mine = frame[(frame["id"] == figure.measure) & (frame["set"] == figure.dataset)]
    if mine.empty:
        return
    part = (
        figure.group.removeprefix("onderdeel=").split(";")[0] if figure.group.startswith("onderdeel=") else ""
    )
    row = next((one for one in mine.to_dict("records") if one["onderdeel"] == part), None)
    about = row or mine.to_dict("records")[0]
    yield "Definitie", f"{about['naam']} (set {about['set']}, {about['eenheid'] or 'zonder eenheid'})"
    if row is not None and row["nulmeting"] and is_city(figure.area):
        yield "Nulmeting", f"{row['nulmeting']} ({row['peildatum'] or 'datum onbekend'})"
    yield "Doel", about["richting"] or "zonder richting"
    series = output.frame("indicatoren-reeks")
    same = (
        (series["id"] == figure.measure) & (series["set"] == figure.dataset) & (series["onderdeel"] == part)
    )
    same &= (series["gebied"] == figure.area) & (series["periode"] == figure.period)
    for one in series[same].to_dict("records"):
        yield "Gemeten door", one["bron"]
        if one["definitie"]:
            yield "Gemeten als", one["definitie"]
        if one["oordeel"]:
            yield "Oordeel", f"{one['oordeel']}: {one['reden']}"
    if about["opmerking"]:
        yield "Opmerking", about["opmerking"]


def _projects(project: Project, output: Output, name: str) -> Explanation:
    """What is told of the projects together, or of one: their amounts, what is not known, what is hidden."""
    rows = output.frame("projecten").to_dict("records")
    mine = [row for row in rows if (row["project"] == name if name else row["soort"] == "totaal")]
    if not mine:
        names = [str(row["project"]) for row in rows if row["soort"] == "project"]
        hint = closest(name, names) or f"Wel: {', '.join(names)}."
        raise ToolkitError(f"Er is geen project '{name}'.", hint)
    lines: list[tuple[str, str]] = []
    for row in mine:
        for heading, key in (("Budget", "budget"), ("Besteed", "besteed")):
            known = f"; van {row[f'{key}_onbekend']:.0f} van {row['projecten']:.0f} niet bekend, dat telt niet mee"
            text = "niet bekend" if wording.missing(row[key]) else wording.amount(row[key], "euro")
            lines.append((heading, text + (known if not name and row[f"{key}_onbekend"] else "")))
        if name:
            lines.append(("Bereik", f"{wording.number(row['bereik'])} {row['bereik_eenheid']}"))
        lines.append(("Prijspeil", row["prijspeil"]))
        if row["toelichting"]:
            lines.append(("Niet getoond", row["toelichting"]))
    lines.append(("Definitie", "bedragen zoals geleverd, per project; bereik wordt niet opgeteld"))
    lines.append(("Teller", "de bedragen die bekend zijn"))
    lines.append(("Weging", "niet gewogen"))
    sources = [key.split(" ", 1)[1] for key in output.run.get("feiten", {}) if key.startswith("projecten ")]
    files = [line for source in sources for line in _files(project, output, PROJECTS, source)]
    lines += [("Bestanden" if number == 0 else "", line) for number, line in enumerate(files)]
    return Explanation(f"Project {name}" if name else "De projecten samen", tuple(lines))


def _key(figure: Figure) -> str:
    return f"{figure.source} {figure.dataset}"


def _sample(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """How the sample was drawn, of a survey."""
    drawn = facts.get("strata")
    if not drawn:
        return
    words = f"getrokken per {drawn['vraag']}" if drawn["vraag"] else "niet in strata getrokken"
    large = "; de omvang van de groep telt mee, dus smallere marges" if drawn["omvang"] else ""
    yield "Steekproef", words + large


def _weights(figure: Figure, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if figure.source == "indicator":
        return
    weighting = facts.get("weging")
    if not weighting:
        words = "niet gewogen: alle rijen tellen even zwaar"
        yield (
            "Weging",
            words if figure.source != "verhalen" else "zie bijlage: verhalen van vertellers, niet geloot",
        )
        return
    done = "convergent" if weighting["convergent"] else "niet geheel passend"
    yield (
        "Weging",
        f"naar de bevolking ({weighting['bron'] or 'bron onbekend'}), marges {' en '.join(weighting['marges'])}; "
        f"{done} na {weighting['rondes']} rondes, {weighting['afgekapt']} gewichten afgekapt; "
        f"designeffect {wording.number(weighting['deff'], 2)}, n effectief {wording.number(weighting['n_eff'])}",
    )


def _counts(figure: Figure, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the delivery held, and what of it is apart."""
    if figure.source == "enquete" and "inzendingen" in facts:
        counts = facts["inzendingen"]
        apart = ", ".join(f"{number} {reason}" for reason, number in counts.items() if reason != "volledig")
        yield (
            "Geleverd",
            f"{counts.get('volledig', 0)} volledige inzendingen{f'; apart: {apart}' if apart else ''}",
        )
    elif figure.source == "registratie" and "trajecten" in facts:
        yield "Geleverd", f"{facts['trajecten']} trajecten, voor het samenvoegen van overlap"
        yield (
            "Afspraken",
            (
                f"op tijd is binnen {facts['norm_start_dagen']} dagen; terugkomen telt tot "
                f"{facts['geen_nieuwe_start_maanden']} maanden na het einde"
                + (f"; doelgroep: {facts['doelgroep']}" if facts.get("doelgroep") else "")
            ),
        )
    elif figure.source == "signalen" and "rijen" in facts:
        yield "Geleverd", f"{facts['rijen']} rijen, waarvan {facts['buiten_periode']} buiten de periode"
        if facts.get("inwoners"):
            yield "Inwoners", str(facts["inwoners"])
    elif figure.source == "financien":
        for heading, key in (("Prijspeil", "prijspeil"), ("Bron", "bron"), ("Inwoners", "inwoners")):
            if facts.get(key):
                yield heading, str(facts[key])
    elif figure.source == "verhalen" and "verhalen" in facts:
        yield (
            "Geleverd",
            f"{facts['verhalen']} verhalen, waarvan {facts.get('zonder_inhoud', 0)} zonder inhoud (apart)",
        )


def _files(project: Project, output: Output, source: str, dataset: str) -> Iterator[str]:
    """The files behind the number, with the start of their SHA-256, and whether they changed since."""
    known: Mapping[str, str] = output.run.get("invoer", {})
    folder = _FOLDERS.get(source)
    if folder:
        start = f"{folder}/{dataset}/"
        elsewhere = {shown(path, project.root) for path in named_files(project, source, dataset)}
        mine = [name for name in known if name.startswith(start) or name in elsewhere]
    else:
        start = f"analyses/{output.folder.parent.name}/"
        mine = [name for name in known if name.startswith(start) and name.endswith(".csv")]
        mine = [name for name in mine if _holds_set(project, name, dataset)]
    for name in mine:
        if name.endswith(_NOT_READ):
            continue
        path = project.root / name
        now = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        changed = "" if now == known[name] else " — veranderd sinds de berekening" if now else " — weg"
        yield f"{name} (sha256 {known[name][:12]}){changed}"


def _holds_set(project: Project, name: str, dataset: str) -> bool:
    path = project.root / name
    if not path.is_file():
        return False
    try:
        sets = pd.read_csv(path, sep=None, engine="python", dtype=str, encoding="utf-8-sig").get("set")
    except (ValueError, pd.errors.ParserError):
        return False
    return sets is not None and dataset in set(sets)
