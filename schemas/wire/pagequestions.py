"""What pages are asked: the filter language and a page of its answer; a year or a decade; words."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, post_load

from schemas.queries import EventQuery
from schemas.wire.fields import Text, Whole
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
