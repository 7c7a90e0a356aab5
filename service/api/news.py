"""The .atom addresses: what changed in whole calendars, named feeds, any query, one event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response

from schemas.queries import EventQuery
from schemas.wire.questions import AsKnownSchema, EventQuerySchema
from service import publishing
from service.answering import check_query
from service.api.addresses import redirect_to
from service.api.conventions import Door
from service.api.feedanswers import edition, served
from service.doors import as_known, shelf
from service.publishing import Named
from service.store import events
from service.store.asknown import AsKnown
from service.telling import tell_changes, tell_of

door = Door("news", __name__, description="What changed, for newsreaders (Atom, RFC 4287)")

ATOM_TYPE = "application/atom+xml; charset=utf-8"
_ATOM: dict[str, Any] = {
    "content_type": "application/atom+xml",
    "schema": {"type": "string"},
    "description": "An Atom feed, one entry a revision, the last recorded first",
}


@door.route("/calendars/<slug>.atom", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.alt_response(200, **_ATOM)
def calendar_news(asked: dict[str, Any], slug: str) -> Response:
    """What changed in a whole calendar.

    For newsreaders: an entry a revision, the last recorded first.
    """
    with as_known(**_standpoint(asked), calendars=(slug,)) as at:
        return _told(at, publishing.calendar_feed(at, slug), asked)


@door.route("/feeds/<slug>.atom", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.alt_response(200, **_ATOM)
def feed_news(asked: dict[str, Any], slug: str) -> Response:
    """What changed in a feed by name, such as `key-meetings`.

    For newsreaders: an entry a revision, the last recorded first.
    """
    with as_known(**_standpoint(asked)) as at:
        return _told(at, publishing.named_feed(at, slug), asked)


@door.route("/api/v1/events.atom", methods=["GET"])
@door.arguments(EventQuerySchema, location="query")
@door.alt_response(200, **_ATOM)
def query_news(query: EventQuery) -> Response:
    """What changed of the events of any query.

    For newsreaders: an entry a revision, the last recorded first.
    """
    with as_known(query.as_known_on, query.through, query.calendar) as at:
        check_query(at, query)
        feed = tell_changes(at, query, edition(publishing.query_title(query)), shelf(), key=f"query/{query.digest()}")
        return served(feed, "events.atom", ATOM_TYPE)


@door.route("/events/<event_id>.atom", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.alt_response(200, **_ATOM)
@door.alt_response(308, description="The event doubles another: at that one's address")
def event_news(asked: dict[str, Any], event_id: str) -> Response:
    """What changed of one event.

    For newsreaders: an entry a revision, the last recorded first.
    """
    with as_known(**_standpoint(asked), subject=event_id) as at:
        other = events.doubles(at, event_id)
        if other:
            return redirect_to("events", f"{other}.atom")
        return served(tell_of(at, event_id, edition(""), shelf(), retracted=not asked), f"{event_id}.atom", ATOM_TYPE)


def _standpoint(asked: dict[str, Any]) -> dict[str, Any]:
    return {"day": asked.get("as_known_on"), "through": asked.get("through")}


def _told(at: AsKnown, named: Named, asked: dict[str, Any]) -> Response:
    feed = tell_changes(at, replace(named.query, **asked), edition(named.title), shelf(), key=f"feed/{named.slug}")
    return served(feed, f"{named.slug}.atom", ATOM_TYPE)
