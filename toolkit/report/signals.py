"""The chapter on signals: complaints, objections, reports and waiting lists, each with its rate."""

from __future__ import annotations

from pathlib import Path

from toolkit.report import bars, phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.grid import Column, grid
from toolkit.report.source import Figure, Output, areas_of, city_of, datasets, fact, per_group
from toolkit.report.tabular import details, image

RATE = ".per-1000"
_LIMITS = (
    "Een klacht of bezwaar gaat over één ervaring. Weinig klachten betekent niet vanzelf dat het goed gaat: niet "
    "iedereen weet hoe klagen moet, of durft het. Veel klachten kan ook betekenen dat mensen de weg weten. Wie op "
    "een wachtlijst staat, kan intussen andere hulp hebben. Aantallen van wijken zijn afgerond."
)


def signals_chapter(output: Output, folder: Path) -> str:
    """The chapter as Markdown; empty when the analysis has no signals. Figures are written in `folder`."""
    sources = datasets(output, "signalen")
    if not sources:
        return ""
    blocks = ["# Klachten, bezwaren en wachtlijsten", _INTRO]
    for dataset in sources:
        if len(sources) > 1:
            blocks.append(f"## {escape_markdown(fact(output, 'signalen', dataset, 'naam') or dataset)}")
        blocks.append(_of_source(output, dataset, folder))
    blocks.append(f'::: {{.callout-note title="Wat dit niet zegt"}}\n{_LIMITS}\n:::')
    return "\n\n".join(blocks) + "\n"


_INTRO = "Hoe vaak lieten inwoners weten dat iets niet goed ging? En hoeveel mensen wachten?"


def _of_source(output: Output, dataset: str, folder: Path) -> str:
    found: dict[str, list[Figure]] = {}
    for one in output.figures("signalen"):
        if one.dataset == dataset:
            found.setdefault(one.measure, []).append(one)
    kinds = [measure for measure in found if not measure.endswith(RATE)]
    names = phrases.area_names(output)
    blocks = ["\n".join(_sentence(output, found, kind, names) for kind in kinds)]
    label = phrases.label(dataset)
    measures = [one for kind in kinds for one in (kind, kind + RATE) if one in found]
    blocks.append(_per_quarter(output, found, measures, label))
    shown = [
        bars.Panel(
            wording.capital(phrases.measure_name(output, kind)), city_of(found[rate]), areas_of(found[rate])
        )
        for kind in kinds
        if (rate := kind + RATE) in found and any(one.value is not None for one in areas_of(found[rate]))
    ]
    if shown:
        drawing = bars.panels(folder / f"{label}-wijken.png", shown, names)
        caption = "Aantal per 1.000 inwoners, per wijk. De streep is het cijfer van de hele stad."
        if any(one.value is None for panel in shown for one in panel.parts):
            caption += " Een punt op de as (·) is niet getoond."
        blocks.append(image(f"{label}-wijken", caption, f"{folder.name}/{drawing.file}", drawing.alt))
    per_area = _per_area(output, found, measures, names, dataset)
    summary = "Toon de tabel bij de figuur: alle aantallen per wijk"
    blocks.append(details(summary, per_area) if shown and per_area else per_area)
    return "\n\n".join(block for block in blocks if block)


def _sentence(output: Output, found: dict[str, list[Figure]], kind: str, names: dict[str, str]) -> str:
    """What one kind comes to in the whole city, and where its rate is highest and lowest."""
    city = city_of(found[kind])
    name = phrases.measure_name(output, kind)
    if city is None or city.value is None:
        why = phrases.status_words(city) if city else "er is geen aantal voor de hele stad"
        return f"- {escape_markdown(wording.capital(name))}: {escape_markdown(why)}."
    number, period = wording.number(city.value), wording.period(city.period)
    words = f"In {period} kwamen er **{number} {escape_markdown(city.unit)}** binnen"
    if kind.endswith("wachtlijst"):
        words = f"Op de laatste teldag in {period} stonden er **{number} mensen** op een wachtlijst"
    rate = city_of(found.get(kind + RATE, []))
    if rate is None or rate.value is None:
        return f"- {words}."
    compared = phrases.highest_lowest(found[kind + RATE], names)
    return f"- {words}: {wording.amount(rate.value, rate.unit)} per 1.000 inwoners. {compared}"


def _per_area(
    output: Output,
    found: dict[str, list[Figure]],
    measures: list[str],
    names: dict[str, str],
    dataset: str,
) -> str:
    columns = [
        Column(_heading(output, one), {row.area: row for row in found[one] if not row.group})
        for one in measures
    ]
    codes = dict.fromkeys(area for column in columns for area in column.figures)
    if len(codes) < 2:
        return ""
    residents = fact(output, "signalen", dataset, "inwoners")
    note = f"Inwoners: {escape_markdown(residents)}." if residents and len(measures) > 1 else ""
    rows = {code: names.get(code, code) for code in codes}
    return grid(f"{phrases.label(dataset)}-wijken", "Aantallen per wijk", "Wijk", rows, columns, note)


def _per_quarter(output: Output, found: dict[str, list[Figure]], measures: list[str], label: str) -> str:
    columns = [
        Column(_heading(output, one), by) for one in measures if (by := per_group(found[one], "kwartaal"))
    ]
    rows = {key: wording.period(key) for key in sorted({key for one in columns for key in one.figures})}
    return grid(f"{label}-kwartalen", "Aantallen per kwartaal, hele stad", "Kwartaal", rows, columns)


def _heading(output: Output, measure: str) -> str:
    return wording.capital(phrases.measure_name(output, measure))
