"""Whole studies: what must not matter does not, and what must does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.exposure import Anchor
from service.analysis.results import Baseline, RateRatio
from service.analysis.study import Study, StudyQuestion, study

pytestmark = pytest.mark.slow

UNHURRIED = settings(max_examples=12, deadline=None)


@st.composite
def questions(draw: st.DrawFn) -> StudyQuestion:
    """Five to nine meetings over four to six years, forty to two hundred events, a few of them of uncertain day."""
    days = draw(st.integers(1500, 2200))
    starts = np.cumsum(draw(st.lists(st.integers(90, 250), min_size=5, max_size=9)))
    anchors = [Anchor(start, start, start + 2) for start in starts.tolist()]
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    events = np.sort(rng.integers(0, days, size=draw(st.integers(40, 200))))
    spans = rng.choice([0] * 9 + [5], size=events.size)
    covered = np.ones(days, dtype=np.bool_)
    hole = draw(st.integers(0, days - 1))
    covered[hole : hole + 4] = False
    return StudyQuestion(anchors=anchors, covered=covered, starts_min=events, starts_max=events + spans)


def moved(question: StudyQuestion, days: int) -> StudyQuestion:
    """Everything so many days later on the same axis drawn out."""
    return replace(
        question,
        anchors=[Anchor(one.start_min + days, one.start_max + days, one.end + days) for one in question.anchors],
        covered=np.concatenate([np.zeros(days, dtype=np.bool_), question.covered]),
        starts_min=question.starts_min + days,
        starts_max=question.starts_max + days,
    )


def figures(answer: Study) -> list[float]:
    """Every figure of an answer that is not of one day of the axis."""
    found = [
        figure
        for each in answer.ratios
        for figure in (each.ratio, each.expected, *each.independent, *each.reported, each.inside.count)
    ]
    if answer.chance:
        found += [answer.chance.p_up, answer.chance.p_down, answer.chance.statistic]
    if answer.profile.band:
        found += [*answer.profile.band.low, *answer.profile.band.high]
    return [*found, *answer.profile.curve, answer.dispersion.index]


@UNHURRIED
@given(questions(), st.sampled_from([7, 1461]))
def test_moving_all_dates_changes_nothing(question: StudyQuestion, days: int) -> None:
    here, there = study(question), study(moved(question, days))
    assert here.sample.refusal == there.sample.refusal
    assert figures(there) == pytest.approx(figures(here), rel=1e-6, nan_ok=True)
    assert [each.found for each in here.refused] == pytest.approx([each.found for each in there.refused])


@UNHURRIED
@given(questions())
def test_the_order_of_events_and_anchors_does_not_matter(question: StudyQuestion) -> None:
    turned = replace(
        question,
        anchors=question.anchors[::-1],
        starts_min=question.starts_min[::-1],
        starts_max=question.starts_max[::-1],
    )
    assert figures(study(turned)) == pytest.approx(figures(study(question)), rel=1e-9, nan_ok=True)


@UNHURRIED
@given(questions())
def test_doubling_all_activity_keeps_the_season_ratio_and_narrows_the_interval_if_independent(
    question: StudyQuestion,
) -> None:
    exact = replace(question, starts_max=question.starts_min)
    twice = replace(exact, starts_min=np.repeat(exact.starts_min, 2), starts_max=np.repeat(exact.starts_max, 2))
    once, doubled = (
        next((each for each in study(asked).ratios if each.baseline is Baseline.SEASON), None)
        for asked in (exact, twice)
    )
    if not (isinstance(once, RateRatio) and isinstance(doubled, RateRatio)):
        return
    assert doubled.ratio == pytest.approx(once.ratio, rel=1e-6)
    assert doubled.expected == pytest.approx(2 * once.expected, rel=1e-6)
    assert doubled.independent.high < once.independent.high
    assert doubled.independent.low > once.independent.low or once.independent.low == 0


@UNHURRIED
@given(questions())
def test_what_is_reported_holds_the_ratio_and_p_is_a_share(question: StudyQuestion) -> None:
    answer = study(question)
    for each in answer.ratios:
        assert each.reported.low <= each.independent.low <= each.ratio <= each.independent.high <= each.reported.high
    for p in [answer.chance.p] if answer.chance else []:
        assert 0 < p <= 1
    band = answer.profile.band
    if band:
        assert (band.low <= band.mean).all()
        assert (band.mean <= band.high).all()
        assert bool(band.outside.any()) == (band.p <= 0.05)
