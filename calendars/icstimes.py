"""Days and instants of foreign entries: time zones of any name, all-day entries of any make, and the EDTF of both."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Timezone, vDuration
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calendars.icsreading import Component, Property

Moment = date | datetime
"""A day, or an instant with its time zone."""

_DAY: Final = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_INSTANT: Final = re.compile(r"(\d{8})T?(\d\d)(\d\d)(\d\d)?(Z?)", re.ASCII)
_MIDNIGHT: Final = time()
_DAY_LONG: Final = timedelta(1)


class Unreadable(ValueError):
    """A property that cannot be read: a clause, and the pointer to it."""

    def __init__(self, clause: str, pointer: str) -> None:
        super().__init__(clause)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Zones:
    """The time zones of one VCALENDAR: `floating` is that of times which name none."""

    floating: tzinfo
    defined: dict[str, Component] = field(default_factory=dict)
    made: dict[str, tzinfo] = field(default_factory=dict)

    def of(self, found: Property) -> tzinfo:
        """The zone of a property's TZID; raises Unreadable for one that is neither known nor defined in the file."""
        name = found.parameters.get("TZID")
        if name is None:
            return self.floating
        zone = self.made.get(name) or named(name) or self._defined(name)
        if zone is None:
            raise Unreadable(
                f"the time zone '{name}' is neither known nor defined in the file by a VTIMEZONE", f"/{found.name}"
            )
        self.made[name] = zone
        return zone

    def _defined(self, name: str) -> tzinfo | None:
        component = self.defined.get(name)
        if component is None:
            return None
        place = component.first("X-LIC-LOCATION")
        known = named(place.words) if place else None
        return known or _made(component)


def zones_of(calendar: Component, otherwise: tzinfo) -> Zones:
    """The time zones that a VCALENDAR speaks of; times without a zone are in X-WR-TIMEZONE, else in `otherwise`."""
    told = calendar.first("X-WR-TIMEZONE")
    defined = {}
    for part in calendar.parts:
        if part.name == "VTIMEZONE" and (tzid := part.first("TZID")):
            defined[tzid.words] = part
    return Zones((named(told.words) if told else None) or otherwise, defined)


def named(name: str) -> tzinfo | None:
    """The zone of an IANA name, also behind a vendor's prefix, or of a Windows name ("Korea Standard Time")."""
    bare = name.strip().strip("/").strip('"')
    parts = bare.split("/")
    for candidate in (WINDOWS_TO_OLSON.get(bare), *("/".join(parts[first:]) for first in range(len(parts)))):
        if (candidate and "/" in candidate) or candidate in ("UTC", "GMT"):
            try:
                return ZoneInfo(candidate)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return None


def _made(component: Component) -> tzinfo | None:
    """The zone that a VTIMEZONE defines. icalendar keeps zones by their name for the whole process: it is given one
    that stands for the definition, so that two files may mean different zones by one name."""
    text = component.text()
    tzid = component.first("TZID")
    if tzid:
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        text = text.replace(f"{tzid.text}\r\n", f"TZID:leadup-{name}\r\n", 1)
    try:
        made = Timezone.from_ical(text)
        return made.to_tz(lookup_tzid=False) if isinstance(made, Timezone) else None
    except (ValueError, KeyError, AttributeError, TypeError, OverflowError):
        return None


def moment(found: Property, zones: Zones, value: str | None = None) -> Moment:
    """The day or instant of a property (or of one `value` among several of it); raises Unreadable."""
    text = (found.value if value is None else value).strip()
    try:
        if day := _DAY.fullmatch(text):
            return date(int(day[1]), int(day[2]), int(day[3]))
        if instant := _INSTANT.fullmatch(text):
            shown = datetime.strptime(instant[1] + instant[2] + instant[3] + (instant[4] or "00"), "%Y%m%d%H%M%S")  # noqa: DTZ007
            return shown.replace(tzinfo=UTC if instant[5] else zones.of(found))
    except Unreadable:
        raise
    except ValueError as cause:
        raise Unreadable(f"there is no such day or time as '{text[:40]}'", f"/{found.name}") from cause
    raise Unreadable(f"'{text[:40]}' is no day and no time of a day", f"/{found.name}")


def duration(found: Property) -> timedelta:
    """The length that a DURATION says; raises Unreadable."""
    try:
        length: timedelta = vDuration.from_ical(found.value.strip())  # type: ignore[no-untyped-call]
    except ValueError as cause:
        raise Unreadable(f"'{found.value[:40]}' is no duration", f"/{found.name}") from cause
    return length


def end_of(component: Component, start: Moment, zones: Zones) -> Moment | None:
    """The end (exclusive) of an entry, None where it says none; raises Unreadable for one before the start."""
    told, length = component.first("DTEND"), component.first("DURATION")
    if told is None:
        return start + duration(length) if length else None
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
