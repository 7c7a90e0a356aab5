"""The one way in: a question, and the whole typed answer."""

from __future__ import annotations

import numpy as np

from service.analysis.exposure import Anchor
from service.analysis.results import Refusal
from service.analysis.study import StudyQuestion, study


def question(anchors: int, days: list[int], every: int = 180) -> StudyQuestion:
    """Meetings of a day, one every so many days, all covered; events of exact day."""
    starts = np.array(days, dtype=np.int64)
    covered = np.ones(every * anchors + 90, dtype=np.bool_)
    meetings = [Anchor(every * n, every * n, every * n) for n in range(1, anchors + 1)]
    return StudyQuestion(anchors=meetings, covered=covered, starts_min=starts, starts_max=starts)


def test_too_few_meetings_have_their_cases_and_no_figure() -> None:
    answer = study(question(4, list(range(0, 800, 5))))
    assert answer.sample.refusal is Refusal.FEW_ANCHORS
    assert (answer.ratios, answer.chance, answer.epochs, answer.profile.band) == ((), None, None, None)
    assert [each.p for each in answer.chance_at] == [None] * 3
    assert answer.found.tolist() == [12] * 4
    assert answer.days.tolist() == [60] * 4
