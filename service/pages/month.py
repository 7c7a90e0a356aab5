"""/calendar/<yyyy>/<mm> - a month as people know it."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort

from service import months
from service.doors import asking
from service.pages.conventions import page, standing
from service.pages.naming import kind_words
from service.store.asknown import AsKnown

door = Blueprint("month", __name__)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@door.route("/calendar")
@asking
def show_this_month() -> Response:
    """The month of the day that the page stands on."""
    with standing() as at:
        return _page(at, at.day.year, at.day.month)


@door.route("/calendar/<int:year>/<int:number>")
@asking
def show_month(year: int, number: int) -> Response:
    """A month."""
    if not (1 <= year <= 9999 and 1 <= number <= 12):
        abort(404)
    with standing() as at:
        return _page(at, year, number)


def _page(at: AsKnown, year: int, number: int) -> Response:
    found = months.month(at, year, number)
    before, after = divmod(year * 12 + number - 2, 12), divmod(year * 12 + number, 12)
    return page(
        "month.html",
        at,
        month=found,
        weekdays=WEEKDAYS,
        before=_path(*before) if before[0] >= found.years[0] else None,
        after=_path(*after) if after[0] <= found.years[1] else None,
        kind_words=partial(kind_words, at),
    )


def _path(year: int, index: int) -> str:
    return f"/calendar/{year:04}/{index + 1:02}"
