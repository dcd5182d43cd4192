"""What tellers signify, as tables for a report: where groups lie, and whether they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from toolkit.project import CorpusSettings
from toolkit.stories.signification import permutation_p, triad_centre, triad_points, triad_region

PLACES = ["soort", "id", "vraag", "polen", "groep", "n", "overgeslagen", "deel_1", "deel_2", "deel_3", "rand"]
DIFFERENCES = ["soort", "id", "vraag", "indeling", "groepen", "n", "p", "oordeel"]
FEW = "minder dan {}"
_ALPHA = 0.05


def places(
    stories: pd.DataFrame, settings: CorpusSettings, minimum: int, minimum_tellers: int, seed: int
) -> pd.DataFrame:
    """Where each group of tellers lies on every dyad and triad (columns PLACES), as text for a CSV.

    Groups: rol=inwoner and rol=professional, and of residents gebied=<code>. `deel_1` to `deel_3` are the
    parts (0-1): of a dyad the mean distance from the first pole and to it, of a triad the compositional
    centre; `rand` is the edge of its 95% region ("0.2 0.3 0.5;..."). `n` counts answers, `overgeslagen` who
    told a story and did not answer ("minder dan 10" when there are fewer than `minimum_tellers`, though not 0).
    Groups with fewer than `minimum` answers, or of fewer than `minimum_tellers` tellers, are left out.
    """
    rows = []
    for question in _questions(stories, settings):
        for group, part in _groups(stories):
            values = part[question["columns"]]
            told = part[values.notna().all(axis=1)]
            if len(told) < minimum or told["teller"].nunique() < minimum_tellers:
                continue
            skipped = int(part.loc[values.isna().any(axis=1), "teller"].nunique())
            few = 0 < skipped < minimum_tellers
            row: dict[str, Any] = {name: question[name] for name in ("soort", "id", "vraag", "polen")}
            row |= {
                "groep": group,
                "n": len(told),
                "overgeslagen": FEW.format(minimum_tellers) if few else skipped,
            }
            rows.append(row | _place(values, question["soort"], seed))
    return pd.DataFrame(rows, columns=PLACES)


def _place(values: pd.DataFrame, kind: str, seed: int) -> dict[str, Any]:
    if kind == "dyade":
        mean = float(values.iloc[:, 0].mean())
        return {"deel_1": round(1 - mean, 4), "deel_2": round(mean, 4), "deel_3": "", "rand": ""}
    centre = triad_centre(values, seed)
    assert centre is not None
    edge = triad_region(values, seed)
    text = ";".join(" ".join(f"{share:.4f}" for share in point) for point in edge)
    parts = {f"deel_{number}": round(share, 4) for number, share in enumerate(centre.shares, start=1)}
    return parts | {"rand": text}


def differences(
    stories: pd.DataFrame, settings: CorpusSettings, minimum: int, minimum_tellers: int, seed: int
) -> pd.DataFrame:
    """Whether groups of tellers differ (columns DIFFERENCES), by permutation; only groups that `places` shows.

    One row per dyad or triad and breakdown (rol, or gebied among residents). A teller of several stories counts
    once, with the mean of the answers. `p` is after Holm over all rows.
    """
    rows = []
    for question in _questions(stories, settings):
        for name in ("rol", "gebied"):
            found = [
                part.assign(groep=group) for group, part in _groups(stories)
                if group.startswith(name) and _enough(part, question["columns"], minimum, minimum_tellers)
            ]  # fmt: skip
            if len(found) < 2:
                continue
            frame = pd.concat(found)
            frame = frame[frame[question["columns"]].notna().all(axis=1)]
            values = frame[question["columns"]]
            points = triad_points(values) if question["soort"] == "triade" else values.to_numpy(float)
            table = (
                pd.DataFrame(points).groupby([frame["teller"].to_numpy(), frame["groep"].to_numpy()]).mean()
            )
            p = permutation_p(table.to_numpy(), list(table.index.get_level_values(1)), seed)
            about = {key: question[key] for key in ("soort", "id", "vraag")}
            rows.append(about | {"indeling": name, "groepen": len(found), "n": len(table), "p": p})
    result = pd.DataFrame(rows, columns=DIFFERENCES)
    order = np.argsort(result["p"].to_numpy(float), kind="stable")
    left = np.arange(len(order), 0, -1)
    raised = np.minimum(np.maximum.accumulate(result["p"].to_numpy(float)[order] * left), 1.0)
    result.loc[result.index[order], "p"] = np.round(raised, 4)
    sure = result["p"].astype(float) < _ALPHA
    return result.assign(oordeel=["verschil" if one else "geen aantoonbaar verschil" for one in sure])


def _enough(part: pd.DataFrame, columns: list[str], minimum: int, minimum_tellers: int) -> bool:
    told = part[part[columns].notna().all(axis=1)]
    return len(told) >= minimum and told["teller"].nunique() >= minimum_tellers


def _questions(stories: pd.DataFrame, settings: CorpusSettings) -> Iterator[dict[str, Any]]:
    for dyad in settings.dyads:
        if f"dyad_{dyad.id}" in stories:
            yield {
                "soort": "dyade", "id": dyad.id, "vraag": dyad.question, "polen": " | ".join(dyad.poles),
                "columns": [f"dyad_{dyad.id}"],
            }  # fmt: skip
    for triad in settings.triads:
        columns = [f"triad_{triad.id}_{number}" for number in (1, 2, 3)]
        if set(columns) <= set(stories.columns):
            yield {
                "soort": "triade", "id": triad.id, "vraag": triad.question, "polen": " | ".join(triad.poles),
                "columns": columns,
            }  # fmt: skip


def _groups(stories: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    told = stories.assign(teller=stories["respondent"].where(stories["respondent"] != "", stories["story"]))
    for role, part in told.groupby("role", sort=True):
        yield f"rol={role}", part
    residents = told[(told["role"] == "inwoner") & (told["area"] != "")]
    for area, part in residents.groupby("area", sort=True):
        yield f"gebied={area}", part
