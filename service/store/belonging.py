"""To which calendars a record belongs: an event to its own, a link to those of both its ends; and to none any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_CALENDARS = """
SELECT calendar FROM change WHERE sort IN ('event', 'link') AND subject = :id
UNION
SELECT far.calendar FROM revision JOIN change AS far ON far.sort = 'event'
    AND far.subject IN (json_extract(revision.state, '$.subject'), json_extract(revision.state, '$.target'))
WHERE revision.subject = :id
"""


@dataclass(frozen=True, slots=True)
class Retraction:
    """That an event was retracted: by which change, what it was called and in which calendar, since which day, by whom
    and why; `double` says that it doubles another, to which its address leads."""

    event: str
    change: int
    calendar: str
    title: str
    known_on: date
    by: str
    why: str | None
    double: bool


_RETRACTION = """
SELECT change.change, change.calendar, json_extract(revision.state, '$.title') AS title, period.known_from,
    change.recorded_by, change.why, json_extract(revision.state, '$.same_as') AS same_as
FROM period JOIN change ON change.change = period.revision JOIN revision ON revision.change = period.revision
WHERE period.subject = ? AND seen_to = 9007199254740991 AND known_to = '9999-12-31' AND status = 'retracted'
"""


def is_retracted(conn: sqlite3.Connection, id_: str) -> bool:
    """Whether an event was retracted, so that it is in no answer on any day."""
    return retraction(conn, id_) is not None


def retraction(conn: sqlite3.Connection, id_: str) -> Retraction | None:
    """How an event was retracted; None for one that was not."""
    row = conn.execute(_RETRACTION, (id_,)).fetchone()
    if row is None:
        return None
    return Retraction(
        event=id_,
        change=row["change"],
        calendar=row["calendar"],
        title=row["title"],
        known_on=date.fromisoformat(row["known_from"]),
        by=row["recorded_by"],
        why=row["why"],
        double=row["same_as"] is not None,
    )


_STARTS = """
SELECT starts_min, starts_max FROM period WHERE subject = :id AND seen_to = 9007199254740991
ORDER BY known_from > :day, CASE WHEN known_from > :day THEN known_from END, known_from DESC LIMIT 1
"""


def starts_of(conn: sqlite3.Connection, id_: str, day: date) -> tuple[str, str]:
    """The first and the last day on which an event may begin, as known on a day, or when it first was known after."""
    first, last = conn.execute(_STARTS, {"id": id_, "day": day.isoformat()}).fetchone()
    return first, last


def first_known(conn: sqlite3.Connection, id_: str) -> date:
    """The first day on which an event that is recorded is known, as the store stands."""
    sql = "SELECT MIN(known_from) FROM period WHERE subject = ? AND seen_to = 9007199254740991"
    return date.fromisoformat(conn.execute(sql, (id_,)).fetchone()[0])


def calendars_of(conn: sqlite3.Connection, subjects: Iterable[str]) -> set[str]:
    """The calendars of the events and links named, whatever is known of them; none for an id that nothing has."""
    return {row[0] for id_ in subjects for row in conn.execute(_CALENDARS, {"id": id_})}


def calendar_of_event(conn: sqlite3.Connection, id_: str) -> str | None:
    """The calendar of an event, whatever is known of it; None for an id that no event has."""
    row = conn.execute("SELECT calendar FROM change WHERE sort = 'event' AND subject = ? LIMIT 1", (id_,)).fetchone()
    return str(row["calendar"]) if row else None
