"""The record of announced windows: what was announced for when, and the day it opened, as known on a day."""

from __future__ import annotations

from schemas.events import Event
from schemas.queries import EventQuery
from schemas.windows import Window, record_in_words, windows_of
from service.store.asknown import AsKnown
from service.store.timeline import find
from service.store.told import standing_rows, told


def record(at: AsKnown, query: EventQuery, said_by: tuple[str, ...] = ()) -> list[Window]:
    """Every announced window of a query's events, in the order in which they became known, several of one day in that
    of their sequence; of those of `said_by` (words of vocabulary.SAYERS) alone, where any is named."""
    rows = standing_rows(at, [each.id for each in find(at, query)])
    found = [
        window
        for id_, standing in rows.items()
        if standing
        for window in windows_of(
            id_, standing[-1].state["title"], standing[-1].state["kind"], list(map(told, standing))
        )
        if not said_by or (window.said_by and window.said_by.who in said_by)
    ]
    return sorted(found, key=lambda window: (window.known_on, window.event))


def of_key_meetings(at: AsKnown, calendar: str) -> list[Window]:
    """The windows that the body itself announced for the key meetings of a calendar: the record that pages and letters
    quote."""
    kinds = at.calendars[calendar].key_meetings()
    return record(at, EventQuery(calendar=(calendar,), kind=kinds), ("body",)) if kinds else []


def beside(at: AsKnown, event: Event) -> str | None:
    """How windows such as an event's came out so far, in words: where it is a key meeting ahead that the body itself
    announced; None elsewhere."""
    announced = event.status == "announced" and event.said_by is not None and event.said_by.who == "body"
    if not announced or event.kind not in at.calendars[event.calendar].key_meetings():
        return None
    return record_in_words(of_key_meetings(at, event.calendar))
