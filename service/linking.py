"""Linking events: typed, directed relations with revisions of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from schemas.errors import (
    DomainError,
    EventNotFound,
    InvalidRecord,
    KnownBeforeEnds,
    LinkExists,
    LinkNotFound,
    LinkToItself,
    LinkWouldCycle,
    refuse_together,
)
from schemas.events import LinkDraft
from schemas.rules import broken_by_time, known_on
from schemas.vocabulary import RELS
from service.store import belonging, chains, feedbytes, imports, registers
from service.store.database import Connection, Store, Then, Transaction, nothing_else
from service.store.revisions import Assertion, append, check_tag, fresh_id, rows_of
from service.store.states import link_state, source_state


def link(store: Store, draft: LinkDraft, *, by: str, then: Then = nothing_else) -> str:
    """Record a new link, and do `then` with it; its id. Raises EventNotFound for an unknown end, and the refusal of
    each rule it breaks."""
    with store.transaction(by) as tx:
        calendar = _ends_calendar(tx, draft)
        _refuse_retracted(tx, draft)
        draft = _admitted(tx, store, draft, calendar)
        id_ = fresh_id(tx.conn)
        assert_link(tx, id_, calendar, draft)
        _refuse_too_late(tx, draft)
        feedbytes.refresh(tx.conn, [draft.subject, draft.target])
        then(tx, id_)
    return id_


def amend_link(
    store: Store,
    id_: str,
    draft: LinkDraft,
    *,
    expected: Sequence[tuple[int, int]],
    by: str,
    then: Then = nothing_else,
) -> None:
    """Append a revision to a link (its ends and rel stay; state, evidence and sources may change), unless it would say
    nothing new, and do `then`."""
    with store.transaction(by) as tx:
        rows = rows_of(tx.conn, id_)
        if not rows or "rel" not in rows[0].state:
            raise LinkNotFound(f"No link {id_} is known.")
        first = rows[0].state
        for name, pointer in (("rel", "/rel"), *((end, draft.pointer(end)) for end in ("subject", "target"))):
            if first[name] != getattr(draft, name):
                detail = f"A link keeps its ends and its rel: reject {id_} and make another link."
                raise InvalidRecord([{"detail": detail, "pointer": pointer}])
        calendar = _ends_calendar(tx, draft)
        draft = _admitted(tx, store, draft, calendar)
        check_tag(rows, draft.known_on or date.max, expected)
        if not _stands_already(tx, id_, draft):
            assert_link(tx, id_, calendar, draft)
            _refuse_too_late(tx, draft)
            feedbytes.refresh(tx.conn, [draft.subject, draft.target])
        then(tx, id_)


def _stands_already(tx: Transaction, id_: str, draft: LinkDraft) -> bool:
    """Whether an admitted draft says what the revision of its day says, and brings no new source."""
    if draft.replaces is not None or draft.known_on is None:
        return False
    row = imports.held(tx.conn, id_).told_on(draft.known_on, [source_state(each) for each in draft.sources])
    return row is not None and row.state == link_state(draft)


def assert_link(tx: Transaction, id_: str, calendar: str, draft: LinkDraft) -> int:
    """Append an admitted draft as the next revision of link `id_`; the change number.

    Raises KnownBeforeEnds, LinkExists where another link says the same, LinkWouldCycle where the link as it then
    stands (this revision and those before it) closes a circle as known on any day.
    """
    assert draft.known_on, "an admitted draft has its day"
    _refuse_too_early(tx, draft, draft.known_on)
    refuse_second(tx.conn, draft.rel, (draft.subject, draft.target), other_than=id_, pointer=draft.pointer("target"))
    change = append(
        tx,
        Assertion(
            sort="link",
            subject=id_,
            calendar=calendar,
            known_on=draft.known_on,
            state=link_state(draft),
            sources=tuple(source_state(source) for source in draft.sources),
            replaces=draft.replaces,
            why=draft.why,
        ),
    )
    _refuse_circle(tx, id_, draft)
    return change


def _refuse_too_early(tx: Transaction, draft: LinkDraft, known: date) -> None:
    """Refuse a link before both of its events are known: the log of that day would name what was not known then."""
    since, later = max((belonging.first_known(tx.conn, end), end) for end in (draft.subject, draft.target))
    if known < since:
        detail = f"{later} is known since {since}: what links it cannot be known on {known} already."
        raise KnownBeforeEnds(detail, pointer="/known_on", since=since.isoformat())


def refuse_second(
    conn: Connection, rel: str, ends: tuple[str, str], *, other_than: str = "", pointer: str | None = None
) -> None:
    """Raise LinkExists where another link than `other_than` says the same of the two events already."""
    found = chains.standing_between(conn, rel, ends, symmetric=RELS[rel].symmetric, other_than=other_than)
    if found:
        detail = f"{ends[0]} and {ends[1]} are linked by {rel} already: {found[0]}, {found[1]}."
        raise LinkExists(detail, pointer=pointer, link=found[0], state=found[1])


def _refuse_circle(tx: Transaction, id_: str, draft: LinkDraft) -> None:
    rel = RELS[draft.rel]
    day = chains.circle(tx.conn, id_, rel.slug, draft.subject) if rel.acyclic else None
    if day:
        detail = f"{draft.target} already {rel.label.lower()} {draft.subject}: as known on {day} it would be a circle."
        raise LinkWouldCycle(detail, pointer=draft.pointer("target"), on=day)


def _ends_calendar(tx: Transaction, draft: LinkDraft) -> str:
    """The calendar of the link's subject, and so the link's; raises EventNotFound, or InvalidRecord for both ends."""
    found, refusals = [], []
    for end in ("subject", "target"):
        try:
            found.append(_calendar_of(tx, getattr(draft, end), draft.pointer(end)))
        except EventNotFound as refusal:
            refusals.append(refusal)
    refuse_together(refusals)
    return found[0]


def _refuse_retracted(tx: Transaction, draft: LinkDraft) -> None:
    """A retracted event is in no answer, and neither would a new link of it be: refused like an id that never was."""
    ends = ((getattr(draft, end), draft.pointer(end)) for end in ("subject", "target"))
    refuse_together([_no_event(id_, pointer) for id_, pointer in ends if belonging.is_retracted(tx.conn, id_)])


def _no_event(id_: str, pointer: str) -> EventNotFound:
    return EventNotFound(f"No event {id_} is known.", pointer=pointer)


def _calendar_of(tx: Transaction, id_: str, pointer: str) -> str:
    calendar = belonging.calendar_of_event(tx.conn, id_)
    if calendar is None:
        raise _no_event(id_, pointer)
    return calendar


def _admitted(tx: Transaction, store: Store, draft: LinkDraft, calendar: str) -> LinkDraft:
    zone = registers.calendars(tx.conn)[calendar].zone
    known = known_on(draft.known_on, draft.sources, zone)
    refusals: list[DomainError] = [*broken_by_time(known, draft.sources, zone, store.clock.today(zone))]
    if draft.subject == draft.target:
        refusals.append(LinkToItself(f"{draft.subject} cannot be linked to itself.", pointer=draft.pointer("target")))
    refuse_together(refusals)
    return replace(draft, known_on=known)


def _refuse_too_late(tx: Transaction, draft: LinkDraft) -> None:
    """Refuse that what surely begins after a meeting leads up to it, as both are known on the link's day."""
    if draft.rel != "leads_up_to" or draft.state not in ("asserted", "suggested"):
        return
    assert draft.known_on, "an admitted draft has its day"
    begins, _ = belonging.starts_of(tx.conn, draft.subject, draft.known_on)
    _, begun = belonging.starts_of(tx.conn, draft.target, draft.known_on)
    if begins > begun:
        detail = f"{draft.subject} begins on {begins} or later, when {draft.target} has begun: it cannot lead up to it."
        raise InvalidRecord([{"detail": detail, "pointer": draft.pointer("subject")}])
