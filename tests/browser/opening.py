"""Opening pages in a browser, as every test of them does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page


def opened(browser: Browser, address: str, **options: Any) -> Page:
    """A page of ours, in a context of its own; it must say nothing on its console and ask nobody else."""
    page = browser.new_context(**options).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if "127.0.0.1" not in request.url else None)
    response = page.goto(address)
    assert response is not None
    assert response.ok
    assert said == []
    return page


def pictured(page: Page, name: str) -> None:
    """Leave a picture of the whole page in the folder that LEADUP_SCREENSHOTS names, if it does."""
    if folder := os.environ.get("LEADUP_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
