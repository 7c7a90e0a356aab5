"""How long a person was not seen, beside all other times: only where silence means something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from schemas.calendars import Calendar
from schemas.queries import EventQuery
from service.store.asknown import AsKnown
from service.store.spans import Span, spans

LEAST_DAYS = 14
"""An absence is told from so many days without a reported appearance on."""

WIDEST_DAYS = 31
"""An event that may lie on more days than these says nothing of when anybody was seen."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The days on which a person was not reported seen: after `seen`, before `again` (None: not seen again since)."""

    seen: date
    again: date | None
    days: int


@dataclass(frozen=True, slots=True)
class Absences:
    """Within the days covered, `since` to `until`: the absences of LEAST_DAYS and more, the longest first.

    `kinds` are those that are covered, of which the person was seen in some; None of `since` where nothing is covered.
    `days_unseen` counts from `last_seen` to the day asked, None where that day is not covered. `rank` is where the
    present absence would stand among `past`, 1 for the longest.
    """

    calendar: Calendar
    last_seen: date
    kinds: tuple[str, ...]
    since: date | None
    until: date | None
    past: list[Absence]
    days_unseen: int | None
    rank: int | None


def absences(at: AsKnown, person: str, calendars: Sequence[str] = ()) -> list[Absences]:
    """By calendar, the absences of a person (a slug), as known on a day; of those in which the person was ever seen."""
    found = []
    for slug in calendars or sorted(at.calendars):
        seen = spans(at, EventQuery(calendar=(slug,), person=(person,), status=("held",)))
        if any(_days(each) for each in seen):
            found.append(_of(at, at.calendars[slug], seen))
    return found


def _of(at: AsKnown, calendar: Calendar, seen: Sequence[Span]) -> Absences:
    days = sorted({day for each in seen for day in _days(each)})
    seen_in = {each.kind for each in seen}
    claims = [each for each in calendar.coverage if each.programme is None and seen_in & set(each.kinds)]
    since = max((each.since for each in claims), default=None)
    until = min((each.until for each in claims), default=None)
    kinds = tuple(kind.slug for kind in calendar.kinds if any(kind.slug in each.kinds for each in claims))
    if since is None or until is None or since > until:
        return Absences(calendar, days[-1], kinds, None, None, [], None, None)
    past = _past(days, since, until)
    unseen = (at.day - days[-1]).days if until >= at.day else None
    rank = 1 + sum(each.days > unseen for each in past) if unseen is not None and unseen >= LEAST_DAYS else None
    return Absences(calendar, days[-1], kinds, since, until, past, unseen, rank)


def _days(seen: Span) -> list[date]:
    """The days on which somebody may have been seen at an event: all that it may lie on, so that no absence is told
    longer than it surely was; of one that may lie anywhere in a wide span none, of one without an end the first."""
    first = seen.starts_min
    last = seen.ends_max or seen.starts_max
    if first is None or last is None or (last - first).days > WIDEST_DAYS:
        return []
    return [first + timedelta(each) for each in range((last - first).days + 1)]


def _past(days: Sequence[date], since: date, until: date) -> list[Absence]:
    found = [
        Absence(before, after, (after - before).days)
        for before, after in pairwise(days)
        if before >= since and after <= until and (after - before).days >= LEAST_DAYS
    ]
    return sorted(found, key=lambda each: (-each.days, each.seen))
