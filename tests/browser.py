"""A real browser for the tests of pages: Chromium as the system has it, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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


def violations(tab: Any, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds: against WCAG 2.2 AA and its best practices, or against these rules alone.

    Rows of a table after its second are left out: they look like the second, and contrast costs 5 ms a cell.
    """
    import axe_playwright_python

    if not tab.evaluate("() => 'axe' in window"):
        script = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
        tab.evaluate(script)
    found = tab.evaluate(
        """asked => axe.run({exclude: [['tbody tr:nth-child(n+3)']]},
          {runOnly: asked, resultTypes: ['violations']})""",
        list(rules) or STANDARDS,
    )
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])} times)"
        for one in found["violations"]
    ]


def shown_as(tab: Any, width: int, scheme: str = "light", **media: str) -> None:
    """The same page at another width, in another colour scheme or on paper."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme, **media)


def too_wide(tab: Any) -> list[str]:
    """What makes the page itself scroll sideways (WCAG 1.4.10); a box that scrolls on its own does not."""
    found: list[str] = tab.evaluate(
        """() => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return [];
          const wide = [...document.body.querySelectorAll('*')].filter(one =>
            one.getBoundingClientRect().right > root.clientWidth + 1 && !one.closest('[role=region]'));
          return wide.map(one => one.outerHTML.slice(0, 160)).concat(`page of ${root.scrollWidth}`).slice(-4);
        }"""
    )
    return found


def tab_stops(tab: Any, most: int = 2000) -> list[dict[str, Any]]:
    """Every stop of the Tab key from the top of the page until it leaves the page again, in order.

    Of each: `place` in the document, `what` it is, whether a focus ring is `ringed`, and whether it is `seen`.
    """
    tab.evaluate(
        """() => {
          window.scrollTo(0, 0);
          window.allPlaces = new Map([...document.querySelectorAll('*')].map((one, at) => [one, at]));
          document.activeElement.blur();
        }"""
    )
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(
            """() => {
              const one = document.activeElement;
              if (!one || one === document.body) return null;
              const style = getComputedStyle(one), box = one.getBoundingClientRect();
              return {
                place: window.allPlaces.get(one), what: one.outerHTML.slice(0, 120),
                ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
              };
            }"""
        )
        if stop is None or (stops and stop["place"] == stops[0]["place"]):
            return stops
        stops.append(stop)
    raise AssertionError(f"Tab does not leave the page after {most} stops: {stops[-3:]}")
