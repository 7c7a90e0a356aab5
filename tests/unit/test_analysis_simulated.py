"""How the ratio to elsewhere and its intervals do on made-up histories whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from service.analysis.baselines import elsewhere
from service.analysis.counts import place
from service.analysis.exposure import Anchor, Windows, windows
from service.analysis.results import RateRatio

LEAD_DAYS = 60


@dataclass(frozen=True)
class Study:
    """The answers to many histories of one truth."""

    answers: list[RateRatio]

    def mean_log_ratio(self) -> tuple[float, float]:
        """With its standard error."""
        logs = np.log([answer.ratio for answer in self.answers])
        return float(logs.mean()), float(logs.std() / np.sqrt(logs.size))

    def covered(self, truth: float, interval: str) -> float:
        """The share of histories whose interval holds the truth."""
        found = [getattr(answer, interval) for answer in self.answers]
        return sum(bool(each.low <= truth <= each.high) for each in found) / len(found)


def loose_meetings(anchors: int, rng: np.random.Generator) -> Windows:
    """So many meetings of 1 to 4 days, 110 to 250 days apart, all covered."""
    starts = np.cumsum(rng.integers(110, 250, size=anchors)).tolist()
    covered = np.ones(starts[-1] + 100, dtype=np.bool_)
    return windows([Anchor(start, start, start + int(rng.integers(0, 4))) for start in starts], covered, LEAD_DAYS)


def studied(anchors: int, histories: int, ratio: float, clustered: bool, seed: int) -> Study:
    """Poisson events, 0.05 a day elsewhere and `ratio` times that in windows.

    Clustered, each 20 days share a level drawn from a gamma distribution of mean 1 and variance 1.5.
    """
    rng = np.random.default_rng(seed)
    answers = []
    for _ in range(histories):
        found = loose_meetings(anchors, rng)
        rate = np.where(found.lead > 0, ratio, 1.0) * 0.05
        if clustered:
            levels = rng.gamma(1 / 1.5, 1.5, size=rate.size // 20 + 1)
            rate *= np.repeat(levels, 20)[: rate.size]
        days = np.repeat(np.arange(rate.size), rng.poisson(rate))
        answers.append(elsewhere(place(days, days, rate.size), found))
    return Study(answers)


def test_where_nothing_happens_before_meetings_independent_events_show_nothing() -> None:
    study = studied(anchors=12, histories=200, ratio=1, clustered=False, seed=1)
    mean, error = study.mean_log_ratio()
    assert abs(mean) < 3 * error < 0.05
    assert 0.93 <= study.covered(1, "independent") <= study.covered(1, "reported")


def test_where_nothing_happens_before_meetings_clustered_events_fool_the_exact_interval_only() -> None:
    study = studied(anchors=12, histories=200, ratio=1, clustered=True, seed=2)
    assert study.covered(1, "reported") >= 0.92
    assert study.covered(1, "independent") <= 0.90


@pytest.mark.slow
@pytest.mark.parametrize("anchors", [5, 8, 12, 20])
def test_the_reported_interval_covers_a_planted_ratio_of_2_under_clustering_and_the_exact_one_does_not(
    anchors: int,
) -> None:
    study = studied(anchors, histories=2000, ratio=2, clustered=True, seed=anchors)
    assert study.covered(2, "reported") >= 0.92
    assert study.covered(2, "independent") <= 0.85
    mean, error = study.mean_log_ratio()
    assert mean == pytest.approx(np.log(2), abs=max(0.05, 3 * error))
