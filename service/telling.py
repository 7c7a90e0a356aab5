"""Telling what changed: the newest revisions of a query's events, as an Atom feed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from calendars import atom
from schemas.queries import EventQuery
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
        told = [_news(at, *each) for each in news.newest(at, [each.id for each in found], NEWEST)]
        head = atom.NewsHead(
            name=f"{edition.title}: changes",
            source=edition.source,
            url=f"{edition.public_url}/",
            author=", ".join(at.calendars[slug].name for slug in query.calendar or at.calendars) or "Leadup",
            key=key,
        )
        body = atom.write(head, told, edition.public_url)
        return Feed(body, hashlib.sha256(body).hexdigest()[:32], datetime.fromisoformat(feedbytes.changed_at(at)))

    return shelf.take(("changes", query, edition, at.only), stamp(at), make)


def _news(at: AsKnown, id_: str, sequence: int) -> atom.News:
    before, recorded = next(
        pair for pair in events.history(at, id_, retracted=True) if pair[1].event.sequence == sequence
    )
    return atom.News(before.event if before else None, recorded.event)
