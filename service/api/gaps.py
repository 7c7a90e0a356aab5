"""/api/v1/gaps: how long from the first visit to a site to its opening."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.errors import InvalidRecord
from schemas.wire.gapshapes import GapsShape
from schemas.wire.questions import GapsSchema
from service import waiting
from service.api.conventions import Door, answer
from service.doors import as_known, settings

door = Door("gaps", __name__, url_prefix="/api/v1/gaps", description="How long until a site opens")


@door.route("", methods=["GET"])
@door.arguments(GapsSchema, location="query")
@door.response(200, GapsShape)
def list_gaps(asked: dict[str, Any]) -> Response:
    """How long from the first visit to a site, or the breaking of its ground, to its opening.

    Sites that are not open yet count as what they are: the share opened is Kaplan and Meier's.
    """
    if len(asked["calendar"]) != 1:
        raise InvalidRecord([{"detail": "Name one calendar.", "pointer": "?calendar"}])
    question = waiting.GapQuestion(
        calendar=asked["calendar"][0],
        from_kinds=asked["from_kind"],
        to_kinds=asked["to_kind"],
        rel=asked["rel"],
        programme=asked.get("programme", ()),
        theme=asked.get("theme", ()),
        text=asked.get("from_q"),
        within_days=asked.get("within_days"),
    )
    with as_known(asked.get("as_known_on"), asked.get("through"), asked["calendar"]) as at:
        return answer(waiting.gaps(at, question, settings().public_url))
