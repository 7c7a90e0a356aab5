"""What the rules of suggestion look at: a calendar's newest events, and those around one of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from schemas.calendars import Calendar
from schemas.errors import EventNotFound
from schemas.links import EventFacts
from schemas.names import Register
from schemas.queries import EventQuery
from schemas.when import parse
from schemas.words import folded
from service.store.asknown import AsKnown, store_path
from service.store.events import standing, state_at
from service.store.facets import places
from service.store.timeline import Found, find

LOOKED_AT = 2_000
"""How many events are looked at, the newest by start; around an event that is asked about, as many again."""
AROUND_DAYS = 60

_ROWS = """
SELECT revision.subject, revision.state, revision.known_on,
    (SELECT MIN(period.known_from) FROM period WHERE period.subject = revision.subject
        AND period.seen_from <= :through AND period.seen_to > :through) AS known_since
FROM revision WHERE revision.change IN (SELECT value FROM json_each(:revisions))
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """What decides the facts of a calendar: which store, its last change, and the standpoint in it.

    Two are the same where these are, whatever connection they are read by.
    """

    path: str
    last: tuple[int, str]
    day: date
    through: int
    only: tuple[str, ...]
    calendar: str
    at: AsKnown = field(compare=False)


def stand(at: AsKnown, calendar: str) -> Stand:
    """Where the facts of a calendar stand."""
    row = at.conn.execute("SELECT change, recorded_at FROM change ORDER BY change DESC LIMIT 1").fetchone()
    last = (row["change"], row["recorded_at"]) if row else (0, "")
    return Stand(store_path(at.conn), last, at.day, at.through, at.only, calendar, at)


def newest(at: AsKnown, calendar: str) -> list[EventFacts]:
    """The newest LOOKED_AT events of a calendar."""
    return _facts(at, find(at, EventQuery(calendar=(calendar,), sort="-starts"), limit=LOOKED_AT))


def around(at: AsKnown, event: EventFacts) -> list[EventFacts]:
    """The events at the place of one, and those within AROUND_DAYS of it."""
    found, places = [], event.sites | event.around
    if places:
        query = EventQuery(calendar=(event.calendar,), place=tuple(sorted(places)), sort="-starts")
        found += find(at, query, limit=LOOKED_AT)
    first, last = event.when.starts_min, event.when.ends_max or event.when.starts_min
    if first and last:
        since, until = _moved(first, -AROUND_DAYS), _moved(last, AROUND_DAYS)
        query = EventQuery(calendar=(event.calendar,), since=since, until=until, sort="-starts")
        found += find(at, query, limit=LOOKED_AT)
    return _facts(at, found)


def one(at: AsKnown, id_: str) -> EventFacts | None:
    """One event; None where it is not visible."""
    try:
        return _facts(at, [state_at(at, id_)])[0]
    except EventNotFound:
        return None


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days)
    except OverflowError:
        return day


def _facts(at: AsKnown, found: Iterable[Found]) -> list[EventFacts]:
    register = at.register
    revisions = json.dumps([each.revision for each in found])
    rows = at.conn.execute(_ROWS, {"through": at.through, "revisions": revisions})
    return [_one(at, register, row, json.loads(row["state"])) for row in rows]


def _one(at: AsKnown, register: Register, row: sqlite3.Row, state: dict[str, Any]) -> EventFacts:
    calendar = at.calendars.get(state["calendar"])
    kind = calendar.kind(state["kind"]) if calendar else None
    group = kind.group if kind else "other"
    place = state.get("place", {})
    sites, around = _where(place, register)
    programme = register.slug("programme", state["programme"]) if state.get("programme") else None
    province = register.slug("place", place["province"]) if place.get("province") else None
    people = frozenset(register.slug("person", each) for each in state.get("people", ()))
    bodies = frozenset(register.slug("body", each) for each in state.get("bodies", ()))
    named = [
        *(("place", slug) for slug in sites | around | ({province} if province else set())),
        *(("person", slug) for slug in people),
        *(("body", slug) for slug in bodies),
        *([("programme", programme)] if programme else []),
    ]
    return EventFacts(
        id=row["subject"],
        calendar=state["calendar"],
        kind=state["kind"],
        group=group,
        key_meeting=bool(kind and kind.key_meeting),
        status=state["status"],
        title=state["title"],
        when=parse(state["when"]),
        known_since=date.fromisoformat(row["known_since"]),
        known_on=date.fromisoformat(row["known_on"]),
        words=frozenset(folded(state["title"]).split()),
        sites=sites,
        around=around,
        province=province,
        abroad=_abroad(place, calendar),
        programme=programme,
        people=people,
        bodies=bodies,
        themes=frozenset(state.get("themes", ())),
        convened=_convened(at, row["subject"]) if group == "meeting" else (),
        names={slug: register.spelling(type_, slug, at.day) for type_, slug in named},
    )


def _where(place: dict[str, Any], register: Register) -> tuple[frozenset[str], frozenset[str]]:
    """The place's own slug, and those of all around it but the province and what that lies in."""
    outer = places({"province": place["province"]}, register) if place.get("province") else set()
    own = {register.slug("place", place["name"])} - outer if place.get("name") else set()
    return frozenset(own), frozenset(places(place, register) - outer - own)


def _abroad(place: dict[str, Any], calendar: Calendar | None) -> str | None:
    country: str | None = place.get("country")
    return country if calendar and calendar.country and country != calendar.country else None


def _convened(at: AsKnown, id_: str) -> tuple[date, ...]:
    """The days on which an announced date became known that was not known so before."""
    found, before = [], None
    for row in standing(at, id_):
        stated = (row.state["status"], row.state["when"])
        if stated[0] == "announced" and stated != before:
            found.append(date.fromisoformat(row.known_on))
        before = stated
    return tuple(found)
