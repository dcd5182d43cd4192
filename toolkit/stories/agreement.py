"""How far coders agree (Krippendorff's alpha), and how well a model follows them, both with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
DRAWS = 999


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha with its 95% bootstrap interval; NaN when it cannot be computed.

    `units` counts the units that two coders or more judged, `coders` who judged any of those.
    """

    value: float
    low: float
    high: float
    units: int
    coders: int


def krippendorff_alpha(codes: pd.DataFrame, seed: int, cluster: str = "", draws: int = DRAWS) -> Alpha:
    """Nominal alpha over `codes` (columns unit, coder, label; one row per unit and coder; "" is no judgement).

    alpha = 1 - Do / De from the coincidences of values within units (Krippendorff 2011, Computing
    Krippendorff's alpha-reliability). Units that one coder judged do not count. Where everybody used one
    and the same label everywhere there is nothing to tell apart and alpha is NaN. The interval draws
    units with replacement, or whole clusters of them (column `cluster`: sentences of one story belong
    together).
    """
    told = codes[codes["label"] != ""]
    counts = told.groupby("unit")["label"].transform("size")
    told = told[counts >= 2].sort_values(["unit", "coder"], kind="stable")
    if told.empty:
        return Alpha(np.nan, np.nan, np.nan, 0, 0)
    table = pd.crosstab(told["unit"], told["label"]).sort_index()
    values = table.to_numpy(float)
    judged = values.sum(axis=1)
    disagreement = (values * (judged[:, None] - values)).sum(axis=1) / (judged - 1)
    parts = np.column_stack([disagreement, judged, values])
    if cluster:
        of_unit = told.drop_duplicates("unit").set_index("unit")[cluster].loc[table.index]
        parts = pd.DataFrame(parts).groupby(of_unit.to_numpy()).sum().to_numpy(float)
    times = np.random.default_rng(seed).multinomial(len(parts), np.full(len(parts), 1 / len(parts)), draws)
    found = _alphas(times @ parts)
    low, high = _bounds(found)
    value = float(_alphas(parts.sum(axis=0)[None, :])[0])
    return Alpha(value, low, high, len(table), int(told["coder"].nunique()))


def _alphas(sums: Array) -> Array:
    """Alpha of rows with disagreement, number of values, and number of values per label."""
    observed, n, per_label = sums[:, 0], sums[:, 1], sums[:, 2:]
    expected = (per_label * (n[:, None] - per_label)).sum(axis=1) / np.maximum(n - 1, 1)
    known = expected > 0
    return np.where(known, 1 - observed / np.where(known, expected, 1), np.nan)


def class_scores(
    truth: Sequence[str],
    predicted: Sequence[str],
    classes: Sequence[str],
    seed: int,
    weights: Sequence[float] | None = None,
    clusters: Sequence[str] | None = None,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """How well predicted labels follow true ones, per class: a row each, and one "macro" (mean F1).

    Columns: label, n (units whose true label this is), precisie, precisie_laag, precisie_hoog, recall and
    f1 with the same bounds; proportions (0-1), NaN where a class was never predicted or never true.
    `weights` (how many units each stands for) make figures of a stratified sample hold for all units.
    Intervals are percentiles of a bootstrap over units, or over `clusters`.
    """
    place = {name: number for number, name in enumerate(classes)}
    true = np.array([place[name] for name in truth], dtype=int)
    said = np.array([place[name] for name in predicted], dtype=int)
    size = len(classes)
    cells = np.zeros((len(true), size * size))
    cells[np.arange(len(true)), true * size + said] = 1.0 if weights is None else np.asarray(weights, float)
    groups = np.arange(len(true)) if clusters is None else pd.factorize(np.asarray(clusters, dtype=object))[0]
    parts = pd.DataFrame(cells).groupby(groups).sum().to_numpy(float)
    times = np.random.default_rng(seed).multinomial(len(parts), np.full(len(parts), 1 / len(parts)), draws)
    whole = _scores(parts.sum(axis=0)[None, :], size)
    drawn = _scores(times @ parts, size)
    rows: list[dict[str, Any]] = []
    for number, name in enumerate([*classes, "macro"]):
        row: dict[str, Any] = {
            "label": name,
            "n": int((true == number).sum()) if number < size else len(true),
        }
        for measure in ("precisie", "recall", "f1"):
            if number == size and measure != "f1":
                row |= {measure: np.nan, f"{measure}_laag": np.nan, f"{measure}_hoog": np.nan}
                continue
            of_all, of_draws = (
                (np.nanmean(one["f1"], axis=1) if number == size else one[measure][:, number])
                for one in (whole, drawn)
            )
            low, high = _bounds(of_draws)
            row |= {measure: float(of_all[0]), f"{measure}_laag": low, f"{measure}_hoog": high}
        rows.append(row)
    return pd.DataFrame(rows)


def _scores(sums: Array, size: int) -> dict[str, Array]:
    """Precision, recall and F1 per class of confusion matrices, each shape (matrices, classes)."""
    matrix = sums.reshape(-1, size, size)
    right = np.einsum("mii->mi", matrix)
    true, said = matrix.sum(axis=2), matrix.sum(axis=1)

    def ratio(above: Array, below: Array) -> Array:
        return np.where(below > 0, above / np.where(below > 0, below, 1), np.nan)

    return {"precisie": ratio(right, said), "recall": ratio(right, true), "f1": ratio(2 * right, true + said)}


def _bounds(values: Array) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return np.nan, np.nan
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def disagreements(codes: pd.DataFrame) -> pd.DataFrame:
    """The units on which coders differ: unit, labels ("label: who, who; ..."), the most divided first.

    `codes` as for `krippendorff_alpha`.
    """
    told = codes[codes["label"] != ""].sort_values(["unit", "label", "coder"])
    rows = []
    for unit, same in told.groupby("unit", sort=True):
        who = same.groupby("label")["coder"].agg(lambda names: ", ".join(dict.fromkeys(names)))
        if len(who) > 1:
            share = float(same["label"].value_counts(normalize=True).iloc[0])
            rows.append((share, unit, "; ".join(f"{label}: {names}" for label, names in who.items())))
    rows.sort(key=lambda row: (row[0], row[1]))
    return pd.DataFrame([(unit, labels) for _, unit, labels in rows], columns=["unit", "labels"])
