"""What a second run costs: after 1% more stories, after a change of a report alone, and after one other setting.

A project is run cold; then 1% of stories is added, the report is made anew, and the setting for sentiment is changed,
each followed by `tev run`. Told is the share of the full run, in processor seconds less what a run costs that has
nothing to do with texts: the same project with 100 stories, changed in the same way.

Run: python -m benchmarks.incremental --stories 20000
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measured import Spent, keep, load, measure, project, tev, write_stories

GOAL = 0.05
NOTHING = 0.001  # of what should cost no analysis
GOALS = {"1% meer verhalen": GOAL, "ander rapport": NOTHING, "niets veranderd": NOTHING}
BASE = 100


def runs(stories: int, embedding: str) -> dict[str, Spent]:
    """The cold run, and the runs after each change, in order."""
    with project(stories, embedding) as root:
        run = tev("run", "voorbeeld", "--map", str(root))
        found = {"koud": measure(run), "niets veranderd": measure(run)}
        changes: dict[str, Callable[[], None]] = {
            "1% meer verhalen": lambda: write_stories(root, stories + stories // 100),
            "ander rapport": lambda: _report(root),
            "andere instelling (citaten)": lambda: _plan(root, "per_thema = 2", "per_thema = 3"),
            "andere instelling (zonder sentiment)": lambda: _plan(
                root, "[tekst]\n", "[tekst]\nsentiment = false\n"
            ),
        }
        for name, change in changes.items():
            change()
            found[name] = measure(run)
        return found


def _plan(root: Path, old: str, new: str) -> None:
    path = root / "analyses" / "voorbeeld" / "plan.toml"
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise RuntimeError(f"plan.toml has no {old!r}")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _report(root: Path) -> None:
    folder = root / "reports" / "voorbeeld"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rapport.qmd").write_text("# Een ander rapport\n", encoding="utf-8")


def compare(stories: int, embedding: str) -> dict[str, Any]:
    """The cost of every change as a share of the text work of the cold run."""
    busy = load()
    small, large = runs(BASE, embedding), runs(stories, embedding)
    full = large["koud"].processor - small["koud"].processor
    shares = {
        name: round(max(0.0, one.processor - small[name].processor) / full, 4)
        for name, one in large.items()
        if name != "koud"
    }
    return {
        "verhalen": stories,
        "taalmodel": embedding,
        "drukte": busy,
        "aandelen": shares,
        "seconden": {name: one.seconds for name, one in large.items()},
        "processor": {name: one.processor for name, one in large.items()},
        "processor_basis": {name: one.processor for name, one in small.items()},
        "doel": GOAL,
    }


def main() -> int:
    """Measure, print and keep; 1 when 1% more stories costs more than 5%, or no change at all costs anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=20000)
    parser.add_argument("--embedding", default="use")
    parser.add_argument("--state", choices=("voor", "nu"), default="nu")
    options = parser.parse_args()
    row = compare(options.stories, options.embedding)
    keep("incremental", {"stand": options.state, **row}, ("stand", "taalmodel", "verhalen"))
    for name, share in row["aandelen"].items():
        print(f"{name:40} {100 * share:.1f}% van het volle werk, {row['seconden'][name]:.1f} s")
    return int(any(row["aandelen"][name] > goal for name, goal in GOALS.items()))


if __name__ == "__main__":
    raise SystemExit(main())
