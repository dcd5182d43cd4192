"""Write build/sbom.json: what the program consists of, in CycloneDX, with versions, hashes and licences.

cyclonedx-bom reads requirements.lock; it cannot know licences from a lock, so those come from the installed packages,
and neither what depends on what: all of it hangs on the program itself. Run: python scripts/sbom.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.licences import licence_of  # noqa: E402
from toolkit import __version__  # noqa: E402

OUT = ROOT / "build" / "sbom.json"


def components_of(lock: Path) -> dict[str, Any]:
    """The bill of materials as cyclonedx-bom makes it."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", "--pyproject",
               str(ROOT / "pyproject.toml"), "--mc-type", "application", "--no-validate", str(lock)]  # fmt: skip
    # One warning tells that dependencies are missing; they are added below.
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, env=quiet)
    bill: dict[str, Any] = json.loads(done.stdout)
    return bill


def completed(bill: dict[str, Any]) -> dict[str, Any]:
    """The same bill with the version of the program, a licence of each part, and what hangs on what."""
    own = {**bill["metadata"]["component"], "version": __version__}
    parts = []
    for one in bill["components"]:
        known = licence_of(one["name"])
        kept = {key: value for key, value in one.items() if key != "description"}
        parts.append({**kept, "licenses": [{"expression": known}]} if known else kept)
    hangs = [{"ref": own["bom-ref"], "dependsOn": sorted(one["bom-ref"] for one in parts)}]
    hangs += [{"ref": one["bom-ref"]} for one in parts]
    return {
        **bill,
        "metadata": {**bill["metadata"], "component": own},
        "components": parts,
        "dependencies": hangs,
    }


def main() -> None:
    """Make it and check it against the schema of CycloneDX."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = json.dumps(completed(components_of(ROOT / "requirements.lock")), indent=1, ensure_ascii=False)
    if problem := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"Geen geldige CycloneDX: {problem}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"Gemaakt: {OUT.relative_to(ROOT)}, {len(json.loads(text)['components'])} onderdelen.")


if __name__ == "__main__":
    main()
