"""The letters owed: raised once, leased to be sent, settled; every try written down.

A lease lapses. Whoever dies between taking letters and settling them leaves them to the next, so a letter goes at least
once; what did go before that is in the dead one's journal (service.store.journal) and does not go again.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from typing import Final

from schemas.subscriptions import Subscription
from service.clock import instant
from service.store.database import Transaction
from service.store.subscriptions import subscription_of

LEASE_SECONDS: Final = 300
"""Longer than any sending takes, since a lapsed lease may double a letter; a lease under way is renewed."""

LEASED_AT_ONCE: Final = 50

GIVEN_UP_AFTER: Final = timedelta(days=3)
"""So long after it was raised a letter that no server takes is tried no more."""

_FIRST_PAUSE_SECONDS: Final = 60
_LONGEST_PAUSE_SECONDS: Final = 4 * 3600

_ENQUEUE = """
INSERT INTO outbox (subscription, event, matter, about, raised_at, due_at)
VALUES (:subscription, :event, :matter, :about, :now, :due_at)
ON CONFLICT (subscription, event, matter, about) DO UPDATE SET state = 'waiting', raised_at = excluded.raised_at,
    due_at = excluded.due_at, attempts = 0, said = NULL, settled_at = NULL WHERE state = 'dropped'
"""

_LEASE = """
UPDATE outbox SET leased_by = :lease, leased_until = :until, attempts = attempts + 1
WHERE letter IN (
    SELECT letter FROM outbox
    WHERE state = 'waiting' AND due_at <= :now AND (leased_until IS NULL OR leased_until <= :now)
        AND (:matter IS NULL OR matter = :matter)
        AND subscription NOT IN (SELECT id FROM subscription WHERE state = 'paused')
    ORDER BY due_at, letter LIMIT :count
)
"""

_LEASED = """
SELECT outbox.letter, outbox.leased_by AS lease, outbox.attempts, outbox.matter, outbox.event, outbox.about,
    outbox.raised_at, subscription.* FROM outbox JOIN subscription ON subscription.id = outbox.subscription
WHERE outbox.leased_by = ? ORDER BY outbox.due_at, outbox.letter
"""

_TAKE_UP = """
UPDATE outbox SET state = 'waiting', raised_at = :now, due_at = MAX(due_at, :now), attempts = 0, said = NULL,
    settled_at = NULL
WHERE subscription = :subscription AND state IN ('waiting', 'refused')
    AND matter IN (SELECT value FROM json_each(:matters))
"""

_LEAVE = """
UPDATE outbox SET state = 'dropped', said = 'the subscription was paused', settled_at = :now
WHERE subscription = :subscription AND state IN ('waiting', 'refused')
    AND matter NOT IN (SELECT value FROM json_each(:matters))
"""

_RECORD = "INSERT INTO attempt (letter, at, outcome, said) VALUES (?, ?, ?, ?)"

# Letters that went are never counted: there are ever more of them.
_COUNTS = "SELECT state, COUNT(*) FROM outbox WHERE state IN ('waiting', 'refused', 'given up') GROUP BY state"

_NEWEST_DELAY = """
SELECT said FROM outbox WHERE state = 'waiting' AND said IS NOT NULL ORDER BY due_at DESC, letter DESC LIMIT 1
"""

# `+state` keeps SQLite from walking all letters that ever went: there are few to one subscription about one event.
_LAST_TOLD = """
SELECT told, COALESCE(set_day, settled_at) AS went FROM outbox
WHERE subscription = ? AND event = ? AND +state = 'sent' AND told IS NOT NULL
ORDER BY settled_at DESC, letter DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A letter owed to a subscription: on what `matter`, of which event (empty: none), and `about` which occasion: a
    sequence or a lead day. The four are the letter's key: none is owed twice."""

    subscription: str
    matter: str
    event: str = ""
    about: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is unique to the letter."""
        return self.subscription, self.event, self.matter, self.about


@dataclass(frozen=True, slots=True)
class Leased:
    """A letter taken to be sent: nobody else takes it until the lease is settled or lapses."""

    letter: int
    lease: str
    attempts: int
    owed: Owed
    raised_at: str
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Standing:
    """How many letters are in which state; `delayed` is why the newest late one has not gone; `last_sent` when the last
    one went."""

    waiting: int
    refused: int
    given_up: int
    delayed: str | None
    last_sent: str | None


def enqueue(tx: Transaction, owed: Owed, due_at: datetime) -> bool:
    """Raise a letter, to be sent from `due_at` on; False if it was raised before. One that was dropped, since it was
    not true any more, is raised anew where it is true again."""
    values = {
        "subscription": owed.subscription,
        "event": owed.event,
        "matter": owed.matter,
        "about": owed.about,
        "now": tx.recorded_at,
        "due_at": instant(due_at),
    }
    return tx.conn.execute(_ENQUEUE, values).rowcount == 1


def keys_of(conn: sqlite3.Connection, events: Iterable[str]) -> set[tuple[str, str, str, str]]:
    """The keys of the letters that were raised about some events and not dropped."""
    rows = conn.execute(
        "SELECT subscription, event, matter, about FROM outbox"
        " WHERE event IN (SELECT value FROM json_each(?)) AND state <> 'dropped'",
        (json.dumps(list(events)),),
    )
    return {tuple(row) for row in rows}


def keys_to(conn: sqlite3.Connection, ids: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """The keys of every letter to some subscriptions."""
    rows = conn.execute(
        "SELECT subscription, event, matter, about FROM outbox"
        " WHERE subscription IN (SELECT value FROM json_each(?)) ORDER BY letter",
        (json.dumps(list(ids)),),
    )
    return [tuple(row) for row in rows]


def keys_of_erased(conn: sqlite3.Connection, letters: Iterable[int]) -> list[tuple[str, str, str, str]]:
    """The keys of those of some letters whose address was erased."""
    rows = conn.execute(
        "SELECT outbox.subscription, event, matter, about FROM outbox"
        " JOIN subscription ON subscription.id = outbox.subscription"
        " WHERE letter IN (SELECT value FROM json_each(?)) AND email IS NULL ORDER BY letter",
        (json.dumps(list(letters)),),
    )
    return [tuple(row) for row in rows]


def is_raised(conn: sqlite3.Connection, owed: Owed) -> bool:
    """Whether a letter was raised before and not dropped."""
    row = conn.execute(
        "SELECT 1 FROM outbox WHERE subscription = ? AND event = ? AND matter = ? AND about = ? AND state <> 'dropped'",
        owed.key,
    )
    return row.fetchone() is not None


def is_due(conn: sqlite3.Connection, now: datetime, matter: str | None = None) -> bool:
    """Whether any letter, or one on a matter, may be taken."""
    row = conn.execute(
        "SELECT 1 FROM outbox WHERE state = 'waiting' AND due_at <= :now"
        " AND (leased_until IS NULL OR leased_until <= :now) AND (:matter IS NULL OR matter = :matter)"
        " AND subscription NOT IN (SELECT id FROM subscription WHERE state = 'paused') LIMIT 1",
        {"now": instant(now), "matter": matter},
    )
    return row.fetchone() is not None


def lease(
    tx: Transaction,
    now: datetime,
    *,
    matter: str | None = None,
    count: int = LEASED_AT_ONCE,
    seconds: int = LEASE_SECONDS,
) -> list[Leased]:
    """Take the letters, or those on a matter, that have been due longest, for so many seconds; none if none is due."""
    name = secrets.token_hex(8)
    until = instant(now + timedelta(seconds=seconds))
    values = {"lease": name, "until": until, "now": instant(now), "count": count, "matter": matter}
    if not tx.conn.execute(_LEASE, values).rowcount:
        return []
    return [
        Leased(
            row["letter"],
            row["lease"],
            row["attempts"],
            Owed(subscription=row["id"], matter=row["matter"], event=row["event"], about=row["about"]),
            row["raised_at"],
            subscription_of(row),
        )
        for row in tx.conn.execute(_LEASED, (name,))
    ]


def renew(tx: Transaction, lease_name: str, now: datetime, seconds: int = LEASE_SECONDS) -> set[int]:
    """Hold what is left of a lease for so many seconds from now; which letters that are. None of those that another
    took meanwhile, since it had lapsed."""
    until = instant(now + timedelta(seconds=seconds))
    held = tx.conn.execute(
        "UPDATE outbox SET leased_until = ? WHERE leased_by = ? RETURNING letter", (until, lease_name)
    )
    return {row[0] for row in held}


def end_lease(tx: Transaction, lease_name: str) -> None:
    """Let others take at once what was leased by a process that is no more. The try that it died in counts."""
    tx.conn.execute("UPDATE outbox SET leased_by = NULL, leased_until = NULL WHERE leased_by = ?", (lease_name,))


def take_up(tx: Transaction, subscription: str, matters: Sequence[str]) -> None:
    """Let the letters on some matters that waited while a subscription was paused, or were refused before, go as if
    raised now; whether they are still of use is seen then. The clock raises all others anew where they are due."""
    asked = {"subscription": subscription, "now": tx.recorded_at, "matters": json.dumps(list(matters))}
    tx.conn.execute(_TAKE_UP, asked)
    tx.conn.execute(_LEAVE, asked)


def last_told(conn: sqlite3.Connection, subscription: str, event: str) -> tuple[int, str] | None:
    """The sequence that the last letter to a subscription told of an event, and when that went: the instant, or the day
    that was set then."""
    row = conn.execute(_LAST_TOLD, (subscription, event)).fetchone()
    return (row["told"], row["went"]) if row else None


_LAST_DIGEST = """
SELECT told, settled_at, COALESCE(set_day, settled_at) FROM outbox
WHERE subscription = ? AND event = '' AND matter = 'digest' AND +state = 'sent'
ORDER BY settled_at DESC, letter DESC LIMIT 1
"""


def last_digest(conn: sqlite3.Connection, subscription: str) -> tuple[int | None, str, str] | None:
    """Of the last digest that went to a subscription: through which change it told (None: not written down), the
    instant at which it went, and the same, or the day that was set then; None where none went."""
    row = conn.execute(_LAST_DIGEST, (subscription,)).fetchone()
    return tuple(row) if row else None


def newer_digest(conn: sqlite3.Connection, leased: Leased) -> bool:
    """Whether a digest of a later day went to the same subscription, or waits for it."""
    row = conn.execute(
        "SELECT 1 FROM outbox WHERE subscription = ? AND event = '' AND matter = 'digest' AND about > ?"
        " AND state IN ('waiting', 'sent') LIMIT 1",
        (leased.owed.subscription, leased.owed.about),
    )
    return row.fetchone() is not None


def told_to(conn: sqlite3.Connection, event: str) -> set[str]:
    """The subscriptions to which a letter about an event went, or is on its way."""
    rows = conn.execute(
        "SELECT subscription FROM outbox WHERE event = ? AND (state = 'sent' OR leased_by IS NOT NULL)", (event,)
    )
    return {row[0] for row in rows}


_UNDER_WAY = """
SELECT 1 FROM outbox WHERE subscription = ? AND event = ? AND +letter <> ? AND +state = 'waiting'
    AND +leased_by IS NOT NULL LIMIT 1
"""


def is_another_under_way(conn: sqlite3.Connection, leased: Leased) -> bool:
    """Whether another letter about the same event is being brought to the same subscription."""
    asked = (leased.owed.subscription, leased.owed.event, leased.letter)
    return conn.execute(_UNDER_WAY, asked).fetchone() is not None


_TOLD_SINCE = """
SELECT 1 FROM outbox WHERE subscription = ? AND event = ? AND +state = 'sent' AND told >= ? LIMIT 1
"""


def told_since(conn: sqlite3.Connection, leased: Leased, sequence: int) -> bool:
    """Whether a letter to the same subscription went that told of a revision of the event, or of a later one."""
    row = conn.execute(_TOLD_SINCE, (leased.owed.subscription, leased.owed.event, sequence))
    return row.fetchone() is not None


# `+letter`, also in the order, keeps SQLite from walking all that was ever raised about the event, for each letter.
_NEWER_WAITING = """
SELECT about FROM outbox WHERE subscription = ? AND event = ? AND +state = 'waiting' AND +letter > ?
    AND matter IN (SELECT value FROM json_each(?)) ORDER BY +letter
"""


def newer_waiting(conn: sqlite3.Connection, leased: Leased, matters: Iterable[str]) -> list[str]:
    """About which later revisions of the same event letters on some matters wait for the same subscription."""
    asked = (leased.owed.subscription, leased.owed.event, leased.letter, json.dumps(list(matters)))
    return [str(row[0]) for row in conn.execute(_NEWER_WAITING, asked)]


def note_sent(tx: Transaction, letter: int, told: int | None, at: str, day: str | None = None) -> None:
    """Write down that a letter went and what it told, whoever holds its lease by now: of an event, which revision; a
    digest, through which change. `day` is the one that was set then, if any was."""
    done = tx.conn.execute(
        "UPDATE outbox SET state = 'sent', settled_at = ?, told = ?, set_day = ?, said = NULL, leased_by = NULL,"
        " leased_until = NULL WHERE letter = ? AND state = 'waiting'",
        (at, told, day, letter),
    )
    if done.rowcount:
        tx.conn.execute(_RECORD, (letter, at, "sent", None))


def refuse(tx: Transaction, leased: Leased, why: str) -> None:
    """Settle a letter that no server will take: it is not tried again."""
    _close(tx, leased, "refused", why)


def drop(tx: Transaction, leased: Leased, why: str) -> None:
    """Settle a letter that is no longer true or useful; it stays, with the reason."""
    _close(tx, leased, "dropped", why)


def drop_waiting(tx: Transaction, subscription: str, why: str) -> None:
    """Settle every letter that waits for a subscription that is told no longer."""
    tx.conn.execute(
        "UPDATE outbox SET state = 'dropped', said = ?, settled_at = ?, leased_by = NULL, leased_until = NULL"
        " WHERE subscription = ? AND state = 'waiting'",
        (why, tx.recorded_at, subscription),
    )


def withdraw(tx: Transaction, subscription: str) -> None:
    """Forget the letters to a subscription of which none was tried yet."""
    tx.conn.execute("DELETE FROM outbox WHERE subscription = ? AND attempts = 0", (subscription,))


def delay(tx: Transaction, leased: Leased, why: str, now: datetime) -> bool:
    """Settle a try that failed for now: the next is due after a pause; False if it was the last, and it is given up."""
    if now - datetime.fromisoformat(leased.raised_at) >= GIVEN_UP_AFTER:
        _close(tx, leased, "given up", why)
        return False
    due_at = now + timedelta(seconds=pause_seconds(leased.attempts))
    if _settle(tx, leased, {"said": why, "due_at": instant(due_at)}):
        tx.conn.execute(_RECORD, (leased.letter, tx.recorded_at, "delayed", why))
    return True


def pause_seconds(attempts: int) -> float:
    """How long to wait after that many tries: doubled from a minute to four hours, each time by chance up to a quarter
    less, so that what failed together does not come again together."""
    doubled: float = _FIRST_PAUSE_SECONDS * 2 ** min(attempts - 1, 12)
    return min(doubled, _LONGEST_PAUSE_SECONDS) * uniform(0.75, 1)  # noqa: S311


def give_back(tx: Transaction, leased: Leased) -> None:
    """Settle a letter untried: it is due as before."""
    _settle(tx, leased, {"attempts": leased.attempts - 1})


def _close(tx: Transaction, leased: Leased, state: str, why: str) -> None:
    if _settle(tx, leased, {"state": state, "said": why, "settled_at": tx.recorded_at}):
        tx.conn.execute(_RECORD, (leased.letter, tx.recorded_at, state, why))


def _settle(tx: Transaction, leased: Leased, columns: Mapping[str, str | int | None]) -> bool:
    """End the lease and set `columns`, unless the lease lapsed and the letter is another's."""
    values = {"leased_by": None, "leased_until": None, **columns}
    done = tx.conn.execute(
        f"UPDATE outbox SET {', '.join(f'{name} = :{name}' for name in values)}"
        " WHERE letter = :letter AND leased_by = :lease",
        {**values, "letter": leased.letter, "lease": leased.lease},
    )
    return bool(done.rowcount)


def standing(conn: sqlite3.Connection) -> Standing:
    """How the outbox stands."""
    counts = dict(conn.execute(_COUNTS).fetchall())
    newest = conn.execute(_NEWEST_DELAY).fetchone()
    last = conn.execute("SELECT MAX(settled_at) FROM outbox WHERE state = 'sent'").fetchone()[0]
    return Standing(
        counts.get("waiting", 0),
        counts.get("refused", 0),
        counts.get("given up", 0),
        newest["said"] if newest else None,
        last,
    )
