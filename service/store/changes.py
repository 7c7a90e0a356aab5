"""The store's log: every assertion in the order in which it was committed."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from schemas.events import Logged
from schemas.when import When, parse
from service.store import registers
from service.store.asknown import AsKnown
from service.store.revisions import rows_of

_AFTER = """
SELECT change.change, change.sort, change.subject, change.calendar, change.recorded_at, change.recorded_by, change.why,
    revision.sequence, revision.known_on, revision.state, revision.sources, revision.replaces
FROM change JOIN revision ON revision.change = change.change
WHERE change.change > :after AND change.change <= :through AND revision.known_on <= :day
ORDER BY change.change LIMIT :limit
"""


_SEEN = """
AND (change.sort <> 'link' OR NOT EXISTS (
    SELECT 1 FROM change AS far WHERE far.sort = 'event'
        AND far.subject IN (json_extract(revision.state, '$.subject'), json_extract(revision.state, '$.target'))
        AND far.calendar NOT IN (SELECT value FROM json_each(:only))))
"""
"""That a link has no end in a calendar that the reader may not see."""


def log(at: AsKnown, after: int, limit: int, calendars: tuple[str, ...] = ()) -> list[Logged]:
    """Up to `limit` assertions after change number `after`, known by then, in order. Change numbers are taken under the
    write lock, so that whoever has read up to one has missed none before it."""
    sql = _AFTER
    values: dict[str, Any] = {"after": after, "through": at.through, "day": at.day.isoformat(), "limit": limit}
    if calendars:
        names = {f"calendar{number}": slug for number, slug in enumerate(calendars)}
        among = ", ".join(f":{name}" for name in names)
        sql = sql.replace("ORDER BY", f"AND change.calendar IN ({among}) ORDER BY")
        values |= names
    if at.only:
        sql = sql.replace("ORDER BY", f"{_SEEN} ORDER BY")
        values["only"] = json.dumps(at.only)
    return [_logged(at, row) for row in at.conn.execute(sql, values)]


def calendar_of(conn: sqlite3.Connection, subject: str) -> str | None:
    """The calendar that an event or link was recorded in, whatever day it became known; None for neither."""
    row = conn.execute(
        "SELECT calendar FROM change WHERE sort IN ('event', 'link') AND subject = ? LIMIT 1", (subject,)
    ).fetchone()
    return row["calendar"] if row else None


def _logged(at: AsKnown, row: sqlite3.Row) -> Logged:
    state = json.loads(row["state"])
    if row["sort"] == "calendar":  # one declaration holds claims of many days: those known later are not shown
        state = registers.plain(registers.calendar_of(state).as_known_on(at.day))
    dated = row["sort"] == "event" and state["status"] != "retracted"  # what was entered in error moved nowhere
    before = _before(at.conn, row) if dated else None
    return Logged(
        **(dict(row) | {"state": state, "sources": json.loads(row["sources"])}),
        before=before,
        after=parse(state["when"]) if dated else None,
    )


def _before(conn: sqlite3.Connection, row: sqlite3.Row) -> When | None:
    """The date that stood before this assertion: of the standing revisions known no later, the newest."""
    earlier = rows_of(conn, row["subject"], row["change"] - 1)
    replaced = {each.replaces for each in earlier if each.replaces is not None}
    known = [each for each in earlier if each.known_on <= row["known_on"] and each.sequence not in replaced]
    if not known:
        return None
    return parse(max(known, key=lambda each: (each.known_on, each.sequence)).state["when"])
