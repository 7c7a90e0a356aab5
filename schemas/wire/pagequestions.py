"""What pages are asked: the filter language and a page of its answer; a year or a decade; words."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, post_load, validates

from schemas.queries import EventQuery
from schemas.vocabulary import GROUPS
from schemas.wire.fields import Several, Text, Whole
from schemas.wire.questions import EventQuerySchema


class EventsPageSchema(EventQuerySchema):
    """A page of the list of events: {query, limit, cursor}."""

    limit = Whole(1, 200, load_default=50)
    cursor = Text(longest=1000)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        limit, cursor = data.pop("limit"), data.pop("cursor", None)
        return {"query": EventQuery(**data), "limit": limit, "cursor": cursor}


class WordsSchema(Schema):
    """Words to be looked for."""

    text = Text(data_key="q", longest=200)


class ReasonSchema(Schema):
    """Why something is retracted."""

    why = Text(required=True, longest=1000, lines=True, error_messages={"required": "Say why."})


class TimelineSchema(Schema):
    """A year, or the first year of a decade; of some calendars and groups."""

    year = Whole(1, 9999)
    decade = Whole(0, 9990)
    calendar = Several()
    group = Several(GROUPS)

    @validates("decade")
    def begins_a_decade(self, value: int, **_: Any) -> None:
        if value % 10:
            raise ValidationError(f"A decade begins with a year that ends in 0, as {value // 10 * 10}.")
