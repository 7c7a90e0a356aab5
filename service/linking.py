"""Linking events: typed, directed relations with revisions of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from schemas.errors import (
    DomainError,
    EventNotFound,
    InvalidRecord,
    LinkNotFound,
    LinkToItself,
    LinkWouldCycle,
    refuse_together,
)
from schemas.events import LinkDraft
from schemas.rules import broken_by_time, known_on
from schemas.vocabulary import RELS
from service.store import feedbytes, links, registers
from service.store.asknown import latest
from service.store.database import Store, Then, Transaction, nothing_else
from service.store.revisions import Assertion, append, check_tag, fresh_id, rows_of
from service.store.states import link_state, source_state


def link(store: Store, draft: LinkDraft, *, by: str, then: Then = nothing_else) -> str:
    """Record a new link, and do `then` with it; its id. Raises EventNotFound for an unknown end, and the refusal of
    each rule it breaks."""
    with store.transaction(by) as tx:
        calendar = _calendar_of(tx, draft.subject, "/from")
        _calendar_of(tx, draft.target, "/to")
        draft = _admitted(tx, store, draft, calendar)
        id_ = fresh_id(tx.conn)
        assert_link(tx, id_, calendar, draft)
        feedbytes.refresh(tx.conn, [draft.subject, draft.target])
        then(tx, id_)
    return id_


def amend_link(store: Store, id_: str, draft: LinkDraft, *, expected: Sequence[tuple[int, int]], by: str) -> None:
    """Append a revision to a link (its ends and rel stay; state, evidence and sources may change)."""
    with store.transaction(by) as tx:
        rows = rows_of(tx.conn, id_)
        if not rows or "rel" not in rows[0].state:
            raise LinkNotFound(f"No link {id_} is known.")
        first = rows[0].state
        for name, pointer in (("rel", "/rel"), ("subject", "/from"), ("target", "/to")):
            if first[name] != getattr(draft, name):
                detail = f"A link keeps its ends and its rel: reject {id_} and make another link."
                raise InvalidRecord([{"detail": detail, "pointer": pointer}])
        calendar = _calendar_of(tx, draft.subject, "/from")
        draft = _admitted(tx, store, draft, calendar)
        check_tag(rows, draft.known_on or date.max, expected)
        assert_link(tx, id_, calendar, draft)
        feedbytes.refresh(tx.conn, [draft.subject, draft.target])


def assert_link(tx: Transaction, id_: str, calendar: str, draft: LinkDraft) -> int:
    """Append an admitted draft as the next revision of link `id_`; the change number."""
    assert draft.known_on, "an admitted draft has its day"
    return append(
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


def _calendar_of(tx: Transaction, id_: str, pointer: str) -> str:
    row = tx.conn.execute("SELECT calendar FROM change WHERE sort = 'event' AND subject = ? LIMIT 1", (id_,)).fetchone()
    if row is None:
        raise EventNotFound(f"No event {id_} is known.", pointer=pointer)
    return str(row["calendar"])


def _admitted(tx: Transaction, store: Store, draft: LinkDraft, calendar: str) -> LinkDraft:
    zone = registers.calendars(tx.conn)[calendar].zone
    known = known_on(draft.known_on, draft.sources, zone)
    refusals = broken_by_time(known, draft.sources, zone, store.clock.today(zone))
    refuse_together(refusals + _broken_by_ends(tx, draft))
    return replace(draft, known_on=known)


def _broken_by_ends(tx: Transaction, draft: LinkDraft) -> list[DomainError]:
    if draft.subject == draft.target:
        return [LinkToItself(f"{draft.subject} cannot be linked to itself.", pointer="/to")]
    rel = RELS[draft.rel]
    asserted = draft.state == "asserted" and rel.acyclic
    if asserted and links.reaches(latest(tx.conn), draft.rel, draft.target, draft.subject):
        detail = f"{draft.target} already {rel.label.lower()} {draft.subject}: the link would close a circle."
        return [LinkWouldCycle(detail, pointer="/to")]
    return []
