"""How the time of each step and the peak memory grow with the number of stories.

Every size runs in a project of its own with nothing kept, in a process of its own (benchmarks/steps.py). Between two
sizes the exponent is log(seconds ratio) / log(size ratio), after the seconds of the same step with no stories to speak of
(100) are taken off: loading a model does not grow. Above 1.2 is too steep; topics may grow as n log n.

Run: python -m benchmarks.growth --embedding use 1000 10000 100000
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.measured import Spent, keep, kept, load, measure, project

STEEP = 1.2
GIGABYTES = 4.0
BASE = 100
TOO_SHORT = 1.0  # seconds under which a step is noise
WHOLE = "Hele analyse (processor)"
TOPICS = "Onderwerpen zoeken"


def size(stories: int, embedding: str) -> tuple[Spent, dict[str, float]]:
    """One cold run on so many stories: what it took, and the seconds per step."""
    with project(stories, embedding) as root:
        spent = measure([sys.executable, "-m", "benchmarks.steps", str(root)])
        return spent, json.loads(spent.output.splitlines()[-1])


def exponents(sizes: Sequence[int], steps: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of every step the exponent between the first and the last of `sizes`; steps that take no time are left out.

    `steps` has the seconds at BASE stories first, then one of each size.
    """
    base, *measured = steps
    found = {}
    for name in measured[-1]:
        low, high = (row.get(name, 0.0) - base.get(name, 0.0) for row in (measured[0], measured[-1]))
        if measured[-1][name] < TOO_SHORT or high <= 0 or low <= 0.05:
            continue
        found[name] = round(math.log(high / low) / math.log(sizes[-1] / sizes[0]), 2)
    return found


def allowed(name: str, sizes: Sequence[int]) -> float:
    """The steepest that a step may grow: 1.2, and for topics n log n (with the same slack)."""
    if name != TOPICS:
        return STEEP
    low, high = sizes[0], sizes[-1]
    return round(math.log(high * math.log(high) / (low * math.log(low))) / math.log(high / low) * STEEP, 2)


def grow(sizes: Sequence[int], embedding: str, state: str) -> dict[str, Any]:
    """Measure the sizes that are not kept yet in this state, and the exponents over all of them."""
    rows = {
        row["verhalen"]: row
        for row in kept("growth-sizes")
        if row["taalmodel"] == embedding and row["stand"] == state
    }
    for number in (BASE, *sizes):
        if number in rows:
            continue
        busy = load()
        spent, steps = size(number, embedding)
        row = {
            "stand": state, "taalmodel": embedding, "verhalen": number, "drukte": busy, "seconden": spent.seconds,
            "processor": spent.processor, "geheugen_gb": spent.memory, "stappen": steps,
        }  # fmt: skip
        keep("growth-sizes", row, ("stand", "taalmodel", "verhalen"))
        rows[number] = row
        print(f"{number} verhalen: {spent.seconds:.1f} s, {spent.memory:.2f} GB", flush=True)
    told = [rows[number]["stappen"] | {WHOLE: rows[number]["processor"]} for number in (BASE, *sizes)]
    found = exponents(sizes, told) if len(sizes) > 1 else {}
    return {
        "stand": state,
        "taalmodel": embedding,
        "van": sizes[0],
        "tot": sizes[-1],
        "exponenten": found,
        "te_steil": sorted(name for name, value in found.items() if value > allowed(name, sizes)),
        "geheugen_gb": rows[sizes[-1]]["geheugen_gb"],
        "doel": STEEP,
    }


def main() -> int:
    """Measure, print and keep; 1 when a step grows too steeply or too much memory is used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10000])
    parser.add_argument("--embedding", default="use")
    parser.add_argument("--state", choices=("voor", "nu"), default="nu")
    options = parser.parse_args()
    row = grow(options.sizes, options.embedding, options.state)
    if len(options.sizes) > 1:
        keep("growth", row, ("stand", "taalmodel", "tot"))
    for name, value in row["exponenten"].items():
        print(f"{name:40} exponent {value:.2f}{'  TE STEIL' if name in row['te_steil'] else ''}")
    print(f"geheugen bij {row['tot']} verhalen: {row['geheugen_gb']:.2f} GB (doel onder {GIGABYTES:g})")
    return int(bool(row["te_steil"]) or row["geheugen_gb"] > GIGABYTES)


if __name__ == "__main__":
    raise SystemExit(main())
