"""Could it be chance: p beside the same turned one by one, the sign test and q beside scipy and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from service.analysis import curve
from service.analysis.chance import chance, epoch_signs, q_values, sign_test
from service.analysis.counts import allocate, place
from service.analysis.exposure import Anchor, Windows, windows

RNG = np.random.default_rng(12)
DAYS = 1000


def history() -> Windows:
    covered = np.ones(DAYS, dtype=np.bool_)
    covered[300:310] = False
    return windows([Anchor(start, start, start + 3) for start in (90, 200, 410, 505, 700, 812, 930)], covered, 50)


FOUND = history()
STARTS = RNG.integers(0, DAYS - 10, size=90)
EXACT = place(STARTS, STARTS, DAYS)
VAGUE = place(STARTS, STARTS + RNG.choice([0, 0, 0, 6], size=90), DAYS)
JOINED = FOUND.covered
EXPECTED = curve.fit(curve.terms(np.flatnonzero(JOINED)), EXACT.by_day[JOINED], ~FOUND.meeting[JOINED]).mean


def by_loops(allocation: int) -> list[float]:
    """T of every turn of the joined days, one after the other."""
    inside, outside = FOUND.inside[JOINED], FOUND.elsewhere[JOINED]
    keep = np.flatnonzero(JOINED)
    found = []
    for turn in range(keep.size):
        masks = [np.zeros(DAYS, dtype=np.bool_) for _ in range(2)]
        for mask, joined in zip(masks, (inside, outside), strict=True):
            mask[keep] = np.roll(joined, turn)
        events = allocate(VAGUE, *masks)[allocation]
        cells = [(events[mask].sum() + 0.5) / (EXPECTED[mask[keep]].sum() + 0.5) for mask in masks]
        found.append(np.log(cells[0]) - np.log(cells[1]))
    return found


def test_p_is_what_turning_one_by_one_gives_for_the_worse_allocation() -> None:
    answer, tails = chance(VAGUE, FOUND, EXPECTED), []
    for allocation in (0, 1):
        observed, *turned = np.array(by_loops(allocation))
        kept = turned[6:-6]
        tails.append([(1 + (kept >= observed - 1e-12).sum()) / 978, (1 + (kept <= observed + 1e-12).sum()) / 978])
    assert answer.turns == 990 - 13 == 977
    assert (answer.p_up, answer.p_down) == pytest.approx(np.max(tails, axis=0), rel=1e-12)
    assert answer.p == pytest.approx(min(1, 2 * np.max(tails, axis=0).min()), rel=1e-12)
    assert tails[0] != tails[1]


def test_all_in_the_windows_is_the_least_p_there_can_be() -> None:
    days = np.flatnonzero(FOUND.inside)
    everywhere = place(days, days, DAYS)
    answer = chance(everywhere, FOUND, np.full(990, 0.3))
    assert (answer.p_up, answer.p_down, answer.p) == (1 / 978, 1, 2 / 978)


def test_where_every_turn_is_alike_nothing_is_unusual() -> None:
    each = place(np.arange(DAYS), np.arange(DAYS), DAYS)
    answer = chance(each, FOUND, np.full(990, 1.0))
    assert (answer.p_up, answer.p_down, answer.p) == (1, 1, 1)
    assert answer.statistic == pytest.approx(0, abs=1e-12)


def test_epochs_are_held_against_the_median_of_their_own_turns() -> None:
    answer = epoch_signs(EXACT, FOUND, EXPECTED)
    assert answer is not None
    signs = []
    for position in FOUND.used:
        mask = (FOUND.inside & (FOUND.anchor == position))[JOINED]
        excess = EXACT.by_day[JOINED] - EXPECTED
        turned = [excess[np.roll(mask, turn)].sum() for turn in range(990)]
        signs.append(np.sign(turned[0] - np.median(turned[7:-6])))
    assert (answer.above, answer.below, answer.ties) == (signs.count(1), signs.count(-1), 0)
    assert answer.p == pytest.approx(stats.binomtest(answer.above, 7).pvalue, rel=1e-9)


def test_ties_are_dropped_and_under_six_epochs_nothing_is_said() -> None:
    flat, none = np.full(990, 0.0), place([], [], DAYS)
    assert epoch_signs(none, FOUND, flat) is None
    days = [int(np.flatnonzero(FOUND.anchor == at)[0]) for at in FOUND.used[:6]]
    one_each = place(days, days, DAYS)
    answer = epoch_signs(one_each, FOUND, flat)
    assert answer is not None
    assert (answer.above, answer.below, answer.ties, answer.p) == (6, 0, 1, 2 / 2**6)


@pytest.mark.parametrize(("above", "below"), [(6, 0), (4, 3), (5, 5), (1, 9), (200, 150)])
def test_the_sign_test_is_scipys(above: int, below: int) -> None:
    assert sign_test(above, below) == pytest.approx(stats.binomtest(above, above + below).pvalue, rel=1e-9)


@pytest.mark.parametrize("p", [[0.03], [0.01, 0.04, 0.03, 0.9, 0.04], [1.0, 0.2], RNG.random(40).tolist(), []])
def test_q_values_are_those_of_benjamini_and_hochberg(p: list[float]) -> None:
    assert q_values(p) == pytest.approx(multipletests(p, method="fdr_bh")[1] if p else [], rel=1e-9)
