"""What the figures from stories mean, for the annex of every report."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pandas as pd

from toolkit.project import CorpusSettings
from toolkit.tables import DEFINITIONS


def definitions(settings: CorpusSettings) -> pd.DataFrame:
    """A row per figure of a corpus (columns tables.DEFINITIONS), its own dyads and triads by their questions."""
    text = (files("toolkit") / "stories" / "definitions.toml").read_text(encoding="utf-8")
    known: dict[str, dict[str, Any]] = {one["id"]: one for one in tomllib.loads(text)["maat"]}
    rows = [{**one, "maat": name} for name, one in known.items() if name not in ("dyade", "triade")]
    rows += [
        {
            **known["dyade"],
            "maat": f"dyade.{one.id}",
            "vraag": one.question,
            "naam": f"{one.poles[0]} (0) of {one.poles[1]} (1)",
        }
        for one in settings.dyads
    ]
    rows += [
        {
            **known["triade"],
            "maat": f"triade.{one.id}.{number}",
            "vraag": one.question,
            "naam": f"aandeel van '{pole}'",
        }
        for one in settings.triads
        for number, pole in enumerate(one.poles, start=1)
    ]
    return pd.DataFrame(rows, columns=list(DEFINITIONS))
