"""/api/v1/calendars: what there is, what it covers, how old its knowledge is."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.errors import CalendarNotFound
from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.calendarshapes import CalendarListShape, CalendarShape
from schemas.wire.questions import AsKnownSchema, ShortListSchema
from service.answering import check_query
from service.api.conventions import Door, answer, short_list
from service.doors import as_known
from service.store.asknown import AsKnown, newest_known

door = Door("calendars", __name__, url_prefix="/api/v1/calendars", description="Calendars and their coverage")


@door.route("", methods=["GET"])
@door.arguments(ShortListSchema, location="query")
@door.response(200, CalendarListShape)
def list_calendars(asked: dict[str, Any]) -> Response:
    """Every calendar (or those asked for), with its coverage and the newest day anything in it became known.

    Where no coverage claims a kind, silence means nothing.
    """
    wanted = asked.get("calendar", ())

    def items(at: AsKnown) -> list[tuple[str, dict[str, Any]]]:
        check_query(at, EventQuery(calendar=wanted))
        return [(slug, _shape(at, slug)) for slug in sorted(wanted or at.calendars)]

    return short_list(asked, items)


@door.route("/<slug>", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.response(200, CalendarShape)
def get_calendar(asked: dict[str, Any], slug: str) -> Response:
    """One calendar, with its coverage.

    As known on a day: kinds, claims, rules and checks that came later are not shown, and no span goes beyond that day.
    """
    with as_known(asked.get("as_known_on"), asked.get("through"), (slug,)) as at:
        if slug not in at.calendars:
            raise CalendarNotFound(f"No calendar {slug} is known on {at.day}.")
        return answer(_shape(at, slug))


def _shape(at: AsKnown, slug: str) -> dict[str, Any]:
    return answers.calendar(at.calendars[slug], newest_known(at, [slug]))
