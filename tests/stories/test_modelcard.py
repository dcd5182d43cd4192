from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CARD = runpy.run_path(str(ROOT / "scripts" / "modelcard.py"))
SCORES = json.loads((ROOT / "toolkit" / "stories" / "models" / "scores.json").read_text(encoding="utf-8"))


def test_the_page_equals_what_the_script_makes_of_the_scores() -> None:
    text = (ROOT / "docs" / "modellen.md").read_text(encoding="utf-8")
    assert CARD["page"](text, SCORES) == text, "python scripts/modelcard.py"


def test_another_score_gives_another_page() -> None:
    text = (ROOT / "docs" / "modellen.md").read_text(encoding="utf-8")
    other = json.loads(json.dumps(SCORES))
    other["e5"]["zinnen"]["macro_f1"] = 0.123
    assert "0,12" in CARD["page"](text, other)


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="overzicht"):
        CARD["page"]("# Modellen", SCORES)


def test_the_scores_are_of_the_shipped_weights() -> None:
    from toolkit.stories.sentiment_model import load_model

    for name in ("e5", "use"):
        card, stated = load_model(name).scores, SCORES[name]["zinnen"]
        assert stated["macro_f1"] == card["zinnen_macro_f1"]
        assert stated["aantal"] == card["gemeten_op"]["zinnen"]
