"""What a study answers: the typed results of the analyses, and the reasons for what they do not answer.

Figures that cannot be given are None where a reason stands beside them, and NaN inside a row that is otherwise whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.intervals import Interval

NEEDED_ANCHORS: Final = 5
NEEDED_EXPECTED: Final = 5
FEW_ANCHORS: Final = 8
NEEDED_YEARS: Final = 3
NEEDED_TURN_DAYS: Final = 730
NEEDED_FREE_SHARE: Final = 0.2
PLENTY_FREE_SHARE: Final = 0.5
NEEDED_EPOCHS: Final = 6


class Baseline(StrEnum):
    """What the windows are compared with, in the order in which the ratios are shown."""

    SEASON = "season"
    BEFORE = "before"
    ELSEWHERE = "elsewhere"


class Refusal(StrEnum):
    """Why neither interval nor p is given for an activity."""

    NO_COVERAGE = "no-coverage"
    FEW_ANCHORS = "few-anchors"
    NO_BASELINE = "no-baseline"
    FEW_EXPECTED = "few-expected"


class BaselineRefusal(StrEnum):
    """Why one baseline is not given: the number that explains it is `RefusedBaseline.found`."""

    FEW_YEARS = "few-years"
    """Under NEEDED_YEARS covered years; `found` of them."""
    SAME_SEASON = "same-season"
    """Free share under NEEDED_FREE_SHARE; `found` is the free share."""
    FEW_ANCHORS = "few-anchors"
    """Under NEEDED_ANCHORS anchors with half of their days before the window left; `found` of them."""
    NO_DAYS = "no-days"
    """No covered day to compare with."""
    NO_EVENTS = "no-events"
    """No event on the days to compare with, so that a curve cannot be fitted."""
    NO_BOUND = "no-bound"
    """The events outside are so few, and so far from the windows, that the fitted curve has no bound in them; `found`
    events are there."""


@dataclass(frozen=True, slots=True)
class RefusedBaseline:
    """A baseline that is not given, why, and the number that explains it."""

    baseline: Baseline
    reason: BaselineRefusal
    found: float


@dataclass(frozen=True, slots=True)
class Exposed:
    """So many events (those of uncertain day by shares) in so many days that count."""

    count: float
    days: int


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times the baseline's rate the rate in the windows is.

    `expected` is how many events the baseline expects inside, `anchors` how many cycles the interval was made of.
    `independent` is what the interval would be if events were independent of each other, `reported` the one to print;
    both are the outer ends over the two allocations of events of uncertain day. `ratio` is NaN, and the intervals are
    without bound, where there is nothing to compare. `growth` stands beside `before` alone: the factor by which steady
    growth alone would tilt that ratio.
    """

    baseline: Baseline
    inside: Exposed
    outside: Exposed
    expected: float
    ratio: float
    independent: Interval
    reported: Interval
    anchors: int
    growth: float | None = None


@dataclass(frozen=True, slots=True)
class Separation:
    """How far the calendar lets season and growth be told from the windows.

    `free_share` is the share (0 to 1) of the window indicator's variance over the covered days that the season x level
    curve's terms leave unexplained; `clean_years` how many of the used anchors have a year in which the same days are
    covered and at least 90 % outside all windows; `covered_years` covered days / 365.25.
    """

    free_share: float
    clean_years: int
    covered_years: float


@dataclass(frozen=True, slots=True)
class Sample:
    """How much there is to go by: `anchors` used, and events `expected` in their windows by baseline `expected_by`."""

    anchors: int
    expected: float
    refusal: Refusal | None
    expected_by: Baseline = Baseline.ELSEWHERE

    @property
    def few_meetings(self) -> bool:
        """Whether the answer is to be read as a description, not as evidence."""
        return self.anchors < FEW_ANCHORS


@dataclass(frozen=True, slots=True)
class Chance:
    """How often the windows, turned around the covered days, see as much (`p_up`) or as little (`p_down`).

    `p` is two-sided; `turns` how many arrangements were looked at, all of them; `statistic` the observed T, of events
    by shares. `p_up` and `p_down` are each the larger over the two allocations of events of uncertain day.
    """

    p_up: float
    p_down: float
    p: float
    turns: int
    statistic: float


@dataclass(frozen=True, slots=True)
class ChanceAt:
    """The p at another length of window; None where that length is refused or the season is not removed."""

    lead_days: int
    anchors: int
    p: float | None


@dataclass(frozen=True, slots=True)
class EpochSigns:
    """Epoch by epoch: in `above` of `above + below` windows the count, less what the curve expects, lay above the
    median of the same window turned; `ties` are dropped. `p` is two-sided, of the exact sign test."""

    above: int
    below: int
    ties: int
    p: float


@dataclass(frozen=True, slots=True)
class Distance:
    """Mean days from an anchor to the nearest activity, cut at 365; what chance gives: its mean and 95 % range.

    The last three are NaN where the windows cannot be turned.
    """

    mean_days: float
    null_mean: float
    null_low: float
    null_high: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest-event window: `back` from the anchors, and to `either` side of them; over `anchors` of them."""

    anchors: int
    back: Distance
    either: Distance


@dataclass(frozen=True, slots=True)
class Week:
    """Leads `lead_from` to `lead_to`: events, anchor-days, events an anchor-day, and its exact interval.

    Rate and interval are NaN where no day counts.
    """

    lead_from: int
    lead_to: int
    count: float
    days: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """By lead 1, 2, ...: the null's mean of the smoothed curve and its simultaneous 95 % band, events an anchor-day.

    `critical` is the one max-T critical value; `outside` says by lead whether the curve leaves the band, which has
    happened by chance anywhere in `p` of the turns.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    critical: float
    outside: NDArray[np.bool_]
    p: float


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Activity by lead. `weeks` go back from the anchor, the last may be short; `curve` is for leads 1, 2, ..."""

    weeks: tuple[Week, ...]
    curve: NDArray[np.float64]
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Mean, variance (n - 1) and index of dispersion (variance / mean) of the counts in `blocks` blocks of 30 days.

    `index` is 1 for a steady Poisson process; clustering, trend and season all raise it. NaN where undefined.
    """

    blocks: int
    mean: float
    variance: float
    index: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the events of an activity lie: counted `inside` or `elsewhere`, or in neither, and why.

    `left_out` lie in the window of an anchor that was left out, `meeting` on meeting days, `not_covered` on days
    nobody claims to have recorded, `uncertain` have no day. Each event once, those of uncertain day by shares.
    """

    inside: float
    elsewhere: float
    left_out: float
    meeting: float
    not_covered: float
    uncertain: int
