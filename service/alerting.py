"""What the clock owes: the letters that no revision raises - lead days, windows that passed, silence, digests.

Safe to repeat at any time: a letter that was raised is not raised again, and a day on which the clock did not run is
made up for where that is still of use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.matters import NEWS_WITHIN_DAYS, leads_of, window_from
from schemas.queries import EventQuery
from schemas.subscriptions import (
    DIGEST,
    LEAD,
    OVERDUE,
    QUIET,
    QUIET_AGAIN_DAYS,
    QUIET_DAYS,
    UNSEEN,
    Choices,
    Subscription,
)
from schemas.vocabulary import AHEAD
from schemas.windows import Told
from service import raising
from service.composing import covered, last_seen
from service.store import outbox, registers, subscriptions
from service.store.asknown import AsKnown, newest_entry, standpoint
from service.store.database import Connection, Store
from service.store.outbox import Owed
from service.store.timeline import find
from service.store.told import standing_rows, told

Keys = set[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class _Meeting:
    """An event ahead, as the clock looks at it: what was told of it, with the sequence of each."""

    id: str
    told: list[tuple[int, Told]]


def raise_due(store: Store) -> list[Owed]:
    """Raise the letters that are due now and were not raised before; those now raised."""
    with store.reading() as conn:
        owed = [each for slug in sorted(registers.calendars(conn)) for each in _owed_in(conn, store, slug)]
    if not owed:
        return []
    with store.transaction("clock") as tx:
        return [each for each in owed if outbox.enqueue(tx, each, store.clock.now())]


def _owed_in(conn: Connection, store: Store, slug: str) -> Iterator[Owed]:
    """The letters due in a calendar that were not raised yet."""
    subscribed = subscriptions.active(conn, slug)
    if not subscribed:
        return
    at = standpoint(conn, store.clock, calendars=[slug])
    if slug not in at.calendars:
        return
    for query, members in raising.by_query(at.calendars[slug], subscribed):
        meetings = _ahead(at, query) if query else []
        raised = outbox.keys_of(conn, [each.id for each in meetings])
        for each in members:
            for owed in _owed_to(store, at, each, meetings, raised):
                if owed.key not in raised and (owed.event or not outbox.is_raised(conn, owed)):
                    yield owed


def _ahead(at: AsKnown, query: EventQuery) -> list[_Meeting]:
    wanted = EventQuery(**{name: getattr(query, name) for name in EventQuery.__slots__} | {"status": AHEAD})
    rows = standing_rows(at, [each.id for each in find(at, wanted)])
    return [_Meeting(id_, [(row.sequence, told(row)) for row in standing]) for id_, standing in rows.items()]


def _owed_to(
    store: Store, at: AsKnown, subscription: Subscription, meetings: Sequence[_Meeting], raised: Keys
) -> Iterator[Owed]:
    choices, zone = subscription.choices, at.calendars[subscription.calendar].zone
    hour_has_come = _hour_has_come(store, choices, zone)
    if choices.digest:
        yield from _digest(store, subscription, zone)
    else:
        for meeting in meetings:
            if LEAD in choices.matters:
                yield from _leads(store, at, subscription, meeting, raised)
            if OVERDUE in choices.matters and hour_has_come:
                yield from _overdue(at, subscription, meeting)
    if QUIET in choices.matters and hour_has_come:
        yield from _quiet(at, subscription)
    if UNSEEN in choices.matters and hour_has_come:
        yield from _unseen(at, subscription)


def _leads(store: Store, at: AsKnown, subscription: Subscription, meeting: _Meeting, raised: Keys) -> Iterator[Owed]:
    """The lead-day letter that is due for a meeting, if any: of several that were missed, the last one is of use."""
    zone = at.calendars[subscription.calendar].zone

    def went(matter: str, about: str) -> bool:
        return (subscription.id, meeting.id, matter, about) in raised

    for lead, about in leads_of(meeting.told, zone, subscription.choices, went):
        if store.clock.reached(lead.moment) and at.day < lead.until:
            yield Owed(subscription=subscription.id, event=meeting.id, matter=LEAD, about=about)


def _overdue(at: AsKnown, subscription: Subscription, meeting: _Meeting) -> Iterator[Owed]:
    last = meeting.told[-1][1].when.starts_max
    if last and 0 < (at.day - last).days <= NEWS_WITHIN_DAYS:
        since, _ = window_from(meeting.told)
        yield Owed(subscription=subscription.id, event=meeting.id, matter=OVERDUE, about=str(since))


def _quiet(at: AsKnown, subscription: Subscription) -> Iterator[Owed]:
    newest = newest_entry(at, subscription.calendar)
    silent = (at.day - newest).days if newest else 0
    if newest and silent >= QUIET_DAYS:
        again = (silent - QUIET_DAYS) // QUIET_AGAIN_DAYS
        yield Owed(subscription=subscription.id, matter=QUIET, about=f"{newest}/{again}")


def _unseen(at: AsKnown, subscription: Subscription) -> Iterator[Owed]:
    """One letter for the longest of the gaps asked for that a person has reached, where it is covered from its first
    day to its last."""
    calendar = at.calendars[subscription.calendar]
    for person in at.register.each_once("person", subscription.choices.people):
        last = last_seen(at, person)
        gap = (at.day - last).days if last else 0
        reached = [days for days in subscription.choices.unseen_days if gap >= days]
        seen_in = _kinds_seen_in(at, subscription.calendar, person)
        if last and reached and any(covered(calendar, kind, last, at.day) for kind in seen_in):
            about = f"{person}/{last}/{max(reached)}"
            yield Owed(subscription=subscription.id, matter=UNSEEN, about=about)


def _kinds_seen_in(at: AsKnown, calendar: str, person: str) -> set[str]:
    """The kinds of event in which appearances of a person were reported within a year."""
    since = at.day - timedelta(365)
    query = EventQuery(calendar=(calendar,), person=(person,), status=("held",), since=since, until=at.day)
    rows = standing_rows(at, [each.id for each in find(at, query)])
    return {str(standing[-1].state["kind"]) for standing in rows.values()}


def _digest(store: Store, subscription: Subscription, zone: str) -> Iterator[Owed]:
    """The digest of the last day or Monday whose hour has come."""
    choices = subscription.choices
    day = _local(store, choices, zone).date()
    allowed = [day - timedelta(back) for back in range(8) if _digest_goes(choices, day - timedelta(back))]
    own = ZoneInfo(choices.zone or zone)
    latest = next((each for each in allowed if store.clock.reached(datetime.combine(each, choices.hour, own))), None)
    begun = subscription.confirmed_at
    since = datetime.fromisoformat(begun).astimezone(own).date() if begun and not store.clock.pinned else date.min
    if latest and latest >= since:
        yield Owed(subscription=subscription.id, matter=DIGEST, about=latest.isoformat())


def _digest_goes(choices: Choices, day: date) -> bool:
    if choices.digest == "weekly":
        return day.weekday() == 0
    return not (choices.weekdays and day.weekday() > 4)


def _hour_has_come(store: Store, choices: Choices, zone: str) -> bool:
    local = _local(store, choices, zone)
    if choices.weekdays and local.weekday() > 4:
        return False
    return store.clock.reached(datetime.combine(local.date(), choices.hour, local.tzinfo))


def _local(store: Store, choices: Choices, zone: str) -> datetime:
    """What time it is for a subscriber; noon of a pinned day."""
    own = ZoneInfo(choices.zone or zone)
    pinned = store.clock.pinned
    return (
        datetime(pinned.year, pinned.month, pinned.day, 12, tzinfo=own) if pinned else store.clock.now().astimezone(own)
    )
