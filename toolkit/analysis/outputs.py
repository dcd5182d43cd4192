"""Write what an analysis found: CSV tables, a workbook, and run.json last, each whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.files import clear_leftovers, whole_file, write_csv
from toolkit.geometry import MAP_FILE, Shapes, shapes_text
from toolkit.report.sheets import DUTCH, named_measures, open_book, write_frame

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
    "samenhang": (
        "Samenhang",
        "Of mensen die over een thema vertelden, andere antwoorden gaven. Dat zegt niet waar het van komt.",
    ),
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
    with whole_file(path) as temporary:
        book, styles = open_book(temporary, str(run.get("naam", "")))
        guide = book.add_worksheet("Leeswijzer")
        guide.set_column(0, 0, 24)
        guide.set_column(1, 1, 90, styles.wrap)
        guide.write_string(0, 0, str(run.get("naam", "")), styles.title)
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
                frame = named_measures(tables) if name == "measures" else tables[name]
                write_frame(book.add_worksheet(sheet), frame.rename(columns=DUTCH), styles)
        book.close()


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
