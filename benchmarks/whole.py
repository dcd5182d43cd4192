"""The whole analysis beside the plain script (benchmarks/plain.py) on the same input, in turn, each with a cold cache.

Both run with as many processes as there are cores; of a few rounds the fastest counts. The order changes every round, so that
neither has the quieter machine. The ratio of processor seconds stands beside that of the clock: others on the machine
hardly touch it. What both need before (the plain script's sentiment model, the lists of deduce) is made beforehand.

Run: python -m benchmarks.whole --stories 1000 --embedding use --rounds 3 [--state voor]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measured import Spent, cores, keep, load, measure, project, record, tev, without_output
from benchmarks.varied import MARK, ROOT, held_out

GOAL = 1.15


def sentiment_model(embedding: str, path: Path) -> None:
    """A logistic model on sentence embeddings of the development set, for the plain script; the held-out fifth not."""
    from sklearn.linear_model import LogisticRegression

    from benchmarks.plain import TONES
    from benchmarks.plain_texts import encoder

    texts, labels = [], []
    for file in sorted((ROOT / "corpora" / "ontwikkelset").glob("verhalen-[1-3].jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if not held_out(row["id"]):
                texts += [MARK.sub(r"\2", text) for text, _ in row["zinnen"]]
                labels += [TONES.index(label) for _, label in row["zinnen"]]
    texts, labels = texts[:1500], labels[:1500]
    model = LogisticRegression(max_iter=1000).fit(encoder(embedding)(texts), labels)
    np.savez(path, weights=model.coef_.T, bias=model.intercept_)


def ours(root: Path, workers: int) -> tuple[Spent, dict[str, float]]:
    """`tev run` with nothing kept from before; and the seconds per step that it tells itself."""
    shutil.rmtree(root / ".tev", ignore_errors=True)
    shutil.rmtree(root / "analyses" / "voorbeeld" / "output", ignore_errors=True)
    spent = measure(tev("run", "voorbeeld", "--workers", str(workers), "--map", str(root)))
    return spent, record(root)["duur_seconden"]


def plain(root: Path, embedding: str, model: Path, workers: int) -> tuple[Spent, dict[str, float]]:
    """The plain script, and its seconds per step."""
    shutil.rmtree(root / "gewoon", ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.plain", str(root), "--embedding", embedding]
    spent = measure([*command, "--sentiment", str(model), "--workers", str(workers)])
    return spent, json.loads(spent.output.splitlines()[-1])


def compare(stories: int, embedding: str, rounds: int, workers: int) -> dict[str, Any]:
    """The fastest of both, their ratios, and what each step took."""
    busy = load()
    _deduce_lists()
    with tempfile.TemporaryDirectory() as folder, project(stories, embedding) as root:
        model = Path(folder) / "sentiment.npz"
        sentiment_model(embedding, model)
        found: dict[str, list[tuple[Spent, dict[str, float]]]] = {"wij": [], "gewoon": []}
        for number in range(rounds):
            for side in ("wij", "gewoon") if number % 2 == 0 else ("gewoon", "wij"):
                took = ours(root, workers) if side == "wij" else plain(root, embedding, model, workers)
                found[side].append(took)
                print(
                    f"  {side}: {took[0].seconds:.1f} s, processor {took[0].processor:.1f} s", file=sys.stderr
                )
    best = {side: min(runs, key=lambda run: run[0].seconds) for side, runs in found.items()}
    least = {side: min(run[0].processor for run in runs) for side, runs in found.items()}
    return {
        "verhalen": stories,
        "taalmodel": embedding,
        "rondes": rounds,
        "drukte": busy,
        "werkers": workers,
        "wij": without_output(best["wij"][0]) | {"stappen": best["wij"][1]},
        "gewoon": without_output(best["gewoon"][0]) | {"stappen": best["gewoon"][1]},
        "verhouding": round(best["wij"][0].seconds / best["gewoon"][0].seconds, 3),
        "verhouding_processor": round(least["wij"] / least["gewoon"], 3),
        "doel": GOAL,
    }


def _deduce_lists() -> None:
    """deduce keeps its lists after the first time; a user waits for them once, so they are no part of the race."""
    measure([sys.executable, "-c", "from deduce import Deduce; Deduce()"])


def main() -> int:
    """Measure, print and keep; 1 when the goal is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=1000)
    parser.add_argument("--embedding", default="use")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument(
        "--state", choices=("voor", "nu"), default="nu", help="before or after the work on speed"
    )
    options = parser.parse_args()
    row = compare(options.stories, options.embedding, options.rounds, options.workers)
    keep("whole", {"stand": options.state, **row}, ("stand", "verhalen", "taalmodel"))
    print(
        f"{options.stories} verhalen, {options.embedding}: wij {row['wij']['seconds']:.1f} s, gewoon script "
        f"{row['gewoon']['seconds']:.1f} s; verhouding {row['verhouding']:.2f} "
        f"(processor {row['verhouding_processor']:.2f}), doel {GOAL:.2f}"
    )
    return int(row["verhouding"] > GOAL)


if __name__ == "__main__":
    raise SystemExit(main())
