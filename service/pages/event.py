"""/events/<id> - one event: what, when with its bounds, how its date firmed up, who said so, what it is linked with."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from flask import Blueprint, Response

from schemas.vocabulary import RELS
from service import leading, windows
from service.doors import asking
from service.pages import drawing, naming, runups
from service.pages.conventions import asks_today, days_words, leading_to, page, standing
from service.store import belonging, events, links
from service.store.asknown import AsKnown

door = Blueprint("event", __name__)


@door.route("/events/<event_id>")
@asking
def show_event(event_id: str) -> Response:
    """One event; the address of a doubled one leads to the one it doubles, and of one that was retracted it is said
    today that it was."""
    with standing(event_id) as at:
        other = events.doubles(at, event_id)
        if other:
            return leading_to(f"/events/{quote(other)}")
        if gone := told_retracted(at, event_id):
            return gone
        event = events.one(at, event_id)
        linked = [link for link in links.of(at, event_id, event.when) if link.state == "asserted"]
        history = events.history(at, event_id)
        runup = leading.lies_in(at, event)
        return page(
            "event.html",
            at,
            event=event,
            known_since=events.known_since(at, event),
            calendar=at.calendars[event.calendar],
            kind=at.calendars[event.calendar].kind(event.kind),
            links=linked,
            graph=drawing.linked(event, linked),
            history=history,
            funnel=drawing.funnel(history),
            gap_words=drawing.gap_words,
            rels=RELS,
            record=windows.beside(at, event),
            runup=runup,
            runup_drawn=runups.drawn(at, runup, event.id) if runup else None,
            lead_words=lead_words,
            run_up_days=leading.LEAD_DAYS,
            places=naming.places_of(at, event),
            page_of=partial(naming.page_of, at),
        )


def lead_words(leads: tuple[int, int]) -> str:
    """`12 days`, `8 to 17 days`"""
    fewest, most = leads
    return days_words(most) if fewest == most else f"{fewest} to {days_words(most)}"


def told_retracted(at: AsKnown, event_id: str) -> Response | None:
    """That an event was retracted, and which other it doubles, for who may read its calendar; on a page of the past
    there is none, as ever. None of an event that stands."""
    if not asks_today():
        return None
    gone = belonging.retraction(at.conn, event_id)
    if gone is None or not at.shows(gone.calendar):
        return None
    other = events.doubles(at, event_id)
    return page("retracted.html", at, status=410, gone=gone, stays=events.one(at, other) if other else None)
