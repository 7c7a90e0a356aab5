"""Repetitions of foreign entries (RRULE, RDATE, EXDATE, RECURRENCE-ID), followed within a bounded horizon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, Final

import icalendar
import recurring_ical_events
from icalendar import vDDDTypes, vRecur

from calendars.icsreading import Component, Property
from calendars.icstimes import Moment, Unreadable, Zones, end_of, moment

AHEAD_DAYS: Final = 731
"""How far after today a repetition is followed: two years."""

MOST: Final = 1000
"""How many days of one series are taken."""

SINCE: Final = 1800
"""The first year in which a repetition is followed."""

_TOO_OFTEN: Final = ("SECONDLY", "MINUTELY", "HOURLY")
_CLOCKED: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day of a series: the component it is described by, when it is, and the `moment` it stands for in the series
    (None for an entry that does not repeat)."""

    component: Component
    start: Moment
    end: Moment | None
    stands_for: Moment | None = None


def repeats(component: Component) -> bool:
    """Whether an entry stands for more than one day by itself."""
    return any(component.first(name) for name in ("RRULE", "RDATE"))


def single(component: Component, zones: Zones) -> Occurrence:
    """An entry that does not repeat, or one day of a series that the file does not hold; raises Unreadable."""
    begins = component.first("DTSTART")
    if begins is None:
        raise Unreadable("it has no DTSTART", "/DTSTART")
    start = moment(begins, zones)
    instead = component.first("RECURRENCE-ID")
    return Occurrence(component, start, end_of(component, start, zones), moment(instead, zones) if instead else None)


def series(components: Sequence[Component], zones: Zones, today: date) -> tuple[list[Occurrence], str | None]:
    """(the days of a series in order, what was left out): its first component repeats, the others stand for single
    days of it. Raises Unreadable."""
    calendar = icalendar.Calendar()
    for number, component in enumerate(components):
        calendar.add_component(_made(component, number, zones))
    horizon = today + timedelta(AHEAD_DAYS)
    try:
        found = [_read(each, components) for each in islice(_until(calendar, horizon), MOST + 1)]
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError) as cause:
        raise Unreadable(f"the repetition cannot be followed: {cause}", "/RRULE") from cause
    if len(found) > MOST:
        return found[:MOST], f"repetitions after the first {MOST}"
    return found, None if _ends_by(components[0], horizon) else f"repetitions after {horizon}"


def _until(calendar: icalendar.Calendar, horizon: date) -> Iterator[Any]:
    query = recurring_ical_events.of(calendar)
    begin = datetime(SINCE, 1, 1, tzinfo=UTC)
    yield from query.between(begin, datetime(horizon.year, horizon.month, horizon.day, tzinfo=UTC) + timedelta(1))


def _read(found: Any, components: Sequence[Component]) -> Occurrence:
    instead = found.get("RECURRENCE-ID")
    end = found.get("DTEND")
    number = int(str(found["X-LEADUP-NUMBER"]))
    has_end = any(components[number].first(name) for name in ("DTEND", "DURATION"))
    return Occurrence(
        components[number], found["DTSTART"].dt, end.dt if end and has_end else None, instead.dt if instead else None
    )


def _made(component: Component, number: int, zones: Zones) -> icalendar.Event:
    """The entry with nothing but its days, and its number among those of the series."""
    here = single(component, zones)
    event = icalendar.Event()
    event.add("UID", "series")
    event.add("X-LEADUP-NUMBER", str(number))
    event.add("DTSTART", here.start)
    if here.end is not None:
        event.add("DTEND", here.end)
    for found in component.every("RRULE"):
        event.add("RRULE", _rule(found))
    for name in ("RDATE", "EXDATE"):
        for found in component.every(name):
            event.add(name, [_start(found, zones, value) for value in found.value.split(",")])
    instead = component.first("RECURRENCE-ID")
    if instead and here.stands_for is not None:
        parameters = {"RANGE": instead.parameters["RANGE"]} if "RANGE" in instead.parameters else {}
        event.add("RECURRENCE-ID", vDDDTypes(here.stands_for), parameters=parameters)
    return event


def _start(found: Property, zones: Zones, value: str) -> Moment:
    """One value of RDATE or EXDATE; of a period its start."""
    return moment(found, zones, value.partition("/")[0])


def _rule(found: Property) -> vRecur:
    try:
        rule: vRecur = vRecur.from_ical(found.value.strip())
    except (ValueError, KeyError) as cause:
        raise Unreadable(f"'{found.value[:80]}' is no rule of repetition", "/RRULE") from cause
    if str(rule.get("FREQ", [""])[0]).upper() in _TOO_OFTEN or any(part in rule for part in _CLOCKED):
        raise Unreadable("it repeats more often than daily", "/RRULE")
    return rule


def _ends_by(component: Component, horizon: date) -> bool:
    """Whether every rule of a series names an end, so that nothing lies beyond the horizon but what it says itself."""
    rules = [_rule(found) for found in component.every("RRULE")]
    untils = [
        until.date() if isinstance(until, datetime) else until for rule in rules for until in rule.get("UNTIL", ())
    ]
    counted = [rule for rule in rules if "COUNT" in rule]
    return len(untils) + len(counted) == len(rules) and all(until <= horizon for until in untils)
