"""Taking in files of events, line by line: JSON Lines, CSV, iCalendar. All or nothing, unless asked for what is good;
safe to repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from calendars import imports as files
from calendars.ownevents import carried, carried_source
from schemas.calendars import Calendar
from schemas.errors import (
    DomainError,
    IdTaken,
    ImportNotFound,
    KnownInFuture,
    LinesRefused,
    ScopeMissing,
    UnknownCalendar,
    UnknownKind,
    refuse_together,
)
from schemas.events import EventDraft
from schemas.imports import OUTCOMES, Defaults, Item, Line, Mistake, Reading, Report
from schemas.names import Register
from service import raising
from service.recording import admitted, assert_event, check_double, check_retraction
from service.store import feedbytes, imports, registers
from service.store.database import Connection, Store, Then, Transaction, nothing_else
from service.store.imports import Held
from service.store.revisions import fresh_id
from service.store.states import event_state, in_words, source_state

SHOWN_MISTAKES = 1000
"""How many mistakes a refusal lists."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a file is to be taken in. `calendar`, `kind`, `known_on` hold for lines that do not say it themselves.

    `notify` raises the letters that the same changes would raise if they were recorded one by one; an import raises
    none otherwise. (Lead-day letters are raised by the clock from what stands in the store, however it came.) `only`
    are the calendars that whoever asks may write in, empty for all: lines about others are refused.
    """

    format: str
    name: str | None = None
    calendar: str | None = None
    kind: str | None = None
    known_on: date | None = None
    dry_run: bool = False
    partial: bool = False
    notify: bool = False
    only: tuple[str, ...] = ()


class _Tried(Exception):
    """What was tried is not to be kept: leaves the transaction, which is rolled back."""


def take_in(
    store: Store,
    body: bytes,
    asked: Asked,
    *,
    by: str,
    progress: Progress = lambda _done, _all: None,
    then: Then = nothing_else,
) -> Report:
    """Record the events of a file, and do `then` with the import; what became of each line.

    Raises FileUnreadable for one that is no such file, UnknownCalendar, UnknownKind and KnownInFuture for what is asked
    of all lines, InvalidRecord for a file that needs more to be asked, and LinesRefused if any line is refused, unless
    `partial` or `dry_run` is asked: then nothing is stored. A dry run stores nothing either way.
    """
    reading = files.read(body, asked.format, _defaults(store, asked))
    report: list[Report] = []
    try:
        with store.transaction(by) as tx:
            report.append(_taken_in(tx, store, reading, asked, len(body), progress))
            if asked.dry_run:
                raise _Tried
            if not asked.partial and report[0].counts["refused"]:
                raise _refusal(report[0])
            imports.keep(tx, report[0])
            then(tx, report[0].id or "")
    except _Tried:
        return replace(report[0], id=None, changes=None)
    return report[0]


def report_of(conn: Connection, id_: str, by: str | None = None) -> Report:
    """A past import, if it was made `by` the one named, where one is; raises ImportNotFound."""
    found = imports.one(conn, id_)
    if found is None or by not in (None, found.recorded_by):
        raise ImportNotFound(f"There was no import {id_} here.")
    return found


def _defaults(store: Store, asked: Asked) -> Defaults:
    with store.reading() as conn:
        calendars = registers.calendars(conn)
    zones = {slug: each.zone for slug, each in calendars.items()}
    refuse_together(_broken_by_asked(asked, calendars, max(map(store.clock.today, zones.values()), default=date.max)))
    return Defaults(
        zones=zones,
        today=store.clock.today(zones.get(asked.calendar or "", "UTC")),
        calendar=asked.calendar,
        kind=asked.kind,
        known_on=asked.known_on,
    )


def _broken_by_asked(asked: Asked, calendars: Mapping[str, Calendar], today: date) -> list[DomainError]:
    """What is wrong with an import as a whole, whatever its lines say: told once, before any is looked at."""
    found: list[DomainError] = []
    if asked.calendar and asked.calendar not in calendars:
        detail = f"There is no calendar {asked.calendar}; there are {', '.join(sorted(calendars)) or 'none'}."
        found.append(UnknownCalendar(detail, pointer="?calendar", known=sorted(calendars)))
    asked_of = [each for each in calendars.values() if asked.calendar in (None, each.slug)]
    kinds = sorted({kind.slug for each in asked_of for kind in each.kinds})
    if asked.kind and kinds and asked.kind not in kinds:
        where = f"The calendar {asked_of[0].slug} has" if len(asked_of) == 1 else "The calendars have"
        detail = f"{where} no kind {asked.kind}; there are {', '.join(kinds)}."
        found.append(UnknownKind(detail, pointer="?kind", known=kinds))
    if asked.known_on and asked.known_on > today:
        detail = f"known_on {asked.known_on} lies after today, {today}: nobody can know it yet."
        found.append(KnownInFuture(detail, pointer="?known_on"))
    return found


def _refusal(report: Report) -> LinesRefused:
    refused = [item for item in report.items if item.outcome == "refused"]
    mistakes = [{"line": item.line, **each} for item in refused for each in item.mistakes]
    pointer = mistakes[0]["pointer"] and f", {mistakes[0]['pointer']}"
    where = f"line {mistakes[0]['line']}{pointer}: {mistakes[0]['detail']}"
    detail = f"{len(refused)} of {len(report.items)} lines were refused and nothing was stored; {where}"
    return LinesRefused(detail, mistakes[:SHOWN_MISTAKES], refused=len(refused))


def _taken_in(tx: Transaction, store: Store, reading: Reading, asked: Asked, octets: int, progress: Progress) -> Report:
    before = imports.newest_change(tx.conn)
    desk = _Desk(tx, store, reading.lines, asked.only)
    items = []
    for done, line in enumerate(reading.lines, 1):
        items.append(desk.take(line))
        progress(done, 2 * len(reading.lines))  # what they leave to be done at the end takes about as long
    desk.finish(lambda done, every: progress(len(reading.lines) + done, len(reading.lines) + every))
    if not desk.touched:
        progress(2 * len(reading.lines), 2 * len(reading.lines))
    if asked.notify:
        raising.raise_for_all(tx, store.clock, sorted(desk.touched), before + 1)
    after = imports.newest_change(tx.conn)
    return Report(
        id=fresh_id(tx.conn),
        name=asked.name,
        format=asked.format,
        octets=octets,
        recorded_at=tx.recorded_at,
        recorded_by=tx.recorded_by,
        dry_run=asked.dry_run,
        partial=asked.partial,
        notify=asked.notify,
        counts={outcome: sum(item.outcome == outcome for item in items) for outcome in OUTCOMES},
        items=items,
        passed_over=reading.passed_over,
        changes=(before + 1, after) if after > before else None,
    )


@dataclass(slots=True)
class _Desk:
    """Where lines are taken in one by one: what is the same for all, and what they leave to be done at the end."""

    tx: Transaction
    store: Store
    lines: Sequence[Line]
    only: tuple[str, ...]
    register: Register = field(init=False)
    calendars: dict[str, Any] = field(init=False)
    ahead: Counter[tuple[str, date | None]] = field(init=False)
    touched: set[str] = field(default_factory=set)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.register = registers.register(self.tx.conn, date.max)
        self.calendars = registers.calendars(self.tx.conn)
        self.ahead = Counter((line.id, line.draft.known_on) for line in self.lines if line.id and line.draft)

    def take(self, line: Line) -> Item:
        """Record a line's event if it says anything new; what became of the line."""
        item = Item(line=line.number, outcome="refused", id=line.id, mistakes=line.mistakes, kept_out=line.kept_out)
        if line.draft is None:
            return item
        if line.id:
            self.ahead[line.id, line.draft.known_on] -= 1
        try:
            self._check_reach(line.draft.calendar)
            draft = admitted(self.tx, self.store.clock, line.draft, self.calendars)
            return self._entered(line, draft, item)
        except DomainError as refusal:
            return replace(item, mistakes=_mistakes(refusal))

    def _check_reach(self, calendar: str) -> None:
        if self.only and calendar not in self.only:
            detail = f"The token may write only in {', '.join(self.only)}, not in {calendar}."
            raise ScopeMissing(detail, pointer="/calendar")

    def _entered(self, line: Line, draft: EventDraft, item: Item) -> Item:
        id_ = line.id or self._known_as(draft.calendar, line.key)
        here = imports.held(self.tx.conn, id_) if id_ else Held([], [])
        _check_home(here, draft)
        standing = _standing(here, draft, self.register, line.carried, self._comes_again(line))
        if standing is not None:
            return replace(item, outcome="unchanged", id=id_, sequence=standing)
        if not here.rows and draft.same_as is None:
            check_retraction(draft)  # with `same_as` the id leads to the event that stays
        id_ = id_ or fresh_id(self.tx.conn)
        check_double(self.tx, id_, draft)
        assert_event(self.tx, id_, draft, self.register)
        self.touched.add(id_)
        if line.key:
            self.keys[draft.calendar, line.key] = id_
        return replace(item, outcome="accepted", id=id_, sequence=len(here.rows))

    def _known_as(self, calendar: str, key: str) -> str | None:
        return self.keys.get((calendar, key)) or imports.subject_of(self.tx.conn, calendar, key)

    def _comes_again(self, line: Line) -> bool:
        """Whether a later line speaks of the same event as known on the same day: then that one decides."""
        return bool(line.id and line.draft and self.ahead[line.id, line.draft.known_on])

    def finish(self, progress: Progress) -> None:
        """Do once what all lines need: the bytes of feeds, and which event each line became."""
        feedbytes.refresh(self.tx.conn, self.touched, progress)
        for calendar in {calendar for calendar, _ in self.keys}:
            imports.remember(
                self.tx.conn, calendar, [(key, id_) for (where, key), id_ in self.keys.items() if where == calendar]
            )


def _mistakes(refusal: DomainError) -> tuple[Mistake, ...]:
    return tuple(refusal.errors() or [{"detail": refusal.detail, "pointer": ""}])


def _check_home(here: Held, draft: EventDraft) -> None:
    if here.rows and here.rows[0].state.get("calendar") != draft.calendar:
        home = here.rows[0].state.get("calendar")
        if home is None:
            raise IdTaken("That id belongs to another record that is no event.", pointer="/id")
        raise IdTaken(f"The event belongs to the calendar {home} and stays there.", pointer="/calendar")


def _standing(here: Held, draft: EventDraft, register: Register, through_a_feed: bool, comes_again: bool) -> int | None:
    """The sequence of the revision that says what a draft says already; None where the draft is news.

    A draft is no news if the event, as known on its day, is in that state and has its sources; if it was recorded
    before and has been replaced or retracted since; or if it was recorded before and a later line of the file speaks
    of the same day.
    """
    assert draft.known_on, "an admitted draft has its day"
    state = event_state(draft, register)
    sources = [source_state(source) for source in draft.sources]
    shown = here.shown(draft.known_on)
    if shown and draft.replaces is None:
        same = _same_in_a_feed if through_a_feed else _same
        if same(shown.state, here.known_sources(draft.known_on), state, sources, register):
            return shown.sequence
    for row in reversed(here.asserted(draft.known_on, state, sources, draft.replaces)):
        if comes_again or row is shown or not here.stands(row):
            return row.sequence
    return None


_State = dict[str, Any]


def _same(ours: _State, known: list[_State], state: _State, sources: list[_State], register: Register) -> bool:
    """Whether two states say the same, one name however it is written, and no source is new."""
    told = [_dated(source) for source in known]
    return _in_words(ours, state, register) and all(_dated(source) in told for source in sources)


def _in_words(ours: _State, state: _State, register: Register) -> bool:
    return ours == state or in_words(ours, register) == in_words(state, register)


def _dated(source: _State) -> _State:
    """A source by its instant, where that is known, else by its day: our CSV has one cell for both."""
    return {key: value for key, value in source.items() if key != "published" or "published_at" not in source}


def _same_in_a_feed(
    ours: _State, known: list[_State], state: _State, sources: list[_State], register: Register
) -> bool:
    """Whether a feed shows the two as the same: texts as iCalendar carries them."""
    here, there = (carried(in_words(each, register)) for each in (ours, state))
    told = {carried_source(source) for source in known}
    return here == there and all(carried_source(source) in told for source in sources)
