"""A year or a decade by group on a line of time: each event by itself where there is room, else how many there were.

Spans that are not exactly known are bands. What is drawn is bounded, however many events there are.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.queries import EventQuery
from schemas.vocabulary import GROUPS
from service.store.asknown import AsKnown
from service.store.spans import Named, Span, kind_of, named, spans
from service.store.timeline import edges

MOST_MARKS = 200
"""So many events are drawn one by one; more would hide each other, and make the page long."""

MOST_BESIDE_BARS = 120
"""So many of them where the others are counted."""

MOST_LANES = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """An event as drawn: on which days, in which lane of its group's row; its title, and how sure its date is."""

    span: Span
    named: Named
    lane: int
    key: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """How many events of a group with an exactly known day lie in these days."""

    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A group: its events one by one, and how many more there are by part of the span."""

    group: str
    total: int
    marks: list[Mark]
    lanes: int
    bars: list[Bar]
    left_out: int


@dataclass(frozen=True, slots=True)
class Line:
    """What lies between two days, by group; the figures by year or month; the first and last year of anything known."""

    first: date
    last: date
    rows: list[Row]
    figures: list[tuple[date, dict[str, int]]]
    years: tuple[int, int]

    @property
    def total(self) -> int:
        """How many events there are."""
        return sum(row.total for row in self.rows)


def line(at: AsKnown, query: EventQuery, first: date, last: date, *, by_month: bool) -> Line:
    """The events of a query that may lie between two days, as known on a day."""
    found = [each for each in spans(at, _between(query, first, last)) if each.meets(first, last)]
    groups: dict[str, list[Span]] = defaultdict(list)
    for each in found:
        kind = kind_of(at, each)
        groups[kind.group if kind else "other"].append(each)
    one_by_one = _one_by_one(at, found)
    words = named(at, one_by_one)
    ids = {each.id for each in one_by_one}
    rows = [_row(at, group, groups[group], ids, words, (first, last)) for group in GROUPS if groups[group]]
    return Line(first, last, rows, _figures(groups, first, last, by_month=by_month), edges(at))


def _between(query: EventQuery, first: date, last: date) -> EventQuery:
    return EventQuery(calendar=query.calendar, kind=query.kind, group=query.group, since=first, until=last)


def _one_by_one(at: AsKnown, found: Sequence[Span]) -> list[Span]:
    """All, if they are few; else key meetings and what is not exactly known, as far as there is room."""
    if len(found) <= MOST_MARKS:
        return list(found)
    apart = [each for each in found if _is_key(at, each)]
    apart += [each for each in found if not each.exact and not _is_key(at, each)]
    return apart[:MOST_BESIDE_BARS]


def _is_key(at: AsKnown, span: Span) -> bool:
    kind = kind_of(at, span)
    return bool(kind and kind.key_meeting)


def _row(
    at: AsKnown,
    group: str,
    found: Sequence[Span],
    ids: set[str],
    words: Mapping[str, Named],
    between: tuple[date, date],
) -> Row:
    marks, ends = list[Mark](), list[int]()
    for each in (each for each in found if each.id in ids):
        lane = _lane(each, ends, (between[1] - between[0]).days)
        marks.append(Mark(each, words[each.id], lane, _is_key(at, each)))
    rest = [each for each in found if each.id not in ids]
    bars = _bars([each for each in rest if each.exact], *between)
    return Row(group, len(found), marks, max(1, len(ends)), bars, len(rest) - sum(bar.count for bar in bars))


def _lane(span: Span, ends: list[int], days: int) -> int:
    """The first lane in which nothing drawn before reaches this far; the last one takes what has no room. `ends` are
    the last days of the lanes, counted from the first of all days, since lines reach to the last of all."""
    first = (span.starts_min or date.min).toordinal()
    drawn = first + max(1, days // 100)  # as wide as a mark must be to be seen
    last = max((span.ends_max or date.max).toordinal(), drawn)
    lane = next((number for number, end in enumerate(ends) if end < first), len(ends))
    if lane >= MOST_LANES:
        return MOST_LANES - 1
    if lane == len(ends):
        ends.append(0)
    ends[lane] = max(ends[lane], last)
    return lane


def _bars(found: Sequence[Span], first: date, last: date) -> list[Bar]:
    """By week of a year, or by month of a longer span."""
    counted: Counter[date] = Counter()
    weekly = (last - first).days < 400
    for each in found:
        day = max(each.starts_min or first, first)
        counted[first + timedelta((day - first).days // 7 * 7) if weekly else day.replace(day=1)] += 1
    return [Bar(start, min(last, _end(start, weekly=weekly)), count) for start, count in sorted(counted.items())]


def _end(start: date, *, weekly: bool) -> date:
    if weekly:
        return date.fromordinal(min(start.toordinal() + 6, date.max.toordinal()))
    return start.replace(day=monthrange(start.year, start.month)[1])


def _figures(
    groups: Mapping[str, Sequence[Span]], first: date, last: date, *, by_month: bool
) -> list[tuple[date, dict[str, int]]]:
    """By month, or by year: how many events of each group have their earliest day in it."""
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    for group, found in groups.items():
        for each in found:
            day = max(each.starts_min or first, first)
            counted[date(day.year, day.month if by_month else 1, 1)][group] += 1
    return [(start, dict(counted[start])) for start in sorted(counted) if first <= start <= last]
