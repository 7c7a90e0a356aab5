"""Events onto days: exact ones, uncertain ones, the two allocations, what is not counted, and the dispersion."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from service.analysis.counts import allocate, dispersion, place, tally
from service.analysis.exposure import Anchor, windows
from service.analysis.results import Tally


def mask(days: int, *spans: range) -> NDArray[np.bool_]:
    found = np.zeros(days, dtype=np.bool_)
    for span in spans:
        found[list(span)] = True
    return found


def test_an_exact_event_counts_whole_on_its_day() -> None:
    assert place([2, 2, 5], [2, 2, 5], days=7).by_day.tolist() == [0, 0, 2, 0, 0, 1, 0]


def test_an_uncertain_event_counts_in_equal_shares() -> None:
    assert place([1, 3], [4, 3], days=6).by_day.tolist() == [0, 0.25, 0.25, 1.25, 0.25, 0]


def test_fourteen_days_are_counted_and_fifteen_left_out() -> None:
    counts = place([0, 20], [13, 34], days=40)
    assert counts.uncertain == 1
    assert counts.by_day[:14] == pytest.approx([1 / 14] * 14)
    assert not counts.by_day[14:].any()


def test_days_off_the_axis_take_their_share_with_them() -> None:
    counts = place([-1, 9, -3, 30], [2, 10, -3, 30], days=10)
    assert counts.by_day.tolist() == [0.25, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0.5]
    assert counts.starts_min.size == 4


def test_no_events_at_all() -> None:
    counts = place([], [], days=5)
    assert (counts.by_day.tolist(), counts.uncertain) == ([0] * 5, 0)


def test_low_puts_the_straddling_outside_and_high_inside() -> None:
    inside, outside = mask(30, range(10, 20)), mask(30, range(10), range(20, 30))
    low, high = allocate(place([8, 18, 12], [11, 21, 14], days=30), inside, outside)
    assert np.flatnonzero(low).tolist() == [8, 12, 20]
    assert np.flatnonzero(high).tolist() == [10, 12, 18]


def test_an_event_that_may_lie_on_a_day_that_is_not_counted_is_counted_only_where_that_widens_the_interval() -> None:
    inside, outside = mask(30, range(10, 15)), mask(30, range(20, 30))
    counts = place([13, 18, 15, 9], [16, 21, 17, 22], days=30)
    low, high = allocate(counts, inside, outside)
    assert np.flatnonzero(low).tolist() == [20]  # two are here: 18..21 and 9..22
    assert low[20] == 2
    assert np.flatnonzero(high).tolist() == [10, 13]  # 9..22 and 13..16


def test_an_event_that_may_lie_off_the_axis_is_allocated_alike() -> None:
    inside, outside = mask(10, range(5)), mask(10, range(5, 10))
    low, high = allocate(place([-2, 8], [1, 11], days=10), inside, outside)
    assert np.flatnonzero(low).tolist() == [8]
    assert np.flatnonzero(high).tolist() == [0]


def test_every_event_is_accounted_for() -> None:
    covered = np.ones(200, dtype=np.bool_)
    covered[150:] = False
    found = windows([Anchor(60, 60, 63), Anchor(75, 75, 75)], covered, lead_days=30)
    counts = place([40, 50, 62, 70, 100, 120, 149, 160, 0, -9], [40, 50, 62, 70, 100, 120, 152, 160, 90, -9], days=200)
    assert tally(counts, found) == Tally(inside=2, elsewhere=2.25, left_out=1, meeting=1, not_covered=2.75, uncertain=1)


def test_steady_blocks_have_no_dispersion_and_heaped_ones_much() -> None:
    found = windows([], np.ones(120, dtype=np.bool_), lead_days=7)
    steady = dispersion(place(range(0, 120, 10), range(0, 120, 10), days=120), found)
    assert (steady.blocks, steady.mean, steady.variance, steady.index) == (4, 3, 0, 0)
    heaped = dispersion(place([5] * 12, [5] * 12, days=120), found)  # 12, 0, 0, 0: variance (81 + 3 x 9) / 3
    assert (heaped.mean, heaped.variance, heaped.index) == (3, 36, 12)


def test_blocks_lie_whole_in_a_covered_run_and_hold_no_meeting_day() -> None:
    covered = np.ones(200, dtype=np.bool_)
    covered[70:80] = False
    found = windows([Anchor(10, 10, 14)], covered, lead_days=7)
    # Runs of 70 - 5 and 120 days: two and four blocks; the first is 0-9 and 15-34.
    counts = place([12, 34, 64, 65, 80, 199], [12, 34, 64, 65, 80, 199], days=200)
    totals = dispersion(counts, found)
    assert totals.blocks == 6
    assert totals.mean == pytest.approx(4 / 6)  # 34; 64; 80; 199


def test_dispersion_is_undefined_without_two_blocks_or_without_events() -> None:
    short = windows([], np.ones(59, dtype=np.bool_), lead_days=7)
    assert np.isnan(dispersion(place([3], [3], days=59), short).index)
    uncovered = windows([], np.zeros(90, dtype=np.bool_), lead_days=7)
    assert dispersion(place([3], [3], days=90), uncovered).blocks == 0
    empty = windows([], np.ones(90, dtype=np.bool_), lead_days=7)
    assert np.isnan(dispersion(place([], [], days=90), empty).index)
