"""The parts of the report to the council: one page of summary, the indicators, and a spread per circle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.circles import belongs
from toolkit.report import figures, phrases, striking, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.explained import explanation, limits
from toolkit.report.joint import joint_row, joint_words
from toolkit.report.method import method_part
from toolkit.report.money import money_summary
from toolkit.report.overview import NO_BASELINE, change_words, published_words
from toolkit.report.source import Output, Subject, areas_of, city_of, headline_measures, pick, subjects
from toolkit.report.subject import COUNTS, theme_shares
from toolkit.report.summary import reads_alone
from toolkit.report.tabular import Heading, image, table
from toolkit.report.together import label_of

# A new page in Word and PDF, as Quarto's `pagebreak` makes it; HTML has no pages.
PAGE_BREAK = (
    '```{=openxml}\n<w:p><w:r><w:br w:type="page"/></w:r></w:p>\n```\n\n'
    "```{=typst}\n#pagebreak(weak: true)\n```\n"
)
_FIGURES = 3  # numbers of a circle: its subjects in turn
_QUOTES = 2
_INDICATORS = 4
_LONGEST_QUOTE = 200  # characters: a spread must fit on its page
_THEMES = 5
_LINES = 2  # themes in words
_JUDGED = ("gewenste richting", "ongewenste richting", "geen aantoonbaar verschil", "niet te zeggen")
_HEADINGS = (
    Heading("Indicator", width=30),
    Heading("Nulmeting", True, 14),
    Heading("Nu", True, 17),
    Heading("Gewenst", width=11),
    Heading("Oordeel", width=21),
    Heading("Bron", width=14),
)


@dataclass(frozen=True)
class Part:
    """A circle as the report shows it: its subjects, the themes of its stories, and its indicators."""

    name: str
    about: str
    subjects: tuple[Subject, ...]
    themes: tuple[str, ...]
    indicators: tuple[dict[Any, Any], ...]

    @property
    def label(self) -> str:
        """A name for labels and files."""
        return f"cirkel-{phrases.label(self.name)}"

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of all its subjects."""
        return tuple(measure for one in self.subjects for measure in one.measures)


def council_parts(output: Output, folder: Path) -> dict[str, str]:
    """The include files of the report to the council, by name; figures are written in `folder`.

    `raad-samenvatting`, `raad-indicatoren`, `raad-cirkels`, `raad-geld`, `raad-methode`, `raad-keuze`, and per
    circle `cirkel-NAME`.
    """
    parts, rest = circles(output)
    spreads = {one.label: _spread(output, one, folder) for one in parts}
    return spreads | {
        "raad-samenvatting": _summary(output, parts, rest),
        "raad-indicatoren": "\n".join(_tables(parts, rest)) or "In deze analyse staan geen indicatoren.\n",
        "raad-cirkels": "\n\n".join(spreads.values()) + "\n",
        "raad-geld": money_summary(output, folder),
        "raad-methode": method_part(output),
        "raad-keuze": striking.rules(),
    }


def circles(output: Output) -> tuple[list[Part], list[dict[Any, Any]]]:
    """The circles that the plan declares, and the indicators that belong to none of them.

    Without circles every subject is one. An indicator of more than one set stands once in a circle, with
    the row that has a measurement.
    """
    known = {one.id: one for one in subjects(output)}
    rows = output.frame("indicatoren").to_dict("records")
    found, used = [], list[Any]()
    for one in output.run.get("cirkels", []):
        chosen = [row for row in rows if belongs(row, one["indicatoren"])]
        used += chosen
        mine = tuple(known[name] for name in one["onderwerpen"] if name in known)
        themes = dict.fromkeys((*(theme for own in mine for theme in own.themes), *one["themas"]))
        found.append(Part(one["naam"], one["uitleg"], mine, tuple(themes), tuple(_once(chosen))))
    if not found:
        found = [Part(one.name, "", (one,), one.themes, ()) for one in known.values()]
    return found, _once([row for row in rows if row not in used])


def _once(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    kept: dict[tuple[str, str], dict[Any, Any]] = {}
    for row in rows:
        key = (row["id"], row["onderdeel"])
        if key not in kept or (row["waarde"] and not kept[key]["waarde"]):
            kept[key] = row
    return list(kept.values())


def _summary(output: Output, parts: list[Part], rest: list[dict[Any, Any]]) -> str:
    """The figures, what stands out, and the circles in one table: less than one page."""
    blocks = [_headline(output)]
    told = striking.points(output)
    if told:
        listed = "\n".join(f"{at}. {point}" for at, point in enumerate(told, start=1))
        blocks += ["**Wat valt op?**", listed]
    blocks += [
        tally([*(row for one in parts for row in one.indicators), *rest]),
        _at_a_glance(output, parts),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _headline(output: Output) -> str:
    headings = (Heading("Kerncijfer", width=43), Heading("Nu", True, 8), Heading("Marge", width=19),
                Heading("n", True, 10), Heading("Bron", width=24))  # fmt: skip
    rows = []
    for measure in headline_measures(output):
        figure = city_of(pick(output, measure))
        name = escape_markdown(wording.capital(phrases.measure_name(output, measure)))
        told = escape_markdown(explanation(output, measure))
        cells = [wording.HIDDEN, "", "", "nog geen uitkomst"]
        if figure is not None:
            value, margin, n = phrases.cells(figure)
            cells = [f"**{value}**", margin, n, escape_markdown(phrases.source_words(figure))]
        rows.append([f"**{name}**. {told}" if told else f"**{name}**", *cells])
    return table("raad-kern", "De kerncijfers van de hele stad", headings, rows) if rows else ""


def _judgement(row: dict[Any, Any]) -> str:
    return row["oordeel"] if row["oordeel"] in _JUDGED else "niet te zeggen"


def tally(rows: list[dict[Any, Any]]) -> str:
    """How many indicators went which way, in one sentence; one of more than one set counts once. "" without any."""
    once = _once(rows)
    if not once:
        return ""
    counts = Counter(_judgement(row) for row in once)
    told = [f"{wording.number(counts[word])} keer ‘{word}’" for word in _JUDGED if word in counts]
    total = wording.counted(len(once), "indicator", "indicatoren")
    return escape_markdown(f"De raad volgt {total}. Het oordeel is {wording.join(told)}.")


def _at_a_glance(output: Output, parts: list[Part]) -> str:
    """A row per circle: how many indicators went which way, and what numbers and stories say together."""
    if len(parts) < 2 or not any(one.indicators for one in parts):
        return ""
    headings = (Heading("Cirkel", width=20), *(Heading(wording.capital(word), True, 13) for word in _JUDGED),
                Heading("Cijfers en verhalen samen", width=28))  # fmt: skip
    rows = []
    for one in parts:
        counts = Counter(_judgement(row) for row in one.indicators)
        codes = Counter(
            label_of(str(row["code"]))
            for subject in one.subjects
            if (row := joint_row(output, subject)) is not None
        )
        together = wording.join(
            [f"{count} keer {code}" if len(one.subjects) > 1 else code for code, count in codes.items()]
        )
        cells = [wording.number(counts[word]) for word in _JUDGED]
        rows.append([f"**{escape_markdown(one.name)}**", *cells, together or "alleen indicatoren"])
    note = "Een indicator kan bij twee cirkels horen."
    return table("raad-cirkels", "De indicatoren per cirkel", headings, rows, note)


def _tables(parts: list[Part], rest: list[dict[Any, Any]]) -> Iterator[str]:
    for one in parts:
        if one.indicators:
            caption = f"Indicatoren: {escape_markdown(one.name)}"
            yield _table(f"{one.label}-indicatoren", caption, list(one.indicators))
    if rest:
        caption = "Overige indicatoren" if any(one.indicators for one in parts) else "De indicatoren"
        yield _table("raad-overige-indicatoren", caption, rest)


def _table(label: str, caption: str, indicators: list[dict[Any, Any]]) -> str:
    halves = any(row["waarde"] and change_words(row["reden"])[1] for row in indicators)
    note = "\\* De marge van de nulmeting is niet bekend. Het verschil is dus minder zeker dan hier staat."
    return table(label, caption, _HEADINGS, [_row(row) for row in indicators], note if halves else "")


def _name(row: dict[Any, Any]) -> str:
    return str(wording.capital(row["naam"]) + (f": {row['onderdeel']}" if row["onderdeel"] else ""))


def _then(row: dict[Any, Any]) -> str:
    text = published_words(row["nulmeting"], row["eenheid"])
    if not text:
        return NO_BASELINE.get(row["soort"], "geen nulmeting")
    return f"{text} ({wording.period(row['peildatum'])})" if row["peildatum"] else text


def _now(row: dict[Any, Any]) -> str:
    if not row["waarde"]:
        return "nog niet gemeten"
    return f"{published_words(row['waarde'], row['eenheid'])} ({wording.period(row['periode'])})"


def _row(row: dict[Any, Any]) -> list[str]:
    judgement = row["oordeel"] or "niet te zeggen"
    told = f"**{judgement}**" if judgement in _JUDGED[:2] else escape_markdown(judgement)
    if row["waarde"]:
        why, half = change_words(row["reden"])
        told += f": {escape_markdown(why, breaks=False)}" + ("\\*" if half else "")
    wanted = row["doel"] or row["richting"] or wording.HIDDEN
    texts = (_name(row), _then(row), _now(row), wanted)
    source = row["bron"].rpartition(";")[2].strip() or "onbekend"
    return [*(escape_markdown(text, breaks=False) for text in texts), told, escape_markdown(source)]


def _spread(output: Output, one: Part, folder: Path) -> str:
    """A circle: counting at the left, telling at the right, with what they say together below the stories."""
    name = escape_markdown(one.name)
    columns = (
        f"::::: {{layout-ncol=2}}\n:::: {{.tellen}}\n## Tellen: {name}\n\n{_counting(output, one, folder)}\n::::\n\n"
        f":::: {{.vertellen}}\n## Vertellen: {name}\n\n{_telling(output, one, folder)}\n::::\n:::::"
    )
    blocks = [PAGE_BREAK, f"# {name}", escape_markdown(one.about), columns, limits(one.measures)]
    return "\n\n".join(block for block in blocks if block)


def _counting(output: Output, one: Part, folder: Path) -> str:
    lines = [_number(output, measure) for measure in _chosen(output, one)]
    drawn = _per_wijk(output, one, folder)
    listed = [row for row in one.indicators if row["oordeel"] in _JUDGED[:2]][:_INDICATORS]
    told = [f"{_name(row)}: {_then(row)} → {_now(row)}: {row['oordeel']}." for row in listed]
    # Without figures of its own a circle shows what its other indicators were.
    rest = [row for row in one.indicators if row not in listed and _judgement(row) == _JUDGED[3]]
    still = [] if lines else rest
    told += [f"{_name(row)}: {_then(row)}. Nu: {_now(row)}." for row in still[:_INDICATORS]]
    indicators = [f"- {escape_markdown(line, breaks=False)}" for line in told]
    left = Counter(_judgement(row) for row in one.indicators if row not in listed + still[:_INDICATORS])
    counts = [f"{count} keer {word}" for word in _JUDGED if (count := left[word])]
    if counts:
        indicators.append(f"- {'Oordeel over de andere: ' if told else 'Oordeel: '}{wording.join(counts)}.")
    blocks = [*lines, drawn, *(["**De indicatoren**", "\n".join(indicators)] if indicators else [])]
    return "\n\n".join(block for block in blocks if block) or "Over deze cirkel zijn er geen cijfers.\n"


def _chosen(output: Output, one: Part) -> list[str]:
    """The measures to show: the subjects in turn, headline figures first, only those with a number."""
    first = headline_measures(output)
    known = [
        sorted((name for name in own.measures if _has(output, name)), key=lambda name: name not in first)
        for own in one.subjects
    ]
    longest = max((len(names) for names in known), default=0)
    turns = [names[at] for at in range(longest) for names in known if at < len(names)]
    return list(dict.fromkeys(turns))[:_FIGURES]


def _has(output: Output, measure: str) -> bool:
    city = city_of(pick(output, measure))
    return city is not None and city.value is not None


def _number(output: Output, measure: str) -> str:
    figure = city_of(pick(output, measure))
    assert figure is not None
    facts = [
        wording.interval(figure.low, figure.high, figure.unit),
        wording.base(figure.n),
        phrases.source_words(figure),
    ]
    name = escape_markdown(wording.capital(phrases.measure_name(output, measure)))
    told = " ".join([explanation(output, measure), f"({'; '.join(fact for fact in facts if fact)})"]).strip()
    value = escape_markdown(wording.amount(figure.value, figure.unit))
    return f"[{value}]{{.getal}} **{name}**. {escape_markdown(told)}"


def _per_wijk(output: Output, one: Part, folder: Path) -> str:
    """The figure of the first measure that at least three wijken have."""
    names = phrases.area_names(output)
    first = headline_measures(output)
    for measure in sorted(one.measures, key=lambda name: name not in first):
        rows = pick(output, measure)
        parts = areas_of(rows)
        if parts and parts[0].unit not in COUNTS and sum(part.value is not None for part in parts) >= 3:
            title = phrases.measure_name(output, measure)
            label = f"{one.label}-wijken"
            drawing = figures.areas(folder / f"{label}.png", title, city_of(rows), parts, names)
            caption = f"{escape_markdown(wording.capital(title))}, per wijk. De streep is de hele stad."
            return image(label, caption, f"{folder.name}/{drawing.file}", drawing.alt)
    return ""


def _telling(output: Output, one: Part, folder: Path) -> str:
    names = phrases.theme_names(output)
    shares = [share for share in theme_shares(output, one.themes) if share.theme in one.themes]
    residents = [share for share in shares if share.role != "professional" and share.figure.value is not None]
    residents.sort(key=lambda share: -(share.figure.value or 0.0))
    lines = [
        f"- {escape_markdown(names.get(share.theme, share.theme))}: {escape_markdown(phrases.result(share.figure))}"
        for share in residents[:_LINES]
    ]
    blocks = []
    if lines:
        who = " van inwoners" if residents[0].role else ""
        counted = max((share.figure.n or 0.0 for share in residents), default=0.0)
        blocks += [f"Thema's in de {wording.number(counted)} verhalen{who}:", "\n".join(lines)]
        label = f"{one.label}-themas"
        kept = {share.theme for share in residents[:_THEMES]}
        drawing = figures.themes(
            folder / f"{label}.png", [share for share in shares if share.theme in kept], names
        )
        caption = f"Verhalen per thema bij {escape_markdown(one.name)}, met marge."
        blocks.append(image(label, caption, f"{folder.name}/{drawing.file}", drawing.alt))
    blocks += [phrases.quote(row) for row in _quotes(output, one)]
    blocks += [
        joint_words(output, subject, row)
        for subject in one.subjects
        if (row := joint_row(output, subject)) is not None and row["code"] != "stilte"
    ]
    return "\n\n".join(blocks) or "Over deze cirkel zijn er te weinig verhalen.\n"


def _short(text: str) -> bool:
    """Whether a quote reads alone, fits, and has no mark such as [instelling] that asks for an explanation."""
    return len(text) <= _LONGEST_QUOTE and "[" not in text and reads_alone(text)


def _quotes(output: Output, one: Part) -> list[dict[str, Any]]:
    """At most two quotes that read alone: of the subjects in turn, else of the themes of the circle."""
    frame = output.frame("citaten")
    mine = {own.id for own in one.subjects}
    rows = [row for own in one.subjects for row in phrases.quotes(output, own.id)[:6]]
    other = frame[frame["thema"].isin(one.themes) & ~frame["onderwerp"].isin(mine)].drop_duplicates("tekst")
    rows += [{str(key): cell for key, cell in row.items()} for row in other.to_dict("records")]
    rows = [row for row in rows if _short(row["tekst"])]
    first = rows[:1]
    other_kind = [row for row in rows if first and row["soort"] != first[0]["soort"]]
    return (first + other_kind + rows[1:])[:_QUOTES]
