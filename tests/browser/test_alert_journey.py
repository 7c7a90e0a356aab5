"""The journey of docs/journeys.md that sets an alert and stops it: its letters are real files in the mail folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

from service.__main__ import main
from service.settings import read_settings
from tests.browser.opening import opened, pictured
from tests.servers import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ON = "2025-12-04"
"""Seven days before the window of the plenary that was announced for the middle of December."""


@pytest.fixture
def home(tmp_path: Path, shipped_store: Path) -> Path:
    (tmp_path / "var").mkdir()
    shutil.copy(shipped_store, tmp_path / "var" / "leadup.sqlite3")
    return tmp_path


@pytest.fixture
def site(home: Path) -> Iterator[str]:
    settings = read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": ON})
    with serving(settings, LEADUP_TODAY=ON) as port:
        yield f"http://127.0.0.1:{port}"


def letters(home: Path) -> list[EmailMessage]:
    """What lies in the mail folder once the clock has gone by, oldest first."""
    told = {"LEADUP_HOME": str(home), "LEADUP_TODAY": ON}
    result = CliRunner().invoke(main, ["alerts", "due"], env=told, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    files = sorted((home / "var" / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


def words(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_set_an_alert_and_stop_it(browser: Browser, site: str, home: Path) -> None:
    page = opened(browser, f"{site}/alerts", java_script_enabled=False)
    page.fill("#field-email", "desk@example.org")
    page.click("text=Ask me to confirm")
    expect(page.locator("h1")).to_have_text("Look into your mailbox")

    (asking,) = letters(home)
    link = re.findall(r"https?://\S+", words(asking))[0]
    page.goto(site + urlsplit(link).path)
    expect(page.locator("h1")).to_have_text("Confirm your alerts")
    page.click("button:has-text('Yes, send me these letters')")
    expect(page.locator("h1")).to_have_text("Your alerts are on")
    pictured(page, "set-an-alert-and-stop-it")

    _, told = letters(home)
    assert "13th plenary" in told["Subject"]
    assert "mid-December" in words(told)
    assert told["To"] == "desk@example.org"

    page.click("main a[href^='/alerts/manage/']")
    page.click("button[value=end]")
    expect(page.locator("h1")).to_have_text("Your alerts are ended")
    assert len(letters(home)) == 2
    page.context.close()
