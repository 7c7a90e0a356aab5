"""/events/<id>/retract - an event that was entered in error: why; then that it is in no answer any more."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError, StaleRevision
from schemas.events import Event
from schemas.wire.fields import load
from schemas.wire.pagequestions import ReasonSchema
from service import doors, revising
from service.doors import as_known, asking, store
from service.pages.conventions import page, standing
from service.pages.event import told_retracted
from service.pages.recordform import expected_of, one_newline, tag_text
from service.store import events
from service.store.asknown import AsKnown

door = Blueprint("retract-page", __name__)


@door.route("/events/<event_id>/retract")
@asking
def show_retract(event_id: str) -> Response:
    """What retracting does, and the reason asked for; of what was retracted, also as a double, that it was."""
    with standing(event_id) as at:
        return told_retracted(at, event_id) or _page(at, events.one(at, event_id), {})


@door.route("/events/<event_id>/retract", methods=["POST"])
def retract(event_id: str) -> Response:
    """Retract it, for a reason; or the page again with what is wrong, or with what was changed meanwhile."""
    with as_known(subject=event_id) as at:
        if gone := told_retracted(at, event_id):
            return gone
        event = events.one(at, event_id)
    by = doors.writer(event.calendar)
    why, double = (request.form.get(name, "").strip() for name in ("why", "same_as"))
    same_as = double.rstrip("/").rpartition("/")[2] or None
    try:
        reason = load(ReasonSchema(), {"why": one_newline(why)} if why else {})["why"]
        expected = expected_of(request.form.get("standing", ""))
        revising.retract(store(), event, expected=expected, why=reason, same_as=same_as, by=by)
        return redirect(f"/events/{event_id}{'/retract' if same_as else ''}", 303)  # type: ignore[return-value]
    except StaleRevision:
        wrong = {
            "standing": "It was amended since you opened this page: look at how it stands now, then send it again."
        }
    except DomainError as refusal:
        wrong = {each["pointer"].strip("/"): each["detail"] for each in refusal.errors()}
        if not wrong:
            raise
    with as_known(subject=event_id) as at:
        return _page(at, events.one(at, event_id), wrong, status=409 if "standing" in wrong else 422)


def _page(at: AsKnown, event: Event, mistakes: dict[str, str], status: int = 200) -> Response:
    typed = {name: request.form.get(name, "") for name in ("why", "same_as")}
    return page(
        "retract.html",
        at,
        status=status,
        entering=True,
        event=event,
        mistakes=mistakes,
        typed=typed,
        standing=tag_text(event),
    )
