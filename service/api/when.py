"""/api/v1/when: a date in words or EDTF, read."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from schemas.errors import DomainError
from schemas.queries import EventQuery
from schemas.when import read
from schemas.wire import answers
from schemas.wire.questions import WhenQuestionSchema
from schemas.wire.shapes import WhenShape
from service.answering import check_query
from service.api.conventions import Door, answer
from service.doors import as_known

door = Door("when", __name__, url_prefix="/api/v1/when", description="Dates in words and in EDTF")


@door.route("", methods=["GET"])
@door.arguments(WhenQuestionSchema, location="query")
@door.response(200, WhenShape)
def get_when(asked: dict[str, Any]) -> Response:
    """What a date spans. `text` is in words or EDTF, with `said_on` where the words need the day they were said.

    Days are those of the calendar's zone, of `calendar` where there are several: a time of day told by other clocks is
    of the day it was there.
    """
    wanted = asked.get("calendar", ())
    with as_known(calendars=wanted) as at:
        check_query(at, EventQuery(calendar=wanted))
        try:
            zone = ZoneInfo(at.zone) if at.zone else None
            return answer(answers.when(read(asked["text"], said_on=asked.get("said_on"), zone=zone)))
        except DomainError as refusal:
            refusal.pointer = "?text"
            raise
