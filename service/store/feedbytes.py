"""The bytes of every event's VEVENT, current state and default style: kept, so that a feed is only joined."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence

from calendars import vevent
from schemas.events import EventView
from schemas.queries import EventQuery
from service.store import events, links
from service.store.asknown import AsKnown, latest
from service.store.database import Transaction
from service.store.facts import fact, note
from service.store.timeline import Found, find

_ADOPTED = "rendered_at"
_NEVER = "1970-01-01T00:00:00Z"

_ALL = "SELECT subject, vevent FROM feed_bytes"
_OF = f"{_ALL} JOIN json_each(?) ON subject = value"
_AT_MOST = "SELECT COALESCE(MAX(rowid), 0) FROM feed_bytes"
_SCANNED_FROM = 3
"""Where one in so many is wanted, or more, to read all and leave some is faster than to seek each."""

_DIGESTS = "SELECT subject, digest FROM json_each(?) CROSS JOIN feed_bytes ON subject = value"

_PUT = """
INSERT INTO feed_bytes (subject, digest, vevent) VALUES (?, ?, ?)
ON CONFLICT (subject) DO UPDATE SET digest = excluded.digest, vevent = excluded.vevent
"""

BATCH = 200
"""How many events are read together when they are rendered."""


def view_of(at: AsKnown, found: Found) -> EventView:
    """The view of an event that a query found, retracted ones too."""
    return events.view(at, events.hydrate(at, [found], sources=True)[0])


Progress = Callable[[int, int], None]


def no_progress(done: int, every: int) -> None:
    """Nobody waits."""


def refresh(conn: sqlite3.Connection, ids: Iterable[str], progress: Progress = no_progress) -> None:
    """Render anew the events `ids` and those linked to them, where their view changed."""
    at = latest(conn)
    style = vevent.Style(public_url=public_url(conn))
    wanted = set(ids)
    wanted |= {other for id_ in wanted for other in links.neighbours(conn, id_)}
    found = [events.newest_state(conn, id_) for id_ in sorted(wanted)]
    for done, _ in enumerate(_put(at, found, style), 1):
        progress(done, len(found))


def _put(at: AsKnown, found: Sequence[Found], style: vevent.Style) -> Iterator[None]:
    """Keep the bytes of events, one by one, where their view changed; they are read in batches."""
    for first in range(0, len(found), BATCH):
        batch = found[first : first + BATCH]
        kept = dict(at.conn.execute(_DIGESTS, (json.dumps([each.id for each in batch]),)).fetchall())
        for event in events.hydrate(at, batch, sources=True):
            seen = events.view(at, event)
            digest = vevent.digest(seen, style)
            if kept.get(event.id) != digest:
                at.conn.execute(_PUT, (event.id, digest, vevent.render(seen, style)))
            yield


def refresh_all(conn: sqlite3.Connection, progress: Progress = no_progress) -> int:
    """Render every event's current state where its view changed; how many events there are."""
    at = latest(conn)
    style = vevent.Style(public_url=public_url(conn))
    every = find(at, EventQuery(), retracted=True)
    for done, _ in enumerate(_put(at, every, style), 1):
        progress(done, len(every))
    return len(every)


def read(conn: sqlite3.Connection, found: Iterable[Found]) -> list[bytes]:
    """The kept bytes of events, in the order given."""
    ids = [each.id for each in found]
    cursor = conn.cursor()
    cursor.row_factory = None
    most = len(ids) * _SCANNED_FROM > cursor.execute(_AT_MOST).fetchone()[0]
    kept: dict[str, bytes] = dict(cursor.execute(_ALL) if most else cursor.execute(_OF, (json.dumps(ids),)))
    return [kept[each] for each in ids]


def public_url(conn: sqlite3.Connection) -> str:
    """The address the kept bytes were rendered for."""
    return fact(conn, "public_url") or "http://127.0.0.1:8000"


def changed_at(at: AsKnown) -> str:
    """When feeds as known from here may last have changed: the newest change known by then, or a new way to render.

    Not the newest stamp in a feed: what leaves it changes it too.
    """
    row = at.conn.execute("SELECT recorded_at FROM change WHERE change = ?", (at.printed,)).fetchone()
    return max(row["recorded_at"] if row else _NEVER, adopted_at(at.conn))


def adopted_at(conn: sqlite3.Connection) -> str:
    """When the present way to render was taken up."""
    return fact(conn, _ADOPTED) or _NEVER


def adopt(tx: Transaction, address: str) -> bool:
    """Render everything anew if the renderer or the public address is another than before; whether it was."""
    conn = tx.conn
    now = {"public_url": address, "renderer": str(vevent.RENDERER)}
    if all(fact(conn, name) == value for name, value in now.items()):
        return False
    for name, value in (now | {_ADOPTED: tx.recorded_at}).items():
        note(conn, name, value)
    conn.execute("DELETE FROM feed_bytes")
    refresh_all(conn)
    return True
