"""Shared fixtures: an embedder that does no model work, and one run of the example per session."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from toolkit.analysis import RunResult, run
from toolkit.project import Project, find_project
from toolkit.stories.embed import Embedder, load_embedder

ROOT = Path(__file__).resolve().parents[1]
DIMENSIONS = 32


@dataclass
class Recorder:
    """An encoder without a model: a text is the sum of the fixed random vectors of its words."""

    calls: list[list[str]] = field(default_factory=list)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.calls.append(list(texts))
        return np.array([self._vector(text) for text in texts], dtype=np.float32)

    @staticmethod
    def _vector(text: str) -> np.ndarray:
        total = np.zeros(DIMENSIONS)
        for word in re.findall(r"\w+", text.lower()) or ["-"]:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            total += np.random.default_rng(seed).normal(size=DIMENSIONS)
        return total / np.linalg.norm(total)


@pytest.fixture
def recorder() -> Recorder:
    """What the injected embedder was asked to encode."""
    return Recorder()


@pytest.fixture
def embedder(recorder: Recorder) -> Embedder:
    """An Embedder with injected, deterministic vectors."""
    return Embedder("proef", "1", recorder)


@pytest.fixture(scope="session")
def use() -> Embedder:
    """The real `use` model, loaded once."""
    return load_embedder("use")


@dataclass(frozen=True)
class ExampleRun:
    """The project copy, what the first run gave, and a way to run it again."""

    project: Project
    result: RunResult
    again: Callable[[], RunResult]


@pytest.fixture(scope="session")
def voorbeeld_run(tmp_path_factory: pytest.TempPathFactory) -> ExampleRun:
    """The example, raw deliveries included, copied and run once with embedding "use" and topics."""
    root = tmp_path_factory.mktemp("voorbeeld")
    shutil.copy(ROOT / "tev.toml", root)
    leave = shutil.ignore_patterns("output", ".tev", "ontwikkelset")
    for kind in ("surveys", "corpora", "analyses"):
        shutil.copytree(ROOT / kind, root / kind, ignore=leave)
    plan = root / "analyses" / "voorbeeld" / "plan.toml"
    text = re.sub(r"(?ms)^\[tekst\].*?(?=^\[|\Z)", "", plan.read_text(encoding="utf-8"))
    plan.write_text(f'{text}\n[tekst]\nembedding = "use"\nonderwerpen = true\n', encoding="utf-8")
    project = find_project(root)
    return ExampleRun(project, run(project, "voorbeeld"), lambda: run(project, "voorbeeld"))
