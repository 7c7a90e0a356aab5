"""/feeds/private/<secret>.ics, .atom: feeds for programs that can send no token. The address is the secret: it stands
in no answer, and whatever is wrong with it, there is no feed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response

from schemas.feeds import PRIVATE
from schemas.wire.feedquestions import FeedSchema
from schemas.wire.questions import AsKnownSchema
from service import publishing
from service.api.conventions import Door
from service.api.feedanswers import CACHING, edition, served
from service.api.feeds import CALENDAR_TYPE, Asked
from service.api.news import ATOM_TYPE
from service.doors import at_private_address, shelf
from service.telling import tell_changes

door = Door("private-feeds", __name__, description="Feeds for programs that can send no token")

OWN_CACHE = CACHING.replace("public", "private")
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}


@door.route(f"{PRIVATE}<secret>.ics", methods=["GET"])
@door.arguments(FeedSchema, location="query")
@door.alt_response(200, content_type="text/calendar", description="A VCALENDAR", **_TEXT)
def private_feed(asked: Asked, secret: str) -> Response:
    """A feed at a private address, for calendar programs.

    It is what the token that made the address reads of the feed, until either is revoked or the token expires. Within
    it the feed's public address is named.
    """
    options, standpoint = asked
    with at_private_address(secret, standpoint.get("as_known_on"), standpoint.get("through")) as (at, named):
        query = replace(named.query, **standpoint)
        feed = publishing.publish(at, query, edition(named.title, options, path=named.path), shelf())
    return served(feed, f"{named.slug}.ics", CALENDAR_TYPE, cache=OWN_CACHE)


@door.route(f"{PRIVATE}<secret>.atom", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.alt_response(200, content_type="application/atom+xml", description="An Atom feed, one entry a revision", **_TEXT)
def private_news(asked: dict[str, Any], secret: str) -> Response:
    """What changed in a feed at a private address, for newsreaders.

    It is what the token that made the address reads of the feed, until either is revoked or the token expires.
    """
    with at_private_address(secret, asked.get("as_known_on"), asked.get("through")) as (at, named):
        told = edition(named.title, path=named.path.removesuffix(".ics") + ".atom")
        feed = tell_changes(at, replace(named.query, **asked), told, shelf(), key=f"feed/{named.slug}")
    return served(feed, f"{named.slug}.atom", ATOM_TYPE, cache=OWN_CACHE)
