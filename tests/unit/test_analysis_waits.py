"""From inspection to opening: Kaplan-Meier and its intervals beside lifelines, and by hand."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log, sqrt

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_times
from numpy.typing import NDArray
from scipy.stats import binomtest

from service.analysis.intervals import Interval
from service.analysis.waits import Waits, quantile, share_by, waits


def made_up(seed: int, sites: int, open_share: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    return 1 + rng.geometric(0.05, size=sites), rng.random(sites) > open_share


@pytest.mark.parametrize(("seed", "sites", "open_share"), [(1, 21, 0.1), (2, 60, 0.5), (3, 8, 0.0), (4, 200, 0.3)])
def test_share_and_interval_are_those_of_lifelines(seed: int, sites: int, open_share: float) -> None:
    days, ended = made_up(seed, sites, open_share)
    found, theirs = waits(days, ended), KaplanMeierFitter().fit(days, ended)
    assert 1 - found.share == pytest.approx(theirs.survival_function_.loc[found.days].to_numpy()[:, 0], rel=1e-9)
    bounds = 1 - theirs.confidence_interval_.loc[found.days].to_numpy()
    some = found.share < 1
    assert found.high[some] == pytest.approx(bounds[some, 0], rel=1e-9)
    assert found.low[some] == pytest.approx(bounds[some, 1], rel=1e-9)
    assert np.isnan(found.low[~some]).all()
    assert found.at_risk.tolist() == theirs.event_table.loc[found.days, "at_risk"].tolist()


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("seed", range(5))
def test_quantiles_and_their_intervals_are_those_of_lifelines(seed: int, share: float) -> None:
    days, ended = made_up(seed, 40, 0.3)
    days, ended = np.append(days, days.max() + 1), np.append(ended, False)  # where all ended nothing bounds the last
    found = quantile(waits(days, ended), share)
    theirs = KaplanMeierFitter().fit(days, ended)
    assert found.days == qth_survival_times(1 - share, theirs.survival_function_)
    ends = qth_survival_times(1 - share, theirs.confidence_interval_).to_numpy()[0]
    assert found.interval == Interval(ends[0], ends[1])


def test_a_handful_worked_by_hand() -> None:
    # Waits 3, 5, 5, 8+, 10, 12+ (+ has not ended): at risk 6, 5, 2; left 5/6, 5/6 x 3/5 = 1/2, 1/2 x 1/2 = 1/4.
    found = waits([3, 5, 5, 8, 10, 12], [True, True, True, False, True, False])
    assert found.days.tolist() == [3, 5, 10]
    assert (found.at_risk.tolist(), found.ending.tolist()) == ([6, 5, 2], [1, 2, 1])
    assert found.share == pytest.approx([float(1 - Fraction(n, 12)) for n in (10, 6, 3)], rel=1e-12)
    assert (found.sites, found.ended, found.longest) == (6, 4, 12)
    # On day 5 Greenwood's sum is 1/(6 x 5) + 2/(5 x 3) = 1/6; S = 1/2 to the power exp(+-1.96 sqrt(1/6) / log 1/2).
    reach = 1.959963984540054 * sqrt(1 / 6) / log(0.5)
    assert found.high[1] == pytest.approx(1 - 0.5 ** exp(-reach), rel=1e-12)
    assert found.low[1] == pytest.approx(1 - 0.5 ** exp(reach), rel=1e-12)
    assert (quantile(found).days, quantile(found, 0.8).days) == (5, np.inf)
    share, interval = share_by(found, 9)
    assert share == pytest.approx(0.5)
    assert interval == Interval(found.low[1], found.high[1])
    share, interval = share_by(found, 2)
    assert (share, interval.low) == (0, 0)
    assert interval.high == pytest.approx(binomtest(0, 6).proportion_ci(0.95, "exact").high, rel=1e-12)
    share, interval = share_by(waits([1, 4], [False, True]), 2)  # one of them was no longer looked at by then
    assert interval.high == pytest.approx(0.975)
    share, interval = share_by(waits([1], [False]), 2)
    assert share == 0
    assert np.isnan(interval).all()


def test_dropping_the_open_ones_would_shorten_the_wait() -> None:
    days, ended = made_up(9, 300, 0.5)
    assert quantile(waits(days[ended], ended[ended])).days < quantile(waits(days, ended)).days


def test_waits_of_no_days_and_no_waits_at_all() -> None:
    same = waits([0, 0, 4], [True, True, True])
    assert same.share == pytest.approx([2 / 3, 1])
    assert (quantile(same, 0.9).days, quantile(same, 0.9).interval) == (4, Interval(0, np.inf))
    none = waits([], [])
    assert isinstance(none, Waits)
    assert (none.sites, none.longest, none.days.tolist()) == (0, 0, [])
    assert quantile(none).interval == Interval(np.inf, np.inf)
    assert waits([7, 9], [False, False]).ended == 0
