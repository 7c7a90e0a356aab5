"""The rate in the windows against that on days before and elsewhere, and whether there is enough to say it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.counts import Counts, allocate
from service.analysis.exposure import Windows
from service.analysis.intervals import Interval, exact_ratio, jackknife
from service.analysis.results import (
    NEEDED_ANCHORS,
    NEEDED_EXPECTED,
    Baseline,
    Exposed,
    RateRatio,
    Refusal,
    Sample,
)

ADDED: Final = 0.5
"""Added to each count before a ratio is taken, so that it is defined when one of them is 0 (Haldane 1956)."""


def elsewhere(counts: Counts, windows: Windows) -> RateRatio:
    """The rate in the windows against the rate on covered days in no window and no meeting.

    It takes away nothing but the level. `independent` is the exact conditional interval; `reported` the jackknife
    over the cycles of the used anchors, never narrower than `independent` on either side.
    """
    return _compared(Baseline.ELSEWHERE, counts, windows.inside, windows.elsewhere, windows.cycle)


def before(counts: Counts, windows: Windows, growth: float | None) -> RateRatio:
    """The rate in the windows against leads W+1..2W of the same anchors, less all windows and meetings (W lead days).

    It takes away what is particular to that year (self-controlled, Whitaker 2006). Each day counts once, for the used
    anchor next after it. An anchor with under half of its W days left is out, its window too. Intervals as for
    `elsewhere`, the jackknife deleting an anchor's window and its baseline days together. `growth` is the factor by
    which activity grows in a year: growth alone makes the ratio growth^(W/365), which stands in the answer (None where
    it is not known).
    """
    owner = _before_days(windows)
    owned = np.bincount(owner[owner >= 0], minlength=len(windows.uses) + 1)
    kept = np.flatnonzero(2 * owned[:-1] >= windows.lead_days)
    place = np.full(len(windows.uses) + 1, -1)
    place[kept] = np.arange(kept.size)
    window, earlier = place[np.where(windows.inside, windows.anchor, -1)], place[owner]
    found = _compared(Baseline.BEFORE, counts, window >= 0, earlier >= 0, np.maximum(window, earlier))
    return replace(found, growth=None if growth is None else growth ** (windows.lead_days / 365))


def _before_days(windows: Windows) -> NDArray[np.int64]:
    """By day: the position of the used anchor of whose baseline days it is one; else -1."""
    used = np.array(sorted(windows.used, key=lambda at: windows.uses[at].first_day), dtype=np.int64)
    firsts = np.array([windows.uses[at].first_day for at in used], dtype=np.int64)
    axis = np.arange(windows.covered.size)
    following = np.searchsorted(firsts, axis, side="right")
    lead = np.append(firsts, axis.size + 2 * windows.lead_days)[following] - axis
    owned = windows.elsewhere & (lead > windows.lead_days) & (lead <= 2 * windows.lead_days)
    return np.where(owned, np.append(used, -1)[following], -1)


def sample(windows: Windows, ratio: RateRatio) -> Sample:
    """Whether anchors and events suffice for an interval, going by the baseline of `ratio` for what is expected.

    Expected are what that baseline expects in the windows (`RateRatio.expected`).
    """
    anchors = len(windows.used)
    refusal = None
    if not windows.covered.any():
        refusal = Refusal.NO_COVERAGE
    elif anchors < NEEDED_ANCHORS:
        refusal = Refusal.FEW_ANCHORS
    elif not ratio.outside.days:
        refusal = Refusal.NO_BASELINE
    elif ratio.expected < NEEDED_EXPECTED:
        refusal = Refusal.FEW_EXPECTED
    return Sample(anchors, ratio.expected, refusal, ratio.baseline)


def _compared(
    baseline: Baseline,
    counts: Counts,
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    cycle: NDArray[np.int64],
) -> RateRatio:
    """The ratio of the rates in two masks by day, and its intervals; `cycle` says by day what is deleted together."""
    shares = _by_cycle(counts.by_day, inside, outside, cycle).sum(axis=1)
    exposed = Exposed(round(float(shares[0]), 9), int(shares[1])), Exposed(round(float(shares[2]), 9), int(shares[3]))
    anchors = int(cycle.max(initial=-1)) + 1
    if not (exposed[0].days and exposed[1].days):
        unbounded = Interval(0.0, np.inf)
        return RateRatio(baseline, *exposed, np.nan, np.nan, unbounded, unbounded, anchors)
    low, high = (_by_cycle(each, inside, outside, cycle) for each in allocate(counts, inside, outside))
    independent = _independent(low).outer(_independent(high))
    reported = _clustered(low).outer(_clustered(high)).outer(independent)
    expected = exposed[1].count / exposed[1].days * exposed[0].days
    ratio = float(np.exp(_log_ratio(shares)))
    return RateRatio(baseline, *exposed, expected, ratio, independent, reported, anchors)


def _by_cycle(
    by_day: NDArray[np.float64],
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    cycle: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Events and days inside, events and days outside: four rows, a column for each cycle."""
    cycles = cycle.max(initial=0) + 1
    rows = []
    for mask in (inside, outside):
        rows.append(np.bincount(cycle[mask], weights=by_day[mask], minlength=cycles))
        rows.append(np.bincount(cycle[mask], minlength=cycles).astype(np.float64))
    return np.array(rows)


def _independent(by_cycle: NDArray[np.float64]) -> Interval:
    low, high = exact_ratio(*by_cycle.sum(axis=1))
    return Interval(float(low), float(high))


def _clustered(by_cycle: NDArray[np.float64]) -> Interval:
    whole = by_cycle.sum(axis=1)
    low, high = jackknife(_log_ratio(whole), _log_ratio(whole[:, np.newaxis] - by_cycle))
    return Interval(float(np.exp(low)), float(np.exp(high)))


def _log_ratio(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of events and days inside, events and days outside (first axis); infinite or NaN where either has no days."""
    count, days, other_count, other_days = cells
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio: NDArray[np.float64] = np.log((count + ADDED) / days) - np.log((other_count + ADDED) / other_days)
    return log_ratio
