"""A programme's sites, as known on a day: begun, inspected, opened, waiting how long; beside what it promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemas.calendars import Calendar, Coverage, Promise
from schemas.errors import NameNotFound
from schemas.events import Event, Place
from schemas.names import Name
from schemas.queries import EventQuery, read_filter
from service.gathering import held
from service.store import events, timeline
from service.store.asknown import AsKnown


@dataclass(frozen=True, slots=True)
class SiteSeen:
    """A county, city or other place of a programme: the events by which it was begun, inspected and opened, by day.

    `waiting_days` are those from the first of them to the day up to which openings are covered, None once it is open.
    """

    place: Place
    begun: list[Event]
    inspected: list[Event]
    opened: list[Event]
    waiting_days: int | None

    @property
    def first(self) -> date:
        """The earliest day of anything that happened here."""
        return min(map(_day, [*self.begun, *self.inspected, *self.opened]))

    @property
    def opening(self) -> date | None:
        """The earliest day on which anything opened here."""
        return min(map(_day, self.opened), default=None)


@dataclass(frozen=True, slots=True)
class Year:
    """What was recorded of a year: how many sites were begun and opened in it, how many were promised by its end in
    all, how many were open by then; whether its openings are covered: wholly, in part or not."""

    year: int
    begun: int
    opened: int
    open_by_then: int
    promised_by_then: int | None
    covered: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A programme as known on a day. `counted` is the day up to which openings can be counted, `since` that from which;
    both None where none are covered. `elsewhere` are its events at no one place."""

    name: Name
    calendar: Calendar
    promise: Promise | None
    sites: list[SiteSeen]
    elsewhere: list[Event]
    years: list[Year]
    since: date | None
    counted: date | None
    ahead: list[Event]

    @property
    def opened(self) -> int:
        """How many sites are open."""
        return sum(bool(each.opened) for each in self.sites)


def progress(at: AsKnown, text: str) -> list[Progress]:
    """A programme, by its slug or any spelling, in each calendar that has events of it; raises NameNotFound."""
    slug = at.register.slug("programme", text)
    found = []
    for calendar in at.calendars.values():
        query = EventQuery(calendar=(calendar.slug,), programme=(slug,))
        if timeline.find(at, query, limit=1):
            found.append(_progress(at, calendar, slug, query))
    if not found:
        raise NameNotFound(f"No programme {text} is known on {at.day}.")
    return found


def _progress(at: AsKnown, calendar: Calendar, slug: str, query: EventQuery) -> Progress:
    promise = next((each for each in calendar.promises if each.programme == slug), None)
    happened = replace(query, status=("held",))
    begun, inspected, opened = _stages(at, happened, promise)
    claims = _claims(calendar, slug, promise)
    since = min((each.since for each in claims), default=None)
    counted = max((each.until for each in claims), default=None)
    sites, elsewhere = _sites(begun, inspected, opened, counted)
    ahead = events.hydrate(at, timeline.find(at, replace(query, status=("announced", "expected"))))
    return Progress(
        name=at.register.names.get(("programme", slug))
        or Name(slug=slug, type="programme", name=slug, known_on=at.day),
        calendar=calendar,
        promise=promise,
        sites=sites,
        elsewhere=elsewhere,
        years=_years(at.day, promise, sites, claims),
        since=since,
        counted=counted,
        ahead=ahead,
    )


def _stages(at: AsKnown, query: EventQuery, promise: Promise | None) -> tuple[list[Event], list[Event], list[Event]]:
    """The events that began, inspected and opened sites; without a promise nothing says which is which."""
    if promise is None:
        return [], [], []
    found = [held(at, _narrowed(query, text)) for text in (promise.begun, promise.inspected, promise.opened)]
    other = {event.id for stage in found[:2] for event in stage}
    return found[0], found[1], [event for event in found[2] if event.id not in other]


def _narrowed(query: EventQuery, text: str) -> EventQuery:
    return replace(read_filter(text), calendar=query.calendar, programme=query.programme, status=query.status)


def _claims(calendar: Calendar, slug: str, promise: Promise | None) -> list[Coverage]:
    """What covers the openings of a programme: the claim about it, else the wider ones."""
    kinds = read_filter(promise.opened).kind if promise else ()
    covering = [each for each in calendar.coverage if set(kinds) & set(each.kinds)]
    return [each for each in covering if each.programme == slug] or [each for each in covering if not each.programme]


def _sites(
    begun: Sequence[Event], inspected: Sequence[Event], opened: Sequence[Event], counted: date | None
) -> tuple[list[SiteSeen], list[Event]]:
    by_place: dict[tuple[str | None, str | None], tuple[Place, list[list[Event]]]] = {}
    elsewhere: list[Event] = []
    for stage, found in enumerate((begun, inspected, opened)):
        for event in sorted(found, key=_day):
            place = event.place
            if place is None or not place.county:
                elsewhere.append(event)
                continue
            key = (place.county, place.province)
            by_place.setdefault(key, (Place(None, *key, place.country), [[], [], []]))[1][stage].append(event)
    sites = [
        SiteSeen(place, begun_there, looked_at, opened_there, _waiting((begun_there, looked_at, opened_there), counted))
        for place, (begun_there, looked_at, opened_there) in by_place.values()
    ]
    return sorted(sites, key=lambda site: (site.first, site.place.county or "")), sorted(elsewhere, key=_day)


def _waiting(stages: Sequence[Sequence[Event]], counted: date | None) -> int | None:
    first = min(map(_day, (event for stage in stages for event in stage)))
    return max(0, (counted - first).days) if counted and not stages[2] else None


def _day(event: Event) -> date:
    return event.when.starts_min or date.max


def _years(day: date, promise: Promise | None, sites: Sequence[SiteSeen], claims: Sequence[Coverage]) -> list[Year]:
    firsts = [site.first.year for site in sites]
    if not firsts:
        return []
    start = min([*firsts, promise.since.year] if promise else firsts)
    return [_year(year, promise, sites, claims) for year in range(start, day.year + 1)]


def _year(year: int, promise: Promise | None, sites: Sequence[SiteSeen], claims: Iterable[Coverage]) -> Year:
    openings = [site.opening.year for site in sites if site.opening]
    begun = sum(bool(site.begun) and _day(site.begun[0]).year == year for site in sites)
    promised = None
    if promise and year >= promise.since.year:
        promised = promise.sites_a_year * (min(year, promise.until.year) - promise.since.year + 1)
    first, last = date(year, 1, 1), date(year, 12, 31)
    wholly = any(each.since <= first and each.until >= last for each in claims)
    partly = any(each.since <= last and each.until >= first for each in claims)
    covered = "wholly" if wholly else "in part" if partly else "no"
    return Year(year, begun, openings.count(year), sum(each <= year for each in openings), promised, covered)
