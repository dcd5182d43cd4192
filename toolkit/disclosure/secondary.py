"""Which further cells are hidden, so that no hidden number follows from the rest of the release."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.disclosure.attack import Attack
from toolkit.disclosure.cells import rows_of
from toolkit.disclosure.model import Model, Secret, build, split
from toolkit.project import Disclosure

_EXACT_UNITS = 150  # larger parts of a release get a good pattern instead of the smallest one
_EXACT_ROUNDS = 60
_EXACT_KINDS = 4  # so many breakdowns are tried in every combination
_NEAR = 1e-6

Cut = tuple[npt.NDArray[np.float64], float]


def protected(
    frame: pd.DataFrame,
    primary: Collection[int],
    parts_of: Mapping[str, Sequence[str]],
    rules: Disclosure,
    rounded: Collection[int],
) -> set[int]:
    """The rows of `frame` to hide: those of `primary`, and what they would follow from.

    What is hidden in a release of fewer breakdowns stays hidden when breakdowns are added: whoever asks for
    more tables, or lays two releases side by side, never gets a cell that was hidden before. With more than
    four breakdowns this holds for each of them alone against all together.
    """
    hidden = set(primary)
    for _, same in frame.groupby(["source", "dataset"]):
        kind = same["group"].str.partition("=")[0] + "/" + same["period"].str.len().astype(str)
        kinds = sorted(set(kind))
        done: dict[tuple[str, ...], set[int]] = {}
        sizes = range(1, len(kinds) + 1) if len(kinds) <= _EXACT_KINDS else (1, len(kinds))
        for size in sizes:
            for chosen in combinations(kinds, size):
                part = same[kind.isin(chosen)]
                before = set(primary) & {int(row) for row in part.index}
                before |= {row for few, rows in done.items() if set(few) < set(chosen) for row in rows}
                done[chosen] = _release(part, before, parts_of, rules, rounded)
        hidden |= done[tuple(kinds)]
    return hidden


def _release(
    frame: pd.DataFrame,
    before: set[int],
    parts_of: Mapping[str, Sequence[str]],
    rules: Disclosure,
    rounded: Collection[int],
) -> set[int]:
    hidden = set(before)
    for rows in rows_of(frame):
        model = build(rows, parts_of, rules, rounded)
        for part, _ in split(model):
            forced = {unit for unit, members in enumerate(part.units) if set(members) & before}
            for unit in pattern(part, forced):
                hidden.update(part.units[unit])
    return hidden


def pattern(model: Model, forced: Collection[int]) -> set[int]:
    """The cheapest units to hide, `forced` among them, so that every secret keeps its width.

    An exact method for small models (Fischetti and Salazar 2001, Management Science 47(7)): the pattern
    that costs least, then an attack on every hidden number; each success of the attacker says which
    units could have prevented it, and that becomes a condition on the next pattern. A large model keeps what
    it has hidden, so that it is done after few attacks.
    """
    hidden = set(forced)
    if not hidden and not any(secret.unit is None for secret in model.secrets):
        return hidden
    attack = Attack(model)
    cuts: list[Cut] = []
    rounds = 0
    while True:
        rounds += 1
        new = [
            cut
            for secret in model.secrets
            if secret.unit is None or secret.unit in hidden
            for cut in _cut(attack, secret, hidden)
        ]
        if not new:
            return hidden
        cuts += new
        exact = len(model.units) <= _EXACT_UNITS and rounds < _EXACT_ROUNDS
        hidden = _cheapest(model.weights, cuts, forced if exact else hidden)


def _cut(attack: Attack, secret: Secret, hidden: Collection[int]) -> list[Cut]:
    """The condition on patterns that the attack on one secret teaches; nothing when it fails.

    When even all units hidden give the secret no more width, there is nothing to be won.
    """
    width, gains = attack.width(secret, hidden)
    if width >= secret.width - _NEAR:
        return []
    chosen = np.zeros(len(gains))
    chosen[list(hidden)] = 1.0
    needed = secret.width - (width - float(gains @ chosen))
    row = np.minimum(gains, needed)
    needed = min(needed, float(row.sum()))
    if needed <= _NEAR or float(row @ chosen) >= needed - _NEAR:
        return []
    row, right = row / needed, 1.0
    if secret.unit is not None:
        row[secret.unit] -= 1.0
        right = 0.0
    return [(row, right)]


def _cheapest(weights: Sequence[float], cuts: Sequence[Cut], forced: Collection[int]) -> set[int]:
    from scipy.optimize import Bounds, LinearConstraint, milp

    low = np.zeros(len(weights))
    low[list(forced)] = 1.0
    rows = LinearConstraint(
        np.array([row for row, _ in cuts]), np.array([right for _, right in cuts]) - _NEAR / 10, np.inf
    )
    found = milp(
        np.array(weights),
        constraints=rows,
        integrality=np.ones(len(weights), dtype=np.int64),
        bounds=Bounds(low, 1.0),
        options={"mip_rel_gap": 1e-9},
    )
    if found.x is None:
        raise ArithmeticError(f"mixed integer programme: {found.message}")
    return {unit for unit, value in enumerate(found.x) if value > 0.5}
