"""Survey KPIs that are too small for a wijk or class: of larger areas, and of classes taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.larger import Larger, in_larger, useful
from toolkit.survey.codebook import Codebook
from toolkit.survey.estimate import Design, Publication, breakdowns
from toolkit.survey.kpis import Kpi, in_group, kpi_values, measure_row
from toolkit.tables import MEASURES
from toolkit.tables import measures as measures_table

PLUS = " + "
_NUMBERS = ["value", "low", "high", "n", "n_eff"]
_SHOWN = ("ok", "onnauwkeurig")


@dataclass(frozen=True)
class _Block:
    """Classes of a group that have one figure; `row` is that figure, None where there are no answers."""

    classes: tuple[str, ...]
    row: Mapping[Any, Any] | None

    @property
    def shown(self) -> bool:
        return self.row is not None and may_show(self.row)


def may_show(row: Mapping[Any, Any]) -> bool:
    """Whether a figure may be published: enough answers, and no 0% or 100%."""
    edge = row["unit"] == "procent" and round(row["value"], 6) in (0.0, 100.0)
    return not edge and str(row["status"]).split(":")[0] in _SHOWN


def with_larger_areas(
    base: pd.DataFrame,
    design: Design,
    codebook: Codebook,
    larger: Sequence[Larger],
    city: str,
    rule: Publication,
) -> pd.DataFrame:
    """The KPIs of a survey (`kpis.measures`) and after them those of larger areas where a wijk has no figure.

    What a larger area tells beside its shown wijken rests on at least `rule.minimum` answers (`larger.useful`).
    """
    if not larger or base.empty:
        return base
    by = design.split(in_larger(design.frame["area"], larger))
    like = base.iloc[0]
    rows = [
        measure_row(row, kpi, like["dataset"], like["period"], str(row.level), "", rule)
        for kpi in kpi_values(design.frame, codebook)
        for row in _estimates(design, kpi, by).itertuples()
    ]
    own = measures_table([row for row in rows if may_show(row)])
    areas = base[base["group"] == ""]
    known = pd.Series([may_show(row) for row in areas.to_dict("records")], index=areas.index)
    keep = useful(own, areas.assign(value=areas["value"].where(known)), larger, city, {"n": rule.minimum})
    return pd.concat([base, own[keep]], ignore_index=True)


def with_classes(
    base: pd.DataFrame,
    design: Design,
    codebook: Codebook,
    merges: Mapping[str, Sequence[Sequence[str]]],
    city: str,
    rule: Publication,
) -> pd.DataFrame:
    """The KPIs of a survey in which classes that are too small count with a neighbour.

    `merges` has per group the classes to take together, tried in order. Where a figure of one of them
    may not be shown and that of all together may, the row "leeftijd=18-34 + 35-64" comes in the place of their own rows:
    those stay without numbers and say where they count, so that no class follows by subtraction.
    """
    found, extra = base.copy(), []
    for name, unions in merges.items():
        if name not in design.frame:
            continue
        classes = design.frame[name].astype(str)
        for kpi in kpi_values(design.frame, codebook):
            of_group = base[(base["measure"] == kpi.measure) & base["group"].str.startswith(f"{name}=")]
            rows = {str(row["group"]).partition("=")[2]: row for row in of_group.to_dict("records")}
            if not rows:
                continue
            like = next(iter(rows.values()))
            blocks = [_Block((one,), row) for one, row in rows.items()]
            for union in unions:
                touched = [one for one in blocks if set(one.classes) <= set(union)]
                covered = [one for block in touched for one in block.classes]
                if len(touched) < 2 or all(one.shown for one in touched):
                    continue
                by = design.split(classes.isin(covered).map({True: PLUS.join(covered), False: ""}))
                made = [
                    measure_row(
                        row, kpi, like["dataset"], like["period"], *in_group(city, name, str(row.level)), rule
                    )
                    for row in _estimates(design, kpi, by).itertuples()
                ]
                blocks = [one for one in blocks if one not in touched]
                blocks.append(_Block(tuple(covered), made[0] if made else None))
            for block in blocks:
                if len(block.classes) > 1 and block.shown and block.row is not None:
                    extra.append(block.row)
                    parts = of_group.index[of_group["group"].isin([f"{name}={one}" for one in block.classes])]
                    found.loc[parts, _NUMBERS] = float("nan")
                    found.loc[parts, "status"] = f"onderdrukt: telt mee bij {PLUS.join(block.classes)}"
    return pd.concat([found, measures_table(extra)], ignore_index=True)[MEASURES.names] if extra else found


def _estimates(design: Design, kpi: Kpi, by: Any) -> pd.DataFrame:
    return breakdowns(design, kpi.values, [by], "share" if kpi.kind == "share" else "mean")[0]
