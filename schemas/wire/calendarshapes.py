"""The shapes of answers about calendars, as the OpenAPI document describes them; `answers` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.wire.shapes import KindShape, ListShape

_DAY = {"type": "string", "format": "date"}
_DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}


def _a(kind: Any, **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": kind, **more})


def _day(description: str = "inclusive", **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata=_DAY | {"description": description}, **more)


class ThinShape(Schema):
    """Days inside a covered span that are less well covered."""

    from_ = _day(data_key="from")
    to = _day()
    reason = _a("string")
    known_on = _day("the day from which that could be seen")


class CoverageShape(Schema):
    """The claim to hold every reported event of some kinds within a span."""

    kinds = _a("array", items={"type": "string"})
    programme = _a(["string", "null"], description="the claim holds only within this programme")
    from_ = _day(data_key="from")
    to = _day()
    thin = fields.List(fields.Nested(ThinShape), required=True)
    note = _a(["string", "null"])
    known_on = _day("the day from which the claim is made")


class RuleShape(Schema):
    """What the body's own rules say of how often a kind of meeting opens."""

    kind = _a("string")
    every_years = _a("integer")
    words = _a("string", description="the rule as a sentence")
    publisher = _a("string")
    url = _a(["string", "null"])
    known_on = _day("the day from which the public could know it")


class PromiseShape(Schema):
    """What a programme promised, and which of its events keep count of it."""

    programme = _a("string", description="the slug of its name")
    sites_a_year = _a("integer")
    from_ = _day("the first day that it is promised for", data_key="from")
    to = _day("the last day that it is promised for")
    words = _a("string", description="the promise as a sentence")
    begun = _a("string", description="a short filter: the events at which a site was begun")
    inspected = _a("string", description="a short filter: the events at which a site was looked at")
    opened = _a("string", description="a short filter: the events that opened a site, those above apart")
    publisher = _a("string")
    url = _a(["string", "null"])
    known_on = _day("the day from which the public could know it")


class CheckShape(Schema):
    """An outside count to hold our own against."""

    publisher = _a("string")
    year = _a("integer")
    what = _a("string")
    theirs = _a("integer")
    ours = _a("integer")
    url = _a(["string", "null"])
    known_on = _day("the day from which it could be known")


class CalendarShape(Schema):
    slug = _a("string")
    name = _a("string")
    description = _a("string")
    zone = _a("string", description="IANA time zone; all days are days there")
    country = _a(["string", "null"], description="ISO 3166-1")
    color = _a("string", description="a CSS3 colour name")
    language = _a("string", description="BCP 47")
    licence = _a(["string", "null"])
    known_on = _day("nothing of it is known earlier")
    newest_known_on = fields.Raw(
        required=True, metadata=_DAY_OR_NULL | {"description": "the newest day anything in it became known"}
    )
    kinds = fields.List(fields.Nested(KindShape), required=True)
    coverage = fields.List(fields.Nested(CoverageShape), required=True)
    rules = fields.List(fields.Nested(RuleShape), required=True)
    promises = fields.List(fields.Nested(PromiseShape), required=True)
    announcements = fields.List(
        fields.Nested(CoverageShape),
        required=True,
        metadata={"description": "spans in which every announcement of these kinds is held"},
    )
    checks = fields.List(fields.Nested(CheckShape), required=True)


class CalendarListShape(ListShape):
    items = fields.List(fields.Nested(CalendarShape), required=True)
