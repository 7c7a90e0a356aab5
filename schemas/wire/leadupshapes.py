"""The shapes of answers about lead-ups, as the OpenAPI document describes them; `service.studying` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.wire.calendarshapes import CoverageShape

_DAY = {"type": "string", "format": "date"}
_DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
_FIGURE = ["number", "null"]


def _a(kind: Any, **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": kind, **more})


class QuestionShape(Schema):
    calendar = _a("string")
    anchors = _a("string")
    activity = _a("array", items={"type": "string"})
    lead_days = _a("integer")
    overlap = _a("string", enum=["nearest", "drop"])
    parts = _a("string", enum=["once", "each"])


class AnchorShape(Schema):
    id = _a("string")
    title = _a("string")
    starts = fields.Raw(required=True, metadata=_DAY_OR_NULL | {"description": "its earliest first day"})
    window = _a(
        ["array", "null"],
        items=_DAY,
        minItems=2,
        maxItems=2,
        description="first and last day of its lead-up; null where it is not used",
    )
    used = fields.Boolean(required=True)
    reason = _a(["string", "null"], description="why it is not used, or into which other it is merged")


class WeekShape(Schema):
    """A week of lead: `lead_from` and `lead_to` are days before the anchor."""

    lead_from = _a("integer")
    lead_to = _a("integer")
    count = _a(_FIGURE, description="events; one whose day is uncertain counts in parts")
    days = _a("integer", description="covered days, over all anchors")
    rate = _a(_FIGURE, description="events a day")
    low = _a(_FIGURE, description="of the 95 % interval")
    high = _a(_FIGURE, description="of the 95 % interval")


class CaseShape(Schema):
    id = _a("string")
    title = _a("string")
    count = _a(_FIGURE)
    days = _a("integer", description="covered days of its window")


class CountedShape(Schema):
    id = _a("string")
    title = _a("string")
    starts = _a("array", items=_DAY_OR_NULL, minItems=2, maxItems=2, description="earliest and latest first day")


class ExposedShape(Schema):
    count = _a(_FIGURE)
    days = _a("integer")
    rate = _a(_FIGURE)


class RatioShape(Schema):
    baseline = _a("string", description="what it is held against")
    inside = fields.Nested(ExposedShape, required=True)
    outside = fields.Nested(ExposedShape, required=True)
    ratio = _a(_FIGURE)
    low = _a(_FIGURE, description="of the interval that allows for clusters")
    high = _a(_FIGURE, description="of the interval that allows for clusters")
    if_independent = _a("array", items={"type": _FIGURE}, minItems=2, maxItems=2)
    p = _a(_FIGURE)
    q = _a(_FIGURE)


class RefusedShape(Schema):
    baseline = _a("string")
    reason = _a("string")


class ActivityShape(Schema):
    label = _a("string")
    query = fields.Dict(required=True, metadata={"description": "its conditions, as the filter language has them"})
    profile = fields.List(fields.Nested(WeekShape), required=True)
    cases = fields.List(fields.Nested(CaseShape), required=True)
    events = fields.List(
        fields.Nested(CountedShape), required=True, metadata={"description": "the list, where there is no rate"}
    )
    ratios = fields.List(fields.Nested(RatioShape), required=True)
    refusal = _a(["string", "null"], description="why there is no ratio; null where there is one")
    refused = fields.List(fields.Nested(RefusedShape), required=True)
    left_out = fields.Raw(
        required=True,
        metadata={
            "type": "object",
            "additionalProperties": {"type": "number"},
            "description": "how many events were not counted, by reason",
        },
    )
    anchors_used = _a("integer")
    covered_days = _a("integer")
    coverage = fields.List(fields.Nested(CoverageShape), required=True)
    dispersion_30_days = _a(_FIGURE, description="variance of counts in 30 days over their mean; 1 of chance alone")


class LeadupShape(Schema):
    headline = _a("string")
    question = fields.Nested(QuestionShape, required=True)
    as_known_on = fields.Raw(required=True, metadata=_DAY)
    zone = _a("string", description="the calendar's IANA time zone, whose days are meant")
    through = _a("integer")
    method = _a("string", description="the method's version")
    anchors = fields.List(fields.Nested(AnchorShape), required=True)
    activities = fields.List(fields.Nested(ActivityShape), required=True)
    data = _a("string", description="a digest of the events and anchors used")
    permalink = _a("string")
