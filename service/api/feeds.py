"""The .ics addresses: whole calendars, named feeds, any query, one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Response, request

from schemas.queries import EventQuery
from schemas.wire.questions import AsKnownSchema, EventQuerySchema
from service import publishing
from service.answering import check_query
from service.api.conventions import Door, redirect_to
from service.doors import as_known, conditional, settings, store
from service.store import events
from service.store.asknown import AsKnown

door = Door("feeds", __name__, description="Feeds for calendar programs (RFC 5545)")

CALENDAR_TYPE = "text/calendar; charset=utf-8"
CACHING = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"
_ICS: dict[str, Any] = {"content_type": "text/calendar", "schema": {"type": "string"}, "description": "A VCALENDAR"}


@door.route("/calendars/<slug>.ics", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.alt_response(200, **_ICS)
def calendar_feed(asked: dict[str, Any], slug: str) -> Response:
    """A whole calendar."""
    with as_known(**_standpoint(asked), calendars=(slug,)) as at:
        named = publishing.calendar_feed(at, slug)
        return _publish(at, named.query, named.title, slug, asked)


@door.route("/feeds/<slug>.ics", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.alt_response(200, **_ICS)
def named_feed(asked: dict[str, Any], slug: str) -> Response:
    """A feed by name, such as `key-meetings`."""
    with as_known(**_standpoint(asked)) as at:
        named = publishing.named_feed(at, slug)
        return _publish(at, named.query, named.title, slug, asked)


@door.route("/api/v1/events.ics", methods=["GET"])
@door.arguments(EventQuerySchema, location="query")
@door.alt_response(200, **_ICS)
def query_feed(query: EventQuery) -> Response:
    """The events of any query, as a feed."""
    with as_known(query.as_known_on, query.through, query.calendar) as at:
        check_query(at, query)
        asked = {"as_known_on": query.as_known_on, "through": query.through}
        conditions = {name: value for name, value in query.asked().items() if name != "sort"}
        title = "Leadup: " + (", ".join(f"{name} {value}" for name, value in conditions.items()) or "every event")
        return _publish(at, query, title, "events", asked)


@door.route("/events/<event_id>.ics", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.alt_response(200, **_ICS)
def event_feed(asked: dict[str, Any], event_id: str) -> Response:
    """One event, as a file that a calendar program takes in."""
    with as_known(**_standpoint(asked), subject=event_id) as at:
        other = events.doubles(at, event_id)
        if other:
            return redirect_to(f"/events/{other}.ics")
        feed = publishing.publish_one(
            at, event_id, retracted=not asked, source=_own_address(), public_url=settings().public_url
        )
    return _served(feed, event_id)


def _standpoint(asked: dict[str, Any]) -> dict[str, Any]:
    return {"day": asked.get("as_known_on"), "through": asked.get("through")}


def _publish(at: AsKnown, query: EventQuery, title: str, name: str, asked: dict[str, Any]) -> Response:
    query = replace(query, as_known_on=asked.get("as_known_on"), through=asked.get("through"))
    feed = publishing.publish(at, query, title=title, source=_own_address(), public_url=settings().public_url)
    return _served(feed, name)


def _own_address() -> str:
    query = request.query_string.decode()
    return settings().public_url + request.path + (f"?{query}" if query else "")


def _served(feed: publishing.Feed, name: str) -> Response:
    response = Response(feed.body, content_type=CALENDAR_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    # A second change within the second would have the same date (RFC 9110 section 8.8.2.2): none until it is over.
    if feed.modified < store().clock.now() - timedelta(seconds=1):
        response.last_modified = feed.modified
    return conditional(response, feed.tag, cache=CACHING)
