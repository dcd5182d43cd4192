"""A real browser for the tests of pages: Chromium as the system has it, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser without network."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Any, page: Path, width: int = 1280, scheme: str = "light", **options: Any
) -> Iterator[Any]:
    """A page opened from disk; any request for something else, or error in its script, fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
    tab = context.new_page()
    trouble: list[str] = []
    address = page.resolve().as_uri()
    tab.on(
        "request", lambda one: trouble.append(one.url) if not one.url.startswith((address, "data:")) else None
    )
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("dialog", lambda dialog: (trouble.append("a script of a story ran"), dialog.dismiss()))
    tab.goto(address)
    yield tab
    context.close()
    assert not trouble, trouble


def violations(tab: Any) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA."""
    import axe_core_python

    script = Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    tab.evaluate(script)
    found = tab.evaluate("tags => axe.run({runOnly: tags})", STANDARDS)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
