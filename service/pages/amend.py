"""/events/<id>/source, /amend, /retract - what may be done to an event by one who is signed in."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.fields import load
from service import doors, revising
from service.doors import as_known, store
from service.pages import record
from service.pages.recordform import RecordForm
from service.store import events

door = Blueprint("amend-page", __name__)


@door.route("/events/<event_id>/source", methods=["POST"])
def add_source(event_id: str) -> Response:
    """Record the reports of a form as reports of an event that stands already; or the form again."""
    form = RecordForm.of(request.form)
    with as_known(subject=event_id) as at:
        event = events.one(at, event_id)
        today = store().clock.today(event.zone)
    by = doors.writer(event.calendar)
    whole = revising.draft_of(event)
    sent = RecordForm.holding(whole).changed(**{name: form.text(name) for name in form.of_reports})
    try:
        draft = load(EventDraftSchema(), sent.body(today))
        revising.add_sources(store(), event_id, draft.sources, by=by)
    except DomainError as refusal:
        mistakes = sent.mistakes([refusal])
        with as_known(subject=event_id) as at:
            return record.form_page(at, form, record.Checked(form, None, mistakes, []), status=422)
    return redirect(f"/events/{event_id}#sources", 303)  # type: ignore[return-value]
