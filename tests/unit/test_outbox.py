"""The outbox: a letter is raised once, taken by one, settled by the one who took it; and the journal of what went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from service.store import journal, outbox
from service.store.database import Store
from service.store.journal import Journal
from service.store.outbox import Leased, Owed
from tests.builders import a_store, subscribe
from tests.unit.test_delivering import standing

NOW = datetime(2025, 12, 5, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=outbox.LEASE_SECONDS)

Answer = TypeVar("Answer")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "store.sqlite3")


@pytest.fixture
def alice(store: Store) -> str:
    return subscribe(store)


def within(store: Store, verb: Callable[..., Answer], *values: Any, **more: Any) -> Answer:
    with store.transaction("test") as tx:
        return verb(tx, *values, **more)


def owed(subscription: str, event: str = "autumn01", about: str = "7") -> Owed:
    return Owed(subscription=subscription, matter="lead", event=event, about=about)


def taken(store: Store, now: datetime = NOW) -> Leased:
    (leased,) = within(store, outbox.lease, now, count=1)
    return leased


def row(store: Store, letter: int) -> dict[str, Any]:
    with store.reading() as conn:
        return dict(conn.execute("SELECT * FROM outbox WHERE letter = ?", (letter,)).fetchone())


def attempts(store: Store, letter: int) -> list[tuple[str, str | None]]:
    with store.reading() as conn:
        rows = conn.execute("SELECT outcome, said FROM attempt WHERE letter = ? ORDER BY rowid", (letter,))
        return [(each[0], each[1]) for each in rows]


def test_a_letter_is_raised_once(store: Store, alice: str) -> None:
    assert within(store, outbox.enqueue, owed(alice), NOW)
    assert not within(store, outbox.enqueue, owed(alice), NOW + MINUTE)
    assert within(store, outbox.enqueue, owed(alice, "winter02"), NOW)
    assert within(store, outbox.enqueue, owed(alice, about="1"), NOW)
    assert within(store, outbox.enqueue, owed(subscribe(store, "bob@example.org")), NOW)


def test_a_letter_is_taken_by_one_until_its_lease_lapses(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    first = taken(store)
    assert (first.owed, first.subscription.email, first.attempts) == (owed(alice), "alice@example.org", 1)
    assert within(store, outbox.lease, NOW + MINUTE) == []
    again = taken(store, NOW + LEASE)
    assert (again.letter, again.attempts) == (first.letter, 2)
    assert again.lease != first.lease


def test_a_lease_that_is_renewed_does_not_lapse(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    first = taken(store)
    within(store, outbox.renew, first.lease, NOW + LEASE - MINUTE)
    assert within(store, outbox.lease, NOW + LEASE) == []


def test_who_lost_its_lease_settles_nothing(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    first = taken(store)
    taken(store, NOW + LEASE)
    within(store, outbox.refuse, first, "too late")
    within(store, outbox.drop, first, "too late")
    within(store, outbox.delay, first, "too late", NOW)
    assert row(store, first.letter)["state"] == "waiting"
    assert attempts(store, first.letter) == []


def test_letters_go_in_the_order_in_which_they_are_due(store: Store, alice: str) -> None:
    for number, minutes in enumerate((3, 1, 2)):
        within(store, outbox.enqueue, owed(alice, f"event{number}"), NOW + minutes * MINUTE)
    assert within(store, outbox.lease, NOW) == []
    found = within(store, outbox.lease, NOW + 3 * MINUTE)
    assert [each.owed.event for each in found] == ["event1", "event2", "event0"]


def test_a_delay_waits_ever_longer_up_to_four_hours_and_never_in_step(store: Store, alice: str) -> None:
    for count, least in ((1, 45), (2, 90), (3, 180), (12, 3 * 3600), (200, 3 * 3600)):
        pauses = {outbox.pause_seconds(count) for _ in range(20)}
        assert min(pauses) >= least
        assert max(pauses) <= least / 0.75
        assert len(pauses) > 1


def test_a_delayed_letter_is_tried_again_and_every_try_is_kept(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    first = taken(store)
    assert within(store, outbox.delay, first, "The mailbox is full.", NOW)
    assert within(store, outbox.lease, NOW) == []
    second = taken(store, NOW + 2 * MINUTE)
    within(store, outbox.note_sent, second.letter, 3, "2025-12-05T09:05:00Z")
    assert attempts(store, first.letter) == [("delayed", "The mailbox is full."), ("sent", None)]
    assert (row(store, first.letter)["told"], standing(store).last_sent) == (3, "2025-12-05T09:05:00Z")


def test_a_letter_is_given_up_after_three_days(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), datetime.now(UTC))
    now = datetime.now(UTC) + timedelta(days=3, seconds=1)
    leased = taken(store, now)
    assert not within(store, outbox.delay, leased, "Nobody answers.", now)
    assert row(store, leased.letter)["state"] == "given up"
    assert standing(store).given_up == 1


def test_a_letter_dropped_may_be_raised_anew_and_one_sent_may_not(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    within(store, outbox.drop, taken(store), "it was called off")
    with store.reading() as conn:
        assert outbox.keys_of(conn, ["autumn01"]) == set()
    assert within(store, outbox.enqueue, owed(alice), NOW)
    again = taken(store)
    assert again.attempts == 1, "a pause after it is no longer than after the first of any"
    within(store, outbox.note_sent, again.letter, 0, "2025-12-05T09:00:00Z")
    assert not within(store, outbox.enqueue, owed(alice), NOW)
    with store.reading() as conn:
        assert outbox.keys_of(conn, ["autumn01"]) == {owed(alice).key}


def test_a_letter_that_is_given_back_was_not_tried(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    within(store, outbox.give_back, taken(store))
    assert taken(store).attempts == 1


def dead(store: Store, leased: Leased, told: int) -> None:
    """A process noted that a letter went, and died: nothing of it is in the store."""
    written = Journal(store, leased.lease)
    written.noting(leased.letter, told)()
    written._opened.close()


def test_what_went_before_a_death_does_not_go_again(store: Store, alice: str) -> None:
    for event in ("event1", "event2"):
        within(store, outbox.enqueue, owed(alice, event), NOW - 2 * LEASE)
    first, second = within(store, outbox.lease, NOW - 2 * LEASE)
    dead(store, first, told=4)
    left = within(store, journal.settle_left, store, datetime.now(UTC))
    assert [row(store, each.letter)["state"] for each in (first, second)] == ["sent", "waiting"]
    assert row(store, first.letter)["told"] == 4
    assert len(left) == 1


def test_a_journal_of_an_older_version_which_noted_no_day_is_read(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW - 2 * LEASE)
    (leased,) = within(store, outbox.lease, NOW - 2 * LEASE)
    (store.path.parent / f"{store.path.name}-sent-{leased.lease}").write_text(
        f"{leased.letter} 4 2025-12-05T09:00:00Z\n"
    )
    within(store, journal.settle_left, store, datetime.now(UTC))
    found = row(store, leased.letter)
    assert (found["state"], found["told"], found["set_day"]) == ("sent", 4, None)


def test_what_the_dead_held_is_free_at_once_and_what_they_brought_is_settled(store: Store, alice: str) -> None:
    now = datetime.now(UTC)
    for event in ("event1", "event2"):
        within(store, outbox.enqueue, owed(alice, event), now)
    first, second = within(store, outbox.lease, now + MINUTE)
    dead(store, first, told=0)
    assert len(within(store, journal.settle_left, store, datetime.now(UTC))) == 1
    assert row(store, first.letter)["state"] == "sent"
    assert [each.letter for each in within(store, outbox.lease, now + MINUTE)] == [second.letter]


def test_the_journal_of_a_living_process_is_left_alone_while_its_lease_holds(store: Store, alice: str) -> None:
    now = datetime.now(UTC)
    within(store, outbox.enqueue, owed(alice), now)
    first = taken(store, now + MINUTE)
    written = Journal(store, first.lease)
    written.noting(first.letter, 0)()
    assert within(store, journal.settle_left, store, now) == []
    assert row(store, first.letter)["state"] == "waiting"
    within(store, written.settle)
    written.close()
    assert row(store, first.letter)["state"] == "sent"


def test_what_went_is_settled_though_others_took_the_journal_for_a_dead_ones(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW - 2 * LEASE)
    first = taken(store, NOW - 2 * LEASE)
    written = Journal(store, first.lease)
    # The lease has lapsed while this machine slept.
    for file in within(store, journal.settle_left, store, datetime.now(UTC)):
        file.unlink()
    written.noting(first.letter, 0)()
    within(store, written.settle)
    written.close()
    assert row(store, first.letter)["state"] == "sent"


def test_nothing_is_written_through_a_journal_that_is_closed(store: Store, alice: str, tmp_path: Path) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    written = Journal(store, taken(store).lease)
    written.close()
    with (tmp_path / "another").open("wb", buffering=0) as another, pytest.raises(ValueError, match="closed"):
        written.noting(1, 0)()
    assert (tmp_path / "another").read_bytes() == b""
    assert another.closed


def test_who_slept_past_a_lease_holds_only_what_nobody_took(store: Store, alice: str) -> None:
    for event in ("event1", "event2"):
        within(store, outbox.enqueue, owed(alice, event), NOW)
    first, second = within(store, outbox.lease, NOW)
    assert within(store, outbox.renew, first.lease, NOW + MINUTE) == {first.letter, second.letter}
    other = taken(store, NOW + 3 * LEASE)
    assert within(store, outbox.renew, first.lease, NOW + 3 * LEASE) == {second.letter}
    assert other.letter == first.letter


def test_letters_whose_lease_lapses_are_settled_by_the_journal_before_they_are_taken(store: Store, alice: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW)
    first = taken(store)
    asleep = Journal(store, first.lease)
    asleep.noting(first.letter, 0)()
    lapsed = NOW + LEASE
    for at in (lapsed - timedelta(milliseconds=1), lapsed):
        with store.transaction("test") as tx:
            journal.settle_left(tx, store, at)
            assert outbox.lease(tx, at) == []
    asleep.close()
    assert row(store, first.letter)["state"] == "sent"


@pytest.mark.parametrize("half", ["", "1", "1 0 2025-12"])
def test_half_a_line_of_a_journal_says_nothing(store: Store, alice: str, half: str) -> None:
    within(store, outbox.enqueue, owed(alice), NOW - 2 * LEASE)
    first = taken(store, NOW - 2 * LEASE)
    store.path.with_name(f"{store.path.name}-sent-{first.lease}").write_text(half)
    within(store, journal.settle_left, store, datetime.now(UTC))
    assert row(store, first.letter)["state"] == "waiting"


def test_what_stands_in_the_outbox_is_told_without_walking_past_what_went(store: Store, alice: str) -> None:
    with store.transaction("test") as tx:
        for number in range(3000):
            outbox.enqueue(tx, owed(alice, about=str(number)), NOW)
        tx.conn.execute("UPDATE outbox SET state = 'sent', settled_at = '2025-12-05T09:00:00Z' WHERE letter > 2")
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        tx.conn.set_progress_handler(step, 100)
        found = outbox.standing(tx.conn)
        assert outbox.is_raised(tx.conn, owed(alice, about="7"))
        assert not outbox.is_raised(tx.conn, owed(alice, about="9999"))
        tx.conn.set_progress_handler(None, 0)
    assert (found.waiting, found.last_sent) == (2, "2025-12-05T09:00:00Z")
    assert steps < 10


@pytest.mark.parametrize(
    "statement", [outbox._LAST_TOLD, outbox._LAST_DIGEST, outbox._TOLD_SINCE, outbox._UNDER_WAY, outbox._NEWER_WAITING]
)
def test_what_went_to_one_or_waits_is_found_without_walking_all_that_ever_went(store: Store, statement: str) -> None:
    with store.reading() as conn:
        plan = [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}", ["id"] * statement.count("?"))]
    assert plan[0].startswith("SEARCH outbox USING INDEX sqlite_autoindex_outbox_1 (subscription=? AND event=?")
