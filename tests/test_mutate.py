"""The share of mutants that was noticed counts what the tests said, and nothing that went wrong on the way."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import pytest

from scripts.mutate import FAILED, SURVIVED, TIMEOUT, estimate, noticed, told, tried

OTHER = (None, 2, 5, 34, 35, 37, 255, -9, -11, 99)


@pytest.mark.parametrize("code", OTHER)
def test_what_says_nothing_of_the_tests_is_neither_noticed_nor_tried(code: int | None) -> None:
    assert not noticed(code) and not tried(code)


def test_the_share_and_its_count_leave_out_what_was_not_tried() -> None:
    codes = [0, 1, 1, 3, 36, -24, 33, *OTHER]
    found = {"toolkit/a.py": {f"a__mutmut_{number}": code for number, code in enumerate(codes)}}
    share, low, high, count = estimate(found, {name: list(keys) for name, keys in found.items()})
    assert count == 7 and share == pytest.approx(5 / 7) and low < share < high


def test_the_report_tells_timeouts_and_what_was_not_tried_apart() -> None:
    codes: list[int | None] = [1, 36, 152, 5, None]
    found = {"toolkit/a.py": {f"a__mutmut_{number}": code for number, code in enumerate(codes)}}
    text = told(found, {name: list(keys) for name, keys in found.items()}, 1)
    assert "| module | mutaties | geprobeerd | opgemerkt | waarvan doorgelopen | niet geprobeerd |" in text
    assert "| toolkit/a.py | 5 | 3 | 3 | 2 | 2 |" in text


@pytest.mark.skipif(not find_spec("mutmut") or sys.platform == "win32", reason="mutmut is not here")
def test_the_codes_mean_to_mutmut_what_they_mean_here() -> None:
    from mutmut.stats import status_by_exit_code

    assert {status_by_exit_code[code] for code in FAILED} == {"killed"}
    assert {status_by_exit_code[code] for code in TIMEOUT} == {"timeout"}
    assert {status_by_exit_code[code] for code in SURVIVED} == {"survived", "no tests"}
