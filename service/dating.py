"""The day on which what a headline tells happened, where it says so for certain."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from schemas.errors import EndsBeforeStart, UnreadableWhen
from schemas.when import When, read
from service.analysis.outright import HOLDING
from service.analysis.takenback import is_taken_back

LONGEST_DAY: Final = 4
"""So many words a day may have: `Sunday, 22 November 2026`."""

REACHES_BACK: Final = timedelta(days=31)
"""Of a day without a year that lies further back it is not certain which year is meant."""

_ANOTHERS_DAY: Final = re.compile(
    r"\b(?:to|will|would|due|that|which|who|after|since|until|before|by|for|from|between|ahead|built|said|says|reports?|reported)\b",
    re.IGNORECASE,
)
"""Words with which a day may be that of something else, of the report or of what is to come."""


def day_in(title: str, told_on: date) -> When | None:
    """The one exact day, written with digits, of the month before, on which a headline says that it happened: after
    "on", behind a name or a word such as "held", and at the end of what it says of it. None where it names none, or
    where the day may be that of something else."""
    parts, found, at = title.split(), list[tuple[int, int, When]](), 0
    while at < len(parts):
        lengths = range(min(LONGEST_DAY, len(parts) - at), 0, -1)
        days = ((n, _day_of(" ".join(parts[at : at + n]), told_on)) for n in lengths)
        length, when = next(((n, day) for n, day in days if day), (1, None))
        found += [(at, at + length, when)] if when else []
        at += length
    if len(found) != 1 or is_taken_back(title, told_on.year):
        return None
    start, end, when = found[0]
    return when if _is_of_it(parts[:start]) and _ends_there(parts[start:end], parts[end:]) else None


def _is_of_it(before: list[str]) -> bool:
    """Whether "on" stands right behind a name or behind what says that something was held, and nothing else is told."""
    if len(before) < 2 or before[-1].lower() != "on" or _ANOTHERS_DAY.search(" ".join(before)):
        return False
    return before[-2][0].isupper() or before[-2].lower() in HOLDING


def _ends_there(day: list[str], after: list[str]) -> bool:
    """Whether what is told of it ends with the day, so that no year or further day follows."""
    parted = not after or day[-1][-1] in ",;:)" or after[0] in ("-", "\u2013", "\u2014", "|")
    return parted and not any(letter.isdecimal() for letter in "".join(after))


def _day_of(words: str, told_on: date) -> When | None:
    first, *_ = words.lower().split()
    if first in {"on", *HOLDING} or not any(letter.isdecimal() for letter in words):
        return None
    try:
        when = read(words.strip("()[]\"',;:").replace(",", ""), said_on=told_on)
    except (UnreadableWhen, EndsBeforeStart):
        return None
    day = when.starts_min
    exact = day is not None and day == when.starts_max == when.ends_max and when.time is None
    return when if exact and day and told_on - REACHES_BACK <= day <= told_on else None
