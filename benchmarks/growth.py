"""How the time of each step and the peak memory grow with the number of stories.

Every size runs in a project of its own with nothing kept, in a process of its own (benchmarks/steps.py), counted in processor seconds; tellers also
answered dyads and a triad. The seconds of the same step with no stories to speak of (100) are taken off: loading a model
does not grow. From every size to the next a step may grow as the number of stories, and a fifth more; topics as n log n.

Run: python -m benchmarks.growth --embedding use 1000 10000 100000
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.measured import Spent, keep, kept, load, measure, project

SLACK = 1.2
GIGABYTES = 4.0
BASE = 100
TOO_SHORT = 1.0  # seconds under which a step is noise
WHOLE = "Hele analyse (processor)"
TOPICS = "Onderwerpen zoeken"


def size(stories: int, embedding: str) -> tuple[Spent, dict[str, float]]:
    """One cold run on so many stories: what it took, and the seconds per step."""
    with project(stories, embedding, asked=True) as root:
        spent = measure([sys.executable, "-m", "benchmarks.steps", str(root)])
        return spent, json.loads(spent.output.splitlines()[-1])


def times(sizes: Sequence[int], steps: Sequence[dict[str, float]]) -> dict[str, list[float]]:
    """Of every step how many times longer it took from each of `sizes` to the next; NaN where it took no time.

    `steps` has the seconds at BASE stories first, then one of each size. Steps that never take time are left out.
    """
    base, *measured = steps
    found = {}
    for name in measured[-1]:
        own = [row.get(name, 0.0) - base.get(name, 0.0) for row in measured]
        enough = [
            row.get(name, 0.0) >= TOO_SHORT and left > 0.05 for row, left in zip(measured, own, strict=True)
        ]
        if enough[-1]:
            found[name] = [
                round(own[place + 1] / own[place], 2) if enough[place] else math.nan
                for place in range(len(sizes) - 1)
            ]
    return found


def allowed(name: str, low: int, high: int) -> float:
    """How many times longer a step may take: linear and a fifth more; topics n log n."""
    linear = high / low
    return round(linear * (math.log(high) / math.log(low) if name == TOPICS else SLACK), 2)


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
            "processor": spent.processor, "geheugen_gb": spent.memory, "samen_gb": spent.together,
            "stappen": steps,
        }  # fmt: skip
        keep("growth-sizes", row, ("stand", "taalmodel", "verhalen"))
        rows[number] = row
        print(f"{number} verhalen: {spent.seconds:.1f} s, {spent.memory:.2f} GB", flush=True)
    told = [rows[number]["stappen"] | {WHOLE: rows[number]["processor"]} for number in (BASE, *sizes)]
    found = times(sizes, told) if len(sizes) > 1 else {}
    pairs = list(itertools.pairwise(sizes))
    steep = [
        name
        for name, grown in found.items()
        if any(one > allowed(name, *pair) for one, pair in zip(grown, pairs, strict=True))
    ]
    return {
        "stand": state,
        "taalmodel": embedding,
        "van": sizes[0],
        "tot": sizes[-1],
        "groottes": list(sizes),
        "keer": {name: [None if math.isnan(one) else one for one in grown] for name, grown in found.items()},
        "te_steil": sorted(steep),
        "geheugen_gb": rows[sizes[-1]]["geheugen_gb"],
        "samen_gb": rows[sizes[-1]].get("samen_gb", 0.0),
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
    for name, grown in row["keer"].items():
        print(f"{name:40} keer {grown}{'  TE STEIL' if name in row['te_steil'] else ''}")
    print(
        f"geheugen bij {row['tot']} verhalen: {row['geheugen_gb']:.2f} GB, met de hulpprocessen "
        f"{row['samen_gb']:.2f} GB (doel onder {GIGABYTES:g})"
    )
    return int(bool(row["te_steil"]) or row["geheugen_gb"] > GIGABYTES)


if __name__ == "__main__":
    raise SystemExit(main())
