"""The baseline `season`: what a season x level curve expects in the windows, the windows being told apart by a term.

Poisson regression on all covered days outside meetings and outside the windows of anchors that were left out (these
are known to be neither in a window nor out of one): the curve's terms (`curve.terms`) + one term "in a window". The
ratio is exp of that term, which is the count in the windows over what the curve alone expects there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis import curve
from service.analysis.counts import Counts, allocate
from service.analysis.exposure import Windows
from service.analysis.intervals import Interval, garwood, jackknife
from service.analysis.results import (
    NEEDED_FREE_SHARE,
    NEEDED_YEARS,
    Baseline,
    BaselineRefusal,
    Exposed,
    RateRatio,
    RefusedBaseline,
    Separation,
)

REFITTED_ANCHORS: Final = 40
"""Above so many anchors the fit without each cycle is one Newton step from the full fit, not a fit of its own."""

CLEAN_SHARE: Final = 0.9

MOST_EXPECTED: Final = 1e6
"""Where more events than so are expected in all windows, the fit has run away: the few events outside leave the level
at the windows without a bound (separation, Albert and Anderson 1984), and a ratio to it says nothing. Where it ran the
other way, none is expected, and the study refuses what has so few."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What every fit of one study shares, on the covered days joined.

    `design` is the curve's terms, `told` the same with the term for windows; `on` the days fitted on, `inside` those
    in windows, and `cycle` that of each.
    """

    design: curve.Design
    told: curve.Design
    on: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    cycle: NDArray[np.int64]


def ground(windows: Windows, design: curve.Design) -> Ground:
    """The shared ground of the fits of one study; `design` is `curve.terms` of the covered days."""
    covered = windows.covered
    on = windows.inside | windows.elsewhere
    inside = windows.inside[covered]
    return Ground(design, design.adding(inside), on[covered], inside, windows.cycle[covered])


def separation(windows: Windows, based: Ground) -> Separation:
    """How far the windows can be told from season and level (see `curve.free_share` and `clean_years`)."""
    free = curve.free_share(based.design, based.inside, based.on) if based.inside.any() else 0.0
    return Separation(free, clean_years(windows), float(windows.covered.sum() / curve.YEAR_DAYS))


def clean_years(windows: Windows) -> int:
    """How many used anchors have a clean year: some whole number of years off (365.25 days each, rounded), at least
    nine tenths of the days of their window are covered and outside all windows, used or left out."""
    clean = windows.covered & ~windows.near
    size = clean.size
    years = int(size / curve.YEAR_DAYS) + 1
    shifts = [round(year * curve.YEAR_DAYS) for year in range(-years, years + 1) if year]
    found = 0
    for position in windows.used:
        days = np.flatnonzero(windows.inside & (windows.anchor == position))
        moved = days[:, np.newaxis] + np.array(shifts)
        there = clean[np.clip(moved, 0, size - 1)] & (moved >= 0) & (moved < size)
        found += bool((there.mean(axis=0) >= CLEAN_SHARE).any()) if days.size else False
    return found


@np.errstate(over="ignore", divide="ignore", invalid="ignore")  # a term that a few days do not bound has no bound
def season(counts: Counts, windows: Windows, based: Ground, apart: Separation) -> RateRatio | RefusedBaseline:
    """The ratio to what the curve expects, or why it is refused.

    `independent` is Garwood's interval of the count, given the expected count. `reported` is the jackknife over the
    log ratio estimated afresh without each cycle, never narrower on either side. Where the windows hold no event
    without some cycle, 0.5 is added to each count and each expected count of the jackknife.
    """
    whole, *allocated = _allocations(counts, windows)
    if why := refused(based, apart, allocated[-1]):
        return why
    outside = based.on & ~based.inside
    count, beyond = float(whole[based.inside].sum()), float(whole[outside].sum())
    expected = estimate(based, whole, based.on).expected
    if not expected <= MOST_EXPECTED:
        return RefusedBaseline(Baseline.SEASON, BaselineRefusal.NO_BOUND, beyond)
    ends = [_intervals(based, each) for each in allocated]
    independent, reported = (pair[0].outer(pair[-1]) for pair in zip(*ends, strict=True))
    return RateRatio(
        Baseline.SEASON,
        Exposed(round(count, 9), int(based.inside.sum())),
        Exposed(round(beyond, 9), int(outside.sum())),
        expected,
        count / expected if expected else np.inf,
        independent,
        reported.outer(independent),
        len(windows.used),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A fit with the term: `coefficients` (the term last) and `mean` by day; the `count` inside, and what the curve
    alone expects there."""

    coefficients: NDArray[np.float64]
    mean: NDArray[np.float64]
    count: float
    expected: float


@np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore")  # what has no bound runs away
def estimate(
    based: Ground, count: NDArray[np.float64], on: NDArray[np.bool_], start: NDArray[np.float64] | None = None
) -> Estimate:
    """Fit the curve and the term to the days `on`; without an event inside, the curve to those outside alone, since
    the term goes to minus infinity then."""
    inside = based.inside & on
    found = float(count[inside].sum())
    if not found:
        begin = None if start is None else start[:-1]
        fitted = curve.fit(based.design, count, on & ~inside, begin)
        expected = float(fitted.mean[inside].sum())
        return Estimate(np.append(fitted.coefficients, -np.inf), fitted.mean, 0.0, expected)
    fitted = curve.fit(based.told, count, on, start)
    expected = float(fitted.mean[inside].sum() / np.exp(fitted.coefficients[-1]))
    return Estimate(fitted.coefficients, fitted.mean, found, expected)


def without_each(based: Ground, count: NDArray[np.float64], whole: Estimate) -> list[float]:
    """The log ratio of the whole, then without each cycle: afresh, or above REFITTED_ANCHORS cycles by a Newton step.

    Where the windows hold no event, or none without some cycle, it is log((count + 0.5) / (expected + 0.5)) in all.
    """
    edges = np.searchsorted(based.cycle, np.arange(based.cycle.max(initial=0) + 2)).tolist()
    inside = np.where(based.inside & based.on, count, 0.0)
    counts = [whole.count - float(inside[first:last].sum()) for first, last in pairwise(edges)]
    if len(counts) > REFITTED_ANCHORS and min(counts) > 0:
        fitted = curve.Fit(whole.coefficients, whole.mean)
        rows = curve.one_step(based.told, count, fitted, based.on, edges)
        return [float(whole.coefficients[-1]), *rows[:, -1].tolist()]
    start = whole.coefficients if whole.count else None
    each = [whole, *(estimate(based, count, based.on & (based.cycle != at), start) for at in range(len(counts)))]
    if all(one.count for one in each):
        return [float(one.coefficients[-1]) for one in each]
    return [float(np.log((one.count + 0.5) / (one.expected + 0.5))) for one in each]


def _intervals(based: Ground, count: NDArray[np.float64]) -> tuple[Interval, Interval]:
    """If independent, and by jackknife, of one allocation of events."""
    whole = estimate(based, count, based.on)
    low, high = garwood(whole.count)
    logs = without_each(based, count, whole)
    ends = np.exp(jackknife(logs[0], logs[1:]))
    independent = Interval(float(low / whole.expected), float(high / whole.expected))
    return independent, Interval(float(ends[0]), float(ends[1]))


def refused(based: Ground, apart: Separation, count: NDArray[np.float64]) -> RefusedBaseline | None:
    """Why the baseline cannot be given, for events by joined covered day; None where it can."""
    outside = based.on & ~based.inside
    if apart.covered_years < NEEDED_YEARS:
        return RefusedBaseline(Baseline.SEASON, BaselineRefusal.FEW_YEARS, apart.covered_years)
    if not outside.any():
        return RefusedBaseline(Baseline.SEASON, BaselineRefusal.NO_DAYS, 0)
    if apart.free_share < NEEDED_FREE_SHARE:
        return RefusedBaseline(Baseline.SEASON, BaselineRefusal.SAME_SEASON, apart.free_share)
    if not count[outside].any():
        return RefusedBaseline(Baseline.SEASON, BaselineRefusal.NO_EVENTS, 0)
    return None


def _allocations(counts: Counts, windows: Windows) -> list[NDArray[np.float64]]:
    """Events on the joined covered days: by shares, then allocated low and high; the latter once if all are exact."""
    shares = counts.by_day[windows.covered]
    if (counts.starts_min == counts.starts_max).all():
        return [shares, shares]
    return [shares, *(each[windows.covered] for each in allocate(counts, windows.inside, windows.elsewhere))]
