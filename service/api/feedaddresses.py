"""/api/v1/feeds/<slug>/addresses: private addresses of a feed. Whoever holds a token that may read the feed makes and
revokes its own; a secret is shown once, in the answer that makes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, request

from schemas.errors import FeedNotFound, IdempotencyKeyRefused, InvalidRecord
from schemas.feeds import PRIVATE, FeedAddress
from schemas.tokens import Token
from schemas.wire import answers
from schemas.wire.questions import PlainListSchema
from schemas.wire.shapes import FeedAddressListShape, FeedAddressShape, NewFeedAddressShape
from service import addressing
from service.api.conventions import (
    IF_MATCH,
    SECURITY,
    Door,
    answer,
    expected_tags,
    needing,
    short_list,
    token_name,
)
from service.clock import instant
from service.doors import admitted, settings, store
from service.store import feedaddresses
from service.store.asknown import AsKnown

door = Door(
    "feed-addresses", __name__, url_prefix="/api/v1/feeds/<slug>/addresses", description="Private addresses of feeds"
)

holding = needing("read")


@door.route("", methods=["GET"])
@holding
@door.arguments(PlainListSchema, location="query")
@door.response(200, FeedAddressListShape)
@door.doc(security=SECURITY)
def list_feed_addresses(asked: dict[str, Any], slug: str) -> Response:
    """The private addresses of a feed by id, without their secrets.

    A token sees those that it made, one of scope admin all.
    """
    with store().reading() as conn:
        token = admitted(conn, "read")
        with _refusing_alike(token):
            only = addressing.limits(token, closed=_closed())
            calendars = addressing.readable(conn, store().clock, slug, only)[1].query.calendar

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        found = feedaddresses.every(at.conn, slug, addressing.owner(token))
        return [(each.id, _shape(each)) for each in found]

    return short_list({**asked, "calendar": calendars}, items)


@door.route("", methods=["POST"])
@holding
@door.response(201, NewFeedAddressShape)
@door.doc(security=SECURITY)
def make_feed_address(slug: str) -> Response:
    """Make a private address of a feed, for a program that can send no token: any scope will do that may read the feed.
    The address is in this answer alone, which is kept nowhere: `Idempotency-Key` is refused. It takes no body."""
    if "Idempotency-Key" in request.headers:
        raise IdempotencyKeyRefused("The answer that holds a secret is not kept: send this without `Idempotency-Key`.")
    if request.get_data() not in (b"", b"{}"):
        detail = "This takes no body: an address says no more than its feed and its token do."
        raise InvalidRecord([{"detail": detail, "pointer": ""}])
    with store().transaction(token_name("read")) as tx:
        token = admitted(tx.conn, "read")
        with _refusing_alike(token):
            made, secret = addressing.give(tx, store().clock, slug, token, closed=_closed())
    shape = {**_shape(made), "secret": secret, "url": f"{settings().public_url}{PRIVATE}{secret}.ics"}
    headers = {"Location": f"/api/v1/feeds/{slug}/addresses/{made.id}"}
    response = answer(shape, status=201, tag=made.tag, headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


@door.route("/<address_id>", methods=["GET"])
@holding
@door.response(200, FeedAddressShape)
@door.doc(security=SECURITY)
def get_feed_address(slug: str, address_id: str) -> Response:
    """One private address of a feed, without its secret.

    `last_used_at` is when a program last looked there, to the minute.
    """
    with store().reading() as conn:
        token = admitted(conn, "read")
        found = feedaddresses.one(conn, slug, address_id, addressing.owner(token))
    return answer(_shape(found), tag=found.tag)


@door.route("/<address_id>", methods=["DELETE"])
@holding
@door.response(204)
@door.taking(IF_MATCH)
@door.doc(security=SECURITY)
def revoke_feed_address(slug: str, address_id: str) -> Response:
    """Revoke a private address at once. For the token that made it, or one of scope admin; using it moves no tag that
    `If-Match` compares."""
    with store().transaction(token_name("read")) as tx:
        token = admitted(tx.conn, "read")
        addressing.revoke(tx, slug, address_id, expected=expected_tags(), by=token)
    return Response(status=204)


@contextmanager
def _refusing_alike(token: Token) -> Iterator[None]:
    """Tell a token whose limits hold of no feed whether there is one: raises ScopeMissing for any it may not read."""
    try:
        yield
    except FeedNotFound:
        if addressing.limits(token, closed=_closed()):
            token.admit("read", ())
        raise


def _closed() -> bool:
    return settings().reading == "token"


def _shape(address: FeedAddress) -> dict[str, Any]:
    return answers.feed_address(address, instant(store().clock.now()))
