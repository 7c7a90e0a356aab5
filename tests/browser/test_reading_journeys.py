"""The journeys of docs/journeys.md that read, walked as a person walks them, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.opening import opened, pictured

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def follow(page: Page, words: str) -> None:
    """Follow the first link of these words, and wait for where it leads."""
    link = page.locator(f"main a:has-text({words!r}):visible").first
    address = link.get_attribute("href") or ""
    link.click()
    page.wait_for_url(f"**{address.partition('?')[0]}**")


def test_the_morning_look(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/?as_known_on=2025-12-05", java_script_enabled=False)
    assert "In 6 to 15 days" in page.inner_text("section[aria-labelledby=coming]")
    assert page.locator("figure rect.given").count() == 1
    assert page.locator("figure rect.guessed").count() == 1
    week = page.inner_text("section[aria-labelledby=week]")
    assert "Regional-industry factories open in Sinyang County" in week
    assert "New: announced, between 5 and 31 December 2025" in week
    pictured(page, "the-morning-look")
    page.click(".events a:has-text('9th Congress')")
    page.wait_for_url("**/events/wpk-9th-congress?as_known_on=2025-12-05")
    text = page.inner_text("main")
    assert "1 January 2026 at the earliest, 31 March 2026 at the latest" in text
    assert "given by the press" in text
    page.context.close()


def test_subscribe_to_the_feed(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/?as_known_on=2025-12-05", java_script_enabled=False)
    follow(page, "Choose a feed of your own")
    page.check("text=Key meetings only")
    page.click("text=Show this feed")
    page.wait_for_url("**key_meetings=true**")
    assert page.input_value("#address").endswith("/feeds/key-meetings.ics?as_known_on=2025-12-05")
    assert "13th plenary of the 8th WPK Central Committee (mid-December" in page.inner_text(".entries")
    pictured(page, "subscribe-to-the-feed")
    page.context.close()


def test_why_is_sinyang_here(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/search?as_known_on=2025-12-15", java_script_enabled=False)
    page.fill("#q", "Sinyang")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=Sinyang**")
    page.click("section[aria-labelledby=names] a:text-is('Sinyang')")
    page.wait_for_url("**/places/sinyang?as_known_on=2025-12-15")
    follow(page, "Kim Jong Un visits the new food, garment and daily-necessities factories")
    links = page.inner_text("section[aria-labelledby=links]")
    for words in ("Part of", "Kim Jong Un tours regional-industry factories", "Completed by", "days between"):
        assert words in links
    pictured(page, "why-is-sinyang-here")
    follow(page, "20x10 Regional Development Policy")
    assert "promised by the end of 2025" in page.inner_text("main")
    page.context.close()


def test_what_was_known_on_30_november_2025(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/events/wpk-8cc-13th-plenary", java_script_enabled=False)
    assert "9-11 December 2025" in page.inner_text("main")
    page.fill("#as_known_on", "2025-11-30")
    page.click(".as-known button")
    page.wait_for_url("**as_known_on=2025-11-30")
    assert "This page stands on 30 November 2025" in page.inner_text(".standpoint")
    text = page.inner_text("main")
    assert "mid-December 2025" in text
    assert "9-11 December" not in text
    assert "12 December" not in text
    pictured(page, "what-was-known-on-30-november-2025")
    page.click("nav >> text=Today")
    page.wait_for_url("**/?as_known_on=2025-11-30")
    assert "In 11 to 20 days" in page.inner_text("main")
    page.click("text=Lasting link")
    page.wait_for_url("**through=**")
    assert "In 11 to 20 days" in page.inner_text("main")
    page.context.close()


def test_is_this_run_up_unusual(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/?as_known_on=2025-12-05", java_script_enabled=False)
    told = page.inner_text("section[aria-labelledby=runup]")
    assert "6 leader's visits in the run-up to 13th plenary" in told
    assert "1 to 1.3 times the pace of the year before. 4 to 5 of 12 earlier run-ups had more" in told
    assert page.locator("section[aria-labelledby=runup] polyline.earlier").count() == 12
    follow(page, "The data behind it")
    page.wait_for_url("**/leadups/wpk-8cc-13th-plenary?as_known_on=2025-12-05")
    assert page.locator("section[aria-labelledby=activity-1] tbody tr").count() == 13
    assert "unusual" not in page.inner_text("main")
    pictured(page, "is-this-run-up-unusual")
    follow(page, "the study of all of them")
    assert "no evidence either way" in page.inner_text('.headlines li:has-text("Leader\'s visits")')
    page.context.close()


def test_the_data_behind_a_chart(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/?as_known_on=2025-12-05", java_script_enabled=False)
    page.click("nav >> text=Run-ups")
    page.wait_for_url("**/leadups?as_known_on=2025-12-05")
    page.wait_for_load_state()
    chart = page.locator(".chart img").first
    assert chart.evaluate("e => e.complete && e.naturalWidth") > 300
    assert "The smoothed rate goes from" in (chart.get_attribute("alt") or "")
    pictured(page, "the-data-behind-a-chart")
    with page.expect_download() as downloading:
        page.locator(".chart").first.locator("a:text-is('by day of lead')").click()
    header, first, *_ = downloading.value.path().read_text().splitlines()
    assert header == "activity,lead,rate,mean,low,high,outside"
    assert first.startswith("leader-visit,1,")
    page.click("summary:text-is('Ask a question of your own')")
    while page.locator("input[name=activity]:checked").count():
        page.locator("input[name=activity]:checked").first.uncheck()
    page.check("text=Speeches")
    page.fill("#field-lead_days", "30")
    page.click("form.choose button")
    page.wait_for_url("**lead_days=30**")
    assert "Speeches in the 30 days before plenaries and party congresses" in page.inner_text(".question")
    page.click("summary:text-is('Ask a question of your own')")
    page.fill("#field-lead_days", "3")
    page.click("form.choose button")
    page.wait_for_url("**lead_days=3&**")
    assert page.inner_text("#mistake-lead_days") == "Must be from 7 to 365."
    assert page.is_checked("text=Speeches")
    assert page.input_value("#field-lead_days") == "3"
    page.context.close()
