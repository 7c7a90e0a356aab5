"""Reads the days that addresses and English sentences write: what tells of a later day was not known earlier."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAYS: Final = r"(\d{1,2})(?:st|nd|rd|th)?(?:\s*(?:-|–|to|and)\s*(\d{1,2})(?:st|nd|rd|th)?)?\b"
_YEAR: Final = r"(?:,?\s+(\d{4})\b)?"
_DAY_FIRST: Final = re.compile(rf"\b{_DAYS}\s+(?:of\s+)?{_MONTH}{_YEAR}", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(rf"\b{_MONTH}\s+{_DAYS}{_YEAR}", re.IGNORECASE)
_DIGITS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/._]?(\d\d)[-/._]?(\d\d)")
_DIGITS_OF_MONTH: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/](\d\d)(?![-/]?\d)")


def days_in_date(edtf: str) -> list[date]:
    """The days that an EDTF expression names: both of [2025-12-11..2025-12-20], none of 2025-12."""
    return [day for parts in _DIGITS.findall(edtf) if (day := _day(*parts))]


def days_in_address(address: str) -> list[tuple[date, date]]:
    """The days that an address writes, as (first, last): 2025/12/05 and 20251205 are one day, 2025/12/ is a month."""
    days = [(day, day) for day in days_in_date(address)]
    for year, month in _DIGITS_OF_MONTH.findall(address):
        if first := _day(year, month, 1):
            days.append((first, first.replace(day=monthrange(first.year, first.month)[1])))
    return days


def days_in_words(text: str, near: date) -> list[date]:
    """The days that a sentence writes: 3 December, Dec 3-5, 2025-12-03. Without a year, the one nearest to `near`."""
    days = list(days_in_date(text))
    for first, last, month, year in _DAY_FIRST.findall(text):
        days += _nearest(year, month, (first, last), near)
    for month, first, last, year in _MONTH_FIRST.findall(text):
        days += _nearest(year, month, (first, last), near)
    return days


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _nearest(year: str, month: str, days: tuple[str, str], near: date) -> list[date]:
    number = _MONTHS.index(month[:3].lower()) + 1
    years = [int(year)] if year else [near.year - 1, near.year, near.year + 1]
    readings = ([found for each in years if (found := _day(each, number, day))] for day in days if day)
    return [min(reading, key=lambda found: abs(found - near)) for reading in readings if reading]
