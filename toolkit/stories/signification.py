"""What tellers signify themselves: dyads (one value between two poles) and triads (three shares)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
# From logs of three shares to two coordinates in which distances are Aitchison's, and back.
_BASIS = np.array([[1, 1], [-1, 1], [0, -2]]) / np.sqrt([2.0, 6.0])
_CHI2 = 5.991464547107979  # the 95% quantile with two degrees of freedom


@dataclass(frozen=True)
class Centre:
    """The centre of a triad: three shares that add up to 1, with 95% bootstrap bounds per pole."""

    shares: tuple[float, float, float]
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    n: int
    skipped: int


def triad_centre(shares: Any, seed: int, draws: int = 999, detection: float = 0.005) -> Centre | None:
    """The compositional centre of triads, shape (stories, 3); rows with NaN were skipped by the teller.

    The centre is the closed geometric mean (Aitchison 1986, The Statistical Analysis of Compositional
    Data); zeros are first replaced by `detection` and the row closed again (multiplicative replacement,
    Martín-Fernández et al. 2003). Bounds are percentiles of bootstrap centres. None without answers.
    """
    table = np.asarray(shares, dtype=float).reshape(-1, 3)
    logs = _logs(table, detection)
    if not len(logs):
        return None
    centres = _close(_drawn(_Told.of(logs), seed, draws))
    low, high = np.percentile(centres, [2.5, 97.5], axis=0)
    return Centre(
        _triple(_close(logs.mean(axis=0)[None, :])[0]),
        _triple(low),
        _triple(high),
        len(logs),
        len(table) - len(logs),
    )


def triad_region(
    shares: Any, seed: int, points: int = 60, draws: int = 999, detection: float = 0.005
) -> Array:
    """The edge of the 95% region of the centre, shape (points, 3), shares that add up to 1; empty under three answers.

    An ellipse around the centre in isometric log-ratio coordinates (Egozcue et al. 2003, Mathematical Geology
    35), with the covariance of bootstrap centres and the chi-squared quantile of two dimensions. Answers as in
    `triad_centre`.
    """
    logs = _logs(np.asarray(shares, dtype=float).reshape(-1, 3), detection)
    if len(logs) < 3:
        return np.zeros((0, 3))
    spread = np.cov((_drawn(_Told.of(logs), seed, draws) @ _BASIS).T)
    values, directions = np.linalg.eigh(spread)
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    circle = np.column_stack([np.cos(turn), np.sin(turn)]) * np.sqrt(_CHI2 * np.clip(values, 0, None))
    return _close((logs.mean(axis=0) @ _BASIS + circle @ directions.T) @ _BASIS.T)


def triad_points(shares: Any, detection: float = 0.005) -> Array:
    """Triads as points in isometric log-ratio coordinates, shape (stories, 2); NaN where skipped."""
    table = np.asarray(shares, dtype=float).reshape(-1, 3)
    found = np.full((len(table), 2), np.nan)
    found[~np.isnan(table).any(axis=1)] = _logs(table, detection, ordered=False) @ _BASIS
    return found


def permutation_p(points: Any, groups: Sequence[str], seed: int, draws: int = 1999) -> float:
    """The chance of groups lying at least as far apart when groups make no difference; NaN under two groups.

    `points`, shape (tellers, dimensions), without NaN. The statistic is the sum of squares between groups; for
    log-ratio coordinates that is in Aitchison distance (Anderson 2001, Austral Ecology 26: permutational
    analysis of variance). p = (1 + drawn as far or further) / (1 + draws).
    """
    table = np.asarray(points, dtype=float).reshape(len(groups), -1)
    names, place = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
    if len(names) < 2:
        return float("nan")
    # The draws are of positions: the order of delivery must not matter.
    order = np.lexsort((*table.T, place))
    table, place = table[order] - table.mean(axis=0), place[order]
    # Sorted by group, so that each is a run of rows: of many tellers, membership takes more memory than the answers.
    starts = np.searchsorted(place, np.arange(len(names)))
    sizes = np.bincount(place)

    def between(rows: Array) -> float:
        sums = np.add.reduceat(rows, starts, axis=0)
        return float((sums**2 / sizes[:, None]).sum())

    random = np.random.default_rng(seed)
    found = between(table)
    further = sum(between(table[random.permutation(len(table))]) >= found - 1e-12 for _ in range(draws))
    return (1 + further) / (1 + draws)


def _logs(table: Array, detection: float, ordered: bool = True) -> Array:
    """Logs of the answered triads after zeros are replaced; sorted, so that the order of delivery does not matter."""
    told = table[~np.isnan(table).any(axis=1)]
    zeros = told <= 0
    told = np.where(zeros, detection, told * (1 - detection * zeros.sum(axis=1, keepdims=True)))
    logs = np.log(told / told.sum(axis=1, keepdims=True))
    return np.asarray(logs[np.lexsort(logs.T)] if ordered else logs)


@dataclass(frozen=True)
class _Told:
    """Logs of triads, known by their hash."""

    hash: bytes
    logs: Array = field(compare=False)

    @classmethod
    def of(cls, logs: Array) -> _Told:
        return cls(sha256(np.ascontiguousarray(logs).tobytes()).digest(), logs)


@lru_cache(maxsize=64)  # the centre and its region, and measures and places, ask for the same draws
def _drawn(told: _Told, seed: int, draws: int) -> Array:
    """Bootstrap centres as mean logs, shape (draws, 3)."""
    random, size = np.random.default_rng(seed), len(told.logs)
    # One draw at a time, as how often each answer is drawn: of a hundred thousand answers all draws take gigabytes.
    counts = (np.bincount(random.integers(0, size, size=size), minlength=size) for _ in range(draws))
    return np.array([count @ told.logs for count in counts]) / size


def _close(logs: Array) -> Array:
    powers = np.exp(logs)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _triple(values: Any) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third
