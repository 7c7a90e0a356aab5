"""Counting the events of a query by kind and group, as known on a day."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.queries import EventQuery
from schemas.vocabulary import GROUPS, Kind
from service.store import timeline
from service.store.asknown import AsKnown


@dataclass(frozen=True, slots=True)
class Counted:
    """A kind, and how many events there are of it."""

    kind: Kind
    count: int


def by_group(at: AsKnown, query: EventQuery) -> list[tuple[str, list[Counted]]]:
    """By group, the kinds that any of the query's calendars declares, with how many of its events are of each."""
    declaring = [each for slug, each in at.calendars.items() if not query.calendar or slug in query.calendar]
    kinds = {kind.slug: kind for each in reversed(declaring) for kind in each.kinds}
    found = timeline.kinds(at, query)
    grouped = [
        (group, [Counted(kind, found.get(kind.slug, 0)) for kind in kinds.values() if kind.group == group])
        for group in GROUPS
    ]
    return [(group, counted) for group, counted in grouped if counted]
