"""The Dutch wording of problems is what users read: it changes only on purpose."""

from __future__ import annotations

import pytest

from toolkit.errors import DataError, Problem, ToolkitError, closest, describe

PROBLEMS = [
    Problem(
        "raw/trajecten.xlsx", "dit is geen datum.", "Schrijf een datum als 2026-03-12.", "2025", row, "Start"
    )
    for row in (2, 3, 5, 8, 13, 21, 34)
] + [
    Problem("raw/trajecten.xlsx", "de sleutel ontbreekt.", "Vul hem in.", row=4, column="Cliëntnr"),
    Problem("bevolking.csv", "dit bestand is leeg."),
    Problem("gebieden.csv", "gebied WK1 staat er twee keer in.", row=9),
    Problem("gebieden.csv", "gebied WK1 staat er twee keer in.", row=12),
]
WORDING = """\
- trajecten.xlsx, blad 2025, rijen 2, 3, 5, 8, 13 en nog 2, kolom Start: dit is geen datum.
  Zo lost u het op: Schrijf een datum als 2026-03-12.
- trajecten.xlsx, rij 4, kolom Cliëntnr: de sleutel ontbreekt.
  Zo lost u het op: Vul hem in.
- bevolking.csv: dit bestand is leeg.
- gebieden.csv, rijen 9, 12: gebied WK1 staat er twee keer in."""


def test_the_wording_of_problems() -> None:
    before = [*PROBLEMS]
    assert describe(PROBLEMS) == WORDING
    assert before == PROBLEMS
    assert describe(iter(PROBLEMS[:3]), rows_shown=2).startswith(
        "- trajecten.xlsx, blad 2025, rijen 2, 3 en nog 1, kolom Start:"
    )
    assert describe([]) == ""


def test_an_error_names_all_files_and_counts_all_problems() -> None:
    error = DataError(PROBLEMS)
    assert str(error) == f"11 problemen in bevolking.csv, gebieden.csv, raw/trajecten.xlsx:\n{WORDING}"
    assert error.problems == tuple(PROBLEMS)
    assert (
        str(DataError(PROBLEMS[8:9])) == "1 probleem in bevolking.csv:\n- bevolking.csv: dit bestand is leeg."
    )


def test_the_wording_of_an_error_with_and_without_a_hint() -> None:
    assert str(ToolkitError("Dit kan niet.")) == "Dit kan niet."
    assert str(ToolkitError("Dit kan niet.", "Doe dat.")) == "Dit kan niet.\n  Zo lost u het op: Doe dat."


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("gebeid", "Bedoelt u 'gebied'?"), ("Gebied", "Bedoelt u 'gebied'?"), ("xyz", ""), ("", "")],
)
def test_the_closest_name(name: str, remedy: str) -> None:
    assert closest(name, ["gebied", "naam", "soort"]) == remedy
    assert closest(name, []) == ""
