"""The letters owed: raised once, leased to be sent, settled; and what the clock says of itself.

A lease lapses. Whoever dies between taking a letter and settling it leaves it to the next, so a letter goes at least
once; that it goes no more than once, a transport owes to the name that each letter keeps (service.mail.letters).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.errors import StoreBusy, StoreUnreadable
from service.clock import instant
from service.store.database import Store, Transaction
from service.store.facts import fact, note

LEASE_SECONDS = 600
"""Longer than any sending takes, since a lapsed lease may double a letter."""

SILENT_SECONDS = 60
"""After so long without a beat the clock counts as silent."""

_FIRST_PAUSE_SECONDS = 60
_LONGEST_PAUSE_SECONDS = 3600

_ENQUEUE = """
INSERT INTO outbox (matter, event, about, recipient, sequence, raised_at, due_at)
VALUES (:matter, :event, :about, :recipient, :sequence, :now, :now)
ON CONFLICT (matter, event, about, recipient) DO NOTHING
"""

_LEASE = """
UPDATE outbox SET leased_by = :lease, leased_until = :until, attempts = attempts + 1
WHERE letter = (
    SELECT letter FROM outbox
    WHERE sent_at IS NULL AND refused IS NULL AND due_at <= :now AND (leased_until IS NULL OR leased_until <= :now)
    ORDER BY due_at, letter LIMIT 1
)
RETURNING letter, leased_by AS lease, attempts, matter, event, about, recipient, sequence
"""

_COUNT = """
SELECT COUNT(*) FILTER (WHERE sent_at IS NULL AND refused IS NULL) AS waiting,
    COUNT(*) FILTER (WHERE refused IS NOT NULL) AS refused
FROM outbox
"""

_NEWEST_DELAY = """
SELECT delayed FROM outbox WHERE sent_at IS NULL AND refused IS NULL AND delayed IS NOT NULL
ORDER BY due_at DESC, letter DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A letter owed to `recipient`: on what matter, of which event (as its revision `sequence` states it), and `about`
    which occasion. The four without `sequence` are the letter's key: none is owed twice."""

    matter: str
    event: str
    about: str
    recipient: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Leased:
    """A letter taken to be sent: nobody else takes it until the lease is settled or lapses."""

    letter: int
    lease: str
    attempts: int
    owed: Owed


@dataclass(frozen=True, slots=True)
class Earlier:
    """A letter raised before: the revision it spoke of (will speak of at least, while it waits)."""

    sequence: int
    waiting: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How many letters wait and how many were refused for good; `delayed` is why the newest late one has not gone."""

    waiting: int
    refused: int
    delayed: str | None


def enqueue(tx: Transaction, owed: Owed, now: datetime) -> bool:
    """Raise a letter, to be sent from now on; False if it was raised before."""
    values = {
        "matter": owed.matter,
        "event": owed.event,
        "about": owed.about,
        "recipient": owed.recipient,
        "sequence": owed.sequence,
        "now": instant(now),
    }
    return tx.conn.execute(_ENQUEUE, values).rowcount == 1


def earlier(conn: sqlite3.Connection, matter: str, event: str, recipient: str) -> list[Earlier]:
    """The letters raised on a matter of an event to a recipient, oldest first."""
    rows = conn.execute(
        "SELECT sequence, sent_at IS NULL AND refused IS NULL FROM outbox"
        " WHERE matter = ? AND event = ? AND recipient = ? ORDER BY letter",
        (matter, event, recipient),
    )
    return [Earlier(sequence, bool(waiting)) for sequence, waiting in rows]


def lease(tx: Transaction, now: datetime) -> Leased | None:
    """Take the letter that has been due longest, for LEASE_SECONDS; None where none is due."""
    until = now + timedelta(seconds=LEASE_SECONDS)
    values = {"lease": secrets.token_hex(8), "until": instant(until), "now": instant(now)}
    row = tx.conn.execute(_LEASE, values).fetchone()
    if row is None:
        return None
    letter, taken, attempts, matter, event, about, recipient, sequence = row
    owed = Owed(matter=matter, event=event, about=about, recipient=recipient, sequence=sequence)
    return Leased(letter, taken, attempts, owed)


def note_sent(store: Store, leased: Leased, sequence: int, stop: Callable[[], bool]) -> None:
    """Write down that a letter went, and which revision it spoke of, whoever holds the lease by now.

    A letter gone but not written down would go again, so while the store is busy this tries on until `stop`.
    """
    while True:
        try:
            with store.transaction("clock") as tx:
                tx.conn.execute(
                    "UPDATE outbox SET sent_at = ?, sequence = ?, delayed = NULL, leased_by = NULL,"
                    " leased_until = NULL WHERE letter = ? AND sent_at IS NULL",
                    (instant(store.clock.now()), sequence, leased.letter),
                )
            return
        except (StoreBusy, StoreUnreadable):
            if stop():
                raise


def refuse(tx: Transaction, leased: Leased, why: str) -> None:
    """Settle a letter that no server will take: it is not tried again."""
    _settle(tx, leased, refused=why, delayed=None)


def delay(tx: Transaction, leased: Leased, why: str, now: datetime) -> None:
    """Settle a try that failed for now: the next is due after a pause that doubles from a minute to an hour."""
    due_at = now + timedelta(seconds=pause_seconds(leased.attempts))
    _settle(tx, leased, delayed=why, due_at=instant(due_at))


def pause_seconds(attempts: int) -> int:
    """How long to wait after that many tries."""
    doubled: int = _FIRST_PAUSE_SECONDS * 2 ** min(attempts - 1, 10)
    return min(doubled, _LONGEST_PAUSE_SECONDS)


def give_back(tx: Transaction, leased: Leased) -> None:
    """Settle a letter untried: it is due as before."""
    _settle(tx, leased)


def drop(tx: Transaction, leased: Leased) -> None:
    """Settle a letter that is no longer true or useful: it is owed no more, and may be raised anew."""
    tx.conn.execute("DELETE FROM outbox WHERE letter = ? AND leased_by = ?", (leased.letter, leased.lease))


def _settle(tx: Transaction, leased: Leased, **columns: str | None) -> None:
    """End the lease and set `columns`, unless the lease lapsed and the letter is another's."""
    values = {"leased_by": None, "leased_until": None, **columns}
    tx.conn.execute(
        f"UPDATE outbox SET {', '.join(f'{name} = :{name}' for name in values)}"
        " WHERE letter = :letter AND leased_by = :lease",
        {**values, "letter": leased.letter, "lease": leased.lease},
    )


def standing(conn: sqlite3.Connection) -> Standing:
    """How the outbox stands."""
    counts = conn.execute(_COUNT).fetchone()
    newest = conn.execute(_NEWEST_DELAY).fetchone()
    return Standing(counts["waiting"], counts["refused"], newest["delayed"] if newest else None)


def beat(conn: sqlite3.Connection) -> str | None:
    """The instant at which the clock process last said that it runs; None if it never did."""
    return fact(conn, "clock_beat")


def failure(conn: sqlite3.Connection) -> str | None:
    """What stopped the clock's last round of letters, in a sentence; None if it went through."""
    return fact(conn, "clock_failure")


def note_beat(tx: Transaction, now: datetime) -> None:
    """Write down that the clock process runs."""
    note(tx.conn, "clock_beat", instant(now))


def note_failure(tx: Transaction, sentence: str | None) -> None:
    """Write down what stopped the clock's round of letters; None: nothing did."""
    if sentence is None:
        tx.conn.execute("DELETE FROM fact WHERE name = 'clock_failure'")
    else:
        note(tx.conn, "clock_failure", sentence)
