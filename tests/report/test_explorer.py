"""The explorer of stories, opened in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.browser import chromium, needs_browser, opened, violations
from toolkit.errors import ToolkitError
from toolkit.report import build_report

FIXTURE = Path(__file__).parent / "fixture"
HOSTILE = [
    "<script>alert(1)</script> en </script><script>alert(2)</script> zei hij.",
    "<img src=x onerror=alert(3)> & <b>vet</b> {{< include /etc/hostname >}} $$x$$",
    "# Kop\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\ntitle: x\n---",
    "a" * 5000,
    "\u202eachterstevoren\u202c en مرحبا بالجميع",
]


def stories(number: int) -> pd.DataFrame:
    """Stories over three wijken and two themes; every seventh skipped the triad."""
    texts = [*HOSTILE, *(f"Verhaal over wachten en het gesprek daarna, deel {one}." for one in range(number))]
    wijken = ["WK050501", "WK050502", ""]
    return pd.DataFrame(
        {
            "verhaal": [f"voorbeeld-{one + 1}" for one in range(len(texts))],
            "rol": ["inwoner" if one % 4 else "professional" for one in range(len(texts))],
            "gebied": [wijken[one % 3] for one in range(len(texts))],
            "gebiedsnaam": "",
            "themas": [("toegang", "toegang wachttijd", "")[one % 3] for one in range(len(texts))],
            "toon": [("negatief", "positief")[one % 2] for one in range(len(texts))],
            "gevoel": [("", "neutraal")[one % 2] for one in range(len(texts))],
            "tekst": texts,
            "triade.geholpen": ["" if one % 7 == 0 else ("0.80 0.10 0.10", "0.10 0.45 0.45", "0.30 0.30 0.40")[one % 3] for one in range(len(texts))],
        }
    )  # fmt: skip


def make(folder: Path, frame: pd.DataFrame | None) -> Path:
    output = folder / "evaluatie" / "output"
    shutil.copytree(FIXTURE, output)
    run = json.loads((output / "run.json").read_text(encoding="utf-8"))
    asked = {"geholpen": {"vraag": "Wie hielp?", "polen": ["naasten", "de buurt", "professionals"]}}
    run["feiten"] = {"verhalen voorbeeld": {"triades": asked}}
    (output / "run.json").write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
    if frame is not None:
        frame.to_csv(output / "verhalen.csv", index=False, encoding="utf-8")
    report = folder / "rapport"
    report.mkdir()
    (report / "rapport.qmd").write_text('---\ntitle: "Wijkteams <én> zo"\n---\n', encoding="utf-8")
    return build_report(report, output, ["verkenner"], "ingebouwd")["verkenner"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("verkenner"), stories(60))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def count(tab: Any) -> str:
    return str(tab.inner_text("#telling"))


@needs_browser
def test_from_theme_and_wijk_to_stories_and_back(browser: Any, page: Path) -> None:
    with opened(browser, page) as tab:
        assert count(tab) == "65 verhalen om te lezen." and tab.locator("article").count() == 25
        tab.click("#meer")
        assert tab.locator("article").count() == 50
        assert tab.evaluate("document.activeElement.id") == "kop-26"
        tab.select_option("#keuze-thema", "wachttijd")
        frame = stories(60)
        assert count(tab) == f"{frame['themas'].str.contains('wachttijd').sum()} verhalen om te lezen."
        assert "gaat" in tab.inner_text("#cijfers") and "tussen" in tab.inner_text("#cijfers")
        tab.select_option("#keuze-rol", "professional")
        few = ((frame["rol"] == "professional") & frame["themas"].str.contains("wachttijd")).sum()
        assert 0 < few < 10 and count(tab) == "Minder dan 10 verhalen om te lezen."
        tab.fill("#zoek", "HET GESPREK")
        assert {text.lower() for text in tab.locator("mark").all_inner_texts()} == {"het gesprek"}
        tab.click("#wis")
        assert count(tab) == "65 verhalen om te lezen."


@needs_browser
def test_a_place_in_the_triad_by_button_and_by_point(browser: Any, page: Path) -> None:
    with opened(browser, page) as tab:
        tab.click("text=vooral naasten")
        frame = stories(60)
        near = (frame["triade.geholpen"] == "0.80 0.10 0.10").sum()
        assert count(tab) == f"{near} verhalen om te lezen."
        assert tab.get_attribute("text=vooral naasten", "aria-pressed") == "true"
        tab.click("text=vooral naasten")
        box = tab.locator("#tekening").bounding_box()
        scale = box["width"] / 640
        # The point 0.30 0.30 0.40 of this page's triangle.
        x, y = 70 + (0.30 + 0.20) * 500, 540 - 0.40 * 500 * 0.75**0.5
        tab.mouse.click(box["x"] + x * scale, box["y"] + y * scale)
        assert count(tab).startswith("Het verhaal bij het punt") and tab.locator("article").count() == 1
        assert tab.evaluate("document.activeElement.id") == "verhalen"


@needs_browser
def test_hostile_stories_are_shown_as_the_text_that_they_are(browser: Any, page: Path) -> None:
    with opened(browser, page) as tab:
        shown = tab.locator("article p.tekst").evaluate_all("all => all.map(one => one.textContent)")
        assert shown[: len(HOSTILE)] == HOSTILE
        assert tab.locator("article img, article b, article script").count() == 0
        assert tab.title() == "Wijkteams <én> zo"


@needs_browser
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "light"), (1920, "dark")])
def test_nobody_is_excluded(browser: Any, page: Path, width: int, scheme: str) -> None:
    with opened(browser, page, width, scheme, bypass_csp=True) as tab:
        assert violations(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


@needs_browser
def test_by_keyboard_alone(browser: Any, page: Path) -> None:
    with opened(browser, page) as tab:
        reached = []
        for _ in range(40):
            tab.keyboard.press("Tab")
            reached.append(tab.evaluate("document.activeElement.id || document.activeElement.textContent"))
        for wanted in (
            "keuze-thema",
            "keuze-gebied",
            "zoek",
            "vooral naasten",
            "van alle drie iets",
            "wis",
            "meer",
        ):
            assert wanted in reached
        tab.focus("#keuze-rol")
        tab.keyboard.press("ArrowDown")
        assert count(tab) != "65 verhalen om te lezen."


@needs_browser
def test_five_thousand_stories_open_and_filter_fast(browser: Any, tmp_path: Path) -> None:
    large = make(tmp_path, stories(5000))
    start = time.perf_counter()
    with opened(browser, large) as tab:
        tab.wait_for_selector("article")
        assert time.perf_counter() - start < 4  # 2 s on a quiet machine
        assert count(tab) == "5.005 verhalen om te lezen."
        spent = tab.evaluate(
            """() => { const box = document.getElementById('keuze-thema'); box.value = 'wachttijd';
            const before = performance.now(); box.dispatchEvent(new Event('change'));
            return performance.now() - before; }"""
        )
        assert spent < 200  # 100 ms on a quiet machine


def test_only_what_is_in_output_is_in_the_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)""", text) and "http" not in text.replace(
        "http-equiv", ""
    )
    data = json.loads(re.search(r'id="gegevens">(.*?)</script>', text, re.S)[1])  # type: ignore[index]
    assert [one["tekst"] for one in data["verhalen"]] == list(stories(60)["tekst"])


def test_without_stories_that_may_be_read_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ToolkitError) as caught:
        make(tmp_path, None)
    assert "hele_verhalen = true" in str(caught.value)
    assert not list(tmp_path.rglob("verkenner.html"))
