"""The reviewable cases: what must be found, what must stay, and what is known to fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evaluation.score_deidentify import score, unmark
from toolkit.stories.deidentify import find_mentions

CASES = Path(__file__).parent / "cases"
FILES = [CASES / f"{name}.json" for name in ("personen", "direct", "indirect")]


def _of(group: str) -> list[str]:
    return [text for path in FILES for text in json.loads(path.read_text(encoding="utf-8"))[group]]


@pytest.mark.parametrize("marked", _of("positive"))
def test_what_identifies_is_found(marked):
    result = score([marked])
    text, _ = unmark(marked)
    found = [(text[m.start : m.end], m.kind) for m in find_mentions([text])[0]]
    assert result.found == result.gold, found
    assert result.same_kind == result.gold, found


@pytest.mark.parametrize("text", _of("negative"))
def test_what_does_not_identify_stays(text):
    assert [(text[m.start : m.end], m.kind) for m in find_mentions([text])[0]] == []


@pytest.mark.parametrize("marked", _of("known_failures"))
def test_known_failures_still_fail(marked):
    result = score([marked])
    # once this passes, move the case to "positive": the list must shrink
    assert result.found != result.gold
