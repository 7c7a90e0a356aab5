"""/api/v1/events: list and filter, one event; create and amend."""

from __future__ import annotations

from typing import Any

from flask import Response

from schemas.events import EventDraft
from schemas.queries import EventQuery
from schemas.wire import answers
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.questions import AsKnownSchema, PageSchema
from schemas.wire.shapes import EventListShape, EventShape
from service import answering, briefing, recording
from service.api.addresses import redirect_of_double
from service.api.conventions import (
    IF_MATCH,
    SECURITY,
    Door,
    answer,
    expected_sequences,
    list_answer,
    writing,
)
from service.api.creating import IDEMPOTENCY_KEY, amended, created, once
from service.api.formats import CSV, CSV_DOC, JSON, JSONL, JSONL_DOC, NDJSON, events_as, varied, wanted
from service.doors import as_known, store, writer
from service.store import events, links
from service.store.asknown import AsKnown
from service.store.timeline import Found

door = Door("events", __name__, url_prefix="/api/v1/events", description="Events, as known on any day")


@door.route("", methods=["GET"])
@door.arguments(PageSchema, location="query")
@door.response(200, EventListShape)
@door.alt_response(200, **CSV_DOC)
@door.alt_response(200, **JSONL_DOC)
def list_events(asked: dict[str, Any]) -> Response:
    """The events of a query, a page at a time; by `Accept` all of them, as CSV or JSON Lines.

    Every page is of what was known on one day, through one change: following `next` sees no later writes.
    """
    type_ = wanted(CSV, JSONL, NDJSON)
    return varied(_page(asked)) if type_ == JSON else events_as(asked, type_)


def _page(asked: dict[str, Any]) -> Response:
    query, after = answering.begun(asked["query"], asked["cursor"])
    with as_known(query.as_known_on, query.through, query.calendar) as at:
        page = answering.page(
            at,
            query,
            limit=asked["limit"],
            after=after,
            detail=asked["detail"],
            total=asked["total"],
        )
        items = [answers.listed(each.event, each.links, asked["detail"]) for each in page.items]
        return list_answer(at, items, page.cursor, page.total, **_age(at, query))


def _age(at: AsKnown, query: EventQuery) -> dict[str, Any]:
    """How old the knowledge behind a list is, and until when its silence means something."""
    ages = briefing.ages(at, query)
    newest = max((age.newest_known_on for age in ages if age.newest_known_on), default=None)
    return {
        "newest_known_on": answers.day(newest),
        "knowledge": [
            {
                "calendar": age.calendar.slug,
                "newest_known_on": answers.day(age.newest_known_on),
                "newest_known_days_ago": age.days_ago,
                "covered": [{"to": answers.day(until), "kinds": list(kinds)} for until, kinds in age.covered],
            }
            for age in ages
        ],
    }


@door.route("", methods=["POST"])
@writing
@once
@door.arguments(EventDraftSchema)
@door.response(201, EventShape)
@door.doc(security=SECURITY)
@door.taking(IDEMPOTENCY_KEY)
def create_event(draft: EventDraft) -> Response:
    """Record a new event.

    A draft is one assertion of its whole state, known on one day; the service gives the id. `null` means: not given.
    """
    by = writer(draft.calendar)

    def show(at: AsKnown, id_: str) -> Response:
        return _whole(at, events.newest_state(at.conn, id_), 201, {"Location": f"/api/v1/events/{id_}"})

    return created(lambda then: recording.record(store(), draft, by=by, then=then), show)


@door.route("/<event_id>", methods=["GET"])
@door.arguments(AsKnownSchema, location="query")
@door.response(200, EventShape)
@door.alt_response(308, description="The event doubles another: at that one's address")
def get_event(asked: dict[str, Any], event_id: str) -> Response:
    """One event with its sources and links. The address of a doubled event redirects to the one it doubles."""
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=event_id) as at:
        return redirect_of_double(at, event_id) or _whole(at, events.state_at(at, event_id))


def _whole(at: AsKnown, found: Found, status: int = 200, headers: Any = None) -> Response:
    event = events.hydrate(at, [found], sources=True)[0]
    shape = answers.event(event, sources=True, links=links.of(at, event.id, event.when))
    return answer(shape, status=status, tag=f"{event.last_sequence}-{event.sequence}", headers=headers)


@door.route("/<event_id>", methods=["PUT"])
@writing
@door.arguments(EventDraftSchema)
@door.response(200, EventShape)
@door.doc(security=SECURITY)
@door.taking(IF_MATCH)
def amend_event(draft: EventDraft, event_id: str) -> Response:
    """Append a revision; where nothing is new in the draft, nothing is recorded. `If-Match` is the tag of the event as
    known on the draft's known_on."""
    with as_known(subject=event_id) as at:
        events.newest_state(at.conn, event_id)
    expected, by = expected_sequences(), writer(draft.calendar)

    def show(at: AsKnown, id_: str) -> Response:
        return _whole(at, events.newest_state(at.conn, id_))

    return amended(lambda then: recording.amend(store(), event_id, draft, expected=expected, by=by, then=then), show)
