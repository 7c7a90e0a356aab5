"""The season x level curve: how many events a day to expect, were there no meetings.

Poisson regression on days: log mean = two yearly harmonics (cos and sin of 2 pi h t / 365.25, h = 1, 2) + a piecewise
linear level with a knot a covered year. Only the phase of the harmonics depends on where day 0 lies, and they take any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

YEAR_DAYS: Final = 365.25
HARMONICS: Final = (1, 2)
ITERATIONS: Final = 60
RIDGE: Final = 1e-10
"""Added to Newton's matrix, relative to its mean diagonal: slows a step that data do not bound, and moves no root."""


class _Block(NamedTuple):
    """The days from `first` to before `last`, a stretch between two knots, and which coefficients count on them."""

    first: int
    last: int
    columns: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The terms of a regression on days, a row a day, kept without the zeros of the level.

    `rows` holds, by day, the dense columns (four of season, then any term that was added) and the two hats that are
    not 0; `blocks` says which coefficients these are. Coefficients are in the order season, knots, added terms.
    """

    rows: NDArray[np.float64]
    blocks: tuple[_Block, ...]
    size: int

    @classmethod
    def of(cls, rows: NDArray[np.float64], edges: Sequence[int]) -> Design:
        """The design with its knots at the `edges`: where each stretch begins, and where the last ends."""
        season = 2 * len(HARMONICS)
        size = rows.shape[1] + len(edges) - 2
        added = range(season + len(edges), size)
        blocks = [
            _Block(first, last, np.array([*range(season), season + at, season + at + 1, *added]))
            for at, (first, last) in enumerate(pairwise(edges))
        ]
        return cls(rows, tuple(blocks), size)

    def adding(self, term: NDArray[np.bool_]) -> Design:
        """The same with one more term, whose coefficient is the last."""
        edges = [self.blocks[0].first, *(each.last for each in self.blocks)]
        return Design.of(np.column_stack([self.rows, term]), edges)

    def linear(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """By day: terms times coefficients."""
        found = np.empty(len(self.rows))
        for first, last, columns in self.blocks:
            found[first:last] = self.rows[first:last] @ coefficients[columns]
        return found

    def totals(self, values: NDArray[np.float64], first: int = 0, last: int | None = None) -> NDArray[np.float64]:
        """By term: the sum over days `first` to before `last` of the term times the value."""
        found = np.zeros(self.size)
        for start, end, columns in self._within(first, last):
            found[columns] += values[start:end] @ self.rows[start:end]
        return found

    def products(self, weight: NDArray[np.float64], first: int = 0, last: int | None = None) -> NDArray[np.float64]:
        """By two terms: the sum over days `first` to before `last` of their product times the weight."""
        found = np.zeros((self.size, self.size))
        for start, end, columns in self._within(first, last):
            part = self.rows[start:end]
            found[columns[:, np.newaxis], columns] += (part * weight[start:end, np.newaxis]).T @ part
        return found

    def dense(self) -> NDArray[np.float64]:
        """The whole matrix, zeros and all."""
        return np.column_stack([self.linear(one) for one in np.eye(self.size)])

    def _within(self, first: int, last: int | None) -> Iterable[_Block]:
        """The blocks, cut to the days from `first` to before `last`."""
        if last is None:
            return self.blocks
        touched = [each for each in self.blocks if each.first < last and first < each.last]
        return [_Block(max(each.first, first), min(each.last, last), each.columns) for each in touched]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients of a Poisson regression, and the mean it gives each day, fitted on or not."""

    coefficients: NDArray[np.float64]
    mean: NDArray[np.float64]


def terms(days: NDArray[np.int64]) -> Design:
    """The curve's terms on the covered days given: four of season, and the hats of the level.

    The knots of the level lie evenly over the covered days, joined: as many stretches as covered years, rounded, at
    least one, so that a gap in coverage leaves no knot without days. The hats add up to 1: they hold the intercept.
    """
    angle = 2 * np.pi / YEAR_DAYS * np.asarray(days, dtype=np.float64)
    season = [wave(harmonic * angle) for harmonic in HARMONICS for wave in (np.cos, np.sin)]
    stretches = max(1, round(days.size / YEAR_DAYS))
    along = np.arange(days.size) * stretches / max(1, days.size - 1)
    stretch = np.minimum(along.astype(np.int64), stretches - 1)
    edges = np.searchsorted(stretch, np.arange(stretches + 1))
    return Design.of(np.column_stack([*season, 1 - (along - stretch), along - stretch]), edges.tolist())


def fit(
    design: Design, count: NDArray[np.float64], on: NDArray[np.bool_], start: NDArray[np.float64] | None = None
) -> Fit:
    """Maximum likelihood of log mean = terms x coefficients over the days `on`, by Newton's method with halved steps.

    It stops where a step gains under 1e-12 of log-likelihood: where a stretch of days holds no event the mean goes to
    0 there until that is so, and no coefficient to infinity. `start` is where to begin; else one step of weighted
    least squares from means half way between the counts and a level rate (McCullagh & Nelder 1989).
    """
    at = _beginning(design, count, on) if start is None else start
    mean, likelihood = _state(design, at, count, on)
    for _ in range(ITERATIONS):
        score = design.totals((count - mean) * on)
        step = solved(design.products(mean * on), score)
        gain = float(step @ score)
        for _ in range(ITERATIONS):
            moved, found = _state(design, at + step, count, on)
            if found >= likelihood - 1e-12 * abs(likelihood) - 1e-12:
                break
            step = step / 2
        at, mean, likelihood = at + step, moved, found
        if gain < 1e-12:
            break
    return Fit(at, mean)


def one_step(
    design: Design, count: NDArray[np.float64], fitted: Fit, on: NDArray[np.bool_], edges: Sequence[int]
) -> NDArray[np.float64]:
    """Coefficients without the days of each group, a row each, by one Newton step from the fit to all days `on`.

    Groups are unbroken: from one of the `edges` to before the next. With s and H the score and the information of all
    days (s = 0 at the fit), and s_k, H_k those of group k, the step is -(H - H_k)^-1 s_k (Pregibon 1981).
    """
    weight, excess = fitted.mean * on, (count - fitted.mean) * on
    whole = design.products(weight)
    rows = []
    for first, last in pairwise(edges):
        own = design.products(weight, first, last)
        step = solved(whole - own, design.totals(excess, first, last))
        rows.append(fitted.coefficients - step)
    return np.array(rows)


def free_share(design: Design, indicator: NDArray[np.bool_], on: NDArray[np.bool_]) -> float:
    """1 - R2 of an indicator regressed (least squares) on the curve's terms over the days `on`; 0 where it is constant.

    It is 1 / the indicator's variance inflation factor: how much of it the terms leave free to be told apart.
    """
    values = (indicator & on).astype(np.float64)
    days, within = int(on.sum()), float(values.sum())
    if not 0 < within < days:
        return 0.0
    explained = design.linear(solved(design.products(on.astype(np.float64)), design.totals(values)))
    left = float((((values - explained) ** 2)[on]).sum())
    return min(1.0, left / (within * (1 - within / days)))


def growth_a_year(days: NDArray[np.int64], count: NDArray[np.float64], on: NDArray[np.bool_]) -> float | None:
    """The factor by which activity grows in 365 days: exp(365 x slope) of a Poisson regression on a straight line in
    time with the two yearly harmonics; None without an event on the days `on`."""
    if not count[on].any():
        return None
    along = (days - days[0]) / max(1, days[-1] - days[0])
    season = terms(days).rows[:, : 2 * len(HARMONICS)]
    straight = Design.of(np.column_stack([season, 1 - along, along]), (0, days.size))
    first, last = fit(straight, count, on).coefficients[-2:]
    return float(np.exp((last - first) * 365 / max(1, days[-1] - days[0])))


def solved(matrix: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The solution of a symmetric positive system, with a trace of RIDGE so that there always is one."""
    ridge = RIDGE * max(float(np.trace(matrix)) / len(matrix), 1e-9)
    return np.asarray(np.linalg.solve(matrix + ridge * np.eye(len(matrix)), right), dtype=np.float64)


def _beginning(design: Design, count: NDArray[np.float64], on: NDArray[np.bool_]) -> NDArray[np.float64]:
    guess = (count + count[on].mean() + 1e-3) / 2
    working = np.log(guess) + (count - guess) / guess
    weight = guess * on
    return solved(design.products(weight), design.totals(weight * working))


def _state(
    design: Design, at: NDArray[np.float64], count: NDArray[np.float64], on: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """The mean by day, and the log-likelihood over the days `on` but for what does not depend on the coefficients."""
    linear = np.minimum(design.linear(at), 50)
    mean = np.exp(linear)
    return mean, float((count * linear - mean)[on].sum())
