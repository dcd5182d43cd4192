"""What the program is made of: licences that fit, an honest answer about vulnerabilities, a complete list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.audit import words
from scripts.licences import COPYLEFT, accepted, licence_of, locked

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_locked_package_has_a_licence_that_fits() -> None:
    names = locked(LOCK)
    assert len(names) > 100
    assert {name: licence_of(name) for name in names if not accepted(licence_of(name))} == {}


def test_copyleft_is_explained() -> None:
    page = (ROOT / "docs" / "veiligheid.md").read_text(encoding="utf-8")
    shared = [name for name in locked(LOCK) if any(one in licence_of(name) for one in COPYLEFT)]
    assert "deduce" in shared and [name for name in shared if name not in page] == []
    assert "pandoc" in page and "GPL" in page


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("MIT", True),
        ("MPL-2.0 AND MIT", True),
        ("AGPL-3.0-only OR MIT", True),
        ("AGPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR GPL-3.0-only) AND ISC", True),
        ("", False),
    ],
)
def test_which_licences_fit(expression: str, fits: bool) -> None:
    assert accepted(expression) is fits


def test_a_lock_is_read_with_every_version() -> None:
    text = (
        "a-b==1.0 ; python_version < '3' \\\n    --hash=sha256:00\na-b==2.0 \\\n    --hash=sha256:11\nC==3\n"
    )
    assert locked(text) == {"a-b": ["1.0", "2.0"], "c": ["3"]}


def test_nobody_could_be_asked_is_said_and_is_no_error() -> None:
    """A source that answers "never heard of it" to everything has not been asked either."""
    for told in ([], [{"name": "a", "skip_reason": "Dependency not found"}]):
        said, bad = words(told)
        assert "NIET nagekeken" in said and not bad


def test_what_is_known_and_what_was_not_asked_are_told() -> None:
    said, bad = words(
        [
            {"name": "a", "version": "1", "vulns": []},
            {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]},
            {"name": "c", "skip_reason": "x"},
        ]
    )
    assert bad
    assert said.splitlines() == [
        "Kwetsbaarheden: 2 van 3 pakketten nagekeken, 1 met een bekende.",
        "  NIET nagekeken: c.",
        "  b 2: CVE-1. Verholpen in: 2.1.",
    ]


def test_the_whole_script_says_so_without_a_network(tmp_path: Path) -> None:
    """pip-audit itself, behind a proxy that is not there."""
    closed = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "audit.py"], cwd=tmp_path, capture_output=True, text=True,
        encoding="utf-8", env={**os.environ, **closed, "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "NIET nagekeken" in done.stdout


def test_the_list_of_parts_is_complete() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "sbom.py"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    bill = json.loads((ROOT / "build" / "sbom.json").read_text(encoding="utf-8"))
    assert bill["bomFormat"] == "CycloneDX" and bill["metadata"]["component"]["version"]
    listed = {(one["name"].lower(), one["version"]) for one in bill["components"]}
    assert listed == {(name, version) for name, versions in locked(LOCK).items() for version in versions}
    for one in bill["components"]:
        hashes = [
            found["content"] for place in one["externalReferences"] for found in place.get("hashes", [])
        ]
        assert one["licenses"][0]["expression"] and hashes and all(found in LOCK for found in hashes), one[
            "name"
        ]
