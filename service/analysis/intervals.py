"""Intervals of 95 %: exact where counts are independent, by jackknife where they cluster.

Arrays broadcast. scipy.special is imported where it is used, so that nobody pays for it who asks for no interval.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOWER, UPPER = 0.025, 0.975


class Interval(NamedTuple):
    """From `low` to `high`; 0 and infinity where the data set no bound."""

    low: float
    high: float

    def outer(self, other: Interval) -> Interval:
        """The lower of the two low ends, and the higher of the two high ends."""
        return Interval(min(self.low, other.low), max(self.high, other.high))


def garwood(count: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exact interval of a Poisson mean given its count (Garwood 1936); divide by the exposure for a rate.

    The ends are gamma quantiles, of shape `count` and `count` + 1. A count that is not whole, as shares of uncertain
    events make it, is put into the same quantiles: they rise with the count, so the ends lie between those of the
    whole counts below and above.
    """
    from scipy import special

    observed = np.asarray(count, dtype=np.float64)
    some = np.where(observed > 0, observed, 1)
    low = np.where(observed > 0, special.gammaincinv(some, LOWER), 0.0)
    return low, np.asarray(special.gammaincinv(observed + 1, UPPER))


def exact_ratio(
    count: ArrayLike, days: ArrayLike, other_count: ArrayLike, other_days: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exact conditional interval of the ratio of two Poisson rates, `count` / `days` to `other_count` / `other_days`.

    Given their sum the first count is binomial, with odds ratio x days / other_days; so it is the interval of
    Clopper & Pearson (1934) for that share, made into odds (Przyborowski & Wilenski 1940). Counts are whole: those
    of uncertain day are allocated first. Exact only where events are independent of each other.
    """
    from scipy import special

    a, b = np.asarray(count, dtype=np.float64), np.asarray(other_count, dtype=np.float64)
    scale = np.asarray(other_days, dtype=np.float64) / np.asarray(days, dtype=np.float64)
    some, others = np.where(a > 0, a, 1), np.where(b > 0, b, 1)
    # 1 - betaincinv(a, b, p) is taken as betaincinv(b, a, 1 - p), which keeps its digits near a share of 1.
    low = special.betaincinv(some, b + 1, LOWER) / special.betaincinv(b + 1, some, UPPER)
    high = special.betaincinv(a + 1, others, UPPER) / special.betaincinv(others, a + 1, LOWER)
    return np.where(a > 0, low * scale, 0.0), np.where(b > 0, high * scale, np.inf)


def jackknife(estimate: ArrayLike, without: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Delete-one interval about a log `estimate`, given the estimates `without` each of the K cycles (last axis).

    Student's t with K - 1 degrees of freedom on the jackknife's standard error, sqrt((K - 1) / K x sum of squared
    deviations from their mean) (Tukey 1958; Efron & Tibshirani 1993, chapter 11). Cycles may differ and events within
    one may cluster; only cycles are taken as independent of each other. Unbounded where K is under 2, or where the
    estimate cannot be made without one of them.
    """
    from scipy import special

    log_ratio, deleted = np.asarray(estimate, dtype=np.float64), np.asarray(without, dtype=np.float64)
    cycles = deleted.shape[-1]
    if cycles < 2:
        return np.full_like(log_ratio, -np.inf), np.full_like(log_ratio, np.inf)
    with np.errstate(invalid="ignore"):  # an infinite estimate has no deviation from the mean
        squares = ((deleted - deleted.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    reach = special.stdtrit(cycles - 1, UPPER) * np.sqrt((cycles - 1) / cycles * squares)
    reach = np.where(np.isfinite(reach), reach, np.inf)
    return log_ratio - reach, log_ratio + reach
