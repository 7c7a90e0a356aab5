"""/events/<id>/amend, /source - what is known of an event by now: how it would be changed, then one more key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError, ScopeMissing, StaleRevision, TokenMissing
from schemas.events import Event, EventDraft
from schemas.when import read
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.fields import load
from service import doors, recording, revising
from service.doors import as_known, asking, store
from service.pages import record
from service.pages.conventions import standing, who_words
from service.pages.naming import kind_words, place_words
from service.pages.record import Checked
from service.pages.recordform import RecordForm, expected_of, tag_text
from service.store import events
from service.store.asknown import AsKnown, standpoint

door = Blueprint("amend-page", __name__)


@door.route("/events/<event_id>/amend")
@asking
def show_amend(event_id: str) -> Response:
    """The form, filled in with how the event stands."""
    with standing(event_id) as at:
        event = events.one(at, event_id)
        return _page(at, event, holding(event))


def holding(event: Event) -> RecordForm:
    """A form that would leave an event as it stands; its date in words where they say the same."""
    form = RecordForm.holding(revising.draft_of(event))
    try:
        in_words = read(event.when.text).edtf == event.when.edtf
    except DomainError:
        in_words = False
    told = {"when": event.when.text} if in_words else {}
    return form.changed(read=event.title, standing=tag_text(event), **told)


@door.route("/events/<event_id>/amend", methods=["POST"])
def amend(event_id: str) -> Response:
    """Show what would be changed, and what was changed meanwhile by others; or record it."""
    with as_known(subject=event_id) as at:
        event = events.one(at, event_id)
        form = RecordForm.of(request.form)
        form = form.changed(calendar=event.calendar, read=form.text("title"))
        if form.has("status", "announced") and event.status != "announced":
            form = form.filled(who=record.BODY)
        try:
            by = doors.writer(event.calendar)
        except (TokenMissing, ScopeMissing) as refusal:
            return _not_admitted(at, event, form, refusal)
        looked = _checked(at, event, form)
        if request.form.get("do") != "record" or looked.draft is None or _says_nothing(at, event, looked.draft):
            return _page(at, event, looked.form, looked)
    return _recorded(event_id, looked, looked.draft, by)


def _says_nothing(at: AsKnown, event: Event, draft: EventDraft) -> bool:
    """Whether a draft leaves an event as it stands, and brings no report."""
    return not draft.sources and not differences(at, revising.draft_of(_standing_then(at, event, draft)[0]), draft)


def _not_admitted(at: AsKnown, event: Event, form: RecordForm, refusal: DomainError) -> Response:
    missing = isinstance(refusal, TokenMissing)
    response = _page(at, event, form, record.not_admitted(form, refusal), status=401 if missing else 403)
    return record.with_challenge(response) if missing else response


def _checked(at: AsKnown, event: Event, form: RecordForm) -> Checked:
    """The form as it would be recorded; known since the day of its newest report, and no earlier than the event was
    known as it stands, if it does not say."""
    looked = record.checked(at, form)
    if looked.draft is None or form.text("known_on"):
        return replace(looked, same=[])
    today = store().clock.today(event.zone)
    since = revising.known_with(event, looked.draft.sources, today)
    return replace(looked, draft=replace(looked.draft, known_on=since), same=[])


def _recorded(event_id: str, looked: Checked, draft: EventDraft, by: str) -> Response:
    try:
        recording.amend(store(), event_id, draft, expected=[expected_of(looked.form.text("standing"))], by=by)
    except StaleRevision:
        with as_known(subject=event_id) as at:
            return _page(at, events.one(at, event_id), looked.form, looked, status=409)
    except DomainError as refusal:
        with as_known(subject=event_id) as at:
            told = replace(looked, draft=None, mistakes=looked.form.mistakes([refusal]))
            return _page(at, events.one(at, event_id), looked.form, told)
    return redirect(f"/events/{event_id}", 303)  # type: ignore[return-value]


def _page(at: AsKnown, event: Event, form: RecordForm, looked: Checked | None = None, status: int = 0) -> Response:
    draft = looked.draft if looked else None
    there, there_tag = _standing_then(at, event, draft)
    stale = draft is not None and form.text("standing") != there_tag
    mine = differences(at, revising.draft_of(there), draft) if draft else []
    return record.form_page(
        at,
        form.changed(standing=there_tag) if draft else form,
        looked,
        status=status or (422 if looked and looked.mistakes else 409 if stale else 200),
        template="amend.html",
        event=event,
        there=there,
        stale=stale,
        changes=mine,
        amended=True,
    )


def _standing_then(at: AsKnown, event: Event, draft: EventDraft | None) -> tuple[Event, str]:
    """The event as known on the day that a draft is known on, which is what it changes, or as first known after that;
    and where it stood then. As it stands today where no draft says a day."""
    if draft is not None and draft.known_on and draft.known_on < event.known_on:
        first = date.fromisoformat(events.standing(at, event.id)[0].known_on)
        day = max(first, draft.known_on)
        then = standpoint(at.conn, store().clock, day, calendars=[event.calendar], only=at.only)
        event = events.one(then, event.id)
    return event, tag_text(event)


def differences(at: AsKnown, one: EventDraft, other: EventDraft) -> list[tuple[str, str, str]]:
    """(field, how the one has it, how the other does) wherever two drafts of an event differ, in words."""
    told = [in_words(at, each) for each in (one, other)]
    return [(name, told[0][name], told[1][name]) for name in told[0] if told[0][name] != told[1][name]]


def in_words(at: AsKnown, draft: EventDraft) -> dict[str, str]:
    """What a draft asserts, field by field, as a person reads it."""
    calendar = at.calendars.get(draft.calendar)
    plain: dict[str, Any] = {
        "What": draft.title,
        "Kind": kind_words(at, draft),
        "Status": draft.status,
        "When": draft.when.text,
        "Date given by": who_words(draft.said_by),
        "Place": place_words(draft.place, calendar.country if calendar else None),
        "People": ", ".join(draft.people),
        "Bodies": ", ".join(draft.bodies),
        "Themes": ", ".join(draft.themes),
        "Programme": draft.programme,
        "Note": draft.note,
    }
    return {name: text or "nothing" for name, text in plain.items()}


@door.route("/events/<event_id>/source", methods=["POST"])
def add_source(event_id: str) -> Response:
    """Record the reports of a form as reports of an event that stands already; or the form again."""
    form = RecordForm.of(request.form)
    with as_known(subject=event_id) as at:
        event = events.one(at, event_id)
        form = record.with_publishers(at, form)
    by = doors.writer(event.calendar)
    sent = RecordForm.holding(revising.draft_of(event)).changed(**{name: form.text(name) for name in form.of_reports})
    try:
        draft = load(EventDraftSchema(), sent.body(store().clock.today(event.zone)))
        revising.add_sources(store(), event_id, draft.sources, by=by)
    except DomainError as refusal:
        told = Checked(form, None, sent.mistakes([refusal]), [])
        with as_known(subject=event_id) as at:
            return record.form_page(at, form, told, status=422)
    return redirect(f"/events/{event_id}#sources", 303)  # type: ignore[return-value]
