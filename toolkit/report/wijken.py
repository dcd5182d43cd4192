"""The wijken at a glance: a map where the project has one, and little figures per wijk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from toolkit.geometry import MAP_FILE, Shapes, shapes_of
from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.grid import Column, grid
from toolkit.report.maps import choropleth, map_caption
from toolkit.report.multiples import Course, Row, courses, profiles
from toolkit.report.source import Figure, Output, areas_of, city_of, headline_measures, is_city, is_part, pick
from toolkit.report.tabular import details, image

COUNTS = ("personen", "trajecten", "huishoudens", "aantal", "euro")  # counts do not compare between wijken
_LEAST_AREAS, _MOST_AREAS, _MOST_ROWS = 3, 24, 6


def wijken_parts(output: Output, folder: Path) -> dict[str, str]:
    """The include files `kaart` and `wijkprofielen`; figures are written in `folder`.

    `kaart` is empty where the project has no map, so that a template may always include it.
    """
    names = phrases.area_names(output)
    return {
        "kaart": _map(output, folder, names),
        "wijkprofielen": "\n".join(
            part for part in (_profiles(output, folder, names), *_courses(output, folder, names)) if part
        )
        or "Er zijn geen cijfers per wijk.\n",
    }


def shapes(output: Output) -> Shapes | None:
    """The shapes of the wijken; None where the project has no map."""
    path = output.folder / MAP_FILE
    return shapes_of(path.read_text(encoding="utf-8")) if path.is_file() else None


def mapped_measure(output: Output) -> str:
    """The measure on the map: the first headline figure that can be compared between wijken; "" when none can."""
    rows = comparable_rows(output)
    return next(iter(rows), "")


def comparable_rows(output: Output) -> dict[str, Row]:
    """Per headline figure that at least three wijken have and that can be compared between them, its numbers."""
    found = {}
    for measure in headline_measures(output):
        parts = areas_of(rows := pick(output, measure))
        if sum(one.value is not None for one in parts) >= _LEAST_AREAS and parts[0].unit not in COUNTS:
            by_area = {one.area: one for one in parts}
            found[measure] = Row(phrases.measure_name(output, measure), by_area, city_of(rows))
    return found


def theme_rows(output: Output) -> list[Row]:
    """The themes that residents tell most, of which at least three wijken have a share that may be shown."""
    names = phrases.theme_names(output)
    found: dict[str, list[Figure]] = {}
    for one in output.figures("verhalen", group="rol=inwoner"):
        if one.measure.startswith("thema."):
            found.setdefault(one.measure.removeprefix("thema."), []).append(one)
    rows = [
        Row(
            names.get(theme, theme),
            {one.area: one for one in figures if is_part(one.area)},
            next((one for one in figures if is_city(one.area)), None),
        )
        for theme, figures in found.items()
        if sum(one.value is not None for one in figures if is_part(one.area)) >= _LEAST_AREAS
    ]
    rows.sort(key=lambda row: -(row.city.value or 0.0) if row.city else 0.0)
    return rows[:_MOST_ROWS]


def area_courses(output: Output) -> dict[str, tuple[str, str, list[Course], Course | None]]:
    """Per indicator that at least three wijken have more than once: name, unit, their courses, the city's."""
    frame = output.frame("indicatoren-reeks")
    found: dict[str, tuple[str, str, dict[str, dict[str, float]]]] = {}
    for row in frame[frame["rol"].isin(["nulmeting", "meting"])].to_dict("records"):
        try:
            value = float(str(row["waarde"]).replace(",", "."))
        except ValueError:
            continue
        name = row["naam"] + (f": {row['onderdeel']}" if row["onderdeel"] else "")
        key = f"{row['id']} {row['onderdeel']}".strip()
        of_area = found.setdefault(key, (name, row["eenheid"], {}))[2].setdefault(row["gebied"], {})
        of_area[row["periode"]] = value
    made = {}
    for key, (name, unit, per_area) in found.items():
        lines = [
            Course(area, tuple(sorted(points.items())))
            for area, points in per_area.items()
            if len(points) > 1
        ]
        wijken = [one for one in lines if is_part(one.area)][:_MOST_AREAS]
        if len(wijken) >= _LEAST_AREAS:
            made[key] = (name, unit, wijken, next((one for one in lines if is_city(one.area)), None))
    return made


def table_of(
    label: str, caption: str, rows: Sequence[Row], areas: Sequence[str], names: Mapping[str, str]
) -> str:
    """The table behind the little figures: a row per area, a column per measure."""
    city = next((row.city for row in rows if row.city), None)
    columns = [
        Column(wording.capital(row.name), {**row.by_area, **({row.city.area: row.city} if row.city else {})})
        for row in rows
    ]
    keys = [*([city.area] if city else []), *areas]
    return grid(
        label,
        caption,
        "Gebied",
        {key: names.get(key, key) for key in keys},
        columns,
        total=city.area if city else None,
    )


def areas_in(rows: Sequence[Row], names: Mapping[str, str]) -> list[str]:
    """The areas that have a row, in the order of the list of areas, no more than a page holds."""
    known = {area for row in rows for area in row.by_area}
    return [code for code in names if code in known][:_MOST_AREAS]


def _map(output: Output, folder: Path, names: Mapping[str, str]) -> str:
    drawn, rows = shapes(output), comparable_rows(output)
    if drawn is None or not rows:
        return ""
    row = next(iter(rows.values()))
    parts = list(row.by_area.values())
    drawing = choropleth(folder / "kaart.png", row.name, drawn, row.city, parts, names)
    caption = escape_markdown(
        map_caption(wording.capital(row.name), drawn, parts, bool(output.run.get("samengevoegd")))
    )
    table = table_of(
        "kaart",
        f"{escape_markdown(wording.capital(row.name))}, per wijk",
        [row],
        areas_in([row], names),
        names,
    )
    behind = details(f"Toon de tabel bij de kaart: {row.name}, per wijk", table)
    return image("kaart", caption, f"{folder.name}/{drawing.file}", drawing.alt) + "\n" + behind


def _profiles(output: Output, folder: Path, names: Mapping[str, str]) -> str:
    blocks = []
    for label, title, rows in (
        ("wijkprofielen", "De kerncijfers", list(comparable_rows(output).values())),
        ("wijkthemas", "De thema's in verhalen van inwoners", theme_rows(output)),
    ):
        areas = areas_in(rows, names)
        if len(areas) < _LEAST_AREAS:
            continue
        drawing = profiles(folder / f"{label}.png", rows, areas, names)
        caption = (
            f"{title} per wijk. De lijn loopt van de laagste naar de hoogste wijk, het streepje is de hele stad. "
            f"Een open rondje is onnauwkeurig, {wording.HIDDEN} is niet getoond."
        )
        table = table_of(label, f"{title} per wijk", rows, areas, names)
        behind = details(f"Toon de tabel bij de figuur: {title[:1].lower() + title[1:]} per wijk", table)
        blocks.append(image(label, caption, f"{folder.name}/{drawing.file}", drawing.alt) + "\n" + behind)
    return "\n".join(blocks)


def _courses(output: Output, folder: Path, names: Mapping[str, str]) -> list[str]:
    blocks = []
    for key, (name, unit, lines, city) in area_courses(output).items():
        label = f"verloop-{phrases.label(key)}"
        drawing = courses(folder / f"{label}.png", name, unit, lines, city, names)
        caption = (
            f"{escape_markdown(wording.capital(name))}, per wijk door de jaren. De stippellijn is de hele stad. "
            "De tabel met alle metingen staat bij de indicatoren."
        )
        blocks.append(image(label, caption, f"{folder.name}/{drawing.file}", drawing.alt))
    return blocks
