"""/api/v1/leadups: what led up to the key meetings."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.errors import InvalidRecord
from schemas.wire.leadupshapes import LeadupShape
from schemas.wire.questions import LeadupSchema
from service import studying
from service.api.conventions import Door, answer_bytes
from service.api.feedanswers import shelf
from service.doors import as_known, settings
from service.gathering import Question

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
