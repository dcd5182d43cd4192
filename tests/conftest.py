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
from small_project import BASE, NO_MODELS, THEMES, corpus, write

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


SMALL = {
    **BASE,
    "analyses/klein/plan.toml": """
naam = "Klein"
periode = "2026"
corpora = ["klein"]
registraties = ["trajecten"]
"""
    + NO_MODELS,
    "corpora/klein/corpus.toml": corpus("Klein", instellingenlijst="instellingen.txt"),
    "corpora/klein/instellingen.txt": "Stichting Zonnewijzer\n",
    "corpora/klein/themas.toml": THEMES,
    "corpora/klein/raw/verhalen.csv": """nr;wijk;verhaal;mag
1;WK050507;Ik stond maanden op de wachtlijst. Mevrouw Fatima Bouzidi belde mij nooit terug.;ja
2;WK050519;De rekeningen kon ik niet betalen. Bel mij op 06-12345678.;nee
3;;nvt;ja
4;WK050507;=1+1 Ik was heel blij met het gesprek.;ja
""",
    "surveys/trajecten/registratie.toml": """
naam = "Trajecten"
periode = "2026"
periode_van = 2026-01-01
periode_tot = 2026-12-31
bewaren_tot = 2099-12-31
[[levering]]
bestand = "raw/trajecten.csv"
formaat = "csv"
partner = "Partner A"
[levering.kolommen]
client = "client"
voorziening = "voorziening"
area = "area"
signup = "signup"
start = "start"
end = "end"
end_code = "end_code"
goals_set = "goals_set"
goals_met = "goals_met"
""",
    "surveys/trajecten/raw/trajecten.csv": "client,voorziening,area,signup,start,end,end_code,goals_set,goals_met\n"
    + "".join(
        f"k{number},Hulp,WK050507,2026-01-0{number},2026-02-01,2026-06-01,19,2,1\n" for number in range(1, 9)
    ),
}


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A project of one corpus of four stories and one registration of eight trajectories; all text models off."""
    return write(tmp_path, SMALL)


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
