"""/api/v1/changes: the store's whole log, in order."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.questions import ChangesSchema
from schemas.wire.shapes import ChangeListShape
from service.answering import check_query
from service.api.addresses import next_after
from service.api.conventions import Door, answer, counted, standing_on
from service.api.formats import JSON, JSONL, JSONL_DOC, NDJSON, changes_as, varied, wanted
from service.doors import as_known
from service.store import changes

door = Door("changes", __name__, url_prefix="/api/v1/changes", description="The store's log, in the order of commits")


@door.route("", methods=["GET"])
@door.arguments(ChangesSchema, location="query")
@door.response(200, ChangeListShape)
@door.alt_response(200, **JSONL_DOC)
def list_changes(asked: dict[str, Any]) -> Response:
    """Every assertion after change number `after`: of events, links, names and calendars, each with its whole state.

    Whoever has read up to a number has missed nothing before it; `last` is the number to go on from, also where
    `next` is null since nothing newer stands here yet.
    """
    type_ = wanted(JSONL, NDJSON)
    return varied(_page(asked)) if type_ == JSON else changes_as(asked, type_)


def _page(asked: dict[str, Any]) -> Response:
    calendars = asked.get("calendar", ())
    with as_known(asked.get("as_known_on"), asked.get("through"), calendars) as at:
        check_query(at, EventQuery(calendar=calendars))
        found = changes.log(at, asked["after"], asked["limit"] + 1, calendars)
        shown = found[: asked["limit"]]
        more = len(found) > len(shown)
        # At the end of the log all through the last change known by then was looked at.
        last = shown[-1].change if more else max(asked["after"], at.printed)
        address = next_after(last) if more else None
        shape = {
            "items": [answers.change(each) for each in shown],
            "next": address,
            "last": last,
            **standing_on(at),
            **counted(changes.count(at, asked["after"], calendars) if asked.get("total") else None),
        }
    return answer(shape, headers={"Link": f'<{address}>; rel="next"'} if address else {})
