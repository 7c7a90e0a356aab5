"""A month as people know it: what lies on each day, what lasts over several, and what is only known to lie in it."""

from __future__ import annotations

from calendar import Calendar as Weeks
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.events import Event
from schemas.queries import EventQuery
from service.store import events
from service.store.asknown import AsKnown
from service.store.timeline import edges, find

MOST_IN_A_MONTH = 2_000
MOST_ON_A_DAY = 12
MOST_WINDOWS = 100


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a grid (None: of a neighbouring month); its events, and how many more there are."""

    day: date | None
    events: list[Event]
    more: int


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month, from Monday on; the windows that it may lie in, or that meet it; the years of anything."""

    first: date
    last: date
    weeks: list[list[Day]]
    windows: list[Event]
    windows_more: int
    years: tuple[int, int]

    @property
    def total(self) -> int:
        """How many events stand in the month, each once."""
        shown = {event.id for week in self.weeks for day in week for event in day.events}
        return len(shown | {event.id for event in self.windows}) + sum(day.more for week in self.weeks for day in week)


def month(at: AsKnown, year: int, number: int) -> Month:
    """A month of every calendar that the reader may see, as known on a day."""
    first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    query = EventQuery(calendar=at.only, since=first, until=last)
    found = events.hydrate(at, find(at, query, limit=MOST_IN_A_MONTH))
    by_day: dict[date, list[Event]] = defaultdict(list)
    windows = []
    for event in found:
        if event.when.starts_min and event.when.starts_min == event.when.starts_max:
            for day in _days(event, first, last):
                by_day[day].append(event)
        else:
            windows.append(event)
    weeks = [[_day(day, by_day) for day in week] for week in _weeks(year, number)]
    return Month(first, last, weeks, windows[:MOST_WINDOWS], len(windows[MOST_WINDOWS:]), edges(at))


def _weeks(year: int, number: int) -> list[list[date | None]]:
    """The days of a month by week; None before its first and after its last."""
    return [
        [date(year, number, day) if day else None for day in week] for week in Weeks().monthdayscalendar(year, number)
    ]


def _day(day: date | None, by_day: dict[date, list[Event]]) -> Day:
    if day is None:
        return Day(None, [], 0)
    there = sorted(by_day.get(day, ()), key=lambda event: (event.group, event.title, event.id))
    return Day(day, there[:MOST_ON_A_DAY], len(there[MOST_ON_A_DAY:]))


def _days(event: Event, first: date, last: date) -> list[date]:
    """The days of an event within a month: all that it lasted, where its end is known to the day, else its first."""
    start, when = event.when.starts_min, event.when
    assert start is not None
    end = when.ends_max if when.ends_max and when.ends_min == when.ends_max else start
    start, end = max(start, first), min(end, last)
    return [start + timedelta(each) for each in range((end - start).days + 1)]
