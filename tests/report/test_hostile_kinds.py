"""Hostile stories in every kind of report and in the explorer: each shows as the text that it is."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.browser import chromium, needs_browser, opened
from tests.report.conftest import Documents
from tests.report.hostile import expected, squeeze
from tests.report.kinds import KINDS, NAME, STORIES, hostile_outcomes, make
from tests.report.words import READERS, bare, pptx_text

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


@pytest.mark.parametrize("kind", KINDS)
def test_the_name_of_a_report_is_text_in_each_format(documents: Documents, kind: str) -> None:
    for form, path in documents(kind).items():
        assert bare(NAME) in READERS[form](path), form


def test_slides_show_names_as_text_and_hold_no_story(tmp_path: Path) -> None:
    output = hostile_outcomes(tmp_path / "a" / "output")
    for name, column in (("definities.csv", "naam"), ("gebieden.csv", "naam"), ("themas.csv", "naam")):
        frame = pd.read_csv(output / name, dtype=str, keep_default_na=False, encoding="utf-8")
        frame[column] = [f"{text} <i>{{{{< x >}}}}</i>" for text in frame[column]]
        frame.to_csv(output / name, index=False, encoding="utf-8")
    said = pptx_text(make("evaluatie", tmp_path / "p", output, ["pptx"])["pptx"])
    assert bare(NAME) in said and "<i>{{<x>}}</i>" in said
    assert "begin-" not in said and "\\<" not in said and "&lt;" not in said


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
