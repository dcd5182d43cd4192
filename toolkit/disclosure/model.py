"""What an attacker knows: the numbers behind a release, how they add up, and what each row tells."""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.disclosure.cells import APART, NESTED, ORDERED, Cell, Row
from toolkit.project import Disclosure

Terms = dict[int, float]  # number of a quantity: its coefficient


@dataclass(frozen=True)
class Known:
    """`low` <= sum of terms <= `high`; told by `unit`, or by the nature of the numbers (None)."""

    terms: Terms
    low: float
    high: float
    unit: int | None = None


@dataclass(frozen=True)
class Secret:
    """A sum of terms that must keep an interval of `width`, when `unit` is hidden (None: always)."""

    terms: Terms
    width: float
    unit: int | None


@dataclass
class Model:
    """The numbers of one release as an attacker models them.

    truth and floor: per number its true value and the smallest that is thinkable. units: the rows that are
    shown or hidden together. known: all that can be told about sums of numbers. secrets: what must stay in
    doubt.
    """

    truth: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    units: list[tuple[int, ...]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)


def build(
    rows: Sequence[Row],
    parts_of: Mapping[str, Sequence[str]],
    rules: Disclosure,
    rounded: Collection[int],
) -> Model:
    """The model of the rows of one source, dataset and period.

    An attacker is taken to know more than he does: which measures share a denominator or a numerator, and
    of every total how much of it is in none of its published parts. `rounded` are the rows that are
    rounded before they are published.
    """
    model = Model()
    index: dict[tuple[Hashable, Cell], int] = {}
    negative = any(row.value < 0 for row in rows)

    def number(name: Hashable, cell: Cell, truth: float) -> int:
        if (name, cell) not in index:
            index[name, cell] = len(model.truth)
            model.truth.append(truth)
            model.floor.append(-math.inf if negative else 0.0)
        return index[name, cell]

    for row in rows:
        if row.quantity is not None:
            number(row.quantity, row.cell, row.value)
        if row.base is not None:
            number(row.base, row.cell, row.n)
    unit_of = _units(model, rows)
    for row in rows:
        _tell(model, row, index, unit_of[row.row], rules, row.row in rounded)
    _sums(model, index, parts_of)
    _families(model, rows, index)
    _nested(model, rows, index, rules)
    _apart(model, rows, index, rules)
    return model


def _units(model: Model, rows: Sequence[Row]) -> dict[int, int]:
    """Rows that tell the same number are hidden together; so is what an amount is compared in."""
    together: dict[Hashable, list[Row]] = {}
    for row in rows:
        key: Hashable = ("row", row.row) if row.quantity is None else (row.quantity, row.cell)
        together.setdefault(key, []).append(row)
    unit_of: dict[int, int] = {}
    largest = max([abs(row.value) for row in rows if not math.isnan(row.value)] or [1.0]) or 1.0
    for same in together.values():
        size = max([abs(row.value) for row in same if not math.isnan(row.value)] or [0.0])
        unit_of |= {row.row: len(model.units) for row in same}
        # The fewest rows; among equals the smallest numbers; among those the first in the order of the key.
        order = 1e-6 * len(model.units) / len(together)
        model.weights.append(len(same) + 0.05 * math.sqrt(size / largest) + order)
        model.units.append(tuple(row.row for row in same))
    return unit_of


def _tell(
    model: Model,
    row: Row,
    index: Mapping[tuple[Hashable, Cell], int],
    unit: int,
    rules: Disclosure,
    rounded: bool,
) -> None:
    """What a row tells when it is shown, and what must stay in doubt when it is hidden."""
    least = float(rules.minimum_count)
    base = index[row.base, row.cell] if row.base is not None else None
    if base is not None:
        low, high = _range(row.n, rules.round_to) if rounded and not row.linked else (row.n, row.n)
        model.known.append(Known({base: 1.0}, low, high, unit))
        if row.n < least:
            model.secrets.append(Secret({base: 1.0}, least, unit))
    if row.quantity is None:
        return
    count = index[row.quantity, row.cell]
    if row.kind == "amount" or (row.kind == "rate" and row.factor == 1.0):
        model.known.append(Known({count: 1.0}, row.value, row.value, unit))
        wide = max(1.0, 2 * rules.dominance_percent / 100 * abs(row.value))
        model.secrets.append(Secret({count: 1.0}, wide, unit))
        return
    model.secrets.append(Secret({count: 1.0}, least, unit))
    if base is not None:
        model.known.append(Known({count: 1.0, base: -1.0}, -math.inf, 0.0))
        if row.n - row.value < least:
            model.secrets.append(Secret({count: -1.0, base: 1.0}, least, unit))
    if not rounded:
        model.known.append(Known({count: 1.0}, row.value, row.value, unit))
    elif row.linked or base is None:
        model.known.append(Known({count: 1.0}, *_range(row.value, rules.round_to), unit))
    else:
        percent = math.floor(100 * row.value / row.n + 0.5) if row.n else 0
        upper, lower = (percent + 0.5) / 100, (percent - 0.5) / 100
        model.known.append(Known({count: 1.0, base: -upper}, -math.inf, 0.0, unit))
        model.known.append(Known({count: -1.0, base: lower}, -math.inf, 0.0, unit))


def _range(value: float, to: int) -> tuple[float, float]:
    """The whole numbers that are rounded to the same multiple of `to` as `value`."""
    nearest = to * math.floor(value / to + 0.5)
    return max(0.0, nearest - to // 2), nearest + (to - 1) // 2


def _sums(
    model: Model, index: Mapping[tuple[Hashable, Cell], int], parts_of: Mapping[str, Sequence[str]]
) -> None:
    """Areas add up to the area above them, and groups to all; what is in no part is taken as known."""
    cells: dict[Hashable, dict[Cell, int]] = {}
    for (name, cell), place in index.items():
        cells.setdefault(name, {})[cell] = place

    def add(total: int, parts: Iterable[int]) -> None:
        terms = {total: 1.0} | dict.fromkeys(parts, -1.0)
        if len(terms) > 1:
            rest = sum(part * model.truth[place] for place, part in terms.items())
            model.known.append(Known(terms, rest, rest))

    for numbers in cells.values():
        for (area, group), total in numbers.items():
            below = [
                numbers[part, group] for part in sorted(parts_of.get(area, ())) if (part, group) in numbers
            ]
            add(total, below)
            if group == "":
                inner = sorted((other, place) for (where, other), place in numbers.items() if where == area)
                for kind in sorted({other.partition("=")[0] for other, _ in inner} - {""}):
                    add(total, [place for other, place in inner if other.partition("=")[0] == kind])


def _families(model: Model, rows: Sequence[Row], index: Mapping[tuple[Hashable, Cell], int]) -> None:
    """Shares of the same denominator that everywhere add up to 100%: alle, deels, geen."""
    families: dict[Hashable, dict[Cell, list[Row]]] = {}
    for row in rows:
        if row.kind == "share" and row.base is not None:
            key: Hashable = (row.base, row.measure.rpartition(".")[0])
            families.setdefault(key, {}).setdefault(row.cell, []).append(row)
    for by_cell in families.values():
        whole = max(len(members) for members in by_cell.values())
        full = [members for members in by_cell.values() if len(members) == whole]
        if whole < 2 or any(sum(row.value for row in members) != members[0].n for members in full):
            continue
        for members in full:
            terms = {index[row.quantity, row.cell]: 1.0 for row in members}
            model.known.append(Known(terms | {index[members[0].base, members[0].cell]: -1.0}, 0.0, 0.0))


def _nested(
    model: Model, rows: Sequence[Row], index: Mapping[tuple[Hashable, Cell], int], rules: Disclosure
) -> None:
    """A rate within another rate: what the outer one counts more is a cell that nobody publishes."""
    at = {(row.measure, row.cell): row for row in rows if row.quantity is not None}
    for inner_name, outer_name in (*NESTED, *ORDERED):
        for (measure, cell), inner in sorted(at.items(), key=lambda item: item[0]):
            outer = at.get((outer_name, cell))
            if measure != inner_name or outer is None or outer.value < inner.value:
                continue
            terms = {index[outer.quantity, cell]: 1.0, index[inner.quantity, cell]: -1.0}
            model.known.append(Known(terms, 0.0, math.inf))
            small = outer.value - inner.value < rules.minimum_count
            if small and (inner_name, outer_name) in NESTED:
                model.secrets.append(Secret(terms, float(rules.minimum_count), None))


def _apart(
    model: Model, rows: Sequence[Row], index: Mapping[tuple[Hashable, Cell], int], rules: Disclosure
) -> None:
    """Two shares of one denominator that share nobody: who is in neither is a cell that nobody publishes."""
    at = {(row.measure, row.cell): row for row in rows if row.quantity is not None and row.base is not None}
    for one_name, other_name in APART:
        for (measure, cell), one in sorted(at.items(), key=lambda item: item[0]):
            other = at.get((other_name, cell))
            if measure != one_name or other is None or one.base != other.base:
                continue
            base, left = index[one.base, cell], one.n - one.value - other.value
            terms = {base: 1.0, index[one.quantity, cell]: -1.0, index[other.quantity, cell]: -1.0}
            model.known.append(Known(terms, 0.0, math.inf))
            if one.n > 0 and left < rules.minimum_count:
                model.secrets.append(Secret(terms, float(rules.minimum_count), None))


def split(model: Model) -> list[tuple[Model, list[int]]]:
    """The parts of a model that have nothing to do with each other, each with the numbers of its units."""
    leader = list(range(len(model.truth) + len(model.units)))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    shift = len(model.truth)
    facts: list[Known | Secret] = [*model.known, *model.secrets]
    for fact in facts:
        ends = [*fact.terms, *([] if fact.unit is None else [shift + fact.unit])]
        for other in ends[1:]:
            leader[find(other)] = find(ends[0])
    parts: dict[int, tuple[Model, list[int], dict[int, int], dict[int, int]]] = {}
    for place in range(len(leader)):
        part, units, numbers, unit_at = parts.setdefault(find(place), (Model(), [], {}, {}))
        if place < shift:
            numbers[place] = len(part.truth)
            part.truth.append(model.truth[place])
            part.floor.append(model.floor[place])
        else:
            unit = place - shift
            unit_at[unit] = len(units)
            units.append(unit)
            part.units.append(model.units[unit])
            part.weights.append(model.weights[unit])
    for fact in facts:
        part, _, numbers, unit_at = parts[find(next(iter(fact.terms)))]
        terms = {numbers[place]: value for place, value in fact.terms.items()}
        unit_ = None if fact.unit is None else unit_at[fact.unit]
        if isinstance(fact, Known):
            part.known.append(Known(terms, fact.low, fact.high, unit_))
        else:
            part.secrets.append(Secret(terms, fact.width, unit_))
    return [(part, units) for part, units, _, _ in parts.values()]
