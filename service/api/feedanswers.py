"""What the doors of feeds share: the edition an address asks for, and the answer with its tags."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from schemas.feeds import PLAIN, FeedOptions
from service.api.addresses import file_name
from service.doors import conditional, settings, store
from service.polling import BODY, ZIPPED, tag_asked_for
from service.publishing import Edition
from service.shelf import Feed

CACHING = "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"


def edition(title: str, options: FeedOptions = PLAIN, *, path: str | None = None) -> Edition:
    """As what the feed at this request's address is published; it names `path` as its address where that is secret."""
    address = (path or request.path) + (f"?{request.query_string.decode()}" if request.query_string else "")
    public_url = settings().public_url
    return Edition(title=title, source=public_url + address, public_url=public_url, options=options)


def served(feed: Feed, name: str, type_: str, *, cache: str = CACHING) -> Response:
    """The feed, as a file of that name: as it is or, where the client takes it, as gzip. Each has a tag of its own,
    and either tag says what the client has."""
    zipped = request.accept_encodings.quality("gzip") > 0
    request.environ[BODY] = body = feed.zipped if zipped else feed.body
    response = Response(body, content_type=type_)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Disposition"] = file_name(name)
    # A second change within the second would have the same date (RFC 9110 section 8.8.2.2): none until it is over.
    if feed.modified < store().clock.now() - timedelta(seconds=1):
        response.last_modified = feed.modified
    tag = tag_asked_for(feed.tag + ZIPPED if zipped else feed.tag, request.if_none_match)
    answer = conditional(response, tag, cache=cache)
    answer.vary.add("Accept-Encoding")
    return answer
