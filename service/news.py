"""What became known, newest first: new events, dates that moved, links, declarations, as known on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.errors import EventNotFound, LinkNotFound
from schemas.events import Event, Link, Logged
from schemas.vocabulary import RETRACTED
from schemas.when import When
from service.store import belonging, changes, events, links
from service.store.asknown import AsKnown
from service.store.belonging import Retraction

MOST_IN_A_WEEK = 200


@dataclass(frozen=True, slots=True)
class News:
    """One assertion: what it says of which event (as it stood by it), link or calendar, or which event it retracts;
    `before` is the date that stood before it, where it moved. `recorded_at` is None where that lies after the day
    asked: a late entry."""

    change: int
    known_on: date
    recorded_by: str
    recorded_at: str | None
    why: str | None
    sort: str
    first: bool
    calendar: str
    event: Event | None = None
    status: str | None = None
    when: When | None = None
    before: When | None = None
    link: Link | None = None
    retraction: Retraction | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of news, and the place of the last assertion looked at, None at the end."""

    items: list[News]
    after: tuple[str, int] | None


def leaf(at: AsKnown, limit: int, before: tuple[str, int] | None = None, *, retracted: bool = False) -> Leaf:
    """The newest assertions before a place; those about what is not visible, or was retracted, are passed over.

    `retracted` is for who asks for today: then it is told of an event that it was retracted. As known on a day asked
    for there was no such event."""
    logged = changes.newest(at, limit + 1, before or ("9999", 0))
    shown = logged[:limit]
    more = len(logged) > limit
    return Leaf(_read(at, shown, retracted=retracted), (shown[-1].known_on, shown[-1].change) if more else None)


def of_week(at: AsKnown) -> list[News]:
    """What moved on the seven days up to the day asked: dates that are others now, and what was newly announced or
    expected. New reports of what was held are not among it."""
    since = (at.day - timedelta(6)).isoformat()
    found = _read(at, changes.newest(at, MOST_IN_A_WEEK, since=since))
    return [each for each in found if each.event and (each.before or (each.first and each.status != "held"))]


def _read(at: AsKnown, logged: Sequence[Logged], *, retracted: bool = False) -> list[News]:
    return [news for each in logged if (news := _news(at, each, retracted))]


def _news(at: AsKnown, logged: Logged, retracted: bool) -> News | None:
    event, link, retraction = None, None, None
    try:
        if logged.sort == "event" and logged.state.get("status") == RETRACTED:
            retraction = _standing(at, logged) if retracted else None
            if retraction is None:
                return None
        elif logged.sort == "event":
            event = events.one(at, logged.subject, sources=False)
        elif logged.sort == "link":
            link = links.one(at, logged.subject)
    except (EventNotFound, LinkNotFound):
        return None
    moved = logged.before is not None and logged.before != logged.after
    recorded = datetime.fromisoformat(logged.recorded_at).date() <= at.day
    return News(
        change=logged.change,
        known_on=date.fromisoformat(logged.known_on),
        recorded_by=logged.recorded_by,
        recorded_at=logged.recorded_at if recorded else None,
        why=logged.why,
        sort=logged.sort,
        first=logged.before is None and logged.sequence == 0,
        calendar=logged.calendar,
        event=event,
        status=logged.state.get("status"),
        when=logged.after,
        before=logged.before if moved else None,
        link=link,
        retraction=retraction,
    )


def _standing(at: AsKnown, logged: Logged) -> Retraction | None:
    """The retraction that an assertion is, unless it was itself replaced since."""
    found = belonging.retraction(at.conn, logged.subject)
    return found if found and found.change == logged.change else None
