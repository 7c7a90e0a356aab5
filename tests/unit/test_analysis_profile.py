"""Activity by lead: the weeks, and the smoothed curve beside scipy's Gaussian filter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from service.analysis.counts import place
from service.analysis.exposure import Anchor, windows
from service.analysis.profile import band, by_anchor, by_lead, profile, smoothed, weeks

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


def test_the_band_is_what_turning_the_windows_one_by_one_gives() -> None:
    covered = np.ones(500, dtype=np.bool_)
    covered[100:110] = False
    found = windows([Anchor(start, start, start + 1) for start in (90, 160, 300, 345, 470)], covered, lead_days=30)
    days = RNG.integers(0, 500, size=80)
    counts, expected = place(days, days, 500), np.linspace(0.1, 0.3, 490)
    keep, curves = np.flatnonzero(covered), []
    for turn in range(490):
        leads = np.zeros(500, dtype=np.int64)
        leads[keep] = np.roll(np.where(found.inside, found.lead, 0)[keep], turn)
        exposed = np.bincount(leads, minlength=31)[1:]
        sums = [np.bincount(at, each, 31)[1:] for at, each in ((leads, counts.by_day), (leads[keep], expected))]
        curves.append([smoothed(each.astype(np.float64), exposed) for each in sums])
    ratio = np.array([observed / level for observed, level in curves])
    kept, now = ratio[7:-6], curves[0][1]
    apart = np.abs((kept - kept.mean(axis=0)) / kept.std(axis=0)).max(axis=1)
    critical = np.sort(apart)[455 - 1]  # 0.95 x 478 = 454.1
    drawn = band(counts, found, expected)
    assert drawn.critical == pytest.approx(critical, rel=1e-9)
    assert drawn.mean == pytest.approx(kept.mean(axis=0) * now, rel=1e-9)
    assert drawn.high == pytest.approx((kept.mean(axis=0) + critical * kept.std(axis=0)) * now, rel=1e-9)
    assert drawn.low == pytest.approx(np.maximum(0, kept.mean(axis=0) - critical * kept.std(axis=0)) * now, abs=1e-12)
    greatest = (np.abs(ratio[0] - kept.mean(axis=0)) / kept.std(axis=0)).max()
    assert drawn.p == pytest.approx((1 + (apart >= greatest).sum()) / (1 + 477), rel=1e-12)
    assert drawn.outside.any() == (greatest > critical)


def test_a_heap_before_meetings_leaves_the_band_and_leads_that_no_day_is_near_have_none() -> None:
    starts = [150 * number for number in range(1, 9)]
    found = windows([Anchor(start, start, start) for start in starts], np.ones(1300, dtype=np.bool_), lead_days=280)
    days = np.concatenate([np.arange(0, 1300, 20), *(np.array(starts) - lead for lead in (3, 4, 5))])
    drawn = band(place(days, days, 1300), found, np.full(1300, 0.1))
    assert drawn.outside[:6].all()
    assert drawn.p < 0.02  # the meetings are regular: turns by 150 days see the heaps too
    assert np.isfinite(drawn.mean[:200]).all()
    assert np.isnan(drawn.high[210:]).all()
    assert not drawn.outside[210:].any()
