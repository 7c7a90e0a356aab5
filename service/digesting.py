"""What a digest tells: what lies ahead, and what was recorded since the last one that went to the subscription."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile
from typing import Final

from schemas.events import Event
from schemas.queries import EventQuery
from schemas.subscriptions import Subscription
from schemas.vocabulary import AHEAD
from schemas.windows import same
from service import raising
from service.clock import day_in
from service.mail.notices import SHOWN, Found, Gone
from service.store import events, news, outbox
from service.store.asknown import AsKnown, last_change
from service.store.database import LATEST
from service.store.revisions import Row, rows_of
from service.store.timeline import find, of_revisions
from service.store.told import told

DIGEST_DAYS: Final = {"daily": 1, "weekly": 7}


@dataclass(frozen=True, slots=True)
class Since:
    """From where on a digest tells what is new: what was recorded after `change`, or became known after `day`. Of a
    `first` one, which no other came before, that day is the last before its period."""

    change: int
    day: date
    first: bool = False


def since_last(at: AsKnown, subscription: Subscription) -> Since:
    """From where on the next digest to a subscription tells: where the last one that went ended, however long ago; of
    the first one, where its period or the subscription began."""
    last = outbox.last_digest(at.conn, subscription.id)
    if last is None:
        days = DIGEST_DAYS[subscription.choices.digest or "daily"]
        begun = subscription.confirmed_at or subscription.created_at
        return Since(news.change_by(at.conn, begun), at.day - timedelta(days), first=True)
    change, settled_at, went = last
    # Digests that went before it was written down through which change they told, told through what was there then.
    through = news.change_by(at.conn, settled_at) if change is None else change
    return Since(through, day_in(at.calendars[subscription.calendar].zone, went))


def found_for_digest(at: AsKnown, query: EventQuery, since: Since) -> Found:
    """What lies ahead, what is overdue, and what is new since the last digest; of each as many as a letter holds."""
    ahead = events.hydrate(at, find(at, replace(query, status=AHEAD)))
    late = [each for each in ahead if each.when.starts_max and each.when.starts_max < at.day]
    coming = [each for each in ahead if each not in late]
    changed = _changed(at, query, since)
    fresh = events.hydrate(at, of_revisions(at, [each.now.change for each in changed if each.now]))
    before = {each.event: told(each.before) for each in changed if each.before}
    gone = [_gone(at, each.event, each.before) for each in changed if each.before and not each.now]
    newest = sorted(fresh, key=lambda each: (each.known_on, each.id), reverse=True)
    return Found(coming[:SHOWN], late[:SHOWN], newest[:SHOWN], before, gone[:SHOWN])


@dataclass(frozen=True, slots=True)
class _Changed:
    """An event, its state at the last digest (None: there was none), and now (None: it was retracted)."""

    event: str
    before: Row | None
    now: Row | None


def _changed(at: AsKnown, query: EventQuery, since: Since) -> list[_Changed]:
    """The events that are new, retracted, or of another date, status or giver since the last digest: whatever day that
    became known, of those that the query finds now or found then."""
    through = LATEST if since.change >= last_change(at.conn) else since.change
    then = replace(at, day=min(since.day, at.day), through=through, current=False)
    recorded = news.events_since(at.conn, at.asked[0], since.change)
    known = (each.id for each in _newly_known(at, query, since))
    every = [_states(at, then, id_) for id_ in sorted({*recorded, *known})]
    changed = [each for each in every if _differ(each.before, each.now)]
    asked = raising.found_among(at, query, {each.event: each.now for each in changed if each.now})
    asked |= raising.found_among(then, query, {each.event: each.before for each in changed if each.before})
    return [each for each in changed if each.event in asked]


def _newly_known(at: AsKnown, query: EventQuery, since: Since) -> Sequence[Event]:
    """Events that became known, or of which something did, after the last digest's day: also those that were recorded
    before it, since a day that is set (LEADUP_TODAY) may lie before what the store holds."""
    newest = events.hydrate(at, find(at, replace(query, sort="-known_on"), limit=SHOWN))
    return list(takewhile(lambda each: each.known_on > since.day, newest))


def _states(at: AsKnown, then: AsKnown, id_: str) -> _Changed:
    rows = rows_of(at.conn, id_)
    before = [row for row in rows if row.change <= then.through]
    return _Changed(id_, raising.state_of(before, then), raising.state_of(rows, at))


def _differ(before: Row | None, now: Row | None) -> bool:
    if before is None or now is None:
        return before is not now
    return not same(told(before), told(now))


def _gone(at: AsKnown, id_: str, before: Row) -> Gone:
    other = events.doubles(at, id_)
    return Gone(before.state["title"], told(before), events.one(at, other, sources=False).title if other else None)
