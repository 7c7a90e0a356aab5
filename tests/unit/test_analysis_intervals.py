"""Every closed form beside another's implementation of it, to 1e-9."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from service.analysis.intervals import Interval, exact_ratio, garwood, jackknife

COUNTS = np.array([0, 1, 2, 5, 17, 60, 400, 5000])


def test_garwood_agrees_with_statsmodels_and_scipy() -> None:
    low, high = garwood(COUNTS)
    theirs = np.array([confint_poisson(count, 1, method="exact-c") for count in COUNTS])
    assert low == pytest.approx(np.nan_to_num(theirs[:, 0]), rel=1e-9)  # statsmodels has NaN for the low end of 0
    assert high == pytest.approx(theirs[:, 1], rel=1e-9)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * (COUNTS + 1)) / 2, rel=1e-9)


def test_garwood_of_counts_that_are_not_whole_lies_between_its_neighbours() -> None:
    count = np.linspace(0, 12, 121)
    low, high = garwood(count)
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()
    assert (low <= count).all()
    assert (high > count).all()
    assert low[1:] == pytest.approx(stats.chi2.ppf(0.025, 2 * count[1:]) / 2, rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (6, 4), (3, 250), (250, 3), (0, 7), (7, 0), (900, 1100)])
def test_the_exact_ratio_is_the_odds_of_clopper_and_pearson(a: int, b: int) -> None:
    low, high = exact_ratio(a, 27, b, 65)
    share = proportion_confint(a, a + b, method="beta")
    also = stats.binomtest(a, a + b).proportion_ci(method="exact")
    for shares in (share, (also.low, also.high)):
        odds = [each / (1 - each) * 65 / 27 if each < 1 else np.inf for each in shares]
        assert (float(low), float(high)) == pytest.approx(odds, rel=1e-9)


def test_the_exact_ratio_of_no_events_has_no_bound() -> None:
    low, high = exact_ratio(0, 27, 0, 65)
    assert (float(low), float(high)) == (0, np.inf)


def test_exact_ratios_broadcast() -> None:
    low, high = exact_ratio(np.array([0, 6, 7]), 27, np.array([4, 4, 0]), 65)
    one_by_one = [exact_ratio(a, 27, b, 65) for a, b in [(0, 4), (6, 4), (7, 0)]]
    assert list(zip(low, high, strict=True)) == one_by_one


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(3, 2, size=12)
    without = (values.sum() - values) / 11
    low, high = jackknife(values.mean(), without)
    theirs = stats.t.interval(0.95, 11, loc=values.mean(), scale=stats.sem(values))
    assert (float(low), float(high)) == pytest.approx(theirs, rel=1e-9)


def test_the_jackknife_takes_many_at_once() -> None:
    without = np.array([[0.1, 0.4, 0.2], [1.0, 1.0, 1.0]])
    low, high = jackknife(np.array([0.2, 1.0]), without)
    alone = jackknife(0.2, without[0])
    assert (low[0], high[0]) == alone
    assert (low[1], high[1]) == (1, 1)


@pytest.mark.parametrize("without", [[0.3], [0.3, np.inf, 0.2], [0.3, -np.inf], [0.3, np.nan]])
def test_the_jackknife_sets_no_bound_where_it_cannot_do_without_a_cycle(without: list[float]) -> None:
    low, high = jackknife(0.3, without)
    assert (float(low), float(high)) == (-np.inf, np.inf)


def test_the_outer_of_two_intervals_holds_both() -> None:
    assert Interval(0.5, 3).outer(Interval(0.7, 9)) == Interval(0.5, 9)
