"""/api/v1/leadups: what led up to the key meetings."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.errors import InvalidRecord
from schemas.wire.leadupshapes import LeadupShape
from schemas.wire.questions import LeadupSchema, RunUpSchema
from schemas.wire.runupshapes import RunUpShape
from service import recalling, studying
from service.api.addresses import redirect_to
from service.api.conventions import Door, answer, answer_bytes
from service.api.feedanswers import shelf
from service.doors import as_known, settings
from service.gathering import Question
from service.store import events

door = Door("leadups", __name__, url_prefix="/api/v1/leadups", description="What led up to the key meetings")


@door.route("", methods=["GET"])
@door.arguments(LeadupSchema, location="query")
@door.response(200, LeadupShape)
def study_leadups(asked: dict[str, Any]) -> Response:
    """What led up to key meetings: activity by lead before the anchors, and its rate there against elsewhere.

    `anchors` and `activity` (which may repeat) are kinds by comma, or conditions such as
    `kind:ceremony;programme:20x10`.
    """
    if len(asked["calendar"]) != 1:
        raise InvalidRecord([{"detail": "Name one calendar.", "pointer": "?calendar"}])
    question = Question(
        calendar=asked["calendar"][0],
        anchors=asked["anchors"],
        activities=tuple(asked["activity"]),
        lead_days=asked["lead_days"],
        overlap=asked["overlap"],
        parts=asked["parts"],
    )
    with as_known(asked.get("as_known_on"), asked.get("through"), asked["calendar"]) as at:
        return answer_bytes(studying.answer(at, question, settings().public_url, shelf()))


@door.route("/<event_id>", methods=["GET"])
@door.arguments(RunUpSchema, location="query")
@door.response(200, RunUpShape)
@door.alt_response(308, description="The event doubles another: at that one's address")
def get_leadup(asked: dict[str, Any], event_id: str) -> Response:
    """What led up to one past meeting: every event in its window by lead, beside the others' mean by week.

    It describes: whether a lead-up is unlike the others is no matter of one count.
    """
    question = recalling.RunUp(
        meeting=event_id,
        anchors=asked.get("anchors"),
        activities=tuple(asked.get("activity", ())),
        lead_days=asked["lead_days"],
        overlap=asked["overlap"],
        parts=asked["parts"],
    )
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=event_id) as at:
        if other := events.doubles(at, event_id):
            return redirect_to("api/v1/leadups", other)
        return answer(recalling.recall(at, question, settings().public_url))
