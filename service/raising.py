"""Raising the letters that a revision owes, in the transaction that records it: neither is ever without the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.calendars import Calendar
from schemas.matters import raises
from schemas.queries import EventQuery
from schemas.subscriptions import Choices, Subscription
from schemas.when import When, parse
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


def raise_for(tx: Transaction, clock: Clock, id_: str, since: int | None = None) -> int:
    """Raise the letters owed for the newest revision of an event (for all from the change `since` on together); how
    many. None are where the current state is another, lies behind, or became known more than three days ago. Those of
    paused subscriptions wait until these are taken up again."""
    rows = rows_of(tx.conn, id_)
    newest = rows[-1]
    calendar = str(rows[0].state["calendar"])
    found = subscriptions.active(tx.conn, calendar) + subscriptions.paused(tx.conn, calendar)
    subscribed = [each for each in found if each.choices.digest is None]
    if not subscribed or newest.retracts:
        return 0
    at = standpoint(tx.conn, clock, calendars=[calendar])
    first = newest.change if since is None else since
    before = _current([row for row in rows if row.change < first], at)
    after = _current(rows, at)
    if after is None or after.change < first or calendar not in at.calendars:
        return 0
    matter = raises(told(before) if before else None, told(after), at.day)
    if matter is None:
        return 0
    wanting = [each for each in subscribed if matter in each.choices.matters]
    # Who asked for what the event was is told what it is now: that a plenary of December moved to January, too.
    then = standpoint(tx.conn, clock, through=first - 1, calendars=[calendar]) if before else at
    asking = {
        each.id: each
        for stands, row in ((at, after), (then, before))
        if row
        for each in _asking(stands, wanting, id_, parse(row.state["when"]))
    }
    return sum(
        outbox.enqueue(tx, Owed(subscription=each.id, event=id_, matter=matter, about=str(after.sequence)), due_at)
        for each in asking.values()
        for due_at in (_due_at(clock, each, at.calendars[calendar].zone),)
    )


def _current(rows: Sequence[Row], at: AsKnown) -> Row | None:
    """The revision that is the state as known today; None where there is none, or the event is retracted."""
    known = [span.row for span in timeline(rows) if span.known_from <= at.day.isoformat()]
    return known[-1] if known and not known[-1].retracts else None


def _asking(at: AsKnown, subscribed: Sequence[Subscription], id_: str, when: When) -> Iterator[Subscription]:
    """Those of the subscriptions whose query finds an event."""
    if not subscribed:
        return
    for query, members in by_query(at.calendars[subscribed[0].calendar], subscribed):
        if query and id_ in {found.id for found in find(at, _near(query, when))}:
            yield from members


def _near(query: EventQuery, when: When) -> EventQuery:
    """The query, limited to the days of an event where it has no limits of its own."""
    if query.since or query.until or when.starts_min is None or when.ends_max is None:
        return query
    return replace(query, since=when.starts_min, until=when.ends_max)


def _due_at(clock: Clock, subscription: Subscription, zone: str) -> datetime:
    """At once; on a weekend, where only weekdays are wished, at the hour of the next Monday."""
    now = clock.now()
    choices = subscription.choices
    local = now.astimezone(ZoneInfo(choices.zone or zone))
    if not choices.weekdays or local.weekday() < 5:
        return now
    monday = local.date() + timedelta(7 - local.weekday())
    return datetime.combine(monday, choices.hour, local.tzinfo)
