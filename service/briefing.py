"""The morning's briefing: what is coming and how sure it is, what is overdue, what is new, how old all this is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.calendars import Calendar
from schemas.events import Event
from schemas.queries import EventQuery
from schemas.vocabulary import AHEAD
from service.store import events
from service.store.asknown import AsKnown, newest_known
from service.store.timeline import find, newest

NEWEST_SHOWN = 8
NEWEST_READ = 40
CUSTOM_YEARS = 3
CUSTOM_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting ahead: in how many days its window opens and closes (0: today; None: no bound), known since when."""

    event: Event
    opens_in_days: int | None
    closes_in_days: int | None
    known_since: date


@dataclass(frozen=True, slots=True)
class Custom:
    """When meetings of a kind opened before: in `month`, in `years` of the covered years `since`, on which days."""

    label: str
    month: int
    years: int
    since: tuple[int, ...]
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Age:
    """How old a calendar's knowledge is: the newest day anything became known; until when which kinds (slugs) are
    covered."""

    calendar: Calendar
    newest_known_on: date | None
    days_ago: int | None
    covered: tuple[tuple[date, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """All that the first page says, as known on `day`."""

    day: date
    coming: list[Coming]
    overdue: list[Event]
    newest: list[tuple[date, Event]]
    customs: list[Custom]
    ages: list[Age]


def brief(at: AsKnown) -> Briefing:
    """The briefing of a day, as known then."""
    overdue = events.hydrate(at, find(at, EventQuery(overdue=True)))
    late = {event.id for event in overdue}
    ahead = [event for event in _key_meetings(at, AHEAD) if event.id not in late]
    coming = sorted((_coming(event, at) for event in ahead), key=_soonest)
    return Briefing(
        day=at.day,
        coming=coming,
        overdue=overdue,
        newest=_newest(at),
        customs=[custom for calendar in at.calendars.values() for custom in customs(at, calendar)],
        ages=[age(at, calendar) for calendar in at.calendars.values()],
    )


def _key_meetings(at: AsKnown, statuses: Sequence[str]) -> list[Event]:
    kinds = sorted({kind for calendar in at.calendars.values() for kind in calendar.key_meetings()})
    if not kinds:
        return []
    query = EventQuery(kind=tuple(kinds), status=tuple(statuses))
    return events.hydrate(at, find(at, query), sources=True)


def _newest(at: AsKnown) -> list[tuple[date, Event]]:
    """The events of which date or status was last said anew, the latest first, each with the day that became known; a
    further source for what was known already moves none."""
    recent = events.hydrate(at, newest(at, NEWEST_READ))
    dated = [(events.known_since(at, event), event) for event in recent]
    return sorted(dated, key=lambda found: found[0], reverse=True)[:NEWEST_SHOWN]


def _coming(event: Event, at: AsKnown) -> Coming:
    first, last = event.when.starts_min, event.when.starts_max
    return Coming(
        event,
        max(0, (first - at.day).days) if first and last else None,
        (last - at.day).days if last else None,
        events.known_since(at, event),
    )


def _soonest(coming: Coming) -> tuple[int, int, str]:
    """Dated windows first, by when they open, then by when they close."""
    far = 10**6
    opens, closes = coming.opens_in_days, coming.closes_in_days
    return far if opens is None else opens, far if closes is None else closes, coming.event.id


def customs(at: AsKnown, calendar: Calendar) -> list[Custom]:
    """The months in which a kind of key meeting opened in at least half of the covered years since it first did, and in
    no fewer than three."""
    found = []
    for slug in calendar.key_meetings():
        kind = calendar.kind(slug)
        covered = _covered_years(calendar, slug, at.day)
        held = _key_meetings_of(at, calendar.slug, slug)
        for month in range(1, 13):
            days = [first for first in held if first.month == month and first.year in covered[month]]
            years = {day.year for day in days}
            since = sorted(year for year in covered[month] if years and year >= min(years))
            if kind and len(years) >= CUSTOM_YEARS and len(years) >= CUSTOM_SHARE * len(since):
                ends = [day.day for day in days]
                found.append(Custom(kind.label, month, len(years), tuple(since), min(ends), max(ends)))
    return found


def _key_meetings_of(at: AsKnown, calendar: str, kind: str) -> list[date]:
    """The first days of held meetings of a kind whose first day is exactly known."""
    query = EventQuery(calendar=(calendar,), kind=(kind,), status=("held",))
    whens = [event.when for event in events.hydrate(at, find(at, query))]
    return [when.starts_min for when in whens if when.starts_min and when.starts_min == when.starts_max]


def _covered_years(calendar: Calendar, kind: str, day: date) -> dict[int, set[int]]:
    """By month, the years in which that whole month is covered for a kind."""
    found: dict[int, set[int]] = defaultdict(set)
    for claim in calendar.coverage:
        if kind not in claim.kinds or claim.programme:
            continue
        for year in range(claim.since.year, min(claim.until, day).year + 1):
            for month in range(1, 13):
                after = date(year + month // 12, month % 12 + 1, 1)
                if claim.since <= date(year, month, 1) and (after - min(claim.until, day)).days <= 1:
                    found[month].add(year)
    return found


def ages(at: AsKnown, query: EventQuery) -> list[Age]:
    """How old the knowledge is that a query is answered from, calendar by calendar."""
    return [age(at, at.calendars[slug], query.kind) for slug in query.calendar or sorted(at.calendars)]


def age(at: AsKnown, calendar: Calendar, kinds: Sequence[str] = ()) -> Age:
    """How old the knowledge of a calendar is on the day asked; its coverage of `kinds`, or of all."""
    known = newest_known(at, [calendar.slug])
    by_day: dict[date, list[str]] = defaultdict(list)
    for claim in calendar.coverage:
        if claim.programme is None:
            by_day[claim.until] += [slug for slug in claim.kinds if slug in kinds or not kinds]
    covered = tuple((day, tuple(dict.fromkeys(slugs))) for day, slugs in sorted(by_day.items(), reverse=True) if slugs)
    return Age(calendar, known, (at.day - known).days if known else None, covered)
