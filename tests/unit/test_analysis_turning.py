"""Turned masks: every arrangement at once, beside the same turned one by one."""

from __future__ import annotations

import numpy as np
import pytest

from service.analysis.counts import allocate, place
from service.analysis.turning import joined_spans, kept_turns, runs, turned_counts, turned_sums

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("mask", [RNG.random(50) < 0.3, np.zeros(50, dtype=np.bool_), np.ones(50, dtype=np.bool_)])
def test_turned_sums_are_those_of_the_mask_rolled(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    values = RNG.normal(size=50)
    rolled = [values[np.roll(mask, turn)].sum() for turn in range(50)]
    assert turned_sums(values, mask) == pytest.approx(rolled, abs=1e-12)


def test_runs_are_half_open() -> None:
    assert runs(np.array([True, True, False, True, False, False, True])) == [(0, 2), (3, 4), (6, 7)]
    assert runs(np.zeros(3, dtype=np.bool_)) == []


def test_the_turns_kept_are_by_seven_days_or_more_either_way() -> None:
    assert list(range(1000))[kept_turns(1000)] == list(range(7, 994))
    assert list(range(12))[kept_turns(12)] == []


def test_spans_are_joined_over_days_not_covered() -> None:
    covered = np.ones(30, dtype=np.bool_)
    covered[10:15] = False
    counts = place([2, 8, 8, 11, 28, 20, 20], [2, 12, 9, 13, 33, 22, 22], 30)
    spans = {(each.length, each.whole): np.flatnonzero(each.starts).tolist() for each in joined_spans(counts, covered)}
    # 8..12 keeps its covered days 8 and 9, as 28..33 keeps 28 and 29 (now 23 and 24); 11..13 keeps none.
    assert spans == {(1, True): [2], (2, False): [8, 23], (2, True): [8], (3, True): [15]}
    assert [each.starts.sum() for each in joined_spans(counts, covered)] == [1, 2, 1, 2]


def test_uncertain_events_are_allocated_in_every_turn_as_they_are_where_the_mask_stands() -> None:
    size, covered = 120, np.ones(120, dtype=np.bool_)
    place_of = np.arange(size)
    inside, outside = (place_of % 40) < 12, ((place_of % 40) >= 12) & ((place_of % 40) < 35)
    starts = RNG.integers(0, size - 14, size=60)
    counts = place(starts, starts + RNG.integers(0, 14, size=60), size)
    spans = joined_spans(counts, covered)
    out_of_low, in_of_low = turned_counts(spans, outside, inside)
    in_of_high, out_of_high = turned_counts(spans, inside, outside)
    for turn in (0, 1, 17, 60, 119):
        rolled = np.roll(inside, turn), np.roll(outside, turn)
        low, high = allocate(counts, *rolled)
        assert (in_of_low[turn], out_of_low[turn]) == tuple(low[mask].sum() for mask in rolled)
        assert (in_of_high[turn], out_of_high[turn]) == tuple(high[mask].sum() for mask in rolled)
