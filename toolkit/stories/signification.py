"""What tellers signify themselves: dyads (one value between two poles) and triads (three shares)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


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
    told = table[~np.isnan(table).any(axis=1)]
    if not len(told):
        return None
    zeros = told <= 0
    told = np.where(zeros, detection, told * (1 - detection * zeros.sum(axis=1, keepdims=True)))
    logs = np.log(told / told.sum(axis=1, keepdims=True))
    logs = logs[np.lexsort(logs.T)]  # the bootstrap draws positions: the order of delivery must not matter
    random = np.random.default_rng(seed)
    picks = random.integers(0, len(logs), size=(draws, len(logs)))
    centres = _close(logs[picks].mean(axis=1))
    low, high = np.percentile(centres, [2.5, 97.5], axis=0)
    return Centre(
        _triple(_close(logs.mean(axis=0)[None, :])[0]),
        _triple(low),
        _triple(high),
        len(told),
        len(table) - len(told),
    )


def _close(logs: Array) -> Array:
    powers = np.exp(logs)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _triple(values: Any) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third
