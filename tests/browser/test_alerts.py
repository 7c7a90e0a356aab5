"""Asking for alerts as a person does it: with and without JavaScript, by keyboard, and with what is wrong told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.opening import opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripted", [True, False])
def test_an_address_is_typed_and_asked_to_confirm(browser: Browser, address: str, scripted: bool) -> None:
    page = opened(browser, f"{address}/", java_script_enabled=scripted, timezone_id="Asia/Tokyo")
    page.click("nav >> text=Alerts")
    expect(page.locator("#field-zone")).to_have_value("Asia/Tokyo" if scripted else "")
    page.fill("#field-email", "alice@example.org")
    page.fill("#field-lead_days", "30, 7, 1")
    page.click("text=Ask me to confirm")
    expect(page.locator("h1")).to_have_text("Look into your mailbox")
    page.context.close()


def test_it_is_filled_in_and_sent_by_keyboard(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/alerts", java_script_enabled=False)
    page.focus("#field-email")
    page.keyboard.type("bob@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first matter is no longer wished
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Look into your mailbox")
    page.context.close()


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/alerts", java_script_enabled=False)
    page.fill("#field-email", "alice")
    page.fill("#field-lead_days", "soon")
    page.click("text=Ask me to confirm")
    expect(page.locator("[role=alert]")).to_contain_text("Email: No e-mail address")
    described = page.get_attribute("#field-lead_days", "aria-describedby") or ""
    assert page.inner_text(f"#{described.split()[0]}") == "Not a whole number."
    assert page.input_value("#field-email") == "alice"
    page.context.close()


def test_the_last_year_is_told_again(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}/alerts?as_known_on=2026-04-30")
    told = page.inner_text(".replay")
    assert "Days ahead: 13th plenary of the 8th WPK Central Committee" in told
    assert "5 days" in told
    assert page.locator("form.choose").count() == 0
    page.context.close()
