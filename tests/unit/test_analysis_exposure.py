"""Coverage, windows, overlap and meeting days: each rule on the smallest case that shows it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from service.analysis.exposure import Anchor, Reason, Windows, covered_days, windows

ALL = np.ones(400, dtype=np.bool_)


def meeting(first: int, last: int | None = None, part_of: int | None = None) -> Anchor:
    return Anchor(first, first, first if last is None else last, part_of)


def reasons(found: Windows) -> list[Reason | None]:
    return [use.reason for use in found.uses]


def test_a_day_is_covered_when_every_kind_is() -> None:
    visits, plenaries = [(2, 5), (7, 30)], [(0, 3), (5, 8)]
    assert np.flatnonzero(covered_days(20, [visits, plenaries], known_day=40)).tolist() == [2, 3, 5, 7, 8]


def test_the_last_three_days_known_are_not_covered() -> None:
    assert np.flatnonzero(covered_days(20, [[(0, 19)]], known_day=10)).tolist() == list(range(8))
    assert not covered_days(20, [[(0, 19)]], known_day=2).any()


def test_without_a_claim_nothing_is_covered() -> None:
    assert not covered_days(20, [], known_day=100).any()
    assert not covered_days(20, [[(0, 19)], []], known_day=100).any()


def test_leads_run_from_one_to_lead_days_and_leave_the_meeting_out() -> None:
    found = windows([meeting(100, 104)], ALL, lead_days=30)
    assert np.flatnonzero(found.inside).tolist() == list(range(70, 100))
    assert found.lead[[70, 99]].tolist() == [30, 1]
    assert np.flatnonzero(~found.elsewhere).tolist() == list(range(70, 105))


def test_a_day_in_two_windows_belongs_to_the_anchor_next_after_it() -> None:
    found = windows([meeting(100, 103), meeting(140)], ALL, lead_days=60)
    assert np.flatnonzero(found.anchor == 0).tolist() == list(range(40, 100))
    assert np.flatnonzero(found.anchor == 1).tolist() == list(range(104, 140))
    assert [use.left_days for use in found.uses] == [60, 36]


def test_an_anchor_with_under_half_of_its_window_left_is_left_out() -> None:
    half, under = (windows([meeting(100), meeting(start)], ALL, lead_days=60) for start in (131, 130))
    assert (reasons(half), half.uses[1].left_days) == ([None, None], 30)
    assert (reasons(under), under.uses[1].left_days) == ([None, Reason.LITTLE_LEFT], 29)
    assert not under.inside[101:130].any()
    assert not under.elsewhere[101:130].any()


def test_drop_leaves_out_the_later_of_two_whose_windows_have_a_day_in_common() -> None:
    anchors = [meeting(100), meeting(159), meeting(219), meeting(278)]
    found = windows(anchors, ALL, lead_days=60, drop_overlapping=True)
    assert reasons(found) == [None, Reason.OVERLAPS, None, Reason.OVERLAPS]
    assert [use.other for use in found.uses] == [None, 0, None, 2]
    assert reasons(windows(anchors, ALL, lead_days=60)) == [None] * 4


@pytest.mark.parametrize(("start", "one"), [(110, True), (111, False)])
def test_an_anchor_within_7_days_of_the_last_day_of_the_previous_is_one_with_it(start: int, one: bool) -> None:
    found = windows([meeting(100, 103), meeting(start)], ALL, lead_days=10)
    assert (found.uses[1].reason is Reason.MERGED) == one
    assert found.meeting[104] == one


def test_a_chain_of_near_meetings_is_one_anchor() -> None:
    found = windows([meeting(112), meeting(100), meeting(106)], ALL, lead_days=10)
    assert reasons(found) == [Reason.MERGED, None, Reason.MERGED]
    assert [use.other for use in found.uses] == [1, None, 1]
    assert (found.uses[1].first_day, found.uses[1].last_day) == (100, 112)
    assert np.flatnonzero(found.meeting).tolist() == list(range(100, 113))


def test_a_part_is_one_with_the_anchor_that_its_whole_is_part_of() -> None:
    found = windows([meeting(109, part_of=1), meeting(102, 109, part_of=2), meeting(100, 110)], ALL, lead_days=10)
    assert [(use.reason, use.other) for use in found.uses] == [(Reason.MERGED, 2), (Reason.MERGED, 2), (None, None)]
    assert np.flatnonzero(found.meeting).tolist() == list(range(100, 111))


def test_a_part_that_began_before_its_whole_draws_the_anchor_out() -> None:
    found = windows([meeting(100, 103), meeting(98, part_of=0)], ALL, lead_days=10)
    assert (found.uses[0].first_day, found.uses[0].last_day) == (98, 103)


def test_the_days_of_a_vague_part_are_those_of_its_whole() -> None:
    found = windows([meeting(100, 103), Anchor(90, 120, 120, part_of=0)], ALL, lead_days=10)
    assert reasons(found) == [None, Reason.MERGED]
    assert np.flatnonzero(found.meeting).tolist() == [100, 101, 102, 103]


def test_an_anchor_uncertain_by_five_days_is_used_from_the_earliest() -> None:
    found = windows([Anchor(100, 105, 108)], ALL, lead_days=10)
    assert (found.uses[0].reason, found.uses[0].uncertain_days) == (None, 5)
    assert np.flatnonzero(found.inside).tolist() == list(range(90, 100))
    assert np.flatnonzero(found.meeting).tolist() == list(range(100, 109))


def test_an_anchor_uncertain_by_six_days_is_left_out_with_all_that_may_be_its_own() -> None:
    found = windows([Anchor(100, 106, 108), meeting(139)], ALL, lead_days=30)
    assert reasons(found) == [Reason.UNCERTAIN, None]
    assert found.uses[0].uncertain_days == 6
    assert np.flatnonzero(found.inside).tolist() == list(range(109, 139))
    assert np.flatnonzero(~found.elsewhere).tolist() == list(range(70, 140))


def test_an_uncertain_anchor_swallows_no_meeting_near_it() -> None:
    found = windows([Anchor(60, 100, 102), meeting(107)], ALL, lead_days=8)
    assert reasons(found) == [Reason.UNCERTAIN, None]
    assert found.uses[1].left_days == 4


@pytest.mark.parametrize(("covered_from", "reason"), [(46, None), (47, Reason.NOT_COVERED)])
def test_an_anchor_needs_nine_tenths_of_its_window_covered(covered_from: int, reason: Reason | None) -> None:
    covered = np.arange(400) >= covered_from
    found = windows([meeting(100)], covered, lead_days=60)
    assert (found.uses[0].reason, found.uses[0].covered_days) == (reason, 100 - covered_from)
    assert not found.elsewhere[:101].any()


def test_days_not_covered_are_in_neither_place() -> None:
    covered = ALL.copy()
    covered[[95, 200]] = False
    found = windows([meeting(100)], covered, lead_days=60)
    assert not (found.inside | found.elsewhere)[[95, 200]].any()
    assert int(found.inside.sum()) == 59


def test_anchors_off_the_axis_are_not_covered_and_disturb_nobody() -> None:
    found = windows([meeting(-5000, -4990), meeting(100), meeting(5000)], ALL, lead_days=60)
    assert reasons(found) == [Reason.NOT_COVERED, None, Reason.NOT_COVERED]
    assert (int(found.inside.sum()), int(found.elsewhere.sum())) == (60, 339)


def test_a_window_that_reaches_a_little_before_the_axis_is_used_where_it_is_covered() -> None:
    found = windows([meeting(56)], ALL, lead_days=60)
    assert (found.uses[0].reason, found.uses[0].covered_days, found.uses[0].left_days) == (None, 56, 60)
    assert int(found.inside.sum()) == 56


def test_cycles_end_with_each_used_meeting_and_the_last_runs_on() -> None:
    anchors = [meeting(100, 104), meeting(120), meeting(200, 203), meeting(300)]
    found = windows(anchors, ALL, lead_days=60)
    assert reasons(found) == [None, Reason.LITTLE_LEFT, None, None]
    assert np.flatnonzero(np.diff(found.cycle)).tolist() == [104, 203]
    assert found.cycle[[0, 399]].tolist() == [0, 2]
    assert found.used == (0, 2, 3)


def test_without_anchors_all_that_is_covered_is_elsewhere() -> None:
    found = windows([], ALL, lead_days=60)
    assert (found.uses, bool(found.elsewhere.all()), int(found.cycle.max())) == ((), True, 0)


def test_importing_the_analyses_does_not_load_scipy() -> None:
    loading = "import sys, service.analysis.baselines, service.analysis.profile; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loading], check=False).returncode == 0


def test_anchors_that_are_part_of_one_another_are_one_meeting() -> None:
    circle = windows([meeting(100, 101, part_of=1), meeting(102, 103, part_of=0)], ALL, lead_days=30)
    assert reasons(circle) == [None, Reason.MERGED]
    assert reasons(windows([meeting(100, part_of=0)], ALL, lead_days=30)) == [None]
