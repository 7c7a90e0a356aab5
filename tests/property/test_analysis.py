"""The analyses on any history: each day has one place by the written rules, and what must not matter does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from service.analysis.baselines import before, elsewhere
from service.analysis.counts import Counts, allocate, place, tally
from service.analysis.exposure import Anchor, Reason, Windows, windows
from service.analysis.profile import profile
from service.analysis.results import Baseline, RateRatio

pytestmark = pytest.mark.slow

AXIS = 400
UNHURRIED = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class History:
    anchors: list[Anchor]
    covered: NDArray[np.bool_]
    starts: list[tuple[int, int]]
    lead_days: int
    drop: bool

    def windows(self) -> Windows:
        return windows(self.anchors, self.covered, self.lead_days, drop_overlapping=self.drop)

    def counts(self) -> Counts:
        return place([first for first, _ in self.starts], [last for _, last in self.starts], self.covered.size)

    def ratio(self, baseline: Baseline = Baseline.ELSEWHERE) -> RateRatio:
        counts, found = self.counts(), self.windows()
        return elsewhere(counts, found) if baseline is Baseline.ELSEWHERE else before(counts, found, 1.5)


@st.composite
def histories(draw: st.DrawFn) -> History:
    anchors: list[Anchor] = []
    start = draw(st.integers(-30, 30))
    for gap in draw(st.lists(st.integers(2, 120), min_size=2, max_size=9)):
        start += gap
        latest = start + draw(st.sampled_from([0] * 8 + [2, 5, 6, 20]))
        whole = draw(st.sampled_from([None] * 12 + [*range(len(anchors))]))
        anchors.append(Anchor(start, latest, latest + draw(st.integers(0, 8)), whole))
    covered = np.ones(AXIS, dtype=np.bool_)
    for hole in draw(st.lists(st.integers(0, AXIS - 1), max_size=2)):
        covered[hole : hole + 15] = False
    starts = st.tuples(st.integers(-9, AXIS + 9), st.sampled_from([0] * 6 + [1, 4, 13, 14]))
    events = [(first, first + more) for first, more in draw(st.lists(starts, min_size=12, max_size=30))]
    return History(anchors, covered, events, draw(st.sampled_from([7, 20, 45])), draw(st.booleans()))


@UNHURRIED
@given(histories())
def test_every_day_has_the_place_that_the_rules_give_it(history: History) -> None:
    found = history.windows()
    heads = [use for use in found.uses if use.reason not in (Reason.MERGED, Reason.UNCERTAIN)]
    vague = [use for use in found.uses if use.reason is Reason.UNCERTAIN]
    for day in range(0, AXIS, 7):
        following = min((use for use in heads if use.first_day > day), key=lambda use: use.first_day, default=None)
        ahead = following is not None and following.first_day - day <= history.lead_days
        meeting = any(use.first_day <= day <= use.last_day for use in heads + vague)
        perhaps = any(use.first_day - history.lead_days <= day <= use.last_day for use in vague)
        covered = bool(history.covered[day])
        used = following is not None and ahead and not meeting and following.reason is None
        assert found.meeting[day] == meeting
        assert found.inside[day] == (used and covered)
        assert found.elsewhere[day] == (covered and not (ahead or meeting or perhaps))
        assert found.lead[day] == (following.first_day - day if used and following else 0)


@UNHURRIED
@given(histories())
def test_an_anchor_is_left_out_exactly_when_its_own_numbers_say_so(history: History) -> None:
    for use in history.windows().uses:
        if use.covered_days is None or use.left_days is None:
            assert use.reason is (Reason.UNCERTAIN if use.other is None else Reason.MERGED)
            assert use.uncertain_days > 5 or use.reason is Reason.MERGED
        elif use.covered_days < 0.9 * history.lead_days:
            assert use.reason is Reason.NOT_COVERED
        elif use.left_days < history.lead_days / 2:
            assert use.reason is (Reason.LITTLE_LEFT if use.other is None else Reason.OVERLAPS)
        else:
            assert use.reason is (None if use.other is None else Reason.OVERLAPS)


@UNHURRIED
@given(histories())
def test_each_window_lies_in_a_cycle_of_its_own(history: History) -> None:
    found = history.windows()
    cycles = [set(found.cycle[found.anchor == position].tolist()) for position in found.used]
    assert sorted(cycles, key=min) == [{cycle} for cycle in range(len(found.used))]
    assert (np.diff(found.cycle) >= 0).all()


@UNHURRIED
@given(histories())
def test_the_order_in_which_anchors_are_given_does_not_matter(history: History) -> None:
    assume(len({anchor.start_min for anchor in history.anchors}) == len(history.anchors))
    last = len(history.anchors) - 1
    turned = [
        replace(anchor, part_of=None if anchor.part_of is None else last - anchor.part_of)
        for anchor in reversed(history.anchors)
    ]
    here, there = history.windows(), replace(history, anchors=turned).windows()
    assert (here.inside == there.inside).all()
    assert (here.elsewhere == there.elsewhere).all()
    assert [use.reason for use in reversed(there.uses)] == [use.reason for use in here.uses]


@UNHURRIED
@given(histories())
def test_all_events_are_accounted_for_and_the_profile_holds_those_inside(history: History) -> None:
    found, counts = history.windows(), history.counts()
    told = tally(counts, found)
    told_in_all = told.inside + told.elsewhere + told.left_out + told.meeting + told.not_covered + told.uncertain
    assert told_in_all == pytest.approx(len(history.starts), abs=1e-6)
    drawn = profile(counts, found)
    assert sum(week.count for week in drawn.weeks) == pytest.approx(told.inside, abs=1e-6)
    assert sum(week.days for week in drawn.weeks) == found.inside.sum()
    rate = drawn.curve[np.isfinite(drawn.curve)]
    assert ((rate >= 0) & (rate <= max(1, len(history.starts)))).all()


@UNHURRIED
@given(histories())
def test_the_intervals_hold_the_ratio_and_the_reported_one_holds_the_other(history: History) -> None:
    ratio = history.ratio()
    assume(not np.isnan(ratio.ratio))
    assert ratio.reported.low <= ratio.independent.low <= ratio.ratio <= ratio.independent.high <= ratio.reported.high


@UNHURRIED
@given(histories())
def test_the_allocations_are_the_ends_of_all_ways_to_place_the_uncertain_events(history: History) -> None:
    found = history.windows()
    uncertain = [span for span in history.starts if 0 < span[1] - span[0] < 14][:3]
    spans = [span for span in history.starts if span[0] == span[1]] + uncertain
    counts = place([first for first, _ in spans], [last for _, last in spans], AXIS)
    low, high = allocate(counts, found.inside, found.elsewhere)
    ways = product(*(range(first, last + 1) for first, last in uncertain))
    exact = [first for first, last in spans if first == last]
    inside, outside = zip(*(_counted([*exact, *way], found) for way in ways), strict=True)
    assert (low[found.inside].sum(), low[found.elsewhere].sum()) == (min(inside), max(outside))
    assert (high[found.inside].sum(), high[found.elsewhere].sum()) == (max(inside), min(outside))


def _counted(days: list[int], found: Windows) -> tuple[int, int]:
    on_axis = [day for day in days if 0 <= day < AXIS]
    return int(found.inside[on_axis].sum()), int(found.elsewhere[on_axis].sum())


@UNHURRIED
@given(histories(), st.sampled_from([7, -7, 91]), st.sampled_from([Baseline.ELSEWHERE, Baseline.BEFORE]))
def test_moving_all_dates_by_weeks_changes_nothing(history: History, days: int, baseline: Baseline) -> None:
    here, there = (_moved(history, by) for by in (100, 100 + days))
    ours, theirs = here.ratio(baseline), there.ratio(baseline)
    assert ours == theirs or (np.isnan(ours.ratio) and np.isnan(theirs.ratio))


@UNHURRIED
@given(histories())
def test_the_days_before_are_leads_of_used_anchors_outside_all_windows(history: History) -> None:
    found, ratio = history.windows(), history.ratio(Baseline.BEFORE)
    assert ratio.outside.days <= min(int(found.elsewhere.sum()), ratio.anchors * history.lead_days)
    assert 2 * ratio.outside.days >= ratio.anchors * history.lead_days
    assert ratio.inside.days <= int(found.inside.sum())


def _moved(history: History, days: int) -> History:
    """The same on an axis with room on either side, everything so many days later."""
    anchors = [
        Anchor(one.start_min + days, one.start_max + days, one.end + days, one.part_of) for one in history.anchors
    ]
    covered = np.zeros(AXIS + 200, dtype=np.bool_)
    covered[days : days + AXIS] = history.covered
    starts = [(first + days, last + days) for first, last in history.starts]
    return replace(history, anchors=anchors, covered=covered, starts=starts)


@UNHURRIED
@given(histories())
def test_doubling_all_activity_keeps_the_ratio_and_narrows_the_interval_if_independent(history: History) -> None:
    """Keeps it but for what is added: 0.5 to the doubled counts is as 0.25 to the single ones."""
    once, twice = history.ratio(), replace(history, starts=history.starts * 2).ratio()
    assume(not np.isnan(once.ratio))
    inside, outside = once.inside, once.outside
    expected = (inside.count + 0.25) / inside.days / ((outside.count + 0.25) / outside.days)
    assert twice.ratio == pytest.approx(expected, rel=1e-8)  # counts of parts of days are rounded to 9 decimals
    assert twice.independent.low > once.independent.low or once.independent.low == 0
    assert twice.independent.high < once.independent.high or once.independent.high == np.inf
