"""The inbox: headlines that wait, what became of those dealt with, and how the addresses stand that they come from.

Of a headline long dealt with, or never, nothing is kept but the digests of its address and id, by which it is known
when it comes again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from schemas.errors import HeadlineNotFound
from schemas.headlines import Headline, Taken, same_address
from service.store.database import Transaction
from service.store.facts import fact, note

_LOOKED = "inbox_looked_through"
"""The fact that says through which change sources were compared with headlines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """How an address stands; instants are UTC. `newest_at` is when it last had something new (None: it never held
    anything), `failing_since` is None while it answers, `said` is what was wrong the last time, `wait_until` the moment
    until which it asked to be left alone."""

    url: str
    next_at: str
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    asked_at: str | None = None
    answered_at: str | None = None
    newest_at: str | None = None
    failing_since: str | None = None
    failures: int = 0
    said: str | None = None
    wait_until: str | None = None


@dataclass(frozen=True, slots=True)
class Sourced:
    """A revision that has the address of a headline among its sources."""

    event: str
    recorded_by: str
    recorded_at: str


def addresses(conn: sqlite3.Connection) -> dict[str, Address]:
    """How each address that was ever asked stands."""
    return {row["url"]: Address(**dict(row)) for row in conn.execute("SELECT * FROM inbox_address")}


_PUT_ADDRESS = """
INSERT OR REPLACE INTO inbox_address (url, title, etag, last_modified, moved_to, asked_at, answered_at, newest_at,
    failing_since, failures, said, next_at, wait_until)
VALUES (:url, :title, :etag, :last_modified, :moved_to, :asked_at, :answered_at, :newest_at,
    :failing_since, :failures, :said, :next_at, :wait_until)
"""


def put_address(tx: Transaction, address: Address) -> None:
    """Write down how an address stands."""
    names = Address.__dataclass_fields__
    tx.conn.execute(_PUT_ADDRESS, {name: getattr(address, name) for name in names})


def drop_addresses(tx: Transaction, urls: Iterable[str]) -> None:
    """Forget how addresses stood that are no longer asked."""
    tx.conn.executemany("DELETE FROM inbox_address WHERE url = ?", [(url,) for url in urls])


_TAKE = """
INSERT INTO headline (digest, id_digest, address, title, url, published, fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""


def take(tx: Transaction, address: str, entries: Iterable[Taken]) -> int:
    """Put entries into the inbox that never were in it, told by their address and by their id at this one; how many."""
    taken = 0
    for each in entries:
        own = _digest(f"{address} {each.id}") if each.id else None
        row = (_digest(same_address(each.url)), own, address, each.title, each.url, each.published, tx.recorded_at)
        taken += tx.conn.execute(_TAKE, row).rowcount
    if taken:
        note(tx.conn, _LOOKED, "0")
    return taken


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def waiting(conn: sqlite3.Connection) -> list[Headline]:
    """The headlines that wait, the newest first."""
    order = "ORDER BY COALESCE(published, fetched_at) DESC, number DESC"
    return [_headline(row) for row in conn.execute(f"SELECT * FROM headline WHERE state = 'waiting' {order}")]


def settled(conn: sqlite3.Connection, most: int) -> list[Headline]:
    """What was dealt with last, the newest first."""
    rows = conn.execute(
        "SELECT * FROM headline WHERE state IN ('recorded', 'dismissed') ORDER BY settled_at DESC, number DESC LIMIT ?",
        (most,),
    )
    return [_headline(row) for row in rows]


def one(conn: sqlite3.Connection, number: int) -> Headline:
    """A headline that is not forgotten; raises HeadlineNotFound."""
    row = conn.execute("SELECT * FROM headline WHERE number = ? AND state <> 'forgotten'", (number,)).fetchone()
    if row is None:
        raise HeadlineNotFound(f"There is no headline {number} in the inbox.")
    return _headline(row)


def settle(tx: Transaction, number: int, state: str, event: str | None = None) -> bool:
    """Say of a headline that waits what became of it, by whom this transaction is; False where it waits no more."""
    return _settle(tx, number, state, tx.recorded_by, tx.recorded_at, event)


def _settle(tx: Transaction, number: int, state: str, by: str, at: str, event: str | None) -> bool:
    put = "UPDATE headline SET state = ?, settled_by = ?, settled_at = ?, event = ?"
    row = (state, by, at, event, number)
    return tx.conn.execute(f"{put} WHERE number = ? AND state = 'waiting'", row).rowcount == 1


def put_back(tx: Transaction, number: int) -> None:
    """Let a headline wait that was dismissed, unless it is recorded by now; of any other nothing changes."""
    put = "UPDATE headline SET state = 'waiting', settled_by = NULL, settled_at = NULL"
    if tx.conn.execute(f"{put} WHERE number = ? AND state = 'dismissed'", (number,)).rowcount:
        note(tx.conn, _LOOKED, "0")


def settle_recorded(tx: Transaction) -> int:
    """Note of the headlines that wait which of them were recorded since this was last looked at: their address is a
    source of an event. How many."""
    last = tx.conn.execute("SELECT COALESCE(MAX(change), 0) FROM change").fetchone()[0]
    if last == looked_through(tx.conn):
        return 0
    found = [(each, sourced) for each, sourced in recorded(tx.conn, waiting(tx.conn)) if sourced]
    for each, sourced in found:
        _settle(tx, each.number, "recorded", sourced.recorded_by, sourced.recorded_at, sourced.event)
    note(tx.conn, _LOOKED, str(last))
    return len(found)


_OLD = (
    "(state = 'waiting' AND COALESCE(published, fetched_at) < :before)"
    " OR (state IN ('recorded', 'dismissed') AND settled_at < :before)"
)


def is_tidy(conn: sqlite3.Connection, before: str, most: int) -> bool:
    """Whether `settle_recorded` and `forget` would have nothing to do."""
    old = f"SELECT 1 FROM headline WHERE {_OLD} LIMIT 1"
    last = conn.execute("SELECT COALESCE(MAX(change), 0) FROM change").fetchone()[0]
    count = conn.execute("SELECT COUNT(*) FROM headline WHERE state = 'waiting'").fetchone()[0]
    looked = last == looked_through(conn) or not count
    return looked and count <= most and not conn.execute(old, {"before": before}).fetchone()


def looked_through(conn: sqlite3.Connection) -> int:
    """The change through which sources were compared with headlines."""
    return int(fact(conn, _LOOKED) or 0)


_SOURCES = """
SELECT revision.subject, revision.sources, change.recorded_by, change.recorded_at
FROM revision JOIN change USING (change) WHERE revision.change > ? AND revision.sources <> '[]'
ORDER BY revision.change
"""


def recorded(conn: sqlite3.Connection, headlines: Iterable[Headline]) -> Iterator[tuple[Headline, Sourced | None]]:
    """Headlines, each with the first revision of those not looked at yet that has its address among its sources."""
    asked = {same_address(each.url): each for each in headlines}
    found: dict[str, Sourced] = {}
    for row in conn.execute(_SOURCES, (looked_through(conn),)) if asked else ():
        for source in json.loads(row["sources"]):
            address = same_address(source.get("url") or "")
            if address in asked:
                found.setdefault(address, Sourced(row["subject"], row["recorded_by"], row["recorded_at"]))
    return ((each, found.get(address)) for address, each in asked.items())


def forget(tx: Transaction, before: str, most: int) -> int:
    """Keep nothing but digests of headlines that were published, or dealt with, before an instant, and of the oldest
    beyond `most` that wait; how many."""
    blank = (
        "UPDATE headline SET state = 'forgotten', title = '', url = '', published = NULL,"
        " settled_by = NULL, settled_at = NULL, event = NULL"
    )
    old = tx.conn.execute(f"{blank} WHERE {_OLD}", {"before": before}).rowcount
    order = "ORDER BY COALESCE(published, fetched_at) DESC, number DESC LIMIT -1 OFFSET ?"
    beyond = f"SELECT number FROM headline WHERE state = 'waiting' {order}"
    return int(old + tx.conn.execute(f"{blank} WHERE number IN ({beyond})", (most,)).rowcount)


def _headline(row: sqlite3.Row) -> Headline:
    left_out = ("digest", "id_digest")
    return Headline(**{name: row[name] for name in row.keys() if name not in left_out})  # noqa: SIM118 - a Row


def as_recorded(headline: Headline, sourced: Sourced) -> Headline:
    """A headline that waits, as it will stand once it is noted that it was recorded."""
    return replace(
        headline,
        state="recorded",
        settled_by=sourced.recorded_by,
        settled_at=sourced.recorded_at,
        event=sourced.event,
    )
