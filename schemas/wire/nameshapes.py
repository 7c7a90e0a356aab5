"""The shapes of answers about names, as the OpenAPI document describes them; `nameanswers` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.vocabulary import NAMED_TYPES
from schemas.wire.shapes import FarEndShape, ListShape

_DAY = {"type": "string", "format": "date"}
_DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}


def _text(*, null: bool = False, description: str = "") -> fields.Field[Any]:
    kind: Any = ["string", "null"] if null else "string"
    return fields.Raw(required=True, metadata={"type": kind, "description": description})


def _whole(description: str) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": "integer", "description": description})


class FormerShape(Schema):
    name = _text()
    until = fields.Raw(required=True, metadata=_DAY | {"description": "the last day on which it was called so"})


class NameShape(Schema):
    type = fields.Raw(required=True, metadata={"type": "string", "enum": list(NAMED_TYPES)})
    slug = _text(description="unique within its type; filters take it and any spelling")
    name = _text(description="the spelling in force on that day")
    native = _text(null=True)
    variants = fields.Raw(required=True, metadata={"type": "array", "items": {"type": "string"}})
    former = fields.List(fields.Nested(FormerShape), required=True)
    part_of = _text(null=True, description="the slug of the place it lies in")
    count = _whole("events that bear it, of any status but retracted; a place also by the places in it")
    first_seen = fields.Raw(
        required=True, metadata=_DAY_OR_NULL | {"description": "earliest first day of the first held event"}
    )
    last_seen = fields.Raw(
        required=True, metadata=_DAY_OR_NULL | {"description": "earliest first day of the last held event"}
    )


class NameListShape(ListShape):
    items = fields.List(fields.Nested(NameShape), required=True)


class NamedBesideShape(Schema):
    slug = _text()
    name = _text()
    part_of = _text(null=True)
    count = _whole("events that bear both")


class KindCountShape(Schema):
    kind = _text()
    count = _whole("events of that kind")


class OneNameShape(NameShape):
    first_event = fields.Nested(FarEndShape, required=True, allow_none=True)
    last_event = fields.Nested(FarEndShape, required=True, allow_none=True)
    kinds = fields.List(fields.Nested(KindCountShape), required=True)
    people = fields.List(fields.Nested(NamedBesideShape), required=True)
    places = fields.List(fields.Nested(NamedBesideShape), required=True)
    parts = fields.List(fields.Nested(NamedBesideShape), required=True)
    as_known_on = fields.Raw(required=True, metadata=_DAY)
    zone = _text(null=True, description="the IANA time zone whose days are meant; null where calendars have several")
    through = _whole("the last change known by then")
