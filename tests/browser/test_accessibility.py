"""WCAG 2.2 AA by axe on every page: both colour schemes, 320 px wide, at 200 % zoom; and by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.judges.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow]

DAY = "as_known_on=2025-12-05"
PAGES = [
    "/",
    f"/?{DAY}",
    f"/events?{DAY}&kind=plenary",
    "/events?from=2026-01-01&to=2025-01-01&kind=zoo",
    f"/events/wpk-8cc-13th-plenary?{DAY}",
    "/events/wpk-9th-congress",
    f"/timeline?{DAY}",
    "/timeline?decade=2020",
    f"/calendar/2025/12?{DAY}",
    "/people/kim-jong-un",
    "/places/sinyang",
    f"/programmes/20x10?{DAY}",
    "/search?q=kim+ju",
    f"/changes?{DAY}",
    "/changes",
    f"/changes?before=2025-08-16_1740&{DAY}",
    "/about/dprk",
    f"/leadups?{DAY}",
    "/leadups?activity=leader-visit&activity=circus&lead_days=3",
    f"/leadups/wpk-8cc-13th-plenary?{DAY}",
    "/leadups/wpk-8cc-13th-plenary",
    "/leadups/sinyang-factories-visit?activity=zoo",
    f"/gaps?{DAY}",
    "/feeds?key_meetings=true",
    f"/feeds?q={'long' * 40}",
    f"/search?q={'long' * 40}",
    "/alerts",
    "/sign-in?to=/record",
    "/record?url=https://news.example/1&title=An+article",
    f"/record?{DAY}",
    "/events/wpk-9th-congress/amend",
    "/events/wpk-9th-congress/retract",
    "/events/wpk-9th-congress/links?q=plenary",
    "/inbox",
    f"/inbox?{DAY}",
    "/docs",
    "/docs/operations/list_events",
    "/docs/operations/create_event",
    "/docs/shapes/EventDraft",
    "/problems",
    "/problems/stale-revision",
    "/events/zzz",
]
ZOOMED = 640
"""Of a window 1280 wide, what is left at 200 %."""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (ZOOMED, "light"), (320, "dark")])
def test_no_page_breaks_a_rule(browser: Browser, address: str, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    broken = {}
    for path in PAGES:
        page.goto(address + path)
        if found := violations(page):
            broken[path] = found
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            broken[f"{path} wider than the window"] = wide
    context.close()
    assert broken == {}, "\n".join(f"{path}: {found}" for path, found in broken.items())


def _focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.textContent.trim()")
    return found


def test_the_list_is_filtered_and_an_event_opened_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/events?{DAY}")
    page.keyboard.press("Tab")
    assert _focused(page) == "To the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("plenary")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=plenary**")
    page.keyboard.press("Tab")
    for _ in range(60):
        if "13th plenary" in _focused(page):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/events/wpk-8cc-13th-plenary?{DAY}")
    page.close()


def test_no_drawing_takes_the_keyboard_from_its_list(browser: Browser, address: str) -> None:
    """What a drawing links to, links below it lead to as well; it is no stop for whoever goes from link to link."""
    page = browser.new_page()
    page.goto(f"{address}/timeline?year=2025&{DAY}")
    stops = page.eval_on_selector_all("svg a", "every => every.filter(e => e.tabIndex >= 0).length")
    assert stops == 0
    page.close()


def test_the_lasting_link_is_copied_in_full_and_leads_without_javascript(browser: Browser, address: str) -> None:
    page = browser.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{address}/events/wpk-9th-congress")
    page.click("text=Copy lasting link")
    page.wait_for_selector("[role=status]:text('copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{address}/events/wpk-9th-congress?as_known_on=2026-11-24&through=")
    page.context.close()
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{address}/events/wpk-9th-congress")
    plain.click("text=Lasting link")
    plain.wait_for_url(copied)
    plain.context.close()


def test_a_printed_page_has_no_frame_but_its_address(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/events/wpk-9th-congress")
    page.emulate_media(media="print")
    assert not page.is_visible("nav")
    assert not page.is_visible("form.as-known")
    shown = page.evaluate("getComputedStyle(document.querySelector('.lasting a'), '::after').content")
    assert "through=" in shown
    page.close()
