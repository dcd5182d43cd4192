"""The chapter on the second set, for the wijkteam: inflow, waiting, lead times, gaps, referrers and referrals."""

from __future__ import annotations

from pathlib import Path

from toolkit.report import bars, figures, phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.grid import Column, amount, grid, value_cell
from toolkit.report.source import Figure, Output, areas_of, city_of, datasets, fact, per_group
from toolkit.report.tabular import Heading, details, image, table

INFLOW = "instroom.trajecten"
_CITY = (
    "bereik.personen",
    INFLOW,
    "wachtlijst.personen",
    "wachtlijst.wachttijd",
    "wachtlijst.wachttijd.p90",
    "wachtlijst.boven-norm",
    "doorlooptijd",
    "doorlooptijd.p90",
    "doorlooptijd.binnen-norm",
    "overbrugging.aandeel",
    "aanbod.gaten",
    "aanbod.gaten.aandeel",
    "doorverwijzing.trajecten",
    "doorverwijzing.aandeel",
)
_PER_AREA = (
    INFLOW,
    "wachtlijst.personen",
    "doorlooptijd",
    "doorlooptijd.binnen-norm",
    "overbrugging.aandeel",
)
_PROFILES = (
    ("verwijzer", "Wie verwees?", "Verwijzer"),
    ("vraag", "Met welke vraag?", "Vraag"),
    ("profiel", "Wie zijn het?", "Profiel"),
)
_WHERE = (
    ("aanbod.gaten", "aanbod", "Gaten in het aanbod: welke hulp was er niet?", "Hulp die ontbrak"),
    ("doorverwijzing.trajecten", "naar", "Doorverwijzingen: waarheen?", "Doorverwezen naar"),
)
_LIMITS = (
    "Een lange doorlooptijd is niet altijd slecht: sommige hulp heeft tijd nodig. Een wachtlijst telt alleen wie zich "
    "heeft gemeld. Niet elke partner legt alles vast: wat een partner niet vastlegt, telt bij hem niet mee."
)


def wijkteam_chapter(output: Output, folder: Path) -> str:
    """The chapter as Markdown; empty when no registration tells the second set. Figures go in `folder`."""
    rows = [one for one in output.figures("registratie") if one.measure == INFLOW]
    sources = [name for name in datasets(output, "registratie") if any(one.dataset == name for one in rows)]
    if not sources:
        return ""
    blocks = ["# Het werk van het wijkteam", _INTRO]
    for dataset in sources:
        if len(sources) > 1:
            blocks.append(f"## {escape_markdown(fact(output, 'registratie', dataset, 'naam') or dataset)}")
        blocks.append(_of_source(output, dataset, folder))
    blocks.append(f'::: {{.callout-note title="Wat dit niet zegt"}}\n{_LIMITS}\n:::')
    return "\n\n".join(blocks) + "\n"


_INTRO = "Hoeveel mensen meldden zich? Hoe lang wachtten zij, en hoe lang duurde de hulp? En welke hulp was er niet?"


def _of_source(output: Output, dataset: str, folder: Path) -> str:
    found: dict[str, list[Figure]] = {}
    for one in output.figures("registratie"):
        if one.dataset == dataset:
            found.setdefault(one.measure, []).append(one)
    period = max(one.period for one in found[INFLOW])
    now = {measure: [one for one in rows if one.period == period] for measure, rows in found.items()}
    label = phrases.label(dataset)
    blocks = [
        _summary(now),
        _city(output, now, label),
        _drawings(output, now, label, folder),
        _quarters(output, now, label),
        *(_profile(found[INFLOW], period, label, *one) for one in _PROFILES),
        *(_where(now.get(measure, []), label, *rest) for measure, *rest in _WHERE),
        _forms(output, now, label),
        _areas(output, now, label),
    ]
    return "\n\n".join(block for block in blocks if block)


def _name(output: Output, measure: str) -> str:
    return escape_markdown(_plain(output, measure))


def _plain(output: Output, measure: str) -> str:
    return wording.capital(phrases.measure_name(output, measure))


def _summary(now: dict[str, list[Figure]]) -> str:
    """What a reader must know first: how many came, how long they waited, how long help took, what lacked."""

    def told(measure: str) -> str:
        city = city_of(now.get(measure, []))
        return "" if city is None or city.value is None else amount(city.value, city.unit)

    lines = []
    if came := told(INFLOW):
        when = wording.period(now[INFLOW][0].period)
        lines.append(f"In {when} waren er **{came.replace('trajecten', 'nieuwe aanmeldingen')}**.")
    if waiting := told("wachtlijst.personen"):
        line = f"Aan het einde van de periode wachtten **{waiting}** op hulp"
        days = told("wachtlijst.wachttijd")
        lines.append(f"{line}. De helft van hen wachtte toen {days} of langer." if days else f"{line}.")
    if days := told("doorlooptijd"):
        norm = told("doorlooptijd.binnen-norm")
        line = f"De helft van de trajecten die eindigden, duurde **{days}** of langer."
        lines.append(f"{line} Binnen de norm bleef {norm}." if norm else line)
    if bridged := told("overbrugging.aandeel"):
        lines.append(f"Overbruggingszorg, dus hulp tijdens het wachten: **{bridged}** van de trajecten.")
    if lacking := told("aanbod.gaten.aandeel"):
        lines.append(f"Bij **{lacking}** van de aanmeldingen was de hulp die nodig was er niet.")
    if sent := told("doorverwijzing.aandeel"):
        lines.append(f"Van de trajecten die eindigden, werd **{sent}** doorverwezen.")
    return "\n".join(f"- {line}" for line in lines)


def _city(output: Output, now: dict[str, list[Figure]], label: str) -> str:
    cities = {measure: city for measure in _CITY if (city := city_of(now.get(measure, [])))}
    rows = [
        [_name(output, measure), value_cell(one), wording.number(one.n)] for measure, one in cities.items()
    ]
    headings = (Heading("Wat", width=40), Heading("Uitkomst", True, 20), Heading("n", True, 12))
    note = "De letter n is het aantal waar het cijfer op rust: trajecten, of inwoners."
    hidden = phrases.notes((phrases.measure_name(output, measure), one) for measure, one in cities.items())
    return table(
        f"{label}-wijkteam", "Het wijkteam in cijfers, hele stad", headings, rows, f"{note} {hidden}".strip()
    )


def _drawings(output: Output, now: dict[str, list[Figure]], label: str, folder: Path) -> str:
    """Lead time per wijk beside the inflow per quarter; nothing when one of them cannot be drawn."""
    names = phrases.area_names(output)
    lead = now.get("doorlooptijd", [])
    quarters = per_group(now[INFLOW], "kwartaal")
    if sum(one.value is not None for one in areas_of(lead)) < 3 or not quarters:
        return ""
    name = phrases.measure_name(output, "doorlooptijd")
    left = figures.areas(folder / f"{label}-doorlooptijd.png", name, city_of(lead), areas_of(lead), names)
    height = figures.areas_height(len(areas_of(lead)))
    ordered = [(wording.quarter(quarter), quarters[quarter]) for quarter in sorted(quarters)]
    right = bars.columns(
        folder / f"{label}-instroom.png", "nieuwe aanmeldingen per kwartaal", ordered, height
    )
    caption = f"{_name(output, 'doorlooptijd')} in dagen, per wijk. De streep is het cijfer van de hele stad."
    pictures = (
        image(f"{label}-doorlooptijd", caption, f"{folder.name}/{left.file}", left.alt),
        image(
            f"{label}-instroom",
            "Nieuwe aanmeldingen per kwartaal, hele stad.",
            f"{folder.name}/{right.file}",
            right.alt,
        ),
    )
    columns = "\n".join(f":::: {{.tellen}}\n{picture}\n::::\n" for picture in pictures)
    return f"::::: {{layout-ncol=2}}\n{columns}:::::\n"


def _by_group(
    output: Output, now: dict[str, list[Figure]], name: str, chosen: tuple[str, ...]
) -> list[Column]:
    """A column per measure that has numbers by this group."""
    found = {measure: per_group(now.get(measure, []), name) for measure in chosen}
    return [Column(_plain(output, measure), by, 20) for measure, by in found.items() if by]


def _keys(columns: list[Column]) -> list[str]:
    """Every row of the columns; "onbekend" comes last."""
    return sorted({key for one in columns for key in one.figures}, key=lambda key: (key == "onbekend", key))


def _quarters(output: Output, now: dict[str, list[Figure]], label: str) -> str:
    columns = _by_group(output, now, "kwartaal", (INFLOW, "bereik.wachttijd"))
    rows = {key: wording.period(key) for key in _keys(columns)}
    caption = "Trend: aanmeldingen en wachttijd per kwartaal, hele stad"
    return grid(f"{label}-instroom", caption, "Kwartaal", rows, columns)


def _profile(rows: list[Figure], period: str, label: str, name: str, caption: str, first: str) -> str:
    """New trajectories by referrer, question or profile: this period beside the earlier ones."""
    periods = sorted({one.period for one in rows})
    columns = [
        Column(wording.period(when), by, 16)
        for when in periods
        if (by := per_group([one for one in rows if one.period == when], name))
    ]
    if not any(period == when for when in periods):
        return ""
    named = {key: wording.capital(key) for key in _keys(columns)}
    text = f"Nieuwe aanmeldingen. {caption}"
    return grid(f"{label}-{name}", text, first, named, columns)


def _where(rows: list[Figure], label: str, name: str, caption: str, first: str) -> str:
    by = per_group(rows, name)
    if not by:
        return ""
    order = sorted(by, key=lambda key: (-(by[key].value or 0.0), key))
    columns = [Column("Trajecten", by, 16)]
    return grid(f"{label}-{name}", caption, first, {key: wording.capital(key) for key in order}, columns)


def _forms(output: Output, now: dict[str, list[Figure]], label: str) -> str:
    columns = _by_group(output, now, "voorziening", ("bereik.wachttijd", "doorlooptijd"))
    rows = {key: wording.capital(key) for key in _keys(columns)}
    caption = "Wachttijd en doorlooptijd per soort hulp, hele stad"
    return grid(f"{label}-voorzieningen", caption, "Soort hulp", rows, columns)


def _areas(output: Output, now: dict[str, list[Figure]], label: str) -> str:
    names = phrases.area_names(output)
    columns = [
        Column(_plain(output, measure), {one.area: one for one in rows if not one.group})
        for measure in _PER_AREA
        if len(areas_of(rows := now.get(measure, []))) > 1
    ]
    places = {one.area: names.get(one.area, one.area) for one in now[INFLOW] if not one.group}
    body = grid(f"{label}-doorlooptijd", "Het wijkteam in cijfers, per wijk", "Gebied", places, columns)
    return details("Toon de tabel bij de figuur: cijfers per wijk", body) if body else ""
