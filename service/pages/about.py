"""/about/<calendar> - what a calendar holds and where its silence means something, with outside checks and licence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response

from schemas.calendars import Calendar, Coverage
from schemas.errors import CalendarNotFound
from schemas.queries import EventQuery
from schemas.vocabulary import GROUPS
from schemas.windows import record_in_words
from service import counting, naming, windows
from service.briefing import age
from service.charts.axes import Axis, Band
from service.doors import asking
from service.pages.conventions import page, standing
from service.pages.today import age_words
from service.store import names
from service.store.asknown import AsKnown
from service.store.publishers import publishers

door = Blueprint("about-page", __name__)

DRAWN_YEARS = 20


@dataclass(frozen=True, slots=True)
class Covered:
    """A kind's row of the drawing: the bands that are covered, and those within them that are thin."""

    label: str
    count: int
    bands: list[Band]
    thin: list[Band]
    claims: list[Coverage]


@door.route("/about/<slug>")
@asking
def show_about(slug: str) -> Response:
    """A calendar: its coverage drawn by group, what others counted, its sources and licence."""
    with standing(calendars=(slug,)) as at:
        calendar = at.calendars.get(slug)
        if calendar is None:
            raise CalendarNotFound(f"No calendar {slug} is known on {at.day}.")
        axis = _axis(calendar, at.day)
        programmes = naming.in_use(at, types=("programme",), calendars=(slug,), sort="-count")
        return page(
            "about.html",
            at,
            calendar=calendar,
            axis=axis,
            groups=_groups(at, calendar, axis),
            narrower=[each for each in calendar.coverage if each.programme],
            programme_words=lambda name: at.register.spelling("programme", name, at.day),
            thin=sorted(
                ((span, each) for each in calendar.coverage for span in each.thin), key=lambda pair: pair[0].since
            ),
            plurals={kind.slug: kind.plural for kind in calendar.kinds},
            age_words=age_words(age(at, calendar)),
            publishers=publishers(at, slug),
            programmes=names.shown(at, [pair for _, pair in programmes], (slug,)),
            record=record_in_words(windows.of_key_meetings(at, slug)),
        )


def _axis(calendar: Calendar, day: date) -> Axis:
    """The line of the drawing: the last DRAWN_YEARS, or as far back as anything is covered."""
    earliest = min((each.since for each in calendar.coverage), default=day)
    return Axis(max(earliest, date(max(1, day.year - DRAWN_YEARS), 1, 1)), max(day, earliest + timedelta(1)))


def _groups(at: AsKnown, calendar: Calendar, axis: Axis) -> list[tuple[str, list[Covered]]]:
    counted = dict(counting.by_group(at, EventQuery(calendar=(calendar.slug,))))
    return [(group, [_row(calendar, axis, each) for each in counted[group]]) for group in GROUPS if counted.get(group)]


def _row(calendar: Calendar, axis: Axis, counted: counting.Counted) -> Covered:
    claims = [each for each in calendar.coverage if counted.kind.slug in each.kinds and each.programme is None]
    bands = [band for each in claims if (band := axis.band(each.since, each.until))]
    thin = [band for each in claims for span in each.thin if (band := axis.band(span.since, span.until))]
    return Covered(counted.kind.plural, counted.count, bands, thin, claims)
