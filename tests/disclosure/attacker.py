"""An attacker who reads only what is published, the smallest pattern, and random releases; for the tests.

Written apart from the gate: from the published table and from how the measures are defined.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from toolkit import tables

CITY = "GM0505"
FAMILIES = (("doel.alle", "doel.deels", "doel.geen"),)
NESTED = (("uitval.eenzijdig-client", "uitval.voortijdig"),)
BASE = {
    "uitval.eenzijdig-client": "uitval", "uitval.voortijdig": "uitval", "doel.alle": "doel",
    "doel.deels": "doel", "doel.geen": "doel", "bereik.tijdig": "start", "bereik.wachttijd": "start",
    "doelrealisatie.doelen.alle": "doel", "doelrealisatie.doelen.deels": "doel",
    "doelrealisatie.doelen.geen": "doel", "bereik.wachttijd.p90": "start",
    "doelrealisatie.doelen": "doelen", "doelrealisatie.geen-nieuwe-start": "start-weer",
    "bereik.in-beeld": "lopend", "doorlooptijd": "klaar", "doorlooptijd.p90": "klaar",
    "doorlooptijd.binnen-norm": "klaar", "uitval.reden-onbekend": "geeindigd",
    "doelrealisatie.problemen-minder": "problemen", "doelrealisatie.problemen-meer": "problemen",
    "doelrealisatie.zelfredzaamheid": "zelf", "doelrealisatie.zelfredzaamheid-minder": "zelf",
    "wachtlijst.boven-norm": "wacht", "wachtlijst.wachttijd": "wacht", "wachtlijst.wachttijd.p90": "wacht",
    "overbrugging.aandeel": "geholpen", "aanbod.gaten.aandeel": "gevraagd",
    "doorverwijzing.aandeel": "doorverwezen",
}  # fmt: skip
# Shares of which the count is published too: over known residents, or over their own denominator.
SAME = {
    "bereik.aandeel": "bereik.personen", "aanbod.gaten.aandeel": "aanbod.gaten",
    "doorverwijzing.aandeel": "doorverwijzing.trajecten",
}  # fmt: skip
APART = (
    ("doelrealisatie.problemen-minder", "doelrealisatie.problemen-meer"),
    ("doelrealisatie.zelfredzaamheid", "doelrealisatie.zelfredzaamheid-minder"),
)  # nobody is in both, and what is left of the denominator is a cell as well
COUNTS = ("personen", "trajecten")


def hierarchy(wijken: int) -> pd.DataFrame:
    names = [f"WK05050{number}" for number in range(1, wijken + 1)]
    return pd.DataFrame({"gebied": [CITY, *names], "bovenliggend": ["", *[CITY] * wijken]})


def random_release(rng: np.random.Generator, *, wijken: int, partners: int, crossed: bool) -> pd.DataFrame:
    """Measures of made-up trajectories: all that a registration publishes, over areas, partners and both."""
    shape = (wijken, partners)
    persons = rng.negative_binomial(1, 0.04, shape)
    ended = rng.binomial(persons, 0.8)
    early = rng.binomial(ended, rng.uniform(0.1, 0.6))
    client = rng.binomial(early, rng.uniform(0.3, 0.9))
    goals = np.stack([rng.multinomial(n, [0.5, 0.3, 0.2]) for n in ended.ravel()]).reshape(*shape, 3)
    started = rng.binomial(persons, 0.9)
    on_time = rng.binomial(started, 0.7)
    residents = persons.sum(axis=1) * 50 + 500
    rows: list[dict[str, Any]] = []
    for wijk, partner in _cells(wijken, partners, crossed):
        at = (slice(None) if wijk is None else wijk, slice(None) if partner is None else partner)
        where = {
            "source": "registratie", "dataset": "t", "period": "2025", "status": "ok",
            "area": CITY if wijk is None else f"WK05050{wijk + 1}",
            "group": "" if partner is None else f"partner={chr(65 + partner)}",
        }  # fmt: skip
        total = int(persons[at].sum())
        people = int(residents.sum() if wijk is None else residents[wijk])
        rows.append({**where, "measure": "bereik.personen", "unit": "personen", "value": total, "n": total})
        found: list[tuple[str, int, int]] = [("bereik.aandeel", total, people)]
        n = int(ended[at].sum())
        found += [("uitval.eenzijdig-client", int(client[at].sum()), n)]
        found += [("uitval.voortijdig", int(early[at].sum()), n)]
        parts = goals[at].reshape(-1, 3).sum(axis=0)
        found += [(name, int(part), n) for name, part in zip(FAMILIES[0], parts, strict=True)]
        starts = int(started[at].sum())
        found.append(("bereik.tijdig", int(on_time[at].sum()), starts))
        for measure, hits, base in found:
            share = 100 * hits / base if base else None
            rows.append({**where, "measure": measure, "unit": "procent", "value": share, "n": base})
        days = 25.0 if starts else None
        rows.append({**where, "measure": "bereik.wachttijd", "unit": "dagen", "value": days, "n": starts})
    return tables.measures([{**row, "n_eff": row["n"]} for row in rows])


def _cells(wijken: int, partners: int, crossed: bool) -> Iterator[tuple[int | None, int | None]]:
    yield None, None
    for wijk in range(wijken):
        yield wijk, None
    for partner in range(partners):
        yield None, partner
        for wijk in range(wijken if crossed else 0):
            yield wijk, partner


@dataclass
class System:
    """Linear conditions on numbered unknowns: low <= row <= high."""

    names: dict[tuple[str, str, str], int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    tables: list[np.ndarray] = field(default_factory=list)

    def at(self, name: str, area: str, group: str) -> int:
        return self.names.setdefault((name, area, group), len(self.names))

    def add(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))

    @cached_property
    def conditions(self) -> tuple[csr_array, np.ndarray]:
        matrix = np.zeros((2 * len(self.rows), len(self.names)))
        right = np.empty(2 * len(self.rows))
        for number, (row, low, high) in enumerate(self.rows):
            matrix[2 * number, list(row)] = list(row.values())
            matrix[2 * number + 1] = -matrix[2 * number]
            right[2 * number], right[2 * number + 1] = high, -low
        keep = np.isfinite(right)
        return csr_array(matrix[keep]), right[keep]

    def width(self, terms: dict[int, float], enough: float = 10.0) -> float:
        """The width of the interval; when tables found before already lie `enough` apart, how far."""
        matrix, right = self.conditions
        goal = np.zeros(len(self.names))
        goal[list(terms)] = list(terms.values())
        seen = [float(table @ goal) for table in self.tables]
        if seen and max(seen) - min(seen) >= enough:
            return max(seen) - min(seen)
        ends = []
        for sign in (1, -1):
            found = linprog(-sign * goal, A_ub=matrix, b_ub=right, method="highs", bounds=(0, 1e6))
            assert found.status == 0, found.message
            self.tables.append(found.x)
            ends.append(-found.fun)
        return float(sum(ends))


def system(truth: pd.DataFrame, public: pd.DataFrame, areas: pd.DataFrame, to: int) -> System:
    """Everything that the published table tells about the counts and denominators behind it.

    Of the true table only the remainders are used: what of a total is in no published part.
    """
    found = System()
    values: dict[int, float] = {}
    by_cell: dict[tuple[str, str], dict[str, int]] = {}
    for true, row in zip(truth.itertuples(), public.itertuples(), strict=True):
        if math.isnan(true.n):
            continue
        place = str(row.area), str(row.group)
        wijk = place[0].startswith(("WK", "BU")) and to > 1
        share = row.unit == "procent"
        name = named(row)
        linked = str(row.measure) in SAME
        shown = not math.isnan(row.n)
        base = None
        if str(row.measure) in BASE:
            base = found.at(f"{row.period} n {BASE[str(row.measure)]}", *place)
            values[base] = true.n
            found.add({base: 1.0}, 0.0, math.inf)
            if shown:
                half = (to // 2, (to - 1) // 2) if wijk and not linked else (0, 0)
                found.add({base: 1.0}, row.n - half[0], row.n + half[1])
        if not share and row.unit not in COUNTS:
            continue
        hits = found.at(name, *place)
        by_cell.setdefault(place, {})[name] = hits
        number = true.value * true.n / 100 if share else true.value
        values[hits] = 0.0 if math.isnan(number) else round(number)
        found.add({hits: 1.0}, 0.0, math.inf)
        if base is not None:
            found.add({base: 1.0, hits: -1.0}, 0.0, math.inf)
        if not shown or math.isnan(row.value):
            continue
        if not share or linked or not wijk:
            count = row.value * row.n / 100 if share else row.value
            count = round(count) if not wijk else count
            half = (to // 2, (to - 1) // 2) if wijk else (0, 0)
            found.add({hits: 1.0}, count - half[0] - 1e-6, count + half[1] + 1e-6)
        elif base is not None:
            found.add({hits: 1.0, base: -(row.value / 100 + 0.005)}, -math.inf, 0.0)
            found.add({hits: 1.0, base: -(row.value / 100 - 0.005)}, 0.0, math.inf)
    wijken = [area for area in areas["gebied"] if area != CITY]
    groups = {group for _, _, group in found.names}
    for name, area, group in list(found.names):
        total = found.names[name, area, group]
        sums = []
        if area == CITY:
            sums.append([found.names[name, w, group] for w in wijken if (name, w, group) in found.names])
        if not group:
            for kind in {g.partition("=")[0] for g in groups if g}:
                same = [g for g in groups if g.partition("=")[0] == kind]
                sums.append([found.names[name, area, g] for g in same if (name, area, g) in found.names])
        for parts in sums:
            if parts:
                rest = values[total] - sum(values[part] for part in parts)
                found.add({total: 1.0} | dict.fromkeys(parts, -1.0), rest, rest)
    for place, numbers in by_cell.items():
        here = {name.partition(" ")[2]: at for name, at in numbers.items()}
        period = next(iter(numbers)).partition(" ")[0]
        for family in (*FAMILIES, tuple(f"doelrealisatie.doelen.{x}" for x in ("alle", "deels", "geen"))):
            if all(name in here for name in family):
                base = found.names[f"{period} n doel", *place]
                found.add(dict.fromkeys((here[name] for name in family), 1.0) | {base: -1.0}, 0.0, 0.0)
        for inner, outer in NESTED:
            if inner in here and outer in here:
                found.add({here[outer]: 1.0, here[inner]: -1.0}, 0.0, math.inf)
        for pair in APART:
            if all(name in here for name in pair):
                base = found.names[f"{period} n {BASE[pair[0]]}", *place]
                found.add(dict.fromkeys((here[name] for name in pair), -1.0) | {base: 1.0}, 0.0, math.inf)
    return found


def named(row: Any) -> str:
    """The name of the count behind a row; another period is another table."""
    return f"{row.period} {SAME.get(str(row.measure), str(row.measure))}"


def widths(truth: pd.DataFrame, public: pd.DataFrame, areas: pd.DataFrame, to: int) -> pd.Series:
    """Per hidden row the width of what the attacker must think possible of its count (or its n)."""
    found = system(truth, public, areas, to)
    result = {}
    for row in public[public["status"].str.startswith("onderdrukt")].itertuples():
        key = (named(row), row.area, row.group)
        if row.unit not in ("procent", *COUNTS):
            if truth.loc[row.Index, "n"] >= 10:
                continue  # hidden for the sake of another cell; its own n is no secret
            key = (f"{row.period} n {BASE[row.measure]}", row.area, row.group)
        result[row.Index] = found.width({found.names[key]: 1.0})
    return pd.Series(result, dtype=float)


def nested_widths(truth: pd.DataFrame, public: pd.DataFrame, areas: pd.DataFrame, to: int) -> list[float]:
    """The same of what one rate counts more than another, and of who is in neither of two, under 10."""
    found = system(truth, public, areas, to)
    hits = (truth["value"].fillna(0) * truth["n"].fillna(0) / 100).round()
    n = truth["n"].fillna(0)
    keys = list(zip(truth["measure"], truth["period"], truth["area"], truth["group"], strict=True))
    at, base = dict(zip(keys, hits, strict=True)), dict(zip(keys, n, strict=True))
    result = []
    for (measure, *place), count in at.items():
        period, *cell = place
        mine = found.names.get((f"{period} {measure}", *cell))
        for inner, outer in NESTED:
            if measure == inner and at[outer, *place] - count < 10:
                terms = {found.names[f"{period} {outer}", *cell]: 1.0, mine: -1.0}
                result.append(found.width(terms))
        for one, other in APART:
            if measure == one and base[one, *place] and base[one, *place] - count - at[other, *place] < 10:
                whole = found.names[f"{period} n {BASE[one]}", *cell]
                terms = {whole: 1.0, mine: -1.0, found.names[f"{period} {other}", *cell]: -1.0}
                result.append(found.width(terms))
    return result


def smallest_pattern(values: np.ndarray, sums: np.ndarray, small: np.ndarray, least: float) -> int:
    """The fewest cells to hide so that each keeps a width of `least`: one programme, solved exactly.

    `sums` @ cells = 0. For every cell two tables are sought that agree with all that is shown and lie
    `least` apart in that cell, if it is hidden.
    """
    n = len(values)
    far = 6.0 * least
    width = n + 2 * n * n
    goal = np.zeros(width)
    goal[:n] = 1
    parts, low, high = [], [], []

    def add(row: dict[int, float], at_least: float, at_most: float) -> None:
        line = np.zeros(width)
        line[list(row)] = list(row.values())
        parts.append(line)
        low.append(at_least)
        high.append(at_most)

    for target in range(n):
        places = [n + (2 * target + table) * n for table in (0, 1)]
        for start in places:
            for one in sums:
                add({start + cell: one[cell] for cell in np.flatnonzero(one)}, 0, 0)
            for cell in range(n):
                add({start + cell: 1, cell: -far}, -np.inf, 0)
                add({start + cell: 1, cell: far}, 0, np.inf)
        add({places[0] + target: 1, places[1] + target: -1, target: -least}, 0, np.inf)
    lower = np.concatenate([small.astype(float), np.tile(np.maximum(-values, -far), 2 * n)])
    upper = np.concatenate([np.ones(n), np.full(2 * n * n, far)])
    found = milp(
        goal,
        constraints=LinearConstraint(np.array(parts), low, high),
        bounds=Bounds(lower, upper),
        integrality=np.concatenate([np.ones(n), np.zeros(2 * n * n)]),
        options={"time_limit": 20},
    )
    assert found.status == 0, found.message
    return round(found.fun)
