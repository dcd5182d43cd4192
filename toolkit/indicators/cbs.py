"""Fetch figures of CBS StatLine into a file with measurements, with their origin and the day of fetching."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.files import read_table, write_csv
from toolkit.indicators import definitions as define
from toolkit.indicators import odata

COLUMNS = (*define.MEASUREMENT_COLUMNS, *define.MEASUREMENT_OPTIONAL, *define.MEASUREMENT_FETCHED)
# The dimension that many tables of CBS have: a value, and the ends of its 95% interval.
MARGINS = "Marges"
_MARGINS = {"MW00000": "waarde", "MOG0095": "laag", "MBG0095": "hoog"}
_PERIOD = re.compile(r"(\d{4})(?:JJ00|KW0([1-4])|MM(0[1-9]|1[0-2]))")

Kind = Literal["", "registratie", "steekproef"]


@dataclass(frozen=True)
class Request:
    """What to fetch: areas as CBS codes (NL0000 is the country), periods as 2024, 2024-Q1 or 2024-09.

    `measures` maps the id of our indicator to the code or title of CBS; `choices` gives a code per further
    dimension of the table; `kind` says whether CBS counted everybody or took a sample.
    """

    table: str
    areas: tuple[str, ...]
    periods: tuple[str, ...]
    measures: Mapping[str, str]
    set: str
    choices: Mapping[str, str]
    kind: Kind = ""


@dataclass(frozen=True)
class Fetched:
    """What stands in the file: rows, whether they are new, the day of fetching, how many cells CBS left empty.

    `meanings` are Dutch lines on what each indicator is at CBS; `note` says why a stored copy was used.
    """

    rows: int
    fresh: bool
    day: str
    without_value: int = 0
    title: str = ""
    meanings: tuple[str, ...] = ()
    note: str = ""


def fetch(
    request: Request, out: Path, server: odata.Server | None = None, today: date | None = None
) -> Fetched:
    """Fetch a table of CBS into `out`, a CSV with measurements that a plan can name under `metingen`.

    Columns COLUMNS: waarde with a decimal comma, laag and hoog where the table has margins, bron the table,
    tabel its number with the code of the measure, opgehaald the day. Cells without a value at CBS (secret,
    unknown) get no row. The file is replaced whole, and only when it holds nothing but this table.

    When CBS cannot be reached, the stored copy stays, if it knows every indicator, area and period asked.

    Raises ToolkitError for an unknown table, area, period, measure or choice, for a file that holds other
    measurements, and when there is neither CBS nor a stored copy.
    """
    _check(request)
    stored = _stored(request, out)
    try:
        table, frame, empty = _ask(request, server or odata.Server(), today or date.today())
    except odata.UnreachableError as error:
        return _from_copy(request, out, stored, error.message)
    if frame.empty:
        raise ToolkitError(
            f"Tabel {request.table} heeft voor deze gebieden en perioden geen enkel cijfer.",
            "Het CBS toont deze cijfers niet (geheim of niet bekend). Kies andere perioden of cijfers.",
        )
    write_csv(frame, out)
    meanings = []
    for name, wanted in request.measures.items():
        measure = odata.find_measure(table, wanted)
        meanings.append(f"{name}: {measure.title} ({measure.unit or 'zonder eenheid'}), {measure.code}")
    return Fetched(len(frame), True, str(frame["opgehaald"].iloc[0]), empty, table.title, tuple(meanings))


def _check(request: Request) -> None:
    for area in request.areas:
        if not define.AREA.fullmatch(area):
            hint = "Schrijf een code van het CBS, zoals GM0505, WK050507 of NL0000."
            raise ToolkitError(f"'{area:.40}' is geen gebiedscode.", hint)
    for period in request.periods:
        to_cbs(period)
    if not re.fullmatch(r"[0-9A-Za-z]{5,12}", request.table):
        raise ToolkitError(
            f"'{request.table:.40}' is geen nummer van een tabel.", "Schrijf bijvoorbeeld 84799NED."
        )
    if not (request.areas and request.periods and request.measures):
        raise ToolkitError("Noem minstens één gebied, één periode en één cijfer.")


def _ask(request: Request, server: odata.Server, day: date) -> tuple[odata.Table, pd.DataFrame, int]:
    table = odata.read_table(server, request.table)
    wanted = {name: odata.find_measure(table, one) for name, one in request.measures.items()}
    chosen: dict[str, Sequence[str]] = {}
    areas: dict[str, str] = {}
    if not table.geo:
        if request.areas != ("NL0000",):
            raise ToolkitError(f"Tabel {table.id} gaat alleen over heel Nederland.", "Vraag alleen NL0000.")
    else:
        areas, chosen[table.geo] = _areas(server, table, request.areas)
    if table.period:
        chosen[table.period] = _periods(server, table, request.periods)
    elif len(request.periods) != 1:
        hint = "Noem alleen het jaar waar deze tabel over gaat."
        raise ToolkitError(f"Tabel {table.id} gaat over één periode.", hint)
    for name in table.others:
        chosen[name] = _choice(server, table, name, request)
    unknown = set(request.choices) - set(table.others)
    if unknown:
        raise ToolkitError(
            f"Tabel {table.id} heeft geen indeling {', '.join(sorted(unknown))}.",
            f"Wel: {', '.join(table.others) or 'geen'}.",
        )
    found = odata.observations(server, table, [one.code for one in wanted.values()], chosen)
    cells: dict[tuple[str, str, str], dict[str, float]] = {}
    empty = 0
    for one in found:
        period = from_cbs(one[table.period]) if table.period else request.periods[0]
        area = areas[one[table.geo]] if table.geo else "NL0000"
        role = _MARGINS.get(one.get(MARGINS, ""), "waarde")
        if isinstance(one["value"], (int, float)):
            cells.setdefault((one["measure"], area, period), {})[role] = float(one["value"])
        elif role == "waarde":
            empty += 1
    rows = [
        _row(request, table, name, measure, area, period, cells[measure.code, area, period], day)
        for name, measure in wanted.items()
        for area in request.areas
        for period in request.periods
        if "waarde" in cells.get((measure.code, area, period), {})
    ]
    return table, pd.DataFrame(rows, columns=list(COLUMNS)), empty


def _row(
    request: Request, table: odata.Table, name: str, measure: odata.Measure, area: str, period: str,
    values: Mapping[str, float], day: date,
) -> dict[str, str]:  # fmt: skip
    interval = {key: _written(values[key]) for key in ("laag", "hoog") if {"laag", "hoog"} <= set(values)}
    return {
        "set": request.set, "id": name, "gebied": area, "periode": period, "waarde": _written(values["waarde"]),
        "laag": "", "hoog": "", **interval, "n": "", "bron": f"CBS StatLine, tabel {table.id}", "definitie": "",
        "soort": "steekproef" if interval else request.kind, "onderdeel": "",
        "tabel": f"{table.id} {measure.code}", "opgehaald": day.isoformat(),
    }  # fmt: skip


def _areas(
    server: odata.Server, table: odata.Table, areas: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """Our code per code of CBS, and the codes as CBS pads them; the country is NL00 or NL01 there."""
    known = odata.codes(server, table, table.geo, ["NL" if one == "NL0000" else one for one in areas])
    ours, padded = {}, []
    for area in areas:
        code = next((one for one in known if one.startswith("NL")), "") if area == "NL0000" else area
        if code not in known:
            hint = (
                "Wijken en buurten krijgen soms een nieuwe code: kies een tabel van het jaar van uw indeling."
            )
            raise ToolkitError(f"Het gebied {area} staat niet in tabel {table.id}.", hint)
        ours[code] = area
        padded.append(known[code][0])
    return ours, padded


def _periods(server: odata.Server, table: odata.Table, periods: Sequence[str]) -> list[str]:
    known = odata.codes(server, table, table.period)
    lacking = [period for period in periods if to_cbs(period) not in known]
    if lacking:
        shown = [from_cbs(code) for code in known if _PERIOD.fullmatch(code)]
        hint = (
            f"Er zijn: {', '.join(shown[-8:])}."
            if shown
            else "De tabel heeft geen jaren, kwartalen of maanden."
        )
        raise ToolkitError(f"Tabel {table.id} heeft geen periode {', '.join(lacking)}.", hint)
    return [known[to_cbs(period)][0] for period in periods]


def _choice(server: odata.Server, table: odata.Table, name: str, request: Request) -> list[str]:
    known = odata.codes(server, table, name)
    chosen = request.choices.get(name, "")
    if not chosen and name == MARGINS:
        return [known[code][0] for code in _MARGINS if code in known]
    if chosen not in known:
        some = ", ".join(f"{code} ({title})" for code, (_, title) in list(known.items())[:12])
        what = f"heeft geen {name} {chosen:.40}" if chosen else f"is ook ingedeeld naar {name}"
        raise ToolkitError(f"Tabel {table.id} {what}.", f"Kies met --choose {name}=CODE uit: {some}.")
    return [known[chosen][0]]


def _stored(request: Request, out: Path) -> pd.DataFrame | None:
    """The rows of an earlier fetch of this table, or None; a file with anything else is not touched."""
    if not out.is_file():
        return None
    frame = read_table(out, header=COLUMNS, form="csv")
    ours = "tabel" in frame and frame["tabel"].str.startswith(f"{request.table} ").all()
    if not ours:
        raise ToolkitError(
            f"In {out.name} staan al andere metingen.", "Kies bij --out een eigen bestand voor deze tabel."
        )
    return frame


def _from_copy(request: Request, out: Path, stored: pd.DataFrame | None, why: str) -> Fetched:
    again = "Probeer het later opnieuw, of controleer de internetverbinding."
    if stored is None or stored.empty:
        raise ToolkitError(f"Ophalen lukt niet: {why}. Er is ook geen eerdere kopie in {out.name}.", again)
    asked = {"id": tuple(request.measures), "gebied": request.areas, "periode": request.periods}
    day = str(stored["opgehaald"].min())
    lacking = [one for column, wanted in asked.items() for one in wanted if one not in set(stored[column])]
    if lacking:
        raise ToolkitError(
            f"Ophalen lukt niet: {why}. In de kopie van {day} in {out.name} ontbreekt: {', '.join(lacking)}.",
            again,
        )
    have = set(stored[["id", "gebied", "periode"]].itertuples(index=False, name=None))
    # CBS leaves secret cells empty, so that a whole copy can lack some of them.
    empty = sum(cell not in have for cell in product(*asked.values()))
    return Fetched(len(stored), False, day, empty, note=why)


def to_cbs(period: str) -> str:
    """A period in the notation of CBS: 2024 is 2024JJ00, 2024-Q1 is 2024KW01, 2024-09 is 2024MM09.

    Raises ToolkitError for another notation.
    """
    if re.fullmatch(r"\d{4}", period):
        return f"{period}JJ00"
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", period):
        return f"{match[1]}KW0{match[2]}"
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", period):
        return f"{match[1]}MM{match[2]}"
    hint = "Schrijf een jaar (2024), kwartaal (2024-Q1) of maand (2024-09)."
    raise ToolkitError(f"'{period:.40}' is geen periode.", hint)


def from_cbs(code: str) -> str:
    """A period of CBS in our notation; one that is no year, quarter or month stays as it is."""
    match = _PERIOD.fullmatch(code)
    if not match:
        return code
    return f"{match[1]}-Q{match[2]}" if match[2] else f"{match[1]}-{match[3]}" if match[3] else match[1]


def _written(value: float) -> str:
    """A number as a person writes it, with a decimal comma."""
    text = str(int(value)) if value.is_integer() else repr(value)
    return text.replace(".", ",")


def parse_measures(words: Sequence[str]) -> dict[str, str]:
    """ "id=code" or only a code, per measure; without an id the code in small letters and dashes is the id."""
    found = {}
    for word in words:
        name, separator, code = word.partition("=")
        if not separator:
            name, code = re.sub(r"[^a-z0-9]+", "-", word.casefold()).strip("-"), word
        found[name.strip()] = code.strip()
    return found


def parse_choices(words: Sequence[str]) -> dict[str, str]:
    """ "DIMENSION=CODE" per word.

    Raises ToolkitError for a word without "=".
    """
    pairs: dict[str, Any] = {}
    for word in words:
        name, separator, code = word.partition("=")
        if not separator:
            raise ToolkitError(
                f"'{word:.40}' is geen keuze.", "Schrijf bijvoorbeeld: --choose Leeftijd=20300"
            )
        pairs[name.strip()] = code.strip()
    return pairs
