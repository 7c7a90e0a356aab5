"""/api/v1/calendars and /api/v1/kinds: what there is, what it covers, how old its knowledge is."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.errors import CalendarNotFound
from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.questions import AsKnownSchema, ShortListSchema
from schemas.wire.shapes import CalendarListShape, CalendarShape, KindListShape
from service.answering import check_query
from service.api.conventions import Door, answer, short_list
from service.doors import as_known
from service.store.asknown import AsKnown, newest_known

door = Door("calendars", __name__, url_prefix="/api/v1/calendars", description="Calendars and their coverage")
kinds_door = Door("kinds", __name__, url_prefix="/api/v1/kinds", description="Kinds of event")


@door.route("", methods=["GET"])
@door.arguments(ShortListSchema, location="query")
@door.response(200, CalendarListShape)
def list_calendars(asked: dict[str, Any]) -> Response:
    """Every calendar, with its coverage and the newest day anything in it became known."""

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        return [(slug, _shape(at, slug)) for slug in sorted(at.calendars)]

    return short_list(asked, items)


@door.route("/<slug>", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.response(200, CalendarShape)
def get_calendar(asked: dict[str, Any], slug: str) -> Response:
    """One calendar."""
    with as_known(asked.get("as_known_on"), asked.get("through"), (slug,)) as at:
        if slug not in at.calendars:
            raise CalendarNotFound(f"No calendar {slug} is known on {at.day}.")
        return answer(_shape(at, slug))


def _shape(at: AsKnown, slug: str) -> dict[str, Any]:
    return answers.calendar(at.calendars[slug], newest_known(at, [slug]))


@kinds_door.route("", methods=["GET"])
@kinds_door.arguments(ShortListSchema, location="query")
@kinds_door.response(200, KindListShape)
def list_kinds(asked: dict[str, Any]) -> Response:
    """Every kind of every calendar (or of those asked for), and whether it is a key meeting."""
    wanted = asked.get("calendar", ())

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        check_query(at, EventQuery(calendar=wanted))
        return [
            (f"{slug}/{kind.slug}", answers.kind(kind, slug))
            for slug in sorted(wanted or at.calendars)
            for kind in at.calendars[slug].kinds
        ]

    return short_list(asked, items)
