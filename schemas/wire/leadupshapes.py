"""The shapes of answers about lead-ups, as the OpenAPI document describes them; `service.studying` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.wire.calendarshapes import CheckShape, CoverageShape
from schemas.wire.shapes import PlaceShape

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


class LeadShape(Schema):
    """By lead: the smoothed rate, and what chance gives."""

    lead = _a("integer", description="days before the anchor")
    rate = _a(_FIGURE, description="events a day, smoothed")
    mean = _a(_FIGURE, description="the null's mean")
    low = _a(_FIGURE, description="of the null's simultaneous 95 % band")
    high = _a(_FIGURE, description="of the null's simultaneous 95 % band")
    outside = _a(["boolean", "null"], description="whether the rate leaves the band")


class BandShape(Schema):
    critical = _a(_FIGURE, description="how many of the null's standard deviations the band is wide on each side")
    leads_outside = _a("integer", description="at how many leads the rate leaves it")
    p = _a(_FIGURE, description="how often chance leaves it as far anywhere")


class LedShape(Schema):
    """An event in the window of a meeting."""

    id = _a("string")
    title = _a("string")
    kind = _a("string")
    lead_days = _a(
        "array",
        items={"type": "integer"},
        minItems=2,
        maxItems=2,
        description="days before the meeting, the fewest and the most it may be",
    )
    place = fields.Nested(PlaceShape, required=True, allow_none=True)


class CaseShape(Schema):
    id = _a("string")
    title = _a("string")
    starts = fields.Raw(required=True, metadata=_DAY_OR_NULL)
    count = _a(_FIGURE)
    days = _a("integer", description="covered days of its window")
    events = fields.List(fields.Nested(LedShape), required=True, metadata={"description": "the longest lead first"})


class CountedShape(Schema):
    id = _a("string")
    title = _a("string")
    kind = _a("string")
    starts = _a("array", items=_DAY_OR_NULL, minItems=2, maxItems=2, description="earliest and latest first day")
    use = _a(
        "string",
        enum=[
            *("inside", "elsewhere", "meeting-day", "window-left-out", "not-covered"),
            *("shared", "day-uncertain", "part-of-meeting", "part-of-activity"),
        ],
        description="where it counts, or why it does not; `shared`: its day is uncertain, and it counts by shares",
    )


class ExposedShape(Schema):
    count = _a(_FIGURE)
    days = _a("integer")
    rate = _a(_FIGURE)


class InsideShape(ExposedShape):
    expected = _a(_FIGURE, description="how many events the baseline expects in the windows")


class RatioShape(Schema):
    baseline = _a("string", enum=["season", "before", "elsewhere"], description="what it is held against")
    inside = fields.Nested(InsideShape, required=True)
    outside = fields.Nested(ExposedShape, required=True)
    ratio = _a(_FIGURE)
    low = _a(_FIGURE, description="of the interval that allows for clusters; null: no bound")
    high = _a(_FIGURE, description="of the interval that allows for clusters; null: no bound")
    if_independent = _a(
        "array", items={"type": _FIGURE}, minItems=2, maxItems=2, description="the interval if events did not cluster"
    )
    anchors = _a("integer", description="how many of the anchors it is made of")
    growth = _a(_FIGURE, description="of `before`: the factor by which steady growth alone would tilt it")
    p = _a(_FIGURE, description="of `season` alone, as in `chance`")
    q = _a(_FIGURE, description="of `season` alone, as in `chance`")


class RefusedShape(Schema):
    baseline = _a("string")
    reason = _a("string")
    found = _a(_FIGURE, description="the number that explains it")


class SeparationShape(Schema):
    """How far season and growth can be told from the windows."""

    free_share = _a(_FIGURE, description="of the windows' variance, what season and level leave unexplained")
    clean_years = _a("integer", description="anchors with another year in which the same days are in no window")
    covered_years = _a(_FIGURE)


class ChanceShape(Schema):
    """How often chance alone gives as much: the windows turned around all covered days."""

    p = _a(_FIGURE, description="two-sided")
    p_up = _a(_FIGURE, description="of as much or more")
    p_down = _a(_FIGURE, description="of as little or less")
    q = _a(_FIGURE, description="Benjamini and Hochberg's, among the activities asked; null where one was asked")
    asked = _a("integer", description="how many activities were asked at once")
    turns = _a("integer", description="how many arrangements there are, all of them looked at")
    statistic = _a(_FIGURE, description="log of observed over expected inside, less that outside")


class ChanceAtShape(Schema):
    lead_days = _a("integer")
    anchors = _a("integer")
    p = _a(_FIGURE)


class EpochsShape(Schema):
    """Window by window: whether it saw more than itself turned."""

    above = _a("integer")
    below = _a("integer")
    ties = _a("integer")
    p = _a(_FIGURE, description="of the exact sign test, two-sided")


class DistanceShape(Schema):
    mean_days = _a(_FIGURE, description="cut at 365")
    by_chance = _a(_FIGURE, description="the null's mean")
    low = _a(_FIGURE, description="of the null's 95 % range")
    high = _a(_FIGURE, description="of the null's 95 % range")


class NearestShape(Schema):
    """The nearest-event window: mean days from a meeting to the nearest event."""

    anchors = _a("integer")
    back = fields.Nested(DistanceShape, required=True)
    either = fields.Nested(DistanceShape, required=True)


class DispersionShape(Schema):
    """Of the counts in blocks of 30 covered days."""

    blocks = _a("integer")
    mean = _a(_FIGURE)
    variance = _a(_FIGURE)
    index = _a(_FIGURE, description="variance over mean; 1 of chance alone, more of clusters, trend and season")


def _or_null(shape: type[Schema], description: str) -> fields.Field[Any]:
    return fields.Nested(shape, required=True, allow_none=True, metadata={"description": description})


class ActivityShape(Schema):
    label = _a("string")
    headline = _a("string")
    verdict = _a("string", enum=["more", "fewer", "no-evidence", "not-robust", "too-little"])
    query = fields.Dict(required=True, metadata={"description": "its conditions, as the filter language has them"})
    profile = fields.List(fields.Nested(WeekShape), required=True)
    curve = fields.List(fields.Nested(LeadShape), required=True)
    band = _or_null(BandShape, "of the curve")
    ratios = fields.List(fields.Nested(RatioShape), required=True)
    refusal = _a(["string", "null"], description="why there is no ratio; null where there is one")
    refused = fields.List(fields.Nested(RefusedShape), required=True)
    robust = fields.Boolean(required=True, metadata={"description": "false where the baselines disagree"})
    separation = _or_null(SeparationShape, "how far season and growth can be told from the windows")
    chance = _or_null(ChanceShape, "null where the season is not removed")
    p_by_window = fields.List(
        fields.Nested(ChanceAtShape), required=True, metadata={"description": "p of windows of other lengths"}
    )
    epochs = _or_null(EpochsShape, "null under 6 windows")
    nearest = _or_null(NearestShape, "null without anchors")
    dispersion = fields.Nested(DispersionShape, required=True)
    cases = fields.List(fields.Nested(CaseShape), required=True, metadata={"description": "the used anchors"})
    events = fields.List(fields.Nested(CountedShape), required=True, metadata={"description": "all that it matches"})
    left_out = fields.Raw(
        required=True,
        metadata={
            "type": "object",
            "additionalProperties": {"type": "number"},
            "description": "how many events were not counted, by reason",
        },
    )
    anchors_used = _a("integer")
    anchors_left_out = fields.List(fields.Nested(AnchorShape), required=True)
    covered_days = _a("integer")
    coverage = fields.List(fields.Nested(CoverageShape), required=True)


class LeadupShape(Schema):
    headline = _a("string")
    question = fields.Nested(QuestionShape, required=True)
    as_known_on = fields.Raw(required=True, metadata=_DAY)
    zone = _a("string", description="the calendar's IANA time zone, whose days are meant")
    through = _a("integer")
    method = _a("string", description="the method's version")
    anchors = fields.List(
        fields.Nested(AnchorShape),
        required=True,
        metadata={"description": "as used for the first activity; what another leaves out stands there"},
    )
    activities = fields.List(fields.Nested(ActivityShape), required=True)
    checks = fields.List(
        fields.Nested(CheckShape), required=True, metadata={"description": "outside counts beside the calendar's own"}
    )
    data = _a("string", description="a digest of the events and anchors used")
    permalink = _a("string")
