"""The chapter of one subject: what the numbers say beside what the stories say."""

from __future__ import annotations

from pathlib import Path

from toolkit.report import differences, figures, phrases, wording
from toolkit.report.association import associated
from toolkit.report.escape import escape_markdown
from toolkit.report.joint import joint_row
from toolkit.report.source import (
    Figure,
    Output,
    Subject,
    areas_of,
    city_of,
    headline_measures,
    is_city,
    pick,
)
from toolkit.report.tabular import Heading, details, image, table
from toolkit.report.together import CODES, judged, label_of, per_wijk

_MEASURE = (Heading("Wat"), Heading("Uitkomst", True), Heading("Marge"), Heading("n", True), Heading("Bron"))
_WIJK = (Heading("Wijk"), Heading("Uitkomst", True), Heading("Marge"), Heading("n", True))
COUNTS = ("personen", "trajecten", "huishoudens", "aantal", "euro")
_ROLES = ("inwoner", "professional")


def subject_parts(output: Output, subject: Subject, folder: Path) -> dict[str, str]:
    """The include files of a subject, by name without ".md"; figures are written in `folder`.

    Gives `<id>-kern` (the two side by side in words), `-tellen`, `-vertellen`, `-cijfers` (tables,
    also those behind the figures), `-samen` (per wijk) and `-citaten`.
    """
    found = {measure: pick(output, measure) for measure in subject.measures}
    known = {measure: rows for measure, rows in found.items() if rows}
    counting, counting_table = _counting(output, subject, known, folder)
    telling, telling_table = _telling(output, subject, folder)
    return {
        f"{subject.id}-kern": _core(output, subject, known),
        f"{subject.id}-tellen": counting,
        f"{subject.id}-vertellen": telling,
        f"{subject.id}-cijfers": "\n".join(
            [
                _measures_table(output, subject, known),
                counting_table,
                telling_table,
                _tested(output, known),
            ]
        ),
        f"{subject.id}-samen": "\n".join([_per_wijk(output, subject, known), associated(output, subject)]),
        f"{subject.id}-citaten": _quotes(output, subject),
    }


def theme_shares(output: Output, themes: tuple[str, ...]) -> list[figures.Share]:
    """Theme shares of the whole municipality per role; all themes when `themes` is empty."""
    shares = []
    for one in output.figures("verhalen"):
        theme = one.measure.removeprefix("thema.")
        role = one.group.removeprefix("rol=")
        wanted = one.measure.startswith("thema.") and (theme in themes or not themes)
        if wanted and is_city(one.area) and (not one.group or role in _ROLES):
            shares.append(figures.Share(theme, role, one))
    by_role = [share for share in shares if share.role]
    return by_role or shares


def share_table(label: str, caption: str, shares: list[figures.Share], names: dict[str, str]) -> str:
    """The table behind a figure of theme shares."""
    rows = [
        [
            escape_markdown(names.get(one.theme, one.theme)),
            {"inwoner": "inwoners", "professional": "professionals"}.get(one.role, "alle vertellers"),
            *phrases.cells(one.figure),
        ]
        for one in shares
    ]
    headings = (
        Heading("Thema"),
        Heading("Verteld door"),
        Heading("Aandeel", True),
        Heading("Marge"),
        Heading("Verhalen", True),
    )
    return table(
        label,
        caption,
        headings,
        rows,
        phrases.notes((names.get(one.theme, one.theme), one.figure) for one in shares),
    )


def _core(output: Output, subject: Subject, known: dict[str, list[Figure]]) -> str:
    names = phrases.area_names(output)
    lines = []
    for measure in _in_order(output, known):
        city = city_of(known[measure])
        if city and city.value is not None:
            name = escape_markdown(wording.capital(phrases.measure_name(output, measure)))
            where = escape_markdown(wording.area_phrase(city.area, names.get(city.area, city.area)))
            lines.append(f"{name} {where}: **{escape_markdown(wording.amount(city.value, city.unit))}**.")
            break
    row = joint_row(output, subject)
    if row is None or not row["code"]:
        nothing = "Voor dit onderwerp is nog niet bekeken hoe cijfers en verhalen zich verhouden."
        return "\n\n".join([*lines, nothing]) + "\n"
    code = label_of(str(row["code"]))
    about = wording.capital(phrases.measure_name(output, str(row["maat"])))
    body = [
        f"**{wording.capital(code)}.** {CODES.get(code, '')}",
        escape_markdown(f"Bij ‘{about}’. {row['uitleg']}"),
        judged(row) or "Dit is een voorstel van de computer. Mensen die de wijk kennen, beslissen.",
    ]
    lines.append(
        f'::: {{.callout-note title="Cijfers en verhalen samen: {code}"}}\n'
        + "\n\n".join(part for part in body if part)
        + "\n:::"
    )
    return "\n\n".join(lines) + "\n"


def _counting(
    output: Output, subject: Subject, known: dict[str, list[Figure]], folder: Path
) -> tuple[str, str]:
    names = phrases.area_names(output)
    measure = _with_areas(_in_order(output, known), known)
    if not known:
        return "Over dit onderwerp zijn er geen cijfers.\n", ""
    lines = []
    for one in _in_order(output, known)[:3]:
        city = city_of(known[one])
        if city is None:
            continue
        name = escape_markdown(wording.capital(phrases.measure_name(output, one)))
        if city.value is None:
            lines.append(f"- {name}: {escape_markdown(phrases.status_words(city) or 'niet getoond')}.")
        else:
            lines.append(f"- {name}: {escape_markdown(phrases.result(city))}.")
    if not measure:
        return "\n".join(lines) + "\n\nPer wijk zijn er over dit onderwerp geen cijfers.\n", ""
    rows, city = known[measure], city_of(known[measure])
    name = phrases.measure_name(output, measure)
    parts = areas_of(rows)
    drawing = figures.areas(folder / f"{phrases.label(subject.id)}-wijken.png", name, city, parts, names)
    label = f"{phrases.label(subject.id)}-wijken"
    caption = f"{escape_markdown(wording.capital(name))}, per wijk. De streep is het cijfer van de hele stad."
    if any(one.low is not None for one in parts):
        caption += " De lijnen zijn marges."
    if any(one.kind == "onnauwkeurig" for one in parts):
        caption += " Een open rondje is onnauwkeurig."
    text = (
        "\n".join(lines)
        + "\n\n"
        + image(label, caption, f"{folder.name}/{drawing.file}", drawing.alt)
        + "\n"
        + f"@fig-{label} gaat over: {escape_markdown(name)}. {phrases.highest_lowest(rows, names)} "
        + f"{differences.sentence(output, measure, names)}\n"
    )
    ordered = ([city] if city else []) + sorted(
        parts, key=lambda one: -(one.value if one.value is not None else -1e9)
    )
    cells = [[escape_markdown(names.get(one.area, one.area)), *phrases.cells(one)] for one in ordered]
    behind = table(
        label,
        f"{escape_markdown(wording.capital(name))}, per wijk",
        _WIJK,
        cells,
        phrases.notes((names.get(one.area, one.area), one) for one in ordered),
    )
    return text, details(f"Toon de tabel bij de figuur: {name}, per wijk", behind)


def _in_order(output: Output, known: dict[str, list[Figure]]) -> list[str]:
    """The measures of a subject, the headline figures first."""
    first = headline_measures(output)
    return sorted(known, key=lambda measure: measure not in first)


def _with_areas(order: list[str], known: dict[str, list[Figure]]) -> str:
    """The first measure with figures of at least three wijken; counts of people do not compare."""
    for measure in order:
        rows = areas_of(known[measure])
        if rows and rows[0].unit not in COUNTS and sum(one.value is not None for one in rows) >= 3:
            return measure
    return ""


def _telling(output: Output, subject: Subject, folder: Path) -> tuple[str, str]:
    names = phrases.theme_names(output)
    shares = theme_shares(output, subject.themes) if subject.themes else []
    if not shares:
        return "Over dit onderwerp zijn er te weinig verhalen.\n", ""
    lines = []
    for one in sorted(shares, key=lambda share: -(share.figure.value or 0.0)):
        if one.figure.value is None or one.role == "professional":
            continue
        theme = escape_markdown(names.get(one.theme, one.theme))
        who = "van de verhalen van inwoners" if one.role else "van de verhalen"
        lines.append(
            f"- {theme}: {escape_markdown(phrases.result(one.figure))} {who}. {_tone(output, one.theme)}"
        )
    label = f"{phrases.label(subject.id)}-themas"
    drawing = figures.themes(folder / f"{label}.png", shares, names)
    title = escape_markdown(subject.name)
    caption = f"Aandeel van de verhalen per thema bij {title}, met marge."
    text = (
        "\n".join(lines or ["Van deze thema's kunnen we geen aandelen laten zien."])
        + "\n\n"
        + image(label, caption, f"{folder.name}/{drawing.file}", drawing.alt)
        + "\n"
        + f"{_feeling(output, subject)}\n"
    )
    behind = share_table(label, f"Thema's in de verhalen bij {title}", shares, names)
    return text, details(f"Toon de tabel bij de figuur: thema's bij {subject.name}", behind)


def _tone(output: Output, theme: str) -> str:
    """One sentence on the sentiment of the stories with this theme: positive and negative share."""
    rows = {
        one.measure.removeprefix("sentiment."): one
        for one in output.figures("verhalen", group=f"thema={theme}")
        if one.measure.startswith("sentiment.") and is_city(one.area)
    }
    positive, negative = rows.get("positief"), rows.get("negatief")
    if positive is None or negative is None or positive.value is None or negative.value is None:
        return ""
    shares = f"{wording.percent(positive.value)} positief en {wording.percent(negative.value)} negatief"
    return escape_markdown(f"Van deze verhalen is {shares} ({wording.base(positive.n)}).")


def _feeling(output: Output, subject: Subject) -> str:
    frame = output.frame("samen")
    rows = frame[(frame["onderwerp"] == subject.id) & frame["gebied"].map(is_city)].dropna(subset=["gevoel"])
    if rows.empty:
        return "Wat de vertellers zelf van hun verhaal vinden, is niet bekend."
    row = rows.iloc[0]
    text = (
        f"De vertellers geven zelf hun gevoel bij het verhaal: gemiddeld {wording.number(row['gevoel'], 2)}"
    )
    text += " op een schaal van −1 (heel negatief) tot 1 (heel positief)."
    if row["polariteit"] == row["polariteit"]:
        tone = wording.number(row["polariteit"], 2)
        text += f" De computer leest in dezelfde verhalen een toon van {tone} op die schaal."
    return escape_markdown(text)


def _measures_table(output: Output, subject: Subject, known: dict[str, list[Figure]]) -> str:
    every = [(name, city_of(rows)) for measure in known for name, rows in _with_extras(output, measure)]
    cities = [(name, city) for name, city in every if city]
    if not cities:
        return ""
    rows = [
        [
            escape_markdown(wording.capital(phrases.measure_name(output, measure))),
            *phrases.cells(city),
            escape_markdown(phrases.source_words(city)),
        ]
        for measure, city in cities
    ]
    note = phrases.notes((phrases.measure_name(output, measure), city) for measure, city in cities)
    return table(
        f"{phrases.label(subject.id)}-stad",
        f"{escape_markdown(subject.name)}: cijfers van de hele stad",
        _MEASURE,
        rows,
        note,
    )


def _with_extras(output: Output, measure: str) -> list[tuple[str, list[Figure]]]:
    """A measure with the total and the median that the plan asked beside it."""
    names = (measure, f"{measure}.mediaan", f"{measure}.totaal")
    return [(name, pick(output, name)) for name in names]


def _tested(output: Output, known: dict[str, list[Figure]]) -> str:
    body = differences.tables(output, list(known), phrases.area_names(output))
    return details("Toon welke verschillen getoetst zijn", body) if body else ""


def _per_wijk(output: Output, subject: Subject, known: dict[str, list[Figure]]) -> str:
    order = _in_order(output, known)
    return per_wijk(output, subject, _with_areas(order, known) or next(iter(order), ""))


def _quotes(output: Output, subject: Subject) -> str:
    rows = phrases.quotes(output, subject.id, most=4)
    if not rows:
        return "Bij dit onderwerp is er geen citaat dat we mogen laten zien.\n"
    return "::: {.citaten}\n" + "\n".join(phrases.quote(row) for row in rows) + ":::\n"
