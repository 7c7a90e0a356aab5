"""Days and instants of foreign entries: all-day entries of any make, and the EDTF of both."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from icalendar import vDuration

from calendars.icsreading import Component, Property, Unreadable
from calendars.icszones import Zones

Moment = date | datetime
"""A day, or an instant with its time zone."""

_DAY: Final = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_INSTANT: Final = re.compile(r"(\d{8})T?(\d\d)(\d\d)(\d\d)?(Z?)", re.ASCII)
_MIDNIGHT: Final = time()
_DAY_LONG: Final = timedelta(1)
_RECKONED: Final = range(2, 9999)


def moment(found: Property, zones: Zones, value: str | None = None) -> Moment:
    """The day or instant of a property (or of one `value` among several of it); raises Unreadable."""
    text = (found.value if value is None else value).strip()
    try:
        if day := _DAY.fullmatch(text):
            return date(int(day[1]), int(day[2]), int(day[3]))
        if instant := _INSTANT.fullmatch(text):
            shown = datetime.strptime(instant[1] + instant[2] + instant[3] + (instant[4] or "00"), "%Y%m%d%H%M%S")  # noqa: DTZ007
            return _reckoned(shown.replace(tzinfo=UTC if instant[5] else zones.of(found)), found)
    except Unreadable:
        raise
    except ValueError as cause:
        raise Unreadable(f"there is no such day or time as '{text[:40]}'", f"/{found.name}") from cause
    raise Unreadable(f"'{text[:40]}' is no day and no time of a day", f"/{found.name}")


def _reckoned(moment: Moment, found: Property) -> Moment:
    """An instant that every time zone can tell, and any day; raises Unreadable for others."""
    if isinstance(moment, datetime) and moment.year not in _RECKONED:
        raise Unreadable(f"the year {moment.year} is too far away for a time of day", f"/{found.name}")
    return moment


def duration(found: Property) -> timedelta:
    """The length that a DURATION says; raises Unreadable, also for one below nothing (RFC 5545 section 3.8.2.5)."""
    try:
        length: timedelta = vDuration.from_ical(found.value.strip())  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError) as cause:
        raise Unreadable(f"'{found.value[:40]}' is no duration", f"/{found.name}") from cause
    if length < timedelta():
        raise Unreadable(f"the duration {found.value.strip()[:40]} is below nothing", f"/{found.name}")
    return length


def _later(start: Moment, length: Property) -> Moment:
    try:
        return _reckoned(start + duration(length), length)
    except OverflowError as cause:
        raise Unreadable(f"with the duration {length.value[:40]} it ends after the year 9999", "/DURATION") from cause


def end_of(component: Component, start: Moment, zones: Zones) -> Moment | None:
    """The end (exclusive) of an entry, None where it says none; raises Unreadable for one before the start."""
    told, length = component.first("DTEND"), component.first("DURATION")
    if told is None:
        return _later(start, length) if length else None
    end = moment(told, zones)
    if isinstance(end, datetime) != isinstance(start, datetime):
        end = end.date() if isinstance(end, datetime) else datetime.combine(end, _MIDNIGHT, zones.floating)
    if end < start:
        raise Unreadable(f"the end, {told.value.strip()}, lies before the start", "/DTEND")
    return end


def edtf_of(start: Moment, end: Moment | None, zones: list[tzinfo]) -> tuple[str, str | None]:
    """(EDTF, what it leaves out): of an entry from `start` until before `end`, in the calendar's zone, the first of
    `zones`; in the others too midnight to midnight means whole days."""
    if not isinstance(start, datetime):
        return _days(start, end.date() if isinstance(end, datetime) else end), None
    stop = end if isinstance(end, datetime) else None
    for zone in (start.tzinfo, *zones):
        if stop and (days := _whole_days(start.astimezone(zone), stop.astimezone(zone))):
            return _days(*days), None
    local = start.astimezone(zones[0])
    last = (stop - timedelta(microseconds=1)).astimezone(zones[0]).date() if stop and stop > start else local.date()
    if last > local.date():
        return f"{local.date()}/{last}", "times of day"
    instant = start.astimezone(UTC).replace(tzinfo=None)
    return f"{instant.isoformat(timespec='minutes')}Z", "the time of day it ends" if stop and stop > start else None


def _whole_days(start: datetime, end: datetime) -> tuple[date, date] | None:
    midnight = start.time() == end.time() == _MIDNIGHT
    return (start.date(), end.date()) if midnight and end > start else None


def _days(first: date, end: date | None) -> str:
    """Days from `first` until before `end`; an end on the first day itself (Outlook) means that day."""
    last = end - _DAY_LONG if end and end > first else first
    return first.isoformat() if last == first else f"{first}/{last}"
