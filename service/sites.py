"""Sites: what visits have in common that were made to the same thing being built, and what opened it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from schemas.events import Event
from schemas.queries import EventQuery
from service.gathering import held, wholes
from service.store import links
from service.store.asknown import AsKnown


@dataclass(frozen=True, slots=True)
class Site:
    """A site: its visits by day, and what opened it, if anything did by then."""

    visits: list[Event]
    opening: Event | None

    @property
    def first(self) -> Event:
        """The visit by which it began to wait."""
        return self.visits[0]


def sites(at: AsKnown, rel: str, starting: EventQuery, ending: EventQuery) -> list[Site]:
    """The sites of the visits `starting`, by the day of the first, each with the first event of `ending` that any of
    its visits is linked with. All are of one calendar.

    A visit that has parts among the others gives way to them, and one that itself completes another is no beginning.
    """
    calendar = starting.calendar[0]
    ends = {each.id: each for each in held(at, ending)}
    drawn = links.between(at, calendar, ("asserted",))
    linked = [(subject, target) for each, subject, target in drawn if each == rel]
    later = {subject for subject, _ in linked}
    begun = [event for event in held(at, starting) if event.id not in later]
    within = wholes(at, calendar)
    parted = {whole for event in begun for whole in within.get(event.id, ())}
    by_site: dict[tuple[str, ...], list[Event]] = {}
    for event in sorted(begun, key=_by_day):
        if event.id not in parted:
            by_site.setdefault(_site_of(event), []).append(event)
    return [Site(visits, _opening(visits, linked, ends)) for visits in by_site.values()]


def _by_day(event: Event) -> tuple[date, str]:
    return event.when.starts_min or date.max, event.id


def _site_of(event: Event) -> tuple[str, ...]:
    """What events at one site have in common: programme and county, else the place's own name; without a place an
    event stands for itself."""
    place = event.place
    if place is None or not (place.name or place.county):
        return (event.id,)
    if event.programme and place.county:
        return event.programme, place.county, place.province or ""
    return event.programme or "", place.name or "", place.county or "", place.province or ""


def _opening(visits: Sequence[Event], linked: Iterable[tuple[str, str]], ends: dict[str, Event]) -> Event | None:
    ids = {event.id for event in visits}
    found = [ends[subject] for subject, target in linked if target in ids and subject in ends]
    return min(found, key=_by_day, default=None)
