"""Hostile stories in every kind of report and in the explorer: each shows as the text that it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser import chromium, needs_browser, opened
from tests.report.conftest import Documents
from tests.report.hostile import expected, squeeze
from tests.report.kinds import KINDS, STORIES, hostile_outcomes, make
from tests.report.words import READERS

pytestmark = pytest.mark.xdist_group("kinds")
WITH_STORIES = ("evaluatie", "wijkrapport", "duidingssessie")  # what shows quotes today


def _shown(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, story in re.findall(r"begin-([\w-]+?)\.(.*?)\.einde-\1", text, re.DOTALL):
        found.setdefault(name, set()).add(squeeze(story))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_story_is_text_in_each_format(documents: Documents, kind: str) -> None:
    shown = {form: _shown(READERS[form](path)) for form, path in documents(kind).items()}
    for form, found in shown.items():
        wrong = {name: texts for name, texts in found.items() if texts != {expected(STORIES[name])}}
        assert wrong == {}, form
        assert found.keys() == shown["html"].keys(), form
    assert bool(shown["html"]) or kind not in WITH_STORIES
    source = documents(kind)["html"].read_text(encoding="utf-8")
    assert not re.findall(r"<(script|iframe|object|form)\b", source)
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)""", source)


@needs_browser
def test_each_story_is_text_in_the_explorer(tmp_path: Path) -> None:
    output = hostile_outcomes(tmp_path / "a" / "output")
    page = make("evaluatie", tmp_path / "p", output, ["verkenner"])["verkenner"]
    with chromium() as browser, opened(browser, page) as tab:
        told = tab.locator("article p.tekst").evaluate_all("all => all.map(one => one.textContent)")
        assert tab.locator("article :is(img, b, script, h1, table)").count() == 0
    names = [re.match(r"begin-([\w-]+)\.", one)[1] for one in told]  # type: ignore[index]
    assert len(told) == 12 and len(set(names)) == 12
    assert all(
        f"begin-{name}. {STORIES[name]} .einde-{name}" == one for name, one in zip(names, told, strict=True)
    )
