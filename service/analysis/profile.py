"""The curve of activity by lead: by week with exact intervals, and smoothed."""

from __future__ import annotations

from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.counts import Counts
from service.analysis.exposure import Windows
from service.analysis.intervals import garwood
from service.analysis.results import Band, Profile, Week
from service.analysis.turning import kept_turns

WEEK_DAYS: Final = 7

SMOOTHING_DAYS: Final = 7.0
"""Standard deviation of the Gaussian kernel."""


def profile(counts: Counts, windows: Windows, expected: NDArray[np.float64] | None = None) -> Profile:
    """Events per anchor-day by lead, over the windows of all used anchors, by week and smoothed.

    With the null's band (see `band`) where `expected` is given.
    """
    count, days = by_lead(counts, windows)
    chance = None if expected is None else band(counts, windows, expected)
    return Profile(weeks(count, days), smoothed(count, days), chance)


def band(counts: Counts, windows: Windows, expected: NDArray[np.float64]) -> Band:
    """What chance gives the smoothed curve: its mean by lead, and the band that 95 % of the turned curves never leave.

    The windows are turned as for p (`chance.chance`, `expected` too); each turned curve is divided by that of the
    expected events: r_l(s) = curve_l(s) / expected curve_l(s). T_l = (r_l - mean r_l) / sd r_l over the turns; one
    critical value, the 95th of a hundred of max |T_l| over leads (max-T; Westfall & Young 1993), holds for all leads
    and both tails. Given back times the expected curve of the windows as they stand. Without dividing, growth and
    season leave the band in up to a fifth of histories in which nothing happens before meetings. The expected curve
    is taken as at least 1 % of its mean over the turns. NaN at leads that no day is near.
    """
    share, near = _smoothing(windows)
    curve, level = _turned(share, counts.by_day[windows.covered], expected)
    level = np.maximum(level, 0.01 * level.mean(axis=1, keepdims=True))
    ratio = curve / level
    turned = ratio[:, kept_turns(ratio.shape[1])]
    mean, spread = turned.mean(axis=1, keepdims=True), np.maximum(turned.std(axis=1, keepdims=True), 1e-12)
    greatest = np.abs((turned - mean) / spread).max(axis=0)
    apart = np.abs((ratio[:, :1] - mean) / spread)
    critical = float(np.sort(greatest)[min(greatest.size, ceil(0.95 * (greatest.size + 1))) - 1])
    ends = [mean, np.maximum(0, mean - critical * spread), mean + critical * spread]
    drawn = np.full((3, windows.lead_days), np.nan)
    drawn[:, near] = [(each * level[:, :1])[:, 0] for each in ends]
    outside = np.zeros(windows.lead_days, dtype=np.bool_)
    outside[near] = apart[:, 0] > critical
    p = float((1 + (greatest >= apart.max() - 1e-9).sum()) / (1 + greatest.size))
    return Band(drawn[0], drawn[1], drawn[2], critical, outside, p)


def _smoothing(windows: Windows) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """By lead that any day is near, and by joined covered day: the weight of the day in the smoothed curve there."""
    weights = _kernel(windows.lead_days)
    inside, lead = windows.inside[windows.covered], windows.lead[windows.covered]
    exposed = np.bincount(lead[inside] - 1, minlength=windows.lead_days) @ weights
    near = exposed > 0
    share = weights[:, np.maximum(lead, 1) - 1] * inside
    return share[near] / exposed[near, np.newaxis], near


def _turned(weights: NDArray[np.float64], *values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """For each row of weights and every turn s: the sum over days j of weights[j] x values[j + s], by FFT."""
    size = weights.shape[1]
    against = np.conj(np.fft.rfft(weights, axis=1))
    return [np.fft.irfft(np.fft.rfft(each) * against, n=size, axis=1) for each in values]


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
