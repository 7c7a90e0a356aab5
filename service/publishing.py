"""Publishing: the feed of a query, as bytes with their tag."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from calendars import feeds, vevent
from schemas.calendars import Calendar
from schemas.errors import FeedNotFound
from schemas.feeds import SavedFeed
from schemas.queries import EventQuery
from schemas.wire.questions import read_query
from service.store import events, feedbytes
from service.store import feeds as feedstore
from service.store.asknown import AsKnown, newest_known
from service.store.timeline import Found, find


@dataclass(frozen=True, slots=True)
class Feed:
    """A published feed: its bytes, their hash, and when they may last have changed."""

    body: bytes
    tag: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A feed that has a name: what it holds, in words, as a query and as the filter language writes that; where it is
    published, from `/`; and how it is kept, None where it is built in."""

    slug: str
    title: str
    query: EventQuery
    text: str
    path: str
    saved: SavedFeed | None = None


def _built_in(slug: str, title: str, query: EventQuery, folder: str = "feeds") -> Named:
    asked = {name: value for name, value in query.asked().items() if name != "sort"}
    return Named(slug, title, query, urlencode(asked, safe=","), f"/{folder}/{slug}.ics")


def named(saved: SavedFeed) -> Named:
    """A saved query as a feed."""
    return Named(saved.slug, saved.title, read_query(saved.text), saved.text, f"/feeds/{saved.slug}.ics", saved)


def every_feed(at: AsKnown) -> list[Named]:
    """Every feed by slug: whole calendars and key meetings as known by then, and all that is saved."""
    built_in = [calendar_feed(at, slug) for slug in at.calendars] + key_meeting_feeds(at)
    taken = {each.slug for each in built_in}
    kept = [named(each) for each in feedstore.every(at.conn) if each.slug not in taken]
    return sorted(built_in + kept, key=lambda each: each.slug)


def calendar_feed(at: AsKnown, slug: str) -> Named:
    """The feed of a whole calendar; raises FeedNotFound."""
    calendar = at.calendars.get(slug)
    if calendar is None:
        raise FeedNotFound(f"There is no calendar {slug} to publish on {at.day}.")
    return _built_in(slug, calendar.name, EventQuery(calendar=(slug,)), "calendars")


def named_feed(at: AsKnown, slug: str) -> Named:
    """A feed by name: `key-meetings`, `<calendar>-key-meetings`, a calendar, a saved query; raises FeedNotFound."""
    every = {each.slug: each for each in every_feed(at)}
    if slug not in every:
        known = f"there are {', '.join(sorted(every))}" if every else "no calendar here declares key meetings"
        raise FeedNotFound(f"There is no feed {slug}: {known}.")
    return every[slug]


def key_meeting_feeds(at: AsKnown) -> list[Named]:
    """The key meetings of all calendars as one feed, then those of each that declares any."""
    declaring = [calendar for calendar in at.calendars.values() if calendar.key_meetings()]
    if not declaring:
        return []
    kinds = sorted({kind for calendar in declaring for kind in calendar.key_meetings()})
    found = [_built_in("key-meetings", "Key meetings", EventQuery(kind=tuple(kinds)))]
    for calendar in declaring:
        query = EventQuery(calendar=(calendar.slug,), kind=calendar.key_meetings())
        found.append(_built_in(f"{calendar.slug}-key-meetings", f"{calendar.name}: key meetings", query))
    return found


def publish(at: AsKnown, query: EventQuery, *, title: str, source: str, public_url: str) -> Feed:
    """The feed of a query. Kept bytes are joined where it asks for the current state; else each event is rendered.

    A feed of what is known today keeps retracted events as cancelled, so that programs drop them; one as known on a
    day asked for does not hold them. `source` is the feed's own address.
    """
    found = find(at, query, retracted=query.as_known_on is None and query.through is None)
    return _join(at, found, [*query.calendar] or list(at.calendars), title=title, source=source, public_url=public_url)


def publish_one(at: AsKnown, id_: str, *, retracted: bool, source: str, public_url: str) -> Feed:
    """The feed of one event, of a retracted one as cancelled unless a day was asked for; raises EventNotFound."""
    found = events.state_at(at, id_, retracted=retracted)
    event = events.hydrate(at, [found])[0]
    return _join(at, [found], [event.calendar], title=event.title, source=source, public_url=public_url)


def _join(
    at: AsKnown, found: Sequence[Found], calendars: Sequence[str], *, title: str, source: str, public_url: str
) -> Feed:
    declared = [at.calendars[slug] for slug in calendars if slug in at.calendars]
    head = feeds.FeedHead(
        name=title,
        description=_description(at, declared),
        color=declared[0].color if declared else "",
        source=source,
        url=f"{public_url}/",
        zone=declared[0].zone if declared else "UTC",
    )
    body = feeds.join(head, _vevents(at, found, public_url))
    return Feed(body, hashlib.sha256(body).hexdigest()[:32], datetime.fromisoformat(feedbytes.changed_at(at)))


def _vevents(at: AsKnown, found: Sequence[Found], public_url: str) -> list[bytes]:
    if at.current and not at.only:
        return feedbytes.read(at.conn, found)
    style = vevent.Style(public_url=public_url)
    return [vevent.render(feedbytes.view_of(at, each), style) for each in found]


def _description(at: AsKnown, calendars: Sequence[Calendar]) -> str:
    """What it holds and the day of its newest report; never how long ago that is, which would change by itself."""
    lines = [calendar.description for calendar in calendars if calendar.description]
    newest = newest_known(at, [calendar.slug for calendar in calendars])
    if newest:
        lines.append(f"Newest report known {newest.day} {newest:%B %Y}.")
    return "\n".join(lines)
