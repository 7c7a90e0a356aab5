"""The outbox: a letter is raised once, taken by one, and settled by the one who took it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

import pytest

from schemas.errors import StoreBusy
from service.store import outbox
from service.store.database import Store, Transaction
from service.store.outbox import Leased, Owed, Standing
from tests.builders import a_store

NOW = datetime(2025, 12, 5, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=outbox.LEASE_SECONDS)

Answer = TypeVar("Answer")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "store.sqlite3")


def within(store: Store, verb: Callable[..., Answer], *values: Any) -> Answer:
    with store.transaction("test") as tx:
        return verb(tx, *values)


def owed(event: str = "autumn01", *, recipient: str = "alice@example.org", about: str = "7/2025-12-11") -> Owed:
    return Owed(matter="lead", event=event, about=about, recipient=recipient, sequence=0)


def hasty(store: Store) -> Store:
    """The same store, for who soon gives up waiting for others to write."""
    return replace(store, busy_timeout_seconds=0.02)


def taken(store: Store, now: datetime = NOW) -> Leased:
    leased = within(store, outbox.lease, now)
    assert leased
    return leased


def test_a_letter_is_raised_once(store: Store) -> None:
    assert within(store, outbox.enqueue, owed(), NOW)
    assert not within(store, outbox.enqueue, owed(), NOW + MINUTE)


@pytest.mark.parametrize(
    "other",
    [owed("winter02"), owed(recipient="bob@example.org"), owed(about="7/2025-12-18")],
    ids=["event", "to", "on"],
)
def test_another_event_recipient_or_occasion_is_another_letter(store: Store, other: Owed) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    assert within(store, outbox.enqueue, other, NOW)


def test_one_takes_a_letter_and_nobody_else_does(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    assert taken(store).owed == owed()
    assert within(store, outbox.lease, NOW + MINUTE) is None


def test_a_lease_lapses_so_that_a_death_loses_no_letter(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    first = taken(store)
    assert within(store, outbox.lease, NOW + LEASE - MINUTE) is None
    second = taken(store, NOW + LEASE)
    assert second.owed == first.owed
    assert second.attempts == 2


def test_the_letter_due_longest_goes_first(store: Store) -> None:
    within(store, outbox.enqueue, owed("later002"), NOW + MINUTE)
    within(store, outbox.enqueue, owed("first001"), NOW)
    assert [taken(store, NOW + MINUTE).owed.event for _ in range(2)] == ["first001", "later002"]


def test_a_delayed_letter_pauses_and_is_due_again(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    within(store, outbox.delay, taken(store), "The server is away.", NOW)
    assert within(store, outbox.lease, NOW + timedelta(seconds=59)) is None
    assert taken(store, NOW + MINUTE).attempts == 2


def test_pauses_double_from_a_minute_to_an_hour() -> None:
    assert [outbox.pause_seconds(attempts) // 60 for attempts in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert outbox.pause_seconds(100_000) == 3600


def test_a_refused_letter_is_not_tried_again(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    within(store, outbox.refuse, taken(store), "550 no such user")
    assert within(store, outbox.lease, NOW + timedelta(days=30)) is None
    assert not within(store, outbox.enqueue, owed(), NOW)


def test_a_letter_given_back_is_due_at_once(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    within(store, outbox.give_back, taken(store))
    assert taken(store).owed == owed()


def test_a_dropped_letter_is_owed_no_more_and_may_be_raised_anew(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    within(store, outbox.drop, taken(store))
    assert within(store, outbox.lease, NOW + LEASE) is None
    assert within(store, outbox.enqueue, owed(), NOW)


@pytest.mark.parametrize("settle", [outbox.give_back, outbox.drop])
def test_a_lapsed_lease_settles_nothing(store: Store, settle: Callable[[Transaction, Leased], None]) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    lapsed = taken(store)
    taken(store, NOW + LEASE)
    within(store, settle, lapsed)
    assert within(store, outbox.lease, NOW + LEASE + MINUTE) is None
    with store.reading() as conn:
        assert outbox.standing(conn).waiting == 1


def test_a_letter_gone_is_noted_even_where_the_lease_lapsed(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    lapsed = taken(store)
    taken(store, NOW + LEASE)
    outbox.note_sent(store, lapsed, 3, lambda: False)
    assert within(store, outbox.lease, NOW + 2 * LEASE) is None
    with store.reading() as conn:
        assert outbox.earlier(conn, "lead", "autumn01", "alice@example.org") == [outbox.Earlier(3, waiting=False)]


def test_a_letter_gone_is_noted_however_long_the_store_is_busy(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    leased = taken(store)
    with store.transaction("a long import"):
        noting = threading.Thread(target=outbox.note_sent, args=(hasty(store), leased, 0, lambda: False))
        noting.start()
        sleep(0.2)
        assert noting.is_alive()
    noting.join(5)
    with store.reading() as conn:
        assert outbox.standing(conn) == Standing(waiting=0, refused=0, delayed=None)


def test_noting_gives_up_on_a_busy_store_when_it_is_time_to_stop(store: Store) -> None:
    within(store, outbox.enqueue, owed(), NOW)
    leased = taken(store)
    with store.transaction("a long import"), pytest.raises(StoreBusy):
        outbox.note_sent(hasty(store), leased, 0, lambda: True)


def test_the_standing_counts_what_waits_and_says_why(store: Store) -> None:
    for event in ("waiting1", "delayed1", "refused1", "gone0001"):
        within(store, outbox.enqueue, owed(event), NOW)
    settled = {leased.owed.event: leased for leased in (taken(store) for _ in range(4))}
    within(store, outbox.give_back, settled["waiting1"])
    within(store, outbox.delay, settled["delayed1"], "The server is away.", NOW)
    within(store, outbox.refuse, settled["refused1"], "550 no such user")
    outbox.note_sent(store, settled["gone0001"], 0, lambda: False)
    with store.reading() as conn:
        assert outbox.standing(conn) == Standing(waiting=2, refused=1, delayed="The server is away.")


def test_the_clock_says_that_it_runs_and_what_failed(store: Store) -> None:
    with store.reading() as conn:
        assert (outbox.beat(conn), outbox.failure(conn)) == (None, None)
    within(store, outbox.note_beat, NOW)
    within(store, outbox.note_failure, "The folder is full.")
    with store.reading() as conn:
        assert (outbox.beat(conn), outbox.failure(conn)) == ("2025-12-05T09:00:00Z", "The folder is full.")
    within(store, outbox.note_failure, None)
    with store.reading() as conn:
        assert outbox.failure(conn) is None
