"""Activity by lead: the weeks, and the smoothed curve beside scipy's Gaussian filter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from service.analysis.counts import place
from service.analysis.exposure import Anchor, windows
from service.analysis.profile import by_anchor, by_lead, profile, smoothed, weeks

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("leads", [7, 10, 60, 365])
def test_smoothing_is_scipys_gaussian_filter_of_events_over_that_of_days(leads: int) -> None:
    count, days = RNG.poisson(1, size=leads).astype(float), RNG.integers(1, 12, size=leads)
    above, below = (
        ndimage.gaussian_filter1d(each.astype(float), 7, mode="reflect", truncate=8) for each in (count, days)
    )
    assert smoothed(count, days) == pytest.approx(above / below, rel=1e-9, abs=1e-15)


def test_a_flat_rate_stays_flat_whatever_the_exposure() -> None:
    days = RNG.integers(0, 12, size=60)
    assert smoothed(days * np.float64(0.3), days) == pytest.approx([0.3] * 60, rel=1e-12)


def test_many_curves_are_smoothed_at_once() -> None:
    count, days = RNG.poisson(1, size=(5, 60)).astype(float), RNG.integers(1, 12, size=60)
    assert smoothed(count, days)[3] == pytest.approx(smoothed(count[3], days), rel=1e-12)


def test_a_lead_beyond_all_exposure_has_no_rate() -> None:
    days = np.zeros(200, dtype=np.int64)
    days[:20] = 3
    curve = smoothed(np.ones(200) * (days > 0), days)
    assert np.isfinite(curve[:76]).all()
    assert np.isnan(curve[76:]).all()


def test_the_last_week_may_be_short_and_an_empty_one_has_no_rate() -> None:
    days = np.array([2] * 7 + [0] * 7 + [2] * 2)
    first, second, last = weeks(np.where(days > 0, np.arange(16.0), 0), days)
    assert (first.lead_from, first.lead_to, first.count, first.days, first.rate) == (1, 7, 21, 14, 1.5)
    assert (second.lead_from, second.lead_to, second.count, second.days) == (8, 14, 0, 0)
    assert np.isnan([second.rate, second.low, second.high]).all()
    assert (last.lead_from, last.lead_to, last.count, last.days) == (15, 16, 29, 4)


def test_leads_and_anchors_are_counted_over_used_windows_and_covered_days_only() -> None:
    covered = np.ones(400, dtype=np.bool_)
    covered[98] = False
    found = windows([Anchor(300, 300, 301), Anchor(100, 100, 102), Anchor(120, 120, 120)], covered, lead_days=50)
    counts = place([98, 99, 110, 299, 299, 250], [98, 99, 110, 299, 299, 250], days=400)
    count, days = by_lead(counts, found)
    assert (count[0], count[49], count.sum()) == (3, 1, 4)
    assert (days[0], days[1], days.sum()) == (2, 1, 99)
    assert [each.tolist() for each in by_anchor(counts, found)] == [[3, 1, 0], [50, 49, 0]]


def test_the_profile_of_no_windows_is_empty_but_whole() -> None:
    found = profile(place([3], [3], days=90), windows([], np.ones(90, dtype=np.bool_), lead_days=10))
    assert [(week.count, week.days) for week in found.weeks] == [(0, 0), (0, 0)]
    assert np.isnan(found.curve).all()
