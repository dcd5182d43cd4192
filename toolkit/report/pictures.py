"""The figures of an analysis one by one: a headline made from the numbers, source, the numbers, and how to draw it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from toolkit.report import figures, phrases, ternary, wording
from toolkit.report.canvas import WHOLE, Drawing
from toolkit.report.maps import choropleth, map_caption
from toolkit.report.multiples import Row, courses, profiles
from toolkit.report.overview import change_lines, tone_rows
from toolkit.report.selftold import triads
from toolkit.report.slope import slope
from toolkit.report.source import Figure, Output
from toolkit.report.subject import theme_shares
from toolkit.report.wijken import area_courses, areas_in, comparable_rows, mapped_measure, shapes, theme_rows

# The columns of the numbers behind any figure.
COLUMNS = ("wat", "waar", "wie of wanneer", "waarde", "laag", "hoog", "n", "eenheid", "toelichting")
_MOST_THEMES = 10  # so many can be read in a presentation; the numbers have all
Numbers = tuple[tuple[str | float | None, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A figure for use elsewhere; `numbers` has COLUMNS, `draw` writes it as PNG or SVG and gives its alt text."""

    name: str
    headline: str
    caption: str
    source: str
    numbers: Numbers
    draw: Callable[[Path], Drawing]


def pictures(output: Output) -> list[Picture]:
    """Every figure that the outcomes allow, the five that tell most first."""
    names = phrases.area_names(output)
    maps, per_area = _map(output, names), _per_area(output, names)
    first = [*per_area[:1], *_change(output), *maps, *_themes(output), *_tone(output)]
    return [*first, *per_area[1:], *_profiles(output, names), *_courses(output, names), *_triads(output)]


def _per_area(output: Output, names: Mapping[str, str]) -> list[Picture]:
    """A figure with intervals per headline measure; those of the survey go first, that of the map last."""
    rows = comparable_rows(output)
    mapped = mapped_measure(output) if shapes(output) else ""
    order = sorted(rows, key=lambda one: (one == mapped, _first(rows[one]).source != "enquete"))
    return [_area_picture(output, measure, rows[measure], names) for measure in order]


def _area_picture(output: Output, measure: str, row: Row, names: Mapping[str, str]) -> Picture:
    parts = list(row.by_area.values())

    def draw(path: Path) -> Drawing:
        return figures.areas(path, row.name, row.city, parts, dict(names))

    caption = f"{wording.capital(row.name)}, per wijk. De streep is het cijfer van de hele stad."
    if any(one.low is not None for one in parts):
        caption += " De lijnen zijn marges."
    if any(one.kind == "onnauwkeurig" for one in parts):
        caption += " Een open rondje is onnauwkeurig."
    name = f"wijken-{phrases.label(measure)}"
    return Picture(
        name, _spread(row, names), caption, _source(output, _first(row)), _row_numbers([row], names), draw
    )


def _change(output: Output) -> list[Picture]:
    lines = change_lines(output)
    if not lines:
        return []
    count = {
        verdict: sum(one.verdict == verdict for one in lines) for verdict in {one.verdict for one in lines}
    }
    better, worse = count.get("gewenste richting", 0), count.get("ongewenste richting", 0)
    told = [
        f"{better} de gewenste kant op" if better else "",
        f"{worse} de ongewenste kant op" if worse else "",
    ]
    moved = " en ".join(one for one in told if one)
    rest = len(lines) - better - worse
    noun = "indicator" if len(lines) == 1 else "indicatoren"
    if moved:
        headline = f"Van {len(lines)} {noun} {'gaat' if better + worse == 1 else 'gaan'} er {moved}"
        headline += f"; bij {rest} is er geen aantoonbaar verschil" if rest else ""
    else:
        headline = f"Bij {len(lines)} {noun} is er geen aantoonbaar verschil met de nulmeting"
    numbers: list[tuple[str | float | None, ...]] = []
    for one in lines:
        for moment, when, value in (
            ("nulmeting", one.when_before, one.before), ("nu", one.when_now, one.now),
        ):  # fmt: skip
            wanted = f"{moment} ({when})" if when else moment
            verdict = one.verdict if moment == "nu" else ""
            numbers.append(
                (wording.capital(one.name), "", wanted, value, None, None, None, "procent", verdict)
            )
    caption = "Indicatoren in procenten die te vergelijken zijn: van nulmeting naar nu."
    source = f"Bron: indicatoren van de gemeenteraad.{_invented(output)}"
    return [
        Picture("indicatoren", headline, caption, source, tuple(numbers), lambda path: slope(path, lines))
    ]


def _map(output: Output, names: Mapping[str, str]) -> list[Picture]:
    drawn, measure = shapes(output), mapped_measure(output)
    if drawn is None or not measure:
        return []
    row = comparable_rows(output)[measure]
    parts = list(row.by_area.values())
    caption = map_caption(wording.capital(row.name), drawn, parts, bool(output.run.get("samengevoegd")))

    def draw(path: Path) -> Drawing:
        return choropleth(path, row.name, drawn, row.city, parts, names)

    source = _source(output, _first(row))
    return [Picture("kaart", _extremes(row, names), caption, source, _row_numbers([row], names), draw)]


def _themes(output: Output) -> list[Picture]:
    shares, names = theme_shares(output, ()), phrases.theme_names(output)
    told = [one for one in shares if one.role != "professional" and one.figure.value is not None]
    if not told:
        return []
    top = max(told, key=lambda one: one.figure.value or 0.0)
    who = "Inwoners vertellen" if top.role else "Vertellers vertellen"
    theme = names.get(top.theme, top.theme)
    headline = f"{who} het meest over ‘{theme.lower()}’: {_amount(top.figure)} van hun verhalen"
    numbers = tuple(
        _numbers(names.get(one.theme, one.theme), "", _ROLES.get(one.role, "alle vertellers"), one.figure)
        for one in shares
    )
    most = figures.by_share(shares)[:_MOST_THEMES]
    drawn = [one for one in shares if one.theme in most]
    caption = "Aandeel van de verhalen per thema, met marge. Een verhaal kan over meer thema's gaan."
    if len(drawn) < len(shares):
        caption += f" Dit zijn de {_MOST_THEMES} thema's die het meest verteld zijn."
    return [
        Picture(
            "themas", headline, caption, _source(output, top.figure, "verhalen"), numbers,
            lambda path: figures.themes(path, drawn, names, WHOLE),
        )
    ]  # fmt: skip


def _tone(output: Output) -> list[Picture]:
    rows = tone_rows(output)
    if not rows:
        return []
    title, parts = next((row for row in rows if {"negatief", "positief"} <= set(row[1])), rows[0])
    shares = wording.join(
        [f"{wording.percent(parts[kind].value)} {kind}" for kind in ("negatief", "positief") if kind in parts]
    )
    of = {"Inwoners": "de verhalen van inwoners", "Alle verhalen": "alle verhalen"}.get(
        title, f"de verhalen: {title}"
    )
    headline = f"Van {of} is {shares}" if shares else "De toon van de verhalen"
    numbers = tuple(
        _numbers(f"Toon: {kind}", "", name, one) for name, found in rows for kind, one in found.items()
    )
    caption = "De toon van de verhalen volgens de computer: alle verhalen en per thema, in procenten."
    base = next(iter(parts.values()))
    return [
        Picture(
            "toon", headline, caption, _source(output, base, "verhalen"), numbers,
            lambda path: figures.sentiment(path, rows),
        )
    ]  # fmt: skip


def _profiles(output: Output, names: Mapping[str, str]) -> list[Picture]:
    made = []
    for name, title, rows in (
        ("wijkprofielen", "kerncijfers", list(comparable_rows(output).values())),
        ("wijkthemas", "thema's", theme_rows(output)),
    ):
        areas = areas_in(rows, names)
        if len(areas) < 3:
            continue
        outer = [place.area for row in rows for place in _ends(row)]
        most = max(areas, key=lambda area: (outer.count(area), -areas.index(area)))
        headline = (
            f"{names.get(most, most)} heeft bij {outer.count(most)} van de {len(rows)} {title} "
            "het hoogste of het laagste cijfer van de wijken"
        )
        caption = (
            f"De {title} per wijk. De lijn loopt van de laagste naar de hoogste wijk, het streepje is de hele stad. "
            f"Een open rondje is onnauwkeurig, {wording.HIDDEN} is niet getoond."
        )
        sources = dict.fromkeys(phrases.source_words(_first(row)) for row in rows)
        source = f"Bron: {'; '.join(sources)}.{_invented(output)}"

        def draw(path: Path, rows: Sequence[Row] = rows, areas: Sequence[str] = areas) -> Drawing:
            return profiles(path, rows, areas, names)

        made.append(Picture(name, headline, caption, source, _row_numbers(rows, names), draw))
    return made


def _courses(output: Output, names: Mapping[str, str]) -> list[Picture]:
    made = []
    for key, (title, unit, lines, city) in area_courses(output).items():
        every = [*lines, *([city] if city else [])]
        numbers = tuple(
            (
                wording.capital(title),
                names.get(one.area, one.area),
                wording.period(when),
                value,
                None,
                None,
                None,
                unit,
                "",
            )
            for one in every
            for when, value in one.points
        )

        draw = partial(courses, name=title, unit=unit, found=lines, city=city, names=names)
        headline = f"{wording.capital(title)}: hoe het per wijk ging"
        caption = f"{wording.capital(title)}, per wijk door de jaren. De stippellijn is de hele stad."
        source = f"Bron: indicatoren.{_invented(output)}"
        made.append(Picture(f"verloop-{phrases.label(key)}", headline, caption, source, numbers, draw))
    return made


def _triads(output: Output) -> list[Picture]:
    made = []
    for one in triads(output):
        numbers = tuple(
            (one.question, pole, place.name, round(100 * share, 1), None, None, float(place.n), "procent", "")
            for place in one.places
            for pole, share in zip(one.poles, place.centre, strict=True)
        )
        first = one.places[0]
        share, pole = max(zip(first.centre, one.poles, strict=True))
        headline = f"{one.question} {wording.capital(first.name)} zeggen het meest: {pole} ({wording.percent(100 * share)})"
        caption = (
            f"{one.question} Het midden per groep vertellers, met het gebied waar het bijna zeker in ligt."
        )
        count = wording.join([f"{wording.number(place.n)} {place.name}" for place in one.places])
        source = f"Bron: wat vertellers van hun eigen verhaal zeggen; n = {count}.{_invented(output)}"

        def draw(
            path: Path, poles: Sequence[str] = one.poles, places: Sequence[ternary.Place] = one.places
        ) -> Drawing:
            return ternary.triangle(path, poles, places)

        made.append(Picture(f"triade-{one.name}", headline, caption, source, numbers, draw))
    return made


_ROLES = {"inwoner": "inwoners", "professional": "professionals"}


def _first(row: Row) -> Figure:
    return row.city or next(iter(row.by_area.values()))


def _amount(figure: Figure) -> str:
    return wording.amount(figure.value, figure.unit)


def _ends(row: Row) -> list[Figure]:
    """The figures of the highest and the lowest area; empty when all are equal or hidden."""
    shown = sorted(
        (one for one in row.by_area.values() if one.value is not None), key=lambda one: -(one.value or 0.0)
    )
    return [shown[0], shown[-1]] if shown and shown[0].value != shown[-1].value else []


def _extremes(row: Row, names: Mapping[str, str]) -> str:
    name = wording.capital(row.name)
    if not (ends := _ends(row)):
        return f"{name}: in alle wijken hetzelfde"
    high, low = ends
    return (
        f"{name}: het hoogst in {names.get(high.area, high.area)} ({_amount(high)}), "
        f"het laagst in {names.get(low.area, low.area)} ({_amount(low)})"
    )


def _spread(row: Row, names: Mapping[str, str]) -> str:
    name, ends = wording.capital(row.name), _ends(row)
    if row.city is None or row.city.value is None or not ends:
        return _extremes(row, names)
    place = wording.area_phrase(row.city.area, names.get(row.city.area, row.city.area))
    high, low = ends
    return (
        f"{name}: {_amount(row.city)} {place}, van {_amount(low)} in {names.get(low.area, low.area)} "
        f"tot {_amount(high)} in {names.get(high.area, high.area)}"
    )


def _source(output: Output, figure: Figure, what: str = "") -> str:
    count = "" if wording.missing(figure.n) else f"; {wording.base(figure.n)}{f' {what}' if what else ''}"
    indicative = (
        " Indicatief: niemand heeft de computer op deze verhalen nagekeken."
        if figure.kind == "indicatief"
        else ""
    )
    return f"Bron: {phrases.source_words(figure)}{count}.{indicative}{_invented(output)}"


def _invented(output: Output) -> str:
    return " Alle gegevens zijn verzonnen." if output.run.get("fictief") else ""


def _row_numbers(rows: Iterable[Row], names: Mapping[str, str]) -> Numbers:
    return tuple(
        _numbers(wording.capital(row.name), names.get(one.area, one.area), wording.period(one.period), one)
        for row in rows
        for one in [*([row.city] if row.city else []), *row.by_area.values()]
    )


def _numbers(what: str, where: str, who: str, one: Figure) -> tuple[str | float | None, ...]:
    return (what, where, who, one.value, one.low, one.high, one.n, one.unit, phrases.status_words(one))
