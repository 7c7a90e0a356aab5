"""A day as it is written, YYYY-MM-DD: read, or refused in words for people. Every door reads such days here."""

from __future__ import annotations

import re
from calendar import month_name
from datetime import date
from typing import Final

_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class NoDay(ValueError):
    """A text that is no day; its words say why, and how one is written."""


def day_in(text: str) -> date:
    """The day that a text of the form YYYY-MM-DD names; raises NoDay.

    >>> day_in("2025-02-31")
    Traceback (most recent call last):
    schemas.days.NoDay: There is no 31 February 2025; write a day as YYYY-MM-DD.
    """
    written = _DAY.fullmatch(text)
    if not written:
        raise NoDay("Not a day: write it as YYYY-MM-DD.")
    year, month, day = map(int, written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDay(f"There is no {_missing(year, month, day)}; write a day as YYYY-MM-DD.") from None


def _missing(year: int, month: int, day: int) -> str:
    if year == 0:
        return "year 0"
    return f"month {month}" if not 1 <= month <= 12 else f"{day} {month_name[month]} {year:04}"
