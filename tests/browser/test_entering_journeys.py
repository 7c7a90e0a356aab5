"""The journeys of docs/journeys.md that enter something: a report in 30 seconds, a date that firms up, a link."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Desk
from tests.browser.opening import pictured

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY_MILLISECONDS = 200
"""Between two keys: 60 words a minute, as most people who write for a living type."""
LOOK_SECONDS = 3
"""How long one looks at how it was read, before one more key records it."""
TITLE = "Kim Jong Un visits the new factories in Sinyang County"


SAID: list[str] = []
"""What pages said on the console of the test that runs."""


@pytest.fixture(autouse=True)
def silent() -> Iterator[None]:
    """No page may say anything on its console, but that a conflict is one, which the browser says of itself."""
    SAID.clear()
    yield
    assert [said for said in SAID if "status of 409" not in said] == []


def signed_in(browser: Browser, desk: Desk, *, scripted: bool = True) -> Page:
    """A browser whose reader signed in."""
    page = browser.new_context(java_script_enabled=scripted).new_page()
    page.context.on("console", lambda message: SAID.append(f"{message.location['url']}: {message.text}"))
    page.goto(f"{desk.address}/sign-in?to=/record")
    expect(page.locator("#field-token")).to_be_focused()
    page.keyboard.type(desk.secret)
    expect(page.locator("#field-token")).to_have_value(desk.secret)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record")
    expect(page.locator("footer")).to_contain_text("Signed in as alice")
    return page


@contextmanager
def newspaper(bookmark: str) -> Iterator[str]:
    """The address of an article on another site, above it a bar with a bookmark, as a browser has it."""
    text = (
        "<!doctype html><html lang=en><meta charset=utf-8><link rel=icon href=data:,>"
        "<title>North Korean leader opens factories – Daily</title>"
        f"<p><a href='{escape(bookmark, quote=True)}'>Record in Leadup</a><article><h1>Factories</h1></article></html>"
    )

    class Newspaper(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Newspaper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # By this name it is another site than the service, whose cookie goes to 127.0.0.1 alone.
    yield f"http://localhost:{server.server_port}/2026/11/24/factories?page=1&lang=en"
    server.shutdown()
    server.server_close()


def bookmark_of(page: Page) -> str:
    return page.get_attribute(".bookmarklet", "href") or ""


def test_record_a_report(browser: Browser, desk: Desk) -> None:
    """From the open article to the recorded event within 30 s by keyboard alone: five keys besides the words."""
    page = signed_in(browser, desk)
    with newspaper(bookmark_of(page)) as article:
        page.goto(article)
        form, took, keys = from_article_to_event(page)
    text = form.inner_text("main")
    for words in (TITLE, "23 November 2026", "Sinyang, South Pyongan", "Kim Jong Un", "alice, revision 0"):
        assert words in text
    assert form.get_attribute("#sources + dl a", "href") == article
    assert form.inner_text("#sources + dl a") == "North Korean leader opens factories – Daily"
    assert took < 30
    assert keys == 5
    page.context.close()


def from_article_to_event(page: Page) -> tuple[Page, float, int]:
    """Where it ends, how many seconds it took, and how many keys were pressed besides those of the words."""
    keys = 0

    def press(key: str, where: Page) -> None:
        nonlocal keys
        where.keyboard.press(key)
        keys += 1

    began = time.monotonic()
    with page.expect_popup() as opening:
        press("Tab", page)
        press("Enter", page)
    form = opening.value
    expect(form.locator("#field-title")).to_be_focused()
    form.keyboard.type(TITLE, delay=KEY_MILLISECONDS)
    press("Tab", form)
    form.keyboard.type("yesterday", delay=KEY_MILLISECONDS)
    expect(form.locator("#when-reading")).to_have_text("23 November 2026")
    press("Enter", form)
    expect(form.locator("main button:has-text('Record it')")).to_be_focused()
    pictured(form, "record-a-report")
    time.sleep(LOOK_SECONDS)
    press("Enter", form)
    form.wait_for_url("**/events/*")
    took = time.monotonic() - began
    print(f"\nFrom the open article to the recorded event: {took:.1f} s, {keys} keys besides the words.")  # noqa: T201
    return form, took, keys


def test_the_bookmark_finds_whoever_is_signed_in_where_reading_is_closed_too(
    browser: Browser, closed_desk: Desk
) -> None:
    page = signed_in(browser, closed_desk)
    with newspaper(bookmark_of(page)) as article:
        page.goto(article)
        with page.expect_popup() as opening:
            page.click("text=Record in Leadup")
        form = opening.value
        expect(form.locator("#field-url-0")).to_have_value(article)
    page.context.close()


def recorded(page: Page, desk: Desk, title: str, when: str, **chosen: str) -> str:
    """The address of an event that is entered as the journey's beginning."""
    page.goto(f"{desk.address}/record")
    page.fill("#field-title", title)
    page.fill("#field-when", when)
    page.click("summary")
    for name, value in chosen.items():
        page.select_option(f"#field-{name}", value)
    page.click("main button:has-text('Check')")
    page.click("main button:has-text('Record it')")
    page.wait_for_url("**/events/*")
    return page.url


def test_firm_a_date(browser: Browser, desk: Desk) -> None:
    page = signed_in(browser, desk, scripted=False)
    event = recorded(page, desk, "15th plenary of the Central Committee", "mid-December", kind="plenary", who="body")
    page.click("text=Amend it")
    page.wait_for_url("**/amend")
    assert page.input_value("#field-when") == "mid-December 2026"
    expect(page.locator("#field-when")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("15 December")
    page.fill("#field-url-0", "https://news.example/plenary")
    page.fill("#field-publisher-0", "News agency")
    page.fill("#field-published-0", "2026-11-24")
    page.keyboard.press("Enter")
    page.wait_for_selector("#read")
    assert page.inner_text(".versions tbody tr") == "When\tmid-December 2026\t15 December 2026"
    pictured(page, "firm-a-date")
    expect(page.locator("main button:has-text('Record it')")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(event)
    history = page.inner_text("section[aria-labelledby=history]")
    assert "Announced: 15 December 2026" in history
    assert "Announced: mid-December 2026" in history
    page.context.close()


def test_of_two_who_firm_one_date_the_second_sees_both_versions(browser: Browser, desk: Desk) -> None:
    mine, theirs = signed_in(browser, desk, scripted=False), signed_in(browser, desk, scripted=False)
    event = recorded(mine, desk, "16th plenary of the Central Committee", "late December", kind="plenary", who="body")
    for page in (mine, theirs):
        page.goto(f"{event}/amend")
    theirs.fill("#field-when", "28 December")
    theirs.click("main button:has-text('Check')")
    theirs.click("main button:has-text('Record it')")
    theirs.wait_for_url(event)
    mine.fill("#field-when", "29 December")
    mine.click("main button:has-text('Check')")
    expect(mine.locator("#read")).to_contain_text("It was amended meanwhile, by alice")
    row = mine.inner_text(".versions tbody tr").split("\t")
    assert row[:4] == ["When", "late December 2026", "28 December 2026", "29 December 2026"]
    assert row[4] == "Both of you changed it; yours would stand"
    pictured(mine, "a-conflict")
    mine.click("main button:has-text('Record mine after it')")
    mine.wait_for_url(event)
    assert "29 December 2026" in mine.inner_text(".lead")
    for page in (mine, theirs):
        page.context.close()


def test_link_two_events(browser: Browser, desk: Desk) -> None:
    page = signed_in(browser, desk, scripted=False)
    recorded(page, desk, "Photo session with delegates to the congress", "27 February 2026", kind="appearance")
    page.click("text=Link it")
    page.wait_for_url("**/links")
    page.fill("#q", "9th congress")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=9th**")
    page.check("label:has-text('9th Congress of the Workers') >> input")
    page.select_option("#field-rel", "follows_up")
    page.fill("#field-evidence", "taken on its last day")
    pictured(page, "link-two-events")
    page.click("main button:has-text('Link them')")
    page.wait_for_url("**/links?q=*done=*#done")
    expect(page.locator("[role=status]")).to_contain_text("Linked. Follows up 9th Congress")
    page.click("h1 a")
    linked = page.inner_text("section[aria-labelledby=links]")
    assert "Follows up" in linked
    assert "9th Congress of the Workers' Party of Korea" in linked
    page.click("text=Link it")
    page.click("button:has-text('Entered in error')")
    expect(page.locator("section[aria-labelledby=linked]")).to_contain_text("Nothing yet.")
    page.click("button:has-text('Link them after all')")
    expect(page.locator("[role=status]")).to_contain_text("Linked. Follows up 9th Congress")
    page.context.close()


def test_a_double_click_links_once_and_is_told_no_mistake(browser: Browser, desk: Desk) -> None:
    page = signed_in(browser, desk, scripted=False)
    event = recorded(page, desk, "Banquet for delegates to the congress", "27 February 2026", kind="appearance")
    page.goto(f"{event}/links?q=9th+congress")
    page.check("label:has-text('9th Congress of the Workers') >> input")
    page.select_option("#field-rel", "follows_up")
    page.dblclick("main button:has-text('Link them')", delay=40)
    page.wait_for_url("**done=*#done")
    expect(page.locator("[role=status]")).to_contain_text("Linked.")
    page.dblclick("button:has-text('Not so related')", delay=40)
    expect(page.locator("[role=status]")).to_contain_text("never suggested again")
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    pictured(page, "links-withdrawn")
    page.context.close()


def test_who_is_not_signed_in_loses_nothing_and_signs_in_with_the_form(browser: Browser, desk: Desk) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{desk.address}/record")
    page.fill("#field-title", "A visit to a farm")
    page.fill("#field-when", "2 days ago")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("Nobody is signed in here")
    assert page.input_value("#field-title") == "A visit to a farm"
    page.fill("#field-token", desk.secret)
    page.select_option("#field-kind", "leader-visit")
    page.keyboard.press("Enter")
    page.click("main button:has-text('Check')")
    expect(page.locator("#read")).to_have_text("This is how it is read")
    expect(page.locator("footer")).to_contain_text("Signed in as alice")
    page.context.close()
