"""Numbers and stories beside each other per wijk, with where each figure is of and who decided what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Output, Subject, is_city, is_part
from toolkit.report.tabular import Heading, table

CODES = {
    "convergentie": "Cijfers en verhalen wijzen dezelfde kant op.",
    "aanvulling": "De verhalen vertellen iets wat de cijfers niet meten.",
    "dissonantie": "Cijfers en verhalen spreken elkaar tegen. Dit vraagt om een gesprek.",
    "stilte": "Aan één kant is te weinig bekend om ze naast elkaar te leggen.",
}
_LARGER, _CITY, _ALL = "larger", "city", "all"
_HEADINGS = (
    Heading("Wijk", width=14),
    Heading("Cijfer", width=18),
    Heading("Verschil met de stad", width=22),
    Heading("Meest verteld thema", width=22),
    Heading("Toon en gevoel", width=14),
    Heading("Samen", width=18),
)
_DIFFERENCE = (
    "Gunstiger of ongunstiger staat er alleen als het verschil aantoonbaar is; waar alle wijken tegelijk zijn getoetst, "
    "is dat strenger dan de marge alleen."
)
_POINTS = "Een verschil tussen percentages is in procentpunten."
_TONE = (
    "Toon en gevoel lopen van −1 (negatief) tot 1 (positief): de toon leest de computer, het gevoel gaf de "
    "verteller zelf."
)


def judged(row: Mapping[Any, Any]) -> str:
    """Who decided about a row of the joint display, when, why, and what was proposed; empty when nobody did."""
    if not row["door"]:
        return ""
    proposed = label_of(str(row["voorgesteld"]))
    other = f" De computer stelde voor: {proposed}." if proposed != label_of(str(row["code"])) else ""
    reason = escape_markdown(str(row["reden"]).rstrip(" ."), breaks=False)
    who = escape_markdown(str(row["door"]), breaks=False)
    return f"Duiding van {who} op {escape_markdown(wording.day(str(row['datum'])))}: {reason}.{other}"


def label_of(code: str) -> str:
    """A code as plain text that may stand in an attribute."""
    return code if code in CODES else "onbekend"


class _Marks:
    """The marks in a table, numbered in the order in which they are used, and the wijken that have them."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], list[str]] = {}

    def mark(self, kind: str, of: str, wijk: str) -> str:
        """The superscript of a mark on a cell of this wijk."""
        wijken = self._used.setdefault((kind, of), [])
        wijken += [] if wijk in wijken else [wijk]
        return f"^{list(self._used).index((kind, of)) + 1}^"

    def notes(self) -> list[str]:
        """What each mark means, and once why."""
        words = {
            _LARGER: "Van {of}.",
            _CITY: "Van heel {of}.",
            _ALL: "Toon en gevoel van alle verhalen uit {of}: over dit onderwerp zijn er te weinig. Dat geeft stilte.",
        }
        lines = [
            f"^{number}^ {words[kind].format(of=escape_markdown(of))}"
            for number, (kind, of) in enumerate(self._used, start=1)
        ]
        borrowed = [f"^{at}^" for at, (kind, _) in enumerate(self._used, start=1) if kind != _ALL]
        if borrowed:
            lines.append(
                f"Wat {' of '.join(borrowed)} heeft, is van een groter gebied: van de wijk zelf zijn er te weinig "
                "antwoorden of verhalen, of is de marge te breed."
            )
        return lines


def per_wijk(output: Output, subject: Subject, measure: str) -> str:
    """The joint display of a subject for one measure: a row per wijk, and the wijken of which too little is known.

    What is of a larger area or of the whole city has a mark with one note under the table, and so has a tone
    that is of all stories from a wijk. A wijk gets a row when it (or its larger area) has a figure and a tone.
    """
    frame = output.frame("samen")
    rows = frame[(frame["onderwerp"] == subject.id) & frame["gebied"].map(is_part) & (frame["code"] != "")]
    rows = rows[rows["maat"] == measure].drop_duplicates("gebied")
    known = (rows["code"] != "stilte") | (
        rows["gebied_cijfer"].map(_near) & rows["gebied_verhalen"].map(_near)
    )
    told = rows[known]
    silent = [escape_markdown(name) for name in rows[~known]["gebiedsnaam"]]
    if told.empty:
        return "Per wijk is te weinig bekend om cijfers en verhalen naast elkaar te leggen.\n"
    marks, names = _Marks(), phrases.area_names(output)
    lines = [_line(output, row, marks, names) for row in told.to_dict("records")]
    name = escape_markdown(wording.capital(phrases.measure_name(output, measure)))
    note = [*marks.notes(), _DIFFERENCE, *([_POINTS] if "procent" in set(told["eenheid"]) else []), _TONE]
    note += [f"{wording.capital(code)}: {CODES[code]}" for code in CODES if code in set(told["code"])]
    if silent:
        note.append(f"Van deze wijken is te weinig bekend voor een rij: {wording.join(silent)}.")
    label = f"{phrases.label(subject.id)}-samen"
    return table(label, f"{name}: cijfers en verhalen per wijk", _HEADINGS, lines, " ".join(note))


def _near(code: str) -> bool:
    """Whether an area is given, and is not the whole city."""
    return bool(code) and not is_city(code)


def _line(output: Output, row: Mapping[Any, Any], marks: _Marks, names: Mapping[str, str]) -> list[str]:
    wijk = str(row["gebiedsnaam"] or row["gebied"])

    def mark(column: str) -> str:
        place = str(row[column])
        if not place or place == row["gebied"]:
            return ""
        return marks.mark(_CITY if is_city(place) else _LARGER, names.get(place, place), wijk)

    figure = escape_markdown(_value(row["waarde"], row["eenheid"]))
    if margin := wording.interval(row["laag"], row["hoog"], row["eenheid"]):
        figure += f" ({escape_markdown(margin)})"
    figure += mark("gebied_cijfer")
    theme = wording.HIDDEN
    if row["thema"]:
        share = wording.interval(row["thema_laag"], row["thema_hoog"], "procent")
        title = phrases.theme_names(output).get(row["thema"], row["thema"])
        theme = escape_markdown(f"{title}: {wording.percent(row['thema_aandeel'])} ({share})") + mark(
            "gebied_thema"
        )
    tone = f"toon {_signed(row['polariteit'])}; gevoel {_signed(row['gevoel'])}"
    tone = escape_markdown(tone) + mark("gebied_verhalen")
    if row["verhalen_over"] == "alles":
        where = "de wijk" if row["gebied_verhalen"] == row["gebied"] else "dat gebied"
        tone += ("^,^" if tone.endswith("^") else "") + marks.mark(_ALL, where, wijk)
    return [
        escape_markdown(wijk),
        figure,
        escape_markdown(_difference(row)),
        theme,
        tone,
        ". ".join(filter(None, (label_of(row["code"]), judged(row)))),
    ]


def _difference(row: Mapping[Any, Any]) -> str:
    """How far a figure is from its reference, between which bounds, and whether that is demonstrable."""
    if wording.missing(row["verschil"]) or not row["oordeel"]:
        return wording.HIDDEN
    margin = wording.interval(row["verschil_laag"], row["verschil_hoog"], "verschil")
    size = wording.signed(row["verschil"])
    return f"{size} ({margin or 'volledig geteld'}): {row['oordeel']}"


def _signed(value: float) -> str:
    return wording.HIDDEN if wording.missing(value) else wording.signed(value, 2).replace("-", "−")


def _value(text: str, unit: str) -> str:
    try:
        return wording.amount(float(text), unit)
    except ValueError:
        return text or wording.HIDDEN
