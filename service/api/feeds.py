"""The .ics addresses: whole calendars, named feeds, any query, one event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response

from schemas.feeds import FeedOptions
from schemas.queries import EventQuery
from schemas.wire.feedquestions import EventFeedSchema, FeedSchema, QueryFeedSchema
from service import publishing
from service.answering import check_query
from service.api.addresses import redirect_to
from service.api.conventions import Door
from service.api.feedanswers import edition, served
from service.doors import as_known, shelf
from service.publishing import Named
from service.store import events
from service.store.asknown import AsKnown

door = Door("feeds", __name__, description="Feeds for calendar programs (RFC 5545)")

CALENDAR_TYPE = "text/calendar; charset=utf-8"
_ICS: dict[str, Any] = {"content_type": "text/calendar", "schema": {"type": "string"}, "description": "A VCALENDAR"}

Asked = tuple[FeedOptions, dict[str, Any]]
"""How a feed is to show what it holds, and the day and change it is asked for."""


@door.route("/calendars/<slug>.ics", methods=["GET"])
@door.arguments(FeedSchema, location="query")
@door.alt_response(200, **_ICS)
def calendar_feed(asked: Asked, slug: str) -> Response:
    """A whole calendar, for calendar programs.

    Without a day it is what stands now, and what was retracted stays in it as CANCELLED.
    """
    with as_known(**_standpoint(asked), calendars=(slug,)) as at:
        return _publish(at, publishing.calendar_feed(at, slug), asked)


@door.route("/feeds/<slug>.ics", methods=["GET"])
@door.arguments(FeedSchema, location="query")
@door.alt_response(200, **_ICS)
def named_feed(asked: Asked, slug: str) -> Response:
    """A feed by name, such as `key-meetings`.

    `/api/v1/feeds` lists them, built in and saved.
    """
    with as_known(**_standpoint(asked)) as at:
        return _publish(at, publishing.named_feed(at, slug), asked)


@door.route("/api/v1/events.ics", methods=["GET"])
@door.arguments(QueryFeedSchema, location="query")
@door.alt_response(200, **_ICS)
def query_feed(asked: tuple[FeedOptions, EventQuery]) -> Response:
    """The events of any query, as a feed.

    It takes every condition of `/api/v1/events`; the same question gives the same bytes until something changes.
    """
    options, query = asked
    with as_known(query.as_known_on, query.through, query.calendar) as at:
        check_query(at, query)
        title = publishing.query_title(query)
        return served(publishing.publish(at, query, edition(title, options), shelf()), "events.ics", CALENDAR_TYPE)


@door.route("/events/<event_id>.ics", methods=["GET"])
@door.arguments(EventFeedSchema, location="query")
@door.alt_response(200, **_ICS)
@door.alt_response(308, description="The event doubles another: at that one's address")
def event_feed(asked: Asked, event_id: str) -> Response:
    """One event, as a file that a calendar program takes in.

    It bears the UID that the feeds give the event.
    """
    options, standpoint = asked
    with as_known(**_standpoint(asked), subject=event_id) as at:
        other = events.doubles(at, event_id)
        if other:
            return redirect_to("events", f"{other}.ics")
        feed = publishing.publish_one(at, event_id, edition("", options), shelf(), retracted=not standpoint)
    return served(feed, f"{event_id}.ics", CALENDAR_TYPE)


def _standpoint(asked: Asked) -> dict[str, Any]:
    return {"day": asked[1].get("as_known_on"), "through": asked[1].get("through")}


def _publish(at: AsKnown, named: Named, asked: Asked) -> Response:
    options, standpoint = asked
    query = replace(named.query, **standpoint)
    feed = publishing.publish(at, query, edition(named.title, options), shelf())
    return served(feed, f"{named.slug}.ics", CALENDAR_TYPE)
