"""WCAG 2.2 AA by axe on what is seen of entering: how it is read, mistakes, what it may be already, a conflict."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Desk
from tests.judges.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow]

EVENT = "/events/wpk-9th-congress"


def looked_at(page: Page, width: int, seen: dict[str, Any], name: str) -> None:
    if found := violations(page):
        seen[name] = found
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        seen[f"{name} wider than the window"] = wide


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (640, "light"), (320, "dark")])
def test_nothing_seen_on_the_way_breaks_a_rule(browser: Browser, desk: Desk, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page, broken = context.new_page(), dict[str, Any]()
    page.goto(f"{desk.address}/sign-in?to=/record")
    page.fill("#field-token", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("#mistake-token")
    looked_at(page, width, broken, "a wrong token")
    page.fill("#field-token", desk.secret)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record")
    looked_at(page, width, broken, "the form")
    page.fill("#field-when", "someday")
    page.fill("#field-url-0", "nowhere")
    page.keyboard.press("Enter")
    page.wait_for_selector("#mistake-when")
    looked_at(page, width, broken, "mistakes")
    page.fill("#field-title", "Kim Jong Un visits Sinyang County")
    page.select_option("#field-kind", "leader-visit")
    page.fill("#field-when", "3 December 2025")
    page.fill("#field-url-0", "https://news.example/1")
    page.fill("#field-publisher-0", "News")
    page.keyboard.press("Enter")
    page.wait_for_selector("#same")
    looked_at(page, width, broken, "how it is read, and what it may be")
    for path in (EVENT, f"{EVENT}/links", f"{EVENT}/retract", f"{EVENT}/amend"):
        page.goto(desk.address + path)
        looked_at(page, width, broken, path)
    page.goto(f"{desk.address}{EVENT}/links")
    page.click("button[value=rejected] >> nth=0")
    page.wait_for_selector("#withdrawn")
    looked_at(page, width, broken, "a link withdrawn")
    page.click("main button:has-text('Link them')  >> nth=-1")
    page.wait_for_selector("[role=alert]")
    looked_at(page, width, broken, "what cannot be linked")
    page.click("button[value=again] >> nth=0")
    page.wait_for_selector("#withdrawn", state="detached")
    looked_at(page, width, broken, "a link taken up again")
    page.goto(f"{desk.address}{EVENT}/amend")
    page.fill("#field-note", f"At {width} in {scheme}")
    page.eval_on_selector("#form [name=standing]", "field => { field.value = '0-0' }")
    page.click("main button:has-text('Check')")
    page.wait_for_selector("[role=alert] #read")
    looked_at(page, width, broken, "a conflict")
    page.goto(f"{desk.address}/record")
    page.fill("#field-title", f"Entered by a slip, {width} {scheme}")
    page.select_option("#field-kind", "leader-visit")
    page.fill("#field-when", "mid-December")
    page.keyboard.press("Enter")
    page.click("main button:has-text('Record it')")
    page.wait_for_url("**/events/*")
    page.goto(f"{page.url}/retract")
    page.fill("#field-why", "A slip.")
    page.click("main button:has-text('Yes, retract it')")
    page.wait_for_selector("h1:has-text('Retracted: Entered by a slip')")
    looked_at(page, width, broken, "what was retracted")
    page.goto(f"{desk.address}/changes")
    looked_at(page, width, broken, "changes that tell of it")
    context.close()
    assert broken == {}, "\n".join(f"{name}: {found}" for name, found in broken.items())
