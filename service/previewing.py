"""Previewing: what a calendar program will show of a feed, the next entries and the last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from calendars.vevent import Entry, entry
from schemas.events import Event
from schemas.feeds import FeedOptions
from schemas.queries import EventQuery
from service.publishing import held
from service.store import events
from service.store.asknown import AsKnown
from service.store.timeline import Found

_READ_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """An event with the entry that a calendar program shows of it."""

    event: Event
    entry: Entry


def coming(at: AsKnown, query: EventQuery, options: FeedOptions, most: int) -> list[Shown]:
    """The first entries of a feed that are not over on the day it is asked as known on, by their first day."""
    found = _held(at, query, options, since=at.day)
    shown: list[Shown] = []
    for start in range(0, len(found), _READ_AT_ONCE):
        # No entry stands before its event's earliest day: once enough begin before the rest can, the rest is not read.
        if len(shown) >= most and shown[most - 1].entry.first.isoformat() < found[start].place:
            break
        batch = _entries(at, found[start : start + _READ_AT_ONCE], options)
        shown = sorted([*shown, *(each for each in batch if each.entry.last >= at.day)], key=_place)
    return shown[:most]


def latest(at: AsKnown, query: EventQuery, options: FeedOptions, most: int) -> list[Shown]:
    """The last entries of a feed by their first day, the newest first."""
    candidates: list[Shown] = []
    found = _held(at, query, options)[::-1]
    for start in range(0, len(found), _READ_AT_ONCE):
        candidates += _entries(at, found[start : start + _READ_AT_ONCE], options)
        if len(candidates) >= most:
            break
    if not candidates:
        return []
    # An entry may stand later than its event's earliest day, never than its latest: all others that could stand as late
    # may end as late.
    oldest = sorted(candidates, key=_place)[-most:][0].entry.first
    shown = sorted(_entries(at, _held(at, query, options, since=oldest), options), key=_place)
    return shown[-most:][::-1]


def _held(at: AsKnown, query: EventQuery, options: FeedOptions, since: date | None = None) -> list[Found]:
    """What a feed holds, by earliest day; of it at least all that may end on `since` or later."""
    if since and not query.within:
        query = replace(query, since=max(since, query.since or since))
    return held(at, replace(query, sort="starts"), options)


def _entries(at: AsKnown, found: Sequence[Found], options: FeedOptions) -> list[Shown]:
    return list(_shown(events.hydrate(at, found), options.uncertain))


def _shown(found: Sequence[Event], uncertain: str) -> Iterator[Shown]:
    for event in found:
        shown = entry(event, uncertain)
        if shown is not None:
            yield Shown(event, shown)


def _place(shown: Shown) -> tuple[date, date, str]:
    return shown.entry.first, shown.entry.last, shown.event.id
