"""/api/v1/suggestions: the links that ought to be; accept or reject one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from schemas.queries import EventQuery
from schemas.wire import answers, linkanswers
from schemas.wire.fields import LINES, load
from schemas.wire.linkquestions import DecisionSchema, SuggestionListSchema
from schemas.wire.linkshapes import SuggestionListShape
from schemas.wire.shapes import LinkShape
from service import suggesting
from service.answering import check_event, check_query
from service.api.asking import json_body
from service.api.conventions import SECURITY, Door, answer, short_list, writing
from service.api.creating import IDEMPOTENCY_KEY, created, once
from service.doors import store, writer
from service.store import links
from service.store.asknown import AsKnown
from service.store.database import Then

door = Door("suggestions", __name__, url_prefix="/api/v1/suggestions", description="Links that ought to be")

DECISION: dict[str, Any] = {
    "required": False,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "known_on": {"type": "string", "format": "date", "description": "the day the link is known from"},
                    "why": {"type": "string", "minLength": 1, "maxLength": 1000, "pattern": LINES},
                },
            }
        }
    },
}


@door.route("", methods=["GET"])
@door.arguments(SuggestionListSchema, location="query")
@door.response(200, SuggestionListShape)
def list_suggestions(asked: dict[str, Any]) -> Response:
    """What the events known by then suggest, best first. A pair that is linked by the rel, in any state, is left out.

    Of a calendar the newest 2,000 events are looked at; `event` looks around that one, however old it is."""

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        wanted, event = asked.get("calendar", ()), asked.get("event")
        check_query(at, EventQuery(calendar=wanted))
        if event:
            check_event(at, event)
        least = asked.get("min_score", suggesting.LEAST_SCORE)
        found = suggesting.suggestions(at, calendars=wanted, event=event, least=least)
        return [
            (f"{100 - round(100 * each.score):03d}~{each.id}", linkanswers.suggestion(each))
            for each in found
            if each.rel in asked.get("rel", (each.rel,))
        ]

    return short_list(asked, items, subject=asked.get("event"))


@door.route("/<suggestion_id>/accept", methods=["POST"])
@writing
@once
@door.response(201, LinkShape)
@door.doc(security=SECURITY, requestBody=DECISION)
@door.taking(IDEMPOTENCY_KEY)
def accept_suggestion(suggestion_id: str) -> Response:
    """Assert the link, its reasons as evidence. Without `known_on` it is known from the day since which both its ends
    stand as they do."""
    return _decided(suggesting.accept, suggestion_id)


@door.route("/<suggestion_id>/reject", methods=["POST"])
@writing
@once
@door.response(201, LinkShape)
@door.doc(security=SECURITY, requestBody=DECISION)
@door.taking(IDEMPOTENCY_KEY)
def reject_suggestion(suggestion_id: str) -> Response:
    """Record the link as rejected: it is not suggested again. Without `known_on` it is known from the first day on
    which both its ends were known."""
    return _decided(suggesting.reject, suggestion_id)


def _decided(decide: Callable[..., str], id_: str) -> Response:
    by = writer(subjects=suggesting.parts(id_)[1:])
    body = json_body(request) if request.get_data() else {}
    decided = load(DecisionSchema(), body)

    def make(then: Then) -> str:
        return decide(store(), id_, known_on=decided.get("known_on"), why=decided.get("why"), by=by, then=then)

    return created(make, _link)


def _link(at: AsKnown, id_: str) -> Response:
    link = links.newest(at, id_)
    headers = {"Location": f"/api/v1/links/{id_}"}
    return answer(answers.whole_link(link), status=201, tag=f"{link.last_sequence}-{link.sequence}", headers=headers)
