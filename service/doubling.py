"""Finding what is recorded already: events that a draft, just being entered, may be another report of."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Final

from schemas.errors import EventNotFound
from schemas.events import Event, EventDraft, Place
from schemas.names import Register
from schemas.queries import EventQuery
from schemas.words import folded
from service.store import events, timeline, titles
from service.store.asknown import AsKnown

MOST: Final = 5
WIDEST_DAYS: Final = 31
"""Of a window longer than this, nothing is the same day."""
LOOKED_AT: Final = 200
"""How many events of its days are looked at."""
ALIKE: Final = 0.5
"""The share of the words of the shorter title that the other has too, from which two titles are alike."""


def likely_same(at: AsKnown, draft: EventDraft) -> list[Event]:
    """The events, the likeliest first, that may be the one of a draft: those that rest on the same report, and of those
    that may have been on the same days such as are at the same place, are called alike, or are of the same kind with
    the same person."""
    first, last = draft.when.starts_min, draft.when.ends_max or draft.when.starts_max
    if first is None or last is None or last - first > timedelta(WIDEST_DAYS):
        return []
    query = EventQuery(calendar=(draft.calendar,), since=first, until=last)
    found = events.hydrate(at, timeline.find(at, query, limit=LOOKED_AT), sources=True)
    rated = [(_points(at.register, event, draft), event) for event in found if event.status != "cancelled"]
    likely = sorted((each for each in rated if each[0] >= 2), key=lambda each: (-each[0], each[1].id))
    return [event for _, event in likely[:MOST]]


def resting_on(at: AsKnown, url: str) -> list[Event]:
    """The events, as known, that have the page at an address among their sources; none for what is no address."""
    found = []
    with suppress(ValueError):
        for id_ in titles.resting_on(at, url):
            with suppress(EventNotFound):
                found.append(events.one(at, id_, sources=False))
    return found[:MOST]


def _points(register: Register, event: Event, draft: EventDraft) -> int:
    """4 for the same report, 3 for the same site, 2 for the same county or alike titles, 1 each for the same kind and a
    person of both."""
    urls = {source.url for source in draft.sources if source.url}
    points = 4 * any(source.url in urls for source in event.sources)
    points += _near(register, event.place, draft.place)
    points += 2 * (_share(event.title, draft.title) >= ALIKE)
    people = {register.slug("person", each) for each in event.people}
    points += any(register.slug("person", each) in people for each in draft.people)
    return points + (event.kind == draft.kind)


def _near(register: Register, one: Place | None, other: Place | None) -> int:
    if one is None or other is None:
        return 0
    for part, points in (("name", 3), ("county", 2)):
        mine, yours = getattr(one, part), getattr(other, part)
        if mine and yours and register.slug("place", mine) == register.slug("place", yours):
            return points
    return 0


def _share(one: str, other: str) -> float:
    mine, yours = set(folded(one).split()), set(folded(other).split())
    return len(mine & yours) / max(1, min(len(mine), len(yours)))
