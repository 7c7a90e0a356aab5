"""The shapes of answers about the lead-up of one meeting; `service.recalling` writes them of one that was held,
`service.approaching` of one that lies ahead."""

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


_STEP = {"type": "array", "items": {"type": _FIGURE}, "minItems": 2, "maxItems": 2}


class SoFarShape(Schema):
    nearest = _a("integer", description="the lead, in days, down to which it is counted")
    count = _a(_FIGURE, description="events; days not exactly known count by shares")
    days = _a("integer", description="covered days")
    level = _a(_FIGURE, description="events a covered day in the year before the window; null where not covered")
    pace = _a(_FIGURE, description="how many times the pace of the year before that is")
    steps = _a("array", items=_STEP, description="[lead, events so far] wherever it rises")


class EarlierShape(Schema):
    id = _a("string")
    title = _a("string")
    starts = fields.Raw(required=True, metadata=_DAY)
    then = fields.Nested(SoFarShape, required=True, metadata={"description": "at the same distance"})
    whole = fields.Nested(SoFarShape, required=True, metadata={"description": "to its last day"})


class ApproachActivityShape(Schema):
    label = _a("string")
    named = _a("string", description="what is counted, in words")
    sentence = _a(["string", "null"], description="how it stands beside earlier run-ups; null where that is refused")
    refusal = _a(["string", "null"], description="why that cannot be told")
    own = fields.List(
        fields.Nested(SoFarShape, allow_none=True),
        required=True,
        metadata={"description": "if it opens on the earliest day and on the latest it may; null where not covered"},
    )
    more = _a("array", items={"type": ["integer", "null"]}, description="of each: earlier run-ups with a greater pace")
    others = fields.List(fields.Nested(EarlierShape), required=True)


class ApproachShape(Schema):
    headline = _a("string", description="of the most frequent activity; or why nothing can be told")
    as_known_on = fields.Raw(required=True, metadata=_DAY)
    zone = _a("string", description="the calendar's IANA time zone, whose days are meant")
    through = _a("integer")
    method = _a("string", description="the method's version")
    meeting = fields.Nested(FarEndShape, required=True)
    lead_days = _a("integer")
    opens = _a(
        ["array", "null"],
        items=_DAY,
        minItems=2,
        maxItems=2,
        description="the earliest and the latest day it may yet open; null where no run-up can be told",
    )
    activities = fields.List(fields.Nested(ApproachActivityShape), required=True)
    permalink = _a("string")
