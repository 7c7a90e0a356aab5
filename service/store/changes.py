"""The store's log: every assertion in the order in which it was committed."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from schemas.events import Logged
from schemas.when import When, parse
from service.store import registers
from service.store.asknown import AsKnown

_AFTER = """
SELECT change.change, change.sort, change.subject, change.calendar, change.recorded_at, change.recorded_by, change.why,
    revision.sequence, revision.known_on, revision.state, revision.sources, revision.replaces
FROM change JOIN revision ON revision.change = change.change
WHERE change.change > :after AND change.change <= :through AND revision.known_on <= :day
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
    sql, values = _asked(at, after, calendars)
    rows = at.conn.execute(f"{sql} ORDER BY change.change LIMIT :limit", values | {"limit": limit})
    return [_logged(at, row) for row in rows]


def count(at: AsKnown, after: int, calendars: tuple[str, ...] = ()) -> int:
    """How many assertions there are after change number `after`, known by then."""
    sql, values = _asked(at, after, calendars)
    return int(at.conn.execute(f"SELECT COUNT(*) FROM ({sql})", values).fetchone()[0])


def _asked(at: AsKnown, after: int, calendars: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """The statement that finds them, in no order, and its values."""
    sql = _AFTER
    values: dict[str, Any] = {"after": after, "through": at.through, "day": at.day.isoformat()}
    if len(calendars) == 1:
        sql = sql.replace("FROM change", "FROM change INDEXED BY change_by_calendar")
        sql += " AND change.calendar = :calendar AND change.calendar <> ''"
        values["calendar"] = calendars[0]
    elif calendars:
        sql += " AND change.calendar IN (SELECT value FROM json_each(:calendars))"
        values["calendars"] = json.dumps(calendars)
    if at.only:
        sql += _SEEN
        values["only"] = json.dumps(at.only)
    return sql, values


_NEWEST = """
SELECT change.change, change.sort, change.subject, change.calendar, change.recorded_at, change.recorded_by, change.why,
    revision.sequence, revision.known_on, revision.state, revision.sources, revision.replaces
FROM revision INDEXED BY revision_known CROSS JOIN change ON change.change = revision.change
WHERE (revision.known_on, revision.change) < (:before_day, :before_change) AND revision.known_on >= :since
    AND revision.known_on <= :day AND revision.change <= :through AND change.sort <> 'name'{only}
ORDER BY revision.known_on DESC, revision.change DESC LIMIT :limit
"""


def newest(at: AsKnown, limit: int, before: tuple[str, int] = ("9999", 0), since: str = "") -> list[Logged]:
    """Up to `limit` assertions about events, links and calendars that were known by then, those that last became known
    first: those before a (day, change), since a day."""
    values: dict[str, Any] = {"through": at.through, "day": at.day.isoformat(), "limit": limit, "since": since}
    values |= {"before_day": before[0], "before_change": before[1], "only": json.dumps(at.only)}
    only = f" AND change.calendar IN (SELECT value FROM json_each(:only)) {_SEEN}" if at.only else ""
    return [_logged(at, row) for row in at.conn.execute(_NEWEST.format(only=only), values)]


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


_BEFORE = """
SELECT state FROM revision
WHERE subject = :subject AND change < :change AND known_on <= :known_on AND NOT EXISTS (
    SELECT 1 FROM revision AS later
    WHERE later.subject = :subject AND later.replaces = revision.sequence AND later.change < :change)
ORDER BY known_on DESC, sequence DESC LIMIT 1
"""


def _before(conn: sqlite3.Connection, row: sqlite3.Row) -> When | None:
    """The date that stood before this assertion: of the standing revisions known no later, the newest."""
    values = {name: row[name] for name in ("subject", "change", "known_on")}
    found = conn.execute(_BEFORE, values).fetchone()
    return parse(json.loads(found["state"])["when"]) if found else None
