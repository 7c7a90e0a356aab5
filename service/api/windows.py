"""/api/v1/windows: what was announced for when, and the day it opened."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.queries import EventQuery
from schemas.windows import Window
from schemas.wire import windowshapes
from schemas.wire.windowshapes import WindowListShape, WindowsSchema
from service import windows
from service.answering import check_query
from service.api.conventions import Door, list_answer, short_list
from service.store.asknown import AsKnown

door = Door("windows", __name__, url_prefix="/api/v1/windows", description="Announced windows and what came of them")


@door.route("", methods=["GET"])
@door.arguments(WindowsSchema, location="query")
@door.response(200, WindowListShape)
def list_windows(asked: dict[str, Any]) -> Response:
    """Every window that the body announced, or that others gave (`said_by`), beside the day on which it opened.

    Whether that was early, inside or late, by how many days, and how long before it was announced; oldest first. Plain
    counts, as known on any day: letters and pages quote them.
    """
    record: list[Window] = []
    givers = asked.get("said_by") or ("body",)

    def keyed(at: AsKnown) -> list[tuple[str, Window]]:
        query = EventQuery(calendar=asked.get("calendar", ()), kind=asked.get("kind", ()))
        check_query(at, query)
        record.extend(windows.record(at, query, givers))
        return [(f"{each.known_on} {each.event} {number:06d}", each) for number, each in enumerate(record)]

    def shapes(_: AsKnown, shown: list[Window]) -> list[dict[str, Any]]:
        return list(map(windowshapes.window, shown))

    def given(at: AsKnown, items: list[dict[str, Any]], cursor: str | None, total: int | None) -> Response:
        return list_answer(at, items, cursor, total, **windowshapes.whole(record, givers))

    return short_list(asked, keyed, shapes, given=given)
