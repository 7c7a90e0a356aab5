"""/api/v1/links: list, create, read and amend links between events; how a link came to be known."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response

from schemas.events import Link, LinkDraft
from schemas.links import LinkQuery
from schemas.queries import EventQuery
from schemas.wire import answers, linkanswers
from schemas.wire.drafts import LinkDraftSchema
from schemas.wire.linkquestions import LinkListSchema
from schemas.wire.linkshapes import LinkListShape, LinkRevisionListShape
from schemas.wire.questions import AsKnownListSchema, AsKnownSchema
from schemas.wire.shapes import LinkShape
from service import answering, linking
from service.api.conventions import (
    IF_MATCH,
    SECURITY,
    Door,
    answer,
    expected_sequences,
    list_answer,
    revision_place,
    short_list,
    writing,
)
from service.api.creating import IDEMPOTENCY_KEY, amended, created, once
from service.doors import as_known, store, writer
from service.store import links
from service.store.asknown import AsKnown

door = Door("links", __name__, url_prefix="/api/v1/links", description="Typed, directed relations between events")


@door.route("", methods=["GET"])
@door.arguments(LinkListSchema, location="query")
@door.response(200, LinkListShape)
def list_links(asked: dict[str, Any]) -> Response:
    """Links by the day their state became known. They are of any state unless one is asked for; a link is shown where
    both its ends are."""
    query: LinkQuery = asked["query"]
    digest = hashlib.sha256(repr(query).encode()).hexdigest()[:12]
    begins = answering.begins(asked.get("cursor"), digest, asked.get("as_known_on"), asked.get("through"))
    with as_known(begins.day, begins.through, () if query.event else query.calendar, subject=query.event) as at:
        answering.check_query(at, EventQuery(calendar=query.calendar))
        if query.event:
            answering.check_event(at, query.event)
        found = links.find(at, query, limit=asked["limit"] + 1, after=begins.after or ("", ""))
        shown = found[: asked["limit"]]
        more = None
        if len(found) > len(shown):
            more = answering.Cursor(at.day, at.printed, digest, (shown[-1].known_from, shown[-1].id)).text()
        total = links.count(at, query) if asked.get("total") else None
        return list_answer(at, [answers.whole_link(each) for each in links.hydrate(at, shown)], more, total)


@door.route("", methods=["POST"])
@writing
@once
@door.arguments(LinkDraftSchema)
@door.response(201, LinkShape)
@door.doc(security=SECURITY)
@door.taking(IDEMPOTENCY_KEY)
def create_link(draft: LinkDraft) -> Response:
    """Record a new link: `from` -rel-> `to`. By an inverse name it is kept as the rel, its ends exchanged."""
    by = writer(subjects=(draft.subject, draft.target))

    def show(at: AsKnown, id_: str) -> Response:
        return _whole(links.newest(at, id_), 201, {"Location": f"/api/v1/links/{id_}"})

    return created(lambda then: linking.link(store(), draft, by=by, then=then), show)


@door.route("/<link_id>", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.response(200, LinkShape)
def get_link(asked: dict[str, Any], link_id: str) -> Response:
    """One link. There is none where one of its ends is not visible."""
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=link_id) as at:
        return _whole(links.one(at, link_id))


def _whole(link: Link, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return answer(answers.whole_link(link), status=status, tag=f"{link.last_sequence}-{link.sequence}", headers=headers)


@door.route("/<link_id>", methods=["PUT"])
@writing
@door.arguments(LinkDraftSchema)
@door.response(200, LinkShape)
@door.doc(security=SECURITY)
@door.taking(IF_MATCH)
def amend_link(draft: LinkDraft, link_id: str) -> Response:
    """Append a revision: another state, evidence or source; where nothing is new, nothing is recorded. Its ends and its
    rel, which the body names, stay."""
    by = writer(subjects=(link_id, draft.subject, draft.target))
    with as_known(subject=link_id) as at:
        links.newest(at, link_id)
    expected = expected_sequences()

    def show(at: AsKnown, id_: str) -> Response:
        return _whole(links.newest(at, id_))

    return amended(lambda then: linking.amend_link(store(), link_id, draft, expected=expected, by=by, then=then), show)


@door.route("/<link_id>/revisions", methods=["GET"])
@door.arguments(AsKnownListSchema, location="query")
@door.response(200, LinkRevisionListShape)
def list_link_revisions(asked: dict[str, Any], link_id: str) -> Response:
    """Every revision of a link known by then, by the day it became known, with what it changed.

    One that was `replaced` was entered wrongly, and is in no other answer.
    """

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        return [(revision_place(each), each) for each in linkanswers.history(links.history(at, link_id))]

    return short_list(asked, items, subject=link_id)
