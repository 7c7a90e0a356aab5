"""The curve of activity by lead: by week with exact intervals, and smoothed."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.counts import Counts
from service.analysis.exposure import Windows
from service.analysis.intervals import garwood
from service.analysis.results import Profile, Week

WEEK_DAYS: Final = 7

SMOOTHING_DAYS: Final = 7.0
"""Standard deviation of the Gaussian kernel."""


def profile(counts: Counts, windows: Windows) -> Profile:
    """Events per anchor-day by lead, over the windows of all used anchors, by week and smoothed."""
    count, days = by_lead(counts, windows)
    return Profile(weeks(count, days), smoothed(count, days))


def by_lead(counts: Counts, windows: Windows) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Events and days that count, for leads 1 to lead_days, over all used anchors."""
    return _binned(counts, windows.inside, windows.lead - 1, windows.lead_days)


def by_anchor(counts: Counts, windows: Windows) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Events and days that count in the window of each anchor, in the order given; 0 for those left out."""
    return _binned(counts, windows.inside, windows.anchor, len(windows.uses))


def weeks(count: NDArray[np.float64], days: NDArray[np.int64]) -> tuple[Week, ...]:
    """Rows of events per anchor-day for leads 1-7, 8-14, ... with Garwood's interval (see intervals.garwood)."""
    starts = np.arange(0, count.size, WEEK_DAYS)
    totals = np.round(np.add.reduceat(count, starts), 9)
    exposed = np.add.reduceat(days, starts)
    each_day = np.where(exposed > 0, exposed, np.nan)
    low, high = garwood(totals)
    columns = (totals, exposed, totals / each_day, low / each_day, high / each_day)
    ends = np.minimum(starts + WEEK_DAYS, count.size)
    rows = zip((starts + 1).tolist(), ends.tolist(), *(column.tolist() for column in columns), strict=True)
    return tuple(Week(*row) for row in rows)


def smoothed(count: NDArray[np.float64], days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Events per anchor-day by lead, smoothed: kernel-weighted events over kernel-weighted days.

    The last axis is the lead; others are kept. NaN where no day that counts lies within reach of the kernel.
    """
    weights = _kernel(count.shape[-1])
    events, exposed = count @ weights, days @ weights
    return np.divide(events, exposed, out=np.full_like(events, np.nan), where=exposed > 0)


def _kernel(leads: int) -> NDArray[np.float64]:
    """Symmetric (leads, leads) weights: a Gaussian reflected, as often as need be, at both edges of the window.

    The mirrors stand half a day outside the first and the last lead, so a flat curve stays flat and no event is lost.
    """
    reach = int(8 * SMOOTHING_DAYS)
    steps = np.arange(-reach, reach + 1)
    gaussian = np.exp(-0.5 * (steps / SMOOTHING_DAYS) ** 2)
    landed = (np.arange(leads)[:, np.newaxis] + steps) % (2 * leads)
    folded = np.minimum(landed, 2 * leads - 1 - landed)
    weights = np.zeros((leads, leads))
    np.add.at(weights, (np.arange(leads)[:, np.newaxis], folded), gaussian / gaussian.sum())
    return weights


def _binned(
    counts: Counts, mask: NDArray[np.bool_], bins: NDArray[np.int64], size: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    count = np.bincount(bins[mask], weights=counts.by_day[mask], minlength=size)
    return count.astype(np.float64), np.bincount(bins[mask], minlength=size).astype(np.int64)
