"""How the text models scored on held-out stories, for run.json and the annex of reports."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def held_out_scores() -> dict[str, Any]:
    """What `scripts/evaluate.py` measured: scores (0-1) per step and per embedding, and on how many stories."""
    text = (files("toolkit") / "stories" / "models" / "scores.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def of_deidentification() -> dict[str, float]:
    """Shares of identifying mentions removed, and of replaced spans that identified nobody."""
    found = held_out_scores()["anonimiseren"]
    return {
        "namen gevonden": found["persoon"],
        "adressen en nummers gevonden": found["direct"],
        "andere gegevens gevonden": found["indirect"],
        "ten onrechte vervangen": found["ten_onrechte"],
    }


def of_themes(embedder: str) -> dict[str, float]:
    """Agreement with the writers of the stories on the example's codebook; empty for another embedding."""
    found = held_out_scores().get(embedder, {})
    return {"macro-F1 hoofdthema": found["thema_macro_f1"]} if found else {}


def of_sentiment(embedder: str) -> dict[str, float]:
    """Agreement of the shipped model with the writers of sentences and stories; empty for another embedding."""
    found = held_out_scores().get(embedder, {})
    if not found:
        return {}
    return {
        "macro-F1 zinnen": found["zinnen"]["macro_f1"],
        "macro-F1 verhalen": found["sentiment_macro_f1"],
    }
