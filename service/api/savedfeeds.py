"""/api/v1/feeds: saved queries, each published as `/feeds/<slug>.ics`, beside the feeds that are built in."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.errors import FeedNotFound
from schemas.feeds import FeedDraft
from schemas.wire import answers
from schemas.wire.drafts import FeedDraftSchema
from schemas.wire.questions import AsKnownListSchema, AsKnownSchema
from schemas.wire.shapes import FeedListShape, FeedShape
from service import publishing, saving
from service.api.conventions import (
    IF_MATCH,
    SECURITY,
    Door,
    answer,
    expected_tags,
    short_list,
    writing,
)
from service.api.creating import IDEMPOTENCY_KEY, created, once
from service.doors import as_known, settings, store, writing_token
from service.publishing import Named
from service.store import feeds
from service.store.asknown import AsKnown

door = Door("saved-feeds", __name__, url_prefix="/api/v1/feeds", description="Saved queries, published as feeds")


@door.route("", methods=["GET"])
@door.arguments(AsKnownListSchema, location="query")
@door.response(200, FeedListShape)
def list_feeds(asked: dict[str, Any]) -> Response:
    """Every feed by slug: whole calendars, key meetings, and what was saved.

    Saved queries are no part of the record: they are listed whatever the day asked for.
    """

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        return [(each.slug, _shape(each)) for each in publishing.every_feed(at)]

    return short_list(asked, items)


@door.route("", methods=["POST"])
@writing
@once
@door.arguments(FeedDraftSchema)
@door.response(201, FeedShape)
@door.doc(security=SECURITY)
@door.taking(IDEMPOTENCY_KEY)
def save_feed(draft: FeedDraft) -> Response:
    """Save a query, to be published as `/feeds/<slug>.ics`.

    `query` is in the filter language as an address writes it, such as `kind=leader-visit&place=Sinyang`.
    """
    by = writing_token(*draft.query.calendar).name

    def show(at: AsKnown, slug: str) -> Response:
        return _whole(at, slug, 201, {"Location": f"/api/v1/feeds/{slug}"})

    return created(lambda then: saving.save_feed(store(), draft, by=by, then=then), show)


@door.route("/<slug>", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.response(200, FeedShape)
def get_feed(asked: dict[str, Any], slug: str) -> Response:
    """One feed, built in or saved.

    Its ETag is what changing or dropping a saved one needs.
    """
    with as_known(asked.get("as_known_on"), asked.get("through")) as at:
        return _whole(at, slug)


@door.route("/<slug>", methods=["PUT"])
@writing
@door.arguments(FeedDraftSchema)
@door.response(200, FeedShape)
@door.doc(security=SECURITY)
@door.taking(IF_MATCH)
def change_feed(draft: FeedDraft, slug: str) -> Response:
    """Save another title or query under the same slug.

    For the token that saved it, or one of scope admin.
    """
    by = writing_token(*draft.query.calendar)
    _check_saved(slug)
    changed = saving.change_feed(store(), slug, draft, expected=expected_tags(), by=by)
    return answer(_shape(publishing.named(changed)), tag=changed.tag)


@door.route("/<slug>", methods=["DELETE"])
@writing
@door.response(204)
@door.doc(security=SECURITY)
@door.taking(IF_MATCH)
def drop_feed(slug: str) -> Response:
    """Publish it no longer.

    For the token that saved it, or one of scope admin.
    """
    by = writing_token(*_check_saved(slug))
    saving.drop_feed(store(), slug, expected=expected_tags(), by=by)
    return Response(status=204)


def _check_saved(slug: str) -> tuple[str, ...]:
    """The calendars that a saved query names; raises FeedNotFound, also for a feed that is built in."""
    with store().reading() as conn:
        return publishing.named(feeds.one(conn, slug)).query.calendar


def _whole(at: AsKnown, slug: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    found = {each.slug: each for each in publishing.every_feed(at)}.get(slug)
    if found is None:
        raise FeedNotFound(f"There is no feed {slug}.")
    return answer(_shape(found), status=status, tag=found.saved.tag if found.saved else None, headers=headers)


def _shape(feed: Named) -> dict[str, Any]:
    return answers.feed(feed.slug, feed.title, feed.text, settings().public_url + feed.path, feed.saved)
