"""The nearest-event window, observed and turned, beside plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from service.analysis.counts import place
from service.analysis.exposure import Anchor, windows
from service.analysis.nearest import nearest

ALL = np.ones(1000, dtype=np.bool_)


def test_it_is_the_mean_of_days_back_and_to_either_side() -> None:
    found = windows([Anchor(200, 200, 203), Anchor(500, 500, 500)], ALL, lead_days=60)
    answer = nearest(place([190, 202, 400, 510], [190, 202, 400, 510], 1000), found, null=False)
    assert answer is not None
    assert (answer.anchors, answer.back.mean_days, answer.either.mean_days) == (2, (10 + 100) / 2, (2 + 10) / 2)
    assert np.isnan([answer.back.null_mean, answer.either.null_low, answer.back.null_high]).all()


def test_activity_on_the_first_day_does_not_count_and_beyond_a_year_is_cut() -> None:
    found = windows([Anchor(500, 500, 503)], ALL, lead_days=60)
    answer = nearest(place([500, 100], [500, 100], 1000), found, null=False)
    assert answer is not None
    assert (answer.back.mean_days, answer.either.mean_days) == (365, 365)


def test_an_uncertain_event_stands_on_the_middle_of_its_days_and_days_not_covered_are_not_counted() -> None:
    covered = ALL.copy()
    covered[480:485] = False
    found = windows([Anchor(500, 500, 503)], covered, lead_days=60)
    answer = nearest(place([470, 481], [475, 483], 1000), found, null=False)  # 472; 482 is not covered
    assert answer is not None
    assert answer.back.mean_days == 500 - 472 - 5


def test_the_null_is_every_turn_of_the_anchors_by_seven_days_or_more() -> None:
    rng = np.random.default_rng(2)
    days = np.sort(rng.integers(0, 1000, size=25))
    starts = [100, 350, 600, 990]
    found = windows([Anchor(start, start, start) for start in starts], ALL, lead_days=60)
    answer = nearest(place(days, days, 1000), found, null=True)
    back, either = [], []
    for turn in range(7, 994):
        there = [(start + turn) % 1000 for start in starts]
        behind = [min((day - each - 1) % 1000 + 1 for each in days.tolist()) for day in there]
        ahead = [min((each - day - 1) % 1000 + 1 for each in days.tolist()) for day in there]
        back.append(np.mean([min(each, 365) for each in behind]))
        either.append(np.mean([min(each, 365) for each in map(min, behind, ahead)]))
    assert answer is not None
    for ours, theirs in ((answer.back, back), (answer.either, either)):
        assert ours.null_mean == pytest.approx(np.mean(theirs), rel=1e-12)
        assert (ours.null_low, ours.null_high) == pytest.approx(np.quantile(theirs, [0.025, 0.975]), rel=1e-12)


def test_without_a_used_anchor_there_is_none_and_without_activity_all_are_cut() -> None:
    assert nearest(place([5], [5], 1000), windows([], ALL, lead_days=60), null=True) is None
    answer = nearest(place([], [], 1000), windows([Anchor(500, 500, 500)], ALL, lead_days=60), null=True)
    assert answer is not None
    assert (answer.back.mean_days, answer.back.null_mean, answer.either.null_high) == (365, 365, 365)
