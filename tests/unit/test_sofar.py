"""A run-up so far: which days are its own, how many events they hold, at how many times the pace of the year before."""

from __future__ import annotations

import numpy as np
import pytest

from service.analysis.sofar import LEVEL_DAYS, so_far

DAYS = 600
FIRST = 560
"""The day on which the meeting begins: its window of 60 days is 500 to 559, the year before it 135 to 499."""


def axis(*events: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Events by day on an axis that is covered, without a meeting."""
    by_day = np.zeros(DAYS)
    np.add.at(by_day, list(events), 1.0)
    return by_day, np.ones(DAYS, dtype=np.bool_), np.zeros(DAYS, dtype=np.bool_)


def test_events_are_counted_from_the_longest_lead_to_the_nearest() -> None:
    found = so_far(*axis(499, 500, 510, 510, 550, 551), FIRST, 60, 10)
    assert found is not None
    assert (found.count, found.days, found.nearest) == (4.0, 51, 10)
    assert found.steps == ((60, 1.0), (50, 3.0), (10, 4.0))


def test_the_pace_is_that_of_the_year_before_the_window() -> None:
    year = [FIRST - 60 - LEVEL_DAYS + 36 * each for each in range(10)]
    found = so_far(*axis(*year, 520, 530, 540), FIRST, 60, 1)
    assert found is not None
    assert found.level == pytest.approx(10 / 365)
    assert found.pace == pytest.approx(3 / (60 * 10 / 365))


def test_days_up_to_the_end_of_an_earlier_meeting_belong_to_that_one() -> None:
    by_day, covered, meeting = axis(505, 512, 515, 530)
    meeting[510:513] = True
    found = so_far(by_day, covered, meeting, FIRST, 60, 1)
    assert found is not None
    assert (found.count, found.days) == (2.0, 47)
    assert found.steps[0] == (45, 1.0)


def test_little_coverage_gives_nothing_and_a_little_less_gives_fewer_days() -> None:
    by_day, covered, meeting = axis(520, 558)
    covered[555:] = False
    found = so_far(by_day, covered, meeting, FIRST, 60, 1)
    assert found is not None
    assert (found.count, found.days) == (1.0, 55)
    covered[553:] = False
    assert so_far(by_day, covered, meeting, FIRST, 60, 1) is None


@pytest.mark.parametrize("events", [(520,), (300, 520)])
def test_without_a_covered_year_before_that_holds_events_there_is_no_pace(events: tuple[int, ...]) -> None:
    by_day, covered, meeting = axis(*events)
    if len(events) > 1:
        covered[200:240] = False
    found = so_far(by_day, covered, meeting, FIRST, 60, 1)
    assert found is not None
    assert (found.level, found.pace) == (None, None)


def test_what_begins_before_the_axis_or_ends_after_it_is_not_told() -> None:
    assert so_far(*axis(10), 40, 60, 1) is None
    assert so_far(*axis(590), DAYS + 10, 60, 5) is None
    assert so_far(*axis(590), DAYS + 10, 60, 11) is not None
