"""A digest tells what was recorded since the one before it that went, whenever that became known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service import alerting, delivering
from service.settings import Settings, read_settings
from service.store import outbox
from service.store.database import Store
from tests.builders import a_store, on, subscribe, tell
from tests.unit.test_delivering import letters, said

MID, LATE = "[2026-12-11..2026-12-20]", "[2026-12-21..2026-12-31]"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """On Saturday, 21 November 2026."""
    return a_store(tmp_path / "store.sqlite3", date(2026, 11, 21))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path)})


def digests(store: Store, settings: Settings, day: str) -> list[str]:
    """What the digests that go on a day say, each on one line."""
    before = {str(each["Message-ID"]) for each in letters(settings)}
    alerting.raise_due(on(store, day))
    delivering.deliver(on(store, day), settings)
    went = [each for each in letters(settings) if str(each["Message-ID"]) not in before]
    return [f"{each['Subject']} | {' '.join(said(each).split())}" for each in went]


def digest(store: Store, settings: Settings, day: str) -> str:
    (found,) = digests(store, settings, day)
    return found


def told(store: Store, day: str, when: str = MID, id_: str = "c-1", **changes: Any) -> None:
    tell(on(store, day), id_, when, day, **changes)


def test_what_is_recorded_after_the_digest_of_its_day_stands_in_the_next(store: Store, settings: Settings) -> None:
    subscribe(store, digest="daily")
    first = digest(store, settings, "2026-11-22")
    assert ": nothing announced or expected, 0 new" in first
    assert "Demo: the day to 22 November 2026" in first
    told(store, "2026-11-22")
    second = digest(store, settings, "2026-11-23")
    assert "1 ahead, 1 new" in second
    assert "New since our digest of 22 November 2026: - Plenary" in second
    third = digest(store, settings, "2026-11-24")
    assert "1 ahead, 0 new" in third
    assert "No new event and no new date or status was recorded since our digest of 23 November 2026." in third


@pytest.mark.parametrize("often", ["daily", "weekly"])
def test_what_was_called_off_after_a_digest_stands_in_the_next(store: Store, settings: Settings, often: str) -> None:
    told(store, "2026-11-20")
    subscribe(store, digest=often)
    digest(store, settings, "2026-11-23")
    told(store, "2026-11-23", status="cancelled")
    next_one = digest(store, settings, "2026-11-30")
    assert ", 1 new" in next_one
    assert (
        "called off, mid-December 2026, given by the body itself; before, announced for mid-December 2026,"
        " given by the body itself" in next_one
    )


def test_what_is_recorded_late_stands_in_the_next_digest(store: Store, settings: Settings) -> None:
    subscribe(store, digest="daily")
    digest(store, settings, "2026-11-22")
    told(store, "2026-11-10")
    assert "1 new" in digest(store, settings, "2026-11-23")


def test_what_is_recorded_late_before_the_first_digest_stands_in_it(store: Store, settings: Settings) -> None:
    id_ = subscribe(store, digest="weekly")
    with store.transaction("test") as tx:
        tx.conn.execute("UPDATE subscription SET confirmed_at = '2026-01-01T00:00:00Z' WHERE id = ?", (id_,))
    told(store, "2026-11-12")
    assert "1 new" in digest(store, settings, "2026-11-23")


def test_a_weekend_and_an_outage_lose_nothing(store: Store, settings: Settings) -> None:
    subscribe(store, digest="daily", weekdays=True)
    digest(store, settings, "2026-11-20")
    told(store, "2026-11-21")  # a Saturday
    assert "1 new" in digest(store, settings, "2026-11-23")
    told(store, "2026-11-24", LATE)
    found = digest(store, settings, "2026-11-27")
    assert "1 new" in found
    assert "since our digest of 23 November 2026" in found


def test_what_was_retracted_is_told_as_entered_in_error(store: Store, settings: Settings) -> None:
    told(store, "2026-11-20")
    told(store, "2026-11-20", LATE, "c-2", title="Congress")
    subscribe(store, digest="daily")
    digest(store, settings, "2026-11-21")
    told(store, "2026-11-21", status="retracted")
    found = digest(store, settings, "2026-11-22")
    assert "1 ahead, 1 new" in found
    assert (
        "Plenary of the Central Committee: entered in error, it is no longer in the calendar; before, announced for"
        " mid-December 2026, given by the body itself" in found
    )
    assert "0 new" in digest(store, settings, "2026-11-23")


def test_what_was_entered_twice_is_told_by_the_entry_that_stays(store: Store, settings: Settings) -> None:
    told(store, "2026-11-20")
    told(store, "2026-11-20", LATE, "c-2", title="Congress")
    subscribe(store, digest="daily")
    digest(store, settings, "2026-11-21")
    told(store, "2026-11-21", status="retracted", same_as="c-2")
    assert "Plenary of the Central Committee: entered twice, it stays as Congress;" in digest(
        store, settings, "2026-11-22"
    )


def test_what_was_entered_and_retracted_between_two_digests_is_not_told(store: Store, settings: Settings) -> None:
    subscribe(store, digest="daily")
    digest(store, settings, "2026-11-21")
    told(store, "2026-11-21")
    told(store, "2026-11-21", status="retracted")
    assert "0 new" in digest(store, settings, "2026-11-22")


def test_what_left_the_question_is_told_as_what_it_became(store: Store, settings: Settings) -> None:
    told(store, "2026-11-20")
    subscribe(store, digest="daily", query="kind=plenary&to=2026-12-31")
    digest(store, settings, "2026-11-21")
    told(store, "2026-11-21", "[2027-01-15..2027-01-18]")
    found = digest(store, settings, "2026-11-22")
    assert "1 new" in found
    assert "between 15 and 18 January 2027, given by the body itself; before, announced for mid-December 2026" in found


def test_of_two_digests_that_wait_the_newer_one_goes(store: Store, settings: Settings) -> None:
    subscribe(store, digest="daily")
    alerting.raise_due(on(store, "2026-11-21"))
    told(store, "2026-11-22")
    alerting.raise_due(on(store, "2026-11-22"))
    assert "1 new" in digest(store, settings, "2026-11-22")
    with store.reading() as conn:
        (why,) = conn.execute("SELECT said FROM outbox WHERE state = 'dropped'").fetchone()
    assert why == "a newer digest says it"


def test_a_digest_that_was_put_off_until_a_newer_one_went_does_not_go(store: Store, settings: Settings) -> None:
    subscribe(store, digest="daily")
    alerting.raise_due(on(store, "2026-11-21"))
    with store.transaction("test") as tx:
        (leased,) = outbox.lease(tx, store.clock.now())
        outbox.delay(tx, leased, "450 Later.", store.clock.now())
    digest(store, settings, "2026-11-22")
    with store.transaction("test") as tx:
        tx.conn.execute("UPDATE outbox SET due_at = '2025-11-24T00:00:00Z'")
    assert digests(store, settings, "2026-11-22") == []


def test_days_that_are_lived_again_are_told_by_when_things_became_known(store: Store, settings: Settings) -> None:
    told(store, "2026-11-20")
    told(store, "2026-11-25", LATE)
    subscribe(store, digest="daily")
    assert "1 ahead, 1 new" in digest(store, settings, "2026-11-20")
    assert "1 ahead, 0 new" in digest(store, settings, "2026-11-24")
    assert "1 ahead, 1 new" in digest(store, settings, "2026-11-26")


def test_a_source_alone_is_no_news(store: Store, settings: Settings) -> None:
    told(store, "2026-11-20")
    subscribe(store, digest="daily")
    digest(store, settings, "2026-11-21")
    told(store, "2026-11-21", note="Enlarged.")
    assert "0 new" in digest(store, settings, "2026-11-22")


def test_a_digest_that_went_later_than_it_was_owed_is_named_by_the_day_on_which_it_went(
    store: Store, settings: Settings
) -> None:
    subscribe(store, digest="weekly")
    told(store, "2026-11-20")
    first = digest(store, settings, "2026-11-22")  # owed for Monday, the 16th
    assert "the week to 22 November 2026" in first
    assert "1 new" in first
    second = digest(store, settings, "2026-11-23")
    assert "since our digest of 22 November 2026" in second
    assert "0 new" in second
