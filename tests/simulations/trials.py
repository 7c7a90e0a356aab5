"""Many made-up histories answered: how often p is small, and how often an interval holds the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.analysis import curve, profile, season
from service.analysis.baselines import before, elsewhere
from service.analysis.chance import chance, epoch_signs
from service.analysis.counts import Counts, place
from service.analysis.exposure import Windows, windows
from service.analysis.results import NEEDED_ANCHORS, NEEDED_EXPECTED, RateRatio
from tests.simulations import naive
from tests.simulations.histories import History, history

LEVEL = 0.05


@dataclass(frozen=True)
class Truth:
    """What a series of histories has in common."""

    habit: str
    shape: str
    anchors: int
    ratio: float = 1.0
    lead_days: int = 60

    def histories(self, size: int, seed: int = 1) -> list[History]:
        """As many of them; the same for the same seed."""
        rng = np.random.default_rng([seed, self.anchors, self.lead_days])
        return [
            history(self.habit, self.anchors, self.shape, rng, ratio=self.ratio, lead_days=self.lead_days)
            for _ in range(size)
        ]


@dataclass(frozen=True)
class Shares:
    """Of `histories` that were not refused, the share in each of several respects."""

    histories: int
    of: dict[str, float]

    def error(self, share: float) -> float:
        """Two and a half standard errors of a share that is truly so large."""
        return 2.5 * float(np.sqrt(share * (1 - share) / self.histories))


def found_significant(truth: Truth, size: int, *, naively: bool = False, profiled: bool = False) -> Shares:
    """How often p <= 0.05: ours, with the band's and the epochs' beside if `profiled`, the naive ones' if `naively`.

    Where the season is refused there is no p of ours, which finds nothing then.
    """
    hits: Counter[str] = Counter()
    histories = 0
    rng = np.random.default_rng(9)
    for each in truth.histories(size):
        found, counts = _read(each)
        if len(found.used) < NEEDED_ANCHORS:
            continue
        histories += 1
        expected, refused = _curve(counts, found)
        ps = {"p": 1.0 if refused else chance(counts, found, expected).p}
        if profiled:
            signs = epoch_signs(counts, found, expected)
            ps |= {"band": profile.band(counts, found, expected).p, "epochs": signs.p if signs else 1.0}
        if naively:
            ps |= {
                "turning without the curve": naive.turning_without_the_curve(counts, found),
                "a curve that knows the windows": naive.turning_with_a_curve_that_knows_the_windows(counts, found),
                "moving anchors to other years": naive.moving_anchors_to_other_years(counts, found, rng),
                "swapping before": naive.swapping_before(counts, found),
                "a band without the curve": profile.band(counts, found, np.ones(expected.size)).p,
            }
        hits.update({name: int(p <= LEVEL) for name, p in ps.items()})
    return Shares(histories, {name: hits[name] / histories for name in hits})


def held(truth: Truth, size: int, *, naively: bool = False) -> Shares:
    """How often each interval holds the true ratio: the reported ones, and the naive ones if `naively`.

    Histories in which a baseline is refused do not count for it.
    """
    hits: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    rng = np.random.default_rng(9)
    for each in truth.histories(size):
        found, counts = _read(each)
        if len(found.used) < NEEDED_ANCHORS:
            continue
        ratios = _ratios(counts, found)
        intervals = {one.baseline.value: one.reported for one in ratios}
        intervals |= {f"{one.baseline.value}, if independent": one.independent for one in ratios}
        if naively:
            intervals["bootstrap over anchors"] = naive.bootstrap_over_anchors(counts, found, rng)
            fixed = naive.resampling_windows_under_a_fixed_curve(counts, found, rng)
            intervals["windows under a fixed curve"] = fixed
        asked.update(intervals.keys())
        hits.update({name: int(one.low <= truth.ratio <= one.high) for name, one in intervals.items()})
    return Shares(max(asked.values()), {name: hits[name] / asked[name] for name in asked})


def season_ratio(truth: Truth, size: int, *, left_out_are_outside: bool = False) -> float:
    """The geometric mean of the ratio to `season` where the later of two overlapping windows is left out.

    With `left_out_are_outside`, as a naive regression on all covered days would have it.
    """
    logs = []
    for each in truth.histories(size):
        found, counts = _read(each, drop=True)
        ground = season.ground(found, curve.terms(np.flatnonzero(found.covered)))
        if left_out_are_outside:
            ground = replace(ground, on=~found.meeting[found.covered])
        estimate = season.estimate(ground, counts.by_day[found.covered], ground.on)
        logs.append(float(estimate.coefficients[-1]))
    return float(np.exp(np.mean(logs)))


def _read(one: History, *, drop: bool = False) -> tuple[Windows, Counts]:
    found = windows(one.anchors, one.covered, one.lead_days, drop_overlapping=drop)
    return found, place(one.days, one.days, one.covered.size)


def _curve(counts: Counts, found: Windows) -> tuple[NDArray[np.float64], bool]:
    """The expected curve, and whether the season is refused."""
    count = counts.by_day[found.covered]
    ground = season.ground(found, curve.terms(np.flatnonzero(found.covered)))
    refused = season.refused(ground, season.separation(found, ground), count)
    return curve.fit(ground.design, count, ground.on).mean, refused is not None


def _ratios(counts: Counts, found: Windows) -> list[RateRatio]:
    ground = season.ground(found, curve.terms(np.flatnonzero(found.covered)))
    each = (
        season.season(counts, found, ground, season.separation(found, ground)),
        before(counts, found, None),
        elsewhere(counts, found),
    )
    return [
        one
        for one in each
        if isinstance(one, RateRatio) and one.anchors >= NEEDED_ANCHORS and one.expected >= NEEDED_EXPECTED
    ]
