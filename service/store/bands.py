"""Bands: a class of every rectangle, such that what cannot answer a question need not be walked.

Lists are ordered by starts_min, and what is alive on D is a matter of known time: no index can be led by both. Up to
D, nearly every event was known by D, and one walk by starts_min meets few rectangles in vain: those of other days of
the same events. After D, most events were not known yet. There a rectangle's *lead* (the days from known_from to
starts_min) ties the two: whatever has a lead of at most b days starts by D + b or was not known; so each band of leads
is walked by itself, up to there.

Spans of over NARROW_DAYS are few and have bands of their own, so that for all others `from` bounds starts_min too.
Those of them that were known so for a short while only (fleeting), or superseded by a later change (retired), are
sought by that while instead of walked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.store.database import FIRST_DAY, OPEN_DAY

NARROW_DAYS: Final = 31

LEADS: Final = (0, 15, 31, 60, 100, 160, 250, 400)
"""The longest lead of each narrow band, in days; one more band has what is longer."""

LONG_LEADS: Final = (0, 100, 400)
"""The same of the long spans' bands."""

FLEETING_DAYS: Final = (31, 100, 400)
"""For how many days, at most, each band of fleeting long spans was known so."""

RETIRED_CHANGES: Final = (1_000, 10_000, 100_000)
"""For how many changes, at most, each band of retired long spans stood; one more band has what stood longer."""

LONG: Final = 100
FLEETING: Final = 200
RETIRED: Final = 250
RETRACTED: Final = 300
"""The number of the first band of each sort; narrow ones begin at 0."""


@dataclass(frozen=True, slots=True)
class Band:
    """A band: its number, and the most days of lead or stay, or changes of stay, in it (None: any)."""

    number: int
    most: int | None


def _bands(first: int, limits: Sequence[int], *, rest: bool = True) -> tuple[Band, ...]:
    numbered = tuple(Band(first + at, limit) for at, limit in enumerate(limits))
    return (*numbered, Band(first + len(limits), None)) if rest else numbered


AHEAD_BANDS: Final = _bands(0, LEADS)[1:]
"""Narrow spans that became known before they start."""
LONG_BANDS: Final = _bands(LONG, LONG_LEADS)
FLEETING_BANDS: Final = _bands(FLEETING, FLEETING_DAYS, rest=False)
RETIRED_BANDS: Final = _bands(RETIRED, RETIRED_CHANGES)


def band_of(starts_min: str, ends_max: str, known_from: str, known_to: str, status: str) -> int:
    """The band of a rectangle that stands, from its bounds as `period` keeps them."""
    if status == "retracted":
        return RETRACTED
    lead = _days(known_from, starts_min)
    if ends_max != OPEN_DAY and starts_min != FIRST_DAY and _days(starts_min, ends_max) <= NARROW_DAYS:
        return bisect_left(LEADS, lead)
    stay = bisect_left(FLEETING_DAYS, _days(known_from, known_to))
    return FLEETING + stay if stay < len(FLEETING_DAYS) else LONG + bisect_left(LONG_LEADS, lead)


def band_retired(band: int, seen_from: int, seen_to: int) -> int:
    """The band of a rectangle of `band` once a change closed it."""
    if not LONG <= band < RETIRED:
        return band
    return RETIRED + bisect_left(RETIRED_CHANGES, seen_to - seen_from)


def _days(first: str, last: str) -> int:
    return _ordinal(last) - _ordinal(first)


def _ordinal(day: str) -> int:
    return 0 if day == FIRST_DAY else date.fromisoformat(day).toordinal()
