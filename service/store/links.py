"""Links as read back: seen from one of their ends, and only where both ends are visible."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import Any

from schemas.errors import LinkNotFound
from schemas.events import FarEnd, Link, LinkSeen, gap_days
from schemas.when import When, parse
from service.store.asknown import AsKnown
from service.store.revisions import rows_of
from service.store.states import source

_STANDS = "{0}.seen_from <= :through AND {0}.seen_to > :through AND {0}.known_from <= :day AND {0}.known_to > :day"

_SEEN = """
SELECT link.subject, link.rel, link.state, link.from_event = :id AS is_subject, far.subject AS far_id,
    revision.state AS far_state, MAX(change.recorded_at, far_change.recorded_at) AS recorded_at
FROM link_period AS link
JOIN change ON change.change = link.revision
JOIN period AS far ON far.subject = {far}
JOIN revision ON revision.change = far.revision
JOIN change AS far_change ON far_change.change = far.revision
WHERE link.{near} = :id AND far.status <> 'retracted' AND {link_stands} AND {far_stands}
"""

_OF = " UNION ALL ".join(
    _SEEN.format(near=near, far=f"link.{far}", link_stands=_STANDS.format("link"), far_stands=_STANDS.format("far"))
    for near, far in (("from_event", "to_event"), ("to_event", "from_event"))
)

_STATE_AT = f"""
SELECT link.revision FROM link_period AS link WHERE link.subject = :id AND {_STANDS.format("link")}
    AND 2 = (SELECT COUNT(DISTINCT far.subject) FROM period AS far
        WHERE far.subject IN (link.from_event, link.to_event) AND far.status <> 'retracted'
            AND {_STANDS.format("far")})
"""


def of(at: AsKnown, id_: str, when: When) -> list[LinkSeen]:
    """The links of an event, of any state, by (rel, direction, other id); those to events the reader may see."""
    rows = at.conn.execute(_OF, {"id": id_, "day": at.day.isoformat(), "through": at.through})
    seen = [link for row in rows if at.shows((link := _seen(dict(row), when)).other_calendar)]
    return sorted(seen, key=lambda link: (link.rel, link.direction, link.other_id, link.id))


_TOUCHED = " UNION ALL ".join(
    f"""
SELECT MAX(change.recorded_at, far_change.recorded_at) AS recorded_at FROM link_period AS link
JOIN change ON change.change = link.revision
JOIN period AS far ON far.subject = link.{far}
JOIN change AS far_change ON far_change.change = far.revision
WHERE link.{near} = :id AND {_STANDS.format("link")} AND {_STANDS.format("far")}"""
    for near, far in (("from_event", "to_event"), ("to_event", "from_event"))
)


def last_recorded(at: AsKnown, id_: str) -> str:
    """When the newest of what an event's links show was written, those rejected or retracted at their other end too:
    what goes away is a change as well. Empty where there is none."""
    row = at.conn.execute(
        f"SELECT MAX(recorded_at) FROM ({_TOUCHED})", {"id": id_, "day": at.day.isoformat(), "through": at.through}
    ).fetchone()
    return row[0] or ""


def _seen(row: dict[str, Any], when: When) -> LinkSeen:
    far = json.loads(row["far_state"])
    far_when = parse(far["when"])
    return LinkSeen(
        id=row["subject"],
        rel=row["rel"],
        direction="out" if row["is_subject"] else "in",
        state=row["state"],
        other_id=row["far_id"],
        other_calendar=far["calendar"],
        other_title=far["title"],
        other_when=far_when,
        gap_days=gap_days(when, far_when),
        recorded_at=row["recorded_at"],
    )


def neighbours(conn: sqlite3.Connection, id_: str) -> set[str]:
    """The events at the other ends of every link that an event ever had."""
    rows = conn.execute(
        "SELECT to_event FROM link_period WHERE from_event = :id"
        " UNION SELECT from_event FROM link_period WHERE to_event = :id",
        {"id": id_},
    )
    return {row[0] for row in rows}


def one(at: AsKnown, id_: str) -> Link:
    """A link by id; raises LinkNotFound, also where one of its ends is not visible."""
    values = {"id": id_, "day": at.day.isoformat(), "through": at.through}
    found = at.conn.execute(_STATE_AT, values).fetchone()
    if found is None:
        raise LinkNotFound(f"No link {id_} is known on {at.day}.")
    row = at.conn.execute(
        "SELECT revision.*, change.recorded_at, change.recorded_by, change.calendar, change.why FROM revision"
        " JOIN change ON change.change = revision.change WHERE revision.change = ?",
        (found["revision"],),
    ).fetchone()
    state = json.loads(row["state"])
    near, far = (_end(at, state[end]) for end in ("subject", "target"))
    known = [each.sequence for each in rows_of(at.conn, id_, at.through) if each.known_on <= at.day.isoformat()]
    return Link(
        id=id_,
        calendar=row["calendar"],
        rel=state["rel"],
        subject=near,
        target=far,
        state=state["state"],
        gap_days=gap_days(near.when, far.when),
        evidence=state.get("evidence"),
        sources=tuple(source(each) for each in json.loads(row["sources"])),
        sequence=row["sequence"],
        last_sequence=max(known),
        known_on=date.fromisoformat(row["known_on"]),
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
    )


def _end(at: AsKnown, id_: str) -> FarEnd:
    row = at.conn.execute(
        "SELECT revision.state FROM period JOIN revision ON revision.change = period.revision"
        f" WHERE period.subject = :id AND {_STANDS.format('period')}",
        {"id": id_, "day": at.day.isoformat(), "through": at.through},
    ).fetchone()
    state = json.loads(row["state"])
    return FarEnd(id_, state["title"], parse(state["when"]))


def reaches(at: AsKnown, rel: str, start: str, goal: str) -> bool:
    """Whether asserted links of `rel` lead from event `start` to event `goal`, over any number of steps."""
    values = {"day": at.day.isoformat(), "through": at.through, "rel": rel, "start": start, "goal": goal}
    row = at.conn.execute(
        "WITH RECURSIVE reach (id) AS (SELECT :start UNION SELECT link.to_event FROM reach"
        " JOIN link_period AS link ON link.from_event = reach.id"
        f" WHERE link.rel = :rel AND link.state = 'asserted' AND {_STANDS.format('link')})"
        " SELECT 1 FROM reach WHERE id = :goal",
        values,
    ).fetchone()
    return row is not None


def parents(at: AsKnown, calendar: str) -> dict[str, set[str]]:
    """By event of a calendar, the events it is asserted to be part of."""
    rows = at.conn.execute(
        "SELECT link.from_event, link.to_event FROM link_period AS link"
        " JOIN change ON change.change = link.revision AND change.calendar = :calendar"
        f" WHERE link.rel = 'part_of' AND link.state = 'asserted' AND {_STANDS.format('link')}"
        " AND 2 = (SELECT COUNT(DISTINCT far.subject) FROM period AS far"
        " WHERE far.subject IN (link.from_event, link.to_event) AND far.status <> 'retracted'"
        f" AND {_STANDS.format('far')})",
        {"day": at.day.isoformat(), "through": at.through, "calendar": calendar},
    )
    found: dict[str, set[str]] = {}
    for part, whole in rows:
        found.setdefault(part, set()).add(whole)
    return found
