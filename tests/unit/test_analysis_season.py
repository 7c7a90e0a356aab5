"""The baseline `season`: beside statsmodels' regression with a term, refitted without each cycle; its edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from service.analysis import curve, season
from service.analysis.counts import Counts, place
from service.analysis.exposure import Anchor, Windows, windows
from service.analysis.intervals import Interval
from service.analysis.results import Baseline, BaselineRefusal, RateRatio, RefusedBaseline, Separation

ANCHORS = [150, 420, 610, 830, 1100, 1310, 1540, 1790]
DAYS = 1900


def regular(days: int = DAYS, anchors: list[int] = ANCHORS) -> Windows:
    covered = np.ones(days, dtype=np.bool_)
    covered[500:520] = False
    return windows([Anchor(start, start, start + 2) for start in anchors], covered, lead_days=60)


def on(days: NDArray[np.int64] | list[int], more: int = 0, axis: int = DAYS) -> Counts:
    starts = np.asarray(days, dtype=np.int64)
    return place(starts, starts + more, axis)


def based(found: Windows) -> season.Ground:
    return season.ground(found, curve.terms(np.flatnonzero(found.covered)))


def answered(counts: Counts, found: Windows) -> RateRatio | RefusedBaseline:
    ground = based(found)
    return season.season(counts, found, ground, season.separation(found, ground))


def ratio(counts: Counts, found: Windows) -> RateRatio:
    answer = answered(counts, found)
    assert isinstance(answer, RateRatio)
    return answer


EVENTS = np.random.default_rng(4).integers(0, DAYS, size=260)


def theirs(found: Windows, count: NDArray[np.float64], without: int | None = None) -> tuple[float, float]:
    """The term, and the events expected inside without it, by statsmodels."""
    ground = based(found)
    kept = ground.on & (ground.cycle != without)
    dense = ground.design.adding(ground.inside).dense()
    fitted = sm.GLM(count[kept], dense[kept], family=sm.families.Poisson()).fit(tol=1e-14, maxiter=100)
    level = np.exp(dense[:, :-1] @ fitted.params[:-1])
    return float(fitted.params[-1]), float(level[kept & ground.inside].sum())


def test_the_ratio_is_the_term_of_statsmodels_regression() -> None:
    found, counts = regular(), on(EVENTS)
    answer = ratio(counts, found)
    term, expected = theirs(found, counts.by_day[found.covered])
    assert answer.ratio == pytest.approx(np.exp(term), rel=1e-9)
    assert answer.expected == pytest.approx(expected, rel=1e-9)
    assert answer.inside.count == counts.by_day[found.inside].sum()
    assert answer.outside.count == counts.by_day[found.elsewhere].sum()
    assert (answer.inside.days, answer.outside.days) == (found.inside.sum(), found.elsewhere.sum())
    assert (answer.baseline, answer.anchors, answer.growth) == (Baseline.SEASON, 8, None)


def test_if_independent_it_is_the_exact_poisson_interval_given_the_expected_count() -> None:
    answer = ratio(on(EVENTS), regular())
    count = answer.inside.count
    theirs_low, theirs_high = stats.chi2.ppf(0.025, 2 * count) / 2, stats.chi2.ppf(0.975, 2 * (count + 1)) / 2
    assert answer.independent.low == pytest.approx(theirs_low / answer.expected, rel=1e-9)
    assert answer.independent.high == pytest.approx(theirs_high / answer.expected, rel=1e-9)


def test_the_reported_interval_is_the_jackknife_of_fits_without_each_cycle() -> None:
    heaped = np.concatenate([EVENTS, np.repeat([580, 590, 1500], 6)])
    found, counts = regular(), on(heaped)
    count = counts.by_day[found.covered]
    whole, without = theirs(found, count)[0], [theirs(found, count, cycle)[0] for cycle in range(8)]
    reach = stats.t.ppf(0.975, 7) * np.sqrt(7 / 8 * sum((each - np.mean(without)) ** 2 for each in without))
    answer = ratio(counts, found)
    assert answer.reported.low == pytest.approx(np.exp(whole - reach), rel=1e-8)
    assert answer.reported.high == pytest.approx(np.exp(whole + reach), rel=1e-8)
    assert answer.reported.low < answer.independent.low
    assert answer.reported.high > answer.independent.high


def test_above_40_anchors_one_newton_step_stands_for_each_fit() -> None:
    anchors = [100 + 150 * number for number in range(42)]
    found, events = regular(6400, anchors), np.random.default_rng(8).integers(0, 6400, size=1500)
    ground, count = based(found), on(events, axis=6400).by_day[found.covered]
    whole = season.estimate(ground, count, ground.on)
    first, *stepped = season.without_each(ground, count, whole)
    afresh = [season.estimate(ground, count, ground.on & (ground.cycle != at)) for at in range(41)]
    refitted = [float(each.coefficients[-1]) for each in afresh]
    assert first == whole.coefficients[-1]
    assert stepped != refitted
    assert stepped == pytest.approx(refitted, abs=0.002)
    assert np.std(stepped) == pytest.approx(np.std(refitted), rel=0.02)


def test_uncertain_days_give_the_outer_ends_of_both_allocations() -> None:
    found = regular()
    edges = [845, 1095, 1250, 1480]  # may have begun before a meeting or after it, in the window or before it
    uncertain = on([*EVENTS, *edges], 0)
    straddling = place(uncertain.starts_min, np.concatenate([EVENTS, np.array(edges) + 9]), DAYS)
    answer = ratio(straddling, found)
    ends = [ratio(on([*EVENTS, *where]), found) for where in ([845, 1103, 1259, 1489], [845, 1095, 1250, 1480])]
    assert answer.reported.low <= min(each.reported.low for each in ends)
    assert answer.reported.high >= max(each.reported.high for each in ends)
    assert answer.inside.count == pytest.approx(straddling.by_day[found.inside].sum(), abs=1e-8)


def test_the_window_of_an_anchor_that_was_left_out_is_neither_in_nor_out() -> None:
    covered = np.ones(DAYS, dtype=np.bool_)
    starts = [150, 420, 475, 610, 830, 1100, 1310, 1540, 1790]
    found = windows([Anchor(start, start, start) for start in starts], covered, 60, drop_overlapping=True)
    assert [each.first_day for each in found.uses if each.reason is not None] == [475]
    there = np.arange(421, 475)
    quiet, busy = on(EVENTS[~np.isin(EVENTS, there)]), on([*EVENTS[~np.isin(EVENTS, there)], *there, *there])
    assert ratio(quiet, found) == ratio(busy, found)


def test_no_event_inside_has_a_high_end() -> None:
    found = regular()
    answer = ratio(on(EVENTS[~found.inside[EVENTS]]), found)
    assert (answer.ratio, answer.inside.count, answer.independent.low, answer.reported.low) == (0, 0, 0, 0)
    assert answer.expected > 50
    assert answer.independent.high == pytest.approx(-np.log(0.025) / answer.expected)
    assert answer.independent.high <= answer.reported.high < 0.2


def test_events_inside_in_one_cycle_alone_still_have_an_interval() -> None:
    found = regular()
    inside = found.inside[EVENTS] & (found.anchor[EVENTS] != 3)
    answer = ratio(on(EVENTS[~inside]), found)
    assert 0 < answer.reported.low < answer.independent.low
    assert answer.independent.high < answer.reported.high < np.inf


def test_under_three_covered_years_it_is_refused() -> None:
    found = windows([Anchor(start, start, start) for start in ANCHORS[:4]], np.ones(1095, dtype=np.bool_), 60)
    assert answered(on([5, 100], axis=1095), found) == RefusedBaseline(
        Baseline.SEASON, BaselineRefusal.FEW_YEARS, 1095 / 365.25
    )


def test_under_a_free_share_of_a_fifth_it_is_refused() -> None:
    found, ground = regular(), based(regular())
    apart = Separation(0.19, 0, 5.0)
    refused = season.season(on(EVENTS), found, ground, apart)
    assert refused == RefusedBaseline(Baseline.SEASON, BaselineRefusal.SAME_SEASON, 0.19)
    assert isinstance(season.season(on(EVENTS), found, ground, replace(apart, free_share=0.2)), RateRatio)


def test_without_an_event_outside_it_is_refused() -> None:
    found = regular()
    refused = answered(on(EVENTS[found.inside[EVENTS]]), found)
    assert refused == RefusedBaseline(Baseline.SEASON, BaselineRefusal.NO_EVENTS, 0)


def test_where_one_event_outside_leaves_the_level_without_a_bound_no_ratio_is_told() -> None:
    """The knots of each year let the curve fall, or rise, without end where nothing is, and the term go as far."""
    found = regular()
    inside, outside = EVENTS[found.inside[EVENTS]], EVENTS[~found.inside[EVENTS]]
    for events in ([outside[0], inside[-1]], [outside[-1], inside[0]]):
        refused = answered(on([int(each) for each in events]), found)
        assert refused == RefusedBaseline(Baseline.SEASON, BaselineRefusal.NO_BOUND, 1)


def test_meetings_each_december_have_no_clean_year_and_little_free() -> None:
    covered = np.ones(2560, dtype=np.bool_)
    yearly = windows([Anchor(start, start, start + 3) for start in range(355, 2560, 365)], covered, 60)
    apart = season.separation(yearly, based(yearly))
    assert apart.clean_years == 0
    assert apart.free_share < 0.5
    assert apart.covered_years == pytest.approx(2560 / 365.25)


def test_a_year_is_clean_with_nine_tenths_of_the_days_outside_all_windows() -> None:
    covered = np.ones(800, dtype=np.bool_)
    # The window before 400 is 340-399. A year earlier it is -25 to 34, a year later 705 to 764:
    # from 711 on another meeting takes six of these, a tenth, and it has six of the first's a year before its own.
    for other, clean in [(711, 2), (712, 0), (764, 0)]:
        found = windows([Anchor(400, 400, 400), Anchor(other, other, other)], covered, 60)
        assert (other, season.clean_years(found)) == (other, clean)


def test_the_interval_is_never_without_bound_for_data_like_these() -> None:
    assert ratio(on(EVENTS), regular()).reported != Interval(0, np.inf)
