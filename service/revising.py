"""Revising what stands: an event as a draft to be changed, with one more report, or as entered in error; a link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from schemas.errors import InvalidRecord
from schemas.events import Event, EventDraft, Link, LinkDraft, Source
from schemas.rules import published_on
from service import linking
from service.recording import amend
from service.store import events
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store

Tag = tuple[int, int]
"""(last_sequence, sequence): where an event stands, as `If-Match` has it."""


def draft_of(event: Event) -> EventDraft:
    """What would be asserted to leave an event as it stands, known since a day that is yet to be said; its sources,
    which stay whatever is asserted, are not brought again."""
    return EventDraft(
        calendar=event.calendar,
        kind=event.kind,
        title=event.title,
        when=event.when,
        status=event.status,
        said_by=event.said_by,
        place=event.place,
        people=event.people,
        bodies=event.bodies,
        themes=event.themes,
        programme=event.programme,
        note=event.note,
    )


def tag_of(event: Event) -> Tag:
    """Where the event stands."""
    return event.last_sequence, event.sequence


def known_with(event: Event, sources: tuple[Source, ...], today: date) -> date:
    """Since when an event is known as it stands with these reports: the newest day of them (today, where none says),
    and no earlier than it was known so without."""
    days = [day for source in sources if (day := published_on(source, event.zone))]
    return max(event.known_on, max(days, default=today))


def add_sources(store: Store, id_: str, sources: tuple[Source, ...], *, by: str) -> Event:
    """Record that these reports tell of an event too, which stays as it stands now; the event before. Raises
    EventNotFound, and what amending refuses."""
    if not sources:
        raise InvalidRecord([{"detail": "No report is named: give its publisher.", "pointer": "/sources"}])
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        event = events.one(at, id_)
        at = standpoint(conn, store.clock, calendars=[event.calendar])
        today = at.day
    draft = replace(draft_of(event), known_on=known_with(event, sources, today), sources=sources)
    amend(store, id_, draft, expected=[tag_of(event)], by=by)
    return event


def retract(store: Store, event: Event, *, expected: Tag, why: str, same_as: str | None = None, by: str) -> None:
    """Record today that an event was entered in error, or doubles another, `same_as`; raises StaleRevision,
    and InvalidRecord for a `same_as` that is none."""
    known = store.clock.today(event.zone)
    draft = replace(draft_of(event), status="retracted", known_on=known, why=why, same_as=same_as)
    amend(store, event.id, draft, expected=[expected], by=by)


def linked_since(at: AsKnown, *ids: str) -> date:
    """The day since which all of these events stand as they do, from which a link between them can be known; raises
    EventNotFound."""
    return max(events.one(at, id_, sources=False).known_on for id_ in ids)


def withdraw(store: Store, link: Link, state: str, *, expected: Tag, why: str | None, by: str) -> None:
    """Record today that two events are not so related (`rejected`: nor is it suggested again), or that a link was
    entered in error (`retracted`); raises StaleRevision."""
    linking.amend_link(store, link.id, _decision(store, link, state, why), expected=[expected], by=by)


def take_up(store: Store, link: Link, *, expected: Tag, why: str | None, by: str) -> str:
    """Record today that two events are linked so after all; the link's id. What was entered in error is linked anew.
    Raises StaleRevision, and what linking refuses."""
    draft = _decision(store, link, "asserted", why)
    if link.state == "retracted":
        with store.reading() as conn:
            since = linked_since(standpoint(conn, store.clock, calendars=[link.calendar]), draft.subject, draft.target)
        return linking.link(store, replace(draft, known_on=since), by=by)
    linking.amend_link(store, link.id, draft, expected=[expected], by=by)
    return link.id


def _decision(store: Store, link: Link, state: str, why: str | None) -> LinkDraft:
    """A link as it stands, but in this state as known from today on."""
    with store.reading() as conn:
        known = standpoint(conn, store.clock, calendars=[link.calendar]).day
    return LinkDraft(
        rel=link.rel,
        subject=link.subject.id,
        target=link.target.id,
        state=state,
        known_on=known,
        evidence=link.evidence,
        why=why,
    )
