"""One activity before one sort of meeting: all that the analyses answer of it, from days to figures.

`study` is the one way in. What its parts compute, and by which formula, stands in the modules of the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis import baselines, counts, profile
from service.analysis.exposure import Anchor, Windows, windows
from service.analysis.results import (
    Chance,
    ChanceAt,
    Dispersion,
    EpochSigns,
    Nearest,
    Profile,
    RateRatio,
    RefusedBaseline,
    Sample,
    Separation,
    Tally,
)

PRINTED_LEAD_DAYS: Final = (30, 60, 90)
"""The windows for which p is printed beside the one that was asked: windows can be tried without end."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyQuestion:
    """What is asked, on an axis of days 0, 1, ... that is as long as `covered`.

    `anchors` are all held meetings of the anchor query, in any order; `covered` says by day whether it is covered for
    every kind of both queries (`exposure.covered_days`); `starts_min` and `starts_max` are the earliest and latest
    first day of each event of the activity, parts and what is part of a meeting already taken out. Days may lie off
    the axis; such days are not covered.
    """

    anchors: Sequence[Anchor]
    covered: NDArray[np.bool_]
    starts_min: NDArray[np.int64]
    starts_max: NDArray[np.int64]
    lead_days: int = 60
    drop_overlapping: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """What is answered.

    `windows.uses` says what became of each anchor, and why; `tally` of the events. `found` and `days` are, by anchor
    in the order given, the events and covered days of its window (0 for those left out). Where `sample.refusal` is
    set there is no interval and no p: `ratios` is empty, `chance`, `epochs`, `separation` and `profile.band` are
    None, every p of `chance_at` is None. `ratios` stand in the order of `Baseline`, those refused in `refused`.
    `chance` is beside `season` and None without it.
    """

    windows: Windows
    tally: Tally
    sample: Sample
    profile: Profile
    found: NDArray[np.float64]
    days: NDArray[np.int64]
    ratios: tuple[RateRatio, ...]
    refused: tuple[RefusedBaseline, ...]
    separation: Separation | None
    chance: Chance | None
    chance_at: tuple[ChanceAt, ...]
    epochs: EpochSigns | None
    nearest: Nearest | None
    dispersion: Dispersion

    @property
    def robust(self) -> bool:
        """False where the baselines' ratios lie on both sides of 1 and any reported interval excludes 1."""
        sides = {each.ratio > 1 for each in self.ratios if each.ratio != 1}
        excluded = any(each.reported.low > 1 or each.reported.high < 1 for each in self.ratios)
        return not (len(sides) == 2 and excluded)


def study(question: StudyQuestion) -> Study:
    """Answer a question; never raises for data: what cannot be answered is refused by name in the answer."""
    found = windows(question.anchors, question.covered, question.lead_days, drop_overlapping=question.drop_overlapping)
    placed = counts.place(question.starts_min, question.starts_max, question.covered.size)
    ratio = baselines.elsewhere(placed, found)
    sample = baselines.sample(found, ratio)
    count, days = profile.by_anchor(placed, found)
    return Study(
        windows=found,
        tally=counts.tally(placed, found),
        sample=sample,
        profile=profile.profile(placed, found),
        found=count,
        days=days,
        ratios=() if sample.refusal else (ratio,),
        refused=(),
        separation=None,
        chance=None,
        chance_at=tuple(ChanceAt(each, len(found.used), None) for each in PRINTED_LEAD_DAYS),
        epochs=None,
        nearest=None,
        dispersion=counts.dispersion(placed, found),
    )
