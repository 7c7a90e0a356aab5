"""VTIMEZONE of an IANA zone, bounded to the years that a feed speaks of (RFC 5545 section 3.6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_EARLIEST: Final = 1900
_LATEST: Final = 2100
_STEP: Final = timedelta(days=1)


class _Clock(NamedTuple):
    """What a zone's clocks show in a stretch between two changes."""

    offset: timedelta
    name: str
    daylight: bool


@lru_cache(maxsize=64)
def vtimezone(zone: str, first_year: int, last_year: int) -> bytes:
    """The VTIMEZONE of `zone` with every change of its clocks from `first_year` to `last_year`, both included.

    Its first observance begins with the first year. Each change is an observance of its own: some programs (vobject)
    lose all but the first of several RDATEs. Years are held between 1900 and 2100: before, clocks followed the
    sun; after, no rule is known. Raises ZoneInfoNotFoundError for a zone that the tz database does not have.
    """
    first_year = min(max(first_year, _EARLIEST), _LATEST)
    last_year = min(max(last_year, first_year), _LATEST)
    clocks = ZoneInfo(zone)
    component = Timezone()
    component.add("tzid", zone)
    for onset, before, after in _observances(clocks, first_year, last_year):
        part = TimezoneDaylight() if after.daylight else TimezoneStandard()
        part.DTSTART = onset
        part.TZOFFSETFROM = before.offset
        part.TZOFFSETTO = after.offset
        part.add("tzname", after.name)
        component.add_component(part)
    octets: bytes = component.to_ical()
    return octets


def _observances(clocks: ZoneInfo, first_year: int, last_year: int) -> Iterator[tuple[datetime, _Clock, _Clock]]:
    """(local time by the clocks of before, before, after) of the first year's begin and of every change after it."""
    low = datetime(first_year, 1, 1, tzinfo=clocks).astimezone(UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=clocks).astimezone(UTC)
    before = _shown(clocks, low)
    yield (low + before.offset).replace(tzinfo=None), before, before
    while low < end:
        high = min(low + _STEP, end)
        after = _shown(clocks, high)
        if before != after:
            yield (_change(clocks, low, high) + before.offset).replace(tzinfo=None), before, after
        low, before = high, after


def _change(clocks: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first whole second after `low`, at the latest `high`, at which the clocks show what they show at `high`."""
    after = _shown(clocks, high)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (low, middle) if _shown(clocks, middle) == after else (middle, high)
    return high


def _shown(clocks: ZoneInfo, instant: datetime) -> _Clock:
    local = instant.astimezone(clocks)
    return _Clock(local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst()))
