"""The chart of how long sites wait: the share opened by each day since the visit (Kaplan & Meier 1958)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from service.charts.drawing import ACCENT, SOFT, TINT, Words, rows, svg

_KEY: Final = "Line: share opened (Kaplan-Meier), with its 95 % band. Ticks: sites that still wait."


@dataclass(frozen=True, slots=True)
class Step:
    """From `day` days after the visit on, the share that has opened (0 to 1) and its 95 % interval."""

    day: float
    share: float
    low: float
    high: float


def waiting(steps: Sequence[Step], still_waiting: Sequence[float], words: Words) -> str:
    """The curve as steps with its band; a tick on it for each site that still waits, at the days it has waited."""
    import altair as alt

    last = max([*still_waiting, *(each.day for each in steps), 1.0])
    drawn = [Step(0, 0, 0, 0), *steps]
    drawn.append(Step(last, *_figures(drawn[-1])))
    curve = alt.Chart(rows([asdict(each) for each in drawn]))
    ticks = alt.Chart(rows([{"day": each, "share": _share(drawn, each)} for each in sorted(still_waiting)]))
    along, up = alt.Scale(domain=[0, last], nice=False), alt.Scale(domain=[0, 1])
    x = alt.X("day:Q", title="days since the first visit", scale=along, axis=alt.Axis(grid=False))
    y = alt.Y("share:Q", title="share opened", scale=up, axis=alt.Axis(format="%", tickCount=5))
    layers = [
        curve.mark_area(color=TINT, interpolate="step-after").encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        curve.mark_line(color=ACCENT, strokeWidth=2.5, interpolate="step-after").encode(x=x, y=y),
        ticks.mark_tick(color=SOFT, thickness=2, size=12, orient="vertical").encode(x=x, y=y),
    ]
    return svg(layers, 260, words, _KEY)


def _figures(step: Step) -> tuple[float, float, float]:
    return step.share, step.low, step.high


def _share(steps: Sequence[Step], day: float) -> float:
    return max((each for each in steps if each.day <= day), key=lambda each: each.day).share
