"""What was recorded last: the newest revisions of some events, and which events anything was recorded of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from service.store.asknown import AsKnown

_NEWEST = """
SELECT change.subject, revision.sequence FROM change JOIN revision ON revision.change = change.change
WHERE change.sort = 'event' AND change.subject IN (SELECT value FROM json_each(:ids))
    AND change.change <= :through AND revision.known_on <= :day
    AND NOT EXISTS (SELECT 1 FROM revision AS other WHERE other.subject = revision.subject
        AND other.replaces = revision.sequence AND other.change <= :through)
ORDER BY change.recorded_at DESC, revision.known_on DESC, change.change DESC LIMIT :limit
"""


def newest(at: AsKnown, ids: Sequence[str], limit: int) -> list[tuple[str, int]]:
    """(event, sequence) of the standing revisions known by then that were last recorded, the newest first; of what was
    recorded at one instant, as a pack is, those that last became known."""
    values = {"ids": json.dumps(ids), "through": at.through, "day": at.day.isoformat(), "limit": limit}
    return [(row["subject"], row["sequence"]) for row in at.conn.execute(_NEWEST, values)]


_EVENTS_SINCE = """
SELECT DISTINCT subject FROM change INDEXED BY change_by_calendar
WHERE change > :change AND sort = 'event' AND calendar = :calendar AND calendar <> '' ORDER BY subject
"""


def events_since(conn: sqlite3.Connection, calendar: str, change: int) -> list[str]:
    """The events of a calendar of which anything was recorded after a change, by id."""
    return [row[0] for row in conn.execute(_EVENTS_SINCE, {"calendar": calendar, "change": change})]


_LAST_RECORDED = """
SELECT change.recorded_at FROM change INDEXED BY change_by_calendar
WHERE calendar = :calendar AND calendar <> '' AND sort = 'event' AND recorded_at > (
    SELECT first.recorded_at FROM change AS first WHERE first.calendar = :calendar AND first.calendar <> ''
    ORDER BY first.change LIMIT 1)
ORDER BY change.change DESC LIMIT 1
"""


def last_recorded(conn: sqlite3.Connection, calendar: str) -> str | None:
    """When anything was last recorded of a calendar's events, apart from what came with the calendar itself; None where
    nothing was."""
    row = conn.execute(_LAST_RECORDED, {"calendar": calendar}).fetchone()
    return str(row[0]) if row else None


def change_by(conn: sqlite3.Connection, instant: str) -> int:
    """The last change that was recorded by an instant; 0 where there was none."""
    row = conn.execute("SELECT change FROM change WHERE recorded_at <= ? ORDER BY change DESC LIMIT 1", (instant,))
    found = row.fetchone()
    return int(found[0]) if found else 0
