"""A report about one wijk or one partner, beside the city: the parts that its template includes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.errors import ToolkitError
from toolkit.report import phrases, wording
from toolkit.report.annex import definitions_part
from toolkit.report.beside import Pair, beside
from toolkit.report.escape import escape_markdown
from toolkit.report.explained import explained
from toolkit.report.source import (
    SHOWN,
    Figure,
    Output,
    Subject,
    city_of,
    headline_measures,
    is_city,
    is_part,
    pick,
    subjects,
)
from toolkit.report.tabular import Heading, image, table
from toolkit.report.together import judged, label_of

Kind = Literal["wijk", "partner"]
KINDS: tuple[Kind, ...] = ("wijk", "partner")
_PARTNER = "partner="
_LEAST_SHIFT = 0.05  # of the city's figure: less than this a full count calls "ongeveer hetzelfde"
_SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Place:
    """What a report is about: a wijk (its CBS code) or a partner (its name in the deliveries)."""

    kind: Kind
    id: str
    name: str

    @property
    def slug(self) -> str:
        """A name for files: lower-case letters without accents, digits and hyphens."""
        plain = unicodedata.normalize("NFKD", f"{self.id} {self.name}" if self.kind == "wijk" else self.name)
        return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-") or "x"

    def owns(self, figure: Figure) -> bool:
        """Whether this figure is of the place itself."""
        if self.kind == "wijk":
            return figure.area == self.id and not figure.group
        return is_city(figure.area) and figure.group == _PARTNER + self.id


def places(output: Output, kind: str) -> list[Place]:
    """Every wijk or partner with a figure that may be shown, in the order of the areas or by name.

    Raises ToolkitError for another kind, or when there is no such place.
    """
    if kind not in KINDS:
        raise ToolkitError(f"'{kind:.40}' is geen soort om per te maken.", f"Kies uit: {', '.join(KINDS)}.")
    shown = [one for one in output.figures() if one.kind in SHOWN]
    if kind == "wijk":
        names = phrases.area_names(output)
        known = {one.area for one in shown if is_part(one.area)}
        found = [Place("wijk", code, names[code]) for code in names if code in known]
    else:
        partners = {one.group.removeprefix(_PARTNER) for one in shown if one.group.startswith(_PARTNER)}
        found = [Place("partner", name, name) for name in sorted(partners)]
    if not found:
        remedy = "Bij partner: laat de registratie of enquête partner weten, of zet partner bij uitsplitsen."
        raise ToolkitError(f"De uitkomsten hebben geen cijfers per {kind}.", remedy)
    return found


def place_parts(output: Output, place: Place, folder: Path) -> dict[str, str]:
    """The include files of a report about `place`, by name without ".md"; the figure goes in `folder`.

    Everything comes from the output folder, so nothing is shown that the gate hid; a figure that is hidden
    keeps its row and says why.
    """
    pairs = list(_pairs(output, place))
    return {
        "plek-kern": _core(output, place, pairs),
        "plek-figuur": _drawing(output, place, pairs, folder),
        "plek-cijfers": _tables(output, place, pairs),
        "plek-verhalen": _themes(output, place),
        "plek-samen": _joint(output, place),
        "plek-citaten": _quotes(output, place),
        "plek-respons": _response(output, place),
        "plek-definities": definitions_part(output, {pair.own.measure for _, pair in pairs}),
    }


def fill_in(template: str, place: Place) -> str:
    """The template with the place's name where it says %PLEK%: as text, for a delivery wrote it."""
    return template.replace("%PLEK%", escape_markdown(place.name, breaks=False))


def _pairs(output: Output, place: Place) -> Iterator[tuple[Subject, Pair]]:
    """Per subject every measure that the place has a row of, beside that of the whole city."""
    for subject in subjects(output):
        for measure in subject.measures:
            rows = pick(output, measure)
            own = next((one for one in rows if place.owns(one)), None)
            if own is not None:
                name = wording.capital(phrases.measure_name(output, measure))
                yield subject, Pair(name, own, city_of(rows))


def compared(output: Output, place: Place, pair: Pair) -> str:
    """How the place's figure lies against the city's, in words; nothing where nothing can be said.

    A survey: the tested difference with the rest of the city (after Holm) where the analysis made one. A full
    count: higher or lower from 5% of the city's figure. Otherwise only that a difference may be chance.
    """
    own, city = pair.own, pair.city
    if own.value is None or city is None or city.value is None:
        return wording.HIDDEN
    if own.source == "registratie":
        if abs(own.value - city.value) <= _LEAST_SHIFT * abs(city.value):
            return "ongeveer hetzelfde"
        if own.unit in ("personen", "trajecten", "aantal"):
            return wording.HIDDEN
        return "hoger dan in de hele stad" if own.value > city.value else "lager dan in de hele stad"
    tested = [one for one in output.figures(measure=f"{own.measure}.verschil-rest") if place.owns(one)]
    chance = next((one.value for one in tested if one.unit == "p-waarde na Holm"), None)
    size = next((one.value for one in tested if one.unit.startswith("verschil")), None)
    if chance is None or size is None:
        return "niet getoetst"
    if chance >= _SIGNIFICANT:
        return "geen aantoonbaar verschil"
    return "hoger dan in de rest van de stad" if size > 0 else "lager dan in de rest van de stad"


def _core(output: Output, place: Place, pairs: list[tuple[Subject, Pair]]) -> str:
    headline = headline_measures(output)
    first = {one.own.measure: one for _, one in reversed(pairs)}
    chosen = [first[measure] for measure in headline if measure in first]
    chosen = [one for one in chosen or [one for _, one in pairs][:5] if one.own.value is not None]
    if not chosen:
        return "Over deze plek zijn er geen kerncijfers die we mogen laten zien.\n"
    blocks = []
    for one in chosen:
        city = one.city
        words = compared(output, place, one)
        facts = [
            wording.interval(one.own.low, one.own.high, one.own.unit)
            and "De marge ligt " + wording.interval(one.own.low, one.own.high, one.own.unit),
            wording.base(one.own.n),
            f"de hele stad: {wording.amount(city.value, city.unit)}"
            if city and city.value is not None
            else "",
            words if words not in (wording.HIDDEN, "niet getoetst") else "",
        ]
        line = "; ".join(escape_markdown(fact) for fact in facts if fact)
        value = escape_markdown(wording.amount(one.own.value, one.own.unit))
        blocks.append(
            f":::: {{.kerncijfer}}\n[{value}]{{.getal}} **{escape_markdown(one.name)}**\n\n"
            f"::: {{.herkomst}}\n{line}.\n:::\n::::\n"
        )
    return "::::: {.kerncijfers}\n" + "\n".join(blocks) + ":::::\n"


def _drawing(output: Output, place: Place, pairs: list[tuple[Subject, Pair]], folder: Path) -> str:
    shares = {one.own.measure: one for _, one in pairs if one.own.unit == "procent"}
    shown = [one for one in shares.values() if one.own.value is not None and one.city is not None]
    if len(shown) < 2:
        return "Er zijn te weinig cijfers voor een figuur.\n"
    drawing = beside(folder / "plek.png", shown, place.name)
    caption = f"{escape_markdown(place.name)} naast de hele stad, in procenten. De tabellen hieronder geven alle cijfers."
    return image("plek", caption, f"{folder.name}/{drawing.file}", drawing.alt)


def _tables(output: Output, place: Place, pairs: list[tuple[Subject, Pair]]) -> str:
    headings = (
        Heading("Wat"), Heading(escape_markdown(place.name), True), Heading("Marge"), Heading("n", True),
        Heading("Hele stad", True), Heading("Vergelijking"), Heading("Bron"),
    )  # fmt: skip
    blocks = []
    for subject in subjects(output):
        mine = [pair for other, pair in pairs if other.id == subject.id]
        rows = [
            [
                escape_markdown(one.name),
                *phrases.cells(one.own),
                escape_markdown(wording.amount(one.city.value, one.city.unit))
                if one.city
                else wording.HIDDEN,
                compared(output, place, one),
                escape_markdown(phrases.source_words(one.own)),
            ]
            for one in mine
        ]
        if rows:
            note = phrases.notes((one.name, one.own) for one in mine)
            caption = f"{escape_markdown(subject.name)}: {escape_markdown(place.name)} naast de hele stad"
            blocks.append(f"## {escape_markdown(subject.name)}\n")
            blocks.append(table(f"plek-{phrases.label(subject.id)}", caption, headings, rows, note))
            blocks.append(explained(output, (one.own.measure for one in mine)))
    return "\n".join(blocks) or "Over deze plek zijn er geen cijfers.\n"


def _themes(output: Output, place: Place) -> str:
    if place.kind == "partner":
        return "Verhalen tellen we niet per partner: dan zijn vertellers te herkennen.\n"
    names = phrases.theme_names(output)
    told = [
        one
        for one in output.figures("verhalen")
        if one.measure.startswith("thema.") and one.group == "rol=inwoner"
    ]
    own = {one.measure: one for one in told if one.area == place.id}
    city = {one.measure: one for one in told if is_city(one.area)}
    shown = [one for one in own.values() if one.value is not None]
    if not shown:
        return f"In {escape_markdown(place.name)} zijn er te weinig verhalen van inwoners om thema's te tellen.\n"
    shown.sort(key=lambda one: -(one.value or 0.0))
    rows = [
        [
            escape_markdown(names.get(one.measure.removeprefix("thema."), one.measure)),
            *phrases.cells(one),
            wording.amount(city[one.measure].value, "procent") if one.measure in city else wording.HIDDEN,
        ]
        for one in shown
    ]
    headings = (
        Heading("Thema"), Heading("Aandeel", True), Heading("Marge"), Heading("Verhalen", True),
        Heading("Hele stad", True),
    )  # fmt: skip
    hidden = len(own) - len(shown)
    note = "Thema's die een computer heeft gevonden; een klein verschil kan toeval zijn."
    if hidden:
        note += f" {hidden} thema's zijn niet getoond: te weinig vertellers."
    return table("plek-themas", "Waar de verhalen van inwoners over gaan", headings, rows, note)


def _joint(output: Output, place: Place) -> str:
    frame = output.frame("samen")
    rows = frame[(frame["gebied"] == place.id) & (frame["code"] != "")].to_dict("records")
    lines, proposed = [], False
    for subject in subjects(output):
        mine = [row for row in rows if row["onderwerp"] == subject.id]
        # What people decided goes first, then what says something, then what can be compared with the city.
        mine.sort(key=lambda row: (not row["door"], row["code"] == "stilte", not row["oordeel"]))
        for row in mine[:1]:
            code, told = label_of(str(row["code"])), judged(row)
            proposed = proposed or not told
            about = f"{subject.name}, bij ‘{wording.capital(phrases.measure_name(output, str(row['maat'])))}’"
            said = f"{escape_markdown(str(row['uitleg']), breaks=False)} {told}".rstrip()
            lines.append(f"- **{escape_markdown(about)}: {code}.** {said}")
    if not lines:
        return "Hier is te weinig bekend om cijfers en verhalen naast elkaar te leggen.\n"
    end = "Wat hier staat, is een voorstel van de computer. Praat er samen over.\n" if proposed else ""
    return "\n".join(lines) + f"\n\n{end}"


def _quotes(output: Output, place: Place) -> str:
    frame = output.frame("citaten")
    rows = frame[(frame["gebied"] == place.id) & (place.kind == "wijk")].drop_duplicates("tekst")
    if rows.empty:
        return "Er is geen citaat dat we hier mogen laten zien.\n"
    quotes = [{str(key): cell for key, cell in row.items()} for row in rows.head(6).to_dict("records")]
    return "::: {.citaten}\n" + "\n".join(phrases.quote(row) for row in quotes) + ":::\n"


def _response(output: Output, place: Place) -> str:
    frame = output.frame("respons")
    rows = frame[frame["gebied"] == place.id]
    if place.kind == "partner" or rows.empty or rows["volledig"].isna().all():
        return "De respons van deze plek is niet apart bekend.\n"
    row = rows.iloc[0]
    text = (
        f"In {escape_markdown(place.name)} kregen {wording.number(row['uitgenodigd'])} mensen een uitnodiging. "
        f"{wording.number(row['volledig'])} van hen vulden de enquête helemaal in ({wording.percent(row['aandeel'])})."
    )
    return text + "\n"
