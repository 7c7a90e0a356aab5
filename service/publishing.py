"""Publishing: the feed of a query, as bytes with their tag."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from calendars import feeds, vevent
from schemas.calendars import Calendar
from schemas.errors import FeedNotFound
from schemas.events import EventView
from schemas.feeds import KEY_MEETINGS, PLAIN, FeedOptions, SavedFeed
from schemas.queries import EventQuery
from schemas.vocabulary import STATUSES
from schemas.wire.questions import read_query
from service.shelf import Feed, Shelf
from service.store import events, feedbytes
from service.store import feeds as feedstore
from service.store.asknown import AsKnown, last_change, store_path
from service.store.timeline import Found, find


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
    """Every feed by slug: all that is saved, whole calendars, and key meetings as known by then.

    A saved query keeps its slug where a calendar comes later whose own feed would have it: those who subscribed go on
    getting what they subscribed to, and the calendar is at /calendars/<slug>.ics in any case."""
    built_in = [calendar_feed(at, slug) for slug in at.calendars] + key_meeting_feeds(at)
    kept = [named(each) for each in feedstore.every(at.conn)]
    return [feed for _, feed in sorted({each.slug: each for each in built_in + kept}.items())]


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
        raise FeedNotFound(f"There is no feed {slug}: `GET /api/v1/feeds` lists those there are.")
    return every[slug]


def query_title(query: EventQuery) -> str:
    """What a feed of any query is called: what it asks."""
    conditions = {name: value for name, value in query.asked().items() if name != "sort"}
    return "Leadup: " + (", ".join(f"{name} {value}" for name, value in conditions.items()) or "every event")


def key_meeting_feeds(at: AsKnown) -> list[Named]:
    """The key meetings of all calendars as one feed, then those of each that declares any."""
    declaring = [calendar for calendar in at.calendars.values() if calendar.key_meetings()]
    if not declaring:
        return []
    kinds = sorted({kind for calendar in declaring for kind in calendar.key_meetings()})
    found = [_built_in(KEY_MEETINGS, "Key meetings", EventQuery(kind=tuple(kinds)))]
    for calendar in declaring:
        query = EventQuery(calendar=(calendar.slug,), kind=calendar.key_meetings())
        found.append(_built_in(f"{calendar.slug}-{KEY_MEETINGS}", f"{calendar.name}: key meetings", query))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """As what a feed is published: its title, its own address, the service's, and how it shows what it holds."""

    title: str
    source: str
    public_url: str
    options: FeedOptions = PLAIN

    def style(self) -> vevent.Style:
        """How its entries are drawn."""
        return vevent.Style(public_url=self.public_url, uncertain=self.options.uncertain, alarms=self.options.alarms)


def publish(at: AsKnown, query: EventQuery, edition: Edition, shelf: Shelf) -> Feed:
    """The feed of a query, from the shelf while nothing was recorded since it was made, in no other day. Kept entries
    are joined where it asks for the current state in plain style; else each event is rendered.

    A feed of what is known today keeps retracted events as cancelled, so that programs drop them; one as known on a
    day asked for does not hold them.
    """

    def make() -> Feed:
        found = held(at, query, edition.options)
        moves = query.overdue or edition.options.past is not None
        return _join(at, found, [*query.calendar] or list(at.calendars), edition, shelf, moves_at_midnight=moves)

    return shelf.take((query, edition, at.only), stamp(at), make)


def held(at: AsKnown, query: EventQuery, options: FeedOptions) -> list[Found]:
    """The events that a feed of `query` holds; what its style skips is still among them."""
    asked = _included(query, at.day, options)
    return find(at, asked, retracted=query.as_known_on is None and query.through is None) if asked else []


def publish_one(at: AsKnown, id_: str, edition: Edition, shelf: Shelf, *, retracted: bool) -> Feed:
    """The feed of one event under its own title, of a retracted one as cancelled unless a day was asked for; raises
    EventNotFound."""
    found = events.state_at(at, id_, retracted=retracted)
    event = events.hydrate(at, [found])[0]
    return _join(at, [found], [event.calendar], replace(edition, title=event.title), shelf)


def stamp(at: AsKnown) -> tuple[object, ...]:
    """All that a feed follows from besides its question: the store, what it holds, how it is rendered, and the day."""
    return store_path(at.conn), last_change(at.conn), feedbytes.adopted_at(at.conn), at.day, at.through


def _included(query: EventQuery, today: date, options: FeedOptions) -> EventQuery | None:
    """The query of what a feed shows of `query`; None where that is nothing."""
    if options.include == "announced":
        query = replace(query, status=tuple(each for each in query.status or STATUSES if each != "expected"))
        if not query.status:
            return None
    if options.past is not None:
        oldest = today - min(timedelta(options.past), today - date.min)
        query = replace(query, since=max(oldest, query.since or oldest))
    return query


def _join(
    at: AsKnown,
    found: Sequence[Found],
    calendars: Sequence[str],
    edition: Edition,
    shelf: Shelf,
    *,
    moves_at_midnight: bool = False,
) -> Feed:
    declared = [at.calendars[slug] for slug in calendars if slug in at.calendars]
    head = feeds.FeedHead(
        name=edition.title,
        description=_description(declared),
        color=declared[0].color if declared else "",
        source=edition.source,
        url=f"{edition.public_url}/",
        zone=declared[0].zone if declared else "UTC",
    )
    body = feeds.join(head, _vevents(at, found, edition.style(), shelf))
    modified = datetime.fromisoformat(feedbytes.changed_at(at))
    if moves_at_midnight:
        modified = max(modified, min((_midnight(at.day, each.zone) for each in declared), default=modified))
    return Feed(body, hashlib.sha256(body).hexdigest()[:32], modified)


def _midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins there."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _vevents(at: AsKnown, found: Sequence[Found], style: vevent.Style, shelf: Shelf) -> list[bytes]:
    if at.current and not at.only and style == vevent.Style(public_url=style.public_url):
        return feedbytes.read(at.conn, found)
    return [_entry(feedbytes.view_of(at, each), style, shelf) for each in found]


def _entry(view: EventView, style: vevent.Style, shelf: Shelf) -> bytes:
    return shelf.take(vevent.digest(view, style), None, lambda: vevent.render(view, style))


def _description(calendars: Sequence[Calendar]) -> str:
    """What it holds; nothing that changes with time or with what was recorded (see FeedHead)."""
    return "\n".join(calendar.description for calendar in calendars if calendar.description)
