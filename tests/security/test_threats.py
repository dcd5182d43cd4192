"""The page on security names, for each threat, tests that are there; and it stays one page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "veiligheid.md").read_text(encoding="utf-8")
TEXT, TESTS = PAGE.split("## De tests")


def named() -> dict[int, list[tuple[str, str]]]:
    """Per number on the page the tests that stand against it: file and name."""
    lines = re.findall(r"^- (\d+): (.*)$", TESTS, re.MULTILINE)
    return {int(number): re.findall(r"`([\w/]+\.py)::(\w+)`", line) for number, line in lines}


def threats() -> list[int]:
    """The numbers of the threats, in the order of the page."""
    table = TEXT.split("## Wie kan wat proberen")[1].split("## Wat niet gedekt is")[0]
    return [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]


def functions(path: Path) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_the_page_names_is_there() -> None:
    found = {one for tests in named().values() for one in tests}
    assert len(found) >= 40
    there = {file: functions(ROOT / "tests" / file) for file, _ in found}
    assert {f"{file}::{name}" for file, name in found if name not in there[file]} == set()


def test_every_threat_has_a_test_and_every_line_of_tests_a_threat() -> None:
    numbers = threats()
    assert len(numbers) >= 20 and numbers == list(range(1, len(numbers) + 1))
    assert list(named()) == [0, *numbers] and all(named().values())
    assert "(test 0)" in TEXT


def test_nothing_on_the_page_looks_like_a_test_and_is_none() -> None:
    """A name that was typed wrongly would else not be looked for."""
    words = re.findall(r"`([^`]*test_[^`]*)`", PAGE)
    assert [word for word in words if not re.fullmatch(r"[\w/]+\.py::test_\w+", word)] == []


def test_every_file_on_security_is_on_the_page() -> None:
    own = {f"security/{path.name}" for path in Path(__file__).parent.glob("test_*.py")}
    files = {file for tests in named().values() for file, _ in tests}
    assert own - {f"security/{Path(__file__).name}"} <= files


def test_the_page_is_one_page() -> None:
    words = [word for word in TEXT.split() if any(letter.isalnum() for letter in word)]
    assert len(words) < 1100
