"""What stands behind each row of a release: sizes, quantities and denominators, worked out on a few rows."""

from __future__ import annotations

import math
from dataclasses import astuple
from typing import Any

import pandas as pd
import pytest

from toolkit import tables
from toolkit.disclosure.cells import Row, is_complete, is_count, is_response, is_small_area, rows_of, sizes

NAN = math.nan


def line(measure: str, unit: str, value: float, n: float, **more: Any) -> dict[str, Any]:
    base = {"source": "registratie", "dataset": "d", "area": "GM0505", "period": "2025", "status": "ok"}
    return {**base, "measure": measure, "unit": unit, "value": value, "n": n, **more}


def described(*lines: dict[str, Any]) -> list[list[tuple[Any, ...]]]:
    """The rows of each part of a release as tuples; None for NaN, which equals nothing."""
    frame = tables.measures(lines)
    frame.index = pd.RangeIndex(10, 10 + len(frame))
    return [[told(row) for row in rows] for rows in rows_of(frame)]


def told(row: Row) -> tuple[Any, ...]:
    return tuple(None if isinstance(cell, float) and math.isnan(cell) else cell for cell in astuple(row))


@pytest.mark.parametrize(
    ("unit", "value", "n", "size"),
    [
        ("procent", 30.0, 50.0, 15.0),
        ("procent", 70.0, 50.0, 15.0),
        ("procent", 30.0, 5000.0, 1500.0),
        ("procent", 70.0, 5000.0, 1500.0),
        ("per 1.000 inwoners", 12.0, 900_000.0, 10_800.0),
        ("procent van de cliënten", 33.3, 30.0, 10.0),
        ("procent", NAN, 50.0, 50.0),
        ("procent", 50.0, NAN, NAN),
        ("per 1.000 inwoners", 12.0, 2000.0, 24.0),
        ("per 10.000 inwoners", 12.4, 1000.0, 1.0),
        ("euro per inwoner", 12.0, 2000.0, 2000.0),
        ("euro per 1.000 inwoners", 12.0, 2000.0, 2000.0),
        ("euro", 12.0, 3.0, 3.0),
        ("dagen", 12.0, 40.0, 40.0),
        ("personen", 12.0, 40.0, 12.0),
        ("aantal", 12.0, 40.0, 12.0),
        ("trajecten", 12.0, 40.0, 12.0),
        ("klachten", 12.0, 40.0, 12.0),
        ("bezwaren", 12.0, 40.0, 12.0),
        ("meldingen", 12.0, 40.0, 12.0),
        ("respondenten", 12.0, 40.0, 12.0),
        ("verhalen per maand", 12.0, 40.0, 12.0),
    ],
)
def test_what_must_not_be_small(unit: str, value: float, n: float, size: float) -> None:
    found = sizes(tables.measures([line("m", unit, value, n)]))
    assert found.tolist() == pytest.approx([size], nan_ok=True)


def test_which_rows_count_and_which_add_up() -> None:
    frame = tables.measures(
        [
            line("respons.volledig", "", 5, 5, source="enquete"),
            line("respons.aandeel", "procent", 5, 5, source="enquete", area="WK1"),
            line("cijfer", "cijfer", 5, 5, source="enquete", area="BU1"),
            line("verhaal", "verhalen", 5, 5, source="verhalen"),
            line("x", "euro", 5, 5, source="financien"),
            line("respons.x", "dagen", 5, 5, source="signalen"),
            line("x", "dagen", 5, 5, source="indicator"),
        ]
    )
    assert is_count(frame).tolist() == [True, False, False, True, False, True, False]
    assert is_response(frame).tolist() == [True, True] + [False] * 5
    assert is_complete(frame).tolist() == [True, True, False, False, True, True, False]
    assert is_small_area(frame).tolist() == [False, True, True, False, False, False, False]


def test_every_kind_of_row_as_an_attacker_counts_it() -> None:
    (found,) = described(
        line("a.personen", "personen", 12.0, 40.0, area="WK1", group="g=1"),
        line("b.aandeel", "procent", 33.3, 30.0),
        line("c.rate", "per 1.000 inwoners", 12.5, 2001.0),
        line("d.duur", "dagen", 12.0, 40.0),
        line("e.bedrag", "euro", 12.34, 3.0),
        line("e.bedrag", "euro", -5.5, NAN, area="WK1"),
        line("f.perkop", "euro per inwoner", 2.25, 3.0),
    )
    a, b, c, d, e, f = (("a.personen", "personen"), ("b.aandeel", "procent"), ("c.rate", "per 1.000 inwoners"),
                        ("d.duur", "dagen"), ("e.bedrag", "euro"), ("f.perkop", "euro per inwoner"))  # fmt: skip
    assert found == [
        (10, "a.personen", "WK1", "g=1", "count", 12.0, 40.0, 1.0, a, None, False),
        (11, "b.aandeel", "GM0505", "", "share", 10.0, 30.0, 100.0, b, ("n", b), False),
        (12, "c.rate", "GM0505", "", "rate", 25.0, 2001.0, 1000.0, c, None, False),
        (13, "d.duur", "GM0505", "", "base", None, 40.0, 1.0, None, ("n", d), False),
        (14, "e.bedrag", "GM0505", "", "amount", 12.34, 3.0, 1.0, e, None, False),
        (15, "e.bedrag", "WK1", "", "amount", -5.5, None, 1.0, e, None, False),
        (16, "f.perkop", "GM0505", "", "rate", 6.75, 3.0, 1.0, f, None, False),
    ]


def test_a_row_without_value_tells_its_n_or_nothing() -> None:
    found = described(
        line("a", "procent", NAN, 0.0),
        line("b", "procent", NAN, 5.0),
        line("c", "procent", NAN, NAN),
        line("d", "personen", NAN, 5.0),
        line("e", "euro", NAN, 5.0),
        line("f", "per 1.000 inwoners", NAN, 5.0),
        line("g", "dagen", NAN, 5.0),
        line("h", "dagen", NAN, NAN),
        line("i", "procent", 5.0, NAN),
        line("j", "dagen", 5.0, NAN),
        line("k", "per 1.000 inwoners", 5.0, NAN),
        line("l", "personen", 5.0, NAN),
    )
    assert [(row[1], row[4], row[5], row[6]) for row in found[0]] == [
        ("a", "share", 0.0, 0.0),
        ("b", "base", None, 5.0),
        ("g", "base", None, 5.0),
        ("l", "count", 5.0, None),
    ]
    assert [row[8] for row in found[0]] == [("a", "procent"), None, None, ("l", "personen")]


def test_sources_datasets_and_periods_are_apart() -> None:
    lines = [
        line("m", "personen", 12.0, 12.0, dataset="e"), line("m", "personen", 13.0, 13.0),
        line("m", "personen", 14.0, 14.0, period="2024"), line("m", "personen", 15.0, 15.0, source="enquete"),
        line("respons.volledig", "personen", 16.0, 16.0, source="enquete"),
    ]  # fmt: skip
    assert [[row[0] for row in rows] for rows in described(*lines)] == [[14], [12], [11], [10]]


def names(*lines: dict[str, Any]) -> dict[str, tuple[Any, Any, bool]]:
    """Per measure its quantity, base and whether it is linked, of the first row."""
    (found,) = described(*lines)
    return {row[1]: (row[8], row[9], row[10]) for row in reversed(found)}


@pytest.mark.parametrize(
    ("measure", "unit", "value", "n", "linked"),
    [
        ("bereik.aandeel", "procent", 24.0, 50.0, True),
        ("bereik.aandeel", "procent", 25.0, 50.0, True),  # 12.5 rounds to 12, the even number
        ("bereik.aandeel", "procent", 26.0, 50.0, False),
        ("anders.aandeel", "procent", 24.0, 50.0, False),
        ("bereik", "per 1.000 inwoners", 6.0, 2000.0, True),
        ("bereik", "per 1.000 inwoners", 6.5, 2000.0, False),
        ("bereik.duur", "dagen", 6.0, 12.0, False),
    ],
)
def test_a_share_or_rate_of_which_the_numerator_is_published(
    measure: str, unit: str, value: float, n: float, linked: bool
) -> None:
    count = line("bereik.personen", "personen", 12.0, 12.0)
    quantity, base, found = names(count, line(measure, unit, value, n))[measure]
    assert found is linked
    own = None if unit == "dagen" else (measure, unit)
    assert quantity == (("bereik.personen", "personen") if linked else own)
    assert base == (None if unit.startswith("per") else ("n", (measure, unit)))


def test_one_place_where_the_numerator_differs_is_enough_to_part_them() -> None:
    counts = [line("a.n", "personen", 12.0, 12.0), line("a.n", "personen", 5.0, 5.0, area="WK1")]
    shares = [line("a.p", "procent", 24.0, 50.0), line("a.p", "procent", 50.0, 10.0, area="WK1")]
    assert names(*counts, *shares)["a.p"][2]
    assert not names(*counts, shares[0], {**shares[1], "value": 60.0})["a.p"][2]
    # A place without a count does not part them, a place without any does.
    assert names(counts[0], *shares)["a.p"][2]
    assert not names({**counts[0], "area": "WK2"}, *shares)["a.p"][2]
    # Only the first part of the name must be the same.
    deeper = [{**one, "measure": one["measure"].replace("a.", "a.b.")} for one in (*counts, *shares)]
    assert names(*deeper)["a.b.p"][2] and names(*deeper[:2], *shares)["a.p"][2]
    # Of a place with only an n nothing is compared.
    assert names(*counts, shares[0], {**shares[1], "value": NAN})["a.p"][2]


@pytest.mark.parametrize(("amount", "linked"), [(6000.0, True), (6000.005, True), (6000.007, False)])
def test_an_amount_and_its_rate_whatever_their_names(amount: float, linked: bool) -> None:
    money = {"source": "financien"}
    found = names(
        line("kosten", "euro", amount, 5.0, **money), line("x.kop", "euro per inwoner", 3.0, 2000.0, **money)
    )
    assert found["x.kop"][2] is linked
    nothing = names(
        line("kosten", "euro", 0.0, 5.0, **money), line("x.kop", "euro per inwoner", 0.0, 2000.0, **money)
    )
    assert nothing["x.kop"][2]


def test_measures_with_the_same_n_everywhere_share_a_denominator() -> None:
    two = [line("b", "procent", 10.0, 50.0), line("b", "procent", 20.0, 30.0, area="WK1")]
    same = [{**one, "measure": "a", "value": 40.0} for one in two]
    assert names(*two, *same)["b"][1] == names(*two, *same)["a"][1] == ("n", ("a", "procent"))
    other = [same[0], {**same[1], "n": 31.0}]
    assert names(*two, *other)["b"][1] == ("n", ("b", "procent"))
    fewer = names(*two, same[0])
    assert fewer["a"][1] == ("n", ("a", "procent")) and fewer["b"][1] == ("n", ("b", "procent"))
