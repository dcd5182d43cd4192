"""What one part of an analysis gives to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Found:
    """What one part of the analysis found: measures for the gate, private tables, facts for run.json, warnings in Dutch."""

    measures: pd.DataFrame
    private: dict[str, pd.DataFrame]
    facts: dict[str, Any]
    warnings: tuple[str, ...] = ()
