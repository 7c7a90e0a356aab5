"""Rules of repetition (RFC 5545 section 3.3.10) of foreign entries, followed no further than is asked of them.

dateutil follows a rule from its beginning, and one that meets no day until the year 9999. Here a rule begins near what
is asked (one with COUNT at its beginning, where it is counted from), takes no more steps than lead there, and pays for
each out of the `Work` that is allowed for a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from dateutil.rrule import rrule
from icalendar import vRecur

from calendars.icsreading import Property, Unreadable

_CLOCKED: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
_LONGEST: Final = 2000
_GREATEST_INTERVAL: Final = 9999

_EACH: Final = {"DAILY": 10, "WEEKLY": 17, "MONTHLY": 41, "YEARLY": 376}
"""What a step of a rule costs: the days it looks at, and 10 for itself; 10 cost about a microsecond."""

_OF_A_RULE: Final = 4_000_000
_OF_A_FILE: Final = 20_000_000


@dataclass(slots=True)
class Work:
    """What may still be spent on the repetitions of one file."""

    left: int = _OF_A_FILE

    def spend(self, cost: int) -> None:
        """Pay for a step of a rule; raises Unreadable where that is too much for what is left."""
        if cost > self.left:
            raise Unreadable("the repetitions of this file take too long to follow: split it", "/RRULE")
        self.left -= cost


def rule_of(found: Property, *, clocked: bool = False) -> vRecur:
    """The rule that an RRULE says; raises Unreadable for what is none, and for one that repeats more often than daily
    (or says a time of day, unless it may be `clocked`)."""
    value = found.value.strip()
    if len(value) > _LONGEST:
        raise Unreadable(f"a rule of repetition of over {_LONGEST:,} characters is not followed", "/RRULE")
    try:
        rule: vRecur = vRecur.from_ical(value)
    except (ValueError, KeyError) as cause:
        raise Unreadable(f"'{value[:80]}' is no rule of repetition", "/RRULE") from cause
    if frequency(rule) not in _EACH or (not clocked and any(part in rule for part in _CLOCKED)):
        raise Unreadable("it repeats more often than daily", "/RRULE")
    if "COUNT" in rule and "UNTIL" in rule:
        raise Unreadable("COUNT and UNTIL end a repetition each otherwise: only one of them may stand", "/RRULE")
    if not 1 <= _interval(rule) <= _GREATEST_INTERVAL:
        raise Unreadable(f"INTERVAL={_interval(rule)}: it must be from 1 to {_GREATEST_INTERVAL:,}", "/RRULE")
    return rule


def frequency(rule: vRecur) -> str:
    """Its FREQ, in capitals; empty for none."""
    return str(rule.get("FREQ", [""])[0]).upper()


def _interval(rule: vRecur) -> int:
    return int(rule.get("INTERVAL", [1])[0])


class _Beyond(Exception):
    """A rule took all the steps it may."""


class _Steps(int):
    """The interval of a rule, which knows how often it may be added, and pays for it: dateutil adds it once a step."""

    left: int
    pay: Callable[[], None]

    def __new__(cls, interval: int, left: int, pay: Callable[[], None]) -> _Steps:
        made = super().__new__(cls, interval)
        made.left, made.pay = left, pay
        return made

    def __radd__(self, other: int) -> int:
        return other + self._taken()

    def __mul__(self, other: int) -> int:
        return self._taken() * other

    def _taken(self) -> int:
        if self.left <= 0:
            raise _Beyond
        self.left -= 1
        self.pay()
        return int(self)


class Followed:
    """A rule that begins at `start`, as dateutil made it, for recurring_ical_events to ask."""

    def __init__(self, made: Any, rule: vRecur, start: datetime, work: Work) -> None:
        self.made: rrule = made
        self.until: Any = getattr(made, "until", None)
        self.frequency, self.interval, self.counted = frequency(rule), _interval(rule), "COUNT" in rule
        self.endless = not self.counted and "UNTIL" not in rule
        self.cost = _EACH[self.frequency] * (1 + sum(len(values) - 1 for values in rule.values()))
        self.start, self.work, self.spent = start, work, 0
        self.met = False

    def between(self, after: datetime, before: datetime, inc: bool = True) -> list[datetime]:
        """Its days in a span, both ends included."""
        assert inc, "recurring_ical_events asks for both ends"
        return list(self.days(after, before))

    def days(self, after: datetime, before: datetime) -> Iterator[datetime]:
        """Its days in a span, both ends included, in order; raises Unreadable where that takes too much work."""
        start = self.start if self.counted else self._near(after)
        steps = self._steps(start, before)
        interval = _Steps(self.interval, steps, self._pay)
        self._pay()
        try:
            for day in self.made.replace(dtstart=start, interval=interval, cache=False):
                if day > before:
                    return
                if day >= after:
                    self.met = True
                    yield day
        except _Beyond:
            return

    def _pay(self) -> None:
        self.spent += self.cost
        if self.spent > _OF_A_RULE:
            raise Unreadable("the repetition begins too long ago to be followed until today", "/RRULE")
        self.work.spend(self.cost)

    def ahead(self, after: datetime) -> Iterator[datetime]:
        """Its days after an instant: of those it meets every year or day, the ones of 41 years (a 29 February that is a
        Monday may be as far away), of others more."""
        years = 41 * (self.interval if self.frequency == "YEARLY" else -(-self.interval // 12))
        yield from self.days(after, after.replace(year=min(9998, after.year + years), day=1))

    def _near(self, after: datetime) -> datetime:
        """A start that gives the same days from `after` on: whole intervals later, in years that have such a day."""
        days = (after.date() - self.start.date()).days - 2
        if self.frequency in ("DAILY", "WEEKLY"):
            each = self.interval * (7 if self.frequency == "WEEKLY" else 1)
            return self.start + timedelta(max(0, (days - 7) // each * each))
        each = 4 * self.interval
        for year in range(self.start.year + (after.year - 1 - self.start.year) // each * each, self.start.year, -each):
            try:
                return self.start.replace(year=year)
            except ValueError:  # no 29 February in that one
                continue
        return self.start

    def _steps(self, start: datetime, before: datetime) -> int:
        """How many steps lead from a start behind a day."""
        years, days = before.year - start.year, (before.date() - start.date()).days + 2
        periods = {"DAILY": days, "WEEKLY": days // 7 + 1, "MONTHLY": 12 * (years + 1), "YEARLY": years}
        return max(0, periods[self.frequency]) // self.interval + 1
