"""Dates in words as someone said them: with "yesterday", "later this month", "early next year", or no year at all."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Final

from schemas.errors import EndsBeforeStart
from schemas.expressions import Stopped, read_expression
from schemas.phrases import edtf_of
from schemas.spelling import MONTHS, WEEKDAYS, joined, words

STALE: Final = timedelta(31)
"""A date without a year is the first one that is not over for longer than this on the day it was said."""

_YEARS_BETWEEN_LEAP_DAYS: Final = 8
"""At the most: 29 February 1896, then 1904."""

_STEPS: Final = {"last": -1, "this": 0, "next": 1}
_WHICH = "(last|this|next)"
_RECURRING = rf"({'|'.join(MONTHS)}|spring|summer|autumn|winter)"
_SOME_DAY = date(2026, 1, 15)


@lru_cache(maxsize=4096)
def edtf_said(text: str, said_on: date | None) -> str:
    """The EDTF of a date in words; raises Stopped if they cannot be read, EndsBeforeStart if they run back.

    The index of Stopped is where a word is strange, else 0: `stopped_at` looks for the place.
    """
    if text.endswith("?"):
        text = f"{text[:-1].rstrip()} (source in doubt)"
    normal = joined(words(text))
    if edtf := _reading(normal, said_on):
        return edtf
    if said_on is None and _reading(normal, _SOME_DAY):
        raise Stopped("the year, or the day on which it was said, is missing", len(text))
    raise Stopped("these words do not make a date", 0)


def stopped_at(text: str, said_on: date | None) -> int:
    """The index at which the longest beginning that does make a date ends; 0 if none does."""
    try:
        found = words(text)
    except Stopped:
        return 0
    for count in range(len(found) - 1, 0, -1):
        try:
            if _reading(joined(found[:count]), said_on):
                return found[count][1]
        except (Stopped, EndsBeforeStart):
            continue
    return 0


def _reading(text: str, said_on: date | None) -> str | None:
    try:
        if said_on is None:
            edtf = edtf_of(text)
        else:
            text = absolute(text, said_on)
            edtf = edtf_of(text) or in_year(text, said_on)
        return edtf and read_expression(edtf).text
    except Stopped as stop:
        raise Stopped(stop.detail, 0) from stop
    except (OverflowError, ValueError) as error:
        raise Stopped("only the years 0001 to 9999 can be kept", 0) from error


def in_year(text: str, said_on: date) -> str | None:
    """The EDTF of a phrase without a year; None if it has one or cannot be read with one.

    Of last year's, this year's and next year's it is the first not long over; for what has opened, the last begun.
    """
    if re.search(r"\d{4}", text) or not re.search(rf"{_RECURRING}|quarter|half", text):
        return None
    if text.startswith(("opened", "since")):
        begun = reversed(list(_yearly(text, said_on)))
        return next((edtf for edtf, first, _ in begun if first <= said_on), None)
    years = _yearly(text, said_on, _YEARS_BETWEEN_LEAP_DAYS)
    return next((edtf for edtf, _, last in years if last >= said_on - STALE), None)


def _yearly(text: str, said_on: date, ahead: int = 1) -> Iterator[tuple[str, date, date]]:
    for year in range(max(said_on.year - 1, 1), min(said_on.year + ahead, 9999) + 1):
        try:
            edtf = edtf_of(f"{text} {year:04}")
        except Stopped:
            continue  # 29 February is a day of some years only
        if edtf:
            first, _, _, last = read_expression(edtf).bounds()
            yield edtf, first or date.min, last or first or date.max


def absolute(text: str, said_on: date) -> str:
    """A text in normal spelling with all that points from `said_on` replaced by days, months and years.

    Raises OverflowError or ValueError for a day outside the years 0001 to 9999.
    """
    for pattern, rule in _RULES:
        text = pattern.sub(partial(_said, rule, said_on), text)
    return text


def _said(rule: Callable[..., str], said_on: date, found: re.Match[str]) -> str:
    return rule(said_on, *found.groups())


def _on(said_on: date, days: int) -> str:
    return (said_on + timedelta(days)).isoformat()


def _between(first: date, last: date) -> str:
    return f"between {first} and {last}"


def _away(said_on: date, count: int, unit: str) -> str:
    """So many days (exactly), weeks (about), months or years on."""
    if unit == "days":
        return _on(said_on, count)
    if unit == "week":
        return f"about {_on(said_on, 7 * count)}"
    if unit == "year":
        return f"{date(said_on.year + count, 1, 1).year:04}"
    year, month = divmod(said_on.year * 12 + said_on.month - 1 + count, 12)
    return f"{month_name[month + 1].lower()} {date(year, 1, 1).year:04}"


def _week(said_on: date, step: int) -> tuple[date, date]:
    """The week, Monday to Sunday, of `said_on` or one before or after it."""
    monday = said_on + timedelta(7 * step - said_on.weekday())
    return monday, monday + timedelta(6)


def _side(said_on: date, side: str, unit: str) -> str:
    """What is past, or still ahead, of this week, month or year: that day itself where nothing else is."""
    first, last = _week(said_on, 0)
    if unit != "week":
        months = (said_on.month, said_on.month) if unit == "month" else (1, 12)
        first = date(said_on.year, months[0], 1)
        last = date(said_on.year, months[1], monthrange(said_on.year, months[1])[1])
    if side == "earlier":
        return _between(first, max(first, said_on - timedelta(1)))
    return _between(min(last, said_on + timedelta(1)), last)


def _quarter(said_on: date, step: int) -> str:
    year, quarter = divmod(said_on.year * 4 + (said_on.month - 1) // 3 + step, 4)
    return f"{quarter + 1} quarter {year:04}"


def _weekday(said_on: date, which: str, name: str) -> str:
    """The nearest one before or after the day, or that of its own week."""
    days = WEEKDAYS.index(name) - said_on.weekday()
    if which == "next" and days <= 0:
        days += 7
    if which == "last" and days >= 0:
        days -= 7
    return _on(said_on, days)


def _recurring(said_on: date, which: str, name: str) -> str:
    """The month or season of that name that is on or in this year, or the nearest that is over or still to begin."""
    found = list(_yearly(name, said_on))
    if which == "this":
        now = [edtf for edtf, first, last in found if first <= said_on <= last]
        years = now or [edtf for edtf, first, _ in found if first.year == said_on.year]
    elif which == "next":
        years = [edtf for edtf, first, _ in found if first > said_on]
    else:
        years = [edtf for edtf, _, last in reversed(found) if last < said_on]
    return f"{name} {re.findall(r'[0-9]{4}', years[0])[0] if years else ''}".strip()


_RULES: Final = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"\bdays before yesterday\b", lambda said_on: _on(said_on, -2)),
        (r"\bdays after tomorrow\b", lambda said_on: _on(said_on, 2)),
        (r"\byesterday\b", lambda said_on: _on(said_on, -1)),
        (r"\btoday\b", lambda said_on: _on(said_on, 0)),
        (r"\btomorrow\b", lambda said_on: _on(said_on, 1)),
        (r"\b(\d{1,3}) (days|week|month|year) ago\b", lambda said_on, count, unit: _away(said_on, -int(count), unit)),
        (r"\bin (\d{1,3}) (days|week|month|year)$", lambda said_on, count, unit: _away(said_on, int(count), unit)),
        (r"^within (\d{1,3}) days$", lambda said_on, days: _between(said_on, said_on + timedelta(int(days)))),
        (r"\b(early|mid|late|beginning|end|half|quarter) (month|year)\b", lambda _, part, unit: f"{part} this {unit}"),
        (r"^(earlier|later) (?:this )?(week|month|year)$", _side),
        (rf"^{_WHICH} week$", lambda said_on, which: _between(*_week(said_on, _STEPS[which]))),
        (rf"\b{_WHICH} (month|year)\b", lambda said_on, which, unit: _away(said_on, _STEPS[which], unit)),
        (rf"\b{_WHICH} quarter$", lambda said_on, which: _quarter(said_on, _STEPS[which])),
        (rf"\b{_WHICH} ({'|'.join(WEEKDAYS)})$", _weekday),
        (rf"\b{_WHICH} {_RECURRING}\b(?! \d)", _recurring),
        (r"^(?:announced )?no date(?: announced)?$", lambda said_on: f"after {_on(said_on, -1)}"),
    )
)
"""What points from a day, and what is written for it; in this order, as one may leave work for the next."""
