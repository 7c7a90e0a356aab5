"""Could it be chance? One null, enumerated: the windows turned around the covered days, against the expected curve."""

from __future__ import annotations

from math import comb
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.analysis.counts import Counts
from service.analysis.exposure import Windows
from service.analysis.results import NEEDED_EPOCHS, Chance, EpochSigns
from service.analysis.turning import joined_spans, kept_turns, turned_counts, turned_sums

TIE: Final = 1e-12
SAME: Final = 1e-9
"""A running total of a hundred thousand days keeps about so many decimals."""


def chance(counts: Counts, windows: Windows, expected: NDArray[np.float64]) -> Chance:
    """How unusual the count in the windows is among all turns of the windows.

    `expected` is, by joined covered day, the season x level curve fitted without the windows. Of each arrangement
    T = log[(O_in + .5) / (E_in + .5)] - log[(O_out + .5) / (E_out + .5)], O observed and E expected on the days in
    the windows and out of them; meeting days and windows left out are ignored. p_up = (1 + #{T(s) >= T}) / (1 + N)
    over N turns, p_down likewise, p = min(1, 2 min(p_up, p_down)) (Phipson & Smyth 2010); ties within 1e-12 count in
    both. p_up and p_down are each the larger over the two allocations of events of uncertain day.
    """
    covered = windows.covered
    inside = windows.inside[covered]
    outside = windows.elsewhere[covered]
    level = [turned_sums(expected, mask) for mask in (inside, outside)]
    shares = counts.by_day[covered]
    observed = statistic(shares[inside].sum(), level[0][0], shares[outside].sum(), level[1][0])
    spans = joined_spans(counts, covered)
    out_of_low, in_of_low = turned_counts(spans, outside, inside)
    high = turned_counts(spans, inside, outside)
    tails = [_tails(statistic(in_, level[0], out, level[1])) for in_, out in ((in_of_low, out_of_low), high)]
    up, down = max(tails[0][0], tails[1][0]), max(tails[0][1], tails[1][1])
    turns = kept_turns(inside.size)
    return Chance(up, down, min(1.0, 2 * min(up, down)), turns.stop - turns.start, float(observed))


def epoch_signs(counts: Counts, windows: Windows, expected: NDArray[np.float64]) -> EpochSigns | None:
    """Epoch by epoch: whether the window of each used anchor saw more than its own turns do.

    Above is a window whose count less the expected one (`expected` as for `chance`), O - E, is over the median of the
    same window's turned O - E. p is two-sided of the exact sign test, ties dropped; None where fewer than
    NEEDED_EPOCHS are left.
    """
    covered = windows.covered
    excess = counts.by_day[covered] - expected
    turns = kept_turns(excess.size)
    signs = []
    for position in windows.used:
        turned = turned_sums(excess, (windows.inside & (windows.anchor == position))[covered])
        ahead = turned[0] - np.median(turned[turns])
        signs.append(0 if abs(ahead) <= SAME else int(np.sign(ahead)))
    above, below = signs.count(1), signs.count(-1)
    if above + below < NEEDED_EPOCHS:
        return None
    return EpochSigns(above, below, signs.count(0), sign_test(above, below))


def sign_test(above: int, below: int) -> float:
    """Two-sided p of the exact sign test: twice the chance of as many heads of above + below coins, at most 1."""
    tosses = above + below
    tail = sum(comb(tosses, heads) for heads in range(max(above, below), tosses + 1))
    return min(1.0, float(2 * tail / 2**tosses))


def statistic(count: ArrayLike, level: ArrayLike, other: ArrayLike, other_level: ArrayLike) -> NDArray[np.float64]:
    """T: the log ratio of observed to expected in the windows, less that outside them; 0.5 added to each."""
    inside = np.log((np.asarray(count) + 0.5) / (np.asarray(level) + 0.5))
    outside = np.log((np.asarray(other) + 0.5) / (np.asarray(other_level) + 0.5))
    return np.asarray(inside - outside)


def q_values(p: ArrayLike) -> NDArray[np.float64]:
    """Benjamini & Hochberg's (1995) q of several p's, in their order: the least over p' >= p of p' x m / rank(p')."""
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values)[::-1]
    ranked = values[order] * values.size / np.arange(values.size, 0, -1)
    found = np.empty_like(values)
    found[order] = np.minimum(1, np.minimum.accumulate(ranked))
    return found


def _tails(arrangements: NDArray[np.float64]) -> tuple[float, float]:
    """p_up and p_down of the first arrangement among its turns."""
    turns = arrangements[kept_turns(arrangements.size)]
    observed = arrangements[0]
    up, down = (turns >= observed - TIE).sum(), (turns <= observed + TIE).sum()
    return float((1 + up) / (1 + turns.size)), float((1 + down) / (1 + turns.size))
