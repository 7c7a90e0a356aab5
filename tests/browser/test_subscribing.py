"""Subscribing as a person does it: tick, look at what the calendar will show, copy the address."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.opening import opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripted", [True, False])
def test_tick_show_and_see_what_the_calendar_will_show(browser: Browser, address: str, scripted: bool) -> None:
    page = opened(browser, f"{address}/?as_known_on=2025-12-05", java_script_enabled=scripted)
    with page.expect_navigation():
        page.click("text=Choose a feed of your own")
    page.check("text=Plenaries")
    page.check("text=Party congresses")
    page.check("text=7 days before")
    page.fill("label:text-is('Words') + input", "Party")
    with page.expect_navigation():
        page.click("text=Show this feed")
    assert page.is_checked("text=Plenaries")
    assert page.input_value("label:text-is('Words') + input") == "Party"
    told = page.input_value("#address")
    assert told.endswith("/api/v1/events.ics?as_known_on=2025-12-05&kind=congress,plenary&q=Party&alarms=7d")
    assert "1 January 2026, all day" in page.inner_text(".entries")
    assert "9th Congress of the Workers' Party of Korea (early 2026, press)" in page.inner_text(".entries")
    assert page.get_attribute("#address", "readonly") is not None
    assert page.locator("button:text-is('Copy')").count() == scripted
    with page.expect_navigation():
        page.click("text=The same choice as known today")
    assert "as_known_on" not in page.input_value("#address")
    assert page.is_checked("text=Party congresses")
    page.context.close()


@pytest.mark.parametrize("secure", [True, False])
def test_the_address_is_copied(browser: Browser, address: str, secure: bool) -> None:
    page = opened(browser, f"{address}/feeds?kind=plenary", permissions=["clipboard-read", "clipboard-write"])
    if not secure:  # as over http from another machine
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.click("button:text-is('Copy')")
    page.wait_for_selector("[role=status]:text-is('Copied')")
    page.fill("label:text-is('Words') + input", "")
    page.focus("label:text-is('Words') + input")
    page.keyboard.press("Control+v")
    assert page.input_value("label:text-is('Words') + input") == page.input_value("#address")
    page.context.close()


def test_the_address_is_selected_when_it_is_entered(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/feeds")
    page.click("#address")
    chosen = page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]")
    assert chosen == [0, len(page.input_value("#address"))]
    page.context.close()


def test_it_is_filled_in_and_sent_by_keyboard(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/feeds", java_script_enabled=False)
    page.focus("input[name=kind][value=plenary]")
    page.keyboard.press("Space")
    page.focus("input[name=uncertain][value=auto]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=plenary**")
    assert page.input_value("#address").endswith("/api/v1/events.ics?kind=plenary&uncertain=span")
    page.context.close()


def test_a_wrong_value_is_told_beside_its_field(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/feeds?place=Wonsan&q={'x' * 201}")
    assert "Words: " in page.inner_text("[role=alert]")
    field = page.locator("[aria-invalid=true]")
    assert field.get_attribute("name") == "q"
    described = field.get_attribute("aria-describedby")
    assert described
    assert page.inner_text(f"#{described.split()[0]}") in page.inner_text("[role=alert]")
    assert page.input_value("input[name=place]") == "Wonsan"
    page.close()


@pytest.mark.parametrize("path", ["/feeds?key_meetings=true&as_known_on=2025-12-05", "/feeds?kind=circus&past=soon"])
@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(browser: Browser, address: str, path: str, width: int, scheme: Any) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "every => every.filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)"
    assert page.eval_on_selector_all("main *", wide) == []
    page.close()


def test_everything_that_can_be_used_has_a_name_and_room(browser: Browser, address: str) -> None:
    """WCAG 2.2: 4.1.2 name, 2.5.8 a target of 24 pixels (a tick's is its label), 1.3.1 groups with their legend."""
    page = opened(browser, f"{address}/feeds", viewport={"width": 360, "height": 740})
    unnamed = page.eval_on_selector_all(
        "main input:not([type=hidden])", "every => every.filter(e => !e.labels.length).map(e => e.outerHTML)"
    )
    assert unnamed == []
    small = page.eval_on_selector_all(
        "main .tick, main button, main .button, main .typed input",
        "every => every.filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)",
    )
    assert small == []
    assert page.eval_on_selector_all("fieldset", "every => every.every(e => e.querySelector(':scope > legend'))")
    assert page.locator("h1").count() == 1
    identities = page.eval_on_selector_all("[id]", "every => every.map(e => e.id)")
    assert len(identities) == len(set(identities))
    page.context.close()
