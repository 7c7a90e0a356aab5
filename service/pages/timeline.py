"""/timeline - a year or a decade by group on a line of time, moved by links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from schemas.errors import InvalidRecord
from schemas.queries import EventQuery
from schemas.wire.fields import load
from schemas.wire.pagequestions import TimelineSchema
from service import answering, lines
from service.charts.axes import Axis, Band
from service.doors import asking
from service.lines import Mark, Row
from service.pages.conventions import page, standing, standpoint_asked
from service.pages.drawing import look_of

door = Blueprint("timeline-page", __name__)

LANE = 14
BARS = 46
_FIELDS = ("year", "decade", "calendar", "group")


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row as it is drawn: where its marks lie, and its bars as a path."""

    row: Row
    marks: list[tuple[Mark, Band, str]]
    bars: str
    height: int


@door.route("/timeline")
@asking
def show_timeline() -> Response:
    """A year, or a decade, of all groups or one."""
    given = {name: value for name, value in request.args.items() if value and name in ("calendar", "group")}
    standpoint_asked(_FIELDS)
    asked = load(TimelineSchema(), {**given, **_numbers()}, "?")
    with standing(also=_FIELDS, calendars=asked.get("calendar", ())) as at:
        query = EventQuery(calendar=asked.get("calendar", ()) or at.only, group=asked.get("group", ()))
        answering.check_query(at, query)
        decade = asked.get("decade")
        year = asked.get("year") or at.day.year
        first, last = (decade, min(9999, decade + 9)) if decade is not None else (year, year)
        axis = Axis(date(max(1, first), 1, 1), date(last, 12, 31))
        found = lines.line(at, query, axis.first, axis.last, by_month=decade is None)
        return page(
            "timeline.html",
            at,
            line=found,
            axis=axis,
            rows=[_drawn(each, axis) for each in found.rows],
            year=None if decade is not None else year,
            decade=decade,
            given=given,
            now=axis.at(at.day) if axis.first <= at.day <= axis.last else None,
            bar_height=BARS,
            groups=[each.group for each in found.rows],
        )


def _numbers() -> dict[str, str]:
    found = {name: request.args[name] for name in ("year", "decade") if request.args.get(name)}
    if len(found) > 1:
        detail = "Ask for a year or a decade, not for both."
        raise InvalidRecord([{"detail": detail, "pointer": "?decade"}])
    return found


def _drawn(row: Row, axis: Axis) -> DrawnRow:
    marks = [
        (each, band, _look(each))
        for each in row.marks
        if (band := axis.band(each.span.starts_min, each.span.ends_max, least=0.7))
    ]
    return DrawnRow(row, marks, _bars(row, axis), row.lanes * LANE * bool(marks) + (BARS + 4) * bool(row.bars))


def _bars(row: Row, axis: Axis) -> str:
    """The bars of a row as one path, in a plot 100 wide and BARS high: of a decade there are a hundred."""
    most = max((bar.count for bar in row.bars), default=1)
    found = ((axis.band(bar.first, bar.last, least=0.3), bar.count) for bar in row.bars)
    return "".join(
        f"M{band.x} {BARS}v-{max(2, round(BARS * count / most))}h{band.width}V{BARS}z" for band, count in found if band
    )


def _look(mark: Mark) -> str:
    look = look_of(mark.span.status, mark.named.said_by, exact=mark.span.exact)
    return f"{look} of-note" if mark.key else look
