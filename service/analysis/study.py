"""One activity before one sort of meeting: all that the analyses answer of it, from days to figures.

`study` is the one way in. What its parts compute, and by which formula, stands in the modules of the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis import baselines, chance, counts, curve, nearest, profile, season
from service.analysis.exposure import Anchor, Windows, windows
from service.analysis.results import (
    NEEDED_ANCHORS,
    NEEDED_EXPECTED,
    NEEDED_TURN_DAYS,
    Baseline,
    BaselineRefusal,
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
    in the order given, the events and covered days of its window (0 for those left out). `ratios` stand in the order
    of `Baseline`, those refused in `refused`. `chance` is beside `season` and None without it.

    Where `sample.refusal` is set there is no interval and no p: `ratios` and `refused` are empty, `chance`, `epochs`,
    `separation` and `profile.band` are None, so is every p of `chance_at`, and `nearest` has no null. The same, but
    for ratios and `separation`, under NEEDED_TURN_DAYS covered days.
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
    placed = counts.place(question.starts_min, question.starts_max, question.covered.size)
    design = curve.terms(np.flatnonzero(question.covered))
    asked = _look(question, placed, design, question.lead_days)
    found = asked.windows
    ratios, refused = _ratios(asked)
    sample = baselines.sample(found, _judging(ratios) or baselines.elsewhere(placed, found))
    expected = None if sample.refusal else _expected(asked)
    seasonal = bool(ratios) and ratios[0].baseline is Baseline.SEASON
    count, days = profile.by_anchor(placed, found)
    return Study(
        windows=found,
        tally=counts.tally(placed, found),
        sample=sample,
        profile=profile.profile(placed, found, expected),
        found=count,
        days=days,
        ratios=() if sample.refusal else ratios,
        refused=() if sample.refusal else refused,
        separation=None if sample.refusal else asked.apart,
        chance=chance.chance(placed, found, expected) if seasonal and expected is not None else None,
        chance_at=tuple(_chance_at(question, asked, each, turned=expected is not None) for each in PRINTED_LEAD_DAYS),
        epochs=None if expected is None else chance.epoch_signs(placed, found, expected),
        nearest=nearest.nearest(placed, found, null=expected is not None),
        dispersion=counts.dispersion(placed, found),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The activity before the meetings with windows of one length."""

    placed: counts.Counts
    windows: Windows
    ground: season.Ground
    apart: Separation


def _look(question: StudyQuestion, placed: counts.Counts, design: curve.Design, lead_days: int) -> _Look:
    dropped = question.drop_overlapping
    found = windows(question.anchors, question.covered, lead_days, drop_overlapping=dropped)
    based = season.ground(found, design)
    return _Look(placed, found, based, season.separation(found, based))


def _ratios(asked: _Look) -> tuple[tuple[RateRatio, ...], tuple[RefusedBaseline, ...]]:
    """The ratios of the baselines that can be given, in their order, and those that cannot; none for few anchors."""
    if len(asked.windows.used) < NEEDED_ANCHORS:
        return (), ()
    each = (
        season.season(asked.placed, asked.windows, asked.ground, asked.apart),
        baselines.before(asked.placed, asked.windows, _growth(asked)),
        baselines.elsewhere(asked.placed, asked.windows),
    )
    judged = [_judged(one) for one in each]
    given = tuple(one for one in judged if isinstance(one, RateRatio))
    return given, tuple(one for one in judged if isinstance(one, RefusedBaseline))


def _judged(one: RateRatio | RefusedBaseline) -> RateRatio | RefusedBaseline:
    """A ratio, refused where too few anchors are left to it or no day to compare with."""
    if isinstance(one, RefusedBaseline):
        return one
    if one.anchors < NEEDED_ANCHORS:
        return RefusedBaseline(one.baseline, BaselineRefusal.FEW_ANCHORS, one.anchors)
    if not one.outside.days:
        return RefusedBaseline(one.baseline, BaselineRefusal.NO_DAYS, 0)
    return one


def _judging(ratios: Sequence[RateRatio]) -> RateRatio | None:
    """The ratio by which the events expected are judged: to `season`, or where that is refused to `elsewhere`."""
    by = {each.baseline: each for each in ratios}
    return by.get(Baseline.SEASON) or by.get(Baseline.ELSEWHERE)


def _growth(asked: _Look) -> float | None:
    covered = asked.windows.covered
    if covered.sum() < NEEDED_TURN_DAYS:
        return None
    return curve.growth_a_year(np.flatnonzero(covered), asked.placed.by_day[covered], asked.ground.on)


def _expected(asked: _Look) -> NDArray[np.float64] | None:
    """The expected curve; None where there are too few days to turn the windows around."""
    return _curve(asked) if asked.windows.covered.sum() >= NEEDED_TURN_DAYS else None


def _curve(look: _Look) -> NDArray[np.float64]:
    """By joined covered day the curve fitted without the term for windows, which must not lean on where they stand."""
    return curve.fit(look.ground.design, look.placed.by_day[look.windows.covered], look.ground.on).mean


def _chance_at(question: StudyQuestion, asked: _Look, lead_days: int, *, turned: bool) -> ChanceAt:
    """The p that windows of another length have; refused as the one asked for would be."""
    look = asked
    if lead_days != asked.windows.lead_days:
        look = _look(question, asked.placed, asked.ground.design, lead_days)
    anchors = len(look.windows.used)
    shares = asked.placed.by_day[asked.windows.covered]
    if (
        not turned
        or anchors < NEEDED_ANCHORS
        or season.refused(look.ground, look.apart, shares)
        or season.estimate(look.ground, shares, look.ground.on).expected < NEEDED_EXPECTED
    ):
        return ChanceAt(lead_days, anchors, None)
    return ChanceAt(lead_days, anchors, chance.chance(asked.placed, look.windows, _curve(look)).p)
