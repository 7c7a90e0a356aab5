"""Raising the letters that a revision owes, in the transaction that records it: neither is ever without the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.calendars import Calendar
from schemas.matters import lies_ahead, raises
from schemas.queries import EventQuery
from schemas.subscriptions import CANCELLED, Choices, Subscription
from schemas.when import When, parse
from schemas.windows import Told
from schemas.wire.questions import read_query
from service.clock import Clock
from service.store import outbox, subscriptions
from service.store.asknown import AsKnown, standpoint
from service.store.database import Transaction
from service.store.outbox import Owed
from service.store.revisions import Row, rows_of, timeline
from service.store.timeline import find
from service.store.told import told


def query_of(calendar: Calendar, choices: Choices) -> EventQuery | None:
    """What a subscriber is told of; None where a calendar has no key meetings and nothing else was asked for."""
    if choices.query:
        return replace(read_query(choices.query), calendar=(calendar.slug,))
    kinds = calendar.key_meetings()
    return EventQuery(calendar=(calendar.slug,), kind=kinds) if kinds else None


def by_query(
    calendar: Calendar, subscribed: Sequence[Subscription]
) -> Iterator[tuple[EventQuery | None, list[Subscription]]]:
    """Subscriptions to a calendar by what they ask, so that each question is answered once."""
    grouped: dict[str, list[Subscription]] = defaultdict(list)
    for each in subscribed:
        grouped[each.choices.query].append(each)
    for members in grouped.values():
        yield query_of(calendar, members[0].choices), members


@dataclass(frozen=True, slots=True)
class _News:
    """What is new of an event: the matter, its state before (None: there was none) and now."""

    event: str
    matter: str
    before: Row | None
    after: Row


def raise_for(tx: Transaction, clock: Clock, id_: str) -> int:
    """Raise the letters owed for the newest revision of an event; how many, as `raise_for_all`."""
    return raise_for_all(tx, clock, [id_], rows_of(tx.conn, id_)[-1].change)


def raise_for_all(tx: Transaction, clock: Clock, ids: Iterable[str], first: int) -> int:
    """Raise the letters owed for what events became by their revisions from the change `first` on together; how many.
    None are where the current state is another, lies behind, or became known more than three days ago. A retraction of
    what lay ahead is told, as `cancelled`, to those to whom a letter told of it. Letters of paused subscriptions wait
    until these are taken up again.

    Each question of subscribers is asked once or twice, however many the events are.
    """
    homes: dict[str, dict[str, Sequence[Row]]] = defaultdict(dict)
    for id_ in ids:
        rows = rows_of(tx.conn, id_)
        homes[str(rows[0].state["calendar"])][id_] = rows
    return sum(_raise_in(tx, clock, calendar, events, first) for calendar, events in homes.items())


def _raise_in(tx: Transaction, clock: Clock, calendar: str, events: Mapping[str, Sequence[Row]], first: int) -> int:
    found = subscriptions.active(tx.conn, calendar) + subscriptions.paused(tx.conn, calendar)
    subscribed = [each for each in found if each.choices.digest is None]
    if not subscribed:
        return 0
    at = standpoint(tx.conn, clock, calendars=[calendar])
    if calendar not in at.calendars:
        return 0
    fresh = [news for id_, rows in events.items() if (news := _news(at, id_, rows, first))]
    asking = _asking(at, subscribed, {each.event: each.after for each in fresh})
    # Who asked for what an event was is told what it is now: that a plenary of December moved to January, too.
    before = {each.event: each.before for each in fresh if each.before}
    asked = _asking(standpoint(tx.conn, clock, through=first - 1, calendars=[calendar]), subscribed, before)
    # A retraction is told to those to whom the event was, whatever they ask for now.
    retracted = {each.event: outbox.told_to(tx.conn, each.event) for each in fresh if each.after.retracts}
    raised = 0
    for each in subscribed:
        due_at, told_of = _due_at(clock, each, at.calendars[calendar].zone), asking[each.id] | asked[each.id]
        for news in fresh:
            concerned = each.id in retracted.get(news.event, ()) if news.after.retracts else news.event in told_of
            if concerned and news.matter in each.choices.matters:
                about = str(news.after.sequence)
                owed = Owed(subscription=each.id, event=news.event, matter=news.matter, about=about)
                raised += outbox.enqueue(tx, owed, due_at)
    return raised


def _news(at: AsKnown, id_: str, rows: Sequence[Row], first: int) -> _News | None:
    before = state_of([row for row in rows if row.change < first], at)
    if (retraction := retraction_of(rows)) is not None:
        corrects = retraction.change >= first and before is not None and lies_ahead(told(before), at.day)
        return _News(id_, CANCELLED, before, retraction) if corrects else None
    after = state_of(rows, at)
    if after is None or after.change < first:
        return None
    matter = raises(told(before) if before else None, told(after), at.day)
    return _News(id_, matter, before, after) if matter else None


def state_before(at: AsKnown, id_: str, sequence: int) -> Row | None:
    """The revision that was an event's state, as known by now, before it got that of `sequence`; None for none."""
    return state_of([row for row in rows_of(at.conn, id_) if row.sequence < sequence], at)


def retraction_of(rows: Sequence[Row]) -> Row | None:
    """The standing revision that retracts an event; None where none does."""
    spans = timeline(rows)
    return spans[0].row if spans and spans[0].row.retracts else None


def told_by(at: AsKnown, id_: str, sequence: int) -> Told | None:
    """What a letter said that told of a revision, also where that was replaced since; None of a retraction."""
    row = next((row for row in rows_of(at.conn, id_) if row.sequence == sequence), None)
    return told(row) if row and not row.retracts else None


def state_of(rows: Sequence[Row], at: AsKnown) -> Row | None:
    """Of an event's revisions the one that is its state as known from there; None where there is none, or the event is
    retracted."""
    known = [span.row for span in timeline(rows) if span.known_from <= at.day.isoformat()]
    return known[-1] if known and not known[-1].retracts else None


def _asking(at: AsKnown, subscribed: Sequence[Subscription], events: Mapping[str, Row]) -> dict[str, set[str]]:
    """By subscription, which of some events, given with their states, its query finds."""
    asking: dict[str, set[str]] = defaultdict(set)
    calendar = at.calendars.get(subscribed[0].calendar)
    if not events or calendar is None:
        return asking
    for query, members in by_query(calendar, subscribed):
        found = found_among(at, query, events) if query else set()
        asking |= {each.id: found for each in members}
    return asking


def found_among(at: AsKnown, query: EventQuery, events: Mapping[str, Row]) -> set[str]:
    """Which of some events, given with their states, a query finds."""
    if not events:
        return set()
    whens = [parse(row.state["when"]) for row in events.values()]
    return {each.id for each in find(at, _near(query, whens))} & events.keys()


def _near(query: EventQuery, whens: Sequence[When]) -> EventQuery:
    """The query, limited to the days of some events where it has no limits of its own."""
    firsts, lasts = [when.starts_min for when in whens], [when.ends_max for when in whens]
    known = [day for day in (*firsts, *lasts) if day is not None]
    if query.since or query.until or len(known) < len(firsts) + len(lasts):
        return query
    return replace(query, since=min(known), until=max(known))


def _due_at(clock: Clock, subscription: Subscription, zone: str) -> datetime:
    """At once; on a weekend, where only weekdays are wished, at the hour of the next Monday."""
    now = clock.now()
    choices = subscription.choices
    local = now.astimezone(ZoneInfo(choices.zone or zone))
    if not choices.weekdays or local.weekday() < 5:
        return now
    monday = local.date() + timedelta(7 - local.weekday())
    return datetime.combine(monday, choices.hour, local.tzinfo)
