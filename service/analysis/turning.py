"""Masks of days, turned as they stand around the joined covered days: every arrangement at once.

Position 0 to n - 1 is the covered days joined; a mask turned by s has on day i what it had on day i - s, around the
end. All n turns are sums of slices of one running total (circular correlations), a pair of slices for each run of a
mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.counts import Counts

LEAST_TURN: Final = 7
"""Turns by fewer days than this, either way round, are too like what was observed to stand for chance."""


def kept_turns(days: int) -> slice:
    """The turns s = 7..n-7 of all n, those that stand for chance."""
    return slice(LEAST_TURN, max(LEAST_TURN, days - LEAST_TURN + 1))


def turned_sums(values: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """By turn s = 0..n-1: the sum of the values on the days of the mask turned by s, that is of values[j + s]."""
    size = mask.size
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values]))])
    sums = np.zeros(size)
    for first, last in runs(mask):
        sums += total[last : last + size] - total[first : first + size]
    return sums


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The unbroken runs of a mask: first day, and the day after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Events by where they may begin on the joined covered days: how many at each position, by length of the span.

    `whole` says that all days of the span are covered; the others may have begun on a day that is not.
    """

    length: int
    whole: bool
    starts: NDArray[np.float64]


def joined_spans(counts: Counts, covered: NDArray[np.bool_]) -> list[Spans]:
    """The events of an activity on the joined covered days; those without a covered day are dropped."""
    before = np.append(0, np.cumsum(covered))
    first = before[np.clip(counts.starts_min, 0, covered.size)]
    length = before[np.clip(counts.starts_max + 1, 0, covered.size)] - first
    whole = length == counts.starts_max - counts.starts_min + 1
    found = []
    for size, all_covered in sorted(set(zip(length.tolist(), whole.tolist(), strict=True))):
        if size:
            chosen = first[(length == size) & (whole == all_covered)]
            found.append(Spans(size, all_covered, np.bincount(chosen, minlength=int(before[-1])).astype(np.float64)))
    return found


def turned_counts(
    spans: list[Spans], wanted: NDArray[np.bool_], other: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By turn: events in `wanted` and in `other`, when every event that may lie in `wanted` does.

    An event lies in `other` only where all days on which it may have begun do.
    """
    in_wanted, in_other = np.zeros(wanted.size), np.zeros(wanted.size)
    for each in spans:
        in_wanted += turned_sums(each.starts, _reached(wanted, each.length))
        if each.whole:
            in_other += turned_sums(each.starts, ~_reached(~other, each.length))
    return in_wanted, in_other


def _reached(mask: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """By position: whether any of the `length` positions from it on, around the end, is in the mask."""
    ahead = np.concatenate([mask, mask[: length - 1]])
    total = np.append(0, np.cumsum(ahead))
    reached: NDArray[np.bool_] = total[length:] > total[: mask.size]
    return reached
