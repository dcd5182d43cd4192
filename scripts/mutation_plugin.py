"""A pytest plugin for `make mutate`: load what is slow before the workers fork, quickest tests first.

Every mutant has its own process, made by a fork of one in which the tests were only collected. What is not
mutated and slow to load is loaded there once; the functions under test never ran, so nothing of theirs is cached.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from hypothesis import settings

SLOW_TO_IMPORT = ("pandas", "scipy.optimize", "scipy.sparse", "svy", "openpyxl", "sklearn.metrics")
DURATIONS = Path("mutmut-stats.json")


def pytest_configure() -> None:
    """The same texts for every mutant, so that a mutant which survives does so again."""
    settings.register_profile("mutation", derandomize=True, database=None)
    settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The quickest tests first: a mutant that dies early costs little."""
    if DURATIONS.exists():
        known = json.loads(DURATIONS.read_text(encoding="utf-8")).get("duration_by_test", {})
        items.sort(key=lambda item: known.get(item.nodeid, 0.0))


def pytest_collection_finish(session: pytest.Session) -> None:
    """In the process that only collects: import the libraries and read the word lists."""
    if session.config.option.collectonly:
        for name in SLOW_TO_IMPORT:
            importlib.import_module(name)
        from toolkit.stories.lexicon import lexicon

        lexicon()
