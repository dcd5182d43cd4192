"""The chapter of one subject: what the numbers say beside what the stories say."""

from __future__ import annotations

from pathlib import Path

from toolkit.report import figures, phrases, wording
from toolkit.report.escape import attribute, escape_markdown
from toolkit.report.source import Figure, Output, Subject, areas_of, city_of, is_city, pick
from toolkit.report.tabular import Heading, details, table

CODES = {
    "convergentie": "Cijfers en verhalen wijzen dezelfde kant op.",
    "aanvulling": "De verhalen vertellen iets wat de cijfers niet meten.",
    "dissonantie": "Cijfers en verhalen spreken elkaar tegen. Dit vraagt om een gesprek.",
    "stilte": "Aan één kant is te weinig bekend om ze naast elkaar te leggen.",
}
_MEASURE = (Heading("Wat"), Heading("Uitkomst", True), Heading("Marge"), Heading("n", True), Heading("Bron"))
_WIJK = (Heading("Wijk"), Heading("Uitkomst", True), Heading("Marge"), Heading("n", True))
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
        f"{subject.id}-cijfers": "\n".join([_measures_table(output, subject, known), counting_table, telling_table]),
        f"{subject.id}-samen": _per_wijk(output, subject),
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
    hidden = {one.figure.area: names.get(one.theme, one.theme) for one in shares if one.figure.value is None}
    headings = (Heading("Thema"), Heading("Verteld door"), Heading("Aandeel", True), Heading("Marge"), Heading("Verhalen", True))
    return table(label, caption, headings, rows, phrases.notes([one.figure for one in shares], hidden))


def _core(output: Output, subject: Subject, known: dict[str, list[Figure]]) -> str:
    lines = []
    for measure, rows in known.items():
        city = city_of(rows)
        if city and city.value is not None:
            name = escape_markdown(wording.capital(phrases.measure_name(output, measure)))
            lines.append(f"{name}: **{escape_markdown(wording.amount(city.value, city.unit))}**.")
            break
    frame = output.frame("samen")
    rows = frame[(frame["onderwerp"] == subject.id) & frame["gebied"].map(is_city)]
    rows = rows[rows["code"] != ""].drop_duplicates(["maat", "code", "uitleg"])
    if rows.empty:
        return "\n\n".join([*lines, "Voor dit onderwerp is nog niet bekeken hoe cijfers en verhalen zich verhouden."]) + "\n"
    first = rows.iloc[0]
    body = [f"{_code_words(code)}" for code in dict.fromkeys(rows["code"])]
    explained = [escape_markdown(text) for text in dict.fromkeys(rows["uitleg"]) if text]
    lines.append(
        f'::: {{.callout-note title="Cijfers en verhalen samen: {label_of(first["code"])}"}}\n'
        + "\n\n".join([*body, *explained, "Dit is een voorstel van de computer. Mensen die de wijk kennen, beslissen."])
        + "\n:::"
    )
    return "\n\n".join(lines) + "\n"


def label_of(code: str) -> str:
    """A code as plain text that may stand in an attribute."""
    return code if code in CODES else "onbekend"


def _code_words(code: str) -> str:
    return f"**{wording.capital(label_of(code))}.** {CODES.get(code, '')}".strip()


def _counting(
    output: Output, subject: Subject, known: dict[str, list[Figure]], folder: Path
) -> tuple[str, str]:
    names = phrases.area_names(output)
    measure = _with_areas(known)
    if not known:
        return "Over dit onderwerp zijn er geen cijfers.\n", ""
    lines = []
    for one, rows in list(known.items())[:3]:
        city = city_of(rows)
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
    caption = f"{escape_markdown(wording.capital(name))}, per wijk. De streep is het cijfer van de hele stad, de lijnen zijn marges."
    text = (
        "\n".join(lines)
        + f"\n\n![{caption}]({folder.name}/{drawing.file}){{#fig-{label} fig-alt={attribute(drawing.alt)}}}\n\n"
        + f"@fig-{label} gaat over: {escape_markdown(name)}. {phrases.highest_lowest(rows, names)}\n"
    )
    ordered = ([city] if city else []) + sorted(parts, key=lambda one: -(one.value if one.value is not None else -1e9))
    cells = [[escape_markdown(names.get(one.area, one.area)), *phrases.cells(one)] for one in ordered]
    behind = table(label, f"{escape_markdown(wording.capital(name))}, per wijk", _WIJK, cells, phrases.notes(ordered, names))
    return text, details(f"Toon de tabel bij de figuur: {name}, per wijk", behind)


def _with_areas(known: dict[str, list[Figure]]) -> str:
    """The first measure that has figures of at least three wijken."""
    for measure, rows in known.items():
        if sum(one.value is not None for one in areas_of(rows)) >= 3:
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
        lines.append(f"- {theme}: {escape_markdown(phrases.result(one.figure))} {who}. {_tone(output, one.theme)}".rstrip())
    label = f"{phrases.label(subject.id)}-themas"
    drawing = figures.themes(folder / f"{label}.png", shares, names)
    title = escape_markdown(subject.name)
    caption = f"Aandeel van de verhalen per thema bij {title}, met marge."
    text = (
        "\n".join(lines or ["Van deze themaʼs kunnen we geen aandelen laten zien."])
        + f"\n\n![{caption}]({folder.name}/{drawing.file}){{#fig-{label} fig-alt={attribute(drawing.alt)}}}\n\n"
        + f"{_feeling(output, subject)}\n"
    )
    behind = share_table(label, f"Themaʼs in de verhalen bij {title}", shares, names)
    return text, details(f"Toon de tabel bij de figuur: themaʼs bij {subject.name}", behind)


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
    words = f"Van deze verhalen is {wording.percent(positive.value)} positief en {wording.percent(negative.value)} negatief"
    return escape_markdown(f"{words} ({wording.base(positive.n)}).")


def _feeling(output: Output, subject: Subject) -> str:
    frame = output.frame("samen")
    rows = frame[(frame["onderwerp"] == subject.id) & frame["gebied"].map(is_city)].dropna(subset=["gevoel"])
    if rows.empty:
        return "Wat de vertellers zelf van hun verhaal vinden, is niet bekend."
    row = rows.iloc[0]
    text = f"De vertellers geven zelf hun gevoel bij het verhaal: gemiddeld {wording.number(row['gevoel'], 2)}"
    text += " op een schaal van -1 (heel negatief) tot 1 (heel positief)."
    if row["polariteit"] == row["polariteit"]:
        text += f" De computer leest in dezelfde verhalen een toon van {wording.number(row['polariteit'], 2)} op die schaal."
    return escape_markdown(text)


def _measures_table(output: Output, subject: Subject, known: dict[str, list[Figure]]) -> str:
    cities = [(measure, city) for measure, rows in known.items() if (city := city_of(rows))]
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
    note = phrases.notes([city for _, city in cities], {city.area: phrases.measure_name(output, measure) for measure, city in cities if city.value is None})
    return table(f"{phrases.label(subject.id)}-stad", f"{escape_markdown(subject.name)}: cijfers van de hele stad", _MEASURE, rows, note)


def _per_wijk(output: Output, subject: Subject) -> str:
    frame = output.frame("samen")
    rows = frame[(frame["onderwerp"] == subject.id) & ~frame["gebied"].map(is_city)]
    rows = rows[rows["code"] != ""].drop_duplicates(["gebied"])
    if rows.empty:
        return "Per wijk leggen we cijfers en verhalen hier niet naast elkaar: daarvoor zijn er te weinig verhalen.\n"
    headings = (Heading("Wijk"), Heading("Cijfer", True), Heading("Verhalen", True), Heading("Samen"), Heading("Uitleg", width=40))
    lines = [
        [
            escape_markdown(row["gebiedsnaam"] or row["gebied"]),
            escape_markdown(_value(row["waarde"], row["eenheid"])),
            wording.number(row["verhalen"]),
            label_of(row["code"]),
            escape_markdown(row["uitleg"], breaks=False),
        ]
        for row in rows.to_dict("records")
    ]
    return table(f"{phrases.label(subject.id)}-samen", f"{escape_markdown(subject.name)}: cijfers en verhalen per wijk", headings, lines)


def _value(text: str, unit: str) -> str:
    try:
        return wording.amount(float(text), unit)
    except ValueError:
        return text or wording.HIDDEN


def _quotes(output: Output, subject: Subject) -> str:
    rows = phrases.quotes(output, subject.id, most=4)
    if not rows:
        return "Bij dit onderwerp is er geen citaat dat we mogen laten zien.\n"
    return "::: {.citaten}\n" + "\n".join(phrases.quote(row) for row in rows) + ":::\n"
