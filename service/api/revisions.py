"""/api/v1/events/<id>/revisions: how an event came to be known."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.wire import answers
from schemas.wire.questions import AsKnownListSchema
from schemas.wire.shapes import RevisionListShape
from service.api.addresses import redirect_of_double
from service.api.conventions import Door, revision_place, short_list
from service.doors import as_known
from service.store import events
from service.store.asknown import AsKnown

door = Door("revisions", __name__, url_prefix="/api/v1/events", description="How an event came to be known")


@door.route("/<event_id>/revisions", methods=["GET"])
@door.arguments(AsKnownListSchema, location="query")
@door.response(200, RevisionListShape)
@door.alt_response(308, description="The event doubles another: at that one's address")
def list_revisions(asked: dict[str, Any], event_id: str) -> Response:
    """Every revision known by then, by the day it became known, with what it changed.

    One that was `replaced` was entered wrongly, and is in no other answer.
    """
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=event_id) as at:
        if other := redirect_of_double(at, event_id, "revisions"):
            return other

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        found = [answers.revision(each, before) for before, each in events.history(at, event_id)]
        return [(revision_place(each), each) for each in found]

    return short_list(asked, items, subject=event_id)
