"""What an attacker knows, fact by fact: small releases of which the whole model is written out."""

from __future__ import annotations

import math
from typing import Any

import pytest

from toolkit.disclosure.cells import Row
from toolkit.disclosure.model import Known, Model, Secret, build, split
from toolkit.project import Disclosure

RULES = Disclosure()
PARTS = {"GM1": ["WK2", "WK1"]}
INF, NAN = math.inf, math.nan


def count(at: int, area: str, value: float, name: str = "p", group: str = "") -> Row:
    return Row(at, name, area, group, "count", value, value, 1.0, name)


def share(at: int, value: float, n: float, name: str = "s", **more: Any) -> Row:
    given = {"area": "GM1", "quantity": name, "base": "n", **more}
    return Row(at, name, given.pop("area"), given.pop("group", ""), "share", value, n, 100.0, **given)


def weights(*rows: tuple[int, float], largest: float) -> Any:
    """Of units with so many rows and so large a number: the first first where they are equal."""
    found = [
        number + 0.05 * math.sqrt(size / largest) + 1e-6 * place / len(rows)
        for place, (number, size) in enumerate(rows)
    ]
    return pytest.approx(found, rel=1e-12)


def test_counts_of_two_wijken_and_their_total() -> None:
    rows = [count(7, "GM1", 40), count(8, "WK1", 30), count(9, "WK2", 8)]
    assert build(rows, PARTS, RULES, ()) == Model(
        truth=[40, 30, 8],
        floor=[0.0, 0.0, 0.0],
        units=[(7,), (8,), (9,)],
        weights=weights((1, 40), (1, 30), (1, 8), largest=40),
        known=[
            Known({0: 1.0}, 40, 40, 0),
            Known({1: 1.0}, 30, 30, 1),
            Known({2: 1.0}, 8, 8, 2),
            # Two of the forty live in no wijk that is told.
            Known({0: 1.0, 1: -1.0, 2: -1.0}, 2.0, 2.0),
        ],
        secrets=[Secret({0: 1.0}, 10.0, 0), Secret({1: 1.0}, 10.0, 1), Secret({2: 1.0}, 10.0, 2)],
    )


@pytest.mark.parametrize(
    ("to", "value", "low", "high"),
    [
        (5, 30, 28, 32),
        (5, 32, 28, 32),
        (5, 33, 33, 37),
        (5, 2, 0, 2),
        (10, 25, 25, 34),
        (4, 10, 10, 13),
        (1, 7, 7, 7),
    ],
)
def test_a_rounded_count_is_an_interval(to: int, value: float, low: float, high: float) -> None:
    found = build([count(7, "WK1", value)], {}, Disclosure(round_to=to), [7]).known
    assert found == [Known({0: 1.0}, low, high, 0)]
    assert build([count(7, "WK1", value)], {}, Disclosure(round_to=to), [8]).known == [
        Known({0: 1.0}, value, value, 0)
    ]


def test_groups_add_up_within_each_breakdown_and_areas_within_each_group() -> None:
    cells = [
        ("GM1", "", 50),
        ("GM1", "a=1", 20),
        ("GM1", "a=2", 25),
        ("GM1", "b=1", 50),
        ("WK1", "", 30),
        ("WK1", "a=1", 12),
    ]
    rows = [count(at, area, value, group=group) for at, (area, group, value) in enumerate(cells)]
    sums = [fact for fact in build(rows, PARTS, RULES, ()).known if fact.unit is None]
    assert sums == [
        Known({0: 1.0, 4: -1.0}, 20.0, 20.0),
        Known({0: 1.0, 1: -1.0, 2: -1.0}, 5.0, 5.0),
        Known({0: 1.0, 3: -1.0}, 0.0, 0.0),
        Known({1: 1.0, 5: -1.0}, 8.0, 8.0),
        Known({4: 1.0, 5: -1.0}, 18.0, 18.0),
    ]


def test_a_share_and_its_denominator_are_two_numbers() -> None:
    # Nine of nineteen did not, and so both sides are small.
    assert build([share(3, 10.0, 19.0)], {}, RULES, ()) == Model(
        truth=[10.0, 19.0],
        floor=[0.0, 0.0],
        units=[(3,)],
        weights=weights((1, 10), largest=10),
        known=[Known({1: 1.0}, 19, 19, 0), Known({0: 1.0, 1: -1.0}, -INF, 0.0), Known({0: 1.0}, 10, 10, 0)],
        secrets=[Secret({0: 1.0}, 10.0, 0), Secret({0: -1.0, 1: 1.0}, 10.0, 0)],
    )
    # With ten that did not, nobody needs to doubt those.
    assert build([share(3, 10.0, 20.0)], {}, RULES, ()).secrets == [Secret({0: 1.0}, 10.0, 0)]


@pytest.mark.parametrize(("n", "small"), [(9.0, True), (10.0, False)])
def test_a_small_denominator_must_stay_in_doubt(n: float, small: bool) -> None:
    row = Row(3, "duur", "GM1", "", "base", NAN, n, 1.0, None, "n")
    found = build([row], {}, RULES, ())
    assert found.known == [Known({0: 1.0}, n, n, 0)] and found.truth == [n]
    assert found.secrets == ([Secret({0: 1.0}, 10.0, 0)] if small else [])
    assert found.weights == weights((1, 0), largest=1)
    # Another figure of the same people tells their number as well: each may be hidden by itself.
    other = Row(4, "prijs", "GM1", "", "base", NAN, n, 1.0, None, "n")
    assert build([row, other], {}, RULES, ()).units == [(3,), (4,)]


def test_a_rounded_share_says_between_which_shares() -> None:
    # 13 of 103 is 12.6, shown as 13 percent of 105: between 12.5 and 13.5 percent of 103 to 107.
    assert build([share(3, 13.0, 103.0)], {}, RULES, [3]).known == [
        Known({1: 1.0}, 103, 107, 0),
        Known({0: 1.0, 1: -1.0}, -INF, 0.0),
        Known({0: 1.0, 1: -0.135}, -INF, 0.0, 0),
        Known({0: -1.0, 1: 0.125}, -INF, 0.0, 0),
    ]
    assert build([share(3, 0.0, 0.0)], {}, RULES, [3]).known[2:] == [
        Known({0: 1.0, 1: -0.005}, -INF, 0.0, 0),
        Known({0: -1.0, 1: -0.005}, -INF, 0.0, 0),
    ]
    # Half a percent goes up: 1 of 200 is shown as 1 percent.
    assert build([share(3, 1.0, 200.0)], {}, RULES, [3]).known[2].terms == {0: 1.0, 1: -0.015}


def test_a_share_with_a_published_numerator_tells_its_rounded_value_and_its_exact_denominator() -> None:
    linked = share(3, 13.0, 103.0, linked=True)
    assert build([linked], {}, RULES, [3]).known == [
        Known({1: 1.0}, 103, 103, 0),
        Known({0: 1.0, 1: -1.0}, -INF, 0.0),
        Known({0: 1.0}, 13, 17, 0),
    ]
    rate = Row(4, "r", "GM1", "", "rate", 13.0, 2000.0, 1000.0, "r")
    assert build([rate], {}, RULES, [4]).known == [Known({0: 1.0}, 13, 17, 0)]
    assert build([rate], {}, RULES, ()).known == [Known({0: 1.0}, 13, 13, 0)]


def test_rows_of_the_same_number_are_one_unit() -> None:
    rows = [count(1, "GM1", 40), share(2, 40.0, 90.0, "p"), share(3, 8.0, 90.0), count(4, "WK1", 40)]
    found = build(rows, {}, RULES, ())
    assert found.units == [(1, 2), (3,), (4,)] and found.truth == [40, 90, 8, 40]
    assert found.weights == weights((2, 40), (1, 8), (1, 40), largest=40)
    assert {fact.unit for fact in found.known} == {None, 0, 1, 2}


def money(at: int, value: float, kind: str = "amount", factor: float = 1.0) -> Row:
    return Row(at, "e", "GM1", f"g={at}", kind, value, 5.0, factor, f"e{at}")


def test_amounts_are_exact_and_may_be_below_zero() -> None:
    found = build(
        [money(0, 1000.0), money(1, -400.0), money(2, 3.0), money(3, 60.0, "rate")], {}, RULES, [0, 3]
    )
    assert found.floor == [-INF] * 4
    assert found.known == [Known({at: 1.0}, value, value, at) for at, value in enumerate([1000, -400, 3, 60])]
    # Twice ten percent of each, and at least one euro.
    assert found.secrets == [
        Secret({at: 1.0}, width, at) for at, width in enumerate([200.0, 80.0, 1.0, 12.0])
    ]
    assert found.weights == weights((1, 1000), (1, 400), (1, 3), (1, 60), largest=1000)
    assert build([money(0, 1000.0)], {}, RULES, ()).floor == [0.0]


def families(*hits: tuple[float, ...], n: float = 100.0) -> list[Known]:
    """The facts that shares add up: per area the hits of each member of the family."""
    rows = [
        share(10 * at + place, value, n, f"doel.{place}", area=f"WK{at}")
        for at, members in enumerate(hits)
        for place, value in enumerate(members)
    ]
    return [fact for fact in build(rows, {}, RULES, ()).known if fact.unit is None and fact.high == fact.low]


def test_shares_that_everywhere_add_up_to_all() -> None:
    assert families((50, 30, 20)) == [Known({0: 1.0, 2: 1.0, 3: 1.0, 1: -1.0}, 0.0, 0.0)]
    assert families((50, 30, 19)) == [] and families((50, 30, 21)) == []
    assert families((100,)) == []
    two = families((50, 50), (60, 40))
    assert two == [Known({0: 1.0, 2: 1.0, 1: -1.0}, 0.0, 0.0), Known({3: 1.0, 5: 1.0, 4: -1.0}, 0.0, 0.0)]
    # In one area it does not come out; where a member lacks, nothing is said.
    assert families((50, 50), (60, 41)) == []
    assert families((50, 50), (60,)) == two[:1] and families((60,), (50, 50)) == [
        Known({2: 1.0, 4: 1.0, 3: -1.0}, 0.0, 0.0)
    ]


def test_another_family_or_denominator_does_not_add_up() -> None:
    def found(*rows: Row) -> list[Known]:
        return [
            fact for fact in build(rows, {}, RULES, ()).known if fact.unit is None and fact.high == fact.low
        ]

    assert found(share(1, 50, 100, "doel.a"), share(2, 50, 100, "ander.b")) == []
    assert found(share(1, 50, 100, "doel.a"), share(2, 50, 100, "doel.b", base="m")) == []
    assert len(found(share(1, 50, 100, "doel.a"), share(2, 50, 100, "doel.b"))) == 1
    assert len(found(share(1, 50, 100, "doel.x.a"), share(2, 50, 100, "doel.x.b"))) == 1
    assert found(share(1, 50, 100, "doel.x.a"), share(2, 50, 100, "doel.y.b")) == []


INNER, OUTER = "uitval.eenzijdig-client", "uitval.voortijdig"


@pytest.mark.parametrize(
    ("inner", "outer", "known", "secret"),
    [(20, 29, True, True), (20, 30, True, False), (20, 20, True, True), (21, 20, False, False)],
)
def test_what_the_outer_rate_counts_more(inner: float, outer: float, known: bool, secret: bool) -> None:
    found = build([share(1, inner, 100, INNER), share(2, outer, 100, OUTER)], {}, RULES, ())
    more = {2: 1.0, 0: -1.0}
    assert (Known(more, 0.0, INF) in found.known) is known
    assert (Secret(more, 10.0, None) in found.secrets) is secret
    # Elsewhere it says nothing.
    apart = build([share(1, inner, 100, INNER), share(2, outer, 100, OUTER, area="WK1")], {}, RULES, ())
    assert INF not in [fact.high for fact in apart.known]
    assert None not in [secret.unit for secret in apart.secrets]


def test_who_finished_also_began_but_that_is_no_secret() -> None:
    rows = [count(at, "GM1", value, f"respons.{name}") for at, (name, value) in
            enumerate([("uitgenodigd", 40), ("begonnen", 35), ("volledig", 30)])]  # fmt: skip
    found = build(rows, {}, RULES, ())
    assert found.known[3:] == [Known({1: 1.0, 2: -1.0}, 0.0, INF), Known({0: 1.0, 1: -1.0}, 0.0, INF)]
    assert all(secret.unit is not None for secret in found.secrets)


LESS, MORE = "doelrealisatie.problemen-minder", "doelrealisatie.problemen-meer"


@pytest.mark.parametrize(
    ("less", "more", "n", "secret"),
    [(40, 51, 100, True), (40, 50, 100, False), (0, 0, 0, False), (1, 0, 1, True)],
)
def test_who_is_in_neither_of_two_shares(less: float, more: float, n: float, secret: bool) -> None:
    rows = [share(1, less, n, LESS), share(2, more, n, MORE)]
    found, rest = build(rows, {}, RULES, ()), {1: 1.0, 0: -1.0, 2: -1.0}
    assert Known(rest, 0.0, INF) in found.known
    assert (Secret(rest, 10.0, None) in found.secrets) is secret
    for other in ({"base": "m"}, {"area": "WK1"}):
        apart = build([rows[0], share(2, more, n, MORE, **other)], {}, RULES, ())
        assert not [fact for fact in apart.known if fact.unit is None and len(fact.terms) > 2]
    # Without denominator nothing is left over.
    assert not [fact for fact in build([count(1, "GM1", 9, LESS), count(2, "GM1", 9, MORE)], {}, RULES, ()).known
                if fact.unit is None]  # fmt: skip


def test_numbers_that_have_nothing_to_do_with_each_other_are_apart() -> None:
    model = Model(
        truth=[1.0, 2.0, 3.0],
        floor=[0.0, -INF, 0.5],
        units=[(5,), (6, 7), (8,), (9,)],
        weights=[1.0, 2.0, 3.0, 4.0],
        known=[Known({0: 1.0, 2: -1.0}, -2.0, 2.0), Known({1: 4.0}, 1.0, 2.0, 1)],
        secrets=[Secret({2: 1.0}, 10.0, 3), Secret({1: 1.0}, 11.0, None), Secret({0: 1.0}, 12.0, 0)],
    )
    one = Model(
        [1.0, 3.0], [0.0, 0.5], [(5,), (9,)], [1.0, 4.0], [Known({0: 1.0, 1: -1.0}, -2.0, 2.0)],
        [Secret({1: 1.0}, 10.0, 1), Secret({0: 1.0}, 12.0, 0)],
    )  # fmt: skip
    two = Model(
        [2.0], [-INF], [(6, 7)], [2.0], [Known({0: 4.0}, 1.0, 2.0, 0)], [Secret({0: 1.0}, 11.0, None)]
    )
    alone = Model([], [], [(8,)], [3.0])
    assert split(model) == [(one, [0, 3]), (two, [1]), (alone, [2])]
