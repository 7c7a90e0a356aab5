"""Repetitions of foreign entries (RRULE, RDATE, EXDATE, RECURRENCE-ID), followed within a bounded horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

import icalendar
import recurring_ical_events
from icalendar import vDDDTypes

from calendars.icsreading import Component, Property, Unreadable
from calendars.icsrules import Followed, Work, rule_of
from calendars.icstimes import Moment, end_of, moment
from calendars.icszones import Zones

AHEAD_DAYS: Final = 731
"""How far after today a repetition is followed: two years."""

MOST: Final = 1000
"""How many days of one series are taken."""

SINCE: Final = 1800
"""The first year in which a repetition is followed."""

_YEARS: Final = {"DAILY": (3, 30), "WEEKLY": (3, 30), "MONTHLY": (30,)}
"""How many years before the horizon are looked through first, by FREQ: of a daily series, three hold MOST days."""

_MOST_NAMED: Final = 10_000
"""How many days of a series may be named (RDATE), or excepted (EXDATE)."""

_RANGES: Final = {"THISANDFUTURE": "the days after it", "THISANDPRIOR": "the days before it"}
"""By RANGE, which other days of its series a changed day speaks of (RFC 5545 section 3.2.13; THISANDPRIOR, RFC 2445, is
not followed."""

_INSTEAD: Final = "RECURRENCE-ID"
_OWN_REPETITION: Final = "the repetition of a changed day"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day of a series: the component it is described by, when it is, the `moment` it stands for in the series
    (None for an entry that does not repeat), and what of its place in a series could not be kept."""

    component: Component
    start: Moment
    end: Moment | None
    stands_for: Moment | None = None
    lost: tuple[str, ...] = ()


def repeats(component: Component) -> bool:
    """Whether an entry stands for more than one day by itself."""
    return any(component.first(name) for name in ("RRULE", "RDATE"))


def single(component: Component, zones: Zones) -> Occurrence:
    """An entry that does not repeat, or one day of a series that the file does not hold; raises Unreadable."""
    begins = component.first("DTSTART")
    if begins is None:
        raise Unreadable("it has no DTSTART", "/DTSTART")
    start = moment(begins, zones)
    instead = component.first(_INSTEAD)
    stands_for = moment(instead, zones) if instead else None
    lost = _RANGES.get(instead.parameters.get("RANGE", "").upper()) if instead else None
    repetition = _OWN_REPETITION if instead and repeats(component) else None
    return Occurrence(
        component, start, end_of(component, start, zones), stands_for, tuple(filter(None, (lost, repetition)))
    )


def series(
    components: Sequence[Component], zones: Zones, today: date, work: Work
) -> tuple[list[Occurrence], list[str]]:
    """(the days of a series in order, what was left out): its first component repeats, the others stand for single
    days of it, or for one and all after it. Of more than MOST the last are taken. Raises Unreadable, also where
    following it would take more than is left of the `work` allowed for a file."""
    if len(components) > MOST + 1:
        raise Unreadable(f"over {MOST:,} days of the series are changed one by one", f"/{_INSTEAD}")
    singles = [single(component, zones) for component in components]
    horizon = today + timedelta(AHEAD_DAYS)
    try:
        query, rules = _asked(components[0], singles, zones, work)
        found = sorted((_read(each, singles) for each in _until(query, rules, horizon)), key=_instant)
        before, after = _before(found, query), _after(query, rules, singles, horizon)
    except Unreadable:
        raise
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError) as cause:
        raise Unreadable("the repetition cannot be followed: write its days one by one (RDATE)", "/RRULE") from cause
    unmet = (
        []
        if before or not found or all(rule.met for rule in rules)
        else ["the repetition, by a rule that meets no day"]
    )
    return found[-MOST:], before + after + unmet


def _asked(core: Component, singles: Sequence[Occurrence], zones: Zones, work: Work) -> tuple[Any, list[Followed]]:
    """What the library says of a series, with its rules followed no further than is asked; and these rules."""
    rules = [rule_of(found) for found in core.every("RRULE")]
    calendar = icalendar.Calendar()
    for number, each in enumerate(singles):
        calendar.add_component(_made(each, number, zones))
    query = recurring_ical_events.of(calendar)
    recurrence = query.series[0].recurrence
    named, *made = recurrence.rrules
    followed = [Followed(each, rule, recurrence.start, work) for each, rule in zip(made, rules, strict=True)]
    recurrence.rrules = [named, *followed]
    return query, followed


def _until(query: Any, rules: Sequence[Followed], horizon: date) -> list[Any]:
    """The days until a horizon; of a long series no more years than hold MOST of them, and some."""
    stop = _midnight(horizon) + timedelta(1)
    found: list[Any] = []
    some = max((_YEARS.get(rule.frequency, ()) for rule in rules), key=len, default=())
    for years in (*some, stop.year - SINCE):
        first = max(SINCE, stop.year - years)
        found = query.between(stop.replace(year=first, month=1, day=1), stop)
        if len(found) > MOST or first < _first_year(query):
            break
    return found


def _first_year(query: Any) -> int:
    """The year in which a series begins, if no day of it was moved before that."""
    recurrence = query.series[0].recurrence
    starts = [recurrence.start, *recurrence.rdates, *(each.start for each in query.series[0].modifications)]
    return int(min(start.year for start in starts))


def _before(found: Sequence[Occurrence], query: Any) -> list[str]:
    if found[MOST:]:
        return [f"repetitions before {_day(found[-MOST])} (of a series {MOST:,} are taken)"]
    return [f"repetitions before {SINCE}"] if _first_year(query) < SINCE else []


def _after(query: Any, rules: Sequence[Followed], singles: Sequence[Occurrence], horizon: date) -> list[str]:
    """Whether a series goes on after the horizon: a rule that has met a day and has no end meets another."""
    stop = _midnight(horizon) + timedelta(1)
    recurrence = query.series[0].recurrence
    named = [*recurrence.rdates, *(each.start for each in singles)]
    goes_on = any(_midnight(day) >= stop for day in named if day not in recurrence.exdates)
    after = stop if recurrence.start.tzinfo else stop.replace(tzinfo=None)
    for rule in rules:
        goes_on |= (rule.met and rule.endless) or any(not _excluded(day, recurrence) for day in rule.ahead(after))
    return [f"repetitions after {horizon}"] if goes_on else []


def _excluded(day: datetime, recurrence: Any) -> bool:
    return day in recurrence.exdates or day.date() in recurrence.check_exdates_date


def _midnight(day: Moment, zone: tzinfo = UTC) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, tzinfo=zone)


def _instant(found: Occurrence) -> datetime:
    return _midnight(found.start)


def _day(found: Occurrence) -> date:
    return found.start.date() if isinstance(found.start, datetime) else found.start


def _read(found: Any, singles: Sequence[Occurrence]) -> Occurrence:
    base = singles[int(str(found["X-LEADUP-NUMBER"]))]
    start = found["DTSTART"].dt
    end, stands_for = (found[name].dt if name in found else None for name in ("DTEND", _INSTEAD))
    lost = base.lost
    if _moves_on(base.component):
        lost = tuple(each for each in lost if each != _RANGES["THISANDFUTURE"])
        stands_for = base.stands_for if start == base.start else start - _moved_by(base)
    return Occurrence(base.component, start, end if base.end is not None else None, stands_for, lost)


def _moves_on(component: Component) -> bool:
    """Whether it stands for a day and all after it."""
    instead = component.first(_INSTEAD)
    return instead is not None and instead.parameters.get("RANGE", "").upper() == "THISANDFUTURE"


def _moved_by(base: Occurrence) -> timedelta:
    """How far a day was moved, and all after it: the library gives all of them the RECURRENCE-ID of the first."""
    start, stands_for = base.start, base.stands_for
    assert stands_for is not None, "what moves a day says which"
    if isinstance(start, datetime) and isinstance(stands_for, datetime):
        return start - stands_for
    zones = [each.tzinfo for each in (start, stands_for) if isinstance(each, datetime) and each.tzinfo]
    return _midnight(start, *zones) - _midnight(stands_for, *zones)


def _made(here: Occurrence, number: int, zones: Zones) -> icalendar.Event:
    """The entry with nothing but its days, and its number among those of the series."""
    component = here.component
    event = icalendar.Event()
    event.add("UID", "series")
    event.add("X-LEADUP-NUMBER", str(number))
    event.add("DTSTART", here.start)
    if here.end is not None:
        event.add("DTEND", here.end)
    for found in component.every("RRULE"):
        event.add("RRULE", rule_of(found))
    for name in ("RDATE", "EXDATE"):
        if sum(found.value.count(",") + 1 for found in component.every(name)) > _MOST_NAMED:
            raise Unreadable(f"over {_MOST_NAMED:,} days are named one by one", f"/{name}")
        for found in component.every(name):
            event.add(name, [_start(found, zones, value) for value in found.value.split(",")])
    if here.stands_for is not None:
        parameters = {"RANGE": "THISANDFUTURE"} if _moves_on(component) else {}
        event.add(_INSTEAD, vDDDTypes(here.stands_for), parameters=parameters)
    return event


def _start(found: Property, zones: Zones, value: str) -> Moment:
    """One value of RDATE or EXDATE; of a period its start."""
    return moment(found, zones, value.partition("/")[0])
