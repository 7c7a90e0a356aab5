"""The shapes of answers about the lead-up of one meeting; `service.recalling` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.wire.leadupshapes import LedShape, QuestionShape
from schemas.wire.shapes import FarEndShape, LinkOfEventShape

_DAY = {"type": "string", "format": "date"}
_FIGURE = ["number", "null"]


def _a(kind: Any, **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": kind, **more})


class LinkedLedShape(LedShape):
    links = fields.List(fields.Nested(LinkOfEventShape), required=True)


class OthersShape(Schema):
    count = _a(_FIGURE, description="events, over all other meetings")
    days = _a("integer", description="covered days, over all other meetings")
    rate = _a(_FIGURE, description="events a day")


class OwnWeekShape(Schema):
    lead_from = _a("integer")
    lead_to = _a("integer")
    count = _a(_FIGURE, description="events before this meeting; null where its window is not used")
    days = _a(["integer", "null"])
    rate = _a(_FIGURE)
    others = fields.Nested(OthersShape, required=True)


class RunUpActivityShape(Schema):
    label = _a("string")
    query = fields.Dict(required=True, metadata={"description": "its conditions, as the filter language has them"})
    used = fields.Boolean(required=True)
    reason = _a(["string", "null"], description="why the meeting's own window is not counted")
    count = _a(_FIGURE, description="events in its window; null where that is not used")
    others = _a("integer", description="how many other meetings it stands beside")
    others_mean = _a(_FIGURE, description="events in a window of theirs, on average, had it as many covered days")
    weeks = fields.List(fields.Nested(OwnWeekShape), required=True)


class RunUpShape(Schema):
    headline = _a("string")
    question = fields.Nested(QuestionShape, required=True)
    as_known_on = fields.Raw(required=True, metadata=_DAY)
    zone = _a("string", description="the calendar's IANA time zone, whose days are meant")
    through = _a("integer")
    method = _a("string", description="the method's version")
    meeting = fields.Nested(FarEndShape, required=True)
    window = _a("array", items=_DAY, minItems=2, maxItems=2, description="first and last day of its lead-up")
    events = fields.List(
        fields.Nested(LinkedLedShape),
        required=True,
        metadata={"description": "all that was held in it, the longest lead first; no part of the meeting"},
    )
    activities = fields.List(fields.Nested(RunUpActivityShape), required=True)
    permalink = _a("string")
