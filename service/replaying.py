"""Replaying another instance's log, entry by entry: events, links, names and calendars, each under the rules that hold
for whoever records here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from calendars import packfields
from calendars.fieldreaders import Reader, Unfit
from schemas.calendars import Calendar
from schemas.errors import InvalidRecord, KnownBeforeEnds, LinkExists, LinkWouldCycle, refuse_together
from schemas.names import Register
from schemas.rules import broken_by_time
from schemas.wire.drafts import EventDraftSchema, LinkDraftSchema
from schemas.wire.fields import load
from service.clock import Clock
from service.importing import kinds_in_other_groups, written_alike
from service.linking import assert_link
from service.recording import admitted, assert_event, check_double
from service.store import belonging, feedbytes, followed, imports, origins, registers
from service.store.database import LATEST, Transaction, undone_on_refusal
from service.store.imports import Held
from service.store.origins import Clash
from service.store.revisions import Assertion, append
from service.store.states import event_state, link_state, source_state

SORTS: Final = ("event", "link", "calendar", "name")

_ID: Final = re.compile(r"\w+(?:-\w+)*\Z")
_EVENTS: Final = EventDraftSchema()
_LINKS: Final = LinkDraftSchema()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a log, as /api/v1/changes shows it; `logged` is the whole of it."""

    sort: str
    subject: str
    calendar: str
    sequence: int
    known_on: date
    state: dict[str, Any]
    sources: list[dict[str, Any]]
    replaces: int | None
    why: str | None
    logged: dict[str, Any]


def read_entry(logged: Any) -> Entry:
    """An entry out of what a log answers; raises InvalidRecord for what is none."""
    try:
        entry = Entry(
            **{key: logged[key] for key in ("sort", "subject", "calendar", "sequence", "state", "sources", "replaces")},
            why=logged.get("why"),
            known_on=date.fromisoformat(logged["known_on"]),
            logged=logged,
        )
        texts = (entry.subject, entry.calendar)
        sound = all(isinstance(each, str) and 0 < len(each) <= 300 for each in texts) and isinstance(entry.state, dict)
        sound = sound and (entry.sort not in ("event", "link") or bool(_ID.match(entry.subject)))
        numbers = (logged["change"], entry.sequence, entry.replaces or 0)
        sound = sound and all(type(each) is int and 0 <= each <= LATEST for each in numbers)
        sound = sound and isinstance(entry.sources, list)
        json.dumps(logged, ensure_ascii=False).encode()  # half a character could not be kept
    except (KeyError, TypeError, ValueError, RecursionError) as cause:
        raise _refused("it is no entry of a log that this version reads") from cause
    if not sound or entry.sort not in SORTS:
        raise _refused("it is no entry of a log that this version reads")
    return entry


def _refused(clause: str, pointer: str = "/") -> InvalidRecord:
    return InvalidRecord([{"detail": f"{clause[:1].upper()}{clause[1:]}.", "pointer": pointer}])


@dataclass(slots=True)
class Replay:
    """A page of a log being replayed. `origin` is the log's address, `day` the one it answered as known on, `calendar`
    the one that is followed: nothing is recorded in another."""

    tx: Transaction
    clock: Clock
    origin: str
    day: date
    calendar: str
    touched: set[str] = field(default_factory=set)
    named: bool = False
    declared: bool = False
    calendars: dict[str, Calendar] = field(init=False)
    register: Register = field(init=False)

    def __post_init__(self) -> None:
        self._look_anew()

    def _look_anew(self) -> None:
        self.calendars = registers.calendars(self.tx.conn)
        self.register = registers.register(self.tx.conn, date.max)

    def play(self, entry: Entry) -> bool | Clash:
        """True if the entry was recorded, False if it stood here already, else what it clashes with."""
        if entry.calendar != self.calendar:
            raise _refused(f"it is of the calendar {entry.calendar}, and {self.calendar} is followed")
        if followed.stands_for(self.tx.conn, self.origin, entry.subject, entry.sequence):
            return False
        outcome = self._outcome(entry)
        if isinstance(outcome, Clash):
            followed.put(self.tx.conn, self.origin, entry.logged, None)
        return outcome

    def _outcome(self, entry: Entry) -> bool | Clash:
        match entry.sort:
            case "event":
                return self._event(entry)
            case "link":
                return self._link(entry)
            case "calendar":
                return self._calendar(entry)
            case _:
                return self._name(entry)

    def finish(self) -> None:
        """Do once what all entries of the page need: the bytes of feeds."""
        if self.named or self.declared:
            feedbytes.refresh_all(self.tx.conn)
        else:
            feedbytes.refresh(self.tx.conn, self.touched)

    def _event(self, entry: Entry) -> bool | Clash:
        draft = load(_EVENTS, self._draft(entry, entry.state))
        self._check_calendar(entry, draft.calendar)
        draft = admitted(self.tx, self.clock, draft, self.calendars)
        check_double(self.tx, entry.subject, draft)
        state = event_state(draft, self.register)
        known = [source_state(source) for source in draft.sources]
        held = imports.held(self.tx.conn, entry.subject)
        found = self._found(entry, entry.subject, held, state, known, draft.replaces)
        if found is not None:
            return found
        assert_event(self.tx, entry.subject, draft, self.register)
        self.touched.add(entry.subject)
        return self._note(entry, entry.subject, len(held.rows))

    def _link(self, entry: Entry) -> bool | Clash:
        state = {key: value for key, value in entry.state.items() if key not in ("subject", "target")}
        ends = {"from": entry.state.get("subject"), "to": entry.state.get("target")}
        draft = load(_LINKS, self._draft(entry, {**state, **ends}))
        id_ = self._link_here(entry, draft.rel, draft.subject, draft.target)
        self._check_time(entry, draft.sources)
        for end in (draft.subject, draft.target):
            if belonging.calendar_of_event(self.tx.conn, end) is None:
                missing = f"The event {end} is not held here."
                return Clash("link", id_, entry.known_on.isoformat(), {}, link_state(draft), missing)
        self._check_calendar(entry, belonging.calendar_of_event(self.tx.conn, draft.subject))
        held = imports.held(self.tx.conn, id_)
        known = [source_state(source) for source in draft.sources]
        found = self._found(entry, id_, held, link_state(draft), known, draft.replaces)
        if found is not None:
            return found
        try:
            with undone_on_refusal(self.tx):
                assert_link(self.tx, id_, entry.calendar, draft)
        except (KnownBeforeEnds, LinkExists, LinkWouldCycle) as refusal:
            return Clash("link", id_, entry.known_on.isoformat(), {}, link_state(draft), refusal.detail)
        self.touched |= {draft.subject, draft.target}
        return self._note(entry, id_, len(held.rows))

    def _link_here(self, entry: Entry, rel: str, subject: str, target: str) -> str:
        """The link here that theirs is: the one it was before, one of the same rel and ends, or a new one of its id."""
        conn = self.tx.conn
        before = followed.subject_here(conn, self.origin, entry.subject)
        return before or followed.link_between(conn, rel, subject, target) or entry.subject

    def _calendar(self, entry: Entry) -> bool | Clash:
        calendar: Calendar = _read(packfields.CALENDAR, _as_a_pack_writes(entry.state))
        subject, state = f"calendar/{calendar.slug}", registers.plain(calendar)
        self._check_calendar(entry, calendar.slug)
        if clashes := kinds_in_other_groups(calendar, self.calendars.values()):
            raise _refused("; ".join(clashes))
        held = imports.held(self.tx.conn, subject)
        if any(row.state == state or self._as_they_show_it(row.state) == state for row in held.rows[-1:]):
            return self._note(entry, subject, held.rows[-1].sequence, news=False)
        outcome = self._told(entry, subject, state, held)
        self.declared |= outcome is True
        return outcome

    def _as_they_show_it(self, state: dict[str, Any]) -> dict[str, Any]:
        """A declaration as a log shows it: without claims known after the day it answers as known on."""
        return registers.plain(registers.calendar_of(state).as_known_on(self.day))

    def _name(self, entry: Entry) -> bool | Clash:
        name = _read(packfields.NAME, entry.state)
        if alike := written_alike(self.register, name):
            raise _refused(alike.rstrip("."))
        subject, state = f"name/{name.type}/{name.slug}", registers.plain(name)
        outcome = self._told(entry, subject, state, imports.held(self.tx.conn, subject))
        self.named |= outcome is True
        return outcome

    def _told(self, entry: Entry, subject: str, state: dict[str, Any], held: Held) -> bool | Clash:
        """Record a name or a declaration."""
        if subject != entry.subject:
            raise _refused(f"its subject is {entry.subject} and its state is of {subject}")
        self._check_time(entry, ())
        replaces = self._replaced(entry)
        found = self._found(entry, subject, held, state, [], replaces)
        if found is None:
            append(
                self.tx,
                Assertion(entry.sort, subject, entry.calendar, entry.known_on, state, (), replaces, entry.why),
            )
            self._look_anew()
            return self._note(entry, subject, len(held.rows))
        return found

    def _check_calendar(self, entry: Entry, found: str | None) -> None:
        """Refuse an entry whose state is of another calendar than it says."""
        if found != entry.calendar:
            raise _refused(f"{entry.subject} belongs to the calendar {found}, and the entry is of {entry.calendar}")

    def _check_time(self, entry: Entry, sources: tuple[Any, ...]) -> None:
        calendar = self.calendars.get(entry.calendar)
        zone = calendar.zone if calendar else "UTC"
        refuse_together(broken_by_time(entry.known_on, sources, zone, self.clock.today(zone)))

    def _draft(self, entry: Entry, state: dict[str, Any]) -> dict[str, Any]:
        told = {"known_on": entry.known_on.isoformat(), "sources": entry.sources, "why": entry.why}
        return {**state, **told, "replaces": self._replaced(entry)}

    def _replaced(self, entry: Entry) -> int | None:
        """The sequence here of the revision that an entry replaces; None also where that one waits, so that the entry
        is found to clash as it does."""
        if entry.replaces is None:
            return None
        ours = followed.stands_for(self.tx.conn, self.origin, entry.subject, entry.replaces)
        return ours[1] if ours else None

    def _found(
        self,
        entry: Entry,
        subject: str,
        held: Held,
        state: dict[str, Any],
        sources: list[dict[str, Any]],
        replaces: int | None,
    ) -> bool | Clash | None:
        """False if a revision here says just that, which then stands for theirs; what it clashes with; or None."""
        taken = followed.taken(self.tx.conn, self.origin, subject)
        for row in held.asserted(entry.known_on, state, sources, replaces):
            if row.sequence not in taken:
                return self._note(entry, subject, row.sequence, news=False)
        by = self.tx.recorded_by
        clash = origins.clash(self.tx.conn, by, entry.sort, subject, entry.known_on.isoformat(), state, taken)
        if clash is None and entry.replaces is not None and replaces is None:
            return Clash(entry.sort, subject, entry.known_on.isoformat(), {}, state)
        return clash

    def _note(self, entry: Entry, subject: str, sequence: int, *, news: bool = True) -> bool:
        followed.put(self.tx.conn, self.origin, entry.logged, (subject, sequence))
        return news


def _read(reader: Reader, value: dict[str, Any]) -> Any:
    try:
        return reader(value)
    except Unfit as unfit:
        raise _refused("; ".join(unfit.told("the state"))) from unfit


def _as_a_pack_writes(state: dict[str, Any]) -> dict[str, Any]:
    """A declaration's state with the words of calendar.toml: `from` and `to` where the record has since and until."""
    wire = {"since": "from", "until": "to"}
    return {wire.get(key, key): _worded(value) for key, value in state.items()}


def _worded(value: Any) -> Any:
    if isinstance(value, dict):
        return _as_a_pack_writes(value)
    return [_worded(each) for each in value] if isinstance(value, list) else value
