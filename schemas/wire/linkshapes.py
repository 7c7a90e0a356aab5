"""The shapes of answers about links, as the OpenAPI document describes them; `linkanswers` writes them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from schemas.vocabulary import LINK_STATES, RELS, STATUSES
from schemas.wire.shapes import ChangedFieldShape, FarEndShape, LinkOfEventShape, LinkShape, ListShape, WhenShape

_DAY = {"type": "string", "format": "date"}


def _a(kind: Any, **more: Any) -> fields.Field[Any]:
    return fields.Raw(required=True, metadata={"type": kind, **more})


class LinkListShape(ListShape):
    items = fields.List(fields.Nested(LinkShape), required=True)


class LinkRevisionShape(Schema):
    sequence = _a("integer")
    known_on = fields.Raw(required=True, metadata=_DAY)
    recorded_at = _a("string")
    recorded_by = _a("string")
    why = _a(["string", "null"])
    replaced = fields.Boolean(required=True)
    link = fields.Nested(LinkShape, required=True)
    changes = fields.List(fields.Nested(ChangedFieldShape), required=True)


class LinkRevisionListShape(ListShape):
    items = fields.List(fields.Nested(LinkRevisionShape), required=True)


class NodeShape(Schema):
    id = _a("string")
    title = _a("string")
    kind = _a("string")
    when = fields.Nested(WhenShape, required=True)
    status = _a("string", enum=list(STATUSES))
    hops = _a("integer", description="links away from the event asked about; 0: itself")


class EdgeShape(Schema):
    id = _a("string", description="the link's")
    rel = _a("string", enum=list(RELS))
    from_ = fields.Raw(required=True, data_key="from", metadata={"type": "string", "description": "an event's id"})
    to = _a("string", description="an event's id")
    gap_days = LinkOfEventShape._declared_fields["gap_days"]
    state = _a("string", enum=list(LINK_STATES))


class ChainShape(Schema):
    nodes = fields.List(fields.Nested(NodeShape), required=True)
    edges = fields.List(fields.Nested(EdgeShape), required=True)
    truncated = fields.Boolean(required=True, metadata={"description": "whether more lies within as many hops"})
    as_known_on = fields.Raw(required=True, metadata=_DAY)
    zone = _a(["string", "null"], description="the IANA time zone whose days are meant")
    through = _a("integer", description="the last change known by then")


class SuggestionShape(Schema):
    id = _a("string", description="<rel>~<from>~<to>")
    rel = _a("string", enum=list(RELS))
    from_ = fields.Nested(FarEndShape, required=True, data_key="from")
    to = fields.Nested(FarEndShape, required=True)
    score = _a("number", minimum=0, maximum=1)
    reasons = fields.Raw(
        required=True,
        metadata={"type": "array", "items": {"type": "string"}, "description": "what speaks for it, weightiest first"},
    )


class SuggestionListShape(ListShape):
    items = fields.List(fields.Nested(SuggestionShape), required=True)
