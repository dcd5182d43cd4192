"""Ask whether a vulnerability is known in a package of requirements.lock, and say so when nobody could be asked.

pip-audit asks the index of Python packages, or else OSV. A source that cannot be reached, or that knows none of the
packages, says nothing about safety: then this says so and does not end with an error, for work goes on without
network. A vulnerability that is found does end with one. Run: python scripts/audit.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
SOURCES = ("pypi", "osv")
PATIENCE = 40  # seconds for a source


def ask(source: str) -> list[dict[str, Any]]:
    """What a source says of every package; [] when it cannot be asked."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(LOCK), "--no-deps", "--disable-pip", "-s", source,
               "--progress-spinner", "off", "--timeout", "5", "-f", "json"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []
    return told


def words(told: list[dict[str, Any]]) -> tuple[str, bool]:
    """What to say of the answers, in Dutch, and whether a vulnerability is known."""
    asked = [one for one in told if "vulns" in one]
    bad = [one for one in asked if one["vulns"]]
    if not asked:
        return (
            "Kwetsbaarheden: NIET nagekeken. Geen bron was te bereiken, of zij kent deze pakketten niet. Dit zegt "
            "niets over de veiligheid: draai make check ook op een computer met internet.",
            False,
        )
    lines = [f"Kwetsbaarheden: {len(asked)} van {len(told)} pakketten nagekeken, {len(bad)} met een bekende."]
    if len(asked) < len(told):
        unknown = [one["name"] for one in told if "vulns" not in one]
        lines.append(f"  NIET nagekeken: {', '.join(unknown)}.")
    for one in bad:
        known = ", ".join(found["id"] for found in one["vulns"])
        mended = sorted({fix for found in one["vulns"] for fix in found.get("fix_versions", [])})
        lines.append(
            f"  {one['name']} {one['version']}: {known}. Verholpen in: {', '.join(mended) or 'nog niets'}."
        )
    return "\n".join(lines), bool(bad)


def main() -> None:
    """Ask the sources until one answers."""
    said, bad = words([])
    for source in SOURCES:
        told = ask(source)
        if any("vulns" in one for one in told):
            said, bad = words(told)
            break
    print(said)
    sys.exit(bad)


if __name__ == "__main__":
    main()
