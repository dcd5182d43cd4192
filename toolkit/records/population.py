"""Read the target population per area, the denominator of bereik."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from toolkit.errors import DataError, Problem, closest
from toolkit.records.cells import to_whole
from toolkit.records.files import decode

_SPLITS = ("leeftijdsgroep", "geslacht")


def read_population(path: Path, merge: Mapping[str, str]) -> pd.DataFrame:
    """Residents per area as a frame with columns gebied and aantal, after merging areas.

    The CSV has columns gebied and aantal, and may split by leeftijdsgroep and geslacht; an empty cell
    there means "everyone". An area counts by its undivided row when it has one, else by its age
    groups, else by the full crossing, else by sex: a file made for raking holds several of these,
    and adding them all would count people more than once.

    Raises DataError with all problems: a missing file or column, a count that is no whole number.
    """
    if not path.is_file():
        raise DataError([Problem(path.name, "dit bestand bestaat niet.", "Kijk naar 'doelgroep_bevolking'.")])
    text = decode(path.read_bytes(), path.name)
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    header = [name.strip() for name in reader.fieldnames or []]
    missing = [name for name in ("gebied", "aantal") if name not in header]
    if missing:
        raise DataError(
            [
                Problem(path.name, f"de kolom '{name}' ontbreekt.", closest(name, header), row=1, column=name)
                for name in missing
            ]
        )
    problems, rows = [], []
    for number, line in enumerate(reader, start=2):
        cells = {str(key).strip(): str(value or "").strip() for key, value in line.items()}
        count = to_whole(cells["aantal"])
        if count is None:
            remedy = "Schrijf een heel getal, zonder punt of komma."
            problems.append(Problem(path.name, "dit is geen aantal.", remedy, row=number, column="aantal"))
        split = tuple(bool(cells.get(name)) for name in _SPLITS)
        rows.append((merge.get(cells["gebied"], cells["gebied"]), cells["gebied"], split, count or 0))
    if problems:
        raise DataError(problems)
    frame = pd.DataFrame(rows, columns=["gebied", "own", "split", "aantal"])
    order = [(False, False), (True, False), (True, True), (False, True)]
    frame["rank"] = frame["split"].map(order.index)
    used = frame[frame["rank"] == frame.groupby("own")["rank"].transform("min")]
    return used.groupby("gebied", sort=True)["aantal"].sum().reset_index()
