"""Links as read back: seen from one of their ends, and only where both ends are visible."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemas.errors import LinkNotFound
from schemas.events import FarEnd, Link, LinkSeen, gap_days
from schemas.links import LinkQuery, LinkRecorded
from schemas.when import When, parse
from service.store.asknown import AsKnown
from service.store.database import OPEN_CHANGE, OPEN_DAY
from service.store.revisions import rows_of
from service.store.states import said_by, source

STANDS = "{0}.seen_from <= :through AND {0}.seen_to > :through AND {0}.known_from <= :day AND {0}.known_to > :day"
"""Whether a rectangle is the state of its subject as known on :day through :through."""

SHOWN = f"""{STANDS} AND {{0}}.status <> 'retracted'
    AND (:only = '[]' OR {{0}}.calendar IN (SELECT value FROM json_each(:only)))"""
"""Whether a rectangle is that of an event in answers, and of a calendar that the reader may see."""

_SEEN = """
SELECT link.subject, link.rel, link.state, link.from_event = :id AS is_subject, far.subject AS far_id,
    revision.state AS far_state, MAX(change.recorded_at, far_change.recorded_at) AS recorded_at
FROM link_period AS link
JOIN change ON change.change = link.revision
JOIN period AS far ON far.subject = {far}
JOIN revision ON revision.change = far.revision
JOIN change AS far_change ON far_change.change = far.revision
WHERE link.{near} = :id AND link.state <> 'retracted' AND far.status <> 'retracted' AND {link_stands} AND {far_stands}
"""

_OF = " UNION ALL ".join(
    _SEEN.format(near=near, far=f"link.{far}", link_stands=STANDS.format("link"), far_stands=STANDS.format("far"))
    for near, far in (("from_event", "to_event"), ("to_event", "from_event"))
)

ENDS_SHOWN = f"""2 = (SELECT COUNT(DISTINCT far.subject) FROM period AS far
        WHERE far.subject IN (link.from_event, link.to_event) AND {SHOWN.format("far")})"""
"""Whether both ends of a link are visible."""

VISIBLE = f"""{STANDS.format("link")} AND link.state <> 'retracted'
    AND {ENDS_SHOWN}"""
"""Whether a link is in answers: it stands, is not retracted, and both its ends are visible."""

_LIST = f"""
SELECT link.subject AS id, link.revision, link.known_from FROM link_period AS link
JOIN change ON change.change = link.revision
WHERE {VISIBLE}
"""

_WHOLE = """
SELECT revision.*, change.recorded_at, change.recorded_by, change.calendar, change.why FROM revision
JOIN change ON change.change = revision.change WHERE revision.change = ?
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
WHERE link.{near} = :id AND {STANDS.format("link")} AND {STANDS.format("far")}"""
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
        other_status=far["status"],
        other_said_by=said_by(far),
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
    found = at.conn.execute(
        f"SELECT link.revision FROM link_period AS link WHERE link.subject = :id AND {VISIBLE}",
        standpoint_values(at) | {"id": id_},
    ).fetchone()
    if found is None:
        raise LinkNotFound(f"No link {id_} is known on {at.day}.")
    return _whole(at, found["revision"])


def newest(at: AsKnown, id_: str) -> Link:
    """The current state of a link, also of a retracted one; raises LinkNotFound."""
    row = at.conn.execute(
        "SELECT revision FROM link_period WHERE subject = ? AND seen_to = ? AND known_to = ?",
        (id_, OPEN_CHANGE, OPEN_DAY),
    ).fetchone()
    if row is None:
        raise LinkNotFound(f"No link {id_} is known on {at.day}.")
    return _whole(at, row["revision"])


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link's place in the order of lists, and the revision (its change number) that is its state."""

    known_from: str
    id: str
    revision: int


def find(at: AsKnown, query: LinkQuery, *, limit: int, after: tuple[str, str] = ("", "")) -> list[FoundLink]:
    """The links of a query by (the day their state became known, id), at most `limit`, after such a pair."""
    sql, values = _asked(at, query)
    values |= {"after_day": after[0], "after_id": after[1], "limit": limit}
    sql += " AND (link.known_from, link.subject) > (:after_day, :after_id)"
    rows = at.conn.execute(f"{sql} ORDER BY link.known_from, link.subject LIMIT :limit", values)
    return [FoundLink(row["known_from"], row["id"], row["revision"]) for row in rows]


def count(at: AsKnown, query: LinkQuery) -> int:
    """How many links a query finds."""
    sql, values = _asked(at, query)
    return int(at.conn.execute(f"SELECT COUNT(*) FROM ({sql})", values).fetchone()[0])


def _asked(at: AsKnown, query: LinkQuery) -> tuple[str, dict[str, Any]]:
    """The statement that finds the links of a query, in no order, and its values."""
    sql, values = _LIST, standpoint_values(at)
    for column, asked in (("change.calendar", query.calendar), ("link.rel", query.rel), ("link.state", query.state)):
        if asked:
            sql += f" AND {column} IN (SELECT value FROM json_each(:{column.replace('.', '_')}))"
            values[column.replace(".", "_")] = json.dumps(asked)
    if query.event:
        sql += " AND :event IN (link.from_event, link.to_event)"
        values["event"] = query.event
    return sql, values


def hydrate(at: AsKnown, found: Sequence[FoundLink]) -> list[Link]:
    """Whole links for what a query found, in its order."""
    return [_whole(at, each.revision) for each in found]


def history(at: AsKnown, id_: str) -> list[LinkRecorded]:
    """A link's revisions known by then, by (known_on, sequence); raises LinkNotFound."""
    one(at, id_)
    rows = rows_of(at.conn, id_, at.through)
    replaced = {row.replaces for row in rows}
    known = [row for row in rows if row.known_on <= at.day.isoformat()]
    found = []
    for row in sorted(known, key=lambda row: (row.known_on, row.sequence)):
        why = at.conn.execute("SELECT why FROM change WHERE change = ?", (row.change,)).fetchone()["why"]
        found.append(LinkRecorded(_whole(at, row.change), why, row.sequence in replaced))
    return found


def drawn(at: AsKnown, ids: Iterable[str]) -> set[tuple[str, str, str]]:
    """The (rel, subject, target) of every link of these events' own that stands by then, in any state."""
    rows = at.conn.execute(
        "SELECT link.rel, link.from_event, link.to_event FROM link_period AS link"
        " WHERE link.from_event IN (SELECT value FROM json_each(:ids)) AND link.state <> 'retracted'"
        f" AND {STANDS.format('link')}",
        standpoint_values(at) | {"ids": json.dumps(sorted(set(ids)))},
    )
    return {(rel, subject, target) for rel, subject, target in rows}


def between(at: AsKnown, calendar: str, states: Sequence[str]) -> set[tuple[str, str, str]]:
    """The (rel, subject, target) of every link of a calendar that stands by then in one of `states`."""
    rows = at.conn.execute(
        "SELECT link.rel, link.from_event, link.to_event FROM link_period AS link JOIN change"
        " ON change.change = link.revision"
        f" WHERE change.calendar = :calendar AND {STANDS.format('link')}"
        " AND link.state IN (SELECT value FROM json_each(:states))",
        standpoint_values(at) | {"calendar": calendar, "states": json.dumps(list(states))},
    )
    return {(rel, subject, target) for rel, subject, target in rows}


def standpoint_values(at: AsKnown) -> dict[str, Any]:
    """What STANDS, SHOWN and VISIBLE ask for."""
    return {"day": at.day.isoformat(), "through": at.through, "only": json.dumps(at.only)}


def _whole(at: AsKnown, revision: int) -> Link:
    """A revision of a link, its ends as known by then."""
    row = at.conn.execute(_WHOLE, (revision,)).fetchone()
    state = json.loads(row["state"])
    near, far = (_end(at, state[end]) for end in ("subject", "target"))
    known = [
        each.sequence for each in rows_of(at.conn, row["subject"], at.through) if each.known_on <= at.day.isoformat()
    ]
    return Link(
        id=row["subject"],
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
        f" WHERE period.subject = :id AND {STANDS.format('period')}",
        {"id": id_, "day": at.day.isoformat(), "through": at.through},
    ).fetchone()
    state = json.loads(row["state"])
    return FarEnd(id_, state["title"], parse(state["when"]))


def parents(at: AsKnown, calendar: str) -> dict[str, set[str]]:
    """By event of a calendar, the events it is asserted to be part of."""
    rows = at.conn.execute(
        "SELECT link.from_event, link.to_event FROM link_period AS link"
        " JOIN change ON change.change = link.revision AND change.calendar = :calendar"
        f" WHERE link.rel = 'part_of' AND link.state = 'asserted' AND {VISIBLE}",
        standpoint_values(at) | {"calendar": calendar},
    )
    found: dict[str, set[str]] = {}
    for part, whole in rows:
        found.setdefault(part, set()).add(whole)
    return found
