"""Recording and amending events: the verb behind every door, with the rules of time that hold at all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from schemas.calendars import Calendar
from schemas.errors import DomainError, EventNotFound, IdTaken, UnknownCalendar, UnknownKind, refuse_together
from schemas.events import EventDraft
from schemas.names import Register
from schemas.rules import broken_by_state, broken_by_time, known_on
from schemas.when import parse
from service.clock import Clock
from service.store import facets, feedbytes, registers
from service.store.database import Store, Transaction
from service.store.revisions import Assertion, append, check_tag, fresh_id, rows_of
from service.store.states import event_state, source_state


def record(store: Store, draft: EventDraft, *, by: str) -> str:
    """Record a new event; its id. Raises the refusal of each rule it breaks, or InvalidRecord with all of them."""
    with store.transaction(by) as tx:
        draft = admitted(tx, store.clock, draft)
        id_ = fresh_id(tx.conn)
        assert_event(tx, id_, draft, registers.register(tx.conn, date.max))
        feedbytes.refresh(tx.conn, [id_])
    return id_


def amend(store: Store, id_: str, draft: EventDraft, *, expected: Sequence[tuple[int, int]], by: str) -> None:
    """Append a revision to an event. `expected` are the (last_sequence, sequence) pairs of the state amended, as known
    on the draft's known_on; raises StaleRevision if the event stands at none of them, EventNotFound for no event."""
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
        check_tag(rows, draft.known_on or date.max, expected)
        assert_event(tx, id_, draft, registers.register(tx.conn, date.max))
        feedbytes.refresh(tx.conn, [id_])


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
    facets.index(tx.conn, change, state, register)
    return change


def admitted(tx: Transaction, clock: Clock, draft: EventDraft) -> EventDraft:
    """The draft with its known_on filled in, if it keeps every rule; else raises all refusals together."""
    calendars = registers.calendars(tx.conn)
    calendar = calendars.get(draft.calendar)
    if calendar is None:
        known = sorted(calendars)
        raise UnknownCalendar(f"There is no calendar {draft.calendar}.", pointer="/calendar", known=known)
    # A time of day belongs to the day it has in the calendar's zone, whatever clock it was told by.
    when = parse(draft.when.edtf, ZoneInfo(calendar.zone))
    draft = replace(draft, when=when, known_on=known_on(draft.known_on, draft.sources, calendar.zone))
    refuse_together(_broken_rules(draft, calendar, clock.today(calendar.zone)))
    return draft


def _broken_rules(draft: EventDraft, calendar: Calendar, today: date) -> list[DomainError]:
    assert draft.known_on, "an admitted draft has its day"
    refusals: list[DomainError] = []
    if calendar.kind(draft.kind) is None:
        kinds = [kind.slug for kind in calendar.kinds]
        detail = f"The calendar {calendar.slug} has no kind {draft.kind}; it has {', '.join(kinds)}."
        refusals.append(UnknownKind(detail, pointer="/kind", known=kinds))
    refusals += broken_by_time(draft.known_on, draft.sources, calendar.zone, today)
    return refusals + broken_by_state(draft, draft.known_on)
