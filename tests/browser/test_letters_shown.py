"""A letter as a mail program shows it: read on one screen, whatever it has to tell, by day and by night."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser

from service.mail.html import html_text
from service.mail.messages import with_foot
from service.mail.wording import about_event
from tests.builders import a_source
from tests.unit.test_letters import an_outlook

pytestmark = pytest.mark.browser

LINKS = (("Change what you are told", "https://leadup.example/m"), ("Unsubscribe", "https://leadup.example/u"))


@pytest.mark.parametrize(("width", "most"), [(600, 700), (375, 812)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_longest_letter_is_read_on_one_screen(
    browser: Browser, width: int, most: int, scheme: Literal["light", "dark"]
) -> None:
    sources = tuple(a_source("State news agency", "2025-11-30", title="Long words of a report " * 9) for _ in range(60))
    run_up = ((6, "leader's visits"), (2, "ceremonies"), (1, "weapons test"))
    changed = "our letter of 20 November 2026 had: expected by the press for a day between 5 and 25 December 2026"
    outlook = an_outlook(sources=sources, run_up=run_up, early="may open earlier", changed=changed)
    page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=scheme)
    page.set_content(html_text(with_foot(about_event(outlook, "lead"), "You asked for alerts of Demo", LINKS)))
    assert page.evaluate("document.documentElement.scrollHeight") <= most
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
