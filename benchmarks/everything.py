"""Run every benchmark, keep the results, and write docs/prestaties.md: what `make bench` does.

Each is a process of its own, the long ones last; one that fails or misses its goal does not stop the others. With
--quick sizes are small and the whole takes minutes.

Run: python -m benchmarks.everything [--quick]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from benchmarks import page
from benchmarks.measured import ROOT, THREADS, keep, measure, tev

TOLD = ("estimates", "intake", "reports")  # these tell their outcome in lines, and by their exit code
FULL = (
    "startup",
    "whole --stories 1000 --embedding use --rounds 3",
    "whole --stories 1000 --embedding e5 --rounds 2",
    "incremental --stories 20000",
    "counting 1000 10000 100000",
    "growth --embedding e5 1000 10000",
    "whole --stories 20000 --embedding use --rounds 2",
    "growth --embedding use 1000 10000 100000",
)
QUICK = (
    "startup --rounds 3",
    "whole --stories 1000 --embedding use --rounds 1",
    "incremental --stories 1000",
    "counting 500 2000",
    "growth --embedding use 500 2000",
)


def told(name: str) -> None:
    """Run a benchmark that tells its outcome in lines, and keep those."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    print(done.stdout, end="", flush=True)
    if done.stderr:
        print(done.stderr[-1000:], file=sys.stderr)
    if done.stdout.strip():
        keep(name, {"regels": done.stdout.splitlines(), "gehaald": done.returncode == 0}, ())


def main() -> int:
    """Run them all; 1 when one failed or missed its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    missed = []
    measure(tev("run", "voorbeeld", "--map", str(ROOT)))  # reports are made of these outcomes
    for name in TOLD:
        if (ROOT / "benchmarks" / f"{name}.py").is_file():
            print(f"== {name}", flush=True)
            told(name)
    for words in QUICK if options.quick else FULL:
        print(f"== {words}", flush=True)
        name, *rest = words.split()
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *rest], cwd=ROOT, env={**os.environ, **THREADS}
        )
        if done.returncode:
            missed.append(words)
    page.write()
    print(f"Geschreven: {page.PAGE.relative_to(ROOT)}")
    if missed:
        print("Doel niet gehaald of mislukt: " + "; ".join(missed))
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
