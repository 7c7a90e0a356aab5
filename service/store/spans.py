"""The days that events may lie on, without all else that is known of them: what drawings of thousands are made from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.queries import EventQuery
from schemas.vocabulary import Kind
from service.store.asknown import AsKnown
from service.store.conditions import alive
from service.store.database import FIRST_DAY, OPEN_DAY
from service.store.timeline import find

_SPANS = """
SELECT subject, revision, calendar, kind, status, starts_min, starts_max, ends_max FROM period
WHERE subject IN (SELECT value FROM json_each(:ids)) AND {alive}
ORDER BY starts_min, subject
"""

_TITLES = """
SELECT change, json_extract(state, '$.title'), json_extract(state, '$.said_by.who') FROM revision
WHERE change IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Span:
    """An event's first day, at the earliest and at the latest, and its last at the latest (None: open)."""

    id: str
    revision: int
    calendar: str
    kind: str
    status: str
    starts_min: date | None
    starts_max: date | None
    ends_max: date | None

    @property
    def exact(self) -> bool:
        """Whether the first day is exactly known."""
        return self.starts_min is not None and self.starts_min == self.starts_max

    def meets(self, first: date, last: date) -> bool:
        """Whether it may lie on any of these days."""
        return (self.starts_min is None or self.starts_min <= last) and (
            self.ends_max is None or self.ends_max >= first
        )


@dataclass(frozen=True, slots=True)
class Named:
    """What an event is called, and who gave its date (a word of vocabulary.SAYERS, or None)."""

    title: str
    said_by: str | None


def spans(at: AsKnown, query: EventQuery) -> list[Span]:
    """The spans of a query's events, by earliest first day, then id."""
    ids = json.dumps([each.id for each in find(at, query)])
    cursor = at.conn.cursor()
    cursor.row_factory = None
    values = {"ids": ids, "day": at.day.isoformat(), "through": at.through}
    rows = cursor.execute(_SPANS.format(alive=alive(at)), values)
    return [Span(*row[:5], *map(_day, row[5:])) for row in rows]


def _day(text: str) -> date | None:
    return None if text in (FIRST_DAY, OPEN_DAY) else date.fromisoformat(text)


def named(at: AsKnown, found: Sequence[Span]) -> dict[str, Named]:
    """By id, what events are called, and who gave their dates."""
    ids = {each.revision: each.id for each in found}
    rows = at.conn.execute(_TITLES, (json.dumps(list(ids)),))
    return {ids[row[0]]: Named(row[1], row[2]) for row in rows}


def kind_of(at: AsKnown, span: Span) -> Kind | None:
    """The kind of a span's event, as its calendar declares it."""
    calendar = at.calendars.get(span.calendar)
    return calendar.kind(span.kind) if calendar else None
