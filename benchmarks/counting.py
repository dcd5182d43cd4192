"""How what comes after the reading of stories grows: reading deliveries, counting, protecting, writing.

The models take nearly all of the time of a run; here their judgements are drawn by chance (with a fixed seed), so that
a hundred thousand stories take minutes and what grows too steeply shows. As in growth.py every size is a process of
its own, seconds are those of the processor, and tellers also answered dyads and a triad.

Run: python -m benchmarks.counting 1000 10000 100000
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import growth
from benchmarks.measured import keep, load, measure, project
from benchmarks.varied import SEED

STEPS = (
    "Leveringen lezen en controleren", "Verhalen inlezen", "Verhalen tellen", "Verhalen beschermen", "Samenhang",
    "Samenbrengen en beschermen", "Schrijven",
)  # fmt: skip
DIMENSIONS = 512  # of the embedding "use"
TONES = ("positief", "negatief", "gemengd", "neutraal")
SECOND = 0.6  # share of stories with a second theme


def drawn(ids: Sequence[str], texts: Sequence[str], **options: Any) -> Any:
    """Readings as of the models, drawn by chance; some themes are told ten times as often as others."""
    from toolkit import tables
    from toolkit.analysis.texts import TextResult
    from toolkit.stories.deidentify import Deidentified
    from toolkit.stories.language import split_sentences

    chance = np.random.default_rng(SEED)
    names = np.array([theme.id for theme in options["codebook"]])
    shares = 1 / np.arange(1, len(names) + 1)
    first, second = (chance.choice(names, len(ids), p=shares / shares.sum()) for _ in range(2))
    two = (first != second) & (chance.random(len(ids)) < SECOND)
    parts = [[text[one.start : one.end] for one in split_sentences(text)] for text in texts]
    sizes = [len(part) for part in parts]
    stories, numbers = np.repeat(ids, sizes), np.concatenate([np.arange(size) for size in sizes])

    def labels(story: Any, sentence: Any, kind: str, label: Any, score: float) -> pd.DataFrame:
        told = {"story": story, "sentence": sentence, "kind": kind, "label": label, "score": score}
        return pd.DataFrame(told | {"model": "getrokken"})

    found = [
        labels(ids, -1, "theme", first, 0.9),
        labels(np.array(ids)[two], -1, "theme", second[two], 0.5),
        labels(ids, -1, "sentiment", chance.choice(TONES, len(ids)), 0.1),
        labels(stories, numbers, "sentiment", chance.choice(TONES, len(stories)), 0.1),
        labels(stories, numbers, "aspect", np.repeat(first, sizes), 0.1),
    ]
    texts_of = [sentence for part in parts for sentence in part]
    sentences = pd.DataFrame(
        {"story": stories, "sentence": numbers, "start": 0, "end": 1, "text": texts_of},
    )
    few = chance.standard_normal((1000, DIMENSIONS)).astype(np.float16)
    return TextResult(
        [Deidentified(text, ()) for text in texts], ["nl"] * len(ids), [True] * len(ids), sentences,
        tables.check(pd.concat(found, ignore_index=True), tables.LABELS),
        few[chance.integers(0, len(few), len(stories))], few[chance.integers(0, len(few), len(ids))],
        None, [], [],
    )  # fmt: skip


def one(root: Path) -> None:
    """Run the analysis with drawn readings, and print the processor seconds per step as JSON."""
    from benchmarks.steps import watched
    from toolkit.analysis import telling
    from toolkit.analysis.run import run
    from toolkit.project import find_project
    from toolkit.stories.deidentify import Deidentified

    telling.analyse_texts = drawn  # type: ignore[assignment]
    telling.deidentify_texts = lambda texts, *_, **__: [Deidentified(text, ()) for text in texts]  # type: ignore[assignment]
    spent: dict[str, float] = {}
    watched(spent)
    run(find_project(root), "voorbeeld")
    json.dump({name: round(spent.get(name, 0.0), 3) for name in STEPS}, sys.stdout)


def grow(sizes: Sequence[int]) -> dict[str, Any]:
    """The seconds of every size, and how many times longer each step took from each to the next."""
    busy, rows = load(), []
    for stories in (growth.BASE, *sizes):
        with project(stories, "use", asked=True) as root:
            spent = measure([sys.executable, "-m", "benchmarks.counting", "--one", str(root)])
        rows.append(json.loads(spent.output.splitlines()[-1]))
        print(f"{stories} verhalen: {rows[-1]}, {spent.memory:.2f} GB", flush=True)
    found = growth.times(sizes, rows)
    pairs = list(itertools.pairwise(sizes))
    return {
        "drukte": busy,
        "groottes": list(sizes),
        "seconden": rows,
        "keer": {
            name: [None if math.isnan(value) else value for value in grown] for name, grown in found.items()
        },
        "te_steil": sorted(
            name
            for name, grown in found.items()
            if any(value > growth.allowed(name, *pair) for value, pair in zip(grown, pairs, strict=True))
        ),
    }


def main() -> int:
    """Measure, print and keep; 1 when a step grows too steeply."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10000, 100000])
    parser.add_argument("--one", type=Path)
    options = parser.parse_args()
    if options.one:
        one(options.one)
        return 0
    row = grow(options.sizes)
    keep("counting", row, ())
    for name, grown in row["keer"].items():
        print(f"{name:40} keer {grown}{'  TE STEIL' if name in row['te_steil'] else ''}")
    return int(bool(row["te_steil"]))


if __name__ == "__main__":
    raise SystemExit(main())
