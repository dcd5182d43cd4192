"""Nobody is kept from reading: every kind of report in a real browser, against WCAG 2.2 AA."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium, needs_browser, opened, shown_as, tab_stops, too_wide, violations
from tests.report.conftest import Documents
from tests.report.kinds import BREED, KINDS, make

pytestmark = [needs_browser, pytest.mark.xdist_group("kinds")]
WIDTHS = (320, 768, 1280, 1920)
LAYOUT = ("target-size", "scrollable-region-focusable")  # the rules whose outcome hangs on width
COLOURS = ("color-contrast", "link-in-text-block")
PAGES = [*KINDS, "verkenner"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make("evaluatie", tmp_path_factory.mktemp("verkenner") / "p", BREED, ["verkenner"])["verkenner"]


@pytest.fixture(scope="module", params=PAGES)
def tab(request: pytest.FixtureRequest, browser: Any, documents: Documents, explorer: Path) -> Iterator[Any]:
    """One page per kind, opened once; bypass_csp lets axe-core in, which the page's own policy keeps out."""
    page = explorer if request.param == "verkenner" else documents(request.param)["html"]
    with opened(browser, page, bypass_csp=True, reduced_motion="reduce") as opened_page:
        yield opened_page


def test_axe_finds_nothing_at_any_width_in_light_and_dark(tab: Any) -> None:
    found = {}
    for width in WIDTHS:
        shown_as(tab, width)
        found[width, "light"] = violations(tab, () if width == WIDTHS[0] else LAYOUT)
    shown_as(tab, 1280, "dark")
    found[1280, "dark"] = violations(tab, COLOURS)
    assert {at: one for at, one in found.items() if one} == {}


def test_nothing_scrolls_sideways_but_what_scrolls_on_its_own(tab: Any) -> None:
    found = {}
    for width in WIDTHS:
        shown_as(tab, width)
        found[width] = too_wide(tab)
    # Text alone at 200% (WCAG 1.4.4), on a laptop and with the browser's own zoom on top of that.
    tab.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    for width in (640, 1280):
        shown_as(tab, width)
        found[-width] = too_wide(tab)
    tab.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    # Wide spacing of letters, words and lines (WCAG 1.4.12) costs no text either.
    shown_as(tab, 320)
    spaced = (
        "* { letter-spacing: .12em !important; word-spacing: .16em !important; line-height: 1.5 !important; }"
    )
    tab.evaluate(
        "rule => { const one = document.createElement('style'); one.id = 'ruim'; one.textContent = rule; document.head.append(one); }",
        spaced,
    )
    found["ruim"] = too_wide(tab)
    tab.evaluate("() => document.getElementById('ruim').remove()")
    assert {at: one for at, one in found.items() if one} == {}


def test_the_keyboard_reaches_everything_in_reading_order(tab: Any) -> None:
    shown_as(tab, 1280)
    tab.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    stops = tab_stops(tab)
    assert re.match(r'<a class="over\w*" href="#', stops[0]["what"]), "the skip link comes first"
    assert [one["what"] for one in stops if not one["ringed"]] == []
    assert [one["what"] for one in stops if not one["seen"]] == []
    places = [one["place"] for one in stops]
    assert places == sorted(places), "the order of the Tab key is that of reading"
    wanted = "a[href], button:not([disabled]), input, select, textarea, summary, [tabindex='0']"
    missed = tab.evaluate(
        """([wanted, reached]) => [...document.querySelectorAll(wanted)]
          .filter(one => one.offsetParent !== null && !reached.includes(window.allPlaces.get(one)))
          .map(one => one.outerHTML.slice(0, 120))""",
        [wanted, places],
    )
    assert missed == []
    scrolling = tab.evaluate(
        """reached => [...document.querySelectorAll('main *')]
          .filter(one => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1)
          .filter(one => !reached.includes(window.allPlaces.get(one))).map(one => one.outerHTML.slice(0, 120))""",
        places,
    )
    assert scrolling == []


def test_the_skip_link_skips_and_details_open_with_enter(tab: Any) -> None:
    shown_as(tab, 1280)
    tab.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("() => document.activeElement.matches('main, main *')")
    for opens in tab.query_selector_all("summary")[:1]:
        before = opens.evaluate("one => one.parentElement.open")
        opens.focus()
        tab.keyboard.press("Enter")
        assert opens.evaluate("one => one.parentElement.open") is not before


def test_motion_and_paper(tab: Any) -> None:
    shown_as(tab, 1280, reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll('*')].filter(one => {
      const style = getComputedStyle(one);
      return style.scrollBehavior === 'smooth' || parseFloat(style.transitionDuration) > 0.01 || style.animationName !== 'none';
    }).map(one => one.tagName)"""
    assert tab.evaluate(moving) == []
    shown_as(tab, 794, "dark", media="print", reduced_motion="no-preference")  # A4 at 96 dots per inch
    assert too_wide(tab) == []
    dark = tab.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert dark in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), (
        "paper is white, also for who reads in the dark"
    )
    cut = """() => [...document.querySelectorAll('main *')].filter(one =>
      ['auto', 'scroll', 'hidden'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1
    ).map(one => one.outerHTML.slice(0, 120))"""
    assert tab.evaluate(cut) == []
    folded = tab.evaluate(
        "() => [...document.querySelectorAll('main details > :not(summary)')].filter(one => !one.checkVisibility()).length"
    )
    assert folded == 0, "what is folded away on the screen stands on paper"
    shown_as(tab, 1280, media="screen")


def test_words_break_in_dutch(tab: Any) -> None:
    assert tab.get_attribute("html", "lang") in ("nl", "nl-NL")
    assert tab.evaluate("() => getComputedStyle(document.querySelector('main p')).hyphens") == "auto"
