"""Three anchors and twelve events, small enough to work by hand; every number of every answer stands here.

The axis is days 0 to 99, all covered (as known on day 102, less 3). Windows are 10 days.

    anchor   first day   last   window     of it left
    A        20          21     10..19     10
    B        50 to 52    53     40..49     10           used from its earliest day
    C        61          62     51..60     54..60 = 7   B sat until 53

    inside   10 + 10 + 7 = 27 days; meetings 20-21, 50-53, 61-62 = 8 days; elsewhere 100 - 27 - 8 = 65 days

    before   leads 11..20: A 0..9; B 30..39; C 41..50, of which the window and the meeting of B leave none: C is out

Twelve events: one each on days 3, 12, 15, 19, 30, 45, 47, 51, 58, 70; one within 8..11; one within 80..99, left out.

    inside   12 (lead 8), 15 (5), 19 (1) | 45 (5), 47 (3) | 58 (3) | and 1/4 on each of 10 (lead 10), 11 (9)   = 6.5
    elsewhere  3, 30, 70, and 1/4 on each of 8, 9                                                             = 3.5
    meeting    51                                                                                              = 1
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, log, pi, sqrt, tan

import numpy as np
import pytest

from service.analysis import curve, season
from service.analysis.baselines import before, elsewhere, sample
from service.analysis.chance import chance, epoch_signs
from service.analysis.counts import allocate, dispersion, place, tally
from service.analysis.exposure import Anchor, AnchorUse, covered_days, windows
from service.analysis.nearest import nearest
from service.analysis.profile import by_anchor, profile
from service.analysis.results import Baseline, BaselineRefusal, Exposed, Refusal, RefusedBaseline, Sample, Tally
from service.analysis.study import StudyQuestion, study
from service.analysis.turning import joined_spans, turned_counts

COVERED = covered_days(100, [[(-50, 200)]], known_day=102)
WINDOWS = windows([Anchor(20, 20, 21), Anchor(50, 52, 53), Anchor(61, 61, 62)], COVERED, lead_days=10)
COUNTS = place(
    [3, 8, 12, 15, 19, 30, 45, 47, 51, 58, 70, 80],
    [3, 11, 12, 15, 19, 30, 45, 47, 51, 58, 70, 99],
    days=100,
)
T_2 = 4.302652729911275
"""Student's t, 0.975, 2 degrees of freedom: in closed form sqrt(2 x 0.95^2 / (1 - 0.95^2))."""


def test_each_anchor_and_each_day_has_its_place() -> None:
    assert WINDOWS.uses == (
        AnchorUse(first_day=20, last_day=21, uncertain_days=0, covered_days=10, left_days=10),
        AnchorUse(first_day=50, last_day=53, uncertain_days=2, covered_days=10, left_days=10),
        AnchorUse(first_day=61, last_day=62, uncertain_days=0, covered_days=10, left_days=7),
    )
    assert np.flatnonzero(WINDOWS.inside).tolist() == [*range(10, 20), *range(40, 50), *range(54, 61)]
    assert np.flatnonzero(WINDOWS.elsewhere).tolist() == [*range(10), *range(22, 40), *range(63, 100)]
    assert np.flatnonzero(WINDOWS.meeting).tolist() == [20, 21, 50, 51, 52, 53, 61, 62]
    assert WINDOWS.lead[[10, 19, 40, 49, 54, 60, 9, 20, 53]].tolist() == [10, 1, 10, 1, 7, 1, 0, 0, 0]
    assert np.bincount(WINDOWS.cycle).tolist() == [22, 32, 46]  # 0..21, 22..53, 54..99


def test_each_event_is_counted_where_it_lies() -> None:
    assert tally(COUNTS, WINDOWS) == Tally(inside=6.5, elsewhere=3.5, left_out=0, meeting=1, not_covered=0, uncertain=1)
    assert [each.tolist() for each in by_anchor(COUNTS, WINDOWS)] == [[3.5, 2, 1], [10, 10, 7]]


def test_the_weeks_of_the_profile() -> None:
    first, second = profile(COUNTS, WINDOWS).weeks
    # Leads 1-7: 15, 19, 45, 47, 58 in 3 x 7 days. Garwood of 5: 1.623486, 11.668332 (any table).
    assert (first.lead_from, first.lead_to, first.count, first.days) == (1, 7, 5, 21)
    assert (first.rate, first.low, first.high) == pytest.approx((5 / 21, 1.623486 / 21, 11.668332 / 21), rel=1e-6)
    # Leads 8-10: 12 and two quarters in 3 + 3 + 0 days. Of 1.5, half of chi2(0.025, 3) and of chi2(0.975, 5).
    assert (second.lead_from, second.lead_to, second.count, second.days) == (8, 10, 1.5, 6)
    assert (second.rate, second.low, second.high) == pytest.approx((0.25, 0.2157953 / 12, 12.8325020 / 12), rel=1e-6)


def test_the_smoothed_profile() -> None:
    # Each of the leads 1-10, as events [1 0 2 0 2 0 0 1 1/4 1/4] over days [3 3 3 3 3 3 3 2 2 2], under the reflected
    # kernel written out term by term.
    events, days = [1, 0, 2, 0, 2, 0, 0, 1, 0.25, 0.25], [3, 3, 3, 3, 3, 3, 3, 2, 2, 2]
    curve = [
        sum(_kernel(lead, other) * events[other - 1] for other in range(1, 11))
        / sum(_kernel(lead, other) * days[other - 1] for other in range(1, 11))
        for lead in range(1, 11)
    ]
    assert profile(COUNTS, WINDOWS).curve == pytest.approx(curve, rel=1e-9)


def _kernel(lead: int, other: int) -> float:
    """Gaussian of sd 7 from `lead` to `other` and to all its mirror images in the edges 0.5 and 10.5."""
    images = [image for turn in range(-4, 5) for image in (other + 20 * turn, 1 - other + 20 * turn)]
    return sum(exp(-(((lead - image) / 7) ** 2) / 2) for image in images)


def test_the_two_allocations_of_the_uncertain_event() -> None:
    low, high = allocate(COUNTS, WINDOWS.inside, WINDOWS.elsewhere)
    assert np.flatnonzero(low[:20]).tolist() == [3, 8, 12, 15, 19]  # on 8, the first day outside
    assert np.flatnonzero(high[:20]).tolist() == [3, 10, 12, 15, 19]  # on 10, the first day inside
    assert (low[WINDOWS.inside].sum(), low[WINDOWS.elsewhere].sum()) == (6, 4)
    assert (high[WINDOWS.inside].sum(), high[WINDOWS.elsewhere].sum()) == (7, 3)


def test_the_ratio_to_elsewhere_and_its_interval_if_independent() -> None:
    ratio = elsewhere(COUNTS, WINDOWS)
    assert (ratio.inside, ratio.outside) == (Exposed(6.5, 27), Exposed(3.5, 65))
    assert ratio.ratio == pytest.approx((7 / 27) / (4 / 65), rel=1e-12)  # 4.212963
    # Clopper-Pearson: 6 of 10 from 0.2623781, 7 of 10 to 0.9332605; odds times 65 / 27.
    assert ratio.independent.low == pytest.approx(0.2623781 / 0.7376219 * 65 / 27, rel=1e-6)  # 0.856334
    assert ratio.independent.high == pytest.approx(0.9332605 / 0.0667395 * 65 / 27, rel=1e-6)  # 33.6643


def test_the_reported_interval_is_the_widest_of_all() -> None:
    # Low allocation, by cycle: 3 events in 10 days and 2 in 10; 2 in 10 and 1 in 18; 1 in 7 and 1 in 37.
    # In all 6 in 27 and 4 in 65. Adding 0.5 to each count:
    whole = log((6.5 / 27) / (4.5 / 65))
    without = [log((3.5 / 17) / (2.5 / 55)), log((4.5 / 17) / (3.5 / 47)), log((5.5 / 20) / (3.5 / 28))]
    mean = sum(without) / 3  # (1.510592 + 1.268248 + 0.788457) / 3 = 1.189099
    reach = T_2 * sqrt(2 / 3 * sum((each - mean) ** 2 for each in without))  # 4.302653 x 0.424371
    assert (whole, mean, reach) == pytest.approx((1.246275, 1.189099, 1.825922), abs=2e-6)
    reported = elsewhere(COUNTS, WINDOWS).reported
    assert reported.low == pytest.approx(exp(whole - reach), rel=1e-9)  # 0.560097, below 0.856334
    # High allocation: 4 in 10 and 1 in 10; 2 in 10 and 1 in 18; 1 in 7 and 1 in 37; in all 7 in 27 and 3 in 65.
    whole = log((7.5 / 27) / (3.5 / 65))
    without = [log((3.5 / 17) / (2.5 / 55)), log((5.5 / 17) / (2.5 / 47)), log((6.5 / 20) / (2.5 / 28))]
    mean = sum(without) / 3  # (1.510592 + 1.805391 + 1.291984) / 3 = 1.535989
    reach = T_2 * sqrt(2 / 3 * sum((each - mean) ** 2 for each in without))  # 4.302653 x 0.297502
    assert (whole, mean, reach) == pytest.approx((1.640690, 1.535989, 1.280049), abs=2e-6)
    # Up to exp(2.920739) = 18.555, short of the exact high end of 33.6643, which therefore stands.
    assert reported.high == elsewhere(COUNTS, WINDOWS).independent.high


def test_it_is_too_small_to_say_anything() -> None:
    judged = sample(WINDOWS, elsewhere(COUNTS, WINDOWS))
    assert judged.expected == pytest.approx(3.5 / 65 * 27)  # 1.453846 events, where 5 are needed
    assert (judged.anchors, judged.refusal, judged.few_meetings) == (3, Refusal.FEW_ANCHORS, True)


def test_the_index_of_dispersion_of_its_three_whole_blocks() -> None:
    # The 92 days of no meeting: 0-19 and 22-31 hold 3, four quarters, 12, 15, 19, 30 = 6; 32-49, 54-60 and 63-67
    # hold 45, 47, 58 = 3; 68-97 hold 70 = 1; two days are over. Mean 10/3, variance (64 + 1 + 49) / 9 / 2 = 19/3.
    found = dispersion(COUNTS, WINDOWS)
    assert found.blocks == 3
    assert (found.mean, found.variance, found.index) == pytest.approx((10 / 3, 19 / 3, 1.9))


def test_the_ratio_to_the_days_before() -> None:
    # Windows of A and B: 12, 15, 19, 45, 47 and two quarters in 20 days. Before: 3, 30 and two quarters in 20 days.
    ratio = before(COUNTS, WINDOWS, growth=2.0)
    assert (ratio.inside, ratio.outside, ratio.anchors) == (Exposed(5.5, 20), Exposed(2.5, 20), 2)
    assert (ratio.expected, ratio.ratio, ratio.growth) == pytest.approx((2.5, 6 / 3, 2 ** (10 / 365)), rel=1e-12)
    # Clopper-Pearson: 5 of 8 from 0.2448632 (low), 6 of 8 to 0.9681460 (high); as many days on either side.
    assert ratio.independent.low == pytest.approx(0.2448632 / 0.7551368, rel=1e-6)  # 0.324263
    assert ratio.independent.high == pytest.approx(0.9681460 / 0.0318540, rel=1e-5)  # 30.3933
    # Low: 5 and 3 in all, 2 and 1 without A, 3 and 2 without B: log 5.5/3.5 = 0.451985, 0.510826, 0.336472.
    # Deviations from their mean, 0.423649, are 0.087177 twice; times t(0.975, 1) = 12.706205 that is 1.107689.
    # So from exp(-0.655704) = 0.519076 to 4.7575. High: 6 and 2; 2 and 1, 4 and 1: 0.955511, 0.510826, 1.098612; half
    # their difference, 0.293893, times 12.706205 is 3.734268: from exp(-2.778757) = 0.062116 to exp(4.689779) = 108.83.
    t_1 = 1 / tan(pi / 40)  # Student's t, 0.975, 1 degree of freedom
    reach = (4.5 / 1.5 / (2.5 / 1.5)) ** (t_1 / 2)
    assert ratio.reported == pytest.approx((6.5 / 2.5 / reach, 6.5 / 2.5 * reach), rel=1e-9)
    assert ratio.reported == pytest.approx((0.062116, 108.829), rel=1e-5)


def test_the_season_cannot_be_told_from_a_hundred_days() -> None:
    ground = season.ground(WINDOWS, curve.terms(np.arange(100)))
    apart = season.separation(WINDOWS, ground)
    assert apart.covered_years == 100 / 365.25
    assert apart.clean_years == 0
    refused = season.season(COUNTS, WINDOWS, ground, apart)
    assert refused == RefusedBaseline(Baseline.SEASON, BaselineRefusal.FEW_YEARS, 100 / 365.25)


def test_how_many_of_the_87_turns_see_as_much() -> None:
    # At a flat expectation of 1/10 a day every turn expects 2.7 inside and 6.5 outside, so that T goes with
    # (O_in + 1/2) / (O_out + 1/2): 13/9 for 6 and 4 (low), 15/7 for 7 and 3 (high), 7/4 for 6.5 and 3.5 by shares.
    answer = chance(COUNTS, WINDOWS, np.full(100, 0.1))
    assert answer.statistic == pytest.approx(log(7 / 3.2) - log(4 / 7), rel=1e-12)
    low, high = ([_seen(turn, inside_first) for turn in range(100)] for inside_first in (False, True))
    assert (low[0], high[0]) == (Fraction(13, 9), Fraction(15, 7))
    more = [sum(each >= turns[0] for each in turns[7:94]) for turns in (low, high)]
    less = [sum(each <= turns[0] for each in turns[7:94]) for turns in (low, high)]
    assert (more, less) == ([0, 0], [87, 87])  # none of the turns sees as much, by either allocation
    assert (answer.p_up, answer.p_down, answer.p, answer.turns) == (1 / 88, 1, 2 / 88, 87)
    for turn in (7, 40, 63):
        assert _turned(turn) == (low[turn], high[turn])


def _turned(turn: int) -> tuple[Fraction, Fraction]:
    """The same of one turn as `turning` has it: by the low allocation, by the high one."""
    spans = joined_spans(COUNTS, WINDOWS.covered)
    outs, ins = (each[turn] for each in turned_counts(spans, WINDOWS.elsewhere, WINDOWS.inside))
    ins_high, outs_high = (each[turn] for each in turned_counts(spans, WINDOWS.inside, WINDOWS.elsewhere))
    return Fraction(int(2 * ins + 1), int(2 * outs + 1)), Fraction(int(2 * ins_high + 1), int(2 * outs_high + 1))


def _seen(turn: int, inside_first: bool) -> Fraction:
    """(O_in + 1/2) / (O_out + 1/2) of one turn, every event put where it may lie inside, or else outside, first."""
    ins = {(day + turn) % 100 for day in [*range(10, 20), *range(40, 50), *range(54, 61)]}
    meetings = {(day + turn) % 100 for day in [20, 21, *range(50, 54), 61, 62]}
    outs = set(range(100)) - ins - meetings
    first, second = (ins, outs) if inside_first else (outs, ins)
    counted = [0, 0]
    for days in [{3}, {8, 9, 10, 11}, {12}, {15}, {19}, {30}, {45}, {47}, {51}, {58}, {70}]:
        counted[0] += bool(days & first)
        counted[1] += days <= second
    inside, outside = counted if inside_first else counted[::-1]
    return Fraction(2 * inside + 1, 2 * outside + 1)


def test_the_nearest_activity() -> None:
    # Back: 19 before 20, 47 before 50, 58 before 61. To either side: 19; 51 after 50; 58. (8..11 stands on 9.)
    found = nearest(COUNTS, WINDOWS, null=False)
    assert found is not None
    assert (found.anchors, found.back.mean_days, found.either.mean_days) == (3, (1 + 3 + 3) / 3, (1 + 1 + 3) / 3)


def test_three_epochs_have_no_sign_test_and_the_study_is_refused() -> None:
    assert epoch_signs(COUNTS, WINDOWS, np.full(100, 0.1)) is None
    anchors = [Anchor(20, 20, 21), Anchor(50, 52, 53), Anchor(61, 61, 62)]
    starts = [3, 8, 12, 15, 19, 30, 45, 47, 51, 58, 70, 80]
    latest = [3, 11, 12, 15, 19, 30, 45, 47, 51, 58, 70, 99]
    answer = study(
        StudyQuestion(
            anchors=anchors,
            covered=COVERED,
            starts_min=np.array(starts),
            starts_max=np.array(latest),
            lead_days=10,
        )
    )
    assert answer.sample == Sample(3, answer.sample.expected, Refusal.FEW_ANCHORS, Baseline.ELSEWHERE)
    assert answer.sample.expected == pytest.approx(3.5 / 65 * 27)
    assert (answer.ratios, answer.chance, answer.epochs) == ((), None, None)
    assert (answer.found.tolist(), answer.days.tolist()) == ([3.5, 2, 1], [10, 10, 7])
