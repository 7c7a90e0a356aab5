"""/events - the list of events, with the filter language as a form, counts, and pages."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from schemas.errors import InvalidRecord
from schemas.queries import EventQuery
from schemas.vocabulary import STATUSES
from service import answering, counting
from service.doors import asking
from service.pages.conventions import given_standpoint, page
from service.pages.eventform import EventForm, addresses
from service.pages.naming import kind_words, place_words
from service.pages.typedform import standpoint_of
from service.store.asknown import AsKnown

door = Blueprint("events-page", __name__)

ORDERS = {
    "-starts": "Latest first",
    "starts": "Earliest first",
    "-known_on": "Last become known first",
    "known_on": "First become known first",
}
LABELS = {"q": "Words", "said_by": "Date given by", "cursor": "Page", "overdue": "No word since"}
"""What fields are called where their own name does not say it."""


@door.route("/events")
@asking
def show_events() -> Response:
    """The events of a query, and how many there are of each kind."""
    form = EventForm.of(request.args)
    with standpoint_of(form) as (at, refused):
        mistakes = [mistake for each in refused for mistake in each.errors()]
        whole = form.read[0]
        shown: dict[str, Any] = {"found": None, "groups": counting.by_group(at, EventQuery(calendar=at.only))}
        if whole and not mistakes:
            try:
                shown = _result(at, whole)
            except InvalidRecord as refusal:
                mistakes = refusal.errors()
        return page(
            "events.html",
            at,
            status=422 if mistakes else 200,
            form=form,
            mistakes={each["pointer"].removeprefix("?"): each["detail"] for each in mistakes},
            labels=LABELS,
            orders=ORDERS,
            statuses=[each for each in STATUSES if each != "retracted"],
            place_words=place_words,
            kind_words=partial(kind_words, at),
            **shown,
        )


def _result(at: AsKnown, whole: dict[str, Any]) -> dict[str, Any]:
    query, after = whole["query"], whole["after"]
    found = answering.page(at, query, limit=whole["limit"], after=after, total=True)
    of_any_kind = replace(query, kind=(), group=())
    return {
        "found": found,
        "groups": counting.by_group(at, of_any_kind),
        "addresses": addresses(query, given_standpoint()),
        "further": _further(found.cursor) if found.cursor else None,
        "begun": after is not None,
        "from_start": _further(None),
    }


def _further(cursor: str | None) -> str:
    """The address of the page that begins at a cursor, of the first without one."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if value and name != "cursor"]
    query = urlencode([*asked, *([("cursor", cursor)] if cursor else [])], safe=",")
    return f"/events?{query}" if query else "/events"
