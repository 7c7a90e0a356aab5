"""Telling what changed: the newest revisions of a query's events, as an Atom feed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from calendars import atom
from schemas.queries import EventQuery
from schemas.windows import record_in_words
from service import windows
from service.publishing import Edition, stamp
from service.shelf import Feed, Shelf
from service.store import events, feedbytes, news
from service.store.asknown import AsKnown
from service.store.timeline import find

NEWEST = 50
"""How many entries a feed of changes has."""


def tell_changes(at: AsKnown, query: EventQuery, edition: Edition, shelf: Shelf, *, key: str) -> Feed:
    """The newest changes to the events of a query, the last recorded first; from the shelf while nothing was recorded.

    That an event was entered in error is told where today is asked for; as known on a day asked for there was no such
    event. What was itself replaced is not told.
    """

    def make() -> Feed:
        retracted = query.as_known_on is None and query.through is None
        found = find(at, replace(query, sort=None), retracted=retracted)
        calendars = query.calendar or tuple(at.calendars)
        return _told(at, [each.id for each in found], calendars, edition, key, _quoted(at, calendars, query.kind))

    return shelf.take(("changes", query, edition, at.only), stamp(at), make)


def tell_of(at: AsKnown, id_: str, edition: Edition, shelf: Shelf, *, retracted: bool) -> Feed:
    """The changes to one event under its own title, as `tell_changes`; raises EventNotFound, of a retracted one unless
    `retracted`."""
    event = events.hydrate(at, [events.state_at(at, id_, retracted=retracted)])[0]
    titled = replace(edition, title=event.title)
    asked = ("changes", id_, titled, at.only, retracted)
    told_beside = windows.beside(at, event) or ""
    return shelf.take(
        asked, stamp(at), lambda: _told(at, [id_], (event.calendar,), titled, f"event/{id_}", told_beside)
    )


def _quoted(at: AsKnown, calendars: Sequence[str], kinds: Sequence[str]) -> str:
    """How announced windows came out so far, for a feed that may hold key meetings of one calendar."""
    if len(calendars) != 1 or calendars[0] not in at.calendars:
        return ""
    key_meetings = at.calendars[calendars[0]].key_meetings()
    holds_some = bool(key_meetings) if not kinds else not set(kinds).isdisjoint(key_meetings)
    return record_in_words(windows.of_key_meetings(at, calendars[0])) if holds_some else ""


def _told(
    at: AsKnown, ids: Sequence[str], calendars: Sequence[str], edition: Edition, key: str, told_beside: str
) -> Feed:
    head = atom.NewsHead(
        name=f"{edition.title}: changes",
        source=edition.source,
        url=f"{edition.public_url}/",
        author=", ".join(at.calendars[slug].name for slug in calendars if slug in at.calendars) or "Leadup",
        key=key,
        subtitle=f"{told_beside[:1].upper()}{told_beside[1:]}." if told_beside else "",
    )
    told = [_news(at, *each) for each in news.newest(at, ids, NEWEST)]
    body = atom.write(head, told, edition.public_url)
    return Feed(body, hashlib.sha256(body).hexdigest()[:32], datetime.fromisoformat(feedbytes.changed_at(at)))


def _news(at: AsKnown, id_: str, sequence: int) -> atom.News:
    before, recorded = next(
        pair for pair in events.history(at, id_, retracted=True) if pair[1].event.sequence == sequence
    )
    return atom.News(before.event if before else None, recorded.event)
