"""Checking a model on the user's own stories: a sample for people to judge, and shares corrected with it.

A share of automatic labels is biased by what the model gets wrong. People judge a stratified sample; of
every label that the model gives they tell how often each label is true. A corrected share is the mean of
those chances over all stories: the calibration estimator of double sampling (Tenenbein 1970, JASA 65),
which beats the inverse confusion matrix when the sample is of the same stories (Kloos, Meertens, Scholtus
and Karch 2021, Comparing correction methods to reduce misclassification bias).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
SAMPLE = ["verhaal", "zin", "laag", "gewicht", "computer", "model"]
LEAST = 60  # judged stories (or all, if there are fewer)
LEAST_PER_LABEL = 10  # judged stories for every label that the model gave (or all of them)
BY_PEOPLE = " (mensen)"  # after a label that people gave themselves: that is no claim of a model
_Z = 1.959963984540054


@dataclass(frozen=True)
class Calibration:
    """What is true when the model says something, as people judged it.

    `chances` maps a label of the model to the share (0-1) of each of `labels` among the judged stories with
    it, and `judged` to their effective number.
    """

    labels: tuple[str, ...]
    chances: Mapping[str, Array]
    judged: Mapping[str, float]


def draw_sample(units: pd.DataFrame, number: int, seed: int) -> pd.DataFrame:
    """A stratified random sample of `units` (verhaal, zin, laag, computer, model), in the order of the units.

    Every stratum (`laag`) gives at least ten units, or all it has, and more in proportion to its size;
    `gewicht` is how many units one stands for (size of the stratum / number drawn). At least `number` are
    drawn when there are so many. The order of the units does not matter.
    """
    units = units.sort_values(["verhaal", "zin"], kind="stable", ignore_index=True)
    sizes = units["laag"].value_counts().sort_index()
    least = sizes.clip(upper=LEAST_PER_LABEL)
    left = max(0, min(number, len(units)) - int(least.sum()))
    room = sizes - least
    share = room / max(float(room.sum()), 1.0) * left
    wanted = (least + np.ceil(share).astype(int)).clip(upper=sizes).to_dict()
    random = np.random.default_rng(seed)
    parts = []
    for layer, size in sizes.items():
        rows = units.index[units["laag"] == layer].to_numpy()
        chosen = np.sort(random.choice(rows, int(wanted[layer]), replace=False))
        parts.append(units.loc[chosen].assign(gewicht=size / int(wanted[layer])))
    sample = pd.concat(parts).sort_index() if parts else units.assign(gewicht=1.0)
    return sample[SAMPLE].reset_index(drop=True)


def refusal(
    sample: pd.DataFrame, truth: Mapping[tuple[str, str], str], now: Mapping[tuple[str, str], str]
) -> str:
    """Why a check may not be used to correct shares, in Dutch; "" when it may.

    `truth` is what people said per (verhaal, zin), `now` what the model says today.
    """
    keys = list(zip(sample["verhaal"], sample["zin"], strict=True))
    gone = [key for key in keys if key not in now]
    if gone:
        return "de controle gaat over andere verhalen dan er nu zijn. Trek een nieuwe steekproef."
    if any(now[key] != said for key, said in zip(keys, sample["computer"], strict=True)):
        return "de controle is van een andere versie van het model. Trek een nieuwe steekproef."
    judged = [key in truth for key in keys]
    needed = min(LEAST, len(now))
    if sum(judged) < needed:
        return f"de controle is te klein: {sum(judged)} beoordeeld, {needed} nodig."
    done = sample[judged].groupby("laag").size()
    for layer, size in (
        pd.Series(sample["gewicht"].to_numpy(float)).groupby(sample["laag"].to_numpy()).sum().items()
    ):
        least = min(LEAST_PER_LABEL, round(float(size)))
        if int(done.get(layer, 0)) < least:
            return f"de controle is te klein: bij '{layer}' zijn er {int(done.get(layer, 0))} beoordeeld, {least} nodig."
    return ""


def calibrate(
    said: Sequence[str], truth: Sequence[str], weights: Sequence[float], labels: Sequence[str]
) -> Calibration:
    """The chances of the true labels for every label that the model gave, weighted for the sampling.

    The effective number of judged stories is Kish's: (sum of weights)² / (sum of squared weights).
    """
    frame = pd.DataFrame({"said": said, "true": truth, "weight": np.asarray(weights, float)})
    chances, judged = {}, {}
    for label, same in frame.groupby("said", sort=True):
        total = float(same["weight"].sum())
        chances[str(label)] = np.array(
            [same.loc[same["true"] == one, "weight"].sum() / total for one in labels]
        )
        judged[str(label)] = total**2 / float((same["weight"] ** 2).sum())
    return Calibration(tuple(labels), chances, judged)


def with_people(calibration: Calibration) -> Calibration:
    """The calibration with labels that people gave themselves (marked BY_PEOPLE): those are what they say."""
    sure = {
        label + BY_PEOPLE: np.eye(len(calibration.labels))[place]
        for place, label in enumerate(calibration.labels)
    }
    return Calibration(
        calibration.labels,
        {**calibration.chances, **sure},
        {**calibration.judged, **dict.fromkeys(sure, np.inf)},
    )


def corrected_share(
    said: Sequence[str], tellers: Sequence[str], calibration: Calibration, label: str
) -> tuple[float, float, float]:
    """The share (0-1) of stories whose true label is `label`, with its 95% interval.

    `said` are the labels of the model, `tellers` who told each story. The variance adds what the sample of
    tellers leaves open (clustered by teller) to what the check leaves open:
    V = sum over tellers of (sum of (c - p))² / n² + sum over labels of share² c' (1 - c') / (judged + 1), with c' the
    chance after adding half a story on either side. Wilson's interval on n = p (1 - p) / V.

    Raises KeyError when the model gave a label that nobody judged.
    """
    place = calibration.labels.index(label)
    counts = pd.Series(list(said)).value_counts()
    n = int(counts.sum())
    chance = {name: float(calibration.chances[str(name)][place]) for name in counts.index}
    value = sum(count * chance[name] for name, count in counts.items()) / n
    scores = (
        pd.Series([chance[name] - value for name in said]).groupby(pd.factorize(np.asarray(tellers))[0]).sum()
    )
    variance = float((scores**2).sum()) / n**2
    for name, count in counts.items():
        judged = calibration.judged[str(name)]
        if np.isinf(judged):
            continue
        smooth = (chance[name] * judged + 0.5) / (judged + 1)
        variance += (count / n) ** 2 * smooth * (1 - smooth) / (judged + 1)
    return value, *wilson(value, variance)


def wilson(value: float, variance: float) -> tuple[float, float]:
    """Wilson's score interval of a share (0-1) whose variance is known: on n = p (1 - p) / variance.

    Near 0 and 1 the spread p (1 - p) is taken at half a unit from the edge, p = 0.5 / n: so n = sqrt(0.5 / variance).
    """
    if variance <= 0:
        return value, value
    spread = max(value * (1 - value), min(0.25, float(np.sqrt(variance / 2))))
    n = spread / variance
    middle, scale = value + _Z**2 / (2 * n), 1 + _Z**2 / n
    half = _Z * np.sqrt(max(value * (1 - value), 0.0) / n + _Z**2 / (4 * n**2))
    return max(0.0, float((middle - half) / scale)), min(1.0, float((middle + half) / scale))


def binary(labels: Collection[str], one: str) -> list[str]:
    """Whether each joined label ("a;b", "geen") has a theme: "ja" or "nee"."""
    return ["ja" if one in label.split(";") else "nee" for label in labels]
