"""The attack: how closely linear programmes over everything that is published give a hidden number."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.disclosure.model import Model, Secret, Terms

Vector = npt.NDArray[np.float64]
_BOX = 4.0  # an attacker's tables are sought within so many protection widths of the true one


class Attack:
    """All linear programmes over one model; only what is shown and hidden differs between them.

    Solutions are kept: tables that an attacker must think possible prove a number safe without solving again.
    """

    def __init__(self, model: Model) -> None:
        from scipy.sparse import csr_array

        self.model = model
        facts = [(fact, sign) for fact in model.known for sign in (1, -1)]
        facts = [(f, s) for f, s in facts if math.isfinite(f.high if s == 1 else f.low)]
        self._units = np.array([-1 if f.unit is None else f.unit for f, _ in facts], dtype=int)
        matrix = np.array([sign * self._row(fact.terms) for fact, sign in facts])
        self._matrix = matrix.reshape(len(facts), len(model.truth))
        self._sparse: Any = csr_array(self._matrix)  # the stubs of linprog know no sparse arrays
        self._right = np.array([f.high if s == 1 else -f.low for f, s in facts], dtype=float)
        widest = max([secret.width for secret in model.secrets] or [1.0])
        truth = np.array(model.truth, dtype=float)
        self._slack = np.where(self._units >= 0, _BOX * widest, 0.0)
        self._slack += np.where(self._units >= 0, np.maximum(0.0, self._matrix @ truth - self._right), 0.0)
        self._tables: list[Vector] = [truth]
        self._told: list[Vector] = [self._matrix @ truth]

    def _row(self, terms: Terms) -> Vector:
        row = np.zeros(len(self.model.truth))
        row[list(terms)] = list(terms.values())
        return row

    def width(self, secret: Secret, hidden: Collection[int]) -> tuple[float, Vector]:
        """The width of what an attacker must think possible, and per unit how much hiding it may add.

        The second is a bound from the duals: with other units hidden the width is at most this one, plus the
        gains of the units that are then hidden too, minus those of the units that are then shown.
        """
        goal = self._row(secret.terms)
        gains = np.zeros(len(self.model.units))
        seen = self._seen(goal, hidden)
        if seen >= secret.width:
            return seen, gains
        shown = ~np.isin(self._units, [-1, *hidden])
        right = self._right + np.where(shown, 0.0, self._slack)
        total, truth = 0.0, float(goal @ self._tables[0])
        for sign in (1.0, -1.0):
            value, marginal = self._extreme(sign * goal, right)
            total += value
            if sign > 0 and value - truth >= secret.width:  # the true table is the other end
                return value - truth, gains
            np.add.at(gains, self._units[self._units >= 0], (marginal * self._slack)[self._units >= 0])
        return total, gains

    def _extreme(self, goal: Vector, right: Vector) -> tuple[float, Vector]:
        from scipy.optimize import linprog

        bounds = [(None if low == -math.inf else low, None) for low in self.model.floor]
        found: Any = linprog(-goal, A_ub=self._sparse, b_ub=right, bounds=bounds, method="highs-ds")
        if found.status != 0:
            raise ArithmeticError(f"linear programme: {found.message}")
        self._tables.append(found.x)
        self._told.append(self._matrix @ found.x)
        return -float(found.fun), -np.asarray(found.ineqlin.marginals)

    def _seen(self, goal: Vector, hidden: Collection[int]) -> float:
        """How far the known tables that agree with everything shown lie apart."""
        shown = ~np.isin(self._units, list(hidden)) & (self._units >= 0)
        told = np.array(self._told)[:, shown]
        fits = (told <= self._right[shown] + 1e-7 * (1 + np.abs(self._right[shown]))).all(axis=1)
        values = np.array(self._tables)[fits] @ goal
        return float(values.max() - values.min()) if len(values) else 0.0
