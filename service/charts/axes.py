"""Lines of time for the drawings that pages are made with: where a day lies, in hundredths of the width.

A drawing that is measured in hundredths is as wide as its page, while its words keep their size.
"""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from schemas.when import When

LEAST_WIDTH = 0.8
"""Hundredths that the narrowest mark is wide, so that a single day is seen on a line of decades."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line at a place, with its words; `minor` ones give way where there is little room."""

    x: float
    words: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A span as drawn: from where, how wide; whether it goes on beyond the start or the end of the line."""

    x: float
    width: float
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """A line of time from the start of `first` to the end of `last`."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it shows."""
        return (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Where a day begins."""
        return round(100 * (day - self.first).days / self.days, 2)

    def band(self, first: date | None, last: date | None, least: float = LEAST_WIDTH) -> Band | None:
        """The span of days from `first` through `last` (None: open) as far as it is shown; None where nothing is."""
        start, end = max(first or self.first, self.first), min(last or self.last, self.last)
        if start > end:
            return None
        x, width = self.at(start), round(100 * ((end - start).days + 1) / self.days, 2)
        if width < least:
            x, width = round(max(0.0, min(100 - least, x + width / 2 - least / 2)), 2), least
        return Band(x, width, first is None or first < self.first, last is None or last > self.last)

    def of(self, when: When, least: float = LEAST_WIDTH) -> Band | None:
        """All the days that something with this date may lie on."""
        if when.starts_min is None and when.ends_max is None:
            return None
        return self.band(when.starts_min, when.ends_max, least)

    def ticks(self, most: int = 12) -> list[Tick]:
        """Where days, months or years begin, at most about `most` of them."""
        for unit, step in _STEPS:
            # One more than there is room for tells that there are too many; there may be millions of them.
            found = list(islice(_begun(self, unit, step), most + 1))
            if len(found) <= most:
                break
        return [Tick(self.at(day), words, minor=number % 2 == 1) for number, (day, words) in enumerate(found)]


_STEPS = (
    ("day", 1),
    ("day", 7),
    ("month", 1),
    ("month", 3),
    ("year", 1),
    ("year", 2),
    ("year", 5),
    ("year", 10),
    ("year", 50),
    ("year", 100),
    ("year", 500),
    ("year", 1000),
)


def _begun(axis: Axis, unit: str, step: int) -> Iterator[tuple[date, str]]:
    if unit == "day":
        days = range(0, axis.days, step)
        for day in (axis.first + timedelta(each) for each in days):
            yield day, f"{day.day} {month_abbr[day.month]}"
    elif unit == "month":
        for month in range(axis.first.year * 12, axis.last.year * 12 + 12, step):
            day = date(month // 12, month % 12 + 1, 1)
            if axis.first <= day <= axis.last:
                yield day, str(day.year) if day.month == 1 else month_abbr[day.month]
    else:
        for year in range(axis.first.year // step * step, axis.last.year + 1, step):
            if year >= 1 and axis.first <= date(year, 1, 1) <= axis.last:
                yield date(year, 1, 1), str(year)


def around(first: date, last: date, share: float = 0.06) -> Axis:
    """A line that shows these days with a little room on both sides."""
    room = max(2, round(((last - first).days + 1) * share))
    return Axis(_moved(first, -room), _moved(last, room))


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min
