"""Made-up histories whose truth is known: meetings of several habits, activity of several shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.analysis.exposure import Anchor, windows
from service.analysis.study import StudyQuestion

YEAR = 365.25
HABITS = ("loose", "twice-yearly", "bunched late")
SHAPES = ("steady", "clustered", "seasonal", "growing", "half-yearly", "December rush")


@dataclass(frozen=True)
class History:
    """One made-up history: who met when, and on which days something was done."""

    anchors: list[Anchor]
    covered: NDArray[np.bool_]
    days: NDArray[np.int64]
    lead_days: int

    def question(self) -> StudyQuestion:
        return StudyQuestion(
            anchors=self.anchors,
            covered=self.covered,
            starts_min=self.days,
            starts_max=self.days,
            lead_days=self.lead_days,
        )


def meetings(habit: str, count: int, rng: np.random.Generator) -> tuple[list[Anchor], int]:
    """So many meetings of 1 to 4 days, and the days of the axis, which begins on a 1 January.

    Loose: anywhere, 75 days or more apart, over 7.2 years or as many as 1.7 a year need. Twice-yearly: in late June
    and late December, give or take 10 days. Bunched late: 80 to 130 days apart, up to the end of 7.2 years or more.
    """
    if habit == "twice-yearly":
        years = max(4, count // 2 + 1)
        starts = [int(YEAR * year + day) for year in range(1, years) for day in (172, 355)][-count:]
        starts = [start + int(rng.integers(-10, 11)) for start in starts]
        days = int(YEAR * years) + 60
    elif habit == "loose":
        days = int(YEAR * max(7.2, count / 1.7))
        room = days - 70 - 75 * count
        starts = (70 + np.sort(rng.integers(0, room, size=count)) + 75 * np.arange(count)).tolist()
    else:
        days = int(YEAR * max(7.2, count / 2.2))
        starts = (days - 10 - np.cumsum(rng.integers(80, 130, size=count)))[::-1].tolist()
    return [Anchor(start, start, start + int(rng.integers(0, 4))) for start in starts], days


def rate(shape: str, days: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """The rate by day, of mean about 1. All but the steady cluster: each 20 days share a gamma level of variance 1."""
    time = np.arange(days)
    year = 2 * np.pi * time / YEAR
    level = np.ones(days)
    if shape != "steady":
        level = np.repeat(rng.gamma(1.0, 1.0, size=days // 20 + 2), 20)[rng.integers(20) :][:days]
    if shape == "seasonal":
        level = level * (1 + 0.7 * np.cos(year - rng.uniform(0, 2 * np.pi)))
    elif shape == "growing":
        grown = 1.3 ** (time / YEAR)
        level = level * grown / grown.mean()
    elif shape == "half-yearly":
        level = level * (1 + 0.7 * np.cos(2 * year - rng.uniform(0, 2 * np.pi)))
    elif shape == "December rush":
        level = level * np.where(time % YEAR >= 335, 3.0, 1.0)
    return level


def history(
    habit: str,
    count: int,
    shape: str,
    rng: np.random.Generator,
    *,
    ratio: float = 1.0,
    lead_days: int = 60,
    a_day: float = 0.1,
) -> History:
    """A history in which activity, `a_day` on average, is `ratio` times as frequent in the windows."""
    anchors, days = meetings(habit, count, rng)
    covered = np.ones(days, dtype=np.bool_)
    found = windows(anchors, covered, lead_days)
    mean = a_day * rate(shape, days, rng) * np.where(found.near, ratio, 1.0)
    return History(anchors, covered, np.repeat(np.arange(days), rng.poisson(mean)), lead_days)
