"""Mail servers that take their time: no letter comes twice, and none waits behind another's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic, sleep

import pytest

from schemas.subscriptions import CONFIRM, SubscriptionDraft
from service import alerting, delivering, subscribing
from service.mail import smtp
from service.settings import Settings, read_settings
from service.store.database import Store
from tests.builders import a_store, subscribe, tell
from tests.mailservers import QUICK, SLOW, Slow, serving

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A letter is owed to SLOW, then one to QUICK."""
    store = a_store(tmp_path / "store.sqlite3", date(2025, 12, 5))
    tell(store, "autumn01", "[2025-12-11..2025-12-20]", "2025-12-01")
    for address in (SLOW, QUICK):
        subscribe(store, address, matters=("lead",))
        alerting.raise_due(store)
    return store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_PUBLIC_URL": "https://leadup.example"})


def until(asked: Callable[[], object], seconds: float = 10) -> None:
    late_at = monotonic() + seconds
    while not asked():
        assert monotonic() < late_at
        sleep(0.02)


def test_a_server_that_takes_long_to_say_that_it_has_a_letter_gets_it_once(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_STEP_SECONDS", 0.3)
    slow = Slow(1)
    with serving(slow) as url:
        assert delivering.deliver(store, replace(settings, smtp_url=url)) == {"sent": 2}
    assert slow.taken == [SLOW, QUICK]


def test_nobody_else_takes_a_letter_that_is_under_way_for_longer_than_a_lease(store: Store, settings: Settings) -> None:
    slow = Slow(5)
    with serving(slow) as url, ThreadPoolExecutor() as others:
        mailed = replace(settings, smtp_url=url)
        first = others.submit(delivering.deliver, store, mailed, lease_seconds=3)
        until(lambda: slow.begun)
        while not first.done():
            delivering.deliver(store, mailed, lease_seconds=3)
            sleep(0.05)
    assert sorted(slow.begun) == [QUICK, SLOW]


def test_what_waits_behind_a_slow_letter_is_left_to_others(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "PATIENCE_SECONDS", 0.2)
    slow = Slow(3)
    with serving(slow) as url, ThreadPoolExecutor() as others:
        mailed = replace(settings, smtp_url=url)
        first = others.submit(delivering.deliver, store, mailed)
        until(lambda: slow.begun)
        until(lambda: delivering.deliver(store, mailed).get("sent"), seconds=2.5)
        assert slow.taken == [QUICK]
        assert first.result() == {"sent": 1}
    assert slow.taken == [QUICK, SLOW]


def test_a_letter_that_asks_to_confirm_is_brought_apart_from_all_others(store: Store, settings: Settings) -> None:
    subscribing.subscribe(store, SubscriptionDraft(email="bob@example.org", calendar="demo"))
    assert delivering.deliver(store, settings, matter=CONFIRM) == {"sent": 1}
    assert [file.name.partition("-")[0] for file in settings.mail_folder.glob("*.eml")] == ["confirm"]
    assert delivering.deliver(store, settings) == {"sent": 2}
