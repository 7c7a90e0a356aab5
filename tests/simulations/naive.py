"""The simpler ways that were tried and fail on made-up histories: here to be seen failing, and nowhere else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from service.analysis import curve, season
from service.analysis.chance import statistic
from service.analysis.counts import Counts
from service.analysis.exposure import Windows
from service.analysis.intervals import Interval
from service.analysis.turning import kept_turns, turned_sums

DRAWS = 199


def _p(observed: float, drawn: NDArray[np.float64]) -> float:
    up, down = int((drawn >= observed - 1e-12).sum()), int((drawn <= observed + 1e-12).sum())
    return min(1.0, 2 * (1 + min(up, down)) / (1 + drawn.size))


def turning_without_the_curve(counts: Counts, windows: Windows) -> float:
    """p of turned windows by events a day, not divided by what season and growth make one expect."""
    covered = windows.covered
    count, inside, outside = counts.by_day[covered], windows.inside[covered], windows.elsewhere[covered]
    turned = statistic(turned_sums(count, inside), inside.sum(), turned_sums(count, outside), outside.sum())
    return _p(float(turned[0]), turned[kept_turns(turned.size)])


def turning_with_a_curve_that_knows_the_windows(counts: Counts, windows: Windows) -> float:
    """p of turned windows, the curve being the one that was fitted together with the term for the windows."""
    covered = windows.covered
    count, inside, outside = counts.by_day[covered], windows.inside[covered], windows.elsewhere[covered]
    ground = season.ground(windows, curve.terms(np.flatnonzero(covered)))
    level = np.exp(ground.design.linear(season.estimate(ground, count, ground.on).coefficients[:-1]))
    sums = [turned_sums(each, mask) for mask in (inside, outside) for each in (count, level)]
    turned = statistic(sums[0], sums[1], sums[2], sums[3])
    return _p(float(turned[0]), turned[kept_turns(turned.size)])


def moving_anchors_to_other_years(counts: Counts, windows: Windows, rng: np.random.Generator) -> float:
    """p of the count in the windows when each anchor is moved by any whole number of years that coverage allows."""
    total = np.append(0, np.cumsum(counts.by_day))
    size, lead = windows.covered.size, windows.lead_days
    firsts = np.array([windows.uses[at].first_day for at in windows.used])
    years = [np.arange(-((first - lead) // 365), (size - first) // 366 + 1) for first in firsts]
    moved = firsts + np.round(365.25 * np.array([rng.choice(each, DRAWS) for each in years]).T).astype(np.int64)
    drawn = (total[np.clip(moved, 0, size)] - total[np.clip(moved - lead, 0, size)]).sum(axis=1)
    observed = (total[firsts] - total[firsts - lead]).sum()
    return _p(float(observed), drawn)


def swapping_before(counts: Counts, windows: Windows) -> float:
    """p of the sum of differences between window and days before it, every swap of the two being alike likely."""
    total = np.append(0, np.cumsum(counts.by_day))
    firsts = np.array([windows.uses[at].first_day for at in windows.used])
    firsts = firsts[firsts >= 2 * windows.lead_days]
    last, middle, first = (total[firsts - back * windows.lead_days] for back in (0, 1, 2))
    differences = last - 2 * middle + first
    signs = np.array(np.meshgrid(*[[1, -1]] * min(12, firsts.size), indexing="ij")).reshape(min(12, firsts.size), -1)
    drawn = differences[:12] @ signs
    return _p(float(differences[:12].sum()), drawn[1:])


def bootstrap_over_anchors(counts: Counts, windows: Windows, rng: np.random.Generator) -> Interval:
    """Percentiles of the ratio to elsewhere when whole cycles are drawn again with replacement."""
    cycles = len(windows.used)
    cells = np.array(
        [
            np.bincount(windows.cycle[mask], weights=each[mask], minlength=cycles)
            for mask in (windows.inside, windows.elsewhere)
            for each in (counts.by_day, np.ones(windows.covered.size))
        ]
    )
    drawn = cells[:, rng.integers(0, cycles, size=(999, cycles))].sum(axis=2)
    ratio = (drawn[0] + 0.5) / np.maximum(drawn[1], 1) / ((drawn[2] + 0.5) / np.maximum(drawn[3], 1))
    return Interval(*np.quantile(ratio, [0.025, 0.975]).tolist())


def resampling_windows_under_a_fixed_curve(counts: Counts, windows: Windows, rng: np.random.Generator) -> Interval:
    """Percentiles of observed over expected when windows are drawn again, the season curve staying what it is."""
    covered = windows.covered
    ground = season.ground(windows, curve.terms(np.flatnonzero(covered)))
    count = counts.by_day[covered]
    whole = season.estimate(ground, count, ground.on)
    level = np.exp(ground.design.linear(whole.coefficients[:-1]))
    cycles = len(windows.used)
    cells = [np.bincount(ground.cycle[ground.inside], each[ground.inside], cycles) for each in (count, level)]
    chosen = rng.integers(0, cycles, size=(999, cycles))
    ratio = (cells[0][chosen].sum(axis=1) + 0.5) / (cells[1][chosen].sum(axis=1) + 0.5)
    return Interval(*np.quantile(ratio, [0.025, 0.975]).tolist())
