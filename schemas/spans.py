"""The days that the digits of an EDTF date stand for, X for any of 0 to 9, and what `~` adds to them.

The widths of `~` are our own convention: see `docs/dates.md`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import product
from typing import Final

SEASONS: Final = {
    "21": (3, 5), "22": (6, 8), "23": (9, 11), "24": (12, 12),
    "25": (3, 5), "26": (6, 8), "27": (9, 11), "28": (12, 12),
    "29": (9, 11), "30": (12, 12), "31": (3, 5), "32": (6, 8),
    "33": (1, 3), "34": (4, 6), "35": (7, 9), "36": (10, 12),
    "37": (1, 4), "38": (5, 8), "39": (9, 12), "40": (1, 6), "41": (7, 12),
}  # fmt: skip
"""First and last month of each sub-year grouping. A winter code is December alone, as in the `edtf` package: the
standard does not say which January a winter's is."""


def month_numbers(pattern: str) -> tuple[int, ...]:
    """The months that two digits (X: any) or a season's number stand for."""
    if pattern in SEASONS:
        first, last = SEASONS[pattern]
        return tuple(range(first, last + 1))
    return _numbers(pattern, 12)


_LEAP_YEAR: Final = "2000"


@lru_cache(maxsize=512)
def _numbers(pattern: str, most: int) -> tuple[int, ...]:
    return tuple(number for number in _matching(pattern, "0123456789") if 1 <= number <= most)


def _matching(pattern: str, digits: str) -> Iterator[int]:
    """The numbers that a pattern with X stands for, upward or downward as the digits are given."""
    return (int("".join(found)) for found in product(*(digits if sign == "X" else sign for sign in pattern)))


def span(year: str, month: str | None, day: str | None) -> tuple[date, date] | None:
    """The first and last day of a year, a month or season of it, or a day, with X for any digit; None if there is none.

    The month must be one that `month_numbers` knows.
    """
    if "X" in f"{year}{month}{day}":
        first, last = _edge(year, month, day, "0123456789", 1), _edge(year, month, day, "9876543210", -1)
        return (first, last) if first and last else None
    number, months = int(year), month_numbers(month or "XX")
    if day is None:
        return date(number, months[0], 1), date(number, months[-1], monthrange(number, months[-1])[1])
    try:
        only = date(number, months[0], int(day))
    except ValueError:
        return None
    return only, only


def _edge(year: str, month: str | None, day: str | None, digits: str, step: int) -> date | None:
    """The first day (the last, for step -1) that fits; None if no such day exists."""
    if year != _LEAP_YEAR and not _edge(_LEAP_YEAR, month, day, digits, step):
        return None  # a day of no year, such as 31 February: no need to look through all of them
    for number in _matching(year, digits):
        for month_number in month_numbers(month or "XX")[::step]:
            for day_number in _numbers(day or "XX", 31)[::step]:
                if number and day_number <= monthrange(number, month_number)[1]:
                    return date(number, month_number, day_number)
    return None


def widened(first: date, last: date, marks: tuple[str, str, str], month: str | None) -> tuple[date, date]:
    """What `~` or `%` adds: of the parts it stands at, the widest counts (docs/dates.md)."""
    if not any(marks):
        return first, last
    near_year, near_month, near_day = ("~" in mark or "%" in mark for mark in marks)
    if near_year:
        return _shifted(first, -2), _shifted_end(last, 2)
    if near_month and month in SEASONS:
        return _shifted(first, -1), _shifted_end(last, 1)
    days = timedelta(10 if near_month else 2 if near_day else 0)
    return max(first, date.min + days) - days, min(last, date.max - days) + days


def _shifted(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _shifted_end(last: date, months: int) -> date:
    """A last day moved as the end it is: 30 November by one month is 31 December."""
    if last == date.max:
        return last
    moved = _shifted(last + timedelta(1), months)
    return moved if moved == date.max else moved - timedelta(1)
