"""How long it takes to read and check a large delivery, against reading it alone, in one run.

A CSV of 500,000 rows is compared with `pandas.read_csv`, an XLSX of 100,000 rows with calamine. Each is done
five times, in turn; the ratio of the fastest times is printed and must not be above 2.5.

    python benchmarks/intake.py
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# pandas reads a large CSV with every core, whatever this says; Arrow looks at it when it is loaded.
os.environ.pop("OMP_NUM_THREADS", None)

import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from toolkit.intake.check import check_file
from toolkit.intake.spec import specification

MOST = 2.5
TIMES = 5


def delivery(rows: int, seed: int = 20260101) -> pd.DataFrame:
    """Trajectories as a partner delivers them: a few thousand different dates, two in three have ended."""
    random = np.random.default_rng(seed)
    signup = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 700, rows), unit="D")
    start = signup + pd.to_timedelta(random.integers(0, 60, rows), unit="D")
    end = pd.Series(start + pd.to_timedelta(random.integers(10, 300, rows), unit="D"))
    ended = random.random(rows) < 2 / 3
    goals = random.integers(1, 5, rows)
    return pd.DataFrame(
        {
            "Cliëntnr": [f"K{number:07d}" for number in random.integers(0, 9_000_000, rows)],
            "Soort hulp": random.choice(["Begeleiding thuis", "Opvoedhulp", "Dagbesteding"], rows),
            "Wijk": random.choice([f"WK05050{number}" for number in range(1, 10)], rows),
            "Aanmelddatum": signup,
            "Startdatum": start,
            "Einddatum": end.where(ended),
            "Reden einde": np.where(ended, random.choice(["19", "21", "doel bereikt"], rows), ""),
            "Doelen gesteld": goals,
            "Doelen behaald": random.integers(0, goals + 1),
        }
    )


def fastest(*works: Callable[[], object]) -> list[float]:
    """The fastest of a few times for each, in seconds; they take turns, so that all meet the same machine."""
    best = [float("inf")] * len(works)
    for _ in range(TIMES):
        for number, work in enumerate(works):
            begin = time.perf_counter()
            work()
            best[number] = min(best[number], time.perf_counter() - begin)
    return best


def main() -> int:
    """Print both ratios; 1 when one of them is too high."""
    agreed = specification({"soort": "trajecten"})
    with tempfile.TemporaryDirectory() as folder:
        text, book = Path(folder) / "groot.csv", Path(folder) / "groot.xlsx"
        delivery(500_000).to_csv(text, sep=";", index=False, date_format="%d-%m-%Y", encoding="utf-8-sig")
        delivery(100_000).to_excel(book, index=False, engine="xlsxwriter")
        pairs = {
            "CSV, 500.000 rijen": (lambda: pd.read_csv(text, sep=";"), lambda: check_file(text, agreed)),
            "XLSX, 100.000 rijen": (
                lambda: CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python(),
                lambda: check_file(book, agreed),
            ),
        }
        worst = 0.0
        for name, (alone, ours) in pairs.items():
            base, whole = fastest(alone, ours)
            worst = max(worst, whole / base)
            print(
                f"{name:20} lezen {base:.2f} s   lezen en controleren {whole:.2f} s   verhouding {whole / base:.2f}"
            )
    return int(worst > MOST)


if __name__ == "__main__":
    raise SystemExit(main())
