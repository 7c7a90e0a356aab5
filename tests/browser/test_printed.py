"""Pages on paper, as browsers print them by default, without the backgrounds: read from real PDFs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PageObject, PdfReader

from tests.browser.opening import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEETING = "wpk-8cc-13th-plenary"
DAY = "as_known_on=2025-12-05"
PAGES = [
    "/",
    f"/?{DAY}",
    f"/events/{MEETING}",
    "/events?kind=plenary",
    "/timeline?year=2025",
    "/timeline?decade=2020",
    "/calendar/2025/12",
    "/leadups",
    f"/leadups/{MEETING}",
    f"/leadups/{MEETING}?{DAY}",
    "/gaps",
    "/programmes/20x10",
    "/people/kim-jong-un",
    "/about/dprk",
    f"/changes?{DAY}",
]
KEYED = [f"/?{DAY}", "/timeline?year=2025", f"/leadups/{MEETING}?{DAY}", "/programmes/20x10", "/about/dprk"]
A4_WIDE = 718
"""CSS pixels between the margins of a sheet of A4 as browsers set them."""


@contextmanager
def _shown(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    page = opened(browser, address, **options)
    page.wait_for_load_state("networkidle")
    yield page
    page.context.close()


def _sheets(page: Page, *, paper: str = "A4", backgrounds: bool = False) -> list[PageObject]:
    margin: Any = dict.fromkeys(("top", "right", "bottom", "left"), "1cm")
    return list(PdfReader(BytesIO(page.pdf(format=paper, print_background=backgrounds, margin=margin))).pages)


def _words(sheets: list[PageObject]) -> str:
    return " ".join(normalize("NFKC", " ".join(sheet.extract_text() for sheet in sheets)).split())


def _run_together(sheets: list[PageObject]) -> str:
    """All that is printed without spaces, since long addresses go on in the next line."""
    return _words(sheets).replace(" ", "")


def _filled(sheet: PageObject) -> float:
    """How far down the sheet words go, from 0 (none) to 1."""
    depths = [0.0]

    def read(text: str, user: list[float], words: list[float], *_: Any) -> None:
        if text.strip():
            depths.append(1 - (user[1] * words[4] + user[3] * words[5] + user[5]) / float(sheet.mediabox.height))

    sheet.extract_text(visitor_text=read)
    return max(depths)


def test_what_prints_needs_no_backgrounds(browser: Browser, address: str) -> None:
    """Swatches tell what is held from what is guessed; browsers leave backgrounds out unless told otherwise."""
    for path in KEYED:
        with _shown(browser, address + path) as page:
            without, whole = _sheets(page), _sheets(page, backgrounds=True)
            assert [_drawn(sheet) for sheet in without] == [_drawn(sheet) for sheet in whole], path


def _drawn(sheet: PageObject) -> bytes:
    contents = sheet.get_contents()
    assert contents is not None
    return contents.get_data()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_no_sheet_but_the_last_is_left_nearly_empty(browser: Browser, address: str, paper: str) -> None:
    for path in PAGES:
        with _shown(browser, address + path) as page:
            depths = [_filled(sheet) for sheet in _sheets(page, paper=paper)]
            assert min(depths[:-1], default=1) > 0.45, (path, depths)


def test_no_heading_ends_a_sheet(browser: Browser, address: str) -> None:
    with _shown(browser, f"{address}/events/{MEETING}") as page:
        headings = page.eval_on_selector_all("h2", "every => every.map(e => e.textContent)")
        ends = [sheet.extract_text().strip().splitlines()[-1] for sheet in _sheets(page, paper="Letter")]
    assert "Sources" in headings
    assert set(headings).isdisjoint(ends)


@pytest.mark.parametrize("path", PAGES)
def test_what_can_only_be_done_on_a_screen_is_not_printed(browser: Browser, address: str, path: str) -> None:
    with _shown(browser, address + path) as page:
        text = _words(_sheets(page))
    assert [each for each in ("Sign in", "Copy lasting", "Back to today", "sideways") if each in text] == []
    assert "Lasting link" in text


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"/events/{MEETING}", "section[aria-labelledby=sources] a"),
        ("/about/dprk", "section[aria-labelledby=checks] a"),
        ("/leadups", "section[aria-labelledby=checks] a"),
    ],
)
def test_sources_are_printed_with_their_addresses(browser: Browser, address: str, path: str, source: str) -> None:
    with _shown(browser, address + path) as page:
        links = page.eval_on_selector_all(source, "every => every.map(e => e.href)")
        printed = _run_together(_sheets(page))
    assert links
    assert [each for each in links if each not in printed] == []


def test_the_lasting_link_is_printed_in_full(browser: Browser, address: str) -> None:
    with _shown(browser, f"{address}/timeline?decade=2020") as page:
        lasting = page.get_attribute(".lasting a", "href")
        assert f"{address}{lasting}" in _run_together(_sheets(page))


@pytest.mark.parametrize("path", ["/leadups", f"/leadups/{MEETING}?{DAY}", "/gaps"])
def test_what_lies_folded_is_printed(browser: Browser, address: str, path: str) -> None:
    with _shown(browser, address + path) as page:
        folded = page.eval_on_selector_all(
            "details:not(.ask) :is(li, td)", "every => every.map(e => e.textContent.trim())"
        )
        printed = _run_together(_sheets(page))
    assert folded
    assert [each for each in folded if "".join(each.split()) not in printed] == []


OVERLAPPING = """
() => [...document.querySelectorAll(".month li")].flatMap(one => [...document.querySelectorAll(".month li")].filter(
  other => {
    const [a, b] = [one, other].map(e => e.getBoundingClientRect());
    return one !== other && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }).map(e => e.textContent))
"""


def test_a_month_is_printed_as_a_month(browser: Browser, address: str) -> None:
    """Not as the list that it is on a telephone, nor with one day upon the other."""
    with _shown(browser, f"{address}/calendar/2025/12", viewport={"width": A4_WIDE, "height": 1000}) as page:
        page.emulate_media(media="print")
        assert page.is_visible(".month thead")
        assert page.evaluate(OVERLAPPING) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= A4_WIDE
        text = _words(_sheets(page))
    assert "Mon Tue Wed" in text


def test_a_list_says_on_paper_what_was_asked(browser: Browser, address: str) -> None:
    with _shown(browser, f"{address}/events?kind=plenary&from=2020-01-01") as page:
        assert "Asked for: kind plenary; from 2020-01-01." in _words(_sheets(page))


def test_paper_is_white_whatever_the_screen_is(browser: Browser, address: str) -> None:
    for path in KEYED:
        with _shown(browser, address + path) as page, _shown(browser, address + path, color_scheme="dark") as dark:
            assert [_drawn(sheet) for sheet in _sheets(page)] == [_drawn(sheet) for sheet in _sheets(dark)], path
