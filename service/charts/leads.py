"""Charts over lead, the days before a meeting: the profile with what chance gives, and the epochs as strips of dots.

Both run from the longest lead on the left to the meeting on the right, as time does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from service.charts.drawing import ACCENT, INK, LINE, SOFT, TINT, Words, rows, svg

if TYPE_CHECKING:
    import altair as alt

_ROW: Final = 24
_PROFILE_KEY: Final = (
    "Line: smoothed. Points: by week, with exact 95 % intervals. Dashed, with its band: what chance gives, the band"
    " simultaneous at 95 %."
)
_EPOCHS_KEY: Final = "A row is a meeting, a dot an event before it, a bar an event whose day is uncertain."


@dataclass(frozen=True, slots=True)
class Lead:
    """The smoothed rate at a lead in events a day; `mean`, `low` and `high` of chance, None where it cannot be told."""

    lead: int
    rate: float | None
    mean: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class WeekBar:
    """Events a day in a week of leads, with the exact 95 % interval."""

    lead_from: int
    lead_to: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Dot:
    """An event before a meeting: `first` and `last` are the leads it may have, alike where its day is known."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """A row: a meeting, and the events before it."""

    label: str
    dots: Sequence[Dot]


def profile(leads: Sequence[Lead], weeks: Sequence[WeekBar], words: Words) -> str:
    """Rate by lead, smoothed (line) and by week (points with bars), over the mean of chance (dashed) and its band."""
    import altair as alt

    reach = max((each.lead for each in leads), default=1)
    curve = alt.Chart(rows([asdict(each) for each in leads if each.rate is not None]))
    chance = alt.Chart(rows([asdict(each) for each in leads if each.mean is not None]))
    by_week = alt.Chart(
        rows(
            [{**asdict(week), "middle": (week.lead_from + week.lead_to) / 2} for week in weeks if week.rate is not None]
        )
    )
    x = _lead_axis("lead:Q", reach)
    middle = _lead_axis("middle:Q", reach)
    rate = alt.Y("rate:Q", title="events a day", scale=alt.Scale(zero=True))
    layers = [
        chance.mark_area(color=TINT).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        chance.mark_line(color=SOFT, strokeDash=[5, 4], strokeWidth=1.5).encode(x=x, y="mean:Q"),
        by_week.mark_rule(color=SOFT, strokeWidth=1).encode(x=middle, y="low:Q", y2="high:Q"),
        by_week.mark_point(color=INK, filled=True, size=36, opacity=1).encode(x=middle, y=rate),
        curve.mark_line(color=ACCENT, strokeWidth=2.5).encode(x=x, y=rate),
    ]
    return svg(layers, 260, words, _PROFILE_KEY)


def epochs(given: Sequence[Epoch], lead_days: int, words: Words) -> str:
    """A row for each meeting and a dot for each event before it; a bar where its day is uncertain."""
    import altair as alt

    order = [each.label for each in given]
    listed = [{"meeting": each.label, "first": dot.first, "last": dot.last} for each in given for dot in each.dots]
    axis = alt.Axis(grid=True, gridColor=LINE, ticks=False, labelLimit=240)
    y = alt.Y("meeting:N", title=None, scale=alt.Scale(domain=order), axis=axis)
    sharp = alt.Chart(rows([row for row in listed if row["first"] == row["last"]]))
    spread = alt.Chart(rows([row for row in listed if row["first"] != row["last"]]))
    x = _lead_axis("first:Q", lead_days)
    layers = [
        spread.mark_rule(color=INK, strokeWidth=4, strokeCap="round", opacity=0.8).encode(x=x, x2="last:Q", y=y),
        sharp.mark_circle(color=INK, size=44, opacity=0.8).encode(x=x, y=y),
    ]
    return svg(layers, max(_ROW * len(order), _ROW), words, _EPOCHS_KEY)


def _lead_axis(field: str, reach: int) -> alt.X:
    import altair as alt

    step: Any = 7 if reach <= 120 else 30
    marks = list(range(0, reach + 1, step))
    axis = alt.Axis(values=marks, grid=False, format="d")
    scale = alt.Scale(domain=[0, reach], reverse=True, nice=False)
    return alt.X(field, title="days before the meeting", axis=axis, scale=scale)
