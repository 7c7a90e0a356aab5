"""/api/v1/names: the persons, places, bodies, programmes and themes in use, and each of them."""

from __future__ import annotations

import sys
from typing import Any

from flask import Response, request

from schemas.errors import NameNotFound
from schemas.events import Event
from schemas.queries import EventQuery
from schemas.vocabulary import NAMED_TYPES
from schemas.wire import answers, nameanswers
from schemas.wire.nameshapes import NameListShape, OneNameShape
from schemas.wire.questions import NameSchema, NamesOfTypesSchema, NamesSchema
from service import naming
from service.answering import check_query
from service.api.addresses import redirect_to
from service.api.conventions import Door, answer, known_as, short_list
from service.api.formats import CSV, CSV_DOC, JSON, JSONL, JSONL_DOC, NDJSON, names_as, refuse_total, varied, wanted
from service.doors import as_known
from service.store import names
from service.store.asknown import AsKnown

door = Door("names", __name__, url_prefix="/api/v1/names", description="Names in use, with how often and when")


@door.route("", methods=["GET"])
@door.arguments(NamesOfTypesSchema, location="query")
@door.response(200, NameListShape)
@door.alt_response(200, **CSV_DOC)
@door.alt_response(200, **JSONL_DOC)
def list_names(asked: dict[str, Any]) -> Response:
    """Every name that an event known by then bears, by type and slug (`sort=-count`: the most frequent first).

    `count` is what `/api/v1/events?<type>=<slug>` finds. Names are as spelled on that day; themes, and names without an
    entry, as they are written.
    """
    return list_as(asked, asked.get("type", ()), wanted(CSV, JSONL, NDJSON))


@door.route("/<type_>", methods=["GET"])
@door.arguments(NamesSchema, location="query")
@door.response(200, NameListShape)
@door.alt_response(200, **CSV_DOC)
@door.alt_response(200, **JSONL_DOC)
def list_names_of_type(asked: dict[str, Any], type_: str) -> Response:
    """The names in use of one type.

    As `/api/v1/names?type=<type>`: persons, places, bodies, programmes or themes.
    """
    if type_ not in NAMED_TYPES:
        raise NameNotFound(f"There are no names of the type {type_}; there are {', '.join(NAMED_TYPES)}.")
    return list_as(asked, (type_,), wanted(CSV, JSONL, NDJSON))


def list_as(asked: dict[str, Any], types: tuple[str, ...], type_: str) -> Response:
    """The names of a question as `type_`: a page in JSON, else all of them unless `limit` is given."""
    calendars = asked.get("calendar", ())

    def counted(at: AsKnown) -> list[tuple[str, naming.Tallied]]:
        check_query(at, EventQuery(calendar=calendars))
        return naming.in_use(at, types=types, text=asked.get("text"), calendars=calendars, sort=asked["sort"])

    def shapes(at: AsKnown, found: list[naming.Tallied]) -> list[dict[str, Any]]:
        return [nameanswers.name(each) for each in names.shown(at, found, calendars)]

    if type_ == JSON:
        return varied(short_list(asked, counted, shapes))
    refuse_total(asked)
    limit = asked["limit"] if "limit" in request.args else sys.maxsize
    return short_list(
        {**asked, "limit": limit}, counted, shapes, given=lambda _, items, cursor, __: names_as(items, type_, cursor)
    )


@door.route("/<type_>/<name>", methods=["GET"])
@door.arguments(NameSchema, location="query")
@door.response(200, OneNameShape)
@door.alt_response(308, description="The name by another spelling: at its slug")
def get_name(asked: dict[str, Any], type_: str, name: str) -> Response:
    """One name: how often, with whom, where, first and last seen. Its address is its slug; any other spelling known by
    then leads there."""
    calendars = asked.get("calendar", ())
    with as_known(asked.get("as_known_on"), asked.get("through"), calendars) as at:
        check_query(at, EventQuery(calendar=calendars))
        found = naming.portrait(at, type_, name, calendars)
        slug = found.seen.name.slug
        if slug != name:
            return redirect_to("api/v1/names", type_, slug)
        return answer(_shape(at, found))


def _shape(at: AsKnown, found: naming.Portrait) -> dict[str, Any]:
    return {
        **nameanswers.name(found.seen),
        "first_event": _event(found.first),
        "last_event": _event(found.last),
        "kinds": [{"kind": kind, "count": count} for kind, count in found.kinds],
        "people": [nameanswers.beside(each) for each in found.people],
        "places": [nameanswers.beside(each) for each in found.places],
        "parts": [nameanswers.beside(each) for each in found.parts],
        **known_as(at),
    }


def _event(event: Event | None) -> dict[str, Any] | None:
    return {"id": event.id, "title": event.title, "when": answers.when(event.when)} if event else None
