"""Events as read back: one, a page of them, their revisions, and the views that feeds are made of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from schemas.errors import EventNotFound
from schemas.events import Event, EventView, Recorded, SaidBy, Source
from schemas.names import Register
from schemas.when import When, parse
from service.store import links
from service.store.asknown import AsKnown
from service.store.database import LATEST
from service.store.revisions import Row, rows_of, timeline
from service.store.states import place, said_by, source, spelled
from service.store.timeline import Found

_ROW = """
SELECT revision.change, revision.subject, revision.sequence, revision.known_on, revision.state,
    change.recorded_at, change.recorded_by, change.why,
    (SELECT MAX(other.sequence) FROM revision AS other WHERE other.subject = revision.subject
        AND other.known_on <= :day AND other.change <= :through) AS last_sequence
FROM revision JOIN change ON change.change = revision.change
WHERE revision.change IN (SELECT value FROM json_each(:changes))
"""

_BROUGHT = """
SELECT subject, sequence, known_on, replaces, sources FROM revision
WHERE subject IN (SELECT value FROM json_each(:ids)) AND change <= :through ORDER BY known_on, sequence
"""

_STATE_AT = """
SELECT revision, status FROM period WHERE subject = :id
    AND seen_from <= :through AND seen_to > :through AND known_from <= :day AND known_to > :day
"""


def state_at(at: AsKnown, id_: str, *, retracted: bool = False) -> Found:
    """Which revision is an event's state; raises EventNotFound, in the same words for one unknown, unknown yet or
    retracted (unless `retracted` asks for these too)."""
    row = at.conn.execute(_STATE_AT, {"id": id_} | _standpoint(at)).fetchone()
    if row is None or (row["status"] == "retracted" and not retracted):
        raise EventNotFound(f"No event {id_} is known on {at.day}.")
    return Found("", id_, row["revision"])


def one(at: AsKnown, id_: str, *, sources: bool = True) -> Event:
    """An event by id; raises EventNotFound."""
    return hydrate(at, [state_at(at, id_)], sources=sources)[0]


def hydrate(at: AsKnown, found: Sequence[Found], *, sources: bool = False) -> list[Event]:
    """Whole events for what a query found, in its order; `sources` brings those of every revision known by then."""
    register = at.register
    asked = {"changes": json.dumps([each.revision for each in found])}
    rows = {row["change"]: dict(row) for row in at.conn.execute(_ROW, asked | _standpoint(at))}
    brought = _sources(at, [each.id for each in found]) if sources else {}
    return [
        _event(at, register, row, json.loads(row["state"]), brought.get(each.id, ()))
        for each in found
        for row in (rows[each.revision],)
    ]


def _standpoint(at: AsKnown) -> dict[str, Any]:
    return {"day": at.day.isoformat(), "through": at.through}


def _event(
    at: AsKnown, register: Register, row: dict[str, Any], state: dict[str, Any], sources: Sequence[Source]
) -> Event:
    calendar = at.calendars.get(state["calendar"])
    kind = calendar.kind(state["kind"]) if calendar else None
    return Event(
        id=row["subject"],
        calendar=state["calendar"],
        zone=calendar.zone if calendar else "UTC",
        kind=state["kind"],
        group=kind.group if kind else "other",
        title=state["title"],
        when=parse(state["when"]),
        status=state["status"],
        said_by=said_by(state),
        sequence=row["sequence"],
        last_sequence=row["last_sequence"],
        known_on=date.fromisoformat(row["known_on"]),
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
        place=place(state, register, at.day),
        people=spelled(state, "people", "person", register, at.day),
        bodies=spelled(state, "bodies", "body", register, at.day),
        themes=tuple(state.get("themes", ())),
        programme=register.spelling("programme", state["programme"], at.day) if state.get("programme") else None,
        note=state.get("note"),
        sources=tuple(sources),
    )


def standing(at: AsKnown, id_: str) -> list[Row]:
    """The revisions of an event that are known by then and not replaced, by (known_on, sequence)."""
    rows = rows_of(at.conn, id_, at.through)
    replaced = {row.replaces for row in rows if row.replaces is not None}
    day = at.day.isoformat()
    kept = [row for row in rows if row.sequence not in replaced and row.known_on <= day]
    return sorted(kept, key=lambda row: (row.known_on, row.sequence))


def _sources(at: AsKnown, ids: Sequence[str]) -> dict[str, list[Source]]:
    """By event, those that its standing revisions brought, each once, in the order they came to be known: of one day,
    those whose instant is known in the order of these, before the others."""
    rows = at.conn.execute(_BROUGHT, {"ids": json.dumps(ids), "through": at.through}).fetchall()
    replaced = {(row["subject"], row["replaces"]) for row in rows}
    found: dict[str, dict[Source, str]] = {id_: {} for id_ in ids}
    for row in rows:
        if row["known_on"] <= at.day.isoformat() and (row["subject"], row["sequence"]) not in replaced:
            for each in json.loads(row["sources"]):
                found[row["subject"]].setdefault(source(each), row["known_on"])
    return {id_: _by_instant(each) for id_, each in found.items()}


def _by_instant(known_on: dict[Source, str]) -> list[Source]:
    def when(shown: Source) -> tuple[str, bool, datetime]:
        moment = shown.published_at
        at = datetime.fromisoformat(moment) if moment else datetime.max.replace(tzinfo=UTC)
        return known_on[shown], moment is None, at

    return sorted(known_on, key=when)


def history(at: AsKnown, id_: str, *, retracted: bool = False) -> list[tuple[Recorded | None, Recorded]]:
    """An event's revisions known by then, by (known_on, sequence), each beside the standing one before it; raises
    EventNotFound. A revision that was replaced is shown as such, and nothing is compared with it."""
    state_at(at, id_, retracted=retracted)
    register = at.register
    every = rows_of(at.conn, id_, at.through)
    replaced = {row.replaces for row in every}  # from the change that replaces it on, whatever day that is known from
    rows = [row for row in every if row.known_on <= at.day.isoformat()]
    pairs: list[tuple[Recorded | None, Recorded]] = []
    before = None
    for row in sorted(rows, key=lambda row: (row.known_on, row.sequence)):
        recorded = _recorded(at, register, row, row.sequence in replaced)
        pairs.append((before, recorded))
        if not recorded.replaced:
            before = recorded
    return pairs


def _recorded(at: AsKnown, register: Register, row: Row, replaced: bool) -> Recorded:
    full = dict(
        at.conn.execute(
            "SELECT revision.*, change.recorded_at, change.recorded_by, change.why FROM revision"
            " JOIN change ON change.change = revision.change WHERE revision.change = ?",
            (row.change,),
        ).fetchone()
    )
    full["last_sequence"] = row.sequence
    brought = [source(each) for each in json.loads(full["sources"])]
    return Recorded(_event(at, register, full, row.state, brought), full["why"], replaced)


def doubles(at: AsKnown, id_: str) -> str | None:
    """The visible event that a retracted one doubles, by the `same_as` of its retraction and of those it leads to.

    None where the doubled one, or this, is not known yet: then nothing tells that there ever was this id.
    """
    rows = rows_of(at.conn, id_, at.through)
    if not rows or min(row.known_on for row in rows) > at.day.isoformat():
        return None
    other = stays(at.conn, id_, at.through)
    if other == id_:
        return None
    found = at.conn.execute(_STATE_AT, {"id": other, "day": at.day.isoformat(), "through": at.through}).fetchone()
    return other if found and found["status"] != "retracted" else None


def stays(conn: sqlite3.Connection, id_: str, through: int = LATEST) -> str:
    """The event that stays, of all that are recordings of one act: followed from retraction to retraction."""
    seen = {id_}
    while True:
        spans = timeline(rows_of(conn, id_, through))
        other = spans[0].row.state.get("same_as") if spans and spans[0].row.retracts else None
        if other is None or other in seen:
            return id_
        seen.add(other)
        id_ = other


def view(at: AsKnown, event: Event) -> EventView:
    """All that an event's VEVENT is made of."""
    seen = tuple(link for link in links.of(at, event.id, event.when) if link.state == "asserted")
    rows = standing(at, event.id)
    before, before_said_by = _before(rows, event)
    return EventView(
        event=event,
        before=before,
        before_said_by=before_said_by,
        links=seen,
        known_since=_known_since(rows, event),
        changed_at=max(_last_recorded(at, event.id), links.last_recorded(at, event.id)),
    )


def _last_recorded(at: AsKnown, id_: str) -> str:
    """When the newest of an event's revisions known by then was written: a late one too adds a source or what was
    before."""
    row = at.conn.execute(
        "SELECT MAX(change.recorded_at) FROM revision JOIN change ON change.change = revision.change"
        " WHERE revision.subject = ? AND revision.known_on <= ? AND revision.change <= ?",
        (id_, at.day.isoformat(), at.through),
    ).fetchone()
    return str(row[0])


def _before(rows: Sequence[Row], event: Event) -> tuple[When | None, SaidBy | None]:
    for row in reversed(rows):
        if row.state["when"] != event.when.edtf:
            return parse(row.state["when"]), said_by(row.state)
    return None, None


def newest_state(conn: sqlite3.Connection, id_: str) -> Found:
    """The current state of an event, also of a retracted one; raises EventNotFound."""
    row = conn.execute(
        "SELECT starts_min, revision FROM period WHERE subject = ?"
        " AND seen_to = 9007199254740991 AND known_to = '9999-12-31'",
        (id_,),
    ).fetchone()
    if row is None:
        raise EventNotFound(f"No event {id_} is known.")
    return Found(row["starts_min"], id_, row["revision"])


def known_since(at: AsKnown, event: Event) -> date:
    """The day since which the event's date, status and sayer stand as they do; later sources alone move nothing."""
    return _known_since(standing(at, event.id), event)


def _known_since(rows: Sequence[Row], event: Event) -> date:
    since = event.known_on
    for row in reversed(rows):
        stated = (row.state["when"], row.state["status"], said_by(row.state))
        if stated != (event.when.edtf, event.status, event.said_by):
            break
        since = date.fromisoformat(row.known_on)
    return since
