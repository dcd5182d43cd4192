"""How long reports take: one report in three formats, wijkrapporten in HTML, and the explorer in a browser.

Run: python benchmarks/reports.py [--rapport KIND] [--alles]. It needs the outcomes of `tev run voorbeeld`. Each
report is made from its starter, in a folder of its own, by the embedded engine; the seconds are those of the whole
command, Python's start included. The explorer gets 5,000 stories, those of the example over and over; Chromium tells
how long opening and filtering take. Prints a table beside the limits; exit code 1 when one is passed.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pandas as pd

from tests.browser import chromium, opened
from toolkit import scaffold
from toolkit.project import find_project
from toolkit.report import build_report

OUTPUT = ROOT / "analyses" / "voorbeeld" / "output"
STORIES = 5_000
PLACES = 11
# What is timed, and the most seconds it may take.
LIMITS = {"rapport": 20.0, "wijkrapporten": 60.0, "verkenner opent": 2.0, "verkenner filtert": 0.1}


def project(folder: Path) -> Path:
    """A project with the outcomes of the example as those of the analysis voorbeeld; gives its root."""
    root = folder / "p"
    scaffold.init(root, "Meting", "GM0505")
    shutil.copytree(
        OUTPUT, root / "analyses" / "voorbeeld" / "output", ignore=shutil.ignore_patterns("private")
    )
    shutil.copy(ROOT / "analyses" / "voorbeeld" / "plan.toml", root / "analyses" / "voorbeeld")
    return root


def command(root: Path, kind: str, *options: str) -> float:
    """Seconds of `tev report` for a new report of this kind."""
    scaffold.new(find_project(root), "report", f"meting-{kind}", variant=kind)
    line = [sys.executable, "-m", "toolkit.cli", "report", f"meting-{kind}", "--analyse", "voorbeeld"]
    begin = time.perf_counter()
    done = subprocess.run(
        [*line, "--motor", "ingebouwd", "--map", str(root), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - begin


def many_stories(output: Path) -> None:
    """Put 5,000 stories in the outcomes: those of the example, over and over."""
    frame = pd.read_csv(output / "verhalen.csv", dtype=str, keep_default_na=False, encoding="utf-8")
    copies = -(-STORIES // len(frame))
    many = pd.concat([frame] * copies, ignore_index=True).head(STORIES)
    many["verhaal"] = [f"voorbeeld-{number}" for number in range(1, STORIES + 1)]
    many.to_csv(output / "verhalen.csv", index=False, encoding="utf-8")


def explorer(root: Path) -> tuple[float, float]:
    """Seconds to open the explorer of 5,000 stories, and the slowest of its filters, in Chromium."""
    many_stories(root / "analyses" / "voorbeeld" / "output")
    scaffold.new(find_project(root), "report", "meting-verkenner", variant="evaluatie")
    folder = root / "reports" / "meting-verkenner"
    page = build_report(folder, root / "analyses" / "voorbeeld" / "output", ["verkenner"], "ingebouwd")[
        "verkenner"
    ]
    filtered = """() => {
      let slowest = 0;
      const timed = (box, value, kind) => {
        box.value = value;
        const before = performance.now();
        box.dispatchEvent(new Event(kind, { bubbles: true }));
        document.body.getBoundingClientRect();
        slowest = Math.max(slowest, performance.now() - before);
      };
      for (const box of document.querySelectorAll('form select'))
        for (const option of [...box.options].map(one => one.value)) timed(box, option, 'change');
      for (const word of ['w', 'wa', 'wacht', '']) timed(document.getElementById('zoek'), word, 'input');
      return slowest / 1000;
    }"""
    with chromium() as browser:
        begin = time.perf_counter()
        with opened(browser, page) as tab:
            tab.wait_for_selector("article")
            opens = time.perf_counter() - begin
            return opens, float(tab.evaluate(filtered))


def hardware() -> str:
    """Processor, number of processors that may be used, memory and versions, on one line."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (OSError, StopIteration, AttributeError, ValueError):
        name, memory = platform.processor() or platform.machine(), "memory unknown"
    return f"{name}, {os.cpu_count()} processors, {memory}, Python {platform.python_version()}, {platform.system()}"


def main() -> int:
    """Time what was asked and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rapport", default="evaluatie", choices=sorted(scaffold.REPORTS))
    parser.add_argument("--alles", action="store_true", help="wijkrapporten and explorer too")
    asked = parser.parse_args()
    if not (OUTPUT / "run.json").is_file():
        raise SystemExit("First: tev run voorbeeld")
    print(hardware())
    print(f"{'':34}{'seconds':>9}{'limit':>8}")
    passed = False
    with tempfile.TemporaryDirectory(prefix="tev-meting-") as temporary:
        root = project(Path(temporary))
        found = {"rapport": command(root, asked.rapport, "--naar", "html,docx,pdf")}
        if asked.alles:
            found["wijkrapporten"] = command(root, "wijkrapport", "--per", "wijk", "--naar", "html")
            found["verkenner opent"], found["verkenner filtert"] = explorer(root)
        label = {
            "rapport": f"{asked.rapport}: html, docx, pdf",
            "wijkrapporten": f"wijkrapport: {PLACES} wijken, html",
            "verkenner opent": "verkenner: 5.000 stories open",
            "verkenner filtert": "verkenner: slowest filter",
        }
        for name, seconds in found.items():
            print(f"{label[name]:34}{seconds:9.2f}{LIMITS[name]:8.1f}")
            passed = passed or seconds > LIMITS[name]
    return int(passed)


if __name__ == "__main__":
    raise SystemExit(main())
