"""A run-up as far as it has come: how many events, and how many that is at the pace of the year before its window.

Activity grows over the years, so that of counts alone nearly every late run-up would be the highest: each is divided by
its own level, events a covered day in the 365 days before its window. Days are whole numbers, as in `exposure`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVEL_DAYS: Final = 365
NEEDED_SHARE: Final = 0.9
"""How much of a run-up's days so far, and of the year before it, must be covered."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """A run-up from its longest lead down to `nearest`: `count` events in `days` covered days; `level` events a day in
    the year before (None where that is not covered, or holds none); `steps` are (lead, events so far), where it rises.
    """

    nearest: int
    count: float
    days: int
    level: float | None
    steps: tuple[tuple[int, float], ...]

    @property
    def pace(self) -> float | None:
        """Times the pace of the year before; None where that cannot be told."""
        return self.count / (self.level * self.days) if self.level and self.days else None


def so_far(
    by_day: NDArray[np.float64],
    covered: NDArray[np.bool_],
    meeting: NDArray[np.bool_],
    first: int,
    lead_days: int,
    nearest: int,
) -> SoFar | None:
    """The run-up to a meeting that begins on day `first`, from `lead_days` before it down to `nearest`; None where too
    little of these days is covered. A day up to the end of an earlier meeting belongs to that one."""
    start, end = first - lead_days, first - nearest + 1
    before = np.flatnonzero(meeting[: max(0, min(end, first))])
    start = max(start, int(before[-1]) + 1 if before.size else start)
    if start < 0 or end > covered.size or start >= end:
        return None
    own = covered[start:end]
    if own.sum() < NEEDED_SHARE * own.size:
        return None
    counts = np.where(own, by_day[start:end], 0.0)
    rises = np.flatnonzero(counts)
    steps = zip((first - start - rises).tolist(), np.cumsum(counts)[rises].tolist(), strict=True)
    level = _level(by_day, covered & ~meeting, first - lead_days)
    return SoFar(nearest, round(float(counts.sum()), 9), int(own.sum()), level, tuple(steps))


def _level(by_day: NDArray[np.float64], counted: NDArray[np.bool_], window: int) -> float | None:
    """Events a day in the year before a window begins; None where too little of it is covered, or none was held."""
    if window < LEVEL_DAYS:
        return None
    year = slice(window - LEVEL_DAYS, window)
    days = int(counted[year].sum())
    found = float(by_day[year][counted[year]].sum())
    return found / days if days >= NEEDED_SHARE * LEVEL_DAYS and found else None
