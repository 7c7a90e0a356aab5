"""How long until: Kaplan-Meier shares and quantiles of waits, some of which have not ended yet.

Dropping the waits that have not ended would be hindsight: the short ones would be kept and the long ones lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.analysis.intervals import Interval

NORMAL_UPPER: Final = 1.959963984540054
"""The 0.975 quantile of the standard normal distribution."""


@dataclass(frozen=True, slots=True, eq=False)
class Waits:
    """The share ended by each day on which any wait ended, with its 95 % interval; and how many were at risk.

    `days` rise; `share` steps up on each of them and holds until the next. `waited` holds all waits, ended or not, the
    shortest first, `ended` how many ended; beyond the `longest` nothing is said.
    """

    days: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    ending: NDArray[np.int64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    waited: NDArray[np.int64]
    ended: int

    @property
    def sites(self) -> int:
        """How many waits there are."""
        return int(self.waited.size)

    @property
    def longest(self) -> int:
        """The longest wait seen, ended or not."""
        return int(self.waited.max(initial=0))


@dataclass(frozen=True, slots=True)
class WaitQuantile:
    """The day by which `share` of the waits have ended, and its 95 % interval; infinite where not reached."""

    share: float
    days: float
    interval: Interval


def waits(days: ArrayLike, ended: ArrayLike) -> Waits:
    """Kaplan & Meier's (1958) estimate of the share ended by day t, from whole days waited and whether each ended.

    Interval by Greenwood's variance on the log(-log) scale (Kalbfleisch & Prentice 1980): with S the share not ended,
    d of n at risk ending, S^exp(+-z sqrt(sum d / (n (n - d))) / log S), z = 1.96. A wait that ends or is cut off on a
    day is at risk on it. Where all have ended (S = 0) the variance is not defined: low and high are NaN there.
    """
    waited, over = np.asarray(days, dtype=np.int64), np.asarray(ended, dtype=np.bool_)
    times, ending = np.unique(waited[over], return_counts=True)
    at_risk = waited.size - np.searchsorted(np.sort(waited), times, side="left")
    left: NDArray[np.float64] = np.cumprod(1 - ending / at_risk, dtype=np.float64)
    some = left > 0
    low, high = np.full(times.size, np.nan), np.full(times.size, np.nan)
    variance = np.cumsum(ending[some] / (at_risk[some] * (at_risk[some] - ending[some])))
    reach = NORMAL_UPPER * np.sqrt(variance) / np.log(left[some])
    low[some], high[some] = 1 - left[some] ** np.exp(reach), 1 - left[some] ** np.exp(-reach)
    return Waits(times, at_risk, ending, 1 - left, low, high, np.sort(waited), int(over.sum()))


def quantile(found: Waits, share: float = 0.5) -> WaitQuantile:
    """The first day by which at least `share` of the waits have ended, with Brookmeyer & Crowley's (1982) interval.

    The interval holds the days at which the share is not refuted: from the first day on which the high end of the
    share's interval reaches `share` to the first on which its low end does, here with the log(-log) interval of
    `waits`. Infinite where not reached: on the day on which the last of all has ended, the low end does not count.
    """
    bounds = np.nan_to_num(found.high, nan=1.0), found.share, np.nan_to_num(found.low, nan=0.0)
    low, middle, high = (_first(found.days, each >= share - 1e-12) for each in bounds)
    return WaitQuantile(share, middle, Interval(low, high))


def share_by(found: Waits, day: int) -> tuple[float, Interval]:
    """The share ended by a day, and its interval (NaN ends where it is not defined).

    Where none of the n waits that lasted so long has ended by then, it is exact (Clopper & Pearson 1934):
    0 to 1 - 0.025^(1 / n); NaN ends without any.
    """
    at = int(np.searchsorted(found.days, day, side="right")) - 1
    if at < 0:
        lasting = found.waited.size - int(np.searchsorted(found.waited, day, side="left"))
        return 0.0, Interval(0.0, 1 - 0.025 ** (1 / lasting)) if lasting else Interval(np.nan, np.nan)
    return float(found.share[at]), Interval(float(found.low[at]), float(found.high[at]))


def _first(days: NDArray[np.int64], reached: NDArray[np.bool_]) -> float:
    return float(days[int(np.argmax(reached))]) if reached.any() else np.inf
