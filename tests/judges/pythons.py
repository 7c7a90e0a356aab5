"""The judges written in Python that can be asked within this process."""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import Any

import icalendar
import recurring_ical_events
import vobject

from tests.judges.shown import Shown, iso

with warnings.catch_warnings():
    # TatSu, which ics.py stands on, imports names that it has itself deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ics

_FIRST, _LAST = (2, 1, 1), (9998, 12, 31)


def by_icalendar(octets: bytes) -> list[Shown]:
    """icalendar; a property that it could not read is in `errors`."""
    return [_of_icalendar(event) for event in _calendar(octets).events]


def by_recurring_ical_events(octets: bytes) -> list[Shown]:
    """recurring-ical-events: every occurrence there is (its own `all()` begins in 1970). Each of our events has one."""
    return [_of_icalendar(event) for event in recurring_ical_events.of(_calendar(octets)).between(_FIRST, _LAST)]


def by_vobject(octets: bytes) -> list[Shown]:
    """vobject, asked to validate as well."""
    calendar = vobject.readOne(octets.decode("utf-8"))
    calendar.validate(raiseException=True)
    return [
        Shown(
            iso(event.dtstart.value),
            iso(event.dtend.value if hasattr(event, "dtend") else event.dtstart.value),
            event.summary.value,
            event.status.value,
            event.uid.value,
        )
        for event in calendar.contents.get("vevent", [])
    ]


def by_ics(octets: bytes) -> list[Shown]:
    """ics.py."""

    def moment(event: Any, when: Any) -> str:
        return iso(when.date() if event.all_day else when.datetime)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TatSu again
        calendar = ics.Calendar(octets.decode("utf-8"))
    return [
        Shown(moment(event, event.begin), moment(event, event.end), event.name, event.status, event.uid)
        for event in calendar.events
    ]


def _calendar(octets: bytes) -> icalendar.Calendar:
    calendar = icalendar.Calendar.from_ical(octets)
    assert isinstance(calendar, icalendar.Calendar)
    assert not [component.errors for component in calendar.walk() if component.errors]
    return calendar


def _of_icalendar(event: Any) -> Shown:
    start: datetime = event.start
    return Shown(iso(start), iso(event.end), str(event["SUMMARY"]), str(event["STATUS"]), str(event["UID"]))
