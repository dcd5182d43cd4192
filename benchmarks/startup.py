"""How long the command line takes to start: `tev --help` and `tev check voorbeeld`, beside Python and pandas alone.

Whole processes, in turn; of a few rounds the fastest counts. Python keeps what it compiled, as it does for a user after
the first time. The ratios hold on any machine; the seconds are those of this one.

Run: python -m benchmarks.startup
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from typing import Any

from benchmarks.measured import ROOT, keep, load, measure, tev

GOALS = {"tev --help": 0.4, "tev check voorbeeld": 2.0}


def commands() -> dict[str, list[str]]:
    """What is measured, by the name that the page gives it."""
    return {
        "python": [sys.executable, "-c", "pass"],
        "import pandas": [sys.executable, "-c", "import pandas"],
        "tev --help": tev("--help"),
        "tev check voorbeeld": tev("check", "voorbeeld", "--map", str(ROOT)),
    }


def compare(rounds: int) -> dict[str, Any]:
    """The fastest of each in seconds (clock and processor), and the ratio to Python or to pandas alone."""
    busy = load()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    clock: dict[str, list[float]] = {name: [] for name in commands()}
    processor: dict[str, list[float]] = {name: [] for name in commands()}
    with tempfile.TemporaryDirectory() as compiled:
        for number in range(rounds + 1):
            for name, command in commands().items():
                spent = measure(command, extra={"PYTHONPYCACHEPREFIX": compiled})
                if number:  # the first round compiles
                    clock[name].append(spent.seconds)
                    processor[name].append(spent.processor)
    best = {name: min(values) for name, values in clock.items()}
    least = {name: min(values) for name, values in processor.items()}
    return {
        "rondes": rounds,
        "drukte": busy,
        "seconden": best,
        "processor": least,
        "help_tegen_python": round(least["tev --help"] / least["python"], 2),
        "help_tegen_pandas": round(least["tev --help"] / least["import pandas"], 2),
        "check_tegen_pandas": round(least["tev check voorbeeld"] / least["import pandas"], 2),
        "doelen": GOALS,
    }


def main() -> int:
    """Measure, print and keep; 1 when a goal is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--state", choices=("voor", "nu"), default="nu")
    options = parser.parse_args()
    row = compare(options.rounds)
    keep("startup", {"stand": options.state, **row}, ("stand",))
    for name, seconds in row["seconden"].items():
        goal = f" (doel {GOALS[name]:g})" if name in GOALS else ""
        print(f"{name:22} {seconds:.2f} s, processor {row['processor'][name]:.2f} s{goal}")
    return int(any(row["seconden"][name] > goal for name, goal in GOALS.items()))


if __name__ == "__main__":
    raise SystemExit(main())
