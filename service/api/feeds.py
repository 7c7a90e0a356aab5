"""The .ics addresses: whole calendars, named feeds, any query, one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from flask import Response, current_app, request

from schemas.feeds import FeedOptions
from schemas.queries import EventQuery
from schemas.wire.feedquestions import EventFeedSchema, FeedSchema, QueryFeedSchema
from service import publishing
from service.answering import check_query
from service.api.conventions import Door, redirect_to
from service.doors import as_known, conditional, settings, store
from service.publishing import Edition, Named
from service.shelf import Feed, Shelf
from service.store import events
from service.store.asknown import AsKnown

door = Door("feeds", __name__, description="Feeds for calendar programs (RFC 5545)")

CALENDAR_TYPE = "text/calendar; charset=utf-8"
CACHING = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"
_ICS: dict[str, Any] = {"content_type": "text/calendar", "schema": {"type": "string"}, "description": "A VCALENDAR"}


Asked = tuple[FeedOptions, dict[str, Any]]
"""How a feed is to show what it holds, and the day and change it is asked for."""


@door.route("/calendars/<slug>.ics", methods=["GET"])
@door.arguments(FeedSchema, location="query")
@door.alt_response(200, **_ICS)
def calendar_feed(asked: Asked, slug: str) -> Response:
    """A whole calendar."""
    with as_known(**_standpoint(asked), calendars=(slug,)) as at:
        return _publish(at, publishing.calendar_feed(at, slug), asked)


@door.route("/feeds/<slug>.ics", methods=["GET"])
@door.arguments(FeedSchema, location="query")
@door.alt_response(200, **_ICS)
def named_feed(asked: Asked, slug: str) -> Response:
    """A feed by name, such as `key-meetings`."""
    with as_known(**_standpoint(asked)) as at:
        return _publish(at, publishing.named_feed(at, slug), asked)


@door.route("/api/v1/events.ics", methods=["GET"])
@door.arguments(QueryFeedSchema, location="query")
@door.alt_response(200, **_ICS)
def query_feed(asked: tuple[FeedOptions, EventQuery]) -> Response:
    """The events of any query, as a feed."""
    options, query = asked
    with as_known(query.as_known_on, query.through, query.calendar) as at:
        check_query(at, query)
        conditions = {name: value for name, value in query.asked().items() if name != "sort"}
        title = "Leadup: " + (", ".join(f"{name} {value}" for name, value in conditions.items()) or "every event")
        return _served(publishing.publish(at, query, _edition(title, options), _shelf()), "events")


@door.route("/events/<event_id>.ics", methods=["GET"])
@door.arguments(EventFeedSchema, location="query")
@door.alt_response(200, **_ICS)
def event_feed(asked: Asked, event_id: str) -> Response:
    """One event, as a file that a calendar program takes in."""
    options, standpoint = asked
    with as_known(**_standpoint(asked), subject=event_id) as at:
        other = events.doubles(at, event_id)
        if other:
            return redirect_to(f"/events/{other}.ics")
        feed = publishing.publish_one(at, event_id, _edition("", options), _shelf(), retracted=not standpoint)
    return _served(feed, event_id)


def _standpoint(asked: Asked) -> dict[str, Any]:
    return {"day": asked[1].get("as_known_on"), "through": asked[1].get("through")}


def _publish(at: AsKnown, named: Named, asked: Asked) -> Response:
    options, standpoint = asked
    query = replace(named.query, **standpoint)
    return _served(publishing.publish(at, query, _edition(named.title, options), _shelf()), named.slug)


def _edition(title: str, options: FeedOptions) -> Edition:
    address = request.path + (f"?{request.query_string.decode()}" if request.query_string else "")
    public_url = settings().public_url
    return Edition(title=title, source=public_url + address, public_url=public_url, options=options)


def _shelf() -> Shelf:
    return cast("Shelf", current_app.extensions["shelf"])


def _served(feed: Feed, name: str) -> Response:
    """The feed as it is or, where the client takes it, as gzip: each has a tag of its own (RFC 9110 section 8.8.3.3),
    and either tag says what the client has."""
    zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(feed.zipped if zipped else feed.body, content_type=CALENDAR_TYPE)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    # A second change within the second would have the same date (RFC 9110 section 8.8.2.2): none until it is over.
    if feed.modified < store().clock.now() - timedelta(seconds=1):
        response.last_modified = feed.modified
    tags = (f"{feed.tag}.gzip", feed.tag) if zipped else (feed.tag, f"{feed.tag}.gzip")
    has = next((each for each in tags if request.if_none_match.contains_weak(each)), tags[0])
    answer = conditional(response, has, cache=CACHING)
    answer.vary.add("Accept-Encoding")
    return answer
