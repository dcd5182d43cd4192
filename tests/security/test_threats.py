"""The page on security names tests that are there, and commands that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "veiligheid.md").read_text(encoding="utf-8")


def named(page: str) -> set[str]:
    return set(re.findall(r"`([\w/]*test_\w+\.py)`", page))


def test_every_test_that_the_page_names_is_there_and_tests_something() -> None:
    assert len(named(PAGE)) >= 15
    for name in named(PAGE):
        path = ROOT / "tests" / name
        assert path.is_file() and "\ndef test_" in path.read_text(encoding="utf-8"), name


def test_every_threat_has_a_test() -> None:
    lines = PAGE.split("## Wie kan wat proberen")[1].split("## Wat niet gedekt is")[0].splitlines()
    threats = [line for line in lines if line.startswith("|")][2:]
    assert len(threats) >= 15 and all(named(line) for line in threats)


def test_every_test_of_security_is_on_the_page() -> None:
    own = {f"security/{path.name}" for path in Path(__file__).parent.glob("test_*.py")} - {
        f"security/{Path(__file__).name}"
    }
    assert own <= named(PAGE)


def test_the_page_is_one_page() -> None:
    assert len(PAGE.split()) < 1100
