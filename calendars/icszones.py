"""Time zones of foreign entries: of any name, or as the file defines them by a VTIMEZONE."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr
from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calendars.icsreading import Component, Property, Unreadable
from calendars.icsrules import Followed, Work, frequency, rule_of

_LONGEST_NAME: Final = 255
_OFFSET: Final = re.compile(r"[+-]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?", re.ASCII)
_MOST_CHANGES: Final = 2_000
_UNTIL: Final = datetime(2100, 1, 1)  # noqa: DTZ001
"""Until when the changes of a zone are counted; Microsoft lets them begin in 1601, twice a year."""


@dataclass(frozen=True, slots=True)
class Zones:
    """The time zones of one VCALENDAR: `floating` is that of times which name none."""

    floating: tzinfo
    work: Work
    defined: dict[str, Component] = field(default_factory=dict)
    made: dict[str, tzinfo | None] = field(default_factory=dict)

    def of(self, found: Property) -> tzinfo:
        """The zone of a property's TZID; raises Unreadable for one that is neither known nor defined in the file."""
        name = found.parameters.get("TZID")
        if name is None:
            return self.floating
        if name not in self.made:
            self.made[name] = named(name) or self._defined(name)
        zone = self.made[name]
        if zone is None:
            detail = f"the time zone '{name[:80]}' is neither known nor defined in the file by a VTIMEZONE"
            raise Unreadable(f"{detail} that can be followed" if name in self.defined else detail, f"/{found.name}")
        return zone

    def _defined(self, name: str) -> tzinfo | None:
        component = self.defined.get(name)
        if component is None:
            return None
        place = component.first("X-LIC-LOCATION")
        known = named(place.words) if place else None
        return known or (_made(component) if _ends(component, self.work) else None)


def zones_of(calendar: Component, otherwise: tzinfo, work: Work) -> Zones:
    """The time zones that a VCALENDAR speaks of; times without a zone are in X-WR-TIMEZONE, else in `otherwise`."""
    told = calendar.first("X-WR-TIMEZONE")
    defined = {}
    for part in calendar.parts:
        if part.name == "VTIMEZONE" and (tzid := part.first("TZID")):
            defined[tzid.words] = part
    return Zones((named(told.words) if told else None) or otherwise, work, defined)


def named(name: str) -> tzinfo | None:
    """The zone of an IANA name, also behind a vendor's prefix, or of a Windows name ("Korea Standard Time")."""
    if len(name) > _LONGEST_NAME:
        return None
    bare = name.strip().strip("/").strip('"')
    parts = bare.split("/")
    for candidate in (WINDOWS_TO_OLSON.get(bare), *("/".join(parts[first:]) for first in range(len(parts)))):
        if (candidate and "/" in candidate) or candidate in ("UTC", "GMT"):
            try:
                return ZoneInfo(candidate)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return None


def _ends(component: Component, work: Work) -> bool:
    """Whether a VTIMEZONE can be followed: its changes are at most _MOST_CHANGES, by rules that meet a day at most once
    in a while, and its offsets are below a day."""
    offsets = [each.value.strip() for part in component.parts for each in part.properties if "OFFSET" in each.name]
    if not all(map(_OFFSET.fullmatch, offsets)):
        return False
    try:
        changes = [_changes(part, work) for part in component.parts]
    except (ValueError, TypeError, OverflowError):
        return False
    return 0 not in changes and 0 < sum(changes) <= _MOST_CHANGES


def _changes(part: Component, work: Work) -> int:
    """How many changes a STANDARD or DAYLIGHT makes; 0 for a rule that meets no day. Raises ValueError for what is no
    rule, or none that is followed."""
    begins = part.first("DTSTART")
    start = datetime.strptime(begins.value.strip()[:8] if begins else "", "%Y%m%d")  # noqa: DTZ007
    changes = 1 + sum(each.value.count(",") + 1 for each in part.every("RDATE"))
    for found in part.every("RRULE"):
        rule = rule_of(found, clocked=True)
        if frequency(rule) != "YEARLY":
            raise Unreadable("a time zone that changes more often than yearly", "/RRULE")
        made = rrulestr(found.value.strip(), dtstart=start, ignoretz=True)
        days = sum(1 for _ in islice(Followed(made, rule, start, work).days(start, _UNTIL), _MOST_CHANGES))
        changes = days and changes + days
    return changes


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
