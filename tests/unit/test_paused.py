"""What changes while a subscription is paused is told when it is taken up again: once, and only what is of use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from service import alerting, delivering, raising, signing, subscribing
from service.mail.transports import Hand, transport
from service.settings import Settings, read_settings
from service.store import outbox, subscriptions
from service.store.database import Store
from tests.builders import a_store, on, subscribe, tell
from tests.unit.test_delivering import letters, said

pytestmark = pytest.mark.slow

WINDOW = "[2025-12-11..2025-12-20]"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "store.sqlite3", date(2025, 11, 21))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_PUBLIC_URL": "https://leadup.example"})


def paused(store: Store) -> str:
    id_ = subscribe(store, lead_days=(7,))
    with store.transaction("test") as tx:
        subscribing.pause(tx, id_, "550 No such mailbox.")
    return id_


def told(store: Store, when: str, day: str, event: str = "autumn01", **changes: str) -> None:
    tell(on(store, day), event, when, day, **changes)
    with on(store, day).transaction("test") as tx:
        raising.raise_for(tx, on(store, day).clock, event)


def test_what_changed_meanwhile_is_told_once_as_it_is_now(store: Store, settings: Settings) -> None:
    id_ = paused(store)
    told(store, "[2025-12-01..2025-12-31]", "2025-11-21")
    told(store, WINDOW, "2025-11-24")
    told(store, "[2025-12-21..2025-12-24]", "2025-11-26")
    later = on(store, "2025-12-05")
    alerting.raise_due(later)
    assert delivering.deliver(later, settings) == {}
    subscribing.resume(later, id_)
    alerting.raise_due(later)
    assert delivering.deliver(later, settings) == {"dropped": 2, "sent": 1}
    assert "21 to 24 December 2025" in said(letters(settings)[0])
    assert delivering.deliver(later, settings) == {}


def test_it_is_told_as_well_where_the_choices_are_changed(store: Store, settings: Settings) -> None:
    id_ = paused(store)
    told(store, WINDOW, "2025-11-21")
    with store.reading() as conn:
        word = signing.signed(conn, "manage", id_)
        choices = subscriptions.one(conn, id_).choices
    subscribing.change(store, word, choices)
    assert delivering.deliver(store, settings) == {"sent": 1}


def test_what_is_of_no_use_any_more_is_not_told(store: Store, settings: Settings) -> None:
    id_ = paused(store)
    told(store, WINDOW, "2025-11-21")
    told(store, "2025-12-12", "2025-12-13", status="held")
    later = on(store, "2026-01-05")
    subscribing.resume(later, id_)
    assert delivering.deliver(later, settings) == {"dropped": 2}


def test_an_opening_of_late_is_told(store: Store, settings: Settings) -> None:
    id_ = paused(store)
    told(store, WINDOW, "2025-11-21")
    told(store, "2025-12-12", "2025-12-13", status="held")
    later = on(store, "2025-12-20")
    subscribing.resume(later, id_)
    assert delivering.deliver(later, settings) == {"dropped": 1, "sent": 1}


def test_the_letter_that_was_refused_goes_once_the_address_takes_letters_again(
    store: Store, settings: Settings
) -> None:
    id_ = subscribe(store)
    told(store, WINDOW, "2025-11-21")
    (leased,) = delivering._lease(store, 300)
    with store.transaction("test") as tx:
        outbox.refuse(tx, leased, "552 The mailbox is full.")
        subscribing.pause(tx, id_, "552 The mailbox is full.")
    subscribing.resume(store, id_)
    assert delivering.deliver(store, settings) == {"sent": 1}


def test_lead_days_that_passed_meanwhile_are_not_made_up_for_and_those_ahead_go(
    store: Store, settings: Settings
) -> None:
    id_ = subscribe(store, matters=("lead",), lead_days=(14, 7))
    tell(store, "autumn01", WINDOW, "2025-11-20")
    early = on(store, "2025-11-28")
    assert len(alerting.raise_due(early)) == 1
    with early.transaction("test") as tx:
        subscribing.pause(tx, id_, "550 No such mailbox.")
    later = on(store, "2025-12-05")
    subscribing.resume(later, id_)
    assert delivering.deliver(later, settings) == {}
    assert len(alerting.raise_due(later)) == 1
    assert delivering.deliver(later, settings) == {"sent": 1}


def test_a_letter_taken_before_the_pause_waits(store: Store, settings: Settings) -> None:
    id_ = subscribe(store)
    told(store, WINDOW, "2025-11-21")
    batch = delivering._lease(store, 300)
    with store.transaction("test") as tx:
        subscribing.pause(tx, id_, "550 No such mailbox.")
    with transport(settings) as carrying:
        hand, found = Hand(carrying), delivering.Delivered()
        delivering._Round(store, settings, hand, lambda: False, 300, found).bring(batch)
        hand.rest()
    assert found == {"paused": 1}
    subscribing.resume(store, id_)
    assert delivering.deliver(store, settings) == {"sent": 1}
