"""The shapes of answers about waits, as the OpenAPI document describes them; `service.waiting` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.wire.calendarshapes import CoverageShape
from schemas.wire.shapes import PlaceShape

_DAY = {"type": "string", "format": "date"}
_DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
_FIGURE = ["number", "null"]


def _a(kind: Any, **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": kind, **more})


class GapQuestionShape(Schema):
    calendar = _a("string")
    rel = _a("string")
    from_kind = _a("string")
    to_kind = _a("string")
    programme = fields.Raw(metadata={"type": "string"})
    theme = fields.Raw(metadata={"type": "string"})
    from_q = fields.Raw(metadata={"type": "string"})
    within_days = fields.Raw(metadata={"type": "integer"})


class SiteEventShape(Schema):
    id = _a("string")
    title = _a("string")
    kind = _a("string")
    starts = _a("array", items=_DAY_OR_NULL, minItems=2, maxItems=2, description="earliest and latest first day")


class SiteShape(Schema):
    """A site: its first visit, and its opening where that was held by then."""

    place = fields.Nested(PlaceShape, required=True, allow_none=True)
    first = fields.Nested(SiteEventShape, required=True)
    visits = _a("integer", description="how many were recorded")
    opening = fields.Nested(SiteEventShape, required=True, allow_none=True)
    days = _a(["integer", "null"], description="waited; null where that cannot be counted")
    opened = fields.Boolean(required=True, metadata={"description": "by `counted_to`"})
    reason = _a(["string", "null"], description="why it is not counted")


class WaitStepShape(Schema):
    """The share opened from this day on, until the next step."""

    day = _a("integer", description="after the first visit")
    at_risk = _a("integer", description="sites seen waiting so long")
    opening = _a("integer", description="how many of them opened on that day")
    share = _a(_FIGURE, description="opened by then (Kaplan-Meier)")
    low = _a(_FIGURE, description="of its 95 % interval (Greenwood, log-log)")
    high = _a(_FIGURE, description="of its 95 % interval (Greenwood, log-log)")


class QuantileShape(Schema):
    share = _a("number")
    days = _a(_FIGURE, description="by which that share had opened; null: not reached")
    low = _a(_FIGURE, description="of its 95 % interval (Brookmeyer-Crowley)")
    high = _a(_FIGURE, description="of its 95 % interval; null: no bound")


class WithinShape(Schema):
    days = _a("integer")
    share = _a(_FIGURE, description="opened by then; null beyond the longest wait seen")
    low = _a(_FIGURE)
    high = _a(_FIGURE)


class GapsShape(Schema):
    headline = _a("string")
    refusal = _a(["string", "null"], description="why there is no figure; null where there are")
    counted = _a("integer", description="sites whose wait counts")
    opened = _a("integer", description="how many of them had opened by `counted_to`")
    curve = fields.List(fields.Nested(WaitStepShape), required=True)
    still_waiting_days = _a("array", items={"type": "integer"}, description="of the sites that had not opened")
    quantiles = fields.List(fields.Nested(QuantileShape), required=True)
    within = fields.Nested(
        WithinShape, required=True, allow_none=True, metadata={"description": "null where `within_days` was not asked"}
    )
    question = fields.Nested(GapQuestionShape, required=True)
    as_known_on = fields.Raw(required=True, metadata=_DAY)
    zone = _a("string", description="the calendar's IANA time zone, whose days are meant")
    through = _a("integer")
    method = _a("string", description="the method's version")
    counted_to = fields.Raw(
        required=True, metadata=_DAY_OR_NULL | {"description": "the last day on which an opening would be recorded"}
    )
    sites = fields.List(
        fields.Nested(SiteShape), required=True, metadata={"description": "by the day of their first visit"}
    )
    coverage = fields.List(fields.Nested(CoverageShape), required=True)
    data = _a("string", description="a digest of the events used")
    permalink = _a("string")
