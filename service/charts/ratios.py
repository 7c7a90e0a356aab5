"""The chart of the rate ratios: one row a baseline, with both intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from service.charts.drawing import ACCENT, INK, LINE, SOFT, Words, rows, svg

_LEAST, _MOST = 1 / 16, 16.0
_KEY: Final = (
    "Diamond: the ratio. Thin bar: the interval to go by (95 %). Thick: what it would be if events were independent."
)


@dataclass(frozen=True, slots=True)
class RatioRow:
    """A baseline's ratio, its reported interval, and what that would be if events were independent."""

    baseline: str
    ratio: float
    low: float
    high: float
    independent_low: float
    independent_high: float


def ratios(given: Sequence[RatioRow], words: Words) -> str:
    """A point for each ratio on a scale of doublings, a thin bar for the reported interval, a thick one inside it for
    that of independent events, and a dashed line at 1: no more and no fewer. What lies beyond 1/16 and 16 goes to the
    edge."""
    import altair as alt

    low, high = _doublings([value for each in given for value in (each.ratio, each.low, each.high)])
    shown = [
        {
            name: min(max(value, low), high) if isinstance(value, float) else value
            for name, value in asdict(each).items()
        }
        for each in given
    ]
    base = alt.Chart(rows(shown))
    named = alt.Scale(domain=[each.baseline for each in given])
    y = alt.Y("baseline:N", title=None, scale=named, axis=alt.Axis(grid=True, gridColor=LINE, ticks=False))

    def x(field: str) -> alt.X:
        scale = alt.Scale(type="log", base=2, domain=[low, high], nice=False)
        marks = [2.0**power for power in range(round(math.log2(low)), round(math.log2(high)) + 1)]
        written = "datum.value < 1 ? '1/' + 1 / datum.value : datum.value"
        axis = alt.Axis(values=marks, grid=False, labelExpr=written)
        return alt.X(field, title="times the rate of the baseline", axis=axis, scale=scale)

    layers = [
        alt.Chart(rows([{"one": 1}])).mark_rule(color=SOFT, strokeDash=[5, 4]).encode(x=x("one:Q")),
        base.mark_rule(color=INK, strokeWidth=1.5).encode(x=x("low:Q"), x2="high:Q", y=y),
        base.mark_rule(color=SOFT, strokeWidth=6).encode(x=x("independent_low:Q"), x2="independent_high:Q", y=y),
        base.mark_point(color=ACCENT, filled=True, size=110, shape="diamond", opacity=1).encode(x=x("ratio:Q"), y=y),
    ]
    return svg(layers, 44 * max(len(given), 1), words, _KEY)


def _doublings(figures: Sequence[float]) -> tuple[float, float]:
    """The whole doublings that hold all figures, from 1/2 to 2 at least and from 1/16 to 16 at most."""
    least = min([each for each in figures if not math.isnan(each)], default=1)
    most = max([each for each in figures if not math.isnan(each)], default=1)
    low, high = min(max(least, _LEAST), 0.5), max(min(most, _MOST), 2.0)
    return 2.0 ** math.floor(math.log2(low)), 2.0 ** math.ceil(math.log2(high))
