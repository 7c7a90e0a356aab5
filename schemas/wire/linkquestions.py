"""Questions and decisions about links: lists of them, the graph around an event, suggestions."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from schemas.links import LinkQuery
from schemas.vocabulary import INVERSES, LINK_STATES, RELS
from schemas.wire.fields import Day, Several, Text, Whole
from schemas.wire.questions import AsKnownSchema, ShortListSchema

_DATE = {"type": "string", "format": "date"}
_REL = {"description": "by which rels, under either of their names, by comma"}
_STATE = {"description": "in which states, by comma"}


class _Rels(Several):
    """Rels under either of their names, each read as the rel that links are kept by."""

    def __init__(self) -> None:
        super().__init__((*RELS, *INVERSES), metadata=_REL)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> tuple[str, ...]:
        named = super()._deserialize(value, attr, data, **options)
        return tuple(dict.fromkeys(INVERSES.get(each, each) for each in named))


class LinkListSchema(ShortListSchema):
    """Which links."""

    rel = _Rels()
    state = Several(LINK_STATES, metadata=_STATE)
    event = Text(longest=100, metadata={"description": "with this event at either end"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        conditions = {name: data.pop(name) for name in ("calendar", "rel", "state", "event") if name in data}
        return {**data, "query": LinkQuery(**conditions)}


class ChainSchema(AsKnownSchema):
    """How far, and over which links."""

    hops = Whole(1, 6, load_default=3, metadata={"description": "over at most so many links"})
    rel = _Rels()
    state = Several(LINK_STATES, metadata=_STATE | {"description": f"{_STATE['description']}; asserted if not given"})


class SuggestionListSchema(ShortListSchema):
    """Which suggestions, and how strong."""

    rel = _Rels()
    event = Text(longest=100, metadata={"description": "with this event at either end"})
    min_score = fields.Float(
        allow_nan=False, validate=validate.Range(0, 1), metadata={"description": "0 to 1; 0.6 if not given"}
    )


class DecisionSchema(Schema):
    """On a suggestion: the day the link is known from, and why."""

    known_on = Day(metadata=_DATE | {"description": "the day the link is known from"})
    why = Text(longest=1000, lines=True)
