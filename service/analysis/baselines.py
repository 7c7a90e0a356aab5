"""The rate in the windows against a baseline: the ratio, its two intervals, and whether there is enough to say it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.counts import Counts, allocate
from service.analysis.exposure import Windows
from service.analysis.intervals import Interval, exact_ratio, jackknife

ADDED: Final = 0.5
"""Added to each count before a ratio is taken, so that it is defined when one of them is 0 (Haldane 1956)."""

NEEDED_ANCHORS: Final = 5
NEEDED_EXPECTED: Final = 5
FEW_ANCHORS: Final = 8


@dataclass(frozen=True, slots=True)
class Exposed:
    """So many events (those of uncertain day by shares) in so many days that count."""

    count: float
    days: int


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times the baseline's rate the rate in the windows is.

    `ratio` is ((inside.count + 0.5) / inside.days) / ((outside.count + 0.5) / outside.days), NaN where either has no
    days. `independent` is what the interval would be if events were independent of each other, `reported` the one to
    print; both are the outer ends over the two allocations of events of uncertain day.
    """

    baseline: str
    inside: Exposed
    outside: Exposed
    ratio: float
    independent: Interval
    reported: Interval


class Refusal(StrEnum):
    """Why neither interval nor p is given for an activity."""

    NO_COVERAGE = "no-coverage"
    FEW_ANCHORS = "few-anchors"
    NO_BASELINE = "no-baseline"
    FEW_EXPECTED = "few-expected"


@dataclass(frozen=True, slots=True)
class Sample:
    """How much there is to go by: `anchors` used, and events `expected` in their windows at the baseline's rate."""

    anchors: int
    expected: float
    refusal: Refusal | None

    @property
    def few_meetings(self) -> bool:
        """Whether the answer is to be read as a description, not as evidence."""
        return self.anchors < FEW_ANCHORS


def elsewhere(counts: Counts, windows: Windows) -> RateRatio:
    """The rate in the windows against the rate on covered days in no window and no meeting.

    It takes away nothing but the level. `independent` is the exact conditional interval; `reported` the jackknife
    over the cycles of the used anchors, never narrower than `independent` on either side.
    """
    return _compared("elsewhere", counts, windows.inside, windows.elsewhere, windows.cycle)


def sample(windows: Windows, ratio: RateRatio) -> Sample:
    """Whether anchors and events suffice for an interval, going by the baseline of `ratio` for what is expected.

    Expected are the baseline's events per day (nothing added) times the days in the windows; NaN without such days.
    """
    anchors = len(windows.used)
    outside = ratio.outside
    expected = outside.count / outside.days * ratio.inside.days if outside.days else np.nan
    refusal = None
    if not windows.covered.any():
        refusal = Refusal.NO_COVERAGE
    elif anchors < NEEDED_ANCHORS:
        refusal = Refusal.FEW_ANCHORS
    elif not outside.days:
        refusal = Refusal.NO_BASELINE
    elif expected < NEEDED_EXPECTED:
        refusal = Refusal.FEW_EXPECTED
    return Sample(anchors, expected, refusal)


def _compared(
    baseline: str,
    counts: Counts,
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    cycle: NDArray[np.int64],
) -> RateRatio:
    """The ratio of the rates in two masks by day, and its intervals; `cycle` says by day what is deleted together."""
    shares = _by_cycle(counts.by_day, inside, outside, cycle).sum(axis=1)
    exposed = Exposed(round(float(shares[0]), 9), int(shares[1])), Exposed(round(float(shares[2]), 9), int(shares[3]))
    if not (exposed[0].days and exposed[1].days):
        unbounded = Interval(0.0, np.inf)
        return RateRatio(baseline, *exposed, np.nan, unbounded, unbounded)
    low, high = (_by_cycle(each, inside, outside, cycle) for each in allocate(counts, inside, outside))
    independent = _independent(low).outer(_independent(high))
    reported = _clustered(low).outer(_clustered(high)).outer(independent)
    return RateRatio(baseline, *exposed, float(np.exp(_log_ratio(shares))), independent, reported)


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
