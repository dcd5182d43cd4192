"""Small changes in the statistics, the disclosure and the de-identification: do the tests notice them?

mutmut makes the changes (`[tool.mutmut]` in pyproject.toml) and this script chooses which are tried: all of them
(hours), or a random sample, drawn per module in proportion to its size. The outcome per module, the share that was
noticed with its 95% interval and the changes that were not noticed go to build/mutaties.md.

    python scripts/mutate.py --sample 600 --seed 1      a sample
    python scripts/mutate.py                            all, going on where it stopped
    python scripts/mutate.py --survivors                those that survived, once more
    python scripts/mutate.py --tell                     only the report
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = ROOT / "mutants"
REPORT = ROOT / "build" / "mutaties.md"
# What the exit codes of mutmut 3 mean (its module stats), as far as they say something of the tests. The others do
# not: stopped by hand (2), nothing collected (5), skipped (34), suspicious (35), a runner that failed itself (255)
# or a process that the system killed (-9, -11).
SURVIVED = {0: "overleefd", 33: "geen test raakt dit"}
FAILED = (1, 3)  # a test failed, or pytest itself did over the change
TIMEOUT = (24, -24, 36, 152)  # the tests ran on until they were stopped (SIGXCPU)
AT_A_TIME = 200  # mutants per call of mutmut: an interruption loses no more
LEAST = 2  # mutants of a module in a sample

Outcomes = dict[str, dict[str, int | None]]


def outcomes() -> Outcomes:
    """Per module the mutants and their exit codes; None where none was run yet."""
    found: Outcomes = {}
    for path in sorted((MUTANTS / "toolkit").rglob("*.py.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            found[path.relative_to(MUTANTS).as_posix().removesuffix(".meta")] = codes
    return found


def shares(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """How many of each module a sample of `total` holds: in proportion, at least LEAST, at most all."""
    whole = sum(sizes.values())
    return {name: min(size, max(LEAST, round(total * size / whole))) for name, size in sizes.items()}


def draw(found: Outcomes, total: int, seed: int) -> dict[str, list[str]]:
    """The sample per module: the same for the same seed and the same code."""
    chosen = shares({name: len(codes) for name, codes in found.items()}, total)
    return {
        name: random.Random(f"{seed} {name}").sample(sorted(codes), chosen[name])
        for name, codes in found.items()
    }


def noticed(code: int | None) -> bool:
    """Whether a mutant was noticed: a test failed, or it ran on until it was stopped."""
    return code in FAILED or code in TIMEOUT


def tried(code: int | None) -> bool:
    """Whether it is known that a mutant was noticed or was not."""
    return noticed(code) or code in SURVIVED


def estimate(found: Outcomes, sample: Mapping[str, Iterable[str]]) -> tuple[float, float, float, int]:
    """Share of all mutants that is noticed, with its 95% interval, from a sample stratified by module; and n."""
    whole = sum(len(codes) for codes in found.values())
    share = variance = 0.0
    count = 0
    for name, keys in sample.items():
        known = [noticed(found[name][key]) for key in keys if tried(found[name][key])]
        if not known:
            continue
        part, weight = sum(known) / len(known), len(found[name]) / whole
        count += len(known)
        share += weight * part
        if len(known) > 1:
            left = 1 - len(known) / len(found[name])
            variance += weight**2 * left * part * (1 - part) / (len(known) - 1)
    reach = 1.96 * math.sqrt(variance)
    return share, max(0.0, share - reach), min(1.0, share + reach), count


def mutmut(*arguments: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run mutmut in the root of the project."""
    program = str(Path(sys.executable).parent / "mutmut")
    return subprocess.run([program, *arguments], cwd=ROOT, capture_output=quiet, text=True, check=False)


def prepare() -> None:
    """Make the mutants and find out which tests reach which function: mutmut does so when it runs one."""
    found = outcomes()
    first = next((key for codes in found.values() for key in codes), "toolkit.stories.dates.*")
    mutmut("run", "--max-children", "1", first)


def told(found: Outcomes, sample: Mapping[str, list[str]], seed: int | None) -> str:
    """The report: a table per module and the change of every survivor."""
    share, low, high, count = estimate(found, sample)
    how = f"steekproef met startwaarde {seed}" if seed is not None else "alles wat geprobeerd is"
    lines = [f"# Mutaties: {how}\n", f"n = {count}; opgemerkt {share:.1%} (95%: {low:.1%} tot {high:.1%})\n"]
    lines += ["Opgemerkt is: een test faalde, of de tests liepen door tot zij werden gestopt (doorgelopen)."]
    lines += ["Niet geprobeerd is ook: afgebroken, overgeslagen of zonder uitslag.\n"]
    lines += ["| module | mutaties | geprobeerd | opgemerkt | waarvan doorgelopen | niet geprobeerd |"]
    lines += ["|---|---|---|---|---|---|"]
    survivors = []
    for name, keys in sample.items():
        codes = [found[name][key] for key in keys]
        numbers = [sum(map(kind, codes)) for kind in (tried, noticed, TIMEOUT.__contains__)]
        row = [name, len(found[name]), *numbers, len(codes) - numbers[0]]
        lines.append(f"| {' | '.join(map(str, row))} |")
        survivors += [
            (key, SURVIVED[code]) for key, code in zip(keys, codes, strict=True) if code in SURVIVED
        ]
    for key, why in survivors:
        change = mutmut("show", key, quiet=True).stdout
        kept = [line for line in change.splitlines() if line[:1] in "+-@" and line[:3] not in ("+++", "---")]
        lines += [f"\n## {key}: {why}", "```diff", *kept, "```"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Choose, run in parts, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--tell", action="store_true")
    parser.add_argument("--only", default="", help="part of the name of a module (stories.names)")
    asked = parser.parse_args()
    only = asked.only.replace(".", "/")
    if not asked.tell:
        prepare()
    found = {name: codes for name, codes in outcomes().items() if only in name}
    sample = (
        draw(found, asked.sample, asked.seed) if asked.sample else {n: sorted(c) for n, c in found.items()}
    )
    names = [key for keys in sample.values() for key in keys]
    codes = {key: code for module in found.values() for key, code in module.items()}
    if asked.survivors:
        names = [key for key in names if codes[key] in SURVIVED]
    elif not asked.sample:
        names = [key for key in names if not tried(codes[key])]
    for start in range(0, 0 if asked.tell else len(names), AT_A_TIME):
        mutmut("run", "--max-children", "1", *names[start : start + AT_A_TIME])
    found = {name: codes for name, codes in outcomes().items() if only in name}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(told(found, sample, asked.seed if asked.sample else None), encoding="utf-8")
    share, low, high, count = estimate(found, sample)
    print(f"{count} mutaties geprobeerd, {share:.1%} opgemerkt (95%: {low:.1%} tot {high:.1%}): {REPORT}")


if __name__ == "__main__":
    main()
