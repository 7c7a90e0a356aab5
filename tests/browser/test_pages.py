"""The pages as people see them: at desk and phone width, in the dark, without JavaScript, by keyboard."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, ElementHandle, JSHandle, Page

from tests.browser.opening import opened

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/?as_known_on=2025-12-05",
    "/events/wpk-9th-congress",
    "/problems",
    "/problems/stale-revision",
    "/feeds",
    "/alerts",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1100, 390])
def test_nothing_is_wider_than_the_window(browser: Browser, address: str, path: str, width: int) -> None:
    page = opened(browser, address + path, viewport={"width": width, "height": 800}, java_script_enabled=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_the_morning_of_5_december_2025(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/?as_known_on=2025-12-05", java_script_enabled=False)
    text = page.inner_text("main")
    for words in (
        "In 6 to 15 days",
        "13th plenary of the 8th WPK Central Committee",
        "mid-December 2025, read as 11 to 20 December 2025",
        "given by the body itself",
        "Kim Jong Un visits the new regional-industry factories in Pukchang County",
    ):
        assert words in text
    assert "opened in December" not in text
    with page.expect_navigation():
        page.click("text=9th Congress")
    assert page.url.endswith("?as_known_on=2025-12-05")
    assert "early 2026" in page.inner_text("main")
    page.context.close()


def test_today_admits_its_age(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/", java_script_enabled=False)
    text = page.inner_text("main")
    for words in (
        "newest report known 27 April 2026, 211 days ago",
        "covered until 31 March 2026",
        "No key meeting is announced or expected",
        "A plenary opened in December in 6 of 7 years (2019 to 2025), between the 9th and the 28th.",
        "See the morning of 5 December 2025",
    ):
        assert words in text
    overdue = page.inner_text("section[aria-labelledby=overdue]")
    assert "No word since" in overdue
    assert "1st session of the 15th Supreme People's Assembly" in overdue
    assert "1st session" not in page.inner_text("section[aria-labelledby=coming]")
    assert "Only programs on this machine can reach these feeds" in text
    with page.expect_navigation():
        page.click("text=See the morning of 5 December 2025")
    assert "This page stands on 5 December 2025" in page.inner_text("body")
    page.context.close()


def test_the_keyboard_reaches_every_link_and_shows_where_it_is(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/")
    links = page.locator("a, button, input").count()
    reached: set[str] = set()
    for _ in range(links + 10):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            "[document.activeElement.outerHTML, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if not shown[0].startswith("<body"):
            reached.add(shown[0])
            assert shown[1] != "none" or shown[0].startswith("<input")
    assert len(reached) >= len(set(page.eval_on_selector_all("a, button", "every => every.map(e => e.outerHTML)")))
    page.context.close()


CROSSED = """
() => [...document.querySelectorAll("figure.drawn")].flatMap(figure => {
  const boxes = found => [...figure.querySelectorAll(found)].map(e => [e.getBoundingClientRect(), e.textContent]);
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes(".words").filter(([a]) => boxes(".mark").some(([b]) => meet(a, b))).map(([_, words]) => words);
})
"""

CUT = """
() => [...document.querySelectorAll("figure.drawn text")].filter(e =>
  e.getBoundingClientRect().right > e.ownerSVGElement.getBoundingClientRect().right).map(e => e.textContent)
"""


@pytest.mark.parametrize(
    "path", ["/events/wpk-8cc-13th-plenary", "/events/wpk-3rd-conference", "/programmes/20x10", "/timeline"]
)
@pytest.mark.parametrize("width", [1100, 320])
def test_labels_of_drawings_are_neither_crossed_nor_cut(browser: Browser, address: str, path: str, width: int) -> None:
    page = opened(browser, address + path, viewport={"width": width, "height": 800})
    assert page.locator("figure.drawn text").count()
    assert page.evaluate(CROSSED) == []
    assert page.evaluate(CUT) == []
    page.context.close()


SCROLLING = """
() => [...document.querySelectorAll("main *")].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth
  && ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
"""


def _right_edge(page: Page, wide: ElementHandle) -> bytes:
    """A picture of the upper right corner of what scrolls, where nothing is written."""
    wide.evaluate("e => e.scrollIntoView()")
    box = wide.bounding_box()
    assert box
    return page.screenshot(clip={"x": box["x"] + box["width"] - 10, "y": box["y"] + 3, "width": 10, "height": 2})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/gaps", "/leadups", "/programmes/20x10", "/timeline?decade=2020"])
def test_what_goes_on_to_the_right_shows_it(browser: Browser, address: str, path: str, scheme: Any) -> None:
    """On paper, where nothing can be scrolled, it does not; and whoever has no mouse gets there too."""
    page = opened(browser, address + path, viewport={"width": 320, "height": 2000}, color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    wide = [
        each for each in map(JSHandle.as_element, page.evaluate_handle(SCROLLING).get_properties().values()) if each
    ]
    assert wide
    for each in wide:
        assert each.evaluate("e => e.tabIndex === 0 && e.role === 'group'")
        goes_on = _right_edge(page, each)
        each.evaluate("e => e.scrollLeft = e.scrollWidth")
        assert _right_edge(page, each) != goes_on
    page.emulate_media(media="print")
    assert {each.evaluate("e => getComputedStyle(e).backgroundImage") for each in wide} == {"none"}
    page.context.close()


def test_the_sites_fit_a_telephone(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/gaps", viewport={"width": 320, "height": 800})
    table = page.locator("section[aria-labelledby=sites] .scrolled")
    assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.context.close()


CONTRAST = """
() => {
  const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; } return "rgb(255, 255, 255)"; };
  return [...document.querySelectorAll("main *, header a, footer p")]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
      const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
      return [(a + 0.05) / (b + 0.05), e.outerHTML.slice(0, 80)]; }).sort((x, y) => x[0] - y[0])[0];
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES[:3], "/alerts", "/feeds?as_known_on=2025-12-05&key_meetings=true"])
def test_text_stands_out(browser: Browser, address: str, path: str, scheme: Any) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    page = opened(browser, address + path, color_scheme=scheme)
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= 4.5, where
    page.context.close()


def test_what_reads_is_asked_from_its_page_of_the_documents(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/docs/operations/list_events?as_known_on=2025-12-05", java_script_enabled=False)
    assert page.get_by_label("as_known_on", exact=True).input_value() == "2025-12-05"
    page.get_by_label("kind", exact=True).fill("plenary, congress")
    page.get_by_label("sort", exact=True).select_option("-starts")
    page.get_by_label("limit", exact=True).fill("1")
    page.get_by_role("button", name="Ask").click()
    assert page.url == f"{address}/api/v1/events?as_known_on=2025-12-05&kind=plenary,+congress&sort=-starts&limit=1"
    (event,) = json.loads(page.locator("body").inner_text())["items"]
    assert event["kind"] == "congress"
    page.context.close()
