"""Recording and amending events: the verb behind every door, with the rules of time that hold at all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Any, Final
from zoneinfo import ZoneInfo

from schemas.calendars import Calendar
from schemas.errors import (
    DomainError,
    EventNotFound,
    IdTaken,
    InvalidRecord,
    KnownBeforeCalendar,
    UnknownCalendar,
    UnknownKind,
    refuse_together,
)
from schemas.events import EventDraft
from schemas.names import Register
from schemas.rules import broken_by_state, broken_by_time, known_on
from schemas.when import When, parse
from service import raising
from service.clock import Clock
from service.store import events, facets, feedbytes, imports, registers
from service.store.database import Store, Then, Transaction, nothing_else
from service.store.revisions import Assertion, append, check_tag, fresh_id, rows_of
from service.store.states import event_state, in_words, source_state


def record(store: Store, draft: EventDraft, *, by: str, then: Then = nothing_else) -> str:
    """Record a new event, and do `then` with it; its id. Raises the refusal of each rule it breaks, or InvalidRecord
    with all of them."""
    with store.transaction(by) as tx:
        draft = admitted(tx, store.clock, draft)
        check_retraction(draft)
        id_ = fresh_id(tx.conn)
        assert_event(tx, id_, draft, registers.register(tx.conn, date.max))
        feedbytes.refresh(tx.conn, [id_])
        raising.raise_for(tx, store.clock, id_)
        then(tx, id_)
    return id_


def amend(
    store: Store,
    id_: str,
    draft: EventDraft,
    *,
    expected: Sequence[tuple[int, int]],
    by: str,
    then: Then = nothing_else,
) -> None:
    """Append a revision to an event, unless it would say nothing new, and do `then` with it. `expected` are the
    (last_sequence, sequence) pairs of the state amended, as known on the draft's known_on; raises StaleRevision if the
    event stands at none of them, EventNotFound for no event."""
    with store.transaction(by) as tx:
        rows = rows_of(tx.conn, id_)
        if not rows or rows[0].state.get("calendar") is None:
            raise EventNotFound(f"No event {id_} is known on {store.clock.today('UTC')}.")
        if rows[0].state["calendar"] != draft.calendar:
            raise IdTaken(
                f"The event {id_} belongs to the calendar {rows[0].state['calendar']} and stays there.",
                pointer="/calendar",
            )
        draft = admitted(tx, store.clock, draft)
        check_double(tx, id_, draft)
        check_tag(rows, draft.known_on or date.max, expected)
        register = registers.register(tx.conn, date.max)
        if not _stands_already(tx, id_, draft, register):
            assert_event(tx, id_, draft, register)
            feedbytes.refresh(tx.conn, [id_])
            raising.raise_for(tx, store.clock, id_)
        then(tx, id_)


def _stands_already(tx: Transaction, id_: str, draft: EventDraft, register: Register) -> bool:
    """Whether an admitted draft says what the revision of its day says, however names are written, and brings no new
    source."""
    if draft.replaces is not None or draft.known_on is None:
        return False
    row = imports.held(tx.conn, id_).told_on(draft.known_on, [source_state(each) for each in draft.sources])
    return row is not None and in_words(row.state, register) == in_words(event_state(draft, register), register)


def check_retraction(draft: EventDraft) -> None:
    """Refuse a new event that is retracted from its beginning."""
    if draft.status == "retracted":
        detail = "Only what was recorded can be retracted: amend the event that was entered in error."
        raise InvalidRecord([{"detail": detail, "pointer": "/status"}])


def check_double(tx: Transaction, id_: str, draft: EventDraft) -> None:
    """Refuse a `same_as` that is none: of two recordings of one act, the one that stays is another event of the
    calendar, and not this one's double."""
    if draft.same_as is None:
        return
    rows = rows_of(tx.conn, draft.same_as)
    of_calendar = bool(rows) and rows[0].state.get("calendar") == draft.calendar and "kind" in rows[0].state
    if not of_calendar or events.stays(tx.conn, draft.same_as) == id_ or draft.same_as == id_:
        detail = (
            f"same_as must name another event of the calendar {draft.calendar} that stays: {draft.same_as} does not."
        )
        raise InvalidRecord([{"detail": detail, "pointer": "/same_as"}])


def assert_event(tx: Transaction, id_: str, draft: EventDraft, register: Register) -> int:
    """Append an admitted draft as the next revision of event `id_`, and make it findable; the change number."""
    assert draft.known_on, "an admitted draft has its day"
    state = event_state(draft, register)
    change = append(
        tx,
        Assertion(
            sort="event",
            subject=id_,
            calendar=draft.calendar,
            known_on=draft.known_on,
            state=state,
            sources=tuple(source_state(source) for source in draft.sources),
            replaces=draft.replaces,
            why=draft.why,
        ),
    )
    facets.index(tx.conn, change, state)
    return change


def admitted(
    tx: Transaction, clock: Clock, draft: EventDraft, calendars: Mapping[str, Calendar] | None = None
) -> EventDraft:
    """The draft with its known_on filled in, if it keeps every rule; else raises all refusals together.

    Whoever admits many reads the `calendars` once."""
    return checked(registers.calendars(tx.conn) if calendars is None else calendars, clock, draft)


def checked(calendars: Mapping[str, Calendar], clock: Clock, draft: EventDraft) -> EventDraft:
    """As `admitted`, by these `calendars`, for whoever only asks whether a draft would be."""
    calendar = calendars.get(draft.calendar)
    if calendar is None:
        missing = _no_calendar(draft.calendar, calendars)
        refuse_together([missing, *_broken_in_any_zone(draft, clock)])
        raise missing
    draft = replace(draft, known_on=known_on(draft.known_on, draft.sources, calendar.zone))
    skipped = _broken_by_zone(draft.when, calendar)
    if not skipped:
        # A time of day belongs to the day it has in the calendar's zone, whatever clock it was told by.
        draft = replace(draft, when=parse(draft.when.edtf, ZoneInfo(calendar.zone)))
    refuse_together([*skipped, *_broken_rules(draft, calendar, clock.today(calendar.zone))])
    return draft


def _broken_by_zone(when: When, calendar: Calendar) -> list[DomainError]:
    """A time of day that the clocks of the calendar's zone skipped."""
    try:
        parse(when.edtf, ZoneInfo(calendar.zone))
    except DomainError as refusal:
        refusal.pointer = "/when"
        return [refusal]
    return []


def _broken_in_any_zone(draft: EventDraft, clock: Clock) -> list[DomainError]:
    """What a draft breaks whatever the zone of its calendar, which there is not."""
    if draft.known_on is None:
        return []
    dated = [replace(each, published_at=None) for each in draft.sources]
    return broken_by_time(draft.known_on, dated, _FIRST_ZONE, clock.today(_FIRST_ZONE))


_FIRST_ZONE: Final = "Etc/GMT-14"
"""Where a day begins first: what lies after today there does so everywhere."""


def _broken_rules(draft: EventDraft, calendar: Calendar, today: date) -> list[DomainError]:
    assert draft.known_on, "an admitted draft has its day"
    refusals = _broken_by_kind(calendar, draft.kind, draft.known_on)
    refusals += broken_by_time(draft.known_on, draft.sources, calendar.zone, today)
    return refusals + broken_by_state(draft, draft.known_on)


def unknown_lists(calendars: Mapping[str, Calendar], fields: Mapping[str, Any]) -> list[DomainError]:
    """What the calendars refuse in the readable `fields` of a draft that cannot be read whole: calendar and kind."""
    slug, kind = fields.get("calendar"), fields.get("kind")
    if not isinstance(slug, str):
        return []
    if slug not in calendars:
        return [_no_calendar(slug, calendars)]
    found = _broken_by_kind(calendars[slug], kind, fields.get("known_on")) if isinstance(kind, str) else []
    return found + (_broken_by_zone(fields["when"], calendars[slug]) if isinstance(fields.get("when"), When) else [])


def _no_calendar(slug: str, calendars: Iterable[str]) -> UnknownCalendar:
    return UnknownCalendar(f"There is no calendar {slug}.", pointer="/calendar", known=sorted(calendars))


def _broken_by_kind(calendar: Calendar, kind: str, known_on: date | None) -> list[DomainError]:
    """A kind that the calendar has not, or had not yet on the day the draft is known; a day before the calendar's."""
    if known_on and known_on < calendar.known_on:
        detail = f"known_on {known_on} lies before {calendar.known_on}, the day {calendar.slug} itself is known from."
        return [KnownBeforeCalendar(detail, pointer="/known_on")]
    kinds = [each.slug for each in calendar.kinds if not (known_on and each.known_on and each.known_on > known_on)]
    if kind in kinds:
        return []
    since = f" on {known_on}" if calendar.kind(kind) else ""
    # All of them stand in `known`, which is told once: the sentence may be one for each of many lines.
    near = " or ".join(get_close_matches(kind, kinds, 2, 0.75))
    where = f"; did you mean {near}?" if near else f": its kinds are listed at /api/v1/kinds?calendar={calendar.slug}."
    detail = f"The calendar {calendar.slug} has no kind {kind}{since}{where if kinds else '; it has none.'}"
    return [UnknownKind(detail, pointer="/kind", known=kinds)]
