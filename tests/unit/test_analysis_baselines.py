"""The ratio to elsewhere: beside the same written as plain loops, at its edges, and when it is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from service.analysis.baselines import before, elsewhere, sample
from service.analysis.counts import Counts, place
from service.analysis.exposure import Anchor, Windows, windows
from service.analysis.intervals import Interval, exact_ratio
from service.analysis.results import Baseline, Exposed, Refusal


def regular(anchors: int, every: int = 100, lead_days: int = 30) -> Windows:
    """Meetings of a day, one every so many days, over an axis that is covered throughout."""
    starts = [every * (number + 1) - 10 for number in range(anchors)]
    covered = np.ones(every * anchors, dtype=np.bool_)
    return windows([Anchor(start, start, start) for start in starts], covered, lead_days)


def on(days: list[int], axis: int) -> Counts:
    return place(days, days, axis)


def test_the_reported_interval_is_the_delete_one_cycle_jackknife_worked_by_loops() -> None:
    found = regular(6)
    days = np.random.default_rng(11).integers(0, 600, size=80)
    counts = on(days.tolist(), 600)
    whole, without = _log_ratio(days.tolist(), found), []
    for cycle in range(6):
        kept = found.cycle != cycle
        without.append(_log_ratio([day for day in days.tolist() if kept[day]], found, kept))
    spread = 5 / 6 * sum((each - sum(without) / 6) ** 2 for each in without)
    reach = stats.t.ppf(0.975, 5) * np.sqrt(spread)
    ratio = elsewhere(counts, found)
    assert ratio.ratio == pytest.approx(np.exp(whole), rel=1e-9)
    assert ratio.reported.low == pytest.approx(min(np.exp(whole - reach), ratio.independent.low), rel=1e-9)
    assert ratio.reported.high == pytest.approx(max(np.exp(whole + reach), ratio.independent.high), rel=1e-9)
    assert ratio.reported != ratio.independent


def _log_ratio(days: list[int], found: Windows, kept: NDArray[np.bool_] | None = None) -> float:
    inside, outside = (mask if kept is None else mask & kept for mask in (found.inside, found.elsewhere))
    within, beyond = (sum(bool(mask[day]) for day in days) for mask in (inside, outside))
    return float(np.log((within + 0.5) / inside.sum()) - np.log((beyond + 0.5) / outside.sum()))


def test_where_cycles_are_all_alike_the_exact_interval_is_reported() -> None:
    found = regular(6)
    counts = on([100 * cycle + day for cycle in range(6) for day in (10, 30, 70, 80)], 600)
    ratio = elsewhere(counts, found)
    assert ratio.reported == ratio.independent


def test_where_events_heap_in_one_cycle_the_reported_interval_is_far_wider() -> None:
    found = regular(6)
    ratio = elsewhere(on([*range(70, 78), 130, 230, 330, 430], 600), found)
    assert ratio.independent.low > 1
    assert ratio.reported.low < 0.2


def test_no_events_inside_has_a_high_end_and_none_outside_has_none() -> None:
    found = regular(6)
    none_inside, none_outside = elsewhere(on([10, 210], 600), found), elsewhere(on([70, 270], 600), found)
    assert (none_inside.independent.low, none_inside.inside.count) == (0, 0)
    assert none_inside.independent.high < np.inf
    assert (none_outside.independent.high, none_outside.outside.count) == (np.inf, 0)
    assert none_outside.reported.high == np.inf


def test_one_cycle_alone_sets_no_bound() -> None:
    ratio = elsewhere(on([10, 20, 70, 75], 100), regular(1))
    assert ratio.reported == Interval(0, np.inf)
    assert 0 < ratio.independent.low < ratio.ratio < ratio.independent.high < np.inf


def test_a_baseline_that_lies_in_one_cycle_only_sets_no_bound() -> None:
    covered = np.zeros(600, dtype=np.bool_)
    covered[[*range(90), *range(160, 190), *range(260, 290)]] = True
    found = windows([Anchor(start, start, start) for start in (90, 190, 290)], covered, lead_days=30)
    ratio = elsewhere(on([5, 70, 170, 270], 600), found)
    assert (ratio.outside.days, ratio.reported) == (60, Interval(0, np.inf))


def test_without_a_day_on_either_side_there_is_no_ratio() -> None:
    nowhere = elsewhere(on([10], 100), windows([], np.ones(100, dtype=np.bool_), lead_days=30))
    assert np.isnan(nowhere.ratio)
    assert (nowhere.independent, nowhere.reported) == (Interval(0, np.inf), Interval(0, np.inf))


def test_five_anchors_and_five_expected_events_are_enough_and_eight_anchors_are_not_few() -> None:
    # Five cycles of 30 days inside and 69 elsewhere: 12 events elsewhere in 345 + 5 days expect 5.1 in 150.
    found = regular(5)
    outside = found.elsewhere.nonzero()[0]
    enough, too_few = (sample(found, elsewhere(on(outside[:size].tolist(), 500), found)) for size in (12, 11))
    assert (enough.refusal, enough.few_meetings) == (None, True)
    assert too_few.refusal is Refusal.FEW_EXPECTED
    assert too_few.expected == pytest.approx(11 / 345 * 150)
    eight = regular(8)
    assert not sample(eight, elsewhere(on([10], 800), eight)).few_meetings


def test_four_anchors_are_too_few_however_many_the_events() -> None:
    found = regular(4)
    judged = sample(found, elsewhere(on(list(range(400)), 400), found))
    assert (judged.anchors, judged.refusal) == (4, Refusal.FEW_ANCHORS)


def test_nothing_covered_and_nothing_elsewhere_are_refused_by_name() -> None:
    uncovered = windows([Anchor(90, 90, 90)], np.zeros(100, dtype=np.bool_), lead_days=30)
    assert sample(uncovered, elsewhere(on([10], 100), uncovered)).refusal is Refusal.NO_COVERAGE
    crowded = windows([Anchor(30 * n, 30 * n, 30 * n) for n in range(1, 9)], np.ones(241, dtype=np.bool_), lead_days=30)
    judged = sample(crowded, elsewhere(on([10], 241), crowded))
    assert (judged.refusal, np.isnan(judged.expected)) == (Refusal.NO_BASELINE, True)


def test_before_is_as_many_days_again_of_the_same_anchors_each_day_once() -> None:
    found = windows([Anchor(s, s, s + 3) for s in (200, 290, 500, 640)], np.ones(700, dtype=np.bool_), lead_days=60)
    # 200: 80..139. 290: 170..229 less the window of 200 and the meeting, 204..229, is 26 days, under half: out.
    # 500: 380..439. 640: 520..579.
    days = np.array([90, 100, 150, 210, 250, 400, 460, 470, 530, 600, 601, 602])
    ratio = before(on(days.tolist(), 700), found, growth=1.5)
    assert (ratio.baseline, ratio.anchors) == (Baseline.BEFORE, 3)
    assert (ratio.inside, ratio.outside) == (Exposed(6, 180), Exposed(4, 180))
    assert ratio.expected == 4
    assert ratio.ratio == pytest.approx(6.5 / 4.5)
    assert ratio.growth == pytest.approx(1.5 ** (60 / 365))
    without = [np.log(a / b) for a, b in [(5.5, 2.5), (4.5, 3.5), (3.5, 3.5)]]
    reach = stats.t.ppf(0.975, 2) * np.sqrt(2 / 3 * ((without - np.mean(without)) ** 2).sum())
    assert ratio.independent.low == pytest.approx(exact_ratio(6, 1, 4, 1)[0], rel=1e-9)
    assert ratio.reported.low == pytest.approx(min(6.5 / 4.5 * np.exp(-reach), ratio.independent.low), rel=1e-9)
    assert ratio.reported.high == pytest.approx(max(6.5 / 4.5 * np.exp(reach), ratio.independent.high), rel=1e-9)


def test_a_day_before_two_anchors_is_that_of_the_next_and_half_of_the_days_are_enough() -> None:
    starts = [Anchor(300, 300, 300), Anchor(335, 335, 335), Anchor(430, 430, 430)]
    found = windows(starts, np.ones(500, dtype=np.bool_), lead_days=60)
    # 300: 180..239 whole. 335: 215..274, of which 215..239 are before 300 too and 240..274 in its window. 430: 310..369
    # less the window of 335 (to 334) and 335 itself is 336..369, 34 days.
    ratio = before(on([200, 220, 260, 350], 500), found, growth=None)
    assert (ratio.outside, ratio.anchors, ratio.growth) == (Exposed(3, 94), 2, None)


def test_before_takes_no_day_from_the_window_of_an_anchor_that_was_left_out() -> None:
    starts = [Anchor(200, 200, 200), Anchor(230, 250, 250), Anchor(400, 400, 400)]
    found = windows(starts, np.ones(500, dtype=np.bool_), lead_days=60)
    ratio = before(on([100, 300], 500), found, growth=None)
    assert (ratio.outside, ratio.inside.days) == (Exposed(2, 120), 120)
