"""The one way in: a question, and the whole typed answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service.analysis.exposure import Anchor
from service.analysis.intervals import Interval
from service.analysis.results import Baseline, BaselineRefusal, Exposed, RateRatio, Refusal
from service.analysis.study import Study, StudyQuestion, study

RNG = np.random.default_rng(21)


def question(anchors: int, days: list[int], every: int = 190, lead_days: int = 60) -> StudyQuestion:
    """Meetings of a day, one every so many days, all covered; events of exact day."""
    starts = np.array(days, dtype=np.int64)
    covered = np.ones(every * anchors + 90, dtype=np.bool_)
    meetings = [Anchor(every * n, every * n, every * n) for n in range(1, anchors + 1)]
    return StudyQuestion(anchors=meetings, covered=covered, starts_min=starts, starts_max=starts, lead_days=lead_days)


def busy(anchors: int, every: int = 190) -> list[int]:
    """One event in ten days on average, and two more in the 40 days before each meeting."""
    days = RNG.integers(0, every * anchors + 90, size=(every * anchors + 90) // 10)
    return [int(day) for day in days] + [
        every * n - int(lead) for n in range(1, anchors + 1) for lead in RNG.integers(1, 40, size=2)
    ]


def test_a_whole_answer() -> None:
    answer = study(question(10, busy(10)))
    assert (answer.sample.anchors, answer.sample.refusal, answer.sample.expected_by) == (10, None, Baseline.SEASON)
    assert [each.baseline for each in answer.ratios] == [Baseline.SEASON, Baseline.BEFORE, Baseline.ELSEWHERE]
    assert answer.sample.expected == answer.ratios[0].expected
    assert answer.refused == ()
    assert answer.chance is not None
    assert answer.chance.turns == 1990 - 13
    assert [each.lead_days for each in answer.chance_at] == [30, 60, 90]
    assert answer.chance_at[1].p == answer.chance.p
    assert answer.epochs is not None
    assert answer.nearest is not None
    assert np.isfinite(answer.nearest.back.null_high)
    assert answer.profile.band is not None
    assert answer.profile.band.mean.size == 60
    assert answer.separation is not None
    assert answer.separation.covered_years == pytest.approx(1990 / 365.25)
    assert answer.found.sum() == pytest.approx(answer.tally.inside)


def test_too_few_meetings_have_their_cases_and_no_figure() -> None:
    answer = study(question(4, list(range(0, 800, 5))))
    assert answer.sample.refusal is Refusal.FEW_ANCHORS
    assert (answer.ratios, answer.refused, answer.chance, answer.epochs, answer.profile.band) == ((), (), *[None] * 3)
    assert answer.separation is None
    assert [each.p for each in answer.chance_at] == [None] * 3
    assert answer.found.tolist() == [12] * 4
    assert answer.days.tolist() == [60] * 4
    assert answer.nearest is not None
    assert np.isnan(answer.nearest.back.null_mean)


def test_too_few_events_expected_are_refused_by_the_season() -> None:
    answer = study(question(10, list(range(5, 1990, 150))))
    assert (answer.sample.refusal, answer.sample.expected_by) == (Refusal.FEW_EXPECTED, Baseline.SEASON)
    assert answer.sample.expected < 5
    assert (answer.ratios, answer.chance) == ((), None)


def test_nothing_covered_is_refused_whatever_was_held() -> None:
    asked = question(10, busy(10))
    answer = study(replace(asked, covered=np.zeros(1990, dtype=np.bool_)))
    assert answer.sample.refusal is Refusal.NO_COVERAGE
    assert answer.days.sum() == 0


def test_no_events_and_no_anchors_are_answered_too() -> None:
    assert study(question(10, [])).sample.refusal is Refusal.FEW_EXPECTED
    assert study(question(10, [])).nearest is not None
    nobody = study(replace(question(10, busy(10)), anchors=[]))
    assert (nobody.sample.refusal, nobody.nearest) == (Refusal.FEW_ANCHORS, None)


def test_under_three_covered_years_the_season_is_refused_and_with_it_p() -> None:
    answer = study(question(9, busy(9, every=110), every=110, lead_days=30))
    assert [(each.baseline, each.reason) for each in answer.refused] == [(Baseline.SEASON, BaselineRefusal.FEW_YEARS)]
    assert answer.refused[0].found == pytest.approx(1080 / 365.25)
    assert (answer.sample.expected_by, answer.ratios[0].baseline) == (Baseline.ELSEWHERE, Baseline.BEFORE)
    assert answer.chance is None
    assert [each.p for each in answer.chance_at] == [None] * 3
    assert answer.profile.band is not None  # the windows can be turned from 730 days on


def test_under_730_covered_days_nothing_is_turned() -> None:
    answer = study(question(6, busy(6, every=100), every=100, lead_days=30))
    assert answer.sample.refusal is None
    assert (answer.chance, answer.epochs, answer.profile.band) == (None, None, None)
    assert answer.ratios[0].growth is None
    assert answer.nearest is not None
    assert np.isnan(answer.nearest.either.null_low)


def test_where_windows_leave_no_day_there_is_nothing_to_compare_with() -> None:
    asked = question(20, busy(20, every=61), every=61, lead_days=60)
    covered = asked.covered.copy()
    covered[[0, *range(61 * 20 + 1, covered.size)]] = False
    answer = study(replace(asked, covered=covered))
    assert (answer.sample.anchors, answer.sample.refusal) == (20, Refusal.NO_BASELINE)
    assert np.isnan(answer.sample.expected)
    assert (answer.ratios, answer.refused) == ((), ())


def test_where_windows_crowd_before_is_refused_alone() -> None:
    answer = study(question(20, busy(20, every=70), every=70, lead_days=60))
    assert [(each.baseline, each.reason, each.found) for each in answer.refused] == [
        (Baseline.BEFORE, BaselineRefusal.FEW_ANCHORS, 0)
    ]
    assert [each.baseline for each in answer.ratios] == [Baseline.SEASON, Baseline.ELSEWHERE]


def test_meetings_at_one_season_are_too_alike_to_tell_from_it() -> None:
    starts = [365 * n + 340 for n in range(7)]
    days = np.sort(RNG.integers(0, 2600, size=500))
    asked = StudyQuestion(
        anchors=[Anchor(start, start, start) for start in starts],
        covered=np.ones(2600, dtype=np.bool_),
        starts_min=days,
        starts_max=days,
        lead_days=180,
    )
    answer = study(asked)
    assert (answer.refused[0].baseline, answer.refused[0].reason) == (Baseline.SEASON, BaselineRefusal.SAME_SEASON)
    assert answer.separation is not None
    assert answer.separation.free_share == answer.refused[0].found < 0.2
    assert answer.separation.clean_years == 0
    assert answer.chance is None
    assert answer.chance_at[0].p is not None  # of 30 days the season leaves enough free


def ratio(value: float, low: float, high: float) -> RateRatio:
    one = Exposed(1, 1)
    return RateRatio(Baseline.SEASON, one, one, 1, value, Interval(low, high), Interval(low, high), 8)


@pytest.mark.parametrize(
    ("ratios", "robust"),
    [
        ([ratio(1.5, 1.1, 2), ratio(0.9, 0.5, 1.2)], False),
        ([ratio(1.5, 0.9, 2), ratio(0.9, 0.5, 1.2)], True),
        ([ratio(1.5, 1.1, 2), ratio(1.01, 0.5, 1.2)], True),
        ([ratio(0.5, 0.3, 0.8), ratio(1.01, 0.5, 1.2)], False),
        ([ratio(0.5, 0.3, 0.8), ratio(1, 0.5, 1.2)], True),
        ([], True),
    ],
)
def test_robust_is_where_the_baselines_agree_or_none_says_anything(ratios: list[RateRatio], robust: bool) -> None:
    whole = study(question(10, busy(10)))
    assert replace(whole, ratios=tuple(ratios)).robust is robust
    assert isinstance(whole, Study)
