"""/api/v1/kinds: what sorts of event there are, and which are key meetings."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.questions import ShortListSchema
from schemas.wire.shapes import KindListShape
from service.answering import check_query
from service.api.conventions import Door, short_list
from service.store.asknown import AsKnown

door = Door("kinds", __name__, url_prefix="/api/v1/kinds", description="Kinds of event")


@door.route("", methods=["GET"])
@door.arguments(ShortListSchema, location="query")
@door.response(200, KindListShape)
def list_kinds(asked: dict[str, Any]) -> Response:
    """Every kind of every calendar, and whether it is a key meeting.

    By calendar, in the order in which it declares them.
    """
    wanted = asked.get("calendar", ())

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        check_query(at, EventQuery(calendar=wanted))
        return [
            (f"{slug}/{place:04}", answers.kind(kind, slug))  # in the order in which the calendar declares them
            for slug in sorted(wanted or at.calendars)
            for place, kind in enumerate(at.calendars[slug].kinds)
        ]

    return short_list(asked, items)
