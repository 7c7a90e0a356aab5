"""The inbox in a browser: from a feed to a recorded event by keyboard, and no rule of accessibility broken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from service.collecting import Collector
from service.settings import read_settings
from service.store import tokens
from service.store.database import store_of
from tests.feedserver import feed_server, rss
from tests.judges.axe import violations
from tests.servers import serving

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow]

TITLES = (
    "Kim Jong Un visits new factories in Sinyang County on 22 November 2026",
    "Plenary is to convene in late December",
    "Weather",
)


@pytest.fixture(scope="module")
def inbox(shipped_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Where a service answers whose inbox was read from a real feed and from one that fails, and a token to sign in."""
    home = tmp_path_factory.mktemp("inbox")
    (home / "var").mkdir()
    shutil.copy(shipped_store, home / "var" / "leadup.sqlite3")
    told = {"LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24", "LEADUP_INBOX_PRIVATE": "allow"}
    with feed_server() as house:
        house.at = {"/rss": rss(*TITLES)}
        told |= {"LEADUP_INBOX_FEEDS": f"{house.url('/rss')} {house.url('/gone')}"}
        settings = read_settings(told)
        Collector(store_of(settings), settings).collect()
    with store_of(settings).transaction("test") as tx:
        secret = tokens.create(tx, "alice", "write")
    with serving(settings, **told) as port:
        yield f"http://127.0.0.1:{port}", secret


def signed_in(browser: Browser, inbox: tuple[str, str], **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(f"{inbox[0]}/inbox")
    page.click("text=Sign in >> nth=0")
    page.fill("input[name=token]", inbox[1])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{inbox[0]}/inbox")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
def test_no_rule_is_broken(browser: Browser, inbox: tuple[str, str], width: int, scheme: Any) -> None:
    page = signed_in(browser, inbox, viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.locator(".headlines li").count() >= 1
    assert "Failing since" in page.inner_text("main")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_a_headline_is_recorded_and_another_dismissed_by_keyboard_alone_without_javascript(
    browser: Browser, inbox: tuple[str, str]
) -> None:
    page = signed_in(browser, inbox, java_script_enabled=False)
    assert page.inner_text("#waiting") == "3 headlines wait"
    page.focus(f"li:has-text('{TITLES[0]}') button:text('Record as read')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/*")
    assert page.inner_text("h1") == TITLES[0]
    page.goto(f"{inbox[0]}/inbox")
    page.focus("li:has-text('Weather') button:text('Dismiss')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox?done=*")
    assert page.inner_text("[role=status]").startswith("Weather: Dismissed by alice")
    assert page.inner_text("#waiting") == "1 headline waits"
    page.focus("[role=status] ~ form button:text('Put it back')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox#headline-*")
    assert page.inner_text("#waiting") == "2 headlines wait"
    page.context.close()
