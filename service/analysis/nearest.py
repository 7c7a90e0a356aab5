"""The nearest-event window: how far from a meeting the nearest activity lies, and how far chance would put it.

It is the figure that think tanks publish; without what chance gives, it says nothing: where much happens, something
always happened lately.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.analysis.counts import Counts
from service.analysis.exposure import Windows
from service.analysis.results import Distance, Nearest
from service.analysis.turning import kept_turns

CUT_DAYS: Final = 365


def nearest(counts: Counts, windows: Windows, *, null: bool) -> Nearest | None:
    """Mean days from the used anchors' first days to the nearest activity; None without a used anchor.

    Days are covered days; one without activity within 365 of them counts as 365; activity on the first day itself does
    not count. An event of uncertain day stands on the middle of its days. The null turns the anchors around the joined
    covered days (see `turning`); its range is the middle 95 % of all turns. Without `null` what chance gives is NaN.
    """
    used = windows.used
    if not used:
        return None
    covered = windows.covered
    size = int(covered.sum())
    before = np.append(0, np.cumsum(covered))
    anchors = before[np.clip([windows.uses[at].first_day for at in used], 0, covered.size)]
    middle = (counts.starts_min + counts.starts_max) // 2
    middle = middle[(middle >= 0) & (middle < covered.size)]
    active = np.unique(before[middle[covered[middle]]])
    back, ahead = _distances(active, anchors)
    around = np.concatenate([active - size, active, active + size])
    turned = _distances(around, np.arange(size)) if null else None
    return Nearest(
        len(used),
        _distance(back, turned and turned[0], anchors),
        _distance(np.minimum(back, ahead), turned and np.minimum(*turned), anchors),
    )


def _distances(active: NDArray[np.int64], days: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Days back to the last active day before each day, and on to the first after it; at most CUT_DAYS."""
    far = 10 * CUT_DAYS + int(days.max(initial=0)) + int(np.abs(active).max(initial=0))
    fenced = np.concatenate([[-far], active, [far]])
    back = days - fenced[np.searchsorted(fenced, days, side="left") - 1]
    ahead = fenced[np.searchsorted(fenced, days, side="right")] - days
    return np.minimum(back, CUT_DAYS), np.minimum(ahead, CUT_DAYS)


def _distance(observed: NDArray[np.int64], turned: NDArray[np.int64] | None, anchors: NDArray[np.int64]) -> Distance:
    if turned is None:
        return Distance(float(observed.mean()), np.nan, np.nan, np.nan)
    size = turned.size
    twice = np.concatenate([turned, turned])
    total = np.zeros(size)
    for anchor in (anchors % size).tolist():
        total += twice[anchor : anchor + size]
    means = total[kept_turns(size)] / anchors.size
    low, high = np.quantile(means, [0.025, 0.975])
    return Distance(float(observed.mean()), float(means.mean()), float(low), float(high))
