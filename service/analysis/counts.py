"""Events onto days: spread over the days an event may have begun on, or allocated whole to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.analysis.exposure import Windows
from service.analysis.results import Dispersion, Tally

UNCERTAIN_EVENT_DAYS: Final = 14
"""The longest span, in days, in which the first day of an event may lie for the event to be counted."""

BLOCK_DAYS: Final = 30


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The events of one activity on an axis of days.

    `by_day` holds 1/n of each event on each of the n days it may have begun on; `starts_min` and `starts_max` the
    first and last of those days for every event counted, off the axis too; `uncertain` how many events were left out
    because n is over UNCERTAIN_EVENT_DAYS.
    """

    by_day: NDArray[np.float64]
    starts_min: NDArray[np.int64]
    starts_max: NDArray[np.int64]
    uncertain: int


def place(starts_min: ArrayLike, starts_max: ArrayLike, days: int) -> Counts:
    """Count events, given the earliest and latest first day of each, on an axis of `days`.

    Those that may have begun on more than UNCERTAIN_EVENT_DAYS days are left out. Days off the axis take their share
    of an event with them.
    """
    earliest, latest = np.asarray(starts_min, dtype=np.int64), np.asarray(starts_max, dtype=np.int64)
    kept = latest - earliest < UNCERTAIN_EVENT_DAYS
    earliest, latest = earliest[kept], latest[kept]
    by_day = np.zeros(days)
    for step in range(UNCERTAIN_EVENT_DAYS):
        reached = (earliest + step <= latest) & (earliest + step >= 0) & (earliest + step < days)
        shares = 1 / (latest - earliest + 1)[reached]
        by_day += np.bincount(earliest[reached] + step, weights=shares, minlength=days)
    return Counts(by_day, earliest, latest, int((~kept).sum()))


def allocate(
    counts: Counts, inside: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Whole events by day, allocated `low` and `high`: every straddling event outside, then every one inside.

    Low: an event goes to its first day outside, if it may have begun on one; inside only if all its days are inside;
    else to no day. High: the same with inside and outside changed about. So a ratio of the two rates is at its least
    in the first and at its greatest in the second, wherever the events truly began.
    """
    return _allocated(counts, outside, inside), _allocated(counts, inside, outside)


def tally(counts: Counts, windows: Windows) -> Tally:
    """Where the events lie; together all the events given to `place`."""
    inside, elsewhere = windows.inside, windows.elsewhere
    meeting = windows.covered & windows.meeting
    left_out = windows.covered & ~inside & ~elsewhere & ~meeting
    return Tally(
        inside=_share(counts, inside),
        elsewhere=_share(counts, elsewhere),
        left_out=_share(counts, left_out),
        meeting=_share(counts, meeting),
        not_covered=round(counts.starts_min.size - _share(counts, windows.covered), 9),
        uncertain=counts.uncertain,
    )


def dispersion(counts: Counts, windows: Windows) -> Dispersion:
    """Of counts in blocks of 30 days: within each unbroken run of covered days, the days of no meeting, joined.

    What is left over at the end of a run enters no block, so that every block has the same exposure. An event of
    uncertain day counts by shares, which lowers the index a little.
    """
    breaks = np.flatnonzero(np.diff(windows.covered)) + 1
    runs = np.split(np.where(windows.covered & ~windows.meeting, counts.by_day, np.nan), breaks)
    blocks = [_blocks(run[~np.isnan(run)]) for run in runs]
    totals = np.concatenate(blocks)
    if totals.size < 2:
        return Dispersion(totals.size, float(totals.mean()) if totals.size else np.nan, np.nan, np.nan)
    mean, variance = float(totals.mean()), float(totals.var(ddof=1))
    return Dispersion(totals.size, mean, variance, variance / mean if mean else np.nan)


def _share(counts: Counts, mask: NDArray[np.bool_]) -> float:
    return round(float(counts.by_day[mask].sum()), 9)


def _allocated(counts: Counts, wanted: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.float64]:
    """By day: each event on its first wanted day; failing one, on its earliest day if all its days are `other`."""
    days = wanted.size
    day = _next(wanted)[np.clip(counts.starts_min, 0, days)]
    only_other = _total(other, counts.starts_max + 1) - _total(other, counts.starts_min)
    whole = only_other == counts.starts_max - counts.starts_min + 1
    day = np.where(day <= counts.starts_max, day, np.where(whole, counts.starts_min, days))
    return np.bincount(day[day < days], minlength=days).astype(np.float64)


def _next(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """By day, and for the day after the last: the first day of the mask on or after it; far beyond if there is none."""
    beyond = np.iinfo(np.int64).max
    days = np.where(np.append(mask, False), np.arange(mask.size + 1), beyond)
    return np.minimum.accumulate(days[::-1])[::-1]


def _total(mask: NDArray[np.bool_], before: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many days of the mask come before each of the days given."""
    return np.append(0, np.cumsum(mask))[np.clip(before, 0, mask.size)]


def _blocks(run: NDArray[np.float64]) -> NDArray[np.float64]:
    whole = run.size // BLOCK_DAYS
    totals: NDArray[np.float64] = run[: whole * BLOCK_DAYS].reshape(whole, BLOCK_DAYS).sum(axis=1)
    return totals
