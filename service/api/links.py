"""/api/v1/links: create, read and amend links between events."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.events import LinkDraft
from schemas.wire import answers
from schemas.wire.drafts import LinkDraftSchema
from schemas.wire.questions import AsKnownSchema
from schemas.wire.shapes import LinkShape
from service import linking
from service.api.conventions import IF_MATCH, SECURITY, Door, answer, expected_sequences, writer, writing
from service.api.creating import IDEMPOTENCY_KEY, created, once
from service.doors import as_known, store
from service.store import links
from service.store.asknown import AsKnown

door = Door("links", __name__, url_prefix="/api/v1/links", description="Typed, directed relations between events")


@door.route("", methods=["POST"])
@writing
@once
@door.arguments(LinkDraftSchema)
@door.response(201, LinkShape)
@door.doc(security=SECURITY, parameters=[IDEMPOTENCY_KEY])
def create_link(draft: LinkDraft) -> Response:
    """Record a new link: `from` -rel-> `to`."""
    by = writer(subjects=(draft.subject, draft.target))

    def show(at: AsKnown, id_: str) -> Response:
        return _whole(at, id_, 201, {"Location": f"/api/v1/links/{id_}"})

    return created(lambda then: linking.link(store(), draft, by=by, then=then), show)


@door.route("/<link_id>", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.response(200, LinkShape)
def get_link(asked: dict[str, Any], link_id: str) -> Response:
    """One link; there is none where one of its ends is not visible."""
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=link_id) as at:
        return _whole(at, link_id)


def _whole(at: AsKnown, id_: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    link = links.one(at, id_)
    return answer(answers.whole_link(link), status=status, tag=f"{link.last_sequence}-{link.sequence}", headers=headers)


@door.route("/<link_id>", methods=["PUT"])
@writing
@door.arguments(LinkDraftSchema)
@door.response(200, LinkShape)
@door.doc(security=SECURITY, parameters=[IF_MATCH])
def amend_link(draft: LinkDraft, link_id: str) -> Response:
    """Append a revision: another state, evidence or source. Its ends and its rel stay."""
    by = writer(subjects=(link_id, draft.subject, draft.target))
    with as_known(subject=link_id) as at:
        links.one(at, link_id)
    linking.amend_link(store(), link_id, draft, expected=expected_sequences(), by=by)
    with as_known(subject=link_id) as at:
        return _whole(at, link_id)
