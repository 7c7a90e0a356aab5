"""The rate in the windows against a baseline: the ratio, its two intervals, and whether there is enough to say it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.counts import Counts, allocate
from service.analysis.exposure import Windows
from service.analysis.intervals import Interval, exact_ratio, jackknife
from service.analysis.results import NEEDED_ANCHORS, NEEDED_EXPECTED, Baseline, Exposed, RateRatio, Refusal, Sample

ADDED: Final = 0.5
"""Added to each count before a ratio is taken, so that it is defined when one of them is 0 (Haldane 1956)."""


def elsewhere(counts: Counts, windows: Windows) -> RateRatio:
    """The rate in the windows against the rate on covered days in no window and no meeting.

    It takes away nothing but the level. `independent` is the exact conditional interval; `reported` the jackknife
    over the cycles of the used anchors, never narrower than `independent` on either side.
    """
    return _compared(Baseline.ELSEWHERE, counts, windows.inside, windows.elsewhere, windows.cycle)


def sample(windows: Windows, ratio: RateRatio) -> Sample:
    """Whether anchors and events suffice for an interval, going by the baseline of `ratio` for what is expected.

    Expected are the baseline's events per day (nothing added) times the days in the windows; NaN without such days.
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
    return Sample(anchors, ratio.expected, refusal)


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
