"""One run of an analysis with a clock on every step, also inside the texts; a process of its own, for growth.py.

Functions of the toolkit are wrapped where they are looked up; the seconds of a step are its own, without those of the
steps that it calls. Seconds are those of the processor, of all processes together: others at work on the machine make
a step last longer, and hardly cost it more.

Run: python -m benchmarks.steps PROJECT
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from benchmarks.measured import processor

STEPS = (
    ("toolkit.analysis.run", "read_inputs", "Leveringen lezen en controleren"),
    ("toolkit.analysis.inputs", "read_corpus", "Verhalen inlezen"),
    ("toolkit.analysis.run", "_survey", "Enquêtes"),
    ("toolkit.analysis.run", "_records", "Registraties"),
    ("toolkit.analysis.run", "story_numbers", "Verhalen tellen"),
    ("toolkit.analysis.run", "publish", "Samenbrengen en beschermen"),
    ("toolkit.analysis.publish", "_story_tables", "Verhalen beschermen"),
    ("toolkit.analysis.publish", "association_table", "Samenhang"),
    ("toolkit.analysis.run", "write_outputs", "Schrijven"),
    ("toolkit.analysis.telling", "analyse_texts", "Rest van de verhalen"),
    ("toolkit.analysis.telling", "deidentify_texts", "Anonimiseren en zinnen"),
    ("toolkit.analysis.texts", "clean_texts", "Anonimiseren en zinnen"),
    ("toolkit.analysis.texts", "load_embedder", "Modellen laden"),
    ("toolkit.analysis.texts", "load_judge", "Modellen laden"),
    ("toolkit.analysis.texts", "read_stories", "Tekst als getallen, thema's, sentiment"),
    ("toolkit.analysis.texts", "_topics", "Onderwerpen zoeken"),
)


def watched(spent: dict[str, float]) -> None:
    """Put a clock around every step."""
    running: list[float] = []  # seconds of the steps inside each step that runs now

    def clock(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def timed(*args: Any, **options: Any) -> Any:
            running.append(0.0)
            begin = processor()
            try:
                return work(*args, **options)
            finally:
                whole = processor() - begin
                spent[name] = spent.get(name, 0.0) + whole - running.pop()
                if running:
                    running[-1] += whole

        return timed

    for module_name, function, step in STEPS:
        module = importlib.import_module(module_name)
        setattr(module, function, clock(step, getattr(module, function)))


def main() -> None:
    """Run the analysis `voorbeeld` of a project and print the processor seconds per step as JSON."""
    from toolkit.analysis.run import run
    from toolkit.project import find_project

    spent: dict[str, float] = {}
    watched(spent)
    run(find_project(Path(sys.argv[1])), "voorbeeld")
    json.dump({name: round(seconds, 3) for name, seconds in spent.items()}, sys.stdout)


if __name__ == "__main__":
    main()
