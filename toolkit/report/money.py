"""The chapter on money: budgeted against realised, general against specialist help, euros per resident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from toolkit.report import bars, phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.grid import Column, amount, grid
from toolkit.report.source import Figure, Output, datasets, fact, is_city
from toolkit.report.tabular import image

_BUDGET, _ACTUAL = "financien.begroot", "financien.gerealiseerd"
_COLUMNS = (
    (_BUDGET, "Begroot", 18),
    (_ACTUAL, "Gerealiseerd", 18),
    ("financien.benutting", "Deel van de begroting", 15),
    ("financien.per-inwoner", "Per inwoner", 13),
)
_LIMITS = (
    "Meer of minder uitgeven dan begroot is niet vanzelf goed of slecht. Een bedrag zegt niet wat de hulp opleverde, "
    "en ook niet of iemand die hulp nodig had haar kreeg. Vergelijk jaren alleen als de bedragen in dezelfde prijzen "
    "staan."
)
_TOTAL = "Totaal"
Cells = Mapping[tuple[str, str, str], Figure]  # by measure, area and group


def money_chapter(output: Output, folder: Path) -> str:
    """The chapter as Markdown; empty when the analysis has no amounts. Figures are written in `folder`."""
    sources = datasets(output, "financien")
    if not sources:
        return ""
    blocks = ["# Geld", "Wat kostte de hulp? En past dat bij de begroting?"]
    for dataset in sources:
        if len(sources) > 1:
            blocks.append(f"## {escape_markdown(fact(output, 'financien', dataset, 'naam') or dataset)}")
        blocks.append(_of_source(output, dataset, folder))
    blocks.append(f'::: {{.callout-note title="Wat dit niet zegt"}}\n{_LIMITS}\n:::')
    return "\n\n".join(blocks) + "\n"


def money_summary(output: Output, folder: Path) -> str:
    """The amounts for the council: in words, one figure and one table per source; empty without amounts."""
    blocks = []
    for dataset in datasets(output, "financien"):
        cells, city = _cells(output, dataset)
        kinds = {group for _, area, group in cells if area == city and group.startswith("soort=")}
        rows = {(city, group): _named(group) for group in sorted(kinds)} | {(city, ""): _TOTAL}
        label = f"{phrases.label(dataset)}-raad"
        blocks += [_sentences(cells, city), _told(output, dataset), _posts(cells, city, label, folder)]
        blocks.append(_table(label, "Begroot en gerealiseerd, per soort hulp", "Soort", cells, rows))
    if not blocks:
        return "In deze analyse staan geen bedragen.\n"
    blocks.append(f'::: {{.callout-note title="Wat dit niet zegt"}}\n{_LIMITS}\n:::')
    return "\n\n".join(block for block in blocks if block) + "\n"


def totals(output: Output) -> str:
    """One table per source: budgeted and realised per kind of help; empty without amounts."""
    blocks = []
    for dataset in datasets(output, "financien"):
        cells, city = _cells(output, dataset)
        kinds = {group for _, area, group in cells if area == city and group.startswith("soort=")}
        rows = {(city, group): _named(group) for group in sorted(kinds)} | {(city, ""): _TOTAL}
        label = f"{phrases.label(dataset)}-bedragen"
        blocks.append(_table(label, "Begroot en gerealiseerd, per soort hulp", "Soort", cells, rows))
        blocks.append(_told(output, dataset))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _cells(output: Output, dataset: str) -> tuple[Cells, str]:
    """The amounts of a source, and the code of its municipality."""
    cells = {
        (one.measure, one.area, one.group): one
        for one in output.figures("financien")
        if one.dataset == dataset
    }
    return cells, next((area for _, area, group in cells if is_city(area) and not group), "")


def _of_source(output: Output, dataset: str, folder: Path) -> str:
    cells, city = _cells(output, dataset)
    label, names = phrases.label(dataset), phrases.area_names(output)
    groups = [group for measure, area, group in cells if measure == _BUDGET and area == city]
    kinds = {group: _named(group) for group in groups if group.startswith("soort=")}
    posts = {group: _named(group) for group in groups if group.startswith("post=")}
    areas = {area: names.get(area, area) for measure, area, _ in cells if measure == _BUDGET and area != city}
    told = _told(output, dataset)
    blocks = [_sentences(cells, city), told]
    rows = {(city, group): name for group, name in kinds.items()} | {(city, ""): _TOTAL}
    blocks.append(_table(f"{label}-soorten", "Begroot en gerealiseerd, per soort hulp", "Soort", cells, rows))
    blocks.append(_posts(cells, city, label, folder))
    rows = {(city, group): name for group, name in posts.items()} | {(city, ""): _TOTAL}
    blocks.append(_table(f"{label}-posten", "Begroot en gerealiseerd, per post", "Post", cells, rows))
    if areas:
        rows = {(area, ""): name for area, name in areas.items()}
        blocks.append(
            _table(f"{label}-gebieden", "Begroot en gerealiseerd, per gebied", "Gebied", cells, rows)
        )
    return "\n\n".join(block for block in blocks if block)


def _posts(cells: Cells, city: str, label: str, folder: Path) -> str:
    """The figure of every post with both amounts; empty when there is none."""
    drawn = [
        (_named(group), budget, actual)
        for measure, area, group in cells
        if measure == _BUDGET and area == city and group.startswith("post=")
        and (budget := _value(cells, _BUDGET, city, group)) is not None
        and (actual := _value(cells, _ACTUAL, city, group)) is not None
    ]  # fmt: skip
    if not drawn:
        return ""
    drawing = bars.amounts(folder / f"{label}-posten.png", drawn)
    caption = "Begroot en gerealiseerd per post, in miljoenen euro's."
    return image(f"{label}-posten", caption, f"{folder.name}/{drawing.file}", drawing.alt)


def _named(group: str) -> str:
    return wording.capital(group.partition("=")[2])


def _value(cells: Cells, measure: str, area: str, group: str = "") -> float | None:
    one = cells.get((measure, area, group))
    return one.value if one else None


def _sentences(cells: Cells, city: str) -> str:
    budget, actual = _value(cells, _BUDGET, city), _value(cells, _ACTUAL, city)
    if budget is None or actual is None:
        return "Niet elk bedrag is bekend of mag worden getoond. Daarom is er geen totaal."
    period = next(wording.period(one.period) for one in cells.values())
    text = (
        f"Voor {period} was **{amount(budget, 'euro')}** begroot. "
        f"Gerealiseerd is **{amount(actual, 'euro')}**"
    )
    used = _value(cells, "financien.benutting", city)
    text += f": {wording.percent(used)} van de begroting." if used is not None else "."
    general = _value(cells, "financien.aandeel-algemeen", city)
    special = _value(cells, "financien.aandeel-specialistisch", city)
    if general is None or special is None:
        return text
    return (
        f"{text} Van het geld voor algemene en specialistische hulp samen ging {wording.percent(general, 1)} naar "
        f"algemene voorzieningen en {wording.percent(special, 1)} naar specialistische hulp."
    )


def _told(output: Output, dataset: str) -> str:
    facts = [
        (words, fact(output, "financien", dataset, key))
        for words, key in (("Prijspeil", "prijspeil"), ("Bron", "bron"), ("Inwoners", "inwoners"))
    ]
    return " ".join(escape_markdown(f"{words}: {text}.") for words, text in facts if text)


def _table(label: str, caption: str, first: str, cells: Cells, rows: Mapping[tuple[str, str], str]) -> str:
    columns = [
        Column(words, by, width)
        for measure, words, width in _COLUMNS
        if (by := {_key(place): cells[measure, *place] for place in rows if (measure, *place) in cells})
    ]
    people = {
        _key(place): replace(one, value=one.n, unit="aantal")
        for place in rows
        if (one := cells.get((_ACTUAL, *place))) and one.n is not None
    }
    note = ""
    if people:
        columns.append(Column("Cliënten", people, 11))
        note = f"{wording.HIDDEN} bij cliënten: niet bij elk bedrag is bekend over hoeveel mensen het gaat."
    total = next((_key(place) for place, name in rows.items() if name == _TOTAL), None)
    return grid(
        label, caption, first, {_key(place): name for place, name in rows.items()}, columns, note, total
    )


def _key(place: tuple[str, str]) -> str:
    return "|".join(place)
