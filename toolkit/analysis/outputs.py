"""Write what an analysis found: CSV tables, a workbook, and run.json last, each whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.files import clear_leftovers, whole_file, write_csv
from toolkit.geometry import MAP_FILE, Shapes, shapes_text

# Sheet of the workbook per table, and what it holds.
SHEETS = {
    "measures": ("Cijfers", "Alle gepubliceerde cijfers: één rij per cijfer, met interval en aantal."),
    "indicatoren": ("Indicatoren", "Nulmeting, laatste meting en oordeel per indicator."),
    "projecten": ("Projecten", "Per project doel, geld, bereik en tevredenheid, met totalen die optellen."),
    "indicatoren-reeks": (
        "Reeksen",
        "Alle metingen van elke indicator, met de verandering sinds de nulmeting.",
    ),
    "samen": ("Cijfers en verhalen", "Per onderwerp en gebied: het cijfer naast de verhalen."),
    "citaten": ("Citaten", "Zinnen uit verhalen waarvan de verteller dat goed vond, zonder namen."),
    "themas": ("Thema's", "Het codeboek van de thema's."),
    "onderwerpen": ("Onderwerpen", "Onderwerpen die in de verhalen zelf gevonden zijn."),
    "eigen-duiding": (
        "Eigen duiding",
        "Waar vertellers hun eigen verhaal plaatsen, per groep; rand is de marge van een driehoek.",
    ),
    "eigen-duiding-verschillen": (
        "Verschillen eigen duiding",
        "Of groepen vertellers verschillend antwoordden (permutatietoets).",
    ),
    "respons": ("Respons", "Uitgenodigd, begonnen en volledig, per wijk."),
    "definities": ("Definities", "Wat elk cijfer betekent."),
    "gebieden": ("Gebieden", "Codes en namen van gebieden."),
}
DUTCH = {
    "source": "bron", "dataset": "gegevens", "measure": "maat", "unit": "eenheid", "area": "gebied",
    "period": "periode", "group": "groep", "value": "waarde", "low": "laag", "high": "hoog", "n": "n",
    "n_eff": "n effectief", "status": "status",
}  # fmt: skip


# Excel shows these with the marks of the reader's own language: 1.234,5 in Dutch.
_UNIT_FORMATS = (
    ("procent", "#,##0.0"), ("euro", "#,##0"), ("dagen", "#,##0"), ("personen", "#,##0"), ("trajecten", "#,##0"),
    ("cijfer", "0.0"), ("schaalscore", "0.0"), ("per 1.000", "#,##0.0"), ("klachten", "#,##0"),
    ("bezwaren", "#,##0"), ("meldingen", "#,##0"), ("aantal", "#,##0"),
)  # fmt: skip
_FORMATS = ("#,##0", "#,##0.0", "#,##0.00", "0.0")
_EURO = ("budget", "besteed")


def write_outputs(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    private: Mapping[str, pd.DataFrame],
    run: dict[str, Any],
    shapes: Shapes | None = None,
) -> None:
    """All files of an analysis in `folder`; private tables in `folder/private`; the map where there is one.

    A file is replaced only when its successor is complete. run.json comes last and holds the hash of
    every public file, so that a run that was cut off is seen as not done.
    """
    (folder / "run.json").unlink(missing_ok=True)
    for place in (folder, folder / "private"):
        clear_leftovers(place)
    for name, frame in private.items():
        write_csv(frame, folder / "private" / f"{name}.csv")
    for path in (folder / "private").glob("*.csv"):
        # Of a source that the plan no longer names, or that was erased, no row may stay behind.
        if path.stem not in private:
            path.unlink()
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")
    write_workbook(folder / "uitkomsten.xlsx", tables, run)
    (folder / MAP_FILE).unlink(missing_ok=True)
    if shapes is not None:
        with whole_file(folder / MAP_FILE) as temporary:
            temporary.write_text(shapes_text(shapes), encoding="utf-8")
    public = sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".xlsx", ".geojson"))
    for path in public:
        if path.suffix == ".csv" and path.stem not in tables:
            path.unlink()
    run["uitvoer"] = {path.name: _sha(path) for path in public if path.exists()}
    with whole_file(folder / "run.json") as temporary:
        temporary.write_text(json.dumps(run, indent=1, ensure_ascii=False, default=str), encoding="utf-8")


def unchanged(folder: Path, inputs: Mapping[str, str], program: str) -> dict[str, Any] | None:
    """The run.json of an earlier run with the same inputs and program whose outputs still stand, or None."""
    try:
        run: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        same = run["invoer"] == dict(inputs) and run["programma"] == program
        whole = all(_sha(folder / name) == known for name, known in run["uitvoer"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return run if same and whole else None


def write_workbook(path: Path, tables: Mapping[str, pd.DataFrame], run: Mapping[str, Any]) -> None:
    """An Excel workbook with a reading guide and a sheet per table; text is never taken as a formula."""
    import xlsxwriter

    with whole_file(path) as temporary:
        book = xlsxwriter.Workbook(
            str(temporary),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        # A fixed moment: the same outcomes give the same file.
        book.set_properties(
            {
                "title": str(run.get("naam", "")),
                "created": datetime(2000, 1, 1),
                "author": "tellen én vertellen",
            }
        )
        head = book.add_format(
            {"bold": True, "bg_color": "#1F3D5C", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
        )
        bold, wrap = (
            book.add_format({"bold": True, "font_size": 14}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        formats = {code: book.add_format({"num_format": code, "valign": "top"}) for code in _FORMATS}
        guide = book.add_worksheet("Leeswijzer")
        guide.set_column(0, 0, 24)
        guide.set_column(1, 1, 90, wrap)
        guide.write_string(0, 0, str(run.get("naam", "")), bold)
        lines = [("Periode", str(run.get("periode", ""))), ("Gemaakt op", str(run.get("gestart", ""))[:10])]
        lines += [
            ("Lege cel", "Dit cijfer is niet bekend of mag niet worden getoond. De kolom status zegt waarom.")
        ]
        lines += [(sheet, meaning) for name, (sheet, meaning) in SHEETS.items() if name in tables]
        for row, (left, right) in enumerate(lines, start=2):
            guide.write_string(row, 0, left)
            guide.write_string(row, 1, right)
        for name, (sheet, _) in SHEETS.items():
            if name in tables:
                frame = _named(tables) if name == "measures" else tables[name]
                _write_sheet(book.add_worksheet(sheet), frame.rename(columns=DUTCH), head, wrap, formats)
        book.close()


def _named(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The measures with the name of each measure and area beside its code."""
    frame = tables["measures"].copy()
    named = (("measure", "definities", "maat", "naam"), ("area", "gebieden", "gebied", "gebiedsnaam"))
    for column, table, key, title in named:
        names: dict[str, str] = {}
        if table in tables:
            names = dict(zip(tables[table][key], tables[table]["naam"], strict=True))
        if column == "measure" and "indicatoren" in tables:
            known = tables["indicatoren"]
            names = dict(zip(known["id"], known["naam"], strict=True)) | names
        place = list(frame.columns).index(column) + 1
        frame.insert(place, title, frame[column].map(names).fillna(""))
    return frame


def _format(column: str, unit: str, values: list[float]) -> str:
    """The number format of a cell: by the unit where a row has one, else by the numbers in its column."""
    if unit and column in ("waarde", "laag", "hoog"):
        return next((code for start, code in _UNIT_FORMATS if unit.startswith(start)), "#,##0.00")
    if all(float(value).is_integer() for value in values):
        return "#,##0"
    return "#,##0.00" if column in _EURO or max(map(abs, values)) <= 1 else "#,##0.0"


def _write_sheet(sheet: Any, frame: pd.DataFrame, head: Any, wrap: Any, formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, str(name), head)
        values = frame[name].tolist()
        longest = max([len(str(name)) + 2, *(len(str(value)) for value in values[:200])])
        sheet.set_column(column, column, min(60, max(8, longest)))
        numbers = [value for value in values if _is_number(value) and value == value]
        units = frame["eenheid"].tolist() if "eenheid" in frame else [""] * len(values)
        for row, (value, unit) in enumerate(zip(values, units, strict=True), start=1):
            if _is_number(value):
                if value == value:
                    code = _format(str(name), str(unit), numbers)
                    sheet.write_number(row, column, float(value), formats[code])
            elif value is not None and value is not pd.NA and value is not pd.NaT and str(value):
                sheet.write_string(row, column, str(value), wrap)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
