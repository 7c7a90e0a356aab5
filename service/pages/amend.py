"""/events/<id>/amend, /source - what is known of an event by now: how it would be changed, then one more key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError, ScopeMissing, StaleRevision, TokenMissing
from schemas.events import Event, EventDraft
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.fields import load
from service import doors, recording, revising
from service.doors import as_known, asking, store
from service.pages import record
from service.pages.conventions import standing, who_words
from service.pages.merging import Merged, holding, merged, noted
from service.pages.naming import kind_words, place_words
from service.pages.record import Checked
from service.pages.recordform import RecordForm
from service.store import events
from service.store.asknown import AsKnown

door = Blueprint("amend-page", __name__)


@door.route("/events/<event_id>/amend")
@asking
def show_amend(event_id: str) -> Response:
    """The form, filled in with how the event stands."""
    with standing(event_id) as at:
        event = events.one(at, event_id)
        form = holding(event).changed(standing=noted(event, event))
        return _page(at, event, Merged(form, event, event, turned=False))


@door.route("/events/<event_id>/amend", methods=["POST"])
def amend(event_id: str) -> Response:
    """Show what would be changed, and what was changed meanwhile by others; or record it."""
    with as_known(subject=event_id) as at:
        event = events.one(at, event_id)
        sent = RecordForm.of(request.form).changed(calendar=event.calendar)
        try:
            by = doors.writer(event.calendar)
        except (TokenMissing, ScopeMissing) as refusal:
            return _not_admitted(at, event, sent, refusal)
        held, looked = _looked_at(at, event, sent)
        unseen = held.turned or request.form.get("do") != "record"
        if unseen or looked.draft is None or _says_nothing(at, held.there, looked.draft):
            return _page(at, event, held, looked)
    return _recorded(event, held, looked, by)


def _says_nothing(at: AsKnown, there: Event, draft: EventDraft) -> bool:
    """Whether a draft leaves an event as it stands, and brings no report."""
    return not draft.sources and not differences(at, revising.draft_of(there), draft)


def _not_admitted(at: AsKnown, event: Event, form: RecordForm, refusal: DomainError) -> Response:
    missing = isinstance(refusal, TokenMissing)
    held, told = Merged(form, event, event, turned=False), record.not_admitted(form, refusal)
    response = _page(at, event, held, told, status=401 if missing else 403)
    return record.with_challenge(response) if missing else response


def _looked_at(at: AsKnown, event: Event, sent: RecordForm) -> tuple[Merged, Checked]:
    """The form brought onto what stands on its day, and that as it would be recorded."""
    held = merged(at, store(), event, sent)
    form = held.form
    if form.has("status", "announced") and held.there.status != "announced":
        form = form.filled(who=record.BODY)
    return held, _checked(at, event, form)


def _checked(at: AsKnown, event: Event, form: RecordForm) -> Checked:
    """The form as it would be recorded; known since the day of its newest report, and no earlier than the event was
    known as it stands, if it does not say."""
    looked = record.checked(at, form)
    if looked.draft is None or form.text("known_on"):
        return replace(looked, same=[])
    today = store().clock.today(event.zone)
    since = revising.known_with(event, looked.draft.sources, today)
    return replace(looked, draft=replace(looked.draft, known_on=since), same=[])


def _recorded(event: Event, held: Merged, looked: Checked, by: str) -> Response:
    assert looked.draft, "what is refused is not recorded"
    try:
        recording.amend(store(), event.id, looked.draft, expected=[revising.tag_of(held.there)], by=by)
    except StaleRevision:
        with as_known(subject=event.id) as at:
            event = events.one(at, event.id)
            return _page(at, event, *_looked_at(at, event, looked.form))
    except DomainError as refusal:
        with as_known(subject=event.id) as at:
            told = replace(looked, draft=None, mistakes=looked.form.mistakes([refusal]))
            return _page(at, events.one(at, event.id), held, told)
    return redirect(f"/events/{event.id}", 303)  # type: ignore[return-value]


def _page(at: AsKnown, event: Event, held: Merged, looked: Checked | None = None, status: int = 0) -> Response:
    draft = looked.draft if looked else None
    return record.form_page(
        at,
        looked.form if looked else held.form,
        looked,
        status=status or (422 if looked and looked.mistakes else 409 if held.meanwhile else 200),
        template="amend.html",
        event=event,
        held=held,
        late=held.there.sequence != event.sequence,
        changes=differences(at, revising.draft_of(held.there), draft) if draft else [],
        versions=_versions(at, held, draft) if held.meanwhile else [],
        amended=True,
    )


def _versions(at: AsKnown, held: Merged, draft: EventDraft | None) -> list[tuple[str, str, str, str, str]]:
    """(field, how it was when the form was opened, how it is, how it would be, whose that is) wherever these are not
    the same: `theirs`, `yours`, `both` where both changed it, each otherwise."""
    there = in_words(at, revising.draft_of(held.there))
    before = in_words(at, revising.draft_of(held.before)) if held.before else there
    after = in_words(at, draft) if draft else there
    rows = [(name, before[name], there[name], after[name]) for name in there]
    return [(*row, _whose(*row[1:])) for row in rows if len(set(row[1:])) > 1]


def _whose(before: str, there: str, after: str) -> str:
    if after == there:
        return "theirs"
    return "yours" if there == before else "both"


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
    today = store().clock.today(event.zone)
    try:
        draft = load(EventDraftSchema(), sent.body(today))
        revising.add_sources(store(), event_id, draft.sources, by=by)
    except DomainError as refusal:
        told = Checked(form, None, sent.mistakes([refusal], sent.ahead(today, event.zone)), [])
        with as_known(subject=event_id) as at:
            return record.form_page(at, form, told, status=422)
    return redirect(f"/events/{event_id}#sources", 303)  # type: ignore[return-value]
